"""Find cases by party, title, number or reference, in an index that lives in memory alone.

Names and titles are content, so no file may hold them: the views only say where they stand, and the
index is filled by opening them. A viewer finds a case only by what it may open.
"""

import unicodedata
from collections.abc import Callable, Iterator
from threading import Lock
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

import sqlalchemy as sa

from ledger.envelope import Event, opened
from ledger.intake.events import CaseTakenOver, MediationRequested, RequestRegistered
from ledger.intake.joinder_events import PartyJoined
from ledger.intake.offer_events import GoodOfficesOffered
from ledger.store.reader import Read, Reader
from projections.generations import Glance
from projections.rows import Projection, Row, Rows, place

TATWEEL = "\u0640"
"""Stretches an Arabic word, means nothing."""
NAMING = (MediationRequested, RequestRegistered, CaseTakenOver, GoodOfficesOffered, PartyJoined)
"""Events that say what a case and its parties are called."""


class NamingRow(Row, frozen=True, kw_only=True):
    """Where a case and its parties are named.

    Attributes:
        seq: Place of the event in its room.
        position: Its place in the store, never shown.
        version: Its place in the case, never shown.
    """

    keys = ("seq",)
    table = "search__names"
    indexes = ("position",)
    sparse = True
    hidden = ("case_id", "room_id", "position", "version")
    seq: int
    position: int
    version: int


def handle(rows: Rows, read: Read) -> None:
    """Note where names stand."""
    seq = read.frame.seq
    rows.put(NamingRow(**place(read), seq=seq, position=read.position, version=read.version))


PROJECTION = Projection("search", 1, (NamingRow,), handle, frozenset(NAMING))


class Found(NamedTuple):
    """A case that was found, and the event that names it so."""

    case_id: UUID
    room: str
    seq: int


MayOpen: TypeAlias = Callable[[Found], bool]
"""Tells whether a viewer may open the event a case was found by."""


class _Entry(NamedTuple):
    text: str
    found: Found


class Index:
    """Names and titles, folded for searching; safe from many threads."""

    def __init__(self, reader: Reader) -> None:
        """Begin empty.

        Args:
            reader: Opens the events that name a case.
        """
        self._reader = reader
        self._entries: list[_Entry] = []
        self._position = 0
        self._turn = Lock()

    def catch_up(self, glance: Glance) -> None:
        """Open what was named since the last time."""
        with self._turn:
            for row in glance.rows(NamingRow, _after(self._position)):
                case_id = UUID(row.case_id)
                event = self._reader.opened(case_id, row.version).event
                text = "\n".join(folded(word) for word in _words_of(event))
                self._entries.append(_Entry(text, Found(case_id, row.room, row.seq)))
                self._position = row.position

    def find(self, words: str, may_open: MayOpen) -> Iterator[UUID]:
        """Yield the cases in which every word stands, those opened first coming first.

        Args:
            words: Words or parts of words; accents, case and vowel signs do not matter.
            may_open: Tells what the viewer may open; asked for what matches alone.
        """
        wanted = folded(words).split()
        given: set[UUID] = set()
        for text, found in tuple(self._entries) if wanted else ():
            matches = found.case_id not in given and all(word in text for word in wanted)
            if matches and may_open(found):
                given.add(found.case_id)
                yield found.case_id

    def forget(self) -> None:
        """Drop everything, to be opened anew; for when contents were erased."""
        with self._turn:
            self._entries.clear()
            self._position = 0


def _after(position: int) -> Callable[[sa.Table, sa.Select[Any]], sa.Select[Any]]:
    return lambda table, statement: statement.where(table.c.position > position).order_by(
        table.c.position
    )


def _words_of(event: Event) -> Iterator[str]:
    """Yield what a case can be found by; what was erased is not there."""
    assert isinstance(event, NAMING)
    yield event.number
    if not isinstance(event, GoodOfficesOffered):
        yield event.external_ref or ""
    yield opened(event.title, "")
    for party, name in opened(event.names, {}).items():
        yield party
        yield name
    yield from event.consents if isinstance(event, PartyJoined) else event.parties


def folded(text: str) -> str:
    """Fold a text so that what reads alike compares alike.

    Letters lose case and width, accents and Arabic vowel signs go.
    """
    apart = unicodedata.normalize("NFKD", text.replace(TATWEEL, ""))
    bare = "".join(char for char in apart if not unicodedata.combining(char))
    return unicodedata.normalize("NFKC", bare.casefold())
