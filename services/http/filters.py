"""Say values of the record as templates need them, whatever the language of the page."""

from datetime import UTC, date, datetime
from typing import Final

from ledger.errors import DecodeError
from ledger.instants import parse_instant
from services.reading import moment, words


def exact(at: datetime | str | None) -> datetime | None:
    """Read an instant; None for what is none, such as a time whose zone is not recorded."""
    if not isinstance(at, str):
        return at
    try:
        return parse_instant(at)
    except DecodeError:
        return None


def utc(at: datetime) -> str:
    """Write an instant as it is recorded."""
    return moment.instant(at.astimezone(UTC))


def whole_day(on: str | None) -> date | None:
    """Read a day; None for what is none."""
    try:
        return None if on is None else date.fromisoformat(on)
    except ValueError:
        return None


def listed(names: tuple[str, ...]) -> str:
    """Name several things in a line, people without saying what they are."""
    return ", ".join(words.person(name) for name in names)


FILTERS: Final = {
    "exact": exact,
    "listed": listed,
    "person": words.person,
    "plain": words.plain,
    "utc": utc,
    "who": words.who,
    "whole_day": whole_day,
}
