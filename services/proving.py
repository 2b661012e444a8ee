"""Choose the checkpoint from which an export is proved."""

from collections.abc import Iterable
from contextlib import suppress
from time import monotonic, sleep
from typing import Final

from ledger.errors import CaseBusy
from ledger.seal.policy import Policy
from ledger.seal.proving import Prover
from ledger.seal.seal_store import SealStore
from services.cosigning.standing import read_standing
from services.cosigning.witnesses import is_met, policy_of
from services.house import House
from services.seals import LOOK_S, is_being_sealed, tick_now

WITHIN_S: Final = 5.0
"""How long to wait for witnesses who have not failed: as long as they have to answer."""


def prover_of(house: House, store: SealStore, places: Iterable[tuple[bytes, int]]) -> Prover:
    """Prove from a checkpoint that covers some entries and that enough witnesses cosigned.

    While some process seals, the witnesses it asks are waited for; without one a tick is made, and
    they are asked once more. Where too few answer, the newest checkpoint has to do.

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
    found = _cosigned(house, store, policy, least)
    if found is None and is_being_sealed(house):
        found = _awaited(house, store, policy, least)
    elif found is None:
        with suppress(CaseBusy):  # another process began to seal meanwhile
            tick_now(house)
        found = _cosigned(house, store, policy, least)
    return Prover(store, found)


def _cosigned(house: House, store: SealStore, policy: Policy, least: int) -> int | None:
    """Return the size of the newest checkpoint that enough cosigned, if it is large enough."""
    met = read_standing(house.ledger.folder, store.origin).met
    note = store.note(met) if met >= least else None
    return met if note is not None and is_met(policy, note) else None


def _awaited(house: House, store: SealStore, policy: Policy, least: int) -> int | None:
    end = monotonic() + WITHIN_S
    found = None
    while found is None and monotonic() < end:
        if not read_standing(house.ledger.folder, store.origin).awaits(policy, least):
            return _cosigned(house, store, policy, least)
        sleep(LOOK_S)
        found = _cosigned(house, store, policy, least)
    return found
