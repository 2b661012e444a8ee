"""The commands around mediators who leave: an answer to a challenge, removal, refund."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from ledger.act import Act, Broken, Command, Decision, Placed, rule
from ledger.common_rules import (
    actor_is_mediator,
    one_will_do,
    party_is_known,
    there_is_something_to_act_on,
)
from ledger.neutrality.change_events import (
    ChallengeAnswered,
    MediatorRemoved,
    RefundDetermined,
)
from ledger.neutrality.mandates import IN_OFFICE, left_office
from ledger.neutrality.rules import Decide, objection_is_open, persons_hold_the_mandate
from ledger.neutrality.state import Neutrality, Objection
from ledger.parties import Standing
from ledger.terms import Id, Money, PartyId, PersonId, Words


@rule("refuse")
def challenge_is_answered_by_others(act: Act[Any], objection: Objection) -> None:
    """Who filed a challenge does not answer it, nor does a mediator it is not about."""
    if act.party == objection.party and act.party is not None:
        raise Broken(f"{act.party} filed {objection.objection_id}", "the mediator, or others")
    if act.role == "mediator" and act.actor != objection.person:
        raise Broken(f"{objection.objection_id} is about {objection.person}", objection.person)


@rule("refuse")
def challenge_is_answered_once(act: Act[Any], state: Neutrality, challenge_id: str) -> None:
    """Each answers a challenge once."""
    by = act.party or act.actor
    if by in state.answered.get(challenge_id, ()):
        raise Broken(f"{by} answered {challenge_id} already")


@rule("refuse")
def removal_is_asked_by_all(act: Act[Any], standing: Standing, agreed_by: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """Mediators are removed at the request of every party."""
    missing = [party for party in standing.current() if party not in agreed_by]
    if missing:
        raise Broken(f"{', '.join(missing)} does not ask for it", "the request of every party")


@rule("refuse")
def person_left_office(act: Act[Any], state: Neutrality, person: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A fee is refunded of somebody who left office."""
    nominee = state.nominees.get(person)
    if nominee is None or nominee.seat != "left":
        raise Broken(f"{person} has not left office", "the end of its mandate")


def to_answer_challenge(act: Act[Any], state: Neutrality, standing: Standing) -> None:
    """Ask for an open challenge that the actor has not answered."""
    actor_is_mediator(act, standing)

    def check(name: str) -> None:
        objection_is_open(act, state, name)
        challenge_is_answered_by_others(act, state.objections[name])
        challenge_is_answered_once(act, state, name)

    one_will_do(act, state.objections, check, "challenge")


def to_remove(act: Act[Any], state: Neutrality, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a mediator in office."""
    persons_hold_the_mandate(act, state, state.mandate.mediators)


def to_refund(act: Act[Any], state: Neutrality, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for somebody who left office."""
    gone = [n.person for n in state.nominees.values() if n.seat == "left"]
    there_is_something_to_act_on(act, gone, "mediator who left office", "the end of a mandate")


class AnswerChallenge(Command, frozen=True, kw_only=True, tag="answer-challenge"):
    """Answer a challenge or objection before it is decided."""

    by = ("mediator", "party")
    occasions = (to_answer_challenge,)
    example: ClassVar[dict[str, Any]] = {
        "challenge_id": "CH1",
        "answer": "We parted in 2019 and share nothing since.",
    }
    challenge_id: Id
    answer: Words


class RemoveMediator(Command, frozen=True, kw_only=True, tag="remove-mediator"):
    """Record that all parties asked mediators to leave, who thereby do.

    Attributes:
        agreed_by: Parties that asked.
        persons: Who; empty for all who hold the mandate.
    """

    by = ("registry", "authority")
    during = IN_OFFICE
    occasions = (to_remove,)
    example: ClassVar[dict[str, Any]] = {"agreed_by": ["A", "B"]}
    agreed_by: Annotated[tuple[PartyId, ...], Meta(min_length=1)]
    persons: tuple[PersonId, ...] = ()
    reasons: Words | None = None


class DetermineRefund(Command, frozen=True, kw_only=True, tag="determine-refund"):
    """Determine what part of a fee somebody who left had not earned, for one party.

    Attributes:
        person: Whose fee.
        party: To whom it goes back.
        amount: How much, None for nothing.
        basis: How that was found.
    """

    by = ("registry",)
    occasions = (to_refund,)
    example: ClassVar[dict[str, Any]] = {
        "person": "person:ortiz",
        "party": "A",
        "amount": {"amount": "1200.00", "currency": "EUR"},
        "basis": "Half a day of three was not held.",
    }
    person: PersonId
    party: PartyId
    basis: Words
    amount: Money | None = None


def answer_challenge(state: Neutrality, standing: Standing, act: Act[AnswerChallenge]) -> Decision:
    """Answer before all.

    Raises:
        RuleViolation: actor_is_mediator, objection_is_open, challenge_is_answered_by_others,
            challenge_is_answered_once.
    """
    names = act.data.challenge_id
    actor_is_mediator(act, standing)
    objection_is_open(act, state, names)
    challenge_is_answered_by_others(act, state.objections[names])
    challenge_is_answered_once(act, state, names)
    by = act.party or act.actor
    answered = ChallengeAnswered(challenge_id=names, by=by, answer=act.data.answer)
    return [Placed("joint", answered)]


def remove_mediator(state: Neutrality, standing: Standing, act: Act[RemoveMediator]) -> Decision:
    """Remove mediators at the request of all, which ends their mandate.

    Raises:
        RuleViolation: persons_hold_the_mandate, party_is_known, removal_is_asked_by_all.
    """
    data = act.data
    persons = data.persons or state.mandate.mediators
    persons_hold_the_mandate(act, state, persons)
    for party in data.agreed_by:
        party_is_known(act, standing, party)
    removal_is_asked_by_all(act, standing, data.agreed_by)
    removed = MediatorRemoved(persons=persons, agreed_by=data.agreed_by, reasons=data.reasons)
    return [Placed("joint", removed), left_office(state, persons, "removed")]


def determine_refund(state: Neutrality, standing: Standing, act: Act[DetermineRefund]) -> Decision:
    """Determine a refund, at the party's desk.

    Raises:
        RuleViolation: party_is_known, person_left_office.
    """
    data = act.data
    party_is_known(act, standing, data.party)
    person_left_office(act, state, data.person)
    refund = RefundDetermined(
        person=data.person,
        party=data.party,
        status="none" if data.amount is None else "due",
        amount=data.amount,
        basis=data.basis,
    )
    return [Placed(f"desk:{data.party}", refund)]


DECIDE: dict[type[Command], Decide] = {
    AnswerChallenge: answer_challenge,
    RemoveMediator: remove_mediator,
    DetermineRefund: determine_refund,
}
