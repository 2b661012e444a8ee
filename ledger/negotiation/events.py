"""List the events of the negotiation: what was tabled, how it was answered, what came of it.

Terms, conditions and texts are content; who, which, when and in what state are frame. Nothing here
binds anybody: an acceptance is not a settlement.
"""

from typing import TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event
from ledger.negotiation.blind_events import BLIND_EVENTS, BlindEvent
from ledger.negotiation.handling_events import HANDLING_EVENTS, HandlingEvent, Mode
from ledger.negotiation.idea_events import IDEA_EVENTS, IdeaEvent
from ledger.negotiation.messenger_events import MESSENGER_EVENTS, MessengerEvent
from ledger.negotiation.tabled_events import (
    AnswerKind,
    CounterProposalTabled,
    FirstKind,
    MediatorProposalIssued,
    ProposalTabled,
    Reply,
    Tabled,
)
from ledger.terms import Clause

__all__ = [
    "EVENTS",
    "AgreementInPrincipleRecorded",
    "AnswerKind",
    "BlindEvent",
    "CounterProposalTabled",
    "FirstKind",
    "HandlingEvent",
    "IdeaEvent",
    "ImpasseDeclared",
    "ImpasseResolved",
    "MediatorProposalIssued",
    "MessengerEvent",
    "Mode",
    "NegotiationEvent",
    "OptionRecorded",
    "ProposalAccepted",
    "ProposalExpired",
    "ProposalPartlyAccepted",
    "ProposalRejected",
    "ProposalSuperseded",
    "ProposalTabled",
    "ProposalWithdrawn",
    "Reply",
    "Tabled",
]


class ProposalAccepted(Event, frozen=True, kw_only=True, tag="proposal-accepted"):
    """An addressee accepted a proposal in full; it binds nobody until written and signed.

    Attributes:
        by: Party that accepts.
        mode: How far the acceptance goes; `ad_referendum` waits for the principal.
    """

    row = "F9"
    rooms = Tabled.rooms
    says = "{by} accepted proposal {proposal_id} ({mode})"
    admissibility = "protected"
    proposal_id: str
    by: str
    mode: Mode


class ProposalPartlyAccepted(Event, frozen=True, kw_only=True, tag="proposal-partly-accepted"):
    """An addressee accepted some clauses of a proposal and reserved the others.

    Attributes:
        by: Party that accepts.
        accepted: Clauses accepted.
        reserved: Clauses reserved: all others.
        conditional: Whether the acceptance depends on conditions.
        conditions: The conditions.
    """

    row = "F10"
    rooms = Tabled.rooms
    says = "{by} accepted proposal {proposal_id} in part"
    admissibility = "protected"
    proposal_id: str
    by: str
    accepted: tuple[str, ...]
    reserved: tuple[str, ...]
    conditional: bool = False
    conditions: Content[str | None] = UNSET


class ProposalRejected(Event, frozen=True, kw_only=True, tag="proposal-rejected"):
    """An addressee rejected a proposal; its reasons, if any, stay in its caucus."""

    row = "F11"
    rooms = Tabled.rooms
    says = "{by} rejected proposal {proposal_id}"
    admissibility = "protected"
    proposal_id: str
    by: str


class ProposalWithdrawn(Event, frozen=True, kw_only=True, tag="proposal-withdrawn"):
    """The author took a proposal back before it was accepted."""

    row = "F12"
    rooms = Tabled.rooms
    says = "{by} withdrew proposal {proposal_id}"
    admissibility = "protected"
    proposal_id: str
    by: str


class ProposalExpired(Event, frozen=True, kw_only=True, tag="proposal-expired"):
    """The last instant at which a proposal could be accepted passed.

    Attributes:
        deadline_id: The date that passed, None where none was set.
    """

    row = "F13"
    rooms = Tabled.rooms
    says = "proposal {proposal_id} expired"
    admissibility = "protected"
    proposal_id: str
    deadline_id: str | None = None


class ProposalSuperseded(Event, frozen=True, kw_only=True, tag="proposal-superseded"):
    """A newer proposal of the same author took a proposal's place."""

    row = "F14"
    rooms = Tabled.rooms
    says = "proposal {proposal_id} superseded by {by_proposal}"
    admissibility = "protected"
    proposal_id: str
    by_proposal: str


class AgreementInPrincipleRecorded(
    Event, frozen=True, kw_only=True, tag="agreement-in-principle-recorded"
):
    """The mediator recorded what the parties agree on, to be drafted; it binds nobody.

    Attributes:
        confirmed_by: Parties that confirmed it.
        clause_ids: Clauses agreed.
        proposal_id: Proposal of the same room they come from, None where from none.
        open_points: Number of points left open.
        clauses: The terms, where they come from no proposal.
        open_point_texts: The points left open.
    """

    row = "F21"
    rooms = Tabled.rooms
    says = "agreement in principle recorded, points left open: {open_points}"
    admissibility = "protected"
    confirmed_by: tuple[str, ...]
    clause_ids: tuple[str, ...]
    proposal_id: str | None = None
    open_points: int = 0
    clauses: Content[tuple[Clause, ...] | None] = UNSET
    open_point_texts: Content[tuple[str, ...] | None] = UNSET


class ImpasseDeclared(Event, frozen=True, kw_only=True, tag="impasse-declared"):
    """The talks are stuck, says the mediator or a party.

    Attributes:
        impasse_id: Names it within the room.
        issues: Ids of the listed issues it is about, none for the whole.
        text: What is stuck.
        next_step: What is proposed to get on.
    """

    row = "F24"
    says = "impasse {impasse_id} declared"
    admissibility = "protected"
    impasse_id: str
    issues: tuple[str, ...] = ()
    text: Content[str | None] = UNSET
    next_step: Content[str | None] = UNSET


class ImpasseResolved(Event, frozen=True, kw_only=True, tag="impasse-resolved"):
    """The talks moved on."""

    row = "F24"
    says = "impasse {impasse_id} resolved"
    admissibility = "protected"
    impasse_id: str
    text: Content[str | None] = UNSET


class OptionRecorded(Event, frozen=True, kw_only=True, tag="option-recorded"):
    """An idea was written down, without judging it.

    Attributes:
        option_id: Names it within the room.
        issue: Id of the listed issue it is about.
        attributed_to: Party whose idea it is, None where nobody is named.
        text: The idea.
    """

    row = "F1"
    rooms = ("joint", "caucus")
    says = "option {option_id} recorded"
    admissibility = "protected"
    option_id: str
    issue: str | None = None
    attributed_to: str | None = None
    text: Content[str] = UNSET


NegotiationEvent: TypeAlias = (
    ProposalTabled
    | CounterProposalTabled
    | ProposalAccepted
    | ProposalPartlyAccepted
    | ProposalRejected
    | ProposalWithdrawn
    | ProposalExpired
    | ProposalSuperseded
    | AgreementInPrincipleRecorded
    | ImpasseDeclared
    | ImpasseResolved
    | OptionRecorded
    | MediatorProposalIssued
    | HandlingEvent
    | BlindEvent
    | IdeaEvent
    | MessengerEvent
)
EVENTS = (
    ProposalTabled,
    CounterProposalTabled,
    ProposalAccepted,
    ProposalPartlyAccepted,
    ProposalRejected,
    ProposalWithdrawn,
    ProposalExpired,
    ProposalSuperseded,
    AgreementInPrincipleRecorded,
    ImpasseDeclared,
    ImpasseResolved,
    OptionRecorded,
    MediatorProposalIssued,
    *HANDLING_EVENTS,
    *BLIND_EVENTS,
    *IDEA_EVENTS,
    *MESSENGER_EVENTS,
)
