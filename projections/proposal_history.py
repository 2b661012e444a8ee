"""Keep where every proposal stands; what it says is opened when it is shown."""

from datetime import datetime
from typing import Any, Literal, TypeAlias, cast, get_args
from uuid import UUID

import sqlalchemy as sa
from msgspec.structs import replace

from ledger.negotiation import state as negotiation
from ledger.negotiation.blind_events import BlindOutcomeDeclared
from ledger.negotiation.events import (
    CounterProposalTabled,
    MediatorProposalIssued,
    ProposalAccepted,
    ProposalExpired,
    ProposalPartlyAccepted,
    ProposalRejected,
    ProposalSuperseded,
    ProposalTabled,
    ProposalWithdrawn,
)
from ledger.negotiation.handling_events import (
    LateAcceptanceConfirmed,
    PrincipalDecided,
    ProposalValidityExtended,
)
from ledger.negotiation.proposal import Acceptance, Proposal
from ledger.rooms import Rights
from ledger.store.reader import Read
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
    | MediatorProposalIssued
    | BlindOutcomeDeclared
    | ProposalValidityExtended
    | LateAcceptanceConfirmed
    | PrincipalDecided
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
    blind: bool
    channel: str
    attribution: str
    instead_of: str | None
    together: tuple[str, ...]
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
    "proposal_history", 3, (ProposalRow,), handle, frozenset(get_args(ProposalEvent))
)


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
