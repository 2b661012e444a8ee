"""Record what fell due at its own time, while `serve` runs; no act of anybody is needed for it.

It looks in the deadlines view for cases in which something may be due, and asks the writer to
record it as the clock's own act. The case itself decides what fell due, under the writer's lock, so
that being killed, started again or run twice never records a date twice. A crash here leaves dates
unrecorded until the next start, and every decision counts them all the same.
"""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from datetime import datetime
from typing import Final, Protocol, TypeAlias
from uuid import UUID

import structlog

from ledger.answer import Answer
from ledger.errors import CaseBusy
from services.clock import Clock, Steady

TICK_S: Final = 1.0
JUMP_MAX_S: Final = 60.0
"""How far wall clock and steady count may part between two looks before the clock has jumped."""
STABLE_S: Final = 120.0
"""How long a clock that jumped must run evenly before dates are recorded by it again."""
AGAIN_AFTER_S: Final = 60.0
"""When a case is asked again that had nothing due, such as a day not over yet at its seat."""
CASES_AT_ONCE: Final = 256

Record: TypeAlias = Callable[[UUID, datetime], "Future[Answer]"]

log = structlog.get_logger()


class Dates(Protocol):
    """Where the timekeeper looks for what may be due."""

    def bring_to_head(self) -> int:
        """Take in every event recorded; return the position reached."""
        ...

    def cases_due(self, now: datetime) -> set[UUID]:
        """List the cases in which something may have fallen due."""
        ...


class Watch:
    """Trust the clock on the wall as long as it runs as evenly as the steady count.

    A jump forward would let dates fall due that are not: after one, nothing is recorded until the
    clock has run evenly for `STABLE_S`; whoever set it wrongly has that long to set it right. A
    jump back is treated alike. Sleep of the machine is no jump: the steady count goes on.
    """

    def __init__(self, clock: Clock, steady: Steady) -> None:
        """Begin by trusting it: what it should show is not known yet."""
        self._clock = clock
        self._steady = steady
        self._seen: tuple[datetime, float] | None = None
        self._trusted_from_s = float("-inf")

    def moment(self) -> datetime | None:
        """Return the present instant, None while the clock is not trusted."""
        now, elapsed_s = self._clock.now(), self._steady.elapsed_s()
        if self._seen is not None:
            wall, before_s = self._seen
            apart_s = (now - wall).total_seconds() - (elapsed_s - before_s)
            if abs(apart_s) > JUMP_MAX_S:
                self._trusted_from_s = elapsed_s + STABLE_S
                log.warning("timekeeper.clock_jumped", by_s=round(apart_s), waits_s=STABLE_S)
        self._seen = now, elapsed_s
        return now if elapsed_s >= self._trusted_from_s else None


class Timekeeper:
    """Look every second, record what fell due; safe beside any number of others."""

    def __init__(self, dates: Dates, record: Record, clock: Clock, steady: Steady) -> None:
        """Prepare.

        Args:
            dates: Where cases are found.
            record: Has what fell due in a case recorded.
            clock: The time of day.
            steady: What the clock is checked against.
        """
        self._dates = dates
        self._record = record
        self._steady = steady
        self._watch = Watch(clock, steady)
        self._again_s: dict[UUID, float] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Keep time until stopped."""
        while not stop.is_set():
            await asyncio.to_thread(self.tick)
            try:
                await asyncio.wait_for(stop.wait(), TICK_S)
            except TimeoutError:
                continue

    def tick(self) -> int:
        """Record what fell due by now; return how many events that were."""
        now = self._watch.moment()
        if now is None:
            return 0
        try:
            self._dates.bring_to_head()
            due = self._due(now)
            starts = range(0, len(due), CASES_AT_ONCE)
            return sum(self._recorded(due[n : n + CASES_AT_ONCE], now) for n in starts)
        except CaseBusy:
            return 0  # the next tick finds the same again

    def _due(self, now: datetime) -> list[UUID]:
        """List the cases to ask, but for those that had nothing due a moment ago."""
        at_s = self._steady.elapsed_s()
        self._again_s = {case: until for case, until in self._again_s.items() if until > at_s}
        return sorted(self._dates.cases_due(now) - self._again_s.keys())

    def _recorded(self, cases: Iterable[UUID], now: datetime) -> int:
        """Have some cases recorded in one transaction or few; return the number of events."""
        asked = [(case, self._record(case, now)) for case in cases]
        events = 0
        for case, future in asked:
            answer = future.result()
            if not answer.events:
                self._again_s[case] = self._steady.elapsed_s() + AGAIN_AFTER_S
            if not answer.done:
                log.error("timekeeper.not_recorded", case=str(case), why=answer.why)
            events += len(answer.events)
        if events:
            log.info("timekeeper.recorded", events=events)
        return events
