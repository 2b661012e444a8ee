"""Evaluation: what parties and mediators say afterwards, apart from each other."""

from typing import Any, get_args

import msgspec
import pytest

from ledger.evaluation.commands import DECIDE
from ledger.evaluation.events import EVENTS
from ledger.evaluation.quality_events import QualityEvent
from ledger.evaluation.state import Evaluation, evolve
from ledger.parties import Phase
from tests.unit.part import Part, kinds, only, standing


def part(**known: Any) -> Part[Evaluation]:  # noqa: ANN401 - any field of a standing
    """Begin after the close."""
    return Part(DECIDE, evolve, Evaluation(), standing(**{"phase": Phase.CLOSED, **known}))


@pytest.mark.parametrize("kind", DECIDE, ids=lambda kind: kind.__name__)
def test_every_example_is_a_valid_command(kind: type[Any]) -> None:
    """What `--example` prints can be sent as it stands."""
    assert msgspec.convert(kind.example, kind)


def test_a_partys_feedback_stays_at_its_desk() -> None:
    """Numbers and words of a scale are kept; nothing is read by the other party."""
    case = part()
    answers = {"satisfaction": 4, "likeness": "Slightly liked"}
    decision = case.do("give-feedback", "A", answers=answers, consent_to_use=True, remark="Thanks.")
    assert kinds(decision) == [("desk:A", "PartyFeedbackReceived")]
    received = only(decision)
    assert (received.party, received.answers, received.remark) == ("A", answers, "Thanks.")
    assert received.consent_to_use is True
    assert case.state.heard == {"A"}


def test_consent_to_use_is_not_invented() -> None:
    """What a source does not say is not recorded."""
    assert only(part().do("give-feedback", "A")).consent_to_use is None


def test_feedback_is_given_once() -> None:
    """A second one of A is refused, B's first is not; the same for the mediator."""
    case = part()
    case.do("give-feedback", "A")
    case.refuses("feedback_is_given_once", "give-feedback", "A")
    case.do("give-feedback", "B")
    case.do("give-mediator-feedback")
    case.refuses("feedback_is_given_once", "give-mediator-feedback")


def test_feedback_follows_the_close() -> None:
    """Before it, feedback is refused, or marked where it is reported."""
    part(phase=Phase.MEDIATING).notes("feedback_follows_the_close", "give-feedback", "A")
    case = part(phase=Phase.EVALUATED)
    case.do("give-feedback", "A")
    assert not case.noted


def test_a_source_may_report_feedback_on_a_case_it_leaves_open() -> None:
    """A case that began elsewhere is not measured by our close."""
    case = part(phase=Phase.MEDIATING, taken_over=True)
    case.do("give-feedback", "A", at_reported=True)
    assert not case.noted
    case.refuses("feedback_follows_the_close", "give-feedback", "B")


def test_a_mediators_feedback_goes_to_the_chair() -> None:
    """No party reads it; only a mediator of the case gives it."""
    case = part()
    decision = case.do("give-mediator-feedback", answers={"preparation": 3})
    assert kinds(decision) == [("chair", "MediatorFeedbackReceived")]
    assert case.state.heard == {"person:ortiz"}
    case.refuses("actor_is_mediator", "give-mediator-feedback", at_actor="person:nobody")


def test_the_close_of_the_evaluation_says_nothing_but_that() -> None:
    """It is the same whether or not anybody gave feedback."""
    silent, heard = part(), part()
    heard.do("give-feedback", "A", answers={"satisfaction": 1})
    assert silent.do("close-evaluation", "registry") == heard.do("close-evaluation", "registry")
    assert kinds(silent.placed) == [("joint", "EvaluationClosed")]
    assert silent.state.closed


def test_one_course_records_every_event_there_is() -> None:
    """Nothing in the part's catalogue is out of reach."""
    case = part()
    case.do("give-feedback", "A", consent_to_use=True)
    case.do("give-feedback", "B", consent_to_use=True)
    case.do("give-mediator-feedback")
    case.do("share-feedback", "registry", to=["chair"])
    case.do("request-feedback", "registry")
    case.do("comment-on-balance", text="B came late by no fault of its own.")
    case.do("close-evaluation", "registry")
    recorded = {type(placed.event) for placed in case.placed}
    assert recorded == set(EVENTS) - set(get_args(QualityEvent))
