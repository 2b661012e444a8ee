"""Write and read what a log says about itself: C2SP tlog-checkpoint."""

import base64
import re
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from ledger.errors import DecodeError
from ledger.seal.merkle import EMPTY_ROOT, HASH_BYTES, SIZE_MAX, Head
from ledger.seal.note_keys import SIGNS, Signer, VerifierKey, unbase64
from ledger.seal.notes import Note, Verified, parse_note, sign_note, verify
from ledger.seal.unproven import Unproven

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_LINES_MIN: Final = 3


class Checkpoint(Struct, frozen=True):
    """The head of a log, and which log it is.

    Attributes:
        origin: Names the log; for our seal log also the name of its key.
        head: Its size and root.
        extensions: Further lines, which mean nothing to us and are kept.
    """

    origin: str
    head: Head
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Write it, as it is signed."""
        root = base64.b64encode(self.head.root).decode()
        return "\n".join([self.origin, str(self.head.size), root, *self.extensions]) + "\n"


class SignedCheckpoint(Struct, frozen=True):
    """A checkpoint whose log has signed it.

    Attributes:
        checkpoint: What it says.
        note: The note it was read from, with all its signatures.
        verified: Signatures that hold: the log's and those of known witnesses.
    """

    checkpoint: Checkpoint
    note: Note
    verified: tuple[Verified, ...]


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint.

    Raises:
        DecodeError: It is none.
    """
    lines = text.split("\n")
    if lines.pop() or len(lines) < _LINES_MIN or not all(lines):
        raise DecodeError("checkpoint", "not three lines or more, each ended and none empty")
    origin, size, root, *extensions = lines
    if not _SIZE.fullmatch(size) or int(size) > SIZE_MAX:
        raise DecodeError("checkpoint", "the second line is not a size")
    head = Head(int(size), unbase64(root))
    if len(head.root) != HASH_BYTES:
        raise DecodeError("checkpoint", "the third line is not a hash of 32 bytes in base64")
    if not head.size and head.root != EMPTY_ROOT:
        raise DecodeError("checkpoint", "an empty log has another root")
    return Checkpoint(origin, head, tuple(extensions))


def sign_checkpoint(head: Head, *signers: Signer) -> Note:
    """Sign the head of the log that is named as its signers are.

    Args:
        head: As it is now.
        signers: One; two while a key is replaced by another.
    """
    (origin,) = {signer.name for signer in signers}
    return sign_note(Checkpoint(origin, head).text, *signers)


def open_checkpoint(raw: bytes, origin: str, keys: Iterable[VerifierKey]) -> SignedCheckpoint:
    """Read a signed checkpoint of one log.

    Args:
        raw: The note.
        origin: The log.
        keys: Those of the log and of the witnesses known.

    Raises:
        DecodeError: The bytes are no checkpoint.
        Unproven: signature_is_wrong, no_known_signature, keys_are_ambiguous, log_did_not_sign,
            origin_is_another.
    """
    note = parse_note(raw)
    verified = verify(note, keys)
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != origin:
        raise Unproven("origin_is_another", f"the checkpoint is of {checkpoint.origin!r}")
    if not any(each.key.kind == SIGNS and each.key.name == origin for each in verified):
        raise Unproven("log_did_not_sign", f"no known key of {origin} has signed")
    return SignedCheckpoint(checkpoint, note, verified)
