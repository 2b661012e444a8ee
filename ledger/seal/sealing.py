"""Seal the record: take entries into their rooms, tick, append to the log, have it signed.

Order: commit rows, sign, publish. What a crash leaves after each step is told where it is done;
the next start goes on from there, and no two heads of one size are ever signed. A sealer that was
frozen may wake beside its successor: each step is refused where the other did it meanwhile.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from ledger.errors import CaseBusy
from ledger.seal.checkpoints import Checkpoint
from ledger.seal.comparing import compare_room
from ledger.seal.leaves import TICK_CAPACITY, SealedHead, fill_tick, room_head
from ledger.seal.log_leaves import (
    LogLeaf,
    Opened,
    Rekeyed,
    Stamped,
    Ticked,
    read_log_leaf,
    write_log_leaf,
)
from ledger.seal.log_signer import LogSigner
from ledger.seal.merkle import consistency_proof, head_at, inclusion_proof, leaf_hash
from ledger.seal.mismatch import SealsDoNotMatch
from ledger.seal.proofs import Handover, hexes
from ledger.seal.record_rows import Record, pages
from ledger.seal.seal_rows import Waiting
from ledger.seal.seal_store import ANOTHER_SEALS, SealStore
from ledger.seal.unproven import Unproven
from ledger.seal.verify import Refused, check_stamped

LOT: Final = 1_000
"""Rows compared at once beside the ticks: some hundredths of a second."""


class Sealing:
    """Seal one record into one log; only one at a time may (`ledger/seal/opening.py` sees to it).

    While a long record is still compared with what was sealed, no room is sealed again before its
    own seals were: so whatever is signed follows from what was signed before.

    Attributes:
        store: Trees, seals and log.
        signer: Signs the log's heads.
        compared: Rows compared so far.
        is_comparing: Whether some are still to be compared.
    """

    def __init__(
        self,
        store: SealStore,
        signer: LogSigner,
        record: Record,
        capacity: int = TICK_CAPACITY,
        rest: Iterator[int] | None = None,
    ) -> None:
        """Take what was compared before.

        Args:
            store: Trees, seals and log.
            signer: Signs the log's heads.
            record: What is sealed.
            capacity: Leaves of each tick's tree.
            rest: What is still to be compared, step by step; None for nothing.
        """
        self.store = store
        self.signer = signer
        self._record = record
        self._capacity = capacity
        self._rest = rest or iter(())
        self._seen: set[bytes] = set()
        self.compared = 0
        self.is_comparing = rest is not None

    def compare_some(self, rows: int = LOT) -> bool:
        """Compare some more of the record with what was sealed; tell whether that was all.

        Args:
            rows: How many at least, if there are as many.

        Raises:
            SealsDoNotMatch: As `ledger.seal.comparing.comparison`.
        """
        until = self.compared + rows
        while self.is_comparing and self.compared < until:
            found = next(self._rest, None)
            self.is_comparing = found is not None
            self.compared += found or 0
        if not self.is_comparing:
            self._seen.clear()
        return not self.is_comparing

    def _compare_first(self, rooms: Iterable[Waiting]) -> None:
        """Compare the seals of rooms that are to be sealed again, each once."""
        for room in rooms:
            if self.is_comparing and room.room_id not in self._seen:
                self.compared += compare_room(self.store, room.room_id)
                self._seen.add(room.room_id)

    def catch_up(self) -> int:
        """Take in what was recorded; return the position reached.

        Raises:
            CaseBusy: Another process seals meanwhile.
            SealsDoNotMatch: entry_was_altered, entry_is_missing.
            StoreFault: A file is at fault.
        """
        position = self.store.position()
        for entries in pages(self._record, position):
            self.store.take_in(entries, position)
            # A crash here leaves the page taken in, and the position behind it.
            position = entries[-1].position
        return position

    def tick(self, at: datetime) -> int:
        """Seal the rooms that wait, or none; return the size of the log.

        The work and what it leaves are alike, however many rooms there are.

        Args:
            at: Now, UTC; kept in whole seconds, never behind the last leaf.

        Raises:
            CaseBusy: Another process seals meanwhile.
            SealsDoNotMatch: What was recorded, sealed and signed no longer fits together.
            StoreFault: A file is at fault; the next tick goes on from there.
        """
        self.begin(at)
        size = self.finish()
        self.catch_up()
        waiting = self.store.waiting(self._capacity)
        self._compare_first(waiting)
        tick = fill_tick([room_head(w.room_id, w.head) for w in waiting], self._capacity)
        leaf = Ticked(at=self._instant(at), capacity=self._capacity, root=tick.head.root.hex())
        return self.append(size, leaf, zip(waiting, tick.sealed, strict=True))

    def begin(self, at: datetime) -> None:
        """Say in the first leaf of a log which one it goes on from, unless it is the first log."""
        before = self.signer.kept().before
        if before is not None and not self.store.log_size():
            self.append(
                0,
                Opened(
                    at=self._instant(at),
                    origin=before.origin,
                    size=before.size,
                    root=before.root,
                    why=before.why,
                ),
            )

    def rekey(self, at: datetime, why: str) -> int:
        """Let another key sign from here on; return the size of the log."""
        self.begin(at)
        size = self.finish()
        key = self.signer.draw()
        # A crash here leaves a key that signs nothing; the next call takes it.
        return self.append(size, Rekeyed(at=self._instant(at), key=key.text, why=why))

    def stamp(self, at: datetime, size: int, token: bytes) -> int:
        """Log a time-stamp token over a checkpoint of this log, once; return the log's size.

        Args:
            at: Now, UTC.
            size: Of the checkpoint.
            token: As its authority made it, DER; that its signature holds was checked before.

        Raises:
            Unproven: It is no token, or over another text; nothing was logged.
            SealsDoNotMatch, StoreFault: As `tick`.
        """
        self.begin(at)
        now = self.finish()
        if not 1 <= size <= now:
            raise Unproven("stamp_is_of_other_checkpoint", f"there is none of {size} leaves")
        text = Checkpoint(self.store.origin, self.store.log_head(size)).text
        try:
            check_stamped(token, text.encode())
        except Refused as refused:
            raise Unproven(refused.cause, refused.why) from refused
        if any(stamped.token == token for _, stamped in self.store.stamps(now)):
            return now  # a crash came between the log and the one who asked
        return self.append(now, Stamped(at=self._instant(at), size=size, token=token))

    def append(
        self, size: int, leaf: LogLeaf, sealed: Iterable[tuple[Waiting, SealedHead]] = ()
    ) -> int:
        """Append a leaf to the log of a size and have the log signed; return its new size."""
        written = write_log_leaf(leaf)
        grown = self.store.append(size, written, leaf_hash(written), sealed)
        # A crash here leaves a leaf that no checkpoint covers: it is signed before another comes.
        self.finish()
        return grown

    def finish(self) -> int:
        """Have the log signed as it is, unless it is; keep how a key was introduced.

        Returns:
            The size of the log.

        Raises:
            CaseBusy: Another process seals meanwhile; this one's right was lost.
            SealsDoNotMatch: The signer remembers another log, and does not sign.
            StoreFault: A file is at fault.
        """
        size = self.store.log_size()
        if size and self.store.note(size) is None:
            self._sign(size)
        wanted = self.signer.handover_wanted()
        if wanted is not None:
            self._keep_handover(wanted)
        return size

    def _sign(self, size: int) -> None:
        leaf = read_log_leaf(self.store.leaf(size - 1))
        if isinstance(leaf, Rekeyed):
            self.signer.adopt(leaf.key, size)
        tree = self.store.log_tree(size)
        try:
            note = self.signer.sign(
                head_at(tree, size), lambda since: consistency_proof(tree, since, size)
            )
        except Unproven as error:
            if self.store.log_size() > size:
                raise CaseBusy(ANOTHER_SEALS) from error
            cause = "log_is_shorter" if error.cause == "tree_shrank" else "log_does_not_match"
            raise SealsDoNotMatch(cause, f"not signed: {error}") from error
        # A crash here leaves a head signed that nobody saw: the same is signed again.
        self.store.keep_note(size, note.encode())

    def _keep_handover(self, size: int) -> None:
        note = self.store.note(size)
        if note is None:
            return
        proof = inclusion_proof(self.store.log_tree(size), size - 1, size)
        leaf = self.store.leaf(size - 1)
        self.signer.keep_handover(Handover(leaf.decode(), size - 1, hexes(proof), note.decode()))

    def _instant(self, at: datetime) -> datetime:
        """Return the instant in whole seconds, so that every leaf has the same length."""
        now = at.astimezone(UTC).replace(microsecond=0)
        size = self.store.log_size()
        last = read_log_leaf(self.store.leaf(size - 1)).at if size else now
        return max(now, last)
