"""Check an export of a whole record, and make of it the stores it was made of.

What can be told from the files alone is checked before anything is written: their digests, every
line, every count, and that no event is missing between the first and the last.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from sqlite3 import IntegrityError
from typing import Any, Final

from ledger.databases import Database
from ledger.errors import StoreFault
from ledger.store.rows import TOPIC
from ledger.store.sealing import parse
from services.backup.copies import told
from services.backup.exporting import FORM
from services.backup.lines import STORES, file_of, meta_of, read_lines
from services.backup.manifest import Manifest, read_manifest
from services.cosigning.witnesses import POLICY_NAME
from services.moving.copying import insert
from services.moving.folders import copy_private
from services.moving.places import FilePlace
from services.moving.tables import RECORD, Kept, Table

LOT_ROWS: Final = 256
_POSITION, _TOPIC, _STATE = 0, 3, 4


def checked_export(folder: Path) -> Manifest:
    """Check an export, line by line.

    Raises:
        StoreFault: A file is missing, was changed or is one too many; counts are other than the
            manifest says; an event is missing or damaged.
        DecodeError: A line is not what is written.
    """
    manifest = read_manifest(folder, "record", FORM)
    if file_of(RECORD) not in manifest.files:
        why = f"{folder} holds no {file_of(RECORD)}"
        raise StoreFault(why, "give the folder of a whole export")
    counted: Counter[str] = Counter()
    for kept in _there(folder):
        meta = meta_of(folder / file_of(kept), kept)
        if kept is RECORD and meta.get("ledger_id") != manifest.ledger_id:
            why = f"{file_of(kept)} is of the ledger {meta.get('ledger_id')}, the manifest is not"
            raise StoreFault(why, "give an export as it was written")
        rows = read_lines(folder / file_of(kept), kept)
        for table, row in _in_order(rows) if kept is RECORD else rows:
            counted[f"{kept.file}/{table.name}"] += 1
            del row
    _check_counts(manifest, counted)
    return manifest


def _there(folder: Path) -> Iterator[Kept]:
    return (kept for kept in STORES if (folder / file_of(kept)).exists())


def _in_order(rows: Iterator[tuple[Table, list[Any]]]) -> Iterator[tuple[Table, list[Any]]]:
    """Check that events follow each other without a gap, and that each is one.

    Raises:
        StoreFault: One is missing, doubled or damaged.
    """
    for position, (table, row) in enumerate(rows, start=1):
        if row[_POSITION] != position or row[_TOPIC] != TOPIC:
            why = f"after the event at {position - 1} comes what is not the one at {position}"
            raise StoreFault(why, "give an export as it was written")
        parse(row[_STATE])
        yield table, row


def _check_counts(manifest: Manifest, counted: Counter[str]) -> None:
    wanted = {name: rows for name, rows in manifest.counts.items() if rows}
    if manifest.head != counted[f"{RECORD.file}/stored_events"] or wanted != dict(counted):
        names = sorted(n for n in {*wanted, *counted} if wanted.get(n, 0) != counted[n])
        why = f"the manifest counts other rows than there are: {', '.join(names) or 'the head'}"
        raise StoreFault(why, "give an export as it was written")


def fill_from_export(stage: Path, folder: Path) -> None:
    """Make the stores of an export that was checked.

    Raises:
        StoreFault: The disk is full, or a row stands twice.
        DecodeError: A line was changed since.
    """
    for kept in _there(folder):
        path = folder / file_of(kept)
        place = FilePlace(kept, stage)
        place.create(meta_of(path, kept))
        with told(place.path), closing(place.database()) as database:
            try:
                _fill_store(database, path, kept)
            except IntegrityError as error:
                why = f"{file_of(kept)} has a row twice: {error}"
                raise StoreFault(why, "give an export as it was written") from error
    if (folder / POLICY_NAME).exists():
        with told(stage):
            copy_private(folder / POLICY_NAME, stage / POLICY_NAME)


def _fill_store(database: Database, path: Path, kept: Kept) -> None:
    with database.writing() as writing:
        for table in kept.tables:
            if table.at_once:  # a new store begins with rows of its own in these
                writing.execute(f"DELETE FROM {table.name}")  # noqa: S608 - a name of ours
    for table, rows in groupby(read_lines(path, kept), key=itemgetter(0)):
        values = (row for _, row in rows)
        while lot := list(islice(values, LOT_ROWS)):
            with database.writing() as writing:
                insert(writing, table, lot)
