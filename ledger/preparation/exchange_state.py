"""Fold what was read, asked, noted and arranged before the sides meet."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import Frame
from ledger.preparation.exchange_events import (
    AccessArranged,
    AccessNeedRecorded,
    BarrierNoted,
    DocumentReviewed,
    ExchangeEvent,
    InformationRequested,
    InformationSupplied,
    ParticipantListSet,
    PriorCommunicationsReviewed,
    StrategyNoted,
)

Place = tuple[str, str]
"""A room, and the name of a thing within it."""


class Asked(Struct, frozen=True):
    """Information asked of a party, and whether it was supplied."""

    of: str
    supplied: bool = False


class Exchange(Struct, frozen=True, kw_only=True):
    """What of it the eyes behind an act may see.

    Attributes:
        reviewed: Papers the mediator read, by (room, id).
        communications: How often prior communications were reviewed.
        requests: Information asked for, by (room, id).
        barriers: Barriers noted, by (room, id).
        strategies: Strategies noted, by (room, id).
        lists: Persons listed for a session, by (session, party); "" for those of no party.
        needs: Whether an access need was met, by (room, id).
    """

    reviewed: frozenset[Place] = frozenset()
    communications: int = 0
    requests: Mapping[Place, Asked] = MappingProxyType({})
    barriers: frozenset[Place] = frozenset()
    strategies: frozenset[Place] = frozenset()
    lists: Mapping[Place, tuple[str, ...]] = MappingProxyType({})
    needs: Mapping[Place, bool] = MappingProxyType({})


def evolve(  # noqa: C901 - one case an event
    state: Exchange, frame: Frame[Any], event: ExchangeEvent
) -> Exchange:
    """Fold one event."""
    room = frame.room
    match event:
        case DocumentReviewed():
            return replace(state, reviewed=state.reviewed | {(room, event.doc_id)})
        case PriorCommunicationsReviewed():
            return replace(state, communications=state.communications + 1)
        case InformationRequested():
            asked = {**state.requests, (room, event.request_id): Asked(event.of)}
            return replace(state, requests=asked)
        case InformationSupplied():
            given = {**state.requests, (room, event.request_id): Asked(event.party, supplied=True)}
            return replace(state, requests=given)
        case BarrierNoted():
            return replace(state, barriers=state.barriers | {(room, event.barrier_id)})
        case StrategyNoted():
            return replace(state, strategies=state.strategies | {(room, event.strategy_id)})
        case ParticipantListSet():
            key = (event.session_id, event.party or "")
            return replace(state, lists={**state.lists, key: event.persons})
        case AccessNeedRecorded() | AccessArranged():
            met = isinstance(event, AccessArranged)
            return replace(state, needs={**state.needs, (room, event.need_id): met})
        case _:
            assert_never(event)
