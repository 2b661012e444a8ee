"""Word the dates of a case for who reads them: whose they are, and how long there still is."""

from datetime import datetime
from typing import Final, NamedTuple

from ledger.instants import parse_instant
from projections.deadlines import Date

OPEN: Final = frozenset({"running", "passed", "review"})
"""Dates still to be looked at."""
_DAY_S: Final = 86_400


class Ahead(NamedTuple):
    """A date, as it concerns a reader.

    Attributes:
        date: The date.
        yours: Whether it is the reader who has to act.
        days: Whole days from the instant looked from, below nothing where it is over.
    """

    date: Date
    yours: bool
    days: int


def ahead(date: Date, viewer: str, now: datetime) -> Ahead:
    """Word a date.

    Args:
        date: The date.
        viewer: Whose eyes.
        now: The instant looked from.
    """
    left_s = (parse_instant(date.due) - now).total_seconds()
    yours = date.concerns is not None and viewer == f"party:{date.concerns}"
    return Ahead(date, yours, int(left_s // _DAY_S))
