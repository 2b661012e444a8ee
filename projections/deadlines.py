"""List every date with its arithmetic, what its passing does, and where it stands.

The days on which obligations fall due stand beside, so that one view tells the clock all.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeAlias, get_args
from uuid import UUID

import sqlalchemy as sa
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
from ledger.follow_up.performance_events import (
    ObligationDeferred,
    ObligationDischarged,
    ObligationFellDue,
    ObligationWaived,
    PerformanceConfirmed,
    PerformanceDisputed,
)
from ledger.instants import parse_instant
from ledger.rooms import Rights
from ledger.settlement.events import (
    ConditionSatisfied,
    ConditionWaived,
    SettlementEnteredIntoForce,
)
from ledger.store.reader import Read
from projections.generations import Glance
from projections.rows import MemoryRows, Projection, Row, Rows, place

Status = Literal["running", "met", "missed", "waived", "review"]
Release: TypeAlias = SettlementEnteredIntoForce | ConditionSatisfied | ConditionWaived
"""Events that may give an obligation its day."""
Word: TypeAlias = (
    ObligationFellDue
    | ObligationDeferred
    | ObligationDischarged
    | ObligationWaived
    | PerformanceConfirmed
    | PerformanceDisputed
)
"""What is said of an obligation and bears on its day."""
ZONES_APART = timedelta(hours=14)
"""How much earlier than in UTC a day may end somewhere."""


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
    indexes = ("due",)
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


class DutyRow(Row, frozen=True, kw_only=True):
    """The day an obligation falls due.

    Attributes:
        obligation_id: The obligation.
        on: Its day at the seat, after any deferral.
        arithmetic: How it was counted, None for a day the obligee named.
        passed: Whether its passing is recorded.
        owed: Whether the parties say that it is still owed.
    """

    keys = ("obligation_id",)
    indexes = ("on",)
    table = "deadlines__duties"
    obligation_id: str
    on: str
    arithmetic: str | None = None
    passed: bool = False
    owed: bool = True


def handle(rows: Rows, read: Read) -> None:  # noqa: C901 - one case an event
    """Take in what happens to a date, or to the day of an obligation."""
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
        case SettlementEnteredIntoForce() | ConditionSatisfied() | ConditionWaived() as event:
            for due in event.dues:
                rows.put(_duty(read, due.obligation_id, due.on, due.arithmetic))
        case ObligationDeferred() as event:
            rows.put(_duty(read, event.obligation_id, event.until))
        case event:
            _said(rows, read, event)


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


def _duty(read: Read, obligation_id: str, on: str, arithmetic: str | None = None) -> DutyRow:
    return DutyRow(**place(read), obligation_id=obligation_id, on=on, arithmetic=arithmetic)


def _said(rows: Rows, read: Read, event: Any) -> None:  # noqa: ANN401 - one of `Word`
    """Note that a day passed, or that nothing is owed any more; a dispute may open it again."""
    known = rows.get(DutyRow, (read.room_id.hex(), event.obligation_id))
    if known is None:
        return
    if isinstance(event, ObligationFellDue):
        rows.put(replace(known, passed=event.due == known.on))
        return
    partly = isinstance(event, PerformanceConfirmed) and event.extent != "full"
    rows.put(replace(known, owed=partly or isinstance(event, PerformanceDisputed)))


PROJECTION = Projection(
    "deadlines",
    2,
    (DeadlineRow, DutyRow),
    handle,
    frozenset((*EVENTS, *get_args(Release), *get_args(Word))),
)


class Date(Struct, frozen=True, kw_only=True):
    """A date as a reader sees it at an instant.

    Attributes:
        room: Room it is recorded in.
        entry: Event (room:seq) that set it.
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
    entry: str
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
        entry=f"{row.room}:{row.set_seq}",
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


def cases_due(glance: Glance, now: datetime) -> set[UUID]:
    """List the cases in which something may have fallen due by now; the case itself says what.

    A day of an obligation ends at the seat, which is not known here: its case is listed from when
    the day has ended anywhere.
    """
    soon = (now + timedelta(seconds=1)).astimezone(UTC).isoformat()

    def dated(table: sa.Table, statement: sa.Select[Any]) -> sa.Select[Any]:
        return statement.where(table.c.status == "running", table.c.due < soon)

    day = (now + ZONES_APART).astimezone(UTC).date().isoformat()

    def owed(table: sa.Table, statement: sa.Select[Any]) -> sa.Select[Any]:
        return statement.where(table.c.owed == 1, table.c.passed == 0, table.c.on < day)

    dates = (row.case_id for row in glance.rows(DeadlineRow, dated) if parse_instant(row.due) < now)
    duties = (row.case_id for row in glance.rows(DutyRow, owed))
    return {UUID(case) for case in (*dates, *duties)}
