"""Set aside a case that a view cannot take in, so that the others go on and nobody is misled."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from projections.generations import Standing, serving
from projections.tables import PARKED, upsert
from projections.views import Views


class Parked(NamedTuple):
    """A case set aside by a view.

    Attributes:
        projection: The view.
        case_id: The case, 32 hex digits.
        position: Where it stopped; never shown to a reader.
        why: What was wrong; for operators, without content.
    """

    projection: str
    case_id: str
    position: int
    why: str


def park(connection: sa.Connection, view: Standing, cases: Iterable[Parked]) -> None:
    """Set cases aside in a generation of a view."""
    listed = list(cases)
    for one in listed:
        import structlog  # noqa: PLC0415 - needed on a fault alone; reading starts quicker without

        structlog.get_logger().error("projection.case_parked", **one._asdict())
    values = [(p.projection, view.generation, p.case_id, p.position, p.why) for p in listed]
    upsert(connection, PARKED, values)


def release(connection: sa.Connection, view: Standing, case_id: UUID) -> None:
    """Let a case be taken in again."""
    connection.execute(sa.delete(PARKED).where(*_of(view), PARKED.c.case_id == case_id.hex))


def parked_in(connection: sa.Connection, view: Standing) -> set[str]:
    """Name the cases a generation of a view has set aside; there are few at any time."""
    return set(connection.execute(sa.select(PARKED.c.case_id).where(*_of(view))).scalars())


def _of(view: Standing) -> tuple[Any, ...]:
    return PARKED.c.projection == view.name, PARKED.c.generation == view.generation


def parked(views: Views, case_id: UUID | None = None) -> tuple[Parked, ...]:
    """List what the serving views have set aside, of one case or of all."""
    columns = [PARKED.c[name] for name in Parked._fields]
    query = sa.select(*columns, PARKED.c.generation)
    if case_id is not None:
        query = query.where(PARKED.c.case_id == case_id.hex)
    with views.reading() as connection:
        live = {(view.name, view.generation) for view in serving(connection).values()}
        found = connection.execute(query).all()
    return tuple(Parked(*row[:-1]) for row in found if (row.projection, row.generation) in live)
