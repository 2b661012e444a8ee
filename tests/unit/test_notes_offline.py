"""The verifier a stranger runs says of everything what the ledger says, and shares no code."""

import ast
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import DecodeError
from ledger.seal import checkpoints, ed25519, leaves, merkle, note_keys, notes, spans, verify
from ledger.seal.log_leaves import Opened, Ticked, write_log_leaf
from ledger.seal.nodes import Tree
from ledger.seal.unproven import Unproven
from ledger.store.sealing import parse
from tests.unit.test_notes import (
    AT,
    DAMAGES,
    HEAD,
    LOG,
    NEXT,
    NO_CHECKPOINTS,
    NO_KEYS,
    ORIGIN,
    STRANGER,
    WEAK_KEYS,
    WITNESS,
)

SEALED = json.loads((Path(__file__).parents[1] / "golden" / "sealed.v1.json").read_text("utf-8"))
SIZES_MAX = 12
KEYS = [LOG.key, NEXT.key, WITNESS.key, STRANGER.key]
OFFLINE_KEYS = [verify.parse_key(key.text) for key in KEYS]


def answer(check: Callable[..., object], *given_: object) -> object:
    """Return what a check returns or why it refuses; what cannot be read has no finer cause."""
    try:
        return check(*given_)
    except (Unproven, verify.Refused) as refusal:
        return "unreadable" if refusal.cause.endswith("_malformed") else refusal.cause
    except DecodeError:
        return "unreadable"


def offline_head(head: merkle.Head) -> verify.Head:
    """Tell the verifier of a head."""
    return verify.Head(head.size, head.root)


class TestTheFile:
    """One file, and Python as it comes."""

    def test_it_needs_the_standard_library_alone(self) -> None:
        """No import leads anywhere else."""
        tree = ast.parse(Path(verify.__file__).read_text("utf-8"))
        names = {
            name.split(".")[0]
            for node in ast.walk(tree)
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        assert names - sys.stdlib_module_names == set()

    def test_it_runs_by_itself_in_an_empty_folder(self, tmp_path: Path) -> None:
        """Isolated, without the packages installed here."""
        copy = tmp_path / "verify.py"
        copy.write_bytes(Path(verify.__file__).read_bytes())
        note = checkpoints.sign_checkpoint(HEAD, LOG).encode()
        (tmp_path / "note").write_bytes(note)
        script = (
            "import runpy; v = runpy.run_path('verify.py')\n"
            f"key = v['parse_key']({LOG.key.text!r})\n"
            "raw = open('note', 'rb').read()\n"
            "print(v['open_checkpoint'](raw, key.name, [key])[0].head.size)"
        )
        command = [sys.executable, "-I", "-S", "-c", script]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert (done.stdout, done.stderr) == ("7\n", "")


class TestTreesAgree:
    """Written twice, by different ways up."""

    @given(st.lists(st.binary(min_size=32, max_size=32), max_size=70))
    @settings(deadline=None)
    def test_heads(self, hashes: list[bytes]) -> None:
        """Of any leaves."""
        frontier = merkle.Frontier()
        for leaf in hashes:
            frontier.append(leaf)
        assert verify.head_of(hashes) == offline_head(frontier.head())

    def test_inclusion_at_every_wrong_place(self) -> None:
        """Each proof of each small tree, at each index, under each size."""
        hashes = [merkle.leaf_hash(bytes([number])) for number in range(SIZES_MAX)]
        tree = Tree(hashes)
        cases = (
            (index, size, place, claimed)
            for size in range(1, SIZES_MAX)
            for index in range(size)
            for place in range(-1, SIZES_MAX)
            for claimed in range(SIZES_MAX)
        )
        for index, size, place, claimed in cases:
            proof = merkle.inclusion_proof(tree, index, size)
            head = merkle.Head(claimed, merkle.head_at(tree, size).root)
            same_inclusion(hashes[index], place, proof, head)

    def test_consistency_between_all_wrong_sizes(self) -> None:
        """Each proof of each small tree, between each pair of sizes."""
        hashes = [merkle.leaf_hash(bytes([number])) for number in range(SIZES_MAX)]
        tree = Tree(hashes)
        cases = (
            (older, newer, first, second)
            for newer in range(1, SIZES_MAX)
            for older in range(1, newer + 1)
            for first in range(SIZES_MAX)
            for second in range(SIZES_MAX)
        )
        for older, newer, first, second in cases:
            proof = merkle.consistency_proof(tree, older, newer)
            same_consistency(
                merkle.Head(first, merkle.head_at(tree, older).root),
                merkle.Head(second, merkle.head_at(tree, newer).root),
                proof,
            )

    @given(st.data())
    @settings(deadline=None)
    def test_proofs_cut_lengthened_and_changed(self, data: st.DataObject) -> None:
        """Whatever is done to the list of hashes."""
        size = data.draw(st.integers(1, 40))
        hashes = [merkle.leaf_hash(bytes([number])) for number in range(size)]
        tree, head = Tree(hashes), merkle.head_at(Tree(hashes), size)
        index, older = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
        path = changed(data, merkle.inclusion_proof(tree, index, size))
        grown = changed(data, merkle.consistency_proof(tree, older, size))
        same_inclusion(hashes[index], index, path, head)
        same_consistency(merkle.head_at(tree, older), head, grown)
        begin = data.draw(st.integers(-1, size))
        end = data.draw(st.integers(begin, size + 1))
        span = changed(
            data, spans.span_proof(tree, index, data.draw(st.integers(index + 1, size)), size)
        )
        same_span(hashes[max(begin, 0) : end], begin, span, head)


def changed(data: st.DataObject, proof: list[bytes]) -> list[bytes]:
    """Insert, drop, swap, repeat, cut or flip, or nothing of it."""
    proof = list(proof)
    at = data.draw(st.integers(0, len(proof)))
    extra = data.draw(st.binary(max_size=33) | st.binary(min_size=32, max_size=32))
    match data.draw(st.sampled_from(["nothing", "insert", "drop", "swap", "cut", "replace"])):
        case "insert":
            proof.insert(at, extra)
        case "drop":
            del proof[at : at + 1]
        case "swap":
            proof[at : at + 2] = reversed(proof[at : at + 2])
        case "cut":
            del proof[at:]
        case "replace":
            proof[at : at + 1] = [extra]
    return proof


def same_inclusion(leaf: bytes, index: int, proof: Sequence[bytes], head: merkle.Head) -> None:
    """Both say the same, the cause included."""
    ours = answer(merkle.check_inclusion, leaf, index, proof, head)
    theirs = answer(verify.check_inclusion, leaf, index, proof, offline_head(head))
    assert ours == theirs


def same_span(
    there: Sequence[bytes], begin: int, proof: Sequence[bytes], head: merkle.Head
) -> None:
    """Both say the same, the cause included."""
    ours = answer(spans.check_span, there, begin, proof, head)
    theirs = answer(verify.check_span, there, begin, proof, offline_head(head))
    assert ours == theirs


def same_consistency(older: merkle.Head, newer: merkle.Head, proof: Sequence[bytes]) -> None:
    """Both say the same, the cause included."""
    ours = answer(merkle.check_consistency, older, newer, proof)
    theirs = answer(verify.check_consistency, offline_head(older), offline_head(newer), proof)
    assert ours == theirs


class TestSignaturesAgree:
    """libsodium and the pure Python of the verifier."""

    @given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
    @settings(deadline=None, max_examples=40)
    def test_signatures(self, seed: bytes, message: bytes, bit: int) -> None:
        """True ones hold, others do not, whichever bit is flipped."""
        public, signature = ed25519.public_key(seed), ed25519.sign(seed, message)
        assert verify.is_sound_key(public)
        assert verify.signature_holds(public, message, signature)
        flipped = bytearray(signature)
        flipped[bit // 8] ^= 1 << bit % 8
        for other in (bytes(flipped), signature[:-1], signature + b"\0", b""):
            assert not ed25519.signature_holds(public, message, other)
            assert not verify.signature_holds(public, message, other)
        assert not verify.signature_holds(public, message + b"\0", signature)

    def test_the_base_point_is_that_of_the_standard(self) -> None:
        """Its y is 4/5, its x is even, and it has prime order."""
        encoded = bytes.fromhex("58" + "66" * 31)
        assert verify._encoded(verify.BASE) == encoded
        assert verify._decoded(encoded) == verify.BASE
        assert ed25519.is_sound_key(encoded)
        assert verify.is_sound_key(encoded)

    def test_a_signature_has_one_spelling(self) -> None:
        """S plus the order of the group would hold too, if nobody looked."""
        public, signature = LOG.key.public, ed25519.sign(LOG.seed, b"text")
        s = int.from_bytes(signature[32:], "little") + verify.ORDER
        other = signature[:32] + s.to_bytes(32, "little")
        assert not ed25519.signature_holds(public, b"text", other)
        assert not verify.signature_holds(public, b"text", other)

    @given(st.binary(min_size=32, max_size=32))
    @settings(deadline=None, max_examples=40)
    def test_keys(self, public: bytes) -> None:
        """Any 32 bytes: half are no point, and most others are of mixed order."""
        assert verify.is_sound_key(public) is ed25519.is_sound_key(public)

    def test_an_encoding_nobody_has_to_write_is_refused(self) -> None:
        """A y at or above the prime stands for another y, which may be that of a point."""
        prime = 2**255 - 19
        points = 0
        for number in range(19):
            for sign in (0, 2**255):
                points += verify._decoded((number + sign).to_bytes(32, "little")) is not None
                otherwise = (number + prime + sign).to_bytes(32, "little")
                assert verify._decoded(otherwise) is None
                assert not verify.is_sound_key(otherwise)
                assert not ed25519.is_sound_key(otherwise)
        assert points > 10

    def test_what_is_no_point_is_refused(self) -> None:
        """Half of all y have no x, and 0 has no sign."""
        for encoded in ((2).to_bytes(32, "little"), (1 + 2**255).to_bytes(32, "little")):
            assert verify._decoded(encoded) is None
            assert not ed25519.is_sound_key(encoded)

    def test_every_point_of_small_order_is_refused(self) -> None:
        """All eight, and the encodings nobody has to write."""
        prime = 2**255 - 19
        ys = {0, 1, prime - 1, prime, prime + 1, 2**255 - 1}
        x, y, *_ = verify._decoded((3).to_bytes(32, "little")) or verify.NEUTRAL
        torsion = verify._sum_of_multiples(
            verify.ORDER, (x, y, 1, x * y % prime), 0, verify.NEUTRAL
        )
        for _ in range(8):
            ys.add(int.from_bytes(verify._encoded(torsion), "little") % 2**255)
            torsion = verify._add(torsion, torsion)
        for encoded in (y + sign * 2**255 for y in ys for sign in (0, 1)):
            public = encoded.to_bytes(32, "little")
            assert not verify.is_sound_key(public)
            assert not ed25519.is_sound_key(public)


class TestNotesAgree:
    """Notes, keys and checkpoints."""

    RAW = checkpoints.sign_checkpoint(HEAD, LOG, NEXT).encode()

    def both(self, raw: bytes) -> None:
        """Read a checkpoint with both; what they say is the same."""
        note = answer(notes.parse_note, raw)
        theirs = answer(verify.parse_note, raw)
        if isinstance(note, notes.Note):
            assert isinstance(theirs, verify.Note)
            assert note.text == theirs.text
            mine = [(s.name, s.key_id, s.body) for s in note.signatures]
            assert mine == [tuple(s) for s in theirs.signatures]
        else:
            assert note == theirs
        assert ledger_opens(raw) == verifier_opens(raw)

    def test_the_true_note(self) -> None:
        """Both read it, with its witness."""
        text = notes.parse_note(self.RAW).text
        for at in (0, 2**63 - 1, 2**63):
            self.both(self.RAW + notes.cosign(text, WITNESS, at=at).line.encode())
        raw = self.RAW + notes.cosign(text, WITNESS, at=AT).line.encode()
        names = [(ORIGIN, None), (ORIGIN, None), (WITNESS.name, AT)]
        assert verifier_opens(raw) == (ORIGIN, *_both_of(HEAD), names)

    @pytest.mark.slow
    def test_every_flipped_byte(self) -> None:
        """None is accepted, and both say why alike."""
        for at in range(len(self.RAW)):
            for mask in (1, 0x20, 0x80):
                raw = bytearray(self.RAW)
                raw[at] ^= mask
                self.both(bytes(raw))
                accepted = verifier_opens(bytes(raw))
                if isinstance(accepted, tuple):
                    # A name or id was flipped: one signature is a stranger's, the other holds.
                    assert accepted[:3] == (ORIGIN, *_both_of(HEAD))
                    assert accepted[3] == [(ORIGIN, None)]

    def test_every_cut(self) -> None:
        """At each length, and each line dropped, doubled or swapped with the next."""
        for length in range(len(self.RAW)):
            self.both(self.RAW[:length])
            self.both(self.RAW[length:])
        lines = self.RAW.split(b"\n")
        for at in range(len(lines)):
            self.both(b"\n".join([*lines[:at], *lines[at + 1 :]]))
            self.both(b"\n".join([*lines[:at], lines[at], *lines[at:]]))
            self.both(b"\n".join([*lines[:at], *reversed(lines[at : at + 2]), *lines[at + 2 :]]))

    @given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
    @settings(deadline=None)
    def test_anything(self, raw: bytes) -> None:
        """Bytes that were never a note, also below a true text."""
        self.both(raw)
        self.both(self.RAW + raw)
        self.both(raw + self.RAW)

    @pytest.mark.parametrize("signer", [STRANGER, note_keys.Signer(STRANGER.name, LOG.seed)])
    def test_checkpoints_by_strangers(self, signer: note_keys.Signer) -> None:
        """Signed well, but by whom?"""
        self.both(checkpoints.sign_checkpoint(HEAD, signer).encode())
        text = checkpoints.Checkpoint(ORIGIN, HEAD).text
        self.both(notes.sign_note(text, signer).encode())
        self.both(notes.sign_note(text, signer, LOG).encode())
        self.both(notes.sign_note("no checkpoint\n", LOG).encode())

    def test_a_known_key_that_is_not_the_logs(self) -> None:
        """It may sign what it likes, and a witness proves nothing alone."""
        theirs = checkpoints.sign_checkpoint(HEAD, STRANGER).encode()
        text = checkpoints.Checkpoint(ORIGIN, HEAD).text
        ours = notes.sign_note(text, STRANGER).encode()
        seen = notes.Note(text, (notes.cosign(text, WITNESS, at=AT),)).encode()
        assert verifier_opens(theirs) == ledger_opens(theirs) == "origin_is_another"
        assert verifier_opens(ours) == ledger_opens(ours) == "log_did_not_sign"
        assert verifier_opens(seen) == ledger_opens(seen) == "log_did_not_sign"

    @given(st.text(max_size=100), st.integers(0, 80))
    @settings(deadline=None)
    def test_keys(self, text: str, at: int) -> None:
        """Any text, and a true key with any text in it."""
        for each in (text, LOG.key.text[:at] + text + LOG.key.text[at:], LOG.key.text[:at] + text):
            ours = answer(note_keys.parse_key, each)
            theirs = answer(verify.parse_key, each)
            if isinstance(ours, note_keys.VerifierKey):
                assert theirs == verify.Key(ours.name, ours.kind, ours.public)
            else:
                assert ours == "unreadable"
                assert theirs in ("unreadable", "key_is_weak")


def ledger_opens(raw: bytes) -> object:
    """Open a checkpoint with the ledger's code."""

    def opened() -> object:
        found = checkpoints.open_checkpoint(raw, ORIGIN, KEYS)
        names = [(each.key.name, each.at) for each in found.verified]
        return found.checkpoint.origin, *_both_of(found.checkpoint.head), names

    return answer(opened)


def verifier_opens(raw: bytes) -> object:
    """Open a checkpoint with the verifier's code."""

    def opened() -> object:
        checkpoint, verified = verify.open_checkpoint(raw, ORIGIN, OFFLINE_KEYS)
        names = [(each.key.name, each.at) for each in verified]
        return checkpoint.origin, *checkpoint.head, names

    return answer(opened)


def _both_of(head: merkle.Head) -> tuple[int, bytes]:
    return head.size, head.root


class TestWhatTheLedgerRefuses:
    """The verifier refuses as well."""

    @pytest.mark.parametrize("text", NO_KEYS)
    def test_no_keys(self, text: str) -> None:
        """Malformed ones."""
        with pytest.raises(verify.Refused, match="key_is_malformed"):
            verify.parse_key(text)

    @pytest.mark.parametrize("public", WEAK_KEYS)
    def test_weak_keys(self, public: bytes) -> None:
        """Small order, not canonical, no point, of mixed order, of another length."""
        text = note_keys.VerifierKey("name", note_keys.SIGNS, public).text
        with pytest.raises(verify.Refused, match="key_is_"):
            verify.parse_key(text)
        if not ed25519.signature_holds(public, b"", bytes(64)):
            assert not verify.signature_holds(public, b"", bytes(64))

    @pytest.mark.parametrize("damage", DAMAGES)
    def test_damaged_notes(self, damage: Callable[[bytes], bytes]) -> None:
        """Of one signature or two."""
        for signers in ((LOG,), (LOG, NEXT)):
            note = notes.sign_note("the text\n\nof a note\n", *signers).encode()
            assert answer(verify.parse_note, damage(note)) == "unreadable"

    @pytest.mark.parametrize(("old", "new"), NO_CHECKPOINTS)
    def test_no_checkpoints(self, old: str, new: str) -> None:
        """Malformed ones."""
        text = checkpoints.Checkpoint(ORIGIN, HEAD).text.replace(old, new)
        assert answer(verify.parse_checkpoint, text) == "unreadable"

    def test_an_empty_log_with_another_root(self) -> None:
        """Only the root of nothing is over nothing."""
        text = checkpoints.Checkpoint(ORIGIN, merkle.Head(0, bytes(32))).text
        assert answer(verify.parse_checkpoint, text) == "unreadable"

    def test_a_line_with_an_id_alone(self) -> None:
        """Four bytes say whose signature it would be."""
        for body, read in (("AAAAAA==", False), ("AAAAAAA=", True)):
            raw = f"text\n\n\N{EM DASH} name {body}\n".encode()
            assert isinstance(answer(notes.parse_note, raw), notes.Note) is read
            assert isinstance(answer(verify.parse_note, raw), verify.Note) is read

    def test_sizes_up_to_the_bound(self) -> None:
        """The greatest size is one, the next is none."""
        for size, fits in ((merkle.SIZE_MAX, True), (merkle.SIZE_MAX + 1, False)):
            text = checkpoints.Checkpoint(ORIGIN, merkle.Head(size, HEAD.root)).text
            assert (answer(checkpoints.parse_checkpoint, text) != "unreadable") is fits
            assert (answer(verify.parse_checkpoint, text) != "unreadable") is fits
            head = merkle.Head(size, HEAD.root)
            same_inclusion(HEAD.root, 0, [], head)
            cause = answer(verify.check_inclusion, HEAD.root, 0, [], offline_head(head))
            assert (cause == "proof_has_wrong_length") is fits

    def test_notes_beyond_their_bounds(self) -> None:
        """In bytes and in signatures."""
        line = notes.sign_note("text\n", STRANGER).signatures[0].line
        for raw in (
            "text\n\n" + line * 100,
            "text\n\n" + line * 101,
            "x" * (1_000_000 - 6 - len(line.encode())) + "text\n\n" + line,
            "x" * (1_000_001 - 6 - len(line.encode())) + "text\n\n" + line,
        ):
            mine = answer(notes.parse_note, raw.encode())
            theirs = answer(verify.parse_note, raw.encode())
            assert (mine == "unreadable") is (theirs == "unreadable")

    def test_keys_that_cannot_be_told_apart(self) -> None:
        """Two of one name and id."""
        twins = [note_keys.Signer(ORIGIN, seed.to_bytes(32, "big")) for seed in (29_080, 46_702)]
        note = verify.parse_note(notes.sign_note("text\n", twins[0]).encode())
        keys = [verify.parse_key(twin.key.text) for twin in twins]
        assert answer(verify.verify_note, note, keys) == "keys_are_ambiguous"


class TestEntries:
    """From an entry as stored to the checkpoint of the log."""

    LEAF = SEALED["leaf"].encode()

    def test_an_entry_opens_against_its_leaf(self) -> None:
        """Frame and content of the golden bytes, by their salts."""
        assert parse(bytes.fromhex(SEALED["stored"])).leaf == self.LEAF
        leaf, entropy = verify.parse_leaf(self.LEAF), bytes.fromhex(SEALED["entropy"])
        salts = {"frame": entropy[:32], "content": entropy[32:64]}
        for kind, salt in salts.items():
            plain = bytes.fromhex(SEALED[kind])
            verify.check_opened(leaf, kind, salt, plain)
            for other, text in (
                (salt, plain + b" "),
                (bytes(32), plain),
                (salt + plain[:1], plain[1:]),
            ):
                with pytest.raises(verify.Refused, match=f"{kind}_does_not_match"):
                    verify.check_opened(leaf, kind, other, text)

    @given(st.binary(max_size=250))
    @settings(deadline=None)
    def test_leaves_are_read_alike(self, tail: bytes) -> None:
        """The true one, and what is none."""
        mine = leaves.read_leaf(self.LEAF)
        theirs = verify.parse_leaf(self.LEAF)
        assert theirs == (mine.content_hash, mine.frame_hash, mine.room_id.hex(), mine.seq)
        for other in (tail, self.LEAF + tail, tail + self.LEAF):
            if other != self.LEAF:
                assert answer(leaves.read_leaf, other) == "unreadable"
                assert answer(verify.parse_leaf, other) == "unreadable"


ROOM = bytes.fromhex("01960000000070008000000000000001")
MINE = leaves.room_head(ROOM, HEAD)
OTHER = leaves.room_head(bytes(16), HEAD)
WHEN = datetime(2026, 3, 5, 14, tzinfo=UTC)


class Sealing:
    """A log of five leaves whose fourth is a tick that sealed two rooms.

    Attributes:
        seal: What leads from the first room's checkpoint into the log.
        head: Of the log.
    """

    def __init__(self) -> None:
        tick = leaves.fill_tick([MINE, OTHER], 16, Random(1))
        leaf = write_log_leaf(Ticked(at=WHEN, capacity=16, root=tick.head.root.hex()))
        log = Tree(merkle.leaf_hash(each) for each in (b"a", b"b", b"c", leaf, b"d"))
        place = tick.sealed[0]
        proof = merkle.inclusion_proof(log, 3, 5)
        self.seal = verify.Seal(place.index, place.salt, place.proof, leaf, 3, proof)
        self.head = offline_head(merkle.head_at(log, 5))


class TestSeals:
    """A room's checkpoint, through the tree of a tick, to the log."""

    def test_a_sealed_room_is_found_in_the_log(self) -> None:
        """And when, as the log says."""
        sealing = Sealing()
        found = verify.check_seal(MINE.decode(), sealing.seal, sealing.head)
        assert found == (ROOM.hex(), offline_head(HEAD), "2026-03-05T14:00:00Z", 3)

    @pytest.mark.parametrize(
        ("change", "cause"),
        [
            ({"tick_index": 0}, "root_does_not_match"),
            ({"tick_index": 16}, "index_is_outside_tree"),
            ({"salt": bytes(32)}, "root_does_not_match"),
            ({"salt": b""}, "seal_is_malformed"),
            ({"tick_proof": ()}, "proof_has_wrong_length"),
            ({"log_index": 2}, "root_does_not_match"),
            ({"log_proof": ()}, "proof_has_wrong_length"),
            ({"log_leaf": b"{}"}, "seal_is_malformed"),
            ({"log_leaf": b"[]"}, "seal_is_malformed"),
            ({"log_leaf": b""}, "json_is_malformed"),
        ],
    )
    def test_a_broken_link_is_named(self, change: dict[str, object], cause: str) -> None:
        """Whichever it is."""
        sealing = Sealing()
        seal = sealing.seal._replace(**change)  # type: ignore[arg-type]
        with pytest.raises(verify.Refused) as caught:
            verify.check_seal(MINE.decode(), seal, sealing.head)
        assert caught.value.cause == cause

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("tick", "tock"),
            ("gol/seal/1", "gol/seal/2"),
            ('"capacity":16', '"capacity":"16"'),
            ('"capacity":16', '"capacity":true'),
            ('"capacity":16', '"capacity":16.0'),
            ('"root":"', '"root":" '),
            ('"root":"', '"root":"0'),
            ('"root"', '"toor"'),
            ('"at"', '"ta"'),
            ("14:00:00Z", "14:00:00"),
            ("14:00:00Z", "14:00:00+01:00"),
            ("2026-03-05T", ""),
        ],
    )
    def test_a_leaf_that_is_no_tick_is_refused(self, old: str, new: str) -> None:
        """Before anything is computed from it."""
        sealing = Sealing()
        leaf = sealing.seal.log_leaf.decode()
        assert old in leaf
        seal = sealing.seal._replace(log_leaf=leaf.replace(old, new).encode())
        with pytest.raises(verify.Refused, match="seal_is_malformed"):
            verify.check_seal(MINE.decode(), seal, sealing.head)

    def test_another_leaf_of_the_log_is_no_tick(self) -> None:
        """The leaf that opened it has a root too."""
        opened = Opened(at=WHEN, origin="old", size=16, root="00" * 32, why="restored")
        sealing = Sealing()
        seal = sealing.seal._replace(log_leaf=write_log_leaf(opened))
        with pytest.raises(verify.Refused, match="seal_is_malformed"):
            verify.check_seal(MINE.decode(), seal, sealing.head)

    def test_another_room_is_not_sealed_by_it(self) -> None:
        """Nor an earlier head of the same."""
        sealing = Sealing()
        for text in (OTHER, leaves.room_head(ROOM, merkle.Head(6, HEAD.root))):
            with pytest.raises(verify.Refused, match="root_does_not_match"):
                verify.check_seal(text.decode(), sealing.seal, sealing.head)

    @given(st.binary(max_size=200))
    @settings(deadline=None)
    def test_room_heads_are_read_alike(self, raw: bytes) -> None:
        """What is none for the ledger is none for the verifier."""
        for text in (raw, MINE + raw, raw + MINE):
            mine = answer(leaves.read_room_head, text)
            theirs = answer(verify.parse_room_checkpoint, text.decode(errors="replace"))
            assert (mine == "unreadable") is (theirs == "unreadable")


def test_json_is_read_as_it_stands() -> None:
    """Characters outside the plane are two escapes."""
    raw = b'{"a":[1,-2.5,null,true,"\\ud83d\\ude00","\xc3\xa9"]}'
    assert verify.strict_json(raw) == {"a": [1, -2.5, None, True, "\U0001f600", "\u00e9"]}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"{",
        b"{} {}",
        b"NaN",
        b"[Infinity]",
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":2}}',
        b"[" * 200_000,
        b"1" * 5_000,
        b"nul",
        b'["\\ud800"]',
    ],
)
def test_json_that_could_be_read_in_two_ways_is_refused(raw: bytes) -> None:
    """Doubled keys above all; and what is no JSON never raises anything else."""
    with pytest.raises(verify.Refused, match="json_is_malformed"):
        verify.strict_json(raw)
