"""Ledgers of ten thousand events and more, to show what must not grow with a ledger.

They are copies of one decided case of fifty events, each sealed under keys of its own.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.houses import Copier, Furnished, taken_over
from bench.measuring import Line, Options, say

CASE_EVENTS: Final = 50
SIZES: Final = (10_000, 100_000)
LONG_SIZE: Final = 1_000_000
MOST: Final = 1.3
"""How much larger what is measured may be for the largest ledger than for the smallest."""


@contextmanager
def ledgers(options: Options) -> Iterator[dict[int, Path]]:
    """Write a ledger of each size; yield their data folders."""
    with tempfile.TemporaryDirectory() as root:
        made = {}
        for size in (*SIZES, LONG_SIZE) if options.long else SIZES:
            say(f"writing {size:,} events")
            made[size] = Path(root) / str(size)
            fill(made[size], size)
        yield made


def fill(folder: Path, events: int) -> None:
    """Write a ledger of so many events, and its views."""
    with Furnished(folder) as made:
        (pattern,) = made.open_cases(1, taken_over(CASE_EVENTS - 1))
        copier = Copier(made, pattern)
        copier.copy(events // CASE_EVENTS - 1)
        copier.close()
        made.house.views.bring_to_head()


def grown(what: str, unit: str, ours: float, smallest: float, note: str) -> Line:
    """Compare a figure with that of the smallest ledger."""
    said = f"beside one of {SIZES[0]:,}{note}"
    return Line(what=what, unit=unit, ours=ours, peer=smallest, most=MOST, note=said)
