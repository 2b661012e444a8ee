"""The seals: every entry of the store under a checkpoint that its log signed.

The verifier that goes out with bundles does the checking; it shares no line with what sealed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from ledger.errors import StoreFault
from ledger.seal import verify
from ledger.seal.proofs import KeyHistory, RoomProof, write_document
from ledger.seal.proving import Prover
from ledger.seal.seal_store import SealStore
from tests.checking.stored import Entry
from tests.checking.told import Fault


def seal_faults(
    store: SealStore | None, history: KeyHistory | None, found: Iterable[Entry]
) -> Iterator[Fault]:
    """Have every room proved as far as the record goes, and verify each proof."""
    if store is None or history is None or not store.signed_size():
        yield Fault("seals", "nothing was sealed")
        return
    prover = Prover(store)
    keys = [signing.key for signing in verify.parse_history(_as_read(history))]
    try:
        checkpoint, _ = verify.open_checkpoint(prover.checkpoint, store.origin, keys)
    except verify.Refused as refused:
        yield Fault("seals", f"the newest checkpoint: {refused.cause}: {refused.why}")
        return
    leaves: dict[str, list[bytes]] = defaultdict(list)
    for entry in found:
        leaves[entry.room].append(entry.leaf)
    for room, held in leaves.items():
        yield from _room_faults(prover, room, held, checkpoint.head)


def _room_faults(
    prover: Prover, room: str, leaves: list[bytes], log: verify.Head
) -> Iterator[Fault]:
    try:
        proof = prover.room(bytes.fromhex(room))
    except StoreFault as fault:
        yield Fault("seals", fault.why)
        return
    if proof.last != len(leaves):
        yield Fault("seals", f"room {room} has {len(leaves)} entries, {proof.last} are sealed")
    try:
        _verify(proof, room, leaves[: proof.last], log)
    except verify.Refused as refused:
        yield Fault("seals", f"room {room}: {refused.cause}: {refused.why}")


def _as_read(document: Struct) -> Any:  # noqa: ANN401 - of a JSON
    """Return a document as whoever was handed it reads it."""
    return verify.strict_json(write_document(document))


def _verify(proof: RoomProof, room: str, leaves: list[bytes], log: verify.Head) -> None:
    """Check entries against the room's head, and that head against the log.

    Raises:
        verify.Refused: They do not fit.
    """
    text, seal = verify.parse_seal(_as_read(proof.seal))
    sealed = verify.check_seal(text, seal, log)
    if sealed.room != room:
        raise verify.Refused("room_is_another", f"the seal is of {sealed.room}")
    hashes = [verify.leaf_hash(leaf) for leaf in leaves]
    path = [bytes.fromhex(each) for each in proof.proof]
    verify.check_span(hashes, 0, path, sealed.head)
