"""Record events in a PostgreSQL database, by many processes on many hosts in turn."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from threading import Lock, local
from types import TracebackType
from typing import Final, Self
from uuid import UUID

import psycopg
from eventsourcing.persistence import IntegrityError

from ledger.databases import Session
from ledger.errors import CaseBusy, StoreFault
from ledger.postgres import (
    ConnectionLost,
    Connections,
    check_schema,
    connect,
    create_schema,
    faults,
)
from ledger.store.listening import Listener
from ledger.store.moved import refuse_if_moved
from ledger.store.postgres_schema import ENDS, RECORD, RECORD_EVENTS, SCHEMA
from ledger.store.recording import POLL_S, LedgerRecorder
from ledger.store.rows import Values
from ledger.store.subscription import PollingSubscription

ROWS_AT_ONCE: Final = 256
BYTES_AT_ONCE: Final = 512 * 1024
"""A statement larger than about a megabyte may hang over a Unix socket."""


class PostgresLedgerRecorder(LedgerRecorder):
    """The record in a database: any number of processes write it in turn and read it."""

    datastore: Connections

    def __init__(self, url: str, ledger_id: str, poll_s: float = POLL_S) -> None:
        self._begin(ledger_id, poll_s)
        self.datastore = Connections(url, RECORD)
        self._url = url
        self._held = local()
        self._listener: Listener | None = None
        self._starting = Lock()

    @staticmethod
    def _key(case: UUID | str) -> UUID | str:
        return case

    @staticmethod
    def _case(key: UUID) -> UUID:
        return key

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the right to write; what this thread inserts meanwhile is recorded at its end.

        The right is the transaction's own: whoever dies, or loses the database, has it no more,
        and nothing of what was inserted.

        Raises:
            CaseBusy: Others kept the right for too long; or the database went away, and whether
                something was recorded is not known.
            StoreFault: The disk is full or failed; nothing was recorded.
        """
        try:
            with self.datastore.writing() as session:
                self._held.session = session
                try:
                    yield
                finally:
                    del self._held.session
        except ConnectionLost:
            why = "the database server went away; send the same again, it is recorded once"
            raise CaseBusy(why) from None
        self._wakes.wake()

    def _record(self, values: Sequence[Values]) -> list[int]:
        session: Session | None = getattr(self._held, "session", None)
        if session is not None:
            return _insert_all(session, values)
        with self.turn():
            return self._record(values)

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> PollingSubscription:
        """Follow the events after a position; those of any process are seen at once."""
        with self._starting:
            if self._listener is None:
                self._listener = Listener(self._url, self._wakes.wake)
        return super().subscribe(gt, topics)

    def close(self) -> None:
        """Let go of the database; calls under way in other threads finish."""
        with self._starting:
            if self._listener is not None:
                self._listener.close()
                self._listener = None
        super().close()


class WriterTurn:
    """Hold the right to write to a database; a context manager, again and again, of one thread.

    Waiting processes are served in the order they came.
    """

    def __init__(self, recorder: PostgresLedgerRecorder) -> None:
        self._recorder = recorder
        self._turn: AbstractContextManager[None] | None = None

    def __enter__(self) -> Self:
        """Wait for the turn.

        Raises:
            CaseBusy: Others kept it for too long, or the database went away.
        """
        self._turn = self._recorder.turn()
        self._turn.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        """Record what was inserted, or nothing of it after an error; let the next one in.

        Raises:
            CaseBusy: The database went away; whether it was recorded is not known.
            StoreFault: The disk is full or failed; nothing was recorded.
        """
        turn, self._turn = self._turn, None
        assert turn is not None, "it was entered"
        return turn.__exit__(kind, error, trace)


def make_ledger_database(url: str, ledger_id: str) -> bool:
    """Make an empty ledger in a database; return whether this call made it.

    Raises:
        StoreFault: The database refuses the user.
        CaseBusy: It cannot be reached.
    """
    return create_schema(url, RECORD, SCHEMA, {"ledger_id": ledger_id})


def open_ledger_database(url: str, *, ledger_id: str = "") -> PostgresLedgerRecorder:
    """Open a ledger in a database, after checking that there is one and that it is whole.

    Args:
        url: The database.
        ledger_id: The ledger expected there, "" if any will do.

    Raises:
        StoreFault: The database refuses the user; it holds no ledger, one
            of a newer format, or another one; or the ledger's last events were deleted.
    """
    meta = check_schema(url, RECORD)
    found = meta.get("ledger_id", "")
    refuse_if_moved(meta)
    if ledger_id and found != ledger_id:
        why = f"the database holds the ledger {found}, not {ledger_id}"
        raise StoreFault(why, "give the URL of the right database")
    recorder = PostgresLedgerRecorder(url, found)
    try:
        _check_tail(recorder)
    except BaseException:
        recorder.close()
        raise
    return recorder


def holds_ledger(url: str) -> bool:
    """Tell whether a database holds a ledger, of whatever format.

    Raises:
        StoreFault: The database refuses the user.
        CaseBusy: It cannot be reached.
    """
    with connect(url, RECORD.noun) as connection, faults(RECORD.noun):
        table = f"{RECORD.namespace}.ledger_meta"
        found = connection.execute("SELECT to_regclass($1) IS NOT NULL", (table,)).fetchone()
    return bool(found and found[0])


def servers_are_apart(url: str, keys_url: str) -> None:
    """The keys are on another server than the record, whose backups would keep destroyed ones.

    Raises:
        StoreFault: One server has both, by whatever name it is addressed.
    """
    if _server(url, RECORD.noun) == _server(keys_url, "key store"):
        why = "the key store is on the database server of the ledger, and in its backups"
        raise StoreFault(why, "give it a PostgreSQL server of its own, backed up apart")


def _server(url: str, noun: str) -> int:
    with connect(url, noun) as connection, faults(noun):
        row = connection.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
    assert row is not None, "a server has an identity"
    identity: int = row[0]
    return identity


def _check_tail(recorder: PostgresLedgerRecorder) -> None:
    """Positions are never given twice, so the last one given must still be there."""
    with recorder.datastore.reading() as session:
        given, found = session.execute(ENDS).fetchone()
    if found < given:
        why = f"the ledger ends at position {found}, but {given} was recorded"
        raise StoreFault(why, "restore it from a backup")


def _insert_all(session: Session, values: Sequence[Values]) -> list[int]:
    """Insert rows in statements of a bounded size."""
    last = 0
    for some in _portions(values):
        columns = [list(column) for column in zip(*some, strict=True)]
        try:
            (last,) = session.execute(RECORD_EVENTS, columns).fetchone()
        except psycopg.errors.UniqueViolation:
            raise IntegrityError("another writer was first") from None
    return list(range(last - len(values) + 1, last + 1))


def _portions(values: Sequence[Values]) -> Iterator[Sequence[Values]]:
    first, size = 0, 0
    for place, (_, _, _, state, _) in enumerate(values):
        if place > first and (size + len(state) > BYTES_AT_ONCE or place - first == ROWS_AT_ONCE):
            yield values[first:place]
            first, size = place, 0
        size += len(state)
    if values:
        yield values[first:]
