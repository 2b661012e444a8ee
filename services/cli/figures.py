"""Read figures: of the sides of a case, and of many cases."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from cyclopts import Parameter

from ledger.errors import DecodeError
from services.cli import output
from services.cli.looking import As, begun, done, look, name_of

Picture = Literal["timeline", "concession", "dotted"]


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


def learning(*, tag: list[str] | None = None, as_: As = None, json: bool = False) -> int:
    """Tell what was learnt: lessons, practices, improvements, and how the figures went since.

    Everybody reads what was published. Registry and auditor read of improvements too, with the
    figures of each year beside; a mediator reads its own feedback over time.

    Examples:
        goodoffices learning --tag authority

    Args:
        tag: Only what bears this tag; may be repeated.
        as_: Viewer; one's own by default.
        json: One JSON document.
    """
    from services.reading.learning import learning as learnt

    with look(as_) as eyes:
        told = learnt(eyes, tag or ())
        if json:
            output.as_json(told)
        else:
            output.table("", ("what", "when", "tags", "words", "stands"), _learnt_rows(told))
        return done(eyes)


def _learnt_rows(told: Any) -> Iterator[tuple[object, ...]]:  # noqa: ANN401 - Learning
    """Tell lessons, practices and improvements, then own feedback, then figures."""
    for one in told.lessons:
        stands = "published" if one.approved else "not published yet"
        yield f"lesson {one.entry}", _day(one.recorded), _tags(one), _words(one.text), stands
    for one in told.practices:
        stands = f"rests on {', '.join(one.lessons)}" if one.lessons else ""
        what = f"practice {one.practice_id}"
        yield what, _day(one.recorded), _tags(one), _words(one.text), stands
    for one in told.improvements:
        due = f"due {one.due}" if one.due else "no day"
        stands = f"done {_day(one.done)}" if one.done else f"with {one.owner}, {due}"
        words = _words(one.what) + (f"; result: {_words(one.result)}" if one.result else "")
        yield f"improvement {one.improvement_id}", _day(one.recorded), _tags(one), words, stands
    for one in told.own_feedback:
        so_far = f"{one.mean_so_far} so far, in {one.cases_so_far}"
        yield f"own feedback, {one.origin}", _day(one.recorded), one.case, one.question, so_far
    for one in told.since:
        value = NOT_TOLD if one.value is None else f"{one.value:g} {one.unit}"
        yield f"figure, {one.column}", "", one.table, one.line, value


def _day(at: Any) -> str:  # noqa: ANN401 - a datetime
    return f"{at:%Y-%m-%d}"


def _tags(one: Any) -> str:  # noqa: ANN401 - whatever has tags
    return ", ".join(one.tags)


def _words(text: str | None) -> str:
    from services.reading.words import ERASED, unmarked

    return ERASED if text is None else unmarked(text)


def plot(
    case: str,
    kind: Picture | None = None,
    /,
    *,
    output_: Annotated[Path, Parameter(name=["--output", "-o"])],
    all_: Annotated[bool, Parameter(name="--all")] = False,
    as_: As = None,
    at: str | None = None,
    force: bool = False,
) -> int:
    """Draw a case as a picture, from what one viewer sees; the same each time.

    `timeline`: who acted when, with the turning points. `concession`: how the numbers in the
    proposals moved. `dotted`: a dot for every entry, a row for each who acted or, with --all, for
    each case.

    Examples:
        goodoffices plot GO-2026-0007 timeline -o timeline.svg
        goodoffices plot GO-2026-0007 concession --as party:A -o moves.png
        goodoffices plot --all dotted -o cases.svg

    Args:
        case: Case number, external reference or unique prefix; left out with --all.
        kind: Which picture.
        output_: The file, in .svg or .png.
        all_: Every case the viewer may read, for a dotted chart.
        as_: Viewer; one's own by default.
        at: Moment to look from.
        force: Replace what is there.
    """
    from services.plots.choosing import plotted

    if all_ == (kind is not None):
        needs = "goodoffices plot CASE timeline, or plot --all dotted"
        raise DecodeError("plot", "needs a case and a picture, or --all and dotted", needs)
    wanted = _picture(case) if kind is None else kind
    with look(as_, at) as eyes:
        path = plotted(eyes, None if all_ else case, wanted, output_, force=force)
        output.say(str(path))
        return done(eyes)


def _picture(text: str) -> Picture:
    """Read which picture is meant, where no case is named."""
    for kind in get_args(Picture):
        if text == kind:
            found: Picture = kind
            return found
    raise DecodeError("plot", f"{text!r} is no picture", ", ".join(get_args(Picture)))


COMMANDS: tuple[Callable[..., int], ...] = (symmetry, statistics, learning, plot)
