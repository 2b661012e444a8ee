"""Record what the talks bring: an agreement in principle, an impasse, an idea."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_is_mediator,
    id_is_new,
    mandate_is_active,
    party_has_consented,
    party_is_known,
)
from ledger.negotiation.events import (
    AgreementInPrincipleRecorded,
    ImpasseDeclared,
    ImpasseResolved,
    OptionRecorded,
)
from ledger.negotiation.occasions import to_resolve
from ledger.negotiation.proposal import Proposal
from ledger.negotiation.rules import (
    agreed_clauses_were_accepted,
    agreement_has_terms,
    agreement_is_confirmed,
    agreement_room_is_joint_or_group,
    attribution_is_own,
    clauses_are_distinct,
    clauses_belong_to_proposal,
    impasse_is_open,
    impasse_room_is_joint,
    issues_are_listed,
    option_room_is_joint_or_caucus,
    proposal_is_known,
)
from ledger.negotiation.state import Negotiation
from ledger.parties import TALKING, Phase, Standing
from ledger.rooms import kind_of, members_of
from ledger.terms import Clause, Id, PartyId, Words, next_id

PREPARED = TALKING - {Phase.ENGAGED}


class RecordAgreementInPrinciple(
    Command, frozen=True, kw_only=True, tag="record-agreement-in-principle"
):
    """Record what the parties agree on, to be drafted; it binds nobody.

    Attributes:
        proposal_id: Proposal it comes from, None where from none.
        clause_ids: Clauses agreed, None for all that every acceptor accepted without condition.
        clauses: The terms, where they come from no proposal.
        confirmed_by: Parties that confirmed it, None for all of the room.
        open_points: The points left open.
    """

    by = ("mediator",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {
        "proposal_id": "P1",
        "open_points": ["late interest"],
    }
    guards = (actor_is_mediator, mandate_is_active)
    proposal_id: Id | None = None
    clause_ids: tuple[Id, ...] | None = None
    clauses: tuple[Clause, ...] | None = None
    confirmed_by: tuple[PartyId, ...] | None = None
    open_points: tuple[Words, ...] = ()


class DeclareImpasse(Command, frozen=True, kw_only=True, tag="declare-impasse"):
    """Say that the talks are stuck.

    Attributes:
        impasse_id: Its name, None for the next number.
        issues: Listed issues it is about, none for the whole.
        text: What is stuck.
        next_step: What is proposed to get on.
    """

    by = ("mediator", "party")
    during = TALKING
    example: ClassVar[dict[str, Any]] = {
        "text": "the price",
        "next_step": "an expert on berth fees",
    }
    guards = (actor_is_mediator, party_has_consented, mandate_is_active)
    impasse_id: Id | None = None
    issues: tuple[Id, ...] = ()
    text: Words | None = None
    next_step: Words | None = None


class ResolveImpasse(Command, frozen=True, kw_only=True, tag="resolve-impasse"):
    """Say that the talks moved on."""

    by = ("mediator", "party")
    during = TALKING
    example: ClassVar[dict[str, Any]] = {
        "impasse_id": "IM1",
        "text": "the range is agreed",
    }
    guards = (actor_is_mediator, party_has_consented, mandate_is_active)
    occasions = (to_resolve,)
    impasse_id: Id
    text: Words | None = None


class RecordOption(Command, frozen=True, kw_only=True, tag="record-option"):
    """Write down an idea, without judging it.

    Attributes:
        option_id: Its name in the room, None for the next number.
        text: The idea.
        issue: Listed issue it is about.
        attributed_to: Party whose idea it is, None to name nobody.
    """

    by = ("mediator", "party")
    during = PREPARED
    example: ClassVar[dict[str, Any]] = {"text": "pay in four instalments"}
    guards = (actor_is_mediator, party_has_consented, mandate_is_active)
    option_id: Id | None = None
    text: Annotated[Words, Meta(description="the idea")]
    issue: Id | None = None
    attributed_to: PartyId | None = None


def record_agreement_in_principle(
    state: Negotiation, standing: Standing, act: Act[RecordAgreementInPrinciple]
) -> Decision:
    """Record what the parties agree on.

    Raises:
        RuleViolation: proposal_is_known, clauses_belong_to_proposal, clauses_are_distinct,
            agreement_has_terms, agreed_clauses_were_accepted, agreement_room_is_joint_or_group,
            party_is_known, agreement_is_confirmed.
    """
    data = act.data
    proposal = _source(state, act)
    clause_ids = _agreed(act, proposal)
    room = proposal.room if proposal else act.room or "joint"
    agreement_room_is_joint_or_group(act, room)
    everybody = members_of(room) if kind_of(room) == "group" else standing.current()
    confirmed_by = everybody if data.confirmed_by is None else data.confirmed_by
    for party in confirmed_by:
        party_is_known(act, standing, party)
    agreement_is_confirmed(act, everybody, confirmed_by)
    event = AgreementInPrincipleRecorded(
        confirmed_by=confirmed_by,
        clause_ids=clause_ids,
        proposal_id=data.proposal_id,
        open_points=len(data.open_points),
        clauses=data.clauses,
        open_point_texts=data.open_points or None,
    )
    return [Placed(room, event)]


def _source(state: Negotiation, act: Act[RecordAgreementInPrinciple]) -> Proposal | None:
    if act.data.proposal_id is None:
        return None
    proposal_is_known(act, state, act.data.proposal_id)
    (proposal,) = state.named(act.data.proposal_id, act.room)
    return proposal


def _agreed(act: Act[RecordAgreementInPrinciple], proposal: Proposal | None) -> tuple[str, ...]:
    """Name the clauses agreed, and check that they were."""
    data = act.data
    if proposal is None:
        own = tuple(clause.clause_id for clause in data.clauses or ())
        agreement_has_terms(act, own)
        clauses_are_distinct(act, own)
        return own
    clause_ids = proposal.agreed_clauses() if data.clause_ids is None else data.clause_ids
    clauses_belong_to_proposal(act, proposal, clause_ids)
    agreed_clauses_were_accepted(act, proposal, clause_ids)
    agreement_has_terms(act, clause_ids)
    return clause_ids


def declare_impasse(state: Negotiation, standing: Standing, act: Act[DeclareImpasse]) -> Decision:
    """Say that the talks are stuck.

    Raises:
        RuleViolation: impasse_room_is_joint, issues_are_listed, id_is_new.
    """
    data = act.data
    impasse_room_is_joint(act)
    issues_are_listed(act, standing, data.issues)
    impasse_id = data.impasse_id or next_id("IM", state.impasses)
    id_is_new(act, state.impasses, impasse_id, impasse_id)
    event = ImpasseDeclared(
        impasse_id=impasse_id, issues=data.issues, text=data.text, next_step=data.next_step
    )
    return [Placed("joint", event)]


def resolve_impasse(state: Negotiation, standing: Standing, act: Act[ResolveImpasse]) -> Decision:  # noqa: ARG001 - every decision takes the standing
    """Say that the talks moved on.

    Raises:
        RuleViolation: impasse_room_is_joint, impasse_is_open.
    """
    impasse_room_is_joint(act)
    impasse_is_open(act, state.impasses.get(act.data.impasse_id))
    return [Placed("joint", ImpasseResolved(impasse_id=act.data.impasse_id, text=act.data.text))]


def record_option(state: Negotiation, standing: Standing, act: Act[RecordOption]) -> Decision:
    """Write down an idea.

    Raises:
        RuleViolation: option_room_is_joint_or_caucus, issues_are_listed, party_is_known,
            attribution_is_own, id_is_new.
    """
    data = act.data
    room = act.room or "joint"
    option_room_is_joint_or_caucus(act, room)
    issues_are_listed(act, standing, () if data.issue is None else (data.issue,))
    if data.attributed_to is not None:
        party_is_known(act, standing, data.attributed_to)
        attribution_is_own(act)
    taken = {name for where, name in state.options if where == room}
    option_id = data.option_id or next_id("O", taken)
    id_is_new(act, taken, option_id, option_id)
    event = OptionRecorded(
        option_id=option_id, issue=data.issue, attributed_to=data.attributed_to, text=data.text
    )
    return [Placed(room, event)]
