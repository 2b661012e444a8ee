"""Fold with which other cases a case is dealt with, and where its issues are."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.intake.consolidation_events import CasesConsolidated, CaseSplit, ConsolidationEvent

Issues = Mapping[str, str]
"""Issues of a case, each with the event (room:seq) that defined it."""


class Consolidation(Struct, frozen=True):
    """With which other cases a case is dealt with.

    Attributes:
        lead: The leading case, None where this is dealt with alone.
        leads: Whether that is this case.
        cases: The other cases.
        rests: Whether the talks rest here, since they go on in the leading case.
        gone: Issues of this case that are dealt with in the leading one.
    """

    lead: str | None = None
    leads: bool = False
    cases: tuple[str, ...] = ()
    rests: bool = False
    gone: Issues = MappingProxyType({})


def consolidated(
    state: Consolidation, issues: Issues, event: ConsolidationEvent, ref: str
) -> tuple[Consolidation, Issues]:
    """Fold one event into what is known and into the issues of the case."""
    match event:
        case CasesConsolidated(part="lead"):
            cases = tuple(dict.fromkeys((*state.cases, *event.cases)))
            after = replace(state, lead=event.lead, leads=True, cases=cases)
            return after, {**issues, **dict.fromkeys(event.issues, ref)}
        case CasesConsolidated():
            gone = {name: at for name, at in issues.items() if name in event.issues}
            after = Consolidation(
                lead=event.lead, cases=event.cases, rests=event.rests, gone={**state.gone, **gone}
            )
            return after, {name: at for name, at in issues.items() if name not in gone}
        case CaseSplit(returns=True):
            return Consolidation(), {**issues, **state.gone}
        case CaseSplit():
            left = tuple(case for case in state.cases if case != event.case)
            after = replace(state, cases=left) if left else Consolidation()
            return after, {name: at for name, at in issues.items() if name not in event.issues}
        case _:
            assert_never(event)
