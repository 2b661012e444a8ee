"""Fold what proceedings there are beside the mediation, and which time does not run."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.intake.circumstance_events import (
    CircumstanceEvent,
    LimitationEffectNoted,
    ParallelProceedingDisclosed,
    ProceedingStatus,
    StandstillAgreed,
)


class Proceeding(Struct, frozen=True):
    """A proceeding elsewhere, as its party last told of it."""

    party: str
    status: ProceedingStatus
    ref: str


class Circumstances(Struct, frozen=True):
    """What goes on beside the mediation; an adjournment changes nothing of it.

    Attributes:
        standstill: First and last day of the standstill agreed last, None for none; its end is
            None where it lasts as long as the mediation.
        limitations: Events (room:seq) that note an effect on a limitation period.
        proceedings: Proceedings disclosed, by id.
    """

    standstill: tuple[str, str | None] | None = None
    limitations: tuple[str, ...] = ()
    proceedings: Mapping[str, Proceeding] = MappingProxyType({})


def noted(state: Circumstances, event: CircumstanceEvent, ref: str) -> Circumstances:
    """Fold one circumstance."""
    match event:
        case StandstillAgreed():
            return replace(state, standstill=(event.starts, event.ends))
        case LimitationEffectNoted():
            return replace(state, limitations=(*state.limitations, ref))
        case ParallelProceedingDisclosed():
            told = Proceeding(event.party, event.status, ref)
            return replace(state, proceedings={**state.proceedings, event.proceeding_id: told})
        case _:
            assert_never(event)
