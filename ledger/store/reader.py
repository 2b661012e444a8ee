"""Read the record: open frames in order, and contents where a reader may see them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ledger.casefile import CaseFile
from ledger.catalogue import AnyEvent, decode_frame
from ledger.envelope import Event, Frame, with_content
from ledger.errors import DecodeError, StoreFault
from ledger.keys import KeyGone, KeyStore
from ledger.rooms import room_id
from ledger.store.recording import LedgerRecorder
from ledger.store.sealing import FrameOpener, Sealed, open_content, parse

PAGE = 1_000


class _Version(Struct, frozen=True):
    """The one field of a frame that says how the others are to be read."""

    v: int = 1


_VERSION = msgspec.json.Decoder(_Version)


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

    def __init__(self, recorder: LedgerRecorder, keys: KeyStore) -> None:
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
        room, frame = FrameOpener(self._frame_key).open(parse(state))
        return room, decode_frame(frame)

    def written_as(self, sealed: Sealed) -> int:
        """Return the version of the shape an event was written in, whatever it is read as.

        Raises:
            StoreFault: The bytes were altered, or the room's key is gone.
        """
        _, frame = FrameOpener(self._frame_key).open(sealed)
        return _VERSION.decode(frame).v

    def speaks_of(self, state: bytes, marks: tuple[bytes, ...]) -> bool:
        """Tell whether a stored event's frame holds one of some bytes, without decoding it.

        Raises:
            StoreFault: The bytes were altered, or the room's key is gone.
        """
        _, frame = FrameOpener(self._frame_key).open(parse(state))
        return any(mark in frame for mark in marks)

    def _frame_key(self, room: bytes) -> bytes:
        try:
            return self.keys.frame_key(room)
        except KeyGone as gone:
            raise StoreFault("the key of a room is gone", "the key store's backup") from gone

    def page(self, after: int, limit: int = PAGE) -> list[Read | Unreadable]:
        """Read up to `limit` events after a position, in order; unreadable ones say why."""
        opener = FrameOpener(self._frame_key)
        found: list[Read | Unreadable] = []
        for position, case, version, state in self.recorder.page(after, limit):
            try:
                room, frame = opener.open(parse(state))
                found.append(Read(position, case, version, room, decode_frame(frame)))
            except (StoreFault, DecodeError) as error:
                found.append(Unreadable(position, case, version, error.why))
        return found

    def read_case(self, case_id: UUID, after: int = 0) -> Iterator[tuple[Read, Sealed]]:
        """Read a case in order from behind a version on, each event as it is stored and open.

        Raises:
            StoreFault: An event was altered or is missing.
            DecodeError: An event is of a newer release.
        """
        opener = FrameOpener(self._frame_key)
        for position, version, state in self.recorder.stream(case_id, after):
            after += 1
            if version != after:
                raise StoreFault("an event of a case is missing", "restore from a backup")
            sealed = parse(state)
            room, frame = opener.open(sealed)
            yield Read(position, case_id, version, room, decode_frame(frame)), sealed

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
        for read, _ in self.read_case(file.case_id, file.version):
            frame = read.frame
            if upto is not None and frame.recorded > upto:
                break
            self._check_place(file, read.room_id, frame)
            file.append(frame)
            last = read.position
        return last

    def grow(self, file: CaseFile, version: int, state: bytes) -> bool:
        """Have a case file take in one stored event; tell whether it was its next, and readable.

        Who needs what could not be read meets it with `extend`, and is told why.
        """
        if version != file.version + 1:
            return False
        try:
            room, frame = self.frame(state)
            self._check_place(file, room, frame)
        except (StoreFault, DecodeError):
            return False
        file.append(frame)
        return True

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

    def content_of(self, case_id: UUID, version: int) -> bytes | None:
        """Read the content of one event as it was written, None where it was erased."""
        rows = self.recorder.stream(case_id, version - 1, limit=1)
        if not rows:
            raise StoreFault("an event of a case is missing", "restore from a backup")
        return self.content(parse(rows[0][2]))

    def all_opened(self, case_id: UUID) -> Iterator[Frame[Any]]:
        """Read a case with its contents, in order; erased ones stay unset."""
        for read, sealed in self.read_case(case_id):
            yield replace(read.frame, event=self.filled(sealed, read.frame.event))

    def _with_content(self, state: bytes) -> Frame[Any]:
        sealed = parse(state)
        _, data = FrameOpener(self._frame_key).open(sealed)
        frame = decode_frame(data)
        return replace(frame, event=self.filled(sealed, frame.event))

    def filled(self, sealed: Sealed, event: Event) -> Event:
        """Fill an event's content from what is stored; it stays unset where it was erased."""
        content = self.content(sealed)
        return event if content is None else with_content(event, content)

    def content(self, sealed: Sealed) -> bytes | None:
        """Open the content of a stored event as it was written, None where it was erased."""
        try:
            key = self.keys.content_key(sealed.block, sealed.slot)
        except KeyGone:
            return None
        return open_content(sealed, key)

    def opens(self, state: bytes) -> bool:
        """Tell whether a stored event can be opened, its content too unless that was erased."""
        try:
            self._with_content(state)
        except (StoreFault, DecodeError):
            return False
        return True

    def event_id(self, case_id: UUID, ref: str) -> str:
        """Name an event of a case (room:seq) to the outside: `<room id>/<sequence>`."""
        room, _, seq = ref.rpartition(":")
        return f"{room_id(self.keys.secret('rooms'), case_id, room).hex()}/{seq}"
