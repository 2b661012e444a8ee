"""Faults of a broker, made for real: what was acknowledged, what is lost, and how it heals."""

import asyncio
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client

from services.nats.accounts import Credentials
from services.nats.connect import BrokerAway, BrokerUnfit, connect
from services.nats.jetstream import JetStream, Refused
from services.nats.ledger_stream import ForeignStream, compare
from services.nats.pipe import MESSAGE_ID, Message, PublishPipe
from services.nats.server import EmbeddedServer
from services.nats.streams import Keep, ensure_feed_consumer, ensure_feed_stream
from services.nats.subjects import LEDGER, feed_stream, feed_subject, subscriber_user
from services.relay import Relay
from tests.live.broker import ListSource, on_connection, root_of, stream_rows
from tests.live.disks import small_disk

pytestmark = pytest.mark.live


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    """A broker with one subscriber."""
    with EmbeddedServer(tmp_path / "nats", subscribers=["city"]) as running:
        yield running


def carry(server: EmbeddedServer, source: ListSource) -> int:
    """Relay what there is."""
    return asyncio.run(Relay(source, server.credentials("relay")).catch_up())


def kill(server: EmbeddedServer) -> None:
    """Kill -9, and start again."""
    os.kill(server.pid, signal.SIGKILL)
    while server.alive:
        pass
    server.start()


async def tell(client: Client, first: int, count: int) -> list[object]:
    """Publish to the feed, under ids of the events; return what went wrong."""
    await ensure_feed_stream(JetStream(client), "city")
    await ensure_feed_consumer(JetStream(client), "city", ack_wait=timedelta(seconds=1))
    async with PublishPipe(client) as pipe:
        told = [
            Message(feed_subject("city", "told"), f"{n}".encode(), {MESSAGE_ID: f"e{n}"})
            for n in range(first, first + count)
        ]
        acks = await pipe.publish_many(told)
    return [ack.error for ack in acks if ack.error is not None]


async def take(client: Client, count: int, *, acknowledge: bool = True) -> list[int]:
    """Pull from the feed."""
    place = await client.jetstream().pull_subscribe_bind("city", stream=feed_stream("city"))
    taken: list[int] = []
    while len(taken) < count:
        for message in await place.fetch(count - len(taken), timeout=5):
            taken.append(int(message.data))
            if acknowledge:
                await message.ack_sync()
    return taken


def test_what_was_acknowledged_outlives_a_kill_at_once(server: EmbeddedServer) -> None:
    """Each write is synced before its answer."""
    source = ListSource(40)
    for _ in range(4):
        carry(server, source)
        kill(server)
        assert asyncio.run(stream_rows(server.credentials("relay"))) == source.rows
        source.record(15)


def test_a_kill_right_after_an_acknowledgement_may_repeat_and_never_skips(
    server: EmbeddedServer,
) -> None:
    """Acknowledgements of the last second may be lost: the subscriber keeps ids for that."""
    city = server.credentials(subscriber_user("city"))
    asyncio.run(on_connection(server.credentials("courier"), lambda c: tell(c, 0, 30)))
    first = asyncio.run(on_connection(city, lambda c: take(c, 10)))
    kill(server)
    seen = set(first)

    async def rest(client: Client) -> None:
        while len(seen) < 30:
            seen.update(await take(client, 1))

    asyncio.run(on_connection(city, rest))
    assert seen == set(range(30))


def test_a_message_sent_twice_is_stored_once(server: EmbeddedServer) -> None:
    """A courier that lost the answer sends again under the same id."""
    courier = server.credentials("courier")

    async def count(client: Client) -> int:
        info = await JetStream(client).info(feed_stream("city"))
        return -1 if info is None else info.state.messages

    for _ in range(2):
        assert asyncio.run(on_connection(courier, lambda c: tell(c, 0, 20))) == []
    assert asyncio.run(on_connection(courier, count)) == 20


def test_a_subscriber_that_does_not_acknowledge_is_told_again(server: EmbeddedServer) -> None:
    """It crashed on the message: after its time it comes again."""
    city = server.credentials(subscriber_user("city"))
    asyncio.run(on_connection(server.credentials("courier"), lambda c: tell(c, 0, 3)))
    lost = asyncio.run(on_connection(city, lambda c: take(c, 3, acknowledge=False)))
    again = asyncio.run(on_connection(city, lambda c: take(c, 3)))
    assert sorted(lost) == sorted(again) == [0, 1, 2]


def test_a_slow_subscriber_slows_nobody_else(server: EmbeddedServer) -> None:
    """Its feed fills and refuses; LEDGER goes on at its own pace."""
    few = Keep(max_bytes=20_000, max_age=timedelta(hours=1))

    async def fill(client: Client) -> int:
        await ensure_feed_stream(JetStream(client), "city", few)
        async with PublishPipe(client) as pipe:
            told = [Message(feed_subject("city", "told"), os.urandom(1_000), {})] * 60
            return sum(ack.error is not None for ack in await pipe.publish_many(told))

    assert asyncio.run(on_connection(server.credentials("courier"), fill)) > 0
    source = ListSource(500)
    assert carry(server, source) == 500
    assert asyncio.run(stream_rows(server.credentials("relay"))) == source.rows


def test_a_stream_at_its_bound_drops_the_oldest_and_the_store_has_them(
    server: EmbeddedServer,
) -> None:
    """LEDGER is transport: who finds a gap reads the store; the newest are there."""
    source = ListSource(300, size=1_000)
    keep = Keep(max_bytes=100_000, max_age=timedelta(hours=1))
    relay = Relay(source, server.credentials("relay"), keep=keep)
    assert asyncio.run(relay.catch_up()) == 300
    left = asyncio.run(stream_rows(server.credentials("relay")))
    assert 0 < len(left) < 300
    assert left == source.rows[-len(left) :]
    assert asyncio.run(relay.catch_up()) == 0


def test_ledger_deleted_by_hand_is_made_and_filled_again(server: EmbeddedServer) -> None:
    """Under a later epoch, so that no follower takes it for the former."""
    source = ListSource(50)
    carry(server, source)

    async def remove(client: Client) -> None:
        await JetStream(client).ask(f"STREAM.DELETE.{LEDGER}", {}, dict[str, object])

    asyncio.run(on_connection(root_of(server), remove))
    assert carry(server, source) == 50
    assert asyncio.run(stream_rows(server.credentials("relay"))) == source.rows


@pytest.mark.slow
def test_a_full_disk_is_waited_for_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """The streams lie on a disk of two MiB: it refuses, is given room, and goes on."""
    with small_disk(tmp_path / "disk") as disk, EmbeddedServer(disk / "nats") as server:
        filling = disk / "filling"
        source = ListSource(200)
        carry(server, source)
        with pytest.raises(OSError, match="No space"):
            filling.write_bytes(bytes(4 << 20))
        source.record(400)
        with pytest.raises(BrokerAway):
            carry(server, source)
        filling.unlink()
        kill(server)  # a broker that met a full disk needs a restart
        carry(server, source)
        assert asyncio.run(stream_rows(server.credentials("relay"))) == source.rows


def test_the_consumers_clock_decides_nothing(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A follower whose clock jumps a day sees the same events: order is by position."""
    source = ListSource(5)
    carry(server, source)
    real = time.time  # noqa: TID251 - the machine's clock is what jumps
    monkeypatch.setattr(time, "time", lambda: real() + 86_400)
    source.record(5)
    carry(server, source)
    monkeypatch.setattr(time, "time", lambda: real() - 86_400)
    source.record(5)
    carry(server, source)
    assert asyncio.run(stream_rows(server.credentials("relay"))) == source.rows


# What the examiner sees


def examined(server: EmbeddedServer, source: ListSource) -> tuple[bool, int, int]:
    """Compare stream and store as `doctor` does, with its own few rights."""

    async def look(client: Client) -> tuple[bool, int, int]:
        found = await compare(JetStream(client), source)
        return found.epoch is not None, found.position, found.behind

    return asyncio.run(on_connection(server.credentials("doctor"), look))


def test_the_examiner_tells_whole_behind_missing_ahead_and_foreign(server: EmbeddedServer) -> None:
    """A person must decide on the last two alone; the relay heals the others."""
    source = ListSource(20)
    assert examined(server, source) == (False, 0, 20)
    carry(server, source)
    assert examined(server, source) == (True, 20, 0)
    source.record(3)
    assert examined(server, source) == (True, 20, 3)
    with pytest.raises(ForeignStream, match="ends at position 20, the store at 19"):
        examined(server, ListSource(19))
    with pytest.raises(ForeignStream, match="another event at position 20"):
        examined(server, ListSource(30, of="another store"))


# Servers that are not what they must be


@contextmanager
def impostor(info: str) -> Iterator[str]:
    """Answer as a server that says so of itself; yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)

        def answer() -> None:
            with listening.accept()[0] as client:
                client.settimeout(5)
                client.sendall(f"INFO {info}\r\n".encode())
                while b"PING" not in client.recv(8_192):
                    pass
                client.sendall(b"PONG\r\n")

        serving = threading.Thread(target=answer)
        serving.start()
        yield f"nats://127.0.0.1:{listening.getsockname()[1]}"
        serving.join()


OF_A_GOOD_ONE = (
    '"server_id":"N","server_name":"n","host":"h","port":1,"max_payload":1048576,"proto":1,'
    '"nonce":"abc","auth_required":true'
)


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ('"version":"2.14.0","headers":true,"jetstream":true', "is nats-server 2.14.0, not 2.15.1"),
        ('"version":"2.15.1","headers":true', "runs without jetstream"),
    ],
)
def test_a_server_that_is_too_old_or_has_no_streams_is_refused(
    server: EmbeddedServer, says: str, why: str
) -> None:
    """By name, with what it lacks, before anything is sent to it."""
    mine = server.credentials("relay")
    with impostor(f"{{{OF_A_GOOD_ONE},{says}}}") as address:
        there = Credentials(address, mine.user, mine.token, mine.seed, mine.inbox_prefix)
        with pytest.raises(BrokerUnfit, match=why):
            asyncio.run(connect(there, name="test"))


def test_a_server_that_passes_over_a_setting_is_refused(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answers that all is well; what it made is looked at."""
    real = JetStream.ask

    async def forgetful(self: JetStream, what: str, request: Any, kind: Any) -> Any:  # noqa: ANN401 - as the real one
        answer: Any = await real(self, what, request, kind)
        if what.startswith("STREAM.CREATE"):
            answer.config.pop("allow_atomic")
        return answer

    monkeypatch.setattr(JetStream, "ask", forgetful)
    with pytest.raises(BrokerUnfit, match="made stream LEDGER without allow_atomic"):
        carry(server, ListSource(1))


def test_a_refusal_of_the_broker_is_no_crash_of_ours(server: EmbeddedServer) -> None:
    """Streams that are promised more than the disk has are refused; it may be tried again."""
    huge = Keep(max_bytes=1 << 50, max_age=timedelta(hours=1))

    async def make(client: Client) -> None:
        await ensure_feed_stream(JetStream(client), "city", huge)

    with pytest.raises(Refused):
        asyncio.run(on_connection(server.credentials("courier"), make))
