"""The commands by which the others answer a condition on which a party consents."""

from typing import Any, ClassVar

from ledger.act import Act, Broken, Command, Decision, Placed, rule
from ledger.common_rules import one_will_do, own_party, party_has_consented, party_is_known
from ledger.intake.rules import Decide
from ledger.intake.standing_events import ConsentConditionAccepted, ConsentConditionRejected
from ledger.intake.state import Intake
from ledger.parties import RUNNING, Phase, Standing
from ledger.terms import Id, PartyId, Words

ANSWERING = RUNNING | {Phase.INVITED}


@rule("refuse")
def condition_is_open(act: Act[Any], standing: Standing, owner: str, condition_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a condition that stands can be answered."""
    conditions = standing.parties[owner].conditions
    if condition_id not in conditions:
        standing_still = ", ".join(conditions) or "none"
        raise Broken(f"{owner} makes no condition {condition_id}", f"one of: {standing_still}")


@rule("refuse")
def condition_is_anothers(act: Act[Any], owner: str) -> None:
    """A condition is answered by the others; its owner drops it by consenting without it."""
    if act.party == owner:
        raise Broken(f"{owner} made the condition itself", "give-consent without it")


@rule("refuse")
def condition_is_answered_once(act: Act[Any], state: Intake, owner: str, condition_id: str) -> None:
    """A condition is accepted once by each, and not after somebody rejected it."""
    if act.party in state.conditions_met.get((owner, condition_id), ()):
        raise Broken(f"{act.party} accepted {condition_id} of {owner} already")
    if (owner, condition_id) in state.conditions_refused:
        raise Broken(f"{condition_id} of {owner} was rejected", "another condition, or none")


def to_answer_condition(act: Act[Any], state: Intake, standing: Standing) -> None:
    """Ask for a condition of another party that the actor has not answered."""
    party_is_known(act, standing, own_party(act))
    party_has_consented(act, standing)
    one_will_do(
        act,
        [(p, c) for p, party in standing.parties.items() for c in party.conditions],
        lambda pair: _may_answer(act, state, standing, *pair),
        "condition to a consent",
    )


def _may_answer(
    act: Act[Any], state: Intake, standing: Standing, owner: str, condition_id: str
) -> None:
    condition_is_anothers(act, owner)
    condition_is_open(act, standing, owner, condition_id)
    condition_is_answered_once(act, state, owner, condition_id)


class AcceptCondition(Command, frozen=True, kw_only=True, tag="accept-condition"):
    """Accept a condition on which another party consents.

    Attributes:
        owner: Whose condition.
    """

    by = ("party",)
    during = ANSWERING
    occasions = (to_answer_condition,)
    example: ClassVar[dict[str, Any]] = {"owner": "B", "condition_id": "C1"}
    owner: PartyId
    condition_id: Id


class RejectCondition(Command, frozen=True, kw_only=True, tag="reject-condition"):
    """Not accept a condition on which another party consents.

    Attributes:
        owner: Whose condition.
    """

    by = ("party",)
    during = ANSWERING
    occasions = (to_answer_condition,)
    example: ClassVar[dict[str, Any]] = {"owner": "B", "condition_id": "C1"}
    owner: PartyId
    condition_id: Id
    reasons: Words | None = None


def accept_condition(state: Intake, standing: Standing, act: Act[AcceptCondition]) -> Decision:
    """Accept a condition; with the last of the others it is resolved and the consent whole.

    Raises:
        RuleViolation: party_is_known, party_has_consented, condition_is_anothers,
            condition_is_open, condition_is_answered_once.
    """
    data, party = act.data, own_party(act)
    _check(state, standing, act)
    met = state.conditions_met.get((data.owner, data.condition_id), frozenset()) | {party}
    others = set(standing.staying()) - {data.owner}
    accepted = ConsentConditionAccepted(
        owner=data.owner,
        condition_id=data.condition_id,
        party=party,
        complete=others <= met,
    )
    return [Placed("joint", accepted)]


def reject_condition(state: Intake, standing: Standing, act: Act[RejectCondition]) -> Decision:
    """Reject a condition; its owner may consent without it, make another, or decline.

    Raises:
        RuleViolation: party_is_known, party_has_consented, condition_is_anothers,
            condition_is_open, condition_is_answered_once.
    """
    data = act.data
    _check(state, standing, act)
    rejected = ConsentConditionRejected(
        owner=data.owner,
        condition_id=data.condition_id,
        party=own_party(act),
        reasons=data.reasons,
    )
    return [Placed("joint", rejected)]


def _check(state: Intake, standing: Standing, act: Act[Any]) -> None:
    party_is_known(act, standing, own_party(act))
    party_is_known(act, standing, act.data.owner)
    party_has_consented(act, standing)
    _may_answer(act, state, standing, act.data.owner, act.data.condition_id)


DECIDE: dict[type[Command], Decide] = {
    AcceptCondition: accept_condition,
    RejectCondition: reject_condition,
}
