"""Share one store in a PostgreSQL database between its writers and any number of readers."""

import select
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from threading import BoundedSemaphore, Lock
from time import monotonic
from typing import Any, Final

import psycopg

from ledger.databases import Results, StoreKind
from ledger.errors import CaseBusy
from ledger.postgres.dialect import in_postgres
from ledger.postgres.faults import faults
from ledger.postgres.scrubbing import rewrite
from ledger.postgres.server import LOCK_TIMEOUT_S, connect, lock_key

CONNECTIONS_MAX: Final = 16
IDLE_MAX: Final = 4
ASK_AFTER_S: Final = 30.0
"""A connection idle for longer is asked before it is lent: a firewall may have dropped it."""
_ROWS_AT_ONCE: Final = 200  # a pipeline of a megabyte hangs over a Unix socket


class PostgresSession:
    """A connection that takes statements as SQLite reads them."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Results:
        """Run a statement; what it found is fetched already."""
        # Without values a statement may be several, which then cost one way there and back.
        return self._connection.execute(in_postgres(statement), values or None)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each row of values."""
        cursor = self._connection.cursor()
        remaining = iter(rows)
        while lot := list(islice(remaining, _ROWS_AT_ONCE)):
            cursor.executemany(in_postgres(statement), lot)


class Connections:
    """Connections of one process to one store; safe from many threads.

    Writers take turns, those of other processes and hosts too, by an advisory lock of the store.
    A connection whose server went away is replaced before it is lent; one that breaks while lent
    is dropped.

    Attributes:
        noun: What messages call it.
    """

    def __init__(self, url: str, kind: StoreKind, *, size_max: int = CONNECTIONS_MAX) -> None:
        self.noun = kind.noun
        self._url = url
        self._kind = kind
        self._namespace = kind.namespace
        self._begin = f"BEGIN; SELECT pg_advisory_xact_lock({lock_key(kind.namespace)})"
        self._free = BoundedSemaphore(size_max)
        self._turn = Lock()
        self._idle: deque[tuple[float, psycopg.Connection[Any]]] = deque()
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[PostgresSession]:
        """Lend a connection that sees what was committed when each statement began.

        Raises:
            ConnectionLost: The server cannot be reached, or went away.
            StoreFault: The database is at fault.
            CaseBusy: Every connection is lent out.
        """
        with self.lent() as connection, faults(self.noun):
            yield PostgresSession(connection)

    @contextmanager
    def writing(self) -> Iterator[PostgresSession]:
        """Do all of the block's statements or none; on disk when the block is left.

        Raises:
            ConnectionLost: The server went away; whether it was recorded is not known.
            StoreFault: The disk is full or failed; nothing was recorded.
            CaseBusy: Others kept the right to write for too long.
        """
        with self.lent() as connection, faults(self.noun):
            try:
                connection.execute(self._begin)
                yield PostgresSession(connection)
                # A crash before this returns leaves all of the block's rows or none.
                connection.execute("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise

    @contextmanager
    def lent(self) -> Iterator["psycopg.Connection[Any]"]:
        """Lend psycopg's own connection, in autocommit; what it raises is not translated.

        Raises:
            ConnectionLost: The server cannot be reached.
            StoreFault: The URL, user, password or database is refused.
            CaseBusy: Every connection is lent out.
        """
        if not self._free.acquire(timeout=LOCK_TIMEOUT_S):
            raise CaseBusy(f"every connection to the {self.noun} is in use; try again")
        try:
            connection = self._borrow()
            try:
                yield connection
            finally:
                self._give_back(connection)
        finally:
            self._free.release()

    def leave_no_trace(self, *tables: str) -> None:
        """Leave nothing of what was deleted or overwritten in the files of these tables.

        Raises:
            CaseBusy: Somebody's transaction may still read it: repeat it.
            StoreFault: The database is at fault.
        """
        rewrite(self._url, self._kind, tables)

    def close(self) -> None:
        """Close what is idle now and what is lent out when it comes back."""
        with self._turn:
            self._closed = True
            while self._idle:
                self._idle.pop()[1].close()

    def _borrow(self) -> "psycopg.Connection[Any]":
        while True:
            with self._turn:
                if not self._idle:
                    break
                since, connection = self._idle.pop()
            if _is_alive(connection, idle_s=monotonic() - since):
                return connection
            connection.close()
        return connect(self._url, self.noun, self._namespace)

    def _give_back(self, connection: "psycopg.Connection[Any]") -> None:
        clean = connection.info.transaction_status is psycopg.pq.TransactionStatus.IDLE
        with self._turn:
            if clean and not self._closed and len(self._idle) < IDLE_MAX:
                self._idle.append((monotonic(), connection))
                return
        connection.close()


def _is_alive(connection: "psycopg.Connection[Any]", *, idle_s: float) -> bool:
    """Tell whether the server is still there; it is asked only where there may be a doubt."""
    if connection.closed:
        return False
    watch = select.poll()
    watch.register(connection.fileno(), select.POLLIN)
    if idle_s < ASK_AFTER_S and not watch.poll(0):  # it says good-bye, or closes, when it goes
        return True
    try:
        connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


def _roll_back(connection: "psycopg.Connection[Any]") -> None:
    try:
        connection.execute("ROLLBACK")
    except psycopg.Error:
        connection.close()  # the server rolls back what it has lost sight of
