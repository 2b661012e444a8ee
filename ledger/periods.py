"""Begin and close periods of time by the profile pinned to a case."""

import re
from datetime import UTC
from typing import Any

from ledger.act import Act, Placed
from ledger.counting import Due, count
from ledger.deadlines import Deadline, DeadlineMet, DeadlineSet, Expiry

_OFFSET = re.compile(r"[0-9]([Zz]|[+-][0-9]{2}:[0-9]{2})(\[[^\]]*\])?\Z")


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


def is_timed(act: Act[Any]) -> bool:
    """Tell whether it is known at what instant an act happened; only then a period runs from it."""
    return act.occurred is not None and _OFFSET.search(act.occurred) is not None


def rfc3339(due: Due) -> str:
    """Write the last instant of a date in UTC."""
    return due.at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def met(deadline: Deadline | None) -> list[Placed]:
    """Record that a running date was met; nothing where none runs."""
    if deadline is None or deadline.status != "running":
        return []
    return [Placed(deadline.room, DeadlineMet(deadline_id=deadline.set.deadline_id))]
