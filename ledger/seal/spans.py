"""Prove neighbouring leaves together: what a reader may see of a room, by one short proof.

The proof is the hashes of the subtrees beside the span, left to right, each as great as it can be.
With the leaves of the span they give the root. Of one leaf it holds the hashes of an inclusion
proof, in another order; of a whole tree it is empty.
"""

from collections.abc import Iterator, Sequence

from ledger.seal.merkle import (
    Frontier,
    Head,
    Nodes,
    check_hashes,
    check_head,
    middle,
    node_hash,
    subtree,
)
from ledger.seal.unproven import Unproven


def span_proof(nodes: Nodes, begin: int, end: int, size: int) -> list[bytes]:
    """Prove the leaves from an index up to another, not included, in a tree of a size."""
    assert 0 <= begin < end <= size, "there are leaves, and they are in the tree"
    return [subtree(nodes, low, high) for low, high in _beside(begin, end, 0, size)]


def _beside(begin: int, end: int, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Cut a subtree where the span begins and ends; yield what lies outside."""
    if high <= begin or end <= low:
        yield low, high
    elif low < begin or end < high:
        cut = middle(low, high)
        yield from _beside(begin, end, low, cut)
        yield from _beside(begin, end, cut, high)


def check_span(leaves: Sequence[bytes], begin: int, proof: Sequence[bytes], head: Head) -> None:
    """Check that leaves stand side by side in a tree.

    Args:
        leaves: Their hashes, in order; at least one.
        begin: Index of the first, from 0.
        proof: As `span_proof` makes it.
        head: Of the tree.

    Raises:
        Unproven: size_is_out_of_range, hash_is_not_32_bytes, index_is_outside_tree,
            proof_has_wrong_length, root_does_not_match.
    """
    check_head(head)
    check_hashes(leaves)
    check_hashes(proof)
    end = begin + len(leaves)
    if not 0 <= begin < end <= head.size:
        raise Unproven("index_is_outside_tree", f"leaves {begin} to {end} of {head.size}")
    if len(proof) != sum(1 for _ in _beside(begin, end, 0, head.size)):
        raise Unproven("proof_has_wrong_length", f"{len(proof)} hashes")
    if _Check(leaves, begin, proof).root(0, head.size) != head.root:
        raise Unproven("root_does_not_match", "the proof leads to another root")


class _Check:
    """Compute a root from a span and the hashes beside it."""

    def __init__(self, leaves: Sequence[bytes], begin: int, proof: Sequence[bytes]) -> None:
        self._leaves, self._begin = leaves, begin
        self._end = begin + len(leaves)
        self._proof = iter(proof)

    def root(self, low: int, high: int) -> bytes:
        """Compute the root of a subtree; the hashes of the proof are taken left to right."""
        if high <= self._begin or self._end <= low:
            return next(self._proof)
        if self._begin <= low and high <= self._end:
            frontier = Frontier()
            for at in range(low - self._begin, high - self._begin):
                frontier.append(self._leaves[at])
            return frontier.head().root
        cut = middle(low, high)
        left = self.root(low, cut)
        return node_hash(left, self.root(cut, high))
