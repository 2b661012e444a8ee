"""Give more time, or give a date up, by whoever is entitled to it (row J16)."""

from datetime import date, datetime
from typing import Any, ClassVar

from msgspec.structs import replace

from ledger.act import Act, Command, Decision, Placed
from ledger.counting import Counting, count
from ledger.deadlines import Deadline, DeadlineExtended, DeadlineWaived
from ledger.parties import Standing
from ledger.periods import rfc3339
from ledger.record.date_rules import (
    date_is_known,
    date_is_not_fixed,
    date_is_open,
    extender_is_entitled,
    extension_is_later,
    extension_is_within_limit,
    waiver_is_entitled,
)
from ledger.record.occasions import to_extend, to_give_up_date
from ledger.record.state import Record
from ledger.terms import Day, Id, PartyId


class ExtendDeadline(Command, frozen=True, kw_only=True, tag="extend-deadline"):
    """Give more time before a date passes; the room is the date's own, `joint` unless named.

    Attributes:
        deadline_id: Which.
        until: The new last day, at the seat.
        agreed_by: Parties that agreed, where the profile asks all of them.
    """

    by = ("registry", "party")
    occasions = (to_extend,)
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
        RuleViolation: date_is_known, date_is_open, date_is_not_fixed, extender_is_entitled,
            extension_is_later, extension_is_within_limit.
    """
    data = act.data
    deadline = _date(standing, act, data.deadline_id)
    date_is_open(act, deadline)
    date_is_not_fixed(act, deadline)
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
    occasions = (to_give_up_date,)
    example: ClassVar[dict[str, Any]] = {"deadline_id": "objection-D1"}
    deadline_id: Id


def waive_deadline(
    state: Record,  # noqa: ARG001 - every decision takes the state
    standing: Standing,
    act: Act[WaiveDeadline],
) -> Decision:
    """Record that a date was given up.

    Raises:
        RuleViolation: date_is_known, date_is_open, date_is_not_fixed, waiver_is_entitled.
    """
    deadline = _date(standing, act, act.data.deadline_id)
    date_is_open(act, deadline)
    date_is_not_fixed(act, deadline)
    waiver_is_entitled(act, deadline)
    return [Placed(deadline.room, DeadlineWaived(deadline_id=act.data.deadline_id))]


def _date(standing: Standing, act: Act[Any], deadline_id: str) -> Deadline:
    room = act.room or "joint"
    date_is_known(act, standing, room, deadline_id)
    return standing.deadlines.book[room, deadline_id]
