"""A ledger whose pages real browsers open: answered over a real socket, at an hour that stands."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Final

from ledger.rulebook import INSTITUTION_EYES
from services.clock import FakeClock
from services.demo.load import open_demo
from services.house import House, open_house
from services.http import inviting, screens, server
from services.http.inviting import address_on
from services.http.site import Site
from services.seals import tick_now
from services.settings import Settings

FOUNDER: Final = "clerk"


class Served:
    """A ledger on the network.

    Attributes:
        house: The ledger.
        clock: Stands until it is moved.
        address: Of its pages.
        pages: Patterns of the addresses of all pages.
    """

    def __init__(self, site: Site, clock: FakeClock) -> None:
        self.house = site.house
        self.clock = clock
        self.address = site.address
        handlers = (one for one in screens.routes(site) if "GET" in one.http_methods)
        self.pages = sorted({path for handler in handlers for path in handler.paths})

    def code(self, name: str, case: str | None = None) -> str:
        """Invite somebody: an operator by name, or who speaks for a party of a case by its id."""
        state = self.house.desk.institution().seen_by(INSTITUTION_EYES).institution
        first, *_ = state.with_role("registry")
        registry = self.house.desk.operator(first)
        if case is None:
            return inviting.invite_operator(self.house, registry, name).code
        return inviting.invite_party(self.house, registry, case, name).code

    def seal(self) -> None:
        """Seal what is recorded."""
        tick_now(self.house)


@contextmanager
def serving(house: House, clock: FakeClock) -> Iterator[Served]:
    """Answer for a ledger while a block runs."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0)
        address = address_on(listening.getsockname()[1])
        with closing(Site(house, address)) as site:
            loop, stop = asyncio.new_event_loop(), asyncio.Event()
            work = server.answer(site, listening, stop)
            thread = Thread(target=loop.run_until_complete, args=(work,))
            thread.start()
            try:
                yield Served(site, clock)
            finally:
                loop.call_soon_threadsafe(stop.set)
                thread.join()
                loop.close()


@contextmanager
def demo(folder: Path) -> Iterator[Served]:
    """Serve the demo cases, at the hour of their last entry."""
    settings = Settings(data=folder, operator=FOUNDER)
    open_demo(settings, lambda _: None)
    clock = FakeClock(datetime.max.replace(tzinfo=UTC))
    with open_house(settings, clock=clock) as house:
        house.views.bring_to_head()
        clock.set(_last(house))
        with serving(house, clock) as served:
            served.seal()
            yield served


def _last(house: House) -> datetime:
    """Find the instant of the last entry of all."""
    cases = (house.load(case) for case in house.views.case_ids())
    return max(frame.recorded for case in cases for frame in case.frames)
