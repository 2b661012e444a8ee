"""Feedback leaves the desks as answers without names, once, and of several parties alone."""

from typing import Any

import pytest

from ledger.evaluation.commands import DECIDE
from ledger.evaluation.state import Evaluation, evolve
from ledger.parties import Phase
from tests import examples as ex
from tests.spec import Spec, do
from tests.unit.part import Part, kinds, standing

BOTH: dict[str, Any] = {"to": ["review", "chair"]}


def part(*parties: str, **known: Any) -> Part[Evaluation]:  # noqa: ANN401 - any field of a standing
    """Begin after the close."""
    around = standing(*parties, **{"phase": Phase.CLOSED, **known})
    return Part(DECIDE, evolve, Evaluation(), around)


def answered(case: Part[Evaluation], party: str, *, use: bool | None = True, **given: int) -> None:
    """A party answers."""
    case.do("give-feedback", party, answers=given, consent_to_use=use, remark="They were late.")


def test_answers_are_shared_question_by_question_without_names() -> None:
    """In their own order, so that nobody can put one party's answers together again."""
    case = part()
    answered(case, "A", heard=5, pushed=1)
    answered(case, "B", heard=2, pushed=4)
    decision = case.do("share-feedback", "registry", **BOTH)
    assert kinds(decision) == [("review", "FeedbackShared"), ("chair", "FeedbackShared")]
    for placed in decision:
        event: Any = placed.event
        assert (event.count, event.answers) == (2, {"heard": (2, 5), "pushed": (1, 4)})


def test_who_answered_what_cannot_be_told_from_it() -> None:
    """Twins in which the parties gave each other's answers are alike."""
    found = []
    for first, second in (("A", "B"), ("B", "A")):
        case = part()
        answered(case, first, heard=5, pushed=1)
        answered(case, second, heard=2, pushed=4)
        found.append(case.do("share-feedback", "registry", **BOTH))
    assert found[0] == found[1]


@pytest.mark.parametrize("use", [False, None])
def test_feedback_is_shared_by_those_alone_who_agreed(use: bool | None) -> None:  # noqa: FBT001 - three states
    """What C answered is in nothing; silence is no agreement."""
    case = part("A", "B", "C")
    answered(case, "A", heard=5)
    answered(case, "C", use=use, heard=1)
    case.refuses("feedback_is_of_several", "share-feedback", "registry", **BOTH)
    answered(case, "B", heard=4)
    (shared, _) = case.do("share-feedback", "registry", **BOTH)
    event: Any = shared.event
    assert (event.count, event.answers) == (2, {"heard": (4, 5)})


def test_what_one_party_alone_answered_is_left_out() -> None:
    """It would be known as the answer of one."""
    case = part()
    answered(case, "A", heard=5, use_again=1)
    answered(case, "B", heard=4)
    (shared, _) = case.do("share-feedback", "registry", **BOTH)
    event: Any = shared.event
    assert set(event.answers) == {"heard"}


def test_feedback_is_shared_once_with_each() -> None:
    """By the difference of two, who came late would be known."""
    case = part("A", "B", "C")
    answered(case, "A", heard=5)
    answered(case, "B", heard=4)
    case.do("share-feedback", "registry", to=["chair"])
    answered(case, "C", heard=1)
    case.refuses("feedback_is_shared_once", "share-feedback", "registry", to=["chair"])
    case.do("share-feedback", "registry", to=["review"])


def test_the_registry_knows_what_it_shared_with_the_reviewer() -> None:
    """It reads the review room, so the rule holds in the whole house too."""
    spec = Spec().given(
        ex.closed(),
        *(do("give-feedback", by=p, answers={"heard": 4}, consent_to_use=True) for p in "AB"),
        do("share-feedback", to=["review"]),
    )
    spec.when(do("share-feedback", to=["review"])).then_refused("feedback_is_shared_once")


def test_nothing_is_shared_of_a_case_that_goes_on() -> None:
    """There is nothing to look back on."""
    spec = Spec().given(ex.settled())
    spec.when(do("share-feedback", **BOTH)).then_refused("phase_allows_command")
