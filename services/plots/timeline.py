"""Draw a case over time: who acted when, a line for each, its turning points by number."""

from collections.abc import Sequence
from typing import Any

from services.plots.canvas import COLOURS, Picture, days_below, pen
from services.plots.dots import CLOCK, Dot

TURNING: dict[str, str] = {
    "mediation-requested": "requested",
    "case-taken-over": "taken over",
    "request-registered": "registered",
    "consent-given": "consent",
    "consent-withdrawn": "consent withdrawn",
    "party-joined": "a party joined",
    "mediator-appointed": "mediator appointed",
    "successor-appointed": "successor appointed",
    "challenge-filed": "challenge",
    "challenge-decided": "challenge decided",
    "engagement-confirmed": "engaged",
    "session-opened": "session",
    "proposal-tabled": "proposal",
    "counter-proposal-tabled": "counter-proposal",
    "mediator-proposal-issued": "mediator's proposal",
    "proposal-accepted": "accepted",
    "proposal-rejected": "rejected",
    "agreement-in-principle-recorded": "agreed in principle",
    "text-frozen": "text frozen",
    "settlement-executed": "settlement executed",
    "partial-settlement-executed": "settled in part",
    "settlement-reported": "settlement reported",
    "termination-declared": "declared at an end",
    "case-closed": "closed",
    "case-reopened": "reopened",
    "evaluation-closed": "evaluated",
}
"""What a turning point is called in the list beside the picture."""
LISTED_MAX = 36
APART = 0.018
"""How near two numbers of a line may stand, as a share of its width."""


def draw(name: str, found: Sequence[Dot], zone: Any) -> Picture:  # noqa: ANN401 - a tzinfo
    """Draw the timeline of one case.

    Args:
        name: What the case is called.
        found: Its entries.
        zone: Zone its days are told in.
    """
    lanes = _lanes(found)
    turning = [d for d in sorted(found, key=lambda dot: dot.at) if d.tag in TURNING][:LISTED_MAX]
    title = f"{name}: who acted when"
    with pen() as figure_of:
        height = max(2.4 + 0.5 * len(lanes), 0.9 + 0.19 * len(turning))
        figure = figure_of(figsize=(11, height))
        axes, beside = figure.subplots(1, 2, width_ratios=(2.6, 1))
        for n, lane in enumerate(lanes):
            own = [dot.at.astimezone(zone) for dot in found if dot.who == lane]
            axes.plot(own, [n] * len(own), "|", color="#777777", markersize=9)
        _numbered(axes, turning, lanes, zone)
        axes.set_yticks(range(len(lanes)), lanes)
        axes.set_ylim(len(lanes) - 0.4, -0.7)
        axes.tick_params(axis="x", rotation=0)
        days_below(axes)
        axes.set_title(title, loc="left", fontweight="bold")
        axes.set_xlabel(f"days at {zone}; each stroke is an entry")
        _listed(beside, turning, zone)
        figure.tight_layout()
        return Picture(figure, title, _told(name, found, turning, zone))


def _lanes(found: Sequence[Dot]) -> list[str]:
    """Name who acted, the offices after the parties, the clock last."""
    who = dict.fromkeys(dot.who for dot in found)
    offices = [w for w in ("mediator", "registry", "authority", "challenge", CLOCK) if w in who]
    return [*(w for w in who if w not in offices), *offices]


def _numbered(axes: Any, turning: Sequence[Dot], lanes: list[str], zone: Any) -> None:  # noqa: ANN401 - the library's own types are not whole
    """Number the turning points; those that would cover one another stand in rows."""
    if not turning:
        return
    times = [dot.at.timestamp() for dot in turning]
    width = max(times) - min(times) or 1
    last: dict[tuple[str, int], float] = {}
    for number, (dot, at) in enumerate(zip(turning, times, strict=True), start=1):
        place = (at - min(times)) / width
        rows = (row for row in range(4) if place - last.get((dot.who, row), -1) > APART)
        row = next(rows, 3)
        last[dot.who, row] = place
        x, y = dot.at.astimezone(zone), lanes.index(dot.who)
        colour = COLOURS[lanes.index(dot.who) % len(COLOURS)]
        box = {"boxstyle": "round,pad=0.18", "facecolor": colour, "edgecolor": "white"}
        axes.annotate(
            str(number),
            (x, y),
            xytext=(0, 9 + 11 * row),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=6.5,
            color="white",
            bbox=box,
        )


def _listed(beside: Any, turning: Sequence[Dot], zone: Any) -> None:  # noqa: ANN401 - axes, a tzinfo
    """List the turning points: number, day, what."""
    beside.axis("off")
    for n, dot in enumerate(turning, start=1):
        at = dot.at.astimezone(zone)
        text = f"{n:>2}  {at:%Y-%m-%d}  {TURNING[dot.tag]} ({dot.who})"
        y = 1 - (n - 0.5) / max(len(turning), 12)
        beside.text(-0.08, y, text, fontsize=7.2, va="center", transform=beside.transAxes)


def _told(name: str, found: Sequence[Dot], turning: Sequence[Dot], zone: Any) -> str:  # noqa: ANN401 - the library's own types are not whole
    """Say what the picture shows."""
    if not found:
        return f"{name}: no entry."
    first, last = (f"{at.astimezone(zone):%Y-%m-%d}" for at in _ends(found))
    points = "; ".join(
        f"{dot.at.astimezone(zone):%Y-%m-%d} {TURNING[dot.tag]} ({dot.who})" for dot in turning
    )
    return f"{len(found)} entries from {first} to {last}. Turning points: {points}."


def _ends(found: Sequence[Dot]) -> tuple[Any, Any]:
    times = [dot.at for dot in found]
    return min(times), max(times)
