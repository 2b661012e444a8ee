"""Keep what the record says of an entry since: who contests it, what is sealed or erased.

Views of other things put it beside the entries they tell of.
"""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from ledger.casefile import ERASING, erased_by
from ledger.envelope import Event
from ledger.record.events import ContestAnswered, EntryContested
from ledger.record.governance_events import ContentSealed, ContentUnsealed
from ledger.store.reader import Read
from projections.rows import MemoryRows, Projection, Row, Rows, place

EVENTS: frozenset[type[Event]] = frozenset(
    {EntryContested, ContestAnswered, ContentSealed, ContentUnsealed, *ERASING}
)


class ContestRow(Row, frozen=True, kw_only=True):
    """An objection to an entry; its content says why.

    Attributes:
        seq: Place of the contest in its room.
        target: Entry (room:seq) it is about.
        by: Who contests: `party:B`.
        answers: Entries (room:seq) that answer it.
    """

    keys = ("seq",)
    table = "notes__contests"
    seq: int
    target: str
    by: str
    answers: tuple[str, ...] = ()


class SealRow(Row, frozen=True, kw_only=True):
    """Whether what an entry says is shown.

    Attributes:
        seq: Place of the entry in its room.
        sealed_by: Event (room:seq) that sealed it, None where it is shown again.
    """

    keys = ("seq",)
    table = "notes__seals"
    sparse = True
    seq: int
    sealed_by: str | None


class ErasedRow(Row, frozen=True, kw_only=True):
    """That what an entry said is erased.

    Attributes:
        seq: Place of the entry in its room.
        erased_by: Event (room:seq) that erased it.
    """

    keys = ("seq",)
    table = "notes__erased"
    sparse = True
    seq: int
    erased_by: str


def handle(rows: Rows, read: Read) -> None:
    """Take in what is said of an entry of the same room."""
    frame = read.frame
    match frame.event:
        case EntryContested() as event:
            by = frame.acting_for or frame.actor
            rows.put(ContestRow(**place(read), seq=frame.seq, target=event.target, by=by))
        case ContestAnswered() as event:
            known = rows.get(ContestRow, (read.room_id.hex(), _seq(event.target)))
            if known is not None:
                rows.put(replace(known, answers=(*known.answers, frame.ref)))
        case ContentSealed() as event:
            rows.put(SealRow(**place(read), seq=_seq(event.target), sealed_by=frame.ref))
        case ContentUnsealed() as event:
            rows.put(SealRow(**place(read), seq=_seq(event.target), sealed_by=None))
        case event:
            for target in erased_by(event):
                rows.put(ErasedRow(**place(read), seq=_seq(target), erased_by=frame.ref))


def _seq(ref: str) -> int:
    return int(ref.rpartition(":")[2])


PROJECTION = Projection("notes", 2, (ContestRow, SealRow, ErasedRow), handle, EVENTS)


def contests(rows: MemoryRows) -> Mapping[str, tuple[ContestRow, ...]]:
    """Gather the contests of each entry (room:seq), in their order."""
    found: dict[str, tuple[ContestRow, ...]] = {}
    for row in _in_order(rows.all(ContestRow)):
        found[row.target] = (*found.get(row.target, ()), row)
    return found


def seals(rows: MemoryRows) -> Mapping[str, str]:
    """Name the event that sealed an entry (room:seq), by that entry."""
    return {f"{r.room}:{r.seq}": r.sealed_by for r in rows.all(SealRow) if r.sealed_by is not None}


def erased(rows: MemoryRows) -> Mapping[str, str]:
    """Name the event that erased what an entry (room:seq) said, by that entry."""
    return {f"{row.room}:{row.seq}": row.erased_by for row in rows.all(ErasedRow)}


def _in_order(rows: Iterable[ContestRow]) -> list[ContestRow]:
    return sorted(rows, key=lambda row: (row.room, row.seq))
