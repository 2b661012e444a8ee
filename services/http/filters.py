"""Say values of the record as templates need them, whatever the language of the page."""

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from ledger.errors import DecodeError
from ledger.instants import parse_instant
from services.http.form_fields import called
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


def room(ref: str) -> str:
    """Name the room of an entry (room:seq)."""
    return ref.rpartition(":")[0]


def wall(at: datetime, zone: str) -> str:
    """Write what the clock on the wall shows, as a field for date and time takes it."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


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
    "called": called,
    "exact": exact,
    "listed": listed,
    "person": words.person,
    "plain": words.plain,
    "room": room,
    "room_called": words.room,
    "utc": utc,
    "wall": wall,
    "who": words.who,
    "whole_day": whole_day,
}
