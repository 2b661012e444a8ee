"""Write terms down before they are put to anybody, and note which interests clauses serve."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta, field

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_is_mediator,
    mandate_is_active,
    one_will_do,
    party_has_consented,
)
from ledger.negotiation.agreeing import PREPARED
from ledger.negotiation.gathering_rules import (
    interests_are_recorded,
    linked_clauses_are_drafted,
    linked_proposal_is_before_all,
    room_suits_act,
)
from ledger.negotiation.idea_events import ClauseLinked, ProposalDrafted
from ledger.negotiation.ideas import taken
from ledger.negotiation.rules import (
    clauses_are_distinct,
    clauses_belong_to_proposal,
)
from ledger.negotiation.state import Negotiation
from ledger.parties import TALKING, Standing
from ledger.rooms import caucus_of
from ledger.terms import Clause, Id, next_id


def to_link(act: Act[Any], state: Negotiation, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a proposal before all."""
    joint = [p for p in state.proposals.values() if p.room == "joint"]
    one_will_do(act, joint, lambda p: None, "proposal", "table-proposal")  # noqa: ARG005 - that it is there is all


class DraftProposal(Command, frozen=True, kw_only=True, tag="draft-proposal"):
    """Write terms down: for one's own team, or in the caucus with the room `caucus`.

    Attributes:
        draft_id: Its name, None for the next number; of a draft known here, a new version of it.
        clauses: Its terms.
        interests: By clause the recorded interests it serves; in a caucus alone.
    """

    by = ("party", "mediator")
    during = TALKING
    example: ClassVar[dict[str, Any]] = {
        "clauses": [{"clause_id": "C1", "issue": "berth fee", "text": "A pays for 2025"}]
    }
    guards = (actor_is_mediator, party_has_consented, mandate_is_active)
    draft_id: Id | None = None
    clauses: Annotated[tuple[Clause, ...], Meta(min_length=1, max_length=1000)]
    interests: dict[Id, tuple[Id, ...]] = field(default_factory=dict)


class LinkClause(Command, frozen=True, kw_only=True, tag="link-clause"):
    """Note in a caucus which interests a clause on the table serves.

    Attributes:
        interests: Ids of interests recorded in that caucus.
    """

    by = ("party", "mediator")
    during = PREPARED
    example: ClassVar[dict[str, Any]] = {
        "proposal_id": "P1",
        "clause_id": "C1",
        "interests": ["I1"],
    }
    guards = (actor_is_mediator, party_has_consented, mandate_is_active)
    occasions = (to_link,)
    proposal_id: Id
    clause_id: Id
    interests: Annotated[tuple[Id, ...], Meta(min_length=1)]


def draft_proposal(state: Negotiation, standing: Standing, act: Act[DraftProposal]) -> Decision:
    """Write terms down.

    Raises:
        RuleViolation: room_suits_act, clauses_are_distinct, linked_clauses_are_drafted,
            interests_are_recorded.
    """
    data = act.data
    room = act.room or (f"party:{act.party}" if act.party else "joint")
    room_suits_act(act, room, ProposalDrafted.rooms)
    clause_ids = tuple(clause.clause_id for clause in data.clauses)
    clauses_are_distinct(act, clause_ids)
    linked_clauses_are_drafted(act, clause_ids, data.interests)
    served = [interest for named in data.interests.values() for interest in named]
    interests_are_recorded(act, standing, (room,), served)
    known = taken(state.ideas.drafts, room)
    name = data.draft_id or next_id("DR", known)
    event = ProposalDrafted(
        draft_id=name,
        draft_version=state.ideas.drafts.get((room, name), 0) + 1,
        by=act.acting(),
        clause_ids=clause_ids,
        interests=data.interests,
        clauses=data.clauses,
    )
    return [Placed(room, event)]


def link_clause(state: Negotiation, standing: Standing, act: Act[LinkClause]) -> Decision:
    """Note which interests a clause serves.

    Raises:
        RuleViolation: room_suits_act, linked_proposal_is_before_all, clauses_belong_to_proposal,
            interests_are_recorded.
    """
    data = act.data
    room = act.room or (caucus_of(act.party, act.mandate) if act.party else "joint")
    room_suits_act(act, room, ClauseLinked.rooms)
    linked_proposal_is_before_all(act, state)
    clauses_belong_to_proposal(act, state.proposals["joint", data.proposal_id], (data.clause_id,))
    interests_are_recorded(act, standing, (room,), data.interests)
    event = ClauseLinked(
        proposal_id=data.proposal_id,
        clause_id=data.clause_id,
        interests=data.interests,
    )
    return [Placed(room, event)]
