"""Fold the course of each session: who came, what was done when; facts a session record tells."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import Event, Frame
from ledger.sessions.caucus_events import CaucusNoted
from ledger.sessions.conduct_events import (
    Attended,
    SessionRecordIssued,
    SessionSuspendedForSafety,
    SessionSuspendedForTechnicalFailure,
    Stage,
    Step,
)
from ledger.sessions.events import (
    AttendanceRecorded,
    SessionAdjourned,
    SessionClosed,
    SessionOpened,
    SessionResumed,
    SummaryGiven,
)

STEPS: dict[type[Event], Step] = {
    SessionOpened: "opened",
    SummaryGiven: "summary_given",
    SessionAdjourned: "adjourned",
    SessionSuspendedForSafety: "suspended",
    SessionSuspendedForTechnicalFailure: "suspended",
    SessionResumed: "resumed",
    SessionClosed: "closed",
}


COURSED: frozenset[type[Event]] = frozenset(
    (AttendanceRecorded, SessionRecordIssued, CaucusNoted, *STEPS)
)
"""Events that belong to the course of a session; no other is looked at."""


class Course(Struct, frozen=True):
    """What a session record tells, as far as the eyes may see.

    Attributes:
        attendance: Who was there.
        steps: What was done, in order.
        editions: How many records of it were issued.
    """

    attendance: tuple[Attended, ...] = ()
    steps: tuple[Stage, ...] = ()
    editions: int = 0


NOTHING_YET = Course()
Courses = Mapping[str, Course]
NONE_YET: Courses = MappingProxyType({})


def followed(
    courses: Courses, frame: Frame[Any], open_session: Callable[[], str | None]
) -> Courses:
    """Take one event into the course of its session; the same where it belongs to none.

    Args:
        courses: What was known before.
        frame: The event.
        open_session: Names the session open before it, for a caucus stub that names none.
    """
    event = frame.event
    session = getattr(event, "session_id", None)
    if type(event) is CaucusNoted:
        session = open_session()
    if session is None:
        return courses
    known = courses.get(session, NOTHING_YET)
    after = _after(known, frame)
    return courses if after is known else {**courses, session: after}


def _after(known: Course, frame: Frame[Any]) -> Course:
    event = frame.event
    if isinstance(event, AttendanceRecorded):
        came = Attended(event.person, event.party, event.came, event.left)
        return replace(known, attendance=(*known.attendance, came))
    if isinstance(event, SessionRecordIssued):
        return replace(known, editions=event.edition)
    if isinstance(event, CaucusNoted):
        return replace(known, steps=(*known.steps, Stage("caucus_noted", event.started)))
    step = STEPS.get(type(event))
    if step is None:
        return known
    stages = [Stage(step, frame.occurred)]
    if isinstance(event, SessionOpened) and event.guidelines_reiterated:
        stages.append(Stage("guidelines_reiterated", frame.occurred))
    return replace(known, steps=(*known.steps, *stages))
