"""Seal the record at a fixed cadence while `serve` runs, whether or not anything happened.

What was recorded is read from the store itself, in position order. Order of a tick: commit rows,
sign, publish to the folder, publish to the broker; whatever crashes or fails, the next tick or
start goes on behind it. One process at a time holds the right to seal.
"""

import asyncio
from contextlib import suppress
from typing import Final

import structlog
from nats.aio.client import Client

from ledger.seal.sealing import Sealing
from services.clock import Clock, Steady
from services.nats.accounts import Credentials
from services.nats.checkpoint_stream import announce
from services.nats.connect import BrokerAway, Line, set_within
from services.publication import Publication

CATCH_UP_S: Final = 1.0
"""Longest time between two looks at the store, so that a tick never has much to take in."""

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
        self._line = None if broker is None else Line(broker, name="sealer")
        due_s = self._steady.elapsed_s()
        try:
            while not stop.is_set():
                if self._steady.elapsed_s() < due_s:
                    await asyncio.to_thread(self._held.catch_up)
                    await set_within(stop, min(self._left(due_s), CATCH_UP_S))
                    continue
                await asyncio.to_thread(self._tick)
                await self._announce()
                due_s = max(due_s + self._every_s, self._steady.elapsed_s())
        finally:
            if self._line is not None:
                await self._line.close()

    def _left(self, due_s: float) -> float:
        return max(due_s - self._steady.elapsed_s(), 0.001)

    def _tick(self) -> None:
        size = self._held.tick(self._clock.now())
        self._published.publish(self._held.store, self._held.signer.history())
        log.debug("sealer.ticked", size=size)

    async def _announce(self) -> None:
        if self._line is None:
            return
        with suppress(BrokerAway):  # the next tick brings what is missing
            async with asyncio.timeout(self._every_s + CATCH_UP_S):
                await self._line.work(self._bring)

    async def _bring(self, client: Client) -> None:
        await announce(client, self._held.store, self._held.signer)
