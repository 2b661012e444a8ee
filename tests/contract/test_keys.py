"""Keys are made once, used once and destroyed for everybody, on SQLite and on PostgreSQL alike."""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from threading import Barrier
from typing import NamedTuple

import pytest

from ledger.errors import LedgerError, StoreFault
from ledger.keys import Block, ContentKeys, KeyGone, KeyStore, key_schema


class Kept(NamedTuple):
    """Where a key store is kept."""

    folder: Path
    url: str


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def kept(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    """Name a place where no key store is yet."""
    if request.param == "sqlite":
        return Kept(tmp_path / "keys", "")
    monkeypatch.setattr(key_schema, "FRESH_S", 0.05)  # a destroyed key is waited for as long
    return Kept(tmp_path / "keys", request.getfixturevalue("database_url"))


@pytest.fixture
def store(kept: Kept) -> Iterator[KeyStore]:
    """Make an empty key store."""
    made = KeyStore.create(kept.folder, "L", kept.url)
    yield made
    made.close()


def room(number: int) -> bytes:
    """Give a room's id."""
    return number.to_bytes(16)


def reopened(kept: Kept) -> "closing[KeyStore]":
    """Open the key store as another process would."""
    return closing(KeyStore.open(kept.folder, "L", kept.url))


def test_all_keys_are_there_after_opening_again(store: KeyStore, kept: Kept) -> None:
    """Though the first opener never closed: as after a kill."""
    block = store.make_block(3)
    frame = store.frame_keys_for([room(1)])
    secret = store.secret("command digests")
    with reopened(kept) as other:
        assert [other.content_key(block.id, slot) for slot in range(3)] == block.keys
        assert other.frame_key(room(1)) == frame[room(1)]
        assert other.secret("command digests") == secret


def test_a_key_store_is_made_once(store: KeyStore, kept: Kept) -> None:
    """A second one would orphan every key of the first."""
    secret = store.secret("s")
    with pytest.raises(StoreFault, match="already"):
        KeyStore.create(kept.folder, "L", kept.url)
    with reopened(kept) as other:
        assert other.secret("s") == secret


def test_a_secret_that_is_destroyed_never_comes_back(store: KeyStore, kept: Kept) -> None:
    """Nor is another one drawn under its name; the others stay; it may be destroyed again."""
    secret = store.secret("kept")
    assert store.secret("gone")
    for _ in range(2):
        store.destroy_secrets(["gone", "never drawn"])
        with pytest.raises(KeyGone):
            store.secret("gone")
    with reopened(kept) as other:
        with pytest.raises(KeyGone):
            other.secret("gone")
        assert other.secret("kept") == secret


def test_a_room_keeps_its_key(store: KeyStore) -> None:
    """Asked for again, alone or with others, each room has one key of its own."""
    first = store.frame_keys_for([room(1), room(2), room(1)])
    second = store.frame_keys_for([room(3), room(2)])
    assert second[room(2)] == first[room(2)]
    assert len({*first.values(), *second.values()}) == 3
    assert store.frame_key(room(1)) == first[room(1)]


def test_a_room_without_a_key_has_none(store: KeyStore) -> None:
    """Reading makes no key; the answer is also a KeyError."""
    for kind in (KeyGone, KeyError, LedgerError):
        with pytest.raises(kind):
            store.frame_key(room(1))
    assert store.frame_keys_for([]) == {}


def test_a_secret_is_made_once(store: KeyStore, kept: Kept) -> None:
    """Two openers that ask at the same time get the same one; another name, another secret."""
    together = Barrier(4)

    def ask(_: int) -> bytes:
        with reopened(kept) as other:
            together.wait()
            return other.secret("room ids")

    with ThreadPoolExecutor(4) as asking:
        secrets = set(asking.map(ask, range(4)))
    assert secrets == {store.secret("room ids")}
    assert store.secret("command digests") not in secrets


def test_slots_are_never_used_twice_by_eight_threads(store: KeyStore) -> None:
    """Through many blocks; and each key is the one stored there."""
    keys = ContentKeys(store, first_size=4, size_max=64)
    start = Barrier(8)

    def take(_: int) -> list[tuple[int, int, bytes]]:
        start.wait()
        return [keys.take() for _ in range(250)]

    with closing(keys), ThreadPoolExecutor(8) as takers:
        taken = [place for part in takers.map(take, range(8)) for place in part]
    assert len({(block, slot) for block, slot, _ in taken}) == 2000
    assert len({key for _, _, key in taken}) == 2000
    assert all(store.content_key(block, slot) == key for block, slot, key in taken)


def test_a_block_is_abandoned_on_restart(store: KeyStore, kept: Kept) -> None:
    """Nobody can know which slots of it were used."""
    with closing(ContentKeys(store)) as before:
        first, slot, _ = before.take()
    with reopened(kept) as other, closing(ContentKeys(other)) as after:
        assert after.take()[0] > first
    assert slot == 0


def test_one_key_costs_a_small_block_only(store: KeyStore) -> None:
    """A command line that records one act does not make a thousand keys."""
    with closing(ContentKeys(store)) as keys:
        block, _, _ = keys.take()
    with pytest.raises(StoreFault, match=f"no slot 16 of block {block}"):
        store.content_key(block, 16)
    with pytest.raises(StoreFault, match="no slot"):
        store.content_key(block + 1, 0)


def test_a_forked_process_gets_no_keys(store: KeyStore) -> None:
    """It would give out the slots of its parent once more."""
    with closing(ContentKeys(store)) as keys:
        keys.take()
        keys._process = os.getppid()
        with pytest.raises(StoreFault, match="forked"):
            keys.take()


def make_blocks(kept: Kept) -> list[Block]:
    """Make blocks and a room's key in another process."""
    with reopened(kept) as store:
        store.frame_keys_for([room(7)])
        return [store.make_block(8) for _ in range(20)]


def test_two_processes_get_different_blocks(store: KeyStore, kept: Kept) -> None:
    """And the same key for the same room."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        first, second = processes.map(make_blocks, [kept, kept])
    blocks = first + second
    assert len({block.id for block in blocks}) == 40
    assert len({key for block in blocks for key in block.keys}) == 320
    for block in blocks:
        assert [store.content_key(block.id, slot) for slot in range(8)] == block.keys
    assert len(store.frame_key(room(7))) == 32


def test_destroying_may_be_repeated(store: KeyStore) -> None:
    """A follower that crashed in between does it again."""
    block = store.make_block(4)
    for _ in range(2):
        store.destroy_slots([(block.id, 1), (block.id, 1)])
        store.destroy_room(room(1))
    with pytest.raises(KeyGone):
        store.content_key(block.id, 1)
    store.destroy_slots([])


@pytest.mark.parametrize("place", [(1, 4), (1, -1), (9, 0)])
def test_an_unknown_slot_destroys_nothing(store: KeyStore, place: tuple[int, int]) -> None:
    """All of the places or none."""
    block = store.make_block(4)
    with pytest.raises(StoreFault, match="no slot"):
        store.destroy_slots([(block.id, 0), place])
    assert store.content_key(block.id, 0) == block.keys[0]


def test_a_key_destroyed_by_another_process_is_gone_at_once(store: KeyStore, kept: Kept) -> None:
    """Although this one had used and kept it."""
    block = store.make_block(4)
    store.frame_keys_for([room(1)])
    store.content_key(block.id, 2)
    epoch = store.epoch()
    with reopened(kept) as other:
        other.destroy_slots([(block.id, 2)])
        other.destroy_room(room(1))
    assert store.epoch() != epoch
    with pytest.raises(KeyGone):
        store.content_key(block.id, 2)
    with pytest.raises(KeyGone):
        store.frame_key(room(1))
    with pytest.raises(KeyGone):
        store.frame_keys_for([room(1)])


def test_the_epoch_stays_while_nothing_is_destroyed(store: KeyStore, kept: Kept) -> None:
    """So that caches are kept while keys are made."""
    epoch = store.epoch()
    store.make_block(4)
    store.frame_keys_for([room(1)])
    with reopened(kept) as other:
        assert other.epoch() == epoch
    assert store.epoch() == epoch


def test_caches_stay_small(store: KeyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is flat in the length of the ledger."""
    monkeypatch.setattr(store._slots, "_size_max", 3)
    blocks = [store.make_block(2) for _ in range(10)]
    for block in blocks * 2:
        assert store.content_key(block.id, 1) == block.keys[1]
    assert len(store._slots._values) == 3


def test_destroyed_keys_are_gone_and_their_neighbours_stay(store: KeyStore, kept: Kept) -> None:
    """For every opener; a room whose key was destroyed gets no other."""
    block = store.make_block(1024)
    store.frame_keys_for([room(1)])
    store.destroy_slots([(block.id, 700), (block.id, 0)])
    store.destroy_room(room(1))
    with reopened(kept) as other:
        for reader in (store, other):
            for slot in (0, 700):
                with pytest.raises(KeyGone):
                    reader.content_key(block.id, slot)
            for slot in (1, 699, 701):
                assert reader.content_key(block.id, slot) == block.keys[slot]
            with pytest.raises(KeyGone):
                reader.frame_keys_for([room(2), room(1)])
            with pytest.raises(KeyGone):
                reader.frame_key(room(2))


def test_the_keys_of_another_ledger_are_refused(store: KeyStore, kept: Kept) -> None:
    """Whichever they belong to."""
    store.close()
    with pytest.raises(StoreFault, match="belongs to the ledger L"):
        KeyStore.open(kept.folder, "M", kept.url)


def test_another_institution_key_is_refused(store: KeyStore, kept: Kept) -> None:
    """It would open none of them."""
    store.close()
    (kept.folder / "institution.key").unlink()
    key_file_of_another(kept)
    with pytest.raises(StoreFault, match="not the one that wrapped"):
        KeyStore.open(kept.folder, "L", kept.url)


def key_file_of_another(kept: Kept) -> None:
    """Put the institution key of another key store in place."""
    KeyStore.create(kept.folder / "other", "L").close()
    (kept.folder / "other" / "institution.key").rename(kept.folder / "institution.key")
