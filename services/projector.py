"""Keep the views at the head of the record while `serve` runs."""

import asyncio
from typing import Protocol

from services.nats.source import Source

POLL_S = 0.05  # a look costs ten microseconds; what came meanwhile goes into one transaction


class Views(Protocol):
    """What the projector brings forward."""

    def bring_to_head(self) -> int:
        """Take in every event recorded; return the position reached."""
        ...


class ProjectorService:
    """Bring the views after the store, which is their truth; it needs no broker."""

    def __init__(self, views: Views, source: Source) -> None:
        """Prepare.

        Args:
            views: Brought forward in their own transactions.
            source: The store.
        """
        self._views = views
        self._source = source

    async def run(self, stop: asyncio.Event) -> None:
        """Project until stopped.

        Raises:
            CaseBusy: Another process kept the views locked.
            StoreFault: The views cannot be read or written; nothing of the record is lost.
        """
        reached = await asyncio.to_thread(self._views.bring_to_head)  # heals what is at fault, too
        while not stop.is_set():
            if self._source.head() != reached:
                reached = await asyncio.to_thread(self._views.bring_to_head)
            await asyncio.sleep(POLL_S)
