"""Hold the table of events, and lend the library our connections to it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

from eventsourcing.persistence import IntegrityError
from eventsourcing.sqlite import SQLiteCursor, SQLiteDatastore

from ledger.databases import StoreKind
from ledger.sqlite import Connections

TOPIC: Final = "gol/1"
LEDGER_FILE: Final = StoreKind("ledger", 0x474F4C31, "gol", 1, frozenset({"stored_events"}))
SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS stored_events (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        originator_id TEXT NOT NULL,
        originator_version INTEGER NOT NULL,
        topic TEXT NOT NULL,
        state BLOB NOT NULL,
        case_number TEXT,
        UNIQUE (originator_id, originator_version))""",
    """CREATE UNIQUE INDEX IF NOT EXISTS stored_events_case_number
        ON stored_events (case_number) WHERE case_number IS NOT NULL""",
    """CREATE INDEX IF NOT EXISTS stored_events_case_number_in_order
        ON stored_events (length(case_number), case_number) WHERE case_number IS NOT NULL""",
)
INSERT: Final = (
    "INSERT INTO stored_events (originator_id, originator_version, topic, state, case_number)"
    " VALUES (?, ?, ?, ?, ?)"
)


class NewRow(NamedTuple):
    """One event about to be recorded.

    Attributes:
        originator_id: Its case.
        version: Its place in the case, unique there.
        state: The stored array (TRUST.md).
        case_number: On the first event of a case, its number; unique in the ledger.
    """

    originator_id: UUID
    version: int
    state: bytes
    case_number: str | None = None


class LedgerDatastore(SQLiteDatastore):
    """The library's view of our connections, in place of its pool."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self._connections = Connections(path, LEDGER_FILE.noun)
        self.reading = self._connections.reading

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Record all of the block or nothing, in the library's terms for a lost race."""
        try:
            with self._connections.writing() as connection:
                yield connection
        except sqlite3.IntegrityError as error:
            raise IntegrityError(str(error)) from error

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """Serve the methods inherited from the library."""
        with self.writing() if commit else self.reading() as connection:
            cursor = connection.cursor()
            cursor.row_factory = sqlite3.Row
            with SQLiteCursor(cursor):
                yield SQLiteCursor(cursor)

    def close(self) -> None:
        """Close every connection."""
        super().close()
        if hasattr(self, "_connections"):  # the library calls this from __del__ as well
            self._connections.close()
