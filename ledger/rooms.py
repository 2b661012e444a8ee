"""Say which rooms a case has, who reads each, and from where to where.

A room is one audience with its own numbering (TRUST.md, "Rooms"). Names are `joint`,
`caucus:<party>`, `group:<party>+<party>`, `party:<party>`, `mediators`, `desk:<party>`, `chair`,
`registry`, `challenge`, `review`, `protection`; rooms of a later mandate end in `@<number>`.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct

KINDS = (
    "party",
    "caucus",
    "mediators",
    "desk",
    "group",
    "chair",
    "challenge",
    "review",
    "protection",
    "registry",
    "joint",
    "public",
)
"""Every kind of room, the narrowest audience first."""


class Span(Struct, frozen=True, order=True):
    """The part of a room somebody may read.

    Attributes:
        first: First sequence, from 1.
        last: Last sequence, None for no end.
    """

    first: int = 1
    last: int | None = None

    def __contains__(self, seq: int) -> bool:
        """Tell whether a sequence lies within."""
        return self.first <= seq and (self.last is None or seq <= self.last)


WHOLE = Span()
NOTHING = Span(last=0)
VERSION_WITH_TIME = 7
"""Of UUIDs, the one that begins with milliseconds."""
Rights: TypeAlias = Mapping[str, Span]


def sees(eyes: Rights, room: str, seq: int) -> bool:
    """Tell whether an event lies within what these eyes may read."""
    span = eyes.get(room, NOTHING)
    return span is WHOLE or seq in span


class Opened(Struct, frozen=True):
    """A caucus that one person of the registry may read for a while.

    Attributes:
        caucus: Name of the room.
        reader: Who may.
        until: First instant at which nobody of the registry may any longer, whatever is recorded.
    """

    caucus: str
    reader: str
    until: datetime


class Roster(Struct, frozen=True):
    """Who belongs to a case and since when; folded from `joint`, `desk` and `chair` events.

    Attributes:
        parties: The part of `joint` each party may read.
        persons: Party each representative acts for today.
        former: Parties a person once acted for; what it did then may still be entered.
        mandate: Number of the current or last mandate, 0 before the first.
        mediators: Persons of the current mandate, empty once it has ended.
        closed: For the last mandate, sequence each shared room had when it ended.
        candidates: Persons asked to mediate and not yet appointed or gone.
        institution: True for the institution's own aggregate.
        looked: Who inquired into whom, as (mediator or candidate, person).
        awaiting: Counsel that came after the mediators took office and gets access once they have
            inquired into it, with the parties it comes for.
        apart: Parties that do not go on in a reopened case and keep to themselves what they had
            confided.
        opened: Caucuses open to the registry, by party and id of the access. They are no part of
            `rights`, so that nobody decides, exports to others or subscribes by them.
    """

    parties: Mapping[str, Span] = MappingProxyType({})
    persons: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    former: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    mandate: int = 0
    mediators: tuple[str, ...] = ()
    closed: Mapping[str, int] | None = None
    candidates: tuple[str, ...] = ()
    institution: bool = False
    looked: frozenset[tuple[str, str]] = frozenset()
    awaiting: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    apart: frozenset[str] = frozenset()
    opened: Mapping[tuple[str, str], Opened] = MappingProxyType({})


def kind_of(room: str) -> str:
    """Name the kind of a room: `caucus` for `caucus:B@2`."""
    return room.partition(":")[0].partition("@")[0]


def party_of(room: str) -> str | None:
    """Name the party a room belongs to, None where it belongs to no single one."""
    kind, _, rest = room.partition(":")
    return rest.partition("@")[0] if rest and kind != "group" else None


def members_of(room: str) -> tuple[str, ...]:
    """Name the parties of a group room."""
    return tuple(room.partition(":")[2].partition("@")[0].split("+"))


def caucus_of(party: str, mandate: int) -> str:
    """Name the caucus room of a party under a mandate."""
    return f"caucus:{party}" if mandate <= 1 else f"caucus:{party}@{mandate}"


def mediators_room(mandate: int) -> str:
    """Name the mediators' own room under a mandate."""
    return "mediators" if mandate <= 1 else f"mediators@{mandate}"


def group_of(parties: tuple[str, ...]) -> str:
    """Name the room of a set of parties and the mediators."""
    return "group:" + "+".join(sorted(set(parties)))


def rights(roster: Roster, viewer: str, rooms: tuple[str, ...] = ()) -> Rights:
    """List what a viewer may read.

    Args:
        roster: Who belongs to the case.
        viewer: `registry`, `auditor`, `protection`, `mediator`, `challenge`, `review`,
            `party:<id>`, `candidate:<person>`.
        rooms: The case's rooms that hold something, for groups; unknown names are ignored.
    """
    kind, _, name = viewer.partition(":")
    if kind in ("registry", "auditor", "protection"):
        return _registry_rights(roster)
    if kind == "mediator":
        return _mediator_rights(roster, rooms)
    if kind == "challenge":
        return {"joint": WHOLE, "challenge": WHOLE}
    if kind == "review":
        return {"review": WHOLE}
    if kind == "candidate" and name in roster.candidates:
        return {"chair": WHOLE}
    if kind == "party" and name in roster.parties:
        return _party_rights(roster, name, rooms)
    return {}


def _registry_rights(roster: Roster) -> Rights:
    if roster.institution:
        return {"registry": WHOLE, "public": WHOLE}
    own = ("joint", "chair", "registry", "challenge", "review", "protection")
    return dict.fromkeys(own, WHOLE) | {f"desk:{p}": WHOLE for p in roster.parties}


def _mediator_rights(roster: Roster, rooms: tuple[str, ...]) -> Rights:
    if not roster.mandate:
        return {}
    shared = {room: WHOLE for room in rooms if kind_of(room) == "group"}
    shared |= {"joint": WHOLE, "chair": WHOLE}
    if roster.closed is not None:
        shared = {room: Span(last=roster.closed.get(room, 0)) for room in shared}
    near = [party for party in roster.parties if party not in roster.apart]
    own = {caucus_of(party, roster.mandate): WHOLE for party in near}
    return shared | own | {mediators_room(roster.mandate): WHOLE}


def _party_rights(roster: Roster, party: str, rooms: tuple[str, ...]) -> Rights:
    span = roster.parties[party]
    own = dict.fromkeys((f"party:{party}", f"desk:{party}"), WHOLE)
    own |= {caucus_of(party, n): WHOLE for n in range(1, max(roster.mandate, 1) + 1)}
    own |= {r: WHOLE for r in rooms if kind_of(r) == "group" and party in members_of(r)}
    return own | ({"joint": span} if span.last != 0 else {})


def opened_to(roster: Roster, viewer: str, person: str, now: datetime) -> Rights:
    """List the caucuses that somebody of the registry may read for a while.

    Args:
        roster: Who belongs to the case.
        viewer: Whose eyes; those of the registry alone may.
        person: Who looks.
        now: The present instant, whatever moment is looked from.
    """
    if viewer != "registry":
        return {}
    open_ = [o for o in roster.opened.values() if o.reader == person and now < o.until]
    return dict.fromkeys((o.caucus for o in open_), WHOLE)


def both(one: Rights, other: Rights) -> Rights:
    """Return what two readers may both read."""
    return {room: _overlap(one[room], other[room]) for room in one if room in other}


def either(one: Rights, other: Rights) -> Rights:
    """Return what at least one of two readers may read; the wider span where both do."""
    joined = dict(one)
    for room, span in other.items():
        mine = joined.get(room)
        joined[room] = span if mine is None else _widest(mine, span)
    return joined


def _overlap(a: Span, b: Span) -> Span:
    if a is b:
        return a
    ends = [end for end in (a.last, b.last) if end is not None]
    return Span(first=max(a.first, b.first), last=min(ends) if ends else None)


def _widest(a: Span, b: Span) -> Span:
    end = None if a.last is None or b.last is None else max(a.last, b.last)
    return Span(first=min(a.first, b.first), last=end)


@lru_cache(maxsize=16_384)
def room_id(secret: bytes, case_id: UUID, room: str) -> bytes:
    """Derive a room's id, 16 bytes shaped as UUIDv7 with the case's own time.

    Keyed, so that nobody can compute the id of a room it does not read; derived, so that a
    standing room needs no event to exist.
    """
    mark = hmac.digest(secret, case_id.bytes + room.encode(), "sha256")
    return v7_bytes(case_id.bytes[:6], mark)


def derived_case_id(secret: bytes, actor: str, command_id: str, at: datetime) -> UUID:
    """Derive the id of the case a command opens, so that a repeat names the same case.

    Args:
        secret: The ledger's own.
        actor: Who sends the command.
        command_id: Its id; where it is a UUIDv7 its time is taken, else `at` of the year.
        at: Epoch of the ledger, constant for it, used where the command id carries no time.
    """
    mark = hmac.digest(secret, f"case\0{actor}\0{command_id}".encode(), "sha256")
    return UUID(bytes=v7_bytes(_time_of(command_id, at), mark))


def _time_of(command_id: str, at: datetime) -> bytes:
    try:
        parsed = UUID(command_id)
    except ValueError:
        return int(at.timestamp() * 1000).to_bytes(6, "big")
    if parsed.version == VERSION_WITH_TIME:
        return parsed.bytes[:6]
    return int(at.timestamp() * 1000).to_bytes(6, "big")


def v7_bytes(time_ms: bytes, rest: bytes) -> bytes:
    """Lay out 16 bytes of a UUIDv7 from six bytes of time and ten or more others."""
    raw = bytearray(time_ms + rest[:10])
    raw[6] = (raw[6] & 0x0F) | 0x70
    raw[8] = (raw[8] & 0x3F) | 0x80
    return bytes(raw)
