"""An entry is called signed by its actor only where that actor's own key says so."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger import signing
from ledger.seal import verify
from ledger.seal.ed25519 import public_key, sign
from tests.bundles import LOG, Sealer

SEED, OTHER = b"the key of Ms Holt, of party B..", b"a key of somebody else entirely."
OWNER = "person:holt"
SALT = bytes(range(32))
Change = Callable[[dict[str, Any]], dict[str, Any]]
FIELDS = {
    "case": "GO-2026-0001",
    "command": "submit-statement",
    "data.text": "We need more time.",
    "room": None,
}


def text_of(seed: bytes) -> str:
    """Write a public key."""
    return base64.b64encode(public_key(seed)).decode()


def bound(seed: bytes = SEED, **change: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of an event
    """Bind a key to its owner."""
    key = text_of(seed)
    proof = sign(seed, signing.owner_bytes(OWNER, key))
    return {
        "type": "key-bound",
        "owner": OWNER,
        "key": key,
        "starts": "2026-03-01T10:00:00Z",
        "proof": base64.b64encode(proof).decode(),
        **change,
    }


def signed(frame: dict[str, Any], seed: bytes = SEED) -> dict[str, Any]:
    """Sign the command of a frame, and show of it what the entry says."""
    root = signing.root_of(signing.slots_of(FIELDS, SALT)).hex()
    message = signing.signed_bytes(
        actor=OWNER, acting_for="party:B", command_id=frame["command"], root=root
    )
    signature = base64.b64encode(sign(seed, message)).decode()
    shown = ("case", "command", "data.text")
    opening = {
        "slots": [slot.hex() for slot in signing.slots_of(FIELDS, SALT)],
        "salts": {name: signing.salt_of(SALT, name).hex() for name in shown},
        "said": {name: FIELDS[name] for name in shown[:2]},
    }
    return {
        **frame,
        "acting_for": "party:B",
        "signed": {"fields": root, "key": text_of(seed), "signature": signature},
        "content": {"text": "We need more time.", "$signed": opening},
    }


def found(
    folder: Path,
    third: Change,
    binding: dict[str, Any] | None = None,
) -> tuple[verify.Result, str]:
    """Check a bundle whose first entry binds a key and whose third is signed; tell of the third."""

    def edit(seq: int, frame: dict[str, Any]) -> dict[str, Any]:
        if seq == 1:
            return {**frame, "event": bound() if binding is None else binding}
        return third(frame) if seq == 3 else frame

    path = Sealer([5], edit=edit).write(folder / "b")
    result = verify.examine([path], verify.parse_pins(LOG.key.text), keep=True)
    entries = [one for each in result.findings for room in each.rooms for one in room.entries or ()]
    return result, entries[2].stands if entries else ""


def test_an_entry_signed_by_its_actor_says_so(tmp_path: Path) -> None:
    """With the fields the signature covers; all others are asserted by the institution."""
    result, stands = found(tmp_path, signed)
    assert (result.exit, stands) == (0, "signed by its actor")
    (room,) = result.findings[0].rooms
    assert room.signed == 1
    assert room.entries is not None
    assert room.entries[2].signed == ("case", "command", "data.text")
    assert "1 signed by its actor, 4 asserted" in verify.written(result, as_json=False)


@pytest.mark.parametrize(
    "binding",
    [
        {"type": "statement-recorded"},
        bound(OTHER),
        bound(owner="person:somebody"),
        bound(proof=""),
        bound(starts="2026-03-01T11:00:00Z"),
        bound(ends="2026-03-01T10:00:02Z"),
    ],
)
def test_a_key_that_is_not_the_actors_proves_nothing(
    tmp_path: Path, binding: dict[str, Any]
) -> None:
    """Not bound, bound to another, without proof, too late, no longer."""
    result, stands = found(tmp_path, signed, binding)
    assert (result.exit, stands) == (0, "asserted by the institution")
    assert any("no entry shown here binds" in each for each in result.findings[0].remarks)


def test_a_key_revoked_signs_no_more(tmp_path: Path) -> None:
    """From the instant on that the revocation names."""

    def edit(seq: int, frame: dict[str, Any]) -> dict[str, Any]:
        revoked = {
            "type": "key-revoked",
            "owner": OWNER,
            "key": text_of(SEED),
            "as_of": "2026-03-01T10:00:02Z",
        }
        events = {1: bound(), 2: revoked}
        return signed(frame) if seq == 3 else {**frame, "event": events.get(seq, frame["event"])}

    path = Sealer([5], edit=edit).write(tmp_path / "b")
    result = verify.examine([path], verify.parse_pins(LOG.key.text))
    assert (result.exit, result.findings[0].rooms[0].signed) == (0, 0)


def test_words_put_into_a_mouth_are_refused(tmp_path: Path) -> None:
    """The institution shows other words than those signed, under the same signature."""

    def other(frame: dict[str, Any]) -> dict[str, Any]:
        made = signed(frame)
        return {**made, "content": {**made["content"], "text": "We agree."}}

    result, _ = found(tmp_path, other)
    assert (result.exit, result.cause) == (1, "signed_field_does_not_match")


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"command": "c9"}, "actor_signature_is_wrong"),
        ({"actor": "person:chen"}, "actor_signature_is_wrong"),
        ({"acting_for": "party:A"}, "actor_signature_is_wrong"),
        ({"signed": {}}, "frame_is_malformed"),
        ({"signed": 7}, "frame_is_malformed"),
    ],
)
def test_a_signature_moved_elsewhere_is_refused(
    tmp_path: Path, change: dict[str, Any], cause: str
) -> None:
    """To another command, another actor, another party."""
    result, _ = found(tmp_path, lambda frame: {**signed(frame), **change})
    assert (result.exit, result.cause) == (1, cause)


def test_a_signature_shown_without_what_was_said_still_counts(tmp_path: Path) -> None:
    """Erased: that the actor signed something is left, what it was is not."""

    def edit(seq: int, frame: dict[str, Any]) -> dict[str, Any]:
        return {**frame, "event": bound()} if seq == 1 else signed(frame) if seq == 3 else frame

    sealer = Sealer([5], edit=edit)
    one = sealer.rooms[0][2]
    sealer.rooms[0][2] = type(one)(one.seq, one.leaf, one.frame, withheld="erased")
    path = sealer.write(tmp_path / "b")
    result = verify.examine([path], verify.parse_pins(LOG.key.text), keep=True)
    assert result.exit == 0
    entries = result.findings[0].rooms[0].entries
    assert entries is not None
    assert (entries[2].stands, entries[2].signed) == ("signed by its actor", ())
