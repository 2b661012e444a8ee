"""A file opened twice in one process keeps its locks against every other process."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import pytest

from ledger.seal.seal_home import SEALS_NAME, SealFile
from ledger.seal.seal_store import SealStore
from projections.views import FileViews
from services.accesses import ACCESSES_FILE, AccessLog
from services.courier.book import BOOK_FILE, Book
from services.destroyed import ERASURES_FILE, Destroyed
from services.stores import Where
from tests.live.ledgers import opened, said, taken_over, tell
from tests.spec import START

pytestmark = pytest.mark.live

PASSING_BY = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1])
other.execute("SELECT count(*) FROM sqlite_master").fetchone()
other.close()
"""
"""Whoever closes last copies the log back and takes it away, if nobody's lock says otherwise."""


def seals_in(folder: Path) -> SealStore:
    """Open the seals of a folder, made where there are none."""
    home = SealFile(folder)
    if not home.exists():
        home.create("L", "here")
    return home.open("L")


Opener = Callable[[Path], AbstractContextManager[Any]]
OPENERS: dict[str, Opener] = {
    "ledger.sqlite": opened,
    "keys/keys.sqlite": opened,
    SEALS_NAME: lambda folder: closing(seals_in(folder)),
    "views": lambda folder: closing(FileViews(folder / "views", "L")),
    ACCESSES_FILE: lambda folder: closing(AccessLog(Where(folder), "L", now=START, days=9)),
    ERASURES_FILE: lambda folder: closing(Destroyed(Where(folder), "L")),
    BOOK_FILE: lambda folder: closing(Book(Where(folder), "L")),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a ledger with a case."""
    with opened(tmp_path / "data", unbound=True) as house:
        tell(house, [taken_over("one"), said("words")])
    return tmp_path / "data"


@pytest.mark.parametrize("name", OPENERS)
def test_a_second_opening_drops_no_lock_of_the_first(folder: Path, name: str) -> None:
    """A plain open and close of the file would: then the log goes while it is written to."""
    log = folder / f"{name}-wal"
    with OPENERS[name](folder):
        inode = log.stat().st_ino
        with OPENERS[name](folder):
            pass
        subprocess.run([sys.executable, "-c", PASSING_BY, folder / name], check=True, timeout=60)
        assert log.stat().st_ino == inode
