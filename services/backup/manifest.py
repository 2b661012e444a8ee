"""Say what half of a backup holds, and check that it still does."""

import hashlib
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct

from ledger.errors import StoreFault
from ledger.seal.private_files import read_whole, write_whole

MANIFEST: Final = "manifest.json"
FORM: Final = "gol-backup/1"
_CHUNK: Final = 1 << 20


class Written(Struct, frozen=True):
    """A file of a backup.

    Attributes:
        size: In bytes.
        sha256: Of its bytes, hex.
    """

    size: int
    sha256: str


class Manifest(Struct, frozen=True, kw_only=True):
    """What one half of a backup is.

    Attributes:
        form: Of the backup, and its version.
        half: `record`, or the `keys` that open it.
        ledger_id: Of which ledger.
        made: When the copying began, UTC.
        tool: Version of this program.
        source: Where the record was: a folder or a database, without user and password.
        head: Position of the last event, 0 in the half of the keys.
        origin: Of the seal log, None where nothing was sealed.
        counts: Rows of each table, by store and table.
        files: Every file but this one, by its place in the half.
    """

    form: str = FORM
    half: Literal["record", "keys"]
    ledger_id: str
    made: datetime
    tool: str
    source: str
    head: int = 0
    origin: str | None = None
    counts: dict[str, int]
    files: dict[str, Written]


def tool() -> str:
    """Return the version of this program."""
    return version("good-offices-ledger")


def files_of(folder: Path) -> dict[str, Written]:
    """Measure and digest every file of a half but its manifest."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): _written(path) for path in paths if path.name != MANIFEST
    }


def _written(path: Path) -> Written:
    summed = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            summed.update(chunk)
    return Written(path.stat().st_size, summed.hexdigest())


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write it as the last file: a half without one was broken off."""
    write_whole(folder / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")


def read_manifest(folder: Path, half: Literal["record", "keys"], form: str = FORM) -> Manifest:
    """Read a half's manifest and check every file by it.

    Raises:
        StoreFault: There is none, it is of the other half or of a newer form; or a file is
            missing, was changed, or is one too many.
    """
    found = read_whole(folder / MANIFEST, Manifest)
    if found is None:
        why = f"{folder} is no backup, or one that was broken off: it has no {MANIFEST}"
        raise StoreFault(why, "give the folder of a whole one")
    if found.form != form or found.half != half:
        why = f"{folder} holds {found.form}, half {found.half}, not the {half} of {form}"
        raise StoreFault(why, f"give the folder with the {half}")
    there = files_of(folder)
    for name in sorted({*there, *found.files}):
        if there.get(name) != found.files.get(name):
            what = "is missing" if name not in there else "is not as it was written"
            raise StoreFault(f"{folder / name} {what}", "take another copy of this backup")
    return found
