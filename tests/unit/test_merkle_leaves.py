"""What the trees hash: leaves as the store writes them, heads among decoys that tell nothing."""

import hashlib
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import DecodeError
from ledger.seal.checkpoints import Checkpoint
from ledger.seal.leaves import (
    TICK_CAPACITY,
    RoomLeaf,
    SealedHead,
    check_sealed,
    fill_tick,
    read_leaf,
    read_room_head,
    room_head,
    salted,
)
from ledger.seal.merkle import EMPTY_ROOT, Head, head_at, leaf_hash
from ledger.seal.nodes import Tree
from ledger.seal.unproven import Unproven
from ledger.store.sealing import leaf_of

ROOM = bytes(range(16))
HASH = st.binary(min_size=32, max_size=32)
LEAF = leaf_of(ROOM, 12_345, "f" * 64, "c" * 64)
CAPACITY = 16


def heads(count: int) -> list[bytes]:
    """Write the checkpoints of some rooms."""
    return [room_head(bytes([number] * 16), Head(number + 1, bytes(32))) for number in range(count)]


class TestLeaves:
    """A leaf is written in one way."""

    @given(st.binary(min_size=16, max_size=16), st.integers(1, 10**18 - 1), HASH, HASH)
    @settings(deadline=None)
    def test_what_the_store_writes_is_read(
        self, room: bytes, seq: int, frame: bytes, content: bytes
    ) -> None:
        """Every leaf of every room."""
        leaf = leaf_of(room, seq, frame.hex(), content.hex())
        assert read_leaf(leaf) == RoomLeaf(content.hex(), frame.hex(), room, seq)

    @pytest.mark.parametrize(
        "leaf",
        [
            b"",
            b"{}",
            LEAF + b"\n",
            LEAF + b" ",
            b" " + LEAF,
            LEAF[:-1],
            LEAF.replace(b"12345", b"012345"),
            LEAF.replace(b"12345", b"0"),
            LEAF.replace(b"12345", b"-1"),
            LEAF.replace(b"12345", b"1e3"),
            LEAF.replace(b"12345", b"\xd9\xa1"),
            LEAF.replace(b"12345", b"1" * 30),
            LEAF.replace(b"gol/1", b"gol/2"),
            LEAF.replace(b"ccc", b"CCC"),
            LEAF.replace(b'"c":', b'"c": '),
            LEAF.replace(b'"seq":12345', b'"seq":12345,"seq":12346'),
            LEAF.replace(b"cc", b"c", 1),
        ],
    )
    def test_what_it_would_not_write_is_refused(self, leaf: bytes) -> None:
        """Another spelling would be another hash for the same entry."""
        with pytest.raises(DecodeError):
            read_leaf(leaf)


class TestRoomHeads:
    """The head of a room is a checkpoint, without a signature."""

    @given(st.binary(min_size=16, max_size=16), st.integers(1, 2**63 - 1), HASH)
    @settings(deadline=None)
    def test_a_room_head_is_read_as_it_was_written(
        self, room: bytes, size: int, root: bytes
    ) -> None:
        """Which room, how many leaves, which root."""
        text = room_head(room, Head(size, root))
        assert read_room_head(text) == (room, Head(size, root))

    @pytest.mark.parametrize(
        "text",
        [
            b"",
            b"\xff\n1\n",
            Checkpoint("gol/room/12", Head(1, bytes(32))).text.encode(),
            Checkpoint("example.org/log", Head(1, bytes(32))).text.encode(),
            Checkpoint(f"gol/room/{ROOM.hex().upper()}", Head(1, bytes(32))).text.encode(),
            Checkpoint(f"gol/room/{ROOM.hex()}", Head(0, EMPTY_ROOT)).text.encode(),
            Checkpoint(f"gol/room/{ROOM.hex()}", Head(1, bytes(32)), ("more",)).text.encode(),
        ],
    )
    def test_another_checkpoint_is_no_room_head(self, text: bytes) -> None:
        """Of the seal log, of an empty room, with lines behind."""
        with pytest.raises(DecodeError):
            read_room_head(text)


class TestTicks:
    """A tick's tree tells how many places there are, and nothing else."""

    @pytest.mark.parametrize("count", [0, 1, 7, CAPACITY])
    def test_every_head_is_proved(self, count: int) -> None:
        """However many there are, up to the capacity."""
        given_ = heads(count)
        tick = fill_tick(given_, CAPACITY)
        assert tick.head.size == CAPACITY
        assert len({sealed.index for sealed in tick.sealed}) == count
        for head, sealed in zip(given_, tick.sealed, strict=True):
            check_sealed(head, sealed, tick.head)

    def test_the_commitment_is_that_of_the_specification(self) -> None:
        """SHA-256 over mark, salt and checkpoint is the leaf."""
        (head,) = heads(1)
        expected = hashlib.sha256(b"gol/head/v1\0" + b"s" * 32 + head).digest()
        assert salted(b"s" * 32, head) == expected
        tick = fill_tick([head], 1)
        leaf = salted(tick.sealed[0].salt, head)
        assert tick.head == head_at(Tree([leaf_hash(leaf)]), 1)
        assert (tick.sealed[0].index, tick.sealed[0].proof) == (0, ())

    def test_a_busy_tick_looks_like_a_quiet_one(self) -> None:
        """Same size of tree, same length of every proof."""
        quiet, busy = fill_tick(heads(1)), fill_tick(heads(200))
        assert quiet.head.size == busy.head.size == TICK_CAPACITY
        assert {len(sealed.proof) for sealed in (*quiet.sealed, *busy.sealed)} == {8}

    def test_a_place_tells_nothing(self) -> None:
        """Over many ticks the first head stands everywhere about as often."""
        random, places = Random(7), [0] * CAPACITY
        for _ in range(2_000):
            places[fill_tick(heads(3), CAPACITY, random).sealed[0].index] += 1
        assert min(places) > 70

    def test_every_head_has_a_salt_of_its_own(self) -> None:
        """Who was told one room's salt cannot look for another room's head at the same tick."""
        tick = fill_tick(heads(10), CAPACITY)
        assert len({sealed.salt for sealed in tick.sealed}) == 10

    def test_the_same_head_is_sealed_differently_at_each_tick(self) -> None:
        """A room that did not change cannot be followed from tick to tick."""
        one, other = (fill_tick(heads(1), CAPACITY).sealed[0] for _ in range(2))
        assert salted(one.salt, heads(1)[0]) != salted(other.salt, heads(1)[0])

    def test_another_head_salt_or_place_is_refused(self) -> None:
        """A sealed head is proved by its own salt, at its own place."""
        mine, other = heads(2)
        tick = fill_tick([mine, other], CAPACITY)
        sealed = tick.sealed[0]
        for head, wrong in (
            (other, sealed),
            (mine, tick.sealed[1]),
            (mine, SealedHead(sealed.index, bytes(32), sealed.proof)),
            (mine, SealedHead(sealed.index ^ 1, sealed.salt, sealed.proof)),
            (mine, SealedHead(CAPACITY, sealed.salt, sealed.proof)),
            (mine, SealedHead(sealed.index, sealed.salt, sealed.proof[1:])),
        ):
            with pytest.raises(Unproven):
                check_sealed(head, wrong, tick.head)
