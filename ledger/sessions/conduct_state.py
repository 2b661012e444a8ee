"""Fold common ground, questions, objections to conduct and why a session rests."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.sessions.conduct_events import (
    BalanceInterventionMade,
    Cause,
    CommonGroundConfirmed,
    CommonGroundIdentified,
    ConductEvent,
    ConductObjectionAnswered,
    ConductObjectionRaised,
    InterruptionNoted,
    OptionIntroduced,
    QuestionPosed,
    SessionRecordIssued,
    SessionSuspendedForSafety,
    SessionSuspendedForTechnicalFailure,
    SuspensionExplained,
)

Objection: TypeAlias = Literal["open", "answered"]


class Conduct(Struct, frozen=True, kw_only=True):
    """How sessions were led, as far as the eyes may see.

    Attributes:
        ground: Common ground by id; the value is the parties that confirmed it.
        questions: Ids of questions posed.
        introduced: Options (room:seq) brought into the talks.
        objections: Objections to conduct, by id.
        suspended: Why a session was suspended, by session, until it is resumed or closed.
        interruptions: How often a party was interrupted, by party.
        interventions: How often the mediator kept the balance.
        explained: Sessions of which a suspension was explained.
    """

    ground: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    questions: frozenset[str] = frozenset()
    introduced: tuple[str, ...] = ()
    objections: Mapping[str, Objection] = MappingProxyType({})
    suspended: Mapping[str, Cause] = MappingProxyType({})
    interruptions: Mapping[str, int] = MappingProxyType({})
    interventions: int = 0
    explained: frozenset[str] = frozenset()


def evolve(state: Conduct, event: ConductEvent) -> Conduct:  # noqa: C901 - one case an event
    """Fold one event."""
    match event:
        case CommonGroundIdentified():
            return replace(state, ground={**state.ground, event.ground_id: ()})
        case CommonGroundConfirmed():
            agreed = (*state.ground.get(event.ground_id, ()), event.party)
            return replace(state, ground={**state.ground, event.ground_id: agreed})
        case QuestionPosed():
            return replace(state, questions=state.questions | {event.question_id})
        case OptionIntroduced():
            return replace(state, introduced=(*state.introduced, event.option))
        case ConductObjectionRaised():
            return replace(state, objections={**state.objections, event.objection_id: "open"})
        case ConductObjectionAnswered():
            return replace(state, objections={**state.objections, event.objection_id: "answered"})
        case SessionSuspendedForSafety():
            return _suspended(state, event.session_id, "safety")
        case SessionSuspendedForTechnicalFailure():
            return _suspended(state, event.session_id, "technical_failure")
        case SuspensionExplained():
            return replace(state, explained=state.explained | {event.session_id})
        case InterruptionNoted():
            count = state.interruptions.get(event.of, 0) + 1
            return replace(state, interruptions={**state.interruptions, event.of: count})
        case BalanceInterventionMade():
            return replace(state, interventions=state.interventions + 1)
        case SessionRecordIssued():
            return state
        case _:
            assert_never(event)


def _suspended(state: Conduct, session_id: str, cause: Cause) -> Conduct:
    return replace(state, suspended={**state.suspended, session_id: cause})


def going_on(state: Conduct, session_id: str) -> Conduct:
    """Forget why a session was suspended, once it goes on or is closed."""
    if session_id not in state.suspended:
        return state
    left = {name: cause for name, cause in state.suspended.items() if name != session_id}
    return replace(state, suspended=left)
