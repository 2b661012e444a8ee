"""Carry what lies beside the stores in a data folder: signer, broker's keys, cursors of feeds."""

import os
import shutil
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from ledger.errors import StoreFault
from ledger.seal.private_files import make_private_folder
from services.moving.tables import BESIDE, KEYS, RECORD

STAYS: Final = (
    *(f"{kept.file}*" for kept in (RECORD, KEYS, *BESIDE)),
    "keys/keys.epoch",
    "views*",
    "exports/*",
    "leases/*",
    "*.lock",
    "*/lock",
    ".*",
)
"""What is carried otherwise, made again, or belongs to running processes."""


def carry_folder(source: Path, target: Path) -> None:
    """Copy the files beside the stores; may be repeated.

    Raises:
        StoreFault: A file cannot be read or written.
    """
    try:
        for path in sorted(source.rglob("*")):
            name = path.relative_to(source)
            if path.is_file() and not any(fnmatch(str(name), stays) for stays in STAYS):
                copy_private(path, target / name)
    except OSError as error:
        why = f"{error.filename} cannot be copied: {error.strerror}"
        raise StoreFault(why, "make room, or mend access; then repeat") from error


def copy_private(path: Path, copy: Path) -> None:
    """Copy a file with its mode, in folders for their owner alone; it is on disk then.

    Raises:
        OSError: It cannot be read or written.
    """
    for folder in reversed(copy.parents):
        if not folder.exists():
            make_private_folder(folder)
    draft = copy.with_name(f".{copy.name}.new")
    shutil.copy2(path, draft)
    descriptor = os.open(draft, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    draft.replace(copy)


def is_empty(folder: Path) -> bool:
    """Tell whether a folder holds nothing, or is not there."""
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
