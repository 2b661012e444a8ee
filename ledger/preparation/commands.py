"""Decide acts of preparation: its opening, venue, sessions fixed, protocol, checklist."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, ClassVar, TypeAlias

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import actor_is_mediator, id_is_new, mandate_is_active
from ledger.instants import parse_instant, zone_named
from ledger.parties import TALKING, Phase, Standing
from ledger.preparation.events import (
    Check,
    Mode,
    PreparationCompleted,
    PreparationOpened,
    ProtocolIssued,
    SessionCancelled,
    SessionRescheduled,
    SessionScheduled,
    VenueSelected,
)
from ledger.preparation.papers import (
    RecordInterest,
    SubmitDocument,
    SubmitStatement,
    record_interest,
    submit_document,
    submit_statement,
)
from ledger.preparation.rules import (
    session_is_still_to_come,
    session_lies_ahead,
    to_move_session,
)
from ledger.preparation.state import Preparation
from ledger.terms import Id, Instant, Words, next_id

Decide: TypeAlias = Callable[[Preparation, Standing, Act[Any]], Decision]
Minutes: TypeAlias = Annotated[int, Meta(ge=1, le=20_160)]
"""Length of a session: at most two weeks."""
Language: TypeAlias = Annotated[str, Meta(pattern=r"\A[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")]
"""A language tag, such as `en` or `fr-CA`."""


class OpenPreparation(Command, frozen=True, kw_only=True, tag="open-preparation"):
    """Begin to prepare the talks."""

    by = ("mediator",)
    during = frozenset({Phase.ENGAGED})
    guards = (actor_is_mediator, mandate_is_active)
    example: ClassVar[dict[str, Any]] = {"guidelines_reiterated": True}
    guidelines_reiterated: bool = False


class SelectVenue(Command, frozen=True, kw_only=True, tag="select-venue"):
    """Choose where the sides meet."""

    by = ("mediator",)
    during = TALKING
    guards = (actor_is_mediator, mandate_is_active)
    example: ClassVar[dict[str, Any]] = {
        "mode": "in_person",
        "place": "Harbour House, Bergen",
        "reasons": "neither side has an office there",
        "private_rooms": 2,
    }
    mode: Mode
    place: Words
    reasons: Words | None = None
    private_rooms: Annotated[int, Meta(ge=0)] | None = None


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


class IssueProtocol(Command, frozen=True, kw_only=True, tag="issue-protocol"):
    """Set down, after asking the parties, how the talks will be held."""

    by = ("mediator",)
    during = TALKING
    guards = (actor_is_mediator, mandate_is_active)
    example: ClassVar[dict[str, Any]] = {
        "languages": ["en", "nb"],
        "order_of_business": "opening statements, issues, options",
        "ground_rules": "nobody is interrupted",
        "caucus_practice": "at any time, for as long with each side",
    }
    languages: Annotated[tuple[Language, ...], Meta(min_length=1)]
    order_of_business: Words
    ground_rules: Words
    caucus_practice: Words | None = None
    next_steps: Words | None = None


class CompletePreparation(Command, frozen=True, kw_only=True, tag="complete-preparation"):
    """Hold the preparation to be done."""

    by = ("mediator",)
    during = frozenset({Phase.PREPARING})
    guards = (actor_is_mediator, mandate_is_active)


def open_preparation(
    state: Preparation,  # noqa: ARG001 - every decision takes the three
    standing: Standing,  # noqa: ARG001
    act: Act[OpenPreparation],
) -> Decision:
    """Begin to prepare; nothing refuses it but guards and phase."""
    opened = PreparationOpened(guidelines_reiterated=act.data.guidelines_reiterated)
    return [Placed("joint", opened)]


def select_venue(
    state: Preparation,  # noqa: ARG001 - every decision takes the three
    standing: Standing,  # noqa: ARG001
    act: Act[SelectVenue],
) -> Decision:
    """Record the venue; nothing refuses it but guards and phase."""
    data = act.data
    selected = VenueSelected(
        mode=data.mode, private_rooms=data.private_rooms, place=data.place, reasons=data.reasons
    )
    return [Placed("joint", selected)]


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


def issue_protocol(
    state: Preparation,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[IssueProtocol],
) -> Decision:
    """Issue a protocol, which takes the place of an earlier one; only the guards refuse it."""
    data = act.data
    issued = ProtocolIssued(
        number=state.protocols + 1,
        languages=data.languages,
        order_of_business=data.order_of_business,
        ground_rules=data.ground_rules,
        caucus_practice=data.caucus_practice,
        next_steps=data.next_steps,
    )
    return [Placed("joint", issued)]


def complete_preparation(
    state: Preparation,
    standing: Standing,
    act: Act[CompletePreparation],  # noqa: ARG001 - every decision takes the three
) -> Decision:
    """Record the checklist, from what all parties know; what is missing refuses nothing."""
    fixed = any(s.status != "cancelled" for s in standing.sessions.values())
    found: dict[Check, bool] = {
        "terms": standing.terms_in_force,
        "rights": standing.rights_explained,
        "venue": state.venue,
        "protocol": state.protocols > 0,
        "session": fixed,
    }
    completed = PreparationCompleted(
        done=tuple(check for check, done in found.items() if done),
        missing=tuple(check for check, done in found.items() if not done),
    )
    return [Placed("joint", completed)]


DECIDE: dict[type[Command], Decide] = {
    OpenPreparation: open_preparation,
    SubmitStatement: submit_statement,
    RecordInterest: record_interest,
    SubmitDocument: submit_document,
    SelectVenue: select_venue,
    ScheduleSession: schedule_session,
    RescheduleSession: reschedule_session,
    CancelSession: cancel_session,
    IssueProtocol: issue_protocol,
    CompletePreparation: complete_preparation,
}
