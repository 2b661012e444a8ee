"""Keep what is owed under executed settlements, and what the parties said of it (DOMAIN.md V8)."""

from collections.abc import Iterable
from typing import Literal, TypeAlias, cast, get_args

from msgspec import Struct, field
from msgspec.structs import replace

from ledger.follow_up.after_events import (
    ChallengeOutcomeRecorded,
    SettlementEndedByAgreement,
    WaiverByConductAsserted,
    WaiverByConductDenied,
)
from ledger.follow_up.after_state import After
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
    | WaiverByConductAsserted
    | WaiverByConductDenied
)
"""What somebody entitled to it says of an obligation, or that its day passed."""
Release: TypeAlias = SettlementEnteredIntoForce | ConditionSatisfied | ConditionWaived
"""Events that may give an obligation its day."""
Ended: TypeAlias = SettlementEndedByAgreement | ChallengeOutcomeRecorded
"""Events with which obligations may come to an end."""
Other: TypeAlias = (
    ObligationDefined | DraftRevised | SettlementExecuted | CoolingOffExercised | CurePeriodAgreed
)
EVENTS = frozenset((*get_args(Word), *get_args(Release), *get_args(Ended), *get_args(Other)))


class Part(Struct, frozen=True):
    """A performance the obligor reported.

    Attributes:
        entry: Event (room:seq) that reported it; its content has what was paid.
        extent: Whether of the whole or of a part.
        proof: SHA-256 of the proof.
        stands: What the obligee said to it.
    """

    entry: str
    extent: str
    proof: str | None = None
    stands: Literal["reported", "confirmed", "disputed"] = "reported"


class Duty(Struct, frozen=True, kw_only=True):
    """An obligation as a draft or settlement states it, and what was said of it.

    Attributes:
        clause_id: Clause of the draft that states it.
        depends_on: Conditions that hold it back, and obligations that come first.
        on: Day it falls due, once nothing holds it back.
        arithmetic: How that day was counted.
        ref: Event (room:seq) that defined it; its content has act and amount.
        parts: Performances reported.
    """

    settlement_id: str
    obligor: str
    obligee: str
    clause_id: str | None = None
    depends_on: tuple[str, ...] = ()
    on: str | None = None
    arithmetic: str | None = None
    ref: str
    progress: Progress = Progress()
    parts: tuple[Part, ...] = ()


class BoardRow(Row, frozen=True, kw_only=True):
    """The obligations a room tells of.

    Attributes:
        executed: Settlements that were executed.
        in_force: Settlements that entered into force.
        ended: Obligations that ended with their settlement.
        duties: By obligation id, drafts included.
    """

    table = "obligations__boards"
    executed: tuple[str, ...] = ()
    in_force: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    duties: dict[str, Duty] = field(default_factory=dict)


def handle(rows: Rows, read: Read) -> None:  # noqa: C901 - one case an event
    """Take in what a text obliges to, when it falls due, and what is said of it."""
    board = rows.get(BoardRow, (read.room_id.hex(),)) or BoardRow(**place(read))
    match read.frame.event:
        case ObligationDefined() as event:
            duty = Duty(
                settlement_id=event.settlement_id,
                obligor=event.obligor,
                obligee=event.obligee,
                clause_id=event.clause_id,
                depends_on=event.depends_on,
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
        case SettlementEndedByAgreement() | ChallengeOutcomeRecorded() as event:
            rows.put(replace(board, ended=(*board.ended, *event.obligations)))
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
    parts = _performed(known.parts, event, ref)
    return _with(board, event.obligation_id, replace(known, progress=progress, parts=parts))


def _performed(parts: tuple[Part, ...], event: Word, ref: str) -> tuple[Part, ...]:
    """Note a performance, or what the obligee said to the last one."""
    match event:
        case PerformanceReported():
            return (*parts, Part(ref, event.extent, event.proof))
        case PerformanceConfirmed() if parts:
            before = parts[:-1] if event.extent == "part" else _taken(parts[:-1])
            return (*before, replace(parts[-1], stands="confirmed", extent=event.extent))
        case PerformanceDisputed() if parts:
            return (*parts[:-1], replace(parts[-1], stands="disputed"))
        case _:
            return parts


def _taken(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Let what was reported and not disputed count as taken, the whole being confirmed."""
    return tuple(
        replace(part, stands="confirmed") if part.stands == "reported" else part for part in parts
    )


def _in_cure(board: BoardRow, event: CurePeriodAgreed) -> BoardRow:
    known = board.duties.get(event.obligation_id)
    if known is None:
        return board
    progress = replace(known.progress, heard="in cure", cure_until=event.until)
    return _with(board, event.obligation_id, replace(known, progress=progress))


def _with(board: BoardRow, obligation_id: str, duty: Duty) -> BoardRow:
    return replace(board, duties={**board.duties, obligation_id: duty})


PROJECTION = Projection("obligations", 3, (BoardRow,), handle, EVENTS)


class Owed(Struct, frozen=True, kw_only=True):
    """An obligation as a reader sees it; that one is broken is for nobody here to say.

    Attributes:
        settlement_id: Settlement it stands in.
        clause_id: Clause of the text that states it.
        depends_on: Conditions that hold it back, and obligations that come first.
        due: Day it is due, after any deferral; None while a condition holds it back.
        arithmetic: How its first day was counted.
        stands: What the parties last said of it, or where its day stands.
        cure_until: Day until which it may be put right.
        waiver: Whether a waiver by conduct is asserted or was denied.
        last: Event (room:seq) of the last word on it.
        parts: Performances reported, each with what was said to it.
        entry: Event (room:seq) whose content has act and amount.
    """

    obligation_id: str
    settlement_id: str
    obligor: str
    obligee: str
    clause_id: str | None
    depends_on: tuple[str, ...]
    due: str | None
    arithmetic: str | None
    stands: Column
    cure_until: str | None
    waiver: str
    last: str | None
    parts: tuple[Part, ...]
    entry: str


def in_memory(rows: MemoryRows) -> list[Owed]:
    """List what is owed in a case, the next due first."""
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
    said = FollowUp(progress={name: duty.progress}, after=After(ended=frozenset(row.ended)))
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
        clause_id=duty.clause_id,
        depends_on=duty.depends_on,
        due=said.due(obligation),
        arithmetic=duty.arithmetic,
        stands=said.column(obligation),
        cure_until=duty.progress.cure_until,
        waiver=duty.progress.waiver,
        last=duty.progress.last,
        parts=duty.parts,
        entry=duty.ref,
    )
