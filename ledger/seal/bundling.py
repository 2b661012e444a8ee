"""Write the entries of a room as a bundle holds them: shown, or hidden in the hashes above them.

docs/format.md says which bytes these are; `ledger/seal/verify.py` reads them.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from ledger.seal.merkle import Nodes
from ledger.seal.proofs import Seal
from ledger.seal.proving import StampShown
from ledger.seal.verify import STAMPS

SEALS_MAX: Final = 256
"""Most seals of one room in a bundle: enough to say when entries were there, in steps."""

Withheld: TypeAlias = Literal["erased", "sealed", "omitted"]
_ENCODER: Final = msgspec.json.Encoder(order="sorted")


class Plain(Struct, frozen=True):
    """An entry opened: its leaf, and what the leaf commits to.

    Attributes:
        seq: Place in its room, from 1.
        leaf: As hashed.
        frame: Salt and JSON.
        content: Salt and JSON; None where it is withheld.
        withheld: Why, None where it is shown.
    """

    seq: int
    leaf: bytes
    frame: tuple[bytes, bytes]
    content: tuple[bytes, bytes] | None = None
    withheld: Withheld | None = None


class RoomShown(Struct, frozen=True):
    """What the manifest of a bundle says of a room."""

    room: str
    entries: int
    hidden: int
    seals: int


def room_lines(entries: Iterable[Plain], nodes: Nodes, size: int) -> Iterator[bytes]:
    """Yield the lines of a room's file.

    Args:
        entries: Those shown, in order.
        nodes: Of the room's tree.
        size: Entries of the room at its last seal shown.
    """
    after = 0
    for entry in entries:
        yield from _gap(nodes, after, entry.seq - 1)
        yield _line(_shown(entry))
        after = entry.seq
    yield from _gap(nodes, after, size)


def _shown(entry: Plain) -> dict[str, Any]:
    salt, frame = entry.frame
    told = {"frame": frame.decode(), "frame_salt": salt.hex(), "leaf": entry.leaf.decode()}
    if entry.content is None:
        return {**told, "withheld": entry.withheld}
    salt, content = entry.content
    return {**told, "content": content.decode(), "content_salt": salt.hex()}


def _gap(nodes: Nodes, begin: int, end: int) -> Iterator[bytes]:
    """Hide entries: the greatest full subtrees over them, left to right."""
    if begin < end:
        hashes = [nodes.node(level, index).hex() for level, index in cover(begin, end)]
        yield _line({"hashes": hashes, "hidden": end - begin})


def cover(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut leaves into the greatest full subtrees, left to right, as level and index."""
    while begin < end:
        level = (end - begin).bit_length() - 1
        if begin:
            level = min(level, (begin & -begin).bit_length() - 1)
        yield level, begin >> level
        begin += 1 << level


def seals_shown(seals: Iterable[tuple[int, Seal]], seqs: list[int]) -> list[tuple[int, Seal]]:
    """Choose the seals of a room that its entries shown can be checked against.

    They are those between entries shown, at most `SEALS_MAX`, and last the first one that covers
    the last entry shown: whoever left a room learns no more than it must of what came later.
    """
    shown, last = {0, *seqs}, seqs[-1]
    found: list[tuple[int, Seal]] = []
    for size, seal in seals:
        if size >= last:
            return [*_thinned(found), (size, seal)]
        if size in shown:
            found.append((size, seal))
    return []


def _thinned(found: list[tuple[int, Seal]]) -> list[tuple[int, Seal]]:
    step = -(-len(found) // (SEALS_MAX - 1)) or 1
    return found[::step]


def seal_line(seal: Seal) -> bytes:
    """Write a line of a room's seals."""
    return _line(seal)


def stamp_files(stamps: Iterable[StampShown]) -> Iterator[tuple[str, bytes]]:
    """Yield the files of time stamps by name: none where there is none.

    Token and text stand beside the proofs, so that other programs can check them as they are.
    """
    lines = list[bytes]()
    for stamp in stamps:
        yield f"stamps/{stamp.proof.index}.tst", stamp.token
        yield f"stamps/{stamp.proof.index}.txt", stamp.text.encode()
        lines.append(_line(stamp.proof))
    if lines:
        yield STAMPS, b"".join(lines)


def _line(told: object) -> bytes:
    return _ENCODER.encode(told) + b"\n"
