"""Measure from a command's answer to the subscriber: one machine, at a third of top load.

`serve` runs as a process of its own with its embedded broker; commands come from this process on
the same data, as those of a command line do, at a steady pace; the subscriber is a plain client.
"""

import asyncio
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Thread
from time import perf_counter, sleep
from typing import Any

import nats
from nats.aio.client import RawCredentials
from nats.aio.msg import Msg

from bench.children import CLI, environment
from bench.houses import Furnished, line_of, statement, taken_over
from bench.measuring import P99, Line, Options, percentile, rate, say
from ledger.answer import Answer
from services.nats.accounts import Credentials
from services.nats.server import read_credentials
from tests.spec import do

CASES = 100
TOP_CALLS = 1_500
CALLERS = 64
LOAD_S = 8.0
WARM_S = 2.0
"""Of the load, not counted."""
READY_S = 60.0
RUNNING = b"is running"
"""What `serve` says then."""


def measure(_: Options) -> Iterator[Line]:
    """Send commands at a third of what the desk can take, and wait for them at the other end."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        with Furnished(data) as ledger:
            cases = ledger.open_cases(CASES, taken_over(3))
            grant_feed(ledger)
            asked = [line_of(statement(), cases[n % CASES]) for n in range(TOP_CALLS)]
            top = rate(CALLERS, TOP_CALLS, lambda n: ledger.handle(asked[n]))
            with serving(data):
                feed = _credentials(data / "nats")
                say(f"feed: {top / 3:,.0f} commands a second for {LOAD_S:.0f} s")
                subscriber = Subscriber(feed)
                subscriber.start()
                answered = _load(ledger, cases, top / 3)
                subscriber.stop(expected=set(answered))
    counted = list(answered.items())[int(len(answered) * WARM_S / LOAD_S) :]
    took = [1_000 * (subscriber.arrived[name] - at) for name, at in counted]
    yield Line(
        what="command answer to subscriber, p99, at a third of top load",
        unit="ms",
        ours=percentile(took, P99),
        most=50,
        note=(
            f"median {statistics.median(took):.0f}; {len(answered) / LOAD_S:,.0f} commands a second"
            f" of {top:,.0f}; serve, its broker and the sender share {os.cpu_count()} processors"
        ),
    )


@contextmanager
def serving(data: Path, *words: str) -> Iterator[None]:
    """Run `serve` in a process of its own until the block is left; it begins with the feed there.

    Args:
        data: Where the ledger is, in which a feed `partner` was granted.
        words: What else is said on its command line.
    """
    command = (sys.executable, "-c", CLI, "--data", str(data), "serve", *words)
    told = data.parent / "serve.log"
    with told.open("wb") as log:
        child = subprocess.Popen(command, stdout=log, stderr=log, env=environment())
        try:
            _wait_until_told(told, child)
            yield
        finally:
            child.send_signal(signal.SIGINT)
            child.wait(READY_S)


def grant_feed(ledger: Furnished) -> None:
    """Grant a feed `partner` of every joint room from its beginning."""
    terms: dict[str, Any] = {"kinds": ["joint"], "cases": ["all"], "from_beginning": True}
    ledger.handle(line_of(do("grant-feed", feed="partner", **terms)))


def _wait_until_told(told: Path, child: "subprocess.Popen[bytes]") -> None:
    """Wait until it says that it runs: broker and feed are there by then."""
    ends = perf_counter() + READY_S
    while RUNNING not in told.read_bytes():
        assert child.poll() is None, "serve ended"
        assert perf_counter() < ends, "serve did not come up"
        sleep(0.05)
    sleep(WARM_S)


def _credentials(folder: Path) -> Credentials:
    return read_credentials(folder, "subscriber-partner")


def _load(ledger: Furnished, cases: Sequence[str], a_second: float) -> dict[str, float]:
    """Send commands at a steady pace; return when each event's answer came, by event id."""
    sent: list[tuple[str, Future[Answer], list[float]]] = []
    begun = perf_counter()
    for n in range(int(LOAD_S * a_second)):
        wait = begun + n / a_second - perf_counter()
        if wait > 0:
            sleep(wait)
        case = cases[n % len(cases)]
        told: list[float] = []
        future = ledger.house.desk.submit(line_of(statement(), case), ledger.operator, "api")
        future.add_done_callback(partial(_note, told))
        sent.append((case, future, told))
    reader, answered = ledger.house.ledger.reader, {}
    ids = {case: ledger.id_of(case) for case in cases}
    for case, future, told in sent:
        (written,) = future.result().events
        answered[reader.event_id(ids[case], f"{written.room}:{written.seq}")] = told[0]
    return answered


def _note(told: list[float], _: Future[Answer]) -> None:
    told.append(perf_counter())


class Subscriber:
    """Another service: takes what its feed brings, and notes when.

    Attributes:
        arrived: When each event came, by its id.
    """

    def __init__(self, me: Credentials) -> None:
        """Prepare.

        Args:
            me: What it connects with.
        """
        self.arrived: dict[str, float] = {}
        self._me = me
        self._expected: set[str] | None = None
        self._thread = Thread(target=lambda: asyncio.run(self._follow()))

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def stop(self, expected: set[str]) -> None:
        """Wait until everything expected has come."""
        self._expected = expected
        self._thread.join()

    async def _follow(self) -> None:
        name = self._me.user.removeprefix("subscriber-")
        client = await nats.connect(
            self._me.url,
            user_credentials=RawCredentials(self._me.file),
            inbox_prefix=self._me.inbox_prefix,
        )
        feed = await client.jetstream().pull_subscribe_bind(consumer=name, stream=f"FEED_{name}")
        while self._expected is None or not self._expected <= self.arrived.keys():
            for message in await _messages(feed):
                assert message.headers is not None
                self.arrived.setdefault(message.headers["ce-id"], perf_counter())
                await message.ack()
        await client.close()


async def _messages(feed: nats.js.JetStreamContext.PullSubscription) -> list[Msg]:
    try:
        return await feed.fetch(256, timeout=1)
    except TimeoutError:  # of nats-py, or of asyncio where it was late
        return []
