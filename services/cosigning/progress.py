"""Tell how far the witnesses of a ledger have come."""

from datetime import datetime
from pathlib import Path

from msgspec import Struct

from ledger.seal.policy import AskedWitness
from ledger.seal.seal_store import SealStore
from services.cosigning.standing import Standing, read_standing
from services.cosigning.witnesses import policy_of


class Progress(Struct, frozen=True):
    """How far one witness has come.

    Attributes:
        name: Within the policy.
        key: What checks its cosignatures.
        url: Where it is asked, None where it is not.
        size: Of the newest checkpoint it is known to have seen.
        behind: Checkpoints signed since.
        at: When it last cosigned.
        failing_since: When it first did not, None where it does.
        why: Why it does not.
    """

    name: str
    key: str
    url: str | None
    size: int
    behind: int
    at: datetime | None
    failing_since: datetime | None
    why: str | None


class Witnessed(Struct, frozen=True):
    """How far the witnesses of a ledger have come.

    Attributes:
        size: Of the newest checkpoint, 0 for none.
        quorum: Its name in the policy, None for none.
        met: Size of the newest checkpoint that enough of them cosigned, 0 for none.
        witnesses: As the policy names them.
    """

    size: int
    quorum: str | None
    met: int
    witnesses: tuple[Progress, ...]

    @property
    def failing(self) -> tuple[Progress, ...]:
        """Return those that do not cosign."""
        return tuple(each for each in self.witnesses if each.why is not None)


def witnessed(folder: Path, store: SealStore | None) -> Witnessed:
    """Tell how far the witnesses of a data folder have come.

    Args:
        folder: The data folder.
        store: Its seals, None where nothing was sealed yet.

    Raises:
        StoreFault: A file is damaged.
    """
    policy = policy_of(folder)
    size = 0 if store is None else store.signed_size()
    standing = Standing() if store is None else read_standing(folder, store.origin)
    rows = tuple(_progress(each, standing, size) for each in policy.witnesses)
    return Witnessed(size, policy.quorum, standing.met, rows)


def _progress(witness: AskedWitness, standing: Standing, size: int) -> Progress:
    key = witness.key.text
    stand = standing.of(key)
    return Progress(
        name=witness.name,
        key=key,
        url=witness.url,
        size=stand.size,
        behind=max(size - stand.size, 0),
        at=stand.at,
        failing_since=stand.failing_since,
        why=stand.why,
    )
