"""`goodoffices serve` and other command lines as processes of their own."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import IO, Any

import msgspec

from ledger.errors import LedgerError
from ledger.store.reader import Reader
from services.nats import process
from services.nats.server import ServerState, read_credentials
from services.store_source import StoreSource
from tests.live.broker import stream_rows
from tests.live.ledgers import CLERK, ROOT

GOODOFFICES = (sys.executable, "-c", "from services.cli import main; main()")
PATIENCE_S = 20.0


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Set what a command finds in its environment."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GOODOFFICES_")}
    named = {f"GOODOFFICES_{name}": value for name, value in settings.items()}
    return {**kept, "GOODOFFICES_DATA": str(folder), "GOODOFFICES_OPERATOR": CLERK, **named}


def run(folder: Path, *words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run one command line to its end."""
    return subprocess.run(
        [*GOODOFFICES, *words],
        env=environment(folder, **settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )


def until(holds: Callable[[], bool], what: str, longest_s: float = PATIENCE_S) -> None:
    """Wait until something holds; the test fails where it never does."""
    end = monotonic() + longest_s
    while not holds():
        assert monotonic() < end, f"never came: {what}"
        sleep(0.02)


class Speaking:
    """A process whose words are taken in as they come.

    Attributes:
        pid: Its process.
        said: Lines of its standard output so far.
        logged: Lines of its standard error so far.
    """

    def __init__(self, command: tuple[str, ...], variables: Mapping[str, str]) -> None:
        self.said: list[str] = []
        self.logged: list[str] = []
        self._popen = subprocess.Popen(
            command,
            env=variables,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.pid = self._popen.pid
        self._readers = [
            _reading(self._popen.stdout, self.said),
            _reading(self._popen.stderr, self.logged),
        ]

    @property
    def ended(self) -> bool:
        """Tell whether it has ended."""
        return self._popen.poll() is not None

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Ask it to end; return its exit status."""
        if not self.ended:
            self._popen.send_signal(how)
        status = self._popen.wait(PATIENCE_S)
        for reader in self._readers:
            reader.join()
        for stream in (self._popen.stdout, self._popen.stderr):
            assert stream is not None
            stream.close()
        return status


class Serve(Speaking):
    """A running `serve`.

    Attributes:
        folder: Its data.
    """

    def __init__(
        self, folder: Path, words: tuple[str, ...], variables: Mapping[str, str] | None
    ) -> None:
        super().__init__((*GOODOFFICES, *words), variables or environment(folder))
        self.folder = folder

    def await_running(self) -> None:
        """Wait until it says that it runs."""
        until(lambda: self.ended or "is running" in "".join(self.said), "serve says it runs")
        assert not self.ended, "\n".join(self.logged)

    @property
    def broker(self) -> int:
        """Return the process of its nats-server, 0 where there is none."""
        file = self.folder / "nats" / "state.json"
        return msgspec.json.decode(file.read_bytes(), type=ServerState).pid if file.exists() else 0

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Ask it to end; return its exit status once it and its broker are gone."""
        broker = self.broker
        status = super().stop(how)
        until(lambda: not broker or process.look_up(broker) is None, "the broker's end")
        return status


def _reading(stream: IO[str] | None, lines: list[str]) -> Thread:
    """Take in what a process says, so that it never waits for us."""
    assert stream is not None
    reader = Thread(target=_take_in, args=(stream, lines), daemon=True)
    reader.start()
    return reader


def _take_in(stream: IO[str], lines: list[str]) -> None:
    for line in stream:
        lines.append(line)  # noqa: PERF402 - one by one, for those who look meanwhile


@contextmanager
def serving(
    folder: Path, *more: str, variables: Mapping[str, str] | None = None
) -> Iterator[Serve]:
    """Serve a folder while a block runs; whatever happens, no process is left.

    Args:
        folder: The data folder.
        more: Words behind `serve`.
        variables: The whole environment, the usual one by default.
    """
    running = Serve(folder, ("serve", *more), variables)
    try:
        running.await_running()
        yield running
    finally:
        running.stop(signal.SIGKILL)


@contextmanager
def subscribing(folder: Path) -> Iterator[Speaking]:
    """Run the subscriber of the examples on the one feed of a folder that is served."""
    file = folder / "nats" / "credentials" / "partner.creds"
    example = str(ROOT / "examples" / "subscriber.py")
    running = Speaking((sys.executable, example, str(file)), environment(folder))
    try:
        yield running
    finally:
        running.stop(signal.SIGKILL)


def ledger_equals_store(folder: Path, reader: Reader) -> bool:
    """Compare LEDGER with the store, position by position, byte by byte."""
    source = StoreSource(reader.recorder)
    try:
        carried = asyncio.run(stream_rows(read_credentials(folder / "nats", "relay")))
    except LedgerError:  # the broker is away just now
        return False
    return [tuple(row) for row in carried] == [tuple(row) for row in source.page(0, source.head())]


def events_of(subscriber: Speaking) -> list[dict[str, Any]]:
    """Read what a subscriber printed, whole lines alone."""
    return [json.loads(line) for line in tuple(subscriber.said) if line.endswith("\n")]
