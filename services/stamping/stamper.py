"""Have the newest checkpoint stamped every so often while `serve` runs.

It asks in a thread of its own, so that an authority that hangs holds up nothing and nobody: no
tick, no command, no end of the program. What it got waits in the spool for the next tick.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from threading import Thread
from typing import Any, Final

import structlog

from ledger.errors import CaseBusy, DecodeError
from ledger.seal.seal_store import SealStore
from ledger.seal.stamp_spool import Spool, State, Waiting
from ledger.seal.unproven import Unproven
from services.clock import Clock
from services.nats.connect import set_within
from services.settings import Seals
from services.stamping.orders import roots_of, stamped_by

LOOK_S: Final = 30.0
"""Longest wait between two looks at the clock on the wall, which anybody may set."""
FIRST_LOOK_S: Final = 0.5
AGAIN_S: Final = 60.0
AGAIN_MAX_S: Final = 3_600.0

log = structlog.get_logger()


class Stamper:
    """Ask an authority of time when a stamp is due, and again, less and less often, if it fails."""

    def __init__(self, store: SealStore, seals: Seals, clock: Clock) -> None:
        """Prepare.

        Args:
            store: The one that the sealer of this process holds open. (Opening the file once more
                would, when that is closed, let go of this process's locks on it.)
            seals: Which authority, how often, and whose certificates are trusted.
            clock: Tells when a stamp is due.
        """
        self._store = store
        self._seals = seals
        self._clock = clock
        self._spool = Spool(store.folder)

    async def run(self, stop: asyncio.Event) -> None:
        """Ask until stopped.

        Raises:
            StoreFault: The spool cannot be written; run it again.
        """
        wait_s = FIRST_LOOK_S
        while not await set_within(stop, wait_s):
            now = self._clock.now()
            due = due_at(self._spool.state(), self._seals, now)
            if due <= now:
                await _apart(self.once, stop)
                due = due_at(self._spool.state(), self._seals, now)
            left_s = (due - self._clock.now()).total_seconds()
            wait_s = min(max(left_s, FIRST_LOOK_S), LOOK_S)

    def once(self) -> None:
        """Ask once; whatever comes of it is noted, and told by `goodoffices doctor`.

        Raises:
            StoreFault: The spool cannot be written.
        """
        if self._seals.stamp is None or not self._store.signed_size():
            return  # nothing is sealed yet
        try:
            found = stamped_by(self._seals.stamp, roots_of(self._seals), self._store)
            self._spool.lay(Waiting(found.size, found.token))
            self._spool.succeeded(self._clock.now(), found.size, found.at)
            log.info("stamper.stamped", size=found.size, tells=found.at)
        except (CaseBusy, DecodeError, Unproven) as fault:
            state = self._spool.failed(self._clock.now(), str(fault))
            log.warning("stamper.failed", why=str(fault), tries=state.tries)


def due_at(state: State, seals: Seals, now: datetime) -> datetime:
    """Say when the next stamp is to be asked for."""
    if state.failed is not None:
        return state.failed + timedelta(seconds=min(AGAIN_S * 2**state.tries, AGAIN_MAX_S))
    if state.stamped is None:
        return now
    return state.stamped + timedelta(seconds=seals.stamp_every_s)


async def _apart(work: Callable[[], None], stop: asyncio.Event) -> None:
    """Do something in a thread that nobody waits for once it is to end."""
    done: Future[None] = Future()
    done.set_running_or_notify_cancel()

    def body() -> None:
        try:
            work()
            done.set_result(None)
        except BaseException as fault:  # noqa: BLE001 - raised again by whoever waits
            done.set_exception(fault)

    Thread(target=body, name="stamper", daemon=True).start()
    waiting = asyncio.wrap_future(done)
    ended = asyncio.ensure_future(stop.wait())
    either: tuple[asyncio.Future[Any], ...] = (waiting, ended)
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    if waiting.done():
        waiting.result()
    else:
        waiting.cancel()
