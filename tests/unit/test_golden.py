"""Hold what is stored to the bytes of its golden files, which are never edited."""

import hashlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.catalogue import EVENTS, decode_frame, encode_frame
from ledger.envelope import content_bytes, with_content
from ledger.errors import DecodeError, StoreFault
from ledger.store.sealing import (
    ContentKey,
    FrameOpener,
    leaf_of,
    open_content,
    pad,
    parse,
    room_of,
    seal,
    unpad,
)

GOLDEN = Path(__file__).parents[1] / "golden"
FILES = sorted((GOLDEN / "events").glob("*.json"))
SEALED = json.loads((GOLDEN / "sealed.v1.json").read_text("utf-8"))


@pytest.mark.parametrize("file", FILES, ids=[f.stem for f in FILES])
def test_every_stored_shape_is_read_and_written_alike(file: Path) -> None:
    """What was stored once is read for ever, and today's shape is written byte for byte."""
    text = json.loads(file.read_text("utf-8"))
    frame = decode_frame(text["frame"].encode())
    whole = with_content(frame.event, text["content"].encode())
    if f".v{type(frame.event).version}" == file.suffixes[0]:
        assert encode_frame(frame).decode() == text["frame"]
        assert content_bytes(whole).decode() == text["content"]


def test_every_event_type_has_its_golden_file() -> None:
    """A new event comes with its bytes (python -m tests.golden.make)."""
    stored = {file.stem for file in FILES}
    assert {f"{tag}.v{kind.version}" for tag, kind in EVENTS.items()} <= stored


def test_an_event_is_sealed_into_the_golden_bytes() -> None:
    """The table of stored bytes holds, item by item."""
    key = ContentKey(SEALED["block"], SEALED["slot"], bytes.fromhex(SEALED["content_key"]))
    state = seal(
        room_id=bytes.fromhex(SEALED["room_id"]),
        seq=SEALED["seq"],
        frame=bytes.fromhex(SEALED["frame"]),
        content=bytes.fromhex(SEALED["content"]),
        frame_key=bytes.fromhex(SEALED["frame_key"]),
        content_key=key,
        entropy=bytes.fromhex(SEALED["entropy"]),
    )
    assert state.hex() == SEALED["stored"]


def test_the_golden_bytes_open_by_the_words_of_the_specification_alone() -> None:
    """Anyone can check them: AES-256-GCM, padding, salt, SHA-256, the leaf as associated data."""
    sealed = parse(bytes.fromhex(SEALED["stored"]))
    entropy = bytes.fromhex(SEALED["entropy"])
    padded = AESGCM(bytes.fromhex(SEALED["frame_key"])).decrypt(
        entropy[64:], sealed.frame_box, sealed.leaf
    )
    plain = padded.rstrip(b"\0")[:-1]
    assert (plain[:32], plain[32:].hex()) == (entropy[:32], SEALED["frame"])
    assert len(padded) % 256 == 0
    digest = hashlib.sha256(b"gol/frame/v1\0" + plain).hexdigest()
    assert json.loads(sealed.leaf)["f"] == digest
    content = AESGCM(bytes.fromhex(SEALED["content_key"])).decrypt(
        bytes(12), sealed.content_box, sealed.leaf
    )
    inner = content.rstrip(b"\0")[:-1]
    digest = hashlib.sha256(b"gol/content/v1\0" + inner).hexdigest()
    assert json.loads(sealed.leaf)["c"] == digest
    assert sealed.leaf.decode() == SEALED["leaf"]


def test_a_leaf_names_its_room_at_a_fixed_place() -> None:
    """The room is read from a leaf without parsing it."""
    leaf = leaf_of(bytes(range(16)), 12_345, "f" * 64, "c" * 64)
    assert room_of(leaf) == bytes(range(16))
    assert json.loads(leaf) == {
        "c": "c" * 64,
        "f": "f" * 64,
        "room": bytes(range(16)).hex(),
        "seq": 12_345,
        "v": "gol/1",
    }


@pytest.mark.parametrize("size", [0, 1, 223, 254, 255, 256, 257, 1000])
def test_padding_hides_the_length_and_comes_off_again(size: int) -> None:
    """Every plaintext fills whole buckets, its own zeros and marks included."""
    plain = (b"\x80\0" * size)[:size]
    assert len(pad(plain)) % 256 == 0
    assert unpad(pad(plain)) == plain


def test_a_changed_byte_is_noticed_wherever_it_is() -> None:
    """Leaf, nonce, frame box, content box: nothing opens after a flip."""
    stored = bytes.fromhex(SEALED["stored"])
    frame_key, content_key = (bytes.fromhex(SEALED[k]) for k in ("frame_key", "content_key"))
    for at in range(0, len(stored), 7):
        flipped = bytearray(stored)
        flipped[at] ^= 1
        try:
            sealed = parse(bytes(flipped))
        except StoreFault:
            continue
        if (sealed.block, sealed.slot) != (SEALED["block"], SEALED["slot"]):
            continue
        with pytest.raises(StoreFault):
            _open_both(bytes(flipped), frame_key, content_key)


def _open_both(stored: bytes, frame_key: bytes, content_key: bytes) -> None:
    FrameOpener(lambda _: frame_key).open(parse(stored))
    open_content(parse(stored), content_key)


def test_an_event_of_a_newer_release_is_not_guessed_at() -> None:
    """A version or type we do not know stops loudly."""
    frame = bytes.fromhex(SEALED["frame"])
    newer = frame[:-1] + b',"v":2}'
    with pytest.raises(DecodeError, match="version 2"):
        decode_frame(newer)
    with pytest.raises(DecodeError, match="unknown event"):
        decode_frame(frame.replace(b'"proposal-tabled"', b'"proposal-dreamt"'))
