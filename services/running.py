"""Run the services of a process side by side, each on and on, until one is asked to stop."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog
from msgspec import Struct

from ledger.errors import CaseBusy, StoreFault
from ledger.seal.mismatch import SealsDoNotMatch
from services.metrics.watch import Watch
from services.nats.connect import set_within
from services.nats.ledger_stream import ForeignStream

log = structlog.get_logger()

PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 10.0


class Part(Struct, frozen=True):
    """One service of a process.

    Attributes:
        name: For people, logs and metrics.
        run: Does its work until the event is set.
        position: Returns how far in the record it has come, None where that means nothing.
    """

    name: str
    run: Callable[[asyncio.Event], Awaitable[None]]
    position: Callable[[], int] | None = None


async def run_parts(parts: Sequence[Part], watch: Watch, stop: asyncio.Event) -> None:
    """Run all until asked to stop; the first that ends, or cannot go on, ends the others.

    Raises:
        ForeignStream: The broker belongs to another record; a person must decide.
        SealsDoNotMatch: The record is not the one that was sealed; a person must decide.
    """
    for part in parts:
        watch.expect(part.name, part.position)
    working = [asyncio.create_task(_on_and_on(part, watch, stop)) for part in parts]
    watching = asyncio.create_task(watch.run(stop))
    ended = asyncio.create_task(stop.wait())
    await asyncio.wait({ended, watching, *working}, return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    ended.cancel()
    results = await asyncio.gather(*working, watching, return_exceptions=True)
    for fault in results:
        if isinstance(fault, Exception):
            raise fault


async def _on_and_on(part: Part, watch: Watch, stop: asyncio.Event) -> None:
    """Begin a service again where a full disk or another's lock ended it: what it lacks is kept.

    Raises:
        ForeignStream, SealsDoNotMatch: As `run_parts`.
    """
    pause_s = PAUSE_S
    while not stop.is_set():
        watch.runs(part.name)
        try:
            await part.run(stop)
        except (ForeignStream, SealsDoNotMatch):
            raise
        except (CaseBusy, StoreFault) as fault:
            watch.waits(part.name, fault.why)
            log.warning("serve.service_waits", service=part.name, why=fault.why)
            await set_within(stop, pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
