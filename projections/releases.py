"""Keep the release desk: what was told in confidence, and what of it may be passed on (V4)."""

from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import Event
from ledger.instants import parse_instant
from ledger.neutrality.change_events import HandedOver
from ledger.sessions.caucus_events import (
    CaucusInformationReceived,
    DisclosureAuthorisationRevoked,
    DisclosureAuthorised,
    InformationConveyed,
    InformationPassedOn,
    ReleaseConveyed,
)
from ledger.store.reader import Read
from projections.rows import MemoryRows, Projection, Row, Rows, place

Stands: TypeAlias = Literal[
    "waiting",
    "released",
    "conveyed in part",
    "conveyed",
    "revoked",
    "over",
    "passed on",
    "received",
    "handed over",
]
"""Where a confidence or its release stands: `waiting` for a release, `released` and not told yet,
`over` where its time passed untold; `received` is what was told to the reader's own room."""
Told: TypeAlias = Literal["received", "handed over"]
EVENTS: frozenset[type[Event]] = frozenset(
    {
        CaucusInformationReceived,
        DisclosureAuthorised,
        DisclosureAuthorisationRevoked,
        ReleaseConveyed,
        InformationPassedOn,
        InformationConveyed,
        HandedOver,
    }
)


class ItemRow(Row, frozen=True, kw_only=True):
    """Something one side told the mediator in confidence.

    Attributes:
        item_id: Names it within the room.
        seq: Place in the room of the entry that holds it.
        owner: Whose it is.
        secrecy: What the owner said of it.
        passed_on: To whom it was passed on without a release, as the terms allow.
        passed: The entries (room:seq) that say so.
        at: When it was recorded.
    """

    keys = ("item_id",)
    table = "releases__items"
    item_id: str
    seq: int
    owner: str
    secrecy: str
    passed_on: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    at: datetime


class Telling(Struct, frozen=True):
    """Words told: to whom, when, and the entry (room:seq) that says so."""

    to: tuple[str, ...]
    at: datetime
    entry: str


class ReleaseRow(Row, frozen=True, kw_only=True):
    """Words the owner lets be told.

    Attributes:
        authorisation_id: Names it within the room.
        seq: Place in the room of the entry that holds the wording.
        item_id: The item it comes from.
        recipients: Who may be told.
        valid_until: Last instant to tell it, RFC 9557.
        told: What was told under it.
        revoked: Event (room:seq) that took it back.
        spared: Who was not told because of that.
        at: When it was recorded.
    """

    keys = ("authorisation_id",)
    table = "releases__releases"
    authorisation_id: str
    seq: int
    item_id: str
    recipients: tuple[str, ...]
    valid_until: str | None
    told: tuple[Telling, ...] = ()
    revoked: str | None = None
    spared: tuple[str, ...] = ()
    at: datetime


class ToldRow(Row, frozen=True, kw_only=True):
    """Something told in this room, or handed over to those now in office.

    Attributes:
        seq: Place of the entry in its room.
        stands: Which of the two.
        at: When it was recorded.
    """

    keys = ("seq",)
    table = "releases__told"
    sparse = True
    seq: int
    stands: Told
    at: datetime


def handle(rows: Rows, read: Read) -> None:
    """Take in what is told in confidence, and what its owner lets be told."""
    match read.frame.event:
        case CaucusInformationReceived() as event:
            rows.put(_received(read, event))
        case DisclosureAuthorised() as event:
            rows.put(_authorised(read, event))
        case InformationConveyed():
            rows.put(_told_here(read, "received"))
        case HandedOver():
            rows.put(_told_here(read, "handed over"))
        case InformationPassedOn() as event:
            _passed_on(rows, read, event)
        case DisclosureAuthorisationRevoked() | ReleaseConveyed() as event:
            _moved(rows, read, event)
        case _:
            pass


def _received(read: Read, event: CaucusInformationReceived) -> ItemRow:
    return ItemRow(
        **place(read),
        item_id=event.item_id,
        seq=read.frame.seq,
        owner=event.owner,
        secrecy=event.secrecy,
        at=read.frame.recorded,
    )


def _authorised(read: Read, event: DisclosureAuthorised) -> ReleaseRow:
    return ReleaseRow(
        **place(read),
        authorisation_id=event.authorisation_id,
        seq=read.frame.seq,
        item_id=event.item_id,
        recipients=event.recipients,
        valid_until=event.valid_until,
        at=read.frame.recorded,
    )


def _told_here(read: Read, stands: Told) -> ToldRow:
    return ToldRow(**place(read), seq=read.frame.seq, stands=stands, at=read.frame.recorded)


def _passed_on(rows: Rows, read: Read, event: InformationPassedOn) -> None:
    known = rows.get(ItemRow, (read.room_id.hex(), event.item_id))
    if known is not None:
        to = tuple(dict.fromkeys((*known.passed_on, *event.recipients)))
        rows.put(replace(known, passed_on=to, passed=(*known.passed, read.frame.ref)))


def _moved(rows: Rows, read: Read, event: DisclosureAuthorisationRevoked | ReleaseConveyed) -> None:
    known = rows.get(ReleaseRow, (read.room_id.hex(), event.authorisation_id))
    if known is None:
        return
    if isinstance(event, DisclosureAuthorisationRevoked):
        rows.put(replace(known, revoked=read.frame.ref, spared=event.spared))
    else:
        telling = Telling(event.recipients, read.frame.recorded, read.frame.ref)
        rows.put(replace(known, told=(*known.told, telling)))


PROJECTION = Projection("releases", 1, (ItemRow, ReleaseRow, ToldRow), handle, EVENTS)


class Release(Struct, frozen=True, kw_only=True):
    """A line of the desk: a release, an item nobody released, or something that was told.

    Attributes:
        room: The room it lies in.
        entry: Event (room:seq) whose content has the words.
        item: Event (room:seq) that holds the item it comes from.
        recipients: Who may be told, or was told without a release.
        waits: Who may be told and has not been.
        told: What was told under a release.
        passed: Entries (room:seq) by which the item was passed on without a release.
        revoked: Event (room:seq) that took it back.
        spared: Who was not told because of that.
        at: When it was recorded.
    """

    room: str
    stands: Stands
    item_id: str | None = None
    authorisation_id: str | None = None
    owner: str | None = None
    secrecy: str | None = None
    entry: str
    item: str | None = None
    recipients: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()
    valid_until: str | None = None
    told: tuple[Telling, ...] = ()
    passed: tuple[str, ...] = ()
    revoked: str | None = None
    spared: tuple[str, ...] = ()
    at: datetime


def in_memory(rows: MemoryRows, now: datetime) -> list[Release]:
    """List the desk of a case, room by room, in the order of recording."""
    items = {(row.room, row.item_id): row for row in rows.all(ItemRow)}
    releases = rows.all(ReleaseRow)
    released = {(row.room, row.item_id) for row in releases}
    found = [_release(row, items.get((row.room, row.item_id)), now) for row in releases]
    found += [_item(row) for key, row in items.items() if key not in released or row.passed]
    found += [_told(row) for row in rows.all(ToldRow)]
    return sorted(found, key=lambda one: (one.room, one.at, one.entry))


def _release(row: ReleaseRow, item: ItemRow | None, now: datetime) -> Release:
    told = {party for telling in row.told for party in telling.to}
    waits = tuple(party for party in row.recipients if party not in told)
    stands = _stands(row, now, waits)
    return Release(
        room=row.room,
        stands=stands,
        item_id=row.item_id,
        authorisation_id=row.authorisation_id,
        owner=None if item is None else item.owner,
        secrecy=None if item is None else item.secrecy,
        entry=f"{row.room}:{row.seq}",
        item=None if item is None else f"{item.room}:{item.seq}",
        recipients=row.recipients,
        waits=waits if stands in ("released", "conveyed in part") else (),
        valid_until=row.valid_until,
        told=row.told,
        revoked=row.revoked,
        spared=row.spared,
        at=row.at,
    )


def _stands(row: ReleaseRow, now: datetime, waits: tuple[str, ...]) -> Stands:
    if row.revoked is not None:
        return "revoked"
    if not waits:
        return "conveyed"
    if row.valid_until is not None and parse_instant(row.valid_until) < now:
        return "over"
    return "conveyed in part" if row.told else "released"


def _item(row: ItemRow) -> Release:
    return Release(
        room=row.room,
        stands="passed on" if row.passed else "waiting",
        item_id=row.item_id,
        owner=row.owner,
        secrecy=row.secrecy,
        entry=f"{row.room}:{row.seq}",
        recipients=row.passed_on,
        passed=row.passed,
        at=row.at,
    )


def _told(row: ToldRow) -> Release:
    return Release(room=row.room, stands=row.stands, entry=f"{row.room}:{row.seq}", at=row.at)
