"""Choose which counts of a table are not told, so that no small one can be told from the others.

Withheld is every count of fewer than `k` cases, and besides, of the counts it is added up with, as
many as are needed:

1. a sum with withheld members has at least two of them, and where the others tell what these come
   to together, they come to at least `k`: a handful of cases is not told as a group either;
2. for every count from 1 to `k` - 1 there is another one that fits all that is told: a table,
   differing there, in which every sum is right, every small count is small and every other is not.
   So neither algebra nor the knowledge of what is withheld gives it away.

A count of none is not told as a number either, but it is nobody's: whoever reckons may know it, and
it protects no other. The tables of one release are judged together, once, whatever part of them is
then asked for: no two questions can be answered from different choices. Which count is given up
beside a small one is settled by what is missed least, then by size and name: the same counts are
always told alike.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

Cell: TypeAlias = tuple[str, str]
"""Names a count: what is counted, and in which column."""
Delta: TypeAlias = dict[Cell, int]
FEWEST_CASES = 5
"""Fewest cases a published number is made of (invariant I-26)."""
STEPS_MAX = 2_000
"""How long another table is looked for before more is withheld instead."""


class Sum(Struct, frozen=True):
    """A count that others add up to, case by case."""

    total: Cell
    parts: tuple[Cell, ...]

    @property
    def members(self) -> tuple[Cell, ...]:
        """Name all that stand in it."""
        return (self.total, *self.parts)


def withheld(
    counts: Mapping[Cell, int], sums: Sequence[Sum], k: int = FEWEST_CASES
) -> frozenset[Cell]:
    """Choose the counts that are not told.

    Args:
        counts: Every count there is.
        sums: Everything a reader may know of how they add up.
        k: Fewest cases a count is told of.
    """
    none = frozenset(cell for cell, count in counts.items() if not count)
    choice = _Choice(
        {cell: count for cell, count in counts.items() if count}, list(_of_some(sums, none)), k
    )
    choice.make()
    return none | choice.hidden


def _of_some(sums: Iterable[Sum], none: frozenset[Cell]) -> Iterator[Sum]:
    """Leave counts of none out of what adds up."""
    for one in sums:
        if one.total not in none:
            yield Sum(one.total, tuple(part for part in one.parts if part not in none))


class _Choice:
    """Counts that are not told, more and more of them until none can be had from the others."""

    def __init__(self, counts: Mapping[Cell, int], sums: Sequence[Sum], k: int) -> None:
        self.counts = counts
        self.k = k
        self.hidden = {cell for cell, count in counts.items() if count < k}
        self.of_cell: dict[Cell, list[Sum]] = {}
        self._sums = sums
        for one in sums:
            for cell in one.members:
                self.of_cell.setdefault(cell, []).append(one)

    def make(self) -> None:
        """Withhold until both rules hold."""
        small = sorted(self.hidden)
        self._close()
        open_ = small
        while open_:
            open_ = [cell for cell in small if not _Search(self).finds_another(cell)]
            beside = {more for cell in open_ if (more := self._near(cell))}
            if not beside:
                return
            self.hidden.add(self._least(beside))
            self._close()

    def _close(self) -> None:
        """Withhold until every sum keeps the first rule."""
        before = -1
        while len(self.hidden) > before:
            before = len(self.hidden)
            for one in self._sums:
                while self._tells(one):
                    told = [cell for cell in one.members if cell not in self.hidden]
                    self.hidden.add(self._least(told))

    def _tells(self, one: Sum) -> bool:
        """Tell whether a sum gives away one withheld count, or a small group of them."""
        within = [cell for cell in one.members if cell in self.hidden]
        if not within or len(within) == len(one.members):
            return False
        together = sum(self.counts[cell] for cell in within)
        return len(within) == 1 or (one.total not in self.hidden and together < self.k)

    def _least(self, cells: Iterable[Cell]) -> Cell:
        """Choose what is missed least: what fewest others add up to, then what is smaller."""

        def missed(cell: Cell) -> tuple[int, int, Cell]:
            return max(map(self._sums_to, self._same(cell))), self.counts[cell], cell

        return min(cells, key=missed)

    def _sums_to(self, cell: Cell) -> int:
        return sum(one.total == cell for one in self.of_cell[cell])

    def _same(self, cell: Cell) -> list[Cell]:
        """List what is withheld with a cell, as it is the same number: a sum of one part."""
        same = [cell]
        for known in same:
            pairs = (one.members for one in self.of_cell[known] if len(one.parts) == 1)
            same += [c for pair in pairs for c in pair if c not in same]
        return same

    def _near(self, cell: Cell) -> Cell | None:
        """Find what to withhold beside a cell, outward from its own sums; None for no more."""
        reached, edge = {cell}, [cell]
        while edge:
            beside = {c for e in edge for one in self.of_cell.get(e, ()) for c in one.members}
            edge = sorted(beside - reached)
            told = [c for c in edge if c not in self.hidden]
            if told:
                return self._least(told)
            reached |= beside
        return None


class _Search:
    """Look for changes of withheld counts by one each that leave every sum right."""

    def __init__(self, choice: _Choice) -> None:
        self._choice = choice
        self._steps = 0

    def finds_another(self, cell: Cell) -> bool:
        """Find another table that fits all that is told and has another count in a cell."""
        return any(self._settled({cell: by}) for by in (1, -1) if self._may(cell, by))

    def _may(self, cell: Cell, by: int) -> bool:
        """Tell whether a count may be another one and still be small, or still not."""
        before, k = self._choice.counts[cell], self._choice.k
        return 0 <= before + by < k if before < k else before + by >= k

    def _settled(self, changed: Delta) -> bool:
        """Put right every sum that a change upset, by changing others; tell whether that goes."""
        self._steps += 1
        if self._steps > STEPS_MAX:
            return False
        ways = self._ways(changed)
        if ways is None:
            return True
        return any(self._settled({**changed, cell: by}) for cell, by in ways)

    def _ways(self, changed: Delta) -> list[tuple[Cell, int]] | None:
        """List how the sum that leaves least choice can be put right, None where all are right."""
        fewest: list[tuple[Cell, int]] | None = None
        touched = (one for cell in changed for one in self._choice.of_cell.get(cell, ()))
        for one in dict.fromkeys(touched):
            off = sum(changed.get(c, 0) for c in one.parts) - changed.get(one.total, 0)
            if off:
                ways = list(self._repairs(one, off, changed))
                if fewest is None or len(ways) < len(fewest):
                    fewest = ways
        return fewest

    def _repairs(self, one: Sum, off: int, changed: Delta) -> Iterator[tuple[Cell, int]]:
        """Name changes that bring a sum nearer to being right, those that upset least first."""
        step, choice = -1 if off > 0 else 1, self._choice
        free = [c for c in one.members if c in choice.hidden and c not in changed]
        for cell in sorted(free, key=lambda c: (len(choice.of_cell[c]), -choice.counts[c], c)):
            by = -step if cell == one.total else step
            if self._may(cell, by):
                yield cell, by
