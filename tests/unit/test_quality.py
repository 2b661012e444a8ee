"""Looking back: the checklist computed from the record, the bias check, complaints, feedback."""

from functools import partial
from typing import Any, get_args

import pytest

from ledger.evaluation.checklist import Told
from ledger.evaluation.commands import DECIDE
from ledger.evaluation.events import FeedbackRequested
from ledger.evaluation.quality_events import QualityEvent
from ledger.evaluation.questions import MEDIATOR_QUESTIONS, PARTY_QUESTIONS
from ledger.evaluation.state import Evaluation, evolve
from ledger.evaluation.steps import STEPS, judged
from ledger.identity import Operator
from ledger.parties import Entry, Phase
from ledger.sessions.events import SummaryConfirmed, SummaryGiven
from tests import examples as ex
from tests.spec import Spec, do
from tests.unit.part import Part, kinds, only, standing

JUDGE = Operator(name="judge", roles=("challenge",), auth="test")
CHECK = {"reviewer": "person:berg", "opinion": "no_sign"}


def part(**known: Any) -> Part[Evaluation]:  # noqa: ANN401 - any field of a standing
    """Begin after the close."""
    return Part(DECIDE, evolve, Evaluation(), standing(**{"phase": Phase.CLOSED, **known}))


def verdicts(entries: list[Told]) -> dict[str, str]:
    """Say what is held of each step."""
    return {step.step: step.verdict for step in judged(entries)}


def told(*events: Any, irregular: bool = False) -> list[Told]:  # noqa: ANN401 - events of any part
    """Tell events as the record would."""
    return [
        Told(f"joint:{n}", str(e.__struct_config__.tag), irregular, partial(_same, e))
        for n, e in enumerate(events, start=1)
    ]


def _same(event: Any) -> Any:  # noqa: ANN401 - an event of any part
    return event


def test_a_step_is_followed_varied_missing_or_not_needed() -> None:
    """By what stands for it, whether all of it does, and whether the case asked for it."""
    name = "each summary offered for correction"
    given, answered = SummaryGiven(summary_id="SU1"), SummaryConfirmed(summary_id="SU1", party="A")
    assert verdicts([])[name] == "not_needed"
    assert verdicts(told(given))[name] == "varied"
    assert verdicts(told(given, answered))[name] == "followed"
    assert verdicts(told(given, answered, irregular=True))[name] == "varied"
    assert verdicts([])["rights explained"] == "missing"


def test_a_closed_case_is_held_against_its_record() -> None:
    """What the usual history leaves out shows as missing, the rest with its evidence."""
    spec = Spec().given(ex.closed()).when(do("compute-checklist", remark="Looked at."))
    (frame,) = spec.new_frames()
    assert frame.room == "chair"
    steps = {step.step: step for step in frame.event.steps}
    assert len(steps) == len(STEPS)
    assert steps["rights explained"].verdict == "followed"
    assert steps["rights explained"].evidence
    assert steps["neutral venue with reasons"].verdict == "missing"
    assert steps["monitoring plan"].verdict == "missing"
    asked = [step for step in steps.values() if step.verdict != "not_needed"]
    assert frame.event.asked == len(asked)
    assert frame.event.followed == sum(step.verdict == "followed" for step in asked)


def test_confidences_change_nothing_in_a_checklist() -> None:
    """It is computed from rooms that all its readers read."""
    talks = [*ex.mediating(), *ex.caucused("A")]
    end = [
        do("close-caucus", by="mediator", party="A"),
        do("declare-termination", by="mediator", mode="no_prospect", consulted=["A", "B"]),
        do("issue-closing-document"),
        do("close-case", outcome="none"),
    ]
    quiet = Spec().given(ex.mediating(), do("open-caucus", by="mediator", party="A"), end)
    full = Spec().given(talks, do("record-interest", by="A", interest="x"), end)
    found = []
    for spec in (quiet, full):
        spec.when(do("compute-checklist"))
        found.append(spec.new_frames()[0].event)
    assert found[0] == found[1]


def test_feedback_is_asked_from_all_sides() -> None:
    """Whom it was asked from stands before all; a side left out shows in the checklist."""
    name = "feedback asked from all sides"
    spec = Spec().given(ex.closed(), do("compute-checklist"))
    assert _verdict_of(spec, name) == "missing"
    spec.when(do("request-feedback", parties=["A"])).then(FeedbackRequested)
    assert spec.new_frames()[0].event.not_asked == ("B",)
    assert _verdict_of(spec.given(do("compute-checklist")), name) == "varied"
    spec.given(do("give-feedback", by="B", answers={"heard": 5}))
    spec.when(do("request-feedback", parties=["B"])).then(FeedbackRequested)
    assert _verdict_of(spec.given(do("compute-checklist")), name) == "followed"
    spec.when(do("request-feedback"))
    assert spec.new_frames()[0].event.parties == ("A", "B"), "who answered is not told by it"


def test_feedback_is_asked_of_who_took_part() -> None:
    """Nobody else, and not before the close."""
    spec = Spec().given(ex.closed()).when(do("request-feedback", parties=["C"]))
    spec.then_refused("feedback_is_asked_of_who_took_part")
    Spec().given(ex.settled()).when(do("request-feedback")).then_refused("phase_allows_command")


def _verdict_of(spec: Spec, name: str) -> str:
    checklist = next(f.event for f in spec.new_frames() if f.room == "chair")
    return str(next(step.verdict for step in checklist.steps if step.step == name))


def test_a_checklist_is_of_a_closed_case() -> None:
    """Before, there is nothing to look back on."""
    Spec().given(ex.settled()).when(do("compute-checklist")).then_refused("phase_allows_command")


def test_a_bias_check_is_by_somebody_who_took_no_part() -> None:
    """And after a checklist; reviewers, registry and mediators read it."""
    case = part(entries={"joint:1": Entry("x", "person:clerk", "person:abe")})
    case.notes("checklist_comes_first", "complete-bias-check", "registry", **CHECK)
    case.state = evolve(case.state, _frame_of_checklist())
    for who in ("person:clerk", "person:abe", "person:ortiz"):
        case.refuses(
            "reviewer_took_no_part", "complete-bias-check", "registry", **{**CHECK, "reviewer": who}
        )
    decision = case.do("complete-bias-check", "registry", **CHECK, indicators={"share": "54:46"})
    assert kinds(decision) == [("review", "BiasCheckCompleted"), ("chair", "BiasCheckCompleted")]
    assert not case.noted
    assert len(case.state.bias_checks) == 4  # two of them as reported, before the checklist


def _frame_of_checklist() -> Any:  # noqa: ANN401 - a frame of one event
    spec = Spec().given(ex.closed(), do("compute-checklist"))
    return spec.new_frames()[0]


def test_a_complaint_goes_to_the_challenge_body_and_comes_back() -> None:
    """The party keeps it at its desk; the same name may be another party's."""
    case = part()
    filed = case.do("file-complaint", "A", against="mediator", person="person:ortiz", grounds="x")
    assert [p.room for p in filed] == ["desk:A", "challenge"]
    case.do("file-complaint", "B", against="institution", grounds="x")
    case.refuses(
        "id_is_new", "file-complaint", "A", against="registry", grounds="x", complaint_id="K1"
    )
    assert set(case.state.complaints) == {("A", "K1"), ("B", "K1")}


def test_a_complaint_is_decided_once_by_somebody_not_complained_of() -> None:
    """I-22: nobody decides of themselves."""
    against = {"against": "registry", "person": "person:judge", "grounds": "x"}
    verdict = {"party": "A", "decision": "rejected", "reasons": "x"}
    spec = Spec().given(ex.mediating(), do("file-complaint", by="A", **against))
    asked = do("decide-complaint", by="challenge", at_operator=JUDGE, complaint_id="K1", **verdict)
    spec.when(asked).then_refused("decider_is_not_complained_of")
    other = Operator(name="other", roles=("challenge",), auth="test")
    wanted: dict[str, Any] = {"by": "challenge", "at_operator": other, **verdict}
    spec.when(do("decide-complaint", complaint_id="K7", **wanted)).then_refused("complaint_is_open")
    spec.given(do("decide-complaint", complaint_id="K1", **wanted))
    assert {f.room for f in spec.new_frames()} == {"challenge", "desk:A"}
    spec.when(do("decide-complaint", complaint_id="K1", **wanted)).then_refused("complaint_is_open")


@pytest.mark.parametrize(
    ("answers", "fits"),
    [
        ({"heard": 5, "satisfied_process": 4, "satisfied_outcome": 2}, True),
        ({"heard": 6}, False),
        ({"pushed": "a lot"}, False),
        ({"satisfaction": 70, "likeness": "Slightly liked"}, True),
    ],
)
def test_our_own_questions_have_a_scale_and_others_bring_theirs(
    answers: dict[str, Any], *, fits: bool
) -> None:
    """1 to 5; what a source asked is kept as it was answered."""
    case = part()
    if fits:
        case.do("give-feedback", "A", answers=answers)
        case.do("give-mediator-feedback", answers=answers)
    else:
        case.refuses("answers_fit_their_scale", "give-feedback", "A", answers=answers)
        case.refuses("answers_fit_their_scale", "give-mediator-feedback", answers=answers)


def test_process_and_outcome_are_asked_apart() -> None:
    """And whether each side was supported alike, was heard, was pushed."""
    apart = {"satisfied_process", "satisfied_outcome"}
    assert apart <= set(PARTY_QUESTIONS) & set(MEDIATOR_QUESTIONS)
    assert {"equally_supported", "heard", "pushed"} <= set(PARTY_QUESTIONS)


def test_one_course_records_every_event_of_quality() -> None:
    """Nothing of it is out of reach."""
    case = part()
    checklist = only(case.do("compute-checklist", "registry"))
    case.do("complete-bias-check", "registry", **CHECK)
    case.do("file-complaint", "A", against="institution", grounds="x")
    spec = Spec().given(ex.mediating(), do("file-complaint", by="A", against="party", grounds="x"))
    verdict = {"party": "A", "complaint_id": "K1", "decision": "settled", "reasons": "x"}
    spec.given(do("decide-complaint", by="challenge", at_operator=JUDGE, **verdict))
    recorded = {type(placed.event) for placed in case.placed}
    recorded |= {type(frame.event) for frame in spec.new_frames()}
    assert set(get_args(QualityEvent)) <= recorded
    assert checklist.steps


def test_the_checklist_sees_a_change_of_persons_nobody_looked_into() -> None:
    """A representative that came later varies the step until the mediator inquired into it."""
    name = "conflict inquiry before appointment and at each change of persons"
    new = do("authorise-representative", by="B", person="person:dahl", powers=["sign"])
    end = [
        do("declare-termination", by="mediator", mode="no_prospect", consulted=["A", "B"]),
        do("issue-closing-document"),
        do("close-case", outcome="none"),
        do("compute-checklist"),
    ]
    assert _verdict_of(Spec().given(ex.mediating(), end), name) == "followed"
    assert _verdict_of(Spec().given(ex.mediating(), new, end), name) == "varied"
    looked = Spec().given(ex.mediating(), new, ex.inquired("person:dahl"), end)
    assert _verdict_of(looked, name) == "followed"
    early = Spec().given(ex.consented(), new, ex.mediating()[len(ex.consented()) :], end)
    assert _verdict_of(early, name) == "followed"


def test_the_checklist_asks_for_satisfaction_and_for_a_plan_or_why_there_is_none() -> None:
    """Asked at the closing session; a plan all did without is no step left out."""
    asked = do("hold-closing-session", by="mediator", attended=["A", "B"], satisfaction_asked=True)
    waived = do("waive-monitoring", agreed_by=["A", "B"], reasons="Paid on the day.")
    held = "hold-closing-session"
    usual = ex.closed()
    better = [asked if order.name == held else order for order in usual]
    plain = Spec().given(usual, do("compute-checklist"))
    whole = Spec().given(better, waived, do("compute-checklist"))
    for name, before in (
        ("satisfaction of each party asked", "varied"),
        ("monitoring plan", "missing"),
    ):
        assert _verdict_of(plain, name) == before
        assert _verdict_of(whole, name) == "followed"


def test_a_mediator_says_what_stands_behind_the_figures() -> None:
    """To the registry in the chair, or to the parties as well; nobody else comments."""
    case = part()
    said = {"text": "B came with three experts.", "measure": "speaking"}
    (quiet,) = case.do("comment-on-balance", "mediator", **said)
    (aloud,) = case.do("comment-on-balance", "mediator", **said, to="joint")
    assert [one.room for one in (quiet, aloud)] == ["chair", "joint"]
    assert quiet.event == aloud.event
    case.refuses("actor_is_mediator", "comment-on-balance", at_actor="person:nobody", **said)
