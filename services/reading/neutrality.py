"""Tell the neutrality file: what was searched, disclosed, waived, challenged, decided."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from projections import neutrality
from projections.deadlines import Date
from projections.neutrality import Item
from services.reading import words
from services.reading.contests import Contest, Contests, contests
from services.reading.eyes import Eyes
from services.reading.sources import Source, sources

WINDOW = "objection window"
OBJECTION = "objection"
"""Rule of the dates until which a party may object to what was disclosed."""


class Filed(Struct, frozen=True, kw_only=True):
    """An entry of the file; the names are those of the JSON document.

    Attributes:
        entry: The event, room:seq.
        what: What it is: `inquiry`, `disclosure`, `waiver`, `challenge` and so on.
        matter: Id of the disclosure, objection or challenge it is about.
        persons: Whose neutrality it is about.
        parties: Parties that act in it, or that it reaches.
        stands: What became of it, None where nothing can.
        recorded: When it was written, UTC.
        occurred: When it happened, None where not recorded.
        says: What it is, in a sentence.
        contents: What it says, by field.
        erased: Whether what it said was erased.
        sealed_by: Event (room:seq) that sealed what it says.
        contests: Objections to the entry, with their answers.
    """

    case_id: str
    number: str | None
    external_ref: str | None
    entry: str
    what: str
    matter: str | None
    persons: tuple[str, ...]
    parties: tuple[str, ...]
    stands: str | None
    recorded: datetime
    occurred: str | None
    says: str
    contents: dict[str, Any]
    erased: bool
    sealed_by: str | None
    contests: tuple[Contest, ...]


def neutrality_file(eyes: Eyes, case: str | None) -> Iterator[Filed]:
    """Tell the file of one case or of all, in the order of recording.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.looks`.
    """
    for source in sources(eyes, case):
        yield from of_source(source)


def of_source(source: Source) -> list[Filed]:
    """Tell the file of one case, the times to object among its entries."""
    said_of = contests(source)
    items = neutrality.in_memory(source.rows(neutrality.PROJECTION))
    items += [_window(source, date) for date in source.dates() if date.rule == OBJECTION]
    items.sort(key=lambda item: (item.recorded, item.entry.rpartition(":")[0], _seq(item)))
    return [_filed(source, item, said_of) for item in items]


def _seq(item: Item) -> int:
    return int(item.entry.rpartition(":")[2])


def _window(source: Source, date: Date) -> Item:
    frame = source.said(date.entry).frame
    return Item(
        entry=date.entry,
        what=WINDOW,
        matter=date.about,
        persons=(),
        parties=(date.concerns,) if date.concerns else (),
        stands=f"{date.status}, until {date.on}",
        recorded=frame.recorded,
        occurred=frame.occurred,
    )


def _filed(source: Source, item: Item, said_of: Contests) -> Filed:
    listed, said = source.listed, source.said(item.entry)
    return Filed(
        **asdict(item),
        case_id=listed.case_id,
        number=listed.number,
        external_ref=listed.external_ref,
        says=words.sentence(said.frame),
        contents=words.contents(said.opened.event),
        erased=said.opened.erased,
        sealed_by=said.opened.sealed,
        contests=said_of.get(item.entry, ()),
    )
