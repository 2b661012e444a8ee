"""No count of few cases can be had from the counts that are told, by algebra or by trying all."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reading.withholding import FEWEST_CASES, Cell, Sum, withheld

K = FEWEST_CASES
TOTAL = "total"
Counts = dict[Cell, int]


def line(*counts: int) -> tuple[Counts, list[Sum]]:
    """Make a table of one line with its total."""
    parts = {(f"r{n}", "all"): count for n, count in enumerate(counts)}
    total = (TOTAL, "all")
    return {**parts, total: sum(counts)}, [Sum(total, tuple(parts))]


def table(rows: list[list[int]]) -> tuple[Counts, list[Sum]]:
    """Make a table of lines and columns with all totals."""
    lines, columns = range(len(rows)), range(len(rows[0]))
    counts = {(f"r{r}", f"c{c}"): rows[r][c] for r in lines for c in columns}
    counts |= {(f"r{r}", TOTAL): sum(rows[r]) for r in lines}
    counts |= {(TOTAL, f"c{c}"): sum(row[c] for row in rows) for c in columns}
    counts[TOTAL, TOTAL] = sum(map(sum, rows))
    names = [*(f"c{c}" for c in columns), TOTAL]
    down = [Sum((TOTAL, c), tuple((f"r{r}", c) for r in lines)) for c in names]
    names = [*(f"r{r}" for r in lines), TOTAL]
    return counts, [*down, *(Sum((r, TOTAL), tuple((r, f"c{c}") for c in columns)) for r in names)]


def secrets(counts: Mapping[Cell, int]) -> list[Cell]:
    """Name what must not be known."""
    return [cell for cell, count in counts.items() if 0 < count < K]


def solved(counts: Mapping[Cell, int], sums: list[Sum], hidden: frozenset[Cell]) -> set[Cell]:
    """Solve for what is withheld, as whoever has paper and pencil would; nobody's counts known."""
    unknown = [cell for cell in sorted(hidden) if counts[cell]]
    rows = [
        [Fraction((cell in one.parts) - (cell == one.total)) for cell in unknown] for one in sums
    ]
    rank = 0
    for column in range(len(unknown)):
        pivot = next((r for r in range(rank, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        rows[rank] = [value / rows[rank][column] for value in rows[rank]]
        for r in range(len(rows)):
            if r != rank and rows[r][column]:
                factor = rows[r][column]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[rank], strict=True)]
        rank += 1
    alone = [row for row in rows if sum(1 for value in row if value) == 1]
    return {unknown[next(n for n, value in enumerate(row) if value)] for row in alone}


def tables_that_fit(
    counts: Mapping[Cell, int], sums: list[Sum], hidden: frozenset[Cell]
) -> Iterator[Counts]:
    """Try every table that fits what is told, knowing which counts are small and which are none."""
    unknown = [cell for cell in sorted(hidden) if counts[cell] and TOTAL not in cell]
    top = max(counts.values()) + 3
    ranges = [range(K) if counts[cell] < K else range(K, top) for cell in unknown]
    for values in product(*ranges):
        tried = {**counts, **dict(zip(unknown, values, strict=True))}
        for one in sums:  # inner sums come before the sum of all
            if one.total in hidden:
                tried[one.total] = sum(tried[part] for part in one.parts)
        if all(tried[one.total] == sum(tried[part] for part in one.parts) for one in sums):
            yield tried


large_tables = st.integers(2, 6).flatmap(
    lambda width: st.lists(
        st.lists(st.one_of(st.integers(0, 8), st.integers(0, 200)), min_size=width, max_size=width),
        min_size=2,
        max_size=6,
    )
)


def assert_kept(counts: Counts, sums: list[Sum]) -> frozenset[Cell]:
    """Hold what must hold of every table, however large."""
    hidden = withheld(counts, sums)
    assert all(count >= K for cell, count in counts.items() if cell not in hidden)
    assert not solved(counts, sums, hidden) & set(secrets(counts))
    for one in sums:
        within = [cell for cell in one.parts if cell in hidden and counts[cell]]
        if within and one.total not in hidden:
            assert len(within) > 1
            assert sum(counts[cell] for cell in within) >= K
    return hidden


@settings(max_examples=60, deadline=None)
@given(large_tables)
def test_algebra_gives_no_small_count_away(rows: list[list[int]]) -> None:
    """In a table with all its totals; nor is a group of few cases told as one."""
    assert_kept(*table(rows))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=4))
def test_trying_all_lines_gives_no_small_count_away(counts: list[int]) -> None:
    """Whoever knows which counts are small still has two answers at the least, for each of them."""
    told, sums = line(*counts)
    hidden = assert_kept(told, sums)
    fitting = list(tables_that_fit(told, sums, hidden))
    for cell in secrets(told):
        assert TOTAL in cell or len({one[cell] for one in fitting}) > 1


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 7), min_size=2, max_size=2), min_size=2, max_size=2))
def test_trying_all_tables_gives_no_small_count_away(rows: list[list[int]]) -> None:
    """The same of tables with lines and columns."""
    told, sums = table(rows)
    hidden = assert_kept(told, sums)
    fitting = list(tables_that_fit(told, sums, hidden))
    for cell in secrets(told):
        assert TOTAL in cell or len({one[cell] for one in fitting}) > 1


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((20, 30), {20, 30, 50}),
        ((3, 20, 30), {30, 53}),
        ((3, 4, 20), {27, 20}),
        ((1, 2, 20, 30), {30, 53}),
        ((4, 4, 20), {28}),
        ((2, 50), {52}),
        ((2, 2), set()),
        ((0, 50), {50}),
    ],
)
def test_as_few_are_withheld_as_will_do(counts: tuple[int, ...], told: set[int]) -> None:
    """Small ones, what they could be reckoned from, and no more; the total is given up last."""
    cells, sums = line(*counts)
    hidden = withheld(cells, sums)
    assert {count for cell, count in cells.items() if cell not in hidden} == told


def test_the_same_counts_are_told_alike() -> None:
    """In whatever order they are given."""
    counts, sums = table([[3, 20, 30], [40, 5, 6], [7, 8, 1]])
    turned = dict(reversed(counts.items()))
    assert withheld(counts, sums) == withheld(turned, sums) == withheld(counts, sums[::-1])
