"""Measure commands a second and their p99 against the number of cases and the length of the ledger.

The ledger grows by copies of one decided case of five events, each sealed under keys of its own. At
each length the same number of cases is spoken in, spread over its whole length; at the last length
ever more of its cases. A ledger of the first length is measured in turns with it, since a machine
that others use is not as fast an hour later.
"""

import gc
import random
import shutil
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from bench.houses import Copier, Furnished, copy_number, line_of, statement, taken_over
from bench.measuring import P99, Line, Options, percentile, rate_and_waits, say
from services.memory import settle

CASE_EVENTS: Final = 5
LENGTHS: Final = (10_000, 100_000)
LONG_LENGTHS: Final = (*LENGTHS, 1_000_000, 5_000_000)
SPOKEN_IN: Final = 1_000
"""Cases that commands go to while the ledger grows."""
CASES: Final = (10, 1_000, 10_000)
LONG_CASES: Final = (*CASES, 100_000, 1_000_000)
CALLERS: Final = 64
CALLS: Final = 2_560
RUNS: Final = 5
BYTES_AN_EVENT: Final = 2_500
"""Room that is asked for on the disk: record, keys, their logs."""
COPIED_AT_ONCE: Final = 10_000


class Point(Struct, frozen=True):
    """What was measured at one size: medians of the runs.

    Attributes:
        rate: Commands a second.
        p99_ms: What one of a hundred commands exceeds.
    """

    rate: float
    p99_ms: float


class Growing:
    """A ledger of ever more cases, all of one length.

    Attributes:
        house: Where they are.
        made: How many there are.
    """

    def __init__(self, house: Furnished) -> None:
        """Begin with one decided case, the pattern of all others."""
        self.house = house
        (pattern,) = house.open_cases(1, taken_over(CASE_EVENTS - 1))
        self._copier = Copier(house, pattern)
        self.made = 0

    def grow(self, events: int) -> None:
        """Copy until the ledger has about so many events; memory stays flat."""
        cases = events // CASE_EVENTS
        while self.made < cases:
            some = min(COPIED_AT_ONCE, cases - self.made)
            self._copier.copy(some)
            self.made += some

    def close(self) -> None:
        """Copy no more."""
        self._copier.close()

    def commands(self, cases: int) -> Point:
        """Speak in so many of its cases, each drawn by lot from all along the ledger."""
        drawn = random.Random(cases)
        places = [1 + drawn.randrange(cases) * self.made // cases for _ in range(CALLS)]
        asked = [line_of(statement(), copy_number(place)) for place in places]
        reached, waits = rate_and_waits(CALLERS, CALLS, lambda n: self.house.handle(asked[n]))
        return Point(reached, 1_000 * percentile(waits, P99))


def measure(options: Options) -> Iterator[Line]:
    """Compare each size with the smallest."""
    lengths = LONG_LENGTHS if options.long else LENGTHS
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _require_room(root, lengths[-1])
        with Furnished(root / "small") as few, Furnished(root / "large") as many:
            small, large = Growing(few), Growing(many)
            small.grow(lengths[0])
            gc.collect()
            settle()  # as the product does
            yield from _by_length(small, large, lengths)
            yield from _by_cases(large, LONG_CASES if options.long else CASES)
            small.close()
            large.close()


def _by_length(small: Growing, large: Growing, lengths: Sequence[int]) -> Iterator[Line]:
    for length in lengths[1:]:
        say(f"growth: writing up to {length:,} events")
        large.grow(length)
        say(f"growth: {SPOKEN_IN:,} cases of a ledger of {length:,} events")
        runs = [(large.commands(SPOKEN_IN), small.commands(SPOKEN_IN)) for _ in range(RUNS)]
        mine, first = (_median(points) for points in zip(*runs, strict=True))
        what = f"{SPOKEN_IN:,} cases of a ledger of {length:,} events"
        yield from _lines(what, mine, first, f"beside a ledger of {lengths[0]:,}")


def _by_cases(large: Growing, cases: Sequence[int]) -> Iterator[Line]:
    numbers = [n for n in cases if n <= large.made]
    runs: dict[int, list[Point]] = {n: [] for n in numbers}
    for _ in range(RUNS):
        for n in numbers:
            say(f"growth: {n:,} cases of {large.made:,}")
            runs[n].append(large.commands(n))
    first = _median(runs[numbers[0]])
    for n in numbers[1:]:
        what = f"{n:,} cases of {large.made:,}"
        yield from _lines(what, _median(runs[n]), first, f"beside {numbers[0]} cases of it")


def _lines(what: str, mine: Point, first: Point, note: str) -> Iterator[Line]:
    beside = f"{CALLERS} callers; {note}"
    yield Line(what=f"commands, {what}", unit="/s", ours=mine.rate, peer=first.rate, note=beside)
    yield Line(what=f"their p99, {what}", unit="ms", ours=mine.p99_ms, peer=first.p99_ms)


def _median(points: Sequence[Point]) -> Point:
    return Point(
        statistics.median(point.rate for point in points),
        statistics.median(point.p99_ms for point in points),
    )


def _require_room(root: Path, events: int) -> None:
    """Refuse to begin what would fill the disk."""
    needed, free = events * BYTES_AN_EVENT, shutil.disk_usage(root).free
    if needed > free:
        why = f"{events:,} events need {needed / 1e9:.0f} GB on the disk of {root}"
        raise SystemExit(f"bench: {why}, {free / 1e9:.0f} are free; TMPDIR names another one")
