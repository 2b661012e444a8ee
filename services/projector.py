"""Keep the views at the head of the record while `serve` runs."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from services.nats.accounts import Credentials
from services.nats.follower import Follower
from services.nats.source import Row, Source

POLL_S = 0.1


class Views(Protocol):
    """What the projector brings forward."""

    def bring_to_head(self) -> int:
        """Take in every event recorded; return the position reached."""
        ...

    def position(self) -> int:
        """Return the position of the view furthest behind."""
        ...


class ProjectorService:
    """Follow LEDGER as a hint, and let the views read the store, their own truth."""

    def __init__(self, views: Views, source: Source) -> None:
        """Prepare.

        Args:
            views: Brought forward in their own transactions.
            source: The store.
        """
        self._views = views
        self._source = source

    async def run(self, stop: asyncio.Event, follower: Credentials | None) -> None:
        """Project until stopped; without a broker the store is polled.

        Raises:
            CaseBusy: Another process kept the views locked.
            StoreFault: The views cannot be read or written; nothing of the record is lost.
        """
        await asyncio.to_thread(self._views.bring_to_head)  # heals what is at fault, too
        await (self._poll(stop) if follower is None else self._follow(stop, follower))

    async def _follow(self, stop: asyncio.Event, follower: Credentials) -> None:
        following = Follower(
            self._source,
            follower,
            name="projector",
            position=self._views.position,
            handle=self._handle,
        )
        await following.run(stop)

    async def _handle(self, _rows: Sequence[Row]) -> None:
        await asyncio.to_thread(self._views.bring_to_head)

    async def _poll(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            if self._source.head() > self._views.position():
                await asyncio.to_thread(self._views.bring_to_head)
            await asyncio.sleep(POLL_S)
