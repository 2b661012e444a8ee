"""Say what one user needs in order to connect to the broker."""

from pathlib import Path

import msgspec

from services.nats.folder import read_private
from services.nats.tokens import credentials_file


class Credentials(msgspec.Struct, frozen=True):
    """What one user needs in order to connect.

    Attributes:
        url: Of the broker; of a cluster several, separated by commas.
        user: Name, for logs.
        token: Signed by the user's account: who it is and what it may do.
        seed: Secret key with which it answers the broker's challenge; it never travels.
        inbox_prefix: Subject under which alone this user receives answers.
    """

    url: str
    user: str
    token: str
    seed: str
    inbox_prefix: str

    @property
    def servers(self) -> list[str]:
        """Return the addresses to be tried."""
        return [address.strip() for address in self.url.split(",")]

    @property
    def file(self) -> str:
        """Return the text of a `.creds` file, which every NATS client reads."""
        return credentials_file(self.token, self.seed)


def read_given(folder: Path, user: str, url: str) -> Credentials:
    """Read a user's file in a folder that `goodoffices broker credentials` wrote.

    Args:
        folder: Of the files.
        user: Its name.
        url: Where the broker is.

    Raises:
        StoreFault: It is missing, or is not what we write.
    """
    return msgspec.structs.replace(read_private(folder / f"{user}.json", Credentials), url=url)


def inbox_prefix(user: str) -> str:
    """Return the subject under which alone this user receives answers."""
    return f"_INBOX_{user}"
