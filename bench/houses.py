"""Make ledgers to measure: cases decided at the desk, and bulk copies of a decided case."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bench.measuring import chunks
from ledger.answer import Answer
from ledger.catalogue import encode_frame
from ledger.envelope import Frame, content_bytes, frame_of
from ledger.identity import Operator
from ledger.keys import ContentKeys, KeyStore
from ledger.rooms import room_id, v7_bytes
from ledger.store.datastore import NewRow
from ledger.store.sealing import ContentKey, seal
from services.clock import new_id
from services.house import House, open_house
from services.settings import Settings
from tests.spec import OFFICES, Order, do

OPERATOR = "bench"
BODY = ("The berth fees of January and of February were paid late, as our letter says. " * 6)[:400]
"""What each event of a measurement says: 400 characters, ours and the peer's alike."""
CASES_A_TRANSACTION = 200


class Furnished:
    """A house with cases in it; a context manager.

    Attributes:
        house: The ledger, its desk and its views.
        operator: Who is at the keyboard.
        cases: Numbers of the cases made here.
    """

    def __init__(self, folder: Path, *, database_url: str = "", keys_url: str = "") -> None:
        """Open a ledger, or make an empty one; with URLs its record and keys are there."""
        settings = Settings(folder, OPERATOR, database_url=database_url, keys_url=keys_url)
        self.house: House = open_house(settings, create=True)
        self.operator: Operator = self.house.desk.operator(OPERATOR)
        self.cases: list[str] = []

    def __enter__(self) -> Self:
        """Hold it open."""
        self.house.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.house.__exit__()

    def open_cases(self, count: int, story: Sequence[Order]) -> list[str]:
        """Have a story decided for several cases at once; return their numbers."""
        names: list[str | None] = [None] * count
        for order in story:
            asked = [line_of(order, name) for name in names]
            waiting = [self.house.desk.submit(a, self.operator, "api") for a in asked]
            names = [_accepted(order.name, one.result()).case for one in waiting]
        made = [name for name in names if name is not None]
        self.cases.extend(made)
        return made

    def handle(self, asked: bytes) -> Answer:
        """Give one command and wait until it is on disk."""
        return _accepted("a command", self.house.desk.handle(asked, self.operator, "api"))

    def id_of(self, case: str) -> UUID:
        """Return the id of a case."""
        return self.house.resolve(case, self.operator)


def _frame(frame: Frame[Any]) -> bytes:
    return encode_frame(replace(frame, event=frame_of(frame.event)))


def _accepted(name: str, answer: Answer) -> Answer:
    assert answer.done, f"{name} was refused: {answer.rule} {answer.field} {answer.why}"
    return answer


def line_of(order: Order, case: str | None = None) -> bytes:
    """Write an order as the line of JSON a caller sends."""
    said = {
        "command": order.name,
        "id": new_id(),
        "case": case,
        "actor": order.actor,
        "acting_for": order.by if order.by in OFFICES else f"party:{order.by}",
        "room": order.room,
        "data": order.data,
    }
    return msgspec.json.encode({k: v for k, v in said.items() if v is not None})


def taken_over(statements: int) -> list[Order]:
    """Tell a case of a few statements: the plain shape a peer's aggregate has."""
    opening = do(
        "take-over-case",
        source="bench",
        parties=["A", "B"],
        phase="MEDIATING",
        title="Berth fees",
    )
    return [opening, *(statement() for _ in range(statements))]


def statement(command: str = "record-statement") -> Order:
    """Have a party say something."""
    return do(command, by="A", text=BODY)


class Stamp(Struct, frozen=True):
    """One event of a decided case, ready to be sealed again for another case."""

    room: str
    seq: int
    frame: bytes
    content: bytes


def copy_number(place: int) -> str:
    """Return the number of a copy, counted from 1."""
    return f"XX-2026-{place:04d}"


class Copier:
    """Write copies of one decided case straight to the record, each sealed under keys of its own.

    Nothing is decided, so that a million events take half a minute.
    """

    def __init__(self, furnished: Furnished, case: str) -> None:
        """Take a case as the pattern.

        Args:
            furnished: Where the case is and the copies go.
            case: Its number; each copy has one of its own.
        """
        ledger = furnished.house.ledger
        self._recorder = ledger.reader.recorder
        self._keys: KeyStore = ledger.keys
        self._content_keys = ContentKeys(ledger.keys)
        self._secret = ledger.keys.secret("rooms")
        self._case = case.encode()
        self._stamps = [
            Stamp(f.room, f.seq, _frame(f), content_bytes(f.event))
            for f in ledger.reader.all_opened(furnished.id_of(case))
        ]
        self._made = 0

    def copy(self, cases: int) -> list[UUID]:
        """Record so many copies; return the ids of these cases."""
        made: list[UUID] = []
        for some in chunks(cases, CASES_A_TRANSACTION):
            ids = [self._next() for _ in some]
            made.extend(case for case, _ in ids)
            rooms = {
                (case, room): room_id(self._secret, case, room)
                for case, _ in ids
                for room in {stamp.room for stamp in self._stamps}
            }
            keys = self._keys.frame_keys_for(rooms.values())
            self._recorder.insert(
                [
                    self._sealed(case, number, n, rooms[case, self._stamps[n].room], keys)
                    for case, number in ids
                    for n in range(len(self._stamps))
                ]
            )
        return made

    def close(self) -> None:
        """Let go of the key store."""
        self._content_keys.close()

    def _next(self) -> tuple[UUID, bytes]:
        self._made += 1
        place = self._made.to_bytes(8, "big")
        return UUID(bytes=v7_bytes(bytes(6), place + place)), copy_number(self._made).encode()

    def _sealed(
        self, case: UUID, number: bytes, n: int, room: bytes, keys: dict[bytes, bytes]
    ) -> NewRow:
        stamp = self._stamps[n]
        state = seal(
            room_id=room,
            seq=stamp.seq,
            frame=stamp.frame.replace(self._case, number),
            content=stamp.content,
            frame_key=keys[room],
            content_key=ContentKey(*self._content_keys.take()),
        )
        return NewRow(case, n + 1, state, number.decode() if n == 0 else None)
