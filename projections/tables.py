"""Keep rows in SQL: a table for each kind of row and generation, found by room.

The same rows on SQLite and PostgreSQL: what one does otherwise stands in the types of the columns
and in `upsert`; how a transaction begins stands with the views of each.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, NamedTuple, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
import sqlalchemy as sa
from msgspec.structs import astuple
from sqlalchemy.dialects import postgresql, sqlite

from ledger.decoding import decoder
from projections.rows import Key, Row

R = TypeVar("R", bound=Row)
Narrowed: TypeAlias = Callable[[sa.Table, sa.Select[Any]], sa.Select[Any]]
"""Narrows and orders the statement that reads a table."""
Told: TypeAlias = Callable[[sa.Table], Sequence[sa.ColumnElement[Any]]]
"""Says what is told of a row, column by column, each under a name."""
ROOMS_MAX = 500
"""Most rooms named in one statement."""

ROWS_AT_ONCE = 500
"""Rows handed to the driver together; PostgreSQL's hangs where a megabyte goes out at once."""

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
"""Ordered by its bytes everywhere, so that views of one record are in one order."""
INTEGER = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
META = sa.MetaData()
POSITIONS = sa.Table(
    "positions",
    META,
    sa.Column("name", TEXT, primary_key=True),
    sa.Column("generation", INTEGER, primary_key=True),
    sa.Column("version", INTEGER, nullable=False),
    sa.Column("position", INTEGER, nullable=False),
    sa.Column("live", sa.Boolean, nullable=False),
)
PARKED = sa.Table(
    "parked",
    META,
    sa.Column("projection", TEXT, primary_key=True),
    sa.Column("generation", INTEGER, primary_key=True),
    sa.Column("case_id", TEXT, primary_key=True),
    sa.Column("position", INTEGER, nullable=False),
    sa.Column("why", TEXT, nullable=False),
)
IDENTITY = sa.Table(
    "identity",
    META,
    sa.Column("ledger_id", TEXT, primary_key=True),
)


class Field(NamedTuple):
    """How a field of a row is kept in a column.

    Attributes:
        name: Its name.
        column: Type of its column.
        to_sql: Makes the column's value, None where it is the field's own.
        from_sql: Makes the field's value, None where it is the column's own.
    """

    name: str
    column: sa.types.TypeEngine[Any]
    to_sql: Callable[[Any], Any] | None
    from_sql: Callable[[Any], Any] | None


_PLAIN: dict[Any, sa.types.TypeEngine[Any]] = {str: TEXT, int: INTEGER}
_ENCODE = msgspec.json.Encoder(order="sorted")


@cache
def fields_of(kind: type[Row]) -> tuple[Field, ...]:
    """Say how each field of a kind is kept."""
    hints = get_type_hints(kind)
    return tuple(_field(name, hints[name]) for name in kind.__struct_fields__)


def _field(name: str, hint: Any) -> Field:  # noqa: ANN401 - any annotation there is
    optional = get_origin(hint) in (Union, UnionType) and NoneType in get_args(hint)
    inner = [a for a in get_args(hint) if a is not NoneType] if optional else [hint]
    only = inner[0] if len(inner) == 1 else None
    if only in _PLAIN:
        return Field(name, _PLAIN[only], None, None)
    if only is bool:
        return Field(name, INTEGER, _number, bool)
    if only is datetime:
        return Field(name, TEXT, instant_text, _instant)
    decode = decoder(hint).decode
    return Field(name, TEXT, lambda value: _ENCODE.encode(value).decode(), decode)


def instant_text(at: datetime | None) -> str | None:
    """Write an instant so that texts order as instants do: always with microseconds."""
    return None if at is None else f"{at.astimezone(UTC).isoformat(timespec='microseconds')[:26]}Z"


def _number(truth: bool | None) -> int | None:  # noqa: FBT001 - the value of a field
    return None if truth is None else int(truth)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


@cache
def table_of(kind: type[Row], generation: int) -> sa.Table:
    """Describe the table of a kind in a generation of its projection."""
    name = f"{kind.table}_{generation}"
    keys = ("room_id", *kind.keys)
    columns = [sa.Column(f.name, f.column, nullable=f.name not in keys) for f in fields_of(kind)]
    return sa.Table(
        name,
        sa.MetaData(),
        *columns,
        sa.PrimaryKeyConstraint(*keys),
        *(sa.Index(f"{name}_by_{field}", field) for field in ("case_id", *kind.indexes)),
    )


def create(connection: sa.Connection, kind: type[Row], generation: int) -> None:
    """Make the table of a kind unless it is there."""
    table_of(kind, generation).metadata.create_all(connection)


def drop(connection: sa.Connection, table_name: str) -> None:
    """Drop a table by name."""
    sa.Table(table_name, sa.MetaData()).drop(connection, checkfirst=True)


def upsert(connection: sa.Connection, table: sa.Table, values: Sequence[tuple[Any, ...]]) -> None:
    """Write rows, their columns in order, in place of those with their keys."""
    for first in range(0, len(values), ROWS_AT_ONCE):
        some = list(values[first : first + ROWS_AT_ONCE])
        connection.exec_driver_sql(_upsert_text(connection.dialect, table), some)


@cache
def _upsert_text(dialect: sa.Dialect, table: sa.Table) -> str:
    """Write the statement once, so that a row costs what the driver costs and no more."""
    made: Any = postgresql if dialect.name == "postgresql" else sqlite
    insert = made.insert(table)
    keys = [column.name for column in table.primary_key]
    others = {c.name: insert.excluded[c.name] for c in table.columns if c.name not in keys}
    statement = insert.on_conflict_do_update(index_elements=keys, set_=others)
    return str(statement.compile(dialect=dialect))


def write(connection: sa.Connection, kind: type[Row], generation: int, rows: Iterable[Row]) -> None:
    """Write rows of one kind."""
    convert = _to_sql(kind)
    upsert(connection, table_of(kind, generation), [convert(row) for row in rows])


@cache
def _to_sql(kind: type[Row]) -> Callable[[Row], tuple[Any, ...]]:
    """Make the function that turns a row of a kind into the values of its columns."""
    made = [(n, f.to_sql) for n, f in enumerate(fields_of(kind)) if f.to_sql is not None]

    def convert(row: Row) -> tuple[Any, ...]:
        values = list(astuple(row))
        for n, to_sql in made:
            values[n] = to_sql(values[n])
        return tuple(values)

    return convert


@cache
def _from_sql(kind: type[R]) -> Callable[[Sequence[Any]], R]:
    """Make the function that turns the columns of a table into a row of a kind."""
    names = kind.__struct_fields__
    made = [(n, f.from_sql) for n, f in enumerate(fields_of(kind)) if f.from_sql is not None]

    def convert(columns: Sequence[Any]) -> R:
        values = list(columns)
        for n, from_sql in made:
            if values[n] is not None:
                values[n] = from_sql(values[n])
        return kind(**dict(zip(names, values, strict=True)))

    return convert


def select(
    connection: sa.Connection,
    kind: type[R],
    generation: int,
    narrowed: Narrowed,
) -> Iterator[R]:
    """Read rows of a kind, as a statement narrows and orders them; memory stays flat."""
    table = table_of(kind, generation)
    convert = _from_sql(kind)
    page: Any = {"yield_per": 1_000}
    statement = narrowed(table, sa.select(table))
    # Who takes the first rows alone leaves no cursor open on a server.
    with connection.execute(statement, execution_options=page) as found:
        for columns in found:
            yield convert(tuple(columns))


def count(connection: sa.Connection, kind: type[Row], generation: int, narrowed: Narrowed) -> int:
    """Count the rows of a kind that a statement narrows to."""
    table = table_of(kind, generation)
    counted = narrowed(table, sa.select(sa.func.count()).select_from(table))
    return int(connection.execute(counted).scalar_one())


def tally(
    connection: sa.Connection, kind: type[Row], generation: int, narrowed: Narrowed, told: Told
) -> list[tuple[Any, ...]]:
    """Count rows of a kind by what is told of each: lines of that, each with how many there are.

    Args:
        connection: To the views.
        kind: Of row.
        generation: Of its view.
        narrowed: Narrows the statement, and bounds how many rows are looked at.
        told: What is told of a row.
    """
    table = table_of(kind, generation)
    looked_at = narrowed(table, sa.select(*told(table))).subquery()
    counted = sa.select(*looked_at.c, sa.func.count()).group_by(*looked_at.c)
    return [tuple(line) for line in connection.execute(counted)]


def of_rooms(
    connection: sa.Connection, kind: type[R], generation: int, room_ids: Sequence[str]
) -> Iterator[R]:
    """Read every row of some rooms."""
    for first in range(0, len(room_ids), ROOMS_MAX):
        some = room_ids[first : first + ROOMS_MAX]
        yield from select(connection, kind, generation, _in_rooms(some))


def _in_rooms(room_ids: Sequence[str]) -> Narrowed:
    return lambda table, statement: statement.where(table.c.room_id.in_(room_ids))


def one(connection: sa.Connection, kind: type[R], generation: int, key: Key) -> R | None:
    """Read the row of a key."""
    names = ("room_id", *kind.keys)

    def narrowed(table: sa.Table, statement: sa.Select[Any]) -> sa.Select[Any]:
        return statement.where(*(table.c[n] == k for n, k in zip(names, key, strict=True)))

    table = table_of(kind, generation)
    found = connection.execute(narrowed(table, sa.select(table))).first()
    return None if found is None else _from_sql(kind)(tuple(found))


def forget_case(connection: sa.Connection, kind: type[Row], generation: int, case_id: str) -> None:
    """Delete every row of a case."""
    table = table_of(kind, generation)
    connection.execute(sa.delete(table).where(table.c.case_id == case_id))
