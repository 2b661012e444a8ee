"""Fold what the registry found when it looked at a request."""

from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.intake.screening_events import (
    Missing,
    RequestFoundIncomplete,
    RequestSupplemented,
    Risk,
    Suitability,
    SuitabilityAssessed,
)


class Screening(Struct, frozen=True):
    """What a request lacks, what was supplied, and how the dispute was judged.

    Attributes:
        missing: What it still lacks.
        supplements: Events (room:seq) that supplied something, in order.
        suitability: The latest judgement, None before the first or where it may not be seen.
        risks: Kinds of risk seen by it.
    """

    missing: tuple[Missing, ...] = ()
    supplements: tuple[str, ...] = ()
    suitability: Suitability | None = None
    risks: tuple[Risk, ...] = ()


def screened(
    state: Screening,
    event: RequestFoundIncomplete | RequestSupplemented | SuitabilityAssessed,
    ref: str,
) -> Screening:
    """Fold one finding or supplement."""
    match event:
        case RequestFoundIncomplete():
            lacking = dict.fromkeys((*state.missing, *event.missing))
            return replace(state, missing=tuple(lacking))
        case RequestSupplemented():
            left = tuple(m for m in state.missing if m not in event.supplied)
            return replace(state, missing=left, supplements=(*state.supplements, ref))
        case SuitabilityAssessed():
            return replace(state, suitability=event.result, risks=event.risks)
        case _:
            assert_never(event)
