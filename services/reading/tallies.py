"""Add up cases column by column, in memory that does not grow with their number.

Kept are counts: of cases by what they count as, of days and rounds by their length, of answers by
their sum. What of it may be told is settled over all columns together.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from services.reading.counting import STAGES, Facts, counts_as, lasted, profile_of, rounds, year_of
from services.reading.withholding import FEWEST_CASES, Sum, withheld

ALL = "all"
Line = tuple[str, str]
"""What is counted: the table, and the line of it."""


class Column:
    """Cases of one year, of one profile, or all of them."""

    def __init__(self) -> None:
        """Begin with none."""
        self.cases = 0
        self.counts: Counter[Line] = Counter()
        self.lengths: dict[Line, Counter[int]] = {}
        self.answered: dict[Line, Counter[int]] = {}

    def take(self, facts: Facts) -> None:
        """Count one case."""
        self.cases += 1
        self.counts.update(counts_as(facts))
        for name, days in lasted(facts):
            self._length(("duration in days", name), days)
        for name, times in rounds(facts):
            self._length(("rounds", name), times)
        for side, answers in facts.answers.items():
            for question, answer in answers.items():
                self._answer((side, question), answer)

    def add(self, other: "Column") -> None:
        """Put the cases of another column to these."""
        self.cases += other.cases
        self.counts.update(other.counts)
        for mine, theirs in ((self.lengths, other.lengths), (self.answered, other.answered)):
            for line, counted in theirs.items():
                mine.setdefault(line, Counter()).update(counted)

    def _length(self, line: Line, value: int) -> None:
        self.lengths.setdefault(line, Counter())[value] += 1

    def _answer(self, line: Line, value: int) -> None:
        self.answered.setdefault(line, Counter())[value] += 1


class Tally:
    """Count cases into the columns of every breakdown there is."""

    def __init__(self) -> None:
        """Begin with none."""
        self.all = Column()
        self.by: dict[str, dict[str, Column]] = {"year": {}, "profile": {}}

    def take(self, facts: Facts) -> None:
        """Count one case."""
        self.all.take(facts)
        for by, name in (("year", year_of(facts)), ("profile", profile_of(facts))):
            self.by[by].setdefault(name, Column()).take(facts)

    def pooled(self, k: int = FEWEST_CASES) -> "Release":
        """Put columns of few cases together, and settle what may be told."""
        columns = {ALL: self.all}
        groups: dict[str, tuple[str, ...]] = {}
        for by, found in self.by.items():
            kept = _pooled(by, found, k)
            groups[by] = tuple(kept)
            columns |= kept
        return Release(columns, groups, k)


def _pooled(by: str, found: Mapping[str, Column], k: int) -> dict[str, Column]:
    """Keep columns of at least `k` cases; put the others together, with the smallest if need be."""
    kept = {f"{by} {name}": one for name, one in sorted(found.items()) if one.cases >= k}
    rest = [one for one in found.values() if one.cases < k]
    if not rest:
        return kept
    others = Column()
    for one in rest:
        others.add(one)
    if others.cases < k and kept:
        smallest = min(kept, key=lambda name: (kept[name].cases, name))
        others.add(kept.pop(smallest))
    return {**kept, f"other {by}s": others}


class Release:
    """Everything counted, and what of it is not told: one choice for all questions.

    Attributes:
        columns: By name.
        groups: Columns of each breakdown; the cases of a breakdown's columns are all cases.
        hidden: Counts that are not told.
    """

    def __init__(
        self, columns: Mapping[str, Column], groups: Mapping[str, tuple[str, ...]], k: int
    ) -> None:
        """Settle what is told."""
        self.columns = columns
        self.groups = groups
        self.k = k
        self.lines = _lines(columns[ALL], k)
        counts = {
            (_key(line), name): _count(column, line)
            for line in self.lines
            for name, column in columns.items()
        }
        self.hidden = withheld(counts, list(_sums(self.lines, columns, groups)), k)

    def count(self, line: Line, column: str) -> int | None:
        """Tell how many cases, None where that is withheld."""
        cell = (_key(line), column)
        return None if cell in self.hidden else _count(self.columns[column], line)

    def middle(self, line: Line, column: str) -> float | None:
        """Tell the middle of many lengths: the mean of the three or four in the middle.

        So it is no case's own. None for fewer than `k` cases.
        """
        counted = self.columns[column].lengths.get(line, Counter())
        return None if counted.total() < self.k else _middle(counted)

    def mean(self, side: str, question: str, column: str) -> float | None:
        """Tell the mean answer, None where the number of cases it is taken from is withheld."""
        if (_key(("answers", f"{side}: {question}")), column) in self.hidden:
            return None
        counted = self.columns[column].answered[side, question]
        return round(sum(value * n for value, n in counted.items()) / counted.total(), 1)


CASES: Line = ("cases", "cases")
PARTITIONS: dict[str, tuple[Line, tuple[str, ...]]] = {
    "outcome": (
        CASES,
        (
            "settled",
            "settled in part",
            "settlement reported",
            "ended without settlement",
            "not commenced",
            "running",
        ),
    ),
    "furthest step": (CASES, STAGES),
    "why not commenced": (
        ("outcome", "not commenced"),
        (
            "declined by the institution",
            "withdrawn by who asked",
            "declined by a party",
            "silence taken for a refusal",
            "lapsed in silence",
            "not said",
        ),
    ),
    "why ended": (
        ("outcome", "ended without settlement"),
        (
            "joint declaration",
            "party withdrawal",
            "no prospect",
            "completed",
            "time limit",
            "deposit",
            "no mediator",
            "safety",
            "settled",
            "not said",
        ),
    ),
    "performance after 12 months": (
        ("settlements", "signed here"),
        (
            "performed",
            "performed in part",
            "not performed",
            "younger than 12 months",
            "nothing owed on record",
        ),
    ),
    "challenges": (CASES, ("no challenge", "upheld", "not upheld", "not decided")),
    "expiry of proposals": (
        CASES,
        ("no proposal", "no proposal expired", "some proposal expired"),
    ),
    "feedback, requesting": (CASES, ("answered", "not answered")),
    "feedback, responding": (CASES, ("answered", "not answered")),
    "feedback, mediator": (CASES, ("answered", "not answered")),
}
"""Each table: which count its lines add up to, and its lines."""


def _key(line: Line) -> str:
    return f"{line[0]}: {line[1]}"


def _issues(column: Column, k: int) -> list[str]:
    """Name the issues that were raised in enough cases; others are not named."""
    raised: Counter[str] = Counter()
    for (table, _), n in column.counts.items():
        if table.startswith("issue "):
            raised[table] += n
    return sorted(table for table, n in raised.items() if n >= k)


def _lines(column: Column, k: int) -> list[Line]:
    """Name every count of a release."""
    lines = [CASES, ("settlements", "signed here")]
    lines += [(table, line) for table, (_, of) in PARTITIONS.items() for line in of]
    lines += [("reached", step) for step in STAGES[1:]]
    for issue in _issues(column, k):
        lines += [(issue, line) for line in ("settled", "not settled", "raised", "not raised")]
    lines += [
        ("answers", f"{side}: {question}")
        for (side, question), counted in sorted(column.answered.items())
        if counted.total() >= k
    ]
    return lines


def _count(column: Column, line: Line) -> int:
    """Count the cases of a line; some lines are sums of others."""
    table, name = line
    if line == CASES:
        return column.cases
    if table == "settlements":
        return column.counts["outcome", "settled"] + column.counts["outcome", "settled in part"]
    if table == "answers":
        side, _, question = name.partition(": ")
        return column.answered.get((side, question), Counter()).total()
    if table.startswith("issue ") and name.endswith("raised"):
        raised = column.counts[table, "settled"] + column.counts[table, "not settled"]
        return raised if name == "raised" else column.cases - raised
    return column.counts[line]


def _sums(
    lines: list[Line], columns: Mapping[str, Column], groups: Mapping[str, tuple[str, ...]]
) -> Iterator[Sum]:
    """Name everything that adds up: lines within a column, columns within a line."""
    for column in columns:
        for total, parts in _adding_up(lines):
            yield Sum((_key(total), column), tuple((_key(part), column) for part in parts))
    for line in lines:
        for names in groups.values():
            yield Sum((_key(line), ALL), tuple((_key(line), name) for name in names))


def _adding_up(lines: list[Line]) -> Iterator[tuple[Line, tuple[Line, ...]]]:
    for table, (total, of) in PARTITIONS.items():
        yield total, tuple((table, line) for line in of)
    outcome = (("outcome", "settled"), ("outcome", "settled in part"))
    yield ("settlements", "signed here"), outcome
    steps = (CASES, *(("reached", step) for step in STAGES[1:]))
    for before, after, stop in zip(steps, steps[1:], STAGES, strict=False):
        yield before, (after, ("furthest step", stop))
    last = STAGES[-1]
    yield ("reached", last), (("furthest step", last),)
    for issue in dict.fromkeys(table for table, _ in lines if table.startswith("issue ")):
        yield CASES, ((issue, "raised"), (issue, "not raised"))
        yield (issue, "raised"), ((issue, "settled"), (issue, "not settled"))


def _middle(counted: Counter[int]) -> float:
    """Return the mean of the three values in the middle, or of the four of an even number."""
    values = sorted(counted.elements())
    half = len(values) // 2
    near = values[half - 1 : half + 2] if len(values) % 2 else values[half - 2 : half + 2]
    return round(sum(near) / len(near), 1)
