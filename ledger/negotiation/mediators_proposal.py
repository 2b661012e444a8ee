"""Let the mediator propose where all ask for it, and answer it in confidence."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_has_power,
    actor_is_mediator,
    caucus_is_read_by_whoever_enters,
    id_is_new,
    inquiry_follows_change_of_persons,
    mandate_is_active,
    one_will_do,
    own_party,
    party_has_consented,
)
from ledger.counting import parse_instant
from ledger.negotiation.answering import named_proposal
from ledger.negotiation.blind_events import (
    ConfidentialReplyGiven,
    MediatorProposalRequested,
    ReplyAnswer,
)
from ledger.negotiation.blind_rules import (
    every_party_asked_for_it,
    mediator_may_propose,
    proposal_is_blind,
    reply_is_before_the_time,
    request_is_made_once,
)
from ledger.negotiation.proposal import Proposal
from ledger.negotiation.rules import clauses_are_distinct, validity_lies_ahead
from ledger.negotiation.state import Negotiation
from ledger.negotiation.tabled_events import MediatorProposalIssued, Reply
from ledger.negotiation.tabling import listed_issues, next_proposal_id
from ledger.negotiation.validity import BLIND_RULE, RULE, validity_stated
from ledger.parties import TALKING, Standing
from ledger.rooms import caucus_of
from ledger.terms import Clause, Id, Instant, Words

MEDIATOR = "mediator"


def to_ask(act: Act[Any], state: Negotiation, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask whether the actor has asked already."""
    request_is_made_once(act, state)


def to_propose(act: Act[Any], state: Negotiation, standing: Standing) -> None:
    """Ask whether every party has asked, where the procedure wants it."""
    every_party_asked_for_it(act, state, standing)


def to_reply(act: Act[Any], state: Negotiation, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a proposal that is answered in confidence and whose time runs."""

    def check(proposal: Proposal) -> None:
        proposal_is_blind(act, proposal)
        reply_is_before_the_time(act, proposal)

    one_will_do(act, state.proposals.values(), check, "proposal", "issue-mediator-proposal")


class RequestMediatorProposal(Command, frozen=True, kw_only=True, tag="request-mediator-proposal"):
    """Ask the mediator for a proposal of its own; no other party learns of it.

    Attributes:
        wish: What it should be about.
    """

    by = ("party",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {"wish": "a figure for the berth fee"}
    guards = (party_has_consented, mandate_is_active, mediator_may_propose)
    occasions = (to_ask,)
    wish: Words | None = None


class IssueMediatorProposal(Command, frozen=True, kw_only=True, tag="issue-mediator-proposal"):
    """Put terms of one's own to all parties.

    Attributes:
        proposal_id: Its name, None for the next number.
        clauses: Its terms.
        reply: `blind` for answers in confidence, of which only the outcome is told at `reply_by`.
        reply_by: Last instant for an answer.
        conditions: What it depends on.
    """

    by = ("mediator",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {
        "clauses": [{"clause_id": "C1", "issue": "berth fee", "text": "A pays one half"}],
        "reply": "blind",
        "reply_by": "2026-06-10T16:00:00+02:00",
    }
    guards = (
        actor_is_mediator,
        mandate_is_active,
        inquiry_follows_change_of_persons,
        mediator_may_propose,
    )
    occasions = (to_propose,)
    proposal_id: Id | None = None
    clauses: Annotated[tuple[Clause, ...], Meta(min_length=1, max_length=1000)]
    reply: Reply = "blind"
    reply_by: Instant
    conditions: Words | None = None


class GiveConfidentialReply(Command, frozen=True, kw_only=True, tag="give-confidential-reply"):
    """Answer the mediator's proposal for the mediator alone; the latest answer in time counts.

    Attributes:
        answer: Anything but `yes` counts as a no.
        condition: On what it depends; for the mediator's ears.
    """

    by = ("party",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {"proposal_id": "P1", "answer": "yes"}
    guards = (party_has_consented, mandate_is_active)
    occasions = (to_reply,)
    proposal_id: Id
    answer: ReplyAnswer
    condition: Words | None = None


def request_mediator_proposal(
    state: Negotiation,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[RequestMediatorProposal],
) -> Decision:
    """Ask the mediator for a proposal.

    Raises:
        RuleViolation: caucus_is_read_by_whoever_enters, request_is_made_once.
    """
    party = own_party(act)
    room = caucus_of(party, act.mandate)
    caucus_is_read_by_whoever_enters(act, room)
    request_is_made_once(act, state)
    return [Placed(room, MediatorProposalRequested(by=party, wish=act.data.wish))]


def issue_mediator_proposal(
    state: Negotiation, standing: Standing, act: Act[IssueMediatorProposal]
) -> Decision:
    """Put the mediator's terms to all parties.

    Raises:
        DecodeError: `reply_by` is no instant.
        RuleViolation: every_party_asked_for_it, clauses_are_distinct, validity_lies_ahead,
            id_is_new.
    """
    data = act.data
    every_party_asked_for_it(act, state, standing)
    clause_ids = tuple(clause.clause_id for clause in data.clauses)
    clauses_are_distinct(act, clause_ids)
    until = parse_instant(data.reply_by, field="reply_by").isoformat().replace("+00:00", "Z")
    validity_lies_ahead(act, until, None)
    name = data.proposal_id or next_proposal_id(state, "joint")
    id_is_new(act, state.proposals, ("joint", name), name)
    everybody = standing.current()
    event = MediatorProposalIssued(
        proposal_id=name,
        by=MEDIATOR,
        clause_ids=clause_ids,
        issues=listed_issues(standing, data.clauses),
        addressees=everybody,
        required_acceptors=everybody,
        all_or_nothing=data.reply == "blind",
        valid_until=until,
        clauses=data.clauses,
        conditions=data.conditions,
        reply=data.reply,
    )
    rule = BLIND_RULE if data.reply == "blind" else RULE
    return [Placed("joint", event), Placed("joint", validity_stated(act, name, until, rule=rule))]


def give_confidential_reply(
    state: Negotiation, standing: Standing, act: Act[GiveConfidentialReply]
) -> Decision:
    """Answer in confidence.

    Raises:
        RuleViolation: proposal_is_known, proposal_is_blind, reply_is_before_the_time,
            caucus_is_read_by_whoever_enters, actor_has_power.
    """
    data, party = act.data, own_party(act)
    proposal = named_proposal(state, act)
    proposal_is_blind(act, proposal)
    reply_is_before_the_time(act, proposal)
    room = caucus_of(party, act.mandate)
    caucus_is_read_by_whoever_enters(act, room)
    actor_has_power(act, standing, "negotiate")
    event = ConfidentialReplyGiven(
        proposal_id=proposal.proposal_id, by=party, answer=data.answer, condition=data.condition
    )
    return [Placed(room, event)]
