"""Tell the history of proposals, each with what it changes of the one it answers."""

from collections.abc import Iterable, Iterator

from msgspec.structs import asdict, replace

from ledger.negotiation.differences import ClauseDifference
from ledger.parties import ENDED
from projections import proposal_tree
from projections.proposal_tree import Branch
from services.reading import words
from services.reading.contests import Contest, Contests, contests
from services.reading.eyes import Eyes
from services.reading.looking import Erasure
from services.reading.sources import Source, sources


class Told(proposal_tree.Shown, frozen=True, kw_only=True):
    """A proposal; the names are those of the JSON document.

    Attributes:
        number: Number of its case.
        status_in_words: Where it stands.
        depth: How many proposals it answers, one after the other.
        differences: What it changes of the terms it answers.
        contests: Objections to the entry that tabled it, with their answers.
        erasure: Why its terms are gone, None where they are not or that is not recorded.
    """

    number: str | None
    status_in_words: str
    depth: int
    differences: tuple[ClauseDifference, ...]
    contests: tuple[Contest, ...]
    erasure: Erasure | None = None


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
    tree = proposal_tree.tree(history)
    for told in _told(tree, listed.number, contests(source), 0):
        why = source.erasure(told.tabled)
        yield told if why is None else replace(told, erasure=why)


def _told(
    branches: Iterable[Branch], number: str | None, said_of: Contests, depth: int
) -> Iterator[Told]:
    for branch in branches:
        yield Told(
            **asdict(branch.proposal),
            number=number,
            status_in_words=words.status(branch.proposal.status),
            depth=depth,
            differences=branch.differences,
            contests=said_of.get(branch.proposal.tabled, ()),
        )
        yield from _told(branch.answered_by, number, said_of, depth + 1)
