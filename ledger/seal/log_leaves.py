"""Write and read the leaves of the institution's seal log (TRUST.md, "Trees, seals, receipts")."""

from datetime import UTC, datetime
from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from ledger.errors import DecodeError
from ledger.seal.merkle import SIZE_MAX, Head

Hex: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Size: TypeAlias = Annotated[int, Meta(ge=0, le=SIZE_MAX)]
LEAF_BYTES_MAX: Final = 65_535
"""What an entry of a published log may have at most (C2SP tlog-tiles)."""


class Leaf(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """Be the ancestor of every leaf.

    Attributes:
        at: When it was written, by the sealer's clock, UTC.
        v: Form of the leaf.
    """

    at: datetime
    v: Literal["gol/seal/1"] = "gol/seal/1"


class Ticked(Leaf, frozen=True, kw_only=True, tag="tick"):
    """Rooms were sealed, or none: nobody can tell.

    Attributes:
        capacity: Leaves of the tick's tree.
        root: Of that tree.
    """

    capacity: Annotated[int, Meta(ge=1, le=SIZE_MAX)]
    root: Hex

    @property
    def head(self) -> Head:
        """Return the head of the tick's tree."""
        return Head(self.capacity, bytes.fromhex(self.root))


class Opened(Leaf, frozen=True, kw_only=True, tag="opened"):
    """A log begins where another one ended, as after a restore.

    Attributes:
        origin: The log before it.
        size: Of the log before it, as last signed.
        root: Of the log before it, as last signed.
        why: The reason, for everybody to read.
    """

    origin: str
    size: Size
    root: Hex
    why: str


class Stamped(Leaf, frozen=True, kw_only=True, tag="stamped"):
    """An authority of time stamped a checkpoint of this log.

    Attributes:
        size: Of the checkpoint.
        token: RFC 3161 time-stamp token over the checkpoint's text, DER.
    """

    size: Size
    token: bytes


class Rekeyed(Leaf, frozen=True, kw_only=True, tag="rekeyed"):
    """Another key signs from here on; the checkpoint that first holds this is signed by both.

    Attributes:
        key: The new key, as keys are handed on.
        why: The reason, for everybody to read.
    """

    key: str
    why: str


LogLeaf: TypeAlias = Ticked | Opened | Rekeyed | Stamped

_ENCODER = msgspec.json.Encoder(order="sorted")
_DECODER: msgspec.json.Decoder[LogLeaf] = msgspec.json.Decoder(LogLeaf)


def write_log_leaf(leaf: LogLeaf) -> bytes:
    """Write a leaf: keys sorted, no spaces."""
    assert leaf.at.tzinfo is UTC, "the sealer's clock tells UTC"
    written = _ENCODER.encode(leaf)
    assert len(written) <= LEAF_BYTES_MAX, "a leaf can be published"
    return written


def read_log_leaf(written: bytes) -> LogLeaf:
    """Read a leaf.

    Raises:
        DecodeError: It is written in any other way than `write_log_leaf` does.
    """
    try:
        leaf = _DECODER.decode(written)
    except msgspec.DecodeError as error:
        raise DecodeError("leaf", f"not a leaf of a seal log: {error}") from error
    if leaf.at.tzinfo is not UTC or _ENCODER.encode(leaf) != written:
        raise DecodeError("leaf", "not written as leaves of a seal log are")
    return leaf
