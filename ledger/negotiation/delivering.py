"""Deliver a proposal, explain it, keep it open for longer."""

from typing import Any, ClassVar

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_has_power,
    actor_is_mediator,
    mandate_is_active,
    one_will_do,
    own_party,
    party_has_consented,
)
from ledger.counting import parse_instant
from ledger.deadlines import DeadlineExtended
from ledger.instants import zone_named
from ledger.negotiation.answering import named_proposal
from ledger.negotiation.handling_events import (
    ProposalClarified,
    ProposalDelivered,
    ProposalOpened,
    ProposalValidityExtended,
)
from ledger.negotiation.handling_rules import (
    longer_validity_is_later,
    proposal_is_the_actors,
    proposal_reaches_once,
    proposal_still_runs,
    receiver_is_addressed,
)
from ledger.negotiation.proposal import Proposal
from ledger.negotiation.rules import clauses_belong_to_proposal
from ledger.negotiation.state import Negotiation
from ledger.negotiation.validity import deadline_of, valid_until
from ledger.parties import TALKING, Standing
from ledger.terms import Id, Instant, PartyId, Words


def to_deliver(act: Act[Any], state: Negotiation, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a proposal that has not reached somebody."""

    def check(proposal: Proposal) -> None:
        one_will_do(
            act,
            proposal.addressees,
            lambda party: proposal_reaches_once(act, state, proposal, party),
            "addressee",
        )

    _one(act, state, check)


def to_open(act: Act[Any], state: Negotiation, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a proposal put to the actor that it has not said to have."""

    def check(proposal: Proposal) -> None:
        receiver_is_addressed(act, proposal, own_party(act))
        proposal_reaches_once(act, state, proposal, own_party(act))

    _one(act, state, check)


def to_clarify(act: Act[Any], state: Negotiation, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for an open proposal of the actor's own."""

    def check(proposal: Proposal) -> None:
        proposal_is_the_actors(act, proposal)
        proposal_still_runs(act, proposal)

    _one(act, state, check)


def _one(act: Act[Any], state: Negotiation, check: Any) -> None:  # noqa: ANN401 - any check of a proposal
    one_will_do(act, state.proposals.values(), check, "proposal", "table-proposal")


class DeliverProposal(Command, frozen=True, kw_only=True, tag="deliver-proposal"):
    """Say that a proposal was handed to an addressee.

    Attributes:
        to: The addressee.
    """

    by = ("registry", "mediator")
    during = TALKING
    example: ClassVar[dict[str, Any]] = {"proposal_id": "P1", "to": "B"}
    guards = (actor_is_mediator,)
    occasions = (to_deliver,)
    proposal_id: Id
    to: PartyId


class OpenProposal(Command, frozen=True, kw_only=True, tag="open-proposal"):
    """Say that one has a proposal before one."""

    by = ("party",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {"proposal_id": "P1"}
    guards = (party_has_consented,)
    occasions = (to_open,)
    proposal_id: Id


class ClarifyProposal(Command, frozen=True, kw_only=True, tag="clarify-proposal"):
    """Say how a proposal of one's own is meant; its terms stay as they are.

    Attributes:
        clause_id: The clause explained, None for the whole.
        answer: The explanation.
    """

    by = ("party", "mediator")
    during = TALKING
    example: ClassVar[dict[str, Any]] = {
        "proposal_id": "P1",
        "answer": "the amount includes dues on pilots",
    }
    guards = (actor_is_mediator, party_has_consented, mandate_is_active)
    occasions = (to_clarify,)
    proposal_id: Id
    clause_id: Id | None = None
    answer: Words


class ExtendValidity(Command, frozen=True, kw_only=True, tag="extend-validity"):
    """Keep a proposal of one's own open for longer.

    Attributes:
        valid_until: New last instant at which it can be accepted.
    """

    by = ("party",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {
        "proposal_id": "P1",
        "valid_until": "2026-06-30T17:00:00+02:00",
    }
    guards = (party_has_consented, mandate_is_active)
    occasions = (to_clarify,)
    proposal_id: Id
    valid_until: Instant


def deliver_proposal(
    state: Negotiation,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[DeliverProposal],
) -> Decision:
    """Record that a proposal was handed over.

    Raises:
        RuleViolation: proposal_is_known, receiver_is_addressed, proposal_reaches_once.
    """
    proposal = named_proposal(state, act)
    receiver_is_addressed(act, proposal, act.data.to)
    proposal_reaches_once(act, state, proposal, act.data.to)
    event = ProposalDelivered(proposal_id=proposal.proposal_id, to=act.data.to)
    return [Placed(proposal.room, event)]


def open_proposal(
    state: Negotiation,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[OpenProposal],
) -> Decision:
    """Record that an addressee has a proposal before it.

    Raises:
        RuleViolation: proposal_is_known, receiver_is_addressed, proposal_reaches_once.
    """
    proposal, party = named_proposal(state, act), own_party(act)
    receiver_is_addressed(act, proposal, party)
    proposal_reaches_once(act, state, proposal, party)
    return [Placed(proposal.room, ProposalOpened(proposal_id=proposal.proposal_id, by=party))]


def clarify_proposal(
    state: Negotiation,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[ClarifyProposal],
) -> Decision:
    """Say how a proposal is meant.

    Raises:
        RuleViolation: proposal_is_known, proposal_is_the_actors, proposal_still_runs,
            clauses_belong_to_proposal.
    """
    data = act.data
    proposal = named_proposal(state, act)
    proposal_is_the_actors(act, proposal)
    proposal_still_runs(act, proposal)
    clauses_belong_to_proposal(act, proposal, () if data.clause_id is None else (data.clause_id,))
    event = ProposalClarified(
        proposal_id=proposal.proposal_id,
        by=act.acting(),
        clause_id=data.clause_id,
        answer=data.answer,
    )
    return [Placed(proposal.room, event)]


def extend_validity(state: Negotiation, standing: Standing, act: Act[ExtendValidity]) -> Decision:
    """Keep a proposal open for longer.

    Raises:
        DecodeError: `valid_until` is no instant.
        RuleViolation: proposal_is_known, proposal_is_the_actors, proposal_still_runs,
            longer_validity_is_later, actor_has_power.
    """
    proposal = named_proposal(state, act)
    new = parse_instant(act.data.valid_until, field="valid_until")
    until = new.isoformat().replace("+00:00", "Z")
    proposal_is_the_actors(act, proposal)
    proposal_still_runs(act, proposal)
    longer_validity_is_later(act, proposal, valid_until(standing, proposal), until)
    actor_has_power(act, standing, "negotiate")
    event = ProposalValidityExtended(
        proposal_id=proposal.proposal_id, by=act.acting(), valid_until=until
    )
    return [Placed(proposal.room, event), *_date_moved(standing, act, proposal, until)]


def _date_moved(
    standing: Standing, act: Act[ExtendValidity], proposal: Proposal, until: str
) -> Decision:
    """Move the date with the validity; nothing where none runs."""
    deadline = deadline_of(standing, proposal)
    if deadline is None or deadline.status != "running":
        return []
    zone = act.profile.counting.zone
    there = parse_instant(until).astimezone(zone_named(zone))
    moved = DeadlineExtended(
        deadline_id=proposal.deadline_id,
        due=until,
        on=there.date().isoformat(),
        arithmetic=f"as its author stated, {there:%Y-%m-%d %H:%M} seat time ({zone})",
    )
    return [Placed(proposal.room, moved)]
