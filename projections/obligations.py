"""Keep what is owed under executed settlements, and what the parties said of it (DOMAIN.md V8)."""

from collections.abc import Iterable
from typing import TypeAlias, cast, get_args
from uuid import UUID

from msgspec import Struct, field
from msgspec.structs import replace

from ledger.follow_up.performance_events import (
    BreachReportAnswered,
    BreachReported,
    CurePeriodAgreed,
    ObligationCured,
    ObligationDeferred,
    ObligationDischarged,
    ObligationFellDue,
    ObligationWaived,
    PerformanceConfirmed,
    PerformanceDisputed,
    PerformanceReported,
)
from ledger.follow_up.progress import Column, Progress, heard
from ledger.follow_up.state import FollowUp
from ledger.parties import Obligation
from ledger.rooms import Rights
from ledger.settlement.events import (
    ConditionSatisfied,
    ConditionWaived,
    DraftRevised,
    ObligationDefined,
    SettlementEnteredIntoForce,
    SettlementExecuted,
)
from ledger.settlement.evidence_events import CoolingOffExercised
from ledger.settlement.signature_events import DueDay
from ledger.store.reader import Read
from projections.generations import Glance
from projections.rows import MemoryRows, Projection, Row, Rows, place

Word: TypeAlias = (
    ObligationFellDue
    | PerformanceReported
    | PerformanceConfirmed
    | PerformanceDisputed
    | BreachReported
    | BreachReportAnswered
    | ObligationCured
    | ObligationWaived
    | ObligationDeferred
    | ObligationDischarged
)
"""What somebody entitled to it says of an obligation, or that its day passed."""
Release: TypeAlias = SettlementEnteredIntoForce | ConditionSatisfied | ConditionWaived
"""Events that may give an obligation its day."""
Other: TypeAlias = (
    ObligationDefined | DraftRevised | SettlementExecuted | CoolingOffExercised | CurePeriodAgreed
)
EVENTS = frozenset((*get_args(Word), *get_args(Release), *get_args(Other)))


class Duty(Struct, frozen=True, kw_only=True):
    """An obligation as a draft or settlement states it, and what was said of it.

    Attributes:
        on: Day it falls due, once nothing holds it back.
        arithmetic: How that day was counted.
        ref: Event (room:seq) that defined it; its content has act and amount.
    """

    settlement_id: str
    obligor: str
    obligee: str
    on: str | None = None
    arithmetic: str | None = None
    ref: str
    progress: Progress = Progress()


class BoardRow(Row, frozen=True, kw_only=True):
    """The obligations a room tells of.

    Attributes:
        executed: Settlements that were executed.
        in_force: Settlements that entered into force.
        duties: By obligation id, drafts included.
    """

    table = "obligations__boards"
    executed: tuple[str, ...] = ()
    in_force: tuple[str, ...] = ()
    duties: dict[str, Duty] = field(default_factory=dict)


def handle(rows: Rows, read: Read) -> None:
    """Take in what a text obliges to, when it falls due, and what is said of it."""
    board = rows.get(BoardRow, (read.room_id.hex(),)) or BoardRow(**place(read))
    match read.frame.event:
        case ObligationDefined() as event:
            duty = Duty(
                settlement_id=event.settlement_id,
                obligor=event.obligor,
                obligee=event.obligee,
                ref=read.frame.ref,
            )
            rows.put(replace(board, duties={**board.duties, event.obligation_id: duty}))
        case DraftRevised() as event:
            left = {name: d for name, d in board.duties.items() if name not in event.drops}
            rows.put(replace(board, duties=left))
        case SettlementExecuted() as event:
            rows.put(replace(board, executed=(*board.executed, event.settlement_id)))
        case CoolingOffExercised() as event:
            standing = tuple(name for name in board.executed if name != event.settlement_id)
            rows.put(replace(board, executed=standing))
        case SettlementEnteredIntoForce() as event:
            in_force = (*board.in_force, event.settlement_id)
            rows.put(_due(replace(board, in_force=in_force), event.dues))
        case ConditionSatisfied() | ConditionWaived() as event:
            rows.put(_due(board, event.dues))
        case CurePeriodAgreed() as event:
            rows.put(_in_cure(board, event))
        case event:
            rows.put(_said(board, cast("Word", event), read.frame.ref))


def _due(board: BoardRow, dues: Iterable[DueDay]) -> BoardRow:
    duties = dict(board.duties)
    for due in dues:
        if due.obligation_id in duties:
            known = duties[due.obligation_id]
            duties[due.obligation_id] = replace(known, on=due.on, arithmetic=due.arithmetic)
    return replace(board, duties=duties)


def _said(board: BoardRow, event: Word, ref: str) -> BoardRow:
    known = board.duties.get(event.obligation_id)
    if known is None:
        return board
    progress = replace(heard(known.progress, event), last=ref)
    return _with(board, event.obligation_id, replace(known, progress=progress))


def _in_cure(board: BoardRow, event: CurePeriodAgreed) -> BoardRow:
    known = board.duties.get(event.obligation_id)
    if known is None:
        return board
    progress = replace(known.progress, heard="in cure", cure_until=event.until)
    return _with(board, event.obligation_id, replace(known, progress=progress))


def _with(board: BoardRow, obligation_id: str, duty: Duty) -> BoardRow:
    return replace(board, duties={**board.duties, obligation_id: duty})


PROJECTION = Projection("obligations", 2, (BoardRow,), handle, EVENTS)


class Owed(Struct, frozen=True, kw_only=True):
    """An obligation as a reader sees it; that one is broken is for nobody here to say.

    Attributes:
        settlement_id: Settlement it stands in.
        due: Day it is due, after any deferral; None while a condition holds it back.
        arithmetic: How its first day was counted.
        stands: What the parties last said of it, or where its day stands.
        cure_until: Day until which it may be put right.
        defined: Event (room:seq) whose content has act and amount.
    """

    obligation_id: str
    settlement_id: str
    obligor: str
    obligee: str
    due: str | None
    arithmetic: str | None
    stands: Column
    cure_until: str | None
    defined: str


def board(glance: Glance, case_id: UUID, rights: Rights) -> list[Owed]:
    """List what is owed in a case, from rooms that are read whole; the next due first."""
    return owed(glance.of_case(BoardRow, case_id, list(rights)))


def in_memory(rows: MemoryRows) -> list[Owed]:
    """List what is owed, from rows folded in memory."""
    return owed(rows.all(BoardRow))


def owed(rows: Iterable[BoardRow]) -> list[Owed]:
    """List the obligations of executed settlements; drafts oblige nobody."""
    found = [
        _owed(row, name, duty)
        for row in rows
        for name, duty in row.duties.items()
        if duty.settlement_id in row.executed
    ]
    return sorted(found, key=lambda o: (o.due is None, o.due or "", o.obligation_id))


def _owed(row: BoardRow, name: str, duty: Duty) -> Owed:
    said = FollowUp(progress={name: duty.progress})
    obligation = Obligation(
        obligation_id=name,
        obligor=duty.obligor,
        obligee=duty.obligee,
        due=duty.on,
        in_force=duty.settlement_id in row.in_force,
        ref=duty.ref,
    )
    return Owed(
        obligation_id=name,
        settlement_id=duty.settlement_id,
        obligor=duty.obligor,
        obligee=duty.obligee,
        due=said.due(obligation),
        arithmetic=duty.arithmetic,
        stands=said.column(obligation),
        cure_until=duty.progress.cure_until,
        defined=duty.ref,
    )
