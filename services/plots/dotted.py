"""Draw a dotted chart: a row for each case, a dot for each entry, a shape for each part."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from services.plots.canvas import COLOURS, MARKS, Picture, days_below, pen

GROUPS: dict[str, str] = {
    "intake": "request and consent",
    "neutrality": "mediator",
    "engagement": "engagement",
    "preparation": "preparation and sessions",
    "sessions": "preparation and sessions",
    "negotiation": "proposals",
    "settlement": "settlement",
    "follow_up": "follow-up and evaluation",
    "evaluation": "follow-up and evaluation",
}
"""What is drawn alike; all else is the keeping of the record."""
RECORD = "keeping of the record"
ORDER = (*dict.fromkeys(GROUPS.values()), RECORD)
NAMED_MAX = 40
SPREAD = 0.62
"""How much of a row the groups share, one below the other, so that none covers another."""


class Spots(Struct):
    """Dots of one shape, as bare numbers: there may be many.

    Attributes:
        at: When, seconds since 1970.
        row: In which row.
    """

    at: list[float]
    row: list[int]


class Chart(Struct):
    """What is drawn.

    Attributes:
        rows: Names of the rows, from the top.
        spots: By group of the procedure.
    """

    rows: list[str]
    spots: dict[str, Spots]

    def add(self, part: str, at: float, row: int) -> None:
        """Put a dot."""
        group = GROUPS.get(part, RECORD)
        spots = self.spots.setdefault(group, Spots([], []))
        spots.at.append(at)
        spots.row.append(row)


def draw(title: str, chart: Chart, zone: Any, of: str) -> Picture:  # noqa: ANN401 - a tzinfo
    """Draw the chart.

    Args:
        title: What stands above it.
        chart: The dots.
        zone: Zone the days are told in.
        of: What a row is, in a word.
    """
    count = len(chart.rows)
    with pen() as figure_of:
        figure = figure_of(figsize=(11, min(2.0 + 0.5 * count, 10)))
        axes = figure.subplots()
        for n, group in enumerate(ORDER):
            spots = chart.spots.get(group)
            if spots is not None:
                axes.plot(
                    [datetime.fromtimestamp(at, zone) for at in spots.at],
                    [row + SPREAD * (n / (len(ORDER) - 1) - 0.5) for row in spots.row],
                    linestyle="",
                    marker=MARKS[n % len(MARKS)],
                    markersize=5 if count <= NAMED_MAX else 2.5,
                    markeredgewidth=0,
                    color=COLOURS[n % len(COLOURS)],
                    label=group,
                )
        _rows_named(axes, chart.rows, of)
        days_below(axes)
        axes.set_title(title, loc="left", fontweight="bold")
        axes.set_xlabel(f"days at {zone}")
        figure.legend(loc="outside lower left", ncols=4, frameon=False, fontsize=8)
        figure.tight_layout(rect=(0, 0.5 / figure.get_figheight(), 1, 1))
        return Picture(figure, title, _told(chart, of))


def _rows_named(axes: Any, rows: Sequence[str], of: str) -> None:  # noqa: ANN401 - axes
    """Name the rows where there is place for it; else say how many there are."""
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    if len(rows) <= NAMED_MAX:
        axes.set_yticks(range(len(rows)), rows)
    else:
        axes.set_yticks([])
        axes.set_ylabel(f"{len(rows)} {of}s, the first to be opened at the top")


def _told(chart: Chart, of: str) -> str:
    """Say what the picture shows."""
    parts = ", ".join(f"{len(chart.spots[g].at)} {g}" for g in ORDER if g in chart.spots)
    return f"{len(chart.rows)} {of}s; entries by part of the procedure: {parts or 'none'}."
