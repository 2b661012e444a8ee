"""Name third persons with an interest in the outcome, so that the mediators look into them."""

from typing import Any, ClassVar

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_is_mediator,
    id_is_new,
    own_party,
    party_is_known,
    representative_is_not_mediator,
)
from ledger.neutrality.change_events import InterestedPersonNamed
from ledger.neutrality.rules import Decide
from ledger.neutrality.state import Neutrality
from ledger.parties import RUNNING, Standing
from ledger.terms import Name, PartyId, PartyOrPersonId, Words


class NameInterestedPerson(Command, frozen=True, kw_only=True, tag="name-interested-person"):
    """Say that a third person has an interest in the outcome: an insurer, a funder, a parent.

    Attributes:
        person: An id for it; the mediators' inquiry names it.
        party: Party it stands behind; a party that says so speaks of its own.
        name: What it is called.
        interest: What its interest is.
    """

    by = ("party", "mediator", "registry")
    during = RUNNING
    guards = (actor_is_mediator,)
    example: ClassVar[dict[str, Any]] = {
        "person": "NorthFund",
        "name": "North Litigation Fund",
        "interest": "It pays the costs of A for a share.",
    }
    person: PartyOrPersonId
    party: PartyId | None = None
    name: Name | None = None
    interest: Words


def name_interested_person(
    state: Neutrality, standing: Standing, act: Act[NameInterestedPerson]
) -> Decision:
    """Name a third person before all; the mediators owe an inquiry into it from now on.

    Raises:
        RuleViolation: actor_is_mediator, party_is_known, representative_is_not_mediator, id_is_new.
    """
    data = act.data
    behind = own_party(act) if act.role == "party" else data.party
    if behind is not None:
        party_is_known(act, standing, behind)
    representative_is_not_mediator(act, standing, data.person)
    id_is_new(act, {*state.interested, *standing.parties}, data.person, data.person)
    named = InterestedPersonNamed(
        person=data.person, party=behind, name=data.name, interest=data.interest
    )
    return [Placed("joint", named)]


DECIDE: dict[type[Command], Decide] = {NameInterestedPerson: name_interested_person}
