"""Tell who opened what: the registry of its own rooms, each party of its own data."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from ledger.rooms import kind_of, members_of, party_of
from services.accesses import Access
from services.reading.eyes import OFFICES, Eyes
from services.reading.looking import Look


class Accessed(Struct, frozen=True, kw_only=True):
    """One look at a case; the names are those of the JSON document.

    Attributes:
        at: When.
        person: Who was at the keyboard.
        viewer: With whose eyes.
        command: By which command.
        rooms: Which rooms, each with the last sequence that was seen of it, or in a list of all
            cases the first that was opened; those alone that the viewer may be told of.
    """

    case_id: str
    number: str | None
    external_ref: str | None
    at: datetime
    person: str
    viewer: str
    command: str
    rooms: dict[str, int]


def accesses(eyes: Eyes, case: str | None) -> Iterator[Accessed]:
    """List who opened entries of one case or of all, the oldest first, case by case.

    A party is told of its own rooms alone: what else a look reached, and looks that reached nothing
    of its own, leave no trace in its list.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.look`.
    """
    for look in _looks(eyes, case):
        yield from lines_of(eyes, look)


def lines_of(eyes: Eyes, look: Look) -> Iterator[Accessed]:
    """List who opened entries of a case, as far as its viewer is told."""
    for line in eyes.house.accesses.of_case(look.record.case_id):
        told = {room: seq for room, seq in line.rooms.items() if _is_told(look, line, room)}
        if told:
            yield _accessed(look, line, told)


def _looks(eyes: Eyes, case: str | None) -> Iterator[Look]:
    if case is not None:
        yield eyes.look(case)
        return
    for case_id in eyes.house.accesses.cases():
        look = eyes.tried(case_id)
        if look is not None and look.kept:
            yield look


def _is_told(look: Look, line: Access, room: str) -> bool:
    """Tell whether a viewer may know that a room was looked at."""
    kind, _, party = look.viewer.partition(":")
    if kind in OFFICES:
        return room in look.rights or line.viewer in OFFICES
    if kind == "party":
        own = party_of(room) == party or (kind_of(room) == "group" and party in members_of(room))
        return own and room in look.rights
    return kind == "mediator" and kind_of(room) == "mediators" and room in look.rights


def _accessed(look: Look, line: Access, rooms: dict[str, int]) -> Accessed:
    intake = look.case.intake
    return Accessed(
        case_id=str(look.record.case_id),
        number=intake.number,
        external_ref=intake.external_ref,
        at=line.at,
        person=line.person,
        viewer=line.viewer,
        command=line.command,
        rooms=rooms,
    )
