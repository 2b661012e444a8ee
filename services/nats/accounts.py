"""Say what one user needs in order to connect to the broker."""

import msgspec

from services.nats.tokens import credentials_file

CLUSTER_MIN = 3


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
    def replicas(self) -> int:
        """Return how many copies streams have there: 3 on a cluster of three or more, else 1."""
        return 3 if len(self.servers) >= CLUSTER_MIN else 1

    @property
    def file(self) -> str:
        """Return the text of a `.creds` file; clients pass over what stands before its blocks."""
        heading = f"# address {self.url}\n# inbox {self.inbox_prefix}\n\n"
        return heading + credentials_file(self.token, self.seed)


def inbox_prefix(user: str) -> str:
    """Return the subject under which alone this user receives answers."""
    return f"_INBOX_{user}"
