"""List cases: where each stands, as far as one room tells; rooms are merged when read."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple, TypeAlias, cast, get_args
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct, field
from msgspec.structs import replace

from ledger import phases
from ledger.catalogue import AnyEvent
from ledger.envelope import Frame
from ledger.follow_up.after_events import CaseReopened
from ledger.intake import state as intake
from ledger.intake.events import (
    CaseTakenOver,
    ConsentGiven,
    ConsentWithdrawn,
    ContinuationAgreed,
    InvitationDeclined,
    InvitationIssued,
    MediationRequested,
    RequestLapsed,
    RequestRegistered,
    SilenceTreatedAsRefusal,
)
from ledger.intake.folding import with_fresh_consents
from ledger.intake.joinder_events import PartyJoined, PartyReleased
from ledger.intake.offer_events import (
    GoodOfficesAccepted,
    GoodOfficesDeclined,
    GoodOfficesOffered,
    NeedIdentified,
)
from ledger.intake.standing_events import ConsentConditionAccepted
from ledger.neutrality.change_events import CoMediatorAdded
from ledger.neutrality.events import MediatorAppointed, SuccessorAppointed
from ledger.parties import Consent, Party, Phase, Standing
from ledger.profile import ProfileRef
from ledger.rooms import Rights, kind_of
from ledger.store.reader import Read
from projections.access import office_reads
from projections.generations import Glance
from projections.rows import MemoryRows, Projection, Row, Rows, place

Joining: TypeAlias = (
    MediationRequested
    | RequestRegistered
    | CaseTakenOver
    | InvitationIssued
    | ConsentGiven
    | InvitationDeclined
    | SilenceTreatedAsRefusal
    | RequestLapsed
    | ConsentWithdrawn
    | ContinuationAgreed
    | NeedIdentified
    | GoodOfficesOffered
    | GoodOfficesAccepted
    | GoodOfficesDeclined
    | ConsentConditionAccepted
    | PartyJoined
    | PartyReleased
)
"""Events that name parties or move their consent."""
_JOINING = get_args(Joining)
NAMED_MAX = 1_000
LAST_TEXT = "\U0010ffff"
"""Stands behind every text that begins alike."""


class CaseRow(Row, frozen=True, kw_only=True):
    """What one room tells of where a case stands; kept for `joint`, the desks, a need noted.

    Attributes:
        number: The case's number.
        external_ref: Name of the case elsewhere.
        phase: Main phase.
        outcome: How it ended, None while it runs.
        parties: Every party named, by id.
        continuing: Parties that agreed to go on since somebody left.
        profile: The profile pinned.
        mediators: Everybody ever appointed; narrows down whose cases to look at, grants nothing.
        opened: When the first event of the room was recorded.
        last: When the last one was.
        last_occurred: When that one happened, None where not recorded.
        position: Place of the room's first event in the store; orders, never shown.
    """

    table = "cases__rows"
    indexes = ("number", "external_ref")
    hidden = ("case_id", "room_id", "position")
    number: str | None = None
    external_ref: str | None = None
    phase: Phase = Phase.NONE
    outcome: str | None = None
    parties: dict[str, Party] = field(default_factory=dict)
    continuing: tuple[str, ...] = ()
    profile: ProfileRef | None = None
    mediators: tuple[str, ...] = ()
    opened: datetime
    last: datetime
    last_occurred: str | None = None
    position: int


def handle(rows: Rows, read: Read) -> None:
    """Take one event into the row of its room."""
    frame = read.frame
    if kind_of(frame.room) not in ("joint", "desk") and not isinstance(frame.event, NeedIdentified):
        return
    known = rows.get(CaseRow, (read.room_id.hex(),))
    if known is None:
        known = CaseRow(
            **place(read), opened=frame.recorded, last=frame.recorded, position=read.position
        )
    row = replace(known, last=frame.recorded, last_occurred=frame.occurred)
    if isinstance(frame.event, _JOINING):
        row = _joined(row, frame)
    if isinstance(frame.event, CaseReopened):
        row = _reopened(row, frame.event, frame.ref)
    if isinstance(frame.event, MediatorAppointed | SuccessorAppointed | CoMediatorAdded):
        seated = dict.fromkeys((*row.mediators, *frame.event.mediators))
        row = replace(row, mediators=tuple(seated))
    if type(frame.event) in phases.MOVERS:
        row = _moved(row, frame)
    rows.put(row)


def _joined(row: CaseRow, frame: Frame[AnyEvent]) -> CaseRow:
    """Move parties and consents by the same fold the rules use."""
    before = intake.Intake(
        parties=row.parties,
        number=row.number,
        external_ref=row.external_ref,
        profile=row.profile,
        continuing=frozenset(row.continuing),
    )
    after = intake.evolve(before, cast("Any", frame))
    return replace(
        row,
        parties=dict(after.parties),
        number=after.number,
        external_ref=after.external_ref,
        profile=after.profile,
        continuing=tuple(sorted(after.continuing)),
    )


def _reopened(row: CaseRow, event: CaseReopened, ref: str) -> CaseRow:
    """Take in who goes on in a new round."""
    before = intake.Intake(parties=row.parties, continuing=frozenset(row.continuing))
    after = with_fresh_consents(before, event.parties, ref)
    return replace(row, parties=dict(after.parties), continuing=tuple(sorted(after.continuing)))


def _moved(row: CaseRow, frame: Frame[AnyEvent]) -> CaseRow:
    standing = Standing(parties=row.parties, continuing=frozenset(row.continuing))
    phase = phases.advance(row.phase, frame.event, frame.room, standing)
    outcome = phases.outcome(cast("Any", row.outcome), frame.event, phase)
    return replace(row, phase=phase, outcome=outcome)


PROJECTION = Projection("cases", 1, (CaseRow,), handle)


class Listed(Struct, frozen=True, kw_only=True):
    """A case in a list; the names are those of the JSON documents.

    Attributes:
        case_id: Its id.
        number: Its number.
        external_ref: Name of the case elsewhere.
        phase: Main phase.
        outcome: How it ended, None while it runs.
        parties: Ids of its parties.
        consents: Where the consent of each stands.
        profile: The profile pinned, `id/version`.
        opened: When it was opened here.
        last: When something was last recorded in the rooms looked at.
        last_occurred: When that happened.
    """

    case_id: str
    number: str | None
    external_ref: str | None
    phase: Phase
    outcome: str | None
    parties: tuple[str, ...]
    consents: dict[str, Consent]
    profile: str | None
    opened: datetime
    last: datetime
    last_occurred: str | None


def merged(rows: Iterable[CaseRow]) -> Listed:
    """Put together what the rooms of one case tell.

    The common record leads once it tells a phase; before, the desk where the request lies.
    """
    listed = list(rows)
    leading = max(listed, key=_weight)
    latest = max(listed, key=lambda row: row.last)
    profile = leading.profile
    return Listed(
        case_id=str(UUID(leading.case_id)),
        number=leading.number,
        external_ref=leading.external_ref,
        phase=leading.phase,
        outcome=leading.outcome,
        parties=tuple(leading.parties),
        consents={name: party.consent for name, party in leading.parties.items()},
        profile=None if profile is None else f"{profile.id}/{profile.version}",
        opened=min(row.opened for row in listed),
        last=latest.last,
        last_occurred=latest.last_occurred,
    )


def _weight(row: CaseRow) -> tuple[bool, bool, bool]:
    return (row.phase != Phase.NONE, row.room == "joint", row.number is not None)


def cases(glance: Glance, reads: sa.ColumnElement[bool] | None = None) -> Iterator[Listed]:
    """List cases in the order they were opened, memory staying flat.

    Args:
        glance: One state of the views.
        reads: Narrows to the rooms a viewer reads in every case; None for all of them.
    """

    def narrowed(table: sa.Table, statement: sa.Select[Any]) -> sa.Select[Any]:
        kept = statement if reads is None else statement.where(reads)
        begun = sa.func.min(table.c.position).over(partition_by=table.c.case_id)
        return kept.order_by(begun, table.c.position)

    for _, rows in groupby(glance.rows(CaseRow, narrowed), key=lambda row: row.case_id):
        yield merged(rows)


def for_offices(glance: Glance, case_ids: Sequence[str]) -> dict[str, Listed]:
    """List some cases (32 hex digits each) as the registry and the auditor know them, by id."""

    def narrowed(table: sa.Table, statement: sa.Select[Any]) -> sa.Select[Any]:
        named = table.c.case_id.in_(case_ids)
        return statement.where(named, office_reads(table)).order_by(table.c.position)

    found: dict[str, list[CaseRow]] = {}
    for row in glance.rows(CaseRow, narrowed):
        found.setdefault(row.case_id, []).append(row)
    return {case_id: merged(rows) for case_id, rows in found.items()}


def case(glance: Glance, case_id: UUID, rights: Rights) -> Listed | None:
    """List one case from rooms that are read whole, None where none of them tells of it."""
    rows = glance.of_case(CaseRow, case_id, list(rights))
    return merged(rows) if rows else None


def involving(glance: Glance, party: str) -> Iterator[UUID]:
    """Name the cases that name a party, those opened first coming first; it grants nothing."""

    def narrowed(table: sa.Table, statement: sa.Select[Any]) -> sa.Select[Any]:
        named = table.c.parties.contains(f'"{party}":', autoescape=True)
        return statement.where(named).order_by(table.c.position)

    given: set[str] = set()
    for row in glance.rows(CaseRow, narrowed):
        if row.case_id not in given:
            given.add(row.case_id)
            yield UUID(row.case_id)


class Named(NamedTuple):
    """A case that bears a name, and a room that says so."""

    case_id: UUID
    room: str


def named(glance: Glance, name: str, limit: int = NAMED_MAX) -> list[Named]:
    """Find cases by number or reference, exactly; where none is, by how these begin.

    Whether a viewer may know a case is for the caller to ask, before anything is said of it.

    Args:
        glance: One state of the views.
        name: What was typed.
        limit: Most rooms to return.
    """

    def exactly(table: sa.Table, statement: sa.Select[Any]) -> sa.Select[Any]:
        number, ref = table.c.number, table.c.external_ref
        return statement.where(sa.or_(number == name, ref == name)).limit(limit)

    def beginning(table: sa.Table, statement: sa.Select[Any]) -> sa.Select[Any]:
        named = (table.c.number, table.c.external_ref)
        begins = (sa.and_(c >= name, c <= name + LAST_TEXT) for c in named)
        return statement.where(sa.or_(*begins)).limit(limit)

    found = list(glance.rows(CaseRow, exactly)) or list(glance.rows(CaseRow, beginning))
    return [Named(UUID(row.case_id), row.room) for row in found]


def in_memory(rows: MemoryRows) -> Listed | None:
    """List the one case that was folded in memory, None where no row tells of it."""
    found = rows.all(CaseRow)
    return merged(found) if found else None
