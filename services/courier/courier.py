"""Follow the grants: a feed begins, changes and ends as the institution's record says."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Final
from uuid import UUID

import structlog
from nats.aio.client import Client

from ledger.errors import DecodeError, StoreFault
from services.courier.advice import take_advice
from services.courier.carrier import AWAY_S, Carrier, Tools
from services.courier.door import remove
from services.courier.unread import Gauges
from services.grants import Grant, Grants
from services.nats.connect import BrokerAway, Line, set_within, with_connection
from services.nats.streams import ADVICE_KEEP

log = structlog.get_logger()

POLL_S: Final = 0.005
"""Other processes record too and give no hint; a look costs ten microseconds."""
ASIDE_S: Final = 0.2
"""Between two looks at what the operator asks for."""
ADVICE_EVERY: Final = 5
"""Of these rounds, the broker is asked what subscribers never acknowledged."""
UNREAD_EVERY: Final = 25
"""Of these rounds, it is asked how much they have still to take; a figure for the operator."""


class Courier:
    """Brings every feed; one that is slow, full or ended holds no other."""

    def __init__(self, tools: Tools) -> None:
        """Prepare; nothing is sent yet."""
        self._tools = tools
        self._grants = Grants(tools.reader, UUID(tools.ledger))
        self._carriers: dict[str, Carrier] = {}
        self._stops: dict[str, asyncio.Event] = {}
        self._work: dict[str, asyncio.Task[None]] = {}
        self._endings: dict[str, asyncio.Task[None]] = {}
        self._granted: Mapping[str, Grant] = {}
        self._is_stale = True
        self._line = Line(tools.credentials, name="courier")
        self._gauges = Gauges()

    def position(self) -> int:
        """Return how far the feed is that is furthest behind; without one, how far we looked.

        One that is full waits for its subscriber, which is no fault of ours.
        """
        brought = [one.position for one in self._carriers.values() if not one.is_full]
        return min([self._tools.window.reach, *brought])

    async def run(self, stop: asyncio.Event) -> None:
        """Bring the feeds until stopped, through outages of the broker of any length.

        Raises:
            StoreFault: A file is at fault; run it again.
        """
        aside = asyncio.create_task(self._aside(stop))
        try:
            self._look()
            while not stop.is_set():
                self._raise_faults(aside)
                if self._is_stale or self._tools.window.head() > self._tools.window.reach:
                    self._look()
                await asyncio.sleep(POLL_S)
        finally:
            await self._end_all(aside)

    async def catch_up(self) -> None:
        """End what is revoked, bring every feed to the head of the record, and stop.

        Raises:
            BrokerAway: The broker does not take it.
        """
        try:
            granted = self._take_in()
            for feed in self._ended(granted):
                await self._bury(feed)
            for grant in granted.values():
                await Carrier(self._tools, grant).bring(self._tools.window.reach)
            await self._line.work(self._take_advice)
        finally:
            await self._line.close()
            self._tools.book.close()

    def _take_in(self) -> Mapping[str, Grant]:
        """See what is recorded, and who may have it; nothing is given out between the two."""
        window = self._tools.window
        window.reach = max(window.head(), window.reach)
        return self._grants.of_broker()

    def _ended(self, granted: Mapping[str, Grant]) -> list[str]:
        """Name the feeds brought under a grant that is no more."""
        brought = {feed: place.granted for feed, place in self._tools.book.places().items()}
        brought |= {feed: carrier.grant.granted for feed, carrier in self._carriers.items()}
        return [f for f, at in brought.items() if f not in granted or granted[f].granted != at]

    def _look(self) -> None:
        """Begin, change and end feeds as recorded, and wake those that go on."""
        self._is_stale = False
        granted = self._take_in()
        if granted != self._granted:
            self._granted = granted
            for feed in self._ended(granted):
                self._end(feed)
            for feed, grant in granted.items():
                if feed in self._carriers:
                    self._carriers[feed].change(grant)
                elif feed not in self._endings:
                    self._start(grant)
        for carrier in self._carriers.values():
            carrier.awake.set()

    def _start(self, grant: Grant) -> None:
        log.info("courier.feed_begins", feed=grant.feed)
        carrier, stop = Carrier(self._tools, grant), asyncio.Event()
        self._carriers[grant.feed], self._stops[grant.feed] = carrier, stop
        self._work[grant.feed] = asyncio.create_task(carrier.run(stop))

    def _end(self, feed: str) -> None:
        """End a feed at once: nothing more is told, then its account and its copies go."""
        if feed in self._endings:
            return
        log.info("courier.feed_ends", feed=feed)
        carrier = self._carriers.pop(feed, None)
        if carrier is not None:
            self._stops.pop(feed).set()
            self._work[feed].cancel()
        self._endings[feed] = asyncio.create_task(self._bury_until_done(feed))

    async def _bury_until_done(self, feed: str) -> None:
        work = self._work.pop(feed, None)
        if work is not None:
            await asyncio.wait({work})
        while True:
            try:
                await self._bury(feed)
            except BrokerAway as away:
                log.warning("courier.feed_not_ended", feed=feed, why=away.why)
                await asyncio.sleep(AWAY_S)
            else:
                break
        log.info("courier.feed_ended", feed=feed)
        # The same name may have been granted again meanwhile.
        del self._endings[feed]
        self._granted = {}
        self._is_stale = True

    async def _bury(self, feed: str) -> None:
        """Take a subscriber's account and stream away. May be repeated."""
        tools = self._tools
        await tools.access.dismiss(feed)
        remove_it = partial(remove, feed=feed)
        await with_connection(tools.credentials, name="courier", work=remove_it)
        tools.book.drop(feed)

    async def _aside(self, stop: asyncio.Event) -> None:
        """Hand on what the operator asks, and park what the broker says was offered in vain."""
        rounds = 0
        try:
            while not stop.is_set():
                self._hand_on_orders()
                if rounds % ADVICE_EVERY == 0:
                    with suppress(BrokerAway):
                        await self._line.work(self._take_advice)
                if rounds % UNREAD_EVERY == 0:
                    with suppress(BrokerAway):
                        await self._line.work(self._show_unread)
                rounds += 1
                await set_within(stop, ASIDE_S)
        finally:
            self._gauges.clear()
            await self._line.close()

    def _hand_on_orders(self) -> None:
        for order in self._tools.book.orders():
            carrier = self._carriers.get(order.feed)
            if carrier is None:
                self._tools.book.answer(order.id, f"there is no feed {order.feed}")
            elif order not in carrier.orders:
                carrier.orders.append(order)
                carrier.awake.set()

    async def _take_advice(self, client: Client) -> None:
        keep = ADVICE_KEEP.on(self._tools.credentials)
        await take_advice(self._tools.book, self._position_of, client, keep)

    async def _show_unread(self, client: Client) -> None:
        await self._gauges.show(self._carriers, self._tools.clock.now(), client)

    def _position_of(self, case_hex: str, event_id: str) -> int | None:
        """Find an event in the store; None where its case cannot be read so far."""
        try:
            for read, _ in self._tools.reader.read_case(UUID(case_hex)):
                if read.event_id == event_id:
                    return read.position
        except (StoreFault, DecodeError) as fault:
            log.warning("courier.not_found", event_id=event_id, why=fault.why)
        return None

    def _raise_faults(self, aside: "asyncio.Task[None]") -> None:
        for work in [aside, *self._work.values(), *self._endings.values()]:
            if work.done() and not work.cancelled():
                work.result()

    async def _end_all(self, aside: "asyncio.Task[None]") -> None:
        for stop in self._stops.values():
            stop.set()
        for carrier in self._carriers.values():
            carrier.awake.set()
        for ending in self._endings.values():
            ending.cancel()
        working = [aside, *self._work.values(), *self._endings.values()]
        aside.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        for held in (self._carriers, self._stops, self._work, self._endings):
            held.clear()
        self._granted = {}
        self._tools.book.close()
