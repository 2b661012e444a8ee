"""Signed commands: what is signed, whose key counts, and what each room may see of it."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given as over
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.act import Ask
from ledger.envelope import Frame
from ledger.errors import DecodeError
from ledger.profile import builtin
from ledger.record.key_events import KeyBound
from ledger.seal.ed25519 import sign
from ledger.signing import (
    SLOTS,
    commitment,
    holds,
    is_sound,
    opening_in,
    owner_bytes,
    root_of,
    salt_of,
    shown_by,
    signed_bytes,
    slots_of,
    verified,
)
from services.actor_keys import KeyFile, make_key, public_of, read_key, signed
from tests import examples as ex
from tests.spec import OFFICES, START, Order, Spec, do, given

HOLT = KeyFile(owner="person:holt", seed="01" * 32)
OTHER = KeyFile(owner="person:holt", seed="02" * 32)
PARTY_A = KeyFile(owner="party:A", seed="03" * 32)
IYER = KeyFile(owner=ex.MEDIATOR, seed="04" * 32)
SALT = b"\x07" * 32
SMALL_ORDER = base64.b64encode(bytes([1]) + bytes(31)).decode()
NOT_CANONICAL = base64.b64encode(bytes([0xEE]) + b"\xff" * 30 + b"\x7f").decode()


def bind(file: KeyFile, /, by: str = "registry", **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """Bind a key in the case."""
    return do("bind-key", by=by, **{**msgspec.to_builtins(public_of(file)), **more})


def signed_order(spec: Spec, order: Order, key: KeyFile, salt: bytes = SALT) -> Order:
    """Sign an order as a caller would."""
    order = replace(order, id=order.id or f"signed-{spec._ids}", actor=key.owner)
    ask = Ask(
        command=order.name,
        id=order.id or "",
        case=spec.file.case_id.hex,
        actor=key.owner,
        acting_for=order.by if order.by in OFFICES else f"party:{order.by}",
        room=order.room,
        seen=order.seen,
        occurred=order.occurred,
        reported=order.reported,
        source=order.source,
        data=msgspec.Raw(msgspec.json.encode(order.data)),
    )
    done = signed(ask, key, salt)
    added = {"key": done.key, "salt": done.salt, "signature": done.signature, "case": done.case}
    return replace(order, signature=added)


def table(by: str = "A") -> Order:
    """Table a proposal."""
    return do("table-proposal", by=by, clauses=[ex.clause()])


def refused(spec: Spec, order: Order, rule: str) -> None:
    """Expect a refusal in the institution's own record."""
    answer = spec.order(order)
    assert answer.rule == rule, answer


def mediating(*steps: Order) -> Spec:
    """Begin in the middle of talks, A's key bound."""
    return given(*ex.mediating(), bind(PARTY_A), *steps)


def test_what_is_signed_is_kept_with_the_entry_and_holds_for_who_reads_it() -> None:
    """The frame alone shows who signed; its content shows which words."""
    spec = mediating()
    spec.when(signed_order(spec, table(), PARTY_A))
    assert spec.answer is not None
    assert spec.answer.done, spec.answer
    frames = spec.new_frames()
    assert all(holds(frame) for frame in frames)
    (frame,) = [f for f in frames if f.event.__struct_config__.tag == "proposal-tabled"]
    assert frame.signed is not None
    opening = opening_in(_content_of(spec, frame))
    assert opening is not None
    shown = shown_by(opening, frame.signed.fields, _event_of(spec, frame))
    assert shown["command"] == "table-proposal"
    assert shown["case"] == spec.file.case_id.hex
    assert shown["data.clauses"] == [msgspec.to_builtins(ex.clause())]


def _pending(spec: Spec, frame: Frame[Any]) -> Any:  # noqa: ANN401 - a private record of the batch
    version = spec.file.version_of(frame.ref)
    return next(
        p for p in spec._batch._pending if (p.case_id, p.version) == (spec.file.case_id, version)
    )


def _content_of(spec: Spec, frame: Frame[Any]) -> bytes:
    content: bytes = _pending(spec, frame).content
    return content


def _event_of(spec: Spec, frame: Frame[Any]) -> Any:  # noqa: ANN401 - any event
    return spec._batch._unwritten[spec.file.case_id, frame.ref]


def test_an_unsigned_command_is_recorded_as_ever() -> None:
    """No key of the frame or the content tells that it could have been signed."""
    spec = mediating(table())
    assert all(frame.signed is None for frame in spec.new_frames())
    assert b"$signed" not in _content_of(spec, spec.new_frames()[-1])


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"signature": "A" * 86 + "=="}, "signature_is_good"),
        ({"salt": "00" * 32}, "signature_is_good"),
        ({"key": public_of(OTHER).key}, "key_is_the_actors"),
        ({"key": None}, "signature_is_whole"),
        ({"salt": None}, "signature_is_whole"),
        ({"signature": None}, "signature_is_whole"),
        ({"case": "GO-"}, "signature_is_whole"),
    ],
)
def test_a_signature_that_is_not_of_this_command_is_refused(
    change: dict[str, Any], rule: str
) -> None:
    """Another signature, another salt, another key, or only a part of what is needed."""
    spec = mediating()
    order = signed_order(spec, table(), PARTY_A)
    spec.when(replace(order, signature={**order.signature, **change})).then_refused(rule)


@pytest.mark.parametrize(
    "change",
    [
        {"data": {"clauses": [{"clause_id": "c1", "issue": "berth fees", "text": "Another."}]}},
        {"occurred": "2026-03-01T09:00:00Z"},
        {"room": "caucus:A"},
        {"seen": 4000},
        {"source": "ab" * 32},
        {"id": "another"},
        {"name": "draft-proposal"},
    ],
)
def test_nothing_of_a_signed_command_can_be_put_otherwise(change: dict[str, Any]) -> None:
    """Words, time, room, sequence, source, id, command: each is under the signature."""
    spec = mediating()
    order = signed_order(spec, table(), PARTY_A)
    spec.when(replace(order, **change))
    spec.then_refused("signature_is_good")


def test_the_same_line_again_gets_the_first_answer_and_another_signature_does_not() -> None:
    """The signature is part of what was asked."""
    spec = mediating()
    order = signed_order(spec, replace(table(), id="once"), PARTY_A)
    first = spec.when(order).answer
    assert spec.when(order).answer == first
    other = signed_order(spec, replace(table(), id="once"), PARTY_A, b"\x08" * 32)
    spec.when(other).then_refused("command_id_is_new")
    spec.when(replace(order, signature={})).then_refused("command_id_is_new")


def test_a_key_counts_from_its_binding_until_it_is_given_up() -> None:
    """Rotation: one ends where the next begins; revoked is not bound again."""
    spec = mediating()
    key = public_of(PARTY_A).key
    later = (spec.clock.at + timedelta(days=1)).isoformat()
    spec.given(do("revoke-key", by="A", owner="party:A", key=key, as_of=later))
    new = KeyFile(owner="party:A", seed="05" * 32)
    spec.given(bind(new, "A", starts=later))
    spec.when(signed_order(spec, table(), new)).then_refused("key_is_the_actors")
    spec.given(signed_order(spec, table(), PARTY_A))
    spec.at(spec.clock.at + timedelta(days=2))
    spec.when(signed_order(spec, table(), PARTY_A)).then_refused("key_is_the_actors")
    spec.given(signed_order(spec, table(), new))
    spec.when(bind(PARTY_A)).then_refused("key_is_new")


def test_a_key_with_an_end_counts_no_longer_than_that() -> None:
    """An end may be given with the binding."""
    spec = given(*ex.mediating())
    soon = (spec.clock.at + timedelta(hours=1)).isoformat()
    spec.given(bind(PARTY_A, ends=soon))
    spec.given(signed_order(spec, table(), PARTY_A))
    spec.at(spec.clock.at + timedelta(hours=2))
    spec.when(signed_order(spec, table(), PARTY_A)).then_refused("key_is_the_actors")


@pytest.mark.parametrize("key", [SMALL_ORDER, NOT_CANONICAL, "A" * 43 + "="])
def test_a_weak_key_is_never_bound(key: str) -> None:
    """Small order, not canonical, not on the curve: no two verifiers would agree on it."""
    assert not is_sound(key)
    spec = given(*ex.mediating())
    spec.when(bind(PARTY_A, key=key)).then_refused("key_is_sound")


def test_a_signature_that_is_not_canonical_is_refused() -> None:
    """S plus the order of the group, or base64 written otherwise: the same to some, not to all."""
    message = b"words"
    good = sign(bytes(32), message)
    key = base64.b64encode(
        base64.b64decode(public_of(KeyFile(owner="person:x", seed="00" * 32)).key)
    ).decode()
    order = 2**252 + 27742317777372353535851937790883648493
    raised = (int.from_bytes(good[32:], "little") + order).to_bytes(32, "little")
    assert verified(key, message, base64.b64encode(good).decode())
    assert not verified(key, message, base64.b64encode(good[:32] + raised).decode())
    loose = base64.b64encode(good).decode()
    last = loose[-3]
    twisted = loose[:-3] + chr(ord(last) + 1) + "=="
    assert not verified(key, message, twisted)


def test_nobody_is_given_a_key_that_somebody_else_holds() -> None:
    """Who binds shows that the owner named holds it; nobody binds another's."""
    spec = given(*ex.mediating())
    stolen = {**msgspec.to_builtins(public_of(PARTY_A)), "owner": "party:B"}
    spec.when(do("bind-key", **stolen)).then_refused("key_is_held_by_its_owner")
    spec.when(bind(PARTY_A, "B")).then_refused("key_is_of_ones_own_side")
    spec.when(bind(PARTY_A, "mediator")).then_refused("key_is_of_ones_own_side")
    spec.when(bind(IYER, "mediator")).then(KeyBound)
    spec.when(bind(PARTY_A, "A")).then(KeyBound)


def test_a_key_signs_what_comes_after_its_binding_alone() -> None:
    """It is not dated back, and does not end before it starts."""
    spec = given(*ex.mediating())
    before = (START - timedelta(days=1)).isoformat()
    spec.when(bind(PARTY_A, starts=before)).then_refused("key_counts_from_now_on")
    spec.when(bind(PARTY_A, ends=before)).then_refused("key_counts_from_now_on")


def test_only_a_key_that_is_bound_is_revoked_and_by_its_own_side() -> None:
    """What it signed stays signed; B has no say in A's keys."""
    spec = mediating()
    key = public_of(PARTY_A).key
    spec.when(do("revoke-key", by="A", owner="party:A", key=public_of(OTHER).key)).then_refused(
        "key_is_bound"
    )
    spec.when(do("revoke-key", by="B", owner="party:A", key=key)).then_refused(
        "key_is_of_ones_own_side"
    )
    spec.given(do("revoke-key", by="registry", owner="party:A", key=key, reason="Lost."))
    assert not spec.file.seen_by(spec.file.rights("party:B")).record.keys[0].counts(spec.clock.at)


def test_a_person_signs_in_every_case_with_a_key_of_the_institutions_record() -> None:
    """The institution's record knows its own people; no case has to."""
    spec = given(*ex.mediating())
    handed = msgspec.to_builtins(public_of(IYER))
    noted = do("note-strategy", by="mediator", approach="Dates first.")
    spec.when(signed_order(spec, noted, IYER)).then_refused("key_is_the_actors")
    spec.given(do("bind-person-key", **handed))
    refused(spec, do("bind-person-key", **handed), "key_is_new")
    refused(
        spec, do("bind-person-key", **{**handed, "owner": "person:x"}), "key_is_held_by_its_owner"
    )
    refused(spec, do("bind-person-key", **{**handed, "key": SMALL_ORDER}), "key_is_sound")
    past = {**msgspec.to_builtins(public_of(HOLT)), "starts": START.isoformat()}
    refused(spec, do("bind-person-key", **past), "key_counts_from_now_on")
    spec.when(signed_order(spec, noted, IYER))
    assert spec.answer is not None
    assert spec.answer.done, spec.answer
    unknown = {"owner": IYER.owner, "key": public_of(HOLT).key}
    refused(spec, do("revoke-person-key", **unknown), "key_is_bound")
    spec.given(do("revoke-person-key", owner=IYER.owner, key=handed["key"], reason="Lost."))
    spec.when(signed_order(spec, noted, IYER)).then_refused("key_is_the_actors")


def test_a_room_sees_of_a_signed_command_only_what_it_says_itself() -> None:
    """Reasons stay at the desk: the joint entry shows as much with them as without."""
    shown = []
    for reason in (None, "Our insurer forbids it."):
        spec = given(*ex.invited(), bind(KeyFile(owner="party:B", seed="06" * 32)))
        data = {} if reason is None else {"reasons": reason}
        order = do("decline-invitation", by="B", **data)
        spec.given(signed_order(spec, order, KeyFile(owner="party:B", seed="06" * 32)))
        (joint,) = [f for f in spec.new_frames() if f.room == "joint"][:1]
        content = msgspec.json.decode(_content_of(spec, joint))
        assert len(content["$signed"]["slots"]) == SLOTS
        assert reason is None or reason not in str(content)
        shown.append((sorted(content["$signed"]["salts"]), content["$signed"]["said"].keys()))
    assert shown[0] == shown[1]


def test_a_profile_names_the_commands_that_are_signed() -> None:
    """Refused without; a case of another profile goes on as before."""
    spec = Spec()
    text = ex_profile('signed_commands = ["table-proposal"]')
    spec.given(do("found-institution"), do("adopt-profile", text=text, default=True))
    spec.given(*ex.mediating(), bind(PARTY_A))
    spec.when(table()).then_refused("command_is_signed")
    spec.given(signed_order(spec, table(), PARTY_A))
    misspelt = ex_profile('signed_commands = ["tabel-proposal"]')
    misspelt = misspelt.replace("version = 2", "version = 3")
    refused(spec, do("adopt-profile", text=misspelt), "signed_commands_exist")


def ex_profile(line: str) -> str:
    """Write the default profile with one key more, as its next version."""
    text = builtin()["house-default"]
    assert "signed_commands = []" in text
    return text.replace("signed_commands = []", line).replace("version = 1", "version = 2", 1)


def test_key_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    """Mode 0600, never replaced, refused once others can read it, and never printed."""
    path = tmp_path / "holt.key"
    made = make_key(path, "person:holt")
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key(path) == made
    assert made.seed not in repr(made)
    with pytest.raises(DecodeError, match="is there already"):
        make_key(path, "person:holt")
    path.chmod(0o644)
    with pytest.raises(DecodeError, match="others can read"):
        read_key(path)
    with pytest.raises(DecodeError, match="no name of a person"):
        make_key(tmp_path / "x.key", "holt")
    path.write_bytes(b"{}")
    path.chmod(0o600)
    with pytest.raises(DecodeError, match="no key file"):
        read_key(path)


@pytest.mark.parametrize("text", [b"", b"{}", b"\xff", b'{"owner":"person:x","seed":"00"}'])
def test_what_is_no_key_file_is_refused(tmp_path: Path, text: bytes) -> None:
    """Empty, cut short, something else: a clear answer."""
    path = tmp_path / "x.key"
    path.write_bytes(text)
    path.chmod(0o600)
    with pytest.raises(DecodeError):
        read_key(path)
    with pytest.raises(DecodeError):
        read_key(tmp_path / "missing.key")


def test_a_signed_act_is_its_owners_and_says_for_whom() -> None:
    """Nobody signs as somebody else; a number that programs write differently is not signed."""
    ask = Ask(command="give-consent", id="1", acting_for="party:B")
    with pytest.raises(DecodeError, match="key is of"):
        signed(replace(ask, actor="person:other"), HOLT)
    with pytest.raises(DecodeError, match="for whom"):
        signed(replace(ask, acting_for=None), HOLT)
    with pytest.raises(DecodeError, match="cannot be signed"):
        signed(replace(ask, data=msgspec.Raw(b'{"a":1.5}')), HOLT)
    many = msgspec.json.encode({f"f{n}": n for n in range(SLOTS)})
    with pytest.raises(DecodeError, match="too many"):
        signed(replace(ask, data=msgspec.Raw(many)), HOLT)


FIELDS = {"case": "GO-1", "command": "x", "data.a": [1, {"z": None, "b": "é"}]}


def test_the_signed_bytes_are_those_of_the_page() -> None:
    """Computed here from the words of docs/signing.md, with nothing of ours."""

    def text(value: object) -> bytes:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    def hashed(mark: str, *parts: bytes) -> bytes:
        return hashlib.sha256(f"gol/{mark}/v1\0".encode() + b"".join(parts)).digest()

    def derived(name: str) -> bytes:
        return hmac.new(SALT, name.encode(), "sha256").digest()

    slots = [hashed("field", derived(n), text([n, v])) for n, v in FIELDS.items()]
    slots += [derived(f"\0decoy/{n}") for n in range(32 - len(slots))]
    root = hashed("fields", *sorted(slots)).hex()
    statement = {"acting_for": "party:B", "actor": "person:holt", "fields": root, "id": "1"}
    ours = signed_bytes(
        actor="person:holt",
        acting_for="party:B",
        command_id="1",
        root=root_of(slots_of(FIELDS, SALT)).hex(),
    )
    assert ours == b"gol/command/v1\0" + text(statement)
    assert owner_bytes("o", "k") == b"gol/key/v1\0" + text({"owner": "o", "key": "k"})


@over(st.dictionaries(st.text(max_size=8), st.text() | st.integers(), max_size=SLOTS))
def test_slots_tell_neither_number_nor_place_of_what_was_asked(fields: dict[str, Any]) -> None:
    """Always as many, sorted; each field is found by its own salt and by no guess without it."""
    slots = slots_of(fields, SALT)
    assert len(slots) == SLOTS
    assert list(slots) == sorted(slots)
    for name, value in fields.items():
        assert commitment(name, value, salt_of(SALT, name)) in slots
        assert commitment(name, value, bytes(32)) not in slots


def test_what_an_event_opens_must_stand_under_the_signature() -> None:
    """Other slots, other words, another salt: nothing is shown of them."""
    spec = mediating()
    spec.given(signed_order(spec, table(), PARTY_A))
    (frame,) = [f for f in spec.new_frames() if f.event.__struct_config__.tag == "proposal-tabled"]
    assert frame.signed is not None
    root, event = frame.signed.fields, _event_of(spec, frame)
    opening = opening_in(_content_of(spec, frame))
    assert opening is not None
    with pytest.raises(DecodeError, match="not those"):
        shown_by(replace(opening, slots=opening.slots[1:]), root, event)
    other = replace(event, clauses=())
    assert "data.clauses" not in shown_by(opening, root, other)
    forged = replace(opening, said={**opening.said, "command": "accept-proposal"})
    assert "command" not in shown_by(forged, root, event)
    with pytest.raises(DecodeError):
        opening_in(b'{"$signed":{"slots":1}}')
    assert opening_in(b"{}") is None


def test_a_frame_with_another_actors_signature_does_not_hold() -> None:
    """The signature names its actor, for whom, and the command."""
    spec = mediating()
    spec.given(signed_order(spec, table(), PARTY_A))
    frame = spec.new_frames()[-1]
    assert holds(frame)
    assert not holds(replace(frame, actor="party:B"))
    assert not holds(replace(frame, acting_for="party:B"))
    assert not holds(replace(frame, command="other"))
    assert not holds(replace(frame, signed=None))
    assert frame.signed is not None
    assert not holds(replace(frame, signed=replace(frame.signed, fields="00" * 32)))
