"""What a time stamp in a bundle must fit, and what is said of it: never more than was checked."""

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from ledger.seal import verify
from tests.bundles import LOG, Sealer, der, token_over

PINNED = verify.parse_pins(LOG.key.text)
TEXT = b"gol/log/x\n1\nx\n"


@pytest.fixture(scope="module", autouse=True)
def _signatures_are_checked_once() -> Iterator[None]:
    """Checking one takes milliseconds and always answers the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verify, "signature_holds", lru_cache(verify.signature_holds))
        patch.setattr(verify, "is_sound_key", lru_cache(verify.is_sound_key))
        yield


def stamped(size: int = 2, token: bytes | None = None) -> Sealer:
    """Seal two rooms, and have the log stamped at a size."""
    sealer = Sealer([12, 4])
    sealer.stamp(size, token)
    return sealer


def cause(path: Path, policy: verify.Policy = PINNED) -> str:
    """Name the cause for which evidence is refused."""
    result = verify.examine([path], policy)
    assert result.exit == verify.FAILED, result
    return result.cause


def test_a_stamp_is_told_with_what_it_covers_and_that_nobody_checked_it(tmp_path: Path) -> None:
    """The first of two seals of a room, where the log was stamped before the second."""
    sealer = Sealer([12, 4])
    sealer.stamp(1)
    sealer.stamp(2)
    path = sealer.write(tmp_path / "b.zip")
    status, told = verify.told([str(path), f"--key={LOG.key.text}"])
    assert status == 0, told
    assert "2026-03-01T10:01:00Z, the log at 1 leaves: joint up to entry 6, desk:A up to" in told
    assert "the log at 2 leaves: joint up to entry 12" in told
    assert told.count("WAS NOT CHECKED by this program") == 2
    assert "openssl ts -verify -data stamps/2.txt -in stamps/2.tst" in told
    _, told = verify.told([str(path), f"--key={LOG.key.text}", "--json"])
    (first, second) = json.loads(told)["evidence"][0]["stamps"]
    assert first["covers"] == {"joint": 6, "desk:A": 2}
    assert (second["place"], second["size"], second["checked"]) == (3, 2, "")


def test_who_can_check_a_signature_is_asked_and_believed(tmp_path: Path) -> None:
    """Token and text are handed over as they are; a refusal is one of the evidence."""
    sealer = stamped()
    path = sealer.write(tmp_path / "b")

    def authority(token: bytes, text: bytes) -> str:
        assert (token, text.decode()) == (sealer.stamped[0][2], sealer.text(2))
        return "a clock"

    _, told = verify.told([str(path), f"--key={LOG.key.text}"], authority)
    assert "the authority's signature holds: a clock" in told
    assert "NOT CHECKED" not in told

    def none(*_: bytes) -> str:
        raise verify.Refused("stamp_signature_is_wrong", "by nobody")

    assert cause(path, PINNED._replace(authority=none)) == "stamp_signature_is_wrong"
    bare = Sealer([3]).write(tmp_path / "bare")
    (found,) = verify.examine([bare], PINNED._replace(authority=none)).findings
    assert "there was nothing to check" in found.remarks[0]


@pytest.mark.parametrize(
    ("sealer", "refused"),
    [
        (stamped(token=token_over(b"another checkpoint")), "stamp_is_of_other_checkpoint"),
        (stamped(token=token_over(TEXT)), "stamp_is_of_other_checkpoint"),
        (stamped(token=b""), "stamp_is_malformed"),
        (stamped(token=b"<html>"), "stamp_is_malformed"),
        (stamped(token=token_over(TEXT)[:-1]), "stamp_is_malformed"),
        (stamped(token=token_over(TEXT) + b"\0"), "stamp_is_malformed"),
        (stamped(token=token_over(TEXT, b"20260301")), "stamp_is_malformed"),
        (stamped(token=token_over(TEXT, b"20269901100100Z")), "time_is_malformed"),
        (stamped(token=b"\x30\x84\xff\xff\xff\xff"), "stamp_is_malformed"),
        (stamped(token=b"\x30\x80\0\0"), "stamp_is_malformed"),
        (stamped(token=der(48, b"\0" * 33_000)), "stamp_is_malformed"),
    ],
)
def test_a_token_that_is_none_or_of_something_else(
    sealer: Sealer, refused: str, tmp_path: Path
) -> None:
    """Though it stands in the log, and whoever holds the key signed the bundle."""
    assert cause(sealer.write(tmp_path / "b")) == refused


Edit = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.mark.parametrize(
    ("edit", "refused"),
    [
        (lambda told: {**told, "index": 1}, "proof_has_wrong_length"),
        (lambda told: {**told, "index": 9}, "index_is_outside_tree"),
        (lambda told: {**told, "index": "2"}, "stamp_is_malformed"),
        (lambda told: {**told, "proof": told["proof"][1:]}, "proof_has_wrong_length"),
        (lambda told: {**told, "root": "00" * 32}, "root_does_not_match"),
        (lambda told: {**told, "root": "00"}, "stamp_is_malformed"),
        (lambda told: {**told, "consistency": []}, "proof_has_wrong_length"),
        (lambda told: {**told, "leaf": told["leaf"].replace(":2,", ":1,")}, "root_does_not_match"),
        (lambda told: {**told, "leaf": "{}"}, "root_does_not_match"),
        (lambda told: {**told, "more": 1}, "stamp_is_malformed"),
        (lambda told: {"leaf": told["leaf"]}, "stamp_is_malformed"),
    ],
)
def test_a_stamp_that_does_not_stand_in_the_log(edit: Edit, refused: str, tmp_path: Path) -> None:
    """Its place, its proofs, the root it names: each is compared."""
    sealer = stamped()
    files = sealer.files()
    told = edit(json.loads(files[verify.STAMPS]))
    files[verify.STAMPS] = json.dumps(told).encode() + b"\n"
    assert cause(sealer.write(tmp_path / "b", files)) == refused


def test_a_checkpoint_is_not_stamped_before_it_is_there(tmp_path: Path) -> None:
    """A stamp over the checkpoint that holds it could not be made."""
    sealer = stamped()
    sealer.stamped[0] = (2, 3, sealer.stamped[0][2])
    assert cause(sealer.write(tmp_path / "b")) in ("stamp_is_malformed", "proof_has_wrong_length")


def test_another_leaf_is_no_stamp(tmp_path: Path) -> None:
    """A tick in its place."""
    sealer = stamped()
    sealer.leaves[2] = sealer.leaves[0]
    assert cause(sealer.write(tmp_path / "b")) == "stamp_is_malformed"


def test_lines_twice_or_in_another_order_are_refused(tmp_path: Path) -> None:
    """Each stamp once, in the order of the log."""
    sealer = stamped()
    sealer.stamp(1)
    files = sealer.files()
    one, two = files[verify.STAMPS].splitlines(keepends=True)
    for lines in (two + one, one + one, one + two + two):
        path = sealer.write(tmp_path / "b", {**files, verify.STAMPS: lines})
        assert cause(path) == "stamp_is_malformed"


def test_files_beside_must_be_those_of_the_log(tmp_path: Path) -> None:
    """So that openssl checks what this program compared."""
    sealer = stamped()
    files = sealer.files()
    for name in ("stamps/2.tst", "stamps/2.txt"):
        other = {**files, name: files[name] + b"\n"}
        assert cause(sealer.write(tmp_path / "b", other)) == "file_does_not_match"
        less = {each: data for each, data in files.items() if each != name}
        assert cause(sealer.write(tmp_path / "b", less)) == "file_is_missing"
    more = {**files, "stamps/7.tst": b""}
    assert cause(sealer.write(tmp_path / "b", more)) == "file_is_unexpected"
    none = {each: data for each, data in files.items() if each != verify.STAMPS}
    assert cause(sealer.write(tmp_path / "b", none)) == "file_is_unexpected"


def test_no_flip_in_a_stamp_is_taken_for_it(tmp_path: Path) -> None:
    """By whoever holds the key and fits the manifest to it: a sample of bytes of its line."""
    sealer = stamped()
    files = sealer.files()
    whole = files[verify.STAMPS]
    for at in range(0, len(whole), 53):
        line = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        assert cause(sealer.write(tmp_path / "b", {**files, verify.STAMPS: line}))


def test_clocks_that_contradict_each_other_are_reported(tmp_path: Path) -> None:
    """A stamp before the seal it covers, or logged before it was made."""
    for at, said in (
        (b"20260301095500Z", "before the time its"),
        (b"20260301103000Z", "logged at"),
    ):
        sealer = Sealer([12])
        sealer.stamp(2, token_over(sealer.text(2).encode(), at))
        (found,) = verify.examine([sealer.write(tmp_path / "b")], PINNED).findings
        assert any(said in remark for remark in found.remarks), found.remarks


def test_no_broken_der_is_read_as_a_token() -> None:
    """Every cut, every doubled part, and each length made wrong."""
    token = token_over(TEXT)
    for at in range(len(token)):
        for broken in (token[:at], token[at + 1 :], token[:at] + b"\xff" + token[at:]):
            with pytest.raises(verify.Refused, match=r"stamp_is_malformed|stamp_is_of|time_is"):
                verify.check_stamped(broken, TEXT)
    assert verify.check_stamped(token, TEXT).at == "2026-03-01T10:01:00Z"
