"""Accounts and users of the broker: made, changed, taken back while it runs, kept over crashes."""

import asyncio
import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from nats.aio.client import Client

from ledger.errors import StoreFault
from services.nats.child import Child
from services.nats.config import embedded_config
from services.nats.connect import BrokerAway, connect
from services.nats.jetstream import JetStream
from services.nats.keeper import keep_told
from services.nats.operator import Accounts, apply
from services.nats.pipe import Message, PublishPipe
from services.nats.rights import OF_USERS
from services.nats.server import EmbeddedServer
from services.nats.streams import ensure_feed_consumer, ensure_feed_stream, epoch_of
from services.nats.subjects import LEDGER, feed_stream, subscriber_user
from services.nats.tokens import Subject, public_key, signed
from services.relay import Relay
from tests.live.broker import ListSource, eventually, on_connection, stream_rows
from tests.live.old_broker import make_old_folder

pytestmark = [pytest.mark.live, pytest.mark.slow]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    """A broker without subscribers."""
    with EmbeddedServer(tmp_path / "nats") as running:
        yield running


def told(server: EmbeddedServer) -> None:
    """Tell the running broker what the folder says."""
    asyncio.run(apply(server.accounts, server.credentials("keeper").url))


def connects(server: EmbeddedServer, name: str) -> bool:
    """Tell whether a subscriber is let in."""

    async def nothing(_: Client) -> None:
        return None

    try:
        asyncio.run(on_connection(server.credentials(subscriber_user(name)), nothing))
    except BrokerAway:
        return False
    return True


def test_what_the_broker_knows_it_is_not_told_again(server: EmbeddedServer) -> None:
    """A change costs as much as what changed, however many subscribers there are."""
    for number in range(20):
        server.accounts.ensure_subscriber(f"s{number}", durable="place")

    async def told_at_each() -> list[int]:
        counts = []
        client = await connect(server.credentials("keeper"), name="keeper")
        try:
            known: dict[str, str] = {}
            for change in (lambda _: None, *[server.accounts.revoke] * 2):
                change("s3")
                before = client.stats["out_msgs"]
                known = await server.accounts.push(client, known)
                counts.append(client.stats["out_msgs"] - before)
        finally:
            await client.close()
        return counts

    everything, one, nothing = asyncio.run(told_at_each())
    assert everything > 20
    assert (one, nothing) == (1, 0)
    assert connects(server, "s4")


def test_a_subscriber_is_let_in_while_the_broker_runs(server: EmbeddedServer) -> None:
    """No reload, no restart: the account is pushed, and again without harm."""
    server.accounts.ensure_subscriber("city", durable="city")
    assert not connects(server, "city")
    told(server)
    assert connects(server, "city")
    told(server)
    assert connects(server, "city")


def test_who_is_revoked_loses_the_connection_it_has(server: EmbeddedServer) -> None:
    """The server ends it and lets nobody in with the old file; others stay."""
    for name in ("city", "court"):
        server.accounts.ensure_subscriber(name, durable=name)
    told(server)
    city = server.credentials(subscriber_user("city"))

    async def revoked() -> None:
        ended = asyncio.Event()
        theirs = await connect(city, name="city", on_lost=ended.set)
        other = await connect(server.credentials(subscriber_user("court")), name="court")
        await asyncio.to_thread(server.accounts.revoke, "city")
        await apply(server.accounts, city.url)
        async with asyncio.timeout(5):
            await ended.wait()
        assert not theirs.is_connected
        assert other.is_connected
        with pytest.raises(BrokerAway):
            await connect(city, name="again")
        await other.close()

    asyncio.run(revoked())
    assert server.accounts.subscribers() == ("court",)


def test_what_another_process_changed_reaches_the_broker_after_an_outage_too(
    tmp_path: Path,
) -> None:
    """Whoever runs the services tells it again at each connection."""
    with EmbeddedServer(tmp_path):
        pass  # its port is known from here on
    with EmbeddedServer(tmp_path) as server:
        url = server.credentials("keeper").url

        async def live() -> None:
            stop = asyncio.Event()
            keeping = asyncio.create_task(keep_told(server.accounts, url, stop))
            Accounts(tmp_path).ensure_subscriber("city", durable="city")
            await lets_in(server, "city")
            os.kill(server.pid, signal.SIGKILL)
            Accounts(tmp_path).ensure_subscriber("court", durable="court")
            await eventually(lambda: not server.alive)
            server._child = Child(server._folder)  # as it was configured: of no subscriber
            await lets_in(server, "court")
            stop.set()
            await keeping

        asyncio.run(live())


async def lets_in(server: EmbeddedServer, name: str) -> None:
    """Wait until a subscriber is let in."""
    who = server.credentials(subscriber_user(name))
    for _ in range(100):
        try:
            await (await connect(who, name=name)).close()
        except BrokerAway:
            await asyncio.sleep(0.1)
        else:
            return
    pytest.fail(f"{name} is never let in")


def test_who_was_revoked_and_comes_back_has_another_account(server: EmbeddedServer) -> None:
    """The old file opens nothing, ever."""
    server.accounts.ensure_subscriber("city", durable="city")
    old = server.credentials(subscriber_user("city"))
    server.accounts.revoke("city")
    server.accounts.ensure_subscriber("city", durable="city")
    told(server)
    assert connects(server, "city")
    with pytest.raises(BrokerAway):
        asyncio.run(connect(old, name="old"))


def test_a_rotated_key_ends_the_old_one(server: EmbeddedServer) -> None:
    """A file that was lost is replaced; feed and place stay."""
    server.accounts.ensure_subscriber("city", durable="city")
    told(server)
    old = server.credentials(subscriber_user("city"))
    new = server.accounts.rotate("city")
    told(server)
    assert connects(server, "city")
    assert new == server.accounts.credentials_of("city")
    with pytest.raises(BrokerAway):
        asyncio.run(connect(old, name="old"))


def test_a_token_that_expired_opens_nothing(server: EmbeddedServer) -> None:
    """Where a token has an end, the server keeps to it; the client is told and closed."""
    keys = server.accounts._keys().accounts["LEDGER"]
    relay = server.credentials("relay")
    rights = {"type": "user", "subs": -1, "data": -1, "payload": -1}
    of = Subject(public_key(relay.seed), "relay")
    late = signed(keys.seed, of, rights, at=1, until=2)
    with pytest.raises(BrokerAway):
        asyncio.run(connect(msgspec.structs.replace(relay, token=late), name="late"))


def test_what_a_crash_kept_from_the_broker_is_told_at_the_next_start(tmp_path: Path) -> None:
    """The folder is written first; a server of ours begins with all of it."""
    with EmbeddedServer(tmp_path) as server:
        server.accounts.ensure_subscriber("city", durable="city")
        server.accounts.ensure_subscriber("court", durable="court")
        told(server)
        server.accounts.revoke("court")
        old = server.accounts.tokens()
    with EmbeddedServer(tmp_path) as server:
        assert server.accounts.tokens() == old
        assert connects(server, "city")
        with pytest.raises(StoreFault, match="no subscriber 'court'"):
            server.credentials(subscriber_user("court"))


@pytest.mark.parametrize("second_form", [False, True])
def test_both_forms_of_an_acknowledgement_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, second_form: bool
) -> None:
    """The server decides which one a message asks for; ours asks for the first."""

    def config(*given: Any, **named: Any) -> dict[str, object]:  # noqa: ANN401 - handed on
        flags = {"feature_flags": {"js_ack_fc_v2": second_form}}
        return {**embedded_config(*given, **named), **flags}

    async def publish(client: Client) -> None:
        await ensure_feed_stream(JetStream(client), "city")
        await ensure_feed_consumer(JetStream(client), "city")
        async with PublishPipe(client) as pipe:
            await pipe.publish_many([Message("feed.city.told", b"x", {})])

    async def take(client: Client) -> None:
        place = await client.jetstream().pull_subscribe_bind("city", stream=feed_stream("city"))
        (message,) = await place.fetch(1, timeout=2)
        assert message.reply.startswith("$JS.ACK._.") is second_form
        await client.request(message.reply, b"+ACK", timeout=2)

    monkeypatch.setattr("services.nats.server.embedded_config", config)
    with EmbeddedServer(tmp_path, subscribers=["city"]) as server:
        asyncio.run(on_connection(server.credentials("courier"), publish))
        asyncio.run(on_connection(server.credentials(subscriber_user("city")), take))


def test_keys_are_for_their_owner_alone(server: EmbeddedServer) -> None:
    """The operator's key signs accounts: who has it may do everything."""
    file = server.folder / "accounts.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_without_the_keys_of_its_accounts_a_broker_is_not_started(tmp_path: Path) -> None:
    """New keys would lock every subscriber out without a word."""
    with EmbeddedServer(tmp_path):
        pass
    (tmp_path / "accounts.json").unlink()
    with pytest.raises(StoreFault, match="lacks the keys of the accounts"):
        EmbeddedServer(tmp_path).start()


def test_two_processes_that_add_subscribers_lose_none(tmp_path: Path) -> None:
    """The folder is read and written under a lock."""

    async def both() -> None:
        await asyncio.gather(
            *(
                asyncio.to_thread(Accounts(tmp_path).ensure_subscriber, f"s{n}", durable=f"s{n}")
                for n in range(8)
            )
        )

    asyncio.run(both())
    assert set(Accounts(tmp_path).subscribers()) == {f"s{n}" for n in range(8)}


FOREIGN = {
    "relay": f"$JS.API.STREAM.DELETE.{LEDGER}",
    "follower": "ledger.a.b",
    "doctor": f"$JS.API.STREAM.PURGE.{LEDGER}",
    "courier": "checkpoints",
    "sealer": "feed.city.told",
    "commands": "cmd.city.act",
    "keeper": "$SYS.REQ.CLAIMS.DELETE",
}


@pytest.mark.parametrize("user", OF_USERS)
def test_a_service_of_ours_may_do_its_work_and_no_other(server: EmbeddedServer, user: str) -> None:
    """A stolen file of one service is not the file of all."""
    refused: list[str] = []

    async def attempt() -> None:
        client = await connect(server.credentials(user), name=user)

        async def told(fault: Exception) -> None:
            refused.append(str(fault))

        client._error_cb = told
        await client.publish(FOREIGN[user], b"{}")
        for overheard in (">", "_INBOX.>", "_INBOX_somebody.>"):
            await client.subscribe(overheard)
        for _ in range(400):
            if len(refused) >= 4:
                break
            await asyncio.sleep(0.05)
        await client.close()

    asyncio.run(attempt())
    assert len(refused) == 4
    assert all("permissions violation" in fault for fault in refused)


def test_a_folder_of_an_earlier_release_starts_without_hands(tmp_path: Path) -> None:
    """Accounts have other names now, so streams are filled again, under a later epoch."""
    source = ListSource(70)
    earlier = asyncio.run(make_old_folder(tmp_path, source.rows))
    with EmbeddedServer(tmp_path, subscribers=["city"]) as server:
        assert asyncio.run(Relay(source, server.credentials("relay")).catch_up()) == 70
        assert asyncio.run(stream_rows(server.credentials("relay"))) == source.rows

        async def look(client: Client) -> int:
            info = await JetStream(client).info(LEDGER)
            assert info is not None
            return epoch_of(info)

        async def feed(client: Client) -> int:
            return (await ensure_feed_stream(JetStream(client), "city")).state.messages

        assert asyncio.run(on_connection(server.credentials("relay"), look)) > earlier
        assert asyncio.run(on_connection(server.credentials("courier"), feed)) == 0
        left = {path.name for path in (tmp_path / "jetstream" / "jetstream").iterdir()}
        assert left <= server.accounts.tokens().keys()
        assert PASSWORDS not in (tmp_path / "nats.conf").read_text()


PASSWORDS = '"password"'
