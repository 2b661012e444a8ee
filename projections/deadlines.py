"""List every date with its arithmetic, what its passing does, and where it stands."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from ledger.deadlines import (
    EVENTS,
    DeadlineExtended,
    DeadlineMet,
    DeadlineMissed,
    DeadlineReviewNeeded,
    DeadlineSet,
    DeadlineWaived,
)
from ledger.rooms import Rights
from ledger.store.reader import Read
from projections.generations import Glance
from projections.rows import MemoryRows, Projection, Row, Rows, place

Status = Literal["running", "met", "missed", "waived", "review"]


class DeadlineRow(Row, frozen=True, kw_only=True):
    """One date; a proposal's validity and a signature window are dates like any other.

    Attributes:
        deadline_id: Names it within the room.
        rule: The profile key it comes from.
        due: Last instant, RFC 3339 UTC.
        on: Last day at the seat.
        arithmetic: How it was counted, in words.
        concerns: Party that has to act.
        expiry: What its passing does.
        elected_by: Who may elect the effect.
        about: Id of what it is about.
        status: Where it stands.
        set_seq: Sequence of the event that set it.
        extended: How often it was extended.
        review_of: Event (room:seq) that raises the question of a review.
    """

    keys = ("deadline_id",)
    table = "deadlines__dates"
    deadline_id: str
    rule: str
    due: str
    on: str
    arithmetic: str
    concerns: str | None
    expiry: str
    elected_by: str | None
    about: str | None
    status: str = "running"
    set_seq: int
    extended: int = 0
    review_of: str | None = None


def handle(rows: Rows, read: Read) -> None:
    """Take in what happens to a date."""
    match read.frame.event:
        case DeadlineSet() as event:
            rows.put(_begun(read, event))
        case DeadlineExtended() as event:
            known = _known(rows, read, event.deadline_id)
            if known is not None:
                rows.put(_extended(known, event))
        case DeadlineMet() as event:
            _stands(rows, read, event.deadline_id, "met")
        case DeadlineMissed() as event:
            _stands(rows, read, event.deadline_id, "missed")
        case DeadlineWaived() as event:
            _stands(rows, read, event.deadline_id, "waived")
        case DeadlineReviewNeeded() as event:
            _stands(rows, read, event.deadline_id, "review", event.about)


def _begun(read: Read, event: DeadlineSet) -> DeadlineRow:
    return DeadlineRow(
        **place(read),
        deadline_id=event.deadline_id,
        rule=event.rule,
        due=event.due,
        on=event.on,
        arithmetic=event.arithmetic,
        concerns=event.concerns,
        expiry=event.expiry,
        elected_by=event.elected_by,
        about=event.about,
        set_seq=read.frame.seq,
    )


def _extended(known: DeadlineRow, event: DeadlineExtended) -> DeadlineRow:
    return replace(
        known,
        due=event.due,
        on=event.on,
        arithmetic=event.arithmetic,
        status="running",
        extended=known.extended + 1,
    )


def _known(rows: Rows, read: Read, deadline_id: str) -> DeadlineRow | None:
    return rows.get(DeadlineRow, (read.room_id.hex(), deadline_id))


def _stands(
    rows: Rows, read: Read, deadline_id: str, status: Status, review_of: str | None = None
) -> None:
    known = _known(rows, read, deadline_id)
    if known is not None:
        rows.put(replace(known, status=status, review_of=review_of or known.review_of))


PROJECTION = Projection("deadlines", 1, (DeadlineRow,), handle, frozenset(EVENTS))


class Date(Struct, frozen=True, kw_only=True):
    """A date as a reader sees it at an instant.

    Attributes:
        room: Room it is recorded in.
        deadline_id: Names it within the room.
        rule: The profile key it comes from.
        due: Last instant, RFC 3339 UTC.
        on: Last day at the seat.
        arithmetic: How it was counted.
        effect: What its passing does, in words.
        concerns: Party that has to act.
        about: Id of what it is about.
        status: Where it stands; `passed` where its instant is over and nothing was recorded yet.
        extended: How often it was extended.
        review_of: Event (room:seq) that raises the question of a review.
    """

    room: str
    deadline_id: str
    rule: str
    due: str
    on: str
    arithmetic: str
    effect: str
    concerns: str | None
    about: str | None
    status: str
    extended: int
    review_of: str | None


def calendar(glance: Glance, case_id: UUID, rights: Rights, now: datetime) -> list[Date]:
    """List the dates of a case, from rooms that are read whole; the next due first."""
    return dates(glance.of_case(DeadlineRow, case_id, list(rights)), now)


def in_memory(rows: MemoryRows, now: datetime) -> list[Date]:
    """List the dates of rows folded in memory, the next due first."""
    return dates(rows.all(DeadlineRow), now)


def dates(rows: Iterable[DeadlineRow], now: datetime) -> list[Date]:
    """Say where each date stands at an instant, the next due first."""
    found = (_date(row, now) for row in rows)
    return sorted(found, key=lambda d: (d.status != "running", d.due, d.room, d.deadline_id))


def _date(row: DeadlineRow, now: datetime) -> Date:
    over = row.status == "running" and datetime.fromisoformat(row.due) < now
    return Date(
        room=row.room,
        deadline_id=row.deadline_id,
        rule=row.rule,
        due=row.due,
        on=row.on,
        arithmetic=row.arithmetic,
        effect=_effect(row),
        concerns=row.concerns,
        about=row.about,
        status="passed" if over else row.status,
        extended=row.extended,
        review_of=row.review_of,
    )


def _effect(row: DeadlineRow) -> str:
    if row.expiry == "elective" and row.elected_by:
        return f"elective by {row.elected_by}"
    return row.expiry
