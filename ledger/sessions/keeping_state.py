"""Fold what is kept of the meetings: caucuses by number, recordings, summaries all confirmed."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias, assert_never, get_args

from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import Event, Frame
from ledger.rooms import caucus_of
from ledger.sessions.caucus_events import CaucusOpened
from ledger.sessions.events import SummaryConfirmed, SummaryCorrected, SummaryGiven
from ledger.sessions.keeping_events import CaucusesCounted, RecordingDestroyed, RecordingMade

Kept: TypeAlias = (
    CaucusOpened
    | CaucusesCounted
    | RecordingMade
    | RecordingDestroyed
    | SummaryGiven
    | SummaryConfirmed
    | SummaryCorrected
)
KEPT: frozenset[type[Event]] = frozenset(get_args(Kept))


class Keeping(Struct, frozen=True, kw_only=True):
    """What is kept of the meetings, as far as the eyes may see.

    Attributes:
        caucuses: How many were opened, by room.
        counted: Mandates whose caucuses were counted before all.
        recordings: Whether a recording is still kept, by id.
        summaries: Of which session a summary is, None for none, by id.
        confirmed: Parties that found a summary right and did not correct it since, by id.
    """

    caucuses: Mapping[str, int] = MappingProxyType({})
    counted: frozenset[int] = frozenset()
    recordings: Mapping[str, bool] = MappingProxyType({})
    summaries: Mapping[str, str | None] = MappingProxyType({})
    confirmed: Mapping[str, frozenset[str]] = MappingProxyType({})

    def held(self, parties: Iterable[str], mandate: int) -> int:
        """Say how many caucuses were opened under a mandate."""
        return sum(self.caucuses.get(caucus_of(party, mandate), 0) for party in parties)

    def still_kept(self) -> tuple[str, ...]:
        """Name the recordings not destroyed."""
        return tuple(name for name, kept in self.recordings.items() if kept)

    def agreed(self, session_id: str, parties: Iterable[str]) -> tuple[str, ...]:
        """Name the summaries of a session that every one of some parties found right."""
        needed = frozenset(parties)
        return tuple(
            name
            for name, session in self.summaries.items()
            if session == session_id and needed <= self.confirmed.get(name, frozenset())
        )


def evolve(state: Keeping, frame: Frame[Kept]) -> Keeping:
    """Fold one event."""
    event = frame.event
    match event:
        case CaucusOpened():
            number = state.caucuses.get(frame.room, 0) + 1
            return replace(state, caucuses={**state.caucuses, frame.room: number})
        case CaucusesCounted():
            return replace(state, counted=state.counted | {event.mandate_number})
        case RecordingMade():
            return replace(state, recordings={**state.recordings, event.recording_id: True})
        case RecordingDestroyed():
            return replace(state, recordings={**state.recordings, event.recording_id: False})
        case SummaryGiven():
            known = {**state.summaries, event.summary_id: event.session_id}
            return replace(state, summaries=known)
        case SummaryConfirmed() | SummaryCorrected():
            return _answered(state, event)
        case _:
            assert_never(event)


def _answered(state: Keeping, event: SummaryConfirmed | SummaryCorrected) -> Keeping:
    others = state.confirmed.get(event.summary_id, frozenset()) - {event.party}
    by = others | {event.party} if isinstance(event, SummaryConfirmed) else others
    return replace(state, confirmed={**state.confirmed, event.summary_id: by})
