"""Seal the bytes of a document chunk by chunk, and open them: memory for one chunk is enough.

A chunk is 64 KiB of what was padded as the record pads (0x80, zeros) up to whole chunks, so that
the size of what is stored tells the size of the document in steps of 64 KiB alone. Chunk i is
AES-256-GCM under the document's own key, nonce: i in 11 bytes, then 1 for the last chunk, else 0.
So no chunk can be altered, moved, left out or added, and nothing is given out unchecked.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.errors import StoreFault

CHUNK: Final = 64 * 1024
TAG: Final = 16
MARK: Final = b"gol/document/v1\0"


class Sealer:
    """Seal a document as it comes."""

    def __init__(self, key: bytes) -> None:
        """Begin.

        Args:
            key: The document's own, 32 bytes, never used before.
        """
        self._cipher = AESGCM(key)
        self._open = bytearray()
        self._index = 0

    def add(self, part: bytes) -> bytes:
        """Take a part of any size; return what is sealed by it, perhaps nothing."""
        self._open += part
        sealed = bytearray()
        while len(self._open) >= CHUNK:
            sealed += self._seal(bytes(self._open[:CHUNK]), last=False)
            del self._open[:CHUNK]
        return bytes(sealed)

    def end(self) -> bytes:
        """Return the last chunk."""
        rest = bytes(self._open) + b"\x80"
        return self._seal(rest.ljust(CHUNK, b"\0"), last=True)

    def _seal(self, plain: bytes, *, last: bool) -> bytes:
        sealed = self._cipher.encrypt(_nonce(self._index, last=last), plain, MARK)
        self._index += 1
        return sealed


def opened(key: bytes, stored: Iterable[bytes]) -> Iterator[bytes]:
    """Open a stored document; yield it in parts of at most a chunk.

    Args:
        key: The document's own.
        stored: Its stored bytes, in parts of any size.

    Raises:
        StoreFault: It was altered or cut off.
    """
    cipher = AESGCM(key)
    before: bytes | None = None
    index = 0
    for chunk in _chunks(stored):
        if before is not None:
            yield _opened(cipher, before, index, last=False)
            index += 1
        before = chunk
    if before is None:
        raise damaged()
    padded = _opened(cipher, before, index, last=True)
    yield padded[: padded.rindex(b"\x80")]


def damaged() -> StoreFault:
    """Say that a stored document is not as it was written."""
    return StoreFault("a stored document was altered or cut off", "restore it from a backup")


def _chunks(stored: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for part in stored:
        waiting += part
        while len(waiting) >= CHUNK + TAG:
            yield bytes(waiting[: CHUNK + TAG])
            del waiting[: CHUNK + TAG]
    if waiting:
        raise damaged()


def _opened(cipher: AESGCM, chunk: bytes, index: int, *, last: bool) -> bytes:
    try:
        return cipher.decrypt(_nonce(index, last=last), chunk, MARK)
    except InvalidTag:
        raise damaged() from None


def _nonce(index: int, *, last: bool) -> bytes:
    return index.to_bytes(11, "big") + bytes([last])
