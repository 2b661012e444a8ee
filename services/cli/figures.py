"""Read figures: of the sides of a case, and of many cases."""

import sys
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal

from cyclopts import Parameter

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


def statistics(
    *,
    by: Literal["year", "profile"] | None = None,
    from_: Annotated[str | None, Parameter(name="--from")] = None,
    to: str | None = None,
    as_: As = None,
    json: bool = False,
    csv: bool = False,
) -> int:
    """Tell what all cases come to together: how far, how long, how they ended; never one case.

    No number is of fewer than five cases, and none can be had by taking one from another: years
    and profiles of few cases are put together, and what would give a small count away is withheld
    too. A length of time is the middle of many.

    Examples:
        goodoffices statistics --by year
        goodoffices statistics --from 2024 --to 2026 --csv

    Args:
        by: Break the numbers down by the `year` of the request, or by rule `profile`.
        from_: First year to tell; a day stands for its year.
        to: Last year to tell.
        as_: Viewer: registry or auditor; one's own by default.
        json: One JSON document.
        csv: Comma-separated lines.
    """
    from services.reading.statistics import statistics_told

    with look(as_) as eyes:
        told = statistics_told(eyes, by, from_, to)
        if json:
            output.as_json(told)
        elif csv:
            _as_csv(told)
        else:
            output.table("", ("table", "line", *told.columns, "unit"), _statistics_rows(told))
            output.tell(f"goodoffices: {NOT_TOLD} is {told.withheld}")
        return done(eyes)


NOT_TOLD = "*"


def _as_csv(told: Any) -> None:  # noqa: ANN401 - Statistics, not imported for speed
    """Print a line a number; one that is withheld has none."""
    from csv import writer

    lines = writer(sys.stdout, lineterminator="\n")
    lines.writerow(("table", "line", "column", "unit", "value"))
    for one in told.figures:
        lines.writerow((one.table, one.line, one.column, one.unit, one.value))


def _statistics_rows(told: Any) -> Iterator[tuple[object, ...]]:  # noqa: ANN401 - Statistics
    """Put the columns of each line side by side."""
    lines: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in told.figures:
        lines.setdefault((one.table, one.line, one.unit), {})[one.column] = one.value
    for (table, line, unit), values in lines.items():
        shown = [values.get(column) for column in told.columns]
        yield table, line, *(NOT_TOLD if v is None else f"{v:g}" for v in shown), unit


COMMANDS: tuple[Callable[..., int], ...] = (symmetry, statistics)
