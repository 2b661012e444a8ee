"""Publish the seal log as plain files that any web server can hand out (C2SP tlog-tiles).

One folder a log, named by the last part of its origin: `checkpoint`, `tile/<level>/<number>` and
`tile/entries/<number>`; beside them `keys.json`, every key that ever signed. The checkpoint comes
last, so that all it covers is there.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ledger.errors import DecodeError, StoreFault
from ledger.seal.checkpoints import parse_checkpoint
from ledger.seal.nodes import TILE_WIDTH, Tile, tile_number
from ledger.seal.notes import parse_note
from ledger.seal.private_files import write_whole
from ledger.seal.proofs import KeyHistory, write_document
from ledger.seal.seal_store import SealStore

CHECKPOINT: Final = "checkpoint"
KEYS: Final = "keys.json"
ANYBODY_READS: Final = 0o644
LENGTH_BYTES: Final = 2


class Publication:
    """A folder of files for everybody.

    Attributes:
        folder: The folder, made with the first checkpoint.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def notes(self) -> list[bytes]:
        """Return the newest checkpoint of each log published here.

        Raises:
            StoreFault: One cannot be read.
        """
        try:
            return [path.read_bytes() for path in sorted(self.folder.glob(f"*/{CHECKPOINT}"))]
        except OSError as error:
            why = f"a published checkpoint cannot be read: {error.strerror}"
            raise StoreFault(why, f"check {self.folder} and its mode") from error

    def publish(self, store: SealStore, history: KeyHistory) -> None:
        """Publish all that was signed and is not here yet.

        Raises:
            StoreFault: The folder cannot be written; what is there stays whole.
        """
        size = store.signed_size()
        note = store.note(size) if size else None
        if note is None:
            return
        log = self.folder / store.origin.rpartition("/")[2]
        for tile in store.tiles(_size_in(log / CHECKPOINT), size):
            _write_tile(log, tile)
            if tile.level == 0:
                _write_entries(log, tile, store)
        # A crash here leaves tiles that no checkpoint covers yet.
        _write(self.folder / KEYS, write_document(history))
        _write(log / CHECKPOINT, note)


def _size_in(path: Path) -> int:
    """Read how far was published; from the beginning where that cannot be read."""
    try:
        return parse_checkpoint(parse_note(path.read_bytes()).text).head.size
    except (OSError, DecodeError):
        return 0


def _write_tile(log: Path, tile: Tile) -> None:
    _write(log / tile.path, tile.hashes)
    _drop_partial(log / "tile" / str(tile.level) / tile_number(tile.index))


def _write_entries(log: Path, tile: Tile, store: SealStore) -> None:
    """Write the leaves of a tile, each behind its length."""
    path = tile.path.replace("tile/0/", "tile/entries/", 1)
    _write(log / path, b"".join(_entries(tile, store)))
    _drop_partial(log / "tile" / "entries" / tile_number(tile.index))


def _entries(tile: Tile, store: SealStore) -> Iterator[bytes]:
    begin = tile.index * TILE_WIDTH
    for logged in store.log(begin, begin + tile.width):
        yield len(logged.leaf).to_bytes(LENGTH_BYTES) + logged.leaf


def _drop_partial(path: Path) -> None:
    """Remove the narrower versions of a tile that is full."""
    partial = path.with_name(f"{path.name}.p")
    if path.exists() and partial.exists():
        shutil.rmtree(partial, ignore_errors=True)


def _write(path: Path, body: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = f"{path.parent} cannot be made: {error.strerror}"
        raise StoreFault(why, "check the folder for publishing and its mode") from error
    write_whole(path, body, ANYBODY_READS)
