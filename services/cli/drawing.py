"""Draw a case, its proposals and its changes for people; plain text where no terminal is."""

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from services.cli import output
from services.reading import words
from services.reading.contests import remarks
from services.reading.differing import differs
from services.reading.timeline import Entry, marks, said

if TYPE_CHECKING:
    from services.reading.changes import Difference
    from services.reading.proposals import Told
    from services.reading.showing import Shown
    from services.reading.truth import Truth

TEXT_AT = 8
"""Column at which the sentence of an entry begins."""
CONTENT_AT = 10


def draw_case(shown: "Shown") -> None:
    """Draw where a case stands, then its timeline."""
    from services.reading import summary

    lines = [
        ("case", summary.heading(shown)),
        ("seen", summary.seen_by(shown)),
        *summary.summary(shown),
    ]
    zone = ZoneInfo(shown.zone)
    if not sys.stdout.isatty():
        output.table("", ("what", "stands"), ((label, words.unmarked(t)) for label, t in lines))
        output.say()
        output.table("", _COLUMNS, (_row(entry, zone) for entry in shown.timeline))
        output.say()
        return
    pen = Pen()
    pen.line((summary.heading(shown), "bold"))
    width = max(len(label) for label, _ in lines) + 2
    for label, text in lines[1:]:
        pen.wrapped(f" {label:<{width}}", text, width + 1, "cyan")
    draw_timeline(pen, shown.timeline, zone)


def draw_truth(told: "Truth") -> None:
    """Draw what had happened by an instant."""
    zone = ZoneInfo(told.zone)
    by = words.in_zone(told.by, zone)
    output.say(f"{told.number or told.case_id}  as true on {by} ({told.zone}), known now")
    if not sys.stdout.isatty():
        output.table("", _COLUMNS, (_row(entry, zone) for entry in told.timeline))
        return
    draw_timeline(Pen(), told.timeline, zone)


_COLUMNS = ("at", "who", "entry", "what", "says", "marks")


def _row(entry: Entry, zone: ZoneInfo) -> tuple[object, ...]:
    return (
        words.in_zone(entry.at, zone),
        words.who(entry.actor, entry.acting_for),
        entry.entry,
        entry.says,
        words.unmarked("; ".join(f"{label}: {text}" for label, text in said(entry))),
        "; ".join(marks(entry)),
    )


def draw_timeline(pen: "Pen", entries: Iterable[Entry], zone: ZoneInfo) -> None:
    """Draw entries day by day, with the silences between them."""

    def day_of(entry: Entry) -> str:
        return words.day(entry.at.astimezone(zone))

    for day, of_day in groupby(entries, key=day_of):
        listed = list(of_day)
        if listed[0].silence_days is not None:
            pen.line((f"   ··· nothing for {listed[0].silence_days} days ···", "dim"))
        pen.line()
        pen.line((f"── {day} ", "bold"), ("─" * max(pen.width - len(day) - 4, 0), "dim"))
        for entry in listed:
            _draw_entry(pen, entry, entry.at.astimezone(zone))


def _draw_entry(pen: "Pen", entry: Entry, at: datetime) -> None:
    """Draw when, who for whom, where, what; below it what it says."""
    time = f" {at:%H:%M}" if entry.time != "recorded" else f"  {words.NOTHING}"
    who = words.who(entry.actor, entry.acting_for)
    pen.line(
        (f"{time:<{TEXT_AT}}", "cyan"), (words.isolated(who), "bold"), (f"  {entry.entry}", "dim")
    )
    pen.wrapped(" " * TEXT_AT, entry.says, TEXT_AT)
    for label, text in said(entry):
        pen.wrapped(f"{'':<{CONTENT_AT}}{label}: ", text, CONTENT_AT + 2, "dim")
    for mark in marks(entry):
        pen.wrapped(f"{'':<{TEXT_AT}}! ", mark, TEXT_AT + 2, "yellow", "yellow")


def draw_proposals(proposals: "Iterable[Told]") -> None:
    """Draw the proposals of each case as a tree, with what each changes."""
    if not sys.stdout.isatty():
        output.table("", _PROPOSAL_COLUMNS, (_proposal_row(told) for told in proposals))
        return
    pen = Pen()
    for name, told in groupby(proposals, key=_case_of):
        pen.line((name, "bold"))
        for one in told:
            _draw_proposal(pen, one)
        pen.line()


_PROPOSAL_COLUMNS = (
    "case",
    "room",
    "proposal",
    "by",
    "kind",
    "answers",
    "status",
    "terms",
    "changes",
    "remarks",
)


def _proposal_row(told: "Told") -> tuple[object, ...]:
    return (
        _case_of(told),
        told.room,
        told.proposal_id,
        told.by,
        told.kind,
        told.answers,
        told.status_in_words,
        words.unmarked(_terms_of(told)),
        words.unmarked("; ".join(text for d in told.differences for text in differs(d))),
        words.unmarked("; ".join(remarks(told.contests))),
    )


def _terms_of(told: "Told") -> str:
    return words.erased(told.erasure) if told.erased else "; ".join(words.terms(told.clauses))


def _case_of(told: "Told") -> str:
    return told.number or told.external_ref or told.case_id


def _draw_proposal(pen: "Pen", told: "Told") -> None:
    margin = "   " * told.depth + ("└─ " if told.depth else "")
    below = " " * (len(margin) + 3)
    answers = f" to {told.answers}" if told.answers else ""
    what = f"  {told.kind}{answers} by {words.authors(told.by, told.together)}"
    what += f" to {', '.join(told.addressees)}, {told.room}"
    what += words.carriage(told.channel, told.instead_of)
    pen.line((margin, "dim"), (told.proposal_id, "bold"), (what, ""))
    pen.wrapped(below, told.status_in_words, len(below), "", _COLOUR.get(told.status, "green"))
    if told.erased:
        pen.line((f"{below}{words.erased(told.erasure)}", "dim"))
    elif told.differences:
        for difference in told.differences:
            for text in differs(difference):
                pen.wrapped(f"{below}~ ", text, len(below) + 2, "yellow")
    else:
        for text in words.terms(told.clauses):
            pen.wrapped(f"{below}· ", text, len(below) + 2, "dim")
    for remark in remarks(told.contests):
        pen.wrapped(f"{below}! ", remark, len(below) + 2, "yellow", "yellow")


_COLOUR = {
    "rejected": "red",
    "withdrawn": "red",
    "expired": "red",
    "lapsed": "red",
    "countered": "dim",
    "superseded": "dim",
}


def draw_difference(difference: "Difference") -> None:
    """Draw what changed, then what was recorded in between."""
    zone = ZoneInfo(difference.zone)
    name = difference.number or difference.external_ref or difference.case_id
    first, last = words.in_zone(difference.before, zone), words.in_zone(difference.after, zone)
    if not sys.stdout.isatty():
        for change in difference.changes:
            output.say(words.unmarked(change.says))
        output.say()
        output.table("", _COLUMNS, (_row(entry, zone) for entry in difference.events))
        return
    pen = Pen()
    pen.line((name, "bold"), (f"  as {difference.viewer} sees it, {first} to {last}", ""))
    if not difference.changes:
        pen.line((" nothing changed", "dim"))
    for change in difference.changes:
        pen.wrapped(" ~ ", change.says, 3, "yellow")
    draw_timeline(pen, difference.events, zone)


class Pen:
    """Write styled lines to a terminal, wrapped under a hanging indent."""

    def __init__(self) -> None:
        """Take the terminal at hand."""
        from rich.console import Console

        self._console: Any = Console(highlight=False, markup=False, emoji=False)
        self.width: int = self._console.width

    def line(self, *pieces: tuple[str, str]) -> None:
        """Write a line of pieces, each with its style."""
        from rich.text import Text

        text = Text.assemble(*pieces)
        self._console.print(text, no_wrap=True, overflow="ignore", crop=False)

    def wrapped(self, label: str, text: str, indent: int, style: str = "", of: str = "") -> None:
        """Write a label and a text, the text's further lines indented."""
        for part in _balanced(_folds(text, len(label), indent, self.width)):
            self.line((label, style), (part, of))
            label = " " * indent


def _balanced(parts: Iterable[str]) -> Iterator[str]:
    """Close an isolated text at the end of each line, and open it again on the next."""
    begin, end = words.FIRST_STRONG_ISOLATE, words.POP_ISOLATE
    still = False
    for part in parts:
        line = begin + part if still else part
        still = line.count(begin) > line.count(end)
        yield line + end if still else line


def _folds(text: str, first: int, indent: int, width: int) -> Iterator[str]:
    """Break a text into lines that fit; words longer than a line stay whole."""
    room, line = max(width - first, 20), ""
    for paragraph in text.split("\n"):
        for word in paragraph.split(" "):
            if line and len(line) + 1 + len(word) > room:
                yield line
                room, line = max(width - indent, 20), word
            else:
                line = f"{line} {word}" if line else word
        yield line
        room, line = max(width - indent, 20), ""
