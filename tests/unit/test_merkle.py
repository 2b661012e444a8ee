"""Trees and proofs against the plainest tree there is, and every proof that must not hold."""

from collections.abc import Callable, Sequence
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import DecodeError
from ledger.seal.merkle import (
    EMPTY_ROOT,
    SIZE_MAX,
    Frontier,
    Head,
    check_consistency,
    check_inclusion,
    consistency_proof,
    head_at,
    inclusion_proof,
    leaf_hash,
)
from ledger.seal.nodes import Recomputed, Tree
from ledger.seal.unproven import Unproven

SIZES_MAX = 40


def leaves(count: int) -> list[bytes]:
    """Make the hashes of some leaves, all different."""
    return [leaf_hash(str(number).encode()) for number in range(count)]


def naive_root(hashes: Sequence[bytes]) -> bytes:
    """Hash a tree as RFC 9162, 2.1.1 words it."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    cut = 1
    while cut * 2 < len(hashes):
        cut *= 2
    return sha256(b"\x01" + naive_root(hashes[:cut]) + naive_root(hashes[cut:])).digest()


def naive_path(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """Prove inclusion as RFC 9162, 2.1.3.1 words it."""
    if len(hashes) == 1:
        return []
    cut = 1
    while cut * 2 < len(hashes):
        cut *= 2
    if index < cut:
        return [*naive_path(index, hashes[:cut]), naive_root(hashes[cut:])]
    return [*naive_path(index - cut, hashes[cut:]), naive_root(hashes[:cut])]


def naive_subproof(size: int, hashes: Sequence[bytes], *, known: bool = True) -> list[bytes]:
    """Prove consistency as RFC 9162, 2.1.4.1 words it."""
    if size == len(hashes):
        return [] if known else [naive_root(hashes)]
    cut = 1
    while cut * 2 < len(hashes):
        cut *= 2
    if size <= cut:
        return [*naive_subproof(size, hashes[:cut], known=known), naive_root(hashes[cut:])]
    return [*naive_subproof(size - cut, hashes[cut:], known=False), naive_root(hashes[:cut])]


def head_of(hashes: Sequence[bytes]) -> Head:
    """Return the head of a tree, the plain way."""
    return Head(len(hashes), naive_root(hashes))


def refused(check: Callable[[], None]) -> str:
    """Return the cause a check gives."""
    with pytest.raises(Unproven) as caught:
        check()
    return caught.value.cause


class TestGrowing:
    """Roots and frontiers."""

    def test_an_empty_tree_has_the_root_of_nothing(self) -> None:
        """SHA-256 of no bytes."""
        assert Frontier().head() == Head(0, sha256(b"").digest())
        assert head_at(Tree(), 0) == Head(0, EMPTY_ROOT)

    def test_every_size_has_the_root_the_plain_tree_has(self) -> None:
        """By frontier, from memory and recomputed from the leaves."""
        frontier, tree = Frontier(), Tree()
        for size, leaf in enumerate(leaves(SIZES_MAX), start=1):
            frontier.append(leaf)
            tree.append(leaf)
            there = leaves(size)
            assert frontier.head() == head_at(tree, size) == head_of(there)
            assert head_at(_recomputed(there), size) == head_of(there)
            assert len(tree) == size

    def test_a_tree_still_tells_the_heads_it_had(self) -> None:
        """What was appended since does not matter."""
        tree = Tree(leaves(SIZES_MAX))
        heads = [head_at(tree, size) for size in range(SIZES_MAX + 1)]
        assert heads == [head_of(leaves(size)) for size in range(SIZES_MAX + 1)]

    @given(st.lists(st.binary(max_size=9), max_size=80), st.integers(0, 80))
    @settings(deadline=None)
    def test_a_frontier_goes_on_where_it_stopped(self, data: list[bytes], at: int) -> None:
        """Size and peaks are all there is to keep."""
        hashes = [leaf_hash(each) for each in data]
        first = Frontier()
        for leaf in hashes[:at]:
            first.append(leaf)
        second = Frontier(first.size, first.peaks)
        for leaf in hashes[at:]:
            second.append(leaf)
        assert second.head() == head_of(hashes)
        assert first.head() == head_of(hashes[:at])

    @pytest.mark.parametrize(
        ("size", "peaks"),
        [(-1, []), (0, [bytes(32)]), (3, [bytes(32)]), (1, [bytes(31)]), (SIZE_MAX + 1, [b""])],
    )
    def test_peaks_of_another_size_are_refused(self, size: int, peaks: list[bytes]) -> None:
        """A frontier read from a damaged file does not sign anything."""
        with pytest.raises(DecodeError):
            Frontier(size, peaks)

    def test_the_plainest_values_of_the_rfc_hold(self) -> None:
        """A leaf has the prefix 0, a node the prefix 1."""
        assert leaf_hash(b"").hex() == (
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        )
        two = Tree([leaf_hash(b"a"), leaf_hash(b"b")])
        expected = sha256(b"\x01" + leaf_hash(b"a") + leaf_hash(b"b")).digest()
        assert head_at(two, 2).root == expected


class TestProofs:
    """Proofs made are those of the standard, and hold."""

    def test_every_leaf_of_every_small_tree_is_proved(self) -> None:
        """Each index of each size, from memory and from the leaves alone."""
        tree = Tree(leaves(SIZES_MAX))
        for size in range(1, SIZES_MAX + 1):
            there = leaves(size)
            for index in range(size):
                proof = inclusion_proof(tree, index, size)
                assert proof == naive_path(index, there)
                assert proof == inclusion_proof(_recomputed(there), index, size)
                check_inclusion(there[index], index, proof, head_of(there))

    def test_every_growth_of_every_small_tree_is_proved(self) -> None:
        """Each pair of sizes."""
        tree = Tree(leaves(SIZES_MAX))
        for newer in range(1, SIZES_MAX + 1):
            for older in range(1, newer + 1):
                proof = consistency_proof(tree, older, newer)
                assert proof == naive_subproof(older, leaves(newer))
                assert proof == consistency_proof(_recomputed(leaves(newer)), older, newer)
                check_consistency(head_of(leaves(older)), head_of(leaves(newer)), proof)

    @given(st.data())
    @settings(deadline=None)
    def test_larger_trees_are_proved_alike(self, data: st.DataObject) -> None:
        """Sizes around powers of two as well."""
        size = data.draw(st.sampled_from([63, 64, 65, 127, 128, 129, 255, 256, 257, 300]))
        there = leaves(size)
        tree = Tree(there)
        index = data.draw(st.integers(0, size - 1))
        proof = inclusion_proof(tree, index, size)
        assert proof == naive_path(index, there)
        check_inclusion(there[index], index, proof, head_of(there))
        older = data.draw(st.integers(1, size))
        grown = consistency_proof(tree, older, size)
        assert grown == naive_subproof(older, there)
        check_consistency(head_of(there[:older]), head_of(there), grown)

    def test_recomputing_holds_no_more_than_the_leaf_it_reads(self) -> None:
        """Each leaf is read about once a proof, and none is kept."""
        there, read = leaves(1000), []

        def reading(begin: int, end: int) -> Sequence[bytes]:
            read.append(end - begin)
            return there[begin:end]

        inclusion_proof(Recomputed(reading), 777, 1000)
        assert sum(read) == 999


class TestInclusionRefused:
    """Nothing but the true proof shows where a leaf stands."""

    SIZE, INDEX = 13, 6

    def proof(self) -> list[bytes]:
        """Return a proof that holds."""
        return inclusion_proof(Tree(leaves(self.SIZE)), self.INDEX, self.SIZE)

    def check(self, **changes: object) -> str:
        """Check the proof with something changed; return the cause."""
        there = leaves(self.SIZE)
        given_ = {
            "leaf": there[self.INDEX],
            "index": self.INDEX,
            "proof": self.proof(),
            "head": head_of(there),
        } | changes
        return refused(lambda: check_inclusion(**given_))  # type: ignore[arg-type]

    def test_of_an_empty_tree_nothing_is_proved(self) -> None:
        """Size 0, below 0, and above what formats can hold."""
        for size in (0, -1, SIZE_MAX + 1):
            assert self.check(head=Head(size, EMPTY_ROOT)) == "size_is_out_of_range"

    def test_an_index_outside_the_tree_is_refused(self) -> None:
        """Behind the end or below 0."""
        for index in (self.SIZE, self.SIZE + 1, -1, SIZE_MAX):
            assert self.check(index=index) == "index_is_outside_tree"

    def test_another_index_is_refused(self) -> None:
        """A leaf stands at one place."""
        others = [index for index in range(self.SIZE) if index != self.INDEX]
        causes = {self.check(index=index) for index in others}
        assert causes == {"root_does_not_match", "proof_has_wrong_length"}

    def test_another_size_is_refused(self) -> None:
        """A root belongs to a size, where the way up differs."""
        head = head_of(leaves(self.SIZE))
        for size in (7, 8, 17, 26, 100):
            assert self.check(head=Head(size, head.root)) in {
                "root_does_not_match",
                "proof_has_wrong_length",
            }

    def test_a_proof_too_short_or_too_long_is_refused(self) -> None:
        """At either end, by any hash."""
        proof = self.proof()
        for cut in range(len(proof)):
            assert self.check(proof=proof[:cut]) == "proof_has_wrong_length"
        for end in (proof[-1], bytes(32), head_of(leaves(self.SIZE)).root):
            assert self.check(proof=[*proof, end]) == "proof_has_wrong_length"
            assert self.check(proof=[end, *proof]) == "proof_has_wrong_length"

    def test_every_flipped_bit_is_noticed(self) -> None:
        """In the leaf, in each hash of the proof, in the root."""
        proof, there = self.proof(), leaves(self.SIZE)
        for at in range(256):
            assert self.check(leaf=flip(there[self.INDEX], at)) == "root_does_not_match"
            root = flip(head_of(there).root, at)
            assert self.check(head=Head(self.SIZE, root)) == "root_does_not_match"
            for step, hash_ in enumerate(proof):
                changed = [*proof[:step], flip(hash_, at), *proof[step + 1 :]]
                assert self.check(proof=changed) == "root_does_not_match"

    def test_swapped_steps_are_refused(self) -> None:
        """The order of a proof is part of it."""
        proof = self.proof()
        for at in range(len(proof) - 1):
            swapped = [*proof[:at], proof[at + 1], proof[at], *proof[at + 2 :]]
            assert self.check(proof=swapped) == "root_does_not_match"

    @pytest.mark.parametrize("length", [0, 12, 31, 33, 64])
    def test_what_is_no_hash_is_refused(self, length: int) -> None:
        """Two hashes of 16 and 48 bytes would hash like two of 32."""
        wrong = bytes(length)
        proof = self.proof()
        assert self.check(leaf=wrong) == "hash_is_not_32_bytes"
        assert self.check(head=Head(self.SIZE, wrong)) == "hash_is_not_32_bytes"
        for at in range(len(proof)):
            changed = [*proof[:at], wrong, *proof[at + 1 :]]
            assert self.check(proof=changed) == "hash_is_not_32_bytes"

    def test_bytes_moved_between_neighbours_are_noticed(self) -> None:
        """The concatenation would be the same; the lengths are not."""
        leaf, (first, *rest) = leaves(self.SIZE)[self.INDEX], self.proof()
        causes = self.check(leaf=leaf + first[:1], proof=[first[1:], *rest])
        assert causes == "hash_is_not_32_bytes"

    def test_a_node_is_not_taken_for_a_leaf(self) -> None:
        """The prefixes keep levels apart: two hashes joined are no leaf."""
        there = leaves(4)
        forged = leaf_hash(there[0] + there[1])
        upper = naive_root(there[2:])
        cause = refused(lambda: check_inclusion(forged, 0, [upper], Head(2, naive_root(there))))
        assert cause == "root_does_not_match"


class TestConsistencyRefused:
    """Nothing but appending is taken for appending."""

    OLDER, NEWER = 6, 13

    def proof(self) -> list[bytes]:
        """Return a proof that holds."""
        return consistency_proof(Tree(leaves(self.NEWER)), self.OLDER, self.NEWER)

    def check(self, **changes: object) -> str:
        """Check the proof with something changed; return the cause."""
        given_ = {
            "older": head_of(leaves(self.OLDER)),
            "newer": head_of(leaves(self.NEWER)),
            "proof": self.proof(),
        } | changes
        return refused(lambda: check_consistency(**given_))  # type: ignore[arg-type]

    def test_from_an_empty_tree_nothing_is_proved(self) -> None:
        """Anything would follow from it, even another empty tree."""
        empty = Head(0, EMPTY_ROOT)
        for newer in (empty, head_of(leaves(self.NEWER))):
            assert self.check(older=empty, newer=newer, proof=[]) == "size_is_out_of_range"
        assert self.check(older=Head(-1, EMPTY_ROOT)) == "size_is_out_of_range"
        assert self.check(newer=Head(SIZE_MAX + 1, EMPTY_ROOT)) == "size_is_out_of_range"

    def test_a_tree_never_shrinks(self) -> None:
        """The two heads swapped."""
        older, newer = head_of(leaves(self.OLDER)), head_of(leaves(self.NEWER))
        assert self.check(older=newer, newer=older) == "tree_shrank"

    def test_two_roots_of_one_size_are_a_fork(self) -> None:
        """No proof can join them."""
        one, other = head_of(leaves(5)), Head(5, flip(head_of(leaves(5)).root, 0))
        assert self.check(older=one, newer=other, proof=[]) == "root_does_not_match"
        assert self.check(older=one, newer=one, proof=[bytes(32)]) == "proof_has_wrong_length"

    def test_a_proof_too_short_or_too_long_is_refused(self) -> None:
        """At either end, also where the older tree is full."""
        for older in (self.OLDER, 4, 8, 1, 12):
            proof = consistency_proof(Tree(leaves(self.NEWER)), older, self.NEWER)
            head = head_of(leaves(older))
            for cut in range(len(proof)):
                assert self.check(older=head, proof=proof[:cut]) == "proof_has_wrong_length"
            for end in (proof[-1], bytes(32), head.root):
                long = self.check(older=head, proof=[*proof, end])
                assert long == "proof_has_wrong_length"
                assert self.check(older=head, proof=[end, *proof]) == "proof_has_wrong_length"

    def test_another_size_is_refused(self) -> None:
        """Of the older or of the newer tree."""
        older, newer = head_of(leaves(self.OLDER)), head_of(leaves(self.NEWER))
        wrong = {"root_does_not_match", "proof_has_wrong_length"}
        for size in (1, 3, 4, 5, 7, 8, 12):
            assert self.check(older=Head(size, older.root)) in wrong
        for size in (7, 8, 17, 26):
            assert self.check(newer=Head(size, newer.root)) in wrong

    def test_every_flipped_bit_is_noticed(self) -> None:
        """In each hash of the proof and in both roots."""
        proof = self.proof()
        older, newer = head_of(leaves(self.OLDER)), head_of(leaves(self.NEWER))
        for at in range(256):
            assert self.check(older=Head(self.OLDER, flip(older.root, at))) == "root_does_not_match"
            assert self.check(newer=Head(self.NEWER, flip(newer.root, at))) == "root_does_not_match"
            for step, hash_ in enumerate(proof):
                changed = [*proof[:step], flip(hash_, at), *proof[step + 1 :]]
                assert self.check(proof=changed) == "root_does_not_match"

    @pytest.mark.parametrize("length", [0, 31, 33])
    def test_what_is_no_hash_is_refused(self, length: int) -> None:
        """Roots and steps alike."""
        proof = self.proof()
        assert self.check(older=Head(self.OLDER, bytes(length))) == "hash_is_not_32_bytes"
        assert self.check(newer=Head(self.NEWER, bytes(length))) == "hash_is_not_32_bytes"
        assert self.check(proof=[bytes(length), *proof[1:]]) == "hash_is_not_32_bytes"

    @given(st.integers(1, 30), st.integers(1, 30), st.data())
    @settings(deadline=None)
    def test_a_history_rewritten_is_never_consistent(
        self, one: int, more: int, data: st.DataObject
    ) -> None:
        """Whatever leaf of the past was changed, the proof the forger can make does not hold."""
        there = leaves(one + more)
        changed = data.draw(st.integers(0, one - 1))
        forged = [*there[:changed], leaf_hash(b"forged"), *there[changed + 1 :]]
        proof = consistency_proof(Tree(forged), one, one + more)
        cause = refused(lambda: check_consistency(head_of(there[:one]), head_of(forged), proof))
        assert cause == "root_does_not_match"


def flip(hash_: bytes, bit: int) -> bytes:
    """Change one bit."""
    changed = bytearray(hash_)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def _recomputed(hashes: Sequence[bytes]) -> Recomputed:
    return Recomputed(lambda begin, end: hashes[begin:end])
