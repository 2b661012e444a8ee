"""Record what the institution makes of what it learnt (rows I5, I6)."""

from typing import TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event


class PracticeAdopted(Event, frozen=True, kw_only=True, tag="practice-adopted"):
    """A lesson became a practice, told without the facts of any case.

    Attributes:
        practice_id: Names it.
        lessons: Events (room:seq) of the lessons it rests on.
        tags: What it is about.
        approved_by: Second person.
    """

    row = "I5"
    rooms = ("public",)
    says = "practice {practice_id} adopted: {tags}"
    practice_id: str
    lessons: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    approved_by: str
    text: Content[str] = UNSET


class ImprovementAssigned(Event, frozen=True, kw_only=True, tag="improvement-assigned"):
    """Somebody of the institution is to make an improvement.

    Attributes:
        owner: Operator who is to make it.
        due: Day at the seat by which, None for no day.
        lesson: Event (room:seq) of the lesson it comes from.
    """

    row = "I6"
    rooms = ("registry",)
    says = "improvement {improvement_id} assigned to {owner}"
    improvement_id: str
    owner: str
    due: str | None = None
    lesson: str | None = None
    what: Content[str] = UNSET


class ImprovementDone(Event, frozen=True, kw_only=True, tag="improvement-done"):
    """An improvement was made."""

    row = "I6"
    rooms = ("registry",)
    says = "improvement {improvement_id} done"
    improvement_id: str
    result: Content[str | None] = UNSET


ImprovementEvent: TypeAlias = PracticeAdopted | ImprovementAssigned | ImprovementDone
