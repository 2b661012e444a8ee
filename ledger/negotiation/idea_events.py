"""List the events of looking for terms: ideas, drafts, criteria, feasibility, concessions."""

from typing import Literal, TypeAlias

from msgspec import UNSET, field

from ledger.envelope import Content, Event
from ledger.terms import Clause

Dimension: TypeAlias = Literal["legal", "financial", "technical", "time", "third_party_consent"]
Feasible: TypeAlias = Literal["feasible", "feasible_with_conditions", "not_feasible", "unclear"]
Target: TypeAlias = Literal["option", "proposal", "clause"]
Giving: TypeAlias = Literal["concession", "compromise"]


class BrainstormingOpened(Event, frozen=True, kw_only=True, tag="brainstorming-opened"):
    """Ideas are gathered from now on; none is judged before it is over.

    Attributes:
        issue: Id of the listed issue it is about, None for any.
    """

    row = "F1"
    rooms = ("joint", "caucus", "group")
    says = "brainstorming opened"
    admissibility = "protected"
    issue: str | None = None


class BrainstormingClosed(Event, frozen=True, kw_only=True, tag="brainstorming-closed"):
    """The gathering of ideas is over; they may be assessed."""

    row = "F1"
    rooms = ("joint", "caucus", "group")
    says = "brainstorming closed"
    admissibility = "protected"


class CriterionAgreed(Event, frozen=True, kw_only=True, tag="criterion-agreed"):
    """The parties agreed by what options are to be measured.

    Attributes:
        criterion_id: Names it within the room.
        weight: How much it counts, 1 to 100.
        agreed_by: Parties that agreed.
        name: The criterion.
    """

    row = "F2"
    rooms = ("joint", "group")
    says = "criterion {criterion_id} agreed, weight {weight}"
    admissibility = "protected"
    criterion_id: str
    weight: int
    agreed_by: tuple[str, ...]
    name: Content[str] = UNSET


class FeasibilityAssessed(Event, frozen=True, kw_only=True, tag="feasibility-assessed"):
    """Somebody looked whether an option, a proposal or a clause can be done, and what it does.

    Attributes:
        assessment_id: Names it within the room.
        target: What was looked at.
        target_id: Its name: of the option, or of the proposal.
        clause_id: The clause of that proposal.
        dimension: In which respect.
        result: What was found.
        criterion_id: The agreed criterion it was measured by.
        by: Party, or `mediator`.
        grounds: Why.
        impact: What it would do, to whom.
        assessed_by: Who looked, where it was an expert.
    """

    row = "F3"
    rooms = ("caucus", "joint", "group", "mediators")
    says = "{dimension} feasibility of {target} {target_id}: {result}"
    admissibility = "protected"
    assessment_id: str
    target: Target
    target_id: str
    clause_id: str | None = None
    dimension: Dimension
    result: Feasible
    criterion_id: str | None = None
    by: str
    grounds: Content[str | None] = UNSET
    impact: Content[str | None] = UNSET
    assessed_by: Content[str | None] = UNSET


class ProposalDrafted(Event, frozen=True, kw_only=True, tag="proposal-drafted"):
    """Terms were written down before they are put to anybody; a later version replaces it.

    Attributes:
        draft_id: Names the draft within the room.
        draft_version: Which version, from 1.
        by: Party, or `mediator`.
        clause_ids: Its clauses, in order.
        interests: By clause the recorded interests it serves.
        clauses: Its terms.
    """

    row = "F4"
    rooms = ("party", "caucus")
    says = "{by} drafted {draft_id}, version {draft_version}"
    admissibility = "protected"
    draft_id: str
    draft_version: int
    by: str
    clause_ids: tuple[str, ...]
    interests: dict[str, tuple[str, ...]] = field(default_factory=dict)
    clauses: Content[tuple[Clause, ...]] = UNSET


class ClauseLinked(Event, frozen=True, kw_only=True, tag="clause-linked"):
    """It was noted in a caucus which interests a clause on the table serves.

    Attributes:
        proposal_id: A proposal of `joint`, which every reader of a caucus reads.
        interests: Ids of interests recorded in the same caucus.
    """

    row = "F5"
    rooms = ("caucus",)
    says = "clause {clause_id} of proposal {proposal_id} serves {interests}"
    admissibility = "protected"
    proposal_id: str
    clause_id: str
    interests: tuple[str, ...]


class ConcessionRecorded(Event, frozen=True, kw_only=True, tag="concession-recorded"):
    """A party gave way, or several met half-way; it binds nobody.

    Attributes:
        concession_id: Names it within the room.
        kind: `concession` of one party, or `compromise` of several.
        by: Who gave way.
        issue: Id of the listed issue it is about.
        text: In what.
    """

    row = "F8"
    rooms = ("joint", "caucus", "group")
    says = "{kind} {concession_id} of {by} recorded"
    admissibility = "protected"
    concession_id: str
    kind: Giving
    by: tuple[str, ...]
    issue: str | None = None
    text: Content[str] = UNSET


class InterimArrangementAgreed(Event, frozen=True, kw_only=True, tag="interim-arrangement-agreed"):
    """The parties agreed what holds while they talk.

    Attributes:
        arrangement_id: Names it within the room.
        agreed_by: Parties concerned, all of which agreed.
        until: Last instant it holds, RFC 3339 UTC, None until the talks end.
        terms: What holds.
    """

    row = "F23"
    rooms = ("joint", "group")
    says = "interim arrangement {arrangement_id} agreed by {agreed_by}"
    admissibility = "protected"
    arrangement_id: str
    agreed_by: tuple[str, ...]
    until: str | None = None
    terms: Content[str] = UNSET


class CoalitionFormed(Event, frozen=True, kw_only=True, tag="coalition-formed"):
    """Some of the parties joined to negotiate as one; told before all only where they say so.

    Attributes:
        coalition_id: Names it within the room.
        members: Parties that joined.
        speaker: Party that speaks for them, None where each does.
        announced: Whether it was told before all.
        purpose: What for.
    """

    row = "F5"
    rooms = ("group", "joint")
    says = "coalition {coalition_id} of {members} formed"
    admissibility = "protected"
    coalition_id: str
    members: tuple[str, ...]
    speaker: str | None = None
    announced: bool = False
    purpose: Content[str | None] = UNSET


class CoalitionDissolved(Event, frozen=True, kw_only=True, tag="coalition-dissolved"):
    """A member left, so each negotiates for itself again."""

    row = "F5"
    rooms = CoalitionFormed.rooms
    says = "coalition {coalition_id} dissolved by {by}"
    admissibility = "protected"
    coalition_id: str
    by: str


IdeaEvent: TypeAlias = (
    BrainstormingOpened
    | BrainstormingClosed
    | CriterionAgreed
    | FeasibilityAssessed
    | ProposalDrafted
    | ClauseLinked
    | ConcessionRecorded
    | InterimArrangementAgreed
    | CoalitionFormed
    | CoalitionDissolved
)
IDEA_EVENTS = (
    BrainstormingOpened,
    BrainstormingClosed,
    CriterionAgreed,
    FeasibilityAssessed,
    ProposalDrafted,
    ClauseLinked,
    ConcessionRecorded,
    InterimArrangementAgreed,
    CoalitionFormed,
    CoalitionDissolved,
)
