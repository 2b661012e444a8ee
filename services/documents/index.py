"""Remember which entry holds which document, and which documents wait for their act.

What is kept here opens nothing and says nothing without the keys: no name, no hash of a document,
nobody's name.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from ledger.databases import StoreKind
from services.stores import Store, Where, open_store

INDEX_FILE: Final = "documents.sqlite"
KIND: Final = StoreKind(
    "index of documents",
    0x474F4C44,
    "gol-documents",
    1,
    frozenset({"waiting", "links", "unwanted"}),
)
_WAITING: Final = (
    "CREATE TABLE waiting (address TEXT PRIMARY KEY, case_hex TEXT NOT NULL, act BLOB NOT NULL,"
    " at TEXT NOT NULL, block INTEGER NOT NULL, box BLOB NOT NULL, whole INTEGER NOT NULL)"
)
_LINKS: Final = (
    "CREATE TABLE links (event TEXT NOT NULL, address TEXT NOT NULL, box BLOB NOT NULL,"
    " PRIMARY KEY (event, address))"
)
_UNWANTED: Final = "CREATE TABLE unwanted (address TEXT PRIMARY KEY)"
_BY_ADDRESS: Final = "CREATE INDEX links_by_address ON links (address)"
STORE: Final = Store(KIND, INDEX_FILE, (_WAITING, _LINKS, _BY_ADDRESS, _UNWANTED))
_COLUMNS: Final = "address, case_hex, act, at, block, box, whole"


class Waiting(NamedTuple):
    """A document whose act is not recorded yet.

    Attributes:
        address: SHA-256 of what is stored.
        case_hex: Its case, 32 hex digits.
        act: Keyed digest of who sent it and of the command that is to name it.
        at: When it came, ISO 8601 in UTC.
        block: Block of the key store, of one slot, that holds what opens its ticket.
        box: Its ticket, sealed.
        whole: Whether all of it is stored.
    """

    address: str
    case_hex: str
    act: bytes
    at: str
    block: int
    box: bytes
    whole: int


class Link(NamedTuple):
    """A document that an entry holds.

    Attributes:
        event: The entry, `<room id>/<sequence>`.
        address: SHA-256 of what is stored.
        box: Its ticket, sealed with what derives from the entry's own key.
    """

    event: str
    address: str
    box: bytes


class Index:
    """Which entry holds which document; safe from many threads and processes."""

    def __init__(self, where: Where, ledger_id: str) -> None:
        """Open it, or make it, readable by its owner alone.

        Raises:
            StoreFault: It cannot be made, is damaged, or is another ledger's.
        """
        self._database = open_store(STORE, where, ledger_id)

    def close(self) -> None:
        """Let go of it."""
        self._database.close()

    def begin(self, waiting: Waiting) -> None:
        """Remember a document before its bytes are stored: none lies anywhere unknown."""
        with self._database.writing() as database:
            database.execute(
                "INSERT INTO waiting VALUES (?, ?, ?, ?, ?, ?, ?)",  # its columns in their order
                tuple(waiting),
            )

    def stored(self, address: str) -> None:
        """Remember that all of it is stored."""
        with self._database.writing() as database:
            database.execute("UPDATE waiting SET whole = 1 WHERE address = ?", (address,))

    def waiting(self, case_hex: str) -> list[Waiting]:
        """List what waits for an act of a case."""
        return self._waiting("case_hex = ? AND whole = 1", case_hex)

    def older(self, before: datetime) -> list[Waiting]:
        """List what came before an instant and still waits."""
        return self._waiting("at < ?", before.isoformat())

    def _waiting(self, which: str, value: str) -> list[Waiting]:
        select = f"SELECT {_COLUMNS} FROM waiting WHERE {which} ORDER BY at, address"  # noqa: S608 - words of ours
        with self._database.reading() as database:
            return [Waiting(*row) for row in database.execute(select, (value,)).fetchall()]

    def link(self, links: Sequence[Link]) -> None:
        """Remember what entries hold; what is known stays as it is."""
        with self._database.writing() as database:
            database.executemany(
                "INSERT INTO links VALUES (?, ?, ?) ON CONFLICT DO NOTHING", list(links)
            )

    def settle(self, address: str) -> None:
        """Forget that a document waits."""
        with self._database.writing() as database:
            database.execute("DELETE FROM waiting WHERE address = ?", (address,))

    def give_up(self, address: str) -> None:
        """Forget a document that no act came for; its bytes are to go."""
        with self._database.writing() as database:
            database.execute("INSERT INTO unwanted VALUES (?) ON CONFLICT DO NOTHING", (address,))
            database.execute("DELETE FROM waiting WHERE address = ?", (address,))

    def held_by(self, event: str) -> list[Link]:
        """List the documents of an entry."""
        with self._database.reading() as database:
            rows = database.execute(
                "SELECT event, address, box FROM links WHERE event = ? ORDER BY address", (event,)
            ).fetchall()
        return [Link(*row) for row in rows]

    def is_held(self, address: str) -> bool:
        """Tell whether an entry holds a document."""
        with self._database.reading() as database:
            row = database.execute(
                "SELECT 1 FROM links WHERE address = ? LIMIT 1", (address,)
            ).fetchone()
        return row is not None

    def links(self) -> list[tuple[str, str]]:
        """List every entry that holds a document, with the address of that."""
        with self._database.reading() as database:
            rows = database.execute("SELECT event, address FROM links ORDER BY event").fetchall()
        return [(event, address) for event, address in rows]

    def forget(self, events: Iterable[str]) -> None:
        """Forget what entries held; bytes that no other entry holds are to go. May be repeated."""
        rows = [(event,) for event in events]
        with self._database.writing() as database:
            database.executemany(
                "INSERT INTO unwanted SELECT address FROM links AS gone WHERE event = ?1"
                " AND NOT EXISTS (SELECT 1 FROM links AS other"
                " WHERE other.address = gone.address AND other.event <> ?1) ON CONFLICT DO NOTHING",
                rows,
            )
            database.executemany("DELETE FROM links WHERE event = ?", rows)

    def unwanted(self) -> list[str]:
        """List the addresses whose bytes are to go."""
        with self._database.reading() as database:
            rows = database.execute("SELECT address FROM unwanted ORDER BY address").fetchall()
        return [address for (address,) in rows]

    def gone(self, address: str) -> None:
        """Remember that the bytes of an address are gone."""
        with self._database.writing() as database:
            database.execute("DELETE FROM unwanted WHERE address = ?", (address,))
