"""Measure what the services cost: commands at top load while others carry what is recorded.

The services run in a process of their own, as `serve --only` does, on the same data; commands come
from 64 callers here. In turns with it another ledger of the same cases, beside which nothing runs.
What has not reached the feed when the last command is answered is charged in a line of its own.
"""

import asyncio
import os
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, sleep

from nats.aio.client import Client

from bench.commands_bench import CALLERS, CALLS, CASES
from bench.feed_bench import grant_feed, serving
from bench.houses import Furnished, line_of, statement, taken_over
from bench.measuring import Line, Options, alternating, rate, say
from services.nats.connect import with_connection
from services.nats.jetstream import JetStream
from services.nats.server import read_credentials

EVENTS = 10
WAIT_S = 120.0
LOOK_S = 0.05
PARTS = {
    "relay and feed": ("--only", "relay,courier,keeper,broker"),
    "all of serve": (),
}
"""What runs beside the commands; the second also seals, builds views, and keeps time."""


def measure(_: Options) -> Iterator[Line]:
    """Compare accepted commands a second with and without services beside them."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with Furnished(root / "busy" / "data") as busy, Furnished(root / "quiet") as quiet:
            say("beside: opening cases")
            for ledger in (busy, quiet):
                ledger.open_cases(CASES, taken_over(EVENTS - 1))
            grant_feed(busy)
            for what, words in PARTS.items():
                with serving(root / "busy" / "data", *words):
                    yield from _compared(what, busy, quiet)


def _compared(what: str, busy: Furnished, quiet: Furnished) -> Iterator[Line]:
    fed = Fed(busy.house.ledger.folder / "nats")
    fed.wait_until_still()
    say(f"beside: {CALLERS} callers, with and without {what} in turns")
    carried: list[float] = []

    def beside() -> float:
        wanted = fed.count() + CALLS
        told = _commands(busy)
        begun = perf_counter()
        fed.wait_for(wanted)
        carried.append(CALLS / (CALLS / told + perf_counter() - begun))
        return told

    mine, alone = alternating(beside, lambda: _commands(quiet))
    yield Line(
        what=f"durable commands, {CALLERS} callers, beside {what}",
        unit="/s",
        ours=mine,
        peer=alone,
        note=f"the same with nothing beside it; all share {os.cpu_count()} processors",
    )
    yield Line(
        what=f"the same until the last is in the feed, beside {what}",
        unit="/s",
        ours=statistics.median(carried),
        peer=alone,
        note="what was not carried when the last command was answered is waited for",
    )


def _commands(ledger: Furnished) -> float:
    asked = [line_of(statement(), ledger.cases[n % CASES]) for n in range(CALLS)]
    return rate(CALLERS, CALLS, lambda n: ledger.handle(asked[n]))


class Fed:
    """What a feed holds, as the broker says."""

    def __init__(self, folder: Path) -> None:
        """Ask the broker of a folder."""
        self._me = read_credentials(folder, "courier")

    def count(self) -> int:
        """Return how many messages were ever stored in the feed."""

        async def ask(client: Client) -> int:
            found = await JetStream(client).info("FEED_partner")
            return 0 if found is None else found.state.last_seq

        return asyncio.run(with_connection(self._me, name="bench", work=ask))

    def wait_for(self, count: int) -> None:
        """Wait until so many were stored."""
        ends = perf_counter() + WAIT_S
        while self.count() < count:
            assert perf_counter() < ends, "the feed did not get what was recorded"
            sleep(LOOK_S)

    def wait_until_still(self) -> None:
        """Wait until what was recorded before is there."""
        before = -1
        while (now := self.count()) != before:
            before = now
            sleep(1)
