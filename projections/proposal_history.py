"""Tell the history of proposals: what answers what, who said yes to which clause, what changed.

An acceptance is an acceptance: nothing here is called settled, for nothing here binds anybody.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Literal, TypeAlias, cast, get_args
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import opened
from ledger.negotiation import state as negotiation
from ledger.negotiation.differences import ClauseDifference, clause_differences
from ledger.negotiation.events import (
    CounterProposalTabled,
    ProposalAccepted,
    ProposalExpired,
    ProposalPartlyAccepted,
    ProposalRejected,
    ProposalSuperseded,
    ProposalTabled,
    ProposalWithdrawn,
)
from ledger.negotiation.proposal import Acceptance, Proposal, Status, status_of
from ledger.rooms import Rights
from ledger.store.reader import Read, Reader
from ledger.terms import Clause, Parameter
from projections.generations import Glance
from projections.rows import MemoryRows, Projection, Row, Rows, place

ProposalEvent: TypeAlias = (
    ProposalTabled
    | CounterProposalTabled
    | ProposalAccepted
    | ProposalPartlyAccepted
    | ProposalRejected
    | ProposalWithdrawn
    | ProposalExpired
    | ProposalSuperseded
)
Answer: TypeAlias = Literal["accepted", "conditional", "reserved", "rejected", "silent"]


class ProposalRow(Row, frozen=True, kw_only=True):
    """One proposal and where it stands; the fields are those of `Proposal`.

    Attributes:
        tabled: When it was recorded.
        tabled_occurred: When it was put, None where not recorded.
        changed: When its last change was recorded.
        tabled_position: Place of its tabling in the store; orders, never shown.
        tabled_version: Place of its tabling in the case; finds its clauses, never shown.
    """

    keys = ("proposal_id",)
    table = "proposal_history__proposals"
    hidden = ("case_id", "room_id", "tabled_position", "tabled_version")
    proposal_id: str
    by: str
    kind: str
    answers: str | None
    status: str
    clause_ids: tuple[str, ...]
    issues: tuple[str, ...]
    addressees: tuple[str, ...]
    required: tuple[str, ...]
    all_or_nothing: bool
    valid_until: str | None
    firm_until: str | None
    stays_open_if_countered: bool
    acceptances: dict[str, Acceptance]
    rejected_by: tuple[str, ...]
    superseded_by: str | None
    tabled_ref: str
    changed_ref: str
    tabled: datetime
    tabled_occurred: str | None
    changed: datetime
    tabled_position: int
    tabled_version: int


_FIELDS = Proposal.__struct_fields__


def proposal_of(row: ProposalRow) -> Proposal:
    """Return the proposal a row holds, as the rules know it."""
    return Proposal(**{name: getattr(row, name) for name in _FIELDS})


def handle(rows: Rows, read: Read) -> None:
    """Take in what happens to a proposal, by the same fold the rules use."""
    room = read.room_id.hex()
    named = _named(cast("ProposalEvent", read.frame.event))
    known = [rows.get(ProposalRow, (room, name)) for name in named]
    before = {row.proposal_id: row for row in known if row is not None}
    proposals = {(read.frame.room, n): proposal_of(row) for n, row in before.items()}
    after = negotiation.evolve(
        negotiation.Negotiation(proposals=proposals), cast("Any", read.frame)
    )
    for key, proposal in after.proposals.items():
        if proposal is not proposals.get(key):
            rows.put(_row(read, proposal, before.get(proposal.proposal_id)))


def _named(event: ProposalEvent) -> tuple[str, ...]:
    """Name the proposals an event may change."""
    if isinstance(event, CounterProposalTabled):
        return (event.answers, event.proposal_id)
    return (event.proposal_id,)


def _row(read: Read, proposal: Proposal, before: ProposalRow | None) -> ProposalRow:
    values: dict[str, Any] = {name: getattr(proposal, name) for name in _FIELDS}
    values["acceptances"] = dict(proposal.acceptances)
    if before is not None and proposal.tabled_ref != read.frame.ref:
        return replace(before, **values, changed=read.frame.recorded)
    return ProposalRow(
        **{**place(read), **values},
        tabled=read.frame.recorded,
        tabled_occurred=read.frame.occurred,
        changed=read.frame.recorded,
        tabled_position=read.position,
        tabled_version=read.version,
    )


PROJECTION = Projection(
    "proposal_history", 1, (ProposalRow,), handle, frozenset(get_args(ProposalEvent))
)


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
        by: Party that proposes.
        kind: `first`, `package`, `bilateral`, `counter` or `revision`.
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
        assert isinstance(event, ProposalTabled | CounterProposalTabled)
        return opened(event.clauses, None)

    return open_clauses


def of_case(glance: Glance, case_id: UUID, rights: Rights) -> list[ProposalRow]:
    """Read the proposals of the rooms named, in the order of tabling; whole rooms alone."""

    def narrowed(table: sa.Table, statement: sa.Select[Any]) -> sa.Select[Any]:
        return statement.where(
            table.c.case_id == case_id.hex, table.c.room.in_(list(rights))
        ).order_by(table.c.tabled_position)

    return list(glance.rows(ProposalRow, narrowed))


def in_memory(rows: MemoryRows) -> list[ProposalRow]:
    """List the proposals of rows folded in memory, in the order of tabling."""
    return sorted(rows.all(ProposalRow), key=lambda row: row.tabled_position)


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
    changes = () if parent is None else clause_differences(_terms(parent), _terms(shown))
    below = children.get((shown.room, shown.proposal_id), ())
    return Branch(
        proposal=shown,
        differences=tuple(changes),
        answered_by=tuple(_branch(child, shown, children) for child in below),
    )


def _terms(shown: Shown) -> tuple[Clause, ...]:
    return tuple(
        Clause(clause_id=c.clause_id, issue=c.issue, text=c.text, params=c.params)
        for c in shown.clauses
    )
