"""Say of an export for analysts what it is: from where, for whom, of what, and file by file."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from ledger.seal.checkpoints import parse_checkpoint
from ledger.seal.notes import parse_note
from services.exports.boxes import Boxed
from services.exports.rows import COLUMNS, Row
from services.house import House
from services.seals import seals_of

MANIFEST: Final = "manifest.json"
FORM: Final = "goodoffices-export/1"


class SealHead(Struct, frozen=True):
    """The newest checkpoint of the institution's seal log.

    Attributes:
        origin: Names the log.
        size: Of the log.
        root: Of its tree, hex.
        checkpoint: The signed note, whole.
    """

    origin: str
    size: int
    root: str
    checkpoint: str


class Range(Struct, frozen=True, rename={"from_": "from"}):
    """Of when the entries are, by instants of recording.

    Attributes:
        from_: Asked for from here on, None from the beginning.
        to: Asked for up to before here, None up to the end.
        at: Moment looked from, None for the present.
        first: Of the earliest entry, None where there is none.
        last: Of the latest.
    """

    from_: datetime | None
    to: datetime | None
    at: str | None
    first: datetime | None
    last: datetime | None


class Filter(Struct, frozen=True):
    """Which entries were asked for.

    Attributes:
        every: Whether of every case the viewer may read.
        case: The one case, as its rows name it; None for all, or where there is no row.
        types: Names of events, empty for all.
    """

    every: bool
    case: str | None
    types: tuple[str, ...]


class Redaction(Struct, frozen=True):
    """What was taken out of the rows before they were written.

    Attributes:
        policy: Name and version of what was taken out by.
        why: The same in words.
    """

    policy: str
    why: str


NOTHING_TAKEN_OUT: Final = Redaction(
    "none/1",
    "every entry of the rooms the viewer reads, in full; what was erased or sealed is left out, "
    "and says so",
)


class Counts(Struct, frozen=True):
    """How much there is.

    Attributes:
        cases: With at least one entry.
        events: Entries.
        objects: Of an object-centric log, None for other forms.
        types: Entries by name of the event.
    """

    cases: int
    events: int
    objects: int | None
    types: dict[str, int]


class Tool(Struct, frozen=True):
    """What wrote it."""

    name: str
    version: str


class Manifest(Struct, frozen=True, kw_only=True):
    """What an export is.

    Attributes:
        form: Name and version of this shape.
        format: Of the files.
        tool: What wrote it.
        institution: Id of the ledger, 32 hex digits.
        viewer: With whose eyes it was read.
        made: When it was begun.
        seal: Head of the seal log when it ended, None while nothing was sealed.
        range: Of when the entries are.
        filter: Which were asked for.
        redaction: What was taken out.
        complete: Whether every case could be read.
        counts: How much there is.
        columns: Of a row, in order.
        files: Every file but this one.
    """

    form: str = FORM
    format: str
    tool: Tool
    institution: str
    viewer: str
    made: datetime
    seal: SealHead | None
    range: Range
    filter: Filter
    redaction: Redaction
    complete: bool
    counts: Counts
    columns: tuple[str, ...] = COLUMNS
    files: tuple[Boxed, ...]

    def encoded(self) -> bytes:
        """Write it, to be read by people too."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"


class Tally:
    """Count rows on their way to a writer.

    Attributes:
        cases: Cases met; rows of a case follow each other.
        case: Name of the last of them, None before the first.
        types: Rows by name of the event.
        first: Earliest instant of recording.
        last: Latest.
    """

    def __init__(self) -> None:
        """Begin at nothing."""
        self.cases = 0
        self.case: str | None = None
        self.types: Counter[str] = Counter()
        self.first: datetime | None = None
        self.last: datetime | None = None
        self._last = ""

    def counted(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Pass rows on."""
        for row in rows:
            self.types[row.type] += 1
            if row.case_id != self._last:
                self._last, self.case = row.case_id, row.case
                self.cases += 1
            if self.first is None or row.recorded < self.first:
                self.first = row.recorded
            if self.last is None or row.recorded > self.last:
                self.last = row.recorded
            yield row

    def counts(self, objects: int | None) -> Counts:
        """Say how much there was."""
        return Counts(self.cases, self.types.total(), objects, dict(sorted(self.types.items())))


def seal_head(house: House) -> SealHead | None:
    """Return the newest checkpoint, None while nothing was sealed.

    Raises:
        StoreFault: The file of seals is damaged, or of another ledger.
    """
    store = seals_of(house)
    if store is None:
        return None
    try:
        note = store.note(store.signed_size())
    finally:
        store.close()
    if note is None:
        return None
    checkpoint = parse_checkpoint(parse_note(note).text)
    head = checkpoint.head
    return SealHead(checkpoint.origin, head.size, head.root.hex(), note.decode())
