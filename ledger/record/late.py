"""Mark what is entered days after it happened, and send dates it answered in time to review."""

from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import asdict

from ledger.act import Act, Decision, Placed
from ledger.deadlines import Deadline, DeadlineMet, DeadlineReviewNeeded
from ledger.envelope import Event
from ledger.parties import ENDED, Standing
from ledger.periods import answered_late
from ledger.reasons import ReasonsGiven
from ledger.record.events import LateEntryRecorded
from ledger.record.state import DATES

LATE_AFTER = timedelta(days=1)
BESIDE = (*DATES, ReasonsGiven)
"""Events that stand beside an act and are not the act."""

ANSWERS: dict[str, dict[str, str]] = {
    "reply": {"consent-given": "{party}", "invitation-declined": "{party}"},
    "objection": {
        "objection-raised": "{disclosure_id}-{party}",
        "conflict-waived": "{disclosure_id}-{party}",
    },
}
"""By rule of a date the events that answer it, each with what the date is about in their fields.

Dates whose part looks after late answers itself (validity, signature) are not listed."""


def late_entry(act: Act[Any], standing: Standing, placed: Decision) -> Decision:
    """List a mark for each room an act reached late, and the dates to be looked at again.

    An import carries old times by its nature, and the clock is never late: neither is marked.

    Args:
        act: The act; `when` it happened and `now` differ by more than a day, or nothing is listed.
        standing: As the act's eyes see it.
        placed: What the act records.
    """
    late_by = act.now - act.when
    if act.channel in ("import", "clock") or late_by <= LATE_AFTER:
        return []
    now = act.now.astimezone(UTC).isoformat().replace("+00:00", "Z")
    own = [p for p in placed if not isinstance(p.event, BESIDE) and _is_of_act(p)]
    marks = {p.room: _mark(p.event, late_by) for p in reversed(own)}
    told = [Placed(room, mark, occurred=now) for room, mark in reversed(marks.items())]
    return [*told, *_reviews(act, standing, placed, now)]


def is_beside(event: Event) -> bool:
    """Tell whether an event stands beside an act: a date, a reason, a mark of lateness."""
    return isinstance(event, (*BESIDE, LateEntryRecorded))


def _is_of_act(placed: Placed) -> bool:
    """Tell whether an event happened when the act did."""
    return not isinstance(placed.occurred, str)


def _mark(event: Event, late_by: timedelta) -> LateEntryRecorded:
    return LateEntryRecorded(about=str(type(event).__struct_config__.tag), days=late_by.days)


def _reviews(act: Act[Any], standing: Standing, placed: Decision, now: str) -> Decision:
    """List dates missed that the act, happening when it did, answered in time.

    What the part itself met or sent to review is left as it is.
    """
    asked = {
        (p.room, p.event.deadline_id)
        for p in placed
        if isinstance(p.event, DeadlineReviewNeeded | DeadlineMet)
    }
    found: Decision = []
    for deadline in standing.deadlines.book.values():
        key = (deadline.room, deadline.set.deadline_id)
        if key in asked or not _missed_in_vain(act, deadline):
            continue
        ref = _answer(act, deadline, placed)
        if ref is None:
            continue
        answer = answered_late(act, deadline, ref, took_effect=standing.phase in ENDED)
        found.append(Placed(deadline.room, answer.event, occurred=now))
    return found


def _missed_in_vain(act: Act[Any], deadline: Deadline) -> bool:
    return deadline.status == "missed" and act.when <= datetime.fromisoformat(deadline.due)


def _answer(act: Act[Any], deadline: Deadline, placed: Decision) -> str | None:
    """Find the event in a date's room that answers it, by the sequence it will have."""
    answers = ANSWERS.get(deadline.set.rule, {})
    seq = act.rooms.get(deadline.room, 0)
    for one in placed:
        if one.room != deadline.room:
            continue
        seq += 1
        about = answers.get(str(type(one.event).__struct_config__.tag))
        if about is not None and about.format_map(asdict(one.event)) == deadline.set.about:
            return f"{deadline.room}:{seq}"
    return None
