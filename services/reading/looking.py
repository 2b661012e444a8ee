"""Look at one case with one viewer's eyes, from one moment."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from copy import copy
from datetime import UTC, datetime
from functools import cached_property
from uuid import UUID

from msgspec import Struct

from ledger.case import Case
from ledger.casefile import CaseFile
from ledger.catalogue import AnyEvent
from ledger.envelope import Event, Frame, content_fields, opened
from ledger.errors import RuleViolation
from ledger.record.erasure_events import ContentErased
from ledger.rooms import Rights, both, either, opened_to, sees
from ledger.store.reader import Read, Reader
from ledger.store.sealing import Sealed
from projections.case_shown import CaseView
from projections.current import current, naming
from projections.rows import MemoryRows, Projection, concerns, take_in
from services.reading.moment import Moment


class Kept(Struct, frozen=True, gc=False):
    """One event of a case.

    Attributes:
        read: It, and where it stands.
        frame: Its frame.
        sealed: What its content is opened from.
    """

    read: Read
    frame: Frame[AnyEvent]
    sealed: Sealed


class Erasure(Struct, frozen=True, gc=False):
    """Why what an entry said is gone.

    Attributes:
        by: Event (room:seq) that erased it.
        ground: Legal basis in a word.
        basis: Legal basis in words, None where it gives none.
    """

    by: str
    ground: str
    basis: str | None = None


class Opened(Struct, frozen=True, gc=False):
    """An event with its content, where that can still be opened.

    Attributes:
        event: The event; its content fields stay unset where they were erased or are sealed.
        erased: Whether its content was erased.
        sealed: Event (room:seq) that sealed its content, None where it is shown.
        erasure: Why it was erased, None where that is not recorded or not to be read.
    """

    event: Event
    erased: bool
    sealed: str | None = None
    erasure: Erasure | None = None


class Said(Struct, frozen=True):
    """An entry, and what it says as far as that may be shown.

    Attributes:
        frame: Its frame.
        opened: The same event with its content.
    """

    frame: Frame[AnyEvent]
    opened: Opened


class Record:
    """A whole case as it is recorded now; for trusted code alone.

    Attributes:
        case_id: The case.
        kept: Every event, in the order of recording.
        file: The same, folded as far as rights to read go.
    """

    def __init__(self, reader: Reader, case_id: UUID) -> None:
        """Read a case.

        Raises:
            StoreFault: An event was altered or is missing.
            DecodeError: An event is of a newer release.
        """
        self._reader = reader
        self.case_id = case_id
        self.kept = tuple(Kept(r, r.frame, sealed) for r, sealed in reader.read_case(case_id))
        self.file = self.folded(self.kept)

    @property
    def reader(self) -> Reader:
        """Return what opens the record."""
        return self._reader

    @property
    def noted_as(self) -> UUID:
        """Return the id under which a look is written down."""
        return self.case_id

    def folded(self, kept: Sequence[Kept]) -> CaseFile:
        """Fold some of its events."""
        return folded_into(CaseFile(self.case_id), kept)

    def filled(self, kept: Kept) -> Event:
        """Open an event; it comes back as it is where its content was erased."""
        return self._reader.filled(kept.sealed, kept.frame.event)

    def event_id(self, ref: str) -> str:
        """Name an event (room:seq) to the outside: `<room id>/<sequence>`."""
        return self._reader.event_id(self.case_id, ref)

    def written_as(self, kept: Kept) -> int:
        """Return the version of the shape an event was written in, whatever it is read as."""
        return self._reader.written_as(kept.sealed)

    def shows(self, viewer: str) -> bool:
        """Tell whether a viewer may read anything of the case now."""
        eyes = self.file.rights(viewer)
        return any(sees(eyes, k.frame.room, k.frame.seq) for k in self.kept)

    def upto(self, moment: Moment, eyes: Rights) -> tuple[Kept, ...]:
        """Return the events recorded by a moment.

        Args:
            moment: An instant, or an event these eyes may read.
            eyes: What the viewer may read now.

        Raises:
            RuleViolation: entry_is_known; the same for one that is not there or not to be read.
        """
        if moment is None:
            return self.kept
        if isinstance(moment, datetime):
            return tuple(k for k in self.kept if k.frame.recorded <= moment)
        ref = f"{moment[0]}:{moment[1]}"
        if self.file.frame_at(ref, eyes) is None:
            raise no_entry(ref)
        return self.kept[: self.file.version_of(ref)]


def not_there(text: str) -> RuleViolation:
    """Refuse a case that cannot be seen, in the words for one that is not there."""
    return RuleViolation("case_is_known", f"there is no case {text!r}", "`goodoffices cases`")


def no_entry(ref: str) -> RuleViolation:
    """Refuse an entry that is not there, or not to be read, in the same words."""
    needs = "an entry, as `goodoffices show` prints it"
    return RuleViolation("entry_is_known", f"there is no entry {ref} here", needs)


def folded_into(file: CaseFile, kept: Iterable[Kept]) -> CaseFile:
    """Append events to a file that is empty, and return it."""
    for one in kept:
        file.append(one.frame)
    return file


class Onlooker(Struct, frozen=True):
    """Who looks, and who is told before any content is opened.

    Attributes:
        person: Who is at the keyboard.
        note: Is given the look, once.
    """

    person: str
    note: Callable[["Look"], None]


NOBODY = Onlooker("", lambda _: None)
"""Our own programs, which show nothing to anybody."""


class Look:
    """What one viewer sees of a case from one moment.

    Granted is what the viewer could read then and may read now.

    Attributes:
        record: The case.
        viewer: Whose eyes.
        now: The instant looked from.
        file: The case as of the moment.
        rights: What is granted.
        rights_now: What the viewer may read now, whatever moment is looked from.
        kept: The events within, in the order of recording.
    """

    def __init__(
        self,
        record: Record,
        viewer: str,
        moment: Moment,
        now: datetime,
        onlooker: Onlooker = NOBODY,
    ) -> None:
        """Look.

        Args:
            record: The case.
            viewer: Whose eyes.
            moment: From when.
            now: The present instant, used where the moment is None.
            onlooker: Who looks.

        Raises:
            RuleViolation: entry_is_known.
        """
        self.record = record
        self.viewer = viewer
        self._onlooker = onlooker
        self._noted = False
        self.rights_now = _granted(record.file, viewer, onlooker.person, now)
        until = record.upto(moment, self.rights_now)
        self.file = record.file if moment is None else record.folded(until)
        then = _granted(self.file, viewer, onlooker.person, now)
        self.rights: Rights = both(then, self.rights_now)
        self.now = _instant(moment, until, now)
        rights = self.rights
        self.kept = tuple(k for k in until if sees(rights, k.frame.room, k.frame.seq))

    @cached_property
    def _by_ref(self) -> dict[str, Kept]:
        return {k.frame.ref: k for k in self.kept}

    @cached_property
    def case(self) -> Case:
        """Return the fold of what is seen."""
        return self.file.seen_by(self.rights)

    @cached_property
    def view(self) -> CaseView:
        """Return where the case stands."""
        return current(self.file, self.rights, self.now, self.open)

    @cached_property
    def names(self) -> dict[str, str]:
        """Return what the parties are called, by id."""
        return naming(self.file, self.rights, self.open)[1]

    @property
    def name(self) -> str:
        """Name the case as the viewer knows it."""
        return self.file.name_for(self.rights) or str(self.record.case_id)

    @cached_property
    def _seals(self) -> Mapping[str, str]:
        """Return what is sealed now, whatever moment is looked from."""
        return self.record.file.seen_by(self.rights_now).record.governance.sealed

    @property
    def refs(self) -> AbstractSet[str]:
        """Name the events seen (room:seq)."""
        return self._by_ref.keys()

    def sees(self, room: str, seq: int) -> bool:
        """Tell whether an event is among those seen."""
        return f"{room}:{seq}" in self._by_ref

    def narrowed(self, refs: AbstractSet[str]) -> "Look":
        """Look at some entries (room:seq) alone, so that nothing of others can be told.

        Raises:
            RuleViolation: entry_is_known; the same for one that is not there or not to be read.
        """
        for ref in sorted(refs):
            if ref not in self._by_ref:
                raise no_entry(ref)
        narrow = copy(self)
        narrow.kept = tuple(k for k in self.kept if k.frame.ref in refs)
        vars(narrow)["_by_ref"] = {k.frame.ref: k for k in narrow.kept}
        return narrow

    def within(self, *rooms: str) -> "Look":
        """Look into some rooms alone, so that nothing of others is told or folded."""
        narrow = copy(self)
        for name in _OF_ITS_MOMENT:
            vars(narrow).pop(name, None)
        narrow.rights = {room: span for room, span in self.rights.items() if room in rooms}
        narrow.kept = tuple(k for k in self.kept if k.frame.room in rooms)
        return narrow

    def as_of(self, file: CaseFile, *, as_granted: bool = True) -> "Look":
        """Look from when the last event of a beginning of the case had just been recorded.

        Args:
            file: The beginning, folded; it grows no further while the look is used.
            as_granted: Whether only what could be read then is seen, as in a replay.
        """
        then, until = copy(self), self.record.kept[: file.version]
        for name in _OF_ITS_MOMENT:
            vars(then).pop(name, None)
        then.file = file
        if as_granted:
            granted = _granted(file, self.viewer, self._onlooker.person, self.now)
            then.rights = both(granted, self.rights_now)
        then.now = until[-1].frame.recorded if until else self.now
        then.kept = tuple(k for k in until if sees(then.rights, k.frame.room, k.frame.seq))
        return then

    def open(self, ref: str) -> Event:
        """Open an event (room:seq) that is seen."""
        return self.opened(self._by_ref[ref]).event

    def said(self, ref: str) -> Said:
        """Tell an event (room:seq) that is seen."""
        kept = self._by_ref[ref]
        return Said(kept.frame, self.opened(kept))

    def rows(self, projection: Projection) -> MemoryRows:
        """Fold what is seen into the rows of a view."""
        rows = MemoryRows()
        for kept in self.kept:
            if concerns(projection, kept.read):
                take_in(projection, rows, kept.read)
        return rows

    def erasure(self, ref: str) -> Erasure | None:
        """Tell why what an event that is seen said is gone, whatever moment is looked from."""
        by = self.record.file.erased.get(ref)
        if by is None or self.record.file.frame_at(by, self.rights_now) is None:
            return None
        kept = self.record.kept[self.record.file.version_of(by) - 1]
        return why_erased(by, self.record.filled(kept))

    def noted(self) -> None:
        """Tell, once and before any content is opened, that somebody opens it.

        Raises:
            StoreFault: That cannot be written down, so nothing is opened.
        """
        if not self._noted:
            self._onlooker.note(self)
            self._noted = True

    def opened(self, kept: Kept) -> Opened:
        """Open the content of an event that is seen, unless it is erased or sealed today."""
        self.noted()
        bare, ref = kept.frame.event, kept.frame.ref
        if ref in self.record.file.erased:
            return Opened(bare, erased=True, erasure=self.erasure(ref))
        seal = self._seals.get(kept.frame.ref) if self._seals else None
        if seal is not None:
            return Opened(bare, erased=False, sealed=seal)
        event = self.record.filled(kept)
        # What had content and comes back as it was has lost it.
        return Opened(event, erased=event is bare and bool(content_fields(type(bare))))


_OF_ITS_MOMENT = ("_by_ref", "case", "view", "names")
"""What a look has worked out from its moment and rights."""


def why_erased(by: str, event: Event) -> Erasure:
    """Read the legal basis from an event that erases."""
    if isinstance(event, ContentErased):
        return Erasure(by, event.ground, opened(event.basis, None))
    return Erasure(by, NO_OVERLAP)


NO_OVERLAP = "no_overlap"
"""Why sealed bids are destroyed."""


def _granted(file: CaseFile, viewer: str, person: str, now: datetime) -> Rights:
    """List what a viewer may read, with a caucus that is open to this one person for a while."""
    rights = file.rights(viewer)
    opened = opened_to(file.roster, viewer, person, now)
    return either(rights, opened) if opened else rights


def _instant(moment: Moment, until: tuple[Kept, ...], now: datetime) -> datetime:
    """Return the instant a moment stands for; that of an event is when it was recorded."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return now if moment is None else until[-1].frame.recorded
