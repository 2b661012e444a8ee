"""Store wrapped keys in a database of its own, apart from what they open."""

import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple, Self

from ledger.databases import Session
from ledger.errors import LedgerError, StoreFault
from ledger.keys.epochs import EpochCache
from ledger.keys.institution import KEY_SIZE, WRAPPED_SIZE, InstitutionKey
from ledger.keys.shelves import ERASED, KeyFile, Shelves, institution_file

BLOCK_SIZE: Final = 1024
_ROOMS_KEPT: Final = 16_384
_BLOCKS_KEPT: Final = 64
_RESTORE: Final = "restore the key store from its own backup"


class KeyGone(LedgerError, KeyError):  # noqa: N818 - an answer, not a fault
    """The key was destroyed, or never made; what it sealed cannot be read by anybody."""


class Block(NamedTuple):
    """Content keys made together.

    Attributes:
        id: Names the block within the key store.
        keys: One key a slot, 32 bytes each.
    """

    id: int
    keys: list[bytes]


class KeyStore:
    """Frame keys a room, content keys in blocks, and secrets of the ledger.

    Safe from many threads, and from several processes on the same folder or database: each sees
    at once what another one destroyed. A destroyed key leaves zeros in its place, for ever.

    Attributes:
        ledger_id: The ledger these keys belong to.
    """

    def __init__(self, ledger_id: str, institution: InstitutionKey, shelves: Shelves) -> None:
        self.ledger_id = ledger_id
        self._institution = institution
        self._shelves = shelves
        self._connections = shelves.database
        self._epoch = shelves.epoch
        self._frame_keys: EpochCache[bytes, bytes] = EpochCache(_ROOMS_KEPT)
        self._slots: EpochCache[int, bytes] = EpochCache(_BLOCKS_KEPT)
        self._secrets: dict[str, bytes] = {}

    @classmethod
    def create(cls, folder: Path, ledger_id: str, url: str = "") -> Self:
        """Make the folder, the institution key unless it is there, and an empty key store.

        Args:
            folder: Keeps the institution key, and the key store where there is no URL.
            ledger_id: The ledger these keys belong to.
            url: Of the PostgreSQL database that keeps them, "" for a file in the folder.

        Raises:
            StoreFault: There is a key store already, or folder or database cannot be written.
        """
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
        except OSError as error:
            message = f"the key folder cannot be made: {error.strerror}"
            raise StoreFault(message, "check the path and its mode") from error
        InstitutionKey.create(institution_file(folder))
        # A crash here leaves an institution key that wraps nothing; the next call uses it.
        institution = InstitutionKey.load(institution_file(folder))
        kept = _kind_of_shelves(url)
        meta = {"ledger_id": ledger_id, "check": institution.check_value(ledger_id)}
        if not kept.create(folder, url, meta):
            place = "the database" if url else folder
            message = f"there is a key store in {place} already"
            raise StoreFault(message, "open it, or give an empty one")
        return cls(ledger_id, institution, kept(folder, url))

    @classmethod
    def open(cls, folder: Path, ledger_id: str, url: str = "") -> Self:
        """Open the keys of one ledger, kept as `create` says.

        Raises:
            StoreFault: Missing, not a key store, cut short, of another ledger, or the
                institution key is missing or not the one that wrapped these keys.
        """
        kept = _kind_of_shelves(url)
        meta = kept.check(folder, url)
        owner = meta.get("ledger_id", "")
        if owner != ledger_id:
            message = f"the key store belongs to the ledger {owner}, not {ledger_id}"
            raise StoreFault(message, "give the key folder of this ledger")
        institution = InstitutionKey.load(institution_file(folder))
        if institution.check_value(ledger_id) != meta.get("check"):
            message = "the institution key is not the one that wrapped this key store"
            raise StoreFault(message, "put the right key file back from its own backup")
        return cls(ledger_id, institution, kept(folder, url))

    def close(self) -> None:
        """Let go of file or database."""
        self._shelves.close()

    def epoch(self) -> bytes:
        """Return a value that changes whenever any process destroyed a key.

        Whoever keeps keys, ciphers or opened content asks first and drops them on a change.
        """
        return self._epoch.now()

    def frame_key(self, room_id: bytes) -> bytes:
        """Return the key of a room's frames.

        Raises:
            KeyGone: It was destroyed or never made.
        """
        epoch = self._epoch.now()
        key = self._frame_keys.get(room_id, epoch)
        if key is None:
            with self._connections.reading() as connection:
                key = self._read_frame_key(connection, room_id)
            if key is None:
                raise KeyGone("the room has no key")
            self._frame_keys.put(room_id, key, epoch)
        return key

    def frame_keys_for(self, room_ids: Iterable[bytes]) -> dict[bytes, bytes]:
        """Return the keys of rooms; those made for it are on disk when this returns.

        Raises:
            KeyGone: A room's key was destroyed; it gets no other. Nothing was made.
        """
        epoch = self._epoch.now()
        wanted = dict.fromkeys(room_ids)
        keys = {room: self._frame_keys.get(room, epoch) for room in wanted}
        if missing := [room for room, key in keys.items() if key is None]:
            for room, key in self._find_or_make(missing).items():
                self._frame_keys.put(room, key, epoch)
                keys[room] = key
        return {room: key for room, key in keys.items() if key is not None}

    def _find_or_make(self, room_ids: Sequence[bytes]) -> dict[bytes, bytes]:
        with self._connections.reading() as connection:
            keys = {room: self._read_frame_key(connection, room) for room in room_ids}
        if None in keys.values():
            with self._connections.writing() as connection:
                keys = {room: self._read_frame_key(connection, room) for room in room_ids}
                new = {room: os.urandom(KEY_SIZE) for room, key in keys.items() if key is None}
                connection.executemany(
                    "INSERT INTO rooms (room_id, wrapped) VALUES (?, ?)",
                    [(room, self._institution.wrap(key)) for room, key in new.items()],
                )
            # A crash here leaves orphan keys, harmless.
            keys |= new
        return {room: key for room, key in keys.items() if key is not None}

    def _read_frame_key(self, connection: Session, room_id: bytes) -> bytes | None:
        row = connection.execute(
            "SELECT wrapped FROM rooms WHERE room_id = ?", (room_id,)
        ).fetchone()
        return self._unwrap(row[0]) if row else None

    def _unwrap(self, wrapped: bytes) -> bytes:
        if wrapped == ERASED:
            raise KeyGone("the key was destroyed")
        return self._institution.unwrap(wrapped)

    def make_block(self, size: int = BLOCK_SIZE) -> Block:
        """Make content keys; they are on disk when this returns."""
        keys = [os.urandom(KEY_SIZE) for _ in range(size)]
        slots = b"".join(map(self._institution.wrap, keys))
        with self._connections.writing() as connection:
            ((block_id,),) = connection.execute(
                "INSERT INTO blocks (size, slots) VALUES (?, ?) RETURNING block_id", (size, slots)
            ).fetchall()
        # A crash here leaves a block that nobody uses, harmless.
        return Block(block_id, keys)

    def content_key(self, block_id: int, slot: int) -> bytes:
        """Return the key of one event's content.

        Raises:
            KeyGone: It was destroyed.
            StoreFault: There is no such block or slot: the key store is older than the ledger.
        """
        epoch = self._epoch.now()
        slots = self._slots.get(block_id, epoch)
        if slots is None:
            slots = self._read_slots(block_id)
            self._slots.put(block_id, slots, epoch)
        wrapped = slots[slot * WRAPPED_SIZE : (slot + 1) * WRAPPED_SIZE]
        if len(wrapped) != WRAPPED_SIZE:
            raise _no_such_slot(block_id, slot)
        return self._unwrap(wrapped)

    def _read_slots(self, block_id: int) -> bytes:
        with self._connections.reading() as connection:
            row = connection.execute(
                "SELECT slots FROM blocks WHERE block_id = ?", (block_id,)
            ).fetchone()
        if row is None:
            raise _no_such_slot(block_id, 0)
        slots: bytes = row[0]
        return slots

    def destroy_slots(self, places: Iterable[tuple[int, int]]) -> None:
        """Overwrite content keys, given as (block, slot); no file holds them when this returns.

        May be repeated: the second time changes nothing.

        Raises:
            StoreFault: There is no such block or slot, and nothing was destroyed; or the disk.
            CaseBusy: The keys are overwritten, yet a reader keeps old pages alive: repeat it.
        """
        grouped = groupby(sorted(places), key=itemgetter(0))
        wanted = {block_id: [slot for _, slot in group] for block_id, group in grouped}
        with self._connections.writing() as connection:
            for block_id, slots in wanted.items():
                _check_slots(connection, block_id, slots)
                self._shelves.overwrite(connection, block_id, slots)
        if wanted:
            self._forget(blocks=list(wanted))

    def destroy_room(self, room_id: bytes) -> None:
        """Overwrite a room's frame key; no file holds it when this returns. May be repeated.

        Raises:
            CaseBusy: The key is overwritten, yet a reader keeps old pages alive: repeat it.
        """
        with self._connections.writing() as connection:
            connection.execute(
                "INSERT INTO rooms (room_id, wrapped) VALUES (?1, ?2)"
                " ON CONFLICT (room_id) DO UPDATE SET wrapped = ?2",
                (room_id, ERASED),
            )
        self._forget(rooms=[room_id])

    def destroy_secrets(self, names: Sequence[str]) -> None:
        """Overwrite secrets of the ledger; no file holds them when this returns. May be repeated.

        Raises:
            CaseBusy: They are overwritten, yet a reader keeps old pages alive: repeat it.
        """
        update = "UPDATE secrets SET wrapped = ? WHERE name = ?"
        with self._connections.writing() as connection:
            connection.executemany(update, [(ERASED, name) for name in names])
        for name in names:
            self._secrets.pop(name, None)
        # A crash before this leaves secrets in logs until the caller repeats.
        self._shelves.forget_secrets()

    def _forget(self, blocks: Sequence[int] = (), rooms: Sequence[bytes] = ()) -> None:
        # A crash before this leaves keys in logs and caches until the caller repeats.
        self._shelves.forget(blocks, rooms)

    def secret(self, name: str) -> bytes:
        """Return the ledger's secret of that name, 32 bytes, made and on disk on first use.

        Raises:
            KeyGone: It was destroyed; there will be no other of that name.
        """
        if name not in self._secrets:
            self._secrets[name] = self._find_or_make_secret(name)
        return self._secrets[name]

    def kept_secrets(self, prefix: str) -> dict[str, bytes]:
        """Return the secrets others gave us to keep whose names stand below a prefix and a `/`."""
        with self._connections.reading() as connection:
            rows = connection.execute(
                "SELECT name, wrapped FROM secrets WHERE name > ? AND name < ?", _below(prefix)
            ).fetchall()
        return {name: self._institution.unwrap(wrapped) for name, wrapped in rows}

    def keep_secrets(self, prefix: str, secrets: Mapping[str, bytes]) -> None:
        """Keep these secrets below a prefix, 32 bytes each, and no others; on disk when it returns.

        Args:
            prefix: What their names begin with, a `/` behind it.
            secrets: By name; none removes all that were kept there.
        """
        with self._connections.writing() as connection:
            connection.execute("DELETE FROM secrets WHERE name > ? AND name < ?", _below(prefix))
            connection.executemany(
                "INSERT INTO secrets (name, wrapped) VALUES (?, ?)",
                [(name, self._institution.wrap(secret)) for name, secret in secrets.items()],
            )

    def _find_or_make_secret(self, name: str) -> bytes:
        select = "SELECT wrapped FROM secrets WHERE name = ?"
        with self._connections.reading() as connection:
            row = connection.execute(select, (name,)).fetchone()
        if row is None:
            with self._connections.writing() as connection:
                connection.execute(
                    "INSERT INTO secrets (name, wrapped) VALUES (?, ?) ON CONFLICT DO NOTHING",
                    (name, self._institution.wrap(os.urandom(KEY_SIZE))),
                )
                row = connection.execute(select, (name,)).fetchone()
        return self._unwrap(row[0])


def _below(prefix: str) -> tuple[str, str]:
    """Return what stands in front of and behind every name that begins with a prefix and a `/`."""
    return f"{prefix}/", f"{prefix}0"


def _kind_of_shelves(url: str) -> type[Shelves]:
    if not url:
        return KeyFile
    from ledger.keys.key_schema import KeySchema  # noqa: PLC0415 - psycopg is an extra

    return KeySchema


def _check_slots(connection: Session, block_id: int, slots: Sequence[int]) -> None:
    row = connection.execute("SELECT size FROM blocks WHERE block_id = ?", (block_id,)).fetchone()
    for slot in slots:
        if row is None or not 0 <= slot < row[0]:
            raise _no_such_slot(block_id, slot)


def _no_such_slot(block_id: int, slot: int) -> StoreFault:
    return StoreFault(f"the key store has no slot {slot} of block {block_id}", _RESTORE)
