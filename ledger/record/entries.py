"""Keep what is known of every entry, room by room, so that one more costs the same for ever.

Each event makes a new state while the old one stays valid (a cut as of some instant, the writer's
cached eyes). A plain dictionary would be copied whole each time. Here a room is a tuple of full
chunks and one growing tail: adding entries copies the tail alone, at most `CHUNK` pointers, and
every earlier state keeps its own; nothing is shared that can change. Kept are the frames
themselves; what is known of an entry is read from its frame when asked.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeAlias

from msgspec import Struct

from ledger.envelope import Frame
from ledger.parties import Entry

CHUNK = 256
"""Entries in a full chunk."""


AnyFrame: TypeAlias = Frame[Any]
ROOM = attrgetter("room")


class Log(Struct, frozen=True, gc=False):
    """The entries of one room.

    Attributes:
        first: Sequence of the first one; a reader may join late.
        full: Full chunks, in order.
        tail: What is not yet a full chunk.
    """

    first: int
    full: tuple[tuple[AnyFrame, ...], ...] = ()
    tail: tuple[AnyFrame, ...] = ()

    def __len__(self) -> int:
        """Count the entries."""
        return CHUNK * len(self.full) + len(self.tail)

    @property
    def last(self) -> int:
        """Return the sequence of the last one."""
        return self.first + CHUNK * len(self.full) + len(self.tail) - 1

    def followed_by(self, frames: tuple[AnyFrame, ...]) -> "Log":
        """Return the log with the next entries of its room."""
        assert frames[0].seq == self.last + 1, "a room is seen without a gap"
        full, tail = self.full, self.tail + frames
        while len(tail) >= CHUNK:
            full, tail = (*full, tail[:CHUNK]), tail[CHUNK:]
        return Log(self.first, full, tail)

    def at(self, seq: int) -> AnyFrame | None:
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
        frame = log.at(int(seq)) if log is not None and _is_number(seq) else None
        if frame is None:
            raise KeyError(ref)
        return _entry(frame)

    def __iter__(self) -> Iterator[str]:
        for room, log in self._rooms.items():
            for seq in range(log.first, log.first + len(log)):
                yield f"{room}:{seq}"

    def __len__(self) -> int:
        return sum(len(log) for log in self._rooms.values())

    def __bool__(self) -> bool:
        return bool(self._rooms)  # a room is known by its first entry; asked for each command


def _entry(frame: AnyFrame) -> Entry:
    """Say what is known of a recorded event."""
    return Entry(
        tag=str(type(frame.event).__struct_config__.tag),
        entered_by=frame.entered_by,
        actor=frame.actor,
        command=frame.command,
        occurred=frame.occurred,
        irregular=bool(frame.irregular),
    )


def with_frames(rooms: Mapping[str, Log], frames: Iterable[AnyFrame]) -> dict[str, Log]:
    """Return the rooms with more entries, which come in the order of recording."""
    more = dict(rooms)
    for room, some in groupby(frames, ROOM):
        new = tuple(some)
        more[room] = (more.get(room) or Log(new[0].seq)).followed_by(new)
    return more


def _is_number(seq: str) -> bool:
    """Tell whether a text is a sequence as we write it, so that an entry has one name alone."""
    return seq.isascii() and seq.isdigit() and not seq.startswith("0")
