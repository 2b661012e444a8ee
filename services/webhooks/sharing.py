"""Keep the secret that a receiver shares with us, wrapped, beside the keys of the record.

So it is where the keys are: whoever brings the feeds finds it there, on this host or on another. A
secret belongs to one grant: who is granted the same name later gets another one.
"""

import os
from base64 import b64encode
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from ledger.keys import KeyStore
from services.webhooks.signing import SECRET_PREFIX

SECRET_BYTES: Final = 32
OVERLAP: Final = timedelta(hours=24)
NOW: Final = "now"
UNTIL: Final = "until"


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


class Secrets:
    """The secrets of a ledger's webhooks."""

    def __init__(self, keys: KeyStore) -> None:
        """Keep them in a key store."""
        self._keys = keys

    def find(self, feed: str, granted: int) -> Shared | None:
        """Return what is shared under a grant, None where nothing was drawn.

        Raises:
            StoreFault: It is damaged.
        """
        prefix = _prefix(feed, granted)
        kept = self._keys.kept_secrets(prefix)
        now = kept.pop(f"{prefix}/{NOW}", None)
        if now is None:
            return None
        for name, before in kept.items():
            ends = datetime.fromisoformat(name.rpartition("/")[2])
            return Shared(_as_told(now), _as_told(before), ends)
        return Shared(_as_told(now))

    def draw(self, feed: str, granted: int, now: datetime, overlap: timedelta = OVERLAP) -> str:
        """Draw a secret; the one before goes on signing for a while.

        Returns:
            The secret, as its receiver is told it; it is on disk then.

        Raises:
            StoreFault: It cannot be kept.
        """
        prefix, drawn = _prefix(feed, granted), os.urandom(SECRET_BYTES)
        before = self._keys.kept_secrets(prefix).get(f"{prefix}/{NOW}")
        kept = {f"{prefix}/{NOW}": drawn}
        if before is not None:
            kept[f"{prefix}/{UNTIL}/{(now + overlap).isoformat()}"] = before
        self._keys.keep_secrets(prefix, kept)
        return _as_told(drawn)

    def throw_away(self, feed: str, granted: int) -> None:
        """Delete the secret of a grant; one that is gone stays so."""
        self._keys.keep_secrets(_prefix(feed, granted), {})


def _prefix(feed: str, granted: int) -> str:
    return f"webhook/{feed}/{granted}"


def _as_told(secret: bytes) -> str:
    return SECRET_PREFIX + b64encode(secret).decode()
