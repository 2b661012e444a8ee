"""Read the record: open frames in order, and contents where a reader may see them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from ledger.casefile import CaseFile
from ledger.catalogue import AnyEvent, decode_frame
from ledger.envelope import Event, Frame, with_content
from ledger.errors import DecodeError, StoreFault
from ledger.keys import KeyGone, KeyStore
from ledger.rooms import room_id
from ledger.store.recorder import SQLiteLedgerRecorder
from ledger.store.sealing import open_content, open_frame, parse, room_of

PAGE = 1_000


class Read(Struct, frozen=True, gc=False):
    """One event read from the store.

    Attributes:
        position: Place in the whole store; never shown to a reader.
        case_id: Its aggregate.
        version: Place in its aggregate; never shown to a reader.
        room_id: Id of its room, 16 bytes.
        frame: Its frame.
    """

    position: int
    case_id: UUID
    version: int
    room_id: bytes
    frame: Frame[AnyEvent]

    @property
    def event_id(self) -> str:
        """Name the event to the outside: `<room id>/<sequence>`."""
        return f"{self.room_id.hex()}/{self.frame.seq}"


class Unreadable(Struct, frozen=True):
    """An event whose frame cannot be read: altered, of a newer release, or its key is gone."""

    position: int
    case_id: UUID
    version: int
    why: str


class Reader:
    """Open what is stored, for trusted code; who may see what is decided above.

    Attributes:
        recorder: Where the sealed events are.
        keys: Where the keys are.
    """

    def __init__(self, recorder: SQLiteLedgerRecorder, keys: KeyStore) -> None:
        """Read from a recorder with a key store."""
        self.recorder = recorder
        self.keys = keys

    def head(self) -> int:
        """Return the position of the last event, 0 if there is none."""
        return self.recorder.head()

    def frame(self, state: bytes) -> tuple[bytes, Frame[AnyEvent]]:
        """Open the frame of a stored event, with its room's id.

        Raises:
            StoreFault: The bytes were altered, or the room's key is gone.
            DecodeError: The frame is of a newer release.
        """
        return self._frame(state, {})

    def _frame(self, state: bytes, keys: dict[bytes, bytes]) -> tuple[bytes, Frame[AnyEvent]]:
        """Open a frame; the keys of rooms already asked for are at hand."""
        sealed = parse(state)
        room = room_of(sealed.leaf)
        key = keys.get(room)
        if key is None:
            key = keys[room] = self._frame_key(room)
        return room, decode_frame(open_frame(sealed, key))

    def _frame_key(self, room: bytes) -> bytes:
        try:
            return self.keys.frame_key(room)
        except KeyGone as gone:
            raise StoreFault("the key of a room is gone", "the key store's backup") from gone

    def page(self, after: int, limit: int = PAGE) -> list[Read | Unreadable]:
        """Read up to `limit` events after a position, in order; unreadable ones say why."""
        keys: dict[bytes, bytes] = {}
        return [self._read(row, keys) for row in self.recorder.page(after, limit)]

    def _read(
        self, row: tuple[int, UUID, int, bytes], keys: dict[bytes, bytes]
    ) -> Read | Unreadable:
        position, case, version, state = row
        try:
            return Read(position, case, version, *self._frame(state, keys))
        except (StoreFault, DecodeError) as error:
            return Unreadable(position, case, version, error.why)

    def load(self, case_id: UUID, upto: datetime | None = None) -> CaseFile:
        """Read a whole case, or as much of it as was recorded by an instant.

        Raises:
            StoreFault: An event was altered or is missing.
        """
        file = CaseFile(case_id)
        self.extend(file, upto)
        return file

    def extend(self, file: CaseFile, upto: datetime | None = None) -> int:
        """Read what a case file does not have yet; return the position of its last new event."""
        last = 0
        for position, version, state in self.recorder.stream(file.case_id, file.version):
            if version != file.version + 1:
                raise StoreFault("an event of a case is missing", "restore from a backup")
            room, frame = self.frame(state)
            if upto is not None and frame.recorded > upto:
                break
            self._check_place(file, room, frame)
            file.append(frame)
            last = position
        return last

    def _check_place(self, file: CaseFile, room: bytes, frame: Frame[AnyEvent]) -> None:
        """Refuse an event that was moved or copied to where it does not belong."""
        last = file.seqs.get(frame.room, 0)
        first = last > 0 or room == room_id(self.keys.secret("rooms"), file.case_id, frame.room)
        if frame.seq != last + 1 or not first:
            why = "an event of a case stands in another's place"
            raise StoreFault(why, "restore from a backup")

    def opened(self, case_id: UUID, version: int) -> Frame[Any]:
        """Read one event with its content; the content stays unset where it was erased."""
        rows = self.recorder.stream(case_id, version - 1, limit=1)
        if not rows:
            raise StoreFault("an event of a case is missing", "restore from a backup")
        return self._with_content(rows[0][2])

    def all_opened(self, case_id: UUID) -> Iterator[Frame[Any]]:
        """Read a case with its contents, in order; erased ones stay unset."""
        for _, _, state in self.recorder.stream(case_id):
            yield self._with_content(state)

    def _with_content(self, state: bytes) -> Frame[Any]:
        _, frame = self.frame(state)
        return replace(frame, event=self.filled(state, frame.event))

    def filled(self, state: bytes, event: Event) -> Event:
        """Fill an event's content from its stored bytes; it stays unset where it was erased."""
        sealed = parse(state)
        try:
            key = self.keys.content_key(sealed.block, sealed.slot)
        except KeyGone:
            return event
        return with_content(event, open_content(sealed, key))

    def opens(self, state: bytes) -> bool:
        """Tell whether a stored event can be opened, its content too unless that was erased."""
        try:
            self._with_content(state)
        except (StoreFault, DecodeError):
            return False
        return True

    def last_recorded(self) -> datetime | None:
        """Return the instant of the last event of the ledger, None if there is none."""
        head = self.head()
        rows = self.recorder.page(head - 1, 1) if head else []
        return self.frame(rows[0][3])[1].recorded if rows else None

    def event_id(self, case_id: UUID, ref: str) -> str:
        """Name an event of a case (room:seq) to the outside: `<room id>/<sequence>`."""
        room, _, seq = ref.rpartition(":")
        return f"{room_id(self.keys.secret('rooms'), case_id, room).hex()}/{seq}"
