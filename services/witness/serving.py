"""Answer logs that ask to be cosigned, until told to stop (C2SP tlog-witness).

What takes too long, is too large or too many is ended, so that a slow or hostile client keeps
nobody else waiting for long.
"""

import asyncio
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import structlog

from ledger.errors import CaseBusy, DecodeError, StoreFault
from ledger.seal.submission import SIZE_TYPE, SUBMISSION_BYTES_MAX
from ledger.seal.witness import NotCosigned, Witness
from services.clock import Clock
from services.witness.requests import (
    HEAD_BYTES_MAX,
    BadRequest,
    Head,
    Reply,
    read_head,
    say,
    written,
)

REQUEST_S: Final = 10.0
"""How long a request may take to come, and its answer to be taken."""
IDLE_S: Final = 60.0
"""How long a connection is kept without a request: some ticks of the default cadence."""
LINGER_S: Final = 2.0
LINGER_BYTES_MAX: Final = 1 << 20
CONNECTIONS_MAX: Final = 256
PATH: Final = "/add-checkpoint"

log = structlog.get_logger()


class WitnessServer:
    """Serve one witness.

    Attributes:
        port: On which it listens, once it does.
    """

    def __init__(self, witness: Witness, clock: Clock) -> None:
        """Prepare.

        Args:
            witness: Cosigns.
            clock: Its time stands in every cosignature.
        """
        self.port = 0
        self._witness = witness
        self._clock = clock
        self._open: set[asyncio.Task[None]] = set()
        self._workers = ThreadPoolExecutor(8, thread_name_prefix="cosign")

    async def run(
        self, host: str, port: int, stop: asyncio.Event, tell: Callable[[], None]
    ) -> None:
        """Listen until stopped.

        Args:
            host: Address to listen on.
            port: 0 for any free one.
            stop: Set to end it.
            tell: Called once it listens.

        Raises:
            StoreFault: The address cannot be listened on.
        """
        try:
            server = await asyncio.start_server(self._accept, host, port, limit=HEAD_BYTES_MAX)
        except OSError as error:
            why = f"{host}:{port} cannot be listened on: {error.strerror}"
            raise StoreFault(why, "another address after --listen") from error
        self.port = server.sockets[0].getsockname()[1]
        try:
            tell()
            await stop.wait()
        finally:
            server.close()
            await self._end()

    async def _end(self) -> None:
        """Let go of every connection; what was remembered by then is on disk."""
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        self._workers.shutdown()

    # ------------------------------------------------------------ connections

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "asyncio starts a task a connection"
        is_full = len(self._open) >= CONNECTIONS_MAX
        self._open.add(task)
        try:
            if is_full:
                writer.write(written(say(503, "too many connections; try again"), stays=False))
            else:
                await self._talk(reader, writer)
            async with asyncio.timeout(LINGER_S):
                await _linger(reader, writer)
        except (OSError, TimeoutError):  # the client is gone, or too slow
            pass
        finally:
            writer.transport.abort()
            self._open.discard(task)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        patience_s = REQUEST_S
        while await self._one(reader, writer, patience_s):
            patience_s = IDLE_S

    async def _one(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, patience_s: float
    ) -> bool:
        """Answer one request; tell whether another may follow."""
        try:
            async with asyncio.timeout(patience_s):
                head = await read_head(reader, SUBMISSION_BYTES_MAX)
            if head is None:
                return False
            async with asyncio.timeout(REQUEST_S):
                if head.waits and head.length:
                    writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                body = await reader.readexactly(head.length)
            reply, stays = await self._reply(head, body), head.stays
        except BadRequest as bad:
            reply, stays = say(bad.status, bad.why), False
        except asyncio.IncompleteReadError:
            return False
        async with asyncio.timeout(REQUEST_S):
            writer.write(written(reply, stays=stays))
            await writer.drain()
        return stays

    # ------------------------------------------------------------ answers

    async def _reply(self, head: Head, body: bytes) -> Reply:
        if head.path != PATH:
            return say(404, f"there is only POST {PATH} here")
        if head.method != "POST":
            return say(405, f"only POST {PATH} is answered")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._workers, self._cosigned, body)

    def _cosigned(self, body: bytes) -> Reply:
        """Cosign, and say why not where not; what the witness lacks itself is for its log alone."""
        try:
            line = self._witness.cosign(body, int(self._clock.now().timestamp()))
        except NotCosigned as refused:
            log.info("witness.not_cosigned", status=refused.status, why=refused.why)
            if refused.size is not None:
                return Reply(refused.status, f"{refused.size}\n".encode(), SIZE_TYPE)
            return say(refused.status, refused.why)
        except CaseBusy as busy:
            log.warning("witness.busy", why=busy.why)
            return say(503, "another request about this log takes its time; try again")
        except (StoreFault, DecodeError) as fault:
            log.warning("witness.fault", why=fault.why)
            return say(500, "the witness cannot keep what it cosigns")
        return Reply(200, line)


async def _linger(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Let the client read the answer: a connection closed on what it still sends would cut it."""
    writer.write_eof()
    left = LINGER_BYTES_MAX
    while left > 0 and (part := await reader.read(HEAD_BYTES_MAX)):
        left -= len(part)


def serve(
    witness: Witness, listen: tuple[str, int], clock: Clock, say_line: Callable[[str], None]
) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        witness: Cosigns.
        listen: Host and port, 0 for any free one.
        clock: Tells the time.
        say_line: Prints a line for people.

    Raises:
        StoreFault: The address cannot be listened on.
    """
    server = WitnessServer(witness, clock)
    host, port = listen

    def tell() -> None:
        shown = f"[{host}]" if ":" in host else host
        say_line(f"witness {witness.key.name} listens on http://{shown}:{server.port}")
        say_line(f"  key   {witness.key.text}")
        say_line(f"  logs  {len({key.name for key, _ in witness.logs()})} in its care")

    async def run() -> None:
        stop = asyncio.Event()
        for signum in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(signum, stop.set)
        await server.run(host, port, stop, tell)

    asyncio.run(run())
