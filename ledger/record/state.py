"""Fold what the record says of itself: entries, corrections, contests, holds, facts told."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, assert_never, get_args

from msgspec import Struct
from msgspec.structs import replace

from ledger.deadlines import DeadlineEvent, DeadlineSet
from ledger.envelope import Event, Frame
from ledger.instants import parse_instant
from ledger.keyring import BoundKey, ended
from ledger.parties import Entry
from ledger.record.entries import Entries, Log, with_frames
from ledger.record.erasure_events import (
    ContentErased,
    ErasureAssessed,
    ErasureExecuted,
    ErasureRequested,
    RecordsDestroyed,
)
from ledger.record.erasure_state import Erasures, renewed
from ledger.record.erasure_state import evolve as erased
from ledger.record.events import (
    ContestAnswered,
    EntryContested,
    EntryCorrected,
    EntryVoided,
    FactReported,
    HoldNoted,
    LateEntryRecorded,
    LegalHoldPlaced,
    LegalHoldReleased,
    ToldEvent,
)
from ledger.record.governance_state import RETENTION, Governance, kept_anew
from ledger.record.governance_state import evolve as governed
from ledger.record.key_events import KeyBound, KeyRevoked
from ledger.record.opening_events import OpeningEvent
from ledger.record.opening_state import Openings
from ledger.record.opening_state import evolve as opening_told

DATES = get_args(DeadlineEvent)
# Asked for each event folded: a type in a set is found many times as fast as by `isinstance`.
_DATES: frozenset[type[Event]] = frozenset(DATES)
_OWN: frozenset[type[Event]] = frozenset(get_args(ToldEvent))
_OPENINGS: frozenset[type[Event]] = frozenset(get_args(OpeningEvent))
_KEYS: frozenset[type[Event]] = frozenset((KeyBound, KeyRevoked))
_TOLD = _DATES | _OWN | _OPENINGS | _KEYS
Said = Mapping[str, tuple[str, ...]]


class Record(Struct, frozen=True, gc=False, kw_only=True):
    """Where the record stands, as far as the eyes may see.

    Attributes:
        rooms: Every entry, by room.
        corrected: Events (room:seq) that correct an entry, by that entry.
        voided: The event (room:seq) that voided an entry, by that entry.
        contested: Events (room:seq) that contest an entry, by that entry.
        answered: Contests (room:seq) that were answered.
        late: Events (room:seq) that mark an entry as late.
        irregular: Entries (room:seq) that break a rule.
        dates: Dates (room, id) a command set, met or missed, by (actor, command).
        holds: Ids of holds in force, for eyes that may read the registry's room.
        holds_noted: How many holds the parties were told of, less those released.
        hidden_holds: Ids of holds in force the parties were not told of.
        hold_ids: Ids ever given to a hold.
        facts: Events (room:seq) that told a fact, by fact.
        governance: What is sealed, what expired, whom notices reached.
        erasures: What was asked to be erased, and what was.
        keys: Keys with which actors sign, in the order of binding.
        openings: Who of the registry may read a caucus.
    """

    rooms: Mapping[str, Log] = MappingProxyType({})
    corrected: Said = MappingProxyType({})
    voided: Mapping[str, str] = MappingProxyType({})
    contested: Said = MappingProxyType({})
    answered: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    irregular: tuple[str, ...] = ()
    dates: Mapping[tuple[str, str], tuple[tuple[str, str], ...]] = MappingProxyType({})
    holds: tuple[str, ...] = ()
    holds_noted: int = 0
    hidden_holds: tuple[str, ...] = ()
    hold_ids: tuple[str, ...] = ()
    facts: Said = MappingProxyType({})
    governance: Governance = Governance()
    erasures: Erasures = Erasures()
    keys: tuple[BoundKey, ...] = ()
    openings: Openings = Openings()

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Return every entry seen, by `room:seq`."""
        return Entries(self.rooms)


def fold(state: Record, frames: Sequence[Frame[Any]]) -> Record:
    """Fold the next events of the case, of whatever part."""
    after = replace(state, rooms=with_frames(state.rooms, frames))
    for frame in frames:
        if frame.irregular or type(frame.event) in _TOLD:
            after = _told(after, frame)
    return after


def _told(state: Record, frame: Frame[Any]) -> Record:
    """Fold an event that is irregular, sets or meets a date, or is of the record itself."""
    event: Event = frame.event
    changed: dict[str, Any] = {}
    if frame.irregular:
        changed["irregular"] = (*state.irregular, frame.ref)
    if type(event) in _DATES:
        key = (frame.actor, frame.command)
        dates = (*state.dates.get(key, ()), (frame.room, frame.event.deadline_id))
        changed["dates"] = {**state.dates, key: dates}
    if isinstance(event, DeadlineSet) and event.rule == RETENTION:
        changed["governance"] = kept_anew(state.governance, str(event.about))
        changed["erasures"] = renewed(state.erasures, str(event.about))
    if type(event) in _OPENINGS:
        changed["openings"] = opening_told(state.openings, frame)
    if type(event) in _KEYS:
        changed["keys"] = _keyed(state.keys, frame.event, frame.ref)
    after = replace(state, **changed)
    return _said(after, frame.event, frame.ref) if type(event) in _OWN else after


def _keyed(
    keys: tuple[BoundKey, ...], event: KeyBound | KeyRevoked, ref: str
) -> tuple[BoundKey, ...]:
    if isinstance(event, KeyRevoked):
        return ended(keys, event.key, parse_instant(event.as_of))
    ends = None if event.ends is None else parse_instant(event.ends)
    starts = parse_instant(event.starts)
    return (*keys, BoundKey(owner=event.owner, key=event.key, ref=ref, starts=starts, ends=ends))


def _said(  # noqa: C901 - one case an event
    state: Record, event: ToldEvent, ref: str
) -> Record:
    match event:
        case EntryCorrected():
            return replace(state, corrected=_more(state.corrected, event.target, ref))
        case EntryVoided():
            return replace(state, voided={**state.voided, event.target: ref})
        case LateEntryRecorded():
            return replace(state, late=(*state.late, ref))
        case EntryContested():
            return replace(state, contested=_more(state.contested, event.target, ref))
        case ContestAnswered():
            return replace(state, answered=(*state.answered, event.target))
        case LegalHoldPlaced() | LegalHoldReleased() | HoldNoted():
            return _held(state, event)
        case FactReported():
            return replace(state, facts=_more(state.facts, event.fact, ref))
        case (
            ErasureRequested()
            | ErasureAssessed()
            | ErasureExecuted()
            | ContentErased()
            | RecordsDestroyed()
        ):
            return replace(state, erasures=erased(state.erasures, event, ref))
        case _:
            return replace(state, governance=governed(state.governance, event, ref))


def _held(state: Record, event: LegalHoldPlaced | LegalHoldReleased | HoldNoted) -> Record:
    match event:
        case LegalHoldPlaced():
            hidden = (*state.hidden_holds, event.hold_id) if event.hidden else state.hidden_holds
            holds = (*state.holds, event.hold_id)
            known = (*state.hold_ids, event.hold_id)
            return replace(state, holds=holds, hidden_holds=hidden, hold_ids=known)
        case LegalHoldReleased():
            holds = tuple(h for h in state.holds if h != event.hold_id)
            hidden = tuple(h for h in state.hidden_holds if h != event.hold_id)
            return replace(state, holds=holds, hidden_holds=hidden)
        case HoldNoted():
            step = 1 if event.change == "placed" else -1
            return replace(state, holds_noted=state.holds_noted + step)
        case _:
            assert_never(event)


def _more(said: Said, key: str, ref: str) -> Said:
    return {**said, key: (*said.get(key, ()), ref)}
