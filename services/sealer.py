"""Seal the record at a fixed cadence while `serve` runs, whether or not anything happened.

What was recorded is read from the store itself, in position order. Order of a tick: commit rows,
sign, publish to the folder, publish to the broker, ask the witnesses; whatever crashes or fails,
the next tick or start goes on behind it. What a witness cosigned is published when it comes, and
nobody waits for it. One process at a time holds the right to seal.
"""

import asyncio
from contextlib import suppress
from typing import Final

import structlog
from nats.aio.client import Client

from ledger.seal.seal_store import SealStore
from ledger.seal.sealing import Sealing
from ledger.seal.stamp_spool import Spool
from services.clock import Clock, Steady
from services.cosigning.rounds import Cosigning
from services.nats.accounts import Credentials
from services.nats.checkpoint_stream import announce
from services.nats.connect import BrokerAway, Line, any_within
from services.nats.streams import CHECKPOINT_KEEP
from services.publication import Publication

CATCH_UP_S: Final = 1.0
"""Longest time between two looks at the store, so that a tick never has much to take in."""

REST_S: Final = 0.05
"""Pause between two lots of a comparison, so that commands are answered beside it."""

log = structlog.get_logger()


class Sealer:
    """Tick, and hand checkpoints on."""

    def __init__(
        self, held: Sealing, published: Publication, clock: Clock, steady: Steady, every_s: float
    ) -> None:
        """Prepare.

        Args:
            held: The right to seal, everything compared.
            published: The folder for everybody.
            clock: Tells when a tick was.
            steady: Tells when the next one is due.
            every_s: Seconds from tick to tick.
        """
        self._held = held
        self._published = published
        self._clock = clock
        self._steady = steady
        self._every_s = every_s
        self._line: Line | None = None
        self._keep = CHECKPOINT_KEEP
        self._spool = Spool(held.store.folder)
        self._cosigning = Cosigning(held.store.folder, held.store, clock, steady)

    @property
    def store(self) -> SealStore:
        """Return the seals, held open for as long as this process seals."""
        return self._held.store

    def position(self) -> int:
        """Return the position up to which the record was taken in."""
        return self._held.store.position()

    async def run(self, stop: asyncio.Event, broker: Credentials | None) -> None:
        """Seal until stopped, with or without a broker.

        Args:
            stop: Set to end it.
            broker: Who publishes checkpoints there, None without one.

        Raises:
            SealsDoNotMatch: What was recorded, sealed, signed and published does not fit
                together: a person must decide.
            StoreFault: A file is at fault; run it again.
        """
        if broker is not None:
            self._line = Line(broker, name="sealer")
            self._keep = CHECKPOINT_KEEP.on(broker)
        due_s = self._steady.elapsed_s()
        try:
            while not stop.is_set():
                if self._steady.elapsed_s() < due_s:
                    await asyncio.to_thread(self._between)
                    longest_s = REST_S if self._held.is_comparing else CATCH_UP_S
                    await self._rest(stop, min(self._left(due_s), longest_s))
                    continue
                await asyncio.to_thread(self._tick)
                await self._announce()
                await self._cosigning.begin()
                due_s = max(due_s + self._every_s, self._steady.elapsed_s())
        finally:
            await self._cosigning.close()
            if self._line is not None:
                await self._line.close()

    def _between(self) -> None:
        """Take in what was recorded, and go on comparing what was sealed before the start."""
        self._held.catch_up()
        if self._held.is_comparing and self._held.compare_some():
            log.info("sealer.compared", rows=self._held.compared)

    def _left(self, due_s: float) -> float:
        return max(due_s - self._steady.elapsed_s(), 0.001)

    async def _rest(self, stop: asyncio.Event, longest_s: float) -> None:
        """Wait until asked to stop, or until a witness cosigned, which is published."""
        news = self._cosigning.news
        if await any_within((stop, news), longest_s) and news.is_set():
            news.clear()
            await asyncio.to_thread(self._publish)
            await self._announce()

    def _tick(self) -> None:
        for why in self._spool.log(self._held, self._clock.now()):
            log.warning("sealer.stamp_refused", why=why)
        size = self._held.tick(self._clock.now())
        self._publish()
        log.debug("sealer.ticked", size=size)

    def _publish(self) -> None:
        self._published.publish(self._held.store, self._held.signer.history())

    async def _announce(self) -> None:
        if self._line is None:
            return
        with suppress(BrokerAway, TimeoutError):  # the next tick brings what is missing
            async with asyncio.timeout(self._every_s + CATCH_UP_S):
                await self._line.work(self._bring)

    async def _bring(self, client: Client) -> None:
        await announce(client, self._held.store, self._held.signer, self._keep)
