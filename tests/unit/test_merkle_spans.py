"""Neighbouring leaves are proved together by the hashes beside them."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.seal.merkle import SIZE_MAX, Head, head_at, inclusion_proof, leaf_hash
from ledger.seal.nodes import Tree
from ledger.seal.spans import check_span, span_proof
from ledger.seal.unproven import Unproven
from ledger.seal.verify import Head as OfflineHead
from ledger.seal.verify import check_span as check_span_offline

SIZE = 13
LEAVES = [leaf_hash(bytes([number])) for number in range(40)]
TREE = Tree(LEAVES[:SIZE])
HEAD = head_at(TREE, SIZE)


def cause(leaves: Sequence[bytes], begin: int, proof: Sequence[bytes], head: Head = HEAD) -> str:
    """Return why a span is refused."""
    with pytest.raises(Unproven) as caught:
        check_span(leaves, begin, proof, head)
    return caught.value.cause


def test_every_span_of_every_small_tree_is_proved() -> None:
    """By both implementations."""
    for size in range(1, 24):
        tree = Tree(LEAVES[:size])
        head = head_at(tree, size)
        for begin in range(size):
            for end in range(begin + 1, size + 1):
                proof = span_proof(tree, begin, end, size)
                check_span(LEAVES[begin:end], begin, proof, head)
                check_span_offline(LEAVES[begin:end], begin, proof, OfflineHead(*_both(head)))


def test_one_leaf_is_proved_by_the_hashes_of_an_inclusion_proof() -> None:
    """And a whole tree by none."""
    for index in range(SIZE):
        span = span_proof(TREE, index, index + 1, SIZE)
        assert sorted(span) == sorted(inclusion_proof(TREE, index, SIZE))
    assert span_proof(TREE, 0, SIZE, SIZE) == []


@given(st.data())
@settings(deadline=None)
def test_every_change_of_a_span_is_noticed(data: st.DataObject) -> None:
    """A leaf altered, dropped, doubled, swapped, moved; a hash beside it altered."""
    begin = data.draw(st.integers(0, SIZE - 1))
    end = data.draw(st.integers(begin + 1, SIZE))
    leaves, proof = LEAVES[begin:end], span_proof(TREE, begin, end, SIZE)
    at = data.draw(st.integers(0, len(leaves) - 1))
    wrong = {"root_does_not_match", "proof_has_wrong_length", "index_is_outside_tree"}
    assert cause([*leaves[:at], LEAVES[30], *leaves[at + 1 :]], begin, proof) in wrong
    assert cause([*leaves[:at], *leaves[at + 1 :]], begin, proof) in wrong
    assert cause([*leaves[:at], leaves[at], *leaves[at:]], begin, proof) in wrong
    if at:
        swapped = [*leaves[: at - 1], leaves[at], leaves[at - 1], *leaves[at + 1 :]]
        assert cause(swapped, begin, proof) == "root_does_not_match"
    for elsewhere in {*range(-1, SIZE + 1)} - {begin}:
        assert cause(leaves, elsewhere, proof) in wrong
    for step in range(len(proof)):
        assert cause(leaves, begin, [*proof[:step], *proof[step + 1 :]]) == "proof_has_wrong_length"
        altered = [*proof[:step], LEAVES[30], *proof[step + 1 :]]
        assert cause(leaves, begin, altered) == "root_does_not_match"
    assert cause(leaves, begin, [*proof, LEAVES[30]]) == "proof_has_wrong_length"


def test_an_empty_span_proves_nothing() -> None:
    """Nor does an empty tree, nor what is no hash."""
    assert cause([], 0, []) == "index_is_outside_tree"
    assert cause(LEAVES[:1], 0, [], Head(0, HEAD.root)) == "size_is_out_of_range"
    assert cause([b""], 0, span_proof(TREE, 0, 1, SIZE)) == "hash_is_not_32_bytes"
    assert cause(LEAVES[:SIZE], 0, [], Head(SIZE, b"")) == "hash_is_not_32_bytes"


def test_a_claim_of_a_vast_tree_costs_nothing() -> None:
    """The check takes as many steps as the proof has hashes, whatever size is claimed."""
    head = Head(SIZE_MAX, HEAD.root)
    assert cause(LEAVES[:2], 2**62 - 1, [HEAD.root] * 3, head) == "proof_has_wrong_length"


def _both(head: Head) -> tuple[int, bytes]:
    return head.size, head.root
