"""Give subscribers their accounts, and take them back."""

from pathlib import Path
from typing import Protocol

from services.nats.folder import write_private_text
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
        self._told: dict[str, str] = {}

    async def admit(self, feed: str) -> None:
        """See that a subscriber has its account, and its credentials a file of mode 0600.

        Raises:
            BrokerAway: The broker was not told; ask again.
            StoreFault: The file cannot be written.
        """
        self._accounts.ensure_subscriber(feed, durable=feed)
        await self._tell()
        self._write(feed)

    async def dismiss(self, feed: str) -> None:
        """Take the account away; open connections of it end.

        Raises:
            BrokerAway: The broker was not told; ask again.
        """
        self._accounts.revoke(feed)
        self._file(feed).unlink(missing_ok=True)
        await self._tell()

    async def _tell(self) -> None:
        """Tell the broker what is new; once it was away, all of it."""
        known, self._told = self._told, {}
        self._told = await apply(self._accounts, self._url, known)

    def _file(self, feed: str) -> Path:
        return self._folder / f"{feed}.creds"

    def _write(self, feed: str) -> None:
        text = self._accounts.credentials_of(feed, self._url)
        path = self._file(feed)
        if not path.exists() or path.read_text("utf-8") != text:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private_text(path, text)


class Elsewhere:
    """The accounts are somebody else's to give: the broker is run by others."""

    async def admit(self, feed: str) -> None:
        """Leave it to whoever runs the broker."""

    async def dismiss(self, feed: str) -> None:
        """Leave it to whoever runs the broker."""
