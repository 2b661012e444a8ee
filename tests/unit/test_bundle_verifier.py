"""No change to a bundle is taken for the bundle: each is refused, with a cause."""

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from ledger.seal import verify
from ledger.seal.merkle import inclusion_proof
from ledger.seal.note_keys import COSIGNS, Signer
from ledger.seal.proofs import write_document
from tests.bundles import FORGER, LOG, NEXT, ORIGIN, ROOMS, Sealer, key_file

VERIFIER = Path(verify.__file__)
PINNED = verify.parse_pins(LOG.key.text)
JOINT, DESK = (f"rooms/{room}.jsonl" for room in ROOMS)
SEALS = f"rooms/{ROOMS[0]}.seals.jsonl"
WITNESSES = [Signer(f"witness.example/{n}", bytes([n]) * 32, COSIGNS) for n in range(1, 4)]
Edit = Callable[[list[bytes]], list[bytes]]


@pytest.fixture(scope="module", autouse=True)
def _signatures_are_checked_once() -> Iterator[None]:
    """Checking one takes milliseconds and always answers the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verify, "signature_holds", lru_cache(verify.signature_holds))
        patch.setattr(verify, "is_sound_key", lru_cache(verify.is_sound_key))
        yield


@pytest.fixture(scope="module")
def sealer() -> Sealer:
    """Seal two rooms, 50 entries together."""
    return Sealer([40, 10])


def verified(path: Path, policy: verify.Policy = PINNED) -> verify.Result:
    """Check evidence."""
    return verify.examine([path], policy)


def cause(path: Path, policy: verify.Policy = PINNED) -> str:
    """Name the cause for which evidence is refused."""
    result = verified(path, policy)
    assert result.exit == verify.FAILED, result
    assert result.why
    return result.cause


class TestTrust:
    """What a bundle is believed on."""

    @pytest.mark.parametrize("name", ["bundle", "bundle.zip"])
    def test_a_bundle_holds_against_a_pinned_key(
        self, sealer: Sealer, tmp_path: Path, name: str
    ) -> None:
        """As a folder and as a zip."""
        result = verified(sealer.write(tmp_path / name))
        assert (result.exit, result.word) == (0, "VERIFIED")
        (found,) = result.findings
        assert [(room.name, room.count) for room in found.rooms] == [("joint", 40), ("desk:A", 10)]
        assert found.trust is not None
        assert found.trust.mode == "pinned_key"

    def test_without_a_key_it_is_merely_consistent(self, sealer: Sealer, tmp_path: Path) -> None:
        """The mode is said in words, and the status is 2."""
        result = verified(sealer.write(tmp_path / "b"), verify.Policy())
        assert (result.exit, result.cause) == (2, "")
        assert result.word == "CONSISTENT, BUT NOT VERIFIED"
        assert "found inside the evidence" in verify.written(result, as_json=False)

    def test_a_forger_is_never_verified(self, tmp_path: Path) -> None:
        """Under its own key a bundle of its own is consistent, and no more."""
        path = Sealer([40, 10], signer=FORGER, seed=2).write(tmp_path / "b")
        assert verified(path, verify.Policy()).exit == 2
        assert cause(path) == "pinned_key_did_not_sign"

    def test_nobody_signed_the_whole(self, sealer: Sealer, tmp_path: Path) -> None:
        """A true record under a page that anybody may have written: never 0."""
        path = sealer.write(tmp_path / "b")
        text = (path / "bundle.note").read_text().partition("\n\n")[0] + "\n"
        (path / "bundle.note").write_text(text)
        result = verified(path, verify.Policy())
        assert (result.exit, result.cause) == (2, "")
        assert "nobody signed" in result.why
        assert cause(path) == "manifest_is_unsigned"

    def test_a_key_handed_over_is_trusted(self, tmp_path: Path) -> None:
        """Who pinned the first key of 2026 verifies in 2031."""
        sealer = Sealer([20])
        sealer.rekey()
        path = sealer.write(tmp_path / "b")
        assert verified(path).exit == 0
        assert verified(path, verify.parse_pins(NEXT.key.text)).exit == 0

    def test_a_handover_by_nobody_is_refused(self, tmp_path: Path) -> None:
        """A key that the one before did not introduce is no heir."""
        sealer = Sealer([20])
        sealer.rekey(FORGER)
        (first, second) = sealer.keys
        true = sealer.files()
        for change in ({"handover": None}, {"since": 1, "handover": None}):
            told = json.dumps({"keys": [first, {**second, **change}], "v": "gol/keys/1"}).encode()
            path = sealer.write(tmp_path / "b", {**true, "log/keys.json": told})
            assert cause(path) == "pinned_key_did_not_sign"
        broken = {**second, "handover": {**second["handover"], "index": 1}}
        told = json.dumps({"keys": [first, broken], "v": "gol/keys/1"}).encode()
        path = sealer.write(tmp_path / "b", {**true, "log/keys.json": told})
        assert cause(path) == "proof_has_wrong_length"

    def test_a_key_signs_in_its_time_alone(self, tmp_path: Path) -> None:
        """A key given up signs no later head."""
        sealer = Sealer([20])
        sealer.keys[0]["until"] = 1
        assert cause(sealer.write(tmp_path / "b")) == "key_signed_out_of_its_time"


class TestWitnesses:
    """A policy of the reader's own."""

    @staticmethod
    def policy(quorum: str, count: int = 3) -> verify.Policy:
        """Trust the log, and some of the witnesses."""
        lines = [f"log {LOG.key.text}"]
        lines += [
            f"witness w{n} {w.key.text} https://w{n}.example/" for n, w in enumerate(WITNESSES)
        ]
        lines += [f"group g {count} w0 w1 w2", f"quorum {quorum}  # a remark"]
        return verify.parse_policy("\n".join(lines))

    def test_enough_witnesses(self, tmp_path: Path) -> None:
        """Two of three signed: two are enough, three are too many to ask."""
        path = Sealer([20], witnesses=WITNESSES[:2]).write(tmp_path / "b")
        result = verified(path, self.policy("g", 2))
        assert result.exit == 0
        assert result.findings[0].trust is not None
        assert result.findings[0].trust.witnesses == ("w0", "w1")
        assert verified(path, self.policy("none")).exit == 0
        assert verified(path, self.policy("w1")).exit == 0
        assert cause(path, self.policy("g", 3)) == "too_few_witnesses"
        assert cause(path, self.policy("w2")) == "too_few_witnesses"

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "log x",
            f"log {LOG.key.text}",
            f"log {LOG.key.text}\nquorum none\nquorum none",
            f"log {LOG.key.text}\nquorum w",
            f"log {LOG.key.text}\nwitness w {LOG.key.text}\nquorum w",
            f"log {WITNESSES[0].key.text}\nquorum none",
            f"log {LOG.key.text}\ngroup g 1\nquorum g",
            f"log {LOG.key.text}\nwitness w {WITNESSES[0].key.text}\ngroup g 2 w\nquorum g",
            f"log {LOG.key.text}\nwitness w {WITNESSES[0].key.text}\ngroup g 1 w w\nquorum g",
            f"log {LOG.key.text}\nwitness w {WITNESSES[0].key.text}\ngroup g 1 g\nquorum g",
            f"log {LOG.key.text}\nwitness none {WITNESSES[0].key.text}\nquorum none",
            f"log {LOG.key.text}\nfriend x\nquorum none",
        ],
    )
    def test_a_policy_that_says_nothing_clear_is_none(self, text: str, tmp_path: Path) -> None:
        """It is the reader's mistake, and nothing is said of the evidence."""
        (tmp_path / "policy").write_text(text)
        status, told = verify.told([str(tmp_path), f"--policy={tmp_path / 'policy'}"])
        assert status == 2
        assert told.startswith("COULD NOT CHECK: misused")


class TestForks:
    """Two heads of one log."""

    def test_a_checkpoint_of_a_forked_log_is_no_home_for_the_entries(
        self, sealer: Sealer, tmp_path: Path
    ) -> None:
        """The same key signed another log of the same size."""
        fork = Sealer([40, 10], seed=9)
        files = {**sealer.files(), "log/checkpoint": fork.checkpoint()}
        assert cause(sealer.write(tmp_path / "b", files)) == "root_does_not_match"

    def test_two_roots_of_one_size_are_a_proof(self, sealer: Sealer, tmp_path: Path) -> None:
        """Whole by itself, and refused beside a checkpoint, or a bundle, of the other history."""
        mine, theirs = sealer.write(tmp_path / "a"), Sealer([40, 10], seed=9).write(tmp_path / "b")
        assert verified(mine).exit == verified(theirs).exit == 0
        both = verify.examine([mine, theirs], PINNED)
        assert (both.exit, both.cause) == (1, "log_was_forked")
        seen = verify.examine([mine], PINNED, [(theirs / "log/checkpoint").read_bytes()])
        assert (seen.exit, seen.cause) == (1, "log_was_forked")
        assert verify.examine([mine, mine], PINNED).exit == 0


def edited(sealer: Sealer, name: str, edit: Edit) -> dict[str, bytes]:
    """Edit the lines of a file."""
    files = sealer.files()
    lines = edit(files[name].splitlines(keepends=True))
    return {**files, name: b"".join(lines)}


def without(at: int) -> Edit:
    """Leave a line out."""
    return lambda lines: [*lines[:at], *lines[at + 1 :]]


def first(count: int) -> Edit:
    """Keep the first lines alone."""
    return lambda lines: lines[:count]


def swapped(at: int) -> Edit:
    """Swap a line with the next."""
    return lambda lines: [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]


def put_in(at: int, line: bytes) -> Edit:
    """Put a line in."""
    return lambda lines: [*lines[:at], line, *lines[at:]]


def put_for(at: int, line: bytes) -> Edit:
    """Put a line in the place of another."""
    return lambda lines: [*lines[:at], line, *lines[at + 1 :]]


def resigned(sealer: Sealer, folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write a bundle as somebody would who holds the key and fits the manifest to the files."""
    return sealer.write(folder / "b", files)


class TestEntriesChangedByWhoeverHoldsTheKey:
    """The manifest is made anew and signed for each change: the trees alone refuse."""

    def test_every_entry_left_out(self, sealer: Sealer, tmp_path: Path) -> None:
        """Wherever it stood."""
        for at in range(40):
            files = edited(sealer, JOINT, without(at))
            found = cause(resigned(sealer, tmp_path, files))
            assert found == ("entries_are_missing" if at == 39 else "entry_is_out_of_place")

    def test_every_cut_tail(self, sealer: Sealer, tmp_path: Path) -> None:
        """Back to the last entry but none; what was sealed says how many there were."""
        for kept in range(40):
            files = edited(sealer, JOINT, first(kept))
            assert cause(resigned(sealer, tmp_path, files)) == "entries_are_missing"

    def test_a_cut_tail_with_its_seals_is_an_older_record(self, tmp_path: Path) -> None:
        """It is what was sealed then; receipts and later seals in others' hands show the rest."""
        sealer = Sealer([40])
        files = edited(sealer, JOINT, lambda lines: lines[:20])
        files[SEALS] = files[SEALS].splitlines(keepends=True)[0]
        result = verified(resigned(sealer, tmp_path, files))
        assert result.exit == 0
        assert max(result.findings[0].sealed) == "2026-03-01T10:00:21Z"

    def test_every_swap_of_neighbours(self, sealer: Sealer, tmp_path: Path) -> None:
        """The order of entries is part of the tree."""
        for at in range(39):
            files = edited(
                sealer,
                JOINT,
                swapped(at),
            )
            assert cause(resigned(sealer, tmp_path, files)) == "entry_is_out_of_place"

    def test_every_entry_doubled_or_put_in(self, sealer: Sealer, tmp_path: Path) -> None:
        """An entry of its own, of another room, of another log."""
        other = Sealer([40, 10], seed=9).files()
        for at in range(0, 41, 3):
            for source in (
                sealer.files()[JOINT].splitlines(keepends=True)[max(0, at - 1)],
                sealer.files()[DESK].splitlines(keepends=True)[at % 10],
                other[JOINT].splitlines(keepends=True)[min(at, 39)],
            ):
                files = edited(sealer, JOINT, put_in(at, source))
                assert cause(resigned(sealer, tmp_path, files)) in (
                    "entry_is_out_of_place",
                    "entry_is_of_another_room",
                    "entries_do_not_match_seal",
                )

    def test_every_entry_rewritten(self, sealer: Sealer, tmp_path: Path) -> None:
        """With a leaf of its own that fits: the tree no longer does."""
        other = Sealer([40, 10], seed=9).files()[JOINT].splitlines(keepends=True)
        for at in range(40):
            files = edited(sealer, JOINT, put_for(at, other[at]))
            assert cause(resigned(sealer, tmp_path, files)) == "entries_do_not_match_seal"

    @pytest.mark.parametrize(
        ("field", "value", "refused"),
        [
            ("content", '{"text":"We said nothing."}', "content_does_not_match"),
            ("content_salt", "00" * 32, "content_does_not_match"),
            ("content_salt", "00", "entry_is_malformed"),
            ("frame", "{}", "frame_does_not_match"),
            ("frame_salt", None, "entry_is_malformed"),
            ("leaf", "{}", "leaf_is_malformed"),
            ("leaf", 7, "entry_is_malformed"),
            ("extra", 7, "entry_is_malformed"),
            ("withheld", "erased", "entry_is_malformed"),
        ],
    )
    def test_another_payload(
        self, sealer: Sealer, tmp_path: Path, field: str, value: object, refused: str
    ) -> None:
        """Of an entry whose leaf stays."""

        def edit(lines: list[bytes]) -> list[bytes]:
            told = json.loads(lines[7])
            return [*lines[:7], json.dumps({**told, field: value}).encode() + b"\n", *lines[8:]]

        assert cause(resigned(sealer, tmp_path, edited(sealer, JOINT, edit))) == refused

    @pytest.mark.parametrize(
        ("line", "refused"),
        [
            (b"\n", "json_is_malformed"),
            (b"7\n", "entry_is_malformed"),
            (b"[]\n", "entry_is_malformed"),
            (b'{"leaf":"a","leaf":"a"}\n', "json_is_malformed"),
            (b'{"hidden":0,"hashes":[]}\n', "size_is_out_of_range"),
            (b'{"hidden":9223372036854775807,"hashes":[]}\n', "size_is_out_of_range"),
            (b'{"hidden":-1,"hashes":[]}\n', "entry_is_malformed"),
            (b'{"hidden":1,"hashes":["' + b"00" * 32 + b'"]}\n', "entry_is_out_of_place"),
            (b'{"hidden":true,"hashes":[]}\n', "entry_is_malformed"),
            (b"x" * 5_000_000 + b"\n", "line_is_cut"),
            (b"[" * 100_000 + b"\n", "json_is_malformed"),
        ],
    )
    def test_lines_that_are_no_entries(
        self, sealer: Sealer, tmp_path: Path, line: bytes, refused: str
    ) -> None:
        """Whatever they are, there is a cause and no traceback."""
        files = edited(sealer, JOINT, lambda lines: [*lines[:4], line, *lines[4:]])
        assert cause(resigned(sealer, tmp_path, files)) == refused

    def test_entries_hidden_where_they_were(self, sealer: Sealer, tmp_path: Path) -> None:
        """A court bundle: single entries opened, the others as hashes; still the same room."""
        shown = {0: [sealer.rooms[0][n] for n in (0, 4, 5, 20, 39)]}
        result = verified(sealer.write(tmp_path / "b", sealer.files(shown)))
        assert result.exit == 0
        assert [(r.count, r.hidden) for r in result.findings[0].rooms] == [(5, 35)]

    def test_seals_changed(self, sealer: Sealer, tmp_path: Path) -> None:
        """Left out, doubled, swapped, of another room."""
        for edit, refused in (
            (lambda ls: ls[:0], "entries_are_not_sealed"),
            (lambda ls: ls[:1], "entries_are_not_sealed"),
            (lambda ls: [ls[0], ls[0], ls[1]], "seal_is_malformed"),
            (lambda ls: ls[::-1], "seal_is_malformed"),
        ):
            files = edited(sealer, SEALS, edit)
            assert cause(resigned(sealer, tmp_path, files)) == refused
        files = sealer.files()
        files[SEALS] = files[f"rooms/{ROOMS[1]}.seals.jsonl"]
        assert cause(resigned(sealer, tmp_path, files)) == "seal_is_of_another_room"

    def test_no_entry_at_all(self, sealer: Sealer, tmp_path: Path) -> None:
        """Nothing is proved by nothing."""
        kept = {n: d for n, d in sealer.files().items() if not n.startswith("rooms/")}
        assert cause(resigned(sealer, tmp_path, kept)) == "nothing_to_check"
        empty = {**kept, JOINT: b"", SEALS: b""}
        assert cause(resigned(sealer, tmp_path, empty)) == "entries_are_not_sealed"


class TestTheManifest:
    """What is said of the files."""

    @pytest.mark.parametrize(
        ("told", "refused"),
        [
            ({"format": "gol/bundle/2"}, "format_is_unknown"),
            ({"kind": "receipt"}, "format_is_unknown"),
            ({"kind": 7}, "manifest_is_malformed"),
            ({"more": 7}, "manifest_is_malformed"),
            ({"files": [7]}, "manifest_is_malformed"),
            ({"files": [{"bytes": 1, "name": "../x", "sha256": "00" * 32}]}, "name_is_unsafe"),
            ({"files": [{"bytes": 1, "name": "/etc/x", "sha256": "00" * 32}]}, "name_is_unsafe"),
            ({"files": [{"bytes": 1, "name": "a/./x", "sha256": "00" * 32}]}, "name_is_unsafe"),
            ({"files": [{"bytes": -1, "name": "x", "sha256": "0" * 64}]}, "manifest_is_malformed"),
            ({"rooms": []}, "nothing_to_check"),
            ({"rooms": [{}]}, "manifest_is_malformed"),
            ({"origin": "gol/log/x"}, "no_known_signature"),
            ({"notes": []}, "manifest_is_malformed"),
            ({"notes": {"a": 1}}, "manifest_is_malformed"),
        ],
    )
    def test_a_manifest_that_is_wrong(
        self, sealer: Sealer, tmp_path: Path, told: dict[str, Any], refused: str
    ) -> None:
        """Signed, and refused."""
        assert cause(sealer.write(tmp_path / "b", **told)) == refused

    def test_counts_that_are_wrong(self, sealer: Sealer, tmp_path: Path) -> None:
        """Of a room, whichever; and a room named twice."""
        path = sealer.write(tmp_path / "b")
        rooms = json.loads((path / "bundle.json").read_text())["rooms"]
        for key in ("entries", "hidden", "seals"):
            wrong = [{**rooms[0], key: rooms[0][key] + 1}, rooms[1]]
            assert cause(sealer.write(tmp_path / "b", rooms=wrong)) == "counts_do_not_match"
        twice = sealer.write(tmp_path / "b", rooms=[*rooms, rooms[0]])
        assert cause(twice) == "file_stands_twice"
        alone = sealer.write(tmp_path / "b", rooms=rooms[:1])
        assert cause(alone) == "file_is_unexpected"

    def test_files_left_out_or_put_in(self, sealer: Sealer, tmp_path: Path) -> None:
        """Every one; only what desktops leave behind is passed over."""
        path = sealer.write(tmp_path / "b")
        for file in [each for each in path.rglob("*") if each.is_file()]:
            data = file.read_bytes()
            file.unlink()
            assert cause(path) == "file_is_missing"
            file.write_bytes(data)
        (path / "more.txt").write_text("x")
        assert cause(path) == "file_is_unexpected"
        (path / "more.txt").rename(path / ".DS_Store")
        result = verified(path)
        assert result.exit == 0
        assert result.findings[0].remarks == [
            ".DS_Store is not part of the evidence and was not read"
        ]

    def test_a_link_is_not_followed(self, sealer: Sealer, tmp_path: Path) -> None:
        """Nowhere."""
        path = sealer.write(tmp_path / "b")
        (path / "index.html").unlink()
        (path / "index.html").symlink_to("/etc/hostname")
        assert cause(path) == "name_is_unsafe"


class TestRemarks:
    """What refutes nothing, and a reader should know."""

    def test_an_entry_that_is_back_dated_is_reported(self, tmp_path: Path) -> None:
        """It claims a time long before a seal in which it was not."""

        def edit(seq: int, frame: dict[str, Any]) -> dict[str, Any]:
            at = "2026-03-01T09:00:00Z" if seq == 30 else frame["recorded"]
            return {**frame, "recorded": at}

        (found,) = verified(Sealer([40], edit=edit).write(tmp_path / "b")).findings
        assert any("joint:30" in remark and "back-dated" in remark for remark in found.remarks)

    def test_erased_entries_print_with_their_basis(self, tmp_path: Path) -> None:
        """And are counted; one without a basis is remarked on."""

        def edit(seq: int, frame: dict[str, Any]) -> dict[str, Any]:
            if seq == 9:
                event = {"type": "content-erased", "targets": ["joint:3"], "ground": "no_longer"}
                return {**frame, "event": event}
            return frame

        sealer = Sealer([20], edit=edit)
        room = sealer.rooms[0]
        for at in (2, 4):
            one = room[at]
            room[at] = type(one)(one.seq, one.leaf, one.frame, withheld="erased")
        path = sealer.write(tmp_path / "b")
        _, told = verify.told([str(path), "--entries", f"--key={LOG.key.text}"])
        assert "erased: no_longer (joint:9)" in told
        assert "  erased     2" in told
        assert "joint:5 is erased, and no entry shown here says on what basis" in told

    def test_terminals_are_not_steered(self, tmp_path: Path) -> None:
        """What stands in a frame is printed as letters, whatever it is."""

        def edit(_: int, frame: dict[str, Any]) -> dict[str, Any]:
            return {**frame, "actor": "\x1b]0;owned\x07\u202e"}

        path = Sealer([3], edit=edit).write(tmp_path / "b")
        _, told = verify.told([str(path), "--entries"])
        assert not {"\x1b", "\x07", "\u202e"} & set(told)


class TestZips:
    """Only the one way of writing them."""

    def test_a_zip_of_another_make_is_to_be_unpacked(self, sealer: Sealer, tmp_path: Path) -> None:
        """Its own bytes could be changed unnoticed."""
        path = sealer.write(tmp_path / "b")
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            with zipfile.ZipFile(tmp_path / "x.zip", "w", method) as made:
                for file in path.rglob("*"):
                    made.write(file, file.relative_to(path))
            assert cause(tmp_path / "x.zip") in ("zip_is_not_as_written", "name_is_unsafe")

    def test_other_programs_read_ours(self, sealer: Sealer, tmp_path: Path) -> None:
        """Unpacked it is the folder."""
        with zipfile.ZipFile(sealer.write(tmp_path / "b.zip")) as made:
            assert made.testzip() is None
            made.extractall(tmp_path / "b")
        assert verified(tmp_path / "b").exit == 0

    @pytest.mark.parametrize("name", ["../x", "/x", "a/../x", "a\\x", "", "a//x", "\u00e4", ".x"])
    def test_names_that_lead_elsewhere(self, tmp_path: Path, name: str) -> None:
        """Refused before a byte of them is read."""
        raw = name.encode("ascii", "replace").decode()
        local = verify.zip_local(raw, 0, 0)
        central = verify.zip_central(raw, 0, 0, 0)
        end = verify.zip_end(1, len(central), len(local))
        (tmp_path / "x.zip").write_bytes(local + central + end)
        assert cause(tmp_path / "x.zip") == "name_is_unsafe"

    def test_a_name_that_stands_twice(self, tmp_path: Path) -> None:
        """Nobody knows which of them is meant."""
        local, central = verify.zip_local("x", 0, 0), verify.zip_central("x", 0, 0, 0)
        end = verify.zip_end(2, 2 * len(central), 2 * len(local))
        (tmp_path / "x.zip").write_bytes(2 * local + 2 * central + end)
        assert cause(tmp_path / "x.zip") == "file_stands_twice"


class TestWhatIsNoEvidence:
    """Empty, cut short, of another kind, far too large."""

    @pytest.mark.parametrize(
        ("data", "refused"),
        [
            (b"", "not_evidence"),
            (b"\x00" * 100, "not_evidence"),
            (b"{}", "receipt_is_malformed"),
            (b"{", "json_is_malformed"),
            (b'{"v":1,"v":2}', "json_is_malformed"),
            (b"PK\3\4", "zip_is_not_as_written"),
            (b"PK\5\6" + bytes(18), "not_evidence"),
        ],
    )
    def test_a_file_of_another_kind(self, tmp_path: Path, data: bytes, refused: str) -> None:
        """Clear words, status 1."""
        (tmp_path / "x").write_bytes(data)
        assert cause(tmp_path / "x") == refused

    def test_an_empty_folder(self, tmp_path: Path) -> None:
        """It is no bundle."""
        assert cause(tmp_path) == "file_is_missing"

    def test_nothing_there(self, tmp_path: Path) -> None:
        """Could not check."""
        result = verified(tmp_path / "x")
        assert (result.exit, result.cause) == (2, "cannot_be_read")

    @pytest.mark.parametrize("begin", [b"{", b"PK\3\4", b"x"])
    def test_a_gigabyte(self, tmp_path: Path, begin: bytes) -> None:
        """Refused at once, without reading it."""
        with (tmp_path / "x").open("wb") as file:
            file.write(begin)
            file.truncate(1 << 30)
        assert cause(tmp_path / "x") in (
            "file_is_too_large",
            "zip_is_not_as_written",
            "not_evidence",
        )

    def test_a_gigabyte_within_a_bundle(self, sealer: Sealer, tmp_path: Path) -> None:
        """Neither a manifest nor a line of that size is read."""
        path = sealer.write(tmp_path / "b")
        for name in ("bundle.json", JOINT, "bundle.note", "log/checkpoint"):
            data = (path / name).read_bytes()
            os.truncate(path / name, 1 << 30)
            assert cause(path) in ("file_is_too_large", "file_does_not_match")
            (path / name).write_bytes(data)
        assert verified(path).exit == 0


class TestAlone:
    """The file by itself, in an empty folder, with nothing but the standard library."""

    @staticmethod
    def run(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run it as a stranger does."""
        folder.mkdir(exist_ok=True)
        (folder / "verify.py").write_bytes(VERIFIER.read_bytes())
        command = [sys.executable, "-I", "-S", "verify.py", *words]
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, env={"LC_ALL": "C"}
        )
        assert not done.stderr, done.stderr
        return done

    def test_it_needs_nothing_else(self, sealer: Sealer, tmp_path: Path) -> None:
        """Pinned: 0; unpinned: 2; another key: 1; a report as text and as JSON."""
        path, alone = str(sealer.write(tmp_path / "b.zip")), tmp_path / "alone"
        key, other = key_file(tmp_path, LOG), FORGER.key.text
        assert self.run(alone, path, "--key", str(key)).returncode == 0
        assert self.run(alone, path).returncode == 2
        assert self.run(alone, path, "--key", other).returncode == 1
        told = json.loads(self.run(alone, path, f"--key={key}", "--json").stdout)
        assert (told["result"], told["exit"], told["cause"]) == ("verified", 0, None)
        entries = told["evidence"][0]["entries"]
        assert len(entries) == 50
        assert {each["stands"] for each in entries} == {"asserted by the institution"}

    def test_it_never_ends_in_a_traceback(self, sealer: Sealer, tmp_path: Path) -> None:
        """Whatever the words on its line."""
        path, alone = str(sealer.write(tmp_path / "b")), tmp_path / "alone"
        for words in (
            [],
            ["--key"],
            ["--what"],
            [path, "--key", "/nowhere"],
            [path, "--key", "a+b+c"],
            [path, "--key", path],
            [path, "--policy", path],
            [path, "--seen", path],
            [path, f"--key={LOG.key.text}", "--policy=x"],
            ["a\0b"],
            ["--help"],
            [str(VERIFIER)],
        ):
            if not any("\0" in word for word in words):
                assert self.run(alone, *words).returncode in (1, 2), words

    def test_ten_thousand_entries_take_less_than_a_second(self, tmp_path: Path) -> None:
        """Start of Python included; three tries, since the machine is shared."""
        path, key = Sealer([9_990, 10]).write(tmp_path / "b.zip"), key_file(tmp_path, LOG)
        taken = []
        for _ in range(3):
            before = os.times()
            assert self.run(tmp_path / "alone", str(path), f"--key={key}").returncode == 0
            after = os.times()
            taken.append(
                after.children_user
                + after.children_system
                - before.children_user
                - before.children_system
            )
        assert min(taken) < 1.0, taken


class TestBytes:
    """Every byte of a bundle of 50 entries counts."""

    STEP = 41

    def flip(self, path: Path, at: int, mask: int) -> str:
        """Flip a bit in a file, check, and put it back."""
        with path.open("r+b") as file:
            file.seek(at)
            (old,) = file.read(1)
            file.seek(at)
            file.write(bytes([old ^ mask]))
        return f"{path.name}:{at}"

    def refused(self, whole: Path, path: Path, at: int, mask: int) -> None:
        """Expect a cause for a flip."""
        where = self.flip(path, at, mask)
        result = verified(whole)
        assert result.exit == verify.FAILED, where
        assert result.cause, where
        assert result.cause != "fault_of_this_program", where
        self.flip(path, at, mask)

    def test_flips_of_a_sample_of_bytes(self, sealer: Sealer, tmp_path: Path) -> None:
        """Of every file of the folder, and of the zip."""
        folder = sealer.write(tmp_path / "b")
        files = [path for path in folder.rglob("*") if path.is_file()]
        for path in files:
            step = 7 if path.stat().st_size < 3_000 else self.STEP * 7
            for at in range(0, path.stat().st_size, step):
                self.refused(folder, path, at, 1 << at % 8)
        whole = sealer.write(tmp_path / "b.zip")
        for at in range(0, whole.stat().st_size, self.STEP * 7):
            self.refused(whole, whole, at, 1 << at % 8)
        assert verified(whole).exit == verified(folder).exit == 0

    @pytest.mark.soak
    @pytest.mark.timeout(1800)
    def test_flips_of_every_byte(self, sealer: Sealer, tmp_path: Path) -> None:
        """Three of each, in every file of the folder and in the zip."""
        folder = sealer.write(tmp_path / "b")
        for path in [path for path in folder.rglob("*") if path.is_file()]:
            for at in range(path.stat().st_size):
                for mask in (1, 0x20, 0x80):
                    self.refused(folder, path, at, mask)
        whole = sealer.write(tmp_path / "b.zip")
        for at in range(whole.stat().st_size):
            self.refused(whole, whole, at, 1 << at % 8)
        assert verified(whole).exit == verified(folder).exit == 0

    def test_cuts_of_a_sample_of_lengths(self, sealer: Sealer, tmp_path: Path) -> None:
        """Of the zip, and the beginning taken away."""
        self.cut(sealer.write(tmp_path / "b.zip"), tmp_path / "x.zip", 331)

    @pytest.mark.soak
    @pytest.mark.timeout(1800)
    def test_cuts_at_every_length(self, sealer: Sealer, tmp_path: Path) -> None:
        """Of the zip, and of every file of the folder."""
        self.cut(sealer.write(tmp_path / "b.zip"), tmp_path / "x.zip", 1)
        folder = sealer.write(tmp_path / "b")
        for path in [path for path in folder.rglob("*") if path.is_file()]:
            whole = path.read_bytes()
            for length in range(len(whole)):
                path.write_bytes(whole[:length])
                assert verified(folder).exit == verify.FAILED
            path.write_bytes(whole)
        assert verified(folder).exit == 0

    @staticmethod
    def cut(whole: Path, part: Path, step: int) -> None:
        """Cut a file at lengths."""
        data = whole.read_bytes()
        for length in range(0, len(data), step):
            part.write_bytes(data[:length])
            assert verified(part).exit == verify.FAILED
            part.write_bytes(data[length + 1 :])
            assert verified(part).exit == verify.FAILED
        part.write_bytes(data + b"\0")
        assert verified(part).exit == verify.FAILED


class TestReceipts:
    """A small file its owner keeps."""

    @staticmethod
    def receipt(sealer: Sealer, *, framed: bool = False) -> dict[str, Any]:
        """Make one for the third entry."""
        (size, seal) = sealer.seals(0)[-1]
        one = sealer.rooms[0][2]
        entry = {
            "leaf": one.leaf.decode(),
            "proof": [each.hex() for each in inclusion_proof(sealer.trees[0], 2, size)],
            "seal": json.loads(write_document(seal)),
        }
        if framed:
            entry |= {"frame": one.frame[1].decode(), "frame_salt": one.frame[0].hex()}
        return {
            "checkpoint": sealer.checkpoint().decode(),
            "command": "c3",
            "entries": [entry],
            "keys": {"keys": sealer.keys, "v": "gol/keys/1"},
            "v": "gol/receipt/1",
        }

    def written(self, told: dict[str, Any], folder: Path) -> Path:
        """Write one."""
        path = folder / "receipt.json"
        path.write_text(json.dumps(told))
        return path

    @pytest.mark.parametrize("framed", [False, True])
    def test_a_receipt_holds(self, sealer: Sealer, tmp_path: Path, framed: bool) -> None:  # noqa: FBT001 - a parameter
        """With the frame shown, or without."""
        path = self.written(self.receipt(sealer, framed=framed), tmp_path)
        assert verified(path).exit == 0
        assert verified(path, verify.Policy()).exit == 2

    @pytest.mark.parametrize(
        ("change", "refused"),
        [
            ({"v": "gol/receipt/2"}, "format_is_unknown"),
            ({"entries": []}, "nothing_to_check"),
            ({"entries": [{}]}, "receipt_is_malformed"),
            ({"checkpoint": ""}, "note_is_malformed"),
            ({"command": "c4"}, "frame_is_of_another_entry"),
            ({"keys": {}}, "key_history_is_malformed"),
            ({"keys": {"keys": [], "v": "gol/keys/1"}}, "key_history_is_malformed"),
            ({"more": 1}, "receipt_is_malformed"),
        ],
    )
    def test_a_receipt_that_is_wrong(
        self, sealer: Sealer, tmp_path: Path, change: dict[str, Any], refused: str
    ) -> None:
        """Named."""
        told = {**self.receipt(sealer, framed=True), **change}
        assert cause(self.written(told, tmp_path)) == refused

    def test_proofs_of_other_entries_do_not_fit(self, sealer: Sealer, tmp_path: Path) -> None:
        """Nor does an entry twice."""
        told = self.receipt(sealer)
        (entry,) = told["entries"]
        other = {**entry, "leaf": sealer.rooms[0][3].leaf.decode()}
        assert cause(self.written({**told, "entries": [other]}, tmp_path)) == "root_does_not_match"
        twice = {**told, "entries": [entry, entry]}
        assert cause(self.written(twice, tmp_path)) == "entry_stands_twice"
        desk = {**entry, "leaf": sealer.rooms[1][2].leaf.decode()}
        path = self.written({**told, "entries": [desk]}, tmp_path)
        assert cause(path) == "seal_is_of_another_room"

    def test_a_receipt_catches_a_record_written_anew(self, sealer: Sealer, tmp_path: Path) -> None:
        """Beside a bundle of another history of the same size."""
        receipt = self.written(self.receipt(sealer), tmp_path)
        bundle = Sealer([40, 10], seed=9).write(tmp_path / "b")
        both = verify.examine([bundle, receipt], PINNED)
        assert (both.exit, both.cause) == (1, "log_was_forked")


def test_no_amount_is_found_in_a_commitment(sealer: Sealer) -> None:
    """Whoever has all of a bundle but one entry's salt cannot try amounts against its leaf."""
    content = '{"amount":"%d"}'
    salt, amount = bytes(range(200, 232)), 64_123
    told = hashlib.sha256(b"gol/content/v1\0" + salt + (content % amount).encode()).hexdigest()
    known = {b"", bytes(32), *(one.frame[0] for one in sealer.rooms[0])}
    known |= {one.content[0] for one in sealer.rooms[0] if one.content}
    known |= {one.leaf for one in sealer.rooms[0][:3]}

    def found(salts: set[bytes]) -> bool:
        starts = [hashlib.sha256(b"gol/content/v1\0" + each) for each in salts]
        for guess in range(64_000, 65_000):
            for start in starts:
                trial = start.copy()
                trial.update((content % guess).encode())
                if trial.hexdigest() == told:
                    return True
        return False

    assert found({salt})
    assert not found(known)


def test_the_zip_of_a_bundle_is_the_same_every_time(sealer: Sealer, tmp_path: Path) -> None:
    """No clock, no chance."""
    first = sealer.write(tmp_path / "a.zip").read_bytes()
    assert first == sealer.write(tmp_path / "b.zip").read_bytes()
    assert zipfile.is_zipfile(io.BytesIO(first))
    assert hashlib.sha256(first).digest()
    assert ORIGIN.encode() in first
