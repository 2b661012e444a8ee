"""Say of every event who did it, for whom, by what right, when, and what corrected it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from ledger.catalogue import AnyEvent
from ledger.envelope import Frame, Irregularity
from ledger.record.events import EntryContested, EntryCorrected, EntryVoided
from ledger.rooms import Rights
from ledger.store.reader import Read
from projections.access import office_reads
from projections.generations import Glance
from projections.rows import MemoryRows, Projection, Row, Rows, place
from projections.tables import instant_text

PAGE = 500
Place: TypeAlias = tuple[datetime, str, int]
"""Where a page ends: recorded, room, sequence."""


class AuditRow(Row, frozen=True, kw_only=True):
    """One event, without what it says.

    Attributes:
        seq: Place in its room.
        type: Name of its type.
        recorded: When it was written, UTC.
        occurred: When it happened, None where not recorded.
        actor: Who acted.
        acting_for: For whom.
        entered_by: The operator at the keyboard.
        authority: Event (room:seq) that gives the actor its authority.
        auth: How the actor's identity was known.
        channel: How it came in.
        command: Id of the command that wrote it.
        cause: Event (room:seq) that caused it.
        source: Hash of the document it was taken from.
        corrects: Event (room:seq) it corrects.
        corrected_by: Events (room:seq) of the same room that correct it.
        voided_by: Event (room:seq) that declared it void.
        contested_by: Events (room:seq) that contest it.
        irregular: The rules it breaks, for a reported fact.
        admissibility: Whether it may be proved elsewhere.
        key: Public key under which its actor signed, None where the institution asserts it.
        position: Place in the store; finds its content, never shown.
        version: Place in its case; finds its content, never shown.
    """

    keys = ("seq",)
    table = "audit_trail__events"
    indexes = ("command", "recorded")
    sparse = True
    hidden = ("case_id", "room_id", "position", "version")
    seq: int
    type: str
    recorded: datetime
    occurred: str | None
    actor: str
    acting_for: str | None
    entered_by: str
    authority: str | None
    auth: str
    channel: str
    command: str
    cause: str | None
    source: str | None
    corrects: str | None
    corrected_by: tuple[str, ...] = ()
    voided_by: str | None = None
    contested_by: tuple[str, ...] = ()
    irregular: tuple[Irregularity, ...] = ()
    admissibility: str
    key: str | None = None
    position: int
    version: int


def handle(rows: Rows, read: Read) -> None:
    """Note one event, and on the event it corrects that it was corrected."""
    frame = read.frame
    row = AuditRow(
        **place(read),
        seq=frame.seq,
        type=str(frame.event.__struct_config__.tag),
        recorded=frame.recorded,
        occurred=frame.occurred,
        actor=frame.actor,
        acting_for=frame.acting_for,
        entered_by=frame.entered_by,
        authority=frame.authority,
        auth=frame.auth,
        channel=frame.channel,
        command=frame.command,
        cause=frame.cause,
        source=frame.source,
        corrects=frame.corrects,
        irregular=frame.irregular,
        admissibility=frame.admissibility,
        key=None if frame.signed is None else frame.signed.key,
        position=read.position,
        version=read.version,
    )
    rows.put(row)
    target = _target(frame)
    if target is not None:
        _note_on(rows, row, target, frame.event)


def _target(frame: Frame[AnyEvent]) -> str | None:
    """Name the event (room:seq) that this one is about as an entry of the record."""
    if isinstance(frame.event, EntryCorrected | EntryVoided | EntryContested):
        return frame.event.target
    return frame.corrects


def _note_on(rows: Rows, row: AuditRow, target: str, event: AnyEvent) -> None:
    """Note on an entry of the same room what was said of it."""
    room, _, seq = target.rpartition(":")
    known = rows.get(AuditRow, (row.room_id, int(seq))) if room == row.room else None
    if known is None:
        return
    ref = f"{row.room}:{row.seq}"
    match event:
        case EntryVoided():
            rows.put(replace(known, voided_by=ref))
        case EntryContested():
            rows.put(replace(known, contested_by=(*known.contested_by, ref)))
        case _:
            rows.put(replace(known, corrected_by=(*known.corrected_by, ref)))


PROJECTION = Projection("audit_trail", 2, (AuditRow,), handle)


class Page(NamedTuple):
    """Part of a trail.

    Attributes:
        rows: Its events, by time of recording, then room, then sequence.
        end: Where it ends, to ask for what follows; None where nothing does.
    """

    rows: list[AuditRow]
    end: Place | None


def page(
    glance: Glance, case_id: UUID, rights: Rights, after: Place | None = None, limit: int = PAGE
) -> Page:
    """Read part of a case's trail, as far as some rights reach.

    Events of one instant stand by room and sequence, so the order tells nothing of other rooms.

    Args:
        glance: One state of the views.
        case_id: The case.
        rights: What the reader may read.
        after: Where the page before ended.
        limit: Most events to read.
    """

    def narrowed(table: sa.Table, statement: sa.Select[Any]) -> sa.Select[Any]:
        order = (table.c.recorded, table.c.room, table.c.seq)
        query = statement.where(table.c.case_id == case_id.hex, _within(table, rights))
        if after is not None:
            begin = (instant_text(after[0]), after[1], after[2])
            query = query.where(sa.tuple_(*order) > begin)
        return query.order_by(*order).limit(limit)

    found = list(glance.rows(AuditRow, narrowed)) if rights else []
    return Page(found, place_of(found[-1]) if len(found) == limit else None)


def trail(glance: Glance, case_id: UUID, rights: Rights) -> Iterator[AuditRow]:
    """Read a case's whole trail, page by page."""
    after: Place | None = None
    while True:
        part = page(glance, case_id, rights, after)
        yield from part.rows
        if part.end is None:
            return
        after = part.end


def cases_of_command(glance: Glance, command: str) -> list[UUID]:
    """List the cases in which a command of some id wrote, each once, in the order of recording."""

    def narrowed(table: sa.Table, statement: sa.Select[Any]) -> sa.Select[Any]:
        return statement.where(table.c.command == command).order_by(table.c.position)

    return [
        UUID(case) for case in dict.fromkeys(r.case_id for r in glance.rows(AuditRow, narrowed))
    ]


class Counted(Struct, frozen=True):
    """Which events are counted.

    Attributes:
        institution: Id of the institution, whose own record is no case.
        types: Of these types alone, empty for all.
        since: Recorded from here on, None from the beginning.
        until: Recorded before here, None up to the end.
    """

    institution: UUID
    types: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None


def count_for_offices(glance: Glance, counted: Counted) -> int:
    """Count the events of all cases that the registry and the auditor read."""

    def narrowed(table: sa.Table, statement: sa.Select[Any]) -> sa.Select[Any]:
        of_case = table.c.case_id != counted.institution.hex
        query = statement.where(office_reads(table), of_case)
        if counted.types:
            query = query.where(table.c.type.in_(counted.types))
        if counted.since is not None:
            query = query.where(table.c.recorded >= instant_text(counted.since))
        if counted.until is not None:
            query = query.where(table.c.recorded < instant_text(counted.until))
        return query

    return glance.count(AuditRow, narrowed)


def in_memory(rows: MemoryRows) -> Sequence[AuditRow]:
    """List the trail of rows folded in memory, in the same order."""
    return sorted(rows.all(AuditRow), key=place_of)


def place_of(row: AuditRow) -> Place:
    """Return where a row stands in a trail."""
    return (row.recorded, row.room, row.seq)


def _within(table: sa.Table, rights: Rights) -> sa.ColumnElement[bool]:
    """Narrow to the rooms and spans somebody may read."""
    parts: list[sa.ColumnElement[bool]] = []
    for room, span in rights.items():
        part = [table.c.room == room]
        if span.first > 1:
            part.append(table.c.seq >= span.first)
        if span.last is not None:
            part.append(table.c.seq <= span.last)
        parts.append(sa.and_(*part))
    return sa.or_(*parts)
