"""Fold who gave feedback and whether the evaluation is closed."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import Frame
from ledger.evaluation.comment_events import BalanceCommented
from ledger.evaluation.events import (
    EvaluationClosed,
    EvaluationEvent,
    FeedbackRequested,
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
from ledger.evaluation.sharing_events import FeedbackShared


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
        asked: Parties whose feedback was asked for.
        heard: Parties and mediators' persons, of those the eyes may know of.
        usable: Event (room:seq) of the feedback of each party that agreed to its use.
        shared: Rooms the parties' answers were shared in.
        closed: Whether the evaluation is closed.
        checklist: Event (room:seq) of the latest checklist.
        bias_checks: Events (room:seq) of bias checks.
        complaints: By party and its own id.
    """

    asked: frozenset[str] = frozenset()
    heard: frozenset[str] = frozenset()
    usable: Mapping[str, str] = MappingProxyType({})
    shared: frozenset[str] = frozenset()
    closed: bool = False
    checklist: str | None = None
    bias_checks: tuple[str, ...] = ()
    complaints: Mapping[tuple[str, str], Complaint] = MappingProxyType({})


def evolve(  # noqa: C901 - one case an event
    state: Evaluation, frame: Frame[EvaluationEvent]
) -> Evaluation:
    """Fold one event."""
    event = frame.event
    match event:
        case FeedbackRequested():
            return replace(state, asked=state.asked | frozenset(event.parties))
        case PartyFeedbackReceived():
            usable = {event.party: frame.ref} if event.consent_to_use else {}
            heard = state.heard | {event.party}
            return replace(state, heard=heard, usable={**state.usable, **usable})
        case FeedbackShared():
            return replace(state, shared=state.shared | {frame.room})
        case MediatorFeedbackReceived():
            return replace(state, heard=state.heard | {event.person})
        case EvaluationClosed():
            return replace(state, closed=True)
        case ProcedureChecklistComputed():
            return replace(state, checklist=frame.ref)
        case BiasCheckCompleted():
            return replace(state, bias_checks=(*state.bias_checks, frame.ref))
        case BalanceCommented():
            return state
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
