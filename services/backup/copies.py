"""Copy one store into a file of a backup, as it is at one instant, while others write it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ledger.errors import StoreFault
from ledger.sqlite import check_file, check_pages, faults
from services.moving.copying import carry
from services.moving.places import FilePlace, StorePlace


def copy_store(source: StorePlace, folder: Path) -> FilePlace:
    """Copy a store into a folder; return the copy, which is checked page by page.

    Raises:
        StoreFault: The disk is full, or a file or database is at fault.
    """
    copy = FilePlace(source.kept, folder)
    with told(copy.path):
        copy.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if isinstance(source, FilePlace):
        _copy_file(source.path, copy.path, source.kept.kind.noun)
    else:
        copy.create({key: said for key, said in source.meta().items() if key != "format"})
        carry(source, copy, lambda _: None)
    check_file(copy.path, copy.kept.kind)
    check_pages(copy.path, copy.kept.kind)
    return copy


def _copy_file(path: Path, copy: Path, noun: str) -> None:
    """Let SQLite copy it: one state, whoever writes meanwhile; on disk when this returns."""
    with told(copy):
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    source = f"{path.resolve().as_uri()}?mode=rw"
    with (
        faults(noun),
        closing(sqlite3.connect(source, uri=True)) as reading,
        closing(sqlite3.connect(copy)) as writing,
    ):
        reading.backup(writing)
    with copy.open("rb") as written:
        os.fsync(written.fileno())


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Say which file could not be written."""
    try:
        yield
    except OSError as error:
        why = f"{error.filename or path} cannot be written: {error.strerror}"
        raise StoreFault(why, "make room, or give another folder") from error
