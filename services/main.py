"""Compose the services and run them until asked to stop."""

import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing, suppress
from functools import partial
from pathlib import Path

from msgspec import Struct
from nats.aio.client import Client

from ledger.errors import CaseBusy
from ledger.seal.opening import sealing
from ledger.seal.seal_store import SealStore
from ledger.store.locks import ServeLock
from ledger.store.reader import Reader
from services.clock import SystemSteady
from services.command_service.service import CommandService
from services.courier import Access, Book, ByAccounts, Courier, Elsewhere, Tools
from services.courier.window import Window
from services.eraser import Eraser
from services.grants import Grants
from services.house import House, open_house
from services.leases import Leases
from services.metrics.meters import BATCHES
from services.metrics.port import operators_port
from services.metrics.watch import Watch
from services.nats.accounts import Credentials
from services.nats.connect import BrokerAway, with_connection
from services.nats.folder import Folder
from services.nats.jetstream import JetStream
from services.nats.keeper import keep_told
from services.nats.ledger_stream import ForeignStream
from services.nats.operator import Accounts, apply
from services.nats.reaching import user_of
from services.nats.server import EmbeddedServer
from services.nats.streams import ensure_feed_consumer, ensure_feed_stream
from services.projector import ProjectorService
from services.relay import Relay
from services.running import Part, run_parts
from services.sealer import Sealer
from services.seals import place_of, publication_of, record_of, seals_of
from services.settings import Settings
from services.stamping.stamper import Stamper
from services.store_source import StoreSource
from services.timekeeper import Timekeeper

SWITCH_S = 0.0005  # 5 ms by default: as long would a message wait while the views are brought on
TICK_S = 10.0
DEMO_TICK_S = 1.0
COMPARED_FIRST = 200_000
"""Rows of record, trees and log compared before anything runs; the rest is compared beside."""
SEAL_TURN_S = 10.0
"""How long to wait for a command line that seals just now."""


class Broker(Struct, frozen=True):
    """How the services reach NATS.

    Attributes:
        user: Gives what a user of ours connects with, by name.
        url: Address, for people.
        accounts: What the broker is told of who may do what, None where another machine tells it.
        server: The embedded server, None where it is elsewhere.
        folder: For the files of subscribers.
    """

    user: Callable[[str], Credentials]
    url: str
    accounts: Accounts | None = None
    server: EmbeddedServer | None = None
    folder: Path = Path()

    @property
    def access(self) -> Access:
        """Return who gives subscribers their accounts."""
        if self.accounts is None:
            return Elsewhere()
        return ByAccounts(self.accounts, self.url, self.folder)


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
        sealing_parts = _sealing_parts(settings, house, every_s, open_things)
        broker = _broker(settings, open_things)
        sys.setswitchinterval(SWITCH_S)

        def tell() -> None:
            _tell(settings, house, broker, say)
            sys.stdout.flush()  # what is piped would be read at the end only

        house.ledger.observed = BATCHES.observe
        watch = Watch(SystemSteady(), house.ledger.reader.recorder.head)
        watch.count_parked("views", lambda: len(house.views.parked()))
        if broker is not None:
            book = open_things.enter_context(closing(Book(house.ledger.folder)))
            watch.count_parked("feeds", lambda: len(book.parked()))
        if operator_port is not None:
            port = open_things.enter_context(operators_port(watch, operator_port))
            say(f"  operator port  http://127.0.0.1:{port}/metrics, /livez, /readyz")
        parts = [*_parts(house, broker), *sealing_parts(broker)]
        asyncio.run(_run(parts, house, broker, watch, tell))
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


def _sealing_parts(
    settings: Settings, house: House, every_s: float, open_things: ExitStack
) -> Callable[[Broker | None], list[Part]]:
    """Seal at once or not at all in a folder; beside other hosts, when it is this one's turn.

    Raises:
        SealsDoNotMatch: As `_sealer`.
        CaseBusy: Another process seals this folder.
    """
    if not house.ledger.urls.record:
        sealer = _sealer(settings, house, every_s, open_things)
        return lambda broker: [
            Part("sealer", lambda stop: sealer.run(stop, _announcer(broker)), sealer.position),
            *_stamping(settings, house, sealer.store),
        ]

    def parts(broker: Broker | None) -> list[Part]:
        leases = Leases(house.ledger.folder, house.ledger.urls.record)

        async def seal(stop: asyncio.Event) -> None:
            with ExitStack() as held:
                sealer = await asyncio.to_thread(_sealer, settings, house, every_s, held)
                await sealer.run(stop, _announcer(broker))

        async def stamp(stop: asyncio.Event) -> None:
            store = await asyncio.to_thread(seals_of, house)
            if store is None:
                raise CaseBusy("nothing was sealed yet")
            with closing(store):
                await Stamper(store, settings.seals, house.clock).run(stop)

        stamping = [Part("stamper", leases.under("stamper", stamp))]
        return [
            Part("sealer", leases.under("sealer", seal)),
            *(stamping if settings.seals.stamp else ()),
        ]

    return parts


def _announcer(broker: Broker | None) -> Credentials | None:
    return None if broker is None else broker.user("sealer")


def _sealer(settings: Settings, house: House, every_s: float, open_things: ExitStack) -> Sealer:
    """Take the right to seal; nothing runs before record, seals and signer were compared.

    Of a long record every head is compared, and what it was made of beside the ticks.

    Raises:
        SealsDoNotMatch: They do not fit together; it says what does not.
        CaseBusy: Another process seals.
    """
    published = publication_of(house, settings)
    held = open_things.enter_context(
        sealing(
            place_of(house, settings),
            record_of(house),
            published.notes(),
            rows_max=COMPARED_FIRST,
            within_s=SEAL_TURN_S,
        )
    )
    return Sealer(held, published, house.clock, SystemSteady(), every_s)


def _broker(settings: Settings, open_things: ExitStack) -> Broker | None:
    if settings.nats_url == "off":
        return None
    folder = settings.data / "nats"
    if settings.nats_url != "embedded":
        return _elsewhere(settings, Accounts(folder))
    server = EmbeddedServer(folder, port=settings.nats_port)
    open_things.enter_context(server)
    return Broker(
        server.credentials,
        f"nats://127.0.0.1:{server.port}",
        server.accounts,
        server,
        Folder(folder).credentials,
    )


def _elsewhere(settings: Settings, accounts: Accounts) -> Broker:
    """Reach a server elsewhere, by files that were given or by the keys in the data folder.

    Raises:
        StoreFault: There are neither.
    """
    user_of(settings, "relay")
    told_here = accounts if settings.nats_credentials is None else None
    folder = Folder(settings.data / "nats").credentials
    return Broker(partial(user_of, settings), settings.nats_url, told_here, folder=folder)


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
    await _first_feeds(house, broker)
    tell()
    await _first_streams(house, broker)
    await run_parts(parts, watch, stop)


async def _first_feeds(house: House, broker: Broker | None) -> None:
    """Have accounts and feeds there before anybody is told that they are, if the broker answers."""
    if broker is None:
        return
    feeds = Grants(house.ledger.reader, house.ledger.institution_id).catch_up()

    async def ensure(client: Client) -> None:
        for feed in feeds:
            await ensure_feed_stream(JetStream(client), feed)
            await ensure_feed_consumer(JetStream(client), feed)

    with suppress(BrokerAway):
        if broker.accounts is not None:
            await apply(broker.accounts, broker.url)
        for feed in feeds:
            await broker.access.admit(feed)
        await with_connection(broker.user("courier"), name="courier", work=ensure)


async def _first_streams(house: House, broker: Broker | None) -> None:
    """Have LEDGER there before anybody follows it, if the broker answers."""
    if broker is None:
        return
    with suppress(BrokerAway, ForeignStream):
        await Relay(StoreSource(house.ledger.reader.recorder), broker.user("relay")).catch_up()


def _parts(house: House, broker: Broker | None) -> list[Part]:
    """List what runs; each goes on without NATS, and with it again once it is back."""
    source = StoreSource(house.ledger.reader.recorder)
    leases = Leases(house.ledger.folder, house.ledger.urls.record)
    projector = ProjectorService(house.views, source)
    timekeeper = Timekeeper(house.views, house.ledger.record_overdue, house.clock, SystemSteady())
    eraser = Eraser(house.ledger, house.clock)
    parts = [
        Part("timekeeper", leases.under("timekeeper", timekeeper.run)),
        Part("eraser", leases.under("eraser", eraser.run)),
        Part("projector", projector.run, house.views.position),
    ]
    if broker is None:
        return parts
    courier = Courier(_tools(house, broker, source))
    commands = CommandService(house, broker.user("commands"), _callers(broker))
    relay = Relay(source, broker.user("relay"))
    parts += [
        Part("relay", leases.under("relay", relay.run), relay.position),
        Part("courier", leases.under("courier", courier.run), courier.position),
        Part("commands", commands.run),
    ]
    if broker.accounts is not None:
        parts.append(Part("keeper", partial(keep_told, broker.accounts, broker.url)))
    if broker.server is not None:
        parts.append(Part("broker", broker.server.keep_alive))
    return parts


def _callers(broker: Broker) -> Callable[[str], str | None] | None:
    """Return who names a caller by its account; None where another machine keeps the accounts."""
    return None if broker.accounts is None else broker.accounts.subscriber_of


def _tools(house: House, broker: Broker, source: StoreSource) -> Tools:
    """Lay out what the courier works with."""
    reader: Reader = house.ledger.reader
    ledger = house.ledger.institution_id.hex
    return Tools(
        reader=reader,
        ledger=ledger,
        window=Window(source, reader, ledger),
        book=Book(house.ledger.folder),
        credentials=broker.user("courier"),
        access=broker.access,
    )


def _stamping(settings: Settings, house: House, store: SealStore) -> list[Part]:
    """Have checkpoints stamped, where an authority of time is set."""
    if settings.seals.stamp is None:
        return []
    return [Part("stamper", Stamper(store, settings.seals, house.clock).run)]


def _tell(
    settings: Settings, house: House, broker: Broker | None, say: Callable[[str], None]
) -> None:
    """Say what runs where, and what to try."""
    say("Good Offices Ledger is running. Ctrl-C stops it; a second start goes on.")
    say(f"  record, keys   {settings.data}")
    say(f"  broker         {broker.url if broker else 'off'}")
    for file in sorted(broker.folder.glob("*.creds")) if broker else ():
        say(f"  feed           {file}")
    say(f"  operator       {settings.operator}")
    from services.tour import tour  # noqa: PLC0415 - text only

    for line in tour(settings, house):
        say(line)
