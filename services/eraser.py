"""Destroy the keys of what the record says is erased, and what was made of it.

The event comes first; whatever happens after it, what it names is destroyed: at once by whoever
recorded it, else by this follower while `serve` runs. Every step may be repeated. A crash between
the event and its end leaves the cursor before it, and nobody is shown what was erased meanwhile.
An order over every case is followed first: each case that names the person gets its marks.
"""

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from ledger.casefile import ERASING, CaseFile
from ledger.envelope import tag_of
from ledger.erasing import ORDERING, follows
from ledger.errors import CaseBusy, DecodeError, StoreFault
from ledger.institution.subject_erasure_state import SubjectErasure
from ledger.keys import KeyGone
from ledger.rulebook import rulebook_of
from ledger.store.ledger import Ledger
from ledger.store.sealing import Sealed, parse
from services.clock import Clock
from services.destroyed import Destroyed, Slot
from services.documents.store import Documents
from services.laid_exports import take_away
from services.stores import Where

PAGE: Final = 1_000
POLL_S: Final = 0.2
TRIES: Final = 5
SWEEP: Final = timedelta(hours=1)
"""How often documents are swept that no act came for."""
_MARKS: Final = tuple(
    f'"type":"{tag_of(kind)}"'.encode() for kind in sorted(ERASING | ORDERING, key=tag_of)
)

log = structlog.get_logger()


class Eraser:
    """Destroy, idempotently, what the record says is erased; safe beside any number of others."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        """Prepare; nothing is destroyed yet.

        Args:
            ledger: The record and its keys.
            clock: Tells when something was destroyed.
        """
        self._ledger = ledger
        self._clock = clock
        where = Where(ledger.folder, ledger.urls.record)
        self._done = Destroyed(where, ledger.institution_id.hex)
        self._documents = Documents(ledger.reader, where, clock)
        self._name = ledger.institution_id.hex
        self._reached = 0

    def close(self) -> None:
        """Let go of the list, and of the documents."""
        self._done.close()
        self._documents.close()

    def position(self) -> int:
        """Return how far the record was followed; 0 where it is not the one followed before."""
        position, mark = self._done.position(self._name)
        if position and self._mark(position) != mark:
            return 0  # restored from a backup: what it says is erased is destroyed again
        return position

    def _mark(self, position: int) -> bytes:
        rows = self._ledger.reader.recorder.page(position - 1, 1)
        return hashlib.sha256(rows[0][3]).digest() if rows else b""

    def catch_up(self) -> int:
        """Destroy whatever the record says is erased, up to its head; return the position.

        Raises:
            CaseBusy: A reader keeps old pages of the key store alive; to be repeated.
            StoreFault: A file cannot be read or written.
        """
        position = self.position()
        while rows := self._ledger.reader.recorder.page(position, PAGE):
            for _, case, _, state in rows:
                self._take(case, state)
            position = rows[-1][0]
            # A crash before this destroys the same once more.
            self._done.move(self._name, position, self._mark(position))
        self._reached = position
        return position

    def _take(self, case_id: UUID, state: bytes) -> None:
        reader = self._ledger.reader
        try:
            file = reader.load(case_id) if reader.speaks_of(state, _MARKS) else None
        except (StoreFault, DecodeError) as error:  # one damaged case keeps no other from its end
            log.warning("eraser.unreadable", case=case_id.hex, why=error.why)
            return
        if file is not None and (keys := self._done_in(file)):
            log.info("eraser.destroyed", case=case_id.hex, keys=keys)

    def case(self, case_id: UUID) -> int:
        """Destroy whatever one case says is erased and is not yet; return how many keys.

        Of the institution itself: whatever its orders erase, in every case.

        Raises:
            CaseBusy: A reader keeps old pages of the key store alive; to be repeated.
            StoreFault: A file cannot be read or written.
        """
        return self._done_in(self._ledger.reader.load(case_id))

    def _done_in(self, file: CaseFile) -> int:
        """Have a case follow the institution's orders, then destroy what it says is erased."""
        orders = self._orders()
        if file.is_institution:
            return (
                sum(self._followed(case_id, orders) for case_id in self._cases()) if orders else 0
            )
        return self._erase(self._marked(file, orders))

    def _orders(self) -> tuple[SubjectErasure, ...]:
        """List the orders over every case that the institution gave."""
        institution = self._ledger.reader.load(self._ledger.institution_id)
        return tuple(rulebook_of(institution).orders.values())

    def _cases(self) -> Iterator[UUID]:
        """Name every case there is, in the order of opening."""
        position, recorder = 0, self._ledger.reader.recorder
        while rows := recorder.page(position, PAGE):
            opened = (case for _, case, version, _ in rows if version == 1)
            yield from (case for case in opened if case != self._ledger.institution_id)
            position = rows[-1][0]

    def _followed(self, case_id: UUID, orders: Sequence[SubjectErasure]) -> int:
        try:
            file = self._ledger.reader.load(case_id)
        except (StoreFault, DecodeError) as error:
            log.warning("eraser.unreadable", case=case_id.hex, why=error.why)
            return 0
        marked = self._marked(file, orders)
        return 0 if marked is file else self._erase(marked)

    def _marked(self, file: CaseFile, orders: Sequence[SubjectErasure]) -> CaseFile:
        """Have a case follow the orders it has still to follow; return it as it then is."""
        due = [order for order in orders if follows(file, order)]
        for order in due:
            answer = self._ledger.follow_erasure(file.case_id, order.erasure_id).result()
            if not answer.done:
                raise StoreFault(f"an erasure could not be marked: {answer.why}", "`serve`")
        return self._ledger.reader.load(file.case_id) if due else file

    def _erase(self, file: CaseFile) -> int:
        case_id = file.case_id
        known = self._done.when(case_id)
        slots = [self._slot(file, ref) for ref in file.erased]
        due = [
            slot for slot in slots if slot.ref not in known or self._opens(slot.block, slot.slot)
        ]
        if due:
            self._documents.tie(case_id)  # what came for these entries goes with them
            self._destroy(due)
            # A crash here leaves keys gone and the list without them: it is made up next time.
            self._documents.forget(self._ledger.reader.event_id(case_id, s.ref) for s in due)
            self._clear_exports(file)
            self._done.add(due, self._clock.now())
        return len(due)

    def _slot(self, file: CaseFile, ref: str) -> Slot:
        version = file.version_of(ref)
        rows = self._ledger.reader.recorder.stream(file.case_id, version - 1, limit=1)
        sealed = parse(rows[0][2])
        return Slot(file.case_id.hex, ref, sealed.block, sealed.slot)

    def is_gone(self, sealed: Sealed) -> bool:
        """Tell whether nobody can open a stored event's content any more."""
        return not self._opens(sealed.block, sealed.slot)

    def _opens(self, block: int, slot: int) -> bool:
        try:
            self._ledger.keys.content_key(block, slot)
        except KeyGone:
            return False
        return True

    def _destroy(self, slots: Sequence[Slot]) -> None:
        places = [(slot.block, slot.slot) for slot in slots]
        for _ in range(TRIES - 1):
            try:
                return self._ledger.keys.destroy_slots(places)
            except CaseBusy:  # overwritten, but the log holds the old page while somebody reads
                continue
        return self._ledger.keys.destroy_slots(places)

    def _clear_exports(self, file: CaseFile) -> None:
        """Take away what was exported of a case into the institution's own exports folder."""
        frame = file.frames[0]
        number = getattr(frame.event, "number", None)
        names = tuple(name for name in (file.case_id.hex, str(file.case_id), number) if name)
        take_away(self._ledger.folder, names)

    def verify(self) -> int:
        """Destroy again what came back with an older key store; return how many keys."""
        back = [slot for slot in self._done.slots() if self._came_back(slot)]
        if back:
            self._destroy(back)
            log.warning("eraser.destroyed_again", keys=len(back))
        return len(back)

    def _came_back(self, slot: Slot) -> bool:
        try:
            return self._opens(slot.block, slot.slot)
        except StoreFault:
            return False  # of a block this key store never had, or made after it was backed up

    def when(self, case_id: UUID) -> dict[str, datetime]:
        """Tell when the key of each erased entry (room:seq) of a case was destroyed."""
        return self._done.when(case_id)

    async def run(self, stop: asyncio.Event) -> None:
        """Follow the store until stopped; it needs no broker, and looks some times a second.

        Raises:
            CaseBusy: The key store is in use; begun again, it goes on where it was.
            StoreFault: A file cannot be read or written.
        """
        await asyncio.to_thread(self.verify)
        swept: datetime | None = None
        while not stop.is_set():
            if self._ledger.reader.head() != self._reached:
                await asyncio.to_thread(self.catch_up)
            now = self._clock.now()
            if swept is None or now - swept >= SWEEP:
                await asyncio.to_thread(self._documents.sweep)
                swept = now
            await asyncio.sleep(POLL_S)
