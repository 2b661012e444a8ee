"""Know how far each view has come, and build a new generation of one beside the one that serves."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import sqlalchemy as sa

from projections import tables
from projections.rows import Key, Projection, Row
from projections.tables import PARKED, POSITIONS, Narrowed, Told
from projections.views import Views

R = TypeVar("R", bound=Row)


class Standing(NamedTuple):
    """How far one generation of a view has come.

    Attributes:
        name: The view.
        generation: Which generation.
        version: Version of the code that fills it.
        position: Last position of the store it has taken in.
    """

    name: str
    generation: int
    version: int
    position: int


def serving(connection: sa.Connection) -> dict[str, Standing]:
    """Return the generation of each view that readers are given."""
    columns = [POSITIONS.c[name] for name in Standing._fields]
    found = connection.execute(sa.select(*columns).where(POSITIONS.c.live))
    return {row.name: Standing(*row) for row in found}


def standing(connection: sa.Connection, name: str, generation: int) -> Standing | None:
    """Return how far a generation has come, None once it was dropped."""
    columns = [POSITIONS.c[field] for field in Standing._fields]
    found = connection.execute(sa.select(*columns).where(*_is(name, generation))).first()
    return None if found is None else Standing(*found)


def begin(connection: sa.Connection, projection: Projection) -> Standing:
    """Make the empty tables of a new generation; what an earlier one left unfinished goes.

    The first generation of a view serves at once, for there is none before it.
    """
    _drop_unfinished(connection, projection.name)
    first = projection.name not in serving(connection)
    last = connection.execute(
        sa.select(sa.func.max(POSITIONS.c.generation)).where(POSITIONS.c.name == projection.name)
    ).scalar()
    new = Standing(projection.name, (last or 0) + 1, projection.version, 0)
    for kind in projection.kinds:
        tables.create(connection, kind, new.generation)
    connection.execute(sa.insert(POSITIONS), {**new._asdict(), "live": first})
    return new


def advance(connection: sa.Connection, view: Standing, position: int) -> None:
    """Note that a generation has taken in everything up to a position."""
    connection.execute(
        sa.update(POSITIONS).where(*_is(view.name, view.generation)).values(position=position)
    )


def switch(connection: sa.Connection, views: Sequence[Standing]) -> bool:
    """Let generations serve in place of those before, unless one is behind the one it replaces."""
    before = serving(connection)
    if any(view.position < before[view.name].position for view in views):
        return False
    for view in views:
        is_new = POSITIONS.c.generation == view.generation
        named = POSITIONS.c.name == view.name
        connection.execute(sa.update(POSITIONS).where(named).values(live=is_new))
        _drop_unfinished(connection, view.name, but=_still_read(connection, before[view.name]))
    return True


def _still_read(connection: sa.Connection, replaced: Standing) -> int:
    """Name the generation whose readers must find its tables to their end, 0 for none.

    SQLite shows a reader the tables of when it began; PostgreSQL does not, so there they stay
    until the view is built once more.
    """
    return replaced.generation if connection.dialect.name == "postgresql" else 0


def _drop_unfinished(connection: sa.Connection, name: str, but: int = 0) -> None:
    """Drop every generation of a view that does not serve, but for one that may still be read."""
    column = POSITIONS.c.generation
    query = sa.select(column).where(
        POSITIONS.c.name == name, sa.not_(POSITIONS.c.live), column != but
    )
    for generation in connection.execute(query).scalars().all():
        for table in sa.inspect(connection).get_table_names():
            if table.startswith(f"{name}__") and table.endswith(f"_{generation}"):
                tables.drop(connection, table)
        connection.execute(sa.delete(POSITIONS).where(*_is(name, generation)))
        parked = PARKED.c.projection == name, PARKED.c.generation == generation
        connection.execute(sa.delete(PARKED).where(*parked))


def _is(name: str, generation: int) -> tuple[Any, ...]:
    return POSITIONS.c.name == name, POSITIONS.c.generation == generation


class Glance:
    """One state of all views, for a reader; who may see what is decided above."""

    def __init__(self, connection: sa.Connection) -> None:
        """Look through a connection within one transaction."""
        self._connection = connection
        self._serving = serving(connection)

    def position(self, name: str) -> int:
        """Return how far a view has come; never shown to a reader."""
        return self._serving[name].position if name in self._serving else 0

    def rows(self, kind: type[R], narrowed: Narrowed) -> Iterator[R]:
        """Read rows as a statement narrows and orders them; memory stays flat."""
        return tables.select(self._connection, kind, self._generation(kind), narrowed)

    def count(self, kind: type[Row], narrowed: Narrowed) -> int:
        """Count the rows that a statement narrows to."""
        return tables.count(self._connection, kind, self._generation(kind), narrowed)

    def tally(self, kind: type[Row], narrowed: Narrowed, told: Told) -> list[tuple[Any, ...]]:
        """Count the rows that a statement narrows to by what is told of each."""
        return tables.tally(self._connection, kind, self._generation(kind), narrowed, told)

    def of_case(self, kind: type[R], case_id: UUID, rooms: Sequence[str]) -> list[R]:
        """Read the rows of some rooms of a case."""

        def narrowed(table: sa.Table, statement: sa.Select[Any]) -> sa.Select[Any]:
            return statement.where(table.c.case_id == case_id.hex, table.c.room.in_(rooms))

        return list(self.rows(kind, narrowed))

    def one(self, kind: type[R], key: Key) -> R | None:
        """Read the row of a key."""
        return tables.one(self._connection, kind, self._generation(kind), key)

    def _generation(self, kind: type[Row]) -> int:
        return self._serving[kind.table.partition("__")[0]].generation


@contextmanager
def glance(views: Views) -> Iterator[Glance]:
    """Look at all views in one state, whatever is written meanwhile."""
    with views.reading() as connection:
        yield Glance(connection)
