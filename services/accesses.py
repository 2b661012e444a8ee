"""Keep who opened what, apart from the record: never an event, and never a word of what was read.

One line for each case a reading command opens content of, written before the content is shown. The
file is its operator's alone, forgets what is older than the setting allows, and really overwrites
what it forgets. A power cut may cost the last lines; a crash of the program does not.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from ledger.databases import StoreKind
from services.stores import Store, Where, open_store

ACCESSES_FILE: Final = "accesses.sqlite"
KEPT_DAYS: Final = 730
"""How long a line is kept where the setting says nothing."""
KIND: Final = StoreKind("access log", 0x474F4C41, "gol-accesses", 1, frozenset({"accesses"}))
SCHEMA: Final = (
    """CREATE TABLE accesses (
        line INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        person TEXT NOT NULL,
        viewer TEXT NOT NULL,
        command TEXT NOT NULL,
        case_id TEXT NOT NULL,
        rooms TEXT NOT NULL)""",
    "CREATE INDEX accesses_case ON accesses (case_id, line)",
    "CREATE INDEX accesses_at ON accesses (at)",
)
STORE: Final = Store(KIND, ACCESSES_FILE, SCHEMA, waits_for_disk=False)
_ADD: Final = (
    "INSERT INTO accesses (at, person, viewer, command, case_id, rooms) VALUES (?, ?, ?, ?, ?, ?)"
)


class Access(Struct, frozen=True):
    """One line.

    Attributes:
        at: When, UTC.
        person: Who was at the keyboard.
        viewer: With whose eyes.
        command: By which command.
        case_id: Which case.
        rooms: Which rooms, each with the last sequence that was seen of it.
    """

    at: datetime
    person: str
    viewer: str
    command: str
    case_id: UUID
    rooms: Mapping[str, int]


class AccessLog:
    """The access log of one ledger; safe from many threads and beside other processes."""

    def __init__(self, where: Where, ledger_id: str, *, now: datetime, days: int) -> None:
        """Open it, or make it; what is too old is forgotten.

        Args:
            where: Where it lies.
            ledger_id: Of the ledger it belongs to.
            now: The present instant.
            days: How long a line is kept.

        Raises:
            StoreFault: It cannot be made, is damaged, or is another ledger's.
        """
        self._file = open_store(STORE, where, ledger_id)
        self.forget_before(now - timedelta(days=days))

    def close(self) -> None:
        """Let go of it."""
        self._file.close()

    def note(self, access: Access) -> None:
        """Write a line.

        Raises:
            StoreFault: The disk is full or fails: then nothing may be shown either.
        """
        rooms = msgspec.json.encode(access.rooms, order="sorted").decode()
        who = (access.person, access.viewer, access.command)
        values = (_text(access.at), *who, access.case_id.hex, rooms)
        with self._file.writing() as connection:
            connection.execute(_ADD, values)

    def of_case(self, case_id: UUID) -> Iterator[Access]:
        """Yield the lines of a case, the oldest first."""
        with self._file.reading() as connection:
            rows = connection.execute(
                "SELECT at, person, viewer, command, rooms FROM accesses WHERE case_id = ?"
                " ORDER BY line",
                (case_id.hex,),
            ).fetchall()
        for at, person, viewer, command, rooms in rows:
            seen = msgspec.json.decode(rooms, type=dict[str, int])
            yield Access(datetime.fromisoformat(at), person, viewer, command, case_id, seen)

    def cases(self) -> list[UUID]:
        """List the cases there are lines of."""
        with self._file.reading() as connection:
            rows = connection.execute("SELECT DISTINCT case_id FROM accesses").fetchall()
        return sorted(UUID(case_id) for (case_id,) in rows)

    def forget_before(self, instant: datetime) -> int:
        """Overwrite the lines older than an instant; return how many they were."""
        with self._file.reading() as connection:
            (old,) = connection.execute(
                "SELECT count(*) FROM accesses WHERE at < ?", (_text(instant),)
            ).fetchone()
        if not old:
            return 0
        with self._file.writing() as connection:
            gone = connection.execute("DELETE FROM accesses WHERE at < ?", (_text(instant),))
        self._file.leave_no_trace("accesses")
        return gone.rowcount


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
