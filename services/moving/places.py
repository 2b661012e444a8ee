"""Reach one store of a ledger where it lies: a file, or a schema of a PostgreSQL database."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path
from typing import Final, Protocol

from ledger.databases import Database, Session
from ledger.errors import CaseBusy, StoreFault
from ledger.sqlite import Connections, check_file, create_file, faults
from ledger.store.moved import retire
from services.moving.tables import Kept

GIVEN: Final = "positions_given"
"""Where a record on PostgreSQL keeps the last position it gave."""
BUSY: Final = "somebody writes the {}; stop `serve` and every other command, then try again"


Still = Callable[[], None]
"""Raises if what is kept still may have been written since."""


class StorePlace(Protocol):
    """One store in one place.

    Attributes:
        kept: Which store.
        in_a_file: Whether it is a file.
    """

    kept: Kept
    in_a_file: bool

    def exists(self) -> bool:
        """Tell whether it is there."""
        ...

    def meta(self) -> dict[str, str]:
        """Return what it says about itself; refuse what is no whole store of this kind."""
        ...

    def create(self, meta: Mapping[str, str]) -> None:
        """Make it, empty."""
        ...

    def database(self) -> Database:
        """Open it; the caller closes it."""
        ...

    def snapshot(self) -> AbstractContextManager[Session]:
        """Lend a connection that sees one state for as long as the block runs."""
        ...

    def kept_still(self) -> AbstractContextManager[Still]:
        """Let nobody write it while a block runs; what it lends tells whether that holds."""
        ...

    def retire(self, place: str) -> None:
        """Let a record say where it is now, and take no more rows; for whoever keeps it still."""
        ...

    def settle(self, session: Session) -> None:
        """Let what the database counts go on behind the rows that were carried in."""
        ...

    def destroy(self) -> None:
        """Remove it; nothing of it is left in a file."""
        ...


class FilePlace:
    """A store in an SQLite file of a folder."""

    in_a_file = True

    def __init__(self, kept: Kept, folder: Path) -> None:
        self.kept = kept
        self.path = folder / kept.file

    def exists(self) -> bool:
        """Tell whether it is there."""
        return self.path.exists()

    def meta(self) -> dict[str, str]:
        """Return what it says about itself."""
        return check_file(self.path, self.kept.kind)

    def create(self, meta: Mapping[str, str]) -> None:
        """Make it, empty, with its folder."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            why = f"the folder {self.path.parent} cannot be made: {error.strerror}"
            raise StoreFault(why, "check the path and its mode") from error
        create_file(self.path, self.kept.kind, self.kept.schema, meta)

    def database(self) -> Database:
        """Open it."""
        return Connections(self.path, self.kept.kind.noun)

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Lend a connection that sees one state for as long as the block runs."""
        noun = self.kept.kind.noun
        with (
            closing(Connections(self.path, noun)) as opened,
            closing(opened.open_reader()) as reader,
            faults(noun),
        ):
            reader.execute("BEGIN")
            yield reader

    @contextmanager
    def kept_still(self) -> Iterator[Still]:
        """Let nobody write it while a block runs.

        Raises:
            CaseBusy: Somebody writes it.
        """
        with ExitStack() as held:
            opened = held.enter_context(closing(Connections(self.path, self.kept.kind.noun)))
            try:
                held.enter_context(opened.writing())
            except CaseBusy as busy:
                raise CaseBusy(BUSY.format(self.kept.kind.noun)) from busy
            yield lambda: None  # the lock goes with this process and no sooner

    def retire(self, place: str) -> None:
        """Let a record say where it is now, and take no more rows."""
        with closing(Connections(self.path, self.kept.kind.noun)) as opened:
            with opened.writing() as session:
                retire(session, place, in_a_file=True)
            opened.truncate_log()  # whoever reads the file alone is told as well

    def settle(self, session: Session) -> None:
        """Do nothing: SQLite counts on behind the greatest number by itself."""

    def destroy(self) -> None:
        """Overwrite every row, empty the log, then remove the files."""
        with closing(Connections(self.path, self.kept.kind.noun)) as opened:
            with opened.writing() as session:
                for table in self.kept.tables:
                    session.execute(f"DELETE FROM {table.name}")  # noqa: S608 - a name of ours
            opened.truncate_log()
        # A crash here leaves a store without rows, which opens nothing any more.
        for suffix in ("-wal", "-shm", ""):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)


class SchemaPlace:
    """A store in a schema of a PostgreSQL database."""

    in_a_file = False

    def __init__(self, kept: Kept, url: str) -> None:
        from ledger import postgres  # noqa: PLC0415 - psycopg is an extra

        self.kept = kept
        self._url = url
        self._postgres = postgres
        self._kind, self._schema = kept.on_server()

    def exists(self) -> bool:
        """Tell whether it is there."""
        return self._postgres.has_schema(self._url, self._kind)

    def meta(self) -> dict[str, str]:
        """Return what it says about itself."""
        return self._postgres.check_schema(self._url, self._kind)

    def create(self, meta: Mapping[str, str]) -> None:
        """Make it, empty, in one transaction."""
        self._postgres.create_schema(self._url, self._kind, self._schema, meta)

    def database(self) -> Database:
        """Open it."""
        return self._postgres.Connections(self._url, self._kind)

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Lend a connection that sees one state for as long as the block runs."""
        noun, name = self._kind.noun, self._kind.namespace
        with (
            self._postgres.connect(self._url, noun, name) as connection,
            self._postgres.faults(noun),
        ):
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield self._postgres.PostgresSession(connection)

    @contextmanager
    def kept_still(self) -> Iterator[Still]:
        """Let nobody write it while a block runs.

        Raises:
            CaseBusy: Somebody writes it.
        """
        noun, name = self._kind.noun, self._kind.namespace
        turn = (self._postgres.lock_key(name),)
        with self._postgres.connect(self._url, noun, name) as connection:
            with self._postgres.faults(noun):
                # The lock that every writing transaction takes, held by the session.
                connection.execute("SELECT pg_advisory_lock($1::bigint)", turn)

            def still() -> None:
                with self._postgres.faults(noun):  # the lock lasts as long as the connection
                    connection.execute("SELECT 1")

            yield still

    def retire(self, place: str) -> None:
        """Let a record say where it is now, and take no more rows."""
        noun, name = self._kind.noun, self._kind.namespace
        with (
            self._postgres.connect(self._url, noun, name) as connection,
            self._postgres.faults(noun),
            connection.transaction(),
        ):
            retire(self._postgres.PostgresSession(connection), place, in_a_file=False)

    def settle(self, session: Session) -> None:
        """Let every counter go on behind the greatest number."""
        if GIVEN in self._kind.tables:
            session.execute(
                f"INSERT INTO {GIVEN} SELECT max(position) FROM stored_events"  # noqa: S608 - a name of ours
                " HAVING max(position) IS NOT NULL ON CONFLICT DO NOTHING"
            )
        for table in self.kept.tables:
            if table.numbered:
                column = table.columns[0]
                session.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column}'),"  # noqa: S608 - names of ours
                    f" greatest((SELECT max({column}) FROM {table.name}), 1))"
                )

    def destroy(self) -> None:
        """Drop the schema; its files go with the commit."""
        noun, name = self._kind.noun, self._kind.namespace
        with self._postgres.connect(self._url, noun) as connection, self._postgres.faults(noun):
            connection.execute(f"DROP SCHEMA {name} CASCADE")
