"""Answer questions in SQL over the views one viewer may see: in memory, and read-only."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from time import monotonic
from typing import Any, Final

from msgspec import Struct

from ledger.errors import DecodeError
from services.reading.eyes import Eyes
from services.reading.sheets import SHEETS, Sheet
from services.reading.sources import sources

SECONDS: Final = 10.0
"""How long a question may take to be answered, once the tables are filled."""
ROWS_MAX: Final = 10_000
"""How many rows an answer may have."""
MEMORY_MIB: Final = 2_048
"""Memory for the tables and what a question makes of them, where a process answers only one."""
TEXT_BYTES_MAX: Final = 4 * 1024 * 1024
SQL_CHARS_MAX: Final = 100_000
STEPS: Final = 10_000
"""Steps of SQLite's machine between two looks at the clock."""

_READING: Final = frozenset(
    (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
)
_FORBIDDEN_FUNCTIONS: Final = frozenset(("load_extension", "fts3_tokenizer"))


class Answered(Struct, frozen=True):
    """What a question in SQL found.

    Attributes:
        columns: Names of its columns.
        rows: Its rows.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


class Bounds(Struct, frozen=True):
    """How much a question may take.

    Attributes:
        seconds: Time for the answer.
        rows: Rows of the answer.
    """

    seconds: float = SECONDS
    rows: int = ROWS_MAX


BOUNDS: Final = Bounds()


def query(eyes: Eyes, sql: str, case: str | None = None, bounds: Bounds = BOUNDS) -> Answered:
    """Answer one SELECT over the tables that `SHEETS` names.

    Args:
        eyes: Whose; the tables hold what they may see.
        sql: The question.
        case: Fill the tables from one case alone; from all by default.
        bounds: How much it may take.

    Raises:
        DecodeError: Not one SELECT, an unknown name, or more than the bounds allow.
        RuleViolation, StoreFault: As `Eyes.looks`.
    """
    if len(sql) > SQL_CHARS_MAX:
        raise DecodeError("SQL", f"is longer than {SQL_CHARS_MAX:,} signs", "a shorter question")
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        _fill(database, eyes, case, sql.lower())
        _restrict(database, bounds)
        try:
            return _answered(database.execute(sql), bounds)
        except (sqlite3.Error, sqlite3.Warning, MemoryError, UnicodeError) as error:
            raise _misuse(error, bounds) from None


def limit_memory() -> None:
    """Keep a process that answers one question from taking the machine's memory; for good."""
    with closing(sqlite3.connect(":memory:")) as any_database:
        any_database.execute(f"PRAGMA hard_heap_limit = {MEMORY_MIB * 1024 * 1024}")


def _fill(database: sqlite3.Connection, eyes: Eyes, case: str | None, sql: str) -> None:
    """Make every table, and fill those that are named in the question."""
    database.execute("PRAGMA temp_store = MEMORY")  # what is sorted never reaches a disk
    database.execute("BEGIN")
    for sheet in SHEETS:
        database.execute(_made(sheet))
    wanted = [sheet for sheet in SHEETS if sheet.name in sql]
    for source in sources(eyes, case):
        for sheet in wanted:
            places = ", ".join("?" * (2 + len(sheet.columns)))
            insert = f"INSERT INTO {sheet.name} VALUES ({places})"  # noqa: S608 - our own names
            database.executemany(insert, sheet.cells(source))
    database.execute("COMMIT")


def _made(sheet: Sheet) -> str:
    kept = {"JSON": "TEXT"}
    columns = [f'"{c.name}" {kept.get(c.kept, c.kept)}' for c in sheet.columns]
    return f"CREATE TABLE {sheet.name} (case_id TEXT, number TEXT, {', '.join(columns)})"


def _restrict(database: sqlite3.Connection, bounds: Bounds) -> None:
    """Let the connection read from here on, and nothing else, for a while."""
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, TEXT_BYTES_MAX)
    database.set_authorizer(_authorized)
    ends = monotonic() + bounds.seconds
    database.set_progress_handler(lambda: int(monotonic() > ends), STEPS)


def _authorized(action: int, _first: str | None, second: str | None, *_: str | None) -> int:
    if action == sqlite3.SQLITE_FUNCTION and second in _FORBIDDEN_FUNCTIONS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY


def _answered(cursor: sqlite3.Cursor, bounds: Bounds) -> Answered:
    if cursor.description is None:
        raise DecodeError("SQL", "asks nothing", _NEEDS)
    columns = tuple(str(column[0]) for column in cursor.description)
    for name in columns:
        if columns.count(name) > 1:
            raise DecodeError("SQL", f"two columns are called {name!r}", f"{name} AS another name")
    rows = tuple(cursor.fetchmany(bounds.rows + 1))
    if len(rows) > bounds.rows:
        why = f"the answer has more than {bounds.rows:,} rows"
        raise DecodeError("SQL", why, "a LIMIT, a narrower WHERE, or a greater --rows")
    return Answered(columns, rows)


_NEEDS: Final = "one SELECT; `goodoffices query --tables` lists what there is"


def _misuse(error: Exception, bounds: Bounds) -> DecodeError:
    """Say what was wrong with a question, as far as SQLite says it."""
    text = str(error)
    if isinstance(error, UnicodeError):
        return DecodeError("SQL", "is no text", _NEEDS)
    if isinstance(error, MemoryError):
        return DecodeError("SQL", f"takes more than {MEMORY_MIB:,} MiB", "a smaller question")
    if "interrupted" in text:
        why = f"is not answered within {bounds.seconds:g} seconds"
        return DecodeError("SQL", why, "a smaller question, or a greater --seconds")
    if any(word in text for word in ("not authorized", "prohibited", "denied")):
        return DecodeError("SQL", "does more than read; the views are read-only", _NEEDS)
    if "one statement" in text:
        return DecodeError("SQL", "holds more than one statement", _NEEDS)
    return DecodeError("SQL", text, _NEEDS)


class Named(Struct, frozen=True):
    """A column of a table.

    Attributes:
        name: Its name.
        kept: How it is kept: `TEXT`, `INTEGER`, or `JSON`, which is text.
    """

    name: str
    kept: str


class Table(Struct, frozen=True):
    """A table one may ask for.

    Attributes:
        table: Its name.
        what: What a row of it is.
        columns: Its columns.
    """

    table: str
    what: str
    columns: tuple[Named, ...]


_CASE: Final = (Named("case_id", "TEXT"), Named("number", "TEXT"))


def tables() -> Iterator[Table]:
    """List every table there is, whoever looks."""
    for sheet in SHEETS:
        yield Table(
            sheet.name,
            sheet.what,
            (*_CASE, *(Named(column.name, column.kept) for column in sheet.columns)),
        )
