"""Keep what was done with proposals besides answering them, and what it does to their status."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.negotiation.handling_events import (
    HandlingEvent,
    LateAcceptanceConfirmed,
    LateAcceptanceDeclined,
    LateAcceptanceReceived,
    Mode,
    PrincipalDecided,
    PrincipalNamed,
    ProposalClarified,
    ProposalDelivered,
    ProposalOpened,
    ProposalValidityExtended,
    ReferredToPrincipal,
)
from ledger.negotiation.proposal import (
    Acceptance,
    Proposal,
    accepted_by,
    confirmed_late,
    rejected_after,
    without_acceptance,
)

Key: TypeAlias = tuple[str, str, str]
"""Room, proposal and party."""


class Handling(Struct, frozen=True):
    """What was done with proposals besides answering them.

    Attributes:
        reached: Addressees a proposal was delivered to, or who have it before them.
        late: Late acceptances the author has not decided on, with how far they would go.
        referred: Parties whose principal has not decided yet.
    """

    reached: frozenset[Key] = frozenset()
    late: Mapping[Key, Mode] = MappingProxyType({})
    referred: frozenset[Key] = frozenset()


def evolve(state: Handling, event: HandlingEvent, room: str) -> Handling:
    """Fold one event; never judges, never sees content."""
    match event:
        case ProposalDelivered() | ProposalOpened():
            party = event.to if isinstance(event, ProposalDelivered) else event.by
            return replace(state, reached=state.reached | {(room, event.proposal_id, party)})
        case LateAcceptanceReceived():
            kept = {(room, event.proposal_id, event.by): event.mode} if not event.becomes else {}
            return replace(state, late={**state.late, **kept})
        case LateAcceptanceConfirmed() | LateAcceptanceDeclined():
            gone = (room, event.proposal_id, event.of)
            return replace(state, late={k: v for k, v in state.late.items() if k != gone})
        case ReferredToPrincipal():
            return replace(state, referred=state.referred | {(room, event.proposal_id, event.by)})
        case PrincipalDecided():
            return replace(state, referred=state.referred - {(room, event.proposal_id, event.by)})
        case ProposalClarified() | ProposalValidityExtended() | PrincipalNamed():
            return state
        case _:
            assert_never(event)


def handled(proposal: Proposal, event: HandlingEvent, ref: str) -> Proposal:
    """Return the proposal after an event; most change nothing of it."""
    match event:
        case ProposalValidityExtended():
            return replace(proposal, valid_until=event.valid_until, changed_ref=ref)
        case LateAcceptanceConfirmed():
            acceptance = Acceptance(mode=event.mode, accepted=proposal.clause_ids, ref=ref)
            return confirmed_late(proposal, event.of, acceptance, ref)
        case PrincipalDecided(approved=True):
            acceptance = Acceptance(mode=event.mode, accepted=proposal.clause_ids, ref=ref)
            return accepted_by(proposal, event.by, acceptance, ref)
        case PrincipalDecided():
            return rejected_after(without_acceptance(proposal, event.by), event.by, ref)
        case _:
            return proposal
