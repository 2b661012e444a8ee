"""Be the part `http` of `serve`: hold a port, answer on it, say where people find it.

Nothing of the extra `web` is imported before somebody knocks, so `serve` starts as fast as ever.
"""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from ledger.errors import DecodeError, RuleViolation, StoreFault
from ledger.rulebook import INSTITUTION_EYES
from services.house import House
from services.http.door import Door
from services.http.guests import ISSUER_FILE
from services.http.inviting import address_on, invite_operator, invite_party

if TYPE_CHECKING:
    from services.http.site import Site

LOOPBACK: Final = "127.0.0.1"
USUAL_PORT: Final = 8600
NEEDED: Final = ("jinja2", "litestar", "uvicorn")
NEEDS: Final = "pip install good-offices-ledger[web]"
BACKLOG: Final = 512
DAYS_OF_DEMO: Final = 1


def is_installed() -> bool:
    """Tell whether the extra `web` is there."""
    return all(find_spec(name) is not None for name in NEEDED)


class HttpService:
    """The API and the pages of one ledger.

    Attributes:
        address: Where people reach them.
    """

    def __init__(
        self,
        house: House,
        port: int | None = None,
        address: str | None = None,
        host: str = LOOPBACK,
    ) -> None:
        """Hold a port; nothing is answered yet.

        Args:
            house: The ledger.
            port: The port, 0 for a free one; None for the usual one, or a free
                one where that is taken.
            address: Where people reach it, if a server before it passes requests on.
            host: Where to listen: loopback, unless a container's own network is meant.

        Raises:
            StoreFault: The port is taken.
            DecodeError: The address is none.
        """
        self._house = house
        self._listening: socket.socket | None = _listen(host, port)
        self._host = host
        self._port = int(self._listening.getsockname()[1])
        self.address = address_on(self._port) if address is None else read_address(address)
        with closing(Door(house)) as door:
            door.guests.say_address(self.address)

    def close(self) -> None:
        """Let go of the port, if it was never answered on."""
        if self._listening is not None:
            self._listening.close()

    async def run(self, stop: asyncio.Event) -> None:
        """Answer until stopped.

        Raises:
            StoreFault: The port was taken meanwhile, the list of guests cannot be opened, or others
                may read `issuer.toml`, or it cannot be read.
        """
        listening, self._listening = self._listening or _listen(self._host, self._port), None
        with closing(listening):
            if not (self._house.ledger.folder / ISSUER_FILE).exists():  # else it is checked at once
                await _somebody_knocks(listening, stop)
            if stop.is_set():
                return
            server, site = await asyncio.to_thread(self._loaded)
            with closing(site):
                await server.answer(site, listening, stop)

    def _loaded(self) -> "tuple[ModuleType, Site]":
        """Load what answers: a second's work, of an extra."""
        from services.http import server  # noqa: PLC0415 - see above
        from services.http.site import Site  # noqa: PLC0415 - see above

        return server, Site(self._house, self.address)

    def letters(self) -> Iterator[str]:
        """Invite to the demo: the registry, and who speaks for the parties of its first case.

        Yields:
            A line for each.
        """
        house = self._house
        state = house.desk.institution().seen_by(INSTITUTION_EYES).institution
        first, *_ = state.with_role("registry")
        registry = house.desk.operator(first)
        invited = invite_operator(house, registry, first, DAYS_OF_DEMO)
        yield f"  {'registry':<14} {invited.code}"
        found = house.views.first_case()
        if found is None:
            return
        case, _ = found
        for party in house.load(house.resolve(case, registry)).roster.parties:
            try:
                invited = invite_party(house, registry, case, party, days=DAYS_OF_DEMO)
            except (RuleViolation, DecodeError):  # nobody speaks for it, or several do
                continue
            yield f"  {f'party {party}':<14} {invited.code}"


async def _somebody_knocks(listening: socket.socket, stop: asyncio.Event) -> None:
    """Wait for the first connection, which is kept waiting, or for the end."""
    loop, knocked = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(listening.fileno(), knocked.set)
    waiting = [asyncio.create_task(event.wait()) for event in (knocked, stop)]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    loop.remove_reader(listening.fileno())
    for task in waiting:
        task.cancel()


def read_address(text: str) -> str:
    """Read the address people are given.

    Raises:
        DecodeError: It is none.
    """
    parts = urlsplit(text)
    whole = parts.scheme in ("http", "https") and parts.hostname and parts.path in ("", "/")
    if not whole or parts.query or parts.fragment or parts.username:
        raise DecodeError("--http-address", "is no address", "https://ledger.example/")
    return f"{parts.scheme}://{parts.netloc}/"


def _listen(host: str, port: int | None) -> socket.socket:
    """Take a port.

    Raises:
        StoreFault: It is taken.
    """
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, USUAL_PORT if port is None else port))
        made.listen(BACKLOG)
    except OSError as taken:
        made.close()
        if port is None:
            return _listen(host, 0)
        why = f"port {port} for the pages cannot be used: {taken.strerror}"
        raise StoreFault(why, "give another one with --http-port") from taken
    made.setblocking(False)  # noqa: FBT003 - the library's own way
    return made
