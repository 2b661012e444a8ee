"""Keep how far each witness has come, for whoever asks, and for the next process that seals."""

from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from ledger.seal.policy import Policy
from ledger.seal.private_files import read_whole, write_whole

STANDING_NAME: Final = "witnesses.json"


class Stand(Struct, frozen=True):
    """How far a witness has come.

    Attributes:
        size: Of the newest checkpoint it is known to have seen, 0 for none.
        at: When it last cosigned, by our clock.
        tried: Size of the checkpoint it was last asked for.
        failing_since: When it first did not cosign, None where it does.
        why: Why it does not.
    """

    size: int = 0
    at: datetime | None = None
    tried: int = 0
    failing_since: datetime | None = None
    why: str | None = None


class Standing(Struct, frozen=True):
    """How far the witnesses of a log have come.

    Attributes:
        origin: The log.
        met: Size of the newest checkpoint that enough of them cosigned, 0 for none.
        witnesses: By key.
    """

    origin: str = ""
    met: int = 0
    witnesses: dict[str, Stand] = msgspec.field(default_factory=dict)

    def of(self, key: str) -> Stand:
        """Return how far the witness with a key has come."""
        return self.witnesses.get(key, Stand())

    def awaits(self, policy: Policy, size: int) -> bool:
        """Tell whether a witness that does not fail has yet to answer for a checkpoint."""
        stands = [self.of(each.key.text) for each in policy.witnesses if each.url]
        return any(stand.why is None and stand.tried < size for stand in stands)


def read_standing(folder: Path, origin: str) -> Standing:
    """Read how far the witnesses of a log have come; what was of another log is passed by.

    Raises:
        StoreFault: The file is damaged; it may be removed, it is written anew.
    """
    found = read_whole(folder / STANDING_NAME, Standing)
    return found if found is not None and found.origin == origin else Standing(origin)


def write_standing(folder: Path, standing: Standing) -> None:
    """Keep how far they have come.

    Raises:
        StoreFault: The folder cannot be written.
    """
    write_whole(folder / STANDING_NAME, msgspec.json.encode(standing))
