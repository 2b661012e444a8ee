"""Make bundles without a ledger: true ones, and such as a forger would make."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from ledger.seal.bundling import Plain, room_lines, seal_line, seals_shown, stamp_files
from ledger.seal.checkpoints import Checkpoint, sign_checkpoint
from ledger.seal.leaves import fill_tick, room_head
from ledger.seal.log_leaves import Rekeyed, Stamped, Ticked, write_log_leaf
from ledger.seal.merkle import consistency_proof, head_at, inclusion_proof, leaf_hash
from ledger.seal.nodes import Tree
from ledger.seal.note_keys import Signer
from ledger.seal.notes import cosign, sign_note
from ledger.seal.proofs import LogProof, Seal, StampProof, TickProof, hexes
from ledger.seal.proving import StampShown
from ledger.store.sealing import CONTENT_MARK, FRAME_MARK, commitment, leaf_of
from services.exports.boxes import box_for

ORIGIN = "gol/log/01960000000070008000000000000001/0011223344556677"
LOG = Signer(ORIGIN, b"log key of the tests of bundles.")
NEXT = Signer(ORIGIN, b"the key that comes after it.....")
FORGER = Signer(ORIGIN, b"a key that a forger made itself.")
ROOMS = ("01960000000070008000000000000a01", "01960000000070008000000000000b02")
NAMES = ("joint", "desk:A")
START = datetime(2026, 3, 1, 10, tzinfo=UTC)
STAMPED = START + timedelta(seconds=70)

Frames = Callable[[int, dict[str, Any]], dict[str, Any]]


def entry(room: int, seq: int, random: Random, edit: Frames | None = None) -> Plain:
    """Make an entry of a room, its frame changed as asked."""
    frame: dict[str, Any] = {
        "actor": "person:holt",
        "command": f"c{seq}",
        "entered_by": "clerk",
        "event": {"type": "statement-recorded", "order": seq},
        "recorded": (START + timedelta(seconds=seq)).isoformat().replace("+00:00", "Z"),
        "room": NAMES[room],
        "seq": seq,
    }
    content: dict[str, Any] = {"text": f"We said \u201e{seq}\u201c."}
    if edit is not None:
        frame = edit(seq, frame)
        content = frame.pop("content", content)
    salts = random.randbytes(32), random.randbytes(32)
    plain = tuple(
        json.dumps(each, ensure_ascii=False, sort_keys=True).encode() for each in (frame, content)
    )
    leaf = leaf_of(
        bytes.fromhex(ROOMS[room]),
        seq,
        commitment(FRAME_MARK, salts[0], plain[0]),
        commitment(CONTENT_MARK, salts[1], plain[1]),
    )
    return Plain(seq, leaf, (salts[0], plain[0]), (salts[1], plain[1]))


class Sealer:
    """A log that seals rooms: two ticks, each followed by nothing of interest.

    Attributes:
        rooms: Entries, by place of the room.
        witnesses: Cosign the checkpoint.
    """

    def __init__(  # noqa: PLR0913 - each has a plain default
        self,
        counts: Sequence[int],
        *,
        signer: Signer = LOG,
        edit: Frames | None = None,
        seed: int = 1,
        steps: int = 2,
        witnesses: Iterable[Signer] = (),
    ) -> None:
        random = Random(seed)
        self.signer, self.witnesses = signer, tuple(witnesses)
        self.rooms = [
            [entry(room, seq, random, edit) for seq in range(1, count + 1)]
            for room, count in enumerate(counts)
        ]
        self.trees = [Tree(leaf_hash(one.leaf) for one in room) for room in self.rooms]
        self.leaves: list[bytes] = []
        self.stamped: list[tuple[int, int, bytes]] = []
        self.heads: list[list[tuple[int, str, TickProof, int]]] = [[] for _ in counts]
        for step in range(1, steps + 1):
            self._tick(step, steps, random)
        self.keys: list[dict[str, Any]] = [
            {"key": signer.key.text, "since": 1, "until": None, "handover": None}
        ]

    def _tick(self, step: int, steps: int, random: Random) -> None:
        sizes = [len(tree) * step // steps for tree in self.trees]
        heads = [
            room_head(bytes.fromhex(ROOMS[room]), head_at(self.trees[room], size))
            for room, size in enumerate(sizes)
        ]
        tick = fill_tick(heads, 16, random)
        last = max(len(tree) for tree in self.trees) * step // steps
        at = START + timedelta(seconds=last + 1)
        index = len(self.leaves)
        self.leaves.append(write_log_leaf(Ticked(at=at, capacity=16, root=tick.head.root.hex())))
        for room, (size, head, place) in enumerate(zip(sizes, heads, tick.sealed, strict=True)):
            proof = TickProof(place.index, place.salt.hex(), hexes(place.proof))
            if not self.heads[room] or self.heads[room][-1][0] < size:
                self.heads[room].append((size, head.decode(), proof, index))

    def rekey(self, signer: Signer = NEXT) -> None:
        """Hand over to another key."""
        leaf = write_log_leaf(Rekeyed(at=START, key=signer.key.text, why="a test"))
        self.leaves.append(leaf)
        log, size = self.log, len(self.leaves)
        note = sign_checkpoint(head_at(log, size), self.signer, signer)
        handover = {
            "checkpoint": note.encode().decode(),
            "index": size - 1,
            "leaf": leaf.decode(),
            "proof": [each.hex() for each in inclusion_proof(log, size - 1, size)],
        }
        self.keys[-1]["until"] = size
        self.keys.append(
            {"key": signer.key.text, "since": size, "until": None, "handover": handover}
        )
        self.leaves.append(self.leaves[0])
        self.signer = signer

    def text(self, size: int) -> str:
        """Write the checkpoint of a size."""
        return Checkpoint(ORIGIN, head_at(self.log, size)).text

    def stamp(self, size: int, token: bytes | None = None) -> None:
        """Log a time stamp over the checkpoint of a size."""
        token = token_over(self.text(size).encode()) if token is None else token
        self.stamped.append((len(self.leaves), size, token))
        self.leaves.append(write_log_leaf(Stamped(at=STAMPED, size=size, token=token)))

    def stamps(self) -> Iterator[StampShown]:
        """Prove every time stamp."""
        log, size = self.log, len(self.leaves)
        for index, older, token in self.stamped:
            proof = StampProof(
                index,
                self.leaves[index].decode(),
                hexes(inclusion_proof(log, index, size)),
                head_at(log, older).root.hex(),
                hexes(consistency_proof(log, older, size)),
            )
            yield StampShown(proof, token, self.text(older))

    @property
    def log(self) -> Tree:
        """Return the tree of the log."""
        return Tree(leaf_hash(leaf) for leaf in self.leaves)

    def checkpoint(self) -> bytes:
        """Sign the log as it is, witnesses too."""
        note = sign_checkpoint(head_at(self.log, len(self.leaves)), self.signer)
        lines = [cosign(note.text, witness, at=1_772_000_000).line for witness in self.witnesses]
        return note.encode() + "".join(lines).encode()

    def seals(self, room: int) -> list[tuple[int, Seal]]:
        """Prove every head of a room that was sealed."""
        log, size = self.log, len(self.leaves)
        return [
            (
                head_size,
                Seal(
                    head,
                    place,
                    LogProof(
                        index,
                        self.leaves[index].decode(),
                        hexes(inclusion_proof(log, index, size)),
                    ),
                ),
            )
            for head_size, head, place, index in self.heads[room]
        ]

    def files(self, shown: Mapping[int, Sequence[Plain]] | None = None) -> dict[str, bytes]:
        """Return the files of a bundle but its manifest, in the order they are written."""
        history = {"keys": self.keys, "v": "gol/keys/1"}
        files = {
            "index.html": b"<!doctype html><p>A page for people.</p>\n",
            "log/checkpoint": self.checkpoint(),
            "log/keys.json": json.dumps(history, sort_keys=True).encode(),
        }
        for room, entries in (shown or dict(enumerate(self.rooms))).items():
            seals = seals_shown(self.seals(room), [one.seq for one in entries])
            lines = room_lines(entries, self.trees[room], seals[-1][0])
            files[f"rooms/{ROOMS[room]}.jsonl"] = b"".join(lines)
            told = b"".join(seal_line(seal) for _, seal in seals)
            files[f"rooms/{ROOMS[room]}.seals.jsonl"] = told
        return {**files, **dict(stamp_files(self.stamps()))}

    def write(self, target: Path, given: Mapping[str, bytes] | None = None, /, **told: Any) -> Path:  # noqa: ANN401 - fields of a manifest
        """Write a bundle, its manifest made and signed for the files given."""
        whole = dict(self.files() if given is None else given)
        manifest = json.dumps({**manifest_of(whole), **told}, sort_keys=True).encode()
        text = f"gol/bundle/1\n{ORIGIN}\n{hashlib.sha256(manifest).hexdigest()}\n"
        box = box_for(target, force=True)
        for name, data in whole.items():
            box.add(name, [data])
        box.add("bundle.json", [manifest])
        box.add("bundle.note", [sign_note(text, self.signer).encode()])
        return box.close()


def der(tag: int, *parts: bytes) -> bytes:
    """Write a value of DER."""
    body = b"".join(parts)
    size = len(body)
    told = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag]) + (bytes([size]) if size < 128 else bytes([128 + len(told)]) + told) + body


def token_over(text: bytes, at: bytes = b"20260301100100Z") -> bytes:
    """Write a time-stamp token as far as a reader without certificates reads: nobody signed it."""
    oid = {name: der(6, bytes.fromhex(code)) for name, code in OIDS.items()}
    imprint = der(48, der(48, oid["sha256"], der(5)), der(4, hashlib.sha256(text).digest()))
    told = der(48, der(2, b"\1"), oid["policy"], imprint, der(2, b"\7"), der(24, at))
    content = der(48, oid["told"], der(160, der(4, told)))
    signed = der(48, der(2, b"\3"), der(49, der(48, oid["sha256"])), content, der(49))
    return der(48, oid["signed"], der(160, signed))


OIDS = {
    "signed": "2a864886f70d010702",
    "told": "2a864886f70d0109100104",
    "sha256": "608648016503040201",
    "policy": "2b06010401868d1f01",
}


def manifest_of(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Say of files what a manifest says."""
    rooms = []
    for name in files:
        if name.startswith("rooms/") and not name.endswith(".seals.jsonl"):
            told = [each for line in files[name].splitlines() if (each := _read(line))]
            hidden = sum(each.get("hidden", 0) for each in told)
            shown = sum("leaf" in each for each in told)
            seals = files.get(name.replace(".jsonl", ".seals.jsonl"), b"").count(b"\n")
            room = name.removeprefix("rooms/").removesuffix(".jsonl")
            rooms.append({"entries": shown, "hidden": hidden, "room": room, "seals": seals})
    return {
        "case": "GO-2026-0001",
        "files": [
            {"bytes": len(data), "name": name, "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in files.items()
        ],
        "format": "gol/bundle/1",
        "kind": "bundle",
        "made": "2026-03-02T00:00:00Z",
        "notes": {},
        "origin": ORIGIN,
        "rooms": rooms,
        "viewer": "party:A",
    }


def _read(line: bytes) -> dict[str, Any]:
    """Read a line, {} for what is no object."""
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return {}


def key_file(folder: Path, *signers: Signer) -> Path:
    """Write keys as a reader pins them."""
    path = folder / "institution.key"
    path.write_text("".join(signer.key.text + "\n" for signer in signers))
    return path
