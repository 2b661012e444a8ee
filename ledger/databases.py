"""Say what a store of ours asks of a database, so that it reads the same on each of them.

Statements are written as SQLite reads them, with `?` or `?1` where values go; `ledger/postgres`
says them in PostgreSQL's words.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol


class Results(Protocol):
    """What a statement found or changed."""

    @property
    def rowcount(self) -> int:
        """Return how many rows a change touched."""
        ...

    def fetchone(self) -> Any:  # noqa: ANN401 - a row, or None
        """Return the next row, None after the last."""
        ...

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        ...

    def __iter__(self) -> Iterator[Any]:
        """Yield the rows that are left."""
        ...


class Session(Protocol):
    """A connection as a store uses it."""

    def execute(self, statement: str, values: Sequence[Any] = ..., /) -> Results:
        """Run a statement."""
        ...

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run a statement for each row of values."""
        ...


class Database(Protocol):
    """Connections of one process to one store; safe from many threads.

    Attributes:
        noun: What messages call it.
    """

    noun: str

    def reading(self) -> AbstractContextManager[Session]:
        """Lend a connection that sees what was committed when each statement began."""
        ...

    def writing(self) -> AbstractContextManager[Session]:
        """Do all of the block's statements or none, while nobody else writes this store."""
        ...

    def leave_no_trace(self, *tables: str) -> None:
        """Leave nothing of what was deleted or overwritten in any file, those of logs apart."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


class StoreKind(NamedTuple):
    """One kind of store: a file of SQLite's, or a schema in a PostgreSQL database.

    Attributes:
        noun: What messages call it.
        application_id: The number in a file's header.
        family: First part of its format's name; the format is `family/version`.
        version: The one this program reads and writes.
        tables: What it holds beside its `ledger_meta`.
        later: For each format after the first, the statements that bring the one before to it.
    """

    noun: str
    application_id: int
    family: str
    version: int
    tables: frozenset[str]
    later: tuple[tuple[str, ...], ...] = ()

    @property
    def format(self) -> str:
        """Name the format as the store does."""
        return f"{self.family}/{self.version}"

    @property
    def namespace(self) -> str:
        """Name its schema in a PostgreSQL database."""
        return self.family.replace("-", "_")

    def steps_from(self, version: int) -> tuple[str, ...]:
        """List the statements that bring an older format to this one."""
        return tuple(statement for step in self.later[version - 1 :] for statement in step)
