"""Give, when, then: the only grammar of rule tests.

Orders go through the same batch the writer uses, which decides and frames but is never committed;
so a spec runs the whole core with no file, and numbers everything by itself.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn, Self
from uuid import UUID

import msgspec
from msgspec import Struct

from ledger.act import Ask
from ledger.answer import Answer
from ledger.casefile import CaseFile
from ledger.catalogue import DECIDERS, decode_command
from ledger.envelope import Channel, Event, Frame
from ledger.errors import LedgerError
from ledger.falling_due import RecordOverdue
from ledger.identity import Operator
from ledger.rooms import derived_case_id
from ledger.store.around import Surroundings
from ledger.store.batch import Batch
from services.clock import FakeClock

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CLERK = Operator(name="clerk", roles=("registry",), auth="test", unbound=True)
SECRET = b"s" * 32


class Order(Struct, frozen=True):
    """A command to be given.

    Attributes:
        name: The command.
        data: Its fields.
        by: Party id, or `mediator`, `registry`, `authority`, `challenge`, `candidate`.
        actor: Who acts, None for the usual one.
        room: Room asked for.
        seen: Sequence the caller saw there.
        occurred: When it happened.
        reported: Whether it is reported.
        source: Hash of the document it is taken from.
        id: The command's id, None for the next.
        operator: Who is at the keyboard.
        channel: How it comes in.
        signature: Head, key, salt and signature of the envelope, for a signed order.
    """

    name: str
    data: dict[str, Any]
    by: str = "registry"
    actor: str | None = None
    room: str | None = None
    seen: int | None = None
    occurred: str | None = None
    reported: bool = False
    source: str | None = None
    id: str | None = None
    operator: Operator = CLERK
    channel: Channel = "command line"
    signature: dict[str, Any] = {}


OFFICES = ("mediator", "registry", "authority", "challenge", "protection", "candidate")


def do(command: str, /, by: str = "registry", **data: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """Order a command; `at_`-prefixed keys set the envelope (`at_room`, `at_occurred`, ...)."""
    envelope = {k.removeprefix("at_"): data.pop(k) for k in list(data) if k.startswith("at_")}
    return Order(name=command, data=data, by=by, **envelope)


class _Keys:
    """Secrets of a ledger that has no file."""

    def secret(self, name: str) -> bytes:
        """Return the same for ever."""
        return SECRET + name.encode()


class _Nothing:
    """A recorder and reader with nothing in them."""

    def last_number(self, _prefix: str) -> None:
        """No number was given yet."""

    def opened(self, *_: object) -> NoReturn:
        """Whatever a spec records is still in its batch."""
        raise AssertionError("a spec opens only what it recorded")


class Spec:
    """A ledger in memory, with one case by default.

    Attributes:
        clock: Its clock, moved a minute by each order.
        files: Case files by aggregate.
        answer: The last answer.
    """

    institution_id = UUID(int=1)

    def __init__(self) -> None:
        """Begin on Monday 2 March 2026, 09:00 UTC."""
        self.clock = FakeClock(START, timedelta(minutes=1))
        self.files: dict[UUID, CaseFile] = {}
        nothing: Any = _Nothing()
        keys: Any = _Keys()
        around = Surroundings(nothing, nothing, keys, nothing, self.clock, self.institution_id)
        self._batch = Batch(around, self._file, None)
        self._ids = 0
        self.case_id: UUID | None = None
        self.answer: Answer | None = None
        self._before = 0

    def _file(self, case_id: UUID) -> CaseFile:
        return self.files.setdefault(case_id, CaseFile(case_id))

    @property
    def file(self) -> CaseFile:
        """Return the case at hand."""
        assert self.case_id is not None
        return self._file(self.case_id)

    @property
    def institution(self) -> CaseFile:
        """Return the institution's own record."""
        return self._file(self.institution_id)

    def order(self, order: Order) -> Answer:
        """Give one command and return its answer."""
        self._ids += 1
        command_id = order.id or f"order-{self._ids}"
        ask = Ask(
            command=order.name,
            id=command_id,
            actor=order.actor,
            acting_for=order.by if order.by in OFFICES else f"party:{order.by}",
            room=order.room,
            seen=order.seen,
            occurred=order.occurred,
            reported=order.reported,
            source=order.source,
            data=msgspec.Raw(msgspec.json.encode(order.data)),
            **order.signature,
        )
        command = decode_command(order.name, msgspec.json.encode(order.data))
        case_id = self._aggregate(ask, DECIDERS[type(command)][0], opens=command.opens)
        self._before = self._file(case_id).version
        sender = _Sender(order.operator, order.channel, case_id)
        self.answer = self._batch.add(ask, command, sender)
        return self.answer

    def _aggregate(self, ask: Ask, part: str, *, opens: bool) -> UUID:
        if part == "institution":
            return self.institution_id
        if opens:
            self.case_id = derived_case_id(SECRET, "spec", ask.id, START)
        assert self.case_id is not None, "a spec opens a case first"
        return self.case_id

    def tick(self) -> Answer:
        """Let the timekeeper record what fell due in the case by now."""
        assert self.case_id is not None, "a spec opens a case first"
        self._before = self._file(self.case_id).version
        ask = Ask(command="record-overdue", id="clock")
        sender = _Sender(CLERK, "clock", self.case_id)
        self.answer = self._batch.add(ask, RecordOverdue(at=self.clock.now()), sender)
        return self.answer

    def given(self, *steps: Order | Iterable[Order]) -> Self:
        """Record what went before; each order must be accepted."""
        for order in _flat(steps):
            answer = self.order(order)
            assert answer.done, (
                f"{order.name} was refused: {answer.rule} {answer.field}: {answer.why}"
            )
        return self

    def at(self, moment: datetime) -> Self:
        """Move the clock."""
        self.clock.set(moment)
        return self

    def when(self, order: Order) -> Self:
        """Give the command the test is about."""
        self.order(order)
        return self

    def new_frames(self) -> list[Frame[Any]]:
        """Return what the last order recorded."""
        assert self.answer is not None
        return self.file.frames[self._before :]

    def then(self, *kinds: type[Event]) -> Self:
        """Expect the command accepted and exactly these events, in order."""
        assert self.answer is not None
        assert self.answer.done, f"{self.answer.rule} {self.answer.field}: {self.answer.why}"
        assert [type(f.event) for f in self.new_frames()] == list(kinds)
        return self

    def then_refused(self, rule: str) -> Self:
        """Expect a refusal by a rule, and nothing recorded but what fell due."""
        assert self.answer is not None
        assert not self.answer.done, f"expected {rule} to refuse"
        assert self.answer.rule == rule, (
            f"{self.answer.rule} {self.answer.field}: {self.answer.why}"
        )
        assert all(frame.channel == "clock" for frame in self.new_frames())
        return self

    def then_irregular(self, rule: str) -> Self:
        """Expect the fact recorded, marked with the rule it breaks."""
        assert self.answer is not None
        assert self.answer.done, f"{self.answer.rule} {self.answer.field}: {self.answer.why}"
        marks = [mark.rule for frame in self.new_frames() for mark in frame.irregular]
        assert rule in marks
        return self


class _Sender(Struct, frozen=True):
    operator: Operator
    channel: Channel
    case_id: UUID


def _flat(steps: Iterable[Order | Iterable[Order]]) -> Iterable[Order]:
    for step in steps:
        if isinstance(step, Order):
            yield step
        else:
            yield from step


def given(*steps: Order | Iterable[Order]) -> Spec:
    """Begin a spec with what went before."""
    return Spec().given(*steps)


def attempt(spec: Spec, order: Order) -> Answer | str:
    """Give an order; a command whose data cannot be read is an answer too."""
    try:
        return spec.order(order)
    except LedgerError as error:
        return str(error)
