"""Make one JSON document of everything a viewer may read of a case."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from projections.deadlines import Date
from services.reading import words
from services.reading.eyes import Eyes
from services.reading.looking import Erasure, Kept, Look
from services.reading.proposals import Told, of_source
from services.reading.showing import Shown, shown
from services.reading.sources import from_record
from services.reading.trail import entries

FORMAT = "goodoffices-case/1"
INTERNAL = ("digest",)
"""Fields of a frame kept for the desk alone: whether an event carries a keyed digest would tell of
others that its command wrote elsewhere."""


class Event(Struct, frozen=True, kw_only=True):
    """One event.

    Attributes:
        event_id: Its name to the outside, `<room id>/<sequence>`.
        entry: The same within the case, `room:seq`.
        frame: Type, clocks, persons, ids and states.
        content: What it says, by field; empty where it says nothing or was erased.
        erased: Whether what it said was erased.
        erasure: Why, None where it was not or that is not recorded.
    """

    event_id: str
    entry: str
    frame: dict[str, Any]
    content: dict[str, Any]
    erased: bool
    erasure: Erasure | None = None


class Document(Struct, frozen=True, kw_only=True):
    """A case for one viewer.

    Attributes:
        format: Name and version of this shape.
        viewer: For whom.
        as_of: The instant looked from.
        case: Where it stands, with its timeline in words.
        proposals: Each followed by those that answer it.
        deadlines: Its dates.
        audit: Who recorded what.
        events: Every event, in the order of recording.
    """

    format: str
    viewer: str
    as_of: datetime
    case: Shown
    proposals: tuple[Told, ...]
    deadlines: tuple[Date, ...]
    audit: tuple[dict[str, Any], ...]
    events: tuple[Event, ...]


def document(eyes: Eyes, look: Look) -> Document:
    """Gather what a viewer may read of a case."""
    source = from_record(look)
    return Document(
        format=FORMAT,
        viewer=look.viewer,
        as_of=look.now,
        case=shown(look, eyes),
        proposals=tuple(of_source(source)),
        deadlines=tuple(source.dates()),
        audit=tuple(entries(source)),
        events=tuple(event_of(look, kept) for kept in look.kept),
    )


def event_of(look: Look, kept: Kept) -> Event:
    """Give one event as it is recorded, as far as the viewer reads it."""
    frame: dict[str, Any] = msgspec.to_builtins(kept.frame)
    opened = look.opened(kept)
    return Event(
        event_id=kept.read.event_id,
        entry=kept.frame.ref,
        frame={name: value for name, value in frame.items() if name not in INTERNAL},
        content=words.contents(opened.event),
        erased=opened.erased,
        erasure=opened.erasure,
    )


def encoded(told: Document) -> bytes:
    """Write the document as UTF-8, keys in the order of the shape, to be read by people too."""
    return msgspec.json.format(msgspec.json.encode(told, order="deterministic"), indent=1) + b"\n"
