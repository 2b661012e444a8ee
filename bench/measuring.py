"""Say what was measured, and how: medians of runs that take turns with the peer's."""

import gc
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import perf_counter

from msgspec import Struct

from services.memory import settle

RUNS = 5
P99 = 0.99


class Line(Struct, frozen=True, kw_only=True):
    """One line of the table.

    Attributes:
        what: What was measured.
        unit: Of both values.
        ours: The median of our runs.
        peer: The median of the peer's, None where there is none.
        least: What the ratio must reach, None where nothing is wanted.
        most: What the ratio must not exceed; without a peer, what `ours` must not exceed.
        note: Who the peer is, and what one has to know to judge.
    """

    what: str
    unit: str
    ours: float
    peer: float | None = None
    least: float | None = None
    most: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Return ours over the peer's."""
        return None if self.peer is None else self.ours / self.peer

    @property
    def holds(self) -> bool | None:
        """Tell whether what is wanted was reached, None where nothing is."""
        found = self.ours if self.ratio is None else self.ratio
        if self.least is not None:
            return found >= self.least
        return None if self.most is None else found <= self.most


class Options(Struct, frozen=True):
    """What was asked for.

    Attributes:
        long: Also what takes many minutes.
        events: Size of the ledger that is replayed whole.
    """

    long: bool = False
    events: int = 1_000_000


def say(text: str) -> None:
    """Tell how far it is, on stderr."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


def alternating(
    ours: Callable[[], float], peer: Callable[[], float], runs: int = RUNS
) -> tuple[float, float]:
    """Run both in turn, so that a busy machine slows both; return the two medians.

    What was made before is set aside for the collector, so that neither pays for what the other
    and the bench itself hold; it looks as seldom as in the product, for the peer too.
    """
    gc.collect()
    settle()
    pairs = [(ours(), peer()) for _ in range(runs)]
    gc.unfreeze()
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    begun = perf_counter()
    work()
    return perf_counter() - begun


def percentile(values: Sequence[float], part: float) -> float:
    """Return the least value that so great a part of all does not exceed."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def rate(callers: int, calls: int, call: Callable[[int], object]) -> float:
    """Make calls from many threads at once, each its next when the last was answered.

    Args:
        callers: Number of threads.
        calls: Calls in all, numbered from 0.
        call: Makes the call of a number.

    Returns:
        Calls a second.
    """
    return rate_and_waits(callers, calls, call)[0]


def rate_and_waits(
    callers: int, calls: int, call: Callable[[int], object]
) -> tuple[float, list[float]]:
    """Make calls as `rate` does; return calls a second, and how long each took in seconds."""
    together = Barrier(callers + 1)
    waits: list[float] = []

    def through(first: int) -> None:
        together.wait()
        for number in range(first, calls, callers):
            asked = perf_counter()
            call(number)
            waits.append(perf_counter() - asked)

    with ThreadPoolExecutor(callers) as pool:
        ended = [pool.submit(through, first) for first in range(callers)]
        together.wait()
        begun = perf_counter()
        for one in ended:
            one.result()
        return calls / (perf_counter() - begun), waits


def chunks(total: int, size: int) -> Iterator[range]:
    """Cut the numbers below a total into runs of at most a size."""
    for first in range(0, total, size):
        yield range(first, min(first + size, total))
