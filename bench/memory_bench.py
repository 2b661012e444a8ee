"""Measure what must not grow with the ledger: memory of a rebuild, time to read one case."""

import statistics
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final

from bench.children import peak_mib
from bench.houses import Furnished, copy_number
from bench.measuring import Line, Options, say, seconds
from bench.sized import CASE_EVENTS, SIZES, grown, ledgers
from services.reading.eyes import Eyes
from services.reading.showing import show

TURNS: Final = 200
"""Cases read of each ledger, spread over its whole length."""


def measure(options: Options) -> Iterator[Line]:
    """Compare the smallest ledger with larger ones."""
    with ledgers(options) as made:
        yield from _memory(made)
        yield from _reading(made)


def _memory(made: dict[int, Path]) -> Iterator[Line]:
    idle = peak_mib(made[SIZES[0]], "schema", "table-proposal")
    note = f"; a command that reads nothing: {idle:.0f} MiB"
    peaks: list[float] = []
    for size, folder in made.items():
        say(f"memory: building every view from {size:,} events")
        peaks.append(peak_mib(folder, "rebuild"))
        what = f"peak memory of a rebuild of {size:,} events"
        yield grown(what, "MiB", peaks[-1], peaks[0], note)


def _reading(made: dict[int, Path]) -> Iterator[Line]:
    say("memory: reading one case in each ledger, in turns")
    with ExitStack() as stack:
        opened = {size: stack.enter_context(Furnished(folder)) for size, folder in made.items()}
        took: dict[int, list[float]] = {size: [] for size in made}
        for turn in range(TURNS):
            for size, ledger in opened.items():
                number = copy_number(1 + turn * (size // CASE_EVENTS - 2) // TURNS)
                took[size].append(1_000 * seconds(partial(_show, ledger, number)))
    smallest, *others = (statistics.median(of_size) for of_size in took.values())
    note = f", a case of {CASE_EVENTS} events with its timeline"
    for size, median in zip(tuple(took)[1:], others, strict=True):
        yield grown(f"reading a case view at {size:,} events", "ms", median, smallest, note)


def _show(ledger: Furnished, number: str) -> None:
    (shown,) = show(Eyes(ledger.house, ledger.operator), number)
    assert len(shown.timeline) == CASE_EVENTS
