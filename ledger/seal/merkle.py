"""Grow Merkle trees, make proofs from them and check proofs, as RFC 6962 and RFC 9162 say.

A node is named by level and index: node (l, i) is the hash over the leaves i * 2**l up to
(i + 1) * 2**l, all of them there. Every proof is made from such nodes alone, read through `Nodes`
(ledger/seal/nodes.py has three kinds), so that the size of a tree costs no memory.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Final, Protocol

from msgspec import Struct

from ledger.errors import DecodeError
from ledger.seal.unproven import Unproven

HASH_BYTES: Final = 32
SIZE_MAX: Final = 2**63 - 1
"""What every implementation of the formats we use can hold."""
EMPTY_ROOT: Final = sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf (RFC 9162, 2.1.1)."""
    return sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two nodes into the one above them."""
    return sha256(b"\x01" + left + right).digest()


class Head(Struct, frozen=True):
    """What one hash says about a whole tree.

    Attributes:
        size: Number of leaves.
        root: Hash over all of them, 32 bytes.
    """

    size: int
    root: bytes


class Nodes(Protocol):
    """Where the nodes of a tree are read."""

    def node(self, level: int, index: int) -> bytes:
        """Return the hash of a node under which every leaf is there."""
        ...


# ---------------------------------------------------------------- growing


class Frontier:
    """Append leaves, keeping one hash for each bit set in the size (a compact range).

    Attributes:
        size: Number of leaves.
        peaks: Hashes of the greatest full subtrees, left to right.
    """

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """Begin empty, or where an earlier frontier ended.

        Raises:
            DecodeError: The peaks are not those of a tree of this size.
        """
        self.size = size
        self.peaks = list(peaks)
        fits = 0 <= size <= SIZE_MAX and len(self.peaks) == size.bit_count()
        if not fits or any(len(peak) != HASH_BYTES for peak in self.peaks):
            raise DecodeError("peaks", f"not those of a tree of {size} leaves")

    def append(self, leaf: bytes) -> None:
        """Append the hash of a leaf."""
        below = self.size
        while below & 1:
            leaf = node_hash(self.peaks.pop(), leaf)
            below >>= 1
        self.peaks.append(leaf)
        self.size += 1

    def head(self) -> Head:
        """Return size and root as they are now."""
        return Head(self.size, _joined(self.peaks))


def _joined(peaks: Sequence[bytes]) -> bytes:
    """Hash full subtrees, left to right and each smaller than the one before, into their root."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


# ---------------------------------------------------------------- making proofs


def head_at(nodes: Nodes, size: int) -> Head:
    """Return the head a tree had when it had so many leaves."""
    return Head(size, subtree(nodes, 0, size))


def subtree(nodes: Nodes, begin: int, end: int) -> bytes:
    """Return the root over the leaves `begin` to `end`, a subtree of the tree as RFC 9162 cuts it.

    Args:
        nodes: The tree.
        begin: A multiple of the least power of two that is not below the number of leaves.
        end: The first leaf after.
    """
    return _joined([nodes.node(level, index) for level, index in _full_nodes(begin, end)])


def _full_nodes(begin: int, end: int) -> Iterator[tuple[int, int]]:
    while begin < end:
        level = (end - begin).bit_length() - 1
        yield level, begin >> level
        begin += 1 << level


def middle(begin: int, end: int) -> int:
    """Return where a subtree of two leaves or more is cut in two."""
    return begin + (1 << (end - begin - 1).bit_length() - 1)


def inclusion_proof(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """Prove that a leaf stands at an index of a tree (RFC 9162, 2.1.3.1)."""
    assert 0 <= index < size, "the leaf is in the tree"
    path = []
    begin, end = 0, size
    while end - begin > 1:
        cut = middle(begin, end)
        if index < cut:
            path.append(subtree(nodes, cut, end))
            end = cut
        else:
            path.append(subtree(nodes, begin, cut))
            begin = cut
    path.reverse()
    return path


def consistency_proof(nodes: Nodes, older: int, newer: int) -> list[bytes]:
    """Prove that a tree grew by appending alone (RFC 9162, 2.1.4.1).

    Args:
        nodes: The tree.
        older: Size it had, at least 1.
        newer: Size it has now.
    """
    assert 1 <= older <= newer, "the older tree has a leaf and is no larger"
    path = []
    begin, end = 0, newer
    while end != older:
        cut = middle(begin, end)
        if older <= cut:
            path.append(subtree(nodes, cut, end))
            end = cut
        else:
            path.append(subtree(nodes, begin, cut))
            begin = cut
    if begin:
        path.append(subtree(nodes, begin, end))
    path.reverse()
    return path


# ---------------------------------------------------------------- checking proofs


def check_inclusion(leaf: bytes, index: int, proof: Sequence[bytes], head: Head) -> None:
    """Check that a leaf stands at an index of a tree (RFC 9162, 2.1.3.2).

    Args:
        leaf: Its hash.
        index: From 0.
        proof: Hashes from the leaf up.
        head: Of the tree.

    Raises:
        Unproven: size_is_out_of_range, hash_is_not_32_bytes, index_is_outside_tree,
            proof_has_wrong_length, root_does_not_match.
    """
    check_head(head)
    check_hashes([leaf, *proof])
    if not 0 <= index < head.size:
        raise Unproven("index_is_outside_tree", f"leaf {index} of a tree of {head.size}")
    here, last, root = index, head.size - 1, leaf
    for sibling in proof:
        if not last:
            raise Unproven("proof_has_wrong_length", "the proof goes on above the root")
        if here & 1 or here == last:
            root = node_hash(sibling, root)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        here, last = here >> 1, last >> 1
    _check_end(last, root == head.root)


def check_consistency(older: Head, newer: Head, proof: Sequence[bytes]) -> None:
    """Check that a tree grew by appending alone (RFC 9162, 2.1.4.2).

    Raises:
        Unproven: size_is_out_of_range (of size 0 nothing can be proved), hash_is_not_32_bytes,
            tree_shrank, proof_has_wrong_length, root_does_not_match.
    """
    check_head(older)
    check_head(newer)
    check_hashes(proof)
    if older.size > newer.size:
        raise Unproven("tree_shrank", f"from {older.size} leaves to {newer.size}")
    if older.size == newer.size:
        _check_end(len(proof), older.root == newer.root)
        return
    if not proof:
        raise Unproven("proof_has_wrong_length", "the proof is empty")
    _check_end(*_climb(older, newer, proof))


def _climb(older: Head, newer: Head, proof: Sequence[bytes]) -> tuple[int, bool]:
    """Compute both roots; return the levels left over, and whether the roots are right."""
    here, last = older.size - 1, newer.size - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    first, *path = proof if here else [older.root, *proof]
    small = large = first
    for sibling in path:
        if not last:
            raise Unproven("proof_has_wrong_length", "the proof goes on above the root")
        if here & 1 or here == last:
            small, large = node_hash(sibling, small), node_hash(sibling, large)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            large = node_hash(large, sibling)
        here, last = here >> 1, last >> 1
    return last, (small, large) == (older.root, newer.root)


def check_hashes(hashes: Iterable[bytes]) -> None:
    """Refuse what is no hash, before anything is computed from it.

    Raises:
        Unproven: hash_is_not_32_bytes.
    """
    for each in hashes:
        if len(each) != HASH_BYTES:
            raise Unproven("hash_is_not_32_bytes", f"a hash has {len(each)} bytes")


def check_head(head: Head) -> None:
    """Refuse the head of a tree that proves nothing.

    Raises:
        Unproven: size_is_out_of_range, hash_is_not_32_bytes.
    """
    if not 1 <= head.size <= SIZE_MAX:
        raise Unproven("size_is_out_of_range", f"nothing is proved by a tree of {head.size}")
    check_hashes([head.root])


def _check_end(levels_left: int, matches: bool) -> None:  # noqa: FBT001 - the outcome of a comparison
    if levels_left:
        raise Unproven("proof_has_wrong_length", "the proof does not lead to the root")
    if not matches:
        raise Unproven("root_does_not_match", "the proof leads to another root")
