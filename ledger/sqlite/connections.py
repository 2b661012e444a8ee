"""Share one SQLite file between one writer at a time and any number of readers."""

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final

from ledger.errors import CaseBusy
from ledger.sqlite.faults import faults

BUSY_TIMEOUT_S: Final = 10.0
IDLE_READERS_MAX: Final = 8


class Connections:
    """Connections of one process to one file; safe from many threads.

    Writers of this process wait for each other here, those of other processes for as long as
    the busy timeout. Readers never wait and never hold a snapshot between two calls.

    Attributes:
        path: The file, which must exist.
        noun: What messages call it.
    """

    def __init__(self, path: Path, noun: str, *, waits_for_disk: bool = True) -> None:
        """Open the file.

        Args:
            path: The file, which must exist.
            noun: What messages call it.
            waits_for_disk: Whether a power cut may not take what was written last.
        """
        self.path = path
        self.noun = noun
        self._synchronous = "FULL" if waits_for_disk else "NORMAL"
        self._writer_turn = Lock()
        self._idle_turn = Lock()
        self._idle: deque[sqlite3.Connection] = deque()
        self._closed = False
        with faults(noun):
            self._writer = self._open_writer()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Do all of the block's statements or none; on disk when the block is left.

        Raises:
            StoreFault: The disk is full or failed; nothing was recorded.
            CaseBusy: Another process kept the file locked.
            sqlite3.IntegrityError: A constraint of the schema; nothing was recorded.
        """
        with self._writer_turn, faults(self.noun):
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                # A crash before this returns leaves all of the block's rows or none.
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:  # SQLite itself rolls back when the disk is full
                    self._writer.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that sees what was committed when each statement began.

        Raises:
            StoreFault: The file is damaged or its disk failed.
        """
        with faults(self.noun):
            connection = self._borrow()
            try:
                yield connection
            finally:
                self._give_back(connection)

    def leave_no_trace(self, *_tables: str) -> None:
        """Leave nothing of what was deleted or overwritten in any file, the log included.

        Raises:
            CaseBusy: A reader held old pages for longer than the busy timeout.
            StoreFault: The disk is full or failed.
        """
        self.truncate_log()  # the file itself was overwritten as the rows went (secure_delete)

    def truncate_log(self) -> None:
        """Copy the write-ahead log into the file and empty it, so that no old page is left.

        Raises:
            CaseBusy: A reader held old pages for longer than the busy timeout.
            StoreFault: The disk is full or failed.
        """
        with self._writer_turn, faults(self.noun):
            busy, *_ = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            message = f"a reader of the {self.noun} keeps old pages alive"
            raise CaseBusy(message)

    def close(self) -> None:
        """Close what is idle now and what is lent out when it comes back."""
        with self._idle_turn:
            self._closed = True
            while self._idle:
                self._idle.pop().close()
        with self._writer_turn:
            self._writer.close()

    def open_reader(self) -> sqlite3.Connection:
        """Open one more connection that cannot write, for the caller to keep and close."""
        connection = self._open()
        connection.execute("PRAGMA query_only=ON")
        return connection

    def _open_writer(self) -> sqlite3.Connection:
        connection = self._open()
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={self._synchronous}")
        connection.execute("PRAGMA secure_delete=ON")
        return connection

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(
            f"{self.path.resolve().as_uri()}?mode=rw",
            uri=True,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,  # lent to one thread at a time
        )

    def _borrow(self) -> sqlite3.Connection:
        with self._idle_turn:
            if self._idle:
                return self._idle.pop()
        return self.open_reader()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._idle_turn:
            if not self._closed and len(self._idle) < IDLE_READERS_MAX:
                self._idle.append(connection)
                return
        connection.close()
