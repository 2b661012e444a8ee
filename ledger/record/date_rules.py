"""Say what must hold when a date is extended or given up."""

from datetime import date, datetime
from typing import Any

from ledger.act import Act, Broken, rule
from ledger.deadlines import Deadline
from ledger.parties import Standing

OVERALL = "overall_limit"
FIXED = ("blind_reply", "sealed_bids", "caucus_access")
"""Dates at which answers given in confidence are counted: whoever moved one could wait for more.
And the end of the registry's access to a caucus, which two persons and no fewer set."""


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
def date_is_not_fixed(act: Act[Any], deadline: Deadline) -> None:  # noqa: ARG001 - a rule takes the act
    """The time at which confidences are counted, or closed again, stays as it was set."""
    if deadline.set.rule in FIXED:
        raise Broken(f"{deadline.set.deadline_id} was fixed when it was set", "to wait until then")


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
