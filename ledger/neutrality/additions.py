"""The commands by which others come to serve a case beside the mediators in office."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from ledger.act import Act, Broken, Command, Decision, Placed, rule
from ledger.common_rules import actor_is_mediator, known, own, party_is_known
from ledger.neutrality.change_events import (
    CoMediatorAdded,
    ExpertEngaged,
    InterpreterEngaged,
    ObserverAdmitted,
)
from ledger.neutrality.events import Method
from ledger.neutrality.office import (
    conflicts_are_waived_by_all,
    may_take_office,
    no_conflict_bars,
)
from ledger.neutrality.rules import Decide
from ledger.neutrality.state import Neutrality
from ledger.parties import RUNNING, TALKING, Phase, Standing
from ledger.terms import PartyId, PersonId, Words

Languages = tuple[Annotated[str, Meta(pattern=r"\A[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")], ...]


@rule("refuse")
def mandate_is_in_force(act: Act[Any], state: Neutrality) -> None:  # noqa: ARG001 - a rule takes the act
    """A co-mediator joins others whose mandate is active."""
    if state.mandate.status != "active":
        raise Broken(f"the mandate is {state.mandate.status}", "an active mandate")


@rule("refuse")
def addition_is_agreed_by_all(act: Act[Any], standing: Standing, agreed: frozenset[str]) -> None:  # noqa: ARG001 - a rule takes the act
    """Whoever comes to serve a case comes with the agreement of all parties and mediators."""
    needed = (*standing.current(), *standing.mandate.mediators)
    missing = [name for name in needed if name not in agreed]
    if missing:
        raise Broken(f"{', '.join(missing)} has not agreed", "all parties and mediators")


@rule("refuse")
def undertaking_is_signed(act: Act[Any], standing: Standing, person: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Nobody gets access before it has undertaken to keep confidence."""
    if person not in standing.undertakings:
        raise Broken(f"{person} has signed no undertaking", "sign-undertaking")


@rule("refuse")
def inquiry_covers_the_person(act: Act[Any], state: Neutrality, person: str) -> None:  # noqa: ARG001 - a rule takes the act
    """The mediators inquire into their ties to whoever comes, before it gets access (I-3)."""
    if person not in state.inquired():
        needs = f"complete-inquiry of each mediator, `concerning` {person}"
        raise Broken(f"no inquiry into {person} was made", needs)


@rule("refuse")
def person_serves_once(act: Act[Any], state: Neutrality, standing: Standing, person: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Who mediates, speaks for a party or serves already does not come in another capacity."""
    if person in state.mandate.mediators:
        raise Broken(f"{person} mediates")
    if person in state.serving:
        raise Broken(f"{person} serves as {state.serving[person]}")
    for party, representative in standing.authorities:
        if representative == person:
            raise Broken(f"{person} speaks for {party}", "another person")


class AddCoMediator(Command, frozen=True, kw_only=True, tag="add-co-mediator"):
    """Put mediators in office beside those who are; all steps of an appointment come before.

    A new mandate begins with it, so that nobody new reads what the parties told in confidence
    before each of them hands it over.

    Attributes:
        agreed_by: Parties that agreed.
        mediators_agreed: Mediators in office that agreed.
        method: How they were chosen.
    """

    by = ("authority", "registry")
    during = RUNNING - {Phase.CONSENTED}
    occasions = (own(mandate_is_in_force),)
    example: ClassVar[dict[str, Any]] = {
        "mediators": ["person:lindqvist"],
        "agreed_by": ["A", "B"],
        "mediators_agreed": ["person:ortiz"],
    }
    mediators: Annotated[tuple[PersonId, ...], Meta(min_length=1)]
    agreed_by: tuple[PartyId, ...]
    mediators_agreed: tuple[PersonId, ...]
    method: Method = "joint"


class EngageExpert(Command, frozen=True, kw_only=True, tag="engage-expert"):
    """Engage an expert.

    Attributes:
        mediators_agreed: Mediators that agreed; one who gives the command need not be named.
    """

    by = ("mediator", "registry")
    during = TALKING
    occasions = (known(actor_is_mediator),)
    example: ClassVar[dict[str, Any]] = {
        "person": "person:engen",
        "purpose": "To survey the piles of berth 4.",
        "agreed_by": ["A", "B"],
        "mediators_agreed": ["person:iyer"],
    }
    person: PersonId
    purpose: Words
    agreed_by: tuple[PartyId, ...]
    mediators_agreed: tuple[PersonId, ...] = ()


class EngageInterpreter(Command, frozen=True, kw_only=True, tag="engage-interpreter"):
    """Engage an interpreter.

    Attributes:
        mediators_agreed: Mediators that agreed; one who gives the command need not be named.
    """

    by = ("mediator", "registry")
    during = TALKING
    occasions = (known(actor_is_mediator),)
    example: ClassVar[dict[str, Any]] = {
        "person": "person:haddad",
        "purpose": "Between Arabic and French.",
        "languages": ["ar", "fr"],
        "agreed_by": ["A", "B"],
        "mediators_agreed": ["person:iyer"],
    }
    person: PersonId
    purpose: Words
    languages: Languages = ()
    agreed_by: tuple[PartyId, ...]
    mediators_agreed: tuple[PersonId, ...] = ()


class AdmitObserver(Command, frozen=True, kw_only=True, tag="admit-observer"):
    """Admit an observer.

    Attributes:
        mediators_agreed: Mediators that agreed; one who gives the command need not be named.
    """

    by = ("mediator", "registry")
    during = TALKING
    occasions = (known(actor_is_mediator),)
    example: ClassVar[dict[str, Any]] = {
        "person": "person:olsen",
        "purpose": "Learns to mediate.",
        "agreed_by": ["A", "B"],
        "mediators_agreed": ["person:iyer"],
    }
    person: PersonId
    purpose: Words
    agreed_by: tuple[PartyId, ...]
    mediators_agreed: tuple[PersonId, ...] = ()


def add_co_mediator(state: Neutrality, standing: Standing, act: Act[AddCoMediator]) -> Decision:
    """Add co-mediators under a new mandate of all, which opens new confidential rooms.

    Raises:
        RuleViolation: mandate_is_in_force, party_is_known, addition_is_agreed_by_all, and what
            `may_take_office` asks.
    """
    data, office = act.data, state.mandate.mediators
    mandate_is_in_force(act, state)
    agreed = _agreed(act, standing)
    addition_is_agreed_by_all(act, standing, agreed)
    may_take_office(state, standing, act, data.mediators, office)
    added = CoMediatorAdded(
        added=data.mediators,
        mediators=(*office, *data.mediators),
        agreed_by=tuple(sorted(agreed)),
        mandate_number=state.mandate.number + 1,
    )
    return [Placed("joint", added)]


def engage_expert(state: Neutrality, standing: Standing, act: Act[EngageExpert]) -> Decision:
    """Engage an expert.

    Raises:
        RuleViolation: what `_may_serve` asks.
    """
    agreed = _may_serve(state, standing, act)
    engaged = ExpertEngaged(person=act.data.person, agreed_by=agreed, purpose=act.data.purpose)
    return [Placed("joint", engaged)]


def engage_interpreter(
    state: Neutrality, standing: Standing, act: Act[EngageInterpreter]
) -> Decision:
    """Engage an interpreter.

    Raises:
        RuleViolation: what `_may_serve` asks.
    """
    agreed = _may_serve(state, standing, act)
    engaged = InterpreterEngaged(
        person=act.data.person,
        languages=act.data.languages,
        agreed_by=agreed,
        purpose=act.data.purpose,
    )
    return [Placed("joint", engaged)]


def admit_observer(state: Neutrality, standing: Standing, act: Act[AdmitObserver]) -> Decision:
    """Admit an observer.

    Raises:
        RuleViolation: what `_may_serve` asks.
    """
    agreed = _may_serve(state, standing, act)
    admitted = ObserverAdmitted(person=act.data.person, agreed_by=agreed, purpose=act.data.purpose)
    return [Placed("joint", admitted)]


def _may_serve(state: Neutrality, standing: Standing, act: Act[Any]) -> tuple[str, ...]:
    """Check a person before it serves; return who agreed.

    Raises:
        RuleViolation: actor_is_mediator, party_is_known, person_serves_once,
            addition_is_agreed_by_all, undertaking_is_signed, inquiry_covers_the_person,
            no_conflict_bars, conflicts_are_waived_by_all.
    """
    person = act.data.person
    actor_is_mediator(act, standing)
    agreed = _agreed(act, standing)
    person_serves_once(act, state, standing, person)
    addition_is_agreed_by_all(act, standing, agreed)
    undertaking_is_signed(act, standing, person)
    inquiry_covers_the_person(act, state, person)
    no_conflict_bars(act, state, (person,))
    conflicts_are_waived_by_all(act, state, standing, (person,))
    return tuple(sorted(agreed))


def _agreed(act: Act[Any], standing: Standing) -> frozenset[str]:
    for party in act.data.agreed_by:
        party_is_known(act, standing, party)
    own_yes = {act.actor} if act.role == "mediator" else set()
    return frozenset({*act.data.agreed_by, *act.data.mediators_agreed, *own_yes})


DECIDE: dict[type[Command], Decide] = {
    AddCoMediator: add_co_mediator,
    EngageExpert: engage_expert,
    EngageInterpreter: engage_interpreter,
    AdmitObserver: admit_observer,
}
