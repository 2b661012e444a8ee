"""Three brokers: one lost goes unnoticed, two lost is waited for, nothing is lost or doubled."""

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import msgspec
import nats.errors
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from nats.aio.client import Client

from services.clock import SystemClock
from services.nats.accounts import Credentials
from services.nats.binary import find_server
from services.nats.child import answers_healthy
from services.nats.config import Node, Storage, Tls
from services.nats.connect import BrokerAway, with_connection
from services.nats.jetstream import JetStream
from services.nats.node import write_node
from services.nats.operator import Accounts
from services.nats.pipe import Message, PublishPipe
from services.nats.streams import FEED_KEEP, LEDGER_KEEP, ensure_feed_consumer, ensure_feed_stream
from services.nats.subjects import LEDGER, feed_stream, feed_subject, subscriber_user
from services.relay import Relay
from tests.live.broker import ListSource, almighty, on_connection, stream_rows
from tests.live.cluster import NAMES, Cluster, clustered, free_ports
from tests.live.serving import until

pytestmark = [pytest.mark.live, pytest.mark.slow, pytest.mark.timeout(240)]

RECOVERY_S = 60.0
STEP_S = 0.5


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """Three nodes, and a subscriber's account on all of them."""
    with clustered(tmp_path) as running:
        yield running


class Led(msgspec.Struct):
    """Who leads a stream."""

    leader: str


class Placed(msgspec.Struct):
    """Where a stream is."""

    cluster: Led


def leader(cluster: Cluster) -> str:
    """Say which node leads LEDGER."""

    async def look(client: Client) -> str:
        return (await JetStream(client).ask(f"STREAM.INFO.{LEDGER}", {}, Placed)).cluster.leader

    return asyncio.run(with_connection(cluster.user("relay"), name="test", work=look))


async def carried(cluster: Cluster, source: ListSource) -> bool:
    """Tell whether LEDGER equals the store."""
    try:
        return await stream_rows(cluster.user("relay")) == source.rows
    except (BrokerAway, nats.errors.Error):
        return False


async def equals(cluster: Cluster, source: ListSource) -> None:
    """Wait until LEDGER equals the store."""
    for _ in range(int(RECOVERY_S / STEP_S)):
        if await carried(cluster, source):
            return
        await asyncio.sleep(STEP_S)
    pytest.fail("LEDGER never equalled the store")


def test_nodes_lost_and_come_back_neither_lose_nor_double(cluster: Cluster) -> None:
    """The leader is killed under load; then a second node; then both come back."""
    source = ListSource(300)

    async def live() -> None:
        stop = asyncio.Event()
        relaying = asyncio.create_task(Relay(source, cluster.user("relay")).run(stop))
        await equals(cluster, source)
        first = await asyncio.to_thread(leader, cluster)
        source.record(400)
        cluster.kill(first)
        await equals(cluster, source)  # two of three go on
        second = next(name for name in NAMES if name != first)
        source.record(50)
        cluster.kill(second)
        source.record(350)
        await asyncio.sleep(3)
        assert not relaying.done()  # one of three waits
        cluster.start(first, second)
        await equals(cluster, source)
        source.record(10)
        await equals(cluster, source)
        stop.set()
        await relaying

    asyncio.run(live())


def test_a_lost_tail_and_two_relays_on_three_nodes(cluster: Cluster) -> None:
    """A cluster calls a known id a duplicate where one server calls the sequence wrong."""
    source = ListSource(120)
    relay = Relay(source, cluster.user("relay"))
    assert asyncio.run(relay.catch_up()) == 120

    async def lose(client: Client) -> None:
        for seq in (120, 119, 118):
            await JetStream(client).delete(LEDGER, seq)

    mighty = almighty(cluster.accounts, cluster.url)
    asyncio.run(on_connection(mighty, lose))
    assert asyncio.run(relay.catch_up()) == 3
    assert asyncio.run(carried(cluster, source))

    async def both() -> None:
        stop = asyncio.Event()
        two = [
            asyncio.create_task(Relay(source, cluster.user("relay")).run(stop)) for _ in range(2)
        ]
        for _ in range(20):
            source.record(17)
            await asyncio.sleep(0.02)
        await equals(cluster, source)
        stop.set()
        await asyncio.gather(*two)

    asyncio.run(both())


def test_streams_have_three_copies_and_a_feed_outlives_a_node(cluster: Cluster) -> None:
    """What was acknowledged stays so; the subscriber finds the rest at another node."""
    courier, city = cluster.user("courier"), cluster.user(subscriber_user("city"))

    async def fill(client: Client) -> None:
        js = JetStream(client)
        info = await ensure_feed_stream(js, "city", FEED_KEEP.on(courier))
        assert info.config["num_replicas"] == 3
        await ensure_feed_consumer(js, "city", ack_wait=timedelta(seconds=5))
        async with PublishPipe(client) as pipe:
            told = [Message(feed_subject("city", "told"), f"{n}".encode(), {}) for n in range(20)]
            acks = await pipe.publish_many(told, after=0)
            assert [ack.error for ack in acks] == [None] * 20

    taken: list[int] = []

    async def take(client: Client) -> None:
        place = await client.jetstream().pull_subscribe_bind("city", stream=feed_stream("city"))
        for message in await place.fetch(10, timeout=5):
            taken.append(int(message.data))  # what is confirmed is not offered again
            await message.ack_sync()

    assert LEDGER_KEEP.on(cluster.user("relay")).replicas == 3
    asyncio.run(on_connection(courier, fill))
    asyncio.run(on_connection(city, take))
    assert taken == list(range(10))
    cluster.kill("n2")

    async def come_back() -> None:
        async with asyncio.timeout(RECOVERY_S):
            while set(taken) != set(range(20)):
                with suppress(BrokerAway):
                    await with_connection(city, name="city", work=take)
                await asyncio.sleep(STEP_S)

    asyncio.run(come_back())


def test_a_subscriber_revoked_while_a_node_was_away_stays_revoked(cluster: Cluster) -> None:
    """What its configuration begins with is older than what it was told, or is soon told."""
    city = cluster.user(subscriber_user("city"))
    cluster.kill("n3")
    cluster.accounts.revoke("city")
    cluster.await_accounts()
    cluster.kill("n1")
    cluster.start("n1", "n3")
    cluster.await_healthy("n1", "n3")
    until(lambda: all(refuses(city, each) for each in cluster.url.split(",")), "all refuse it")


def test_a_node_with_a_certificate_is_reached_by_those_who_trust_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files lie where its configuration says; a stranger's certificate is not believed."""
    certificate, key = own_certificate(tmp_path)
    client_port, monitor_port = free_ports(2)
    node = Node(
        name="a",
        listen=f"127.0.0.1:{client_port}",
        monitor=f"127.0.0.1:{monitor_port}",
        tls=Tls(str(certificate), str(key)),
    )
    out = tmp_path / "a"
    config = write_node(tmp_path / "nats", node, out, store=out, storage=Storage())
    relay = Accounts(tmp_path / "nats").user("relay", f"tls://localhost:{client_port}")
    with subprocess.Popen(
        [str(find_server()), "-c", str(config)], stderr=subprocess.DEVNULL
    ) as server:
        try:
            until(lambda: answers_healthy(monitor_port), "the node is well")
            source = ListSource(3)
            with pytest.raises(BrokerAway):
                asyncio.run(Relay(source, relay).catch_up())
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
            assert asyncio.run(Relay(source, relay).catch_up()) == 3
        finally:
            server.kill()


def own_certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for this machine, vouched for by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    begun = SystemClock().now() - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begun)
        .not_valid_after(begun + timedelta(days=3))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "a.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "a.key").write_bytes(plain)
    return folder / "a.pem", folder / "a.key"


def refuses(who: Credentials, address: str) -> bool:
    """Tell whether one node refuses a user."""

    async def nothing(_: Client) -> None:
        return None

    try:
        asyncio.run(on_connection(msgspec.structs.replace(who, url=address), nothing))
    except BrokerAway:
        return True
    return False
