"""Let an answer that cannot count as an acceptance stand as a counter-proposal (I-10)."""

from typing import Annotated, Any, ClassVar, cast

from msgspec import Meta

from ledger.act import Act, Broken, Command, Decision, Placed, rule
from ledger.common_rules import (
    actor_has_power,
    content_is_erased,
    mandate_is_active,
    one_will_do,
    own_party,
    party_has_consented,
)
from ledger.negotiation.answer_rules import (
    acceptor_is_addressed,
    acceptor_is_not_proposer,
    some_clause_is_reserved,
)
from ledger.negotiation.answering import addressed_proposal
from ledger.negotiation.handling_rules import proposal_is_answered_openly
from ledger.negotiation.proposal import Proposal
from ledger.negotiation.rules import clauses_belong_to_proposal, parent_can_be_answered
from ledger.negotiation.state import Negotiation
from ledger.negotiation.tabled_events import CounterProposalTabled, InsteadOf, Tabled
from ledger.negotiation.tabling import next_proposal_id
from ledger.negotiation.validity import deadline_of, due_of, validity_begun
from ledger.parties import TALKING, Standing
from ledger.periods import met
from ledger.terms import Clause, Id, Words


@rule("refuse")
def parts_cannot_be_accepted(act: Act[Any], proposal: Proposal) -> None:  # noqa: ARG001 - a rule takes the act
    """An answer becomes a counter-proposal where it cannot count as an acceptance in part."""
    if not proposal.all_or_nothing and proposal.status == "open":
        raise Broken(
            f"proposal {proposal.proposal_id} can be accepted in part", "accept-proposal-partly"
        )


def to_turn(act: Act[Any], state: Negotiation, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a proposal put to the actor of which no part can be accepted."""

    def check(proposal: Proposal) -> None:
        proposal_is_answered_openly(act, proposal)
        acceptor_is_not_proposer(act, proposal.by)
        acceptor_is_addressed(act, proposal)
        parent_can_be_answered(act, proposal)
        parts_cannot_be_accepted(act, proposal)

    one_will_do(act, state.proposals.values(), check, "proposal", "table-proposal")


class ConfirmAsCounter(Command, frozen=True, kw_only=True, tag="confirm-as-counter"):
    """Put what one would accept of a proposal as a counter-proposal, its words unchanged.

    Attributes:
        clause_ids: Clauses one would accept; all of them where it is under conditions.
        conditions: What it depends on.
    """

    by = ("party",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {"proposal_id": "P1", "clause_ids": ["C1"]}
    guards = (party_has_consented, mandate_is_active)
    occasions = (to_turn,)
    proposal_id: Id
    clause_ids: Annotated[tuple[Id, ...], Meta(min_length=1)]
    conditions: Words | None = None


def confirm_as_counter(
    state: Negotiation, standing: Standing, act: Act[ConfirmAsCounter]
) -> Decision:
    """Table the clauses anew as one's own; what becomes of the proposal the procedure says.

    Raises:
        RuleViolation: proposal_is_known, proposal_is_answered_openly, acceptor_is_not_proposer,
            acceptor_is_addressed, parent_can_be_answered, parts_cannot_be_accepted,
            clauses_belong_to_proposal, some_clause_is_reserved, actor_has_power,
            content_is_erased.
    """
    proposal = addressed_proposal(state, act)
    parent_can_be_answered(act, proposal)
    parts_cannot_be_accepted(act, proposal)
    clauses_belong_to_proposal(act, proposal, act.data.clause_ids)
    kept = tuple(c for c in proposal.clause_ids if c in act.data.clause_ids)
    some_clause_is_reserved(act, proposal, kept)
    actor_has_power(act, standing, "negotiate")
    closes = (
        proposal.status == "open"
        and act.profile.proposal.counter_closes_parent
        and not proposal.stays_open_if_countered
    )
    fields = {"conditions": act.data.conditions, "closes_parent": closes}
    name = next_proposal_id(state, proposal.room)
    tabled = same_terms(
        standing, act, proposal, name, kept, instead_of="partial_acceptance", **fields
    )
    return [*tabled, *(met(deadline_of(standing, proposal)) if closes else [])]


def same_terms(  # noqa: PLR0913 - a counter-proposal has as many sides
    standing: Standing,
    act: Act[Any],
    proposal: Proposal,
    name: str,
    kept: tuple[str, ...],
    *,
    instead_of: InsteadOf,
    **fields: Any,  # noqa: ANN401 - what else the event says
) -> Decision:
    """Put clauses of a proposal to all others who have it, as one's own.

    Args:
        standing: Who takes part.
        act: The answer that is no acceptance.
        proposal: What it answers.
        name: The new proposal's name.
        kept: Clauses to put.
        instead_of: What the answer would have been.
        fields: Other fields of the event.
    """
    tabled = cast("Tabled", act.open(proposal.tabled_ref))
    content_is_erased(act, tabled.clauses, f"proposal {proposal.proposal_id}")
    clauses = cast("tuple[Clause, ...]", tabled.clauses)
    party = own_party(act)
    others = tuple(p for p in proposal.readers(standing.parties) if p != party)
    issues = dict(zip(proposal.clause_ids, proposal.issues, strict=True))
    date = validity_begun(act, proposal.room, name, None)
    event = CounterProposalTabled(
        proposal_id=name,
        by=party,
        clause_ids=kept,
        issues=tuple(issues[clause_id] for clause_id in kept),
        addressees=others,
        required_acceptors=others,
        valid_until=due_of(date),
        clauses=tuple(clause for clause in clauses if clause.clause_id in kept),
        answers=proposal.proposal_id,
        kind="counter",
        instead_of=instead_of,
        **fields,
    )
    return [Placed(proposal.room, event), *([] if date is None else [date])]
