"""Measure what must not grow with the ledger: memory of a rebuild, time to read one case.

The ledgers are copies of one decided case of fifty events, each sealed under keys of its own.
"""

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from bench.children import peak_mib
from bench.houses import Copier, Furnished, copy_number, taken_over
from bench.measuring import Line, Options, say, seconds
from services.reading.eyes import Eyes
from services.reading.showing import show

CASE_EVENTS = 50
SIZES = (10_000, 100_000)
LONG_SIZE = 1_000_000
TURNS = 200
"""Cases read of each ledger, spread over its whole length."""


def measure(options: Options) -> Iterator[Line]:
    """Compare the smallest ledger with larger ones."""
    sizes = (*SIZES, LONG_SIZE) if options.long else SIZES
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for size in sizes:
            say(f"memory: writing {size:,} events")
            _fill(root / str(size), size)
        yield from _memory(root, sizes)
        yield from _reading(root, sizes)


def _fill(folder: Path, events: int) -> None:
    with Furnished(folder) as made:
        (pattern,) = made.open_cases(1, taken_over(CASE_EVENTS - 1))
        copier = Copier(made, pattern)
        copier.copy(events // CASE_EVENTS - 1)
        copier.close()


def _memory(root: Path, sizes: tuple[int, ...]) -> Iterator[Line]:
    idle = peak_mib(root / str(sizes[0]), "schema", "table-proposal")
    peaks = []
    for size in sizes:
        say(f"memory: building every view from {size:,} events")
        peaks.append(peak_mib(root / str(size), "rebuild"))
        yield Line(
            what=f"peak memory of a rebuild of {size:,} events",
            unit="MiB",
            ours=peaks[-1],
            peer=peaks[0],
            most=1.3,
            note=f"beside one of {sizes[0]:,}; a command that reads nothing: {idle:.0f} MiB",
        )


def _reading(root: Path, sizes: tuple[int, ...]) -> Iterator[Line]:
    say("memory: reading one case in each ledger, in turns")
    with ExitStack() as stack:
        opened = {size: stack.enter_context(Furnished(root / str(size))) for size in sizes}
        took: dict[int, list[float]] = {size: [] for size in sizes}
        for turn in range(TURNS):
            for size, ledger in opened.items():
                number = copy_number(1 + turn * (size // CASE_EVENTS - 2) // TURNS)
                took[size].append(1_000 * seconds(partial(_show, ledger, number)))
    for size in sizes[1:]:
        yield Line(
            what=f"reading a case view at {size:,} events",
            unit="ms",
            ours=statistics.median(took[size]),
            peer=statistics.median(took[sizes[0]]),
            most=1.3,
            note=f"a case of {CASE_EVENTS} events with its timeline, beside one at {sizes[0]:,}",
        )


def _show(ledger: Furnished, number: str) -> None:
    (shown,) = show(Eyes(ledger.house, ledger.operator), number)
    assert len(shown.timeline) == CASE_EVENTS
