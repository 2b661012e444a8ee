"""Seal a ledger in a folder, and gather every checkpoint that anybody could have seen of it."""

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from ledger.errors import StoreFault
from ledger.seal.checkpoints import Checkpoint, parse_checkpoint
from ledger.seal.mismatch import SealsDoNotMatch
from ledger.seal.notes import parse_note
from ledger.seal.opening import sealing
from ledger.seal.seal_home import SEALS_NAME
from ledger.seal.seal_store import SealStore
from ledger.seal.sealing import Sealing
from services.house import House
from services.seals import place_of, publication_of, record_of, seals_of, tick_now
from tests.live.ledgers import opened

RECORD = ("ledger.sqlite", "keys", "views.sqlite")
SEALS = ("seals.sqlite",)
SIGNER = ("signer",)
PUBLISHED = ("published",)


def checkpoint_of(note: bytes) -> Checkpoint:
    """Read what a note says."""
    return parse_checkpoint(parse_note(note).text)


@contextmanager
def held(house: House, *, capacity: int | None = None) -> Iterator[Sealing]:
    """Hold the right to seal, everything compared first."""
    place = place_of(house)
    if capacity is not None:
        place = replace(place, capacity=capacity)
    with sealing(place, record_of(house), publication_of(house).notes()) as found:
        yield found


@contextmanager
def store_of(house: House) -> Iterator[SealStore]:
    """Open the seals for reading."""
    store = seals_of(house)
    assert store is not None
    with closing(store):
        yield store


def notes_in(folder: Path) -> Iterator[bytes]:
    """Yield every checkpoint kept or published in a data folder."""
    yield from (path.read_bytes() for path in folder.glob("published/*/checkpoint"))
    for path in folder.glob(f"{SEALS_NAME.partition('.')[0]}*.sqlite"):
        with closing(sqlite3.connect(path)) as database:
            rows = database.execute("SELECT note FROM log WHERE note IS NOT NULL").fetchall()
        yield from (note for (note,) in rows)


def assert_no_two_heads_of_one_size(notes: Iterable[bytes]) -> int:
    """Expect of all notes ever seen that one log had one root at each size; count the heads."""
    roots: dict[tuple[str, int], bytes] = {}
    for note in notes:
        checkpoint = checkpoint_of(note)
        at = (checkpoint.origin, checkpoint.head.size)
        assert roots.setdefault(at, checkpoint.head.root) == checkpoint.head.root, at
    return len(roots)


def keep(folder: Path, into: Path, *names: str) -> None:
    """Copy files of a data folder, as a backup does; write-ahead logs too."""
    into.mkdir(exist_ok=True)
    for name in names:
        for path in folder.glob(f"{name}*"):
            _copy(path, into / path.name)


def put_back(kept: Path, folder: Path, *names: str) -> None:
    """Put files back as they were, and remove what was not there then."""
    for name in names:
        for path in folder.glob(f"{name}*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        for path in kept.glob(f"{name}*"):
            _copy(path, folder / path.name)


def _copy(path: Path, into: Path) -> None:
    if path.is_dir():
        shutil.copytree(path, into, dirs_exist_ok=True)
    else:
        shutil.copy2(path, into)


def refusal(folder: Path) -> str:
    """Expect that nothing is sealed in a folder any more, and name the cause."""
    with opened(folder) as house, pytest.raises(StoreFault) as refused:
        tick_now(house, thorough=True)
    assert isinstance(refused.value, SealsDoNotMatch), refused.value.why
    assert "--new-origin" in refused.value.needs
    return refused.value.cause
