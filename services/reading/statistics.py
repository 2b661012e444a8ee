"""Tell what many cases come to together, and never what one of them does (view V12, I-26).

There is one release: every count of every column, judged together. A question shows a part of it,
so that no two questions differ by a case: `--from` and `--to` choose whole years, `--by` a
breakdown, and each number is the same in whichever answer it stands.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from ledger.envelope import opened
from ledger.errors import DecodeError, RuleViolation
from ledger.evaluation.events import MediatorFeedbackReceived, PartyFeedbackReceived
from ledger.evaluation.questions import QUESTIONS
from projections import feedback, statistics
from projections.feedback import FeedbackRow
from projections.statistics import CourseRow
from services.reading.counting import ROUNDS, SPANS, STAGES, WHOLE, Answers, Facts
from services.reading.eyes import Eyes
from services.reading.sources import Source, sources
from services.reading.tallies import ALL, CASES, PARTITIONS, Line, Release, Tally

BREAKDOWNS = ("year", "profile")
WITHHELD = "withheld: of fewer than 5 cases, or beside such a count"


class Told(Struct, frozen=True, kw_only=True):
    """A number of the statistics; the names are those of the JSON document.

    Attributes:
        table: What it belongs to.
        line: What is counted.
        column: Of which cases: `all`, or a year or profile.
        unit: `cases`, `days`, `times`, or `of 5` for a mean answer.
        value: The number, None where it is withheld.
    """

    table: str
    line: str
    column: str
    unit: str
    value: float | None


class Statistics(Struct, frozen=True, kw_only=True):
    """What many cases come to; the names are those of the JSON document.

    Attributes:
        fewest: Fewest cases a number is told of.
        by: The breakdown, None for all cases together.
        columns: Columns told.
        withheld: What a missing value means.
        figures: The numbers, table by table.
    """

    fewest: int
    by: str | None
    columns: tuple[str, ...]
    withheld: str
    figures: tuple[Told, ...]


def statistics_told(
    eyes: Eyes, by: str | None = None, since: str | None = None, until: str | None = None
) -> Statistics:
    """Count all cases and tell what may be told.

    Args:
        eyes: Whose; those of registry or auditor.
        by: `year` or `profile`, None for all cases together.
        since: First year to tell, or a day of it; None for no first.
        until: Last year, likewise.

    Raises:
        RuleViolation: statistics_are_the_institutions.
        DecodeError: No such breakdown, not a year, or a range that ends before it begins.
    """
    _statistics_are_the_institutions(eyes)
    by, years = _asked(by, since, until)
    tally = Tally()
    for source in sources(eyes, None):
        tally.take(_facts(source))
    release = tally.pooled()
    columns = _columns(release, by, years)
    return Statistics(
        fewest=release.k,
        by=by,
        columns=columns,
        withheld=WITHHELD,
        figures=tuple(one for column in columns for one in _figures(release, column)),
    )


def _statistics_are_the_institutions(eyes: Eyes) -> None:
    """Figures across cases rest on rooms of every case, which the institution alone reads."""
    if eyes.office is None:
        raise RuleViolation(
            "statistics_are_the_institutions",
            "figures across cases are told to registry and auditor",
            "an operator with the role registry or auditor",
        )


def _asked(
    by: str | None, since: str | None, until: str | None
) -> tuple[str | None, tuple[int, int] | None]:
    """Read what is asked for; a range is of whole years."""
    if by is not None and by not in BREAKDOWNS:
        raise DecodeError("--by", f"{by!r} is no breakdown", " or ".join(BREAKDOWNS))
    if since is None and until is None:
        return by, None
    if by == "profile":
        why = "a range of years and a breakdown by profile would make counts of few cases"
        raise DecodeError("--by", why, "one of the two")
    first = _year("--from", since, 0)
    last = _year("--to", until, 9999)
    if last < first:
        raise DecodeError("--to", f"{last} is before {first}", "a range that ends after it begins")
    return "year", (first, last)


def _year(field: str, text: str | None, default: int) -> int:
    """Read a year, or the year of a day."""
    if text is None:
        return default
    year, _, rest = text.partition("-")
    if len(year) != len("2026") or not (year + rest.replace("-", "")).isdecimal():
        raise DecodeError(field, f"{text[:40]!r} is not a year", "a year such as 2026")
    return int(year)


def _columns(release: Release, by: str | None, years: tuple[int, int] | None) -> tuple[str, ...]:
    if by is None:
        return (ALL,)
    groups = release.groups[by]
    if years is None:
        return (ALL, *groups)
    named = {column: column.removeprefix("year ") for column in groups}
    first, last = years
    return tuple(c for c, year in named.items() if year.isdecimal() and first <= int(year) <= last)


def _facts(source: Source) -> Facts:
    course = statistics.in_memory(source.rows(statistics.PROJECTION))
    known = course or CourseRow(case_id="", room_id="", room="")
    return Facts(
        listed=source.listed,
        course=known,
        answers=_answers(source, known.requesting),
        now=source.now,
    )


def _answers(source: Source, requesting: tuple[str, ...]) -> Mapping[str, Answers]:
    """Open the numbers answered in a case, by side; of several on one side those of the first."""
    found: dict[str, Answers] = {}
    for row in feedback.in_memory(source.rows(feedback.PROJECTION)):
        side = _side(row, requesting)
        if side is not None and side not in found:
            event = source.said(f"{row.room}:{row.seq}").opened.event
            assert isinstance(event, PartyFeedbackReceived | MediatorFeedbackReceived), "its row"
            given = opened(event.answers, {})
            found[side] = {q: value for q, value in given.items() if isinstance(value, int)}
    return found


def _side(row: FeedbackRow, requesting: tuple[str, ...]) -> str | None:
    """Tell whose answers these are; None where nobody is known to have asked, or without names."""
    if row.origin == "party" and requesting:
        return "requesting" if row.by in requesting else "responding"
    return "mediator" if row.origin == "mediator" else None


def _figures(release: Release, column: str) -> Iterator[Told]:
    """Tell one column, table by table."""
    for line in _counted(release):
        yield _told(line, column, "cases", release.count(line, column))
    for name in (*SPANS, WHOLE):
        line = ("duration in days", name)
        yield _told(line, column, "days", release.middle(line, column))
    for name in ROUNDS:
        line = ("rounds", name)
        yield _told(line, column, "times", release.middle(line, column))
    for table, name in release.lines:
        if table == "answers":
            side, _, question = name.partition(": ")
            mean = release.mean(side, question, column)
            asks = QUESTIONS.get(question, question)
            yield _told((f"feedback, {side}", asks), column, "of 5", mean)


def _counted(release: Release) -> list[Line]:
    """Order the counts: the funnel first."""
    funnel = [CASES, *(("reached", step) for step in STAGES[1:])]
    rest = [(table, line) for table, (_, of) in PARTITIONS.items() for line in of]
    issues = [line for line in release.lines if line[0].startswith("issue ")]
    signed = [("settlements", "signed here")]
    return [*funnel, *rest, *signed, *(line for line in issues if line[1] != "not raised")]


def _told(line: Line, column: str, unit: str, value: float | None) -> Told:
    return Told(table=line[0], line=line[1], column=column, unit=unit, value=value)
