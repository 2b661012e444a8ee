"""Write and read what a log asks of a witness, and what it answers (C2SP tlog-witness)."""

import base64
import re
from typing import Final

from msgspec import Struct

from ledger.errors import DecodeError
from ledger.seal.merkle import HASH_BYTES, SIZE_MAX
from ledger.seal.note_keys import VerifierKey, unbase64
from ledger.seal.notes import Note, Signature, parse_note, verify

PROOF_HASHES_MAX: Final = 63
SUBMISSION_BYTES_MAX: Final = 65_536
"""Of a whole submission; a checkpoint with its signatures has some hundred bytes."""
SIZE_TYPE: Final = "text/x.tlog.size"
"""Content type of the answer that tells how far the witness has seen a log."""
_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})")
_SIZE: Final = re.compile(rb"(0|[1-9][0-9]{0,18})\n?")


class Submission(Struct, frozen=True):
    """A checkpoint that is to be cosigned.

    Attributes:
        older: Size up to which the witness is thought to have seen the log, 0 for not at all.
        proof: That the log grew from there, empty where `older` is 0.
        note: The checkpoint, signed by its log.
    """

    older: int
    proof: tuple[bytes, ...]
    note: bytes


def write_submission(asked: Submission) -> bytes:
    """Write the body of a request."""
    lines = [f"old {asked.older}", *(base64.b64encode(each).decode() for each in asked.proof)]
    return "".join(f"{line}\n" for line in lines).encode() + b"\n" + asked.note


def read_submission(raw: bytes) -> Submission:
    """Read the body of a request; the note within is not looked at.

    Raises:
        DecodeError: It is none.
    """
    if len(raw) > SUBMISSION_BYTES_MAX:
        raise DecodeError("submission", f"{len(raw)} bytes", f"at most {SUBMISSION_BYTES_MAX}")
    head, between, note = raw.partition(b"\n\n")
    if not between or not head.isascii():
        raise DecodeError("submission", "no empty line before a checkpoint")
    first, *lines = head.decode().split("\n")
    told = _OLD.fullmatch(first)
    if told is None or int(told[1]) > SIZE_MAX:
        raise DecodeError("submission", "the first line is not `old` and a size")
    if len(lines) > PROOF_HASHES_MAX:
        raise DecodeError("submission", f"{len(lines)} hashes", f"at most {PROOF_HASHES_MAX}")
    proof = tuple(unbase64(line) for line in lines)
    if any(len(each) != HASH_BYTES for each in proof):
        raise DecodeError("submission", "a line of the proof is not a hash of 32 bytes in base64")
    return Submission(int(told[1]), proof, note)


def read_size(raw: bytes) -> int:
    """Read the answer that tells how far a witness has seen a log.

    Raises:
        DecodeError: It is no size.
    """
    told = _SIZE.fullmatch(raw)
    if told is None or int(told[1]) > SIZE_MAX:
        raise DecodeError("answer", "no size")
    return int(told[1])


def read_cosignature(raw: bytes, text: str, key: VerifierKey) -> Signature:
    """Take the signature of one witness out of its answer; those of others are left.

    Args:
        raw: The answer: lines of signatures.
        text: Of the checkpoint.
        key: The witness's.

    Raises:
        DecodeError: The answer holds something else than signatures.
        Unproven: no_known_signature, signature_is_wrong.
    """
    note = parse_note(text.encode() + b"\n" + raw)
    if note.text != text:
        raise DecodeError("answer", "no lines of signatures")
    verify(note, [key])
    return next(each for each in note.signatures if is_by(each, key))


def is_by(signature: Signature, key: VerifierKey) -> bool:
    """Tell whether a signature says that it is by a key."""
    return (signature.name, signature.key_id) == (key.name, key.id)


def with_signature(note: Note, signature: Signature) -> Note:
    """Put a signature under a note, unless there is one of the same key."""
    named = {(each.name, each.key_id) for each in note.signatures}
    if (signature.name, signature.key_id) in named:
        return note
    return Note(note.text, (*note.signatures, signature))
