"""Keep what was asked and answered in confidence, as far as one set of eyes sees it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import Frame
from ledger.negotiation.blind_events import (
    BidOutcome,
    ConfidentialReplyGiven,
    MediatorProposalRequested,
    ReplyAnswer,
    SealedBidDestroyed,
    SealedBidsInvited,
    SealedBidsOpened,
    SealedBidSubmitted,
)

Kept: TypeAlias = (
    MediatorProposalRequested
    | ConfidentialReplyGiven
    | SealedBidsInvited
    | SealedBidSubmitted
    | SealedBidsOpened
    | SealedBidDestroyed
)


class BidRound(Struct, frozen=True, kw_only=True):
    """A round of sealed bids.

    Attributes:
        closes: Last instant for a bid, RFC 3339 UTC.
        bids: By party the events (room:seq) of its bids, the latest last.
        outcome: None until it was opened.
        destroyed: Parties whose bids are to be destroyed.
    """

    round_id: str
    payer: str
    payee: str
    currency: str
    closes: str
    bids: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    outcome: BidOutcome | None = None
    destroyed: tuple[str, ...] = ()


class Blind(Struct, frozen=True):
    """What was asked and answered in confidence.

    Attributes:
        requests: By party the event (room:seq) that asked for the mediator's next proposal.
        replies: By (proposal id, party) its latest answer.
        rounds: Rounds of sealed bids, by id.
    """

    requests: Mapping[str, str] = MappingProxyType({})
    replies: Mapping[tuple[str, str], ReplyAnswer] = MappingProxyType({})
    rounds: Mapping[str, BidRound] = MappingProxyType({})


def evolve(state: Blind, frame: Frame[Kept]) -> Blind:
    """Fold one event; never judges, never sees content."""
    event = frame.event
    match event:
        case MediatorProposalRequested():
            return replace(state, requests={**state.requests, event.by: frame.ref})
        case ConfidentialReplyGiven():
            key = (event.proposal_id, event.by)
            return replace(state, replies={**state.replies, key: event.answer})
        case SealedBidsInvited():
            return _with(state, _round(event))
        case SealedBidSubmitted() | SealedBidsOpened() | SealedBidDestroyed():
            known = state.rounds.get(event.round_id)
            return state if known is None else _with(state, _changed(known, event, frame.ref))
        case _:
            assert_never(event)


def _with(state: Blind, bids: BidRound) -> Blind:
    return replace(state, rounds={**state.rounds, bids.round_id: bids})


def _round(event: SealedBidsInvited) -> BidRound:
    return BidRound(
        round_id=event.round_id,
        payer=event.payer,
        payee=event.payee,
        currency=event.currency,
        closes=event.closes,
    )


def _changed(
    known: BidRound, event: SealedBidSubmitted | SealedBidsOpened | SealedBidDestroyed, ref: str
) -> BidRound:
    match event:
        case SealedBidSubmitted():
            mine = (*known.bids.get(event.by, ()), ref)
            return replace(known, bids={**known.bids, event.by: mine})
        case SealedBidsOpened():
            return replace(known, outcome=event.outcome)
        case SealedBidDestroyed():
            return replace(known, destroyed=(*known.destroyed, event.by))
        case _:
            assert_never(event)
