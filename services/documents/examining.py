"""See whether every document is where it was stored and opens, and nothing is left of others."""

from typing import NamedTuple

import msgspec

from ledger.errors import StoreFault
from ledger.store.reader import Reader
from ledger.store.sealing import Sealed, parse, room_of
from services.documents.store import Documents

PAGE = 1_000


class _Place(msgspec.Struct, frozen=True):
    """What a leaf says of where its entry stands."""

    seq: int


class Examined(NamedTuple):
    """What was found.

    Attributes:
        away: Entries whose document is not there, or does not open.
        left: Entries that were erased, and of whose document something is left.
        waiting: Whether bytes of erased documents are still to be removed.
    """

    away: list[str]
    left: list[str]
    waiting: bool


def examined(documents: Documents, reader: Reader) -> Examined:
    """Look for every document that an entry holds.

    Raises:
        StoreFault: The record or the index cannot be read.
    """
    documents.tie_all()
    found = Examined([], [], documents.is_behind())
    held = {event for event, _ in documents.held()}
    position = 0
    while held and (rows := reader.recorder.page(position, PAGE)):
        for *_, state in rows:
            sealed = parse(state)
            event = event_of(sealed)
            if event in held:
                _examine(documents, event, sealed, found)
        position = rows[-1][0]
    return found


def event_of(sealed: Sealed) -> str:
    """Name a stored event as an index of documents does, without opening it."""
    seq = msgspec.json.decode(sealed.leaf, type=_Place).seq
    return f"{room_of(sealed.leaf).hex()}/{seq}"


def _examine(documents: Documents, event: str, sealed: Sealed, found: Examined) -> None:
    """Open the beginning of each document of an entry."""
    try:
        tickets = documents.of_event(event, sealed)
        for ticket in tickets:
            documents.read(ticket)
    except StoreFault:
        found.away.append(event)
        return
    if not tickets:
        found.left.append(event)
