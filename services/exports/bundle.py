"""Gather what a viewer may read of a case into a bundle that proves itself offline.

Everything that is shown is proved: rooms by their trees, trees by seals, seals by a signed
checkpoint, and the files as a whole by a signature over their list (docs/format.md).
"""

from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec
from msgspec import Struct

from ledger.errors import StoreFault
from ledger.keys import KeyGone
from ledger.rooms import KINDS, kind_of
from ledger.seal.bundling import (
    Plain,
    RoomShown,
    room_lines,
    seal_line,
    seals_shown,
    stamp_files,
)
from ledger.seal.proofs import KeyHistory, write_document
from ledger.seal.proving import Prover
from ledger.seal.verify import MANIFEST, VOUCHER
from ledger.store.sealing import content_with_salt, frame_with_salt
from services.exports.boxes import Box, Boxed
from services.reading.looking import Kept, Look

FORMAT: Final = "gol/bundle/1"
_ENCODER: Final = msgspec.json.Encoder(order="sorted")


class Sealing(Protocol):
    """What a bundle needs of the sealer.

    Attributes:
        prover: Proves what was sealed, up to one checkpoint.
        origin: Names the log.
    """

    prover: Prover
    origin: str

    def history(self) -> KeyHistory:
        """Return which keys signed."""
        ...

    def vouched(self, digest: str) -> bytes:
        """Return a note over the hash of a manifest, signed by the log's key."""
        ...


class Chosen(Struct, frozen=True):
    """An entry that goes into a bundle.

    Attributes:
        kept: It.
        masked: Whether its content is left out though it could be shown.
    """

    kept: Kept
    masked: bool = False


class RoomWritten(Struct, frozen=True):
    """A room as it was put into a bundle.

    Attributes:
        room: What the manifest says of it.
        files: Its files.
        ticks: Where the seals shown stand in the log.
    """

    room: RoomShown
    files: tuple[Boxed, ...]
    ticks: frozenset[int]


class Contents(Struct, frozen=True, kw_only=True):
    """What a bundle is to hold.

    Attributes:
        kind: `bundle` or `pack`.
        look: The case, seen by its viewer.
        chosen: Entries, in the order of recording.
        made: Instant.
        notes: What the manifest says beside, for people.
        pages: Further files, by name.
    """

    kind: str
    look: Look
    chosen: tuple[Chosen, ...]
    made: str
    notes: Mapping[str, str] = msgspec.field(default_factory=dict)
    pages: Mapping[str, Iterator[bytes]] = msgspec.field(default_factory=dict)


def fill(box: Box, contents: Contents, sealing: Sealing) -> Path:
    """Write a bundle; return where it lies.

    Raises:
        StoreFault: An entry is not sealed yet, a file cannot be written, an event not read.
        DecodeError: It is too much for a zip.
    """
    files = [box.add(name, parts) for name, parts in contents.pages.items()]
    files.append(box.add("verify.py", [verifier()]))
    files.append(box.add("log/checkpoint", [sealing.prover.checkpoint]))
    files.append(box.add("log/keys.json", [write_document(sealing.history())]))
    rooms, ticks = list[RoomShown](), set[int]()
    for chosen in by_room(contents.chosen):
        found = _room(box, contents.look, chosen, sealing.prover)
        rooms.append(found.room)
        files += found.files
        ticks |= found.ticks
    for name, data in stamp_files(sealing.prover.stamps(ticks)):
        files.append(box.add(name, [data]))
    manifest = _manifest(contents, sealing.origin, rooms, files)
    listed = box.add(MANIFEST, [manifest])
    box.add(VOUCHER, [sealing.vouched(listed.sha256)])
    return box.close()


def verifier() -> bytes:
    """Return the stand-alone verifier, as it is."""
    return resources.files("ledger.seal").joinpath("verify.py").read_bytes()


def by_room(chosen: tuple[Chosen, ...]) -> list[list[Chosen]]:
    """Part entries by room; the joint one first, since it says whose key is whose."""
    rooms: dict[str, list[Chosen]] = {}
    for one in chosen:
        rooms.setdefault(one.kept.frame.room, []).append(one)
    widest = {kind: place for place, kind in enumerate(reversed(KINDS))}
    return [rooms[name] for name in sorted(rooms, key=lambda n: (widest[kind_of(n)], n))]


def _room(box: Box, look: Look, chosen: list[Chosen], prover: Prover) -> RoomWritten:
    room_id = chosen[0].kept.read.room_id
    name = room_id.hex()
    seqs = [one.kept.frame.seq for one in chosen]
    seals = seals_shown(prover.seals(room_id), seqs)
    if not seals:
        raise StoreFault(
            f"{chosen[0].kept.frame.room} is not sealed that far", "`goodoffices seal`"
        )
    size = seals[-1][0]
    lines = room_lines((plain(look, one) for one in chosen), prover.nodes(room_id), size)
    written = (
        box.add(f"rooms/{name}.jsonl", lines),
        box.add(f"rooms/{name}.seals.jsonl", (seal_line(seal) for _, seal in seals)),
    )
    shown = RoomShown(name, len(seqs), size - len(seqs), len(seals))
    return RoomWritten(shown, written, frozenset(seal.log.index for _, seal in seals))


def plain(look: Look, chosen: Chosen) -> Plain:
    """Open an entry as far as its viewer may read it."""
    kept, keys = chosen.kept, look.record.reader.keys
    sealed = kept.sealed
    frame = frame_with_salt(sealed, keys.frame_key(kept.read.room_id))
    seq = kept.frame.seq
    opened = look.opened(kept)
    if opened.sealed is not None:
        return Plain(seq, sealed.leaf, frame, withheld="sealed")
    if opened.erased:  # from the event on, whether its key is destroyed yet or not
        return Plain(seq, sealed.leaf, frame, withheld="erased")
    try:
        key = keys.content_key(sealed.block, sealed.slot)
    except KeyGone:
        return Plain(seq, sealed.leaf, frame, withheld="erased")
    if chosen.masked:
        return Plain(seq, sealed.leaf, frame, withheld="omitted")
    return Plain(seq, sealed.leaf, frame, content_with_salt(sealed, key))


def _manifest(contents: Contents, origin: str, rooms: list[RoomShown], files: list[Boxed]) -> bytes:
    look = contents.look
    told: dict[str, Any] = {
        "case": look.name,
        "files": sorted(files, key=lambda file: file.name),
        "format": FORMAT,
        "kind": contents.kind,
        "made": contents.made,
        "notes": dict(contents.notes),
        "origin": origin,
        "rooms": rooms,
        "viewer": look.viewer,
    }
    return msgspec.json.format(_ENCODER.encode(told), indent=1) + b"\n"
