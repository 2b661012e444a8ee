"""Deadlines are counted at the seat, the same everywhere, and explain themselves."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.counting import (
    DAYS_MAX,
    MONTHS_MAX,
    Counting,
    RollTo,
    Unit,
    add_months,
    count,
    parse_instant,
)
from ledger.errors import DecodeError

OSLO = Counting(
    starts_day_after=True,
    unit="calendar_days",
    roll_to="next_business_day",
    zone="Europe/Oslo",
    holidays=("NO", None),
)
SERVED = parse_instant("2026-03-05T14:00:00+01:00[Europe/Oslo]")


def oslo(day: str, at: str = "12:00") -> datetime:
    """Return an instant by the clock on the wall in Oslo."""
    return datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=ZoneInfo("Europe/Oslo"))


def test_thirty_days_from_service_roll_over_easter_monday() -> None:
    """The sentence of the deadline calendar, word for word."""
    due = count(SERVED, 30, OSLO, "service")
    assert due.on == date(2026, 4, 7)
    assert due.arithmetic == (
        "30 calendar days from service on Thu 5 Mar 2026, counted from the day after, falls on"
        " Sat 4 Apr 2026, Mon 6 Apr is Easter Monday at the seat -> Tue 7 Apr 2026,"
        " seat time (Europe/Oslo)"
    )


def test_without_holidays_the_same_days_end_on_easter_monday() -> None:
    """A counting that knows weekends only gives Monday, and says the weekend is why."""
    due = count(SERVED, 30, replace(OSLO, holidays=None), "service")
    assert due.on == date(2026, 4, 6)
    assert due.arithmetic == (
        "30 calendar days from service on Thu 5 Mar 2026, counted from the day after, falls on"
        " Sat 4 Apr 2026, Sat 4 Apr and Sun 5 Apr are weekend at the seat -> Mon 6 Apr 2026,"
        " seat time (Europe/Oslo)"
    )


def test_without_rolling_the_period_ends_on_a_saturday() -> None:
    """Roll `none` leaves the last day where it falls."""
    due = count(SERVED, 30, replace(OSLO, roll_to="none"), "service")
    assert due.on == date(2026, 4, 4)
    assert due.arithmetic.endswith("falls on Sat 4 Apr 2026, seat time (Europe/Oslo)")


def test_rolling_back_explains_each_day_it_passes() -> None:
    """Good Friday and Maundy Thursday stand between the Saturday and the Wednesday before."""
    due = count(SERVED, 30, replace(OSLO, roll_to="previous_business_day"), "service")
    assert due.on == date(2026, 4, 1)
    assert due.arithmetic.endswith(
        "falls on Sat 4 Apr 2026, Fri 3 Apr is Good Friday at the seat, Thu 2 Apr is Maundy"
        " Thursday at the seat -> Wed 1 Apr 2026, seat time (Europe/Oslo)"
    )


def test_a_period_never_rolls_back_to_before_it_began() -> None:
    """From Good Friday there is no business day to go back to, so it goes on to Tuesday."""
    back = replace(OSLO, roll_to="previous_business_day")
    due = count(oslo("2026-04-03"), 1, back, "service")
    assert due.on == date(2026, 4, 7)
    assert due.arithmetic == (
        "1 calendar day from service on Fri 3 Apr 2026, counted from the day after, falls on"
        " Sat 4 Apr 2026, there is no business day to go back to in the period, Mon 6 Apr is"
        " Easter Monday at the seat -> Tue 7 Apr 2026, seat time (Europe/Oslo)"
    )


def test_a_holiday_before_a_weekend_is_told_with_the_weekend() -> None:
    """Nothing that is passed over is left unexplained."""
    due = count(oslo("2026-04-02"), 1, OSLO, "service")
    assert due.arithmetic.endswith(
        "falls on Fri 3 Apr 2026, Fri 3 Apr is Good Friday at the seat, Sat 4 Apr and Sun 5 Apr are"
        " weekend at the seat, Mon 6 Apr is Easter Monday at the seat -> Tue 7 Apr 2026,"
        " seat time (Europe/Oslo)"
    )


def test_the_day_itself_counts_where_the_rules_say_so() -> None:
    """One day less than when counting starts the day after."""
    same_day = replace(OSLO, starts_day_after=False, roll_to="none")
    due = count(SERVED, 15, same_day, "receipt")
    assert due.on == date(2026, 3, 19)
    assert "from receipt on Thu 5 Mar 2026, counted from that day, falls on" in due.arithmetic
    assert count(SERVED, 1, same_day, "receipt").on == date(2026, 3, 5)


def test_a_business_day_needs_no_rolling() -> None:
    """The automatic profile: received on 2 Feb, 15 days, 17 Feb."""
    due = count(oslo("2026-02-02"), 15, OSLO, "receipt")
    assert due.arithmetic == (
        "15 calendar days from receipt on Mon 2 Feb 2026, counted from the day after, falls on"
        " Tue 17 Feb 2026, seat time (Europe/Oslo)"
    )


def test_business_days_leave_out_weekends_and_holidays() -> None:
    """Two business days from the Wednesday before Easter, each day left out being named."""
    due = count(oslo("2026-04-01"), 2, replace(OSLO, unit="business_days"), "service")
    assert due.on == date(2026, 4, 8)
    assert due.arithmetic == (
        "2 business days from service on Wed 1 Apr 2026, counted from the day after, leaving out"
        " 2 weekend days, Thu 2 Apr (Maundy Thursday at the seat), Fri 3 Apr (Good Friday at the"
        " seat), Mon 6 Apr (Easter Monday at the seat), falls on Wed 8 Apr 2026,"
        " seat time (Europe/Oslo)"
    )


def test_business_days_without_rest_in_between_leave_nothing_out() -> None:
    """Monday to Wednesday is two days."""
    due = count(oslo("2026-03-09"), 2, replace(OSLO, unit="business_days"), "service")
    assert due.arithmetic == (
        "2 business days from service on Mon 9 Mar 2026, counted from the day after, falls on"
        " Wed 11 Mar 2026, seat time (Europe/Oslo)"
    )


def test_a_trigger_at_rest_counts_as_the_first_business_day_after() -> None:
    """Counted from that day, a Sunday is left out like any other Sunday."""
    counting = replace(OSLO, unit="business_days", starts_day_after=False)
    due = count(oslo("2026-03-08"), 1, counting, "service")
    assert due.on == date(2026, 3, 9)
    assert ", leaving out 1 weekend day, falls on Mon 9 Mar 2026" in due.arithmetic


@pytest.mark.parametrize(
    ("day", "last_instant"),
    [
        ("2026-03-27", "2026-03-28T22:59:59.999999Z"),
        ("2026-03-28", "2026-03-29T21:59:59.999999Z"),
        ("2026-10-23", "2026-10-24T21:59:59.999999Z"),
        ("2026-10-24", "2026-10-25T22:59:59.999999Z"),
    ],
)
def test_the_last_instant_is_midnight_by_the_clock_on_the_wall(day: str, last_instant: str) -> None:
    """On both sides of both clock changes of 2026."""
    due = count(oslo(day), 1, replace(OSLO, roll_to="none"), "service")
    assert due.at == datetime.fromisoformat(last_instant)
    assert due.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("zone", "day", "last_instant"),
    [
        # Midnight does not exist: the clock goes from 24:00 to 01:00.
        ("America/Sao_Paulo", "2018-11-03", "2018-11-04T02:59:59.999999Z"),
        # The last hour comes twice: the clock goes from 24:00 back to 23:00.
        ("America/Sao_Paulo", "2018-02-17", "2018-02-18T02:59:59.999999Z"),
        # The first minute of the next day comes twice: from 00:01 back to 23:01.
        ("America/St_Johns", "2010-11-06", "2010-11-07T03:29:59.999999Z"),
        # The next day does not exist at all.
        ("Pacific/Apia", "2011-12-29", "2011-12-30T09:59:59.999999Z"),
        ("Asia/Kathmandu", "2026-03-05", "2026-03-05T18:14:59.999999Z"),
        ("UTC", "2026-03-05", "2026-03-05T23:59:59.999999Z"),
    ],
)
def test_a_day_ends_where_the_next_begins(zone: str, day: str, last_instant: str) -> None:
    """Also where midnight is missing or comes twice."""
    counting = Counting(
        starts_day_after=False, unit="calendar_days", roll_to="none", zone=zone, holidays=None
    )
    trigger = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=ZoneInfo(zone))
    assert count(trigger, 1, counting, "service").at == datetime.fromisoformat(last_instant)


def test_the_day_of_the_trigger_is_the_day_at_the_seat() -> None:
    """Late evening in London is already Friday in Oslo and still Thursday afternoon in New York."""
    trigger = parse_instant("2026-03-05T23:30:00Z")
    new_york = replace(OSLO, zone="America/New_York", holidays=("US", None))
    assert "on Fri 6 Mar 2026" in count(trigger, 10, OSLO, "service").arithmetic
    due = count(trigger, 10, new_york, "service")
    assert due.arithmetic == (
        "10 calendar days from service on Thu 5 Mar 2026, counted from the day after, falls on"
        " Sun 15 Mar 2026, Sun 15 Mar is weekend at the seat -> Mon 16 Mar 2026,"
        " seat time (America/New_York)"
    )
    assert due.at == datetime(2026, 3, 17, 3, 59, 59, 999999, tzinfo=UTC)


def test_a_leap_day_is_a_day() -> None:
    """28 February 2028 and one day is the 29th."""
    counting = replace(OSLO, roll_to="none")
    assert count(oslo("2028-02-28"), 1, counting, "service").on == date(2028, 2, 29)
    assert count(oslo("2026-02-28"), 1, counting, "service").on == date(2026, 3, 1)


def test_a_weekend_may_fall_on_other_days() -> None:
    """Friday and Saturday, so a Friday is explained and a Sunday is not left out."""
    counting = replace(OSLO, zone="Asia/Riyadh", weekend=(4, 5), holidays=None)
    due = count(parse_instant("2026-03-05T09:00:00+03:00"), 1, counting, "service")
    assert due.on == date(2026, 3, 8)
    assert "Fri 6 Mar and Sat 7 Mar are weekend at the seat -> Sun 8 Mar 2026" in due.arithmetic


def test_a_subdivision_has_holidays_of_its_own() -> None:
    """The Genevan fast is kept in Geneva only."""
    geneva = replace(OSLO, zone="Europe/Zurich", holidays=("CH", "GE"))
    berne = replace(geneva, holidays=("CH", "BE"))
    trigger = parse_instant("2026-09-09T12:00:00+02:00")
    assert "Thu 10 Sep is Genevan Fast" in count(trigger, 1, geneva, "service").arithmetic
    assert count(trigger, 1, berne, "service").on == date(2026, 9, 10)


def test_a_holiday_moved_into_the_year_before_is_known() -> None:
    """New Year's Day 2022, a Saturday, was kept on Friday 31 December 2021 in the US."""
    counting = replace(OSLO, zone="America/New_York", holidays=("US", None))
    due = count(parse_instant("2021-12-30T12:00:00-05:00"), 1, counting, "service")
    assert due.on == date(2022, 1, 3)


@pytest.mark.parametrize(
    ("day", "months", "on"),
    [
        ("2026-01-15", 1, date(2026, 2, 15)),
        ("2026-01-31", 1, date(2026, 2, 28)),
        ("2028-01-31", 1, date(2028, 2, 29)),
        ("2028-02-29", 12, date(2029, 2, 28)),
        ("2026-12-31", 2, date(2027, 2, 28)),
        ("2026-08-31", 1, date(2026, 9, 30)),
        ("2026-12-05", 12, date(2027, 12, 5)),
    ],
)
def test_months_keep_the_day_or_take_the_last(day: str, months: int, on: date) -> None:
    """The end of a shorter month is the end, never the month after."""
    assert add_months(oslo(day), months, replace(OSLO, roll_to="none"), "closing").on == on


def test_months_roll_and_explain_like_days() -> None:
    """A shorter month is said to be one, and so is the weekend."""
    due = add_months(oslo("2026-01-31"), 1, OSLO, "closing")
    assert due.on == date(2026, 3, 2)
    assert due.arithmetic == (
        "1 month from closing on Sat 31 Jan 2026, Feb 2026 having 28 days, falls on"
        " Sat 28 Feb 2026, Sat 28 Feb and Sun 1 Mar are weekend at the seat -> Mon 2 Mar 2026,"
        " seat time (Europe/Oslo)"
    )


@pytest.mark.parametrize("days", [0, -1, DAYS_MAX + 1])
def test_a_length_out_of_range_is_refused(days: int) -> None:
    """No day, a day before, or more than ten years."""
    with pytest.raises(DecodeError) as refused:
        count(SERVED, days, OSLO, "service")
    assert refused.value.field == "days"
    assert refused.value.needs == "1 to 3,660 days"


@pytest.mark.parametrize("months", [0, MONTHS_MAX + 1])
def test_months_out_of_range_are_refused(months: int) -> None:
    """The same bounds in kind."""
    with pytest.raises(DecodeError) as refused:
        add_months(SERVED, months, OSLO, "service")
    assert refused.value.field == "months"


@pytest.mark.parametrize(
    "trigger",
    [
        datetime(2026, 3, 5, 14),  # noqa: DTZ001 - without a zone on purpose
        datetime(226, 3, 5, tzinfo=UTC),
        datetime(9999, 12, 31, tzinfo=timezone(timedelta(hours=-12))),
    ],
)
def test_a_trigger_that_cannot_be_meant_is_refused(trigger: datetime) -> None:
    """No offset, or a year that is a slip of the pen."""
    with pytest.raises(DecodeError) as refused:
        count(trigger, 30, OSLO, "service")
    assert refused.value.field == "trigger"


def test_a_year_without_known_holidays_is_refused_not_guessed() -> None:
    """The tables end somewhere, and silence would make a working day of a holiday."""
    with pytest.raises(DecodeError, match="the holidays of NO are known from 1901 to 2100") as no:
        count(oslo("2100-12-20"), 30, OSLO, "service")
    assert no.value.needs == "a shorter period, or a counting without holidays"


@pytest.mark.parametrize(
    "zone", ["Oslo", "Europe", "localtime", "posixrules", "../etc/passwd", "", "Europe/Oslo\n"]
)
def test_an_unknown_zone_is_refused(zone: str) -> None:
    """Also one that would mean this host's own."""
    with pytest.raises(DecodeError) as refused:
        replace(OSLO, zone=zone)
    assert refused.value.field == "zone"


@pytest.mark.parametrize(
    ("holidays", "field"),
    [
        (("QQ", None), "holidays[0]"),
        (("Norway", None), "holidays[0]"),
        (("NO", "XX"), "holidays[1]"),
        (("VA", "XX"), "holidays[1]"),
    ],
)
def test_an_unknown_calendar_is_refused(holidays: tuple[str, str | None], field: str) -> None:
    """A country by its two letters, a subdivision by the country's own list."""
    with pytest.raises(DecodeError) as refused:
        replace(OSLO, holidays=holidays)
    assert refused.value.field == field


@pytest.mark.parametrize("weekend", [(7,), (-1,), (5, 5), tuple(range(7))])
def test_a_weekend_that_is_none_is_refused(weekend: tuple[int, ...]) -> None:
    """A day that is not, twice the same, or every day of the week."""
    with pytest.raises(DecodeError) as refused:
        replace(OSLO, weekend=weekend)
    assert refused.value.field == "weekend"


ASK_ELSEWHERE = """
from tests.unit.test_counting import OSLO, SERVED, add_months, count
due = count(SERVED, 30, OSLO, "service")
print(due.at.isoformat(), due.on, due.arithmetic, add_months(SERVED, 1, OSLO, "x").arithmetic)
"""


def test_the_host_has_no_say() -> None:
    """Two hosts, with other clocks on the wall and other languages, give the same answer."""
    answers = {
        subprocess.run(
            [sys.executable, "-c", ASK_ELSEWHERE],
            env={**os.environ, "TZ": zone, "LC_ALL": language, "LANGUAGE": language},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for zone, language in [("Pacific/Apia", "no"), ("America/New_York", "uk")]
    }
    assert len(answers) == 1
    assert "Easter Monday" in answers.pop()


INSTANTS = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(2060, 1, 1),  # noqa: DTZ001 - as above
    timezones=st.sampled_from([UTC, ZoneInfo("Asia/Tokyo"), ZoneInfo("America/St_Johns")]),
)
COUNTINGS = st.builds(
    Counting,
    starts_day_after=st.booleans(),
    unit=st.sampled_from(get_args(Unit)),
    roll_to=st.sampled_from(get_args(RollTo)),
    zone=st.sampled_from(["Europe/Oslo", "America/Sao_Paulo", "America/St_Johns", "UTC"]),
    weekend=st.sampled_from([(5, 6), (4, 5), (6,), ()]),
    holidays=st.sampled_from([None, ("NO", None), ("US", "NY"), ("CH", "GE")]),
)
# Loading a holiday calendar for the first time takes longer than a usual example.
PATIENT = settings(max_examples=150, deadline=None)


@PATIENT
@given(INSTANTS, st.integers(1, 400), COUNTINGS)
def test_a_rolled_period_never_ends_at_rest(at: datetime, days: int, counting: Counting) -> None:
    """Counting one business day from the last day itself gives that day: it is one."""
    due = count(at, days, counting, "service")
    if counting.unit == "business_days" or counting.roll_to != "none":
        on_it = replace(counting, unit="business_days", starts_day_after=False)
        assert count(due.at, 1, on_it, "itself").on == due.on


@PATIENT
@given(INSTANTS, st.integers(1, 400), COUNTINGS)
def test_more_days_never_end_earlier(at: datetime, days: int, counting: Counting) -> None:
    """One day more gives the same last day or a later one, and never one before the trigger."""
    due, longer = (count(at, n, counting, "service") for n in (days, days + 1))
    assert due.on <= longer.on
    assert due.at <= longer.at
    assert due.at >= at


@PATIENT
@given(INSTANTS, st.integers(1, 400), COUNTINGS)
def test_the_same_input_gives_the_same_deadline(
    at: datetime, days: int, counting: Counting
) -> None:
    """Whatever zone the trigger is told in."""
    due = count(at, days, counting, "service")
    assert count(at.astimezone(UTC), days, counting, "service") == due
    assert due.at.astimezone(ZoneInfo(counting.zone)).date() == due.on


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-05T14:00:00+01:00", "2026-03-05T13:00:00+00:00"),
        ("2026-03-05T14:00:00+01:00[Europe/Oslo]", "2026-03-05T13:00:00+00:00"),
        ("2026-03-05T14:00:00+01:00[!Europe/Oslo]", "2026-03-05T13:00:00+00:00"),
        ("2026-03-05t13:00:00.25z", "2026-03-05T13:00:00.250000+00:00"),
        ("2026-03-05T13:00:00Z[Europe/Oslo]", "2026-03-05T13:00:00+00:00"),
        ("2026-03-05T13:00:00-00:00[Europe/Oslo]", "2026-03-05T13:00:00+00:00"),
        ("2026-10-25T02:30:00+02:00[Europe/Oslo]", "2026-10-25T00:30:00+00:00"),
        ("2026-10-25T02:30:00+01:00[Europe/Oslo]", "2026-10-25T01:30:00+00:00"),
        ("2026-03-05T14:00:00.123456-03:30[America/St_Johns]", "2026-03-05T17:30:00.123456+00:00"),
    ],
)
def test_an_instant_is_read_into_utc(text: str, instant: str) -> None:
    """Both hours of the night the clock goes back are told apart by their offsets."""
    assert parse_instant(text).isoformat() == instant


@pytest.mark.parametrize("zone", ["", "[Europe/Oslo]"])
def test_a_naive_time_is_told_that_it_needs_an_offset(zone: str) -> None:
    """A zone alone does not do: one hour of the year comes twice."""
    with pytest.raises(DecodeError) as refused:
        parse_instant(f"2026-03-05T14:00:00{zone}", "occurred")
    assert refused.value.field == "occurred"
    assert "without an offset" in refused.value.why
    assert refused.value.needs.startswith("an offset, such as 2026-03-05T14:00:00+01:00")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-03-05T14:00:00+02:00[Europe/Oslo]", "Europe/Oslo, which is +01:00 at that moment"),
        ("2026-03-29T02:30:00+01:00[Europe/Oslo]", "Europe/Oslo, which is +02:00 at that moment"),
        ("2026-03-05T14:00:00+00:00[Europe/Oslo]", "Europe/Oslo, which is +01:00 at that moment"),
        ("2026-03-05T14:00:00+01:00[Europe/Nowhere]", "'Europe/Nowhere' is not a time zone"),
        ("2026-03-05T14:00:00Z[localtime]", "'localtime' is not a time zone"),
        ("2026-02-30T14:00:00Z", "no moment there is"),
        ("0000-01-01T00:00:00Z", "no moment there is"),
        ("0001-01-01T00:00:00+01:00", "no moment there is"),
        ("9999-12-31T23:59:59-01:00", "no moment there is"),
        ("2026-03-05", "not an instant"),
        ("2026-03-05 14:00:00Z", "not an instant"),
        ("2026-03-05T14:00Z", "not an instant"),
        ("2026-03-05T24:00:00Z", "not an instant"),
        ("2026-03-05T14:00:60Z", "not an instant"),
        ("2026-03-05T14:00:00.1234567Z", "not an instant"),
        ("2026-03-05T14:00:00+01:75", "not an instant"),
        ("2026-03-05T14:00:00+99:00", "not an instant"),
        ("2026-03-05T14:00:00Z\n", "not an instant"),
        ("2026-03-05T14:00:00Z[u-ca=hebrew]", "not an instant"),
        ("٢٠٢٦-03-05T14:00:00Z", "not an instant"),
        ("", "not an instant"),
        ("x" * 1_000_000, "not an instant"),
    ],
)
def test_what_is_no_instant_is_refused(text: str, why: str) -> None:
    """Each with the field, the reason and an example."""
    with pytest.raises(DecodeError) as refused:
        parse_instant(text, "occurred")
    assert refused.value.field == "occurred"
    assert why in refused.value.why
    assert len(refused.value.why) < 200
    assert refused.value.needs
