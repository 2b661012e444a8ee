"""Write the page of a bundle that opens single entries: them, and of the others how many."""

from collections.abc import Iterator, Mapping
from datetime import UTC
from html import escape

from services.exports.bundle import Chosen, by_room
from services.exports.entries import COLUMNS, Told, row
from services.exports.page import POLICY, pairs, section, table
from services.exports.style import STYLE
from services.exports.vouching import checking
from services.reading import words
from services.reading.looking import Look

REMARKS = (
    (
        "It holds the entries opened here. Of the others in the same rooms it holds hashes alone: "
        "neither what they are nor when they were made nor how long they are can be read from it."
    ),
    "What was recorded is what somebody said happened; the record does not prove that it did.",
    "It may be confidential under the terms of the mediation. Handle it accordingly.",
)


def counts(chosen: tuple[Chosen, ...], sizes: Mapping[str, int]) -> dict[str, str]:
    """Say of each room how many of its entries are opened."""
    return {
        entries[0].kept.frame.room: _count(len(entries), sizes[entries[0].kept.frame.room])
        for entries in by_room(chosen)
    }


def _count(shown: int, size: int) -> str:
    noun = "entry" if size == 1 else "entries"
    rest = "; the others stand as hashes" if shown < size else ""
    return f"{shown} of {size} {noun} opened{rest}"


def items_page(
    look: Look, chosen: tuple[Chosen, ...], told: Mapping[str, str], origin: str
) -> Iterator[str]:
    """Yield the page, part by part.

    Args:
        look: The case, which knows of the entries opened alone.
        chosen: Those.
        told: Of each room how many are opened.
        origin: Names the log.
    """
    title = escape(f"Entries of {look.name}")
    yield "<!doctype html>\n"
    yield '<html lang="en" dir="ltr"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title><style>{STYLE}</style></head><body>\n"
    yield f'<header><h1 dir="auto">{title}</h1>'
    yield "<p>Single entries of the record of a mediation, with what proves them.</p>"
    yield from pairs((("for", look.viewer), ("as of", words.in_zone(look.now, UTC))))
    yield "<ul>" + "".join(f"<li>{escape(each)}</li>" for each in REMARKS) + "</ul></header>\n"
    yield from section("Rooms", pairs(tuple(told.items())))
    rows = [row(Told(look, UTC), one.kept.frame.ref, masked=one.masked) for one in chosen]
    yield from section("Entries opened", table(COLUMNS, rows))
    yield from checking(origin)
    yield "</body></html>\n"
