"""Relay to JetStream, beside plain publishing by the same client with 64 in flight.

Both publish the same bytes to the same embedded broker, which syncs every write.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from services.nats.connect import close, connect
from services.nats.pipe import BATCH_MIN
from services.nats.server import EmbeddedServer
from services.nats.source import Row
from services.nats.subjects import ledger_subject
from services.relay import Relay

MESSAGES = 10_000
SIZE = 500
IN_FLIGHT = 64
CASES = 50


class Rows:
    """A store in memory; `page_max` bounds what it gives at once, as a slow writer would."""

    def __init__(self, count: int, page_max: int) -> None:
        self._rows = [
            Row(position, f"{position % CASES:032x}", f"{0:032x}", b"x" * SIZE)
            for position in range(1, count + 1)
        ]
        self._page_max = page_max

    def head(self) -> int:
        """Return the last position."""
        return len(self._rows)

    def page(self, after: int, limit: int) -> Sequence[Row]:
        """Return what follows a position."""
        return self._rows[after : after + min(limit, self._page_max)]


def measure() -> list[tuple[str, float]]:
    """Return messages a second of each way, and the relay's as ratios to plain publishing."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedServer(Path(folder)) as server:
        plain = asyncio.run(plain_rate(server))
        backlog = asyncio.run(relay_rate(server, page_max=MESSAGES))
        few = asyncio.run(relay_rate(server, page_max=BATCH_MIN - 1))
    return [
        (f"plain publish, {IN_FLIGHT} in flight, messages/s", plain),
        ("relay of a backlog, messages/s", backlog),
        (f"relay of {BATCH_MIN - 1} at a time, messages/s", few),
        ("relay of a backlog / plain publish", backlog / plain),
        (f"relay of {BATCH_MIN - 1} at a time / plain publish", few / plain),
    ]


async def relay_rate(server: EmbeddedServer, *, page_max: int) -> float:
    """Fill LEDGER from the beginning."""
    relay = Relay(Rows(MESSAGES, page_max), server.credentials("relay"))
    return await rate(relay.rebuild)


async def plain_rate(server: EmbeddedServer) -> float:
    """Publish to LEDGER with nats-py's own publish."""
    await Relay(Rows(0, 1), server.credentials("relay")).catch_up()  # makes the stream
    client = await connect(server.credentials("relay"), name="bench")
    stream = client.jetstream()
    free = asyncio.Semaphore(IN_FLIGHT)

    async def publish(number: int) -> None:
        async with free:
            subject = ledger_subject(f"{number % CASES:032x}", f"{0:032x}")
            await stream.publish(subject, b"x" * SIZE, timeout=30)

    async def publish_all() -> None:
        await asyncio.gather(*map(publish, range(MESSAGES)))

    try:
        return await rate(publish_all)
    finally:
        await close(client)


async def rate(work: Callable[[], Awaitable[object]]) -> float:
    """Return how many messages a second the work made of them all."""
    begun = time.perf_counter()
    await work()
    return MESSAGES / (time.perf_counter() - begun)


if __name__ == "__main__":
    for name, value in measure():
        print(f"| {name} | {value:,.2f} |")
