"""Follow the numeric terms of a case from proposal to proposal."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation

from msgspec import Struct

from ledger.terms import Money, Parameter
from services.reading.proposals import Told


class Point(Struct, frozen=True):
    """What a proposal put for one term.

    Attributes:
        at: When it was put, or recorded where that is not known.
        by: Who put it.
        value: How much.
        proposal: Its name, with its room where that is not the common record.
        accepted: Whether it was accepted; it binds nobody.
    """

    at: datetime
    by: str
    value: float
    proposal: str
    accepted: bool


class Curve(Struct, frozen=True):
    """A numeric term as it moved.

    Attributes:
        term: Clause and parameter.
        unit: Currency or `%`, "" for a count.
        points: In the order in which they were put.
    """

    term: str
    unit: str
    points: tuple[Point, ...]


def curves(proposals: Iterable[Told]) -> list[Curve]:
    """List the numeric terms that were put at least once, those put most often first."""
    found: dict[tuple[str, str], list[Point]] = {}
    for told in proposals:
        for clause in told.clauses:
            for name, given in clause.params.items():
                read = number(given)
                if read is not None:
                    value, unit = read
                    term = (f"{clause.clause_id}: {name}", unit)
                    found.setdefault(term, []).append(_point(told, value))
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        Curve(term, unit, tuple(sorted(points, key=lambda p: p.at)))
        for (term, unit), points in ordered
    ]


def number(given: Parameter) -> tuple[float, str] | None:
    """Read a term that is a number: a count, an amount, a percentage; None for any other."""
    if isinstance(given, Money):
        return float(Decimal(given.amount)), given.currency
    if isinstance(given, int):
        return float(given), ""
    text = given.strip()
    unit = "%" if text.endswith("%") else ""
    try:
        value = Decimal(text.removesuffix("%").strip())
    except InvalidOperation:
        return None
    return (float(value), unit) if value.is_finite() else None


def _point(told: Told, value: float) -> Point:
    where = "" if told.room == "joint" else f" ({told.room})"
    return Point(
        at=told.recorded,
        by=told.by,
        value=value,
        proposal=told.proposal_id + where,
        accepted=told.status in ("accepted", "partly_accepted"),
    )
