"""Fold views again in memory: as of an instant, for one viewer, to compare and to digest."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct

from ledger.envelope import Event
from ledger.rooms import Rights, sees
from ledger.store.reader import Read, Reader
from projections.feed import case_reads
from projections.rows import MemoryRows, Projection, Row, concerns, key_of, shown, take_in

Cut: TypeAlias = datetime | tuple[str, int] | None
"""Where to look from: an instant of recording, an event (room, sequence), None for now."""

_ENCODE = msgspec.json.Encoder(order="sorted").encode


def fold(projections: Sequence[Projection], reads: Iterable[Read]) -> MemoryRows:
    """Take events into the rows of some views."""
    rows = MemoryRows()
    concerned: dict[type[Event], list[Projection]] = {}
    for read in reads:
        kind = type(read.frame.event)
        if kind not in concerned:
            concerned[kind] = [p for p in projections if concerns(p, read)]
        for projection in concerned[kind]:
            take_in(projection, rows, read)
    return rows


def reads_of(reader: Reader, case_id: UUID, cut: Cut = None) -> Iterator[Read]:
    """Read a case up to where one looks from.

    Raises:
        StoreFault, DecodeError: An event was altered, or is of a newer release.
    """
    for read in case_reads(reader, case_id):
        if isinstance(cut, datetime) and read.frame.recorded > cut:
            return
        yield read
        if isinstance(cut, tuple) and (read.frame.room, read.frame.seq) == cut:
            return


def within(reads: Iterable[Read], rights: Rights) -> Iterator[Read]:
    """Keep the events some rights reach."""
    for read in reads:
        if sees(rights, read.frame.room, read.frame.seq):
            yield read


def view_of(
    reader: Reader,
    case_id: UUID,
    rights: Rights,
    projections: Sequence[Projection],
    cut: Cut = None,
) -> MemoryRows:
    """Fold a case as of an instant, as far as some rights reach: rooms, and spans of rooms.

    Args:
        reader: Where the record is read.
        case_id: The case.
        rights: What the reader may read.
        projections: The views wanted.
        cut: Where to look from.
    """
    return fold(projections, within(reads_of(reader, case_id, cut), rights))


def digest(rows: MemoryRows, written: "Written | None" = None) -> str:
    """Digest what a reader is given of a case, hex.

    Nothing internal goes in: no position, version or id of case or room. So two records that
    differ only in rooms a viewer does not read give that viewer the same digest.

    Args:
        rows: What the reader is given.
        written: Remembers rows between digests of one case, so that each is written once.
    """
    write = (Written() if written is None else written).of
    told = [
        b'"%s":[%s]' % (kind.table.encode(), b",".join(sorted(map(write, rows.all(kind)))))
        for kind in sorted(rows.kinds(), key=lambda kind: kind.table)
    ]
    return hashlib.sha256(b"{%s}" % b",".join(told)).hexdigest()


class Written:
    """Rows as they go into a digest, each written once."""

    def __init__(self) -> None:
        """Begin with none."""
        self._known: dict[int, tuple[Row, bytes]] = {}

    def of(self, row: Row) -> bytes:
        """Write a row; it is held, so that no other is ever taken for it."""
        known = self._known.get(id(row))
        if known is None:
            known = self._known[id(row)] = (row, _ENCODE(shown(row)))
        return known[1]


def digest_of_all(digests: Iterable[str]) -> str:
    """Digest the digests of several cases, in whatever order they come."""
    return hashlib.sha256("".join(sorted(digests)).encode()).hexdigest()


class Change(Struct, frozen=True, kw_only=True):
    """One fact of a view that differs between two instants.

    Attributes:
        view: The kind of row.
        room: Its room.
        key: What it is about within the room, such as a proposal's id; "" for the case itself.
        what: Whether the row came, went or changed.
        field: Which of its facts, None where the whole row came or went.
        old: Before, None where it came.
        new: After, None where it went.
    """

    view: str
    room: str
    key: str
    what: Literal["came", "went", "changed"]
    field: str | None = None
    old: Any = None
    new: Any = None


def differences(before: MemoryRows, after: MemoryRows) -> list[Change]:
    """List what differs between two states of a case, by view, room and key."""
    kinds = sorted({*before.kinds(), *after.kinds()}, key=lambda kind: kind.table)
    found: list[Change] = []
    for kind in kinds:
        old = {key_of(row): row for row in before.all(kind)}
        new = {key_of(row): row for row in after.all(kind)}
        for key in sorted({*old, *new}, key=str):
            found.extend(_changes(kind, old.get(key), new.get(key)))
    return sorted(found, key=lambda c: (c.view, c.room, c.key))


def _changes(kind: type[Row], old: Row | None, new: Row | None) -> Iterator[Change]:
    row = new or old
    assert row is not None
    about = {
        "view": kind.table.partition("__")[2],
        "room": row.room,
        "key": "/".join(str(getattr(row, name)) for name in kind.keys),
    }
    if new is None:
        yield Change(**about, what="went", old=shown(row))
    elif old is None:
        yield Change(**about, what="came", new=shown(row))
    else:
        told = zip(shown(old).items(), shown(new).values(), strict=True)
        for (name, was), now in told:
            if was != now:
                yield Change(**about, what="changed", field=name, old=was, new=now)
