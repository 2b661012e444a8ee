"""Name the keys that sign notes, and write them as people hand them on (C2SP signed-note).

A key is known by its name and by an id of four bytes taken from name, kind and public key.
"""

import base64
import binascii
from hashlib import sha256
from typing import Final, TypeAlias

from msgspec import Struct

from ledger.errors import DecodeError
from ledger.seal import ed25519

ID_BYTES: Final = 4
SIGNS: Final = 1
"""Kind of a key that signs the text."""
COSIGNS: Final = 4
"""Kind of a key that signs a checkpoint and the time it saw it (C2SP tlog-cosignature)."""

Kind: TypeAlias = int


class VerifierKey(Struct, frozen=True):
    """What checks signatures; made by `verifier_key` or `parse_key`, which refuse unsound ones.

    Attributes:
        name: Who signs, such as `ledger.example.org/cases`.
        kind: `SIGNS` or `COSIGNS`.
        public: Ed25519 public key, 32 bytes.
    """

    name: str
    kind: Kind
    public: bytes

    @property
    def id(self) -> bytes:
        """Return the four bytes that stand before each signature."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return sha256(named).digest()[:ID_BYTES]

    @property
    def text(self) -> str:
        """Write the key as people hand it on: name, id and base64, joined by plus signs."""
        body = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{body}"


def verifier_key(name: str, kind: Kind, public: bytes) -> VerifierKey:
    """Take a key into use.

    Raises:
        DecodeError: The name is none, the kind is not known, or the key is not sound.
    """
    if not is_name(name):
        raise DecodeError("key", f"{name!r} cannot be a key's name", "no spaces and no plus sign")
    if kind not in (SIGNS, COSIGNS):
        raise DecodeError("key", f"keys of kind {kind} are not known", "Ed25519: 1 or 4")
    if not ed25519.is_sound_key(public):
        raise DecodeError("key", f"the key of {name} is weak or no Ed25519 key", "another key")
    return VerifierKey(name, kind, public)


def parse_key(text: str) -> VerifierKey:
    """Read a key as `VerifierKey.text` writes it, and not otherwise.

    Raises:
        DecodeError: The text is no key, its id belongs to another, or the key is not sound.
    """
    name, _, rest = text.partition("+")
    body = unbase64(rest.partition("+")[2])
    if not body:
        raise DecodeError("key", "the text is not a key", "name+id+base64")
    key = verifier_key(name, body[0], body[1:])
    if key.text != text:
        raise DecodeError("key", f"the id in the text is not that of the key, {key.id.hex()}")
    return key


class Signer(Struct, frozen=True):
    """What signs notes; never shown or logged.

    Attributes:
        name: Who signs.
        seed: Ed25519 seed, 32 bytes.
        kind: `SIGNS` or `COSIGNS`.
    """

    name: str
    seed: bytes
    kind: Kind = SIGNS

    def __repr__(self) -> str:
        """Leave the seed out."""
        return f"Signer({self.name!r})"

    @property
    def key(self) -> VerifierKey:
        """Return what checks its signatures.

        Raises:
            DecodeError: The name cannot be a key's name.
        """
        return verifier_key(self.name, self.kind, ed25519.public_key(self.seed))


def is_name(name: str) -> bool:
    """Tell whether a key may be called this."""
    return bool(name) and not any(
        character == "+" or character < " " or character.isspace() or is_surrogate(character)
        for character in name
    )


def is_surrogate(character: str) -> bool:
    """Tell whether a character stands for a byte that was no UTF-8."""
    return "\ud800" <= character <= "\udfff"


def unbase64(text: str) -> bytes:
    """Read base64 as it is written, letter for letter; give b"" for anything else."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return data if base64.b64encode(data).decode() == text else b""
