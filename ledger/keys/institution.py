"""Keep the one key that wraps all others, in a file of its own."""

import base64
import binascii
import hashlib
import os
import tempfile
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from ledger.errors import StoreFault
from ledger.sqlite import publish

KEY_SIZE: Final = 32
WRAPPED_SIZE: Final = 40
_CHECK: Final = b"gol/keys/check/v1\0"


class InstitutionKey:
    """Wrap 32-byte keys as AES key wrap does (RFC 3394); 40 bytes each."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def create(cls, path: Path) -> None:
        """Write a new key, readable by its owner alone; keep one that is there.

        Raises:
            StoreFault: The folder cannot be written.
        """
        text = base64.b64encode(os.urandom(KEY_SIZE)) + b"\n"
        try:
            handle, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(text)
                publish(Path(temporary), path)
            finally:
                Path(temporary).unlink()
        except OSError as error:
            message = f"the institution key cannot be written: {error.strerror}"
            raise StoreFault(message, "check the folder, its mode and the space left") from error

    @classmethod
    def load(cls, path: Path) -> "InstitutionKey":
        """Read the key.

        Raises:
            StoreFault: The file is missing, cannot be read or holds something else.
        """
        try:
            key = base64.b64decode(path.read_bytes().strip(), validate=True)
        except OSError as error:
            message = f"the institution key {path} cannot be read: {error.strerror}"
            raise StoreFault(message, "put the key file back from its own backup") from error
        except binascii.Error:
            key = b""
        if len(key) != KEY_SIZE:
            message = f"{path} does not hold an institution key"
            raise StoreFault(message, f"a line of base64 for {KEY_SIZE} bytes")
        return cls(key)

    def wrap(self, key: bytes) -> bytes:
        """Make a key safe to store."""
        return aes_key_wrap(self._key, key)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Open a wrapped key.

        Raises:
            StoreFault: The bytes were changed, or another institution key wrapped them.
        """
        try:
            return aes_key_unwrap(self._key, wrapped)
        except InvalidUnwrap as error:
            message = "a key in the key store is damaged"
            raise StoreFault(message, "restore the key store from its own backup") from error

    def check_value(self, ledger_id: str) -> str:
        """Return what only this key gives for this ledger, in lower-case hex."""
        return self.wrap(hashlib.sha256(_CHECK + ledger_id.encode()).digest()).hex()
