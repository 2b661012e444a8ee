"""Find cases by party, title, number or reference, in an index that lives in memory alone.

Names and titles are content, so no file may hold them: the views only say where they stand, and the
index is filled by opening them. A viewer finds a case only by what it may open; what is sealed is
found by nobody, but a number, a reference or the id of a party is no content and is found still.
"""

import unicodedata
from collections.abc import Callable, Iterator
from threading import Lock
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

import sqlalchemy as sa
from msgspec.structs import replace

from ledger.envelope import Event, opened
from ledger.intake.events import CaseTakenOver, MediationRequested, RequestRegistered
from ledger.intake.joinder_events import PartyJoined
from ledger.intake.offer_events import GoodOfficesOffered
from ledger.record.erasure_events import ContentErased
from ledger.record.governance_events import ContentSealed, ContentUnsealed
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
        sealed: Whether what it says is sealed.
    """

    keys = ("seq",)
    table = "search__names"
    indexes = ("position", "sealed")
    sparse = True
    hidden = ("case_id", "room_id", "position", "version")
    seq: int
    position: int
    version: int
    sealed: bool = False


def handle(rows: Rows, read: Read) -> None:
    """Note where names stand, and which of them are sealed."""
    frame = read.frame
    match frame.event:
        case ContentSealed() | ContentUnsealed() as event:
            _hide(rows, read, event.target, sealed=isinstance(event, ContentSealed))
        case ContentErased() as event:
            for target in event.targets:
                _hide(rows, read, target, sealed=True)
        case _:
            at = read.position, read.version
            rows.put(NamingRow(**place(read), seq=frame.seq, position=at[0], version=at[1]))


def _hide(rows: Rows, read: Read, target: str, *, sealed: bool) -> None:
    """Note of an entry of the same room that its names are not to be found, or are again."""
    named = rows.get(NamingRow, (read.room_id.hex(), int(target.rpartition(":")[2])))
    if named is not None:
        rows.put(replace(named, sealed=sealed))


HIDING = (ContentSealed, ContentUnsealed, ContentErased)
PROJECTION = Projection("search", 3, (NamingRow,), handle, frozenset({*NAMING, *HIDING}))


class Found(NamedTuple):
    """A case that was found, and the event that names it so."""

    case_id: UUID
    room: str
    seq: int


MayOpen: TypeAlias = Callable[[Found], bool]
"""Tells whether a viewer may open the event a case was found by."""


class _Entry(NamedTuple):
    bare: str
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
        self._sealed: frozenset[Found] = frozenset()
        self._position = 0
        self._epoch = reader.keys.epoch()
        self._turn = Lock()

    def catch_up(self, glance: Glance) -> None:
        """Open what was named since the last time, and learn what is sealed now."""
        with self._turn:
            self._forget_what_was_erased()
            for row in glance.rows(NamingRow, _after(self._position)):
                event = self._reader.opened(UUID(row.case_id), row.version).event
                bare, told = _folded(_ids_of(event)), _folded(_content_of(event))
                self._entries.append(_Entry(bare, f"{bare}\n{told}", _found(row)))
                self._position = row.position
            self._sealed = frozenset(_found(row) for row in glance.rows(NamingRow, _sealed))

    def find(self, words: str, may_open: MayOpen) -> Iterator[UUID]:
        """Yield the cases in which every word stands, those opened first coming first.

        Args:
            words: Words or parts of words; accents, case and vowel signs do not matter.
            may_open: Tells what the viewer may open; asked for what matches alone.
        """
        wanted = folded(words).split()
        given: set[UUID] = set()
        for bare, text, found in tuple(self._entries) if wanted else ():
            shown = bare if found in self._sealed else text
            matches = found.case_id not in given and all(word in shown for word in wanted)
            if matches and may_open(found):
                given.add(found.case_id)
                yield found.case_id

    def _forget_what_was_erased(self) -> None:
        """Drop everything, to be opened anew, once any process destroyed a key."""
        epoch = self._reader.keys.epoch()
        if epoch != self._epoch:
            self._entries.clear()
            self._position, self._epoch = 0, epoch


def _after(position: int) -> Callable[[sa.Table, sa.Select[Any]], sa.Select[Any]]:
    return lambda table, statement: statement.where(table.c.position > position).order_by(
        table.c.position
    )


def _sealed(table: sa.Table, statement: sa.Select[Any]) -> sa.Select[Any]:
    return statement.where(table.c.sealed == 1)


def _found(row: NamingRow) -> Found:
    return Found(UUID(row.case_id), row.room, row.seq)


def _ids_of(event: Event) -> Iterator[str]:
    """Yield what a case can be found by that is no content."""
    assert isinstance(event, NAMING)
    yield event.number
    if not isinstance(event, GoodOfficesOffered):
        yield event.external_ref or ""
    yield from event.consents if isinstance(event, PartyJoined) else event.parties


def _content_of(event: Event) -> Iterator[str]:
    """Yield the names in the content; what was erased is not there."""
    assert isinstance(event, NAMING)
    yield opened(event.title, "")
    for party, name in opened(event.names, {}).items():
        yield party
        yield name


def _folded(words: Iterator[str]) -> str:
    return "\n".join(folded(word) for word in words)


def folded(text: str) -> str:
    """Fold a text so that what reads alike compares alike.

    Letters lose case and width, accents and Arabic vowel signs go.
    """
    apart = unicodedata.normalize("NFKD", text.replace(TATWEEL, ""))
    bare = "".join(char for char in apart if not unicodedata.combining(char))
    return unicodedata.normalize("NFKC", bare.casefold())
