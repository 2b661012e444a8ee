"""Record how a mediation is looked at afterwards (rows I1, I4, I7)."""

from typing import Literal, TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event
from ledger.evaluation.checklist import Step

Opinion: TypeAlias = Literal["no_sign", "signs_explained", "signs_unexplained", "cannot_say"]
Against: TypeAlias = Literal["mediator", "registry", "institution", "party"]
Decision: TypeAlias = Literal["upheld", "partly_upheld", "rejected", "settled"]


class ProcedureChecklistComputed(
    Event, frozen=True, kw_only=True, tag="procedure-checklist-computed"
):
    """The steps of the procedure were held against the record; computed, then checked by a person.

    Attributes:
        steps: Each step, whether it was followed, and the events it rests on.
        followed: How many were, of those the case asked for.
        asked: How many those are.
        remark: What the person who checked it says.
    """

    row = "I1"
    rooms = ("chair",)
    says = "checklist computed: {followed} of {asked} steps followed"
    steps: tuple[Step, ...]
    followed: int
    asked: int
    remark: Content[str | None] = UNSET


class BiasCheckCompleted(Event, frozen=True, kw_only=True, tag="bias-check-completed"):
    """Somebody who took no part looked for signs of bias; numbers are signals, not verdicts.

    Attributes:
        reviewer: Who.
        opinion: What the reviewer holds.
        indicators: What was looked at, by name, without the names of parties.
        explanations: What explains it.
    """

    row = "I4"
    rooms = ("review", "chair")
    says = "bias check completed by {reviewer}: {opinion}"
    reviewer: str
    opinion: Opinion
    indicators: Content[dict[str, str]] = UNSET
    explanations: Content[str | None] = UNSET


class ComplaintFiled(Event, frozen=True, kw_only=True, tag="complaint-filed"):
    """A party complained of somebody; the challenge body decides, and nobody complained of does.

    Attributes:
        complaint_id: Names it among the party's own.
        party: Who complains.
        against: Which office.
        person: Which person, None for the office.
        grounds: Why.
    """

    row = "I7"
    rooms = ("challenge", "desk")
    says = "complaint {complaint_id} of {party} against the {against}"
    complaint_id: str
    party: str
    against: Against
    person: str | None = None
    grounds: Content[str] = UNSET


class ComplaintDecided(Event, frozen=True, kw_only=True, tag="complaint-decided"):
    """A complaint was decided; what follows from it is for others.

    Attributes:
        reasons: Why.
    """

    row = "I7"
    rooms = ("challenge", "desk")
    says = "complaint {complaint_id} of {party}: {decision}"
    complaint_id: str
    party: str
    decision: Decision
    reasons: Content[str] = UNSET


QualityEvent: TypeAlias = (
    ProcedureChecklistComputed | BiasCheckCompleted | ComplaintFiled | ComplaintDecided
)
