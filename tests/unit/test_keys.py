"""Keys are durable before use, used once, and destroyed for real."""

import base64
import os
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap

from ledger.errors import CaseBusy, StoreFault
from ledger.keys import ContentKeys, KeyGone, KeyStore
from ledger.sqlite import connections


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Name a folder that is not there yet."""
    return tmp_path / "keys"


@pytest.fixture
def store(folder: Path) -> Iterator[KeyStore]:
    """Make an empty key store."""
    made = KeyStore.create(folder, "L")
    yield made
    made.close()


def room(number: int) -> bytes:
    """Give a room's id."""
    return number.to_bytes(16)


def reopened(folder: Path) -> "closing[KeyStore]":
    """Open the key store as another process would."""
    return closing(KeyStore.open(folder, "L"))


def wrapped_in(folder: Path, *keys: bytes) -> list[bytes]:
    """Give the bytes under which keys are stored."""
    institution = base64.b64decode((folder / "institution.key").read_text())
    return [aes_key_wrap(institution, key) for key in keys]


def found_in_files(folder: Path, *needles: bytes) -> int:
    """Count how many of some bytes stand anywhere in a raw file."""
    raw = b"".join(file.read_bytes() for file in sorted(folder.iterdir()))
    return sum(needle in raw for needle in needles)


def test_a_secret_that_is_destroyed_is_in_no_file_and_never_comes_back(
    store: KeyStore, folder: Path
) -> None:
    """Nor is another one drawn under its name; the others stay; it may be destroyed again."""
    gone, kept = store.secret("gone"), store.secret("kept")
    (wrapped,) = wrapped_in(folder, gone)
    assert found_in_files(folder, wrapped) == 1
    for _ in range(2):
        store.destroy_secrets(["gone"])
        assert found_in_files(folder, wrapped) == 0
        with pytest.raises(KeyGone):
            store.secret("gone")
    with reopened(folder) as other, pytest.raises(KeyGone):
        other.secret("gone")
    assert store.secret("kept") == kept


# Making and opening


def test_only_the_owner_can_read_any_file(store: KeyStore, folder: Path) -> None:
    """Nor list the folder."""
    store.make_block(4)
    modes = {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}
    assert {"keys.sqlite", "keys.sqlite-wal", "institution.key"} <= modes.keys()
    assert set(modes.values()) == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_every_write_is_synchronous_and_deletes_for_real(store: KeyStore) -> None:
    """FULL is 2."""
    pragmas = ("synchronous", "secure_delete", "journal_mode")
    with store._connections.writing() as connection:
        found = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]
    assert found == [2, 1, "wal"]


def test_no_key_is_stored_in_the_clear(store: KeyStore, folder: Path) -> None:
    """Only wrapped by the institution's key (RFC 3394)."""
    keys = [*store.make_block(3).keys, *store.frame_keys_for([room(1)]).values(), store.secret("s")]
    assert found_in_files(folder, *keys) == 0
    assert found_in_files(folder, *wrapped_in(folder, *keys)) == 5


def test_an_institution_key_that_is_there_is_used(folder: Path) -> None:
    """As after a crash between the two files, or when the institution brings its own."""
    folder.mkdir()
    own = base64.b64encode(bytes(range(32)))
    (folder / "institution.key").write_bytes(own)
    with closing(KeyStore.create(folder, "L")) as store:
        secret = store.secret("s")
    assert (folder / "institution.key").read_bytes() == own
    with closing(sqlite3.connect(folder / "keys.sqlite")) as raw:
        ((wrapped,),) = raw.execute("SELECT wrapped FROM secrets")
    assert aes_key_unwrap(bytes(range(32)), wrapped) == secret


def refusal(folder: Path, ledger_id: str = "L") -> str:
    """Return why a key store is refused."""
    with pytest.raises(StoreFault) as refused:
        KeyStore.open(folder, ledger_id)
    assert refused.value.needs
    return refused.value.why


def test_a_missing_key_store_is_refused(folder: Path) -> None:
    """And not made by opening it."""
    assert refusal(folder).startswith("there is no key store at")
    assert not folder.exists()


def test_the_key_store_of_another_ledger_is_refused(store: KeyStore, folder: Path) -> None:
    """Both ledgers are named."""
    store.close()
    assert refusal(folder, "M") == "the key store belongs to the ledger L, not M"


def test_another_institution_key_is_refused(store: KeyStore, folder: Path) -> None:
    """Before anything is unwrapped or wrapped with it."""
    store.close()
    (folder / "institution.key").write_bytes(base64.b64encode(os.urandom(32)))
    assert "not the one that wrapped" in refusal(folder)


def test_a_missing_or_broken_institution_key_is_refused(store: KeyStore, folder: Path) -> None:
    """It is never made anew for an existing key store."""
    store.close()
    file = folder / "institution.key"
    for content in (b"", b"not base64!", base64.b64encode(bytes(16))):
        file.write_bytes(content)
        assert "does not hold an institution key" in refusal(folder)
    file.unlink()
    assert "cannot be read" in refusal(folder)
    assert not file.exists()


def test_foreign_and_cut_files_are_refused(store: KeyStore, folder: Path) -> None:
    """A ledger put in its place, too."""
    store.make_block()
    store.close()
    file = folder / "keys.sqlite"
    whole = file.read_bytes()
    for size in (50, 5000, 8192, len(whole) - 4096):
        file.write_bytes(whole[:size])
        assert "cut short" in refusal(folder)
    file.write_bytes(b"text\n" * 1000)
    assert "not a database" in refusal(folder)
    file.unlink()
    with closing(sqlite3.connect(file)) as foreign:
        foreign.execute(f"PRAGMA application_id={0x474F4C31}")
        foreign.execute("CREATE TABLE rooms (room_id)")
    assert "another program" in refusal(folder)


def test_a_damaged_key_is_told_from_a_destroyed_one(store: KeyStore, folder: Path) -> None:
    """Damage is a fault that a backup mends; destruction is an answer."""
    block = store.make_block(2)
    (wrapped,) = wrapped_in(folder, block.keys[1])
    store.close()
    file = folder / "keys.sqlite"
    file.write_bytes(file.read_bytes().replace(wrapped, b"\x01" * 40))
    with reopened(folder) as other:
        assert other.content_key(block.id, 0) == block.keys[0]
        with pytest.raises(StoreFault, match="damaged"):
            other.content_key(block.id, 1)


# A full disk


def test_a_full_disk_stops_keys_until_there_is_space(store: KeyStore) -> None:
    """Keys of a block that is on disk are still given out; no other ever is."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with closing(ContentKeys(store, first_size=4, size_max=1024)) as keys:
        keys.take()
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
        try:
            for _ in range(3):  # what is left of the first block
                keys.take()
            with pytest.raises(StoreFault, match="nothing was recorded"):
                keys.take()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        taken = [keys.take() for _ in range(100)]
    assert len({(block, slot) for block, slot, _ in taken}) == 100
    assert all(store.content_key(block, slot) == key for block, slot, key in taken)


# Erasure


def test_a_destroyed_content_key_is_in_no_file(store: KeyStore, folder: Path) -> None:
    """Its neighbours stay."""
    block = store.make_block(1024)
    assert store.content_key(block.id, 700) == block.keys[700]
    store.destroy_slots([(block.id, 700), (block.id, 0)])
    gone = [block.keys[0], block.keys[700]]
    assert found_in_files(folder, *gone, *wrapped_in(folder, *gone)) == 0
    for slot in (0, 700):
        with pytest.raises(KeyGone):
            store.content_key(block.id, slot)
    for slot in (1, 699, 701):
        assert store.content_key(block.id, slot) == block.keys[slot]


def test_a_destroyed_room_gets_no_other_key(store: KeyStore, folder: Path) -> None:
    """It is in no file, and rooms asked for beside it get none either."""
    key = store.frame_keys_for([room(1)])[room(1)]
    store.destroy_room(room(1))
    assert found_in_files(folder, key, *wrapped_in(folder, key)) == 0
    with pytest.raises(KeyGone):
        store.frame_key(room(1))
    with pytest.raises(KeyGone):
        store.frame_keys_for([room(2), room(1)])
    with pytest.raises(KeyGone):
        store.frame_key(room(2))


@pytest.mark.slow
def test_destroying_leaves_no_copy_in_a_grown_store(store: KeyStore, folder: Path) -> None:
    """Pages split while tables grow; the old halves hold nothing afterwards."""
    blocks = []
    rooms: dict[bytes, bytes] = {}
    with reopened(folder) as other:
        for number in range(60):
            blocks.append((store if number % 2 else other).make_block(1 + number * 37 % 64))
            some = [room((number * 10 + more) * 7919 % 100_003) for more in range(10)]
            rooms |= other.frame_keys_for(some)
    keys = [key for block in blocks for key in block.keys] + list(rooms.values())
    wrapped = wrapped_in(folder, *keys)
    assert found_in_files(folder, *wrapped) == len(wrapped)
    store.destroy_slots((block.id, slot) for block in blocks for slot in range(len(block.keys)))
    for each in rooms:
        store.destroy_room(each)
    assert found_in_files(folder, *wrapped) == 0


def test_a_reader_of_old_pages_delays_the_end(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The caller is told to repeat; the key is gone for everybody else, then from all files."""
    monkeypatch.setattr(connections, "BUSY_TIMEOUT_S", 0.01)
    with closing(KeyStore.create(folder, "L")) as store:
        block = store.make_block(4)
        with closing(sqlite3.connect(folder / "keys.sqlite", isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM blocks").fetchall()
            with pytest.raises(CaseBusy, match="old pages"):
                store.destroy_slots([(block.id, 0)])
        with pytest.raises(KeyGone):
            store.content_key(block.id, 0)
        store.destroy_slots([(block.id, 0)])
    assert found_in_files(folder, *wrapped_in(folder, block.keys[0])) == 0


def test_an_opener_does_not_undo_an_epoch(store: KeyStore, folder: Path) -> None:
    """What a process read before a key was destroyed is not kept after it."""
    block = store.make_block(2)
    epoch = store.epoch()
    slots = store._read_slots(block.id)
    store.destroy_slots([(block.id, 0)])
    with pytest.raises(KeyGone):
        store.content_key(block.id, 0)
    store._slots.put(block.id, slots, epoch)
    with pytest.raises(KeyGone):
        store.content_key(block.id, 0)
    assert (folder / "keys.epoch").stat().st_size == 8
