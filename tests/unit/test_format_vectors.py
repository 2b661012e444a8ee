"""The vectors of docs/format.md are what the ledger writes and what the verifier accepts."""

import json
import re
from pathlib import Path

import pytest

from ledger.seal import verify
from tests.golden import vectors
from tests.golden.vectors import FOLDER

PAGE = FOLDER.parent / "format.md"
ORDERS = ("--key=institution.key", "--policy=policy.txt")


def test_the_vectors_are_what_is_written_today(tmp_path: Path) -> None:
    """Byte for byte; another byte would be another format."""
    vectors.write(tmp_path / "v")
    for path in (p for p in (tmp_path / "v").rglob("*") if p.is_file()):
        assert path.read_bytes() == (FOLDER / path.relative_to(tmp_path / "v")).read_bytes(), path
    ours = {p.relative_to(tmp_path / "v") for p in (tmp_path / "v").rglob("*") if p.is_file()}
    assert {p.relative_to(FOLDER) for p in FOLDER.rglob("*") if p.is_file()} == ours


@pytest.mark.parametrize("name", ["bundle", "receipt.json"])
@pytest.mark.parametrize("order", ORDERS)
def test_the_verifier_accepts_them(name: str, order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against the first key, of 2026, and against the policy."""
    monkeypatch.chdir(FOLDER)
    status, told = verify.told([name, order, "--json"])
    assert status == 0, told
    assert json.loads(told)["result"] == "verified"


def test_the_steps_lead_from_entry_to_log() -> None:
    """Each value follows from those above it, by the rules of the page."""
    told = list(json.loads((FOLDER / "steps.json").read_text()).values())
    frame_salt, frame, content_salt, content, raw, hashed, proof, head, *rest = told
    leaf = verify.parse_leaf(raw.encode())
    verify.check_opened(leaf, "frame", bytes.fromhex(frame_salt), frame.encode())
    verify.check_opened(leaf, "content", bytes.fromhex(content_salt), content.encode())
    assert verify.leaf_hash(raw.encode()).hex() == hashed
    room, top = verify.parse_room_checkpoint(head)
    assert room == leaf.room
    hashes = [bytes.fromhex(each) for each in proof]
    verify.check_inclusion(bytes.fromhex(hashed), leaf.seq - 1, hashes, top)
    salted, its_hash, log_leaf, log_hash, _ = rest
    assert verify.leaf_hash(bytes.fromhex(salted)).hex() == its_hash
    assert verify.leaf_hash(log_leaf.encode()).hex() == log_hash


def test_the_page_names_every_cause() -> None:
    """A refusal that the page does not explain would be a riddle."""
    source = Path(verify.__file__).read_text()
    causes = set(re.findall(r'Refused\(\s*"([a-z_0-9]+)"', source))
    causes |= set(re.findall(r'cause = "([a-z_0-9]+)"', source))
    causes |= {"frame_does_not_match", "content_does_not_match", "cannot_be_read", "misused"}
    page = PAGE.read_text()
    assert [cause for cause in sorted(causes) if f"`{cause}`" not in page] == []


def test_every_test_named_as_a_proof_is_there() -> None:
    """In its file, under its class; a row without a proof says so."""
    page = (FOLDER.parent / "threats.md").read_text()
    named = re.findall(r"`(tests/[a-z_/]+\.py)::([A-Za-z_:]+)`", page)
    assert len(named) >= 20
    for file, name in named:
        text = (FOLDER.parents[1] / file).read_text()
        for part in name.split("::"):
            assert re.search(rf"(def|class) {part}\b", text), f"{file}::{name}"


def test_the_page_says_that_nobody_outside_reviewed_the_design() -> None:
    """Plainly, on both pages."""
    for page in (PAGE, FOLDER.parent / "threats.md"):
        text = " ".join(page.read_text().split())
        assert "no review by anybody outside the project" in text
