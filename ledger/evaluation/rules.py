"""Say what must hold when a mediation is evaluated."""

from collections.abc import Mapping
from typing import Any

from ledger.act import Act, Broken, rule
from ledger.evaluation.questions import QUESTIONS, SCALE
from ledger.evaluation.state import Evaluation
from ledger.parties import Phase, Standing

OVER = (Phase.CLOSED, Phase.EVALUATED)


@rule("irregular")
def feedback_follows_the_close(act: Act[Any], standing: Standing) -> None:
    """Feedback is asked for when the case is closed; a source may report it earlier."""
    if standing.phase not in OVER and not (standing.taken_over and act.reported):
        raise Broken(f"the case is in phase {standing.phase}", "the case closed (close-case)")


@rule("refuse")
def feedback_is_given_once(act: Act[Any], state: Evaluation, name: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Feedback is given once; what is wrong in it is corrected."""
    if name in state.heard:
        raise Broken(f"{name} has given its feedback", "a correction (correct-entry)")


@rule("refuse")
def answers_fit_their_scale(act: Act[Any], answers: Mapping[str, object]) -> None:  # noqa: ARG001 - a rule takes the act
    """An answer to one of our own questions is a place on its scale; others bring their own."""
    low, high = SCALE
    wrong = [
        key
        for key, value in answers.items()
        if key in QUESTIONS and not (isinstance(value, int) and low <= value <= high)
    ]
    if wrong:
        raise Broken(f"{', '.join(wrong)} takes {low} to {high}", f"a number {low} to {high}")


def to_give(act: Act[Any], state: Evaluation, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask that the actor's feedback be outstanding; `next` asks it, having no data."""
    feedback_is_given_once(act, state, act.party or act.actor)
