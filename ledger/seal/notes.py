"""Sign notes, read them and check who signed, as C2SP signed-note says.

A note is text, an empty line, and lines of signatures. Signatures by unknown keys are ignored; one
by a known key that does not hold spoils the whole note.
"""

import base64
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from ledger.errors import DecodeError
from ledger.seal import ed25519
from ledger.seal.note_keys import COSIGNS, ID_BYTES, SIGNS, Signer, VerifierKey, is_name, unbase64
from ledger.seal.unproven import Unproven

NOTE_BYTES_MAX: Final = 1_000_000
SIGNATURES_MAX: Final = 100
_TIME_BYTES: Final = 8
_TIME_MAX: Final = 2**63 - 1
_BETWEEN: Final = "\n\n"
_DASH: Final = "\N{EM DASH}"


class Signature(Struct, frozen=True):
    """One line under a note.

    Attributes:
        name: Name of the key.
        key_id: Four bytes.
        body: Signature proper; for a cosignature eight bytes of time come first.
    """

    name: str
    key_id: bytes
    body: bytes

    @property
    def line(self) -> str:
        """Write it as it stands under the note."""
        return f"{_DASH} {self.name} {base64.b64encode(self.key_id + self.body).decode()}\n"


class Note(Struct, frozen=True):
    """A text and who is said to have signed it; trust nothing of it before `verify`.

    Attributes:
        text: Ends with a newline, which is signed too.
        signatures: In the order they stand.
    """

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """Write the note."""
        return f"{self.text}\n{''.join(s.line for s in self.signatures)}".encode()


class Verified(Struct, frozen=True):
    """A signature that holds.

    Attributes:
        key: Whose it is.
        at: When a cosigner saw the checkpoint, in seconds since 1970; None for a signer.
    """

    key: VerifierKey
    at: int | None = None


def parse_note(raw: bytes) -> Note:
    """Read a note; nothing is checked but its form.

    Raises:
        DecodeError: It is no note, or larger than notes are.
    """
    if len(raw) > NOTE_BYTES_MAX:
        raise DecodeError("note", f"{len(raw)} bytes", f"at most {NOTE_BYTES_MAX}")
    try:
        whole = raw.decode()
    except UnicodeDecodeError as error:
        raise DecodeError("note", "not UTF-8") from error
    text, between, lines = whole.rpartition(_BETWEEN)
    if not between or not lines.endswith("\n"):
        raise DecodeError("note", "no lines of signatures after an empty line")
    _check_text(text + "\n")
    signatures = tuple(_parse_line(line) for line in lines[:-1].split("\n"))
    if len(signatures) > SIGNATURES_MAX:
        raise DecodeError("note", f"{len(signatures)} signatures", f"at most {SIGNATURES_MAX}")
    return Note(text + "\n", signatures)


def sign_note(text: str, *signers: Signer) -> Note:
    """Sign a text.

    Raises:
        DecodeError: The text cannot be that of a note.
    """
    _check_text(text)
    assert all(signer.kind == SIGNS for signer in signers), "a cosigner says when: `cosign`"
    made = [_signature(each.key, ed25519.sign(each.seed, text.encode())) for each in signers]
    return Note(text, tuple(made))


def cosign(text: str, witness: Signer, *, at: int) -> Signature:
    """Sign a checkpoint's text, together with the time it was seen.

    Args:
        text: Of the checkpoint, read and found consistent before.
        witness: Its kind is `COSIGNS`.
        at: Seconds since 1970.
    """
    assert witness.kind == COSIGNS, "a signer does not say when: `sign_note`"
    body = ed25519.sign(witness.seed, _cosigned(text, at))
    return _signature(witness.key, at.to_bytes(_TIME_BYTES) + body)


def verify(note: Note, keys: Iterable[VerifierKey]) -> tuple[Verified, ...]:
    """Return the signatures by known keys, one a key, in the order they stand.

    Raises:
        Unproven: signature_is_wrong (of any known key), no_known_signature, keys_are_ambiguous.
    """
    known = _known(keys)
    found: dict[VerifierKey, Verified] = {}
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is not None:
            found.setdefault(key, _verified(note.text, key, signature.body))
    if not found:
        raise Unproven("no_known_signature", "no known key has signed the note")
    return tuple(found.values())


def _known(keys: Iterable[VerifierKey]) -> dict[tuple[str, bytes], VerifierKey]:
    known: dict[tuple[str, bytes], VerifierKey] = {}
    for key in keys:
        if known.setdefault((key.name, key.id), key) != key:
            raise Unproven("keys_are_ambiguous", f"two keys of {key.name} have the same id")
    return known


def _verified(text: str, key: VerifierKey, body: bytes) -> Verified:
    message, at = text.encode(), None
    if key.kind == COSIGNS:
        at, body = int.from_bytes(body[:_TIME_BYTES]), body[_TIME_BYTES:]
        message = _cosigned(text, at)
    if (at or 0) > _TIME_MAX or not ed25519.signature_holds(key.public, message, body):
        raise Unproven("signature_is_wrong", f"the signature of {key.name} does not hold")
    return Verified(key, at)


def _cosigned(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _signature(key: VerifierKey, body: bytes) -> Signature:
    return Signature(key.name, key.id, body)


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise DecodeError("note", "the text does not end with a newline")
    if any(character < " " and character != "\n" for character in text):
        raise DecodeError("note", "a control character in the text")


def _parse_line(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, body = rest.partition(" ")
    data = unbase64(body)
    if dash != _DASH or not is_name(name) or len(data) <= ID_BYTES:
        raise DecodeError("note", "a line that is no signature", f"{_DASH} name base64")
    return Signature(name, data[:ID_BYTES], data[ID_BYTES:])
