"""Fold who asked to join, who agreed, and how it ended."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import Frame
from ledger.intake.joinder_events import (
    Access,
    JoinderConsented,
    JoinderRefused,
    JoinderRequested,
)


class Joinder(Struct, frozen=True):
    """A joinder asked for.

    Attributes:
        party: Who would join.
        asked_by: Who asked.
        access: What it would read of the common record.
        issues: Issues it is concerned with.
        ref: Event (room:seq) that asked.
        asked: When that was recorded.
        agreed: Parties that agreed, the joiner itself among them.
        accepts_terms: Whether the joiner accepts the confidentiality terms.
        outcome: How it ended, None while it is open.
    """

    party: str
    asked_by: str
    access: Access
    issues: tuple[str, ...]
    ref: str
    asked: datetime
    agreed: frozenset[str] = frozenset()
    accepts_terms: bool = False
    outcome: Literal["refused", "joined"] | None = None


def asked_or_answered(
    joinders: Mapping[str, Joinder],
    event: JoinderRequested | JoinderConsented | JoinderRefused,
    frame: Frame[Any],
) -> Mapping[str, Joinder]:
    """Fold a request to join, or an answer to it."""
    if isinstance(event, JoinderRequested):
        new = Joinder(
            event.party, event.asked_by, event.access, event.issues, frame.ref, frame.recorded
        )
        return {**joinders, event.party: new}
    known = joinders.get(event.joiner)
    if known is None:
        return joinders
    match event:
        case JoinderConsented():
            changed = replace(
                known,
                agreed=known.agreed | {event.party},
                accepts_terms=known.accepts_terms or event.accepts_terms,
            )
        case JoinderRefused():
            changed = replace(known, outcome="refused")
        case _:
            assert_never(event)
    return {**joinders, event.joiner: changed}
