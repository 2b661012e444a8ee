"""From lessons to practice: adopted in public, improvements assigned and made."""

from typing import Any

import pytest

from ledger.institution.events import EVENTS
from ledger.institution.improvement_events import (
    ImprovementAssigned,
    ImprovementDone,
    PracticeAdopted,
)
from ledger.institution.state import Institution
from tests.spec import Order, Spec, do

CLERKS = (
    do("found-institution", name="Harbour Office"),
    do("add-operator", name="clerk", roles=["registry"]),
    do("add-operator", name="berg", roles=["registry"]),
)
LESSON = do("record-lesson", text="Ask for powers early.", tags=["authority"], approved=True)


def house(*orders: Order) -> Spec:
    """Begin with an institution of two, and a lesson learnt."""
    spec = Spec()
    return spec.given(*CLERKS, LESSON, *orders)


def state(spec: Spec) -> Institution:
    """Say where the institution stands."""
    file = spec.files[spec.institution_id]
    return file.seen_by(file.rights("registry")).institution


def recorded(spec: Spec) -> Any:  # noqa: ANN401 - whichever event it is
    """Return the last event of the institution's own record."""
    return spec.files[spec.institution_id].frames[-1].event


def refused(spec: Spec, order: Order) -> str | None:
    """Give an order of the institution that is refused, and name the rule."""
    answer = spec.order(order)
    assert not answer.done
    return answer.rule


def test_a_lesson_becomes_a_practice_by_two_persons() -> None:
    """In public, resting on the lesson."""
    lesson = state(house()).lessons[0]
    practice = {"text": "Powers are asked for with the draft.", "approved_by": "person:berg"}
    spec = house(do("adopt-practice", lessons=[lesson], tags=["authority"], **practice))
    assert isinstance(recorded(spec), PracticeAdopted)
    assert state(spec).practices == {"PR1": ("authority",)}
    again = do("adopt-practice", practice_id="PR1", **practice)
    assert refused(spec, again) == "id_is_new"


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"lessons": ["public:99"]}, "lesson_is_on_record"),
        ({"approved_by": "person:clerk"}, "practice_has_second_person"),
        ({"approved_by": "person:nobody"}, "second_person_is_known"),
    ],
)
def test_a_practice_needs_its_lessons_and_a_second_person(
    changed: dict[str, Any], rule: str
) -> None:
    """Nobody alone changes how the institution works."""
    plain = {"text": "x", "approved_by": "person:berg"}
    assert refused(house(), do("adopt-practice", **{**plain, **changed})) == rule


def test_an_improvement_is_assigned_to_an_operator_and_done_once() -> None:
    """By a day, from a lesson; told to the registry alone."""
    lesson = state(house()).lessons[0]
    wanted = {"owner": "berg", "what": "A form.", "due": "2026-12-31", "lesson": lesson}
    spec = house(do("assign-improvement", **wanted))
    assert isinstance(recorded(spec), ImprovementAssigned)
    assert refused(spec, do("assign-improvement", improvement_id="IM1", **wanted)) == "id_is_new"
    assert refused(spec, do("complete-improvement", improvement_id="IM9")) == "improvement_is_open"
    spec.given(do("complete-improvement", improvement_id="IM1", result="In use."))
    assert isinstance(recorded(spec), ImprovementDone)
    assert state(spec).improvements["IM1"].done
    assert refused(spec, do("complete-improvement", improvement_id="IM1")) == "improvement_is_open"


def test_only_an_operator_owns_an_improvement_and_only_a_lesson_leads_to_one() -> None:
    """A stranger, and a lesson nobody recorded, are refused by name."""
    order = {"what": "x"}
    assert (
        refused(house(), do("assign-improvement", owner="nobody", **order)) == "operator_is_known"
    )
    unknown = do("assign-improvement", owner="berg", lesson="public:99", **order)
    assert refused(house(), unknown) == "lesson_is_on_record"
    assert {PracticeAdopted, ImprovementAssigned, ImprovementDone} <= set(EVENTS)
