"""The rules by which the parties choose a mediator, and when the authority is asked instead."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ledger.act import Act, Broken, rule
from ledger.common_rules import (
    own_party,
    party_has_consented,
    party_is_known,
    there_is_something_to_act_on,
)
from ledger.counting import count
from ledger.errors import DecodeError
from ledger.instants import parse_instant
from ledger.neutrality.rules import KEEPING
from ledger.neutrality.state import Neutrality
from ledger.parties import Standing

PARTIES_TIME = "appointment.parties_within"
NUMBER_TIME = "number.decide_within"
ANYBODY_MISSING = ("vacant", "ended")


@rule("irregular")
def count_is_allowed(act: Act[Any], number: int) -> None:
    """There are to be as many mediators as the profile allows."""
    allowed = act.profile.number.allowed
    if number not in allowed:
        raise Broken(f"{number} mediators", f"one of: {', '.join(map(str, allowed))}")


@rule("refuse")
def number_is_agreed_or_default(
    act: Act[Any], standing: Standing, number: int, agreed_by: tuple[str, ...]
) -> None:
    """All parties agree on a number, or the profile's own stands once their time is over."""
    if set(standing.current()) <= set(agreed_by):
        return
    if number != act.profile.number.default:
        missing = ", ".join(p for p in standing.current() if p not in agreed_by)
        raise Broken(f"{missing} has not agreed", "the agreement of every party")
    time_of_the_parties_is_over(act, standing, NUMBER_TIME, act.profile.number.decide_within_days)


@rule("refuse")
def time_of_the_parties_is_over(
    act: Act[Any], standing: Standing, name: str, days: int | None
) -> None:
    """What the parties may decide themselves is theirs until their time is over."""
    ends = parties_time(act, standing, name, days)
    if ends is not None and act.when <= ends[0]:
        raise Broken(f"the parties have until {ends[1]}", "that day to pass")


@rule("refuse")
def nobody_is_in_office(act: Act[Any], state: Neutrality) -> None:  # noqa: ARG001 - a rule takes the act
    """An appointment is asked for while nobody holds the mandate."""
    if state.mandate.status not in ANYBODY_MISSING:
        raise Broken(f"the mandate is {state.mandate.status}")


@rule("refuse")
def authority_may_be_asked(act: Act[Any], standing: Standing, agreed_by: tuple[str, ...]) -> None:
    """The authority appoints at the request of whom the profile names."""
    entitled = act.profile.appointment.then_authority_on_request_of
    if entitled == "nobody":
        raise Broken("under the profile nobody asks the authority to appoint")
    missing = [p for p in standing.current() if p not in (*agreed_by, act.party)]
    if entitled == "all_parties" and missing:
        raise Broken(f"{', '.join(missing)} does not ask", "the request of every party")


@rule("refuse")
def appointment_is_requested_once(act: Act[Any], state: Neutrality) -> None:  # noqa: ARG001 - a rule takes the act
    """The authority is asked once for each vacancy."""
    if state.requested_by is not None:
        raise Broken(f"{state.requested_by} asked the authority already")


@rule("refuse")
def candidates_are_distinct(act: Act[Any], persons: Sequence[str]) -> None:  # noqa: ARG001 - a rule takes the act
    """A person stands once on a list and in an order."""
    if len(set(persons)) < len(persons):
        raise Broken(f"{', '.join(persons)} names a person twice")


@rule("refuse")
def list_is_known(act: Act[Any], state: Neutrality, list_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """One ranks or strikes candidates of a list that was proposed."""
    if list_id not in state.lists:
        raise Broken(f"there is no list {list_id}", f"one of: {', '.join(state.lists) or 'none'}")


@rule("refuse")
def candidates_are_listed(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    state: Neutrality,
    list_id: str,
    persons: Sequence[str],
) -> None:
    """One ranks and strikes candidates of the list alone."""
    strangers = [person for person in persons if person not in state.lists[list_id]]
    if strangers:
        needs = f"one of: {', '.join(state.lists[list_id])}"
        raise Broken(f"{', '.join(strangers)} is not on {list_id}", needs)


@rule("refuse")
def somebody_is_left(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    state: Neutrality,
    list_id: str,
    struck: Sequence[str],
) -> None:
    """Who strikes leaves somebody to choose."""
    if set(state.lists[list_id]) <= set(struck):
        raise Broken(f"nobody on {list_id} would be left", "one candidate at least")


def parties_time(
    act: Act[Any], standing: Standing, name: str, days: int | None
) -> tuple[datetime, str] | None:
    """Return when the parties' own time ends: as it was set, else counted from registration.

    None where the profile knows no such time, or nobody knows when it began.
    """
    known = standing.deadlines.latest(name)
    if known is not None:
        return parse_instant(known.due), known.on
    keeping = (entry for entry in standing.entries.values() if entry.tag in KEEPING)
    registered = next(keeping, None)
    if days is None or registered is None or registered.occurred is None:
        return None
    try:
        begun = parse_instant(registered.occurred)
    except DecodeError:
        return None  # a time without a zone sets nothing running
    due = count(begun, days, act.profile.counting, "registration")
    return due.at, due.on.isoformat()


def to_rank(act: Act[Any], state: Neutrality, standing: Standing) -> None:
    """Ask for a list that the actor could rank."""
    party_is_known(act, standing, own_party(act))
    party_has_consented(act, standing)
    there_is_something_to_act_on(act, state.lists, "list of candidates", "propose-candidates")


def to_ask_authority(act: Act[Any], state: Neutrality, standing: Standing) -> None:
    """Ask for a vacancy the authority may be asked to fill."""
    nobody_is_in_office(act, state)
    appointment_is_requested_once(act, state)
    authority_may_be_asked(act, standing, standing.current())
    time_of_the_parties_is_over(
        act, standing, PARTIES_TIME, act.profile.appointment.parties_within_days
    )
