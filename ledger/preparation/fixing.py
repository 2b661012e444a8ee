"""Decide when the sides meet: sessions fixed, moved, cancelled."""

from datetime import timedelta
from typing import Annotated, Any, ClassVar, TypeAlias

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import actor_is_mediator, id_is_new, mandate_is_active
from ledger.instants import parse_instant, zone_named
from ledger.parties import TALKING, Standing
from ledger.preparation.events import Mode, SessionCancelled, SessionRescheduled, SessionScheduled
from ledger.preparation.rules import session_is_still_to_come, session_lies_ahead, to_move_session
from ledger.preparation.state import Preparation
from ledger.terms import Id, Instant, Words, next_id

Minutes: TypeAlias = Annotated[int, Meta(ge=1, le=20_160)]
"""Length of a session: at most two weeks."""


class ScheduleSession(Command, frozen=True, kw_only=True, tag="schedule-session"):
    """Fix a session.

    Attributes:
        start: When it begins, with its offset.
        zone: Zone its hour is told in, None for the one of `start`, else that of the seat.
    """

    by = ("mediator", "registry")
    during = TALKING
    guards = (actor_is_mediator, mandate_is_active)
    example: ClassVar[dict[str, Any]] = {
        "start": "2026-03-23T09:30:00+01:00[Europe/Oslo]",
        "minutes": 180,
        "mode": "in_person",
    }
    start: Instant
    minutes: Minutes
    mode: Mode
    session_id: Id | None = None
    zone: str | None = None


class RescheduleSession(Command, frozen=True, kw_only=True, tag="reschedule-session"):
    """Move a session that has not been held; the fields are those of schedule-session."""

    by = ("mediator", "registry")
    during = TALKING
    guards = (actor_is_mediator, mandate_is_active)
    occasions = (to_move_session,)
    example: ClassVar[dict[str, Any]] = {
        "session_id": "S1",
        "start": "2026-03-30T09:30:00+02:00[Europe/Oslo]",
        "minutes": 180,
        "mode": "remote",
    }
    session_id: Id
    start: Instant
    minutes: Minutes
    mode: Mode
    zone: str | None = None


class CancelSession(Command, frozen=True, kw_only=True, tag="cancel-session"):
    """Say that a session will not be held."""

    by = ("mediator", "registry")
    guards = (actor_is_mediator,)
    occasions = (to_move_session,)
    example: ClassVar[dict[str, Any]] = {"session_id": "S1", "reasons": "the ferry does not run"}
    session_id: Id
    reasons: Words | None = None


def schedule_session(
    state: Preparation,  # noqa: ARG001 - every decision takes the three
    standing: Standing,
    act: Act[ScheduleSession],
) -> Decision:
    """Fix a session.

    Raises:
        DecodeError: The start or the zone is none.
        RuleViolation: id_is_new, session_lies_ahead.
    """
    name = act.data.session_id or next_id("S", standing.sessions)
    id_is_new(act, standing.sessions, name, name)
    return [Placed("joint", SessionScheduled(session_id=name, **_time_of(act)))]


def reschedule_session(
    state: Preparation,  # noqa: ARG001 - every decision takes the three
    standing: Standing,
    act: Act[RescheduleSession],
) -> Decision:
    """Move a session.

    Raises:
        DecodeError: The start or the zone is none.
        RuleViolation: session_is_still_to_come, session_lies_ahead.
    """
    name = act.data.session_id
    session_is_still_to_come(act, standing, name)
    return [Placed("joint", SessionRescheduled(session_id=name, **_time_of(act)))]


def _time_of(act: Act[ScheduleSession] | Act[RescheduleSession]) -> dict[str, Any]:
    """Check when a session begins, and count the days of notice."""
    data = act.data
    start = parse_instant(data.start, "data.start")
    session_lies_ahead(act, start)
    named = data.start.partition("[")[2].strip("]!")
    zone = data.zone or named or act.profile.counting.zone
    zone_named(zone, "data.zone")
    return {
        "start": data.start,
        "zone": zone,
        "minutes": data.minutes,
        "mode": data.mode,
        "notice_days": max((start - act.when) // timedelta(days=1), 0),
    }


def cancel_session(
    state: Preparation,  # noqa: ARG001 - every decision takes the three
    standing: Standing,
    act: Act[CancelSession],
) -> Decision:
    """Cancel a session.

    Raises:
        RuleViolation: session_is_still_to_come.
    """
    session_is_still_to_come(act, standing, act.data.session_id)
    cancelled = SessionCancelled(session_id=act.data.session_id, reasons=act.data.reasons)
    return [Placed("joint", cancelled)]
