"""Who reads a room: everybody is named, and nothing of other rooms shows in it."""

import pytest

from services.reading.eyes import Eyes
from services.reading.looking import Look
from services.reading.readers import readers_of, rooms_written
from tests.site import CASE, Town

pytestmark = pytest.mark.live


def look(here: Town, name: str) -> Look:
    """Look at the case as an operator."""
    return Eyes(here.ledger.house, here.ledger.operator(name)).look(CASE)


def names(here: Town, name: str, room: str) -> set[str]:
    """Name who reads a room, persons included, as somebody is told it."""
    told = readers_of(look(here, name), room, here.ledger.house)
    return {one.name for one in told} | {person for one in told for person in one.persons}


def test_everybody_in_the_joint_room_is_named(here: Town) -> None:
    """Parties and who speaks for them, the mediator, offices, and whom a feed tells."""
    told = names(here, "holt", "joint")
    assert {"A", "B", "mediator", "the registry", "partner"} <= told
    assert {"person:holt", "person:voss", "person:iyer"} <= told


def test_a_caucus_is_read_by_one_side_and_the_mediators(here: Town) -> None:
    """By no office, no feed, no other party."""
    assert names(here, "voss", "caucus:A") == {"A", "mediator", "person:voss", "person:iyer"}
    assert names(here, "iyer", "caucus:A") == names(here, "voss", "caucus:A")


def test_a_sides_own_room_is_read_by_it_alone(here: Town) -> None:
    """Not by the mediators either."""
    assert names(here, "holt", "party:B") == {"B", "person:holt"}


def test_a_command_goes_where_its_entries_go(here: Town) -> None:
    """One's own caucus, no other's; a room that is asked for, where it can be."""
    seen = look(here, "holt")
    assert rooms_written(seen, "receive-in-caucus", "party:B") == ("caucus:B",)
    assert rooms_written(seen, "record-statement", "party:B") == ("joint",)
    assert rooms_written(seen, "comment-draft", "party:B", "party:B") == ("party:B",)
    assert rooms_written(seen, "record-statement", "party:B", "caucus:B") == ("joint",)
