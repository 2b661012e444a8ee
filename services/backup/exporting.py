"""Export the whole record as lines of JSON: what `restore --export` makes the same ledger of.

It is the record half of a backup in another form: every event as it is sealed, in every room, and
nothing in the open. The keys are copied apart, by `backup --keys-to`, after it.
"""

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from ledger.errors import StoreFault
from ledger.seal.private_files import make_private_folder
from ledger.store.moved import refuse_if_moved
from services.backup.copies import told
from services.backup.documents import copy_documents
from services.backup.lines import STORES, file_of, head_line, lines
from services.backup.manifest import Manifest, files_of, read_manifest, tool, write_manifest
from services.cosigning.witnesses import POLICY_NAME
from services.moving.copying import count
from services.moving.folders import copy_private, is_empty
from services.moving.homes import Home
from services.moving.tables import RECORD, SEALS, Kept

FORM: Final = "gol-export/1"
Shown = Callable[[int], None]
"""Is told how many rows are written."""


def export_whole(home: Home, folder: Path, at: datetime, shown: Shown) -> Manifest:
    """Write the whole record into a folder; it is there whole, or not at all.

    Args:
        home: Where the ledger lies.
        folder: Where to; empty, or not there.
        at: Now.
        shown: Is told how far it is.

    Raises:
        StoreFault: The folder is not empty, the disk is full, or a store is at fault.
    """
    meta = home.place(RECORD).meta()
    refuse_if_moved(meta)
    if not is_empty(folder):
        raise StoreFault(f"{folder} is not empty", "give a folder that is empty or not there")
    stage = folder.resolve().with_name(f".{folder.name}.exporting")
    shutil.rmtree(stage, ignore_errors=True)
    try:
        manifest = _fill(stage, home, meta["ledger_id"], at, shown)
        # A crash before this leaves a hidden folder, which the next export to there removes.
        with told(folder):
            stage.replace(folder)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return manifest


def _fill(stage: Path, home: Home, ledger_id: str, at: datetime, shown: Shown) -> Manifest:
    make_private_folder(stage)
    counts: dict[str, int] = {}
    for kept in STORES:
        if home.place(kept).exists():
            counts |= _write(stage, home, kept, _onward(shown, sum(counts.values())))
    copy_documents(home.folder, stage)
    if (home.folder / POLICY_NAME).exists():
        with told(stage):
            copy_private(home.folder / POLICY_NAME, stage / POLICY_NAME)
    seals = home.place(SEALS)
    manifest = Manifest(
        form=FORM,
        half="record",
        ledger_id=ledger_id,
        made=at,
        tool=tool(),
        source=home.shown,
        head=counts[f"{RECORD.file}/stored_events"],
        origin=seals.meta()["origin"] if seals.exists() else None,
        counts=counts,
        files=files_of(stage),
    )
    write_manifest(stage, manifest)
    return read_manifest(stage, "record", FORM)


def _onward(shown: Shown, before: int) -> Shown:
    """Tell progress on behind what was written before."""
    return lambda rows: shown(before + rows)


def _write(stage: Path, home: Home, kept: Kept, shown: Shown) -> dict[str, int]:
    """Write one store as it is at one instant, while others write it; return its rows by table."""
    place, path = home.place(kept), stage / file_of(kept)
    written = 0
    with place.snapshot() as session, told(path), path.open("xb") as file:
        path.chmod(0o600)
        file.write(head_line(kept, place.meta()))
        for lot in lines(session, kept):
            file.writelines(lot)
            written += len(lot)
            shown(written)
        file.flush()
        os.fsync(file.fileno())
        return {
            f"{kept.file}/{table.name}": count(session, kept._replace(tables=(table,)))
            for table in kept.tables
        }
