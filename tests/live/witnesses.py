"""Witnesses as processes of their own or threads of this one, and what they are asked."""

import asyncio
import re
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread

from ledger.seal.submission import SIZE_TYPE
from ledger.seal.witness import Witness
from services.clock import SystemClock
from services.witness.serving import WitnessServer
from tests.live.serving import GOODOFFICES, Speaking, environment, until

LINES = 3
PLAIN = "text/plain; charset=utf-8"


class Asked:
    """What is asked of a witness that runs.

    Attributes:
        state: Its folder.
        name: Its name.
        port: Where it listens.
        key: Its key.
    """

    state: Path
    name: str
    port: int
    key: str

    @property
    def url(self) -> str:
        """Return where it is asked."""
        return f"http://127.0.0.1:{self.port}"

    def trust(self, key: str) -> None:
        """Take a log into its care, while it runs."""
        Witness(self.state).trust(key)

    def ask(self, body: bytes) -> tuple[int, str, bytes]:
        """Post a submission; return status, content type and body."""
        return post(self.port, body)


class Near(Asked):
    """A witness in a thread of this process."""

    def __init__(self, state: Path) -> None:
        self.state, self.name = state, f"witness.example/{state.name}"
        self._server = WitnessServer(Witness.open_or_begin(state, self.name), SystemClock())
        self.key = Witness(state).key.text
        self._listens = Event()
        self._thread = Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self._thread.start()
        assert self._listens.wait(20)
        self.port = self._server.port

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        await self._server.run("127.0.0.1", 0, self._stop, self._listens.set)

    def stop(self) -> None:
        """End it, unless it has ended."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(20)


class Serving(Asked, Speaking):
    """A running `witness serve`."""

    def __init__(self, state: Path, port: int, command: Sequence[str]) -> None:
        self.state, self.name = state, f"witness.example/{state.name}"
        words = ("witness", "serve", "--state", str(state), "--listen", f"127.0.0.1:{port}")
        Speaking.__init__(
            self, (*command, *words, "--name", self.name), environment(state.parent / "nothing")
        )
        until(lambda: self.ended or len(self.said) >= LINES, "the witness says that it listens")
        assert not self.ended, "\n".join(self.logged)
        found = re.search(r"http://127\.0\.0\.1:(\d+)", self.said[0])
        assert found is not None, self.said
        self.port, self.key = int(found[1]), self.said[1].split()[1]


def post(port: int, body: bytes, path: str = "/add-checkpoint") -> tuple[int, str, bytes]:
    """Post with a client that others wrote."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", path, body)
        answer = connection.getresponse()
        read = answer.read()
    finally:
        connection.close()
    kind = answer.headers["Content-Type"]
    assert kind in (PLAIN, SIZE_TYPE)
    assert (kind == SIZE_TYPE) <= (answer.status == 409)
    return answer.status, kind, read


@contextmanager
def near(state: Path) -> Iterator[Near]:
    """Serve a witness from this process while a block runs."""
    running = Near(state)
    try:
        yield running
    finally:
        running.stop()


@contextmanager
def witnessing(
    state: Path, *, port: int = 0, command: Sequence[str] = GOODOFFICES
) -> Iterator[Serving]:
    """Serve a witness from a process while a block runs; whatever happens, none is left.

    Args:
        state: Its folder.
        port: Where it listens, 0 for any free one.
        command: What is started, `goodoffices` by default.
    """
    running = Serving(state, port, command)
    try:
        yield running
    finally:
        running.stop(signal.SIGKILL)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
