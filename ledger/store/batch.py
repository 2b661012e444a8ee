"""Decide and seal the commands of one transaction."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct
from msgspec.structs import replace

from ledger import deciding
from ledger.act import Ask, Command, Placed
from ledger.answer import Answer, failed
from ledger.casefile import ERASING, CaseFile, Handled, Written
from ledger.catalogue import encode_frame
from ledger.deciding import Decided, Scene, opens_case
from ledger.envelope import Event, Frame, content_bytes
from ledger.erasing import ORDERING, FollowErasure, follows, ordered
from ledger.errors import LedgerError, RuleViolation
from ledger.falling_due import RecordOverdue, overdue
from ledger.identity import Identity, identify
from ledger.institution.subject_erasure_state import SubjectErasure
from ledger.record.late import is_beside
from ledger.rooms import kind_of, room_id, sees
from ledger.rulebook import Rulebook, rulebook_of
from ledger.signing import Opening, opened_in, with_opening
from ledger.store import repeats
from ledger.store.around import Sender, Surroundings
from ledger.store.framing import framed, sized, visible
from ledger.store.recorder import NewRow
from ledger.store.sealing import ContentKey, seal

TICK = timedelta(microseconds=1)


class Pending(Struct, gc=False):
    """An event decided, to be sealed and inserted."""

    case_id: UUID
    version: int
    frame: bytes
    content: bytes
    room_id: bytes
    seq: int
    number: str | None


class Batch:
    """Collect the events of one transaction; nothing is written before `commit`.

    Attributes:
        touched: Aggregates that hold events not yet recorded.
        erased: Cases in which something is erased by them, or may have to be.
        last: Instant of the last event decided.
        events: Number of events decided.
    """

    def __init__(
        self,
        around: Surroundings,
        file_of: Callable[[UUID], CaseFile],
        last: datetime | None,
    ) -> None:
        """Begin an empty batch.

        Args:
            around: What it needs.
            file_of: Returns a case file with everything recorded so far.
            last: Instant of the last event of the ledger.
        """
        self.touched: set[UUID] = set()
        self.erased: set[UUID] = set()
        self.last = last
        self._around = around
        self._file_of = file_of
        self._pending: list[Pending] = []
        self._unwritten: dict[tuple[UUID, str], Event] = {}
        self._parts: dict[tuple[UUID, str], str] = {}
        self._numbers: dict[str, int] = {}
        self._institution: CaseFile | None = None
        self._rulebook: tuple[int, Rulebook | None] = (0, None)

    @property
    def events(self) -> int:
        """Count the events decided."""
        return len(self._pending)

    def add(self, ask: Ask, command: Command, sender: Sender) -> Answer:
        """Decide one command; a refused one adds nothing and harms no other."""
        try:
            file = self._file_of(sender.case_id)
            if isinstance(command, RecordOverdue):
                return self._by_the_clock(file, ask, command.at, sender)
            if isinstance(command, FollowErasure):
                return self._as_ordered(file, ask, command.erasure_id, sender)
            return self._decided(file, ask, command, sender)
        except LedgerError as error:
            return failed(ask.id, error)

    def _decided(self, file: CaseFile, ask: Ask, command: Command, sender: Sender) -> Answer:
        identity = identify(ask, sender.operator, file)
        what = repeats.asked(file.case_id, ask, command, identity)
        known = repeats.handled(file, ask, identity, sender.operator)
        if known is not None:
            self._is_repeat(file, known, what)
            return _answer(ask, file, identity, known)
        audience = file.audience
        scene = self._scene(file, command, sender)
        due = self._due(file, scene.now, scene.now) if file.frames else []
        seen = file.ahead(due) if due else file
        if due:  # what fell due may have changed who reads what
            identity = identify(ask, sender.operator, seen)
            scene = replace(scene, open=lambda ref: self._open_ahead(file, seen, ref))
        decided = deciding.decide(seen, ask, command, identity, scene)
        checked = [sized(placed) for placed in decided.placed]
        self._put_due(file, due, {placed.room for placed in checked})
        self._take(file, ask, decided, checked, scene, what)
        handled = file.handled[identity.actor, ask.id]
        if due or file.audience != audience:
            identity = identify(ask, sender.operator, file)
        return _answer(ask, file, identity, handled)

    def _by_the_clock(self, file: CaseFile, ask: Ask, at: datetime, sender: Sender) -> Answer:
        """Record what fell due by an instant in every room, once: recorded, it is due no more.

        It tells no reader of anything but the time, since it rests on the record alone.
        """
        if sender.channel != "clock":
            raise RuleViolation("clock_acts_alone", "what fell due is recorded by the clock")
        recorded: list[Written] = []
        for frame in self._due(file, at, self._instant()):
            self._put(file, frame, frame.event, None)
            tag = str(type(frame.event).__struct_config__.tag)
            recorded.append(Written(frame.room, file.seqs[frame.room], tag))
        return Answer(id=ask.id, done=True, events=tuple(recorded))

    def _as_ordered(self, file: CaseFile, ask: Ask, erasure_id: str, sender: Sender) -> Answer:
        """Mark what an order of the institution erases in a case; nothing where a hold keeps it."""
        if sender.channel != "clock":
            raise RuleViolation("clock_acts_alone", "an order is followed by the follower alone")
        order = self._rules().orders[erasure_id]
        if follows(file, order):
            institution = self._file_of(self._around.institution_id)
            basis = getattr(self._open(institution, order.order or ""), "basis", UNSET)
            for placed in ordered(file, order, basis):
                self._put(file, self._ordered_frame(placed, ask.id, order), placed.event, None)
        return Answer(id=ask.id, done=True)

    def _ordered_frame(self, placed: Placed, command: str, order: SubjectErasure) -> Frame[Any]:
        """Frame a mark as the act of whoever gave the order."""
        actor, entered_by = order.executed_by
        return framed(
            placed,
            recorded=self._instant(),
            occurred=None,
            actor=actor,
            acting_for="registry",
            entered_by=entered_by,
            auth="system",
            channel="clock",
            command=command,
        )

    def _due(self, file: CaseFile, by: datetime, now: datetime) -> list[Frame[Any]]:
        """Frame what fell due by an instant; a room's frames depend on nothing but that room."""
        numbers: dict[str, int] = {}
        frames = []
        for placed in overdue(file, self._rules(), by):
            n = numbers[placed.room] = numbers.get(placed.room, -1) + 1
            frames.append(self._due_frame(file, n, placed, now))
        return frames

    def _scene(self, file: CaseFile, command: Command, sender: Sender) -> Scene:
        now = self._instant()
        return Scene(
            now=now,
            channel=sender.channel,
            operator=sender.operator,
            rulebook=self._rules(),
            open=lambda ref: self._open(file, ref),
            number=self._next_number(now) if opens_case(command) else None,
        )

    def _rules(self) -> Rulebook:
        """Return the rulebook, made anew once the institution's own record has grown."""
        institution = self._institution
        if institution is None:
            institution = self._institution = self._file_of(self._around.institution_id)
        version, known = self._rulebook
        if known is None or version != institution.version:
            known = rulebook_of(institution)
            self._rulebook = (institution.version, known)
        return known

    def _instant(self) -> datetime:
        """Read the clock, never at or behind the last instant recorded."""
        now = self._around.clock.now()
        return now if self.last is None else max(now, self.last + TICK)

    def _next_number(self, now: datetime) -> str:
        prefix = f"GO-{now.year}-"
        if prefix not in self._numbers:
            last = self._around.recorder.last_number(prefix)
            self._numbers[prefix] = 0 if last is None else int(last.removeprefix(prefix))
        return f"{prefix}{self._numbers[prefix] + 1:04d}"

    def _due_frame(self, file: CaseFile, n: int, placed: Placed, now: datetime) -> Frame[Any]:
        """Frame what fell due, as the clock's own act."""
        return framed(
            placed,
            recorded=now,
            occurred=None,
            actor="clock",
            entered_by="clock",
            auth="system",
            channel="clock",
            command=f"due-{placed.room}-{file.seqs.get(placed.room, 0)}-{n}",
        )

    def _put_due(self, file: CaseFile, due: list[Frame[Any]], rooms: set[str]) -> None:
        """Record what fell due before the act, where all who learn of it learn of the act too.

        Elsewhere it only counts for the decision: recorded there, its instant would tell the
        room's readers that somebody acted where they may not look. Candidates read the chair and
        not the joint room.
        """
        for frame in due:
            told_in_joint = "joint" in rooms and kind_of(frame.room) != "chair"
            if told_in_joint or frame.room in rooms:
                self._put(file, frame, frame.event, None)

    def _take(  # noqa: PLR0913 - a decision and everything around it
        self,
        file: CaseFile,
        ask: Ask,
        decided: Decided,
        checked: list[Placed],
        scene: Scene,
        what: bytes,
    ) -> None:
        """Take a decision's events into the batch, all or none."""
        proof = decided.proof
        parts = repeats.parts(self._around.keys.secret("commands"), what, len(checked))
        for placed, part in zip(checked, parts, strict=True):
            frame = framed(
                placed,
                recorded=scene.now,
                occurred=decided.act.occurred,
                actor=decided.identity.actor,
                acting_for=decided.identity.acting_for,
                authority=visible(decided.act.authority, placed.room),
                entered_by=scene.operator.person,
                auth=scene.operator.auth,
                channel=scene.channel,
                command=ask.id,
                source=ask.source,
                signed=None if proof is None else proof.signed,
                irregular=() if is_beside(placed.event) else tuple(decided.act.noted),
            )
            opening = None if proof is None else opened_in(proof, frame, placed.event)
            number = scene.number if file.version == 0 else None
            self._put(file, frame, placed.event, number, opening, part)
        if scene.number is not None:
            prefix, _, last = scene.number.rpartition("-")
            self._numbers[f"{prefix}-"] = int(last)

    def _put(  # noqa: PLR0913 - an event and what goes with it
        self,
        file: CaseFile,
        unnumbered: Frame[Any],
        event: Event,
        number: str | None,
        opening: Opening | None = None,
        part: str | None = None,
    ) -> None:
        seq = file.seqs.get(unnumbered.room, 0) + 1
        frame = msgspec.structs.replace(unnumbered, seq=seq)
        file.append(frame)
        self.touched.add(file.case_id)
        if type(event) in ERASING or type(event) in ORDERING:
            self.erased.add(file.case_id)
        self.last = frame.recorded
        content = content_bytes(event)
        if opening is not None:
            content = with_opening(content, opening)
        if part is not None:
            content = repeats.with_part(content, part)
        self._unwritten[file.case_id, frame.ref] = event
        self._parts[file.case_id, frame.ref] = part or ""
        self._pending.append(
            Pending(
                file.case_id,
                file.version,
                encode_frame(frame),
                content,
                room_id(self._around.keys.secret("rooms"), file.case_id, frame.room),
                seq,
                number,
            )
        )

    def _open(self, file: CaseFile, ref: str) -> Event:
        unwritten = self._unwritten.get((file.case_id, ref))
        if unwritten is not None:
            return unwritten
        opened: Event = self._around.reader.opened(file.case_id, file.version_of(ref)).event
        return opened

    def _open_ahead(self, file: CaseFile, seen: CaseFile, ref: str) -> Event:
        """Open an event that may have fallen due only now: it says what its frame says."""
        version = seen.version_of(ref)
        return self._open(file, ref) if version <= file.version else seen.frames[version - 1].event

    def _is_repeat(self, file: CaseFile, known: Handled, what: bytes) -> None:
        """Refuse another command under an id that was used; what was erased is known by its id."""
        found = [self._part(file, event) for event in known.events]
        if None in found or repeats.is_erased(file, known):
            return
        secret = self._around.keys.secret("commands")
        if not repeats.is_repeat(secret, what, [part or "" for part in found]):
            raise repeats.other_command()

    def _part(self, file: CaseFile, written: Written) -> str | None:
        """Read what an event holds of its command, None where that is known by its id alone."""
        ref = f"{written.room}:{written.seq}"
        unwritten = self._parts.get((file.case_id, ref))
        if unwritten is not None:
            return unwritten
        version = file.version_of(ref)
        if file.frames[version - 1].digest is not None:
            return None  # written before contents had parts
        content = self._around.reader.content_of(file.case_id, version)
        return None if content is None else repeats.part_in(content)

    def commit(self) -> int | None:
        """Seal and record everything; return the new head, None where there is nothing.

        When this returns, every event is on disk. A crash before leaves orphan keys, harmless.

        Raises:
            StoreFault: The disk is full or failed; nothing was recorded.
        """
        if not self._pending:
            return None
        frame_keys = self._around.keys.frame_keys_for(p.room_id for p in self._pending)
        rows = [self._sealed(pending, frame_keys[pending.room_id]) for pending in self._pending]
        return self._around.recorder.insert(rows)[-1]

    def _sealed(self, pending: Pending, frame_key: bytes) -> NewRow:
        state = seal(
            room_id=pending.room_id,
            seq=pending.seq,
            frame=pending.frame,
            content=pending.content,
            frame_key=frame_key,
            content_key=ContentKey(*self._around.content_keys.take()),
        )
        return NewRow(pending.case_id, pending.version, state, pending.number)


def _answer(ask: Ask, file: CaseFile, identity: Identity, handled: Handled) -> Answer:
    """Name what was written where the caller reads, the same for a repeat as the first time."""
    eyes = identity.eyes
    seen = tuple(w for w in handled.events if sees(eyes, w.room, w.seq))
    return Answer(id=ask.id, done=True, case=file.name_for(eyes) or ask.case, events=seen)
