"""Bring one feed on: from its place in the record to its stream, and no faster than that takes it.

At least once, in order within a room. The place moves after the broker has acknowledged, so a
crash between the two repeats a lot under the same ids; nothing is skipped.
"""

import asyncio
from functools import partial
from typing import Final

import structlog
from msgspec import Struct
from nats.aio.client import Client

from ledger.errors import DecodeError
from ledger.store.reader import Reader
from services.clock import Clock, SystemClock
from services.courier.access import Access
from services.courier.beginning import beginning_of
from services.courier.book import Book, Order
from services.courier.door import Bounds, Door, FeedFull, remove
from services.courier.lots import Lot, Lots
from services.courier.parking import bring_back, pass_over
from services.courier.replaying import replay
from services.courier.window import Window
from services.grants import Grant
from services.nats.accounts import Credentials
from services.nats.connect import BrokerAway, Line, set_within
from services.nats.forgetting import forget
from services.nats.jetstream import JetStream
from services.nats.pipe import Message
from services.nats.subjects import feed_stream

log = structlog.get_logger()

PAGE: Final = 256
AWAY_S: Final = 0.5
FULL_S: Final = 2.0
FULL: Final = "the stream is full"
AWAY: Final = "the broker is away"


class Tools(Struct, frozen=True):
    """What every carrier works with.

    Attributes:
        reader: Opens events.
        ledger: Id of the institution, 32 hex digits.
        window: The record, as far as who may have it is known.
        book: Where places are kept.
        credentials: Of the user `courier`.
        access: Gives subscribers their accounts.
        bounds: What a stream keeps.
        clock: Tells how long a message waits.
    """

    reader: Reader
    ledger: str
    window: Window
    book: Book
    credentials: Credentials
    access: Access
    bounds: Bounds = Bounds()
    clock: Clock = SystemClock()


class Carrier:
    """Brings one feed.

    Attributes:
        grant: What is granted.
        awake: Set when there may be something to do.
        orders: What the operator asks, in order.
    """

    def __init__(self, tools: Tools, grant: Grant) -> None:
        """Prepare; nothing is sent yet."""
        self.grant = grant
        self.awake = asyncio.Event()
        self.orders: list[Order] = []
        self._tools = tools
        self._lots = Lots(tools.reader, tools.ledger, grant)
        self._line = Line(tools.credentials, name=f"courier {grant.feed}")
        self._door: Door | None = None
        self._is_admitted = False
        self._state = ""
        self._log = log.bind(feed=grant.feed)

    def change(self, grant: Grant) -> None:
        """Go on under changed terms."""
        self.grant = grant
        self._lots = Lots(self._tools.reader, self._tools.ledger, grant)

    async def run(self, stop: asyncio.Event) -> None:
        """Bring the feed until stopped, through outages of the broker of any length.

        Raises:
            StoreFault: A file is at fault.
        """
        self._begin()
        try:
            while not stop.is_set():
                await self._round(stop)
        finally:
            await self._line.close()

    async def bring(self, upto: int) -> None:
        """Bring the feed to a position, or as far as the window reaches.

        Raises:
            BrokerAway: The broker does not take it.
        """
        self._begin()
        try:
            await self._line.work(self._open)
            while await self._step() and self.position < upto:
                pass
        finally:
            await self._line.close()

    @property
    def position(self) -> int:
        """Return how far the feed is."""
        found = self._tools.book.position(self.grant.feed, self._tools.ledger, self.grant.granted)
        return found or 0

    @property
    def is_full(self) -> bool:
        """Tell whether the stream takes no more."""
        return self._state == FULL

    def _begin(self) -> None:
        book, ledger, grant = self._tools.book, self._tools.ledger, self.grant
        if book.position(grant.feed, ledger, grant.granted) is None:
            book.begin(grant.feed, ledger, grant.granted, self._beginning())

    def _beginning(self) -> int:
        return beginning_of(self._tools.window, self._tools.reader, self.grant)

    async def _round(self, stop: asyncio.Event) -> None:
        """Do what there is to do, or wait for it."""
        self.awake.clear()
        try:
            if self._door is None or not self._door.client.is_connected:
                await self._line.work(self._open)
            moved = await self._obey() or await self._step()
        except FeedFull:
            self._keep(FULL)
            await set_within(stop, FULL_S)
        except BrokerAway as away:
            self._log.debug("courier.waits", why=away.why)
            self._keep(AWAY)
            await set_within(stop, AWAY_S)
        else:
            self._keep("")
            if not moved:
                await self.awake.wait()

    def _keep(self, state: str) -> None:
        """Say once what keeps the feed, and once that it goes on."""
        if state == self._state:
            return
        self._state = state
        self._tools.book.keep(self.grant.feed, state)
        if state:
            self._log.warning("courier.feed_waits", why=state)
        else:
            self._log.info("courier.feed_goes_on")

    async def _open(self, client: Client) -> None:
        """See that account, stream and consumer are there, and that the stream has its end."""
        self._door = None
        door = await Door.open(client, self.grant.feed, self._tools.bounds)
        if not self._is_admitted:  # once there is something to be admitted to
            await self._tools.access.admit(self.grant.feed)
            self._is_admitted = True
        book, feed = self._tools.book, self.grant.feed
        if door.last < book.last_mark(feed):
            # The stream was deleted, or a crash of the broker took its end: bring that again.
            back = book.back_to(feed, door.last)
            if back is None:
                back = self._beginning()
                book.begin(feed, self._tools.ledger, self.grant.granted, back)
            # What comes to stand there need not be what the subscriber acknowledged.
            await JetStream(client).reset(feed_stream(feed), feed, door.last + 1)
            self._log.warning("courier.feed_lost_its_end", sequence=door.last, position=back)
        self._door = door

    async def _step(self) -> bool:
        """Bring what follows; tell whether there was anything."""
        tools, feed = self._tools, self.grant.feed
        page = tools.window.page(self.position, PAGE)
        if not page:
            return False
        waiting = frozenset(p.room_hex for p in tools.book.parked(feed) if p.kind != "undelivered")
        lot = self._lots.make(page, PAGE, waiting)
        if lot.parked:
            tools.book.park(lot.parked)
            for one in lot.parked:
                self._log.warning("courier.parked", event_id=one.event, kind=one.kind, why=one.why)
        await self._send(lot)
        if lot.erased:  # behind their own copies, which stand before them in the record
            tools.window.forget()
            await self._line.work(partial(self._forget, lot.erased))
        # A crash here repeats these messages under the same ids.
        tools.book.move(feed, lot.upto, None)
        return True

    async def _send(self, lot: Lot) -> None:
        if not lot.sending:
            return

        def stored(count: int, seq: int) -> None:
            self._tools.book.move(
                self.grant.feed, lot.reached(count) if not lot.erased else lot.reached(0), seq
            )

        async def publish(client: Client) -> None:
            door = self._entered(client)
            await door.publish(lot.sending, stored)

        await self._line.work(publish)

    def _entered(self, client: Client) -> Door:
        if self._door is None or self._door.client is not client:
            raise BrokerAway("the connection is another one")
        return self._door

    async def _forget(self, erased: dict[str, str], client: Client) -> None:
        """Delete the copies of what was erased; the event that says so went to whoever had them."""
        found = await forget(JetStream(client), self.grant.feed, erased)
        self._log.info("courier.forgot", messages=found)

    async def _obey(self) -> bool:
        """Do the first thing that is asked; tell whether there was any."""
        if not self.orders:
            return False
        order = self.orders[0]
        said = await self._answer(order)
        self._tools.book.answer(order.id, said)
        self.orders.pop(0)
        return True

    async def _answer(self, order: Order) -> str:
        match order.what:
            case "requeue":
                return await self._line.work(partial(self._requeue, order.about))
            case "skip":
                pass_over(self._tools.book, self.grant.feed, order.about)
                said = await self._line.work(partial(self._requeue, order.about))
                return f"passed over; {said}"
            case "replay":
                try:
                    return await self._line.work(partial(replay, self.grant.feed, order.about))
                except DecodeError as wrong:
                    return wrong.why
            case "refill":
                return await self._line.work(self._refill)

    async def _requeue(self, event: str, client: Client) -> str:
        door = self._entered(client)
        book, window = self._tools.book, self._tools.window

        async def send(message: Message) -> None:
            seq = (await door.publish_one(message)).seq
            door.last = max(door.last, seq)
            book.move(self.grant.feed, self.position, door.last)

        return await bring_back(book, self._lots, window, event, send)

    async def _refill(self, client: Client) -> str:
        """Delete the stream and fill it from where the grant begins."""
        await remove(client, self.grant.feed)
        book, grant = self._tools.book, self.grant
        # A crash here is found out at the next start: the stream has lost its end.
        book.begin(grant.feed, self._tools.ledger, grant.granted, self._beginning())
        await self._open(client)
        return "the feed is filled again from where its grant begins"
