"""Compose the services and run them until asked to stop."""

import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from msgspec import Struct
from nats.aio.client import Client

from ledger.errors import StoreFault
from ledger.seal.opening import sealing
from ledger.store.locks import ServeLock
from ledger.store.reader import Reader
from services.clock import SystemSteady
from services.courier import PARTNER, Courier, Cursor
from services.eraser import Eraser
from services.house import House, open_house
from services.leases import Leases
from services.metrics.meters import BATCHES
from services.metrics.port import operators_port
from services.metrics.watch import Watch
from services.nats.accounts import Credentials
from services.nats.connect import BrokerAway, with_connection
from services.nats.jetstream import JetStream
from services.nats.ledger_stream import ForeignStream
from services.nats.server import EmbeddedServer
from services.nats.streams import ensure_feed_consumer, ensure_feed_stream
from services.nats.subjects import subscriber_user
from services.projector import ProjectorService
from services.relay import Relay
from services.running import Part, run_parts
from services.sealer import Sealer
from services.seals import place_of, publication_of, record_of
from services.settings import Settings
from services.store_source import StoreSource
from services.timekeeper import Timekeeper

SWITCH_S = 0.0005  # 5 ms by default: as long would a message wait while the views are brought on
TICK_S = 10.0
DEMO_TICK_S = 1.0
SEAL_TURN_S = 10.0
"""How long to wait for a command line that seals just now."""


class Broker(Struct, frozen=True):
    """How the services reach NATS.

    Attributes:
        relay: Credentials of the relay.
        follower: Credentials of trusted services.
        courier: Credentials of the courier.
        url: Address, for people.
        server: The embedded server, None where it is elsewhere.
        feed_file: Credentials file of the one subscriber, None where the server is elsewhere.
    """

    relay: Credentials
    follower: Credentials
    courier: Credentials
    url: str
    server: EmbeddedServer | None = None
    feed_file: Path | None = None


def serve(
    settings: Settings,
    *,
    demo: bool,
    say: Callable[[str], None],
    operator_port: int | None = None,
) -> None:
    """Run every service of a data folder until SIGINT or SIGTERM; leaves no process behind.

    Args:
        settings: Where the data lie and how NATS is reached.
        demo: Make a demo ledger where there is none, and fill it with the demo cases.
        say: Prints a line for people.
        operator_port: Port for metrics and readiness, 0 for a free one; None for no port.

    Raises:
        StoreFault: Another `serve` has the folder, a port is taken, or a file is at fault.
    """
    with ExitStack() as open_things:
        house = _open(settings, demo=demo, say=say, open_things=open_things)
        every_s = settings.seals.every_s or (DEMO_TICK_S if demo else TICK_S)
        sealing_part = _sealing_part(settings, house, every_s, open_things)
        broker = _broker(settings, open_things)
        sys.setswitchinterval(SWITCH_S)

        def tell() -> None:
            _tell(settings, house, broker, say)
            sys.stdout.flush()  # what is piped would be read at the end only

        house.ledger.observed = BATCHES.observe
        watch = Watch(SystemSteady(), house.ledger.reader.recorder.head)
        watch.count_parked("views", lambda: len(house.views.parked()))
        if operator_port is not None:
            port = open_things.enter_context(operators_port(watch, operator_port))
            say(f"  operator port  http://127.0.0.1:{port}/metrics, /livez, /readyz")
        asyncio.run(_run(_parts(house, broker, sealing_part), house, broker, watch, tell))
    say("stopped; nothing is left running")


def _open(
    settings: Settings, *, demo: bool, say: Callable[[str], None], open_things: ExitStack
) -> House:
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    open_things.enter_context(ServeLock(settings.data))
    if demo:
        from services.demo.load import open_demo  # noqa: PLC0415 - the demo is asked for seldom

        open_demo(settings, say)
    house = open_things.enter_context(open_house(settings, create=True, told=say))
    house.views.bring_to_head()
    return house


def _sealing_part(
    settings: Settings, house: House, every_s: float, open_things: ExitStack
) -> Callable[[Credentials | None], Part]:
    """Seal at once or not at all in a folder; beside other hosts, when it is this one's turn.

    Raises:
        SealsDoNotMatch: As `_sealer`.
        CaseBusy: Another process seals this folder.
    """
    if not house.ledger.urls.record:
        sealer = _sealer(settings, house, every_s, open_things)
        return lambda broker: Part("sealer", lambda stop: sealer.run(stop, broker), sealer.position)
    leases = Leases(house.ledger.folder, house.ledger.urls.record)

    def part(broker: Credentials | None) -> Part:
        async def seal(stop: asyncio.Event) -> None:
            with ExitStack() as held:
                sealer = await asyncio.to_thread(_sealer, settings, house, every_s, held)
                await sealer.run(stop, broker)

        return Part("sealer", leases.under("sealer", seal))

    return part


def _sealer(settings: Settings, house: House, every_s: float, open_things: ExitStack) -> Sealer:
    """Take the right to seal; nothing runs before record, seals and signer were compared.

    Raises:
        SealsDoNotMatch: They do not fit together; it says what does not.
        CaseBusy: Another process seals.
    """
    published = publication_of(house, settings)
    held = open_things.enter_context(
        sealing(
            place_of(house, settings), record_of(house), published.notes(), within_s=SEAL_TURN_S
        )
    )
    return Sealer(held, published, house.clock, SystemSteady(), every_s)


def _broker(settings: Settings, open_things: ExitStack) -> Broker | None:
    if settings.nats_url == "off":
        return None
    if settings.nats_url != "embedded":
        elsewhere = _credentials(settings)
        return Broker(elsewhere, elsewhere, elsewhere, settings.nats_url)
    folder = settings.data / "nats"
    server = EmbeddedServer(folder, port=settings.nats_port, subscribers=(PARTNER.subscriber,))
    open_things.enter_context(server)
    return Broker(
        server.credentials("relay"),
        server.credentials("follower"),
        server.credentials("courier"),
        f"nats://127.0.0.1:{server.port}",
        server,
        folder / "credentials" / f"{subscriber_user(PARTNER.subscriber)}.json",
    )


def _credentials(settings: Settings) -> Credentials:
    """Read the user of a server elsewhere.

    Raises:
        StoreFault: None was given.
    """
    user, colon, password = (settings.nats_credentials or "").partition(":")
    if not colon or not password:
        raise StoreFault(
            f"{settings.nats_url} needs credentials", "GOODOFFICES_NATS_CREDENTIALS=user:password"
        )
    return Credentials(settings.nats_url, user, password, f"_INBOX_{user}")


async def _run(
    parts: Sequence[Part],
    house: House,
    broker: Broker | None,
    watch: Watch,
    tell: Callable[[], None],
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, stop.set)
    await _first_feed(broker)
    tell()
    await _first_streams(house, broker)
    await run_parts(parts, watch, stop)


async def _first_feed(broker: Broker | None) -> None:
    """Have the feed there before anybody is told that it is, if the broker answers."""

    async def ensure(client: Client) -> None:
        js = JetStream(client)
        await ensure_feed_stream(js, PARTNER.subscriber)
        await ensure_feed_consumer(js, PARTNER.subscriber)

    if broker is not None:
        with suppress(BrokerAway):
            await with_connection(broker.courier, name="courier", work=ensure)


async def _first_streams(house: House, broker: Broker | None) -> None:
    """Have LEDGER there before anybody follows it, if the broker answers."""
    if broker is None:
        return
    with suppress(BrokerAway, ForeignStream):
        await Relay(StoreSource(house.ledger.reader.recorder), broker.relay).catch_up()


def _parts(
    house: House, broker: Broker | None, sealing_part: Callable[[Credentials | None], Part]
) -> list[Part]:
    """List what runs; each goes on without NATS, and with it again once it is back."""
    source = StoreSource(house.ledger.reader.recorder)
    leases = Leases(house.ledger.folder, house.ledger.urls.record)
    projector = ProjectorService(house.views, source)
    timekeeper = Timekeeper(house.views, house.ledger.record_overdue, house.clock, SystemSteady())
    eraser = Eraser(house.ledger, house.clock)
    announcer = None if broker is None else broker.courier
    parts = [
        Part("timekeeper", leases.under("timekeeper", timekeeper.run)),
        Part("eraser", leases.under("eraser", eraser.run)),
        sealing_part(announcer),
        Part("projector", projector.run, house.views.position),
    ]
    if broker is None:
        return parts
    cursor = Cursor(house.ledger.folder / "courier.sqlite")
    reader: Reader = house.ledger.reader
    courier = Courier(reader, house.ledger.institution_id, cursor, broker.courier)
    relay, follower = Relay(source, broker.relay), broker.follower

    async def bring(stop: asyncio.Event) -> None:
        await courier.run(source, follower, stop)

    parts += [
        Part("relay", leases.under("relay", relay.run), relay.position),
        Part("courier", leases.under("courier", bring), courier.position),
    ]
    if broker.server is not None:
        parts.append(Part("broker", broker.server.keep_alive))
    return parts


def _tell(
    settings: Settings, house: House, broker: Broker | None, say: Callable[[str], None]
) -> None:
    """Say what runs where, and what to try."""
    say("Good Offices Ledger is running. Ctrl-C stops it; a second start goes on.")
    say(f"  record, keys   {settings.data}")
    say(f"  broker         {broker.url if broker else 'off'}")
    if broker and broker.feed_file:
        say(f"  feed           {broker.feed_file}")
    say(f"  operator       {settings.operator}")
    from services.tour import tour  # noqa: PLC0415 - text only

    for line in tour(settings, house):
        say(line)
