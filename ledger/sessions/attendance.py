"""Decide who was there and who spoke: names and times, no words."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import actor_is_mediator, party_is_known
from ledger.instants import parse_instant
from ledger.parties import Standing
from ledger.sessions.events import AttendanceRecorded, SpeakingTurnRecorded, Turn
from ledger.sessions.occasions import to_minute
from ledger.sessions.rules import end_is_after_start, participant_is_bound, session_was_opened
from ledger.sessions.state import Sessions
from ledger.terms import Id, Instant, PartyId, PersonId


class RecordAttendance(Command, frozen=True, kw_only=True, tag="record-attendance"):
    """Record who was there.

    Attributes:
        session_id: At which session, None for the one now open.
    """

    by = ("registry", "mediator")
    guards = (actor_is_mediator,)
    occasions = (to_minute,)
    example: ClassVar[dict[str, Any]] = {
        "person": "person:holt",
        "party": "B",
        "came": "2026-03-23T09:30:00+01:00",
    }
    person: PersonId
    session_id: Id | None = None
    party: PartyId | None = None
    came: Instant | None = None
    left: Instant | None = None


class RecordSpeakingTurn(Command, frozen=True, kw_only=True, tag="record-speaking-turn"):
    """Record who spoke and how long, never what.

    Attributes:
        order: Place among the turns of the session, None for the next.
        session_id: In which session, None for the one now open.
    """

    by = ("mediator", "registry")
    guards = (actor_is_mediator,)
    occasions = (to_minute,)
    example: ClassVar[dict[str, Any]] = {
        "speaker": "person:holt",
        "party": "B",
        "kind": "opening",
        "start": "2026-03-23T09:35:00+01:00",
        "end": "2026-03-23T09:47:00+01:00",
    }
    speaker: PersonId
    kind: Turn
    start: Instant
    end: Instant
    party: PartyId | None = None
    order: Annotated[int, Meta(ge=1)] | None = None
    interrupted: Annotated[int, Meta(ge=0)] = 0
    session_id: Id | None = None


def record_attendance(state: Sessions, standing: Standing, act: Act[RecordAttendance]) -> Decision:
    """Record that somebody was there.

    Raises:
        DecodeError: A time is none.
        RuleViolation: session_was_opened, party_is_known, end_is_after_start,
            participant_is_bound.
    """
    data = act.data
    name = session_meant(act, state)
    _party_named(act, standing)
    end_is_after_start(act, instant_given(data.came, "came"), instant_given(data.left, "left"))
    participant_is_bound(act, standing, data.person)
    attended = AttendanceRecorded(
        session_id=name, person=data.person, party=data.party, came=data.came, left=data.left
    )
    return [Placed("joint", attended)]


def record_speaking_turn(
    state: Sessions, standing: Standing, act: Act[RecordSpeakingTurn]
) -> Decision:
    """Record a turn.

    Raises:
        DecodeError: A time is none.
        RuleViolation: session_was_opened, party_is_known, end_is_after_start.
    """
    data = act.data
    name = session_meant(act, state)
    _party_named(act, standing)
    end_is_after_start(act, instant_given(data.start, "start"), instant_given(data.end, "end"))
    spoken = SpeakingTurnRecorded(
        session_id=name,
        speaker=data.speaker,
        party=data.party,
        kind=data.kind,
        start=data.start,
        end=data.end,
        order=data.order or state.turns.get(name, 0) + 1,
        interrupted=data.interrupted,
    )
    return [Placed("joint", spoken)]


def session_meant(act: Act[Any], state: Sessions) -> str:
    """Find the session named, else the one now open."""
    name = act.data.session_id or state.open_session()
    session_was_opened(act, state, name)
    return str(name)


def _party_named(act: Act[Any], standing: Standing) -> None:
    if act.data.party is not None:
        party_is_known(act, standing, act.data.party)


def instant_given(text: str | None, field: str) -> datetime | None:
    """Check a time that may be left out; its field is told where it is none."""
    return None if text is None else parse_instant(text, f"data.{field}")
