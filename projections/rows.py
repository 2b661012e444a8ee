"""Hold what a view is made of: rows of frame facts, each of one room.

A handler sees the frame of one event and reads and writes rows of that event's room alone; rooms
are merged when read. So a view of some rooms is the view of all rooms, cut (DESIGN.md, decision 5).
"""

from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Any, ClassVar, Protocol, TypeAlias, TypedDict, TypeVar, cast

from msgspec import Struct

from ledger.envelope import Event
from ledger.store.reader import Read

Key: TypeAlias = tuple[str | int, ...]
"""Room id, then the kind's own key fields."""


class Row(Struct, frozen=True, kw_only=True):
    """Be the ancestor of every row: facts of frames, never content.

    Attributes:
        keys: Fields that name a row within its room.
        table: Name of the kind, of its table too.
        indexes: Fields that rows are found by, besides case and key.
        sparse: Whether rows are read so seldom that they are fetched one by one.
        hidden: Fields for finding content, which never stand in what a reader is given.
        case_id: Its case, 32 hex digits.
        room_id: Its room, 32 hex digits.
        room: The room's name within the case.
    """

    keys: ClassVar[tuple[str, ...]] = ()
    table: ClassVar[str]
    indexes: ClassVar[tuple[str, ...]] = ()
    sparse: ClassVar[bool] = False
    hidden: ClassVar[tuple[str, ...]] = ("case_id", "room_id")
    case_id: str
    room_id: str
    room: str


R = TypeVar("R", bound=Row)


class Rows(Protocol):
    """Where a handler finds and leaves rows."""

    def get(self, kind: type[R], key: Key) -> R | None:
        """Return a row of the event's room, None where there is none."""
        ...

    def put(self, row: Row) -> None:
        """Leave a row in place of one with its key."""
        ...


Handler: TypeAlias = Callable[[Rows, Read], None]


class Projection(Struct, frozen=True):
    """A view: its rows, and how an event changes them.

    Attributes:
        name: What `rebuild` calls it.
        version: Rises when rows or handler change; the view is then built anew.
        kinds: Its kinds of row.
        handle: Takes one event in.
        events: Types of event it is given; None for every one.
    """

    name: str
    version: int
    kinds: tuple[type[Row], ...]
    handle: Handler
    events: frozenset[type[Event]] | None = None


class AnotherRoomError(AssertionError):
    """A handler touched a row outside the room of its event."""


def key_of(row: Row) -> Key:
    """Return the key of a row."""
    return (row.room_id, *(getattr(row, name) for name in row.keys))


class Place(TypedDict):
    """The fields every row begins with."""

    case_id: str
    room_id: str
    room: str


def place(read: Read) -> Place:
    """Return the fields the rows of an event begin with."""
    return {
        "case_id": read.case_id.hex,
        "room_id": read.room_id.hex(),
        "room": read.frame.room,
    }


class RoomRows:
    """What a handler is given: rows of one room, changed together once the handler returns."""

    def __init__(self, rows: "Shelf", room_id: str) -> None:
        """Open a room.

        Args:
            rows: The rows behind.
            room_id: The one room that may be touched.
        """
        self._rows = rows
        self._room_id = room_id
        self._changed: dict[tuple[type[Row], Key], Row] = {}

    def get(self, kind: type[R], key: Key) -> R | None:
        """Return a row of the room, None where there is none."""
        self._check(key[0])
        changed = self._changed.get((kind, key))
        return self._rows.get(kind, key) if changed is None else cast("R", changed)

    def put(self, row: Row) -> None:
        """Leave a row of the room."""
        self._check(row.room_id)
        self._changed[type(row), key_of(row)] = row

    def keep(self) -> None:
        """Give the changes to the rows behind; without it they are forgotten."""
        for (kind, key), row in self._changed.items():
            self._rows.keep(kind, key, row)

    def _check(self, room_id: str | int) -> None:
        if room_id != self._room_id:
            raise AnotherRoomError(f"room {room_id} was touched by an event of {self._room_id}")


class Shelf(Protocol):
    """Rows of all rooms, as the code around the handlers has them."""

    def get(self, kind: type[R], key: Key) -> R | None:
        """Return a row, None where there is none."""
        ...

    def keep(self, kind: type[Row], key: Key, row: Row) -> None:
        """Leave a row in place of one with its key."""
        ...


def concerns(projection: Projection, read: Read) -> bool:
    """Tell whether a projection is given an event."""
    return projection.events is None or type(read.frame.event) in projection.events


def take_in(projection: Projection, rows: Shelf, read: Read) -> None:
    """Let a projection take in one event, all of its changes or none."""
    room = RoomRows(rows, read.room_id.hex())
    projection.handle(room, read)
    room.keep()


class MemoryRows:
    """Rows in memory: for a case as of an instant, for one viewer, and for tests."""

    def __init__(self) -> None:
        """Begin with no row."""
        self._kinds: dict[type[Row], dict[Key, Row]] = {}

    def get(self, kind: type[R], key: Key) -> R | None:
        """Return a row, None where there is none."""
        return cast("R | None", self._kinds.get(kind, {}).get(key))

    def keep(self, kind: type[Row], key: Key, row: Row) -> None:
        """Leave a row in place of one with its key."""
        self._kinds.setdefault(kind, {})[key] = row

    def kinds(self) -> tuple[type[Row], ...]:
        """Name the kinds there are rows of."""
        return tuple(self._kinds)

    def all(self, kind: type[R]) -> list[R]:
        """List the rows of a kind, by key."""
        found: Any = self._kinds.get(kind, {})
        return [found[key] for key in sorted(found)]

    def cut(self, rooms: Iterable[str]) -> "MemoryRows":
        """Return the rows of the rooms named alone."""
        wanted, cut = set(rooms), MemoryRows()
        for kind, rows in self._kinds.items():
            for key, row in rows.items():
                if row.room in wanted:
                    cut.keep(kind, key, row)
        return cut


def shown(row: Row) -> dict[str, Any]:
    """Return the fields of a row that a reader may be given."""
    return {n: getattr(row, n) for n in row.__struct_fields__ if n not in row.hidden}


def in_order(rows: Iterable[R], *fields: str) -> Iterator[R]:
    """Yield rows ordered by some of their fields."""
    yield from sorted(rows, key=attrgetter(*fields))
