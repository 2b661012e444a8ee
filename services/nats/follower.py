"""Follow the record: every event, in position order, with or without a broker."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from services.metrics.meters import GAPS
from services.nats.accounts import Credentials
from services.nats.connect import CLOSING_S, BrokerAway, end, set_within
from services.nats.live_tail import LiveTail
from services.nats.source import Row, Source

log = structlog.get_logger()

PAGE = 256
POLL_S = 0.2
AWAY_S = 0.5

Handle = Callable[[Sequence[Row]], Awaitable[None]]


class Follower:
    """Feeds a trusted service with the events behind its position.

    LEDGER brings them as they are published. Where the next one there is not the last position
    + 1, or none comes while the store is ahead, the store is read: a lost broker costs time and
    nothing else. No position is kept here; the service keeps it in the transaction of its rows.
    """

    def __init__(
        self,
        source: Source,
        credentials: Credentials,
        *,
        name: str,
        position: Callable[[], int],
        handle: Handle,
    ) -> None:
        """Prepare; nothing is read yet.

        Args:
            source: The store.
            credentials: Of the user `follower`.
            name: Of the service, for logs and the broker's monitoring.
            position: Tells which event the service has handled last, 0 for none.
            handle: Handles a few events, in exact position order, and moves the position with
                them. It is never cancelled from here. Where it needs the broker itself it
                raises BrokerAway, and is given the same events again after a pause, unless asked
                to stop; what else it raises ends the follower.
        """
        self._source = source
        self._tail = LiveTail(credentials, name=name)
        self._position = position
        self._handle = handle
        self._name = name
        self._log = log.bind(follower=name)

    async def run(self, stop: asyncio.Event) -> None:
        """Follow until stopped.

        Raises:
            Exception: Whatever the handler raised; the position stands before that batch.
        """
        receiving = asyncio.create_task(self._tail.receive())
        try:
            is_quiet = True  # nothing came for a while, so the store is asked
            while not stop.is_set():
                if receiving.done():
                    receiving.result()
                if rows := self._live():
                    is_quiet = not await self._hand_over(rows, stop)
                elif (is_quiet or not self._tail.is_empty) and (rows := self._stored()):
                    GAPS.labels(self._name).inc()
                    await self._hand_over(rows, stop)
                else:
                    is_quiet = not await self._tail.wait(POLL_S)
        finally:
            await end(receiving, again_s=CLOSING_S)

    async def catch_up(self) -> int:
        """Handle everything up to the head of the store, without the broker; return the position.

        Raises:
            Exception: Whatever the handler raised.
        """
        while rows := self._source.page(self._position(), PAGE):
            await self._handle(rows)
        return self._position()

    async def _hand_over(self, rows: Sequence[Row], stop: asyncio.Event) -> bool:
        """Have some events handled; tell whether they were."""
        try:
            await self._handle(rows)
        except BrokerAway as away:
            self._log.debug("follower.handler_waits", why=away.why)
            await set_within(stop, AWAY_S)
            return False
        return True

    def _live(self) -> Sequence[Row]:
        """Return what LEDGER brought, if it follows without a gap and is in the store."""
        rows = self._tail.take(self._position(), PAGE)
        if rows and rows[-1].position > self._source.head():
            # The store is the only truth: what it does not hold did not happen. The relay alarms.
            self._log.error("follower.stream_is_ahead", position=rows[-1].position)
            self._tail.clear()
            return ()
        return rows

    def _stored(self) -> Sequence[Row]:
        """Return what the store holds; where it holds no more, what LEDGER brought is not ours."""
        rows = self._source.page(self._position(), PAGE)
        if not rows and not self._tail.is_empty:
            self._log.error("follower.stream_is_ahead", position=self._position())
            self._tail.clear()
        return rows
