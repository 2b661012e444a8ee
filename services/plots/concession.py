"""Draw how numeric terms moved: a line for each side, a small picture for each term."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from services.plots.canvas import COLOURS, LINES, MARKS, Picture, days_below, pen
from services.plots.terms import Curve

CURVES_MAX = 6
AROUND = timedelta(days=3)
"""What is shown around a term that was put once."""
COLUMNS = 2


def draw(name: str, found: Sequence[Curve], zone: Any) -> Picture:  # noqa: ANN401 - a tzinfo
    """Draw the concession curves of one case.

    Args:
        name: What the case is called.
        found: Its numeric terms, those put most often first; at least one.
        zone: Zone its days are told in.
    """
    moved = [curve for curve in found if len(curve.points) > 1]
    shown = (moved or found)[:CURVES_MAX]
    sides = list(dict.fromkeys(point.by for curve in found for point in curve.points))
    title = f"{name}: what was proposed, term by term"
    columns = min(COLUMNS, len(shown))
    rows = -(-len(shown) // columns)
    with pen() as figure_of:
        figure = figure_of(figsize=(5.5 * columns, 1.0 + 2.9 * rows))
        all_axes = list(figure.subplots(rows, columns, squeeze=False).flat)
        for axes, curve in zip(all_axes, shown, strict=False):
            _curve(axes, curve, sides, zone)
        for axes in all_axes[len(shown) :]:
            axes.axis("off")
        figure.suptitle(title, x=0.02, ha="left", fontweight="bold")
        _legend(figure, sides, any(p.accepted for curve in shown for p in curve.points))
        figure.tight_layout(rect=(0, 0.07, 1, 0.98))
        return Picture(figure, title, _told(shown, len(found), zone))


def _curve(axes: Any, curve: Curve, sides: list[str], zone: Any) -> None:  # noqa: ANN401 - the library's own types are not whole
    for n, side in enumerate(sides):
        own = [point for point in curve.points if point.by == side]
        if own:
            axes.plot(
                [point.at.astimezone(zone) for point in own],
                [point.value for point in own],
                marker=MARKS[n % len(MARKS)],
                linestyle=LINES[n % len(LINES)],
                color=COLOURS[n % len(COLOURS)],
                drawstyle="steps-post",
            )
    _named(axes, curve, zone)
    axes.margins(x=0.12, y=0.3)
    if len(curve.points) == 1:
        at = curve.points[0].at.astimezone(zone)
        axes.set_xlim(at - AROUND, at + AROUND)
    axes.set_title(curve.term, loc="left", fontsize=9)
    axes.set_ylabel(curve.unit or "number")
    axes.yaxis.set_major_formatter(lambda value, _place: f"{value:,.10g}")
    axes.locator_params(axis="y", nbins=5)
    days_below(axes)


def _named(axes: Any, curve: Curve, zone: Any) -> None:  # noqa: ANN401 - axes, a tzinfo
    """Write the proposal beside each point, above and below in turn; ring what was accepted."""
    for n, point in enumerate(curve.points):
        x = point.at.astimezone(zone)
        if point.accepted:
            axes.plot([x], [point.value], "o", markersize=13, fillstyle="none", color="black")
        axes.annotate(
            point.proposal,
            (x, point.value),
            xytext=(0, 12 if n % 2 == 0 else -14),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=6.5,
            bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none"},
        )


def _legend(figure: Any, sides: list[str], accepted: bool) -> None:  # noqa: ANN401, FBT001 - the library's own types are not whole; one caller
    from matplotlib.lines import Line2D  # noqa: PLC0415 - of the extra `analysis`

    keys = [
        Line2D(
            [],
            [],
            marker=MARKS[n % len(MARKS)],
            linestyle=LINES[n % len(LINES)],
            color=COLOURS[n % len(COLOURS)],
            label=side,
        )
        for n, side in enumerate(sides)
    ]
    if accepted:
        keys.append(
            Line2D(
                [],
                [],
                marker="o",
                markersize=11,
                fillstyle="none",
                linestyle="",
                color="black",
                label="accepted; binds nobody until signed",
            )
        )
    figure.legend(handles=keys, loc="lower left", ncols=min(len(keys), 5), frameon=False)


def _told(shown: Sequence[Curve], count: int, zone: Any) -> str:  # noqa: ANN401 - a tzinfo
    """Say what the picture shows."""
    lines = [
        f"{curve.term}{f' in {curve.unit}' if curve.unit else ''}: "
        + ", ".join(
            f"{p.at.astimezone(zone):%Y-%m-%d} {p.by} {p.value:,.10g}" for p in curve.points
        )
        for curve in shown
    ]
    more = (
        f" {count - len(shown)} terms that were put once, or seldom, are not drawn."
        if count > len(shown)
        else ""
    )
    return "; ".join(lines) + "." + more
