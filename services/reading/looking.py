"""Look at one case with one viewer's eyes, from one moment."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from uuid import UUID

from msgspec import Struct

from ledger.case import Case
from ledger.casefile import CaseFile
from ledger.catalogue import AnyEvent
from ledger.envelope import Event, Frame, content_fields
from ledger.errors import RuleViolation
from ledger.rooms import Rights, both, sees
from ledger.store.reader import Read, Reader
from ledger.store.sealing import Sealed
from projections.case_shown import CaseView
from projections.current import current, naming
from services.reading.moment import Moment


class Kept(Struct, frozen=True, gc=False):
    """One event of a case: its open frame, and the sealed bytes its content is opened from."""

    read: Read
    sealed: Sealed

    @property
    def frame(self) -> Frame[AnyEvent]:
        """Return its frame."""
        return self.read.frame


class Opened(Struct, frozen=True):
    """An event with its content, where that can still be opened.

    Attributes:
        event: The event; its content fields stay unset where they were erased or are sealed.
        erased: Whether its content was erased.
        sealed: Event (room:seq) that sealed its content, None where it is shown.
    """

    event: Event
    erased: bool
    sealed: str | None = None


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
        self.reader = reader
        self.case_id = case_id
        self.kept = tuple(Kept(read, sealed) for read, sealed in reader.read_case(case_id))
        self.file = _folded(case_id, self.kept)

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
            needs = "an entry, as `goodoffices show` prints it"
            raise RuleViolation("entry_is_known", f"there is no entry {ref} here", needs)
        return self.kept[: self.file.version_of(ref)]


def _folded(case_id: UUID, kept: tuple[Kept, ...]) -> CaseFile:
    file = CaseFile(case_id)
    for one in kept:
        file.append(one.frame)
    return file


class Look:
    """What one viewer sees of a case from one moment.

    Granted is what the viewer could read then and may read now.

    Attributes:
        record: The case.
        viewer: Whose eyes.
        now: The instant looked from.
        file: The case as of the moment.
        rights: What is granted.
        kept: The events within, in the order of recording.
    """

    def __init__(self, record: Record, viewer: str, moment: Moment, now: datetime) -> None:
        """Look.

        Args:
            record: The case.
            viewer: Whose eyes.
            moment: From when.
            now: The present instant, used where the moment is None.

        Raises:
            RuleViolation: entry_is_known.
        """
        self.record = record
        self.viewer = viewer
        eyes = record.file.rights(viewer)
        until = record.upto(moment, eyes)
        self.file = record.file if moment is None else _folded(record.case_id, until)
        self.rights: Rights = both(self.file.rights(viewer), eyes)
        self.now = _instant(moment, until, now)
        self.kept = tuple(k for k in until if sees(self.rights, k.frame.room, k.frame.seq))

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
        record = self.record.file
        return record.seen_by(record.rights(self.viewer)).record.governance.sealed

    def sees(self, room: str, seq: int) -> bool:
        """Tell whether an event is among those seen."""
        return f"{room}:{seq}" in self._by_ref

    def open(self, ref: str) -> Event:
        """Open an event (room:seq) that is seen."""
        return self.opened(self._by_ref[ref]).event

    def opened(self, kept: Kept) -> Opened:
        """Open the content of an event that is seen, unless it is sealed today."""
        seal = self._seals.get(kept.frame.ref)
        if seal is not None:
            return Opened(kept.frame.event, erased=False, sealed=seal)
        bare = kept.frame.event
        event = self.record.reader.filled(kept.sealed, bare)
        # What had content and comes back as it was has lost it.
        return Opened(event, erased=event is bare and bool(content_fields(type(bare))))


def _instant(moment: Moment, until: tuple[Kept, ...], now: datetime) -> datetime:
    """Return the instant a moment stands for; that of an event is when it was recorded."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return now if moment is None else until[-1].frame.recorded
