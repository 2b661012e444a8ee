"""Make one page of everything a viewer may read of a case: to read, print and keep.

The page needs nothing else: no script, no address, no font. Every text is escaped, and where a
text reads from right to left its own letters say so.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from html import escape
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from projections.deadlines import Date
from services.exports.document import Document
from services.exports.style import STYLE
from services.reading import summary, words
from services.reading.contests import remarks
from services.reading.differing import differs
from services.reading.proposals import Told
from services.reading.timeline import Entry, marks, said
from services.reading.trail import corrections

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
AUDIT_COLUMNS = (
    "entry",
    "type",
    "actor",
    "for",
    "authority",
    "entered by",
    "occurred",
    "recorded",
    "channel",
    "command",
    "remarks",
)


def page(told: Document, more: Iterable[str] = ()) -> Iterator[str]:
    """Yield the page, part by part.

    Args:
        told: The case.
        more: Sections that follow the cover.
    """
    title = escape(summary.heading(told.case))
    yield "<!doctype html>\n"
    yield '<html lang="en" dir="ltr"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title><style>{STYLE}</style></head><body>\n"
    yield from _cover(told)
    yield from more
    yield from section("Where it stands", pairs(summary.summary(told.case)))
    yield from section("What happened", _timeline(told))
    yield from section("Proposals", _proposals(told.proposals))
    yield from section("Dates", _dates(told.deadlines))
    yield from section("Who recorded what", _audit(told.audit))
    yield "</body></html>\n"


def _cover(told: Document) -> Iterator[str]:
    case, zone = told.case, ZoneInfo(told.case.zone)
    yield f'<header><h1 dir="auto">{escape(summary.heading(case))}</h1>'
    yield "<p>The record of a mediation, as kept in the Good Offices Ledger.</p>"
    yield from pairs(
        (
            ("for", told.viewer),
            ("as of", f"{words.in_zone(told.as_of, zone)} ({case.zone})"),
            ("entries", f"{len(told.events)}, all that {told.viewer} may read"),
        )
    )
    yield "<ul>"
    for remark in _REMARKS:
        yield f"<li>{escape(remark)}</li>"
    yield "</ul></header>\n"


_REMARKS = (
    "It holds what the reader named above may read, and nothing that tells of anything else.",
    "Entries are told in the order in which things happened; one that was recorded later says so.",
    "That a proposal was accepted binds nobody: only a signed settlement does.",
    "What was recorded is what somebody said happened; the record does not prove that it did.",
    "It may be confidential under the terms of the mediation. Handle it accordingly.",
)


def section(title: str, parts: Iterable[str]) -> Iterator[str]:
    """Yield a section under its title."""
    yield f"<section><h2>{escape(title)}</h2>\n"
    yield from parts
    yield "</section>\n"


def pairs(lines: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield labels with their texts."""
    yield "<dl>"
    for label, text in lines:
        yield f'<dt><bdi>{escape(label)}</bdi></dt><dd dir="auto">{escape(text)}</dd>'
    yield "</dl>\n"


def _timeline(told: Document) -> Iterator[str]:
    zone = ZoneInfo(told.case.zone)

    def day_of(entry: Entry) -> str:
        return words.day(entry.at.astimezone(zone))

    for day, entries in groupby(told.case.timeline, key=day_of):
        listed = list(entries)
        if listed[0].silence_days is not None:
            yield f'<p class="silence">nothing for {listed[0].silence_days} days</p>'
        yield f"<h3>{day}</h3><ol>\n"
        for entry in listed:
            yield from _entry(entry, entry.at.astimezone(zone))
        yield "</ol>\n"


def _entry(entry: Entry, at: datetime) -> Iterator[str]:
    time = words.NOTHING if entry.time == "recorded" else f"{at:%H:%M}"
    who = escape(words.who(entry.actor, entry.acting_for))
    yield f'<li id="{_anchor(entry.entry)}"><span class="at">{time}</span> '
    yield f'<b><bdi>{who}</bdi></b> <span class="ref">{escape(entry.entry)}</span>'
    yield f'<p dir="auto">{escape(entry.says)}</p>'
    for label, text in said(entry):
        yield f'<p class="says" dir="auto"><i>{escape(label)}</i> <bdi>{escape(text)}</bdi></p>'
    for mark in marks(entry):
        yield f'<p class="mark">{escape(mark)}</p>'
    yield "</li>\n"


def _anchor(ref: str) -> str:
    return escape(f"entry-{ref}".replace(" ", "-"))


def _proposals(told: Sequence[Told]) -> Iterator[str]:
    if not told:
        yield "<p>None.</p>"
    for one in told:
        answers = f" to {one.answers}" if one.answers else ""
        what = f"{one.kind}{answers} by {words.authors(one.by, one.together)}"
        what += f" to {', '.join(one.addressees)}, {one.room}"
        what += words.carriage(one.channel, one.instead_of)
        yield f'<div class="proposal" style="margin-inline-start:{one.depth * 2}em">'
        yield f"<p><b>{escape(one.proposal_id)}</b> <bdi>{escape(what)}</bdi></p>"
        yield f'<p class="status">{escape(one.status_in_words)}</p><ul>'
        terms = [words.erased(one.erasure)] if one.erased else words.terms(one.clauses)
        yield from (f'<li dir="auto">{escape(term)}</li>' for term in terms)
        for difference in one.differences:
            yield from (
                f'<li class="mark" dir="auto">{escape(t)}</li>' for t in differs(difference)
            )
        for remark in remarks(one.contests):
            yield f'<li class="mark" dir="auto">{escape(remark)}</li>'
        yield "</ul></div>\n"


def _dates(dates: Sequence[Date]) -> Iterator[str]:
    columns = ("on", "status", "rule", "for", "about", "effect", "arithmetic")
    rows = (
        (d.on, d.status, words.plain(d.rule), d.concerns, d.about, d.effect, d.arithmetic)
        for d in dates
    )
    return table(columns, rows)


def _audit(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    return table(AUDIT_COLUMNS, (_audit_row(row) for row in rows))


def _audit_row(row: dict[str, Any]) -> tuple[object, ...]:
    irregular = [f"irregular: {mark.rule}: {mark.why}" for mark in row["irregular"]]
    return (
        f"{row['room']}:{row['seq']}",
        row["type"],
        row["actor"],
        row["acting_for"],
        row["authority"],
        row["entered_by"],
        row["occurred"] or words.NOT_RECORDED,
        row["recorded"].isoformat().replace("+00:00", "Z"),
        row["channel"],
        row["command"],
        "; ".join([*corrections(row), *irregular]),
    )


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield a table."""
    yield "<table><thead><tr>"
    yield from (f"<th>{escape(column)}</th>" for column in columns)
    yield "</tr></thead><tbody>\n"
    for row in rows:
        cells = ("" if cell is None else escape(str(cell)) for cell in row)
        yield "<tr>" + "".join(f'<td dir="auto">{cell}</td>' for cell in cells) + "</tr>\n"
    yield "</tbody></table>\n"
