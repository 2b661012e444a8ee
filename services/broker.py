"""Say how the services reach NATS, and start the embedded broker where they have one."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from msgspec import Struct

from services.courier import Access, ByAccounts, Elsewhere
from services.nats.accounts import Credentials
from services.nats.folder import Folder
from services.nats.operator import Accounts
from services.nats.reaching import user_of
from services.nats.server import EmbeddedServer
from services.settings import Settings


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


def broker_of(settings: Settings, open_things: ExitStack, *, start: bool) -> Broker | None:
    """Say how NATS is reached, and start the embedded server where a part needs it.

    Raises:
        StoreFault: It cannot be started; or there is nothing to connect with.
    """
    if settings.nats_url == "off" or (settings.nats_url == "embedded" and not start):
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
