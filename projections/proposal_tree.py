"""Tell the history of proposals: what answers what, who said yes to which clause, what changed.

An acceptance is an acceptance: nothing here is called settled, for nothing here binds anybody.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

from ledger.envelope import opened
from ledger.negotiation.differences import ClauseDifference, clause_differences
from ledger.negotiation.events import Tabled
from ledger.negotiation.proposal import Status, status_of
from ledger.store.reader import Reader
from ledger.terms import Clause, Parameter
from projections.proposal_history import ProposalRow, proposal_of

Answer: TypeAlias = Literal["accepted", "conditional", "reserved", "rejected", "silent"]


class ShownClause(Struct, frozen=True, kw_only=True):
    """A clause as a reader sees it.

    Attributes:
        answers: For each addressee, what it said to this clause.
    """

    clause_id: str
    issue: str
    text: str
    params: dict[str, Parameter]
    answers: dict[str, Answer]


class Shown(Struct, frozen=True, kw_only=True):
    """A proposal as a reader sees it; the names are those of the JSON documents.

    Attributes:
        case_id: Its case.
        external_ref: Name of the case elsewhere.
        room: Room it was tabled in.
        proposal_id: Its name there.
        by: Party that proposes, `mediator`, or words for a party that is not named.
        kind: `first`, `package`, `bilateral`, `counter`, `revision` or `mediator`.
        together: Parties of a coalition that propose it with `by`.
        answers: Proposal of the same room it answers.
        status: Where it stands; `lapsed` where the case ended while it was open.
        clauses: Its terms; empty where they were erased.
        erased: Whether its terms were erased.
        addressees: Parties it is put to.
        required: Addressees who must all accept.
        accepted_by: Parties that accepted it in full, with how far their acceptance goes.
        rejected_by: Parties that rejected it.
        superseded_by: Proposal that took its place.
        all_or_nothing: Whether it can only be accepted whole.
        channel: `direct`, or `via_mediator` where the mediator carried it as messenger.
        attribution: `open`, or `withheld` where nobody is told whose it is.
        instead_of: `partial_acceptance` or `late_acceptance` a counter-proposal was meant as.
        valid_until: Last instant at which it can be accepted.
        tabled: Event (room:seq) that tabled it.
        recorded: When that was written.
        occurred: When it was put, None where not recorded.
    """

    case_id: str
    external_ref: str | None
    room: str
    proposal_id: str
    by: str
    together: tuple[str, ...]
    kind: str
    answers: str | None
    status: Status
    clauses: tuple[ShownClause, ...]
    erased: bool
    addressees: tuple[str, ...]
    required: tuple[str, ...]
    accepted_by: dict[str, str]
    rejected_by: tuple[str, ...]
    superseded_by: str | None
    all_or_nothing: bool
    channel: str
    attribution: str
    instead_of: str | None
    valid_until: str | None
    tabled: str
    recorded: datetime
    occurred: str | None


OpenClauses: TypeAlias = Callable[[ProposalRow], tuple[Clause, ...] | None]
"""Opens the clauses of a proposal; None where they were erased."""


def clauses_from(reader: Reader) -> OpenClauses:
    """Open clauses from the record."""

    def open_clauses(row: ProposalRow) -> tuple[Clause, ...] | None:
        event = reader.opened(UUID(row.case_id), row.tabled_version).event
        assert isinstance(event, Tabled)
        return opened(event.clauses, None)

    return open_clauses


def history(
    rows: Iterable[ProposalRow],
    open_clauses: OpenClauses,
    *,
    external_ref: str | None,
    ended: bool,
) -> list[Shown]:
    """Open the proposals of a case for a reader.

    Args:
        rows: What the reader may see, in order.
        open_clauses: Opens their terms.
        external_ref: Name of the case elsewhere.
        ended: Whether the case has ended, as the reader sees it.
    """
    return [_shown(row, open_clauses(row), external_ref, ended=ended) for row in rows]


def _shown(
    row: ProposalRow, clauses: tuple[Clause, ...] | None, external_ref: str | None, *, ended: bool
) -> Shown:
    return Shown(
        case_id=str(UUID(row.case_id)),
        external_ref=external_ref,
        room=row.room,
        proposal_id=row.proposal_id,
        by=row.by,
        together=row.together,
        kind=row.kind,
        answers=row.answers,
        status=status_of(proposal_of(row), ended=ended),
        clauses=tuple(_clause(row, clause) for clause in clauses or ()),
        erased=clauses is None,
        addressees=row.addressees,
        required=row.required,
        accepted_by={p: a.mode for p, a in row.acceptances.items() if a.mode is not None},
        rejected_by=row.rejected_by,
        superseded_by=row.superseded_by,
        all_or_nothing=row.all_or_nothing,
        channel=row.channel,
        attribution=row.attribution,
        instead_of=row.instead_of,
        valid_until=row.valid_until,
        tabled=row.tabled_ref,
        recorded=row.tabled,
        occurred=row.tabled_occurred,
    )


def _clause(row: ProposalRow, clause: Clause) -> ShownClause:
    return ShownClause(
        clause_id=clause.clause_id,
        issue=clause.issue,
        text=clause.text,
        params=clause.params,
        answers={party: _said(row, clause.clause_id, party) for party in row.addressees},
    )


def _said(row: ProposalRow, clause_id: str, party: str) -> Answer:
    """Say what an addressee answered to one clause."""
    if party in row.rejected_by:
        return "rejected"
    answer = row.acceptances.get(party)
    if answer is None:
        return "silent"
    if clause_id not in answer.accepted:
        return "reserved"
    return "conditional" if answer.conditional else "accepted"


class Branch(Struct, frozen=True, kw_only=True):
    """A proposal with what answers it.

    Attributes:
        proposal: The proposal.
        differences: What it changes of the terms it answers; none for a first one.
        answered_by: Counter-proposals and revisions that answer it.
    """

    proposal: Shown
    differences: tuple[ClauseDifference, ...] = ()
    answered_by: tuple["Branch", ...] = ()


def tree(proposals: Iterable[Shown]) -> tuple[Branch, ...]:
    """Arrange the proposals of a case by what answers what, clause by clause."""
    listed = list(proposals)
    children: dict[tuple[str, str | None], list[Shown]] = {}
    names = {(shown.room, shown.proposal_id) for shown in listed}
    for shown in listed:
        parent = shown.answers if (shown.room, shown.answers) in names else None
        children.setdefault((shown.room, parent), []).append(shown)
    rooms = dict.fromkeys(shown.room for shown in listed)
    return tuple(
        _branch(root, None, children) for room in rooms for root in children.get((room, None), ())
    )


def _branch(
    shown: Shown, parent: Shown | None, children: dict[tuple[str, str | None], list[Shown]]
) -> Branch:
    changes = () if parent is None else clause_differences(terms_of(parent), terms_of(shown))
    below = children.get((shown.room, shown.proposal_id), ())
    return Branch(
        proposal=shown,
        differences=tuple(changes),
        answered_by=tuple(_branch(child, shown, children) for child in below),
    )


def terms_of(shown: Shown) -> tuple[Clause, ...]:
    """Return the clauses of a proposal as it was tabled."""
    return tuple(
        Clause(clause_id=c.clause_id, issue=c.issue, text=c.text, params=c.params)
        for c in shown.clauses
    )
