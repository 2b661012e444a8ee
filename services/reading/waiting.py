"""List cases with what waits for whoever reads them: their dates, proposals put to them."""

from collections.abc import Iterable, Iterator
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import asdict

from ledger.negotiation.proposal import status_of
from ledger.parties import ENDED, Phase
from projections.case_view import Listed
from projections.proposal_history import ProposalRow, proposal_of
from services.reading.eyes import Eyes
from services.reading.listing import found
from services.reading.sources import Source, sources

TO_SETTLE: Final = frozenset({"passed", "review"})
"""Dates of which the registry has to say something."""


class Waits(Struct, frozen=True, kw_only=True):
    """Something that waits for the reader.

    Attributes:
        what: A date to keep, a date that passed or asks for a review, a proposal to answer, or a
            request to decide on.
        about: The rule of the date, or the proposal.
        on: Last day of the date.
        until: Last instant of the proposal.
    """

    what: Literal["date", "passed", "review", "proposal", "request"]
    about: str | None = None
    on: str | None = None
    until: str | None = None


class Mine(Listed, frozen=True, kw_only=True):
    """A case in a list, with what waits for the reader.

    Attributes:
        waits: That, the next due first.
    """

    waits: tuple[Waits, ...]


class Wanted(Struct, frozen=True, kw_only=True):
    """Which cases are wanted.

    Attributes:
        words: Every one of which stands in the names of the case; empty for any.
        phase: Main phase, empty for any.
        outcome: How it ended, empty for any.
        waits: Whether something has to wait for the reader.
    """

    words: str = ""
    phase: str = ""
    outcome: str = ""
    waits: bool = False


def cases(eyes: Eyes, case: str | None, wanted: Wanted) -> Iterator[Mine]:
    """List one case or all, as far as they are wanted.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.looks`.
    """
    read = found(eyes, wanted.words) if wanted.words else sources(eyes, case)
    for source in read:
        listed = source.listed
        if wanted.phase in ("", listed.phase) and wanted.outcome in ("", listed.outcome):
            mine = Mine(**asdict(listed), waits=tuple(waits(source)))
            if mine.waits or not wanted.waits:
                yield mine


def waits(source: Source) -> Iterator[Waits]:
    """Tell what waits for the reader of a case; in one that has ended, nothing does."""
    party = source.viewer.partition(":")[2]
    phase = source.listed.phase
    if phase in ENDED:
        return
    if source.viewer == "registry" and phase == Phase.REQUESTED:
        yield Waits(what="request")
    yield from _dates(source, party)
    if party:
        yield from _proposals(source.proposals(), party)


def _dates(source: Source, party: str) -> Iterator[Waits]:
    for date in source.dates():
        if party and date.concerns == party and date.status == "running":
            yield Waits(what="date", about=date.rule, on=date.on)
        elif source.viewer == "registry" and date.status in TO_SETTLE:
            passed = date.status == "passed"
            yield Waits(what="passed" if passed else "review", about=date.rule, on=date.on)


def _proposals(rows: Iterable[ProposalRow], party: str) -> Iterator[Waits]:
    for row in rows:
        answered = party in row.acceptances or party in row.rejected_by
        is_open = status_of(proposal_of(row), ended=False) == "open"
        if is_open and party in row.addressees and not answered:
            yield Waits(what="proposal", about=row.proposal_id, until=row.valid_until)
