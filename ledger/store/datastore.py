"""Hold the table of events in one SQLite file."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from eventsourcing.persistence import IntegrityError

from ledger.databases import StoreKind
from ledger.sqlite import Connections
from ledger.store.moved import moved_meanwhile
from ledger.store.rows import TOPIC, NewRow

__all__ = ["INSERT", "LEDGER_FILE", "SCHEMA", "TOPIC", "LedgerDatastore", "NewRow"]

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


class LedgerDatastore:
    """Our connections, with the library's word for a lost race."""

    def __init__(self, path: Path) -> None:
        self._connections = Connections(path, LEDGER_FILE.noun)
        self.reading = self._connections.reading
        self.close = self._connections.close

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Record all of the block or nothing.

        Raises:
            IntegrityError: A version or case number is taken; nothing was recorded.
            StoreFault: The ledger was moved elsewhere since it was opened.
        """
        try:
            with self._connections.writing() as connection:
                yield connection
        except sqlite3.IntegrityError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_CONSTRAINT_TRIGGER:
                raise moved_meanwhile() from error
            raise IntegrityError(str(error)) from error
