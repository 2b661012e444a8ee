"""A tree in tiles is the same tree, however it grew, and memory stays flat."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import StoreFault
from ledger.seal.merkle import (
    Frontier,
    consistency_proof,
    head_at,
    inclusion_proof,
    leaf_hash,
)
from ledger.seal.nodes import TILE_BYTES, TILES_KEPT, Tile, Tiles, Tree, grow_tiles, tile_number

LARGE = 70_000


def leaf(number: int) -> bytes:
    """Make the hash of a leaf."""
    return leaf_hash(str(number).encode())


class Folder:
    """Tiles as they would lie in a folder.

    Attributes:
        tiles: The widest of each place.
        size: Leaves there are.
        reads: How many times one was read.
    """

    def __init__(self) -> None:
        self.tiles: dict[tuple[int, int], Tile] = {}
        self.size = 0
        self.reads = 0

    def read(self, level: int, index: int) -> bytes:
        """Read a tile."""
        self.reads += 1
        there = self.tiles.get((level, index))
        return there.hashes if there else b""

    def grow(self, count: int) -> None:
        """Append the next leaves."""
        fresh = (leaf(number) for number in range(self.size, self.size + count))
        for tile in grow_tiles(self.read, self.size, fresh):
            self.tiles[tile.level, tile.index] = tile
        self.size += count


@given(st.lists(st.integers(0, 600), min_size=1, max_size=5), st.data())
@settings(max_examples=25, deadline=None)
def test_a_tree_in_tiles_tells_what_a_tree_in_memory_tells(
    steps: list[int], data: st.DataObject
) -> None:
    """Heads, inclusion and consistency, for any steps of growth and any size up to now."""
    folder = Folder()
    for step in steps:
        folder.grow(step)
    tree = Tree(leaf(number) for number in range(folder.size))
    size = data.draw(st.integers(0, folder.size))
    tiles = Tiles(folder.read, size)
    assert head_at(tiles, size) == head_at(tree, size)
    if size:
        index, older = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
        assert inclusion_proof(tiles, index, size) == inclusion_proof(tree, index, size)
        assert consistency_proof(tiles, older, size) == consistency_proof(tree, older, size)


def test_tiles_are_those_of_the_specification() -> None:
    """A tree of 70,000: 273 full and one of 112, one full and one of 17, one of 1."""
    folder = Folder()
    folder.grow(LARGE)
    widths = {
        level: [len(t.hashes) // 32 for t in folder.tiles.values() if t.level == level]
        for level in range(4)
    }
    assert widths == {0: [256] * 273 + [112], 1: [256, 17], 2: [1], 3: []}
    first, last = folder.tiles[0, 0], folder.tiles[0, 273]
    assert (first.path, last.path) == ("tile/0/000", "tile/0/273.p/112")
    assert folder.tiles[2, 0].path == "tile/2/000.p/1"
    assert first.hashes[:32] == leaf(0)
    tree = Tree(leaf(number) for number in range(256))
    assert folder.tiles[1, 0].hashes[:32] == head_at(tree, 256).root


@pytest.mark.parametrize(
    ("index", "path"),
    [
        (0, "000"),
        (67, "067"),
        (999, "999"),
        (1000, "x001/000"),
        (1234067, "x001/x234/067"),
        (10**9, "x001/x000/x000/000"),
    ],
)
def test_a_tile_is_published_under_its_number(index: int, path: str) -> None:
    """Groups of three digits, all but the last with an x."""
    assert tile_number(index) == path


def test_proofs_at_one_place_read_each_tile_once() -> None:
    """A bundle of ten thousand entries is proved from forty tiles."""
    folder = Folder()
    folder.grow(10_000)
    folder.reads = 0
    tiles = Tiles(folder.read, 10_000)
    for index in range(0, 10_000, 7):
        inclusion_proof(tiles, index, 10_000)
    assert folder.reads == 41


def test_memory_does_not_grow_with_the_tree() -> None:
    """What is kept of the tiles read is bounded, and a frontier holds a hash a level."""
    folder = Folder()
    folder.grow(LARGE)
    tiles, frontier = Tiles(folder.read, LARGE), Frontier()
    for number in range(LARGE):
        frontier.append(leaf(number))
    assert len(frontier.peaks) == LARGE.bit_count()
    tracemalloc.start()
    for index in range(0, LARGE, 97):
        inclusion_proof(tiles, index, LARGE)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < TILES_KEPT * 8 * TILE_BYTES


@pytest.mark.parametrize("cut", [0, 1, 31, 32, TILE_BYTES - 1])
def test_a_tile_that_is_too_short_is_said(cut: int) -> None:
    """Whether it is read for a proof or to append to it."""
    folder = Folder()
    folder.grow(300)
    folder.tiles[0, 0] = Tile(0, 0, folder.tiles[0, 0].hashes[:cut])
    with pytest.raises(StoreFault, match="tile/0/000 holds"):
        inclusion_proof(Tiles(folder.read, 300), 5, 300)
    folder.tiles[0, 1] = Tile(0, 1, b"")
    with pytest.raises(StoreFault, match="tile/0/001 holds"):
        folder.grow(1)


def test_a_head_at_an_older_size_does_not_see_what_came_later() -> None:
    """Tiles have become wider since; the tree of then is cut out of them."""
    folder, then = Folder(), Frontier()
    for number in range(300):
        then.append(leaf(number))
    folder.grow(300)
    folder.grow(400)
    assert head_at(Tiles(folder.read, 300), 300) == then.head()
