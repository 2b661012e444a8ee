"""Set two proposals side by side: issue by issue, then word by word."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from ledger.errors import RuleViolation
from ledger.negotiation.differences import ClauseDifference, clause_differences
from ledger.terms import Clause
from projections.proposal_tree import terms_of
from services.reading.proposals import Told


class Issue(Struct, frozen=True, kw_only=True):
    """An issue as several proposals settle it.

    Attributes:
        issue: Its name.
        clauses: What each proposal says of it, in their order; empty where it says nothing.
        differences: What differs between the first and the last, clause by clause.
        same: Whether they say the same of it.
    """

    issue: str
    clauses: tuple[tuple[Clause, ...], ...]
    differences: tuple[ClauseDifference, ...]
    same: bool


def name_of(told: Told) -> str:
    """Name a proposal within its case, such as `joint/P1`."""
    return f"{told.room}/{told.proposal_id}"


def named(proposals: Iterable[Told], name: str) -> Told:
    """Find a proposal by its name, or by its id where the viewer reads one proposal called so.

    Raises:
        RuleViolation: proposal_is_known; the same for one that is not there or not to be read.
    """
    listed = list(proposals)
    found = [told for told in listed if name_of(told) == name]
    found = found or [told for told in listed if told.proposal_id == name]
    if len(found) == 1:
        return found[0]
    raise RuleViolation(
        "proposal_is_known", f"there is no proposal {name[:80]!r} here", "one that is listed"
    )


def side_by_side(proposals: Sequence[Told]) -> tuple[Issue, ...]:
    """Compare proposals, issue by issue: those of the first, then what the others add."""
    terms = [terms_of(told) for told in proposals]
    issues = dict.fromkeys(clause.issue for clauses in terms for clause in clauses)
    return tuple(_issue(issue, terms) for issue in issues)


def _issue(issue: str, terms: Sequence[tuple[Clause, ...]]) -> Issue:
    about = tuple(tuple(c for c in clauses if c.issue == issue) for clauses in terms)
    differences = tuple(clause_differences(about[0], about[-1]))
    return Issue(
        issue=issue,
        clauses=about,
        differences=differences,
        same=all(clauses == about[0] for clauses in about),
    )
