"""Record how a session is led, without the words of it (rows E4, E6, E7, E8, E14, E17, E18)."""

from typing import Literal, TypeAlias

from msgspec import UNSET, Struct

from ledger.envelope import Content, Event

Step: TypeAlias = Literal[
    "opened",
    "guidelines_reiterated",
    "summary_given",
    "caucus_noted",
    "adjourned",
    "suspended",
    "resumed",
    "closed",
]
"""What a session record may tell of the course of a session."""
Cause: TypeAlias = Literal["safety", "technical_failure"]


class InterruptionNoted(Event, frozen=True, kw_only=True, tag="interruption-noted"):
    """The mediators noted that one side spoke into another's turn, for themselves.

    Attributes:
        by: Party that interrupted.
        of: Party that was speaking.
        handled: What the mediator did about it.
    """

    row = "E4"
    rooms = ("mediators",)
    says = "{by} interrupted {of} in session {session_id}"
    admissibility = "protected"
    session_id: str
    by: str
    of: str
    handled: Content[str | None] = UNSET


class CommonGroundIdentified(Event, frozen=True, kw_only=True, tag="common-ground-identified"):
    """The mediator named points on which the sides do not differ; it binds nobody.

    Attributes:
        ground_id: Names it within the case.
        issues: Listed issues it touches.
        points: The points.
    """

    row = "E6"
    says = "common ground {ground_id} identified"
    admissibility = "protected"
    ground_id: str
    session_id: str | None = None
    issues: tuple[str, ...] = ()
    points: Content[tuple[str, ...]] = UNSET


class CommonGroundConfirmed(Event, frozen=True, kw_only=True, tag="common-ground-confirmed"):
    """A party agreed that there is this common ground; it binds nobody."""

    row = "E6"
    says = "common ground {ground_id} confirmed by {party}"
    admissibility = "protected"
    ground_id: str
    party: str


class QuestionPosed(Event, frozen=True, kw_only=True, tag="question-posed"):
    """The mediator put a neutral question.

    Attributes:
        question_id: Names it within the case.
        to: Parties asked, empty for all.
        issue: Listed issue it is about.
        text: The question, where it is kept.
    """

    row = "E7"
    says = "question {question_id} posed"
    admissibility = "protected"
    question_id: str
    session_id: str | None = None
    to: tuple[str, ...] = ()
    issue: str | None = None
    text: Content[str | None] = UNSET


class OptionIntroduced(Event, frozen=True, kw_only=True, tag="option-introduced"):
    """The mediator brought an option on record into the talks; nobody's idea is favoured by it.

    Attributes:
        option: Event (room:seq) that recorded it, known to all.
    """

    row = "E7"
    says = "option {option} introduced"
    admissibility = "protected"
    option: str
    session_id: str | None = None


class BalanceInterventionMade(Event, frozen=True, kw_only=True, tag="balance-intervention-made"):
    """The mediators noted how they kept one side from dominating, for themselves.

    Attributes:
        of: Party that was about to dominate, None for no single one.
        what: What was done.
        why: Why.
    """

    row = "E8"
    rooms = ("mediators",)
    says = "balance intervention in session {session_id}"
    admissibility = "protected"
    session_id: str
    of: str | None = None
    what: Content[str] = UNSET
    why: Content[str | None] = UNSET


class ConductObjectionRaised(Event, frozen=True, kw_only=True, tag="conduct-objection-raised"):
    """A party objected to how a session is led; no challenge of anybody's mandate.

    Attributes:
        objection_id: Names it within the case.
        what: What it objects to.
    """

    row = "E14"
    says = "{party} objects to the conduct of session {session_id} ({objection_id})"
    objection_id: str
    session_id: str
    party: str
    what: Content[str] = UNSET


class ConductObjectionAnswered(Event, frozen=True, kw_only=True, tag="conduct-objection-answered"):
    """The mediator answered such an objection.

    Attributes:
        change: Whether the conduct is changed by it.
    """

    row = "E14"
    says = "conduct objection {objection_id} answered"
    objection_id: str
    change: bool = False
    answer: Content[str] = UNSET


class SessionSuspendedForSafety(
    Event, frozen=True, kw_only=True, tag="session-suspended-for-safety"
):
    """A session was broken off to keep somebody safe; why is for the mediators alone."""

    row = "E17"
    says = "session {session_id} suspended for safety"
    session_id: str


class SessionSuspendedForTechnicalFailure(
    Event, frozen=True, kw_only=True, tag="session-suspended-for-technical-failure"
):
    """A session was broken off because something failed; what is for the mediators alone."""

    row = "E17"
    says = "session {session_id} suspended for a technical failure"
    session_id: str


class SuspensionExplained(Event, frozen=True, kw_only=True, tag="suspension-explained"):
    """Why a session was suspended."""

    row = "E17"
    rooms = ("mediators",)
    says = "suspension of session {session_id} explained"
    admissibility = "protected"
    session_id: str
    reason: Content[str] = UNSET


class Attended(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Somebody's presence, as recorded.

    Attributes:
        person: Who.
        party: With which party.
        came: From when, RFC 9557.
        left: Until when.
    """

    person: str
    party: str | None = None
    came: str | None = None
    left: str | None = None


class Stage(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A step of a session, as recorded.

    Attributes:
        step: Which.
        at: When, RFC 9557, None where not recorded.
    """

    step: Step
    at: str | None = None


class SessionRecordIssued(Event, frozen=True, kw_only=True, tag="session-record-issued"):
    """The registry issued the record of a session: facts from the ledger, nothing anybody said.

    Attributes:
        edition: Number of the record of this session, from 1; a later one replaces an earlier.
        attendance: Who was there.
        turns: How many speaking turns were recorded.
        steps: Its course.
        documents: Ids of papers put in before all until then.
        summaries: Ids of summaries of it that every party found right, where minutes tell them.
    """

    row = "E18"
    says = "record {edition} of session {session_id} issued"
    session_id: str
    edition: int
    attendance: tuple[Attended, ...]
    turns: int
    steps: tuple[Stage, ...]
    documents: tuple[str, ...]
    summaries: tuple[str, ...] = ()


ConductEvent: TypeAlias = (
    InterruptionNoted
    | CommonGroundIdentified
    | CommonGroundConfirmed
    | QuestionPosed
    | OptionIntroduced
    | BalanceInterventionMade
    | ConductObjectionRaised
    | ConductObjectionAnswered
    | SessionSuspendedForSafety
    | SessionSuspendedForTechnicalFailure
    | SuspensionExplained
    | SessionRecordIssued
)
CONDUCT_EVENTS = (
    InterruptionNoted,
    CommonGroundIdentified,
    CommonGroundConfirmed,
    QuestionPosed,
    OptionIntroduced,
    BalanceInterventionMade,
    ConductObjectionRaised,
    ConductObjectionAnswered,
    SessionSuspendedForSafety,
    SessionSuspendedForTechnicalFailure,
    SuspensionExplained,
    SessionRecordIssued,
)
