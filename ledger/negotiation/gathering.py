"""Gather ideas without judging them, agree on criteria, look at what can be done."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_is_mediator,
    id_is_new,
    mandate_is_active,
    one_will_do,
    party_has_consented,
)
from ledger.negotiation.agreeing import PREPARED
from ledger.negotiation.gathering_rules import (
    brainstorming_is_open,
    brainstorming_is_opened_once,
    brainstorming_is_over,
    concerned_agree,
    criterion_is_agreed,
    room_suits_act,
    target_is_known,
)
from ledger.negotiation.idea_events import (
    BrainstormingClosed,
    BrainstormingOpened,
    CriterionAgreed,
    Dimension,
    FeasibilityAssessed,
    Feasible,
    Target,
)
from ledger.negotiation.ideas import taken
from ledger.negotiation.rules import issues_are_listed
from ledger.negotiation.state import Negotiation
from ledger.parties import Standing
from ledger.rooms import caucus_of, kind_of, mediators_room, members_of
from ledger.terms import Id, PartyId, Words, next_id


def to_close_brainstorming(act: Act[Any], state: Negotiation, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a brainstorming that is open."""
    rooms = sorted(state.ideas.brainstorming)
    one_will_do(
        act,
        rooms,
        lambda room: brainstorming_is_open(act, state, room),
        "open brainstorming",
        "open-brainstorming",
    )


def to_assess(act: Act[Any], state: Negotiation, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for an option that may be judged, or a proposal."""
    things = [*((room, "option") for room, _ in state.options), *state.proposals]

    def check(thing: tuple[str, str]) -> None:
        if thing[1] == "option":
            brainstorming_is_over(act, state, ("joint", thing[0]))

    one_will_do(act, things, check, "option or proposal", "record-option")


class OpenBrainstorming(Command, frozen=True, kw_only=True, tag="open-brainstorming"):
    """Gather ideas from now on, without judging any.

    Attributes:
        issue: Listed issue it is about, None for any.
    """

    by = ("mediator",)
    during = PREPARED
    example: ClassVar[dict[str, Any]] = {}
    guards = (actor_is_mediator, mandate_is_active)
    issue: Id | None = None


class CloseBrainstorming(Command, frozen=True, kw_only=True, tag="close-brainstorming"):
    """Stop gathering; the ideas may be assessed."""

    by = ("mediator",)
    during = PREPARED
    example: ClassVar[dict[str, Any]] = {}
    guards = (actor_is_mediator, mandate_is_active)
    occasions = (to_close_brainstorming,)


class AgreeCriterion(Command, frozen=True, kw_only=True, tag="agree-criterion"):
    """Say by what options are to be measured, as the parties agreed.

    Attributes:
        criterion_id: Its name, None for the next number.
        name: The criterion.
        weight: How much it counts, 1 to 100.
        agreed_by: Parties that agreed, None for all of the room.
    """

    by = ("mediator", "party")
    during = PREPARED
    example: ClassVar[dict[str, Any]] = {"name": "no ship waits longer than a tide", "weight": 40}
    guards = (actor_is_mediator, party_has_consented, mandate_is_active)
    criterion_id: Id | None = None
    name: Words
    weight: Annotated[int, Meta(ge=1, le=100)] = 1
    agreed_by: tuple[PartyId, ...] | None = None


class AssessFeasibility(Command, frozen=True, kw_only=True, tag="assess-feasibility"):
    """Say whether an option, a proposal or a clause can be done, and what it would do.

    It is recorded in one's own caucus unless a room is named, so that looking at an idea tells
    nobody that one looked.

    Attributes:
        assessment_id: Its name, None for the next number.
        target: What is looked at.
        target_id: Its name: of the option, or of the proposal.
        clause_id: The clause, for a clause.
        dimension: In which respect.
        criterion_id: The agreed criterion it is measured by.
        grounds: Why.
        impact: What it would do, to whom.
        assessed_by: Who looked, where it was an expert.
    """

    by = ("party", "mediator")
    during = PREPARED
    example: ClassVar[dict[str, Any]] = {
        "target_id": "O1",
        "dimension": "financial",
        "result": "feasible_with_conditions",
        "impact": "the port's income falls by a tenth in the first year",
    }
    guards = (actor_is_mediator, party_has_consented, mandate_is_active)
    occasions = (to_assess,)
    assessment_id: Id | None = None
    target: Target = "option"
    target_id: Id
    clause_id: Id | None = None
    dimension: Dimension
    result: Feasible
    criterion_id: Id | None = None
    grounds: Words | None = None
    impact: Words | None = None
    assessed_by: Words | None = None


def open_brainstorming(
    state: Negotiation, standing: Standing, act: Act[OpenBrainstorming]
) -> Decision:
    """Gather ideas from now on.

    Raises:
        RuleViolation: room_suits_act, brainstorming_is_opened_once, issues_are_listed.
    """
    room = act.room or "joint"
    room_suits_act(act, room, BrainstormingOpened.rooms)
    brainstorming_is_opened_once(act, state, room)
    issues_are_listed(act, standing, () if act.data.issue is None else (act.data.issue,))
    return [Placed(room, BrainstormingOpened(issue=act.data.issue))]


def close_brainstorming(
    state: Negotiation,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[CloseBrainstorming],
) -> Decision:
    """Stop gathering.

    Raises:
        RuleViolation: brainstorming_is_open.
    """
    room = act.room or "joint"
    brainstorming_is_open(act, state, room)
    return [Placed(room, BrainstormingClosed())]


def agree_criterion(state: Negotiation, standing: Standing, act: Act[AgreeCriterion]) -> Decision:
    """Say by what options are to be measured.

    Raises:
        RuleViolation: room_suits_act, id_is_new, concerned_agree.
    """
    data, room = act.data, act.room or "joint"
    room_suits_act(act, room, CriterionAgreed.rooms)
    known = taken(state.ideas.criteria, room)
    name = data.criterion_id or next_id("CR", known)
    id_is_new(act, known, name, name)
    everybody = members_of(room) if kind_of(room) == "group" else standing.current()
    agreed_by = everybody if data.agreed_by is None else data.agreed_by
    concerned_agree(act, everybody, agreed_by)
    event = CriterionAgreed(
        criterion_id=name, weight=data.weight, agreed_by=agreed_by, name=data.name
    )
    return [Placed(room, event)]


def assess_feasibility(
    state: Negotiation,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[AssessFeasibility],
) -> Decision:
    """Say whether something can be done.

    Raises:
        RuleViolation: room_suits_act, target_is_known, brainstorming_is_over,
            criterion_is_agreed, id_is_new.
    """
    data = act.data
    room = act.room or _own_room(act)
    room_suits_act(act, room, FeasibilityAssessed.rooms)
    seen = tuple(dict.fromkeys(("joint", room)))
    target_is_known(
        act, state, kind=data.target, name=data.target_id, clause_id=data.clause_id, rooms=seen
    )
    if data.target == "option":
        brainstorming_is_over(act, state, seen)
    criterion_is_agreed(act, state, data.criterion_id, seen)
    known = taken(state.ideas.assessments, room)
    name = data.assessment_id or next_id("FA", known)
    id_is_new(act, known, name, name)
    event = FeasibilityAssessed(
        assessment_id=name,
        target=data.target,
        target_id=data.target_id,
        clause_id=data.clause_id,
        dimension=data.dimension,
        result=data.result,
        criterion_id=data.criterion_id,
        by=act.acting(),
        grounds=data.grounds,
        impact=data.impact,
        assessed_by=data.assessed_by,
    )
    return [Placed(room, event)]


def _own_room(act: Act[Any]) -> str:
    """Pick a party's caucus, or the mediators' own room."""
    if act.party is None:
        return mediators_room(act.mandate)
    return caucus_of(act.party, act.mandate)
