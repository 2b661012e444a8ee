"""Name everybody who reads a room today, as far as the viewer's own reading says who they are."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from ledger.catalogue import EVENTS
from ledger.institution.feed_rules import ALL, tells_of
from ledger.recalling import table
from ledger.rooms import Roster, kind_of, party_of, rights, sees
from ledger.roster import admit
from services.analysts import analyst_grants
from services.grants import Grants
from services.house import House
from services.reading.looking import Look

OFFICES: Final = {
    "registry": "the registry",
    "auditor": "the auditors",
    "protection": "the data protection officer",
    "challenge": "who decides challenges",
    "review": "who reviews complaints",
}
"""Viewers who are no persons of the case, in the order in which they are told."""
OWN: Final = ("registry", "chair", "challenge", "review", "protection", "mediators")
"""Kinds of room of which a case has one."""


class Reader(Struct, frozen=True):
    """Somebody who reads a room.

    Attributes:
        who: As what: `party`, `mediator`, `candidate`, `office`, `feed` or `analyst`.
        name: Id of the party, the office in words, name of the grant.
        called: What a party is called.
        persons: Who that is today, as far as the viewer may know.
    """

    who: str
    name: str
    called: str = ""
    persons: tuple[str, ...] = ()


class Audience(Struct, frozen=True):
    """A room, and who reads it.

    Attributes:
        room: Its name.
        readers: Everybody who reads what is written there now.
    """

    room: str
    readers: tuple[Reader, ...]


def readers_of(look: Look, room: str, house: House | None = None) -> tuple[Reader, ...]:
    """Name everybody who will read what is written in a room now.

    Folded from what the viewer sees alone, so that nothing of other rooms shows in it. Feeds and
    analyst grants of the institution are named too, where a house is given to read them from.
    """
    roster = roster_seen(look)
    seq = look.case.last.get(room, 0) + 1
    found = [*_people(look, roster, room, seq), *_offices(roster, room, seq)]
    found.extend(_opened(look, roster, room))
    if house is not None:
        found.extend(_grants(house, look, room))
    return tuple(found)


def readers_of_entries(look: Look, house: House) -> dict[str, tuple[Reader, ...]]:
    """Name for every entry seen (room:seq) who reads it, whoever came later included.

    As `readers_of`: folded from what the viewer sees alone.
    """
    roster, told = roster_seen(look), dict[str, tuple[Reader, ...]]()
    grants = {room: tuple(_grants(house, look, room)) for room in look.rights}
    for kept in look.kept:
        room, seq = kept.frame.room, kept.frame.seq
        people, offices = _people(look, roster, room, seq), _offices(roster, room, seq)
        told[kept.frame.ref] = (*people, *offices, *_opened(look, roster, room), *grants[room])
    return told


def _opened(look: Look, roster: Roster, room: str) -> Iterator[Reader]:
    """Name whoever of the registry reads a caucus for a while."""
    for opened in roster.opened.values():
        if opened.caucus == room and look.now < opened.until:
            yield Reader("office", "the registry", persons=(opened.reader,))


def roster_seen(look: Look) -> Roster:
    """Fold who belongs to a case, as far as the viewer sees."""
    roster, seqs = Roster(), dict[str, int]()
    for kept in look.kept:
        seqs[kept.frame.room] = kept.frame.seq
        roster = admit(roster, kept.frame, seqs)
    return roster


def _people(look: Look, roster: Roster, room: str, seq: int) -> Iterator[Reader]:
    for party in roster.parties:
        if sees(rights(roster, f"party:{party}", (room,)), room, seq):
            persons = tuple(p for p, of in roster.persons.items() if party in of)
            yield Reader("party", party, look.names.get(party, ""), persons)
    if sees(rights(roster, "mediator", (room,)), room, seq) and roster.mediators:
        yield Reader("mediator", "mediator", persons=roster.mediators)
    for person in roster.candidates:
        if sees(rights(roster, f"candidate:{person}"), room, seq):
            yield Reader("candidate", "candidate", persons=(person,))


def _offices(roster: Roster, room: str, seq: int) -> Iterator[Reader]:
    for viewer, called in OFFICES.items():
        if sees(rights(roster, viewer), room, seq):
            yield Reader("office", called)


def _grants(house: House, look: Look, room: str) -> Iterator[Reader]:
    """Name the feeds and analyst grants that are told of a room of this case."""
    record, case = house.ledger, look.record.case_id.hex
    for feed, grant in sorted(Grants(record.reader, record.institution_id).catch_up().items()):
        if tells_of(grant.now.rooms, room) and {ALL, case} & set(grant.now.cases):
            yield Reader("feed", feed)
    pinned = look.case.intake.profile
    profile = None if pinned is None else pinned.id
    for name, over in analyst_grants(record.reader, record.institution_id).live.items():
        told = kind_of(room) in over.rooms and over.holds(look.record.case_id, profile)
        if told and not over.is_over(look.now):
            yield Reader("analyst", name)


def rooms_written(look: Look, command: str, by: str, asked: str | None = None) -> tuple[str, ...]:
    """Name the rooms into which a command may write, the likeliest first.

    Args:
        look: What is seen.
        command: Its name.
        by: In which role.
        asked: The room it asks for, None for the usual one.
    """
    kinds = dict.fromkeys(kind for tag in table().records[command] for kind in EVENTS[tag].rooms)
    if asked is not None and kind_of(asked) in kinds:
        return (asked,)
    party = by.partition(":")[2] if by.startswith("party:") else None
    return tuple(room for kind in kinds for room in _rooms_of(look, kind, party))


def _rooms_of(look: Look, kind: str, party: str | None) -> tuple[str, ...]:
    seen = [room for room in look.rights if kind_of(room) == kind]
    own = [room for room in seen if party is None or party_of(room) in (None, party)]
    if kind == "caucus" and party is not None:
        return tuple(own[-1:])
    return tuple(own) or ((kind,) if kind in OWN else ())
