"""The commands by which the parties choose: how many mediators, from which list, in what order."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta, field

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    id_is_new,
    own_party,
    party_has_consented,
    party_is_known,
)
from ledger.neutrality.choice_events import (
    AppointmentRequested,
    CandidateListProposed,
    CandidatesRanked,
    CandidatesStruck,
    NumberOfMediatorsSet,
)
from ledger.neutrality.choosing_rules import (
    PARTIES_TIME,
    appointment_is_requested_once,
    authority_may_be_asked,
    candidates_are_distinct,
    candidates_are_listed,
    count_is_allowed,
    list_is_known,
    nobody_is_in_office,
    number_is_agreed_or_default,
    parties_time,
    somebody_is_left,
    time_of_the_parties_is_over,
    to_ask_authority,
    to_rank,
)
from ledger.neutrality.rules import Decide, mediator_is_not_a_representative
from ledger.neutrality.state import Neutrality
from ledger.parties import RUNNING, Phase, Standing
from ledger.periods import begin
from ledger.profile_tables import Seats
from ledger.terms import Id, PartyId, PersonId, Words, next_id

AUTHORITY_TIME = "appointment.authority_within"
Persons = Annotated[tuple[PersonId, ...], Meta(min_length=1)]


class SetNumberOfMediators(Command, frozen=True, kw_only=True, tag="set-number-of-mediators"):
    """Record how many mediators there are to be.

    Attributes:
        count: The number.
        agreed_by: Parties that agreed; without all of them the profile's own number stands, once
            their time is over.
    """

    by = ("registry", "authority")
    during = frozenset({Phase.CONSENTED})
    example: ClassVar[dict[str, Any]] = {"count": 1, "agreed_by": ["A", "B"]}
    count: Seats
    agreed_by: tuple[PartyId, ...] = ()


class ProposeCandidates(Command, frozen=True, kw_only=True, tag="propose-candidates"):
    """Name persons from whom the parties may choose; nobody is asked yet.

    Attributes:
        profiles: What the parties are told of each, by person.
        list_id: Names the list, None for the next number.
    """

    by = ("registry", "authority")
    during = RUNNING
    example: ClassVar[dict[str, Any]] = {
        "candidates": ["person:iyer", "person:lindqvist"],
        "profiles": {"person:iyer": "Shipping lawyer, mediates since 2009."},
    }
    candidates: Persons
    profiles: dict[PersonId, Words] = field(default_factory=dict)
    list_id: Id | None = None


class RankCandidates(Command, frozen=True, kw_only=True, tag="rank-candidates"):
    """Put candidates in the order of one's preference; the registry alone reads it too.

    Attributes:
        ranking: The first preferred most.
        list_id: Of which list, None for the latest.
    """

    by = ("party",)
    during = RUNNING
    occasions = (to_rank,)
    example: ClassVar[dict[str, Any]] = {"ranking": ["person:lindqvist", "person:iyer"]}
    ranking: Persons
    list_id: Id | None = None
    remarks: Words | None = None


class StrikeCandidates(Command, frozen=True, kw_only=True, tag="strike-candidates"):
    """Strike candidates one would not have; the registry alone reads it too.

    Attributes:
        list_id: From which list, None for the latest.
    """

    by = ("party",)
    during = RUNNING
    occasions = (to_rank,)
    example: ClassVar[dict[str, Any]] = {"struck": ["person:iyer"]}
    struck: Persons
    list_id: Id | None = None
    remarks: Words | None = None


class RequestAppointment(Command, frozen=True, kw_only=True, tag="request-appointment"):
    """Ask the appointing authority to appoint, the parties' own time being over.

    Attributes:
        agreed_by: Other parties that ask too, where the profile wants all.
    """

    by = ("party",)
    during = RUNNING
    guards = (party_has_consented,)
    occasions = (to_ask_authority,)
    agreed_by: tuple[PartyId, ...] = ()


def set_number_of_mediators(
    state: Neutrality,  # noqa: ARG001 - every decision takes the three
    standing: Standing,
    act: Act[SetNumberOfMediators],
) -> Decision:
    """Set the number of mediators.

    Raises:
        RuleViolation: party_is_known, number_is_agreed_or_default, time_of_the_parties_is_over,
            count_is_allowed.
    """
    data = act.data
    for party in data.agreed_by:
        party_is_known(act, standing, party)
    number_is_agreed_or_default(act, standing, data.count, data.agreed_by)
    count_is_allowed(act, data.count)
    agreed = set(standing.current()) <= set(data.agreed_by)
    number = NumberOfMediatorsSet(
        count=data.count, basis="agreed" if agreed else "default", agreed_by=data.agreed_by
    )
    return [Placed("joint", number)]


def propose_candidates(
    state: Neutrality, standing: Standing, act: Act[ProposeCandidates]
) -> Decision:
    """Propose a list of candidates before all.

    Raises:
        RuleViolation: candidates_are_distinct, mediator_is_not_a_representative, id_is_new.
    """
    data = act.data
    candidates_are_distinct(act, data.candidates)
    for person in data.candidates:
        mediator_is_not_a_representative(act, standing, person)
    names = data.list_id or next_id("L", state.lists)
    id_is_new(act, state.lists, names, names)
    proposed = CandidateListProposed(
        list_id=names, candidates=data.candidates, profiles=dict(data.profiles) or None
    )
    return [Placed("joint", proposed)]


def rank_candidates(state: Neutrality, standing: Standing, act: Act[RankCandidates]) -> Decision:
    """Rank candidates at one's desk; a later ranking replaces the earlier.

    Raises:
        RuleViolation: party_is_known, party_has_consented, there_is_something_to_act_on,
            list_is_known, candidates_are_distinct, candidates_are_listed.
    """
    data, party = act.data, own_party(act)
    names = _list(state, standing, act, data.ranking)
    ranked = CandidatesRanked(
        list_id=names, party=party, ranking=data.ranking, remarks=data.remarks
    )
    return [Placed(f"desk:{party}", ranked)]


def strike_candidates(
    state: Neutrality, standing: Standing, act: Act[StrikeCandidates]
) -> Decision:
    """Strike candidates at one's desk; a later list of them replaces the earlier.

    Raises:
        RuleViolation: party_is_known, party_has_consented, there_is_something_to_act_on,
            list_is_known, candidates_are_distinct, candidates_are_listed, somebody_is_left.
    """
    data, party = act.data, own_party(act)
    names = _list(state, standing, act, data.struck)
    somebody_is_left(act, state, names, data.struck)
    struck = CandidatesStruck(list_id=names, party=party, struck=data.struck, remarks=data.remarks)
    return [Placed(f"desk:{party}", struck)]


def _list(state: Neutrality, standing: Standing, act: Act[Any], persons: tuple[str, ...]) -> str:
    """Find the list meant, once the persons named are found on it."""
    to_rank(act, state, standing)
    names: str = act.data.list_id or tuple(state.lists)[-1]
    list_is_known(act, state, names)
    candidates_are_distinct(act, persons)
    candidates_are_listed(act, state, names, persons)
    return names


def request_appointment(
    state: Neutrality, standing: Standing, act: Act[RequestAppointment]
) -> Decision:
    """Ask the authority to appoint; its own time begins.

    Raises:
        RuleViolation: nobody_is_in_office, appointment_is_requested_once,
            authority_may_be_asked, time_of_the_parties_is_over.
    """
    within = act.profile.appointment
    nobody_is_in_office(act, state)
    appointment_is_requested_once(act, state)
    authority_may_be_asked(act, standing, act.data.agreed_by)
    time_of_the_parties_is_over(act, standing, PARTIES_TIME, within.parties_within_days)
    ends = parties_time(act, standing, PARTIES_TIME, within.parties_within_days)
    asked = Placed(
        "joint",
        AppointmentRequested(party=own_party(act), after=None if ends is None else ends[1]),
    )
    if within.authority_within_days is None or not act.moment_is_known():
        return [asked]
    trigger = "the request to appoint"
    days = within.authority_within_days
    return [asked, begin(act, "joint", rule=AUTHORITY_TIME, days=days, trigger=trigger)]


DECIDE: dict[type[Command], Decide] = {
    SetNumberOfMediators: set_number_of_mediators,
    ProposeCandidates: propose_candidates,
    RankCandidates: rank_candidates,
    StrikeCandidates: strike_candidates,
    RequestAppointment: request_appointment,
}
