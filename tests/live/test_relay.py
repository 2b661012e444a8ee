"""The relay: LEDGER equals the store, in order and once, whatever happens to the broker."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from nats.aio.client import Client
from structlog.testing import capture_logs

from services import relay as relay_module
from services.nats import connect
from services.nats.connect import BrokerAway, until
from services.nats.jetstream import JetStream, StoredMessage
from services.nats.ledger_stream import EPOCH, POSITION, ForeignStream, message_of
from services.nats.pipe import BATCH_COMMIT, BATCH_MIN, EXPECTED, MESSAGE_ID, Message, PublishPipe
from services.nats.server import EmbeddedServer
from services.nats.source import Row
from services.nats.streams import ensure_ledger_stream
from services.nats.subjects import LEDGER
from services.relay import PAGE, Relay, lots
from tests.live.broker import ListSource, eventually, on_connection, root_of, stream_rows

pytestmark = pytest.mark.live

KILLS = 5


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    """A broker of the test's own."""
    with EmbeddedServer(tmp_path / "nats") as running:
        yield running


def carry(server: EmbeddedServer, source: ListSource) -> int:
    """Relay what there is."""
    return asyncio.run(Relay(source, server.credentials("relay")).catch_up())


def carried(server: EmbeddedServer) -> list[object]:
    """Return what LEDGER holds."""
    return list(asyncio.run(stream_rows(server.credentials("relay"))))


def message_at(server: EmbeddedServer, seq: int) -> StoredMessage:
    """Return one message of LEDGER."""

    async def read(client: Client) -> StoredMessage:
        message = await JetStream(client).message(LEDGER, {"seq": seq})
        assert message is not None
        return message

    return asyncio.run(on_connection(server.credentials("relay"), read))


def delete_last(server: EmbeddedServer, count: int) -> None:
    """Lose the end of the stream."""

    async def delete(client: Client) -> None:
        js = JetStream(client)
        info = await js.info(LEDGER)
        assert info is not None
        for seq in range(info.state.last_seq, info.state.last_seq - count, -1):
            await js.ask(f"STREAM.MSG.DELETE.{LEDGER}", {"seq": seq}, dict[str, object])

    asyncio.run(on_connection(root_of(server), delete))


def test_the_stream_equals_the_store(server: EmbeddedServer) -> None:
    """More than a page, and a rest that goes message by message."""
    source = ListSource(2 * PAGE + BATCH_MIN - 1)
    assert carry(server, source) == len(source.rows)
    assert carried(server) == source.rows
    source.record(1)
    assert carry(server, source) == 1
    assert carry(server, source) == 0
    assert carried(server) == source.rows


def test_an_event_travels_as_the_contract_says(server: EmbeddedServer) -> None:
    """Sealed bytes as stored, ids only, position and expected sequence in the headers."""
    source = ListSource(1)
    carry(server, source)
    message = message_at(server, 1)
    case, room = source.rows[0].case_hex, source.rows[0].room_hex
    epoch = int(message.headers[EPOCH])
    assert message.subject == f"ledger.{case}.{room}"
    assert message.payload == source.rows[0].sealed
    assert message.headers == {
        MESSAGE_ID: f"{epoch}-1",
        EPOCH: str(epoch),
        POSITION: "00000000000000000001",
        EXPECTED: "0",
    }


def test_a_backlog_goes_in_batches_a_few_go_one_by_one(server: EmbeddedServer) -> None:
    """A batch is stored whole or not at all; its last message says so."""
    source = ListSource(BATCH_MIN)
    carry(server, source)
    source.record(2)
    carry(server, source)
    assert BATCH_COMMIT in message_at(server, BATCH_MIN).headers
    assert message_at(server, BATCH_MIN + 2).headers[EXPECTED] == str(BATCH_MIN + 1)
    assert carried(server) == source.rows


def test_large_events_are_cut_into_smaller_lots() -> None:
    """A page of the largest events would be more than a broker takes in at once."""
    source = ListSource(40, size=256 << 10)
    cut = list(lots(source.rows))
    assert [row for lot in cut for row in lot] == source.rows
    assert max(sum(len(row.sealed) for row in lot) for lot in cut) <= relay_module.BATCH_BYTES
    assert len(cut) > 1


def test_the_largest_event_passes(server: EmbeddedServer) -> None:
    """An event of 256 KiB is sealed, padded and still carried."""
    source = ListSource(3, size=300 << 10)
    carry(server, source)
    assert carried(server) == source.rows


class DeadlySource(ListSource):
    """A store whose every second page costs the broker its life while the page is published."""

    def __init__(self, count: int, server: EmbeddedServer, within_s: float) -> None:
        super().__init__(count)
        self._server = server
        self._within_s = within_s
        self._pages = 0
        self.kills = 0

    def page(self, after: int, limit: int) -> Sequence[Row]:
        """Return what follows a position."""
        rows = super().page(after, limit)
        self._pages += len(rows) > 1
        if len(rows) > 1 and self._pages % 2 == 0 and self._pages <= 2 * KILLS:
            delay_s = self._within_s * self._pages / (2 * KILLS)
            asyncio.get_running_loop().call_later(delay_s, self._kill)
        return rows

    def _kill(self) -> None:
        self.kills += 1
        if self._server.alive:
            os.kill(self._server.pid, signal.SIGKILL)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("batch_min", "page_takes_s"),
    [(BATCH_MIN, 0.02), (100_000, 0.1)],
    ids=["in batches", "one by one"],
)
def test_kill_of_the_broker_while_publishing_neither_loses_nor_doubles(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch, batch_min: int, page_takes_s: float
) -> None:
    """Five times kill -9 at some instant within a page, then the stream equals the store."""
    monkeypatch.setattr("services.nats.pipe.BATCH_MIN", batch_min)
    monkeypatch.setattr(relay_module, "PAGE", 300)
    monkeypatch.setattr("services.nats.server.WATCH_S", 0.02)
    source = DeadlySource(4000, server, page_takes_s)

    async def live() -> None:
        stop = asyncio.Event()
        keeping = asyncio.create_task(server.keep_alive(stop))
        relay = Relay(source, server.credentials("relay"))
        relaying = asyncio.create_task(relay.run(stop))
        await eventually(lambda: source.kills == KILLS)
        await asyncio.sleep(0.2)
        await eventually(server.healthy)
        await reaches(server, source)
        stop.set()
        await asyncio.gather(relaying, keeping)

    asyncio.run(live())
    assert carried(server) == source.rows


async def reaches(server: EmbeddedServer, source: ListSource) -> None:
    """Wait until the stream holds the store's last event."""

    async def last(client: Client) -> int:
        async with asyncio.timeout(10):
            while True:
                info = await JetStream(client).info(LEDGER)
                seq = info.state.last_seq if info else 0
                newest = await JetStream(client).message(LEDGER, {"seq": seq}) if seq else None
                if newest and int(newest.headers[POSITION]) == source.head():
                    return seq
                await asyncio.sleep(0.02)

    await on_connection(server.credentials("relay"), last)


def test_a_broker_that_stands_still_is_waited_for(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGSTOP longer than an answer may take: the connection is dropped, nothing is doubled."""
    monkeypatch.setattr(relay_module, "ACK_WAIT_S", 0.3)
    source = ListSource(10)

    async def live() -> None:
        stop = asyncio.Event()
        relaying = asyncio.create_task(Relay(source, server.credentials("relay")).run(stop))
        await reaches(server, source)
        os.kill(server.pid, signal.SIGSTOP)
        source.record(300)
        await asyncio.sleep(1)
        os.kill(server.pid, signal.SIGCONT)
        await reaches(server, source)
        stop.set()
        await relaying

    with capture_logs() as told:
        asyncio.run(live())
    assert "a message was not acknowledged in time" in [entry.get("why") for entry in told]
    assert carried(server) == source.rows


def test_a_work_that_takes_a_cancellation_for_itself_is_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As nats-py does when a message comes at the same instant."""

    async def stubborn() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        await asyncio.sleep(60)

    async def stopped() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(0.05, stop.set)
        async with asyncio.timeout(5):
            await until(stop, stubborn())

    monkeypatch.setattr(connect, "CLOSING_S", 0.05)

    asyncio.run(stopped())


def test_a_hint_carries_at_once(server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who records says so, and nobody waits for the next poll."""
    monkeypatch.setattr(relay_module, "POLL_S", 60)
    source, hint = ListSource(1), asyncio.Event()

    async def live() -> None:
        stop = asyncio.Event()
        relay = Relay(source, server.credentials("relay"), hint=hint)
        relaying = asyncio.create_task(relay.run(stop))
        await reaches(server, source)
        source.record(1)
        hint.set()
        await reaches(server, source)
        stop.set()
        await relaying

    asyncio.run(live())


@pytest.mark.parametrize("ids_help", [True, False])
def test_two_relays_at_once_are_harmless(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch, *, ids_help: bool
) -> None:
    """A standby that takes over too early loses the race; the memory of ids is not needed."""
    if not ids_help:
        monkeypatch.setattr(relay_module, "message_of", message_of_unknown_id)
    source = ListSource()

    async def live() -> None:
        stop = asyncio.Event()
        both = [
            asyncio.create_task(Relay(source, server.credentials("relay")).run(stop))
            for _ in range(2)
        ]
        for _ in range(40):
            source.record(29)
            await asyncio.sleep(0.02)
        await reaches(server, source)
        stop.set()
        await asyncio.gather(*both)

    asyncio.run(live())
    assert carried(server) == source.rows


def message_of_unknown_id(row: Row, epoch: int) -> Message:
    """Return an event under an id the broker cannot have seen."""
    message = message_of(row, epoch)
    return message._replace(headers={**message.headers, MESSAGE_ID: os.urandom(8).hex()})


@pytest.mark.parametrize("lost", [1, 7, 50])
def test_a_lost_tail_is_published_again(server: EmbeddedServer, lost: int) -> None:
    """The broker still knows the ids of what it lost: a new epoch makes them new."""
    source = ListSource(50)
    carry(server, source)
    epoch = int(message_at(server, 1).headers[EPOCH])
    delete_last(server, lost)
    assert len(carried(server)) == 50 - lost
    assert carry(server, source) == lost
    assert carried(server) == source.rows
    assert int(message_at(server, 50 + lost).headers[EPOCH]) == epoch + 1


def test_a_truncated_file_is_published_again(tmp_path: Path) -> None:
    """A crash of the machine cut the newest block: the broker says nothing, the relay sees it."""
    source = ListSource(200)
    with EmbeddedServer(tmp_path) as server:
        carry(server, source)
    newest = max(tmp_path.rglob("*.blk"))
    os.truncate(newest, newest.stat().st_size * 2 // 3)
    for index in tmp_path.rglob("index.db"):
        index.unlink()
    with EmbeddedServer(tmp_path) as server:
        left = len(carried(server))
        assert left < 200
        assert carry(server, source) == 200 - left
        assert carried(server) == source.rows


@pytest.mark.slow
def test_a_lost_tail_is_noticed_while_running(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is published and the connection stands: the stream is looked at all the same."""
    monkeypatch.setattr(relay_module, "POLL_S", 0.005)
    source = ListSource(20)

    async def live() -> None:
        stop = asyncio.Event()
        relaying = asyncio.create_task(Relay(source, server.credentials("relay")).run(stop))
        await reaches(server, source)
        await asyncio.to_thread(delete_last, server, 5)
        await reaches(server, source)
        stop.set()
        await relaying

    asyncio.run(live())
    assert carried(server) == source.rows


def test_an_emptied_stream_is_filled_again(server: EmbeddedServer) -> None:
    """Purged, and made anew: both times the store goes out again, each time under a new epoch."""
    source = ListSource(40)

    async def purge(client: Client) -> None:
        await JetStream(client).purge(LEDGER)

    async def remove(client: Client) -> None:
        await JetStream(client).ask(f"STREAM.DELETE.{LEDGER}", {}, dict[str, object])

    carry(server, source)
    first = int(message_at(server, 1).headers[EPOCH])
    asyncio.run(on_connection(server.credentials("relay"), purge))
    assert carry(server, source) == 40
    assert carried(server) == source.rows
    second = int(message_at(server, 80).headers[EPOCH])
    asyncio.run(on_connection(root_of(server), remove))
    assert carry(server, source) == 40
    assert carried(server) == source.rows
    assert first < second < int(message_at(server, 1).headers[EPOCH])


def test_a_rebuild_raises_the_epoch(server: EmbeddedServer) -> None:
    """Asked for by a person, with everything in place."""
    source = ListSource(40)
    carry(server, source)
    first = int(message_at(server, 1).headers[EPOCH])
    assert asyncio.run(Relay(source, server.credentials("relay")).rebuild()) == 40
    assert carried(server) == source.rows
    assert int(message_at(server, 80).headers[EPOCH]) == first + 1


def test_a_stream_ahead_of_the_store_alarms(server: EmbeddedServer) -> None:
    """The store was restored from a backup: a person decides which of the two is right."""
    carry(server, ListSource(50))
    with pytest.raises(ForeignStream, match="ends at position 50, the store at 49"):
        carry(server, ListSource(49))
    assert len(carried(server)) == 50


def test_the_stream_of_another_ledger_alarms(server: EmbeddedServer) -> None:
    """Same length, same ids, other bytes: nothing is published behind them."""
    carry(server, ListSource(50))
    other = ListSource(60, of="another store")
    with pytest.raises(ForeignStream, match="another event at position 50"):
        carry(server, other)
    with pytest.raises(ForeignStream, match="another event at position 50"):
        asyncio.run(Relay(other, server.credentials("relay")).run(asyncio.Event()))
    assert len(carried(server)) == 50
    assert asyncio.run(Relay(other, server.credentials("relay")).rebuild()) == 60
    assert carried(server) == other.rows


def test_a_message_of_nobody_alarms(server: EmbeddedServer) -> None:
    """Somebody published without a position."""

    async def intrude(client: Client) -> None:
        await ensure_ledger_stream(JetStream(client))
        async with PublishPipe(client) as pipe:
            await pipe.publish_many([Message("ledger.a.b", b"x", {})])

    asyncio.run(on_connection(server.credentials("relay"), intrude))
    with pytest.raises(ForeignStream, match="without a position"):
        carry(server, ListSource(5))


def test_without_a_broker_catching_up_says_so(tmp_path: Path) -> None:
    """An answer at once, not a wait without end."""
    with EmbeddedServer(tmp_path) as server:
        credentials = server.credentials("relay")
    with pytest.raises(BrokerAway, match="no connection"):
        asyncio.run(Relay(ListSource(1), credentials).catch_up())


def test_the_pipe_refuses_everything_behind_a_lost_message(server: EmbeddedServer) -> None:
    """One gap, and nothing behind it is stored: no reordering, no trust in the memory of ids."""
    source = ListSource(10)
    messages = [message_of(row, 1) for row in source.rows]

    async def publish(client: Client) -> list[bool]:
        await ensure_ledger_stream(JetStream(client))
        async with PublishPipe(client) as pipe:
            await pipe.publish_many(messages[:3], after=0)
            acks = await pipe.publish_many(messages[4:], after=4)
            return [ack.error is None for ack in acks]

    asked = asyncio.run(on_connection(server.credentials("relay"), publish))
    assert asked == [False] * 6
    assert carried(server) == source.rows[:3]


def test_the_pipe_tells_when_nobody_stores_a_subject(server: EmbeddedServer) -> None:
    """A stream that was never made answers at once, not by silence."""

    async def publish(client: Client) -> int:
        async with PublishPipe(client) as pipe:
            (ack,) = await pipe.publish_many([Message("ledger.a.b", b"", {})])
            assert ack.error is not None
            return ack.error.code

    assert asyncio.run(on_connection(server.credentials("relay"), publish)) == 503
