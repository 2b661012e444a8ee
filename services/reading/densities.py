"""Tell a timeline as densely as somebody wants it: by steps, by acts, or entry by entry.

An act may record several entries, such as an invitation and the date it sets. They carry one
command of one actor, which whoever reads them reads in the audit trail too.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal, NamedTuple, TypeAlias, get_args

from ledger import phases
from ledger.envelope import Event, Frame
from ledger.negotiation.handling_events import ProposalValidityExtended
from projections.proposal_history import ProposalEvent
from services.reading.looking import Look
from services.reading.timeline import Entry

Density: TypeAlias = Literal["steps", "acts", "record"]
DENSITIES: Final[tuple[Density, ...]] = get_args(Density)
STEPS: Final[frozenset[type[Event]]] = phases.MOVERS | frozenset(get_args(ProposalEvent)) - {
    ProposalValidityExtended
}
"""Events that may move a case or a proposal."""


class Row(NamedTuple):
    """A row of a timeline.

    Attributes:
        entry: What is told.
        more: Entries of the same act, in order.
        silence_days: Whole days without any entry before it, None where fewer than a week.
    """

    entry: Entry
    more: tuple[Entry, ...] = ()
    silence_days: int | None = None


def rows(look: Look, timeline: Iterable[Entry], density: Density) -> tuple[Row, ...]:
    """Arrange a timeline.

    Args:
        look: What is seen.
        timeline: Its entries, in the order in which things happened.
        density: How densely it is told.
    """
    frames = {kept.frame.ref: kept.frame for kept in look.kept}
    if density == "record":
        return tuple(Row(entry, (), entry.silence_days) for entry in timeline)
    acts = tuple(_acts(timeline, frames))
    return acts if density == "acts" else tuple(_steps(acts, frames))


def _acts(timeline: Iterable[Entry], frames: dict[str, Frame[Any]]) -> Iterator[Row]:
    """Put the entries of one act together, where the first of them stands."""
    acts: dict[tuple[str, str], list[Entry]] = {}
    for entry in timeline:
        frame = frames[entry.entry]
        acts.setdefault((frame.actor, frame.command), []).append(entry)
    for first, *more in acts.values():
        yield Row(first, tuple(more), first.silence_days)


def _steps(acts: Iterable[Row], frames: dict[str, Frame[Any]]) -> Iterator[Row]:
    """Keep what moves a case; a silence before an act that is left out is told at the next."""
    silence: int | None = None
    for act in acts:
        silence = max(filter(None, (silence, act.silence_days)), default=None)
        moving = [e for e in (act.entry, *act.more) if type(frames[e.entry].event) in STEPS]
        if moving:
            yield Row(moving[0], tuple(moving[1:]), silence)
            silence = None
