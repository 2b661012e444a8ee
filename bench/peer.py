"""The peer: the bare library as its documentation shows it.

A stock aggregate in JSON, no cache, the library's SQLite recorder. The library leaves
`synchronous` as SQLite was built, which is FULL in the usual builds; here it is set to FULL on
every connection, as the ledger does, so that both wait for the disk at each commit.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Self, TypedDict
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.sqlite import SQLiteConnection, SQLiteConnectionPool, SQLiteDatastore

FULL = 2
CALLERS_MAX = "32"  # as many connections as callers


class Said(TypedDict):
    """What each of our events says besides its text, so that the peer's says as much.

    In the types the library's own documents use for such facts.
    """

    room: str
    occurred: datetime
    actor: str
    acting_for: str
    entered_by: str
    auth: str
    channel: str
    command: UUID
    digest: str


SAID = Said(
    room="joint",
    occurred=datetime(2026, 3, 2, 9, tzinfo=UTC),
    actor="party:A",
    acting_for="party:A",
    entered_by="person:bench",
    auth="operating system user",
    channel="api",
    command=UUID("0192a3b4-c5d6-7e8f-9012-3456789abcde"),
    digest="0" * 64,
)


class PeerCase(Aggregate):
    """A case: opened once, then statements."""

    @event("Opened")
    def __init__(self, title: str) -> None:
        self.title = title
        self.statements = 0

    @event("StatementRecorded")
    def record_statement(self, order: int, party: str, text: str, said: Said) -> None:
        """Have a party say something."""
        assert order == self.statements + 1
        assert party in said["actor"]
        assert text
        self.statements = order


class DurablePool(SQLiteConnectionPool):
    """The library's pool, every connection with `synchronous=FULL`."""

    def _create_connection(self) -> SQLiteConnection:
        made = super()._create_connection()
        cursor = made.cursor()
        cursor.execute(f"PRAGMA synchronous={FULL}")
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone()[0] == FULL
        return made


class PostgresPlace(NamedTuple):
    """A PostgreSQL database for the peer, reached over a socket; trusted there."""

    host: str
    port: str
    name: str
    user: str


class Peer:
    """The library's application on a file or database of its own; a context manager."""

    def __init__(self, place: Path | PostgresPlace, body: str) -> None:
        """Make it.

        Args:
            place: Where its events go.
            body: What each event says.
        """
        self._body = body
        if isinstance(place, PostgresPlace):
            self._app = Application[UUID](env=_in_database(place))
            return
        env = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(place)}
        self._app = Application[UUID](env=env)
        datastore = self._app.recorder.datastore  # type: ignore[attr-defined] # the SQLite one
        assert isinstance(datastore, SQLiteDatastore)
        datastore.pool.close()
        datastore.pool = DurablePool(db_name=str(place))

    def __enter__(self) -> Self:
        """Hold it open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._app.close()

    def open_cases(self, count: int, events: int) -> list[UUID]:
        """Save so many aggregates of so many events; return their ids."""
        return [self._opened(events) for _ in range(count)]

    def _opened(self, events: int) -> UUID:
        case = PeerCase("Berth fees")
        for order in range(1, events):
            case.record_statement(order, "A", self._body, SAID)
        self._app.save(case)
        return case.id

    def command(self, case_id: UUID) -> None:
        """Get an aggregate, have it make one event, save it."""
        case = self.replay(case_id)
        case.record_statement(case.statements + 1, "A", self._body, SAID)
        self._app.save(case)

    def replay(self, case_id: UUID) -> PeerCase:
        """Get an aggregate from its events."""
        case: PeerCase = self._app.repository.get(case_id)
        return case

    def stored_bytes(self, case_id: UUID) -> int:
        """Return the size of the last event as stored, its topic included."""
        last = list(self._app.recorder.select_events(case_id))[-1]
        return len(last.state) + len(last.topic)


def _in_database(place: PostgresPlace) -> dict[str, str]:
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": place.name,
        "POSTGRES_HOST": place.host,
        "POSTGRES_PORT": place.port,
        "POSTGRES_USER": place.user,
        "POSTGRES_PASSWORD": "trusted",
        "POSTGRES_POOL_SIZE": CALLERS_MAX,
        "POSTGRES_SCHEMA": "public",
    }
