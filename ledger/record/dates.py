"""Give more time, or give a date up, by whoever is entitled to it (row J16)."""

from datetime import date, datetime
from typing import Any, ClassVar

from msgspec.structs import replace

from ledger.act import Act, Broken, Command, Decision, Placed, rule
from ledger.counting import Counting, count
from ledger.deadlines import Deadline, DeadlineExtended, DeadlineWaived
from ledger.parties import Standing
from ledger.periods import rfc3339
from ledger.record.state import Record
from ledger.terms import Day, Id, PartyId

OVERALL = "overall_limit"


class ExtendDeadline(Command, frozen=True, kw_only=True, tag="extend-deadline"):
    """Give more time before a date passes; the room is the date's own, `joint` unless named.

    Attributes:
        deadline_id: Which.
        until: The new last day, at the seat.
        agreed_by: Parties that agreed, where the profile asks all of them.
    """

    by = ("registry", "party")
    example: ClassVar[dict[str, Any]] = {"deadline_id": "reply-B", "until": "2026-04-20"}
    deadline_id: Id
    until: Day
    agreed_by: tuple[PartyId, ...] = ()


def extend_deadline(
    state: Record,  # noqa: ARG001 - every decision takes the state
    standing: Standing,
    act: Act[ExtendDeadline],
) -> Decision:
    """Extend a date that has not passed, or one under review.

    Raises:
        RuleViolation: date_is_known, date_is_open, extender_is_entitled, extension_is_later,
            extension_is_within_limit.
    """
    data = act.data
    deadline = _date(standing, act, data.deadline_id)
    date_is_open(act, deadline)
    extender_is_entitled(act, standing, deadline, data.agreed_by)
    extension_is_later(act, deadline, data.until)
    extension_is_within_limit(act, deadline, data.until)
    due = count(
        datetime.fromisoformat(deadline.due),
        (date.fromisoformat(data.until) - date.fromisoformat(deadline.on)).days,
        _plain(act.profile.counting),
        "the former last day",
    )
    extended = DeadlineExtended(
        deadline_id=data.deadline_id,
        due=rfc3339(due),
        on=due.on.isoformat(),
        arithmetic=due.arithmetic,
    )
    return [Placed(deadline.room, extended)]


def _plain(counting: Counting) -> Counting:
    """Count day by day to the day named, whatever the profile says of periods."""
    return replace(counting, starts_day_after=True, unit="calendar_days", roll_to="none")


class WaiveDeadline(Command, frozen=True, kw_only=True, tag="waive-deadline"):
    """Give up a date one is entitled to; the room is the date's own, `joint` unless named."""

    by = ("registry", "party")
    example: ClassVar[dict[str, Any]] = {"deadline_id": "objection-D1"}
    deadline_id: Id


def waive_deadline(
    state: Record,  # noqa: ARG001 - every decision takes the state
    standing: Standing,
    act: Act[WaiveDeadline],
) -> Decision:
    """Record that a date was given up.

    Raises:
        RuleViolation: date_is_known, date_is_open, waiver_is_entitled.
    """
    deadline = _date(standing, act, act.data.deadline_id)
    date_is_open(act, deadline)
    waiver_is_entitled(act, deadline)
    return [Placed(deadline.room, DeadlineWaived(deadline_id=act.data.deadline_id))]


def _date(standing: Standing, act: Act[Any], deadline_id: str) -> Deadline:
    room = act.room or "joint"
    date_is_known(act, standing, room, deadline_id)
    return standing.deadlines.book[room, deadline_id]


@rule("refuse")
def date_is_known(act: Act[Any], standing: Standing, room: str, deadline_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a date of the room is extended or given up."""
    if (room, deadline_id) not in standing.deadlines.book:
        known = ", ".join(name for where, name in standing.deadlines.book if where == room)
        raise Broken(f"{room} has no date {deadline_id}", f"one of: {known or 'none'}")


@rule("refuse")
def date_is_open(act: Act[Any], deadline: Deadline) -> None:
    """A date that has passed is not extended or given up; one under review may be."""
    if deadline.status == "review":
        return
    if deadline.status != "running" or datetime.fromisoformat(deadline.due) < act.when:
        word = "passed" if deadline.status == "running" else deadline.status
        raise Broken(f"{deadline.set.deadline_id} is {word}", "a date that runs")


@rule("refuse")
def extender_is_entitled(
    act: Act[Any], standing: Standing, deadline: Deadline, agreed_by: tuple[str, ...]
) -> None:
    """More time is given by the registry, or by the party the date protects."""
    if deadline.set.rule == OVERALL:
        _all_agree(act, standing, agreed_by)
        return
    if act.role != "registry" and act.party != deadline.set.elected_by:
        who = deadline.set.elected_by or "nobody else"
        raise Broken(f"{act.acting()} cannot give more time here", f"the registry, or {who}")


def _all_agree(act: Act[Any], standing: Standing, agreed_by: tuple[str, ...]) -> None:
    """Check who must agree to lengthen the whole case."""
    by = act.profile.overall_limit.extension_by
    missing = [p for p in standing.current() if p not in agreed_by]
    if by == "nobody":
        raise Broken("the profile lets nobody extend the overall limit", "nothing")
    if act.role != "registry":
        raise Broken("the registry records an extension of the overall limit", "the registry")
    if by == "all_parties" and missing:
        raise Broken(f"not agreed by {', '.join(missing)}", "every current party in `agreed_by`")


@rule("refuse")
def extension_is_later(act: Act[Any], deadline: Deadline, until: str) -> None:  # noqa: ARG001 - a rule takes the act
    """More time means a later day."""
    if until <= deadline.on:
        raise Broken(f"{until} is not after {deadline.on}", f"a day after {deadline.on}")


@rule("refuse")
def extension_is_within_limit(act: Act[Any], deadline: Deadline, until: str) -> None:
    """The whole case is lengthened only as far as the profile allows."""
    most = act.profile.overall_limit.extension_max_days
    if deadline.set.rule != OVERALL or most is None:
        return
    days = (date.fromisoformat(until) - date.fromisoformat(deadline.set.on)).days
    if days > most:
        raise Broken(f"{until} is {days} days after {deadline.set.on}", f"at most {most} days")


@rule("refuse")
def waiver_is_entitled(act: Act[Any], deadline: Deadline) -> None:
    """A date is given up by who may elect its effect, else by whom it concerns."""
    entitled = deadline.set.elected_by or deadline.set.concerns or "registry"
    if act.acting() != entitled:
        raise Broken(f"{act.acting()} is not entitled to this date", entitled)
