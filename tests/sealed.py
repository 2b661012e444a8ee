"""Seal histories into a real ledger without deciding them: for what reads the record."""

from datetime import timedelta
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from ledger.catalogue import decode_frame, encode_frame
from ledger.envelope import Event, Frame, content_bytes, frame_of
from ledger.keys import ContentKeys
from ledger.rooms import room_id
from ledger.store.batch import Pending
from ledger.store.ledger import Ledger
from ledger.store.reader import Reader
from ledger.store.recorder import NewRow
from ledger.store.sealing import ContentKey, seal
from services.clock import FakeClock
from tests.spec import START, Spec

LEDGER_ID = UUID("01960000-0000-7000-8000-000000000001")


class Record:
    """A ledger in a folder, written without rules.

    Attributes:
        folder: Where it lies.
        reader: Opens it.
        at: Instant of the next event.
    """

    def __init__(self, folder: Path) -> None:
        """Make an empty one."""
        self.folder = folder
        self._ledger = Ledger.create(folder, FakeClock(START), LEDGER_ID)
        self._keys = ContentKeys(self._ledger.keys)
        self._seqs: dict[tuple[UUID, str], int] = {}
        self._versions: dict[UUID, int] = {}
        self._waiting: list[Pending] = []
        self.at = START

    @property
    def reader(self) -> Reader:
        """Return the reader of the ledger."""
        return self._ledger.reader

    def tell(
        self,
        case: UUID,
        room: str,
        event: Event,
        **frame: Any,  # noqa: ANN401 - fields of a frame
    ) -> Frame[Any]:
        """Put an event in line, a second after the one before."""
        self.at += timedelta(seconds=1)
        seq = self._seqs[case, room] = self._seqs.get((case, room), 0) + 1
        version = self._versions[case] = self._versions.get(case, 0) + 1
        usual: dict[str, Any] = {
            "recorded": self.at,
            "occurred": self.at.isoformat(),
            "actor": "person:clerk",
            "entered_by": "person:clerk",
            "auth": "test",
            "channel": "command line",
            "command": f"order-{room}-{seq}",
        }
        told: Frame[Any] = Frame(room=room, seq=seq, event=frame_of(event), **{**usual, **frame})
        self._waiting.append(
            Pending(
                case,
                version,
                encode_frame(told),
                content_bytes(event),
                self.room_id(case, room),
                seq,
                None,
            )
        )
        return told

    def room_id(self, case: UUID, room: str) -> bytes:
        """Derive a room's id as the writer does."""
        return room_id(self._ledger.keys.secret("rooms"), case, room)

    def take(self, spec: Spec) -> None:
        """Put everything a spec decided in line, contents too."""
        for pending in spec._batch._pending:
            room = _room_of(pending)
            self._waiting.append(
                Pending(
                    pending.case_id,
                    pending.version,
                    pending.frame,
                    pending.content,
                    self.room_id(pending.case_id, room),
                    pending.seq,
                    pending.number,
                )
            )

    def commit(self) -> int:
        """Record what waits; return the position of the last event."""
        keys = self._ledger.keys.frame_keys_for(p.room_id for p in self._waiting)
        rows = [self._sealed(p, keys[p.room_id]) for p in self._waiting]
        self._waiting.clear()
        return self.reader.recorder.insert(rows)[-1]

    def _sealed(self, pending: Pending, frame_key: bytes) -> NewRow:
        state = seal(
            room_id=pending.room_id,
            seq=pending.seq,
            frame=pending.frame,
            content=pending.content,
            frame_key=frame_key,
            content_key=ContentKey(*self._keys.take()),
        )
        return NewRow(pending.case_id, pending.version, state, pending.number)

    def damage(self, position: int) -> None:
        """Alter one stored event."""
        with self.reader.recorder.datastore.writing() as connection:
            query = "SELECT state FROM stored_events WHERE position = ?"
            (state,) = connection.execute(query, (position,)).fetchone()
            change = "UPDATE stored_events SET state = ? WHERE position = ?"
            connection.execute(change, (_flip(state), position))

    def close(self) -> None:
        """Close its files."""
        self._keys.close()
        self._ledger.close()

    def __enter__(self) -> Self:
        """Hold it open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def _flip(state: bytes) -> bytes:
    """Flip a bit of the frame's ciphertext, which begins after leaf and nonce."""
    at = 256
    return state[:at] + bytes([state[at] ^ 1]) + state[at + 1 :]


def _room_of(pending: Pending) -> str:
    return decode_frame(pending.frame).room


def case_id(number: int) -> UUID:
    """Name a case for a test."""
    return UUID(f"01960000-0000-7000-8000-{number:012d}")
