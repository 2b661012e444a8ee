"""A ledger on the network for tests: two cases, the people of both, and a browser for each."""

import asyncio
import shutil
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from litestar.testing import TestClient
from msgspec.structs import replace

from ledger.identity import Operator
from services.http import inviting, server
from services.http.app import make_app
from services.http.site import Site
from tests import examples
from tests.spec import START, Order
from tests.twins import ledgers
from tests.twins.ledgers import Ledger
from tests.twins.people import operator_for

ADDRESS: Final = "http://127.0.0.1:8600/"
CASE: Final = "GO-2026-0001"
"""A case of A and B, in which they mediate; A has a caucus that B knows nothing of."""
OTHER: Final = "GO-2026-0002"
"""A case of A and C alone."""
SECRET: Final = "We would go down to 800 k."
Client: TypeAlias = "TestClient[Any]"
Result = TypeVar("Result")


def make(folder: Path) -> None:
    """Make the ledger that tests begin with."""
    with Ledger(folder) as ledger:
        at = ledgers._found(ledger)
        first, at = ledgers._tell(ledger, 0, "mediating", ("A", "B"), "hidden", at)
        for order in examples.caucused("A", SECRET):
            at += timedelta(minutes=1)
            assert ledger.give(replace(order, id=f"secret-{at:%H%M}"), first, at).done
        _, at = ledgers._tell(ledger, 1, "consented", ("A", "C"), "hidden", at)
        ledger.house.views.bring_to_head()


class Town:
    """A ledger and its site.

    Attributes:
        ledger: With a clock that stands until it is moved.
        site: Its API and pages.
    """

    def __init__(self, ledger: Ledger, site: Site, portal: BlockingPortal) -> None:
        self.ledger = ledger
        self.portal = portal
        self.site = site
        self.site.not_there_s = 0  # nobody here measures how long it takes
        self.app = make_app(site)
        self._inside = 0

    @property
    def clerk(self) -> Operator:
        """Return the registry's clerk."""
        return self.ledger.operator(ledgers.FOUNDER)

    def code(self, name: str) -> str:
        """Invite somebody: an operator by name, or who speaks for a party as `party:B`."""
        house = self.ledger.house
        kind, _, party = name.partition(":")
        if kind == "party":
            case = OTHER if party == "C" else CASE
            return inviting.invite_party(house, self.clerk, case, party).code
        return inviting.invite_operator(house, self.clerk, name).code

    @contextmanager
    def browser(self, *, follow: bool = False) -> Iterator[Client]:
        """Open a browser in which nobody is signed in."""
        client: Client = TestClient(self.app, base_url=ADDRESS)
        client.blocking_portal = self.portal  # one event loop for all, as on a real server
        client.follow_redirects = follow
        yield client  # holds nothing open

    @contextmanager
    def reader(self, name: str) -> Iterator[Client]:
        """Sign somebody in as a browser does."""
        with self.browser() as client:
            client.post("/sign-in", data={"code": self.code(name)})
            yield client

    @contextmanager
    def program(self, name: str) -> Iterator[Client]:
        """Sign somebody in as a program does."""
        with self.browser() as client:
            client.headers["authorization"] = f"Bearer {self.token(name)}"
            yield client

    def token(self, name: str) -> str:
        """Begin a session of somebody; return its secret."""
        self._inside += 1
        return self.site.door.enter(self.code(name), f"desk {self._inside}")

    def at_once(
        self, asks: Callable[[httpx.AsyncClient], list[Coroutine[Any, Any, Result]]]
    ) -> list[Result]:
        """Ask many things at the same time."""

        async def ask() -> list[Result]:
            transport = httpx.ASGITransport(self.app)  # type: ignore[arg-type] # the same protocol in its own words
            async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
                return list(await asyncio.gather(*asks(client)))

        return self.portal.call(ask)

    def act(self, order: Order, case: str = CASE) -> None:
        """Let somebody else act at the desk."""
        by = operator_for(order.by)
        named = replace(order, id=order.id or "meanwhile")
        of_case = case if case != "institution" else None
        answer = self.ledger.give(named, of_case, self.ledger.clock.at)
        assert answer.done, f"{order.name} by {by}: {answer.rule} {answer.why}"


@contextmanager
def town(made: Path, folder: Path) -> Iterator[Town]:
    """Open a copy of a ledger that was made."""
    shutil.copytree(made, folder)
    with Ledger(folder, START) as ledger:
        ledger.clock.set(
            max(
                f.recorded for c in ledger.house.views.case_ids() for f in ledger.file(c.hex).frames
            )
        )
        with closing(Site(ledger.house, ADDRESS)) as site, start_blocking_portal() as portal:
            yield Town(ledger, site, portal)


@contextmanager
def answering(here: Town) -> Iterator[str]:
    """Answer on a real port while a block runs."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setblocking(False)  # noqa: FBT003 - the library's own way
    stop = asyncio.Event()
    done = here.portal.start_task_soon(server.answer, here.site, listening, stop)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        here.portal.call(stop.set)
        done.result()
