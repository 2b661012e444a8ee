"""Say when there is an occasion for the acts of neutrality; `next` asks it, having no data."""

from itertools import combinations
from typing import Any

from ledger.act import Act
from ledger.common_rules import (
    naming,
    one_will_do,
    own_party,
    party_has_consented,
    party_is_known,
    there_is_something_to_act_on,
)
from ledger.neutrality.office import mandate_is_vacant, may_take_office, no_mandate_yet
from ledger.neutrality.rules import (
    challenged_is_mediator,
    conflict_is_waivable,
    disclosure_was_delivered,
    fee_terms_concern_nominees,
    objection_is_ones_own,
    objection_is_open,
    party_takes_part_or_joins,
    person_serves_the_case,
    persons_hold_the_mandate,
    step_is_taken_once,
)
from ledger.neutrality.state import Disclosure, Neutrality
from ledger.parties import Standing

DISCLOSURE = "disclosure"


def to_accept_fees(act: Act[Any], state: Neutrality, standing: Standing) -> None:
    """Ask for somebody whose terms could be accepted."""
    party_is_known(act, standing, own_party(act))
    party_has_consented(act, standing)
    fee_terms_concern_nominees(act, state, state.named())


def to_deliver(act: Act[Any], state: Neutrality, standing: Standing) -> None:
    """Ask for a disclosure that has not reached every party."""
    whom = (*standing.parties, *standing.joining)
    missing = [(d, party) for d in state.disclosures.values() for party in whom]
    one_will_do(
        act,
        missing,
        lambda pair: step_is_taken_once(act, pair[0].delivered, pair[1], "delivery"),
        DISCLOSURE,
    )


def to_acknowledge(act: Act[Any], state: Neutrality, standing: Standing) -> None:
    """Ask for a disclosure that reached the actor and was not acknowledged."""
    party = own_party(act)
    party_is_known(act, standing, party)

    def check(one: Disclosure) -> None:
        disclosure_was_delivered(act, one, party)
        step_is_taken_once(act, one.acknowledged, party, "acknowledgement")

    one_will_do(act, state.disclosures.values(), check, DISCLOSURE)


def to_waive(act: Act[Any], state: Neutrality, standing: Standing) -> None:
    """Ask for a disclosure that reached the actor, or who asked to join, and may be waived."""
    if act.party is None:
        there_is_something_to_act_on(act, standing.joining, "party about to join")
    parties = tuple(standing.joining) if act.party is None else (act.party,)
    for party in parties:
        party_takes_part_or_joins(act, standing, party)
    party_has_consented(act, standing)

    def check(pair: tuple[Disclosure, str]) -> None:
        one, party = pair
        conflict_is_waivable(act, one)
        disclosure_was_delivered(act, one, party)
        step_is_taken_once(act, one.waived, party, "a waiver")

    pairs = [(one, party) for one in state.disclosures.values() for party in parties]
    one_will_do(act, pairs, check, DISCLOSURE)


def to_object(act: Act[Any], state: Neutrality, standing: Standing) -> None:
    """Ask for somebody who is asked to mediate or mediates."""
    party_is_known(act, standing, own_party(act))
    one_will_do(
        act,
        state.nominees,
        lambda person: person_serves_the_case(act, state, person),
        "nominee or mediator",
        "nominate-mediator",
    )


def to_withdraw_objection(act: Act[Any], state: Neutrality, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for an objection of the actor's own that is open."""

    def check(name: str) -> None:
        objection_is_open(act, state, name)
        objection_is_ones_own(act, state.objections[name])

    one_will_do(act, state.objections, check, "objection")


def to_challenge(act: Act[Any], state: Neutrality, standing: Standing) -> None:
    """Ask for a mediator in office."""
    party_is_known(act, standing, own_party(act))
    party_has_consented(act, standing)
    challenged_is_mediator(act, state, next(iter(state.mandate.mediators), None))


def to_decide(act: Act[Any], state: Neutrality, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for an objection or challenge that is open."""
    one_will_do(
        act,
        state.objections,
        lambda name: objection_is_open(act, state, name),
        "objection or challenge",
    )


def to_appoint(act: Act[Any], state: Neutrality, standing: Standing) -> None:
    """Ask for nominees who could take office as the first mediators."""
    no_mandate_yet(act, state)
    _who_may_take_office(act, state, standing)


def to_replace(act: Act[Any], state: Neutrality, standing: Standing) -> None:
    """Ask for nominees who could take office after others have left it."""
    mandate_is_vacant(act, state)
    _who_may_take_office(act, state, standing)


def _who_may_take_office(act: Act[Any], state: Neutrality, standing: Standing) -> None:
    """Ask for a set of nominees, of a size the profile allows, who could take office."""
    sizes = sorted(act.profile.number.allowed, reverse=True)
    sets = [persons for size in sizes for persons in combinations(state.named(), size)]
    one_will_do(
        act,
        sets,
        lambda persons: may_take_office(state, standing, naming(act, mediators=persons), persons),
        "nominee" if not state.named() else "number of nominees the profile allows",
        "nominate-mediator",
    )


def to_end_mandate(act: Act[Any], state: Neutrality, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a mediator in office."""
    persons_hold_the_mandate(act, state, state.mandate.mediators)
