"""Fold erasures over every case: asked for, granted, executed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import Frame
from ledger.institution.subject_erasure_events import (
    SubjectErasureAssessed,
    SubjectErasureEvent,
    SubjectErasureExecuted,
    SubjectErasureRequested,
)
from ledger.terms import ErasureGround

Stage: TypeAlias = Literal["requested", "granted", "refused", "executed"]


class SubjectErasure(Struct, frozen=True, kw_only=True):
    """Where a request stands.

    Attributes:
        erasure_id: Its id.
        subject: Whose data are meant.
        requested_by: Who asked.
        requested: When.
        stage: How far it is.
        ground: Legal basis, once granted.
        kept: Types of entries that are kept.
        granted_by: Who granted or refused it, as actor and at the keyboard; empty before.
        assessed: When that was.
        assessed_ref: Event (room:seq) that says so.
        executed_by: Who let it be carried out, as actor and at the keyboard; empty before.
        executed: When; what was recorded later is not meant.
        order: Event (room:seq) of the order.
    """

    erasure_id: str
    subject: str
    requested_by: str
    requested: datetime
    stage: Stage = "requested"
    ground: ErasureGround | None = None
    kept: tuple[str, ...] = ()
    granted_by: tuple[str, ...] = ()
    assessed: datetime | None = None
    assessed_ref: str | None = None
    executed_by: tuple[str, ...] = ()
    executed: datetime | None = None
    order: str | None = None


Erasures: TypeAlias = Mapping[str, SubjectErasure]


def evolve_erasures(known: Erasures, event: SubjectErasureEvent, frame: Frame[Any]) -> Erasures:
    """Fold one event."""
    return {**known, event.erasure_id: _after(known, event, frame)}


def _after(known: Erasures, event: SubjectErasureEvent, frame: Frame[Any]) -> SubjectErasure:
    match event:
        case SubjectErasureRequested():
            return SubjectErasure(
                erasure_id=event.erasure_id,
                subject=event.subject,
                requested_by=frame.entered_by,
                requested=frame.recorded,
            )
        case SubjectErasureAssessed():
            return replace(
                known[event.erasure_id],
                stage="refused" if event.result == "refused" else "granted",
                ground=event.ground,
                kept=event.kept,
                granted_by=(frame.actor, frame.entered_by),
                assessed=frame.recorded,
                assessed_ref=frame.ref,
            )
        case SubjectErasureExecuted():
            return replace(
                known[event.erasure_id],
                stage="executed",
                executed_by=(frame.actor, frame.entered_by),
                executed=frame.recorded,
                order=frame.ref,
            )
        case _:
            assert_never(event)
