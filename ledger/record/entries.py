"""Keep what is known of every entry, room by room, so that one more costs the same for ever.

Each event makes a new state while the old one stays valid (a cut as of some instant, the writer's
cached eyes). A plain dictionary would be copied whole each time. Here a room is a tuple of full
chunks and one growing tail: adding an entry copies the tail alone, at most `CHUNK` pointers, and
every earlier state keeps its own; nothing is shared that can change.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from ledger.envelope import Frame
from ledger.parties import Entry

CHUNK = 256
"""Entries in a full chunk."""


class Log(Struct, frozen=True, gc=False):
    """The entries of one room.

    Attributes:
        first: Sequence of the first one; a reader may join late.
        full: Full chunks, in order.
        tail: What is not yet a full chunk.
    """

    first: int
    full: tuple[tuple[Entry, ...], ...] = ()
    tail: tuple[Entry, ...] = ()

    def __len__(self) -> int:
        """Count the entries."""
        return CHUNK * len(self.full) + len(self.tail)

    def with_entry(self, seq: int, entry: Entry) -> "Log":
        """Return the log with the next entry of its room."""
        full, tail = self.full, self.tail
        assert seq == self.first + CHUNK * len(full) + len(tail), "a room is seen without a gap"
        tail = (*tail, entry)
        if len(tail) < CHUNK:
            return Log(self.first, full, tail)
        return Log(self.first, (*full, tail))

    def at(self, seq: int) -> Entry | None:
        """Return the entry of a sequence, None where there is none."""
        place = seq - self.first
        if not 0 <= place < len(self):
            return None
        chunk, offset = divmod(place, CHUNK)
        return (self.full[chunk] if chunk < len(self.full) else self.tail)[offset]


class Entries(Mapping[str, Entry]):
    """Every entry seen, by `room:seq`."""

    __slots__ = ("_rooms",)

    def __init__(self, rooms: Mapping[str, Log]) -> None:
        self._rooms = rooms

    def __getitem__(self, ref: str) -> Entry:
        room, _, seq = ref.rpartition(":")
        log = self._rooms.get(room)
        entry = log.at(int(seq)) if log is not None and _is_number(seq) else None
        if entry is None:
            raise KeyError(ref)
        return entry

    def __iter__(self) -> Iterator[str]:
        for room, log in self._rooms.items():
            for seq in range(log.first, log.first + len(log)):
                yield f"{room}:{seq}"

    def __len__(self) -> int:
        return sum(len(log) for log in self._rooms.values())


def with_frame(rooms: Mapping[str, Log], frame: Frame[Any], entry: Entry) -> dict[str, Log]:
    """Return the rooms with one more entry."""
    log = rooms.get(frame.room) or Log(frame.seq)
    return {**rooms, frame.room: log.with_entry(frame.seq, entry)}


def _is_number(seq: str) -> bool:
    """Tell whether a text is a sequence as we write it, so that an entry has one name alone."""
    return seq.isascii() and seq.isdigit() and not seq.startswith("0")
