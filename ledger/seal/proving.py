"""Make proofs of entries and rooms that all lead to one signed checkpoint."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from ledger.errors import StoreFault
from ledger.seal.checkpoints import Checkpoint
from ledger.seal.leaves import room_head
from ledger.seal.log_leaves import Stamped
from ledger.seal.merkle import Nodes, consistency_proof, inclusion_proof
from ledger.seal.nodes import Tree
from ledger.seal.proofs import EntryProof, LogProof, RoomProof, Seal, StampProof, TickProof, hexes
from ledger.seal.seal_rows import Logged, SealedRoom
from ledger.seal.seal_store import SealStore
from ledger.seal.spans import span_proof

FEW: Final = 8
"""Entries of one room up to which its tree is not held in memory."""
Place: TypeAlias = tuple[bytes, int, bytes]
"""An entry: its room's id, its sequence there, its leaf as the record holds it."""


class StampShown(NamedTuple):
    """A time stamp as it is handed on.

    Attributes:
        proof: What places it in the log.
        token: As the authority made it, DER.
        text: Of the checkpoint it is over.
    """

    proof: StampProof
    token: bytes
    text: str


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

    def entries(self, places: Sequence[Place]) -> Iterator[EntryProof]:
        """Prove many entries, as `entry`; of a room with more than a few its tree is read once."""
        often = Counter(room_id for room_id, _, _ in places)
        trees: dict[bytes, Nodes] = {}
        for room_id, seq, leaf in places:
            if often[room_id] > FEW and room_id not in trees:
                trees[room_id] = self._held(room_id)
            yield self.entry(room_id, seq, leaf, trees.get(room_id))

    def _held(self, room_id: bytes) -> Tree:
        head = self._store.head_of(room_id)
        return Tree(self._store.leaves(room_id, 0, 0 if head is None else head.size))

    def entry(self, room_id: bytes, seq: int, leaf: bytes, tree: Nodes | None = None) -> EntryProof:
        """Prove one entry by the first seal that covered it.

        Args:
            room_id: Its room.
            seq: In the room.
            leaf: As the record holds it.
            tree: Nodes of the room, where they are at hand.

        Raises:
            StoreFault: It is not sealed yet.
        """
        seal = self._store.seal_of(room_id, seq)
        if seal is None or seal.tick >= self.size:
            raise not_sealed(room_id)
        nodes = self._store.tree_of(room_id) if tree is None else tree
        proof = inclusion_proof(nodes, seq - 1, seal.head.size)
        return EntryProof(leaf.decode(), hexes(proof), self._seal(room_id, seal))

    def seals(self, room_id: bytes) -> Iterator[tuple[int, Seal]]:
        """Yield every size at which a room was sealed, the smallest first, and what proves it."""
        for seal in self._store.seals_of(room_id):
            if seal.tick < self.size:
                yield seal.head.size, self._seal(room_id, seal)

    def stamps(self, ticks: Iterable[int]) -> list[StampShown]:
        """Prove for each tick, given by its index, the first time stamp that covers it."""
        known = list(self._store.stamps(self.size))
        shown: dict[int, tuple[Logged, Stamped]] = {}
        for tick in set(ticks):
            covering = [each for each in known if each[1].size > tick]
            if covering:
                first = min(covering, key=lambda each: (each[1].size, each[0].index))
                shown[first[0].index] = first
        return [self._stamp(*shown[index]) for index in sorted(shown)]

    def _stamp(self, logged: Logged, stamped: Stamped) -> StampShown:
        head = self._store.log_head(stamped.size)
        proof = inclusion_proof(self._log, logged.index, self.size)
        grown = consistency_proof(self._log, stamped.size, self.size)
        proved = StampProof(
            logged.index, logged.leaf.decode(), hexes(proof), head.root.hex(), hexes(grown)
        )
        return StampShown(proved, stamped.token, Checkpoint(self._store.origin, head).text)

    def size_sealed_with(self, room_id: bytes, seq: int) -> int:
        """Return how many entries a room had when one of them was first sealed.

        Raises:
            StoreFault: It is not sealed yet.
        """
        seal = self._store.seal_of(room_id, seq)
        if seal is None or seal.tick >= self.size:
            raise not_sealed(room_id)
        return seal.head.size

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
