"""Fold which sessions are held, which caucuses are open, and what of them may be told."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never, cast

from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import Event, Frame
from ledger.parties import Session
from ledger.sessions.caucus_events import (
    CaucusClosed,
    CaucusInformationReceived,
    CaucusNoted,
    CaucusOpened,
    DisclosureAuthorisationRevoked,
    DisclosureAuthorised,
    InformationConveyed,
    InformationPassedOn,
    ReleaseConveyed,
)
from ledger.sessions.conduct_events import (
    CONDUCT_EVENTS,
    ConductEvent,
    SessionSuspendedForSafety,
    SessionSuspendedForTechnicalFailure,
)
from ledger.sessions.conduct_state import Conduct, going_on
from ledger.sessions.conduct_state import evolve as conducted
from ledger.sessions.course import COURSED, NONE_YET, Courses, followed
from ledger.sessions.events import (
    AttendanceRecorded,
    CaucusEvent,
    MeetingEvent,
    SessionAdjourned,
    SessionClosed,
    SessionOpened,
    SessionResumed,
    SessionsEvent,
    SpeakingTurnRecorded,
    StatementRecorded,
    SummaryConfirmed,
    SummaryCorrected,
    SummaryGiven,
)
from ledger.sessions.keeping_events import KEEPING_EVENTS
from ledger.sessions.keeping_state import KEPT, Keeping, Kept
from ledger.sessions.keeping_state import evolve as kept

CONDUCT: frozenset[type[Event]] = frozenset(CONDUCT_EVENTS)
"""Asked for each event: a type in a set is found many times as fast as by `isinstance`."""
OF_KEEPING: frozenset[type[Event]] = frozenset(KEEPING_EVENTS)


class Release(Struct, frozen=True):
    """What an owner lets be told, and how far it has been.

    Attributes:
        ref: Event (room:seq) whose content is the wording.
        recipients: Parties who may be told.
        valid_until: Last instant to tell it, RFC 9557, None for no end.
        told: Parties who have been told.
        revoked: Whether it was taken back.
    """

    ref: str
    recipients: tuple[str, ...]
    valid_until: str | None = None
    told: tuple[str, ...] = ()
    revoked: bool = False

    def untold(self) -> tuple[str, ...]:
        """Name the recipients who have not been told yet."""
        return tuple(party for party in self.recipients if party not in self.told)


class Sessions(Struct, frozen=True, gc=False):
    """What of the meetings the eyes behind an act may see.

    Attributes:
        sessions: Sessions that were opened, by id.
        adjourned: Whether the talks stand adjourned.
        turns: Highest order of a turn, by session.
        statements: Highest order of a statement.
        summaries: Ids of summaries given.
        caucuses: Caucuses now open, by room; the value is when each began, None if not recorded.
        items: Events (room:seq) that hold what was told in confidence, by (room, id).
        releases: What may be told, by (room, id).
        conduct: How sessions were led.
        courses: What a session record tells, by session.
        keeping: What is kept of the meetings beside the words.
    """

    sessions: Mapping[str, Session] = MappingProxyType({})
    adjourned: bool = False
    turns: Mapping[str, int] = MappingProxyType({})
    statements: int = 0
    summaries: frozenset[str] = frozenset()
    caucuses: Mapping[str, str | None] = MappingProxyType({})
    items: Mapping[tuple[str, str], str] = MappingProxyType({})
    releases: Mapping[tuple[str, str], Release] = MappingProxyType({})
    conduct: Conduct = Conduct()
    courses: Courses = NONE_YET
    keeping: Keeping = Keeping()

    def open_session(self) -> str | None:
        """Name the session that is open now."""
        return next((n for n, s in self.sessions.items() if s.status == "open"), None)


def evolve(state: Sessions, frame: Frame[SessionsEvent]) -> Sessions:
    """Fold one event."""
    event = frame.event
    after = state
    if type(event) in COURSED:
        courses = followed(state.courses, frame, state.open_session)
        after = state if courses is state.courses else replace(state, courses=courses)
    if type(event) in KEPT:
        after = replace(after, keeping=kept(after.keeping, cast("Frame[Kept]", frame)))
    if type(event) in OF_KEEPING:
        return after
    if type(event) in CONDUCT:
        return _conducted(after, cast("ConductEvent", event))
    return _talked(after, frame, cast("MeetingEvent | CaucusEvent", event))


def begun_anew(state: Sessions) -> Sessions:
    """Let the caucuses of a mandate be counted again, once the case is reopened."""
    return replace(state, keeping=replace(state.keeping, counted=frozenset()))


def _talked(  # noqa: C901 - one case an event
    state: Sessions, frame: Frame[SessionsEvent], event: MeetingEvent | CaucusEvent
) -> Sessions:
    match event:
        case StatementRecorded():
            return replace(state, statements=max(event.order, state.statements))
        case SessionOpened() | SessionResumed():
            return _now(state, Session(event.session_id, "open"))
        case SessionAdjourned():
            return _now(state, Session(event.session_id, "adjourned"))
        case SessionClosed():
            return _now(state, Session(event.session_id, "closed"))
        case SpeakingTurnRecorded():
            turns = max(event.order, state.turns.get(event.session_id, 0))
            return replace(state, turns={**state.turns, event.session_id: turns})
        case SummaryGiven():
            return replace(state, summaries=state.summaries | {event.summary_id})
        case CaucusOpened():
            return replace(state, caucuses={**state.caucuses, frame.room: frame.occurred})
        case CaucusClosed():
            still = {room: at for room, at in state.caucuses.items() if room != frame.room}
            return replace(state, caucuses=still)
        case CaucusInformationReceived():
            key = (frame.room, event.item_id)
            return replace(state, items={**state.items, key: frame.ref})
        case DisclosureAuthorised() | DisclosureAuthorisationRevoked() | ReleaseConveyed():
            return _released(state, frame, event)
        case AttendanceRecorded() | SummaryConfirmed() | SummaryCorrected():
            return state
        case CaucusNoted() | InformationConveyed() | InformationPassedOn():
            return state
        case _:
            assert_never(event)


def _conducted(state: Sessions, event: ConductEvent) -> Sessions:
    after = replace(state, conduct=conducted(state.conduct, event))
    if isinstance(event, SessionSuspendedForSafety | SessionSuspendedForTechnicalFailure):
        resting = {**after.sessions, event.session_id: Session(event.session_id, "adjourned")}
        return replace(after, sessions=resting)
    return after


def _now(state: Sessions, session: Session) -> Sessions:
    return replace(
        state,
        conduct=going_on(state.conduct, session.session_id),
        sessions={**state.sessions, session.session_id: session},
        adjourned=session.status == "adjourned",
    )


def _released(
    state: Sessions,
    frame: Frame[SessionsEvent],
    event: DisclosureAuthorised | DisclosureAuthorisationRevoked | ReleaseConveyed,
) -> Sessions:
    key = (frame.room, event.authorisation_id)
    if isinstance(event, DisclosureAuthorised):
        new = Release(frame.ref, event.recipients, event.valid_until)
        return replace(state, releases={**state.releases, key: new})
    known = state.releases.get(key)
    if known is None:
        return state
    if isinstance(event, ReleaseConveyed):
        changed = replace(known, told=(*known.told, *event.recipients))
    else:
        changed = replace(known, revoked=True)
    return replace(state, releases={**state.releases, key: changed})
