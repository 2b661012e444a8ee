"""Read the nodes of a tree: from memory, from its leaves, or from tiles (C2SP tlog-tiles)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from ledger.errors import StoreFault
from ledger.seal.merkle import HASH_BYTES, Frontier, node_hash

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
TILE_BYTES: Final = TILE_WIDTH * HASH_BYTES
TILES_KEPT: Final = 64


class Tree:
    """Hold every node in memory: the tree of one tick, a room while it is exported."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """Begin with the hashes of some leaves."""
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    def __len__(self) -> int:
        return len(self._levels[0])

    def append(self, leaf: bytes) -> None:
        """Append the hash of a leaf, and every node it completes."""
        for row in self._levels:
            row.append(leaf)
            if len(row) & 1:
                return
            leaf = node_hash(row[-2], leaf)
        self._levels.append([leaf])

    def node(self, level: int, index: int) -> bytes:
        """Return the hash of a full node."""
        return self._levels[level][index]


class Recomputed:
    """Keep nothing: compute each node from the leaves under it, whenever it is asked for.

    A proof reads every leaf of the tree about once and holds one hash a level.
    """

    def __init__(self, read: Callable[[int, int], Iterable[bytes]]) -> None:
        """Take what reads the hashes of the leaves from the first index up to the second."""
        self._read = read

    def node(self, level: int, index: int) -> bytes:
        """Return the hash of a full node."""
        frontier = Frontier()
        for leaf in self._read(index << level, (index + 1) << level):
            frontier.append(leaf)
        assert frontier.size == 1 << level, "a tree cannot be read beyond its leaves"
        return frontier.head().root


# ---------------------------------------------------------------- tiles

ReadTile = Callable[[int, int], bytes]
"""Returns the hashes of a tile, named by its level and index, as many as are stored."""


class Tile(Struct, frozen=True):
    """Up to 256 neighbours of one level, as stored and published.

    Attributes:
        level: 0 holds the hashes of leaves; each hash of level n + 1 is over a full tile of
            level n.
        index: Place among the tiles of its level, from 0.
        hashes: One after another, 32 bytes each.
    """

    level: int
    index: int
    hashes: bytes

    @property
    def width(self) -> int:
        """Return the number of hashes."""
        return len(self.hashes) // HASH_BYTES

    @property
    def path(self) -> str:
        """Return where the tile is published, such as `tile/0/x001/234.p/7`."""
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{self.level}/{tile_number(self.index)}{partial}"


def tile_number(index: int) -> str:
    """Write a tile's index as a path: 1234067 is `x001/x234/067`."""
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03}")
    return "/".join(reversed(groups))


def grow_tiles(read: ReadTile, size: int, leaves: Iterable[bytes]) -> Iterator[Tile]:
    """Append to a tree in tiles: yield each tile that is new or has become wider.

    Args:
        read: Reads a tile as it was.
        size: Leaves there were.
        leaves: Hashes of those that come.

    Raises:
        StoreFault: A tile is not as wide as the size says.
    """
    level, fresh = 0, b"".join(leaves)
    while fresh:
        index, width = divmod(size, TILE_WIDTH)
        whole = _tile(read, level, index, width) + fresh
        parts = [whole[at : at + TILE_BYTES] for at in range(0, len(whole), TILE_BYTES)]
        for place, hashes in enumerate(parts, start=index):
            yield Tile(level, place, hashes)
        fresh = b"".join(_rows(part)[-1][0] for part in parts if len(part) == TILE_BYTES)
        level, size = level + 1, index


class Tiles:
    """Read a tree of a given size from its tiles, keeping the last few that were read."""

    def __init__(self, read: ReadTile, size: int) -> None:
        """Take what reads a tile, and the size up to which the tree is wanted."""
        self._read = read
        self._size = size
        self._kept: dict[tuple[int, int], Sequence[Sequence[bytes]]] = {}

    def node(self, level: int, index: int) -> bytes:
        """Return the hash of a full node.

        Raises:
            StoreFault: A tile is missing or too short.
        """
        tile_level, height = divmod(level, TILE_HEIGHT)
        tile, place = divmod(index << height, TILE_WIDTH)
        return self._rows(tile_level, tile)[height][place >> height]

    def _rows(self, level: int, index: int) -> Sequence[Sequence[bytes]]:
        rows = self._kept.pop((level, index), None)
        if rows is None:
            there = (self._size >> level * TILE_HEIGHT) - index * TILE_WIDTH
            rows = _rows(_tile(self._read, level, index, min(there, TILE_WIDTH)))
        self._kept[level, index] = rows
        if len(self._kept) > TILES_KEPT:
            del self._kept[next(iter(self._kept))]
        return rows


def _tile(read: ReadTile, level: int, index: int, width: int) -> bytes:
    """Read as much of a tile as is wanted."""
    if not width:
        return b""
    hashes = read(level, index)[: width * HASH_BYTES]
    if len(hashes) != width * HASH_BYTES:
        name = f"tile/{level}/{tile_number(index)}"
        message = f"{name} holds {len(hashes)} bytes, not {width * HASH_BYTES}"
        raise StoreFault(message, "restore the seals from a backup")
    return hashes


def _rows(hashes: bytes) -> list[list[bytes]]:
    """Compute the full nodes of a tile, from its own hashes up."""
    row = [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
    rows = [row]
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2], strict=False)  # one left over has no node above it yet
        row = [node_hash(left, right) for left, right in pairs]
        rows.append(row)
    return rows
