"""Fold who gave feedback and whether the evaluation is closed."""

from collections.abc import Mapping
from types import MappingProxyType
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
from ledger.evaluation.quality_events import (
    Against,
    BiasCheckCompleted,
    ComplaintDecided,
    ComplaintFiled,
    ProcedureChecklistComputed,
)


class Complaint(Struct, frozen=True):
    """A complaint, and whether it was decided.

    Attributes:
        person: Who is complained of, None for an office.
    """

    against: Against
    person: str | None
    decided: bool = False


class Evaluation(Struct, frozen=True, gc=False):
    """Who has said how it was.

    Attributes:
        heard: Parties and mediators' persons, of those the eyes may know of.
        closed: Whether the evaluation is closed.
        checklist: Event (room:seq) of the latest checklist.
        bias_checks: Events (room:seq) of bias checks.
        complaints: By party and its own id.
    """

    heard: frozenset[str] = frozenset()
    closed: bool = False
    checklist: str | None = None
    bias_checks: tuple[str, ...] = ()
    complaints: Mapping[tuple[str, str], Complaint] = MappingProxyType({})


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
        case ProcedureChecklistComputed():
            return replace(state, checklist=frame.ref)
        case BiasCheckCompleted():
            return replace(state, bias_checks=(*state.bias_checks, frame.ref))
        case ComplaintFiled():
            filed = Complaint(event.against, event.person)
            return _complained(state, (event.party, event.complaint_id), filed)
        case ComplaintDecided():
            key = (event.party, event.complaint_id)
            known = state.complaints.get(key)
            decided = known and replace(known, decided=True)
            return _complained(state, key, decided) if decided else state
        case _:
            assert_never(event)


def _complained(state: Evaluation, key: tuple[str, str], complaint: Complaint) -> Evaluation:
    return replace(state, complaints={**state.complaints, key: complaint})
