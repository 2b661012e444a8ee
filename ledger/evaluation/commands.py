"""Decide acts of evaluation: feedback, and the end of it."""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, TypeAlias

from msgspec import Meta, field

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import actor_is_mediator
from ledger.evaluation.asking import RequestFeedback, request_feedback
from ledger.evaluation.commenting import CommentOnBalance, comment_on_balance
from ledger.evaluation.events import (
    EvaluationClosed,
    MediatorFeedbackReceived,
    PartyFeedbackReceived,
)
from ledger.evaluation.quality import (
    CompleteBiasCheck,
    ComputeChecklist,
    DecideComplaint,
    FileComplaint,
    complete_bias_check,
    compute_checklist,
    decide_complaint,
    file_complaint,
)
from ledger.evaluation.rules import (
    answers_fit_their_scale,
    feedback_follows_the_close,
    feedback_is_given_once,
    to_give,
)
from ledger.evaluation.sharing import ShareFeedback, share_feedback
from ledger.evaluation.state import Evaluation
from ledger.parties import Phase, Standing
from ledger.terms import Id, Words

Decide: TypeAlias = Callable[[Evaluation, Standing, Act[Any]], Decision]
Answer: TypeAlias = (
    Annotated[int, Meta(ge=-100, le=100)] | Annotated[str, Meta(min_length=1, max_length=200)]
)
"""A place on a scale, as a number or a word; which scale is said by the question."""


class GiveFeedback(Command, frozen=True, kw_only=True, tag="give-feedback"):
    """Say, as a party, how the mediation was.

    Attributes:
        consent_to_use: Whether it may be used, without names, to improve the service; None where
            not recorded.
        answers: A number or a word of a scale for each question, by the question's key; ours
            (ledger/evaluation/questions.py) go from 1, not at all, to 5, entirely.
    """

    by = ("party",)
    guards = (feedback_follows_the_close,)
    occasions = (to_give,)
    example: ClassVar[dict[str, Any]] = {
        "answers": {"heard": 5, "satisfied_process": 5, "satisfied_outcome": 3, "pushed": 1},
        "consent_to_use": True,
        "remark": "The second session came too soon.",
    }
    consent_to_use: bool | None = None
    answers: dict[Id, Answer] = field(default_factory=dict)
    remark: Words | None = None


class GiveMediatorFeedback(Command, frozen=True, kw_only=True, tag="give-mediator-feedback"):
    """Say, as a mediator, how the mediation was."""

    by = ("mediator",)
    guards = (actor_is_mediator, feedback_follows_the_close)
    occasions = (to_give,)
    example: ClassVar[dict[str, Any]] = {"answers": {"engagement": 4, "satisfied_process": 4}}
    answers: dict[Id, Answer] = field(default_factory=dict)
    remark: Words | None = None


class CloseEvaluation(Command, frozen=True, kw_only=True, tag="close-evaluation"):
    """End the evaluation of a closed case."""

    by = ("registry",)
    during = frozenset({Phase.CLOSED})


def give_feedback(
    state: Evaluation,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[GiveFeedback],
) -> Decision:
    """Record a party's feedback at its desk.

    Raises:
        RuleViolation: feedback_is_given_once, answers_fit_their_scale.
    """
    assert act.party is not None, "only a party may give the command"
    feedback_is_given_once(act, state, act.party)
    answers_fit_their_scale(act, act.data.answers)
    received = PartyFeedbackReceived(
        party=act.party,
        consent_to_use=act.data.consent_to_use,
        answers=act.data.answers,
        remark=act.data.remark,
    )
    return [Placed(f"desk:{act.party}", received)]


def give_mediator_feedback(
    state: Evaluation,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[GiveMediatorFeedback],
) -> Decision:
    """Record a mediator's feedback.

    Raises:
        RuleViolation: feedback_is_given_once, answers_fit_their_scale.
    """
    feedback_is_given_once(act, state, act.actor)
    answers_fit_their_scale(act, act.data.answers)
    received = MediatorFeedbackReceived(
        person=act.actor, answers=act.data.answers, remark=act.data.remark
    )
    return [Placed("chair", received)]


def close_evaluation(
    state: Evaluation,  # noqa: ARG001 - every decision takes the three
    standing: Standing,  # noqa: ARG001 - every decider is given it
    act: Act[CloseEvaluation],  # noqa: ARG001 - every decider is given it
) -> Decision:
    """End the evaluation; only the phase of the case can speak against it."""
    return [Placed("joint", EvaluationClosed())]


DECIDE: dict[type[Command], Decide] = {
    RequestFeedback: request_feedback,
    GiveFeedback: give_feedback,
    GiveMediatorFeedback: give_mediator_feedback,
    ShareFeedback: share_feedback,
    CloseEvaluation: close_evaluation,
    ComputeChecklist: compute_checklist,
    CompleteBiasCheck: complete_bias_check,
    CommentOnBalance: comment_on_balance,
    FileComplaint: file_complaint,
    DecideComplaint: decide_complaint,
}
