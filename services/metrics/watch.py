"""Keep watch over the services of a process: which run, and how far each is behind the record."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from threading import Lock
from typing import Final

from msgspec import Struct

from ledger.errors import LedgerError
from services.clock import Steady
from services.metrics import meters

LOOK_S: Final = 1.0
STALE_S: Final = 10.0
"""After so long without a look the process counts as hung."""
BEHIND_MAX_S: Final = 60.0
"""A service further behind than this is not ready."""
HEADS_KEPT: Final = 100_000

Count = Callable[[], int]


class Trouble(Struct, frozen=True):
    """Why a service is not as it should be.

    Attributes:
        service: Its name.
        why: One sentence for the operator.
    """

    service: str
    why: str


class Watch:
    """What runs here, and how well; safe from many threads."""

    def __init__(self, steady: Steady, head: Count) -> None:
        """Begin without services.

        Args:
            steady: Tells how much time passed.
            head: Returns the position of the last event recorded.
        """
        self._steady = steady
        self._head = head
        self._positions: dict[str, Count] = {}
        self._counts: dict[str, Count] = {}
        self._waits: dict[str, str | None] = {}
        self._lags_s: dict[str, float] = {}
        self._heads: deque[tuple[int, float]] = deque(maxlen=HEADS_KEPT)
        self._looked_s = steady.elapsed_s()
        self._turn = Lock()

    def expect(self, service: str, position: Count | None = None) -> None:
        """Name a service that is to run, and how to ask how far it has come."""
        self.waits(service, "it has not begun")
        if position is not None:
            self._positions[service] = position

    def count_parked(self, where: str, count: Count) -> None:
        """Show how much is set aside at one place."""
        self._counts[where] = count

    def runs(self, service: str) -> None:
        """Note that a service does its work."""
        self._note(service, None)

    def waits(self, service: str, why: str) -> None:
        """Note that a service cannot do its work now, and why."""
        self._note(service, why)

    def stands_by(self, service: str) -> None:
        """Note that another process does this work, which is as it should be."""
        with self._turn:
            self._waits.pop(service, None)
            self._lags_s.pop(service, None)
        meters.RUNS.labels(service).set(0)
        if service in self._positions:
            meters.LAG_EVENTS.labels(service).set(0)
            meters.LAG_SECONDS.labels(service).set(0)

    def _note(self, service: str, why: str | None) -> None:
        with self._turn:
            self._waits[service] = why
        meters.RUNS.labels(service).set(why is None)

    async def run(self, stop: asyncio.Event) -> None:
        """Look once a second until stopped."""
        while not stop.is_set():
            with suppress(LedgerError):  # the record is away; who needs it says so
                self.look()
            await asyncio.sleep(LOOK_S)

    def look(self) -> None:
        """See how far everybody has come.

        Raises:
            LedgerError: The record, or what a service keeps, cannot be read now.
        """
        now_s = self._looked_s = self._steady.elapsed_s()
        head = self._head()
        meters.HEAD.set(head)
        if not self._heads or self._heads[-1][0] < head:
            self._heads.append((head, now_s))
        # Who stands by has come nowhere, and is not late for it.
        working = {name: at for name, at in self._positions.items() if name in self._waits}
        reached = {name: position() for name, position in working.items()}
        for name, position in reached.items():
            self._lags_s[name] = self._behind_s(position, now_s)
            meters.LAG_EVENTS.labels(name).set(max(head - position, 0))
            meters.LAG_SECONDS.labels(name).set(self._lags_s[name])
        while len(self._heads) > 1 and self._heads[0][0] <= min(reached.values(), default=head):
            self._heads.popleft()
        for where, count in self._counts.items():
            meters.PARKED.labels(where).set(count())

    def _behind_s(self, position: int, now_s: float) -> float:
        return next((now_s - seen_s for head, seen_s in self._heads if head > position), 0.0)

    def is_alive(self) -> bool:
        """Tell whether this process still looks after itself."""
        return self._steady.elapsed_s() - self._looked_s < STALE_S

    def troubles(self) -> list[Trouble]:
        """List why this process is not ready; nothing where it is."""
        with self._turn:
            waits: Mapping[str, str | None] = dict(self._waits)
        return [*_waiting(waits), *_behind(dict(self._lags_s), waits)]


def _waiting(waits: Mapping[str, str | None]) -> Iterable[Trouble]:
    yield from (Trouble(service, why) for service, why in waits.items() if why is not None)


def _behind(lags_s: Mapping[str, float], waits: Mapping[str, str | None]) -> Iterable[Trouble]:
    for service, lag_s in lags_s.items():
        if lag_s > BEHIND_MAX_S and waits.get(service, "") is None:
            yield Trouble(service, f"it is {lag_s:.0f} s behind the record")
