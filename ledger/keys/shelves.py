"""Say what the key store asks of the place where wrapped keys lie; a file is one such place."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol, cast

from ledger.databases import Database, Session, StoreKind
from ledger.keys.epochs import Epoch
from ledger.keys.institution import WRAPPED_SIZE
from ledger.sqlite import Connections, check_file, create_file

KEYS_KIND: Final = StoreKind(
    "key store", 0x474F4C4B, "gol-keys", 1, frozenset({"rooms", "blocks", "secrets"})
)
ERASED: Final = bytes(WRAPPED_SIZE)
ROOMS: Final = f"""CREATE TABLE rooms (
    room_id BLOB PRIMARY KEY CHECK (length(room_id) = 16),
    wrapped BLOB NOT NULL CHECK (length(wrapped) = {WRAPPED_SIZE}))"""
BLOCKS: Final = f"""CREATE TABLE blocks (
    block_id INTEGER PRIMARY KEY AUTOINCREMENT,
    size INTEGER NOT NULL,
    slots BLOB NOT NULL CHECK (length(slots) = size * {WRAPPED_SIZE}))"""
SECRETS: Final = f"""CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    wrapped BLOB NOT NULL CHECK (length(wrapped) = {WRAPPED_SIZE}))"""
SCHEMA: Final = (ROOMS, BLOCKS, SECRETS)


class EpochSource(Protocol):
    """Tells whether a key was destroyed since it was asked before."""

    def now(self) -> bytes:
        """Return the present value; only its being the same or not has a meaning."""
        ...


class Shelves(Protocol):
    """Where wrapped keys lie.

    Attributes:
        database: Its connections.
        epoch: Changes whenever any process destroyed a key.
    """

    database: Database
    epoch: EpochSource

    def __init__(self, folder: Path, url: str) -> None:
        """Open what was checked before."""
        ...

    @classmethod
    def create(cls, folder: Path, url: str, meta: Mapping[str, str]) -> bool:
        """Make it empty; return whether this call made it."""
        ...

    @classmethod
    def check(cls, folder: Path, url: str) -> dict[str, str]:
        """Refuse what is no whole key store; return what it says about itself."""
        ...

    def overwrite(self, session: Session, block_id: int, slots: Sequence[int]) -> None:
        """Write zeros where some keys of a block are."""
        ...

    def forget(self, blocks: Sequence[int], rooms: Sequence[bytes]) -> None:
        """Leave no copy of what was overwritten, in any file or process, when this returns."""
        ...

    def forget_secrets(self) -> None:
        """Leave no copy of a secret that was overwritten, as `forget` does."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class KeyFile:
    """Wrapped keys in an SQLite file beside the institution key."""

    database: Database
    epoch: EpochSource

    def __init__(self, folder: Path, url: str = "") -> None:
        assert not url, "a file has none"
        self.database = self._file = Connections(_database(folder), KEYS_KIND.noun)
        self.epoch = self._epoch = Epoch(folder / "keys.epoch")

    @classmethod
    def create(cls, folder: Path, _url: str, meta: Mapping[str, str]) -> bool:
        """Make it empty; return whether this call made it."""
        return create_file(_database(folder), KEYS_KIND, SCHEMA, meta)

    @classmethod
    def check(cls, folder: Path, _url: str) -> dict[str, str]:
        """Refuse what is no whole key store; return what it says about itself."""
        return check_file(_database(folder), KEYS_KIND)

    def overwrite(self, session: Session, block_id: int, slots: Sequence[int]) -> None:
        """Write zeros in place: the row stays where it is, so no copy is left behind."""
        connection = cast("sqlite3.Connection", session)
        with connection.blobopen("blocks", "slots", block_id) as blob:
            for slot in slots:
                blob.seek(slot * WRAPPED_SIZE)
                blob.write(ERASED)

    def forget(self, _blocks: Sequence[int], _rooms: Sequence[bytes]) -> None:
        """Tell every process, and empty the log, which holds old pages."""
        self._epoch.turn()
        self._file.truncate_log()

    def forget_secrets(self) -> None:
        """Empty the log, which holds old pages."""
        self.forget((), ())

    def close(self) -> None:
        """Close the files."""
        self._file.close()
        self._epoch.close()


def _database(folder: Path) -> Path:
    return folder / "keys.sqlite"


def institution_file(folder: Path) -> Path:
    """Name the file of the institution's key, which never leaves the data folder."""
    return folder / "institution.key"
