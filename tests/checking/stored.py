"""The record as it is stored, read once; what clients were told must be in it, and nothing else."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from ledger.envelope import tag_of
from ledger.errors import DecodeError, StoreFault
from ledger.store.reader import PAGE, Reader
from ledger.store.sealing import parse
from services.grants import Grant
from tests.checking.told import Fault, Told


class Entry(NamedTuple):
    """One event of the store, without what it says.

    Attributes:
        position: In the store.
        case: Its aggregate, hex.
        version: In its aggregate.
        room: Id of its room, hex.
        seq: In its room.
        ref: How answers name it: room, sequence, type.
        actor: Who acted.
        command: Id of the command that wrote it.
        leaf: Its leaf, as stored.
        sealed: As stored.
        feeds: Feeds that must carry it.
    """

    position: int
    case: str
    version: int
    room: str
    seq: int
    ref: tuple[str, int, str]
    actor: str
    command: str
    leaf: bytes
    sealed: bytes
    feeds: tuple[str, ...]

    @property
    def event_id(self) -> str:
        """Name it as feeds do."""
        return f"{self.room}/{self.seq}"


def entries(reader: Reader, ledger: str, grants: Mapping[str, Grant]) -> Iterator[Entry | Fault]:
    """Read the store page by page, straight from where it lies; what cannot be read is a fault."""
    after = 0
    while page := reader.recorder.page(after, PAGE):
        for position, case, version, state in page:
            try:
                room, frame = reader.frame(state)
            except (StoreFault, DecodeError) as fault:
                yield Fault("store", f"position {position} cannot be read: {fault.why}")
                continue
            yield Entry(
                position,
                case.hex,
                version,
                room.hex(),
                frame.seq,
                (frame.room, frame.seq, tag_of(type(frame.event))),
                frame.actor,
                frame.command,
                parse(state).leaf,
                state,
                tuple(n for n, g in grants.items() if g.allows(ledger, case.hex, position, frame)),
            )
        after = page[-1][0]


def order_faults(found: Sequence[Entry]) -> Iterator[Fault]:
    """Find gaps and repeats: of positions, of versions in a case, of sequences in a room."""
    last: dict[str, int] = defaultdict(int)
    for entry in found:
        for what, number in (
            ("position", entry.position),
            (f"version of case {entry.case}", entry.version),
            (f"sequence of room {entry.room}", entry.seq),
        ):
            if number != last[what] + 1:
                yield Fault("store", f"{what} {number} stands behind {last[what]}")
            last[what] = number


def written(found: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Gather what each command wrote, in order."""
    by_command: dict[str, list[Entry]] = defaultdict(list)
    for entry in found:
        by_command[entry.command].append(entry)
    return by_command


def answer_faults(told: Iterable[Told], by_command: Mapping[str, list[Entry]]) -> Iterator[Fault]:
    """Compare what clients were told with what was written."""
    for each in told:
        wrote = by_command.get(each.id, [])
        match each.outcome:
            case "accepted":
                yield from _accepted(each, wrote)
            case "refused" if wrote:
                yield Fault("store", f"{each.id} was refused, and {wrote[0].ref} is there")
            case "unknown" if not _is_one(wrote):
                yield Fault("store", f"{each.id}, of unknown outcome, is there in pieces")
            case _:
                pass


def _accepted(told: Told, wrote: list[Entry]) -> Iterator[Fault]:
    assert told.answer is not None, "an accepted command has an answer"
    answered = [(e.room, e.seq, e.type) for e in told.answer.events]
    there = [entry.ref for entry in wrote]
    if not there:
        yield Fault("store", f"{told.id} was accepted, and nothing of it is there")
    elif there != answered:
        yield Fault("store", f"{told.id} was answered {answered}, and {there} is there")
    elif not _is_one(wrote):
        yield Fault("store", f"what {told.id} wrote does not stand together")
    elif told.actor is not None and wrote[0].actor != told.actor:
        yield Fault("store", f"{told.id} is there as of {wrote[0].actor}, not {told.actor}")


def _is_one(wrote: Sequence[Entry]) -> bool:
    """Tell whether some entries are of one case and stand side by side."""
    return all(
        (one.case, one.version + 1, one.position + 1) == (next_.case, next_.version, next_.position)
        for one, next_ in pairwise(wrote)
    )
