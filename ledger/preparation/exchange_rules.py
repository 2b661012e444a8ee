"""Say what must hold when papers are read, information is asked for and needs are told."""

from typing import Any

from ledger.act import Act, Broken, rule
from ledger.common_rules import caucus_is_read_by_whoever_enters, one_will_do
from ledger.parties import Standing
from ledger.preparation.rules import session_is_still_to_come
from ledger.preparation.state import Preparation
from ledger.rooms import party_of


@rule("refuse")
def paper_is_on_record(act: Act[Any], state: Preparation, room: str, doc_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a paper that was put in, and that may be read, is reviewed."""
    if (room, doc_id) not in state.documents:
        known = ", ".join(name for where, name in sorted(state.documents) if where == room)
        raise Broken(f"{room} has no paper {doc_id}", f"one of: {known or 'none yet'}")


@rule("refuse")
def information_is_asked_where_it_is_read(act: Act[Any], room: str, party: str) -> None:
    """A party is asked before all, or by the mediator in its own caucus."""
    if room != "joint" and (party_of(room) != party or not room.startswith("caucus:")):
        raise Broken(f"{party} is not asked in {room}", "the joint room, or its own caucus")
    if room != "joint":
        caucus_is_read_by_whoever_enters(act, room)


@rule("refuse")
def nobody_asks_themselves(act: Act[Any], party: str) -> None:
    """Information is asked of somebody else."""
    if act.party == party:
        raise Broken(f"{party} asks itself", "another party")


@rule("refuse")
def information_was_asked(act: Act[Any], state: Preparation, room: str, request_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Information is supplied to a request."""
    if (room, request_id) not in state.exchange.requests:
        raise Broken(f"no information {request_id} is asked for in {room}", "request-information")


@rule("refuse")
def information_is_supplied_by_whom_it_was_asked(
    act: Act[Any], state: Preparation, room: str, request_id: str
) -> None:
    """The party that was asked supplies it, once."""
    asked = state.exchange.requests[room, request_id]
    if asked.of != act.party:
        raise Broken(f"{asked.of} was asked for {request_id}", asked.of)
    if asked.supplied:
        raise Broken(f"{request_id} was supplied", "a new request, if more is wanted")


@rule("refuse")
def supply_says_something(act: Act[Any]) -> None:
    """Information has words or documents."""
    if not act.data.text and not act.data.documents:
        raise Broken("nothing is supplied", "a text or a document")


@rule("refuse")
def barriers_are_noted(act: Act[Any], state: Preparation, room: str) -> None:
    """A strategy names barriers that were noted."""
    unknown = [b for b in act.data.barriers if (room, b) not in state.exchange.barriers]
    if unknown:
        raise Broken(f"no barrier {', '.join(unknown)} is noted", "note-barrier")


@rule("refuse")
def list_is_of_the_party_named(act: Act[Any], party: str | None) -> None:
    """A party lists its own people."""
    if act.party is not None and party != act.party:
        raise Broken(f"these are not people of {act.party}", f"party {act.party}")


@rule("irregular")
def persons_listed_are_bound(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    standing: Standing,
    party: str | None,
    persons: tuple[str, ...],
) -> None:
    """Whoever is to take part speaks for that party, mediates, or has undertaken."""
    bound = {*standing.mandate.mediators, *standing.undertakings}
    bound |= {person for of, person in standing.authorities if of == party}
    free = [person for person in persons if person not in bound]
    if free:
        raise Broken(
            f"{', '.join(free)} signed no undertaking to keep confidence",
            "the undertaking (sign-undertaking), or an authority of the party",
        )


@rule("refuse")
def need_is_known_and_open(act: Act[Any], state: Preparation, room: str, need_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a need that was told, and is not met, is met."""
    met = state.exchange.needs.get((room, need_id))
    if met is None:
        raise Broken(f"no access need {need_id} is recorded at {room}", "record-access-need")
    if met:
        raise Broken(f"access need {need_id} is met", "nothing more")


@rule("refuse")
def need_is_of_a_party_named(act: Act[Any], party: str | None) -> None:
    """A party tells its own needs; the registry says whose they are."""
    if party is None or act.party not in (None, party):
        raise Broken("it is not said whose need this is", act.party or "the party concerned")


def to_review(act: Act[Any], state: Preparation, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a paper that was put in."""
    one_will_do(
        act,
        sorted(state.documents),
        lambda place: paper_is_on_record(act, state, *place),
        "paper",
        "submit-document, by a party",
    )


def to_supply(act: Act[Any], state: Preparation, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for information asked of the actor and not supplied."""
    one_will_do(
        act,
        state.exchange.requests,
        lambda place: information_is_supplied_by_whom_it_was_asked(act, state, *place),
        "information asked for",
        "request-information",
    )


def to_list(act: Act[Any], state: Preparation, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a session that is fixed and not yet held."""
    one_will_do(
        act,
        standing.sessions,
        lambda name: session_is_still_to_come(act, standing, name),
        "session",
        "schedule-session",
    )


def to_arrange(act: Act[Any], state: Preparation, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for an access need that is not met."""
    one_will_do(
        act,
        state.exchange.needs,
        lambda place: need_is_known_and_open(act, state, *place),
        "access need",
        "record-access-need",
    )
