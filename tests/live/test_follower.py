"""Followers: every event once, in position order, with the broker and without it."""

import asyncio
import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from nats.aio.client import Client

from services.nats import follower as follower_module
from services.nats.connect import BrokerAway
from services.nats.follower import Follower
from services.nats.jetstream import JetStream
from services.nats.ledger_stream import message_of
from services.nats.pipe import Message, PublishPipe
from services.nats.server import EmbeddedServer
from services.nats.source import Row
from services.nats.streams import ensure_ledger_stream
from services.relay import Relay
from tests.live.broker import ListSource, eventually, on_connection, root_of

pytestmark = pytest.mark.live


class Copy:
    """A trusted service whose whole work is to keep what it was given."""

    def __init__(self, pause_s: float = 0) -> None:
        self.rows: list[Row] = []
        self._pause_s = pause_s

    def position(self) -> int:
        """Return where the copy ends."""
        return self.rows[-1].position if self.rows else 0

    async def handle(self, rows: Sequence[Row]) -> None:
        """Keep some rows; a batch that does not follow would be a fault of the follower."""
        await asyncio.sleep(self._pause_s)
        assert [row.position for row in rows] == list(
            range(self.position() + 1, self.position() + 1 + len(rows))
        )
        self.rows.extend(rows)


class CountingSource(ListSource):
    """A store that counts the rows read from it."""

    read = 0

    def page(self, after: int, limit: int) -> Sequence[Row]:
        """Return what follows a position."""
        rows = super().page(after, limit)
        self.read += len(rows)
        return rows


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    """A broker of the test's own."""
    with EmbeddedServer(tmp_path / "nats") as running:
        yield running


def follower(server: EmbeddedServer, source: ListSource, copy: Copy) -> Follower:
    """Return a follower that fills the copy."""
    return Follower(
        source,
        server.credentials("follower"),
        name="copy",
        position=copy.position,
        handle=copy.handle,
    )


async def publish(server: EmbeddedServer, messages: Sequence[Message]) -> None:
    """Put messages into LEDGER, whatever the store holds."""

    async def work(client: Client) -> None:
        await ensure_ledger_stream(JetStream(client))
        async with PublishPipe(client) as pipe:
            await pipe.publish_many(messages)

    await on_connection(root_of(server), work)


async def has_place(server: EmbeddedServer) -> None:
    """Wait until the follower has its place in LEDGER."""

    async def work(client: Client) -> None:
        async with asyncio.timeout(10):
            while True:
                info = await JetStream(client).ask("CONSUMER.NAMES.LEDGER", {}, dict[str, object])
                if info["total"]:
                    return
                await asyncio.sleep(0.02)

    await on_connection(root_of(server), work)


def test_events_come_through_ledger_as_they_are_recorded(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the broker up the store is asked for nothing but its head."""
    monkeypatch.setattr(follower_module, "POLL_S", 30)
    source, copy = CountingSource(30), Copy()

    async def live() -> None:
        stop = asyncio.Event()
        await publish(server, [message_of(row, 1) for row in source.rows])
        following = asyncio.create_task(follower(server, source, copy).run(stop))
        await eventually(lambda: len(copy.rows) == 30)
        await has_place(server)
        before = source.read
        source.record(300)
        await publish(server, [message_of(row, 1) for row in source.rows[30:]])
        await eventually(lambda: len(copy.rows) == 330)
        assert source.read == before
        stop.set()
        await publish(server, [Message("ledger.a.b", b"wakes", {})])
        await following

    asyncio.run(live())
    assert copy.rows == source.rows


def test_a_gap_in_ledger_is_filled_from_the_store(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Message 4 and 5 never came; 6 does: it waits for them, and they come at once."""
    monkeypatch.setattr(follower_module, "POLL_S", 30)
    source, copy = ListSource(3), Copy()

    async def live() -> None:
        stop = asyncio.Event()
        await publish(server, [message_of(row, 1) for row in source.rows])
        following = asyncio.create_task(follower(server, source, copy).run(stop))
        await has_place(server)
        source.record(4)
        await publish(server, [message_of(row, 1) for row in source.rows[5:]])
        await eventually(lambda: len(copy.rows) == 7)
        stop.set()
        await publish(server, [Message("ledger.a.b", b"wakes", {})])
        await following

    asyncio.run(live())
    assert copy.rows == source.rows


def test_repeats_and_strangers_in_ledger_change_nothing(server: EmbeddedServer) -> None:
    """A rebuild sends everything again; a message without a position is passed over."""
    source, copy = ListSource(20), Copy()

    async def live() -> None:
        stop = asyncio.Event()
        await publish(server, [])
        following = asyncio.create_task(follower(server, source, copy).run(stop))
        await has_place(server)
        for epoch in (2, 3):
            again = [message_of(row, epoch) for row in source.rows]
            await publish(server, [*again, Message("ledger.a.b", b"?", {})])
        source.record(5)
        await publish(server, [message_of(row, 2) for row in source.rows[20:]])
        await eventually(lambda: len(copy.rows) == 25)
        stop.set()
        await following

    asyncio.run(live())
    assert copy.rows == source.rows


def test_what_the_store_does_not_hold_is_not_handled(server: EmbeddedServer) -> None:
    """LEDGER of before a restore runs ahead: the store alone says what happened."""
    source, copy, other = ListSource(5), Copy(), ListSource(12, of="before the restore")

    async def live() -> None:
        stop = asyncio.Event()
        await publish(server, [])
        following = asyncio.create_task(follower(server, source, copy).run(stop))
        await has_place(server)
        await publish(server, [message_of(row, 1) for row in other.rows[5:]])
        await asyncio.sleep(0.5)
        assert copy.rows == source.rows
        source.record(10)
        await eventually(lambda: len(copy.rows) == 15)
        stop.set()
        await following

    asyncio.run(live())
    assert copy.rows == source.rows


def test_without_a_broker_the_store_is_followed(tmp_path: Path) -> None:
    """The broker was never there after the first second: events arrive all the same."""
    with EmbeddedServer(tmp_path) as server:
        source, copy = ListSource(700), Copy()
        following = follower(server, source, copy)

    async def live() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(following.run(stop))
        await eventually(lambda: len(copy.rows) == 700)
        source.record(5)
        await eventually(lambda: len(copy.rows) == 705)
        stop.set()
        await running

    asyncio.run(live())
    assert copy.rows == source.rows


@pytest.mark.slow
def test_kills_of_the_broker_neither_lose_nor_double(server: EmbeddedServer) -> None:
    """Relay and follower at work, kill -9 of the broker twice, records in between."""
    source, copy = ListSource(), Copy()

    async def live() -> None:
        stop = asyncio.Event()
        relaying = asyncio.create_task(Relay(source, server.credentials("relay")).run(stop))
        following = asyncio.create_task(follower(server, source, copy).run(stop))
        for _ in range(2):
            source.record(200)
            await asyncio.sleep(0.3)
            os.kill(server.pid, signal.SIGKILL)
            source.record(200)
            await eventually(lambda: len(copy.rows) == len(source.rows))
            server.start()
        source.record(100)
        await eventually(lambda: len(copy.rows) == len(source.rows))
        stop.set()
        await asyncio.gather(relaying, following)

    asyncio.run(live())
    assert copy.rows == source.rows


def test_a_handler_that_fails_ends_the_follower_where_it_stood(server: EmbeddedServer) -> None:
    """Nothing is passed over; the next start begins with what failed."""
    source, copy = ListSource(5), Copy()

    async def fail(_: Sequence[Row]) -> None:
        raise ZeroDivisionError

    broken = Follower(
        source,
        server.credentials("follower"),
        name="broken",
        position=copy.position,
        handle=fail,
    )
    with pytest.raises(ZeroDivisionError):
        asyncio.run(broken.run(asyncio.Event()))
    assert asyncio.run(follower(server, source, copy).catch_up()) == 5
    assert copy.rows == source.rows


def test_a_handler_that_misses_the_broker_is_asked_again_and_can_be_stopped(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same events, nothing passed over; and no wait for the broker at the end of the day."""
    monkeypatch.setattr(follower_module, "AWAY_S", 0.01)
    source, copy, is_away, asked = ListSource(5), Copy(), True, list[int]()

    async def handle(rows: Sequence[Row]) -> None:
        asked.append(rows[0].position)
        if is_away:
            raise BrokerAway("as if")
        await copy.handle(rows)

    async def live() -> None:
        nonlocal is_away
        stop = asyncio.Event()
        following = asyncio.create_task(
            Follower(
                source,
                server.credentials("follower"),
                name="waits",
                position=copy.position,
                handle=handle,
            ).run(stop)
        )
        await eventually(lambda: len(asked) > 3)
        is_away = False
        await eventually(lambda: len(copy.rows) == 5)
        is_away = True
        source.record(1)
        await eventually(lambda: asked[-1] == 6)
        stop.set()
        async with asyncio.timeout(2):
            await following

    asyncio.run(live())
    assert set(asked) == {1, 6}


@pytest.mark.slow
def test_a_slow_follower_is_not_swamped(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it has not handled yet stays in the broker, a bounded part apart."""
    source, copy = ListSource(1), Copy(pause_s=0.03)
    monkeypatch.setattr(follower_module, "PAGE", 10)
    monkeypatch.setattr(follower_module, "POLL_S", 30)  # else the store feeds it
    slow = follower(server, source, copy)
    most = 0

    async def live() -> None:
        nonlocal most
        stop = asyncio.Event()
        await publish(server, [message_of(row, 1) for row in source.rows])
        following = asyncio.create_task(slow.run(stop))
        await has_place(server)
        source.record(800)
        await publish(server, [message_of(row, 1) for row in source.rows[1:]])
        async with asyncio.timeout(10):
            while len(copy.rows) < len(source.rows):
                most = max(most, len(slow._tail._rows))
                await asyncio.sleep(0.001)
        stop.set()
        await publish(server, [Message("ledger.a.b", b"wakes", {})])
        await following

    asyncio.run(live())
    assert copy.rows == source.rows
    assert most <= 256
