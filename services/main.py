"""Compose the services and run them until asked to stop."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing, suppress

from msgspec import Struct
from nats.aio.client import Client

from ledger.store.locks import ServeLock
from services import traces
from services.broker import Broker, broker_of
from services.clock import SystemSteady
from services.composing import Works, chosen, parts_of, sealer_of, uses_broker
from services.courier import Book
from services.grants import Grants
from services.house import House, open_house
from services.http.service import LOOPBACK, HttpService, is_installed
from services.metrics.meters import BATCHES
from services.metrics.port import operators_port
from services.metrics.watch import Watch
from services.nats.connect import BrokerAway, with_connection
from services.nats.jetstream import JetStream
from services.nats.ledger_stream import ForeignStream
from services.nats.operator import apply
from services.nats.streams import FEED_KEEP, ensure_feed_consumer, ensure_feed_stream
from services.relay import Relay
from services.running import Part, run_parts
from services.settings import Settings
from services.store_source import StoreSource
from services.webhooks import Notes

SWITCH_S = 0.0005  # 5 ms by default: as long would a message wait while the views are brought on
TICK_S = 10.0
DEMO_TICK_S = 1.0


class Doors(Struct, frozen=True):
    """Where a process answers.

    Attributes:
        operator_port: Port for metrics and readiness, 0 for a free one; None for no port.
        http_port: Port of the API and the pages, 0 for a free one; None for the usual one, or a
            free one where that is taken.
        http_address: Where people reach those, if a server before this one passes requests on.
        http_host: Where those listen.
    """

    operator_port: int | None = None
    http_port: int | None = None
    http_address: str | None = None
    http_host: str = LOOPBACK


USUAL = Doors()


def serve(
    settings: Settings,
    *,
    demo: bool,
    say: Callable[[str], None],
    doors: Doors = USUAL,
    only: str | None = None,
) -> None:
    """Run the services of a ledger until SIGINT or SIGTERM; leaves no process behind.

    Args:
        settings: Where the data lie and how NATS is reached.
        demo: Make a demo ledger where there is none, and fill it with the demo cases.
        say: Prints a line for people.
        doors: Where it answers.
        only: Names of parts with commas between, None for all.

    Raises:
        DecodeError: `only` names what is no part, or one that cannot run; traces are asked for
            that cannot be sent.
        StoreFault: Another `serve` has the folder, a port is taken, or a file is at fault.
    """
    names = chosen(only)
    with ExitStack() as open_things:
        open_things.enter_context(traces.sending(os.environ))
        house = _open(settings, demo=demo, say=say, open_things=open_things)
        watch = Watch(SystemSteady(), house.ledger.reader.recorder.head)
        every_s = settings.seals.every_s or (DEMO_TICK_S if demo else TICK_S)
        works = Works(settings, house, watch, every_s)
        if "sealer" in names and not settings.database_url:
            works.sealer = sealer_of(works, open_things)
        if "http" in names and is_installed():
            works.http = HttpService(house, doors.http_port, doors.http_address, doors.http_host)
            open_things.callback(works.http.close)
        works.broker = broker_of(settings, open_things, start=uses_broker(names))
        parts = list(parts_of(works, names, asked=only is not None))
        sys.setswitchinterval(SWITCH_S)

        def tell() -> None:
            _tell(works, only, say, demo=demo)
            sys.stdout.flush()  # what is piped would be read at the end only

        house.ledger.observed = BATCHES.observe
        watch.count_parked("views", lambda: len(house.views.parked()))
        here = {part.name for part in parts}
        if "webhooks" in here:
            notes = open_things.enter_context(closing(Notes(house.where, house.ledger_id)))
            watch.count_parked("webhooks", lambda: len(notes.parked()))
        if "courier" in here:
            book = open_things.enter_context(closing(Book(house.where, house.ledger_id)))
            watch.count_parked("feeds", lambda: len(book.parked()))
        if doors.operator_port is not None:
            port = open_things.enter_context(operators_port(watch, doors.operator_port))
            say(f"  operator port  http://127.0.0.1:{port}/metrics, /livez, /readyz")
        asyncio.run(_run(parts, works, tell))
    say("stopped; nothing is left running")


def _open(
    settings: Settings, *, demo: bool, say: Callable[[str], None], open_things: ExitStack
) -> House:
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not settings.database_url:  # else leases say who does what, on this host and on others
        open_things.enter_context(ServeLock(settings.data))
    if demo:
        from services.demo.load import open_demo  # noqa: PLC0415 - the demo is asked for seldom

        open_demo(settings, say)
    house = open_things.enter_context(open_house(settings, create=True, told=say))
    house.views.bring_to_head()
    return house


async def _run(parts: Sequence[Part], works: Works, tell: Callable[[], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, stop.set)
    names = {part.name for part in parts}
    if works.settings.database_url:  # who holds the lease does it
        names.clear()
    if "courier" in names:
        await _first_feeds(works.house, works.broker)
    tell()
    if "relay" in names:
        await _first_streams(works.house, works.broker)
    await run_parts(parts, works.watch, stop)


async def _first_feeds(house: House, broker: Broker | None) -> None:
    """Have accounts and feeds there before anybody is told that they are, if the broker answers."""
    if broker is None:
        return
    courier = broker.user("courier")
    feeds = Grants(house.ledger.reader, house.ledger.institution_id).of_broker()

    async def ensure(client: Client) -> None:
        for feed in feeds:
            await ensure_feed_stream(JetStream(client), feed, FEED_KEEP.on(courier))
            await ensure_feed_consumer(JetStream(client), feed)

    with suppress(BrokerAway):
        if broker.accounts is not None:
            await apply(broker.accounts, broker.url)
        for feed in feeds:
            await broker.access.admit(feed)
        await with_connection(courier, name="courier", work=ensure)


async def _first_streams(house: House, broker: Broker | None) -> None:
    """Have LEDGER there before anybody follows it, if the broker answers."""
    if broker is None:
        return
    with suppress(BrokerAway, ForeignStream):
        await Relay(StoreSource(house.ledger.reader.recorder), broker.user("relay")).catch_up()


def _tell_codes(http: HttpService, say: Callable[[str], None], *, demo: bool) -> None:
    """Say how one comes in."""
    if not demo:
        say("                 goodoffices invite --operator NAME, or CASE PARTY, prints a code")
        return
    say("  codes to sign in with, each in a browser profile of its own, each once:")
    for line in http.letters():
        say(f"  {line}")


def _tell(works: Works, only: str | None, say: Callable[[str], None], *, demo: bool) -> None:
    """Say what runs where, and what to try."""
    settings, broker = works.settings, works.broker
    say("Good Offices Ledger is running. Ctrl-C stops it; a second start goes on.")
    say(f"  record, keys   {settings.data}{' and PostgreSQL' if settings.database_url else ''}")
    say(f"  broker         {broker.url if broker else 'off'}")
    for file in sorted(broker.folder.glob("*.creds")) if broker else ():
        say(f"  feed           {file}")
    say(f"  operator       {settings.operator}")
    if works.http is not None:
        say(f"  pages          {works.http.address}")
        _tell_codes(works.http, say, demo=demo)
    if only is not None:
        say(f"  parts          {', '.join(chosen(only))}")
        return
    from services.tour import tour  # noqa: PLC0415 - text only

    for line in tour(settings, works.house):
        say(line)
