"""Choose the checkpoint from which an export is proved."""

from collections.abc import Iterable
from time import monotonic, sleep
from typing import Final

from ledger.seal.opening import is_being_sealed
from ledger.seal.proving import Prover
from ledger.seal.seal_store import SealStore
from services.cosigning.standing import read_standing
from services.cosigning.witnesses import is_met, policy_of
from services.house import House

WITHIN_S: Final = 5.0
"""How long to wait for witnesses who have not failed: as long as they have to answer."""
LOOK_S: Final = 0.05


def prover_of(house: House, store: SealStore, places: Iterable[tuple[bytes, int]]) -> Prover:
    """Prove from a checkpoint that covers some entries and that enough witnesses cosigned.

    Where there is none, nor soon will be, the newest checkpoint has to do.

    Args:
        house: The ledger.
        store: In which the entries are sealed.
        places: Each entry's room id and sequence.

    Raises:
        StoreFault: Nothing was sealed yet, or a file is at fault.
    """
    policy = policy_of(house.ledger.folder)
    if policy.quorum is None:
        return Prover(store)
    seals = (store.seal_of(room_id, seq) for room_id, seq in places)
    least = max((seal.tick + 1 for seal in seals if seal is not None), default=1)
    end = monotonic() + WITHIN_S
    while True:
        standing = read_standing(house.ledger.folder, store.origin)
        note = store.note(standing.met) if standing.met >= least else None
        if note is not None and is_met(policy, note):
            return Prover(store, standing.met)
        is_awaited = is_being_sealed(house.ledger.folder) and standing.awaits(policy, least)
        if not is_awaited or monotonic() > end:
            return Prover(store)
        sleep(LOOK_S)
