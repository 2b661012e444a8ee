"""Fold erasures: what was asked for, granted and executed, and which entries it reached."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.record.erasure_events import (
    ContentErased,
    ErasureAssessed,
    ErasureEvent,
    ErasureExecuted,
    ErasureRequested,
    ErasureScope,
    RecordsDestroyed,
)
from ledger.terms import ErasureGround

Stage: TypeAlias = Literal["requested", "granted", "refused", "executed"]


class Erasure(Struct, frozen=True):
    """Where a request stands.

    Attributes:
        erasure_id: Its id.
        ref: Event (room:seq) that asked for it, as first seen.
        requester: Who asked.
        scope: What it reaches.
        kind: Class of records, where it is one.
        stage: How far it is.
        ground: Legal basis, once granted.
        kept: Types of entries that are kept.
        assessed: Event (room:seq) that granted or refused it, None before.
    """

    erasure_id: str
    ref: str
    requester: str
    scope: ErasureScope
    kind: str | None = None
    stage: Stage = "requested"
    ground: ErasureGround | None = None
    kept: tuple[str, ...] = ()
    assessed: str | None = None


class Stub(Struct, frozen=True):
    """What marks an entry as erased.

    Attributes:
        ref: Event (room:seq) that erased it.
        ground: Legal basis in a word.
    """

    ref: str
    ground: str


class Erasures(Struct, frozen=True, kw_only=True):
    """Erasures, as far as the eyes may see.

    Attributes:
        asked: Requests, by id.
        erased: By entry (room:seq) what erased it.
        destroyed: Classes of records that were destroyed since they last expired.
    """

    asked: Mapping[str, Erasure] = MappingProxyType({})
    erased: Mapping[str, Stub] = MappingProxyType({})
    destroyed: frozenset[str] = frozenset()


def evolve(state: Erasures, event: ErasureEvent, ref: str) -> Erasures:
    """Fold one event."""
    match event:
        case ErasureRequested():
            return _asked(state, event, ref)
        case ErasureAssessed():
            return _assessed(state, event, ref)
        case ErasureExecuted():
            return _stands(state, event.erasure_id, stage="executed")
        case ContentErased():
            stub = Stub(ref, event.ground)
            return replace(state, erased={**state.erased, **dict.fromkeys(event.targets, stub)})
        case RecordsDestroyed():
            return replace(state, destroyed=state.destroyed | {event.kind})
        case _:
            assert_never(event)


def renewed(state: Erasures, kind: str) -> Erasures:
    """Count the time of a class afresh, once a reopened case is closed again."""
    return replace(state, destroyed=state.destroyed - {kind})


def _asked(state: Erasures, event: ErasureRequested, ref: str) -> Erasures:
    """Take in a request once, of however many rooms it is seen."""
    if event.erasure_id in state.asked:
        return state
    asked = Erasure(event.erasure_id, ref, event.requester, event.scope, event.kind)
    return replace(state, asked={**state.asked, event.erasure_id: asked})


def _assessed(state: Erasures, event: ErasureAssessed, ref: str) -> Erasures:
    stage: Stage = "refused" if event.result == "refused" else "granted"
    known = state.asked.get(event.erasure_id)
    seen = known.assessed if known is not None and not ref.startswith("protection") else None
    return _stands(
        state,
        event.erasure_id,
        stage=stage,
        ground=event.ground,
        kept=event.kept,
        assessed=seen or ref,
    )


def _stands(state: Erasures, erasure_id: str, **now: object) -> Erasures:
    known = state.asked.get(erasure_id)
    if known is None:
        return state
    return replace(state, asked={**state.asked, erasure_id: replace(known, **now)})
