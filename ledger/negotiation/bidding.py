"""Let two parties name an amount each, unseen by the other, and compare them once."""

from decimal import Context, Decimal
from typing import Annotated, Any, ClassVar, cast

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_has_power,
    actor_is_mediator,
    caucus_is_read_by_whoever_enters,
    content_is_erased,
    id_is_new,
    mandate_is_active,
    one_will_do,
    own_party,
    party_has_consented,
    party_is_known,
)
from ledger.counting import parse_instant
from ledger.negotiation.blind import BidRound
from ledger.negotiation.blind_events import (
    SealedBidDestroyed,
    SealedBidsInvited,
    SealedBidsOpened,
    SealedBidSubmitted,
)
from ledger.negotiation.blind_rules import (
    bid_is_an_amount,
    bidder_is_invited,
    bidders_are_two,
    round_closes_ahead,
    round_is_closed,
    round_is_known,
    round_is_running,
)
from ledger.negotiation.gathering_rules import concerned_agree
from ledger.negotiation.state import Negotiation
from ledger.negotiation.validity import bids_close
from ledger.parties import TALKING, Standing
from ledger.rooms import caucus_of
from ledger.terms import Id, Instant, Money, PartyId, Words, next_id

EXACT = Context(prec=100)


def to_bid(act: Act[Any], state: Negotiation, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a round of the actor's that runs."""

    def check(bids: BidRound) -> None:
        bidder_is_invited(act, bids)
        round_is_running(act, bids)

    one_will_do(act, state.blind.rounds.values(), check, "round", "invite-sealed-bids")


def to_compare(act: Act[Any], state: Negotiation, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a round that has closed."""
    one_will_do(
        act,
        state.blind.rounds.values(),
        lambda bids: round_is_closed(act, bids),
        "round",
        "invite-sealed-bids",
    )


class InviteSealedBids(Command, frozen=True, kw_only=True, tag="invite-sealed-bids"):
    """Let one party name the most it would pay and another the least it would take.

    Attributes:
        round_id: Its name, None for the next number.
        payer: Party that would pay.
        payee: Party that would be paid.
        closes: Last instant for a bid; nothing is compared before it.
        agreed_by: Parties that agreed, None for the two.
        subject: What the amount is for.
    """

    by = ("mediator",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {
        "payer": "B",
        "payee": "A",
        "currency": "EUR",
        "closes": "2026-06-10T16:00:00+02:00",
        "subject": "berth fees for 2025",
    }
    guards = (actor_is_mediator, mandate_is_active)
    round_id: Id | None = None
    payer: PartyId
    payee: PartyId
    currency: Annotated[str, Meta(pattern=r"\A[A-Z]{3}\Z")]
    closes: Instant
    agreed_by: tuple[PartyId, ...] | None = None
    subject: Words | None = None


class SubmitSealedBid(Command, frozen=True, kw_only=True, tag="submit-sealed-bid"):
    """Name one's amount in the caucus; the latest before the round closes counts.

    Attributes:
        amount: The most one would pay, or the least one would take.
    """

    by = ("party",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {
        "round_id": "BR1",
        "amount": {"amount": "900000", "currency": "EUR"},
    }
    guards = (party_has_consented, mandate_is_active)
    occasions = (to_bid,)
    round_id: Id
    amount: Money


class OpenSealedBids(Command, frozen=True, kw_only=True, tag="open-sealed-bids"):
    """Compare the bids of a round that has closed: told where they overlap, else destroyed."""

    by = ("mediator",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {"round_id": "BR1"}
    guards = (actor_is_mediator, mandate_is_active)
    occasions = (to_compare,)
    round_id: Id


def invite_sealed_bids(
    state: Negotiation, standing: Standing, act: Act[InviteSealedBids]
) -> Decision:
    """Invite the two parties to bid.

    Raises:
        DecodeError: `closes` is no instant.
        RuleViolation: party_is_known, bidders_are_two, concerned_agree, round_closes_ahead,
            id_is_new.
    """
    data = act.data
    both = (data.payer, data.payee)
    for party in both:
        party_is_known(act, standing, party)
    bidders_are_two(act)
    agreed_by = both if data.agreed_by is None else data.agreed_by
    concerned_agree(act, both, agreed_by)
    round_closes_ahead(act, data.closes)
    name = data.round_id or next_id("BR", state.blind.rounds)
    id_is_new(act, state.blind.rounds, name, name)
    closes = parse_instant(data.closes, field="closes").isoformat().replace("+00:00", "Z")
    event = SealedBidsInvited(
        round_id=name,
        payer=data.payer,
        payee=data.payee,
        currency=data.currency,
        closes=closes,
        agreed_by=agreed_by,
        subject=data.subject,
    )
    return [Placed("joint", event), Placed("joint", bids_close(act, name, closes))]


def submit_sealed_bid(
    state: Negotiation, standing: Standing, act: Act[SubmitSealedBid]
) -> Decision:
    """Name one's amount.

    Raises:
        RuleViolation: round_is_known, bidder_is_invited, round_is_running, bid_is_an_amount,
            caucus_is_read_by_whoever_enters, actor_has_power.
    """
    party = own_party(act)
    round_is_known(act, state)
    bids = state.blind.rounds[act.data.round_id]
    bidder_is_invited(act, bids)
    round_is_running(act, bids)
    bid_is_an_amount(act, bids, act.data.amount)
    room = caucus_of(party, act.mandate)
    caucus_is_read_by_whoever_enters(act, room)
    actor_has_power(act, standing, "negotiate")
    event = SealedBidSubmitted(round_id=bids.round_id, by=party, amount=act.data.amount)
    return [Placed(room, event)]


def open_sealed_bids(
    state: Negotiation,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[OpenSealedBids],
) -> Decision:
    """Compare the bids; a listed declassification tells their overlap, or that there is none.

    Raises:
        RuleViolation: round_is_known, caucus_is_read_by_whoever_enters, round_is_closed,
            content_is_erased.
    """
    round_is_known(act, state)
    bids = state.blind.rounds[act.data.round_id]
    for party in (bids.payer, bids.payee):
        caucus_is_read_by_whoever_enters(act, caucus_of(party, act.mandate))
    round_is_closed(act, bids)
    most, least = (_latest(act, bids, party) for party in (bids.payer, bids.payee))
    if most is None or least is None or Decimal(most.amount) < Decimal(least.amount):
        none = SealedBidsOpened(round_id=bids.round_id, outcome="no_overlap")
        return [Placed("joint", none), *_destroyed(bids)]
    event = SealedBidsOpened(
        round_id=bids.round_id,
        outcome="overlap",
        bids={bids.payer: most, bids.payee: least},
        midpoint=_midpoint(most, least),
    )
    return [Placed("joint", event)]


def _latest(act: Act[Any], bids: BidRound, party: str) -> Money | None:
    """Open the bid of a party that counts."""
    refs = bids.bids.get(party, ())
    if not refs:
        return None
    bid = cast("SealedBidSubmitted", act.open(refs[-1]))
    content_is_erased(act, bid.amount, f"the bid of {party}")
    return cast("Money", bid.amount)


def _midpoint(most: Money, least: Money) -> Money:
    half = EXACT.divide(EXACT.add(Decimal(most.amount), Decimal(least.amount)), Decimal(2))
    return Money(amount=f"{half.quantize(Decimal('0.01')):f}", currency=most.currency)


def _destroyed(bids: BidRound) -> Decision:
    """Mark every bid for destruction, each in the caucus it lies in."""
    found: Decision = []
    for party, refs in bids.bids.items():
        for room in dict.fromkeys(ref.rpartition(":")[0] for ref in refs):
            here = tuple(ref for ref in refs if ref.rpartition(":")[0] == room)
            event = SealedBidDestroyed(round_id=bids.round_id, by=party, bids=here)
            found.append(Placed(room, event))
    return found
