"""What is recorded as the parties choose a mediator: how many, from which list, in what order."""

from typing import Literal, TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event


class NumberOfMediatorsSet(Event, frozen=True, kw_only=True, tag="number-of-mediators-set"):
    """How many mediators there are to be.

    Attributes:
        count: The number.
        basis: Whether all agreed on it, or the profile's own number stands after their time.
    """

    row = "B1"
    says = "number of mediators set to {count} ({basis})"
    count: int
    basis: Literal["agreed", "default"]
    agreed_by: tuple[str, ...] = ()


class CandidateListProposed(Event, frozen=True, kw_only=True, tag="candidate-list-proposed"):
    """The institution named persons from whom the parties may choose; nobody is asked yet.

    Attributes:
        list_id: Names the list.
        candidates: The persons.
        profiles: What the parties are told of each, by person.
    """

    row = "B2"
    says = "list {list_id} proposed: {candidates}"
    list_id: str
    candidates: tuple[str, ...]
    profiles: Content[dict[str, str] | None] = UNSET


class CandidatesRanked(Event, frozen=True, kw_only=True, tag="candidates-ranked"):
    """A party put candidates in the order of its preference; no other party reads it."""

    row = "B3"
    rooms = ("desk",)
    says = "{party} ranked {list_id}: {ranking}"
    list_id: str
    party: str
    ranking: tuple[str, ...]
    remarks: Content[str | None] = UNSET


class CandidatesStruck(Event, frozen=True, kw_only=True, tag="candidates-struck"):
    """A party struck candidates it would not have; no other party reads it."""

    row = "B3"
    rooms = ("desk",)
    says = "{party} struck from {list_id}: {struck}"
    list_id: str
    party: str
    struck: tuple[str, ...]
    remarks: Content[str | None] = UNSET


class AppointmentRequested(Event, frozen=True, kw_only=True, tag="appointment-requested"):
    """A party asked the appointing authority to appoint, the parties' own time being over.

    Attributes:
        after: Last day of the parties' own time, None where it is not known when it began.
    """

    row = "B5"
    says = "{party} asked the authority to appoint"
    party: str
    after: str | None = None


class NominationLapsed(Event, frozen=True, kw_only=True, tag="nomination-lapsed"):
    """An office no longer waits for a nominee that did not accept in time; another may be named."""

    row = "B13"
    says = "nomination of {person} lapsed"
    person: str


ChoiceEvent: TypeAlias = (
    NumberOfMediatorsSet
    | CandidateListProposed
    | CandidatesRanked
    | CandidatesStruck
    | AppointmentRequested
    | NominationLapsed
)
CHOICE_EVENTS = (
    NumberOfMediatorsSet,
    CandidateListProposed,
    CandidatesRanked,
    CandidatesStruck,
    AppointmentRequested,
    NominationLapsed,
)
