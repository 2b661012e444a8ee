"""Public vectors: trees, notes and Ed25519 as others wrote them down.

They lie beside the project, not in it; without them these tests are skipped, and say so. Each runs
over the ledger's own code and over the stand-alone verifier, which share none.
"""

import base64
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ledger.errors import LedgerError
from ledger.seal import checkpoints, ed25519, merkle, note_keys, notes, verify
from ledger.seal.nodes import Tile, Tiles, Tree, grow_tiles

VECTORS = Path(__file__).parents[3] / "shared" / "vectors"
RFC6962 = VECTORS / "rfc6962-transparency-dev"
TILES = VECTORS / "tessera-tlog-tiles" / "testdata" / "log"
TILES_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
CHECKPOINTS = 16
STRICTER = {"consistency/additional/sizes-are-equal-one-and-proof-is-empty.json"}
"""Roots of 12 bytes, which are no hashes: its authors accept them, and we do not, on purpose."""

pytestmark = pytest.mark.skipif(not VECTORS.exists(), reason=f"no public vectors in {VECTORS}")


class House(NamedTuple):
    """One of two implementations."""

    head: Callable[[int, bytes], Any]
    included: Callable[[bytes, int, Sequence[bytes], Any], None]
    consistent: Callable[[Any, Any, Sequence[bytes]], None]
    verified: Callable[[bytes, Sequence[str]], list[str]]
    holds: Callable[[bytes, bytes, bytes], bool]
    sound: Callable[[bytes], bool]


def ledger_verified(raw: bytes, keys: Sequence[str]) -> list[str]:
    """Name the known keys that signed, by the ledger's code."""
    known = [note_keys.parse_key(key) for key in keys]
    return [each.key.name for each in notes.verify(notes.parse_note(raw), known)]


def offline_verified(raw: bytes, keys: Sequence[str]) -> list[str]:
    """Name the known keys that signed, by the verifier's code."""
    known = [verify.parse_key(key) for key in keys]
    return [each.key.name for each in verify.verify_note(verify.parse_note(raw), known)]


HOUSES = {
    "ledger": House(
        merkle.Head,
        merkle.check_inclusion,
        merkle.check_consistency,
        ledger_verified,
        ed25519.signature_holds,
        ed25519.is_sound_key,
    ),
    "verifier": House(
        verify.Head,
        verify.check_inclusion,
        verify.check_consistency,
        offline_verified,
        verify.signature_holds,
        verify.is_sound_key,
    ),
}
REFUSALS = (LedgerError, verify.Refused)


@pytest.fixture(params=HOUSES)
def house(request: pytest.FixtureRequest) -> House:
    """Run over both."""
    return HOUSES[request.param]


def load(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    """Read a file of vectors."""
    return json.loads(path.read_text("utf-8"))


def proofs(kind: str) -> list[tuple[str, dict[str, Any]]]:
    """Read every proof of a kind, by its path."""
    files = sorted((RFC6962 / "testdata" / kind).rglob("*.json"))
    return [(file.relative_to(RFC6962 / "testdata").as_posix(), load(file)) for file in files]


def hashes(texts: Sequence[str] | None) -> list[bytes]:
    """Read hashes from base64."""
    return [base64.b64decode(text) for text in texts or ()]


def holds(check: Callable[..., object], *given: object) -> bool:
    """Tell whether a check passes; anything but a refusal is a mistake of ours."""
    try:
        check(*given)
    except REFUSALS:
        return False
    return True


def test_every_inclusion_proof_is_judged_as_its_authors_do(house: House) -> None:
    """Good and bad ones."""
    given = proofs("inclusion")
    for name, proof in given:
        leaf, root, path = proof["leafHash"], proof["root"], hashes(proof["proof"])
        (leaf_hash, root_hash) = hashes([leaf or "", root or ""])
        head = house.head(proof["treeSize"], root_hash)
        index = proof["leafIdx"]
        held = holds(house.included, leaf_hash, index, path, head)
        assert held is not proof["wantErr"], name
    assert len(given) == 98


def test_every_consistency_proof_is_judged_as_its_authors_do(house: House) -> None:
    """Good and bad ones, but for one whose roots are no hashes."""
    given, otherwise = proofs("consistency"), set()
    for name, proof in given:
        roots = hashes([proof["root1"] or "", proof["root2"] or ""])
        older, newer = house.head(proof["size1"], roots[0]), house.head(proof["size2"], roots[1])
        path = hashes(proof["proof"])
        held = holds(house.consistent, older, newer, path)
        if held is proof["wantErr"]:
            otherwise.add(name)
    assert otherwise == STRICTER
    assert len(given) == 98


def test_the_reference_tree_has_its_roots() -> None:
    """Sizes 0 to 8."""
    tree = load(RFC6962 / "reference-tree.json")
    leaves = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in tree["leaves_hex"]]
    for size, root in enumerate(tree["roots_by_size_hex"]):
        assert merkle.head_at(Tree(leaves), size).root.hex() == root
        assert verify.head_of(leaves[:size]) == (size, bytes.fromhex(root))


class TestTiledLog:
    """A small log somebody else wrote: 16 signed checkpoints, tiles, entries."""

    def checkpoint(self, size: int) -> checkpoints.Checkpoint:
        """Open one of them, twice."""
        raw = (TILES / f"checkpoint.{size}").read_bytes()
        key = note_keys.parse_key(TILES_KEY)
        opened = checkpoints.open_checkpoint(raw, key.name, [key]).checkpoint
        ours, _ = verify.open_checkpoint(raw, key.name, [verify.parse_key(TILES_KEY)])
        assert (opened.origin, opened.head.size, opened.head.root) == (ours.origin, *ours.head)
        assert opened.head.size == size
        return opened

    def tiles(self, size: int) -> Tiles:
        """Read the tree from its tiles."""
        return Tiles(
            lambda level, index: self.published(Tile(level, index, bytes(32 * size))), size
        )

    def published(self, like: Tile) -> bytes:
        """Read what was published where we would publish such a tile."""
        return (TILES / like.path).read_bytes()

    def entries(self, size: int) -> list[bytes]:
        """Read the entries of a bundle, each behind its length."""
        raw = (TILES / "tile" / "entries" / "000.p" / str(size)).read_bytes()
        found = []
        while raw:
            length = int.from_bytes(raw[:2])
            found.append(raw[2 : 2 + length])
            raw = raw[2 + length :]
        return found

    @pytest.mark.parametrize("size", range(1, CHECKPOINTS))
    def test_tiles_entries_and_checkpoints_agree(self, size: int) -> None:
        """Each checkpoint is over the entries, and the tile is the one we would write."""
        checkpoint = self.checkpoint(size)
        leaves = [merkle.leaf_hash(entry) for entry in self.entries(size)]
        assert merkle.head_at(self.tiles(size), size) == checkpoint.head
        assert merkle.head_at(Tree(leaves), size) == checkpoint.head
        (tile,) = grow_tiles(lambda *_: b"", 0, leaves)
        assert tile.hashes == self.published(tile)

    @pytest.mark.parametrize("size", range(2, CHECKPOINTS))
    def test_the_log_grew_by_appending_alone(self, size: int) -> None:
        """From each checkpoint to the next, and every entry is in it."""
        older, newer = self.checkpoint(size - 1).head, self.checkpoint(size).head
        proof = merkle.consistency_proof(self.tiles(size), size - 1, size)
        merkle.check_consistency(older, newer, proof)
        verify.check_consistency(
            verify.Head(older.size, older.root), verify.Head(newer.size, newer.root), proof
        )
        for index, entry in enumerate(self.entries(size)):
            path = merkle.inclusion_proof(self.tiles(size), index, size)
            merkle.check_inclusion(merkle.leaf_hash(entry), index, path, newer)

    def test_an_empty_log_signs_the_root_of_nothing(self) -> None:
        """Its first checkpoint."""
        assert self.checkpoint(0).head == merkle.Head(0, merkle.EMPTY_ROOT)


def test_every_note_is_judged_as_its_authors_do(house: House) -> None:
    """Valid and malformed ones, among them a real checkpoint of Go's checksum database."""
    given = load(VECTORS / "signed-note" / "notes.json")
    for note in given:
        raw, keys = note["note"].encode(), note["vkeys"]
        if note["ok"]:
            assert house.verified(raw, keys) == note["verified"], note["name"]
        else:
            assert not holds(house.verified, raw, keys), note["name"]
    assert len(given) == 15


def test_wycheproof_signatures_are_judged_as_they_should(house: House) -> None:
    """All 151: valid ones hold, invalid ones do not."""
    groups = load(VECTORS / "wycheproof" / "testvectors_v1" / "ed25519_test.json")["testGroups"]
    judged = 0
    for group in groups:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for test in group["tests"]:
            message, signature = bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"])
            held = house.holds(public, message, signature)
            assert held is (test["result"] == "valid"), test["tcId"]
            judged += 1
    assert judged == 151


@pytest.mark.slow
def test_edge_cases_of_ed25519_are_judged_alike_by_both() -> None:
    """914 that libraries disagree about: 43 hold, and of those one is under a sound key."""
    cases = load(VECTORS / "cctv-ed25519" / "ed25519" / "ed25519vectors.json")
    held = sound = 0
    for case in cases:
        public, signature = bytes.fromhex(case["key"]), bytes.fromhex(case["sig"])
        message = case["msg"].encode()
        ours, theirs = (h.holds(public, message, signature) for h in HOUSES.values())
        assert ours is theirs, case["number"]
        strict, also = (h.sound(public) for h in HOUSES.values())
        assert strict is also, case["number"]
        held += ours
        sound += ours and strict
        if ours and strict:
            assert not case["flags"], "nothing about it is odd"
    assert (len(cases), held, sound) == (914, 43, 1)
