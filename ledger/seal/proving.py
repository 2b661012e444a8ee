"""Make proofs of entries and rooms that all lead to one signed checkpoint."""

from collections.abc import Iterator

from ledger.errors import StoreFault
from ledger.seal.leaves import room_head
from ledger.seal.merkle import Nodes, inclusion_proof
from ledger.seal.proofs import EntryProof, LogProof, RoomProof, Seal, TickProof, hexes
from ledger.seal.seal_rows import SealedRoom
from ledger.seal.seal_store import SealStore
from ledger.seal.spans import span_proof


class Prover:
    """Prove from a seal store as it was at one checkpoint.

    Attributes:
        size: Of the log.
        checkpoint: The note.
    """

    def __init__(self, store: SealStore, size: int | None = None) -> None:
        """Take a checkpoint.

        Args:
            store: Keeps seals and checkpoints.
            size: Of the checkpoint; the newest by default.

        Raises:
            StoreFault: Nothing was sealed yet.
        """
        self._store = store
        self.size = store.signed_size() if size is None else size
        note = store.note(self.size) if self.size else None
        if note is None:
            raise StoreFault("nothing was sealed yet", "`goodoffices seal`, or `serve`")
        self.checkpoint = note
        self._log = store.log_tree(self.size)

    def room(self, room_id: bytes, first: int = 1, last: int | None = None) -> RoomProof:
        """Prove entries of a room side by side, all of those sealed by default.

        Raises:
            StoreFault: They are not sealed yet.
        """
        seal = self._store.newest_seal_of(room_id, self.size)
        end = seal.head.size if seal is not None and last is None else last
        if seal is None or end is None or not first <= end <= seal.head.size:
            raise not_sealed(room_id)
        tree = self._store.tree_of(room_id)
        proof = span_proof(tree, first - 1, end, seal.head.size)
        return RoomProof(room_id.hex(), first, end, hexes(proof), self._seal(room_id, seal))

    def entry(self, room_id: bytes, seq: int, leaf: bytes) -> EntryProof:
        """Prove one entry by the first seal that covered it.

        Args:
            room_id: Its room.
            seq: In the room.
            leaf: As the record holds it.

        Raises:
            StoreFault: It is not sealed yet.
        """
        seal = self._store.seal_of(room_id, seq)
        if seal is None or seal.tick >= self.size:
            raise not_sealed(room_id)
        tree = self._store.tree_of(room_id)
        proof = inclusion_proof(tree, seq - 1, seal.head.size)
        return EntryProof(leaf.decode(), hexes(proof), self._seal(room_id, seal))

    def seals(self, room_id: bytes) -> Iterator[tuple[int, Seal]]:
        """Yield every size at which a room was sealed, the smallest first, and what proves it."""
        for seal in self._store.seals_of(room_id):
            if seal.tick < self.size:
                yield seal.head.size, self._seal(room_id, seal)

    def nodes(self, room_id: bytes) -> Nodes:
        """Return the nodes of a room's tree."""
        return self._store.tree_of(room_id)

    def _seal(self, room_id: bytes, seal: SealedRoom) -> Seal:
        sealed = seal.sealed
        log_proof = inclusion_proof(self._log, seal.tick, self.size)
        return Seal(
            room_head(room_id, seal.head).decode(),
            TickProof(sealed.index, sealed.salt.hex(), hexes(sealed.proof)),
            LogProof(seal.tick, self._store.leaf(seal.tick).decode(), hexes(log_proof)),
        )


def not_sealed(room_id: bytes) -> StoreFault:
    """Say that a seal is yet to come."""
    return StoreFault(f"room {room_id.hex()} is not sealed that far yet", "wait for the next tick")
