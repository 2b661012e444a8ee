"""Record what happens when the sides meet (rows E1 to E18)."""

from typing import Literal, TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event
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
from ledger.sessions.conduct_events import CONDUCT_EVENTS, ConductEvent
from ledger.sessions.keeping_events import KEEPING_EVENTS, KeepingEvent

Mode: TypeAlias = Literal["in_person", "remote", "hybrid", "asynchronous"]
Turn: TypeAlias = Literal["opening", "reply", "question", "summary", "other"]


class SessionOpened(Event, frozen=True, kw_only=True, tag="session-opened"):
    """A session began.

    Attributes:
        session_id: Which.
        mode: How the sides meet, None where not recorded.
        guidelines_reiterated: Whether the ground rules were said again.
        place: Where.
    """

    row = "E1"
    says = "session {session_id} opened"
    session_id: str
    mode: Mode | None = None
    guidelines_reiterated: bool = False
    place: Content[str | None] = UNSET


class AttendanceRecorded(Event, frozen=True, kw_only=True, tag="attendance-recorded"):
    """Somebody was there.

    Attributes:
        session_id: At which session.
        person: Who.
        party: With which party, None for none.
        came: From when, RFC 9557, None where not recorded.
        left: Until when, None where not recorded or to the end.
    """

    row = "E2"
    says = "{person} attended session {session_id}"
    session_id: str
    person: str
    party: str | None = None
    came: str | None = None
    left: str | None = None


class SpeakingTurnRecorded(Event, frozen=True, kw_only=True, tag="speaking-turn-recorded"):
    """Somebody spoke; how long, not what.

    Attributes:
        session_id: In which session.
        speaker: Who.
        party: For which party, None for none.
        kind: To what end.
        start: From when, RFC 9557.
        end: Until when.
        order: Place among the turns of the session, from 1.
        interrupted: How often the speaker was interrupted.
    """

    row = "E3"
    says = "{speaker} spoke, turn {order} of session {session_id}"
    session_id: str
    speaker: str
    party: str | None = None
    kind: Turn
    start: str
    end: str
    order: int
    interrupted: int = 0


class StatementRecorded(Event, frozen=True, kw_only=True, tag="statement-recorded"):
    """Words said or written in the joint room; only where the profile lets them be kept.

    Attributes:
        order: Place among the statements of the case, from 1.
        party: Whose words, None for nobody's but the actor's.
        session_id: In which session, None outside one.
        text: The words.
    """

    row = "E3"
    says = "statement {order} recorded"
    admissibility = "protected"
    order: int
    party: str | None = None
    session_id: str | None = None
    text: Content[str] = UNSET


class SummaryGiven(Event, frozen=True, kw_only=True, tag="summary-given"):
    """The mediator summed up where the talks stand.

    Attributes:
        summary_id: Names it within the case.
        session_id: In which session, None outside one.
        issues: Ids of the issues it is about.
        text: The summary, where it is kept.
    """

    row = "E5"
    says = "summary {summary_id} given"
    admissibility = "protected"
    summary_id: str
    session_id: str | None = None
    issues: tuple[str, ...] = ()
    text: Content[str | None] = UNSET


class SummaryConfirmed(Event, frozen=True, kw_only=True, tag="summary-confirmed"):
    """A party found a summary right."""

    row = "E5"
    says = "summary {summary_id} confirmed by {party}"
    admissibility = "protected"
    summary_id: str
    party: str


class SummaryCorrected(Event, frozen=True, kw_only=True, tag="summary-corrected"):
    """A party said how a summary should read."""

    row = "E5"
    says = "summary {summary_id} corrected by {party}"
    admissibility = "protected"
    summary_id: str
    party: str
    correction: Content[str] = UNSET


class SessionAdjourned(Event, frozen=True, kw_only=True, tag="session-adjourned"):
    """A session was broken off, to go on later.

    Attributes:
        session_id: Which.
        until: When it is to go on, RFC 9557, None for no date.
        confidentiality_reminded: Whether all were reminded that what was said stays confidential.
        terms: On what terms.
    """

    row = "E15"
    says = "session {session_id} adjourned"
    session_id: str
    until: str | None = None
    confidentiality_reminded: bool = False
    terms: Content[str | None] = UNSET


class SessionResumed(Event, frozen=True, kw_only=True, tag="session-resumed"):
    """A session went on."""

    row = "E16"
    says = "session {session_id} resumed"
    session_id: str


class SessionClosed(Event, frozen=True, kw_only=True, tag="session-closed"):
    """A session ended."""

    row = "E16"
    says = "session {session_id} closed"
    session_id: str


MeetingEvent: TypeAlias = (
    SessionOpened
    | AttendanceRecorded
    | SpeakingTurnRecorded
    | StatementRecorded
    | SummaryGiven
    | SummaryConfirmed
    | SummaryCorrected
    | SessionAdjourned
    | SessionResumed
    | SessionClosed
)
CaucusEvent: TypeAlias = (
    CaucusOpened
    | CaucusClosed
    | CaucusNoted
    | CaucusInformationReceived
    | DisclosureAuthorised
    | DisclosureAuthorisationRevoked
    | InformationConveyed
    | InformationPassedOn
    | ReleaseConveyed
)
SessionsEvent: TypeAlias = MeetingEvent | CaucusEvent | ConductEvent | KeepingEvent
EVENTS = (
    SessionOpened,
    AttendanceRecorded,
    SpeakingTurnRecorded,
    StatementRecorded,
    SummaryGiven,
    SummaryConfirmed,
    SummaryCorrected,
    SessionAdjourned,
    SessionResumed,
    SessionClosed,
    CaucusOpened,
    CaucusClosed,
    CaucusNoted,
    CaucusInformationReceived,
    DisclosureAuthorised,
    DisclosureAuthorisationRevoked,
    InformationConveyed,
    InformationPassedOn,
    ReleaseConveyed,
    *CONDUCT_EVENTS,
    *KEEPING_EVENTS,
)
