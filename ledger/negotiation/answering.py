"""Answer a proposal: accept, accept in part, reject; or take it back."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import actor_has_power, mandate_is_active, party_has_consented
from ledger.negotiation.answer_rules import (
    acceptor_is_addressed,
    acceptor_is_not_proposer,
    answer_is_new,
    is_late_entry,
    proposal_is_in_time,
    proposal_is_not_all_or_nothing,
    proposal_is_open,
    rejecter_is_addressed,
    some_clause_is_reserved,
    withdrawer_is_proposer,
)
from ledger.negotiation.events import (
    Mode,
    ProposalAccepted,
    ProposalPartlyAccepted,
    ProposalRejected,
    ProposalWithdrawn,
)
from ledger.negotiation.handling_rules import proposal_is_answered_openly
from ledger.negotiation.occasions import to_accept, to_accept_partly, to_reject, to_withdraw
from ledger.negotiation.proposal import Proposal, accepted_by, rejected_after
from ledger.negotiation.rules import (
    clauses_belong_to_proposal,
    proposal_is_known,
    proposal_is_no_longer_firm,
)
from ledger.negotiation.state import Negotiation, acceptance_of
from ledger.negotiation.validity import deadline_of, review_needed, valid_until, waived
from ledger.parties import TALKING, Standing
from ledger.periods import met
from ledger.reasons import reasons_given
from ledger.rooms import caucus_of
from ledger.terms import Id, Words


class AcceptProposal(Command, frozen=True, kw_only=True, tag="accept-proposal"):
    """Accept a proposal in full; it binds nobody until written and signed.

    Attributes:
        mode: How far it goes; `ad_referendum` waits for the principal and is followed by another.
    """

    by = ("party",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {"proposal_id": "P1", "mode": "in_principle"}
    guards = (party_has_consented, mandate_is_active)
    occasions = (to_accept,)
    proposal_id: Id
    mode: Mode = "in_principle"


class AcceptProposalPartly(Command, frozen=True, kw_only=True, tag="accept-proposal-partly"):
    """Accept some clauses of a proposal and reserve the others.

    Attributes:
        clause_ids: Clauses accepted; the others are reserved.
        conditions: What the acceptance depends on; to drop them, accept again without.
    """

    by = ("party",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {"proposal_id": "P1", "clause_ids": ["C1"]}
    guards = (party_has_consented, mandate_is_active)
    occasions = (to_accept_partly,)
    proposal_id: Id
    clause_ids: Annotated[tuple[Id, ...], Meta(min_length=1)]
    conditions: Words | None = None


class RejectProposal(Command, frozen=True, kw_only=True, tag="reject-proposal"):
    """Reject a proposal.

    Attributes:
        reasons: Why; told to the mediator alone.
    """

    by = ("party",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {
        "proposal_id": "P1",
        "reasons": "the price is too high",
    }
    guards = (party_has_consented, mandate_is_active)
    occasions = (to_reject,)
    proposal_id: Id
    reasons: Words | None = None


class WithdrawProposal(Command, frozen=True, kw_only=True, tag="withdraw-proposal"):
    """Take a proposal back before it is accepted."""

    by = ("party",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {"proposal_id": "P1"}
    guards = (party_has_consented, mandate_is_active)
    occasions = (to_withdraw,)
    proposal_id: Id


def accept_proposal(state: Negotiation, standing: Standing, act: Act[AcceptProposal]) -> Decision:
    """Accept a proposal in full.

    Raises:
        RuleViolation: proposal_is_known, proposal_is_answered_openly, acceptor_is_not_proposer,
            acceptor_is_addressed, proposal_is_open, proposal_is_in_time, answer_is_new,
            actor_has_power.
    """
    proposal = addressed_proposal(state, act)
    due = valid_until(standing, proposal)
    proposal_is_open(act, proposal, due)
    proposal_is_in_time(act, proposal, due)
    event = ProposalAccepted(proposal_id=proposal.proposal_id, by=act.acting(), mode=act.data.mode)
    answer_is_new(act, proposal, acceptance_of(proposal, event))
    final = act.data.mode == "final_subject_to_signature"
    actor_has_power(act, standing, "settle" if final else "negotiate")
    return [Placed(proposal.room, event), *_follows(standing, act, proposal, event)]


def accept_proposal_partly(
    state: Negotiation, standing: Standing, act: Act[AcceptProposalPartly]
) -> Decision:
    """Accept some clauses of a proposal.

    Raises:
        RuleViolation: proposal_is_known, proposal_is_answered_openly, acceptor_is_not_proposer,
            acceptor_is_addressed, proposal_is_not_all_or_nothing, clauses_belong_to_proposal,
            some_clause_is_reserved, proposal_is_open, proposal_is_in_time, answer_is_new,
            actor_has_power.
    """
    proposal = addressed_proposal(state, act)
    proposal_is_not_all_or_nothing(act, proposal)
    clauses_belong_to_proposal(act, proposal, act.data.clause_ids)
    accepted = tuple(c for c in proposal.clause_ids if c in act.data.clause_ids)
    if not _drops_condition(act, proposal):
        some_clause_is_reserved(act, proposal, accepted)
        due = valid_until(standing, proposal)
        proposal_is_open(act, proposal, due)
        proposal_is_in_time(act, proposal, due)
    event = ProposalPartlyAccepted(
        proposal_id=proposal.proposal_id,
        by=act.acting(),
        accepted=accepted,
        reserved=tuple(c for c in proposal.clause_ids if c not in accepted),
        conditional=act.data.conditions is not None,
        conditions=act.data.conditions,
    )
    answer_is_new(act, proposal, acceptance_of(proposal, event))
    actor_has_power(act, standing, "negotiate")
    return [Placed(proposal.room, event), *_follows(standing, act, proposal, event)]


def reject_proposal(state: Negotiation, standing: Standing, act: Act[RejectProposal]) -> Decision:
    """Reject a proposal; the reasons go to the caucus.

    Raises:
        RuleViolation: proposal_is_known, proposal_is_answered_openly, rejecter_is_addressed,
            proposal_is_open, actor_has_power.
    """
    proposal = named_proposal(state, act)
    proposal_is_answered_openly(act, proposal)
    rejecter_is_addressed(act, proposal)
    proposal_is_open(act, proposal, valid_until(standing, proposal))
    actor_has_power(act, standing, "negotiate")
    party = act.acting()
    event = ProposalRejected(proposal_id=proposal.proposal_id, by=party)
    closed = rejected_after(proposal, party, "").status == "rejected"
    return [
        Placed(proposal.room, event),
        *_review(standing, act, proposal),
        *(met(deadline_of(standing, proposal)) if closed else []),
        *reasons_given(caucus_of(party, act.mandate), ProposalRejected, act.data.reasons),
    ]


def withdraw_proposal(
    state: Negotiation, standing: Standing, act: Act[WithdrawProposal]
) -> Decision:
    """Take a proposal back.

    Raises:
        RuleViolation: proposal_is_known, withdrawer_is_proposer, proposal_is_open,
            proposal_is_no_longer_firm, actor_has_power.
    """
    proposal = named_proposal(state, act)
    withdrawer_is_proposer(act, proposal)
    proposal_is_open(act, proposal, None)
    proposal_is_no_longer_firm(act, proposal)
    actor_has_power(act, standing, "negotiate")
    event = ProposalWithdrawn(proposal_id=proposal.proposal_id, by=act.acting())
    return [Placed(proposal.room, event), *waived(standing, proposal)]


def named_proposal(state: Negotiation, act: Act[Any]) -> Proposal:
    """Find the one proposal a command names.

    Raises:
        RuleViolation: proposal_is_known.
    """
    proposal_is_known(act, state, act.data.proposal_id)
    (proposal,) = state.named(act.data.proposal_id, act.room)
    return proposal


def addressed_proposal(state: Negotiation, act: Act[Any]) -> Proposal:
    """Find the proposal a command names, put to its actor and answered openly.

    Raises:
        RuleViolation: proposal_is_known, proposal_is_answered_openly, acceptor_is_not_proposer,
            acceptor_is_addressed.
    """
    proposal = named_proposal(state, act)
    proposal_is_answered_openly(act, proposal)
    acceptor_is_not_proposer(act, proposal.by)
    acceptor_is_addressed(act, proposal)
    return proposal


def _drops_condition(act: Act[AcceptProposalPartly], proposal: Proposal) -> bool:
    """Tell whether a party confirms without condition what it accepted under one (SC-06)."""
    given = proposal.acceptances.get(act.acting())
    if given is None or not given.conditional or act.data.conditions is not None:
        return False
    return proposal.status in ("open", "partly_accepted") and set(given.accepted) == set(
        act.data.clause_ids
    )


def _follows(
    standing: Standing,
    act: Act[Any],
    proposal: Proposal,
    event: ProposalAccepted | ProposalPartlyAccepted,
) -> Decision:
    """Close the date where the proposal is answered; ask for review where it was closed before."""
    after = accepted_by(proposal, event.by, acceptance_of(proposal, event), "")
    closed = met(deadline_of(standing, proposal)) if after.status != "open" else []
    return [*_review(standing, act, proposal), *closed]


def _review(standing: Standing, act: Act[Any], proposal: Proposal) -> Decision:
    late = is_late_entry(act, proposal, valid_until(standing, proposal))
    return review_needed(act, proposal) if late else []
