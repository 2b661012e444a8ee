"""Lay out the parts of `serve` by name: which run here, and what each needs."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from functools import partial
from typing import Final, NamedTuple, TypeAlias

from msgspec import Struct

from ledger.errors import CaseBusy, DecodeError, StoreFault
from ledger.seal.log_signer import LogSigner
from ledger.seal.opening import sealing
from services.broker import Broker
from services.clock import SystemSteady
from services.command_service.service import CommandService
from services.courier import Book, Bounds, Courier, Tools
from services.courier.window import Window
from services.eraser import Eraser
from services.house import House
from services.leases import Leases
from services.metrics.watch import Watch
from services.nats.keeper import keep_told
from services.nats.streams import FEED_KEEP
from services.projector import ProjectorService
from services.relay import Relay
from services.running import Part
from services.sealer import Sealer
from services.seals import place_of, publication_of, record_of, seals_of
from services.settings import Settings
from services.stamping.stamper import Stamper
from services.store_source import StoreSource
from services.timekeeper import Timekeeper
from services.webhooks import Notes, Webhooks
from services.webhooks import Tools as HookTools
from services.webhooks.sharing import Secrets

COMPARED_FIRST = 200_000
"""Rows of record, trees and log compared before anything runs; the rest is compared beside."""
HOOKS_KEPT = 512
"""Events that webhooks share; they have a window of their own, since they look by themselves."""
SEAL_TURN_S = 10.0
"""How long to wait for a command line that seals just now."""


class Works(Struct):
    """What parts are made of.

    Attributes:
        settings: Where things are.
        house: The ledger.
        watch: Is told what runs and what stands by.
        every_s: Seconds from seal to seal.
        broker: How NATS is reached, None without one.
        sealer: Of a record in files, which nobody else may seal; None elsewhere.
    """

    settings: Settings
    house: House
    watch: Watch
    every_s: float
    broker: Broker | None = None
    sealer: Sealer | None = None

    @property
    def source(self) -> StoreSource:
        """Return the record as carriers read it."""
        return StoreSource(self.house.ledger.reader.recorder)

    def alone(self, part: Part) -> Part:
        """Let a part run here while no other process runs it; until then it stands by."""
        ledger = self.house.ledger
        leases = Leases(ledger.folder, ledger.urls.record)
        stands_by = partial(self.watch.stands_by, part.name)
        runs = partial(self.watch.runs, part.name)
        run = leases.under(part.name, part.run, stands_by=stands_by, runs=runs)
        return Part(part.name, run, part.position)


Build: TypeAlias = Callable[[Works], Part | None]


class Kind(NamedTuple):
    """One kind of part.

    Attributes:
        build: Makes it; None where it cannot run with these settings.
        needs: What it lacks then, for people.
        uses_broker: Whether it does nothing without one.
    """

    build: Build
    needs: str = ""
    uses_broker: bool = False


def chosen(only: str | None) -> tuple[str, ...]:
    """Read which parts are to run, all by default.

    Raises:
        DecodeError: A name is not one of a part.
    """
    if only is None:
        return tuple(KINDS)
    named = [name.strip() for name in only.split(",") if name.strip()]
    for name in named:
        if name not in KINDS:
            raise DecodeError("only", f"there is no part {name!r}", ", ".join(KINDS))
    if not named:
        raise DecodeError("only", "names no part", ", ".join(KINDS))
    return tuple(name for name in KINDS if name in named)


def uses_broker(names: Iterable[str]) -> bool:
    """Tell whether one of some parts does nothing without a broker."""
    return any(KINDS[name].uses_broker for name in names)


def parts_of(works: Works, names: Iterable[str], *, asked: bool) -> Iterator[Part]:
    """Make parts.

    Args:
        works: What they are made of.
        names: Which, of `KINDS`.
        asked: Whether somebody named them, and is to be told of one that cannot run.

    Raises:
        DecodeError: One that was asked for cannot run with these settings.
    """
    for name in names:
        kind = KINDS[name]
        cannot = kind.uses_broker and works.broker is None
        part = None if cannot else kind.build(works)
        if part is not None:
            yield part
        elif asked:
            needs = "a broker: GOODOFFICES_NATS_URL other than off" if cannot else kind.needs
            raise DecodeError("only", f"{name} cannot run with these settings", needs)


def _of(works: Works) -> Broker:
    assert works.broker is not None, "a part that uses the broker is made where there is one"
    return works.broker


# ---------------------------------------------------------------- sealing


def sealer_of(works: Works, open_things: ExitStack) -> Sealer:
    """Take the right to seal; nothing runs before record, seals and signer were compared.

    Of a long record every head is compared, and what it was made of beside the ticks.

    Raises:
        SealsDoNotMatch: They do not fit together; it says what does not.
        CaseBusy: Another process seals.
    """
    house, settings = works.house, works.settings
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
    return Sealer(held, published, house.clock, SystemSteady(), works.every_s)


def _sealer(works: Works) -> Part:
    """Seal at once or not at all in a folder; beside other hosts, when it is this one's turn."""
    announcer = None if works.broker is None else works.broker.user("sealer")
    mine = works.sealer
    if mine is not None:
        return Part("sealer", lambda stop: mine.run(stop, announcer), mine.position)
    here: list[Sealer] = []

    async def seal(stop: asyncio.Event) -> None:
        with ExitStack() as held:
            here.append(await asyncio.to_thread(sealer_of, works, held))
            held.callback(here.clear)
            await here[0].run(stop, announcer)

    alone = works.alone(Part("sealer", seal, lambda: here[0].position() if here else 0))

    async def seal_if_able(stop: asyncio.Event) -> None:
        await asyncio.to_thread(_signer_is_here, works)
        await alone.run(stop)

    return Part("sealer", seal_if_able, alone.position)


def _signer_is_here(works: Works) -> None:
    """Let a host that cannot sign stand aside, rather than take the turn from one that can.

    Raises:
        StoreFault: Another host began the log, and its signer's files are not here.
    """
    place = place_of(works.house, works.settings)
    if place.seals.exists() and not LogSigner.is_in(place.signer):
        why = f"this host cannot seal: {place.signer} of the host that began the log is not here"
        raise StoreFault(why, "mount that folder here, or leave `sealer` out of `--only`")


def _stamper(works: Works) -> Part | None:
    """Have checkpoints stamped, where an authority of time is set."""
    if works.settings.seals.stamp is None:
        return None

    async def stamp(stop: asyncio.Event) -> None:
        store = await asyncio.to_thread(seals_of, works.house)
        if store is None:
            raise CaseBusy("nothing was sealed yet")
        with closing(store):
            await Stamper(store, works.settings.seals, works.house.clock).run(stop)

    return works.alone(Part("stamper", stamp))


# ---------------------------------------------------------------- the others


def _timekeeper(works: Works) -> Part:
    house = works.house
    keeper = Timekeeper(house.views, house.ledger.record_overdue, house.clock, SystemSteady())
    return works.alone(Part("timekeeper", keeper.run))


def _eraser(works: Works) -> Part:
    return works.alone(Part("eraser", Eraser(works.house.ledger, works.house.clock).run))


def _projector(works: Works) -> Part:
    views = works.house.views
    return Part("projector", ProjectorService(views, works.source).run, views.position)


def _relay(works: Works) -> Part:
    relay = Relay(works.source, _of(works).user("relay"))
    return works.alone(Part("relay", relay.run, relay.position))


def _courier(works: Works) -> Part:
    courier = Courier(_tools(works))
    return works.alone(Part("courier", courier.run, courier.position))


def _tools(works: Works) -> Tools:
    """Lay out what the courier works with."""
    reader, broker = works.house.ledger.reader, _of(works)
    ledger = works.house.ledger.institution_id.hex
    credentials = broker.user("courier")
    return Tools(
        reader=reader,
        ledger=ledger,
        window=Window(works.source, reader, ledger),
        book=Book(works.house.where, works.house.ledger_id),
        credentials=credentials,
        access=broker.access,
        bounds=Bounds(keep=FEED_KEEP.on(credentials)),
    )


def _webhooks(works: Works) -> Part:
    """Send the feeds that go to an address; they need no broker."""
    house = works.house
    reader, ledger = house.ledger.reader, house.ledger.institution_id.hex
    webhooks = Webhooks(
        HookTools(
            reader=reader,
            ledger=ledger,
            window=Window(works.source, reader, ledger, kept=HOOKS_KEPT),
            notes=Notes(house.where, house.ledger_id),
            secrets=Secrets(house.ledger.keys),
            clock=house.clock,
            steady=SystemSteady(),
        )
    )
    return works.alone(Part("webhooks", webhooks.run, webhooks.position))


def _commands(works: Works) -> Part:
    """Answer over NATS; callers are named by their accounts, where those are kept here."""
    broker = _of(works)
    callers = None if broker.accounts is None else broker.accounts.subscriber_of
    return Part("commands", CommandService(works.house, broker.user("commands"), callers).run)


def _keeper(works: Works) -> Part | None:
    broker = _of(works)
    if broker.accounts is None:
        return None
    return Part("keeper", partial(keep_told, broker.accounts, broker.url))


def _broker(works: Works) -> Part | None:
    server = _of(works).server
    return None if server is None else Part("broker", server.keep_alive)


KINDS: Final[Mapping[str, Kind]] = {
    "timekeeper": Kind(_timekeeper),
    "eraser": Kind(_eraser),
    "projector": Kind(_projector),
    "relay": Kind(_relay, uses_broker=True),
    "courier": Kind(_courier, uses_broker=True),
    "webhooks": Kind(_webhooks),
    "commands": Kind(_commands, uses_broker=True),
    "keeper": Kind(
        _keeper, "the keys of the accounts in the data folder, no other's", uses_broker=True
    ),
    "sealer": Kind(_sealer),
    "stamper": Kind(_stamper, "an authority of time: GOODOFFICES_SEALS with stamp=URL"),
    "broker": Kind(_broker, "the embedded broker: GOODOFFICES_NATS_URL=embedded", uses_broker=True),
}
"""Every part of `serve`, each going on without NATS, and with it again once it is back."""
