"""Fold what has been made ready."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never, cast

from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import Event, Frame
from ledger.parties import Session
from ledger.preparation.events import (
    DocumentSubmitted,
    InterestRecorded,
    PreparationCompleted,
    PreparationEvent,
    PreparationOpened,
    PreparingEvent,
    ProtocolIssued,
    SessionCancelled,
    SessionRescheduled,
    SessionScheduled,
    StatementSubmitted,
    VenueSelected,
)
from ledger.preparation.exchange_events import EXCHANGE_EVENTS, ExchangeEvent
from ledger.preparation.exchange_state import Exchange
from ledger.preparation.exchange_state import evolve as exchanged

EXCHANGE: frozenset[type[Event]] = frozenset(EXCHANGE_EVENTS)
"""Asked for each event: a type in a set is found many times as fast as by `isinstance`."""


class Preparation(Struct, frozen=True, gc=False):
    """What of the preparation the eyes behind an act may see.

    Attributes:
        opened: Whether preparation has been opened.
        completed: Whether the mediator held it to be done.
        venue: Whether a venue has been selected.
        protocols: Number of protocols issued.
        scheduled: Sessions fixed or cancelled, by id.
        starts: When each session fixed begins, RFC 9557, by id.
        papers: Statements, interests and documents, by (room, id); the value is the party.
        documents: Statements and documents, by (room, id).
        exchange: What was read, asked, noted and arranged.
    """

    opened: bool = False
    completed: bool = False
    venue: bool = False
    protocols: int = 0
    scheduled: Mapping[str, Session] = MappingProxyType({})
    starts: Mapping[str, str] = MappingProxyType({})
    papers: Mapping[tuple[str, str], str] = MappingProxyType({})
    documents: frozenset[tuple[str, str]] = frozenset()
    exchange: Exchange = Exchange()


def evolve(state: Preparation, frame: Frame[PreparationEvent]) -> Preparation:
    """Fold one event."""
    event = frame.event
    if type(event) in EXCHANGE:
        held = exchanged(state.exchange, frame, cast("ExchangeEvent", event))
        return replace(state, exchange=held)
    return _prepared(state, frame, cast("PreparingEvent", event))


def _prepared(  # noqa: C901 - one case an event
    state: Preparation, frame: Frame[PreparationEvent], event: PreparingEvent
) -> Preparation:
    match event:
        case PreparationOpened():
            return replace(state, opened=True)
        case StatementSubmitted():
            return _paper(state, frame.room, event.statement_id, event.party)
        case InterestRecorded():
            return _filed(state, frame.room, event.interest_id, event.party)
        case DocumentSubmitted():
            return _paper(state, frame.room, event.doc_id, event.party)
        case VenueSelected():
            return replace(state, venue=True)
        case SessionScheduled() | SessionRescheduled():
            return _fixed(state, event)
        case SessionCancelled():
            gone = Session(event.session_id, "cancelled")
            return replace(state, scheduled={**state.scheduled, event.session_id: gone})
        case ProtocolIssued():
            return replace(state, protocols=state.protocols + 1)
        case PreparationCompleted():
            return replace(state, completed=True)
        case _:
            assert_never(event)


def _paper(state: Preparation, room: str, name: str, party: str) -> Preparation:
    kept = replace(state, documents=state.documents | {(room, name)})
    return _filed(kept, room, name, party)


def _filed(state: Preparation, room: str, name: str, party: str) -> Preparation:
    return replace(state, papers={**state.papers, (room, name): party})


def _fixed(state: Preparation, event: SessionScheduled | SessionRescheduled) -> Preparation:
    name = event.session_id
    return replace(
        state,
        scheduled={**state.scheduled, name: Session(name, "scheduled")},
        starts={**state.starts, name: event.start},
    )
