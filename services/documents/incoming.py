"""Take a document in as it comes: looked at, hashed, sealed; nothing is kept until it is whole."""

import os
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import IO, Final, Self

from ledger.errors import DecodeError, StoreFault
from ledger.keys.institution import KEY_SIZE
from services.documents.kinds import FIELD, TextCheck, check_head, kind_of
from services.documents.names import cleaned
from services.documents.sealing import Sealer

BYTES_MAX: Final = 50 * 1024 * 1024
"""Greatest size of a document."""
HEAD: Final = 64 * 1024
"""How much of its beginning tells its kind."""


class Incoming:
    """A document on its way in; sealed before it touches a disk.

    What has come lies in a file without a name, which is gone with the process.

    Attributes:
        name: What it is called, cleaned.
        media: Its media type.
        size: Bytes that have come.
        key: What it is sealed with, and nothing else ever.
    """

    def __init__(self, name: str, folder: Path, limit: int = BYTES_MAX) -> None:
        """Begin.

        Args:
            name: What its sender calls it.
            folder: Where there is room for it.
            limit: Greatest size.

        Raises:
            DecodeError: No document of the kind that its name says is taken.
            StoreFault: Nothing can be written there.
        """
        self.name = cleaned(name)
        self._kind = kind_of(self.name)
        self.media = self._kind.media
        self.size = 0
        self.key = os.urandom(KEY_SIZE)
        self._limit = limit
        self._text = TextCheck(self.name) if self._kind.is_text else None
        self._head = bytearray()
        self._plain, self._stored = sha256(), sha256()
        self._sealer = Sealer(self.key)
        try:
            self._spool: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - see close
        except OSError as error:
            raise _no_room(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of what has come."""
        self._spool.close()

    def take(self, part: bytes) -> None:
        """Take the next part, of any size.

        Raises:
            DecodeError: It is too large, or not what its name says.
            StoreFault: The disk is full.
        """
        self.size += len(part)
        if self.size > self._limit:
            raise too_large(self._limit)
        if self._text is not None:
            self._text.take(part)
        if len(self._head) < HEAD:
            self._head += part[: HEAD - len(self._head)]
            if len(self._head) == HEAD:
                check_head(self.name, self._kind, bytes(self._head))
        self._plain.update(part)
        self._write(self._sealer.add(part))

    def end(self) -> "Whole":
        """Close what has come.

        Raises:
            DecodeError: Nothing came, or it is not what its name says.
            StoreFault: The disk is full.
        """
        if not self.size:
            raise DecodeError(FIELD, "is empty", "a document with something in it")
        if self._text is not None:
            self._text.take(b"", last=True)
        if len(self._head) < HEAD:
            check_head(self.name, self._kind, bytes(self._head))
        self._write(self._sealer.end())
        self._spool.seek(0)
        return Whole(self._spool, self._stored.hexdigest(), self._plain.hexdigest())

    def _write(self, sealed: bytes) -> None:
        self._stored.update(sealed)
        try:
            self._spool.write(sealed)
        except OSError as error:
            raise _no_room(error) from error


class Whole:
    """A document that has come, all of it.

    Attributes:
        file: What is to be stored, from its beginning.
        address: SHA-256 of that, lower-case hex.
        sha256: SHA-256 of the document itself.
    """

    def __init__(self, file: IO[bytes], address: str, digest: str) -> None:
        self.file = file
        self.address = address
        self.sha256 = digest


class TooLarge(DecodeError):  # noqa: N818 - a refusal
    """A document has more bytes than are taken."""


def too_large(limit: int = BYTES_MAX) -> TooLarge:
    """Refuse a document for its size."""
    return TooLarge(FIELD, "is too large", f"at most {limit // (1024 * 1024)} MiB")


def _no_room(error: OSError) -> StoreFault:
    why = f"a document cannot be written: {error.strerror}"
    return StoreFault(why, "make room in the data folder, or mend its mode")
