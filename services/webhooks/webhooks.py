"""Follow the grants of webhooks: a feed begins, changes and ends as the record says."""

import asyncio
from collections.abc import Mapping
from typing import Final
from uuid import UUID

import structlog

from services.grants import Grant, Grants
from services.nats.connect import set_within
from services.webhooks.carrier import Carrier, Tools

log = structlog.get_logger()

POLL_S: Final = 0.02
"""Other processes record too and give no hint; a look costs ten microseconds."""
ASIDE_S: Final = 0.2
"""Between two looks at what the operator asks for."""


class Webhooks:
    """Brings every webhook; one that is slow, stopped or ended holds no other."""

    def __init__(self, tools: Tools) -> None:
        """Prepare; nothing is sent yet."""
        self._tools = tools
        self._grants = Grants(tools.reader, UUID(tools.ledger))
        self._granted: Mapping[str, Grant] = {}
        self._carriers: dict[str, Carrier] = {}
        self._work: dict[str, asyncio.Task[None]] = {}
        self._is_begun = False

    def position(self) -> int:
        """Return how far the feed is that is furthest behind; without one, how far we looked.

        One whose receiver is away, or that was stopped, is no fault of ours.
        """
        brought = [one.position for one in self._carriers.values() if not one.is_kept]
        return min([self._tools.window.reach, *brought])

    async def run(self, stop: asyncio.Event) -> None:
        """Bring the feeds until stopped.

        Raises:
            StoreFault: A file is at fault; run it again.
        """
        aside = asyncio.create_task(self._aside(stop))
        try:
            while not stop.is_set():
                self._raise_faults(aside)
                window = self._tools.window
                if not self._is_begun or window.head() > window.reach:
                    await self._look(stop)
                await asyncio.sleep(POLL_S)
        finally:
            await self._end_all(aside)

    async def _look(self, stop: asyncio.Event) -> None:
        """Begin, change and end feeds as recorded, and wake those that go on."""
        window = self._tools.window
        # Nothing is given out between the two: what is recorded, and who may have it.
        window.reach = max(window.head(), window.reach)
        granted = self._grants.of_webhooks()
        if not self._is_begun or granted != self._granted:
            self._is_begun, self._granted = True, granted
            for feed, at in self._ended(granted):
                await self._end(feed, at)
            for feed, grant in granted.items():
                if feed in self._carriers:
                    self._carriers[feed].change(grant)
                else:
                    self._start(grant, stop)
        for carrier in self._carriers.values():
            carrier.awake.set()

    def _ended(self, granted: Mapping[str, Grant]) -> list[tuple[str, int]]:
        """Name the feeds brought under a grant that is no more, and that grant."""
        brought = {feed: place.granted for feed, place in self._tools.notes.places().items()}
        brought |= {feed: carrier.grant.granted for feed, carrier in self._carriers.items()}
        return [
            (feed, at)
            for feed, at in brought.items()
            if feed not in granted or granted[feed].granted != at
        ]

    def _start(self, grant: Grant, stop: asyncio.Event) -> None:
        log.info("webhooks.feed_begins", feed=grant.feed)
        carrier = Carrier(self._tools, grant)
        self._carriers[grant.feed] = carrier
        self._work[grant.feed] = asyncio.create_task(carrier.run(stop))

    async def _end(self, feed: str, granted: int) -> None:
        """End a feed at once, also in the middle of an attempt; its secret signs nothing more."""
        self._carriers.pop(feed, None)
        work = self._work.pop(feed, None)
        if work is not None:
            work.cancel()
            await asyncio.wait({work})
        self._tools.secrets.throw_away(feed, granted)
        # A crash here ends it once more at the next start.
        self._tools.notes.forget(feed, granted)
        log.info("webhooks.feed_ended", feed=feed)

    async def _aside(self, stop: asyncio.Event) -> None:
        """Hand on what the operator asks, and see what was stopped or resumed."""
        while not stop.is_set():
            if self._is_begun:
                self._hand_on_orders()
                for carrier in self._carriers.values():
                    carrier.look()
            await set_within(stop, ASIDE_S)

    def _hand_on_orders(self) -> None:
        for order in self._tools.notes.orders():
            carrier = self._carriers.get(order.feed)
            if carrier is None:
                self._tools.notes.answer(order.id, f"there is no webhook {order.feed}")
            elif order not in carrier.orders:
                carrier.orders.append(order)
                carrier.awake.set()

    def _raise_faults(self, aside: "asyncio.Task[None]") -> None:
        for work in [aside, *self._work.values()]:
            if work.done() and not work.cancelled():
                work.result()

    async def _end_all(self, aside: "asyncio.Task[None]") -> None:
        working = [aside, *self._work.values()]
        for work in working:
            work.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        self._carriers.clear()
        self._work.clear()
        self._granted, self._is_begun = {}, False
        self._tools.notes.close()
