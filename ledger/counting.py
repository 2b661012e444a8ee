"""Count deadlines at the seat: the day, its last instant, and the sentence that explains both.

Nothing here knows today's date, this host's zone or its language, so that the same input gives the
same deadline everywhere and always. Zones come from the tz database (the package `tzdata` serves
hosts that have none), holidays from the tables of the package `holidays`.
"""

import calendar
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Literal, TypeAlias

from msgspec import Struct

from ledger.errors import DecodeError
from ledger.instants import INSTANT_EXAMPLE, parse_instant, zone_named

__all__ = ["DAYS_MAX", "MONTHS_MAX", "Counting", "Due", "add_months", "count", "parse_instant"]

DAYS_MAX = 3_660
"""Longest period in days: ten years. What is longer is a review and counted in months."""

MONTHS_MAX = 1_200
YEARS = range(1900, 2200)
"""Years in which a period may begin; any other is a slip of the pen."""

SATURDAY = 5
WEEKEND = "weekend"

Unit: TypeAlias = Literal["calendar_days", "business_days"]
RollTo: TypeAlias = Literal["next_business_day", "previous_business_day", "none"]
LeftOut: TypeAlias = tuple[date, str]
"""A day that does not count, and why: `WEEKEND` or the holiday's name."""

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_COUNTRY = re.compile(r"[A-Z]{2}")


class Counting(Struct, frozen=True, kw_only=True):
    """How an institution counts time at its seat.

    Attributes:
        starts_day_after: Whether the day after the trigger is the first day, else the day itself.
        unit: Which days a period counts.
        roll_to: Where a last day goes that is a weekend day or a holiday.
        zone: IANA zone of the seat, such as `Europe/Oslo`.
        weekend: Days of rest, Monday is 0.
        holidays: Country (ISO 3166-1, two letters) and subdivision, None to know no holidays.

    Raises:
        DecodeError: An unknown zone, country or subdivision, or a weekend that is none.
    """

    starts_day_after: bool
    unit: Unit
    roll_to: RollTo
    zone: str
    weekend: tuple[int, ...] = (5, 6)
    holidays: tuple[str, str | None] | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be counted with."""
        zone_named(self.zone)
        rest = set(self.weekend)
        week = set(range(len(_WEEKDAYS)))
        if not rest < week or len(rest) < len(self.weekend):
            why = f"{list(self.weekend)} is not a weekend"
            raise DecodeError("weekend", why, "each day once, 0 (Monday) to 6, at most six of them")
        if self.holidays is not None:
            _calendar_years(*self.holidays)


class Due(Struct, frozen=True):
    """A last day, and how it was found.

    Attributes:
        at: Last instant of that day at the seat, in UTC.
        on: That day, at the seat.
        arithmetic: The sentence that explains it, zone included.
    """

    at: datetime
    on: date
    arithmetic: str


def count(trigger: datetime, days: int, counting: Counting, trigger_words: str) -> Due:
    """Find the last day of a period of days.

    Args:
        trigger: Instant that sets the period running; its day is the day at the seat.
        days: Length, 1 to `DAYS_MAX`, in the unit of the counting.
        counting: The institution's way to count.
        trigger_words: What the trigger is, as in "service".

    Raises:
        DecodeError: A trigger without offset or of another age, a length out of range, or a year
            for which the seat's holidays are not known.
    """
    _require_length("days", days, DAYS_MAX)
    begun = _day_at(trigger, counting.zone)
    first = begun + timedelta(days=1) if counting.starts_day_after else begun
    words = (
        f"{_amount(days, counting.unit.replace('_', ' '))} from {trigger_words} on {_dated(begun)},"
        f" counted from {'the day after' if counting.starts_day_after else 'that day'}"
    )
    if counting.unit == "calendar_days":
        return _due(words, first + timedelta(days=days - 1), first, counting)
    last, left_out = _nth_business_day(first, days, counting)
    return _due(words + _leaving_out(left_out), last, first, counting)


def add_months(trigger: datetime, months: int, counting: Counting, trigger_words: str) -> Due:
    """Find the day some months on: the same day of the month, or the last one there is.

    Whether the day of the trigger counts makes no difference here.

    Raises:
        DecodeError: As for `count`.
    """
    _require_length("months", months, MONTHS_MAX)
    begun = _day_at(trigger, counting.zone)
    year, month = divmod(begun.year * 12 + begun.month - 1 + months, 12)
    days = calendar.monthrange(year, month + 1)[1]
    words = f"{_amount(months, 'months')} from {trigger_words} on {_dated(begun)}"
    if days < begun.day:
        words += f", {_MONTHS[month]} {year} having {days} days"
    return _due(words, date(year, month + 1, min(begun.day, days)), begun, counting)


def _require_length(field: str, length: int, longest: int) -> None:
    if not 1 <= length <= longest:
        raise DecodeError(field, f"{length} {field} cannot be counted", f"1 to {longest:,} {field}")


def _day_at(trigger: datetime, zone: str) -> date:
    if trigger.utcoffset() is None:
        raise DecodeError(
            "trigger", "a period cannot run from a time without an offset", INSTANT_EXAMPLE
        )
    if trigger.year not in YEARS:
        raise DecodeError("trigger", f"no period begins in {trigger.year}", "the year meant")
    return trigger.astimezone(zone_named(zone)).date()


def _due(words: str, last: date, first: date, counting: Counting) -> Due:
    on, rolled = _rolled(last, first, counting)
    arithmetic = f"{words}, falls on {_dated(last)}{rolled}, seat time ({counting.zone})"
    return Due(at=_end_of(on, counting.zone), on=on, arithmetic=arithmetic)


def _rolled(last: date, first: date, counting: Counting) -> tuple[date, str]:
    """Move a last day to a business day as the counting says, and say so."""
    if counting.roll_to == "none" or _reason(last, counting) is None:
        return last, ""
    back = counting.roll_to == "previous_business_day"
    on, skipped = _next_open(last, -1 if back else 1, counting)
    words = ", "
    if on < first:  # going back would end the period before it began
        on, skipped = _next_open(last, 1, counting)
        words = ", there is no business day to go back to in the period, "
    return on, f"{words}{_explained(skipped)} -> {_dated(on)}"


def _next_open(day: date, step: int, counting: Counting) -> tuple[date, list[LeftOut]]:
    skipped: list[LeftOut] = []
    while reason := _reason(day, counting):
        skipped.append((day, reason))
        day += timedelta(days=step)
    return day, skipped


def _nth_business_day(first: date, days: int, counting: Counting) -> tuple[date, list[LeftOut]]:
    day, left_out = _next_open(first, 1, counting)
    for _ in range(days - 1):
        day, skipped = _next_open(day + timedelta(days=1), 1, counting)
        left_out += skipped
    return day, left_out


def _reason(day: date, counting: Counting) -> str | None:
    """Say why a day is no business day; None if it is one."""
    if day.weekday() in counting.weekend:
        return WEEKEND
    if counting.holidays is None:
        return None
    return _holidays(*counting.holidays, day.year).get(day)


def _end_of(day: date, zone: str) -> datetime:
    """Return the last microsecond of a day in a zone, in UTC.

    Where midnight does not exist or exists twice, the later reading is the one at which the next
    day has begun for good.
    """
    midnight = datetime.combine(day + timedelta(days=1), time.min, zone_named(zone))
    begun = max(midnight.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return begun - timedelta(microseconds=1)


@cache
def _calendar_years(country: str, subdivision: str | None) -> range:
    """Return the years for which the holidays of a place are known."""
    if not _COUNTRY.fullmatch(country):
        raise DecodeError("holidays[0]", f"{country!r} is not a country", "two letters, such as NO")
    from holidays import country_holidays  # noqa: PLC0415 - reading a case starts quicker without

    try:
        known = country_holidays(country)
    except NotImplementedError as error:
        why = f"the holidays of {country} are not known"
        raise DecodeError("holidays[0]", why, "another country, or no holidays") from error
    places = known.subdivisions + tuple(known.subdivisions_aliases)
    if subdivision is not None and subdivision not in places:
        why = f"{subdivision!r} is not a subdivision of {country}"
        raise DecodeError("holidays[1]", why, f"one of: {', '.join(places)}" if places else "none")
    return range(known.start_year, known.end_year + 1)


@lru_cache(maxsize=256)
def _holidays(country: str, subdivision: str | None, year: int) -> Mapping[date, str]:
    """Return the holidays of a year, named in English.

    Each year is built whole and never changed: the library's own growing calendar, shared between
    threads, could be read half filled. Asked without a language it would answer in the host's.
    """
    from holidays import country_holidays  # noqa: PLC0415 - reading a case starts quicker without

    years = _calendar_years(country, subdivision)
    if year not in years:
        why = f"the holidays of {country} are known from {years[0]} to {years[-1]}, not for {year}"
        raise DecodeError("trigger", why, "a shorter period, or a counting without holidays")
    found = country_holidays(country, subdivision, years=year, expand=False, language="en_US")
    return MappingProxyType(dict(found))


def _explained(skipped: Sequence[LeftOut]) -> str:
    runs = [(why, [day for day, _ in run]) for why, run in groupby(skipped, key=itemgetter(1))]
    # A Saturday or Sunday the period falls on is explained by its own name, if more follows.
    if len(runs) > 1 and runs[0][0] == WEEKEND and skipped[0][0].weekday() >= SATURDAY:
        runs = runs[1:]
    return ", ".join(
        f"{' and '.join(map(_named, days))} {'is' if len(days) == 1 else 'are'} {why} at the seat"
        for why, days in runs
    )


def _leaving_out(left_out: Sequence[LeftOut]) -> str:
    weekend_days = sum(why == WEEKEND for _, why in left_out)
    parts = [f"{_named(day)} ({why} at the seat)" for day, why in left_out if why != WEEKEND]
    if weekend_days:
        parts.insert(0, _amount(weekend_days, "weekend days"))
    return f", leaving out {', '.join(parts)}" if parts else ""


def _amount(number: int, plural: str) -> str:
    return f"{number} {plural.removesuffix('s') if number == 1 else plural}"


def _named(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def _dated(day: date) -> str:
    return f"{_named(day)} {day.year}"
