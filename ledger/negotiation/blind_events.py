"""List the events of answers that stay secret: blind replies and sealed bids."""

from typing import Literal, TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event
from ledger.terms import Money

ReplyAnswer: TypeAlias = Literal["yes", "no", "conditional"]
BlindOutcome: TypeAlias = Literal["all_accepted", "no_agreement"]
BidOutcome: TypeAlias = Literal["overlap", "no_overlap"]


class MediatorProposalRequested(
    Event, frozen=True, kw_only=True, tag="mediator-proposal-requested"
):
    """A party asked the mediator for a proposal of its own; nobody else learns of it.

    Attributes:
        by: The party.
        wish: What it should be about.
    """

    row = "F17"
    rooms = ("caucus",)
    says = "{by} asked for a proposal of the mediator"
    admissibility = "protected"
    by: str
    wish: Content[str | None] = UNSET


class ConfidentialReplyGiven(Event, frozen=True, kw_only=True, tag="confidential-reply-given"):
    """A party answered the mediator's proposal in its caucus; the latest answer in time counts.

    Attributes:
        by: The party.
        answer: Anything but `yes` counts as a no.
        condition: On what it depends.
    """

    row = "F19"
    rooms = ("caucus",)
    says = "{by} answered proposal {proposal_id} in confidence: {answer}"
    admissibility = "protected"
    proposal_id: str
    by: str
    answer: ReplyAnswer
    condition: Content[str | None] = UNSET


class BlindOutcomeDeclared(Event, frozen=True, kw_only=True, tag="blind-outcome-declared"):
    """The fixed time came, and all that is told is whether everybody had said yes.

    Attributes:
        outcome: `no_agreement` where anybody said anything else, or nothing.
    """

    row = "F20"
    says = "outcome of proposal {proposal_id}: {outcome}"
    admissibility = "protected"
    proposal_id: str
    outcome: BlindOutcome


class SealedBidsInvited(Event, frozen=True, kw_only=True, tag="sealed-bids-invited"):
    """Two parties agreed to name an amount each, unseen by the other.

    Attributes:
        round_id: Names the round.
        payer: Party that names the most it would pay.
        payee: Party that names the least it would take.
        currency: ISO 4217 code of both amounts.
        closes: Last instant for a bid, RFC 3339 UTC; nothing is opened before it.
        agreed_by: Parties that agreed.
        subject: What the amount is for.
    """

    row = "F19"
    says = "sealed bids {round_id} of {payer} and {payee} invited until {closes}"
    admissibility = "protected"
    round_id: str
    payer: str
    payee: str
    currency: str
    closes: str
    agreed_by: tuple[str, ...]
    subject: Content[str | None] = UNSET


class SealedBidSubmitted(Event, frozen=True, kw_only=True, tag="sealed-bid-submitted"):
    """A party named its amount in its caucus; the latest in time counts.

    Attributes:
        amount: The amount.
    """

    row = "F19"
    rooms = ("caucus",)
    says = "{by} named its amount for round {round_id}"
    admissibility = "protected"
    round_id: str
    by: str
    amount: Content[Money] = UNSET


class SealedBidsOpened(Event, frozen=True, kw_only=True, tag="sealed-bids-opened"):
    """The bids of a round were compared; amounts are told only where they overlap.

    Attributes:
        outcome: `no_overlap` also where a bid is missing.
        bids: By party its amount, where they overlap.
        midpoint: The amount half-way, where they overlap.
    """

    row = "F20"
    says = "sealed bids {round_id} compared: {outcome}"
    admissibility = "protected"
    round_id: str
    outcome: BidOutcome
    bids: Content[dict[str, Money] | None] = UNSET
    midpoint: Content[Money | None] = UNSET


class SealedBidDestroyed(Event, frozen=True, kw_only=True, tag="sealed-bid-destroyed"):
    """A bid that met no overlap is to be destroyed, and is used for nothing from now on.

    Attributes:
        bids: Events (room:seq) of the same room whose content is to be destroyed.
    """

    row = "F20"
    rooms = ("caucus",)
    says = "the bids of {by} in round {round_id} are to be destroyed"
    admissibility = "protected"
    round_id: str
    by: str
    bids: tuple[str, ...]


BlindEvent: TypeAlias = (
    MediatorProposalRequested
    | ConfidentialReplyGiven
    | BlindOutcomeDeclared
    | SealedBidsInvited
    | SealedBidSubmitted
    | SealedBidsOpened
    | SealedBidDestroyed
)
BLIND_EVENTS = (
    MediatorProposalRequested,
    ConfidentialReplyGiven,
    BlindOutcomeDeclared,
    SealedBidsInvited,
    SealedBidSubmitted,
    SealedBidsOpened,
    SealedBidDestroyed,
)
