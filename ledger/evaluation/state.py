"""Fold who gave feedback and whether the evaluation is closed."""

from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import Frame
from ledger.evaluation.events import (
    EvaluationClosed,
    EvaluationEvent,
    MediatorFeedbackReceived,
    PartyFeedbackReceived,
)


class Evaluation(Struct, frozen=True):
    """Who has said how it was.

    Attributes:
        heard: Parties and mediators' persons, of those the eyes may know of.
        closed: Whether the evaluation is closed.
    """

    heard: frozenset[str] = frozenset()
    closed: bool = False


def evolve(state: Evaluation, frame: Frame[EvaluationEvent]) -> Evaluation:
    """Fold one event."""
    event = frame.event
    match event:
        case PartyFeedbackReceived():
            return replace(state, heard=state.heard | {event.party})
        case MediatorFeedbackReceived():
            return replace(state, heard=state.heard | {event.person})
        case EvaluationClosed():
            return replace(state, closed=True)
        case _:
            assert_never(event)
