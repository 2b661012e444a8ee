"""Let mediators say what stands behind the figures of balance, while they are read."""

from typing import Any, ClassVar, Literal

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import actor_is_mediator
from ledger.evaluation.comment_events import BalanceCommented, Measure
from ledger.evaluation.state import Evaluation
from ledger.parties import Standing
from ledger.terms import Words

Audience = Literal["chair", "joint"]


class CommentOnBalance(Command, frozen=True, kw_only=True, tag="comment-on-balance"):
    """Say, as a mediator, what stands behind the figures of the symmetry report.

    Attributes:
        measure: Which figure it is about, None for all of them.
        to: Who reads it: the registry and the mediators (`chair`), or the parties too (`joint`).
    """

    by = ("mediator",)
    guards = (actor_is_mediator,)
    example: ClassVar[dict[str, Any]] = {
        "text": "The requesting side had the longer story to tell.",
        "measure": "speaking",
    }
    text: Words
    measure: Measure | None = None
    to: Audience = "chair"


def comment_on_balance(
    state: Evaluation,  # noqa: ARG001 - every decision takes the three
    standing: Standing,  # noqa: ARG001 - every decider is given it
    act: Act[CommentOnBalance],
) -> Decision:
    """Record the comment where those who read the figures find it."""
    data = act.data
    return [Placed(data.to, BalanceCommented(measure=data.measure, text=data.text))]
