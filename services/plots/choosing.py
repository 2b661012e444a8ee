"""Choose a picture, draw it from what a viewer sees, and write it."""

from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Literal

from ledger.errors import DecodeError
from services.exports.write import refuse_other, written
from services.plots import concession, dotted, timeline
from services.plots.canvas import Picture, encoded, format_of
from services.plots.dots import dots
from services.plots.dotted import Chart
from services.plots.terms import curves
from services.reading.eyes import Eyes
from services.reading.proposals import of_source
from services.reading.sources import from_record

Kind = Literal["timeline", "concession", "dotted"]


def plotted(eyes: Eyes, case: str | None, kind: Kind, target: Path, *, force: bool = False) -> Path:
    """Draw a picture into a file.

    Args:
        eyes: Whose, and from when.
        case: The case, None for a dotted chart of all.
        kind: Which picture.
        target: The file; its ending says SVG or PNG.
        force: Replace a file that is there.

    Raises:
        DecodeError: No such form, a file that is there, or nothing to draw.
        RuleViolation: As `Eyes.looks`.
        StoreFault: The file cannot be written, an event cannot be read, matplotlib is missing.
    """
    form = format_of(target)
    refuse_other(target, force=force)
    picture = _all_dotted(eyes, kind) if case is None else _DRAWN[kind](eyes, case)
    return written((encoded(picture, form),), target)


def _timeline(eyes: Eyes, case: str) -> Picture:
    look = eyes.look(case)
    zone = eyes.zone(look)
    return timeline.draw(look.name, list(dots(look, zone)), zone)


def _concession(eyes: Eyes, case: str) -> Picture:
    look = eyes.look(case)
    found = curves(of_source(from_record(look)))
    if not found:
        why = f"no proposal you see in {look.name} fixes a number"
        raise DecodeError("concession", why, "a case with amounts, counts or percentages in it")
    return concession.draw(look.name, found, eyes.zone(look))


def _dotted(eyes: Eyes, case: str) -> Picture:
    """Draw one case: a row for each who acted."""
    look = eyes.look(case)
    zone = eyes.zone(look)
    found = list(dots(look, zone))
    chart = Chart(list(dict.fromkeys(dot.who for dot in found)), {})
    for dot in found:
        chart.add(dot.part, dot.at.timestamp(), chart.rows.index(dot.who))
    return dotted.draw(f"{look.name}: every entry, by who acted", chart, zone, "actor")


def _all_dotted(eyes: Eyes, kind: Kind) -> Picture:
    """Draw all cases: a row for each, in the order in which they were opened."""
    if kind != "dotted":
        raise DecodeError("--all", f"{kind} is of one case", "goodoffices plot --all dotted")
    chart = Chart([], {})
    for look in eyes.looks(None):
        chart.rows.append(look.name)
        for dot in dots(look, eyes.zone(look)):
            chart.add(dot.part, dot.at.timestamp(), len(chart.rows) - 1)
    if not chart.rows:
        raise DecodeError("--all", "there is no case you read", "a case")
    return dotted.draw("All cases: every entry", chart, UTC, "case")


_DRAWN: dict[Kind, Callable[[Eyes, str], Picture]] = {
    "timeline": _timeline,
    "concession": _concession,
    "dotted": _dotted,
}
