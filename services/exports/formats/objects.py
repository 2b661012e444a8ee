"""Tell which objects an entry is about: its case, persons, parties, and what bears an id.

An id is a name within its room, so an object is known by case, room, kind and id. Some kinds have
their names in `joint` (or in a group's room) and are spoken of in others as well.
"""

import sqlite3
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from ledger.rooms import kind_of
from services.exports.rows import Row

CASE: Final = "case"
PARTY: Final = "party"
PERSON: Final = "person"
ATTRIBUTES: Final = ("name", "room")
"""Of every object, as text."""
PARTS: Final = ("clause", "target")
"""Ids that name a part of something, or something of one of several kinds."""
AT_HOME: Final = {
    "proposal": ("joint", "group"),
    **dict.fromkeys(("list", "review", "round", "session", "settlement"), ("joint",)),
}
"""Kinds of room in which objects get their names, where others speak of them too."""

CARRIED: Final = "proposal-carried"
"""Tells in a caucus of a proposal in the room that it names."""


class Named(Struct, frozen=True):
    """An object.

    Attributes:
        id: Its id, unique within an export.
        type: Its kind.
        name: Its name where it was given one.
        room: Where that was, "" for one that belongs to no single room.
        case: Id of the case it belongs to, None for a person, who may be in many.
    """

    id: str
    type: str
    name: str
    room: str = ""
    case: str | None = None


class Link(Struct, frozen=True):
    """How an entry is related to an object."""

    qualifier: str
    to: Named


def links(row: Row) -> Iterator[Link]:
    """Yield what an entry is about, its case first."""
    yield Link("case", Named(row.case_id, CASE, row.case))
    if row.actor.startswith("person:"):
        yield Link("actor", Named(row.actor, PERSON, row.actor.removeprefix("person:")))
    if row.acting_for is not None and row.acting_for.startswith("party:"):
        yield Link("acting for", _party(row, row.acting_for.removeprefix("party:")))
    party = row.data.get("party")
    if isinstance(party, str) and party:
        yield Link("party", _party(row, party))
    for field, value in row.data.items():
        kind = field.removesuffix("_id")
        if field.endswith("_id") and isinstance(value, str) and kind not in PARTS:
            yield Link(kind, _named(row, kind, value))


def _party(row: Row, name: str) -> Named:
    return Named(f"{row.case_id}/{PARTY}/{name}", PARTY, name, case=row.case_id)


def _named(row: Row, kind: str, name: str) -> Named:
    room, homes = row.room, AT_HOME.get(kind)
    if kind == "proposal" and row.type == CARRIED:
        room = str(row.data.get("room", room))
    if homes is not None and kind_of(room) not in homes:
        room = homes[0]
    return Named(f"{row.case_id}/{room}/{kind}/{name}", kind, name, room, row.case_id)


class Objects:
    """What entries were about, kept in a database so that their number costs no memory."""

    def __init__(self, database: sqlite3.Connection) -> None:
        """Begin in an empty database."""
        self._database = database
        database.execute(
            "CREATE TABLE seen (id TEXT PRIMARY KEY, type TEXT, name TEXT, room TEXT, "
            "of_case TEXT, since TEXT)"
        )
        database.execute("BEGIN")
        self._case = ""
        self._near: set[str] = set()

    def take(self, row: Row, at: str) -> tuple[Link, ...]:
        """Remember what an entry is about; return how it is related to that.

        Args:
            row: The entry.
            at: When it was recorded.
        """
        if row.case_id != self._case:
            self._case = row.case_id
            self._near.clear()
        found = tuple(links(row))
        for link in found:
            one = link.to
            if one.id not in self._near:
                self._near.add(one.id)
                values = (one.id, one.type, one.name, one.room, one.case, at)
                self._database.execute("INSERT OR IGNORE INTO seen VALUES (?,?,?,?,?,?)", values)
        return found

    def done(self) -> int:
        """Take no more; return how many there are."""
        self._database.execute("COMMIT")
        ((count,),) = self._database.execute("SELECT count(*) FROM seen")
        return int(count)

    def types(self) -> list[str]:
        """Return the kinds there are."""
        found = self._database.execute("SELECT DISTINCT type FROM seen ORDER BY type")
        return [kind for (kind,) in found]

    def each(self) -> Iterator[tuple[Named, str]]:
        """Yield every object, in the order in which they came up, and since when it is known."""
        asked = "SELECT id, type, name, room, of_case, since FROM seen ORDER BY rowid"
        for *told, since in self._database.execute(asked):
            yield Named(*told), since
