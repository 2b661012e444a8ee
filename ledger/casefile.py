"""Keep a whole case in memory for the writer, and show it to one set of eyes at a time."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from ledger.case import Case, fold
from ledger.catalogue import AnyEvent
from ledger.deadlines import DeadlineSet
from ledger.envelope import Event, Frame
from ledger.institution.events import InstitutionFounded
from ledger.negotiation.blind_events import SealedBidDestroyed
from ledger.record.erasure_events import ContentErased
from ledger.rooms import WHOLE, Rights, Roster, Span, both, either, rights, sees
from ledger.roster import BELONGING, admit

NEVER = datetime.min.replace(tzinfo=UTC)
EyesKey: TypeAlias = frozenset[tuple[str, Span]]


ERASING: frozenset[type[Event]] = frozenset({ContentErased, SealedBidDestroyed})
"""Events after which what other entries of their room said is no longer to be read."""


def erased_by(event: Event) -> tuple[str, ...]:
    """Name the entries (room:seq) an event erases."""
    match event:
        case ContentErased():
            return event.targets
        case SealedBidDestroyed():
            return event.bids
        case _:
            return ()


class Written(Struct, frozen=True, gc=False):
    """One event a command wrote, as its answer names it."""

    room: str
    seq: int
    type: str


class Handled(Struct, frozen=True, gc=False):
    """What is remembered of an accepted command.

    Attributes:
        events: What it wrote, in order.
    """

    events: tuple[Written, ...] = ()


NOT_YET = Handled()
NOTHING_SEEN = (0, Case())


class CaseFile:
    """Hold every frame of a case and what follows from them; for trusted code alone.

    The cut for a set of eyes is folded once and then carried along, so that a decision costs the
    events since the last one, not the length of the case.

    Attributes:
        case_id: The aggregate's id.
        frames: Every event, in the order of recording; its length is the internal version.
        seqs: Last sequence of every room.
        dated: Rooms in which a date was ever set.
        quiet: Version at which it was last found that nothing falls due until an instant; that
            instant.
        roster: Who belongs to the case.
        audience: Rises whenever somebody may read more or less than before.
        erased: By entry (room:seq) the event that erased what it said, whatever became of its key.
    """

    def __init__(self, case_id: UUID) -> None:
        """Begin with nothing recorded."""
        self.case_id = case_id
        self.frames: list[Frame[AnyEvent]] = []
        self.seqs: dict[str, int] = {}
        self.dated: set[str] = set()
        self.quiet = (0, NEVER)
        self.roster = Roster()
        self.audience = 0
        self.erased: dict[str, str] = {}
        self._handled: dict[tuple[str, str], Handled] = {}
        self._entered: dict[tuple[str, str | None, str], tuple[str, str]] = {}
        self._versions: dict[str, int] = {}
        self._cuts: dict[EyesKey, tuple[int, Case]] = {}
        self._rights: dict[tuple[str, ...], Rights] = {}

    @property
    def version(self) -> int:
        """Count the events recorded; internal, never shown to a reader."""
        return len(self.frames)

    @property
    def is_institution(self) -> bool:
        """Tell whether this is the institution's own aggregate."""
        return bool(self.frames) and isinstance(self.frames[0].event, InstitutionFounded)

    def append(self, frame: Frame[AnyEvent]) -> None:
        """Take in the next event."""
        assert frame.seq == self.seqs.get(frame.room, 0) + 1, "rooms are numbered without a gap"
        self.take_in(frame)

    def take_in(self, frame: Frame[AnyEvent]) -> None:
        """Take in an event whatever its number: a copy that is only supposed may have gaps."""
        is_new = frame.room not in self.seqs
        self.frames.append(frame)
        self.seqs[frame.room] = frame.seq
        kind = type(frame.event)
        if kind is DeadlineSet:
            self.dated.add(frame.room)
        elif kind in ERASING:
            self.erased.update(dict.fromkeys(erased_by(frame.event), frame.ref))
        if kind in BELONGING or is_new:
            self._admit(frame, is_new=is_new)

    def _admit(self, frame: Frame[AnyEvent], *, is_new: bool) -> None:
        roster = admit(self.roster, frame, self.seqs)
        if roster is not self.roster or is_new:
            self.audience += 1
            self._rights.clear()
        self.roster = roster

    def ahead(self, frames: list[Frame[AnyEvent]]) -> "CaseFile":
        """Return a copy that has more events, whose sequences are set here; this one has not."""
        copy = CaseFile(self.case_id)
        copy.frames, copy.seqs = list(self.frames), dict(self.seqs)
        copy.roster, copy.dated, copy._cuts = self.roster, set(self.dated), dict(self._cuts)
        copy.erased = dict(self.erased)
        for frame in frames:
            copy.append(replace(frame, seq=copy.seqs.get(frame.room, 0) + 1))
        return copy

    @property
    def handled(self) -> Mapping[tuple[str, str], Handled]:
        """Return the accepted commands, by (actor, command id)."""
        self._index()
        return self._handled

    def entered(self, entered_by: str, acting_for: str, command_id: str) -> Handled | None:
        """Find a command by who entered it, where the caller left it to us who the actor was."""
        handled = self.handled
        key = self._entered.get((entered_by, acting_for, command_id))
        return handled[key] if key is not None else None

    def _index(self) -> None:
        """Take in what was appended since the last look; who only reads needs no index."""
        for version in range(len(self._versions), len(self.frames)):
            frame = self.frames[version]
            self._versions[frame.ref] = version + 1
            key = (frame.actor, frame.command)
            self._entered[frame.entered_by, frame.acting_for, frame.command] = key
            known = self._handled.get(key, NOT_YET)
            written = Written(frame.room, frame.seq, str(type(frame.event).__struct_config__.tag))
            self._handled[key] = Handled((*known.events, written))

    def rights(self, viewer: str) -> Rights:
        """List what a viewer may read now."""
        known = self._rights.get((viewer,))
        if known is None:
            known = rights(self.roster, viewer, tuple(self.seqs))
            self._rights[viewer,] = known
        return known

    def rights_of_both(self, viewer: str, others: tuple[str, ...]) -> Rights:
        """List what a viewer may read that at least one of some others may read too."""
        known = self._rights.get((viewer, *others)) if others else {}
        if known is None:
            seen: Rights = {}
            for other in others:
                seen = either(seen, self.rights(other))
            known = self._rights[viewer, *others] = both(self.rights(viewer), seen)
        return known

    def seen_by(self, eyes: Rights) -> Case:
        """Fold what these eyes may see."""
        key = frozenset(eyes.items())
        done, case = self._cuts.get(key, NOTHING_SEEN)
        if done < len(self.frames):
            new = self.frames[done:] if done else self.frames
            case = fold(case, [f for f in new if sees(eyes, f.room, f.seq)])
            self._cuts[key] = (len(self.frames), case)
        return case

    def pinning(self, eyes: Rights) -> Case:
        """Fold what pins the profile for these eyes; who joined later acts under the same one."""
        span = eyes.get("joint", WHOLE)
        whole = "joint" in eyes and span.first == WHOLE.first
        return self.seen_by(eyes if whole else {"joint": Span(last=span.last)})

    def frame_at(self, ref: str, eyes: Rights) -> Frame[AnyEvent] | None:
        """Find an event (room:seq) these eyes may see, None for any other."""
        self._index()
        version = self._versions.get(ref)
        if version is None:
            return None
        frame = self.frames[version - 1]
        return frame if sees(eyes, frame.room, frame.seq) else None

    def version_of(self, ref: str) -> int:
        """Return the internal version of an event (room:seq) that is there."""
        self._index()
        return self._versions[ref]

    def name_for(self, eyes: Rights) -> str | None:
        """Name the case as these eyes may know it: by number, else by reference."""
        intake = self.seen_by(eyes).intake
        return intake.number or intake.external_ref
