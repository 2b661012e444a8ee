"""Export what analysts compute with: one folder, its data and a manifest, whole or not at all."""

from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

from msgspec import Struct
from msgspec.structs import replace

from ledger.catalogue import EVENTS
from ledger.errors import DecodeError
from ledger.instants import parse_instant
from ledger.store.reader import Read
from projections.audit_trail import Counted, count_for_offices
from services.exports.boxes import FolderBox, folder_for
from services.exports.formats.writing import About, Write, Written
from services.exports.manifest import (
    MANIFEST,
    Filter,
    Manifest,
    Range,
    Tally,
    Tool,
    seal_head,
)
from services.exports.redacting import Redacting, redacting_for
from services.exports.rows import ALL, Chosen, Row, rows
from services.reading.eyes import Eyes

Table: TypeAlias = Literal["ndjson", "csv", "parquet", "ocel", "ocel-sqlite", "xes", "cloudevents"]
TABLES: Final[tuple[Table, ...]] = get_args(Table)
_WRITERS: Final[dict[Table, tuple[str, str]]] = {
    "ndjson": ("lines", "ndjson"),
    "csv": ("lines", "comma_separated"),
    "cloudevents": ("lines", "cloudevents"),
    "parquet": ("parquet", "parquet"),
    "ocel": ("ocel", "ocel"),
    "ocel-sqlite": ("ocel_database", "ocel_sqlite"),
    "xes": ("xes", "xes"),
}
"""Module and function that writes each, imported when it is asked for."""
EVENTS_A_STEP: Final = 1_000
"""Events after which progress is told."""
Progress: TypeAlias = Callable[[int, int | None], None]
"""Is told how many entries were written, and of how many where that is known."""


class Taking(Struct, frozen=True):
    """How an export for analysts is wanted.

    Attributes:
        form: Its form.
        viewer: For whom.
        case: The case, None for every one the viewer may read.
        chosen: Which entries.
        at: Moment looked from, as it was given.
        force: Replace an export that is there.
        redacting: What is taken out of what is for no analyst.
        progress: Is told how far it is.
    """

    form: Table
    viewer: str
    case: str | None = None
    chosen: Chosen = ALL
    at: str | None = None
    force: bool = False
    redacting: Redacting = Redacting()
    progress: Progress = lambda _, __: None


def read_chosen(since: str | None, until: str | None, types: str | None) -> Chosen:
    """Read which entries are wanted.

    Raises:
        DecodeError: An instant is none, the range is empty, or there is no such event.
    """
    begin = None if since is None else parse_instant(since, "--from")
    end = None if until is None else parse_instant(until, "--to")
    if begin is not None and end is not None and end <= begin:
        raise DecodeError("--to", "does not lie after --from", "a later instant")
    names = () if types is None else tuple(name.strip() for name in types.split(","))
    for name in names:
        if name not in EVENTS:
            raise DecodeError("--types", f"there is no event {name!r}", "goodoffices schema")
    return Chosen(begin, end, tuple(dict.fromkeys(names)))


def take(eyes: Eyes, target: Path, taking: Taking) -> Path:
    """Write an export; return its folder.

    Raises:
        DecodeError: There is something at that place already, or the name is that of a zip.
        RuleViolation: As `Eyes.looks`.
        StoreFault: A file cannot be written, or an event cannot be read; nothing is left behind.
    """
    if target.suffix == ".zip":
        raise DecodeError("--output", f"{taking.form} makes a folder", "a name without .zip")
    box = folder_for(target, MANIFEST, force=taking.force)
    try:
        return _filled(box, eyes, taking)
    except BaseException:
        box.drop()
        raise


def _filled(box: FolderBox, eyes: Eyes, taking: Taking) -> Path:
    tally, house = Tally(), eyes.house
    about = About(house.ledger.institution_id.hex, house.clock.now())
    read = _redacting(eyes, taking).redact(_read(eyes, taking.case, taking.chosen))
    told = _told(tally.counted(read), taking.progress, _total(eyes, taking))
    written = _write_of(taking.form)(box, told, about)
    box.add(MANIFEST, [_manifest(eyes, taking, tally, written, about).encoded()])
    return box.close()


def _redacting(eyes: Eyes, taking: Taking) -> Redacting:
    """Return what is taken out; for an analyst that is nobody's to choose."""
    return taking.redacting if eyes.grant is None else redacting_for(eyes.grant)


def _read(eyes: Eyes, case: str | None, chosen: Chosen) -> Iterator[Row]:
    """Read case by case, all as of one instant: what is recorded meanwhile is left out."""
    cut = replace(chosen, recorded_by=_head(eyes))
    for look in eyes.looks(case):
        yield from rows(look, cut)


def _head(eyes: Eyes) -> datetime:
    """Return the last instant of the record; where it has none or cannot be read, the present."""
    reader = eyes.house.ledger.reader
    last = reader.page(reader.head() - 1, 1)
    if last and isinstance(last[0], Read):
        return last[0].frame.recorded
    return eyes.house.clock.now()  # a case at fault is told of when it is read


def _write_of(form: Table) -> Write:
    module, name = _WRITERS[form]
    write: Write = getattr(import_module(f"services.exports.formats.{module}"), name)
    return write


def _total(eyes: Eyes, taking: Taking) -> int | None:
    """Count what is to come, as far as the views tell: of all cases, for an office, now."""
    if taking.case is not None or eyes.office is None or eyes.moment is not None:
        return None
    chosen, library = taking.chosen, eyes.house.views
    library.bring_to_head()
    with library.glance() as glance:
        institution = eyes.house.ledger.institution_id
        counted = Counted(institution, chosen.types, chosen.since, chosen.until)
        return count_for_offices(glance, counted)


def _told(rows_: Iterator[Row], progress: Progress, total: int | None) -> Iterator[Row]:
    for count, row in enumerate(rows_, start=1):
        yield row
        if count % EVENTS_A_STEP == 0:
            progress(count, total)


def _manifest(eyes: Eyes, taking: Taking, tally: Tally, written: Written, about: About) -> Manifest:
    chosen = taking.chosen
    return Manifest(
        format=taking.form,
        tool=Tool("good-offices-ledger", version("good-offices-ledger")),
        institution=about.ledger,
        viewer=taking.viewer,
        made=about.made,
        seal=seal_head(eyes.house),
        range=Range(chosen.since, chosen.until, taking.at, tally.first, tally.last),
        filter=Filter(taking.case is None, tally.case if taking.case else None, chosen.types),
        redaction=_redacting(eyes, taking).told,
        complete=not eyes.faults,
        counts=tally.counts(written.objects),
        files=written.files,
    )
