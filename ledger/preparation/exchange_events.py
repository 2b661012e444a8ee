"""Record what is read, asked, supplied and thought over before the sides meet (rows D4 to D11)."""

from typing import TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event
from ledger.terms import Document


class DocumentReviewed(Event, frozen=True, kw_only=True, tag="document-reviewed"):
    """The mediator read a document or statement; known where the paper itself is.

    Attributes:
        doc_id: Names the paper within the room.
        note: What is said of it.
    """

    row = "D4"
    rooms = ("joint", "caucus")
    says = "{doc_id} reviewed"
    admissibility = "protected"
    doc_id: str
    note: Content[str | None] = UNSET


class PriorCommunicationsReviewed(
    Event, frozen=True, kw_only=True, tag="prior-communications-reviewed"
):
    """The mediator read what the sides had written to each other before.

    Attributes:
        party: Who showed it, None for all.
        since: Day of the earliest, None where not recorded.
        until: Day of the latest.
        what: Which communications.
    """

    row = "D4"
    rooms = ("joint", "caucus")
    says = "prior communications reviewed"
    admissibility = "protected"
    party: str | None = None
    since: str | None = None
    until: str | None = None
    what: Content[str] = UNSET


class InformationRequested(Event, frozen=True, kw_only=True, tag="information-requested"):
    """Somebody asked a party for information.

    Attributes:
        request_id: Names it within the room.
        of: Party asked.
        by_when: Day at the seat by which it is wanted, None for no day.
        what: What is wanted.
    """

    row = "D5"
    rooms = ("joint", "caucus")
    says = "information {request_id} asked of {of}"
    admissibility = "protected"
    request_id: str
    of: str
    by_when: str | None = None
    what: Content[str] = UNSET


class InformationSupplied(Event, frozen=True, kw_only=True, tag="information-supplied"):
    """A party gave what it was asked for.

    Attributes:
        request_id: The request of the same room.
        text: The information.
        documents: What it refers to.
    """

    row = "D5"
    rooms = ("joint", "caucus")
    says = "information {request_id} supplied by {party}"
    admissibility = "protected"
    request_id: str
    party: str
    text: Content[str | None] = UNSET
    documents: Content[tuple[Document, ...]] = UNSET


class BarrierNoted(Event, frozen=True, kw_only=True, tag="barrier-noted"):
    """The mediators noted what stands between the sides, for themselves.

    Attributes:
        barrier_id: Names it within the room.
        issues: Listed issues it touches.
        barrier: What stands in the way.
    """

    row = "D6"
    rooms = ("mediators",)
    says = "barrier {barrier_id} noted"
    admissibility = "protected"
    barrier_id: str
    issues: tuple[str, ...] = ()
    barrier: Content[str] = UNSET


class StrategyNoted(Event, frozen=True, kw_only=True, tag="strategy-noted"):
    """The mediators noted how they mean to go about it, for themselves.

    Attributes:
        strategy_id: Names it within the room.
        barriers: Barriers it is meant to overcome.
        approach: How.
    """

    row = "D6"
    rooms = ("mediators",)
    says = "strategy {strategy_id} noted"
    admissibility = "protected"
    strategy_id: str
    barriers: tuple[str, ...] = ()
    approach: Content[str] = UNSET


class ParticipantListSet(Event, frozen=True, kw_only=True, tag="participant-list-set"):
    """A party said whom it sends to a session; a later list takes the place of an earlier.

    Attributes:
        session_id: To which session.
        party: Which party, None for persons of no party.
        persons: Who comes.
        deciders: Those of them whose authority on record lets them settle.
    """

    row = "D9"
    says = "participants of session {session_id} listed: {persons}"
    session_id: str
    party: str | None = None
    persons: tuple[str, ...]
    deciders: tuple[str, ...] = ()


class AccessNeedRecorded(Event, frozen=True, kw_only=True, tag="access-need-recorded"):
    """A party needs something to take part on equal terms; between it and the registry.

    Attributes:
        need_id: Names it within the room.
        need: What is needed; may tell of somebody's health.
    """

    row = "D11"
    rooms = ("desk",)
    says = "access need {need_id} of {party} recorded"
    admissibility = "protected"
    need_id: str
    party: str
    need: Content[str] = UNSET


class AccessArranged(Event, frozen=True, kw_only=True, tag="access-arranged"):
    """The registry met such a need."""

    row = "D11"
    rooms = ("desk",)
    says = "access need {need_id} of {party} met"
    admissibility = "protected"
    need_id: str
    party: str
    arrangement: Content[str] = UNSET


ExchangeEvent: TypeAlias = (
    DocumentReviewed
    | PriorCommunicationsReviewed
    | InformationRequested
    | InformationSupplied
    | BarrierNoted
    | StrategyNoted
    | ParticipantListSet
    | AccessNeedRecorded
    | AccessArranged
)
EXCHANGE_EVENTS = (
    DocumentReviewed,
    PriorCommunicationsReviewed,
    InformationRequested,
    InformationSupplied,
    BarrierNoted,
    StrategyNoted,
    ParticipantListSet,
    AccessNeedRecorded,
    AccessArranged,
)
