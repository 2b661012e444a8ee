"""Give subscribers their accounts, and take them back."""

from typing import Protocol


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


class Elsewhere:
    """The accounts are somebody else's to give: the broker is run by others."""

    async def admit(self, feed: str) -> None:
        """Leave it to whoever runs the broker."""

    async def dismiss(self, feed: str) -> None:
        """Leave it to whoever runs the broker."""
