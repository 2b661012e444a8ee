"""Keep the secret that a receiver shares with us, in a file that its owner alone can read.

A file belongs to one grant: who is granted the same name later gets another secret.
"""

import secrets
from base64 import b64encode
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from services.nats.folder import read_private, write_private
from services.webhooks.signing import SECRET_PREFIX

FOLDER = "webhooks"
SECRET_BYTES = 32
OVERLAP = timedelta(hours=24)


class Shared(Struct, frozen=True):
    """What a receiver and we share.

    Attributes:
        secret: Signs what is sent.
        before: Signs it too, until its time is over; None for none.
        before_ends: When that is.
    """

    secret: str
    before: str | None = None
    before_ends: datetime | None = None

    def signing(self, now: datetime) -> tuple[str, ...]:
        """Return the secrets that sign now, the newest first."""
        if self.before is None or self.before_ends is None or now >= self.before_ends:
            return (self.secret,)
        return (self.secret, self.before)


class KeyFiles:
    """The secrets of a data folder."""

    def __init__(self, data: Path) -> None:
        """Keep them in a folder of the data folder."""
        self._folder = data / FOLDER

    def path(self, feed: str, granted: int) -> Path:
        """Return the file of one grant."""
        return self._folder / f"{feed}.{granted}.json"

    def find(self, feed: str, granted: int) -> Shared | None:
        """Return what is shared under a grant, None where nothing was drawn.

        Raises:
            StoreFault: The file is not what we write.
        """
        path = self.path(feed, granted)
        return read_private(path, Shared, "`goodoffices feed rotate`") if path.exists() else None

    def draw(self, feed: str, granted: int, now: datetime, overlap: timedelta = OVERLAP) -> str:
        """Draw a secret; the one before goes on signing for a while.

        Returns:
            The secret, as its receiver is told it; it is on disk then.

        Raises:
            StoreFault: The file cannot be written, or is not what we write.
        """
        known = self.find(feed, granted)
        drawn = SECRET_PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
        shared = Shared(drawn, known.secret, now + overlap) if known else Shared(drawn)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(self.path(feed, granted), shared)
        return drawn

    def throw_away(self, feed: str, granted: int) -> None:
        """Delete the secret of a grant; one that is gone stays so."""
        self.path(feed, granted).unlink(missing_ok=True)
