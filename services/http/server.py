"""Run the application in the event loop of `serve`, until that is to stop."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import uvicorn
from litestar.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from services.http.app import make_app
from services.http.inviting import address_on
from services.http.site import Site

HEAD_S: Final = 10.0
"""How long the head of a request may take, from the first byte of a connection on."""
HEAD_BYTES_MAX: Final = 32 * 1024
KEEP_ALIVE_S: Final = 15
ENDING_S: Final = 5
CONNECTIONS_MAX: Final = 1_024


class Patient(H11Protocol):
    """Read requests, but wait only so long for the first one of a connection."""

    _first: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as the library narrows it
        """Begin to wait."""
        super().connection_made(transport)
        self._first = self.loop.call_later(HEAD_S, self._give_up)

    def _give_up(self) -> None:
        asked: object = self.cycle  # none before the first request, whatever the library says
        if asked is None:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        if self._first is not None:
            self._first.cancel()
        super().connection_lost(exc)


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
    sweeping = asyncio.create_task(_sweep(site))
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    site.stop.set()
    server.should_exit = True
    stopping.cancel()
    sweeping.cancel()
    await serving


async def _sweep(site: Site) -> None:
    """Forget once an hour who was invited and never came, and who is gone."""
    while True:
        await site.views.do(site.door.sweep)
        await asyncio.sleep(SWEEP_S)


SWEEP_S: Final = 3_600
