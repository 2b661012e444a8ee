"""List the events by which a party sends terms through the mediator (row F5)."""

from typing import TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event
from ledger.negotiation.tabled_events import Attribution, FirstKind
from ledger.terms import Clause


class ProposalEntrusted(Event, frozen=True, kw_only=True, tag="proposal-entrusted"):
    """A party gave the mediator terms to carry to others; they lie on no table yet.

    Attributes:
        entrusted_id: Names them within the caucus.
        by: Party whose terms they are.
        room: Room they are to be put in.
        attribution: Whether the others are to be told whose they are.
        addressees: Parties they are to be put to.
        required_acceptors: Addressees who must all accept.
        kind: What they are where they answer nothing.
        answers: Proposal of that room they answer.
        clauses: The terms.
        conditions: What they depend on.
    """

    row = "F5"
    rooms = ("caucus",)
    says = "{by} entrusted terms {entrusted_id} to the mediator, attribution {attribution}"
    admissibility = "protected"
    entrusted_id: str
    by: str
    room: str
    attribution: Attribution
    addressees: tuple[str, ...]
    required_acceptors: tuple[str, ...]
    kind: FirstKind = "first"
    answers: str | None = None
    all_or_nothing: bool = False
    valid_until: str | None = None
    firm_until: str | None = None
    stays_open_if_countered: bool = False
    clauses: Content[tuple[Clause, ...]] = UNSET
    conditions: Content[str | None] = UNSET


class EntrustedProposalRecalled(
    Event, frozen=True, kw_only=True, tag="entrusted-proposal-recalled"
):
    """A party took back terms it had entrusted: they are not carried, or to be withdrawn."""

    row = "F12"
    rooms = ("caucus",)
    says = "{by} recalled its terms {entrusted_id}"
    admissibility = "protected"
    entrusted_id: str
    by: str


class ProposalCarried(Event, frozen=True, kw_only=True, tag="proposal-carried"):
    """The mediator put entrusted terms on the table, word for word.

    Attributes:
        room: Where.
        proposal_id: Their name there.
    """

    row = "F5"
    rooms = ("caucus",)
    says = "terms {entrusted_id} carried: proposal {proposal_id} in {room}"
    admissibility = "protected"
    entrusted_id: str
    room: str
    proposal_id: str


MessengerEvent: TypeAlias = ProposalEntrusted | EntrustedProposalRecalled | ProposalCarried
MESSENGER_EVENTS = (ProposalEntrusted, EntrustedProposalRecalled, ProposalCarried)
