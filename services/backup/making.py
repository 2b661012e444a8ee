"""Back a ledger up while it is used: the record in one folder, what opens it in another.

What lies beside the record is copied before it and the keys after it, so that no part of a backup
knows of an event the record has not, and every event has its key.
"""

import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from msgspec import Struct

from ledger.errors import DecodeError, StoreFault
from ledger.keys.shelves import institution_file
from ledger.seal.opening import SIGNER_NAME
from ledger.seal.private_files import make_private_folder, read_whole
from ledger.store.making import KEYS_FOLDER
from ledger.store.moved import refuse_if_moved
from services.backup.copies import copy_store, told
from services.backup.documents import copy_documents
from services.backup.manifest import (
    MANIFEST,
    Manifest,
    files_of,
    read_manifest,
    tool,
    write_manifest,
)
from services.cosigning.witnesses import POLICY_NAME
from services.moving.copying import count
from services.moving.folders import copy_private, is_empty
from services.moving.homes import Home
from services.moving.places import FilePlace
from services.moving.tables import BESIDE, KEYS, RECORD, SEALS

SIGNER_KEYS: Final = f"{SIGNER_NAME}/keys.json"
NEW: Final = ".new"
"""Where new keys lie until those of before are overwritten."""


class Made(Struct, frozen=True):
    """What was backed up.

    Attributes:
        record: The half with the record, None if only keys were asked for.
        keys: The half with the keys, None if they were not asked for.
    """

    record: Manifest | None
    keys: Manifest | None


def back_up(home: Home, record: Path | None, keys: Path | None, at: Callable[[], datetime]) -> Made:
    """Write one half or both, and check what was written.

    Raises:
        DecodeError: Both halves would lie together.
        StoreFault: A folder is not empty, the disk is full, or a store is at fault.
    """
    if record is None and keys is None:
        raise DecodeError("backup", "nothing is asked for", "-o, --keys-to or both")
    if record is not None and keys is not None:
        _are_apart(record, keys)
    meta = home.place(RECORD).meta()
    refuse_if_moved(meta)
    made_record = None if record is None else _record(home, record, meta["ledger_id"], at())
    made_keys = None if keys is None else _keys(home, keys, meta["ledger_id"], at())
    return Made(made_record, made_keys)


def _are_apart(record: Path, keys: Path) -> None:
    one, other = record.resolve(), keys.resolve()
    if one == other or one in other.parents or other in one.parents:
        why = "the keys would lie with the record that they open"
        raise DecodeError("--keys-to", why, "a folder elsewhere, best on another disk")


def _new(folder: Path) -> None:
    if not is_empty(folder):
        raise StoreFault(f"{folder} is not empty", "give a folder that is empty or not there")
    make_private_folder(folder)


def _record(home: Home, folder: Path, ledger_id: str, at: datetime) -> Manifest:
    _new(folder)
    copies = [
        copy_store(home.place(kept), folder)
        for kept in (*BESIDE, RECORD)
        if home.place(kept).exists()
    ]
    copy_documents(home.folder, folder)
    if (home.folder / POLICY_NAME).exists():
        with told(folder):
            copy_private(home.folder / POLICY_NAME, folder / POLICY_NAME)
    seals = FilePlace(SEALS, folder)
    manifest = Manifest(
        half="record",
        ledger_id=ledger_id,
        made=at,
        tool=tool(),
        source=home.shown,
        head=_head(FilePlace(RECORD, folder)),
        origin=seals.meta()["origin"] if seals.exists() else None,
        counts=_counts(copies),
        files=files_of(folder),
    )
    return _written(folder, manifest)


def _head(record: FilePlace) -> int:
    """Return the last position, which is the number of events, or the copy is not whole."""
    with record.snapshot() as session:
        query = "SELECT COALESCE(max(position), 0), count(*) FROM stored_events"
        head, counted = session.execute(query).fetchone()
    if head != counted:
        why = f"the copy ends at position {head} and has {counted} events"
        raise StoreFault(why, "`goodoffices doctor` says what is wrong with the record")
    return int(head)


def _counts(copies: list[FilePlace]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for copy in copies:
        with copy.snapshot() as session:
            for table in copy.kept.tables:
                one = copy.kept._replace(tables=(table,))
                counts[f"{copy.kept.file}/{table.name}"] = count(session, one)
    return counts


def _keys(home: Home, folder: Path, ledger_id: str, at: datetime) -> Manifest:
    """Write the half of the keys; the one that was there before is overwritten, not kept."""
    before = _before(folder, ledger_id)
    new = folder / NEW
    _remove_all(new)
    make_private_folder(new)
    copy = copy_store(home.place(KEYS), new)
    with told(new):
        copy_private(
            institution_file(home.folder / KEYS_FOLDER), institution_file(new / KEYS_FOLDER)
        )
        if (home.folder / SIGNER_KEYS).exists():
            copy_private(home.folder / SIGNER_KEYS, new / SIGNER_KEYS)
    manifest = Manifest(
        half="keys",
        ledger_id=ledger_id,
        made=at,
        tool=tool(),
        source=home.shown,
        counts=_counts([copy]),
        files=files_of(new),
    )
    if before:
        (folder / MANIFEST).unlink()
        FilePlace(KEYS, folder).destroy()
    for name in manifest.files:
        # A crash here leaves the old generation destroyed and the new one in `new`.
        make_private_folder((folder / name).parent)
        (new / name).replace(folder / name)
    _remove_all(new)
    return _written(folder, manifest)


def _before(folder: Path, ledger_id: str) -> bool:
    """Tell whether a generation of this ledger's keys is there, to be overwritten.

    Raises:
        StoreFault: Something else is there.
    """
    found = read_whole(folder / MANIFEST, Manifest)
    if found is not None and (found.half, found.ledger_id) == ("keys", ledger_id):
        return True
    if not is_empty(folder) and {path.name for path in folder.iterdir()} != {NEW}:
        why = f"{folder} holds something else than keys of this ledger"
        raise StoreFault(why, "give a folder that is empty, not there, or holds its last keys")
    return False


def _remove_all(folder: Path) -> None:
    """Remove what a copying that was broken off left, overwriting the keys."""
    keys = FilePlace(KEYS, folder)
    if keys.exists():
        with suppress(StoreFault):  # it was cut short by a crash: there is no row to overwrite
            keys.destroy()
    shutil.rmtree(folder, ignore_errors=True)


def _written(folder: Path, manifest: Manifest) -> Manifest:
    write_manifest(folder, manifest)
    return read_manifest(folder, manifest.half)
