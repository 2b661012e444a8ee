"""Let reviewers and mediators learn from feedback without learning whose it is (row I2)."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from ledger.act import Act, Broken, Command, Decision, Placed, rule
from ledger.common_rules import content_is_erased
from ledger.envelope import opened
from ledger.evaluation.events import PartyFeedbackReceived
from ledger.evaluation.rules import OVER
from ledger.evaluation.sharing_events import FeedbackShared
from ledger.evaluation.state import Evaluation
from ledger.parties import Standing

FEWEST = 2
"""Answers of one party alone would be that party's by name."""
Audience = Literal["review", "chair"]


@rule("refuse")
def feedback_is_of_several(act: Act[Any], state: Evaluation) -> None:  # noqa: ARG001 - a rule takes the act
    """Feedback is shared once two parties agreed to its use, so that none is known by it."""
    if len(state.usable) < FEWEST:
        needs = "give-feedback with `consent_to_use`, by two parties"
        raise Broken(f"{len(state.usable)} of the parties agreed to the use of feedback", needs)


@rule("refuse")
def feedback_is_shared_once(act: Act[Any], state: Evaluation, audience: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A second sharing would tell by the difference what the party that came late had answered."""
    if audience in state.shared:
        raise Broken(f"feedback was shared with the {audience}", "nothing more")


def to_share(act: Act[Any], state: Evaluation, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for feedback of several parties."""
    feedback_is_of_several(act, state)


class ShareFeedback(Command, frozen=True, kw_only=True, tag="share-feedback"):
    """Share the parties' answers without names: with the reviewer, and with the mediators.

    Attributes:
        to: Rooms they are shared in: `review` for the reviewer, `chair` for the mediators.
    """

    by = ("registry",)
    during = frozenset(OVER)
    occasions = (to_share,)
    example: ClassVar[dict[str, Any]] = {"to": ["review", "chair"]}
    to: Annotated[tuple[Audience, ...], Meta(min_length=1)]


def share_feedback(
    state: Evaluation,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[ShareFeedback],
) -> Decision:
    """Share the answers of those who agreed to their use, each question for itself.

    Raises:
        RuleViolation: feedback_is_of_several, feedback_is_shared_once, content_is_erased.
    """
    feedback_is_of_several(act, state)
    audiences = tuple(dict.fromkeys(act.data.to))
    for audience in audiences:
        feedback_is_shared_once(act, state, audience)
    given = [_answers(act, party, ref) for party, ref in state.usable.items()]
    shared = FeedbackShared(count=len(given), answers=_mixed(given))
    return [Placed(audience, shared) for audience in audiences]


def _answers(act: Act[Any], party: str, ref: str) -> Mapping[str, int | str]:
    event = act.open(ref)
    assert isinstance(event, PartyFeedbackReceived), "the fold took its ref from one"
    content_is_erased(act, event.answers, f"the feedback of {party}")
    return opened(event.answers, {})


def _mixed(given: list[Mapping[str, int | str]]) -> dict[str, tuple[int | str, ...]]:
    """Put together the answers to each question that several answered; their order tells nothing.

    What one party alone answered would be known as the answer of one.
    """
    keys = sorted({key for answers in given for key in answers})
    found = {key: [answers[key] for answers in given if key in answers] for key in keys}
    return {
        key: tuple(sorted(values, key=lambda value: (str(type(value)), value)))
        for key, values in found.items()
        if len(values) >= FEWEST
    }
