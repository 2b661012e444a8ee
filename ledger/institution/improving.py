"""Turn lessons into practice: practices adopted, improvements assigned and done (rows I5, I6)."""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, TypeAlias

from msgspec import Meta

from ledger.act import Act, Broken, Command, Decision, Placed, rule
from ledger.common_rules import id_is_new, second_person_is_known
from ledger.institution.improvement_events import (
    ImprovementAssigned,
    ImprovementDone,
    PracticeAdopted,
)
from ledger.institution.rules import operator_is_known
from ledger.institution.state import Institution
from ledger.parties import Standing
from ledger.terms import Day, Id, PersonId, Words, next_id

Ref: TypeAlias = Annotated[str, Meta(pattern=r"\A(public|registry):[1-9][0-9]{0,9}\Z")]
"""Names an entry of the institution's own record."""
Decide: TypeAlias = Callable[[Institution, Standing, Act[Any]], Decision]


@rule("refuse")
def lesson_is_on_record(act: Act[Any], state: Institution, lessons: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """A practice rests on lessons that were recorded."""
    unknown = [ref for ref in lessons if ref not in state.lessons]
    if unknown:
        known = ", ".join(state.lessons) or "record-lesson first"
        raise Broken(f"{', '.join(unknown)} is no lesson", f"one of: {known}")


@rule("refuse")
def practice_has_second_person(act: Act[Any], approved_by: str) -> None:
    """Nobody alone changes how the institution works."""
    if approved_by in (act.entered_by, act.actor):
        raise Broken(f"{act.entered_by} adopts it alone", "`approved_by` a second person")


@rule("refuse")
def improvement_is_open(act: Act[Any], state: Institution, improvement_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """An improvement is done once it was assigned, and once."""
    known = state.improvements.get(improvement_id)
    if known is None or known.done:
        word = "is done" if known else "is not assigned"
        raise Broken(f"improvement {improvement_id} {word}", "assign-improvement")


class AdoptPractice(Command, frozen=True, kw_only=True, tag="adopt-practice"):
    """Make a lesson a practice of the institution, for everybody to read.

    Attributes:
        lessons: Lessons it rests on, as `public:7`.
        approved_by: Second person.
    """

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {
        "text": "Powers to sign are asked for when the draft is begun.",
        "tags": ["authority"],
        "approved_by": "person:berg",
    }
    text: Words
    approved_by: PersonId
    practice_id: Id | None = None
    lessons: tuple[Ref, ...] = ()
    tags: tuple[Id, ...] = ()


def adopt_practice(
    state: Institution,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[AdoptPractice],
) -> Decision:
    """Adopt a practice in public.

    Raises:
        RuleViolation: lesson_is_on_record, practice_has_second_person, second_person_is_known,
            id_is_new.
    """
    data = act.data
    lesson_is_on_record(act, state, data.lessons)
    practice_has_second_person(act, data.approved_by)
    second_person_is_known(act, data.approved_by)
    name = data.practice_id or next_id("PR", state.practices)
    id_is_new(act, state.practices, name, name)
    adopted = PracticeAdopted(
        practice_id=name,
        lessons=data.lessons,
        tags=data.tags,
        approved_by=data.approved_by,
        text=data.text,
    )
    return [Placed("public", adopted)]


class AssignImprovement(Command, frozen=True, kw_only=True, tag="assign-improvement"):
    """Give somebody of the institution an improvement to make.

    Attributes:
        owner: Operator who is to make it.
        due: Day at the seat by which.
        lesson: Lesson it comes from, as `registry:7`.
    """

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {
        "owner": "berg",
        "due": "2026-12-31",
        "what": "A form for powers to sign.",
    }
    owner: Id
    what: Words
    due: Day | None = None
    improvement_id: Id | None = None
    lesson: Ref | None = None


def assign_improvement(
    state: Institution,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[AssignImprovement],
) -> Decision:
    """Assign an improvement to an operator.

    Raises:
        RuleViolation: operator_is_known, lesson_is_on_record, id_is_new.
    """
    data = act.data
    operator_is_known(act, state, data.owner)
    lesson_is_on_record(act, state, () if data.lesson is None else (data.lesson,))
    name = data.improvement_id or next_id("IM", state.improvements)
    id_is_new(act, state.improvements, name, name)
    assigned = ImprovementAssigned(
        improvement_id=name, owner=data.owner, due=data.due, lesson=data.lesson, what=data.what
    )
    return [Placed("registry", assigned)]


class CompleteImprovement(Command, frozen=True, kw_only=True, tag="complete-improvement"):
    """Say that an improvement was made."""

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {
        "improvement_id": "IM1",
        "result": "In use since the autumn.",
    }
    improvement_id: Id
    result: Words | None = None


def complete_improvement(
    state: Institution,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[CompleteImprovement],
) -> Decision:
    """Record that an improvement was made.

    Raises:
        RuleViolation: improvement_is_open.
    """
    improvement_is_open(act, state, act.data.improvement_id)
    done = ImprovementDone(improvement_id=act.data.improvement_id, result=act.data.result)
    return [Placed("registry", done)]


DECIDE: dict[type[Command], Decide] = {
    AdoptPractice: adopt_practice,
    AssignImprovement: assign_improvement,
    CompleteImprovement: complete_improvement,
}
