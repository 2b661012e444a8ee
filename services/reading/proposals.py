"""Tell the history of proposals, each with what it changes of the one it answers."""

from collections.abc import Iterable, Iterator

from msgspec.structs import asdict

from ledger.negotiation.differences import ClauseDifference
from ledger.parties import ENDED
from projections import proposal_tree
from projections.proposal_tree import Branch
from services.reading import words
from services.reading.eyes import Eyes
from services.reading.sources import Source, sources


class Told(proposal_tree.Shown, frozen=True, kw_only=True):
    """A proposal; the names are those of the JSON document.

    Attributes:
        number: Number of its case.
        status_in_words: Where it stands.
        depth: How many proposals it answers, one after the other.
        differences: What it changes of the terms it answers.
    """

    number: str | None
    status_in_words: str
    depth: int
    differences: tuple[ClauseDifference, ...]


def proposals(eyes: Eyes, case: str | None) -> Iterator[Told]:
    """Tell the proposals of one case or of all: each followed by those that answer it.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.looks`.
    """
    for source in sources(eyes, case):
        yield from of_source(source)


def of_source(source: Source) -> Iterator[Told]:
    """Tell the proposals of one case."""
    listed = source.listed
    history = proposal_tree.history(
        source.proposals(),
        source.clauses,
        external_ref=listed.external_ref,
        ended=listed.phase in ENDED,
    )
    yield from _told(proposal_tree.tree(history), listed.number, 0)


def _told(branches: Iterable[Branch], number: str | None, depth: int) -> Iterator[Told]:
    for branch in branches:
        yield Told(
            **asdict(branch.proposal),
            number=number,
            status_in_words=words.status(branch.proposal.status),
            depth=depth,
            differences=branch.differences,
        )
        yield from _told(branch.answered_by, number, depth + 1)
