"""Seal events into the bytes that are stored, and open them (TRUST.md, "What is stored")."""

import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from ledger.errors import StoreFault

FRAME_MARK = b"gol/frame/v1\0"
CONTENT_MARK = b"gol/content/v1\0"
SALT_BYTES = 32
BUCKET_BYTES = 256
CONTENT_NONCE = bytes(12)
ROOM_AT = 151
"""Where the room's 32 hex digits stand in a leaf."""
CIPHERS_MAX = 4_096


class Sealed(Struct, frozen=True, array_like=True, gc=False):
    """An event as stored: a msgpack array of these six, in this order."""

    leaf: bytes
    frame_nonce: bytes
    frame_box: bytes
    block: int
    slot: int
    content_box: bytes


class ContentKey(Struct, frozen=True, gc=False):
    """The key of one event's content, and where the key store holds it."""

    block: int
    slot: int
    key: bytes


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Sealed)


def leaf_of(room_id: bytes, seq: int, frame_hash: str, content_hash: str) -> bytes:
    """Write the leaf: what the trees hash, keys in this order, no spaces."""
    text = f'{{"c":"{content_hash}","f":"{frame_hash}","room":"{room_id.hex()}",'
    return f'{text}"seq":{seq},"v":"gol/1"}}'.encode()


def room_of(leaf: bytes) -> bytes:
    """Read the room's id from a leaf."""
    return bytes.fromhex(leaf[ROOM_AT : ROOM_AT + 32].decode())


def commitment(mark: bytes, salt: bytes, plain: bytes) -> str:
    """Commit to a plaintext so that it cannot be guessed without its salt."""
    return hashlib.sha256(mark + salt + plain).hexdigest()


def pad(plain: bytes) -> bytes:
    """Append 0x80 and zeros up to the next multiple of 256 bytes."""
    return plain + b"\x80" + bytes(-(len(plain) + 1) % BUCKET_BYTES)


def unpad(padded: bytes) -> bytes:
    """Undo `pad`."""
    return padded[: padded.rindex(b"\x80")]


class Ciphers:
    """Keep the ciphers of room frame keys ready, the least used dropped first; thread-safe."""

    def __init__(self) -> None:
        """Begin with none."""
        self._ready: OrderedDict[bytes, AESGCM] = OrderedDict()
        self._lock = Lock()

    def of(self, key: bytes) -> AESGCM:
        """Return the cipher of a key."""
        ready = self._ready.get(key)
        if ready is not None:
            return ready
        with self._lock:
            cipher = self._ready.get(key)
            if cipher is None:
                cipher = self._ready[key] = AESGCM(key)
                if len(self._ready) > CIPHERS_MAX:
                    self._ready.popitem(last=False)
            return cipher


CIPHERS = Ciphers()


def seal(  # noqa: PLR0913 - the items of the table, each by name
    *,
    room_id: bytes,
    seq: int,
    frame: bytes,
    content: bytes,
    frame_key: bytes,
    content_key: ContentKey,
    entropy: bytes | None = None,
) -> bytes:
    """Seal one event.

    Args:
        room_id: 16 bytes.
        seq: Place in the room, from 1.
        frame: Frame JSON.
        content: Content JSON.
        frame_key: The room's, 32 bytes.
        content_key: The event's own, never used before.
        entropy: 76 bytes for two salts and the frame nonce; drawn here unless golden vectors
            are made.
    """
    random = os.urandom(2 * SALT_BYTES + 12) if entropy is None else entropy
    frame_salt, content_salt = random[:SALT_BYTES], random[SALT_BYTES : 2 * SALT_BYTES]
    nonce = random[2 * SALT_BYTES :]
    leaf = leaf_of(
        room_id,
        seq,
        commitment(FRAME_MARK, frame_salt, frame),
        commitment(CONTENT_MARK, content_salt, content),
    )
    frame_box = CIPHERS.of(frame_key).encrypt(nonce, pad(frame_salt + frame), leaf)
    content_box = AESGCM(content_key.key).encrypt(CONTENT_NONCE, pad(content_salt + content), leaf)
    return _ENCODER.encode(
        Sealed(leaf, nonce, frame_box, content_key.block, content_key.slot, content_box)
    )


def parse(state: bytes) -> Sealed:
    """Read the stored array.

    Raises:
        StoreFault: The bytes are not a sealed event.
    """
    try:
        return _DECODER.decode(state)
    except msgspec.DecodeError as error:
        raise StoreFault(f"a stored event is damaged: {error}", "restore from a backup") from error


class FrameOpener:
    """Open the frames of one reading, the ciphers of the rooms met so far at hand."""

    def __init__(self, frame_key: Callable[[bytes], bytes]) -> None:
        """Begin with no room.

        Args:
            frame_key: Returns the frame key of a room's id.
        """
        self._frame_key = frame_key
        self._rooms: dict[bytes, tuple[bytes, AESGCM]] = {}

    def open(self, sealed: Sealed) -> tuple[bytes, bytes]:
        """Return the room's id and the frame JSON of a stored event.

        Raises:
            StoreFault: The bytes were altered, or the key is another room's.
        """
        leaf = sealed.leaf
        room, cipher = self._rooms.get(leaf[ROOM_AT : ROOM_AT + 32]) or self._met(leaf)
        try:
            padded = cipher.decrypt(sealed.frame_nonce, sealed.frame_box, leaf)
        except InvalidTag as error:
            raise StoreFault("a stored event was altered", "restore from a backup") from error
        return room, padded[SALT_BYTES : padded.rindex(b"\x80")]

    def _met(self, leaf: bytes) -> tuple[bytes, AESGCM]:
        try:
            room = room_of(leaf)
        except ValueError as error:
            raise StoreFault("a stored event is damaged", "restore from a backup") from error
        known = self._rooms[leaf[ROOM_AT : ROOM_AT + 32]] = room, CIPHERS.of(self._frame_key(room))
        return known


def open_content(sealed: Sealed, key: bytes) -> bytes:
    """Return the content JSON.

    Raises:
        StoreFault: The bytes were altered, or the key is another event's.
    """
    return content_with_salt(sealed, key)[1]


def content_with_salt(sealed: Sealed, key: bytes) -> tuple[bytes, bytes]:
    """Return the salt and the content JSON.

    Raises:
        StoreFault: The bytes were altered, or the key is another event's.
    """
    try:
        padded = AESGCM(key).decrypt(CONTENT_NONCE, sealed.content_box, sealed.leaf)
    except InvalidTag as error:
        raise StoreFault("a stored content was altered", "restore from a backup") from error
    return _parted(unpad(padded))


def frame_with_salt(sealed: Sealed, key: bytes) -> tuple[bytes, bytes]:
    """Return the salt and the frame JSON: what a leaf's commitment is checked with.

    Raises:
        StoreFault: The bytes were altered, or the key is another room's.
    """
    try:
        padded = CIPHERS.of(key).decrypt(sealed.frame_nonce, sealed.frame_box, sealed.leaf)
    except InvalidTag as error:
        raise StoreFault("a stored event was altered", "restore from a backup") from error
    return _parted(unpad(padded))


def _parted(plain: bytes) -> tuple[bytes, bytes]:
    return plain[:SALT_BYTES], plain[SALT_BYTES:]
