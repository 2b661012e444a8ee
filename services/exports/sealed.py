"""Have the entries of an export sealed, and prove them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ledger.errors import StoreFault
from ledger.seal.proofs import KeyHistory
from ledger.seal.proving import Prover
from ledger.seal.seal_store import SealStore
from services.exports.bundle import Chosen
from services.house import House
from services.proving import prover_of
from services.seals import sealed_up_to, signer_of


class SealedHouse:
    """The seals of a ledger, as a bundle needs them.

    Attributes:
        prover: Proves what was sealed, up to one checkpoint.
        origin: Names the log.
    """

    def __init__(self, house: House, store: SealStore, prover: Prover) -> None:
        """Take what proves.

        Raises:
            StoreFault: The signer's files are damaged, or of another log.
        """
        self._signer = signer_of(house.ledger.folder)
        self.prover = prover
        self.origin = store.origin
        if self._signer.kept().origin != store.origin:
            raise StoreFault("the seals and the signer are of two logs", "`goodoffices doctor`")

    def history(self) -> KeyHistory:
        """Return which keys signed."""
        return self._signer.history()

    def vouched(self, digest: str) -> bytes:
        """Return a note over the hash of a manifest, signed by the log's key."""
        return self._signer.vouch(digest).encode()


@contextmanager
def sealed_for(house: House, chosen: Iterable[Chosen]) -> Iterator[SealedHouse]:
    """Wait until the last entry of each room is sealed, and hold the seals open.

    Raises:
        CaseBusy: The seals did not come in time; ask again.
        StoreFault: What was recorded, sealed and signed does not fit together.
    """
    last = {one.kept.read.room_id: one.kept.frame.seq for one in chosen}
    store = sealed_up_to(house, last.items())
    try:
        yield SealedHouse(house, store, prover_of(house, store, last.items()))
    finally:
        store.close()
