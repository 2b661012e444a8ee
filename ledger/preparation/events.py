"""Record what is made ready before the sides meet (rows D1 to D12)."""

from typing import Literal, TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event
from ledger.preparation.exchange_events import (
    EXCHANGE_EVENTS,
    AccessArranged,
    AccessNeedRecorded,
    BarrierNoted,
    DocumentReviewed,
    ExchangeEvent,
    InformationRequested,
    InformationSupplied,
    ParticipantListSet,
    PriorCommunicationsReviewed,
    StrategyNoted,
)
from ledger.terms import Document

__all__ = [
    "EVENTS",
    "AccessArranged",
    "AccessNeedRecorded",
    "BarrierNoted",
    "Check",
    "DocumentReviewed",
    "DocumentSubmitted",
    "InformationRequested",
    "InformationSupplied",
    "InterestRecorded",
    "Mode",
    "ParticipantListSet",
    "PreparationCompleted",
    "PreparationEvent",
    "PreparationOpened",
    "PriorCommunicationsReviewed",
    "ProtocolIssued",
    "SessionCancelled",
    "SessionRescheduled",
    "SessionScheduled",
    "StatementSubmitted",
    "StrategyNoted",
    "VenueSelected",
]

Mode: TypeAlias = Literal["in_person", "remote", "hybrid", "asynchronous"]
Check: TypeAlias = Literal["terms", "rights", "venue", "protocol", "session"]
"""What a preparation is checked for; of each all parties know whether it was done."""


class PreparationOpened(Event, frozen=True, kw_only=True, tag="preparation-opened"):
    """The mediator began to prepare the talks with the parties.

    Attributes:
        guidelines_reiterated: Whether the ground rules were said again.
    """

    row = "3.1"
    says = "preparation opened"
    guidelines_reiterated: bool = False


class StatementSubmitted(Event, frozen=True, kw_only=True, tag="statement-submitted"):
    """A party stated its position, to all or to the mediator alone.

    Attributes:
        statement_id: Names it within the room.
        party: Whose it is.
        text: The statement.
        documents: What it refers to.
    """

    row = "D1"
    rooms = ("joint", "caucus")
    says = "statement {statement_id} submitted by {party}"
    admissibility = "protected"
    statement_id: str
    party: str
    text: Content[str | None] = UNSET
    documents: Content[tuple[Document, ...]] = UNSET


class InterestRecorded(Event, frozen=True, kw_only=True, tag="interest-recorded"):
    """What a party cares for, told to the mediator alone.

    Attributes:
        interest_id: Names it within the room.
        party: Whose it is.
        priority: From 1, least, to 5, most; None where not said.
        interest: What it wants.
        concern: Why, or what it fears.
        underlying_issue: What lies beneath.
    """

    row = "D2"
    rooms = ("caucus",)
    says = "interest {interest_id} of {party} recorded"
    admissibility = "protected"
    interest_id: str
    party: str
    priority: int | None = None
    interest: Content[str] = UNSET
    concern: Content[str | None] = UNSET
    underlying_issue: Content[str | None] = UNSET


class DocumentSubmitted(Event, frozen=True, kw_only=True, tag="document-submitted"):
    """A party put in a document, in the room of its choice.

    Attributes:
        doc_id: Names it within the room.
        party: Whose it is.
        hash: SHA-256 of its bytes.
        kind: What it is, in the institution's own words for it, such as `survey`.
        made_for_mediation: Whether it was made for the mediation alone, and so stays in it; a
            document that existed before is not tainted by its use here.
        title: What it is called.
    """

    row = "D3"
    rooms = ("joint", "caucus", "party")
    says = "document {doc_id} submitted by {party}"
    admissibility = "protected"
    doc_id: str
    party: str
    hash: str
    kind: str
    made_for_mediation: bool
    title: Content[str] = UNSET


class VenueSelected(Event, frozen=True, kw_only=True, tag="venue-selected"):
    """The mediator chose where the sides meet, having asked them.

    Attributes:
        mode: How they meet.
        private_rooms: Rooms in which a side can be alone, None where not recorded.
        place: Address or platform.
        reasons: Why it is neutral ground.
    """

    row = "D7"
    says = "venue selected: {mode}"
    mode: Mode
    private_rooms: int | None = None
    place: Content[str] = UNSET
    reasons: Content[str | None] = UNSET


class SessionScheduled(Event, frozen=True, kw_only=True, tag="session-scheduled"):
    """A session was fixed.

    Attributes:
        session_id: Names the session within the case.
        start: When it begins, RFC 9557.
        zone: Zone its hour is told in.
        minutes: How long it is to last.
        mode: How the sides meet.
        notice_days: Whole days between the notice and the start.
    """

    row = "D8"
    says = "session {session_id} fixed for {start}"
    session_id: str
    start: str
    zone: str
    minutes: int
    mode: Mode
    notice_days: int


class SessionRescheduled(Event, frozen=True, kw_only=True, tag="session-rescheduled"):
    """A session was moved before it was held; the fields are those of SessionScheduled."""

    row = "D8"
    says = "session {session_id} moved to {start}"
    session_id: str
    start: str
    zone: str
    minutes: int
    mode: Mode
    notice_days: int


class SessionCancelled(Event, frozen=True, kw_only=True, tag="session-cancelled"):
    """A session will not be held.

    Attributes:
        reasons: Why, as said to all.
    """

    row = "D8"
    says = "session {session_id} cancelled"
    session_id: str
    reasons: Content[str | None] = UNSET


class ProtocolIssued(Event, frozen=True, kw_only=True, tag="protocol-issued"):
    """The mediator set down how the talks will be held.

    Attributes:
        number: Number of the protocol, from 1; a later one takes the place of an earlier.
        languages: Languages of the talks, such as `en`.
        order_of_business: What comes when.
        ground_rules: How people speak to each other, such as without interruption.
        caucus_practice: How the mediator meets one side alone.
        next_steps: What follows.
    """

    row = "D10"
    says = "protocol {number} issued"
    number: int
    languages: tuple[str, ...]
    order_of_business: Content[str] = UNSET
    ground_rules: Content[str] = UNSET
    caucus_practice: Content[str | None] = UNSET
    next_steps: Content[str | None] = UNSET


class PreparationCompleted(Event, frozen=True, kw_only=True, tag="preparation-completed"):
    """The mediator held the preparation to be done; the checklist says what of it was.

    Attributes:
        done: What was found in the record.
        missing: What was not.
    """

    row = "D12"
    says = "preparation completed"
    done: tuple[Check, ...]
    missing: tuple[Check, ...]


PreparingEvent: TypeAlias = (
    PreparationOpened
    | StatementSubmitted
    | InterestRecorded
    | DocumentSubmitted
    | VenueSelected
    | SessionScheduled
    | SessionRescheduled
    | SessionCancelled
    | ProtocolIssued
    | PreparationCompleted
)
PreparationEvent: TypeAlias = PreparingEvent | ExchangeEvent
EVENTS = (
    PreparationOpened,
    StatementSubmitted,
    InterestRecorded,
    DocumentSubmitted,
    VenueSelected,
    SessionScheduled,
    SessionRescheduled,
    SessionCancelled,
    ProtocolIssued,
    PreparationCompleted,
    *EXCHANGE_EVENTS,
)
