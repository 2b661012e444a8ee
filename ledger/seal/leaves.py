"""Say what the trees hash: leaves of rooms, heads of rooms, the tree of a tick (TRUST.md)."""

import re
from collections.abc import Sequence
from hashlib import sha256
from random import Random, SystemRandom
from typing import Final

from msgspec import Struct

from ledger.errors import DecodeError
from ledger.seal.checkpoints import Checkpoint, parse_checkpoint
from ledger.seal.merkle import (
    HASH_BYTES,
    Head,
    check_inclusion,
    head_at,
    inclusion_proof,
    leaf_hash,
)
from ledger.seal.nodes import Tree

HEAD_MARK: Final = b"gol/head/v1\0"
ROOM_ORIGIN: Final = "gol/room/"
SALT_BYTES: Final = 32
TICK_CAPACITY: Final = 256
_LEAF: Final = re.compile(
    rb'\{"c":"([0-9a-f]{64})","f":"([0-9a-f]{64})","room":"([0-9a-f]{32})",'
    rb'"seq":([1-9][0-9]{0,17}),"v":"gol/1"\}'
)
_ROOM: Final = re.compile(ROOM_ORIGIN + "([0-9a-f]{32})")


class RoomLeaf(Struct, frozen=True):
    """What a leaf of a room says.

    Attributes:
        content_hash: Commitment to the content, lower-case hex.
        frame_hash: Commitment to the frame, lower-case hex.
        room_id: 16 bytes.
        seq: Place in the room, from 1; one more than its index in the room's tree.
    """

    content_hash: str
    frame_hash: str
    room_id: bytes
    seq: int


class SealedHead(Struct, frozen=True):
    """Where the head of a room stands in the tree of a tick.

    Attributes:
        index: From 0.
        salt: 32 bytes, drawn for this head and this tick.
        proof: From the head up to the root of the tick.
    """

    index: int
    salt: bytes
    proof: tuple[bytes, ...]


class Tick(Struct, frozen=True):
    """The heads sealed at one tick, hidden among decoys.

    The decoys are not kept: nothing is ever to be proved of them.

    Attributes:
        head: Of the tick's tree; its size is the capacity, however many rooms there are.
        sealed: One for each head, in the order they were given.
    """

    head: Head
    sealed: tuple[SealedHead, ...]


def read_leaf(leaf: bytes) -> RoomLeaf:
    """Read a leaf, which is written in one way only (ledger/store/sealing.py writes it).

    Raises:
        DecodeError: It is written in any other way.
    """
    found = _LEAF.fullmatch(leaf)
    if found is None:
        raise DecodeError("leaf", "not the leaf of an entry")
    content_hash, frame_hash, room, seq = (part.decode() for part in found.groups())
    return RoomLeaf(content_hash, frame_hash, bytes.fromhex(room), int(seq))


def room_head(room_id: bytes, head: Head) -> bytes:
    """Write the checkpoint of a room: what is salted, and what its parties may cosign."""
    return Checkpoint(ROOM_ORIGIN + room_id.hex(), head).text.encode()


def read_room_head(text: bytes) -> tuple[bytes, Head]:
    """Read the checkpoint of a room: its id, and its head.

    Raises:
        DecodeError: It is written in any other way than `room_head` does.
    """
    try:
        checkpoint = parse_checkpoint(text.decode())
    except UnicodeDecodeError as error:
        raise DecodeError("room head", "not UTF-8") from error
    room = _ROOM.fullmatch(checkpoint.origin)
    if room is None or checkpoint.extensions or not checkpoint.head.size:
        raise DecodeError("room head", "not the checkpoint of a room")
    return bytes.fromhex(room[1]), checkpoint.head


def salted(salt: bytes, head: bytes) -> bytes:
    """Commit to a room's checkpoint so that nobody finds it among the decoys without its salt."""
    return sha256(HEAD_MARK + salt + head).digest()


def fill_tick(
    heads: Sequence[bytes], capacity: int = TICK_CAPACITY, random: Random | None = None
) -> Tick:
    """Seal the checkpoints of rooms in random places among random decoys.

    Args:
        heads: As `room_head` writes them, no more than the capacity.
        capacity: Leaves of the tree, whatever happened.
        random: The system's, unless golden vectors are made.
    """
    assert len(heads) <= capacity, "what does not fit waits for the next tick"
    draw = random or SystemRandom()
    leaves = [draw.randbytes(HASH_BYTES) for _ in range(capacity)]
    places = draw.sample(range(capacity), len(heads))
    salts = [draw.randbytes(SALT_BYTES) for _ in heads]
    for place, salt, head in zip(places, salts, heads, strict=True):
        leaves[place] = salted(salt, head)
    tree = Tree(leaf_hash(leaf) for leaf in leaves)
    sealed = [
        SealedHead(place, salt, tuple(inclusion_proof(tree, place, capacity)))
        for place, salt in zip(places, salts, strict=True)
    ]
    return Tick(head_at(tree, capacity), tuple(sealed))


def check_sealed(head: bytes, sealed: SealedHead, tick: Head) -> None:
    """Check that a room's checkpoint was sealed at a tick.

    Raises:
        Unproven: What `check_inclusion` raises.
    """
    check_inclusion(leaf_hash(salted(sealed.salt, head)), sealed.index, sealed.proof, tick)
