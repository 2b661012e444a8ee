"""Decide what breaks a session off against its plan, and what record of it is issued."""

from typing import Any, ClassVar

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import actor_is_mediator, own
from ledger.parties import Standing
from ledger.rooms import mediators_room
from ledger.sessions.attendance import session_meant
from ledger.sessions.conduct_events import (
    Cause,
    SessionRecordIssued,
    SessionSuspendedForSafety,
    SessionSuspendedForTechnicalFailure,
    SuspensionExplained,
)
from ledger.sessions.conduct_rules import session_has_ended, to_issue_record
from ledger.sessions.course import NOTHING_YET
from ledger.sessions.keeping_rules import minutes_are_kept
from ledger.sessions.occasions import to_adjourn
from ledger.sessions.rules import session_is_under_way, session_was_opened
from ledger.sessions.state import Sessions
from ledger.terms import Id, Words


class SuspendSession(Command, frozen=True, kw_only=True, tag="suspend-session"):
    """Break a session off for safety or because something failed; it may be resumed.

    Attributes:
        cause: Which of the two; all learn it.
        reason: More of it, for the mediators alone.
        session_id: Which, None for the one now open.
    """

    by = ("mediator",)
    guards = (actor_is_mediator,)
    occasions = (to_adjourn,)
    example: ClassVar[dict[str, Any]] = {"cause": "safety", "reason": "Threats in the corridor."}
    cause: Cause
    reason: Words | None = None
    session_id: Id | None = None


def suspend_session(
    state: Sessions,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[SuspendSession],
) -> Decision:
    """Suspend a session; no mandate is asked for, since safety does not wait for one.

    Raises:
        RuleViolation: session_was_opened, session_is_under_way.
    """
    data, name = act.data, session_meant(act, state)
    session_is_under_way(act, state, name)
    kind = (
        SessionSuspendedForSafety if data.cause == "safety" else SessionSuspendedForTechnicalFailure
    )
    suspended = [Placed("joint", kind(session_id=name))]
    if data.reason is None:
        return suspended
    explained = SuspensionExplained(session_id=name, reason=data.reason)
    return [*suspended, Placed(mediators_room(act.mandate), explained)]


class IssueSessionRecord(Command, frozen=True, kw_only=True, tag="issue-session-record"):
    """Issue the record of a session: facts the ledger holds, nothing anybody said.

    Attributes:
        session_id: Which, None for the one held last.
    """

    by = ("registry",)
    occasions = (own(lambda act, _: minutes_are_kept(act)), to_issue_record)
    example: ClassVar[dict[str, Any]] = {"session_id": "S1"}
    session_id: Id | None = None


def issue_session_record(
    state: Sessions, standing: Standing, act: Act[IssueSessionRecord]
) -> Decision:
    """Issue a record from what all parties know; a later one takes the place of an earlier.

    It names summaries where the profile has agreed ones in the minutes, and those alone that every
    party found right; their words stay where they were given.

    Raises:
        RuleViolation: minutes_are_kept, session_was_opened, session_has_ended.
    """
    minutes_are_kept(act)
    last = next(reversed(tuple(state.sessions)), None)
    asked = act.data.session_id or last
    session_was_opened(act, state, asked)
    named = str(asked)
    session_has_ended(act, state, named)
    course = state.courses.get(named, NOTHING_YET)
    told = act.profile.content_recording.minutes == "agreed_summaries"
    issued = SessionRecordIssued(
        session_id=named,
        edition=course.editions + 1,
        attendance=course.attendance,
        turns=state.turns.get(named, 0),
        steps=course.steps,
        documents=tuple(sorted(paper for room, paper in standing.papers if room == "joint")),
        summaries=state.keeping.agreed(named, standing.current()) if told else (),
    )
    return [Placed("joint", issued)]
