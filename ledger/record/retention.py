"""Begin to count how long a closed case is kept, and say when the time is over (row J12)."""

from calendar import monthrange
from datetime import date, datetime
from typing import Any

from ledger.act import Act, Decision, Placed
from ledger.deadlines import Deadline, DeadlineSet
from ledger.envelope import tag_of
from ledger.instants import zone_named
from ledger.parties import Standing
from ledger.periods import stated
from ledger.profile import Profile
from ledger.record.governance_events import RetentionClass, RetentionExpired
from ledger.record.governance_state import RETENTION
from ledger.record.state import Record

RULE = RETENTION
ROOM = "registry"
"""Where holds are known; elsewhere a date that does not expire would tell of a hold."""
CLOSED = "case-closed"


def retention_begun(act: Act[Any], placed: Decision) -> Decision:
    """Set the days until which each class of records is kept, where this act closes the case.

    Nothing for a class the profile keeps for good, or where it is not known when it was closed.

    Args:
        act: The act.
        placed: What it records.
    """
    if not any(tag_of(type(p.event)) == CLOSED for p in placed) or not act.moment_is_known():
        return []
    closed = act.when.astimezone(zone_named(act.profile.seat.zone)).date()
    return [
        _kept_until(act, kind, months_after(closed, months), months)
        for kind, months in _months(act.profile).items()
        if months is not None
    ]


def _months(profile: Profile) -> dict[RetentionClass, int | None]:
    kept = profile.retention
    return {
        "process_record": kept.process_record_months,
        "sealed_content": kept.sealed_content_months,
        "feedback": kept.feedback_identified_months,
    }


def _kept_until(act: Act[Any], kind: RetentionClass, day: date, months: int) -> Placed:
    names = DeadlineSet(
        deadline_id=f"{RULE}-{kind}",
        rule=RULE,
        due="",
        on=day.isoformat(),
        arithmetic="",
        concerns=None,
        about=kind,
    )
    placed = stated(act, ROOM, names)
    assert isinstance(placed.event, DeadlineSet), "that is what it states"
    unit = "month" if months == 1 else "months"
    zone = act.profile.seat.zone
    words = f"{months} {unit} after the case was closed, the end of {day} seat time ({zone})"
    return Placed(ROOM, _worded(placed.event, words))


def _worded(event: DeadlineSet, arithmetic: str) -> DeadlineSet:
    return DeadlineSet(
        deadline_id=event.deadline_id,
        rule=event.rule,
        due=event.due,
        on=event.on,
        arithmetic=arithmetic,
        about=event.about,
    )


def months_after(day: date, months: int) -> date:
    """Return the same day some months later; the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def overdue(state: Record, standing: Standing, now: datetime, room: str) -> Decision:
    """List classes of records whose time is over, each once, and none while a hold is in force."""
    if room != ROOM or state.holds:
        return []
    return [expired(d) for d in _over(state, standing, now)]


def after_last_hold(state: Record, standing: Standing, act: Act[Any], hold_id: str) -> Decision:
    """List what a hold kept from expiring, where it is the last one in force."""
    if [hold for hold in state.holds if hold != hold_id]:
        return []
    return [expired(d) for d in _over(state, standing, act.now)]


def _over(state: Record, standing: Standing, now: datetime) -> list[Deadline]:
    return [
        d
        for d in standing.deadlines.book.values()
        if d.set.rule == RULE
        and d.set.about not in state.governance.expired
        and (d.status == "missed" or d.passed(now))
    ]


def expired(deadline: Deadline) -> Placed:
    """Say that the time of a class of records is over, at its last instant."""
    kind: Any = deadline.set.about
    return Placed(ROOM, RetentionExpired(kind=kind, on=deadline.on), occurred=deadline.due)
