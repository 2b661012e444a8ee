"""Write and read proofs as they are handed on: JSON, checkable offline (docs/seals.md).

Hashes are lower-case hex; leaves, checkpoints and notes are strings, byte for byte as hashed.
"""

from typing import Annotated, Final, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Struct

from ledger.errors import DecodeError
from ledger.seal.leaves import SealedHead
from ledger.seal.log_leaves import Hex, Size
from ledger.seal.verify import Refused, strict_json

RoomHex: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\Z")]
RECEIPT_BYTES_MAX: Final = 4 * 1024 * 1024
Document = TypeVar("Document", bound=Struct)


class _Part(Struct, frozen=True, forbid_unknown_fields=True):
    """Be the ancestor of every part of a document."""


class TickProof(_Part, frozen=True):
    """Where the salted head of a room stands in the tree of a tick.

    Attributes:
        index: From 0.
        salt: Drawn for this head and this tick.
        proof: From the head up.
    """

    index: Size
    salt: Hex
    proof: tuple[Hex, ...]


class LogProof(_Part, frozen=True):
    """Where a tick stands in the seal log.

    Attributes:
        index: From 0.
        leaf: Of the log, as written.
        proof: From the leaf up to the head of the checkpoint that goes with it.
    """

    index: Size
    leaf: str
    proof: tuple[Hex, ...]


class Seal(_Part, frozen=True):
    """What leads from the head of a room to the seal log.

    Attributes:
        head: Checkpoint of the room, as it was salted.
        tick: From there to the tick.
        log: From there to the log.
    """

    head: str
    tick: TickProof
    log: LogProof


class StampProof(_Part, frozen=True):
    """A time stamp of the log, and the checkpoint it is over.

    Attributes:
        index: Where it stands.
        leaf: As written.
        proof: From the leaf up to the head of the checkpoint that goes with it.
        root: Of the log at the size that was stamped.
        consistency: From there to the head of the checkpoint that goes with it.
    """

    index: Size
    leaf: str
    proof: tuple[Hex, ...]
    root: Hex
    consistency: tuple[Hex, ...]


class RoomProof(_Part, frozen=True):
    """Entries of a room, side by side.

    Attributes:
        room: Its id.
        first: Sequence of the first entry proved.
        last: Sequence of the last one.
        proof: Span proof; empty for a whole room.
        seal: Of a head of the room.
    """

    room: RoomHex
    first: Annotated[int, Meta(ge=1)]
    last: Annotated[int, Meta(ge=1)]
    proof: tuple[Hex, ...]
    seal: Seal


class EntryProof(_Part, frozen=True):
    """One entry of a room.

    Attributes:
        leaf: Its leaf, which names room and sequence.
        proof: From the leaf up to the room's head.
        seal: Of that head.
    """

    leaf: str
    proof: tuple[Hex, ...]
    seal: Seal


class Handover(_Part, frozen=True):
    """How one key introduced the next, or one log the next.

    Attributes:
        leaf: Of the log: `rekeyed` or `opened`.
        index: Where it stands.
        proof: From there up to the head of the checkpoint.
        checkpoint: A note, signed by both keys, or by the new log's key.
    """

    leaf: str
    index: Size
    proof: tuple[Hex, ...]
    checkpoint: str


class KeyUse(_Part, frozen=True):
    """A key of the log, and when it signs.

    Attributes:
        key: Name, id and base64, joined by plus signs.
        since: Least size of a checkpoint it signs.
        until: Greatest size, None up to now.
        handover: From the key before; None for the first.
    """

    key: str
    since: Size
    until: Size | None = None
    handover: Handover | None = None


class KeyHistory(_Part, frozen=True):
    """Every key that signed, in order; of one log after another.

    Attributes:
        keys: The first one first.
        v: Form of the document.
    """

    keys: tuple[KeyUse, ...]
    v: Literal["gol/keys/1"] = "gol/keys/1"


class Receipt(_Part, frozen=True):
    """Proof that the entries of a command were sealed.

    Attributes:
        command: Id of the command.
        entries: Those its owner may read.
        checkpoint: Note that every seal leads to.
        keys: Which keys signed, for those who pinned an older one.
        v: Form of the document.
    """

    command: str
    entries: Annotated[tuple[EntryProof, ...], Meta(min_length=1)]
    checkpoint: str
    keys: KeyHistory
    v: Literal["gol/receipt/1"] = "gol/receipt/1"


def hexes(hashes: list[bytes] | tuple[bytes, ...]) -> tuple[str, ...]:
    """Write hashes."""
    return tuple(each.hex() for each in hashes)


def unhexes(texts: tuple[str, ...]) -> tuple[bytes, ...]:
    """Read hashes."""
    return tuple(bytes.fromhex(text) for text in texts)


def sealed_head(tick: TickProof) -> SealedHead:
    """Return where a head stands, as the trees have it."""
    return SealedHead(tick.index, bytes.fromhex(tick.salt), unhexes(tick.proof))


def write_document(document: Struct) -> bytes:
    """Write a document as JSON, keys in the order of the alphabet."""
    return msgspec.json.encode(document, order="sorted") + b"\n"


def read_document(raw: bytes, kind: type[Document]) -> Document:
    """Read a document.

    Raises:
        DecodeError: It is none of this kind, too large, or says something twice.
    """
    if len(raw) > RECEIPT_BYTES_MAX:
        raise DecodeError("document", f"{len(raw)} bytes", f"at most {RECEIPT_BYTES_MAX}")
    try:
        return msgspec.convert(strict_json(raw), kind)
    except Refused as refused:
        raise DecodeError("document", refused.why) from refused
    except msgspec.ValidationError as error:
        raise DecodeError("document", f"not a {kind.__name__.lower()}: {error}") from error
