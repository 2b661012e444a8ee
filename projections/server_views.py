"""Keep views in a PostgreSQL database, in a schema of their own beside the record's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
import sqlalchemy as sa

from ledger.errors import CaseBusy
from ledger.postgres import connect, faults, lock_key
from projections.tables import IDENTITY, META
from projections.views import ViewsLost

NAMESPACE: Final = "gol_views"
NOUN: Final = "views"
CONNECTIONS_MAX: Final = 8
WAIT_S: Final = 10.0
_TURN: Final = sa.text(f"SELECT pg_advisory_xact_lock({lock_key(NAMESPACE)})")
_LOST: Final = frozenset({"42P01", "42703", "3F000", "XX001", "XX002"})
"""What PostgreSQL says where a table is gone, is another than ours, or is damaged."""
_READING: Final[dict[str, Any]] = {
    "isolation_level": "REPEATABLE READ",
    "postgresql_readonly": True,
}


class ServerViews:
    """Views in a PostgreSQL database.

    Writers of all processes and hosts take turns; who reads sees one state and keeps nobody
    waiting. Views that are gone or of another ledger are made anew and filled by the projector.
    """

    def __init__(self, url: str, ledger_id: str) -> None:
        """Open the schema, or make it.

        Raises:
            StoreFault: The database cannot be reached or written.
        """
        self._ledger_id = ledger_id
        self._engine = sa.create_engine(
            "postgresql+psycopg://",
            creator=lambda: connection_of(url),
            paramstyle="format",
            pool_pre_ping=True,
            pool_size=CONNECTIONS_MAX // 2,
            max_overflow=CONNECTIONS_MAX // 2,
            pool_timeout=WAIT_S,
            use_native_hstore=False,
        )
        self._make()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Lend a connection that sees one state of all views.

        Raises:
            CaseBusy: Every connection is lent out, or the views were replaced meanwhile.
            ViewsLost: They are gone or damaged.
            StoreFault: The database cannot be reached or read.
        """
        with (
            self._translated(),
            self._engine.connect().execution_options(**_READING) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Write all of the block or nothing, while no other process writes.

        Raises:
            CaseBusy: Others kept the turn for too long.
            ViewsLost: They are gone or damaged.
            StoreFault: The database cannot be reached or written.
        """
        with self._translated(), self._engine.connect() as connection, connection.begin():
            connection.execute(_TURN)
            yield connection

    def heal(self, *, damaged: bool = False) -> bool:
        """Make the schema anew where it is gone or said to be damaged.

        Returns:
            Whether anything was wrong with it.

        Raises:
            StoreFault: It cannot be made.
        """
        if not damaged and self._is_there():
            return False
        if damaged:
            with self.writing() as connection:
                connection.execute(sa.text(f"DROP SCHEMA IF EXISTS {NAMESPACE} CASCADE"))
        self._make()
        return True

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _is_there(self) -> bool:
        name = f"{NAMESPACE}.{IDENTITY.name}"
        with self.reading() as connection:
            return bool(connection.scalar(sa.text("SELECT to_regclass(:name)"), {"name": name}))

    def _make(self) -> None:
        with self.writing() as connection:
            if self._is_of_another(connection):
                connection.execute(sa.text(f"DROP SCHEMA {NAMESPACE} CASCADE"))
            connection.execute(sa.text(f"CREATE SCHEMA IF NOT EXISTS {NAMESPACE}"))
            META.create_all(connection)
            if connection.execute(sa.select(IDENTITY)).first() is None:
                connection.execute(sa.insert(IDENTITY), {"ledger_id": self._ledger_id})

    def _is_of_another(self, connection: sa.Connection) -> bool:
        """Tell whether there are views of another ledger."""
        name = f"{NAMESPACE}.{IDENTITY.name}"
        if connection.scalar(sa.text("SELECT to_regclass(:name)"), {"name": name}) is None:
            return False
        return connection.scalar(sa.select(IDENTITY.c.ledger_id)) not in (None, self._ledger_id)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.TimeoutError:
            raise CaseBusy("every connection to the views is in use; try again") from None
        except sa.exc.DBAPIError as error:
            original = error.orig
            if not isinstance(original, psycopg.Error):
                raise
            if original.sqlstate in _LOST:
                why = f"the views are damaged, gone or replaced: error {original.sqlstate}"
                raise ViewsLost(why, "the same again: they are made anew") from None
            with faults(NOUN):
                raise original from None


def connection_of(url: str) -> "psycopg.Connection[Any]":
    """Open a connection as SQLAlchemy uses it: it begins and ends transactions itself.

    What a power cut takes of the last transactions is read from the record again.
    """
    made = connect(url, NOUN, NAMESPACE)
    with faults(NOUN):
        made.execute("SET synchronous_commit = off")
        made.cursor_factory = psycopg.Cursor
        made.autocommit = False
    return made
