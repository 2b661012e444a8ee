"""Put what was accepted ad referendum before a principal, and record its decision."""

from typing import Any, ClassVar, Literal

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_has_power,
    mandate_is_active,
    one_will_do,
    own_party,
    party_has_consented,
)
from ledger.counting import parse_instant
from ledger.negotiation.answer_rules import proposal_is_in_time, proposal_is_open
from ledger.negotiation.answering import named_proposal
from ledger.negotiation.handling import handled
from ledger.negotiation.handling_events import PrincipalDecided, PrincipalNamed, ReferredToPrincipal
from ledger.negotiation.handling_rules import (
    acceptance_waits_for_principal,
    principal_is_asked_once,
)
from ledger.negotiation.proposal import Proposal
from ledger.negotiation.state import Negotiation
from ledger.negotiation.validity import deadline_of, valid_until
from ledger.parties import TALKING, Standing
from ledger.periods import met
from ledger.terms import Id, Instant, Words


def to_refer(act: Act[Any], state: Negotiation, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for an acceptance ad referendum that lies before nobody yet."""

    def check(proposal: Proposal) -> None:
        acceptance_waits_for_principal(act, proposal)
        principal_is_asked_once(act, state, proposal)

    one_will_do(act, state.proposals.values(), check, "proposal", "accept-proposal")


def to_decide(act: Act[Any], state: Negotiation, standing: Standing) -> None:
    """Ask for an acceptance ad referendum of a proposal that is open."""

    def check(proposal: Proposal) -> None:
        acceptance_waits_for_principal(act, proposal)
        proposal_is_open(act, proposal, valid_until(standing, proposal))

    one_will_do(act, state.proposals.values(), check, "proposal", "accept-proposal")


class ReferToPrincipal(Command, frozen=True, kw_only=True, tag="refer-to-principal"):
    """Put what one accepted ad referendum before one's principal.

    Attributes:
        decides_by: Until when it is to decide.
        principal: Who it is; kept among one's own team.
    """

    by = ("party",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {"proposal_id": "P1", "principal": "the cabinet"}
    guards = (party_has_consented, mandate_is_active)
    occasions = (to_refer,)
    proposal_id: Id
    decides_by: Instant | None = None
    principal: Words | None = None


class RecordPrincipalDecision(Command, frozen=True, kw_only=True, tag="record-principal-decision"):
    """Say how one's principal decided.

    Attributes:
        approved: Whether it agreed.
        mode: How far the acceptance goes from now on.
        remark: Why; kept among one's own team.
    """

    by = ("party",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {"proposal_id": "P1", "approved": True}
    guards = (party_has_consented, mandate_is_active)
    occasions = (to_decide,)
    proposal_id: Id
    approved: bool
    mode: Literal["in_principle", "final_subject_to_signature"] = "in_principle"
    remark: Words | None = None


def refer_to_principal(
    state: Negotiation,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[ReferToPrincipal],
) -> Decision:
    """Put an acceptance before the principal.

    Raises:
        DecodeError: `decides_by` is no instant.
        RuleViolation: proposal_is_known, acceptance_waits_for_principal, principal_is_asked_once.
    """
    data, party = act.data, own_party(act)
    proposal = named_proposal(state, act)
    acceptance_waits_for_principal(act, proposal)
    principal_is_asked_once(act, state, proposal)
    until = data.decides_by and parse_instant(data.decides_by, field="decides_by").isoformat()
    event = ReferredToPrincipal(
        proposal_id=proposal.proposal_id, by=party, decides_by=until or None
    )
    return [Placed(proposal.room, event), *_noted(act, proposal, data.principal, None)]


def record_principal_decision(
    state: Negotiation, standing: Standing, act: Act[RecordPrincipalDecision]
) -> Decision:
    """Record how the principal decided; its yes makes the acceptance one that counts.

    Raises:
        RuleViolation: proposal_is_known, acceptance_waits_for_principal, proposal_is_open,
            proposal_is_in_time, actor_has_power.
    """
    data, party = act.data, own_party(act)
    proposal = named_proposal(state, act)
    acceptance_waits_for_principal(act, proposal)
    due = valid_until(standing, proposal)
    proposal_is_open(act, proposal, due)
    proposal_is_in_time(act, proposal, due)
    final = data.approved and data.mode == "final_subject_to_signature"
    actor_has_power(act, standing, "settle" if final else "negotiate")
    event = PrincipalDecided(
        proposal_id=proposal.proposal_id, by=party, approved=data.approved, mode=data.mode
    )
    closed = handled(proposal, event, "").status != "open"
    return [
        Placed(proposal.room, event),
        *(met(deadline_of(standing, proposal)) if closed else []),
        *_noted(act, proposal, None, data.remark),
    ]


def _noted(
    act: Act[Any], proposal: Proposal, principal: str | None, remark: str | None
) -> Decision:
    """Keep for one's own team what is nobody else's business."""
    if principal is None and remark is None:
        return []
    note = PrincipalNamed(proposal_id=proposal.proposal_id, principal=principal, remark=remark)
    return [Placed(f"party:{own_party(act)}", note)]
