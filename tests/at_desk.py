"""Play a spec through a real desk onto a real record, and read it as every viewer does."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import msgspec
from msgspec.structs import replace

from ledger.act import Ask
from ledger.answer import Answer
from ledger.casefile import CaseFile
from ledger.catalogue import COMMANDS, DECIDERS
from ledger.falling_due import RecordOverdue
from ledger.rooms import NOTHING
from ledger.store.ledger import Ledger
from services.house import House
from services.reading import Eyes
from services.reading.showing import Shown, show
from tests.spec import CLERK, OFFICES, Order, Spec


class AtDesk(Spec):
    """A ledger in a folder: orders come in as JSON, what is asked of the case is read back.

    Attributes:
        house: The ledger, its desk and its views.
    """

    def __init__(self, folder: Path) -> None:
        """Make a new ledger in a folder, with no institution yet.

        Args:
            folder: Where it lies.
        """
        super().__init__()
        self._minute, self.clock.step = self.clock.step, self.clock.step * 0
        self.house = House(Ledger.create(folder, self.clock, self.institution_id), self.clock)
        self._read: dict[UUID, CaseFile] = {}

    def _file(self, case_id: UUID) -> CaseFile:
        if case_id not in self._read:
            file = self.house.load(case_id)
            # Keyed by a secret of this ledger, and never exported: twins could not be compared.
            file.frames[:] = (replace(f, digest=f.digest and "keyed") for f in file.frames)
            self._read[case_id] = file
        return self._read[case_id]

    def order(self, order: Order) -> Answer:
        """Give one command to the desk and return its answer."""
        kind = COMMANDS[order.name]
        of_house = DECIDERS[kind][0] == "institution"
        self._ids += 1
        ask = Ask(
            command=order.name,
            id=order.id or f"order-{self._ids}",
            case=None if kind.opens or of_house or self.case_id is None else self.case_id.hex,
            actor=order.actor,
            acting_for=order.by if order.by in OFFICES else f"party:{order.by}",
            room=order.room,
            seen=order.seen,
            occurred=order.occurred,
            reported=order.reported,
            source=order.source,
            data=msgspec.Raw(msgspec.json.encode(order.data)),
        )
        ask = replace(ask, **order.signature)
        if kind.opens and not of_house:
            opener = order.actor or order.operator.person
            self.case_id = self.house.ledger.case_opened_by(opener, ask.id)
        written = self.institution_id if of_house else self.case_id
        assert written is not None, "a spec opens a case first"
        self._before = self._file(written).version
        line = msgspec.json.encode(ask)
        return self._told(self.house.desk.handle(line, order.operator, order.channel))

    def tick(self) -> Answer:
        """Let the timekeeper record what fell due in the case by now."""
        assert self.case_id is not None, "a spec opens a case first"
        self._before = self._file(self.case_id).version
        due = RecordOverdue(at=self.clock.at)
        ask = Ask(command="record-overdue", id="clock")
        desk = self.house.desk
        return self._told(desk.send_to(self.case_id, ask, due, CLERK, "clock").result())

    def _told(self, answer: Answer) -> Answer:
        self.answer = answer
        self.clock.at += self._minute
        self._read.clear()
        return answer

    def eyes(self, viewer: str, at: str | None = None) -> Eyes:
        """Look as somebody."""
        return Eyes(self.house, CLERK, viewer, at)

    def shown(self, viewer: str, at: str | None = None) -> Shown:
        """Show the case to somebody, as `goodoffices show` does."""
        assert self.case_id is not None, "a spec opens a case first"
        return next(show(self.eyes(viewer, at), self.case_id.hex))

    def assert_is_read_as_recorded(self) -> None:
        """Expect of everybody's view the phase and the entries that the record gives them."""
        for viewer in self._viewers():
            rights = self.file.rights(viewer)
            refs = [f.ref for f in self.file.frames if f.seq in rights.get(f.room, NOTHING)]
            if refs:
                shown = self.shown(viewer)
                assert sorted(one.entry for one in shown.timeline) == sorted(refs), viewer
                assert shown.phase == self.file.seen_by(rights).phase, viewer

    def _viewers(self) -> Iterator[str]:
        yield from ("registry", "mediator")
        yield from (f"party:{party}" for party in self.file.roster.parties)
