"""Record events in one SQLite file, at positions 1, 2, 3, ... without a gap."""

import sqlite3
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from threading import Event, Lock
from typing import Any, Final
from uuid import UUID
from weakref import WeakSet

from eventsourcing.persistence import IntegrityError, Notification, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor

from ledger.errors import CaseBusy, StoreFault
from ledger.sqlite import check_file, check_pages, create_file
from ledger.store.datastore import INSERT, LEDGER_FILE, SCHEMA, TOPIC, LedgerDatastore, NewRow
from ledger.store.subscription import PollingSubscription

__all__ = ["NewRow", "SQLiteLedgerRecorder", "open_ledger_file", "refuse_library_codecs"]

_LAST_TEXT: Final = "\U0010ffff"
_UUIDS_KEPT: Final = 8192
_NUMBERS_KEPT: Final = 50_000
_ROWS_A_STATEMENT: Final = 64
_LIBRARY_CODECS: Final = ("CIPHER_TOPIC", "COMPRESSOR_TOPIC")


class SQLiteLedgerRecorder(SQLiteApplicationRecorder):
    """The library's recorder on our table, and beside it the calls the ledger uses.

    Safe from many threads; other processes may write the same file. Every insert is on disk
    when it returns.

    Attributes:
        ledger_id: The ledger this file holds.
        poll_s: Longest time until a subscription sees an event of another process.
    """

    datastore: LedgerDatastore

    def __init__(self, datastore: LedgerDatastore, ledger_id: str, poll_s: float = 0.2) -> None:
        super().__init__(datastore)
        self.ledger_id = ledger_id
        self.poll_s = poll_s
        self._wakes: WeakSet[Event] = WeakSet()
        self._wakes_turn = Lock()
        self._numbers: dict[str, UUID] = {}  # a number, once given, names its case for ever

    def construct_create_table_statements(self) -> list[str]:
        """Give the library our table."""
        return list(SCHEMA)

    def insert(self, rows: Sequence[NewRow]) -> list[int]:
        """Record all rows or none, in order; return their positions.

        Raises:
            CaseBusy: A version or case number is taken, so the caller decided on an old state
                and reads again before trying again; or another process kept the file locked.
            StoreFault: The disk is full or failed.
        """
        values = [
            (case.hex, version, TOPIC, state, number) for case, version, state, number in rows
        ]
        try:
            with self.datastore.writing() as connection:
                _insert_all(connection, values)
                positions = _last_positions(connection, len(values))
        except IntegrityError as lost:
            message = "another writer was first"
            raise CaseBusy(message) from lost
        self._wake()
        return positions

    def head(self) -> int:
        """Return the position of the last event, 0 if there is none."""
        with self.datastore.reading() as connection:
            (head,) = connection.execute("SELECT MAX(position) FROM stored_events").fetchone()
        return head or 0

    def page(self, after: int, limit: int) -> list[tuple[int, UUID, int, bytes]]:
        """Return up to `limit` events after a position: position, case, version, state."""
        with self.datastore.reading() as connection:
            rows = connection.execute(
                "SELECT position, originator_id, originator_version, state FROM stored_events"
                " WHERE position > ? ORDER BY position LIMIT ?",
                (after, limit),
            ).fetchall()
        return [(position, _uuid(case), version, state) for position, case, version, state in rows]

    def stream(
        self,
        case: UUID,
        after_version: int = 0,
        upto_position: int | None = None,
        limit: int = -1,
    ) -> list[tuple[int, int, bytes]]:
        """Return the events of one case in order: position, version, state; -1 for no limit."""
        statement = (
            "SELECT position, originator_version, state FROM stored_events"
            " WHERE originator_id = ? AND originator_version > ?"
        )
        values: list[str | int] = [case.hex, after_version]
        if upto_position is not None:
            # The plus keeps SQLite on the index of the case.
            statement += " AND +position <= ?"
            values.append(upto_position)
        statement += " ORDER BY originator_version LIMIT ?"
        with self.datastore.reading() as connection:
            return connection.execute(statement, [*values, limit]).fetchall()

    def case_of_number(self, number: str) -> UUID | None:
        """Return the case that bears exactly this number."""
        known = self._numbers.get(number)
        if known is None:
            with self.datastore.reading() as connection:
                row = connection.execute(
                    "SELECT originator_id FROM stored_events WHERE case_number = ?", (number,)
                ).fetchone()
            if row is None:
                return None
            if len(self._numbers) >= _NUMBERS_KEPT:
                self._numbers.clear()
            known = self._numbers[number] = _uuid(row[0])
        return known

    def last_number(self, prefix: str) -> str | None:
        """Return the greatest number that starts so; after GO-2026-9999 comes GO-2026-10000."""
        with self.datastore.reading() as connection:
            row = connection.execute(
                "SELECT case_number FROM stored_events WHERE case_number IS NOT NULL"
                " AND substr(case_number, 1, ?) = ?"
                " ORDER BY length(case_number) DESC, case_number DESC LIMIT 1",
                (len(prefix), prefix),
            ).fetchone()
        return row[0] if row else None

    def numbers_starting(self, prefix: str, limit: int) -> list[str]:
        """Return up to `limit` numbers that start so, in the order of their letters."""
        with self.datastore.reading() as connection:
            rows = connection.execute(
                "SELECT case_number FROM stored_events"
                " WHERE case_number >= ? AND case_number < ? ORDER BY case_number LIMIT ?",
                (prefix, prefix + _LAST_TEXT, limit),
            ).fetchall()
        return [number for (number,) in rows]

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> list[int]:  # noqa: ANN401 - the library's signature
        """Record the library's events, all or none; return their positions."""
        with self.datastore.transaction(commit=True) as cursor:
            positions = self._insert_events(cursor, stored_events, **kwargs)
        self._wake()
        return positions

    def _insert_events(
        self,
        c: SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        **_: Any,  # noqa: ANN401 - the library's signature
    ) -> list[int]:
        values = [
            (_hex(event.originator_id), event.originator_version, event.topic, event.state, None)
            for event in stored_events
        ]
        c.executemany(INSERT, values)
        return _last_positions(c.sqlite_cursor.connection, len(values))

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[Notification]:
        """Return the library's form of up to `limit` events, in order of position."""
        first = (start or 0) + (0 if inclusive_of_start else 1)
        statement = (
            "SELECT position, originator_id, originator_version, topic, state FROM stored_events"
            " WHERE position >= ?"
        )
        values: list[str | int] = [first]
        if stop is not None:
            statement += " AND position <= ?"
            values.append(stop)
        if topics:
            statement += f" AND topic IN ({','.join('?' * len(topics))})"
            values.extend(topics)
        with self.datastore.reading() as connection:
            rows = connection.execute(
                f"{statement} ORDER BY position LIMIT ?", [*values, limit]
            ).fetchall()
        return [
            Notification(
                id=position,
                originator_id=self.convert_originator_id(case),
                originator_version=version,
                topic=topic,
                state=state,
            )
            for position, case, version, topic, state in rows
        ]

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> PollingSubscription:
        """Follow the events after a position; inserts of this process are seen at once."""
        wake = Event()
        with self._wakes_turn:
            self._wakes.add(wake)
        return PollingSubscription(self, gt, topics, wake=wake, poll_s=self.poll_s)

    def close(self) -> None:
        """Close the file; calls under way in other threads finish."""
        self.datastore.close()

    def _wake(self) -> None:
        with self._wakes_turn:
            for wake in self._wakes:
                wake.set()


def open_ledger_file(
    path: Path, *, create: bool = False, ledger_id: str = "", every_page: bool = False
) -> SQLiteLedgerRecorder:
    """Open a ledger, after checking that it is one and whole.

    Args:
        path: The file.
        create: Make it first if there is none; `ledger_id` then names it.
        ledger_id: The ledger expected there, "" if any will do.
        every_page: Also read every page, which takes time in proportion to the file's size.

    Raises:
        StoreFault: Missing, not a database, foreign, cut short, damaged, of a newer format, of
            another ledger, or its last events were deleted.
    """
    if create and not path.exists():
        assert ledger_id, "a new ledger has an id"
        create_file(path, LEDGER_FILE, SCHEMA, {"ledger_id": ledger_id})
    found = check_file(path, LEDGER_FILE).get("ledger_id", "")
    if ledger_id and found != ledger_id:
        message = f"{path} holds the ledger {found}, not {ledger_id}"
        raise StoreFault(message, "give the path of the right ledger")
    if every_page:
        check_pages(path, LEDGER_FILE)
    datastore = LedgerDatastore(path)
    try:
        _check_tail(datastore)
    except StoreFault:
        datastore.close()
        raise
    return SQLiteLedgerRecorder(datastore, found)


def refuse_library_codecs(environment: Mapping[str, str]) -> None:
    """Refuse a cipher or compressor meant for the library's own mapper, which ours would ignore.

    Raises:
        StoreFault: The environment names one, for any application.
    """
    for name, value in environment.items():
        if value and name.endswith(_LIBRARY_CODECS):
            message = f"{name} is set, but events are sealed by this ledger itself"
            raise StoreFault(message, f"unset {name}")


def _check_tail(datastore: LedgerDatastore) -> None:
    """Positions are never given twice, so the last one given must still be there."""
    with datastore.reading() as connection:
        row = connection.execute(
            "SELECT seq FROM sqlite_sequence WHERE name = 'stored_events'"
        ).fetchone()
        given = row[0] if row else 0
        last = connection.execute(
            "SELECT position, state FROM stored_events ORDER BY position DESC LIMIT 1"
        ).fetchone()
    found = last[0] if last else 0
    if found < given:
        message = f"the ledger ends at position {found}, but {given} was recorded"
        raise StoreFault(message, "restore it from a backup")


def _insert_all(connection: sqlite3.Connection, values: Sequence[tuple[object, ...]]) -> None:
    """Insert rows with few statements.

    Each statement lets other threads run and has to wait for its turn again; one for each row made
    64 callers a third slower.
    """
    for first in range(0, len(values), _ROWS_A_STATEMENT):
        some = values[first : first + _ROWS_A_STATEMENT]
        statement = INSERT + ", (?, ?, ?, ?, ?)" * (len(some) - 1)
        connection.execute(statement, list(chain.from_iterable(some)))


def _last_positions(connection: sqlite3.Connection, count: int) -> list[int]:
    """Name the rows just inserted; no other writer can come between them."""
    (last,) = connection.execute("SELECT last_insert_rowid()").fetchone()
    return list(range(last - count + 1, last + 1))


def _hex(originator_id: UUID | str) -> str:
    return originator_id.hex if isinstance(originator_id, UUID) else originator_id


@lru_cache(maxsize=_UUIDS_KEPT)
def _uuid(text: str) -> UUID:
    return UUID(text)
