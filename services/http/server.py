"""Run the application in the event loop of `serve`, until that is to stop."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any, Final

import h11
import uvicorn
from litestar.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from ledger.errors import LedgerError
from services.http.app import make_app
from services.http.inviting import address_on
from services.http.site import Site
from services.metrics.meters import SESSIONS

HEAD_S: Final = 10.0
"""How long the head of a request may take: from the connection on, later from its first byte on."""
HEAD_BYTES_MAX: Final = 32 * 1024
KEEP_ALIVE_S: Final = 15
ENDING_S: Final = 5
CONNECTIONS_MAX: Final = 1_024
LOOK_S: Final = 10.0
LOOKS_TO_SWEEP: Final = 360


class Patient(H11Protocol):
    """Read requests, but wait only so long for the head of each."""

    _head: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as the library narrows it
        """Begin to wait for the first."""
        super().connection_made(transport)
        self._head = self.loop.call_later(HEAD_S, self.transport.close)

    def data_received(self, data: bytes) -> None:
        """Read on; a head that has begun has only so long to end."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._head is None:
            self._head = self.loop.call_later(HEAD_S, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _stop_waiting(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None


class _Server(uvicorn.Server):
    """Leave the signals to `serve`, which stops everything in its order."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def configured(app: ASGIApp, *, behind_proxy: bool) -> uvicorn.Config:
    """Say how requests are read.

    Args:
        app: What answers.
        behind_proxy: Whether a server on this machine passes requests on, and says for whom.
    """
    answering: Any = app  # the two libraries write the same protocol down in types of their own
    return uvicorn.Config(
        answering,
        http=Patient,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=behind_proxy,
        forwarded_allow_ips="*",  # who is not before us reaches neither loopback nor the container
        h11_max_incomplete_event_size=HEAD_BYTES_MAX,
        limit_concurrency=CONNECTIONS_MAX,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=ENDING_S,
    )


async def answer(site: Site, listening: socket.socket, stop: asyncio.Event) -> None:
    """Answer on a socket until asked to stop; what was begun is finished, for a while."""
    behind_proxy = site.address != address_on(listening.getsockname()[1])
    server = _Server(configured(make_app(site), behind_proxy=behind_proxy))
    serving = asyncio.create_task(server.serve([listening]))
    stopping = asyncio.create_task(stop.wait())
    keeping = asyncio.create_task(_keep_order(site))
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    site.stop.set()
    server.should_exit = True
    stopping.cancel()
    keeping.cancel()
    await serving


async def _keep_order(site: Site) -> None:
    """Count now and then who is inside; forget once an hour who never came, and who is gone."""
    for looks in count():
        with suppress(LedgerError):  # the list is away; whoever comes is told so
            if looks % LOOKS_TO_SWEEP == 0:
                await site.views.do(site.door.sweep)
            SESSIONS.set(await site.views.do(site.door.inside))
        await asyncio.sleep(LOOK_S)
