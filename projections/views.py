"""Open the views, and make them anew where they are gone or damaged: the record has it all."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa

from ledger.errors import CaseBusy, StoreFault
from ledger.sqlite import make_private
from projections.tables import IDENTITY, META

BUSY_TIMEOUT_S = 10.0
DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
LOST = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY})
"""What SQLite says where the file was deleted or replaced under an open connection; the same
where the disk fails or may not be written, so the file itself is looked at."""
LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
LETTERS = ("", "-wal", "-shm")
_PRIMARY_CODE = 0xFF


class ViewsLost(StoreFault):
    """The file of views is damaged or gone; it is made anew from the record."""


class Views(Protocol):
    """The database of views: it all follows from the record, so nothing in it is precious."""

    def reading(self) -> AbstractContextManager[sa.Connection]:
        """Lend a connection that sees one state of all views."""
        ...

    def writing(self) -> AbstractContextManager[sa.Connection]:
        """Write all of the block or nothing, while no other process writes."""
        ...

    def heal(self, *, damaged: bool = False) -> bool:
        """Make anew what is gone, replaced or said to be damaged; tell whether anything was."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


class FileViews:
    """Views in an SQLite file, readable by its owner alone.

    What it holds follows from the record, so nothing in it is precious: a file that is gone,
    damaged or of another ledger is made anew and filled by the projector.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path, ledger_id: str) -> None:
        """Open the file, or make it.

        Raises:
            StoreFault: The folder cannot be written.
        """
        self.path = path
        self._ledger_id = ledger_id
        self._inode = 0
        self._engine = self._open()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Lend a connection that sees one state of all views.

        Raises:
            CaseBusy: Another process kept the file locked.
            ViewsLost: The file is damaged or gone.
            StoreFault: It cannot be read.
        """
        with self._translated(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Write all of the block or nothing, while no other process writes.

        Raises:
            CaseBusy: Another process kept the file locked.
            ViewsLost: The file is damaged or gone.
            StoreFault: The disk is full, or cannot be written.
        """
        options: dict[str, Any] = {"takes_turn": True}
        with self._translated(), self._engine.connect() as plain:
            connection = plain.execution_options(**options)
            with connection.begin():
                yield connection

    def heal(self, *, damaged: bool = False) -> bool:
        """Make the file anew where it is gone, replaced or said to be damaged.

        Returns:
            Whether anything was wrong with it.

        Raises:
            StoreFault: It cannot be made.
        """
        there = self._is_there()
        if there and not damaged:
            return False
        if there:
            remove(self.path)
        self._engine.dispose()
        self._engine = self._open()
        return True

    def _is_there(self) -> bool:
        """Tell whether the file is the one that was opened."""
        return self.path.exists() and self.path.stat().st_ino == self._inode

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _open(self) -> sa.Engine:
        if self.path.exists() and not (_is_whole(self.path) and self._is_ours()):
            remove(self.path)
        _make_private(self.path)
        self._inode = self.path.stat().st_ino
        engine = _engine(self.path)
        with (
            self._translated(),
            engine.connect().execution_options(takes_turn=True) as connection,
            connection.begin(),
        ):
            META.create_all(connection)
            if connection.execute(sa.select(IDENTITY)).first() is None:
                connection.execute(sa.insert(IDENTITY), {"ledger_id": self._ledger_id})
        return engine

    def _is_ours(self) -> bool:
        """Tell whether the file is empty or holds the views of this ledger."""
        engine = _engine(self.path)
        try:
            with engine.connect() as connection:
                found = connection.execute(sa.select(IDENTITY.c.ledger_id)).scalar()
        except sa.exc.OperationalError:  # the tables are not there yet
            return True
        finally:
            engine.dispose()
        return found in (None, self._ledger_id)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.DBAPIError as error:
            code = _code_of(error)
            if code in LOCKED:
                raise CaseBusy("the views are in use by another process") from error
            if code == sqlite3.SQLITE_FULL:
                why = "the views cannot grow, the disk is full"
                raise StoreFault(why, "free some space and try again") from error
            if code in DAMAGED or (code in LOST and not self._is_there()):
                why = f"the views are damaged or gone: {error.orig}"
                raise ViewsLost(why, "the same again: they are made anew") from error
            why = f"the views cannot be read or written: {error.orig}"
            raise StoreFault(why, "check the disk, the data folder and its mode") from error


def _code_of(error: sa.exc.DBAPIError) -> int:
    return getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_OK) & _PRIMARY_CODE


def remove(path: Path) -> None:
    """Delete the file of views with what SQLite keeps beside it."""
    for letters in LETTERS:
        path.with_name(path.name + letters).unlink(missing_ok=True)


def _make_private(path: Path) -> None:
    """Make the file before SQLite would, which gives its companions the same mode."""
    try:
        make_private(path)
    except OSError as error:
        why = f"the views cannot be made: {error.strerror}"
        raise StoreFault(why, "check the data folder and its mode") from error


def _is_whole(path: Path) -> bool:
    """Tell whether SQLite can read the file's tables; every page is not read."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)) as opened:
            opened.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        return (error.sqlite_errorcode & _PRIMARY_CODE) not in DAMAGED
    return True


def _engine(path: Path) -> sa.Engine:
    engine = sa.create_engine(
        f"sqlite+pysqlite:///{path.resolve()}",
        connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
    )
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own
    """Set up a new connection.

    `synchronous=NORMAL` lets a power cut take the last transactions, never the file's order. That
    is enough here: rows and position go together, so what was lost is read from the record again.
    """
    connection.isolation_level = None  # transactions begin below, not by the driver
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _begin(connection: sa.Connection) -> None:
    """Take the turn to write before reading what is to be changed."""
    turn = connection.get_execution_options().get("takes_turn", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if turn else "BEGIN")
