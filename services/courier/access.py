"""Give subscribers their accounts, and take them back."""

from pathlib import Path
from typing import Protocol

from services.nats.folder import open_private
from services.nats.operator import Accounts, apply


class Access(Protocol):
    """What the courier asks of whoever keeps the accounts; both may be repeated."""

    async def admit(self, feed: str) -> None:
        """See that a subscriber can read its feed, and nothing else.

        Raises:
            BrokerAway: The broker was not told; ask again.
        """
        ...

    async def dismiss(self, feed: str) -> None:
        """See that a subscriber can read nothing more.

        Raises:
            BrokerAway: The broker was not told; ask again.
        """
        ...


class ByAccounts:
    """Accounts of the broker, changed while it runs."""

    def __init__(self, accounts: Accounts, url: str, folder: Path) -> None:
        """Prepare.

        Args:
            accounts: What the broker is told of who may do what.
            url: Of the broker.
            folder: For credentials files.
        """
        self._accounts = accounts
        self._url = url
        self._folder = folder

    async def admit(self, feed: str) -> None:
        """See that a subscriber has its account, and its credentials a file of mode 0600.

        Raises:
            BrokerAway: The broker was not told; ask again.
            StoreFault: The file cannot be written.
        """
        self._accounts.ensure_subscriber(feed, durable=feed)
        await apply(self._accounts, self._url)
        write_credentials(self._accounts, self._folder, feed)

    async def dismiss(self, feed: str) -> None:
        """Take the account away; open connections of it end.

        Raises:
            BrokerAway: The broker was not told; ask again.
        """
        self._accounts.revoke(feed)
        credentials_file(self._folder, feed).unlink(missing_ok=True)
        await apply(self._accounts, self._url)


def credentials_file(folder: Path, feed: str) -> Path:
    """Return where the credentials of a subscriber lie."""
    return folder / f"{feed}.creds"


def write_credentials(accounts: Accounts, folder: Path, feed: str) -> Path:
    """Write a subscriber's credentials, for their owner alone; return the file."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = credentials_file(folder, feed)
    text = accounts.credentials_of(feed).encode()
    if not path.exists() or path.read_bytes() != text:
        with open_private(path) as file:
            file.write(text)
    return path


class Elsewhere:
    """The accounts are somebody else's to give: the broker is run by others."""

    async def admit(self, feed: str) -> None:
        """Leave it to whoever runs the broker."""

    async def dismiss(self, feed: str) -> None:
        """Leave it to whoever runs the broker."""
