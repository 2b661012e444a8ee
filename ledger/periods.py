"""Begin and close periods of time by the profile pinned to a case."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from msgspec.structs import replace

from ledger.act import Act, Placed
from ledger.counting import Due, count
from ledger.deadlines import (
    Deadline,
    DeadlineExtended,
    DeadlineMet,
    DeadlineReviewNeeded,
    DeadlineSet,
    Expiry,
)
from ledger.errors import DecodeError
from ledger.instants import zone_named


def begin(  # noqa: PLR0913 - a period has as many sides
    act: Act[Any],
    room: str,
    *,
    rule: str,
    days: int,
    trigger: str,
    concerns: str | None = None,
    expiry: Expiry = "information",
    elected_by: str | None = None,
    about: str | None = None,
) -> Placed:
    """Set a date counted from the moment an act happened, by the profile's counting.

    Args:
        act: The act whose happening triggers it.
        room: Room it is recorded in: the trigger's own.
        rule: Profile key.
        days: Length of the period, in the profile's unit.
        trigger: What the period runs from, in words: "service".
        concerns: Party that has to act.
        expiry: What its passing does.
        elected_by: Who may elect the effect.
        about: Id of what it is about.
    """
    due = count(act.when, days, act.profile.counting, trigger)
    return Placed(
        room,
        DeadlineSet(
            deadline_id=f"{rule}-{about}" if about else rule,
            rule=rule,
            due=rfc3339(due),
            on=due.on.isoformat(),
            arithmetic=due.arithmetic,
            concerns=concerns,
            expiry=expiry,
            elected_by=elected_by,
            about=about,
        ),
    )


def rfc3339(due: Due) -> str:
    """Write the last instant of a date in UTC."""
    return due.at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def answered_late(act: Act[Any], deadline: Deadline, about: str, *, took_effect: bool) -> Placed:
    """Close a date missed on record that an act, happening in time, answered all the same.

    With proof of receipt (`source`, the hash of what was received) it counts as met. Without it, or
    where its passing took effect meanwhile, somebody has to look at it: nothing moves by itself.

    Args:
        act: The act, entered late.
        deadline: The date.
        about: Event (room:seq) of the entry, readable where the date stands.
        took_effect: Whether something followed from its passing.
    """
    names = deadline.set.deadline_id
    if act.source is not None and not took_effect:
        return Placed(deadline.room, DeadlineMet(deadline_id=names))
    return Placed(deadline.room, DeadlineReviewNeeded(deadline_id=names, about=about))


def met(deadline: Deadline | None) -> list[Placed]:
    """Record that a running date was met; nothing where none runs."""
    if deadline is None or deadline.status != "running":
        return []
    return [Placed(deadline.room, DeadlineMet(deadline_id=deadline.set.deadline_id))]


def stated(act: Act[Any], room: str, names: DeadlineSet) -> Placed:
    """Set a date that somebody named as a day at the seat; nothing was counted.

    Args:
        act: The act that names it.
        room: Room it is recorded in.
        names: The date, `on` being the day; last instant and arithmetic are filled in here.

    Raises:
        DecodeError: There is no such day.
    """
    due = day_stated(act, names.on)
    filled = replace(names, due=rfc3339(due), arithmetic=due.arithmetic)
    return Placed(room, filled)


def extended(act: Act[Any], deadline: Deadline, until: str) -> Placed:
    """Move a date to a later day at the seat that somebody named.

    Raises:
        DecodeError: There is no such day.
    """
    due = day_stated(act, until)
    moved = DeadlineExtended(
        deadline_id=deadline.set.deadline_id,
        due=rfc3339(due),
        on=until,
        arithmetic=due.arithmetic,
    )
    return Placed(deadline.room, moved)


def day_stated(act: Act[Any], day: str) -> Due:
    """Return the end of a day at the seat that somebody named.

    Raises:
        DecodeError: There is no such day.
    """
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        raise DecodeError("data", f"{day} is no day there is", "a day as 2026-03-05") from error
    counting = act.profile.counting
    plain = replace(counting, starts_day_after=True, unit="calendar_days", roll_to="none")
    before = datetime.combine(on - timedelta(days=1), time(12), zone_named(counting.zone))
    words = f"as stated, the end of {day} seat time ({counting.zone})"
    return replace(count(before, 1, plain, "the day before"), arithmetic=words)
