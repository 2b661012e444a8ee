"""Fold who keeps the record, and by which profiles."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import Frame
from ledger.instants import parse_instant
from ledger.institution.analyst_events import AnalystGranted, AnalystRevoked
from ledger.institution.events import (
    InstitutionEvent,
    InstitutionFounded,
    LessonRecorded,
    OperatorAdded,
    OperatorRevoked,
    OperatorRole,
    ProfileAdopted,
    ProfileKeysConfirmed,
)
from ledger.institution.feed_events import FeedChanged, FeedGranted, FeedRevoked
from ledger.institution.improvement_events import (
    ImprovementAssigned,
    ImprovementDone,
    PracticeAdopted,
)
from ledger.institution.key_events import PersonKeyBound, PersonKeyRevoked
from ledger.institution.seal_log_events import SealKeyChanged, SealLogBegun
from ledger.institution.subject_erasure_events import (
    SubjectErasureAssessed,
    SubjectErasureExecuted,
    SubjectErasureRequested,
)
from ledger.institution.subject_erasure_state import SubjectErasure, evolve_erasures
from ledger.keyring import BoundKey, ended
from ledger.profile import ProfileRef


class Improvement(Struct, frozen=True):
    """An improvement assigned.

    Attributes:
        owner: Operator who is to make it.
        due: Day at the seat by which.
        done: Whether it was made.
    """

    owner: str
    due: str | None
    done: bool = False


class Institution(Struct, frozen=True, gc=False, kw_only=True):
    """What the institution is.

    Attributes:
        founded: Whether it is.
        demo: Whether everything in it is invented.
        seat: IANA zone of its seat.
        operators: What each operator is entrusted with, by name, as of now.
        profiles: Latest version adopted, and its text, by profile id.
        texts: Text of every version adopted, by hash.
        confirmed: Keys checked, by profile id and version.
        default_profile: Id of the profile for a case that names none, None while none was chosen.
        lessons: Events (room:seq) that recorded a lesson.
        practices: Practices adopted, each with its tags, by id.
        improvements: By id.
        keys: Keys with which persons sign in every case, in the order of binding.
        feeds: What each feed is granted now, by name.
        erasures: Erasures over every case, by id.
        analysts: What each analyst grant is over now, by name.
    """

    founded: bool = False
    demo: bool = False
    seat: str | None = None
    operators: Mapping[str, tuple[OperatorRole, ...]] = MappingProxyType({})
    profiles: Mapping[str, tuple[ProfileRef, str]] = MappingProxyType({})
    texts: Mapping[str, str] = MappingProxyType({})
    confirmed: Mapping[tuple[str, int], frozenset[str]] = MappingProxyType({})
    default_profile: str | None = None
    lessons: tuple[str, ...] = ()
    practices: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    improvements: Mapping[str, Improvement] = MappingProxyType({})
    keys: tuple[BoundKey, ...] = ()
    feeds: Mapping[str, FeedGranted | FeedChanged] = MappingProxyType({})
    erasures: Mapping[str, SubjectErasure] = MappingProxyType({})
    analysts: Mapping[str, AnalystGranted] = MappingProxyType({})

    def with_role(self, role: OperatorRole) -> tuple[str, ...]:
        """Name the operators that have a role."""
        return tuple(name for name, roles in self.operators.items() if role in roles)


def evolve(  # noqa: C901 - one case an event
    state: Institution, frame: Frame[InstitutionEvent]
) -> Institution:
    """Fold one event."""
    event = frame.event
    match event:
        case InstitutionFounded():
            return replace(state, founded=True, demo=event.demo, seat=event.seat)
        case OperatorAdded():
            return replace(state, operators={**state.operators, event.operator: event.roles})
        case OperatorRevoked():
            left = {name: o for name, o in state.operators.items() if name != event.operator}
            return replace(state, operators=left)
        case ProfileAdopted():
            return _adopted(state, event)
        case ProfileKeysConfirmed():
            return _confirmed(state, event)
        case LessonRecorded():
            return replace(state, lessons=(*state.lessons, frame.ref))
        case PracticeAdopted():
            return replace(state, practices={**state.practices, event.practice_id: event.tags})
        case ImprovementAssigned():
            given = Improvement(event.owner, event.due)
            return _improved(state, event.improvement_id, given)
        case ImprovementDone():
            known = state.improvements.get(event.improvement_id)
            done = known and replace(known, done=True)
            return _improved(state, event.improvement_id, done) if done else state
        case PersonKeyBound():
            return replace(state, keys=(*state.keys, _bound(event, frame.ref)))
        case PersonKeyRevoked():
            return replace(state, keys=ended(state.keys, event.key, parse_instant(event.as_of)))
        case FeedGranted() | FeedChanged():
            return replace(state, feeds={**state.feeds, event.feed: event})
        case FeedRevoked():
            left_feeds = {n: f for n, f in state.feeds.items() if n != event.feed}
            return replace(state, feeds=left_feeds)
        case AnalystGranted():
            return replace(state, analysts={**state.analysts, event.grant: event})
        case AnalystRevoked():
            others = {n: g for n, g in state.analysts.items() if n != event.grant}
            return replace(state, analysts=others)
        case SubjectErasureRequested() | SubjectErasureAssessed() | SubjectErasureExecuted():
            return replace(state, erasures=evolve_erasures(state.erasures, event, frame))
        case SealLogBegun() | SealKeyChanged():
            return state
        case _:
            assert_never(event)


def _bound(event: PersonKeyBound, ref: str) -> BoundKey:
    ends = None if event.ends is None else parse_instant(event.ends)
    starts = parse_instant(event.starts)
    return BoundKey(owner=event.owner, key=event.key, ref=ref, starts=starts, ends=ends)


def _adopted(state: Institution, event: ProfileAdopted) -> Institution:
    ref = ProfileRef(id=event.profile_id, version=event.profile_version, hash=event.hash)
    return replace(
        state,
        profiles={**state.profiles, event.profile_id: (ref, event.text)},
        texts={**state.texts, event.hash: event.text},
        default_profile=event.profile_id if event.default else state.default_profile,
    )


def _confirmed(state: Institution, event: ProfileKeysConfirmed) -> Institution:
    which = (event.profile_id, event.profile_version)
    keys = state.confirmed.get(which, frozenset()).union(event.keys)
    return replace(state, confirmed={**state.confirmed, which: keys})


def _improved(state: Institution, name: str, improvement: Improvement) -> Institution:
    return replace(state, improvements={**state.improvements, name: improvement})
