"""Connect to the broker, and work there through every loss of it.

nats-py mends a lost connection by itself, but keeps what was to be sent and sends it later, leaves
requests waiting and closes for good at the first fatal error. So a connection of ours is never
mended: it is dropped with the work that hung on it, and the work begins again on a new one.
"""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Collection, Coroutine
from typing import Any, NoReturn, TypeVar

import nats.errors
import structlog
from nats.aio.client import Client, RawCredentials

from ledger.errors import LedgerError
from services.nats.accounts import Credentials
from services.nats.binary import OLDEST

log = structlog.get_logger()

CONNECT_S = 3.0
CLOSE_S = 2.0
PING_S = 5  # 120 by default; two unanswered pings drop the connection
FIRST_PAUSE_S = 0.05
LAST_PAUSE_S = 2.0
STEADY_S = 0.5
SWALLOWED_S = 0.1  # until a cancellation is said again to work that closes nothing
CLOSING_S = 5.0  # and to work that closes connections
LOOK_S = 0.25

BROKEN = (nats.errors.Error, ConnectionError, TimeoutError)

Result = TypeVar("Result")
Work = Callable[[Client], Coroutine[Any, Any, Result]]


class BrokerAway(LedgerError):  # noqa: N818 - a state of the world, not a fault of ours
    """The broker does not answer, or not as it should; the same may be tried again.

    Attributes:
        why: One sentence.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class BrokerUnfit(BrokerAway):
    """What answers is no broker that keeps what it acknowledges: too old, or without streams."""


async def connect(
    credentials: Credentials, *, name: str, on_lost: Callable[[], None] | None = None
) -> Client:
    """Connect once; of several addresses, to one that answers.

    Args:
        credentials: Who asks, and where.
        name: Shown by the broker's monitoring.
        on_lost: Called when the connection has ended, for whatever reason.

    Raises:
        BrokerAway: The broker is not there, refuses these credentials, or is unfit.
    """
    servers = credentials.servers
    random.shuffle(servers)  # so that not all meet at the same one
    for address in servers[:-1]:
        with contextlib.suppress(BrokerAway):
            return await _connect(credentials, address, name, on_lost)
    return await _connect(credentials, servers[-1], name, on_lost)


async def _connect(
    credentials: Credentials, address: str, name: str, on_lost: Callable[[], None] | None
) -> Client:
    async def ended() -> None:
        if on_lost is not None:
            on_lost()

    async def told(fault: Exception) -> None:
        log.debug("nats.client_error", name=name, error=repr(fault))

    client = Client()
    try:
        async with asyncio.timeout(CONNECT_S):
            await client.connect(
                servers=[address],
                user_credentials=RawCredentials(credentials.file),
                inbox_prefix=credentials.inbox_prefix,
                name=name,
                closed_cb=ended,
                error_cb=told,
                allow_reconnect=False,
                max_reconnect_attempts=1,
                reconnect_time_wait=0,
                ping_interval=PING_S,
                pending_size=-1,  # else what timed out is delivered later, as a duplicate
            )
    except (nats.errors.Error, OSError) as fault:
        await close(client)
        raise BrokerAway(f"no connection to {address}: {fault!r}") from fault
    except BaseException:
        await close(client)
        raise
    if (unfit := _unfit(client)) is not None:
        await close(client)
        raise BrokerUnfit(f"the server at {address} {unfit}")
    return client


def _unfit(client: Client) -> str | None:
    """Say what a server lacks by its own account; what it does not keep to is seen later."""
    version = client.connected_server_version
    if (version.major, version.minor, version.patch) < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        return f"is nats-server {version.major}.{version.minor}.{version.patch}, not {wanted}"
    told: dict[str, object] = client._server_info  # noqa: SLF001 - there is no other way to it
    missing = [name for name in ("jetstream", "headers") if told.get(name) is not True]
    return f"runs without {' and '.join(missing)}" if missing else None


async def close(client: Client) -> None:
    """Close a connection, however little of it is left."""
    try:
        with contextlib.suppress(nats.errors.Error, OSError):  # OSError holds TimeoutError
            async with asyncio.timeout(CLOSE_S):
                await client.close()
    finally:
        # An error or a cancellation on the way out makes nats-py forget its socket.
        transport: Any = client._transport  # noqa: SLF001 - there is no other way to it
        if transport is not None:
            transport.close()


async def with_connection(credentials: Credentials, *, name: str, work: Work[Result]) -> Result:
    """Do some work on a connection of its own; the work is cancelled when the connection is lost.

    Raises:
        BrokerAway: There was no connection, it was lost, or the broker did not answer.
    """
    line = Line(credentials, name=name)
    try:
        return await line.work(work)
    finally:
        await line.close()


class Line:
    """A connection kept from one piece of work to the next, for one caller at a time.

    With the first fault it is dropped, and the next work begins on a new one.
    """

    def __init__(self, credentials: Credentials, *, name: str) -> None:
        """Prepare; the first work connects.

        Args:
            credentials: Who asks, and where.
            name: Shown by the broker's monitoring.
        """
        self._credentials = credentials
        self._name = name
        self._client: Client | None = None
        self._lost = asyncio.Event()

    async def work(self, work: Work[Result]) -> Result:
        """Do some work; it is cancelled when the connection is lost.

        Raises:
            BrokerAway: There was no connection, it was lost, or the broker did not answer.
        """
        client = await self._connected()
        working = asyncio.create_task(work(client))
        watching = asyncio.create_task(_lost(client, self._lost))
        try:
            await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
            # A closing nats-py cancels whoever waits for a message: that is a loss too.
            if working.done() and not working.cancelled():
                return working.result()
            raise BrokerAway("the connection was lost")
        except BROKEN as fault:
            raise BrokerAway(f"the broker failed: {fault!r}") from fault
        finally:
            is_sound = working.done() and not working.cancelled() and not working.exception()
            await end(working, watching, again_s=SWALLOWED_S)
            if not is_sound:
                await self.close()

    async def close(self) -> None:
        """Let go of the connection; work begins another."""
        client, self._client = self._client, None
        if client is not None:
            await close(client)

    async def _connected(self) -> Client:
        if self._client is not None and not self._client.is_connected:
            await self.close()
        if self._client is None:
            self._lost = asyncio.Event()
            self._client = await connect(self._credentials, name=self._name, on_lost=self._lost.set)
        return self._client


async def _lost(client: Client, told: asyncio.Event) -> None:
    """Wait for the loss of a connection; an error on the way out makes nats-py tell nobody."""
    while client.is_connected and not await set_within(told, LOOK_S):
        pass


async def keep_working(credentials: Credentials, *, name: str, work: Work[None]) -> NoReturn:
    """Do the work on one connection after another, however long the broker is away.

    Ends only when cancelled, or with an exception that is no matter of the broker.
    """
    pause_s = FIRST_PAUSE_S
    while True:
        began = asyncio.get_running_loop().time()
        try:
            await with_connection(credentials, name=name, work=work)
        except BrokerAway as away:
            once = log.warning if pause_s < LAST_PAUSE_S else log.debug
            once("nats.away", name=name, why=away.why)
        if asyncio.get_running_loop().time() - began > STEADY_S:
            pause_s = FIRST_PAUSE_S  # it worked for a while: this is another outage
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, LAST_PAUSE_S)


async def until(stop: asyncio.Event, work: Awaitable[None]) -> None:
    """Await some work, and cancel it when asked to stop.

    Raises:
        Exception: Whatever the work raised.
    """
    working = asyncio.ensure_future(work)
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        await end(working, stopping, again_s=CLOSING_S)


async def end(*tasks: asyncio.Future[Any], again_s: float) -> None:
    """Cancel some tasks and wait for their end; what they raise meanwhile is of no interest.

    Once is not enough: `asyncio.wait_for` (before Python 3.12) and nats-py now and then take a
    cancellation for themselves and go on. So it is said again, but not sooner than what the tasks
    have to close can take.
    """
    for task in tasks:
        while not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=again_s)
        if not task.cancelled():
            task.exception()


async def set_within(event: asyncio.Event, longest_s: float) -> bool:
    """Wait until the event is set, but not longer than so long; tell whether it is."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(longest_s):
            await event.wait()
    return event.is_set()


async def any_within(events: Collection[asyncio.Event], longest_s: float) -> bool:
    """Wait until one of the events is set, but not longer than so long; tell whether one is."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=longest_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
    return any(event.is_set() for event in events)
