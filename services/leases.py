"""Let one process at a time do what one must do, and another take over when it dies.

On files the right is a lock of the operating system, which goes with the process. On PostgreSQL it
is an advisory lock of a connection of its own, which goes with the connection: the holder asks
twice a second whether it is still there and stops within `SURE_S` of the last answer; the server
frees what was silent for `SILENCE_S`, which is longer. What holders do may be repeated, so that
the moment between a loss and its notice costs nothing.
"""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final, Protocol, TypeAlias

import structlog

from ledger.errors import CaseBusy, StoreFault

FOLDER: Final = "leases"
SINGLETONS: Final = ("relay", "courier", "sealer", "stamper", "timekeeper", "eraser", "webhooks")
"""Parts of which one runs at a time."""
LOOK_S: Final = 0.25
"""How often a standby looks whether it is its turn."""

Run: TypeAlias = Callable[[asyncio.Event], Awaitable[None]]
"""Does a service's work until the event is set."""

log = structlog.get_logger()


class LeaseLost(CaseBusy):
    """Another process may act now; this one has stopped and stands by again."""


class Right(Protocol):
    """The right to act under one name; used by one thread at a time.

    Attributes:
        ask_every_s: How often it is to be asked whether it is still held.
    """

    ask_every_s: float

    def take(self) -> bool:
        """Take it if it is free; tell whether it is held now."""
        ...

    def ask(self) -> bool:
        """Find out whether it is still held."""
        ...

    def is_sure(self) -> bool:
        """Tell from memory whether it is still held."""
        ...

    def release(self) -> None:
        """Let another one take it."""
        ...


class FileRight:
    """A locked file of the data folder; the operating system lets go of it with the process."""

    ask_every_s = 1.0

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / FOLDER / f"{name}.lock"
        self._held = -1

    def take(self) -> bool:
        """Take it if it is free.

        Raises:
            StoreFault: The file cannot be opened.
        """
        try:
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            opened = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            why = f"the lock {self._path} cannot be opened: {error.strerror}"
            raise StoreFault(why, "check the data folder and its mode") from error
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(opened)
            return False
        self._held = opened
        return True

    def ask(self) -> bool:
        """Tell whether it is held: nobody can take it away."""
        return self._held >= 0

    is_sure = ask

    def release(self) -> None:
        """Let another one take it."""
        held, self._held = self._held, -1
        if held >= 0:
            os.close(held)


def right_of(folder: Path, url: str, name: str) -> Right:
    """Return the right of a name: of a data folder, or of a database and all its hosts."""
    if not url:
        return FileRight(folder, name)
    from ledger.postgres import AdvisoryLock  # noqa: PLC0415 - psycopg is an extra

    return AdvisoryLock(url, name)


def holders(url: str) -> tuple[str, ...]:
    """List the singletons that run somewhere now, on a record in PostgreSQL.

    Raises:
        StoreFault: The database cannot be reached.
    """
    from ledger.postgres import is_taken  # noqa: PLC0415 - psycopg is an extra

    return tuple(name for name in SINGLETONS if is_taken(url, name))


class Leases:
    """Leases of one ledger."""

    def __init__(self, folder: Path, url: str = "") -> None:
        """Prepare; nothing is held yet.

        Args:
            folder: The data folder.
            url: Of the PostgreSQL database of the record, "" for files in the folder.
        """
        self._folder = folder
        self._url = url

    @asynccontextmanager
    async def lease(self, name: str, stop: asyncio.Event | None = None) -> AsyncIterator[bool]:
        """Hold a name while a block runs, which is cancelled once the name is lost.

        Args:
            name: What is held.
            stop: Ends the waiting; the block is then told that it holds nothing.

        Raises:
            LeaseLost: It was lost while the block ran.
            StoreFault: The database or the folder cannot be reached.
        """
        right = right_of(self._folder, self._url, name)
        try:
            if not await _take(right, stop or asyncio.Event()):
                yield False
                return
            # On one machine nobody else wants it; among many it says who works now.
            (log.info if self._url else log.debug)("lease.taken", lease=name)
            async with _watched(right, name):
                yield True
        finally:
            await asyncio.shield(asyncio.to_thread(right.release))

    def under(
        self,
        name: str,
        run: Run,
        *,
        stands_by: Callable[[], None] = lambda: None,
        runs: Callable[[], None] = lambda: None,
    ) -> Run:
        """Let a service run only while it holds its name; until then it stands by.

        Args:
            name: What is held.
            run: The service.
            stands_by: Is told when it begins to wait.
            runs: Is told when it holds the name.
        """

        async def alone(stop: asyncio.Event) -> None:
            stands_by()
            async with self.lease(name, stop) as held:
                if held:
                    runs()
                    await run(stop)

        return alone


async def _take(right: Right, stop: asyncio.Event) -> bool:
    """Wait for the right; tell whether it is held, rather than the waiting ended."""
    while not stop.is_set():
        if await asyncio.to_thread(right.take):
            return not stop.is_set()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_S)
    return False


@asynccontextmanager
async def _watched(right: Right, name: str) -> AsyncIterator[None]:
    """Cancel the block, and say why, once the right is not sure any more."""
    block = asyncio.current_task()
    assert block is not None, "a block runs in a task"
    lost = False

    async def watch() -> None:
        nonlocal lost
        while await _is_held(right):  # noqa: ASYNC110 - nothing tells of a loss but asking
            await asyncio.sleep(right.ask_every_s)
        lost = True
        log.warning("lease.lost", lease=name)
        block.cancel()

    watching = asyncio.create_task(watch())
    try:
        yield
    except asyncio.CancelledError:
        if lost and block.uncancel() == 0:
            raise LeaseLost(f"the lease {name} was lost; it stands by again") from None
        raise
    finally:
        watching.cancel()


async def _is_held(right: Right) -> bool:
    """Ask, but wait no longer for the answer than one may act without it."""
    asked = asyncio.create_task(asyncio.to_thread(right.ask))
    while not asked.done():
        await asyncio.wait({asked}, timeout=right.ask_every_s)
        if not asked.done() and not right.is_sure():
            asked.add_done_callback(_is_nobodys)
            return False
    return asked.result()


def _is_nobodys(asked: "asyncio.Task[bool]") -> None:
    """Take the late answer of a server that hung, so that nobody misses it."""
    asked.cancelled() or asked.exception()
