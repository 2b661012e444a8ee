"""Carry the sealed bytes of documents with a record: each under the hash of itself."""

import re
from pathlib import Path
from typing import Final

from services.backup.copies import told
from services.documents.shelf import FOLDER, place_of
from services.moving.folders import copy_private

_ADDRESS: Final = re.compile(r"[0-9a-f]{64}")


def copy_documents(source: Path, target: Path) -> None:
    """Copy the documents of a data folder, or of a backup, where they lie in a folder.

    In a store that speaks S3 they stay where they are: that store keeps copies of its own.

    Args:
        source: Data folder, or a backup's half with the record.
        target: Data folder, or a backup's half with the record.

    Raises:
        StoreFault: The disk is full, or what is set cannot be read.
    """
    place = place_of(source)
    if place.s3 is not None:
        return
    folder = source / FOLDER if place.folder is None else Path(place.folder)
    for path in sorted(folder.glob("??/*")):
        if _ADDRESS.fullmatch(path.name):
            with told(target):
                _copied(path, target / FOLDER / path.parent.name / path.name)


def _copied(path: Path, copy: Path) -> None:
    try:
        copy_private(path, copy)
    except FileNotFoundError:
        if path.exists():
            raise
        return  # erased meanwhile
