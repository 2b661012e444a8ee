"""Show where a case stands and how it came there, to one viewer."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from projections.case_shown import CaseView
from services.reading.eyes import Eyes
from services.reading.looking import Look
from services.reading.timeline import Entry, timeline


class Shown(CaseView, frozen=True, kw_only=True):
    """A case with its timeline.

    Attributes:
        viewer: Whose eyes.
        as_of: The instant looked from.
        zone: Zone of the case.
        erased: How many entries say nothing any more, since that was erased.
        timeline: Its entries, in the order in which things happened.
    """

    viewer: str
    as_of: datetime
    zone: str
    erased: int
    timeline: tuple[Entry, ...]


def show(eyes: Eyes, case: str | None) -> Iterator[Shown]:
    """Show one case, or all one by one.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.looks`.
    """
    for look in eyes.looks(case):
        yield shown(look, eyes)


def shown(look: Look, eyes: Eyes) -> Shown:
    """Show one case."""
    told = timeline(look, eyes.zone(look))
    erased = sum(entry.erased for entry in told)
    return msgspec.structs.replace(headed(look, eyes), erased=erased, timeline=told)


def headed(look: Look, eyes: Eyes) -> Shown:
    """Show where one case stands without its timeline, of which no entry is opened for it."""
    return Shown(
        **msgspec.structs.asdict(look.view),
        viewer=look.viewer,
        as_of=look.now,
        zone=eyes.zone(look).key,
        erased=0,
        timeline=(),
    )
