"""Measure a replay of a whole ledger, beside a plain read-and-decode of the same rows.

Every case is folded into every view and digested, as `goodoffices replay --digest` does. The
ledgers are copies of one decided case of fifty events, each sealed under keys of its own.
"""

import os
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.children import peak_mib
from bench.houses import OPERATOR, Furnished
from bench.measuring import RUNS, Line, Options, alternating, say, seconds
from bench.sized import fill
from ledger.store.reader import Reader
from services.reading import Eyes
from services.reading.replaying import replayed
from services.reading.replaying_together import Asked, replayed_together
from services.settings import Settings

CASE_EVENTS = 50
FEW = 10
"""How many times smaller the ledger is beside which memory is measured."""
ONCE_FROM = 200_000
"""Events from which on each is measured once, since it takes minutes."""


def measure(options: Options) -> Iterator[Line]:
    """Compare rates, processes and memory."""
    size = max(options.events, FEW * CASE_EVENTS * 2)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        small, large = root / "small", root / "large"
        for place, events in ((small, size // FEW), (large, size)):
            say(f"replay: writing {events:,} events, and their views")
            fill(place, events)
        yield from _rates(large, size)
        yield _memory(small, large, size)


def _rates(folder: Path, size: int) -> Iterator[Line]:
    runs = RUNS if size < ONCE_FROM else 1
    cores = os.cpu_count() or 1
    with Furnished(folder) as made:
        say("replay: in one process, in turns with a plain read")
        reader = made.house.ledger.reader
        mine, plain = alternating(lambda: _alone(made, size), lambda: opened_only(reader), runs)
        yield Line(
            what=f"replay of {size:,} events, every case into every view, digested",
            unit="/s",
            ours=mine,
            peer=plain,
            note=f"events a second; plain read-and-decode of the same rows; {_times(runs)}",
        )
        say(f"replay: in {cores} processes")
        together = statistics.median(_together(made, size, cores) for _ in range(runs))
        yield Line(
            what=f"the same, `--jobs {cores}`",
            unit="/s",
            ours=together,
            peer=mine,
            note=f"beside one process; {cores} cores, their start included; {_times(runs)}",
        )


def _times(runs: int) -> str:
    return "measured once" if runs == 1 else f"median of {runs}"


def opened_only(reader: Reader) -> float:
    """Open every frame in one pass over the store; return events a second."""

    def read() -> None:
        after = 0
        while page := reader.page(after):
            after = page[-1].position

    return reader.head() / seconds(read)


def _alone(made: Furnished, size: int) -> float:
    def read() -> None:
        assert sum(one.entries for one in replayed(_eyes(made), None)) >= size - CASE_EVENTS

    return size / seconds(read)


def _together(made: Furnished, size: int, jobs: int) -> float:
    asked = Asked(Settings(made.house.ledger.folder, OPERATOR))

    def read() -> None:
        found = replayed_together(_eyes(made), asked, jobs)
        assert sum(one.entries for one in found) >= size - CASE_EVENTS

    return size / seconds(read)


def _eyes(made: Furnished) -> Eyes:
    return Eyes(made.house, made.operator)


def _memory(small: Path, large: Path, size: int) -> Line:
    say("replay: memory")
    few, many = (peak_mib(folder, "replay", "--digest") for folder in (small, large))
    return Line(
        what=f"peak memory of a replay of {size:,} events",
        unit="MiB",
        ours=many,
        peer=few,
        most=1.3,
        note=f"beside one of {size // FEW:,}",
    )
