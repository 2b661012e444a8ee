"""Fold who of the registry asked to read a caucus, who may, and until when."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal, TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import Frame
from ledger.instants import parse_instant
from ledger.record.opening_events import (
    AccessGround,
    CaucusAccessEnded,
    CaucusAccessGranted,
    CaucusAccessRequested,
    OpeningEvent,
)

Key: TypeAlias = tuple[str, str, str]
"""Room told in, party, id: the registry's own list and each party's desk are told apart."""


class Access(Struct, frozen=True, kw_only=True):
    """One access to a caucus.

    Attributes:
        access_id: Names it among those asked for of its party.
        party: Whose caucus.
        caucus: Name of the room.
        ground: Why, in a word.
        ref: Event (room:seq) that asked for it, or that told the party.
        hours: For how long it was asked for.
        asked_by: Persons who asked: at the keyboard, and as actor.
        status: Where it stands.
        until: When it ends by itself.
    """

    access_id: str
    party: str
    caucus: str
    ground: AccessGround
    ref: str
    hours: int = 0
    asked_by: tuple[str, ...] = ()
    status: Literal["asked", "open", "ended"] = "asked"
    until: datetime | None = None


class Openings(Struct, frozen=True):
    """Every access to a caucus, as far as the eyes may see.

    Attributes:
        known: Each by room told in, party and id.
    """

    known: Mapping[Key, Access] = MappingProxyType({})

    def of_registry(self) -> tuple[Access, ...]:
        """List those on the registry's own list, in the order of asking."""
        return tuple(access for (room, _, _), access in self.known.items() if room == "registry")


def evolve(state: Openings, frame: Frame[OpeningEvent]) -> Openings:
    """Fold one event."""
    event = frame.event
    key = (frame.room, event.party, event.access_id)
    return replace(state, known={**state.known, key: _after(state.known.get(key), frame)})


def _after(known: Access | None, frame: Frame[OpeningEvent]) -> Access:
    event = frame.event
    match event:
        case CaucusAccessRequested():
            return Access(
                access_id=event.access_id,
                party=event.party,
                caucus=event.caucus,
                ground=event.ground,
                ref=frame.ref,
                hours=event.hours,
                asked_by=(frame.entered_by, frame.actor),
            )
        case CaucusAccessGranted():
            until = parse_instant(event.until)
            return replace(known or _told(event, frame.ref), status="open", until=until)
        case CaucusAccessEnded():
            assert known is not None, "what ends was open in the same room"
            return replace(known, status="ended")
        case _:
            assert_never(event)


def _told(event: CaucusAccessGranted, ref: str) -> Access:
    return Access(
        access_id=event.access_id,
        party=event.party,
        caucus=event.caucus,
        ground=event.ground,
        ref=ref,
    )
