"""Accept after the time is over, and decide what that does."""

from typing import Any, ClassVar, cast

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_has_power,
    actor_is_mediator,
    mandate_is_active,
    one_will_do,
    own_party,
    party_has_consented,
)
from ledger.negotiation.answering import addressed_proposal, named_proposal
from ledger.negotiation.handling_events import (
    LateAcceptanceConfirmed,
    LateAcceptanceDeclined,
    LateAcceptanceReceived,
    Mode,
)
from ledger.negotiation.handling_rules import (
    late_acceptance_is_new,
    late_acceptance_is_received,
    late_acceptance_waits,
    proposal_is_answered_openly,
    proposal_is_over,
    proposal_is_the_actors,
)
from ledger.negotiation.proposal import Proposal
from ledger.negotiation.state import Negotiation
from ledger.negotiation.tabled_events import Tabled
from ledger.negotiation.tabling import next_proposal_id
from ledger.negotiation.turning import same_terms
from ledger.negotiation.validity import valid_until
from ledger.parties import TALKING, Standing
from ledger.terms import Id, PartyId


def to_accept_late(act: Act[Any], state: Negotiation, standing: Standing) -> None:
    """Ask for a proposal put to the actor whose time is over."""
    late_acceptance_is_received(act)

    def check(proposal: Proposal) -> None:
        proposal_is_answered_openly(act, proposal)
        proposal_is_over(act, proposal, valid_until(standing, proposal))
        late_acceptance_is_new(act, state, proposal)

    put = [p for p in state.proposals.values() if act.party in p.addressees]
    one_will_do(act, put, check, "proposal put to one", "another party's table-proposal")


def to_decide_late(act: Act[Any], state: Negotiation, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a late acceptance that waits for the actor."""
    waiting = [state.proposals[room, name] for room, name, _ in state.handling.late]
    one_will_do(
        act, waiting, lambda p: proposal_is_the_actors(act, p), "late acceptance", "accept-late"
    )


class AcceptLate(Command, frozen=True, kw_only=True, tag="accept-late"):
    """Accept a proposal whose time is over; what that does the procedure says.

    Attributes:
        mode: How far it goes.
    """

    by = ("party",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {"proposal_id": "P1"}
    guards = (party_has_consented, mandate_is_active)
    occasions = (to_accept_late,)
    proposal_id: Id
    mode: Mode = "in_principle"


class ConfirmLateAcceptance(Command, frozen=True, kw_only=True, tag="confirm-late-acceptance"):
    """Let a late acceptance of one's own proposal count, or of one the mediator put.

    Attributes:
        of: Whose acceptance.
    """

    by = ("party", "mediator")
    during = TALKING
    example: ClassVar[dict[str, Any]] = {"proposal_id": "P1", "of": "B"}
    guards = (actor_is_mediator, party_has_consented, mandate_is_active)
    occasions = (to_decide_late,)
    proposal_id: Id
    of: PartyId


class DeclineLateAcceptance(Command, frozen=True, kw_only=True, tag="decline-late-acceptance"):
    """Do not let a late acceptance of one's own proposal count.

    Attributes:
        of: Whose acceptance.
    """

    by = ("party", "mediator")
    during = TALKING
    example: ClassVar[dict[str, Any]] = {"proposal_id": "P1", "of": "B"}
    guards = (actor_is_mediator, party_has_consented, mandate_is_active)
    occasions = (to_decide_late,)
    proposal_id: Id
    of: PartyId


def accept_late(state: Negotiation, standing: Standing, act: Act[AcceptLate]) -> Decision:
    """Accept when the time is over: as a new proposal, or for the author to confirm.

    Raises:
        RuleViolation: proposal_is_known, proposal_is_answered_openly, acceptor_is_not_proposer,
            acceptor_is_addressed, late_acceptance_is_received, proposal_is_over,
            late_acceptance_is_new, actor_has_power, content_is_erased.
    """
    proposal, party, mode = addressed_proposal(state, act), own_party(act), act.data.mode
    late_acceptance_is_received(act)
    proposal_is_over(act, proposal, valid_until(standing, proposal))
    late_acceptance_is_new(act, state, proposal)
    actor_has_power(
        act, standing, "settle" if mode == "final_subject_to_signature" else "negotiate"
    )
    anew = act.profile.proposal.late_acceptance == "treat_as_new_proposal"
    becomes = next_proposal_id(state, proposal.room) if anew else None
    received = LateAcceptanceReceived(
        proposal_id=proposal.proposal_id, by=party, mode=mode, becomes=becomes
    )
    same = [] if becomes is None else _as_new(standing, act, proposal, becomes)
    return [Placed(proposal.room, received), *same]


def _as_new(standing: Standing, act: Act[AcceptLate], proposal: Proposal, name: str) -> Decision:
    """Put the same terms to the author of a proposal that expired."""
    tabled = cast("Tabled", act.open(proposal.tabled_ref))
    return same_terms(
        standing,
        act,
        proposal,
        name,
        proposal.clause_ids,
        instead_of="late_acceptance",
        all_or_nothing=proposal.all_or_nothing,
        conditions=tabled.conditions,
    )


def confirm_late_acceptance(
    state: Negotiation,
    standing: Standing,
    act: Act[ConfirmLateAcceptance],
) -> Decision:
    """Let a late acceptance count.

    Raises:
        RuleViolation: proposal_is_known, proposal_is_the_actors, late_acceptance_waits,
            actor_has_power.
    """
    proposal = _decided(state, standing, act)
    mode = state.handling.late[*proposal.key, act.data.of]
    event = LateAcceptanceConfirmed(
        proposal_id=proposal.proposal_id, by=act.acting(), of=act.data.of, mode=mode
    )
    return [Placed(proposal.room, event)]


def decline_late_acceptance(
    state: Negotiation, standing: Standing, act: Act[DeclineLateAcceptance]
) -> Decision:
    """Do not let a late acceptance count.

    Raises:
        RuleViolation: proposal_is_known, proposal_is_the_actors, late_acceptance_waits,
            actor_has_power.
    """
    proposal = _decided(state, standing, act)
    event = LateAcceptanceDeclined(
        proposal_id=proposal.proposal_id, by=act.acting(), of=act.data.of
    )
    return [Placed(proposal.room, event)]


def _decided(state: Negotiation, standing: Standing, act: Act[Any]) -> Proposal:
    proposal = named_proposal(state, act)
    proposal_is_the_actors(act, proposal)
    late_acceptance_waits(act, state, proposal, act.data.of)
    actor_has_power(act, standing, "negotiate")
    return proposal
