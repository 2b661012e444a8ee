"""Remember which keys were destroyed, and how far the record was followed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from ledger.databases import StoreKind
from services.stores import Store, Where, open_store

ERASURES_FILE: Final = "erasures.sqlite"
KIND: Final = StoreKind(
    "list of erasures", 0x474F4C45, "gol-erasures", 1, frozenset({"follower", "destroyed"})
)
_FOLLOWER: Final = (
    "CREATE TABLE follower (ledger TEXT PRIMARY KEY, position INTEGER NOT NULL, mark BLOB NOT NULL)"
)
_DESTROYED: Final = (
    "CREATE TABLE destroyed (case_hex TEXT, ref TEXT, block INTEGER,"
    " slot INTEGER, at TEXT NOT NULL, PRIMARY KEY (case_hex, ref))"
)
STORE: Final = Store(KIND, ERASURES_FILE, (_FOLLOWER, _DESTROYED))
_ADD: Final = "INSERT INTO destroyed VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"


class Slot(NamedTuple):
    """Where the content key of an erased entry was.

    Attributes:
        case_hex: Its case, 32 hex digits.
        ref: The entry (room:seq).
        block: Block of the key store.
        slot: Slot of that block.
    """

    case_hex: str
    ref: str
    block: int
    slot: int


class Destroyed:
    """Remember what was destroyed and when, and how far the record was followed.

    It holds no content and no keys; lost, it is made again from the record.
    """

    def __init__(self, where: Where, ledger_id: str) -> None:
        """Open it, or make it, readable by its owner alone.

        Raises:
            StoreFault: It cannot be made, is damaged, or is another ledger's.
        """
        self._database = open_store(STORE, where, ledger_id)

    def close(self) -> None:
        """Let go of it."""
        self._database.close()

    def position(self, ledger: str) -> tuple[int, bytes]:
        """Return how far the record was followed, and a mark of the event there."""
        with self._database.reading() as database:
            row = database.execute(
                "SELECT position, mark FROM follower WHERE ledger = ?", (ledger,)
            ).fetchone()
        return (row[0], row[1]) if row else (0, b"")

    def move(self, ledger: str, position: int, mark: bytes) -> None:
        """Remember that everything up to a position was dealt with."""
        with self._database.writing() as database:
            database.execute(
                "INSERT INTO follower VALUES (?1, ?2, ?3)"
                " ON CONFLICT (ledger) DO UPDATE SET position = ?2, mark = ?3",
                (ledger, position, mark),
            )

    def add(self, slots: Iterable[Slot], at: datetime) -> None:
        """Remember what is destroyed; what is known keeps its first instant."""
        rows = [(*slot, at.isoformat()) for slot in slots]
        with self._database.writing() as database:
            database.executemany(_ADD, rows)

    def slots(self) -> list[Slot]:
        """List everything that was ever destroyed."""
        with self._database.reading() as database:
            rows = database.execute("SELECT case_hex, ref, block, slot FROM destroyed").fetchall()
        return [Slot(*row) for row in rows]

    def when(self, case_id: UUID) -> dict[str, datetime]:
        """Tell when the key of each erased entry (room:seq) of a case was destroyed."""
        with self._database.reading() as database:
            rows = database.execute(
                "SELECT ref, at FROM destroyed WHERE case_hex = ?", (case_id.hex,)
            ).fetchall()
        return {ref: datetime.fromisoformat(at) for ref, at in rows}
