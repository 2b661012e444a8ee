"""Read figures: of the sides of a case, and of many cases."""

from collections.abc import Callable, Iterator
from typing import Any

from services.cli import output
from services.cli.looking import As, begun, done, look, name_of


def symmetry(
    case: str | None = None, /, *, as_: As = None, at: str | None = None, json: bool = False
) -> int:
    """Compare the sides of a case in what can be counted, with the entries behind each number.

    A signal, not a verdict: no number here is a mark of anybody, and they are not added up.

    Examples:
        goodoffices symmetry GO-2026-0007 --as mediator

    Args:
        case: Case number, external reference or unique prefix; all by default.
        as_: Viewer; one's own by default. Each is told what its rooms hold.
        at: Moment to look from.
        json: One JSON document.
    """
    from services.reading.symmetry import symmetry_report

    with look(as_, at) as eyes:
        reports = begun(symmetry_report(eyes, case))
        if json:
            output.as_json_list(reports)
        else:
            for report in reports:
                _draw_symmetry(report)
        return done(eyes)


def _draw_symmetry(report: Any) -> None:  # noqa: ANN401 - Report, not imported for speed
    """Draw the figures of a case, then what the mediators said to them."""
    output.say(f"{name_of(report)} as {report.viewer} sees it: {report.banner}")
    columns = ("measure", "figure", "unit", *report.parties, "entries")
    output.table("", columns, (_compared_row(report, one) for one in report.figures))
    for line in _commented(report):
        output.say(line)


def _compared_row(report: Any, one: Any) -> tuple[object, ...]:  # noqa: ANN401 - Report, Compared
    together = one.sides.get("")
    values = [_value(one.sides.get(party, together)) for party in report.parties]
    entries = [f"{party or 'all'}: {_entries(side)}" for party, side in one.sides.items() if side]
    marks = [f"corrected since: {', '.join(one.corrected)}"] * bool(one.corrected)
    what = f"{one.says} ({one.how})" if one.how in ("median", "sum") else one.says
    return one.measure.replace("_", " "), what, one.unit, *values, "; ".join((*entries, *marks))


def _value(side: Any) -> str:  # noqa: ANN401 - Side, not imported for speed
    from services.reading.words import NOTHING

    if side is None:
        return "not in your rooms"
    return NOTHING if side.value is None else f"{side.value:g}"


def _entries(side: Any) -> str:  # noqa: ANN401 - Side, not imported for speed
    from services.reading.words import NOTHING

    return ", ".join(dict.fromkeys((*side.since, *side.events))) or NOTHING


def _commented(report: Any) -> Iterator[str]:  # noqa: ANN401 - Report, not imported for speed
    from services.reading.words import ERASED, unmarked

    for comment in report.comments:
        about = f" on {comment.measure.replace('_', ' ')}" if comment.measure else ""
        text = ERASED if comment.text is None else unmarked(comment.text)
        yield (f"{comment.by}{about} ({comment.entry}): {text}")


COMMANDS: tuple[Callable[..., int], ...] = (symmetry,)
