"""Check evidence of a mediation ledger: one file, the standard library, no network.

It shares no code with the software that wrote the evidence, so that neither can hide a mistake of
the other. Whoever distrusts this file can write it again from the sources it names: RFC 6962 and
RFC 9162 (trees), RFC 8032 (Ed25519), C2SP signed-note, tlog-checkpoint and tlog-cosignature, and
RFC 3161 and X.690 (time stamps, as far as they are read here).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
import os
import re
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

if sys.version_info < (3, 9):  # noqa: UP036 - a stranger's Python may be older than ours
    sys.stderr.write("COULD NOT CHECK: verify.py needs Python 3.9 or newer\n")
    sys.exit(2)


class Refused(Exception):  # noqa: N818 - the answer of a check
    """The evidence does not hold.

    Attributes:
        cause: Name of the check that failed.
        why: One sentence.
    """

    def __init__(self, cause: str, why: str) -> None:
        super().__init__(cause + ": " + why)
        self.cause = cause
        self.why = why


HASH_BYTES = KEY_BYTES = 32
SIGNATURE_BYTES = 64

# ---------------------------------------------------------------- Ed25519 (RFC 8032, 5.1)

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]
"""X, Y, Z, T with x = X/Z, y = Y/Z, x * y = T/Z."""
NEUTRAL: Point = (0, 1, 1, 0)


def _add(p: Point, q: Point) -> Point:
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * D * p[3] * q[3] % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _double(p: Point) -> Point:
    a, b = p[0] * p[0] % P, p[1] * p[1] % P
    h = a + b
    e = h - (p[0] + p[1]) * (p[0] + p[1]) % P
    g = a - b
    f = 2 * p[2] * p[2] % P + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def _sum_of_multiples(m: int, p: Point, n: int, q: Point) -> Point:
    """Compute m times p plus n times q, both at once."""
    both, result = _add(p, q), NEUTRAL
    for bit in range(max(m.bit_length(), n.bit_length()) - 1, -1, -1):
        result = _double(result)
        which = (m >> bit & 1) + 2 * (n >> bit & 1)
        if which:
            result = _add(result, (p, q, both)[which - 1])
    return result


def _is_neutral(p: Point) -> bool:
    return p[0] % P == 0 and (p[1] - p[2]) % P == 0


def _has_small_order(p: Point) -> bool:
    return _is_neutral(_double(_double(_double(p))))


def _encoded(p: Point) -> bytes:
    inverse = pow(p[2], P - 2, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _decoded(text: bytes) -> Point | None:
    """Find the point of an encoding; None for none, and for an encoding nobody has to write."""
    if len(text) != KEY_BYTES:
        return None
    number = int.from_bytes(text, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * v**3 * pow(u * v**7, (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if y >= P or v * x * x % P != u or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
BASE_Y = 4 * pow(5, P - 2, P) % P
BASE: Point = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def is_sound_key(public: bytes) -> bool:
    """Tell whether a key means the same to every verifier: canonical and of prime order."""
    point = _decoded(public)
    if point is None or _is_neutral(point):
        return False
    return _is_neutral(_sum_of_multiples(ORDER, point, 0, NEUTRAL))


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Check a signature as libsodium does: small-order points and an unreduced S are refused."""
    point = _decoded(public)
    if point is None or len(signature) != SIGNATURE_BYTES or _has_small_order(point):
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    k = int.from_bytes(digest, "little") % ORDER
    minus = (P - point[0], point[1], 1, P - point[3])
    r = _sum_of_multiples(s, BASE, k, minus)
    return _encoded(r) == signature[:32] and not _has_small_order(r)


# ---------------------------------------------------------------- trees (RFC 6962, RFC 9162)

SIZE_MAX = 2**63 - 1
EMPTY_ROOT = hashlib.sha256(b"").digest()


class Head(NamedTuple):
    """Size and root of a tree."""

    size: int
    root: bytes


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf."""
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two nodes."""
    return hashlib.sha256(b"\1" + left + right).digest()


def head_of(leaves: Iterable[bytes]) -> Head:
    """Compute the head over the hashes of all leaves."""
    size, peaks = 0, list[bytes]()
    for leaf in leaves:
        peaks.append(leaf)
        size += 1
        full = size
        while not full & 1:
            right = peaks.pop()
            peaks[-1] = node_hash(peaks[-1], right)
            full >>= 1
    root = peaks.pop() if peaks else EMPTY_ROOT
    while peaks:
        root = node_hash(peaks.pop(), root)
    return Head(size, root)


def _middle(begin: int, end: int) -> int:
    """Cut a subtree of two leaves or more where RFC 9162 does."""
    return begin + (1 << (end - begin - 1).bit_length() - 1)


def check_inclusion(leaf: bytes, index: int, proof: Sequence[bytes], head: Head) -> None:
    """Check that the hash of a leaf stands at an index of a tree."""
    _check_head(head)
    _check_hashes([leaf, *proof])
    if not 0 <= index < head.size:
        raise Refused("index_is_outside_tree", f"leaf {index} of a tree of {head.size}")
    begin, end, went_left = 0, head.size, list[bool]()
    while end - begin > 1:
        cut = _middle(begin, end)
        went_left.append(index < cut)
        begin, end = (begin, cut) if index < cut else (cut, end)
    _check_length(proof, len(went_left))
    root = leaf
    for sibling in proof:
        root = node_hash(root, sibling) if went_left.pop() else node_hash(sibling, root)
    _check_root(root, head)


def check_span(leaves: Sequence[bytes], begin: int, proof: Sequence[bytes], head: Head) -> None:
    """Check that the hashes of leaves stand side by side in a tree, the first at an index.

    The proof is the hashes of the subtrees beside the span, left to right.
    """
    _check_head(head)
    _check_hashes([*leaves, *proof])
    end = begin + len(leaves)
    if not 0 <= begin < end <= head.size:
        raise Refused("index_is_outside_tree", f"leaves {begin} to {end} of {head.size}")
    beside = list(proof)

    def root(low: int, high: int) -> bytes:
        if high <= begin or end <= low:
            if not beside:
                raise Refused("proof_has_wrong_length", "the proof has too few hashes")
            return beside.pop(0)
        if begin <= low and high <= end:
            return head_of(leaves[low - begin : high - begin]).root
        cut = _middle(low, high)
        left = root(low, cut)
        return node_hash(left, root(cut, high))

    whole = root(0, head.size)
    if beside:
        raise Refused("proof_has_wrong_length", "the proof has too many hashes")
    _check_root(whole, head)


def check_consistency(older: Head, newer: Head, proof: Sequence[bytes]) -> None:
    """Check that a tree grew by appending alone."""
    _check_head(older)
    _check_head(newer)
    _check_hashes(proof)
    if older.size > newer.size:
        raise Refused("tree_shrank", f"from {older.size} leaves to {newer.size}")
    begin, end, went_left = 0, newer.size, list[bool]()
    while end != older.size:
        cut = _middle(begin, end)
        went_left.append(older.size <= cut)
        begin, end = (begin, cut) if older.size <= cut else (cut, end)
    _check_length(proof, len(went_left) + bool(begin))
    small = large = proof[0] if begin else older.root
    for sibling in proof[1:] if begin else proof:
        if went_left.pop():
            large = node_hash(large, sibling)
        else:
            small, large = node_hash(sibling, small), node_hash(sibling, large)
    _check_root(small, older)
    _check_root(large, newer)


def _check_head(head: Head) -> None:
    if not 1 <= head.size <= SIZE_MAX:
        raise Refused("size_is_out_of_range", f"nothing is proved by a tree of {head.size}")
    _check_hashes([head.root])


def _check_hashes(hashes: Iterable[bytes]) -> None:
    for each in hashes:
        if len(each) != HASH_BYTES:
            raise Refused("hash_is_not_32_bytes", f"a hash has {len(each)} bytes")


def _check_length(proof: Sequence[bytes], wanted: int) -> None:
    if len(proof) != wanted:
        raise Refused("proof_has_wrong_length", f"{len(proof)} hashes where {wanted} belong")


def _check_root(root: bytes, head: Head) -> None:
    if root != head.root:
        raise Refused("root_does_not_match", "the proof leads to another root")


# ---------------------------------------------------------------- signed notes (C2SP)

SIGNS, COSIGNS = 1, 4
"""Kinds of keys: one signs a text, the other a checkpoint and the time it was seen."""
NOTE_BYTES_MAX, SIGNATURES_MAX = 1_000_000, 100
ID_BYTES, TIME_BYTES = 4, 8
DASH = "\N{EM DASH}"


class Key(NamedTuple):
    """What checks signatures."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """Return the four bytes that stand before each signature."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(named).digest()[:ID_BYTES]


class Signature(NamedTuple):
    """One line under a note."""

    name: str
    key_id: bytes
    body: bytes


class Note(NamedTuple):
    """A text and who is said to have signed it."""

    text: str
    signatures: list[Signature]


class Verified(NamedTuple):
    """A signature that holds; for a cosigner, when it saw the checkpoint (seconds since 1970)."""

    key: Key
    at: int | None


class Checkpoint(NamedTuple):
    """What a log says about itself."""

    origin: str
    head: Head
    extensions: tuple[str, ...]


def parse_key(text: str) -> Key:
    """Read a key as it is handed on: name, id and base64, joined by plus signs."""
    name, _, rest = text.partition("+")
    given, _, body = rest.partition("+")
    data = _unbase64(body)
    if not _is_name(name) or not data or data[0] not in (SIGNS, COSIGNS):
        raise Refused("key_is_malformed", "the text is not a key: name+id+base64")
    key = Key(name, data[0], data[1:])
    if key.id.hex() != given:
        raise Refused("key_is_malformed", f"the id in the text is not that of the key of {name}")
    if not is_sound_key(key.public):
        raise Refused("key_is_weak", f"the key of {name} is weak or no Ed25519 key")
    return key


def parse_note(raw: bytes) -> Note:
    """Read a note; nothing is checked but its form."""
    try:
        whole = raw.decode()
    except UnicodeDecodeError:
        raise Refused("note_is_malformed", "not UTF-8") from None
    text, between, lines = whole.rpartition("\n\n")
    signatures = [_parse_line(line) for line in lines.split("\n")[:-1]]
    if not between or not signatures or not lines.endswith("\n"):
        raise Refused("note_is_malformed", "no lines of signatures after an empty line")
    if any(character < " " and character != "\n" for character in text):
        raise Refused("note_is_malformed", "a control character in the text")
    if len(raw) > NOTE_BYTES_MAX or len(signatures) > SIGNATURES_MAX:
        raise Refused("note_is_malformed", "larger than notes are")
    return Note(text + "\n", signatures)


def verify_note(note: Note, keys: Iterable[Key]) -> list[Verified]:
    """Return the signatures by known keys, one a key; a wrong one of a known key is refused."""
    known = dict[tuple[str, bytes], Key]()
    for key in keys:
        if known.setdefault((key.name, key.id), key) != key:
            raise Refused("keys_are_ambiguous", f"two keys of {key.name} have the same id")
    found = dict[Key, Verified]()
    for signature in note.signatures:
        signer = known.get((signature.name, signature.key_id))
        if signer is not None:
            found.setdefault(signer, _verified(note.text, signer, signature.body))
    if not found:
        raise Refused("no_known_signature", "no known key has signed the note")
    return list(found.values())


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint."""
    lines = text.split("\n")
    if lines.pop() or not all(lines) or not lines[2:]:
        raise Refused("checkpoint_is_malformed", "not three lines or more, none of them empty")
    size, root = lines[1], _unbase64(lines[2])
    if not re.fullmatch("0|[1-9][0-9]{0,18}", size) or int(size) > SIZE_MAX:
        raise Refused("checkpoint_is_malformed", "the second line is not a size")
    if len(root) != HASH_BYTES:
        raise Refused("checkpoint_is_malformed", "the third line is not a hash in base64")
    if size == "0" and root != EMPTY_ROOT:
        raise Refused("checkpoint_is_malformed", "an empty log has another root")
    return Checkpoint(lines[0], Head(int(size), root), tuple(lines[3:]))


def open_checkpoint(
    raw: bytes, origin: str, keys: Iterable[Key]
) -> tuple[Checkpoint, list[Verified]]:
    """Read a checkpoint that its own log has signed, and tell who else did."""
    note = parse_note(raw)
    verified = verify_note(note, keys)
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != origin:
        raise Refused("origin_is_another", f"the checkpoint is of {checkpoint.origin!r}")
    if not any(each.key.kind == SIGNS and each.key.name == origin for each in verified):
        raise Refused("log_did_not_sign", f"no known key of {origin} has signed")
    return checkpoint, verified


def _verified(text: str, key: Key, body: bytes) -> Verified:
    at, message = None, text.encode()
    if key.kind == COSIGNS:
        at, body = int.from_bytes(body[:TIME_BYTES], "big"), body[TIME_BYTES:]
        message = f"cosignature/v1\ntime {at}\n{text}".encode()
    if (at or 0) > SIZE_MAX or not signature_holds(key.public, message, body):
        raise Refused("signature_is_wrong", f"the signature of {key.name} does not hold")
    return Verified(key, at)


def _parse_line(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, body = rest.partition(" ")
    data = _unbase64(body)
    if dash != DASH or not _is_name(name) or len(data) <= ID_BYTES:
        raise Refused("note_is_malformed", "a line that is no signature")
    return Signature(name, data[:ID_BYTES], data[ID_BYTES:])


def _is_name(name: str) -> bool:
    """Tell whether a key may be called this; a lone surrogate stands for a byte of no text."""
    return bool(name) and not any(
        each == "+" or each < " " or each.isspace() or "\ud800" <= each <= "\udfff" for each in name
    )


def _unbase64(text: str) -> bytes:
    """Read base64 as it is written, letter for letter; give b"" for anything else."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return data if base64.b64encode(data).decode() == text else b""


# ---------------------------------------------------------------- rooms and seals

LEAF = re.compile(
    rb'\{"c":"([0-9a-f]{64})","f":"([0-9a-f]{64})","room":"([0-9a-f]{32})",'
    rb'"seq":([1-9][0-9]{0,17}),"v":"gol/1"\}'
)
ROOM = re.compile("gol/room/([0-9a-f]{32})")
INSTANT = re.compile(r"[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}(\.[0-9]{6})?Z")


class Leaf(NamedTuple):
    """What a leaf says of an entry: two commitments, its room, its place there from 1."""

    content: str
    frame: str
    room: str
    seq: int


class Seal(NamedTuple):
    """What leads from a room's checkpoint to the seal log.

    The first three place it in the tree of a tick, the others place the tick in the log.
    """

    tick_index: int
    salt: bytes
    tick_proof: Sequence[bytes]
    log_leaf: bytes
    log_index: int
    log_proof: Sequence[bytes]


class Sealed(NamedTuple):
    """What a seal shows: the head a room had, when, as the log says (RFC 3339, UTC), and where."""

    room: str
    head: Head
    at: str
    place: int


def parse_leaf(leaf: bytes) -> Leaf:
    """Read a leaf of a room, which is written in one way only."""
    found = LEAF.fullmatch(leaf)
    if found is None:
        raise Refused("leaf_is_malformed", "not the leaf of an entry")
    content, frame, room, seq = (part.decode() for part in found.groups())
    return Leaf(content, frame, room, int(seq))


def check_opened(leaf: Leaf, kind: str, salt: bytes, plain: bytes) -> None:
    """Check that a `frame` or a `content` is the one its leaf commits to."""
    digest = hashlib.sha256(b"gol/" + kind.encode() + b"/v1\0" + salt + plain).hexdigest()
    if len(salt) != HASH_BYTES or digest != (leaf.frame if kind == "frame" else leaf.content):
        raise Refused(f"{kind}_does_not_match", f"entry {leaf.seq} had another {kind}")


def parse_room_checkpoint(text: str) -> tuple[str, Head]:
    """Read which room a checkpoint is of, and its head."""
    checkpoint = parse_checkpoint(text)
    room = ROOM.fullmatch(checkpoint.origin)
    if room is None or checkpoint.extensions or not checkpoint.head.size:
        raise Refused("checkpoint_is_malformed", "not the checkpoint of a room")
    return room[1], checkpoint.head


def check_seal(room_checkpoint: str, seal: Seal, log: Head) -> Sealed:
    """Check that a room's checkpoint was sealed into a log."""
    room, head = parse_room_checkpoint(room_checkpoint)
    at, tick = _tick(seal.log_leaf)
    if len(seal.salt) != HASH_BYTES:
        raise Refused("seal_is_malformed", "a salt of another length")
    salted = hashlib.sha256(b"gol/head/v1\0" + seal.salt + room_checkpoint.encode()).digest()
    check_inclusion(leaf_hash(salted), seal.tick_index, seal.tick_proof, tick)
    check_inclusion(leaf_hash(seal.log_leaf), seal.log_index, seal.log_proof, log)
    return Sealed(room, head, at, seal.log_index)


def _tick(log_leaf: bytes) -> tuple[str, Head]:
    """Read when a tick was, and the head of its tree."""
    tick = strict_json(log_leaf)
    if not isinstance(tick, dict) or (tick.get("v"), tick.get("type")) != ("gol/seal/1", "tick"):
        raise Refused("seal_is_malformed", "not the leaf of a tick")
    at, capacity, root = tick.get("at"), tick.get("capacity"), tick.get("root")
    if not isinstance(at, str) or type(capacity) is not int or not isinstance(root, str):
        raise Refused("seal_is_malformed", "a tick without its time or tree")
    if not INSTANT.fullmatch(at) or not re.fullmatch("[0-9a-f]{64}", root):
        raise Refused("seal_is_malformed", "a tick whose time or root is none")
    return at, Head(capacity, bytes.fromhex(root))


def strict_json(raw: bytes) -> Any:  # noqa: ANN401 - whatever the JSON says
    """Read JSON; a key that stands twice, NaN, and what is not UTF-8 are refused."""
    try:
        value = json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
        if b"\\u" in raw:
            json.dumps(value, ensure_ascii=False).encode()  # half a character cannot be encoded
    except (ValueError, RecursionError):
        raise Refused("json_is_malformed", "not JSON") from None
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("json_is_malformed", "a key stands twice")
    return found


def _no_constant(name: str) -> None:
    raise Refused("json_is_malformed", f"{name} is no number")


# ---------------------------------------------------------------- trees that go by


class Growing:
    """Compute the root of a tree while it goes by, some of it hidden in hashes above its leaves.

    It holds one hash a level, however long the tree is.
    """

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, node: bytes, level: int = 0) -> None:
        """Append the hash of a leaf, or of a full subtree that begins here."""
        full = self.size >> level
        while full & 1:
            node = node_hash(self._peaks.pop(), node)
            full >>= 1
        self._peaks.append(node)
        self.size += 1 << level

    def hide(self, count: int, hashes: Sequence[bytes]) -> None:
        """Append leaves that are not shown, by the hashes of the greatest subtrees over them."""
        _check_hashes(hashes)
        levels = hidden_levels(self.size, count)
        _check_length(hashes, len(levels))
        for level, node in zip(levels, hashes):  # noqa: B905 - as long as each other: just checked
            self.append(node, level)

    def head(self) -> Head:
        """Return size and root as they are now."""
        if not self._peaks:
            return Head(0, EMPTY_ROOT)
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return Head(self.size, root)


def hidden_levels(begin: int, count: int) -> list[int]:
    """Cut leaves into the greatest full subtrees, left to right; tell the level of each."""
    end, levels = begin + count, list[int]()
    if not 0 < count <= SIZE_MAX - begin:
        raise Refused("size_is_out_of_range", f"{count} hidden entries")
    while begin < end:
        fits = (end - begin).bit_length() - 1
        levels.append(min(fits, (begin & -begin).bit_length() - 1) if begin else fits)
        begin += 1 << levels[-1]
    return levels


# ---------------------------------------------------------------- reading JSON one can trust


def _object(raw: bytes, cause: str, *keys: str) -> dict[str, Any]:
    """Read a JSON object that has these keys and no others; a key ending in ? may be left out."""
    return _keys_of(strict_json(raw), cause, *keys)


def _keys_of(value: Any, cause: str, *keys: str) -> dict[str, Any]:  # noqa: ANN401 - of a JSON
    if not isinstance(value, dict):
        raise Refused(cause, "no object where one belongs")
    known = {key.rstrip("?") for key in keys}
    missing = {key for key in keys if not key.endswith("?")} - value.keys()
    if missing or value.keys() - known:
        named = ", ".join(sorted(missing or value.keys() - known))
        raise Refused(cause, f"{'a key is missing' if missing else 'an unknown key'}: {named}")
    return value


def _text(value: Any, cause: str) -> str:  # noqa: ANN401 - of a JSON
    if not isinstance(value, str):
        raise Refused(cause, "no text where one belongs")
    return value


def _number(value: Any, cause: str) -> int:  # noqa: ANN401 - of a JSON
    if type(value) is not int or not 0 <= value <= SIZE_MAX:
        raise Refused(cause, "no count where one belongs")
    return value


def _list(value: Any, cause: str) -> list[Any]:  # noqa: ANN401 - of a JSON
    if not isinstance(value, list):
        raise Refused(cause, "no list where one belongs")
    return value


def _hash(value: Any, cause: str) -> bytes:  # noqa: ANN401 - of a JSON
    if not isinstance(value, str) or not re.fullmatch("[0-9a-f]{64}", value):
        raise Refused(cause, "no hash of 64 small hexadecimal digits where one belongs")
    return bytes.fromhex(value)


def _hashes(value: Any, cause: str) -> list[bytes]:  # noqa: ANN401 - of a JSON
    return [_hash(each, cause) for each in _list(value, cause)]


# ---------------------------------------------------------------- files of a bundle

MANIFEST, VOUCHER = "bundle.json", "bundle.note"
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
LITTER = (".DS_Store", "Thumbs.db", "desktop.ini")
"""Files that desktops leave in folders; they are told of and not read."""
MANIFEST_BYTES_MAX, RECEIPT_BYTES_MAX, LINE_BYTES_MAX = 64_000_000, 64_000_000, 4_000_000
CHUNK = 1 << 20
LOCAL, CENTRAL, END = b"PK\3\4", b"PK\1\2", b"PK\5\6"


class Folder:
    """Read the files of a folder, and nothing that a link leads to."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.names = set[str]()
        self.litter = list[str]()
        for folder, folders, files in os.walk(path):
            inside = Path(folder)
            for name in (*folders, *files):
                if (inside / name).is_symlink():
                    raise Refused("name_is_unsafe", f"{name} is a link")
            for name in files:
                if not (inside / name).is_file():
                    raise Refused("name_is_unsafe", f"{name} is no plain file")
                full = (inside / name).relative_to(path).as_posix()
                (self.litter.append if name in LITTER else self.names.add)(full)

    def open(self, name: str) -> tuple[BinaryIO, int]:
        """Open a file; tell its size."""
        file = (self._path / name).open("rb")
        return file, os.fstat(file.fileno()).st_size


class Archive:
    """Read a zip file that is written in the one way this ledger writes it.

    Nothing is compressed, every date is the first of 1980, and no byte is left to chance, so that
    none can be changed unnoticed. A zip of another make is to be unpacked first.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._places = dict[str, tuple[int, int, int]]()
        self.litter = list[str]()
        size = path.stat().st_size
        with path.open("rb") as file:
            self._read(file, size)
        self.names = set(self._places)

    def _read(self, file: BinaryIO, size: int) -> None:
        file.seek(max(0, size - 22))
        end = file.read(22)
        if len(end) != 22 or not end.startswith(END):  # noqa: PLR2004 - bytes of an end record
            raise self._foreign("it does not end as a zip does")
        count, length, start = struct.unpack("<HII", end[10:20])
        if start + length + 22 != size or length > MANIFEST_BYTES_MAX:
            raise self._foreign("its list of files is not where it belongs")
        file.seek(start)
        listing, at, names = file.read(length), 0, list[tuple[str, int, int]]()
        while at < length:
            name, crc, data, step = self._listed(listing, at)
            names.append((name, crc, data))
            at += step
        if zip_end(count, length, start) != end or len(names) != count:
            raise self._foreign("its end is not as written")
        self._check(file, listing, names, start)

    def _listed(self, listing: bytes, at: int) -> tuple[str, int, int, int]:
        fixed = listing[at : at + 46]
        if len(fixed) != 46 or not fixed.startswith(CENTRAL):  # noqa: PLR2004 - bytes of a record
            raise self._foreign("its list of files is damaged")
        crc, data, _, length = struct.unpack("<IIIH", fixed[16:30])
        raw = listing[at + 46 : at + 46 + length]
        name = raw.decode("ascii", "replace")
        if not NAME.fullmatch(name):
            raise Refused("name_is_unsafe", f"a file is called {name!r}")
        if name in self._places:
            raise Refused("file_stands_twice", name)
        self._places[name] = (0, data, crc)
        return name, crc, data, 46 + length

    def _check(
        self, file: BinaryIO, listing: bytes, names: list[tuple[str, int, int]], start: int
    ) -> None:
        """Compare every byte that is not content with the only one it may be."""
        at, written = 0, list[bytes]()
        for name, crc, size in names:
            file.seek(at)
            local = zip_local(name, crc, size)
            if file.read(len(local)) != local:
                raise self._foreign(f"the head of {name} is not as written")
            written.append(zip_central(name, crc, size, at))
            at += len(local)
            self._places[name] = (at, size, crc)
            at += size
        if at != start or b"".join(written) != listing:
            raise self._foreign("its list of files is not as written")

    def open(self, name: str) -> tuple[BinaryIO, int]:
        """Open a file; tell its size."""
        begin, size, crc = self._places[name]
        return io.BufferedReader(_Member(self._path, begin, size, crc), CHUNK), size

    @staticmethod
    def _foreign(why: str) -> Refused:
        return Refused("zip_is_not_as_written", why + "; if another program packed it, unpack it")


class _Member(io.RawIOBase):
    """The part of a zip file that holds one file; its checksum is compared at the end."""

    def __init__(self, path: Path, begin: int, size: int, crc: int) -> None:
        super().__init__()
        self._file = path.open("rb")
        self._file.seek(begin)
        self._left, self._crc, self._wanted = size, 0, crc

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - a buffer has no name in Python 3.11
        data = self._file.read(min(len(buffer), self._left))
        self._left -= len(data)
        self._crc = binascii.crc32(data, self._crc)
        buffer[: len(data)] = data
        if not self._left and self._crc != self._wanted:
            raise Refused("file_does_not_match", "the checksum in the zip is another")
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


def zip_local(name: str, crc: int, size: int) -> bytes:
    """Write what stands before a file in a zip."""
    fixed = struct.pack("<4sHHHHHIIIHH", LOCAL, 10, 0, 0, 0, 33, crc, size, size, len(name), 0)
    return fixed + name.encode("ascii")


def zip_central(name: str, crc: int, size: int, at: int) -> bytes:
    """Write the line of a file in the list of a zip."""
    head = struct.pack("<4sHHHHHHIII", CENTRAL, 10, 10, 0, 0, 0, 33, crc, size, size)
    return head + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, at) + name.encode("ascii")


def zip_end(count: int, length: int, start: int) -> bytes:
    """Write the end of a zip."""
    return struct.pack("<4sHHHHIIH", END, 0, 0, count, count, length, start, 0)


class Bundle:
    """Read the files a manifest lists, each compared with its hash when its end is reached."""

    def __init__(self, files: Folder | Archive) -> None:
        self._files = files
        raw = self._whole(MANIFEST)
        self.hash = hashlib.sha256(raw).hexdigest()
        keys = ("case", "files", "format", "kind", "made", "notes", "origin", "rooms", "viewer")
        told = _object(raw, "manifest_is_malformed", *keys)
        self.told = told
        if told["format"] != "gol/bundle/1":
            raise Refused("format_is_unknown", "a bundle of another format, or none")
        for key in ("case", "kind", "made", "origin", "viewer"):
            _text(told[key], "manifest_is_malformed")
        if not isinstance(told["notes"], dict):
            raise Refused("manifest_is_malformed", "notes that are no object")
        for text in told["notes"].values():
            _text(text, "manifest_is_malformed")
        self._listed = dict[str, tuple[int, str]]()
        for each in _list(told["files"], "manifest_is_malformed"):
            self._list_file(_keys_of(each, "manifest_is_malformed", "bytes", "name", "sha256"))
        self._unread = set(self._listed)
        self._check_names()

    def _list_file(self, each: dict[str, Any]) -> None:
        name = _text(each["name"], "manifest_is_malformed")
        if not NAME.fullmatch(name):
            raise Refused("name_is_unsafe", f"a file is called {name!r}")
        if name in self._listed or name in (MANIFEST, VOUCHER):
            raise Refused("file_stands_twice", name)
        size = _number(each["bytes"], "manifest_is_malformed")
        self._listed[name] = (size, _hash(each["sha256"], "manifest_is_malformed").hex())

    def _check_names(self) -> None:
        expected = {MANIFEST, VOUCHER, *self._listed}
        if missing := sorted(expected - self._files.names):
            raise Refused("file_is_missing", missing[0])
        if other := sorted(self._files.names - expected):
            raise Refused("file_is_unexpected", other[0])

    def _whole(self, name: str, bytes_max: int = MANIFEST_BYTES_MAX) -> bytes:
        if name not in self._files.names:
            raise Refused("file_is_missing", f"{name}: this is no bundle, or not a whole one")
        file, size = self._files.open(name)
        with file:
            if size > bytes_max:
                raise Refused("file_is_too_large", f"{name} has {size} bytes")
            return file.read()

    def has(self, name: str) -> bool:
        """Tell whether the manifest lists a file."""
        return name in self._listed

    def voucher(self) -> bytes:
        """Return who signed the manifest."""
        return self._whole(VOUCHER, NOTE_BYTES_MAX)

    def _expect(self, name: str) -> tuple[BinaryIO, str]:
        if name not in self._listed:
            raise Refused("file_is_missing", f"{name} is not in the manifest")
        size, digest = self._listed[name]
        file, there = self._files.open(name)
        if there != size:
            file.close()
            raise Refused("file_does_not_match", f"{name} has {there} bytes, not {size}")
        self._unread.discard(name)
        return file, digest

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a file without their ends."""
        file, wanted = self._expect(name)
        digest = hashlib.sha256()
        with file:
            while line := file.readline(LINE_BYTES_MAX):
                digest.update(line)
                if not line.endswith(b"\n"):
                    raise Refused("line_is_cut", f"{name} has a line without end")
                yield line[:-1]
        self._compare(name, digest.hexdigest(), wanted)

    def read(self, name: str, bytes_max: int = MANIFEST_BYTES_MAX) -> bytes:
        """Return a small file."""
        file, wanted = self._expect(name)
        with file:
            if self._listed[name][0] > bytes_max:
                raise Refused("file_is_too_large", name)
            raw = file.read()
        self._compare(name, hashlib.sha256(raw).hexdigest(), wanted)
        return raw

    def check_rest(self) -> None:
        """Compare the files that nothing else has read: pages for people, and this program."""
        for name in sorted(self._unread):
            if name.startswith(("log/", "rooms/", "stamps/")):
                raise Refused("file_is_unexpected", f"{name} belongs to nothing told of")
            file, wanted = self._expect(name)
            digest = hashlib.sha256()
            with file:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
            self._compare(name, digest.hexdigest(), wanted)

    @staticmethod
    def _compare(name: str, digest: str, wanted: str) -> None:
        if digest != wanted:
            raise Refused("file_does_not_match", f"{name} is not the file the manifest names")


# ---------------------------------------------------------------- what the reader trusts


class Policy(NamedTuple):
    """Whom the reader trusts; never read from the evidence.

    Attributes:
        logs: Keys of logs.
        witnesses: Keys of witnesses, by the name the policy gives them.
        groups: By name how many of which members are enough.
        quorum: The group or witness that must have signed, None for nobody.
        named: What the reader gave: `key` or `policy`, "" for nothing.
        authority: Checks a time-stamp token over a text in full and says on whose word, where this
            program is called by one that can; else None.
    """

    logs: tuple[Key, ...] = ()
    witnesses: dict[str, Key] = {}  # noqa: RUF012 - never changed
    groups: dict[str, tuple[int, tuple[str, ...]]] = {}  # noqa: RUF012 - never changed
    quorum: str | None = None
    named: str = ""
    authority: Callable[[bytes, bytes], str] | None = None


class Misused(Exception):  # noqa: N818 - the answer to a wrong call
    """The check could not be made; nothing is said of the evidence."""


def parse_policy(text: str) -> Policy:
    """Read a policy: lines `log KEY`, `witness NAME KEY`, `group NAME COUNT MEMBER...`, `quorum`.

    A log or witness may be followed by its address, which is not used. COUNT is a number, `any` or
    `all`; `quorum` names a witness, a group, or `none`. Text behind # is a remark.
    """
    logs, witnesses = list[Key](), dict[str, Key]()
    groups, quorum = dict[str, tuple[int, tuple[str, ...]]](), list[str]()
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].split()
        try:
            if words:
                _policy_line(words, logs, (witnesses, groups), quorum)
        except Refused as error:
            raise Misused(f"line {number} of the policy: {error.why}") from None
    if not logs or len(quorum) != 1:
        raise Misused("a policy names at least one log, and one quorum (or `quorum none`)")
    wanted = None if quorum[0] == "none" else quorum[0]
    return Policy(tuple(logs), witnesses, groups, wanted, "policy")


def _policy_line(
    words: list[str],
    logs: list[Key],
    known: tuple[dict[str, Key], dict[str, tuple[int, tuple[str, ...]]]],
    quorum: list[str],
) -> None:
    witnesses, groups = known
    what, *rest = words
    taken = {*witnesses, *groups, "none"}
    if what == "log" and len(rest) in (1, 2):
        logs.append(_key_of_kind(rest[0], SIGNS))
    elif what == "witness" and len(rest) in (2, 3) and rest[0] not in taken:
        key = _key_of_kind(rest[1], COSIGNS)
        if any(key.public == each.public for each in witnesses.values()):
            raise Refused("policy_is_malformed", "a witness stands twice")
        witnesses[rest[0]] = key
    elif what == "group" and rest[2:] and rest[0] not in taken and {*rest[2:]} <= taken - {"none"}:
        members = tuple(dict.fromkeys(rest[2:]))
        counted = {member for _, others in groups.values() for member in others}
        if len(members) != len(rest[2:]) or counted & {*members}:
            raise Refused("policy_is_malformed", "a member stands twice, or in another group too")
        groups[rest[0]] = (_threshold(rest[1], len(members)), members)
    elif what == "quorum" and len(rest) == 1 and rest[0] in taken and not quorum:
        quorum.append(rest[0])
    else:
        raise Refused("policy_is_malformed", "not understood, or a name used twice or not known")


def _threshold(text: str, members: int) -> int:
    if text in ("any", "all"):
        return 1 if text == "any" else members
    if not re.fullmatch("[1-9][0-9]{0,3}", text) or int(text) > members:
        raise Refused("policy_is_malformed", f"{text} of {members} is no threshold")
    return int(text)


def _key_of_kind(text: str, kind: int) -> Key:
    key = parse_key(text)
    if key.kind != kind:
        raise Refused("policy_is_malformed", f"the key of {key.name} is of another kind")
    return key


def parse_pins(text: str) -> Policy:
    """Read keys of logs, one a line; text behind # is a remark."""
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    try:
        keys = tuple(_key_of_kind(line, SIGNS) for line in lines if line)
    except Refused as error:
        raise Misused(f"the key to be trusted: {error.why}") from None
    if not keys:
        raise Misused("the file holds no key")
    return Policy(logs=keys, named="key")


def _is_met(policy: Policy, name: str, signed: set[Key]) -> bool:
    if name in policy.witnesses:
        return policy.witnesses[name] in signed
    wanted, members = policy.groups[name]
    return sum(_is_met(policy, member, signed) for member in members) >= wanted


# ---------------------------------------------------------------- keys over time


KEYS_MAX = 1_000


class Signing(NamedTuple):
    """A key, and from and up to which size of its log it signs (None: up to now)."""

    key: Key
    since: int
    until: int | None
    handover: dict[str, Any] | None


def parse_history(value: Any) -> list[Signing]:  # noqa: ANN401 - of a JSON
    """Read the history of a log's keys."""
    cause = "key_history_is_malformed"
    told = _keys_of(value, cause, "keys", "v")
    if told["v"] != "gol/keys/1":
        raise Refused("format_is_unknown", "a key history of another format")
    history = list[Signing]()
    if len(_list(told["keys"], cause)) > KEYS_MAX:
        raise Refused(cause, f"more than {KEYS_MAX} keys")
    for each in told["keys"]:
        entry = _keys_of(each, cause, "handover", "key", "since", "until")
        until = None if entry["until"] is None else _number(entry["until"], cause)
        handover = entry["handover"]
        if handover is not None:
            _keys_of(handover, cause, "checkpoint", "index", "leaf", "proof")
        key = parse_key(_text(entry["key"], cause))
        history.append(Signing(key, _number(entry["since"], cause), until, handover))
    if (
        not history
        or history[0].handover is not None
        or any(each.key.kind != SIGNS for each in history)
    ):
        raise Refused(cause, "no keys, or a first one that somebody handed over")
    return history


def trusted_keys(history: Sequence[Signing], policy: Policy) -> list[Key]:
    """Follow the history from the keys the reader trusts to those they handed over to.

    Every handover is checked, also where the reader trusts nobody.
    """
    trusted = list[Key]()
    for at, signing in enumerate(history):
        held = at > 0 and _handed_over(history[at - 1], signing)
        if signing.key in policy.logs or (held and history[at - 1].key in trusted):
            trusted.append(signing.key)
    return trusted


def _handed_over(before: Signing, after: Signing) -> bool:
    """Check that a key introduced the next one; False where nobody says that it did."""
    cause = "key_handover_is_broken"
    if after.handover is None:
        return False
    index = _number(after.handover["index"], cause)
    leaf = _text(after.handover["leaf"], cause).encode()
    renamed = before.key.name != after.key.name
    signer = after.key if renamed else before.key
    raw = _text(after.handover["checkpoint"], cause).encode()
    checkpoint, _ = open_checkpoint(raw, signer.name, [signer])
    proof = _hashes(after.handover["proof"], cause)
    check_inclusion(leaf_hash(leaf), index, proof, checkpoint.head)
    told = strict_json(leaf)
    if not isinstance(told, dict) or told.get("v") != "gol/seal/1":
        raise Refused(cause, "not a leaf of a seal log")
    if renamed:
        same = before.key.public == after.key.public and index == 0
        held = same and told.get("type") == "opened" and told.get("origin") == before.key.name
    else:
        held = told.get("type") == "rekeyed" and told.get("key") == _written(after.key)
    if not held:
        raise Refused(cause, f"the key of {before.key.name} did not introduce the next one")
    return True


def _written(key: Key) -> str:
    body = base64.b64encode(bytes([key.kind]) + key.public).decode()
    return f"{key.name}+{key.id.hex()}+{body}"


class Trust(NamedTuple):
    """What a checkpoint may be believed on.

    Attributes:
        checkpoint: The checkpoint.
        mode: `pinned_policy`, `pinned_key`, `key_inside` or `unsigned`.
        keys: Keys that signed, as text.
        witnesses: Names of the reader's witnesses that signed.
    """

    checkpoint: Checkpoint
    mode: str
    keys: tuple[str, ...]
    witnesses: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Say it."""
        who = f"signed by {', '.join(self.keys)}"
        return {
            "pinned_policy": f"{who}, under the policy you gave; witnesses you named and that "
            f"signed: {', '.join(self.witnesses) or 'none were asked for'}",
            "pinned_key": f"{who}, which is the key you gave or one it handed over to",
            "key_inside": f"{who}, a key found inside the evidence itself. Whoever made the "
            "evidence may have made the key. Get the institution's key on another way and give "
            "it with --key or --policy",
            "unsigned": "nobody signed this evidence as a whole",
        }[self.mode]


def judge(raw: bytes, origin: str, history: Sequence[Signing], policy: Policy) -> Trust:
    """Check a checkpoint against the history of its log's keys and what the reader trusts."""
    known = [each for each in history if each.key.name == origin]
    keys = [each.key for each in known]
    checkpoint, verified = open_checkpoint(raw, origin, [*keys, *policy.witnesses.values()])
    signed = {each.key for each in verified}
    size = checkpoint.head.size
    for each in known:
        late = each.until is not None and size > each.until
        if each.key in signed and (size < each.since or late):
            raise Refused("key_signed_out_of_its_time", f"a checkpoint of {size} leaves")
    trusted = trusted_keys(history, policy)
    if policy.named and not any(key in signed for key in trusted):
        raise Refused("pinned_key_did_not_sign", "no key you trust has signed the checkpoint")
    if policy.quorum is not None and not _is_met(policy, policy.quorum, signed):
        there = sum(key in signed for key in policy.witnesses.values())
        raise Refused("too_few_witnesses", f"{there} of your witnesses signed; {policy.quorum}")
    names = tuple(sorted(name for name, key in policy.witnesses.items() if key in signed))
    shown = tuple(_written(key) for key in keys if key in signed)
    mode = f"pinned_{policy.named}" if policy.named else "key_inside"
    return Trust(checkpoint, mode, shown, names)


# ---------------------------------------------------------------- signatures of actors

COMMAND_MARK, FIELD_MARK, FIELDS_MARK = b"gol/command/v1\0", b"gol/field/v1\0", b"gol/fields/v1\0"
OWNER_MARK, OPENED = b"gol/key/v1\0", "$signed"
NO_END = float("inf")


def _canonical(value: Any) -> bytes:  # noqa: ANN401 - of a JSON
    """Write a value as it is signed: keys sorted, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Keyring:
    """Know which key is whose, as the entries themselves bind and revoke keys."""

    def __init__(self) -> None:
        self._spans: dict[tuple[str, str], tuple[float, float]] = {}

    def take(self, kind: str, event: dict[str, Any]) -> None:
        """Take in an entry that binds or revokes a key; a binding its key did not sign is none."""
        owner, key = event.get("owner"), event.get("key")
        if not isinstance(owner, str) or not isinstance(key, str):
            raise Refused("frame_is_malformed", "a key without owner")
        if kind == "key-bound":
            message = OWNER_MARK + _canonical({"key": key, "owner": owner})
            if _signs(key, message, event.get("proof")):
                ends = event.get("ends")
                until = _seconds(str(ends)) if ends else NO_END
                self._spans[owner, key] = (_seconds(str(event.get("starts"))), until)
        elif (owner, key) in self._spans:
            starts, ends = self._spans[owner, key]
            self._spans[owner, key] = (starts, min(ends, _seconds(str(event.get("as_of")))))

    def counts(self, owner: str, key: str, at: float) -> bool:
        """Tell whether a key was its owner's at an instant."""
        starts, ends = self._spans.get((owner, key), (NO_END, 0.0))
        return starts <= at < ends


def _signs(key: Any, message: bytes, signature: Any) -> bool:  # noqa: ANN401 - of a JSON
    if not isinstance(key, str) or not isinstance(signature, str):
        return False
    public = _unbase64(key)
    return is_sound_key(public) and signature_holds(public, message, _unbase64(signature))


def signed_fields(
    frame: dict[str, Any], content: bytes | None, keys: Keyring, remark: Callable[[str], None]
) -> list[str] | None:
    """Check an actor's signature under its command; name what of it the entry shows.

    None where nobody but the institution says that the actor did this.
    """
    signed = frame.get("signed")
    if signed is None:
        return None
    cause = "frame_is_malformed"
    signed = _keys_of(signed, cause, "fields", "key", "signature")
    actor, root = frame.get("actor"), _hash(signed["fields"], cause)
    statement = {"acting_for": frame.get("acting_for"), "actor": actor, "fields": root.hex()}
    message = COMMAND_MARK + _canonical({**statement, "id": frame.get("command")})
    if not _signs(signed["key"], message, signed["signature"]):
        raise Refused("actor_signature_is_wrong", f"that of {actor} does not hold")
    if not keys.counts(str(actor), signed["key"], _seconds(str(frame.get("recorded")))):
        remark(f"{actor} signed under a key that no entry shown here binds to it")
        return None
    return _shown_fields(frame, content, root)


def _shown_fields(frame: dict[str, Any], content: bytes | None, root: bytes) -> list[str]:
    """Compare what the entry shows of a signed command with the commitments that were signed."""
    cause = "signed_field_does_not_match"
    told = {} if content is None else strict_json(content)
    if not isinstance(told, dict) or OPENED not in told:
        return []
    opening = _keys_of(told[OPENED], cause, "said?", "salts?", "slots")
    slots = _hashes(opening["slots"], cause)
    salts, said = opening.get("salts", {}), opening.get("said", {})
    if hashlib.sha256(FIELDS_MARK + b"".join(slots)).digest() != root:
        raise Refused(cause, "the commitments are not those that were signed")
    if not isinstance(salts, dict) or not isinstance(said, dict):
        raise Refused(cause, "salts or values are no objects")
    whole = {f"data.{name}": value for name, value in {**frame["event"], **told}.items()}
    whole.update(said)
    for name, salt in salts.items():
        plain = FIELD_MARK + _hash(salt, cause) + _canonical([name, whole.get(name)])
        if name not in whole or hashlib.sha256(plain).digest() not in slots:
            raise Refused(cause, f"{name} is not as it was signed")
    return sorted(salts)


# ---------------------------------------------------------------- entries


class Entry(NamedTuple):
    """What is said of one entry.

    Attributes:
        entry: `room:seq`, by the name the frame gives the room.
        type: What it records.
        recorded: When, as the frame says.
        actor: Who acted, as the frame says.
        stands: `signed by its actor` or `asserted by the institution`.
        signed: Fields of the command that the signature covers and the entry shows.
        content: `shown`, or why it is not: `erased`, `sealed`, `omitted`.
        basis: For an erased entry, the legal basis and the entry that says so.
    """

    entry: str
    type: str
    recorded: str
    actor: str
    stands: str
    signed: tuple[str, ...]
    content: str
    basis: str


SIGNED, ASSERTED = "signed by its actor", "asserted by the institution"
WITHHELD = ("erased", "sealed", "omitted")
LAG_S = 60
"""Seconds by which the clock of the desk and that of the sealer may differ unnoticed."""


class Room:
    """Check one room while its entries go by."""

    def __init__(self, room: str, keys: Keyring, remark: Callable[[str], None]) -> None:
        self.room, self.name = room, ""
        self.count = self.hidden = self.signed = 0
        self.withheld = dict.fromkeys(WITHHELD, 0)
        self.entries: list[Entry] | None = None
        self.sealed_at, self.sealed_size = "", 0
        self.seals: list[Sealed] = []
        self.stamped: dict[int, int] = {}
        self._keys, self._remark = keys, remark
        self._tree = Growing()
        self._erased: list[str] = []
        self._bases: dict[str, str] = {}
        self._gap = False
        self._recorded = ""

    def take(self, line: bytes) -> None:
        """Take the next line of the room's file."""
        told = strict_json(line)
        if isinstance(told, dict) and "hidden" in told:
            self._hide(_keys_of(told, "entry_is_malformed", "hashes", "hidden"))
        else:
            self._show(told)

    def _hide(self, told: dict[str, Any]) -> None:
        count = _number(told["hidden"], "entry_is_malformed")
        if self._gap:
            raise Refused("entry_is_malformed", "two gaps beside each other")
        self._gap = True
        self._tree.hide(count, _hashes(told["hashes"], "entry_is_malformed"))
        self.hidden += count

    def _show(self, told: Any) -> None:  # noqa: ANN401 - of a JSON
        keys = ("content?", "content_salt?", "frame?", "frame_salt?", "leaf", "withheld?")
        told = _keys_of(told, "entry_is_malformed", *keys)
        self._gap = False
        raw = _text(told["leaf"], "entry_is_malformed").encode()
        leaf = parse_leaf(raw)
        if leaf.room != self.room:
            raise Refused("entry_is_of_another_room", f"{leaf.room} in the file of {self.room}")
        if leaf.seq != self._tree.size + 1:
            raise Refused(
                "entry_is_out_of_place", f"{leaf.seq} where {self._tree.size + 1} belongs"
            )
        withheld = told.get("withheld")
        if (withheld is None) != ("content" in told) or withheld not in (None, *WITHHELD):
            raise Refused("entry_is_malformed", "content that is neither shown nor withheld")
        content = None if withheld else self._opened(told, "content", leaf)
        frame = self._opened(told, "frame", leaf) if "frame" in told else None
        if frame is None and (withheld != "erased" or "frame_salt" in told):
            raise Refused("entry_is_malformed", "no frame, and not erased")
        self._tree.append(leaf_hash(raw))
        self.count += 1
        if withheld:
            self.withheld[withheld] += 1
        self._note(leaf, frame, content, withheld or "shown")

    @staticmethod
    def _opened(told: dict[str, Any], kind: str, leaf: Leaf) -> bytes:
        plain = _text(told[kind], "entry_is_malformed").encode()
        check_opened(leaf, kind, _hash(told.get(f"{kind}_salt"), "entry_is_malformed"), plain)
        return plain

    def _note(self, leaf: Leaf, raw: bytes | None, content: bytes | None, shown: str) -> None:
        if raw is None:
            self._add(Entry(f"{self.room}:{leaf.seq}", "", "", "", ASSERTED, (), shown, ""))
            return
        frame = strict_json(raw)
        event = frame.get("event") if isinstance(frame, dict) else None
        if not isinstance(event, dict):
            raise Refused("frame_is_malformed", f"entry {leaf.seq} has no event")
        texts = [frame.get("room"), event.get("type"), frame.get("recorded"), frame.get("actor")]
        room, kind, recorded, actor = (_text(text, "frame_is_malformed") for text in texts)
        if self.name not in ("", room) or frame.get("seq") != leaf.seq:
            raise Refused("frame_is_of_another_entry", f"it says {room}:{frame.get('seq')}")
        self.name = room
        self._check_time(f"{room}:{leaf.seq}", recorded)
        if kind == "content-erased":
            self._erase(event, f"{room}:{leaf.seq}")
        if kind in ("key-bound", "key-revoked"):
            self._keys.take(kind, event)
        fields = signed_fields(frame, content, self._keys, self._remark)
        stands = ASSERTED if fields is None else SIGNED
        self.signed += fields is not None
        covered = tuple(fields or ())
        self._add(Entry(f"{room}:{leaf.seq}", kind, recorded, actor, stands, covered, shown, ""))

    def _add(self, entry: Entry) -> None:
        if entry.content == "erased":
            self._erased.append(entry.entry)
        if self.entries is not None:
            self.entries.append(entry)

    def _erase(self, event: dict[str, Any], ref: str) -> None:
        """Remember the legal basis of an erasure for the entries it reached."""
        targets, ground = event.get("targets"), event.get("ground")
        if isinstance(targets, list) and isinstance(ground, str):
            for target in targets:
                self._bases[str(target)] = f"{ground} ({ref})"

    def _check_time(self, ref: str, recorded: str) -> None:
        at = _seconds(recorded)
        if self._recorded and at < _seconds(self._recorded):
            self._remark(f"{ref} says it was recorded before the entry above it")
        if self.sealed_at and at + LAG_S < _seconds(self.sealed_at):
            self._remark(
                f"{ref} says {recorded}, but was not there at the seal of "
                f"{self.sealed_at}: back-dated, or a clock was wrong"
            )
        self._recorded = recorded

    def receipted(self, leaf: Leaf, told: dict[str, Any], command: str) -> None:
        """Take an entry of a receipt, whose frame may be shown with it."""
        frame = None
        if "frame" in told:
            frame = self._opened(told, "frame", leaf)
            named = strict_json(frame)
            if not isinstance(named, dict) or named.get("command") != command:
                raise Refused("frame_is_of_another_entry", f"entry {leaf.seq} has another command")
        self.count += 1
        self.entries = self.entries or []
        self._note(leaf, frame, None, "omitted")

    def check(self, sealed: Sealed) -> None:
        """Compare the tree as it is now with a head that was sealed."""
        if sealed.room != self.room:
            raise Refused("seal_is_of_another_room", sealed.room)
        if sealed.head != self._tree.head():
            raise Refused("entries_do_not_match_seal", f"{self.room} at {sealed.head.size} entries")
        if self._recorded and _seconds(sealed.at) + LAG_S < _seconds(self._recorded):
            self._remark(
                f"{self.name} was sealed at {sealed.at}, before its entry of "
                f"{self._recorded}: a clock was wrong"
            )
        self.sealed_at, self.sealed_size = sealed.at, sealed.head.size

    @property
    def size(self) -> int:
        """Return how many entries went by, shown or hidden."""
        return self._tree.size

    def close(self) -> None:
        """Put to each erased entry its legal basis."""
        for at, each in enumerate(self.entries or ()):
            if self.entries is not None and each.content == "erased":
                basis = self._bases.get(each.entry, "none is in this evidence")
                self.entries[at] = each._replace(basis=basis)
        for ref in self._erased:
            if ref not in self._bases:
                self._remark(f"{ref} is erased, and no entry shown here says on what basis")


def _seconds(text: str) -> float:
    """Read an instant as seconds; only differences are used."""
    try:
        plain = text.partition("[")[0].replace("Z", "+00:00")  # Python 3.10 knows no Z
        return datetime.fromisoformat(plain).timestamp()
    except (ValueError, OverflowError, OSError):
        raise Refused("time_is_malformed", f"{text[:40]!r} is no instant") from None


# ---------------------------------------------------------------- time stamps (RFC 3161)

STAMPS = "log/stamps.jsonl"
STAMPS_MAX, TOKEN_BYTES_MAX = 4_096, 32_768
SEQUENCE, SET, OID, INTEGER, OCTETS, ZONED_TIME, INNER = 0x30, 0x31, 0x06, 0x02, 0x04, 0x18, 0xA0
SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
TIME_STAMP = bytes.fromhex("2a864886f70d0109100104")
SHA256 = bytes.fromhex("608648016503040201")
TIME = re.compile(rb"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})(\.[0-9]+)?Z")


class Token(NamedTuple):
    """What a time-stamp token says: the hash it is over, and when (RFC 3339, UTC)."""

    imprint: bytes
    at: str


class Stamp(NamedTuple):
    """A time stamp in the log.

    Attributes:
        place: Where it stands in the log.
        size: Of the checkpoint it is over.
        at: When, by the clock of the authority.
        logged: When it was put into the log, by the clock of the institution.
        checked: On whose word; "" where this program could not check the authority's signature.
    """

    place: int
    size: int
    at: str
    logged: str
    checked: str


class Der:
    """Read values of DER one behind the other; every length is compared with what is there."""

    def __init__(self, raw: bytes) -> None:
        self._raw, self._at = raw, 0

    def take(self, tag: int) -> bytes:
        """Return the body of the next value, which must have this tag."""
        if self._byte() != tag:
            raise _no_token("another kind of value")
        length = self._byte()
        if length >= 128:  # noqa: PLR2004 - DER: the low bits say how many bytes tell the length
            count = length - 128
            told = self._raw[self._at : self._at + count]
            length = int.from_bytes(told, "big")
            shorter = length < 128 or length >> 8 * (count - 1) == 0  # noqa: PLR2004 - as above
            if not 1 <= count <= 4 or len(told) != count or shorter:  # noqa: PLR2004 - 4 GB and more
                raise _no_token("a length that is none")
            self._at += count
        body = self._raw[self._at : self._at + length]
        if len(body) != length:
            raise _no_token("it is cut")
        self._at += length
        return body

    def within(self, tag: int) -> Der:
        """Read on within the next value."""
        return Der(self.take(tag))

    def expect(self, tag: int, body: bytes) -> None:
        """Refuse another value than this one."""
        if self.take(tag) != body:
            raise _no_token("another value than belongs there")

    def end(self) -> None:
        """Refuse whatever follows."""
        if self._at != len(self._raw):
            raise _no_token("something follows it")

    def _byte(self) -> int:
        if self._at >= len(self._raw):
            raise _no_token("it is cut")
        self._at += 1
        return self._raw[self._at - 1]


def _no_token(why: str) -> Refused:
    return Refused("stamp_is_malformed", f"not a time-stamp token: {why}")


def parse_token(raw: bytes) -> Token:
    """Read a time-stamp token, DER, as far as the hash it is over and its time.

    Nothing is said of the authority's signature and certificates, which follow.
    """
    if len(raw) > TOKEN_BYTES_MAX:
        raise _no_token("it is too long")
    outer = Der(raw)
    info = outer.within(SEQUENCE)
    outer.end()
    info.expect(OID, SIGNED_DATA)
    explicit = info.within(INNER)
    info.end()
    signed = explicit.within(SEQUENCE)
    explicit.end()
    signed.take(INTEGER)
    signed.take(SET)
    content = signed.within(SEQUENCE)
    content.expect(OID, TIME_STAMP)
    explicit = content.within(INNER)
    content.end()
    whole = explicit.within(OCTETS)
    explicit.end()
    told = whole.within(SEQUENCE)
    whole.end()
    return _parse_told(told)


def _parse_told(told: Der) -> Token:
    told.expect(INTEGER, b"\1")
    told.take(OID)  # the authority's policy
    imprint = told.within(SEQUENCE)
    imprint.within(SEQUENCE).expect(OID, SHA256)
    digest = imprint.take(OCTETS)
    imprint.end()
    told.take(INTEGER)  # its serial number
    at = TIME.fullmatch(told.take(ZONED_TIME))
    if at is None or len(digest) != HASH_BYTES:
        raise _no_token("no SHA-256 or no time")
    year, month, day, hour, minute, second = (part.decode() for part in at.groups()[:6])
    text = f"{year}-{month}-{day}T{hour}:{minute}:{second}Z"
    _seconds(text)
    return Token(digest, text)


def check_stamped(token: bytes, text: bytes) -> Token:
    """Check that a token is over the text of a checkpoint."""
    told = parse_token(token)
    if told.imprint != hashlib.sha256(text).digest():
        raise Refused("stamp_is_of_other_checkpoint", f"the time stamp of {told.at}")
    return told


def check_stamps(bundle: Bundle, origin: str, log: Head, policy: Policy) -> Iterator[Stamp]:
    """Yield the time stamps of a bundle, each found in the log and over a checkpoint of it."""
    last = -1
    for count, line in enumerate(bundle.lines(STAMPS) if bundle.has(STAMPS) else ()):
        cause = "stamp_is_malformed"
        told = _object(line, cause, "consistency", "index", "leaf", "proof", "root")
        index, leaf = _number(told["index"], cause), _text(told["leaf"], cause).encode()
        if count >= STAMPS_MAX or index <= last:
            raise Refused(cause, "too many, or not in the order of the log")
        check_inclusion(leaf_hash(leaf), index, _hashes(told["proof"], cause), log)
        size, at, token = _stamped(leaf)
        if not 1 <= size <= index:
            raise Refused(cause, f"leaf {index} stamps a checkpoint of {size} leaves")
        older = Head(size, _hash(told["root"], cause))
        check_consistency(older, log, _hashes(told["consistency"], cause))
        body = base64.b64encode(older.root).decode()
        text = f"{origin}\n{size}\n{body}\n".encode()
        stamp = Stamp(index, size, check_stamped(token, text).at, at, "")
        for name, wanted in ((f"stamps/{index}.tst", token), (f"stamps/{index}.txt", text)):
            if bundle.read(name, TOKEN_BYTES_MAX) != wanted:
                raise Refused("file_does_not_match", f"{name} is not what the log holds")
        yield (
            stamp
            if policy.authority is None
            else stamp._replace(checked=policy.authority(token, text))
        )
        last = index


def _stamped(leaf: bytes) -> tuple[int, str, bytes]:
    """Read the leaf of a time stamp: size of the checkpoint, when it was logged, the token."""
    cause = "stamp_is_malformed"
    told = _object(leaf, cause, "at", "size", "token", "type", "v")
    if (told["v"], told["type"]) != ("gol/seal/1", "stamped"):
        raise Refused(cause, "the leaf of something else")
    at = _text(told["at"], cause)
    if not INSTANT.fullmatch(at):
        raise Refused(cause, "logged at no time")
    return _number(told["size"], cause), at, _unbase64(_text(told["token"], cause))


# ---------------------------------------------------------------- evidence


class Finding:
    """What was found in one piece of evidence.

    Attributes:
        what: `bundle`, `pack` or `receipt`.
        told: What the evidence says of itself and nobody else vouches for.
        trust: What its checkpoint may be believed on, None before it was checked.
        rooms: The rooms, each with its entries where they were asked for.
        remarks: What a reader should know and that refutes nothing.
        stamps: Time stamps by others over the log.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self.told = dict[str, str]()
        self.trust: Trust | None = None
        self.rooms = list[Room]()
        self.keys = Keyring()
        self.remarks = list[str]()
        self.sealed = list[str]()
        self.stamps = list[Stamp]()

    def remark(self, text: str) -> None:
        """Note something, once, and not without end."""
        if text not in self.remarks and len(self.remarks) < REMARKS_MAX:
            self.remarks.append(text)

    @property
    def is_pinned(self) -> bool:
        """Tell whether it holds against what the reader trusts."""
        return self.trust is not None and self.trust.mode.startswith("pinned")


REMARKS_MAX = 1_000


def parse_seal(value: Any) -> tuple[str, Seal]:  # noqa: ANN401 - of a JSON
    """Read what leads from the head of a room to the log; give the head's checkpoint with it."""
    cause = "seal_is_malformed"
    told = _keys_of(value, cause, "head", "log", "tick")
    tick = _keys_of(told["tick"], cause, "index", "proof", "salt")
    log = _keys_of(told["log"], cause, "index", "leaf", "proof")
    return _text(told["head"], cause), Seal(
        _number(tick["index"], cause),
        _hash(tick["salt"], cause),
        _hashes(tick["proof"], cause),
        _text(log["leaf"], cause).encode(),
        _number(log["index"], cause),
        _hashes(log["proof"], cause),
    )


def check_bundle(files: Folder | Archive, policy: Policy, *, keep: bool = False) -> Finding:
    """Check a bundle or an evidence pack, every byte of every file."""
    bundle = Bundle(files)
    found = Finding(bundle.told["kind"])
    if found.what not in ("bundle", "pack"):
        raise Refused("format_is_unknown", f"a {found.what!r}")
    found.told = {key: bundle.told[key] for key in ("case", "viewer", "made", "origin")}
    found.told = {**bundle.told["notes"], **found.told}
    origin = bundle.told["origin"]
    history = parse_history(strict_json(bundle.read("log/keys.json")))
    trust = judge(bundle.read("log/checkpoint", NOTE_BYTES_MAX), origin, history, policy)
    vouched = _vouched(bundle, origin, history, policy)
    found.trust = trust if vouched else trust._replace(mode="unsigned")
    for told in _list(bundle.told["rooms"], "manifest_is_malformed"):
        found.rooms.append(_check_room(bundle, told, trust.checkpoint.head, (found, keep)))
    if not sum(room.count for room in found.rooms):
        raise Refused("nothing_to_check", "the bundle holds no entry")
    if len({room.room for room in found.rooms}) != len(found.rooms):
        raise Refused("file_stands_twice", "a room stands twice")
    _take_stamps(bundle, found, policy)
    bundle.check_rest()
    for name in files.litter:
        found.remark(f"{name} is not part of the evidence and was not read")
    return found


def _take_stamps(bundle: Bundle, found: Finding, policy: Policy) -> None:
    """Check the time stamps, and compare their times with those of the seals they cover."""
    trust = found.trust
    if trust is None:
        return
    log = trust.checkpoint
    for stamp in check_stamps(bundle, log.origin, log.head, policy):
        found.stamps.append(stamp)
        if _seconds(stamp.logged) + LAG_S < _seconds(stamp.at):
            found.remark(f"the stamp of {stamp.at} was logged at {stamp.logged}: a clock was wrong")
    if policy.authority is not None and not found.stamps:
        found.remark("no authority of time stamped any of this; there was nothing to check")
    for room in found.rooms:
        for stamp in found.stamps:
            covered = [seal for seal in room.seals if seal.place < stamp.size]
            room.stamped[stamp.place] = max((seal.head.size for seal in covered), default=0)
            if any(_seconds(stamp.at) + LAG_S < _seconds(seal.at) for seal in covered):
                found.remark(
                    f"{room.name or room.room} was stamped at {stamp.at}, before the time its "
                    "seal gives: a clock was wrong"
                )


def _vouched(bundle: Bundle, origin: str, history: Sequence[Signing], policy: Policy) -> bool:
    """Check who signed the manifest; False where nobody did."""
    text = f"gol/bundle/1\n{origin}\n{bundle.hash}\n"
    raw = bundle.voucher()
    if raw == text.encode() and not policy.named:
        return False
    if raw == text.encode():
        raise Refused("manifest_is_unsigned", "anybody may have put these files together")
    note = parse_note(raw)
    if note.text != text:
        raise Refused("manifest_does_not_match", "the signature is over another manifest")
    keys = [each.key for each in history]
    if len({(each.name, each.key_id) for each in note.signatures}) != len(note.signatures):
        raise Refused("note_is_malformed", "a signature stands twice")
    signed = [each.key for each in verify_note(note, keys)]
    if len(signed) != len(note.signatures) or any(key.name != origin for key in signed):
        raise Refused("signature_is_wrong", "a signature by a key the log never had")
    if policy.named and not {*signed} & {*trusted_keys(history, policy)}:
        raise Refused("pinned_key_did_not_sign", "no key you trust has signed the manifest")
    return True


def _check_room(
    bundle: Bundle,
    told: Any,  # noqa: ANN401 - of a JSON
    log: Head,
    into: tuple[Finding, bool],
) -> Room:
    """Let the entries of a room go by, and compare its tree with each head that was sealed."""
    found, keep = into
    cause = "manifest_is_malformed"
    told = _keys_of(told, cause, "entries", "hidden", "room", "seals")
    name = _text(told["room"], cause)
    if not re.fullmatch("[0-9a-f]{32}", name):
        raise Refused(cause, "a room without its id")
    room = Room(name, found.keys, found.remark)
    room.entries = [] if keep else None
    seals = _seals(bundle, name, log)
    seal = next(seals, None)
    passed = 0
    for line in bundle.lines(f"rooms/{name}.jsonl"):
        room.take(line)
        while seal is not None and seal.head.size == room.size:
            room.check(seal)
            room.seals.append(seal)
            found.sealed.append(seal.at)
            passed, seal = passed + 1, next(seals, None)
        if seal is not None and seal.head.size < room.size:
            raise Refused("entries_do_not_match_seal", f"a seal of {seal.head.size} hidden entries")
    if seal is not None:
        raise Refused("entries_are_missing", f"{room.size} of {seal.head.size} in {name}")
    if room.sealed_size != room.size or not passed:
        raise Refused("entries_are_not_sealed", f"{name} has more entries than were sealed")
    counts = (told["entries"], told["hidden"], told["seals"])
    if counts != (room.count, room.hidden, passed):
        raise Refused("counts_do_not_match", f"the manifest says otherwise of {name}")
    room.close()
    return room


def _seals(bundle: Bundle, room: str, log: Head) -> Iterator[Sealed]:
    """Yield the heads of a room that were sealed, each checked, the first one first."""
    size = 0
    for line in bundle.lines(f"rooms/{room}.seals.jsonl"):
        head, seal = parse_seal(strict_json(line))
        sealed = check_seal(head, seal, log)
        if sealed.head.size <= size:
            raise Refused("seal_is_malformed", "seals are not in the order of their sizes")
        size = sealed.head.size
        yield sealed


def check_receipt(raw: bytes, policy: Policy) -> Finding:
    """Check a receipt: that the entries of a command were sealed."""
    cause = "receipt_is_malformed"
    told = _object(raw, cause, "checkpoint", "command", "entries", "keys", "v")
    if told["v"] != "gol/receipt/1":
        raise Refused("format_is_unknown", "a receipt of another format, or none")
    found = Finding("receipt")
    found.told = {"command": _text(told["command"], cause)}
    history = parse_history(told["keys"])
    origin = history[-1].key.name
    found.trust = judge(_text(told["checkpoint"], cause).encode(), origin, history, policy)
    rooms = dict[str, Room]()
    seen = set[bytes]()
    for each in _list(told["entries"], cause):
        entry = _keys_of(each, cause, "frame?", "frame_salt?", "leaf", "proof", "seal")
        raw_leaf = _text(entry["leaf"], cause).encode()
        leaf = parse_leaf(raw_leaf)
        head, seal = parse_seal(entry["seal"])
        sealed = check_seal(head, seal, found.trust.checkpoint.head)
        if sealed.room != leaf.room:
            raise Refused("seal_is_of_another_room", f"entry {leaf.seq}")
        proof = _hashes(entry["proof"], cause)
        check_inclusion(leaf_hash(raw_leaf), leaf.seq - 1, proof, sealed.head)
        if raw_leaf in seen:
            raise Refused("entry_stands_twice", f"entry {leaf.seq}")
        seen.add(raw_leaf)
        room = rooms.setdefault(leaf.room, Room(leaf.room, found.keys, found.remark))
        room.receipted(leaf, entry, found.told["command"])
        found.sealed.append(sealed.at)
    if not rooms:
        raise Refused("nothing_to_check", "the receipt names no entry")
    found.rooms = list(rooms.values())
    return found


def check(path: Path, policy: Policy, *, keep: bool = False) -> Finding:
    """Check a bundle (folder or zip) or a receipt."""
    if path.is_dir():
        return check_bundle(Folder(path), policy, keep=keep)
    if path.exists() and not path.is_file():
        raise Refused("not_evidence", "neither a file nor a folder")
    with path.open("rb") as file:
        begin = file.read(4)
    if begin == LOCAL:
        return check_bundle(Archive(path), policy, keep=keep)
    if begin[:1] == b"{":
        if path.stat().st_size > RECEIPT_BYTES_MAX:
            raise Refused("file_is_too_large", f"a receipt has no {path.stat().st_size} bytes")
        return check_receipt(path.read_bytes(), policy)
    raise Refused("not_evidence", "neither a bundle (folder or zip) nor a receipt")


def compare(findings: Sequence[Finding], seen: Sequence[bytes]) -> None:
    """Refuse two signed heads of one size with different roots: the proof that a log was forked.

    Args:
        findings: Evidence, checked.
        seen: Checkpoints the reader has from elsewhere.
    """
    roots = dict[tuple[str, int], bytes]()
    known = [each.trust.checkpoint for each in findings if each.trust is not None]
    for checkpoint in (*known, *(parse_checkpoint(parse_note(raw).text) for raw in seen)):
        place = (checkpoint.origin, checkpoint.head.size)
        if roots.setdefault(place, checkpoint.head.root) != checkpoint.head.root:
            raise Refused(
                "log_was_forked",
                f"two roots of {place[0]} at {place[1]} leaves: keep "
                "both checkpoints, they prove it",
            )


# ---------------------------------------------------------------- reports

VERIFIED, FAILED, UNSETTLED = 0, 1, 2
PROVEN = (
    "What is proven: the entries are those that were sealed, none altered, removed, put in or put",
    "elsewhere, and they were there at the times of their seals, by the clock of the institution.",
    "What is not proven: that what was recorded is true; that an entry was made by its actor,",
    "unless it says so; that nothing is recorded where this reader may not look.",
)


def report(finding: Finding) -> dict[str, Any]:
    """Say what was found, for machines."""
    trust = finding.trust
    head = trust.checkpoint.head if trust else None
    return {
        "what": finding.what,
        "told_by_the_evidence": finding.told,
        "trust": trust
        and {
            "mode": trust.mode,
            "words": trust.words,
            "keys": list(trust.keys),
            "witnesses": list(trust.witnesses),
        },
        "checkpoint": head
        and trust
        and {
            "origin": trust.checkpoint.origin,
            "size": head.size,
            "root": head.root.hex(),
        },
        "sealed": {
            "first": min(finding.sealed, default=""),
            "last": max(finding.sealed, default=""),
        },
        "rooms": [
            {
                "room": room.room,
                "name": room.name,
                "entries": room.count,
                "hidden": room.hidden,
                **room.withheld,
                "signed_by_actor": room.signed,
            }
            for room in finding.rooms
        ],
        "entries": [one._asdict() for room in finding.rooms for one in room.entries or ()],
        "stamps": [
            {**stamp._asdict(), "covers": _covered(finding, stamp)} for stamp in finding.stamps
        ],
        "remarks": finding.remarks,
    }


def lines_of(finding: Finding) -> Iterator[str]:
    """Say what was found, for people."""
    trust = finding.trust
    says = "the institution says" if finding.is_pinned else "the evidence says of itself"
    for key, text in finding.told.items():
        yield f"  {key:<10} {text} (as {says})"
    for room in finding.rooms:
        gone = ", ".join(f"{count} {why}" for why, count in room.withheld.items() if count)
        noun = "entry" if room.size == 1 else "entries"
        shown = f"{room.count} of {room.size} {noun}" if room.hidden else f"{room.count} {noun}"
        rest = "; the others stand as hashes" if room.hidden else ""
        yield f"  room       {room.name or room.room}: {shown}{f' ({gone})' * bool(gone)}{rest}"
        for one in room.entries or ():
            about = " ".join(part for part in (one.recorded, one.actor, one.type) if part)
            tail = f"; erased: {one.basis}" if one.content == "erased" else f"; {one.content}"
            covers = f" ({', '.join(one.signed)})" if one.signed else ""
            yield f"    {one.entry}  {about}  {one.stands}{covers}{tail}"
    signed = sum(room.signed for room in finding.rooms)
    entries = sum(room.count for room in finding.rooms)
    yield f"  entries    {entries}: {signed} {SIGNED}, {entries - signed} {ASSERTED}"
    erased = sum(room.withheld["erased"] for room in finding.rooms)
    yield f"  erased     {erased}"
    if finding.sealed:
        yield f"  sealed     from {min(finding.sealed)} to {max(finding.sealed)}"
    if trust is not None:
        head = trust.checkpoint.head
        yield f"  log        {trust.checkpoint.origin}, {head.size} leaves, root {head.root.hex()}"
        yield f"  trust      {trust.words}"
    yield from _lines_of_stamps(finding)
    for remark in finding.remarks:
        yield f"  remark     {remark}"


def _covered(finding: Finding, stamp: Stamp) -> dict[str, int]:
    """Tell of each room up to which entry it was there at a time stamp."""
    found = {room.name or room.room: room.stamped.get(stamp.place, 0) for room in finding.rooms}
    return {name: last for name, last in found.items() if last}


def _lines_of_stamps(finding: Finding) -> Iterator[str]:
    """Say of each time stamp what it is over, and who has to check what is not checked here."""
    for stamp in finding.stamps:
        covers = [f"{name} up to entry {n}" for name, n in _covered(finding, stamp).items()]
        said = ", ".join(covers) or "nothing shown here"
        yield f"  stamped    {stamp.at}, the log at {stamp.size} leaves: {said}"
        if stamp.checked:
            yield f"             the authority's signature holds: {stamp.checked}"
            continue
        name, at = f"stamps/{stamp.place}", int(_seconds(stamp.at))
        yield "             the authority's signature WAS NOT CHECKED by this program; it is by"
        yield "             this line, with the certificates you trust in ROOTS.pem:"
        openssl = f"openssl ts -verify -data {name}.txt -in {name}.tst -token_in"
        yield f"             {openssl} -CAfile ROOTS.pem -attime {at}"


class Result(NamedTuple):
    """The outcome of one call.

    Attributes:
        exit: 0 verified, 1 failed, 2 could not check or unpinned.
        cause: Name of what failed, "" where nothing did.
        why: One sentence.
        findings: What was found, as far as it holds.
    """

    exit: int
    cause: str
    why: str
    findings: list[Finding]

    @property
    def word(self) -> str:
        """Say the outcome in a word or two."""
        if self.exit == VERIFIED:
            return "VERIFIED"
        if self.exit == FAILED:
            return "FAILED"
        return "CONSISTENT, BUT NOT VERIFIED" if not self.cause else "COULD NOT CHECK"


def examine(
    paths: Sequence[Path], policy: Policy, seen: Sequence[bytes] = (), *, keep: bool = False
) -> Result:
    """Check evidence; whatever it is, there is an answer."""
    findings = list[Finding]()
    try:
        for path in paths:
            findings.append(check(path, policy, keep=keep))
        compare(findings, seen)
    except Refused as refused:
        return Result(FAILED, refused.cause, refused.why, findings)
    except OSError as error:
        return Result(UNSETTLED, "cannot_be_read", f"{error.filename}: {error.strerror}", findings)
    if not findings:
        return Result(UNSETTLED, "nothing_to_check", "no evidence was named", findings)
    if all(finding.is_pinned for finding in findings):
        return Result(VERIFIED, "", "it holds against what you trust", findings)
    unsigned = any(each.trust and each.trust.mode == "unsigned" for each in findings)
    why = "nobody signed it as a whole" if unsigned else "it holds together, under a key of its own"
    return Result(UNSETTLED, "", why, findings)


def written(result: Result, *, as_json: bool) -> str:
    """Write the report: one JSON document, or text for people."""
    if as_json:
        told = {
            "format": "gol/report/1",
            "result": result.word.lower(),
            "exit": result.exit,
            "cause": result.cause or None,
            "why": result.why,
            "evidence": [report(each) for each in result.findings],
        }
        return json.dumps(told, indent=1, sort_keys=True) + "\n"
    lines = [f"{result.word}: {result.cause + ': ' if result.cause else ''}{result.why}"]
    for finding in result.findings:
        lines += [f"{finding.what}", *lines_of(finding)]
    if result.exit != FAILED and result.findings:
        lines += PROVEN
    return "".join(_printable(line) + "\n" for line in lines)


def _printable(line: str) -> str:
    """Leave out what could steer a terminal."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in line)


USAGE = """usage: python3 verify.py [EVIDENCE ...] [--key FILE | --policy FILE] [--seen FILE]
                         [--json] [--entries]

EVIDENCE    folder or zip of a bundle or evidence pack, or a receipt; by default the folder of
            this file
--key       file with the public keys of the log that you trust, one a line, or such a key itself
--policy    file with the log and witnesses you trust: lines log, witness, group, quorum
--seen      checkpoint you have from elsewhere, to compare; may be given more than once
--json      report as JSON
--entries   list every entry

exit status: 0 verified against what you trust; 1 failed; 2 could not check, or nothing to trust
was given and it is merely consistent
"""


def read_arguments(words: Sequence[str]) -> tuple[list[Path], dict[str, list[str]]]:
    """Sort the words of a command line."""
    paths, options = list[Path](), dict[str, list[str]]()
    left = iter(words)
    for word in left:
        name, equals, value = word.partition("=")
        if name in ("--key", "--policy", "--seen"):
            text = value if equals else next(left, None)
            if not text:
                raise Misused(f"{name} needs a file")
            options.setdefault(name, []).append(text)
        elif word in ("--json", "--entries", "--help", "-h"):
            options.setdefault(word, [])
        elif word.startswith("-"):
            raise Misused(f"{word} is not understood; see --help")
        else:
            paths.append(Path(word))
    return paths, options


def read_policy(keys: Sequence[str], policies: Sequence[str]) -> Policy:
    """Read what the reader trusts, from files or, for keys, as they stand."""
    if (keys and policies) or len(policies) > 1:
        raise Misused("--key or one --policy, not both")
    if policies:
        return parse_policy(_small_file(policies[0]).decode(errors="replace"))
    if keys:
        texts = [
            each
            if "+" in each and not Path(each).exists()
            else _small_file(each).decode(errors="replace")
            for each in keys
        ]
        return parse_pins("\n".join(texts))
    return Policy()


def _small_file(name: str) -> bytes:
    try:
        if Path(name).exists() and not Path(name).is_file():
            raise Misused(f"{name} is no plain file")
        with Path(name).open("rb") as file:
            raw = file.read(NOTE_BYTES_MAX + 1)
    except (OSError, ValueError) as error:
        raise Misused(f"{name} cannot be read: {error}") from None
    if len(raw) > NOTE_BYTES_MAX:
        raise Misused(f"{name} is too large")
    return raw


def told(
    words: Sequence[str], authority: Callable[[bytes, bytes], str] | None = None
) -> tuple[int, str]:
    """Check what a command line names; return the exit status and the report.

    Args:
        words: Of the command line.
        authority: Checks a time-stamp token over a text in full, for a program that can.
    """
    as_json = "--json" in words
    try:
        paths, options = read_arguments(words)
        if {"--help", "-h"} & options.keys():
            return UNSETTLED, USAGE
        policy = read_policy(options.get("--key", []), options.get("--policy", []))
        policy = policy._replace(authority=authority)
        seen = [_small_file(name) for name in options.get("--seen", [])]
        keep = as_json or "--entries" in options
        result = examine(paths or [Path(__file__).parent], policy, seen, keep=keep)
    except Misused as misused:
        result = Result(UNSETTLED, "misused", str(misused), [])
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is never "verified"
        result = Result(UNSETTLED, "fault_of_this_program", type(fault).__name__, [])
    return result.exit, written(result, as_json=as_json)


def main(words: Sequence[str]) -> int:
    """Print the report; return the exit status."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr] # a text stream
    try:
        status, text = told(words)
        sys.stdout.write(text)
        sys.stdout.flush()
    except (OSError, KeyboardInterrupt):
        return UNSETTLED
    return status


if __name__ == "__main__":
    os._exit(main(sys.argv[1:]))  # what is left in a pipe that nobody reads raises at an end
