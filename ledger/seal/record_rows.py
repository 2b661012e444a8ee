"""Say what the sealer needs of the record, and read it."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Final, NamedTuple, Protocol

from ledger.errors import DecodeError
from ledger.seal.leaves import read_leaf
from ledger.seal.merkle import leaf_hash
from ledger.seal.mismatch import SealsDoNotMatch
from ledger.seal.seal_rows import DIGEST_BYTES, NewEntry

PAGE: Final = 500


class Stored(NamedTuple):
    """An entry as the record holds it.

    Attributes:
        position: In the record, from 1.
        leaf: As hashed by its room's tree.
        state: The whole stored row.
    """

    position: int
    leaf: bytes
    state: bytes


class Record(Protocol):
    """The record, read in position order."""

    def head(self) -> int:
        """Return the position of the last entry, 0 for none."""
        ...

    def page(self, after: int, limit: int) -> Sequence[Stored]:
        """Return at most `limit` entries behind a position, in order.

        Raises:
            StoreFault: A row is no entry.
        """
        ...


def pages(record: Record, after: int) -> Iterator[list[NewEntry]]:
    """Read the record behind a position, page by page, as the trees take it in.

    Raises:
        SealsDoNotMatch: entry_was_altered, entry_is_missing.
        StoreFault: A row is no entry.
    """
    while page := record.page(after, PAGE):
        yield [_entry(stored, after + n) for n, stored in enumerate(page, start=1)]
        after = page[-1].position


def _entry(stored: Stored, position: int) -> NewEntry:
    if stored.position != position:
        raise SealsDoNotMatch("entry_is_missing", f"the record has nothing at position {position}")
    try:
        leaf = read_leaf(stored.leaf)
    except DecodeError as error:
        raise SealsDoNotMatch(
            "entry_was_altered", f"at position {position}: {error.why}"
        ) from error
    digest = sha256(stored.state).digest()[:DIGEST_BYTES]
    return NewEntry(position, leaf.room_id, leaf.seq, leaf_hash(stored.leaf), digest)
