"""Keep the newest events, read and opened once for all feeds."""

from collections import deque
from collections.abc import Sequence
from functools import cached_property
from itertools import islice
from typing import Any
from uuid import UUID

import msgspec

from ledger.envelope import FRAME_ENCODER, Frame
from ledger.rooms import room_id
from ledger.store.reader import Reader
from ledger.store.sealing import parse
from services.courier.messages import cloud_event
from services.nats.pipe import MESSAGE_ID, Message
from services.nats.source import Row, Source
from services.nats.subjects import feed_subject

KEPT = 4_096


class _Leaf(msgspec.Struct, frozen=True):
    room: str
    seq: int


class Opened:
    """An event, opened when the first feed needs it."""

    def __init__(self, row: Row, reader: Reader, ledger: str) -> None:
        """Take an event as it is stored.

        Args:
            row: The event.
            reader: Opens it.
            ledger: Id of the institution, 32 hex digits.
        """
        self.row = row
        self._reader = reader
        self._ledger = ledger

    @cached_property
    def frame(self) -> Frame[Any]:
        """Return its frame.

        Raises:
            StoreFault: It was altered, or the key of its room is gone.
            DecodeError: It is of a newer release.
        """
        return self._reader.frame(self.row.sealed)[1]

    @cached_property
    def event_id(self) -> str:
        """Return its id, `<room id>/<sequence>`, which stands outside what is sealed."""
        leaf = msgspec.json.decode(parse(self.row.sealed).leaf, type=_Leaf)
        return f"{leaf.room}/{leaf.seq}"

    @cached_property
    def body(self) -> bytes:
        """Return what it says, as JSON; content that was erased is missing.

        Raises:
            StoreFault: It was altered.
        """
        event = self._reader.filled(parse(self.row.sealed), self.frame.event)
        return FRAME_ENCODER.encode(event)

    @cached_property
    def headers(self) -> dict[str, str]:
        """Return its headers."""
        return cloud_event(self._ledger, self.row, self.event_id, self.frame)

    def is_in(self, rooms: Sequence[str]) -> bool:
        """Tell whether its room is one of some names, without opening anything."""
        case, secret = UUID(self.row.case_hex), self._reader.keys.secret("rooms")
        return any(room_id(secret, case, room).hex() == self.row.room_hex for room in rooms)

    def message(self, feed: str, *, again: bool = False) -> Message:
        """Write it for a subscriber.

        Args:
            feed: The subscriber.
            again: Whether it is sent though its id may be known.

        Raises:
            StoreFault: It was altered.
        """
        tag = self.headers["ce-type"].split(".")[2]
        known = {} if again else {MESSAGE_ID: self.event_id}
        return Message(feed_subject(feed, tag), self.body, {**known, **self.headers})


class Window:
    """Reads the store for all feeds: those near its head share what was read and opened.

    Attributes:
        reach: Position behind which nothing is given out yet, since who may have it is not known.
    """

    def __init__(self, source: Source, reader: Reader, ledger: str, kept: int = KEPT) -> None:
        """Begin with nothing read."""
        self._source = source
        self._reader = reader
        self._ledger = ledger
        self._events: deque[Opened] = deque(maxlen=kept)
        self.reach = 0

    def head(self) -> int:
        """Return the position of the last event recorded."""
        return self._source.head()

    def page(self, after: int, limit: int) -> list[Opened]:
        """Return what follows a position, up to the reach."""
        if after >= self.reach:
            return []
        return [one for one in self.ahead(after, limit) if one.row.position <= self.reach]

    def ahead(self, after: int, limit: int) -> list[Opened]:
        """Return what follows a position; who is far behind reads for itself alone."""
        if self._events:
            first, last = self._events[0].row.position, self._events[-1].row.position
            if first - 1 <= after < last:
                begin = after + 1 - first
                return list(islice(self._events, begin, begin + limit))
            if after < first - 1:
                return self._read(after, limit)
            after = max(after, last)
        fresh = self._read(after, limit)
        if fresh and self._events and fresh[0].row.position != self._events[-1].row.position + 1:
            self._events.clear()
        self._events.extend(fresh)
        return fresh

    def anew(self, after: int, limit: int) -> list[Opened]:
        """Return what follows a position, read and opened for this one look alone."""
        return self._read(after, limit)

    def forget(self) -> None:
        """Open everything anew; something was erased."""
        self._events.clear()

    def _read(self, after: int, limit: int) -> list[Opened]:
        rows = self._source.page(after, limit)
        return [Opened(row, self._reader, self._ledger) for row in rows]
