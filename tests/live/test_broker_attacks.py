"""What a subscriber, or who stole its file, tries against the broker as it is shipped.

The last tests loosen the configuration, to show that the attacks do harm where nothing contains
them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import msgspec
import nats.errors
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.nats import rights
from services.nats.accounts import Credentials
from services.nats.connect import BrokerAway, connect
from services.nats.jetstream import JetStream
from services.nats.pipe import Message, PublishPipe
from services.nats.rights import CONNECTIONS_MAX, account_hash
from services.nats.server import EmbeddedServer
from services.nats.streams import (
    ensure_feed_consumer,
    ensure_feed_stream,
    ensure_ledger_stream,
)
from services.nats.subjects import feed_stream, feed_subject, subscriber_user
from tests.live.broker import almighty, on_connection, root_of

pytestmark = pytest.mark.live

NAMES = ("mallory", "city")
TOLD = 3
QUIET_S = 0.15
PULL = b'{"batch":1,"no_wait":true}'
"""Answered by a message, which forges, or by a status without a body, which deletes."""
NEXT = "$JS.API.CONSUMER.MSG.NEXT.FEED_mallory.mallory"

Attack = Callable[[Client], Awaitable[None]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """A broker as shipped, with a record in LEDGER and two feeds of three messages."""
    folder = tmp_path_factory.mktemp("attacked")
    with EmbeddedServer(folder / "nats", subscribers=NAMES) as running:
        fill(running)
        yield running


def fill(server: EmbeddedServer) -> None:
    """Publish as our services do."""

    async def relay(client: Client) -> None:
        await ensure_ledger_stream(JetStream(client))
        async with PublishPipe(client) as pipe:
            await pipe.publish_many([Message("ledger.a.b", b"sealed", {})] * TOLD, after=0)

    async def courier(client: Client) -> None:
        for name in NAMES:
            await ensure_feed_stream(JetStream(client), name)
            await ensure_feed_consumer(JetStream(client), name)
            async with PublishPipe(client) as pipe:
                told = Message(feed_subject(name, "told"), f"for {name}".encode(), {})
                await pipe.publish_many([told] * TOLD, after=0)

    asyncio.run(on_connection(server.credentials("relay"), relay))
    asyncio.run(on_connection(server.credentials("courier"), courier))


async def state(server: EmbeddedServer) -> dict[str, object]:
    """Say all that an attack might have changed; the attacker may move in its own feed."""

    async def look(client: Client) -> dict[str, object]:
        js = JetStream(client)
        names = await js.ask("STREAM.NAMES", {}, dict[str, object])
        found: dict[str, object] = {"streams": names.get("streams")}
        for stream in msgspec.convert(names.get("streams") or [], list[str]):
            info = await js.info(stream)
            assert info is not None
            found[stream] = info.state
        asked = f"CONSUMER.INFO.{feed_stream('city')}.city"
        if feed_stream("city") in found:
            place = await js.ask(asked, {}, dict[str, object])
            found["city's place"] = (place["delivered"], place["ack_floor"], place["num_pending"])
        return found

    return {
        account: await on_connection(root_of(server, account), look)
        for account in ("LEDGER", "FEEDS")
    }


def mallory(server: EmbeddedServer) -> Credentials:
    """Return the attacker's own, rightful credentials."""
    return server.credentials(subscriber_user("mallory"))


def contained(server: EmbeddedServer, attack: Attack) -> bool:
    """Let somebody with a subscriber's file do something; tell whether all is as it was."""

    async def tried() -> bool:
        before = await state(server)
        await on_connection(mallory(server), attack)
        return await state(server) == before

    return asyncio.run(tried())


REPLIES = (
    "$JS.API.STREAM.DELETE.LEDGER",
    "$JS.API.STREAM.DELETE.FEED_city",
    "$JS.API.STREAM.DELETE.FEED_mallory",
    "$JS.API.STREAM.PURGE.LEDGER",
    "$JS.API.STREAM.PURGE.FEED_city",
    "$JS.API.CONSUMER.DELETE.FEED_city.city",
    "ledger.a.b",
    "feed.city.told",
    "checkpoints",
    "cmd.city.act",
)


@pytest.mark.parametrize("reply", REPLIES)
def test_an_answer_cannot_be_sent_where_it_does_harm(server: EmbeddedServer, reply: str) -> None:
    """The reply subject of a publish is not checked: the answer would delete, purge or forge."""

    async def attack(client: Client) -> None:
        for _ in range(TOLD + 2):
            await client.publish(NEXT, PULL, reply)
        await client.publish("cmd.mallory.act", b"", reply)
        await client.publish("$JS.ACK.FEED_mallory.mallory.1.1.1.1.0", b"+NXT", reply)
        await client.flush()
        await asyncio.sleep(QUIET_S)

    assert contained(server, attack)


FORBIDDEN = (
    "ledger.a.b",
    "feed.city.told",
    "feed.mallory.told",
    "checkpoints",
    "live.city.told",
    "cmd.city.act",
    "$JS.API.INFO",
    "$JS.API.STREAM.NAMES",
    "$JS.API.STREAM.CREATE.MINE",
    "$JS.API.STREAM.UPDATE.FEED_mallory",
    "$JS.API.STREAM.DELETE.FEED_city",
    "$JS.API.STREAM.PURGE.LEDGER",
    "$JS.API.STREAM.PURGE.FEED_mallory",
    "$JS.API.STREAM.MSG.GET.LEDGER",
    "$JS.API.STREAM.MSG.GET.FEED_city",
    "$JS.API.DIRECT.GET.FEED_city",
    "$JS.API.CONSUMER.CREATE.FEED_city.spy",
    "$JS.API.CONSUMER.CREATE.FEED_mallory.spy",
    "$JS.API.CONSUMER.DELETE.FEED_city.city",
    "$JS.API.CONSUMER.MSG.NEXT.FEED_city.city",
    "$JS.API.CONSUMER.MSG.NEXT.LEDGER.any",
    "$JS.ACK.FEED_city.city.1.1.1.1.0",
    "$SYS.REQ.CLAIMS.UPDATE",
    "$SYS.REQ.CLAIMS.DELETE",
    "$SYS.REQ.SERVER.PING",
    "$SYS.REQ.ACCOUNT.PING.CONNZ",
)


@pytest.mark.parametrize("subject", FORBIDDEN)
def test_nothing_is_asked_or_said_beyond_what_was_lent(
    server: EmbeddedServer, subject: str
) -> None:
    """Appending, purging, making streams, other feeds, accounts: nobody answers."""
    body = b'{"name":"MINE","subjects":["x"],"seq":1}'

    async def attack(client: Client) -> None:
        with pytest.raises((nats.errors.TimeoutError, nats.errors.NoRespondersError)):
            await client.request(subject, body, timeout=QUIET_S)

    assert contained(server, attack)


HIDDEN = (
    ">",
    "_INBOX.>",
    "_INBOX_courier.>",
    "_INBOX_subscriber-city.>",
    "_R_.>",
    "ledger.>",
    "feed.>",
    "live.>",
    "cmd.>",
    "$JS.>",
    "$JS.EVENT.>",
    "$SYS.>",
)


@pytest.mark.parametrize("subject", HIDDEN)
def test_nothing_of_others_is_overheard(server: EmbeddedServer, subject: str) -> None:
    """Not LEDGER, not another's inbox, not the system: while all of them are busy."""
    heard: list[Msg] = []

    async def attack(client: Client) -> None:
        async def hear(message: Msg) -> None:
            heard.append(message)

        await client.subscribe(subject, cb=hear)
        await client.flush()
        await busy(server)
        await asyncio.sleep(QUIET_S)

    asyncio.run(on_connection(mallory(server), attack))
    assert heard == []


async def busy(server: EmbeddedServer) -> None:
    """Have relay, courier and the other subscriber do what they do."""

    def publishing(subject: str) -> Attack:
        async def publish(client: Client) -> None:
            async with PublishPipe(client) as pipe:
                await pipe.publish_many([Message(subject, b"secret", {})])

        return publish

    async def pull(client: Client) -> None:
        place = await client.jetstream().pull_subscribe_bind("city", stream=feed_stream("city"))
        for message in await place.fetch(1, timeout=2):
            await message.ack_sync()

    for user, subject in (("relay", "ledger.a.b"), ("courier", "feed.city.told")):
        await on_connection(server.credentials(user), publishing(subject))
    await on_connection(server.credentials(subscriber_user("city")), pull)


def test_the_second_form_of_an_acknowledgement_reaches_no_other_feed(
    server: EmbeddedServer,
) -> None:
    """Read as the first form it would name another's stream; domain and account are fixed."""
    feeds = account_hash(server.accounts.account("FEEDS"))

    async def attack(client: Client) -> None:
        for subject in (
            "$JS.ACK.FEED_city.city.FEED_mallory.mallory.1.1.1.0",
            f"$JS.ACK._.{feeds}.FEED_city.city.1.1.1.1.0.x",
        ):
            with pytest.raises(nats.errors.TimeoutError):
                await client.request(subject, b"+TERM", timeout=QUIET_S)

    assert contained(server, attack)


def test_who_asks_is_said_by_the_server(server: EmbeddedServer) -> None:
    """A forged header is overwritten; the account tells the subscriber."""
    callers: list[str | None] = []

    async def serve_and_ask() -> None:
        async def answer(message: Msg) -> None:
            told = msgspec.json.decode((message.headers or {})["Nats-Request-Info"])
            callers.append(server.accounts.subscriber_of(told["acc"]))
            await message.respond(b"done")

        desk = await connect(server.credentials("commands"), name="desk")
        await desk.subscribe("cmd.*.>", cb=answer)
        await desk.flush()
        city = server.accounts._keys().subscribers["city"].own.key
        forged = {"Nats-Request-Info": msgspec.json.encode({"acc": city}).decode()}

        async def ask(client: Client) -> None:
            await client.request("cmd.mallory.act", b"{}", timeout=2, headers=forged)

        await on_connection(mallory(server), ask)
        await desk.close()

    asyncio.run(serve_and_ask())
    assert callers == ["mallory"]


def test_the_desk_can_answer_to_inboxes_alone(server: EmbeddedServer) -> None:
    """A caller chooses where the answer goes; the service's own user may publish nowhere else."""

    async def attack(client: Client) -> None:
        for subject in ("cmd.city.act", "ledger.a.b", "$JS.API.STREAM.PURGE.LEDGER", "$SYS.REQ.X"):
            with pytest.raises((nats.errors.TimeoutError, nats.errors.NoRespondersError)):
                await client.request(subject, b"", timeout=QUIET_S)

    asyncio.run(on_connection(server.credentials("commands"), attack))


def test_connections_of_one_subscriber_leave_room_for_others(server: EmbeddedServer) -> None:
    """Its own account is full; everybody else connects."""

    async def attack() -> int:
        opened: list[Client] = []
        try:
            for _ in range(CONNECTIONS_MAX + 1):
                opened.append(await connect(mallory(server), name="one more"))
                await opened[-1].flush()
        except (BrokerAway, nats.errors.Error):
            pass
        else:
            return -1
        finally:
            await busy(server)
            for client in opened:
                await client.close()
        return len(opened)

    assert 0 < asyncio.run(attack()) <= CONNECTIONS_MAX


def test_subscriptions_of_one_subscriber_are_bounded(server: EmbeddedServer) -> None:
    """The server's memory is not a subscriber's to fill."""

    async def attack(client: Client) -> None:
        errors: list[Exception] = []

        async def told(fault: Exception) -> None:
            errors.append(fault)

        client._error_cb = told
        for _ in range(2 * rights.SUBSCRIPTIONS_MAX):
            await client.subscribe(client.new_inbox())
        await asyncio.sleep(QUIET_S)
        assert any("maximum subscriptions" in str(fault) for fault in errors) or client.is_closed

    asyncio.run(on_connection(mallory(server), attack))
    asyncio.run(busy(server))


def test_a_message_beyond_the_limit_ends_the_connection_that_sent_it(
    server: EmbeddedServer,
) -> None:
    """An event is at most 256 KiB; whoever sends megabytes is not heard out."""

    async def attack(client: Client) -> None:
        client._max_payload = 8 << 20  # the client's own courtesy
        with pytest.raises(nats.errors.Error):
            await client.request("cmd.mallory.act", b"x" * (4 << 20), timeout=QUIET_S)

    assert contained(server, attack)


# Loosened, the same attacks do harm: the tests above can fail


def test_in_an_account_with_streams_the_reply_attack_works(tmp_path: Path) -> None:
    """A subscriber that shares FEEDS, with the same rights as in its own account."""
    with EmbeddedServer(tmp_path / "nats", subscribers=NAMES) as server:
        fill(server)
        inside = almighty(
            server.accounts, mallory(server).url, "FEEDS", may_say=[NEXT], may_hear=[]
        )

        async def attack(client: Client) -> None:
            for _ in range(TOLD + 2):
                await client.publish(NEXT, PULL, "$JS.API.STREAM.DELETE.FEED_city")
            await client.flush()
            await asyncio.sleep(QUIET_S)

        asyncio.run(on_connection(inside, attack))
        assert "FEED_city" not in str(asyncio.run(state(server))["FEEDS"])


def test_with_another_place_lent_another_feed_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slip in what is lent, and the tests above would see it."""
    usual, wrong = rights.loans, "$JS.API.CONSUMER.MSG.NEXT.FEED_city.city"

    def loose(subscriber: str, *, durable: str, live: bool, feeds_key: str) -> list[rights.Loan]:
        lent = usual(subscriber, durable=durable, live=live, feeds_key=feeds_key)
        return [lent[0]._replace(subject=wrong), *lent[1:]]

    monkeypatch.setattr("services.nats.issuing.loans", loose)
    with EmbeddedServer(tmp_path / "nats", subscribers=NAMES) as server:
        fill(server)

        async def attack(client: Client) -> None:
            answers = await client.subscribe(inbox := client.new_inbox())
            await client.publish(wrong, PULL, inbox)
            assert (await answers.next_msg(timeout=2)).data == b"for city"

        assert not contained(server, attack)
