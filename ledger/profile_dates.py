"""Begin and meet the dates a profile counts from steps of the procedure, as one table."""

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from ledger.act import Act, Decision, Placed
from ledger.counting import add_months, count
from ledger.deadlines import DeadlineSet, Expiry
from ledger.parties import Standing
from ledger.periods import met, rfc3339
from ledger.profile import Profile


class Begun(Struct, frozen=True):
    """A date a profile counts from a step.

    Attributes:
        rule: The profile's key without its unit.
        by: Tag of the event it runs from.
        length: Reads its length from a profile, None for no such date.
        trigger: What it runs from, in words.
        met_by: Tags of the events that meet it.
        about: Field of the event that says what it is about, None for the whole case.
        expiry: What its passing does.
        months: Whether it is counted in months.
        unless: Field of the event that names a day of its own instead.
        elected_by: Who may elect the effect, for an elective one.
        again: Whether the same step, taken anew, begins it anew.
    """

    rule: str
    by: str
    length: Callable[[Profile], int | None]
    trigger: str
    met_by: tuple[str, ...]
    about: str | None = None
    expiry: Expiry = "information"
    months: bool = False
    unless: str | None = None
    elected_by: str | None = None
    again: bool = False


CONSTITUTED: Final = ("mediator-appointed",)
DATES: Final = (
    Begun(
        "number.decide_within",
        "request-registered",
        lambda p: p.number.decide_within_days,
        "registration",
        CONSTITUTED,
    ),
    Begun(
        "appointment.parties_within",
        "request-registered",
        lambda p: p.appointment.parties_within_days,
        "registration",
        CONSTITUTED,
        expiry="elective",
    ),
    Begun(
        "appointment.no_step_ends_after",
        "request-registered",
        lambda p: p.appointment.no_step_ends_after_days,
        "registration",
        CONSTITUTED,
        expiry="elective",
    ),
    Begun(
        "acceptance.within",
        "candidate-approached",
        lambda p: p.acceptance.within_days,
        "the request to mediate",
        ("impartiality-declared", "mediator-declined"),
        about="person",
        expiry="elective",
        elected_by="registry",
        again=True,
    ),
    Begun(
        "challenge.answer_within",
        "challenge-filed",
        lambda p: p.challenge.answer_within_days,
        "the challenge",
        ("challenge-decided",),
        about="challenge_id",
    ),
    Begun(
        "follow_up.first_check",
        "monitoring-plan-adopted",
        lambda p: p.follow_up.first_check_days,
        "the monitoring plan",
        (),
        unless="first_check",
    ),
    Begun(
        "follow_up.final_review",
        "monitoring-plan-adopted",
        lambda p: p.follow_up.final_review_months,
        "the monitoring plan",
        ("monitoring-ended",),
        months=True,
    ),
)


def dates_begun(act: Act[Any], standing: Standing, placed: Decision) -> Decision:
    """List the dates an act begins, and those it meets.

    Args:
        act: The act.
        standing: As the act's eyes see it.
        placed: What the act records.
    """
    found: Decision = []
    for one in placed:
        tag = str(type(one.event).__struct_config__.tag)
        for date in DATES:
            if date.by == tag and act.moment_is_known():
                found.extend(_begun(act, standing, date, one))
            if tag in date.met_by:
                found.extend(met(standing.deadlines.running(date.rule, _met_about(date, act, one))))
    return found


def _begun(act: Act[Any], standing: Standing, date: Begun, cause: Placed) -> Decision:
    """Set a date once, where the profile knows it and the act names no day of its own."""
    length, about = date.length(act.profile), _about(date, cause)
    named = date.unless is not None and getattr(cause.event, date.unless) is not None
    before = standing.deadlines.latest(date.rule, about)
    if length is None or named or (before is not None and not date.again):
        return []
    counted = add_months if date.months else count
    due = counted(act.when, length, act.profile.counting, date.trigger)
    names = DeadlineSet(
        deadline_id=_named(date, about, standing),
        rule=date.rule,
        due=rfc3339(due),
        on=due.on.isoformat(),
        arithmetic=due.arithmetic,
        expiry=date.expiry,
        elected_by=date.elected_by,
        about=about,
    )
    return [Placed(cause.room, names)]


def _named(date: Begun, about: str | None, standing: Standing) -> str:
    """Name a date, by a number too where the step was taken before."""
    name = date.rule if about is None else f"{date.rule}-{about}"
    book = standing.deadlines.book.values()
    times = sum((d.set.rule, d.set.about) == (date.rule, about) for d in book)
    return f"{name}-{times + 1}" if times else name


def _about(date: Begun, cause: Placed) -> str | None:
    """Name what a date is about, fit for an id."""
    if date.about is None:
        return None
    return str(getattr(cause.event, date.about)).removeprefix("person:")


def _met_about(date: Begun, act: Act[Any], one: Placed) -> str | None:
    """Name what an event that meets a date is about: its own field, else who acts."""
    if date.about is None:
        return None
    return str(getattr(one.event, date.about, act.actor)).removeprefix("person:")
