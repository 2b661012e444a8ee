"""Prove to whoever may read them that the entries of a command were sealed, and when."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from msgspec import Struct

from ledger.errors import RuleViolation
from ledger.seal.log_leaves import read_log_leaf
from ledger.seal.proofs import Receipt
from ledger.seal.proving import Prover
from ledger.seal.seal_store import SealStore
from projections import audit_trail
from services.reading.eyes import Eyes
from services.reading.looking import Kept
from services.seals import key_history, sealed_up_to, seals_of

NEEDS: Final = "the id of a command whose entries you may read"


class Covered(Struct, frozen=True):
    """The checkpoint that covers an entry first.

    Attributes:
        origin: Of the log.
        size: Of the checkpoint.
        at: When the tick was, by the sealer's clock.
    """

    origin: str
    size: int
    at: datetime


class Coverage:
    """Tell which checkpoint covers an entry; rooms are read in order, so little is asked twice."""

    def __init__(self, eyes: Eyes) -> None:
        """Open the seals, if there are any."""
        self._store = seals_of(eyes.house)
        self._signed = 0 if self._store is None else self._store.signed_size()
        self._known: dict[str, tuple[int, int, Covered]] = {}
        self._until = eyes.moment if isinstance(eyes.moment, datetime) else None

    def of(self, event_id: str) -> Covered | None:
        """Return the checkpoint that covers an entry, None while there is none.

        Looking back, what was sealed later is not seen.
        """
        if self._store is None:
            return None
        room_hex, _, place = event_id.partition("/")
        seq = int(place)
        first, last, known = self._known.get(room_hex, (1, 0, None))
        covered = known if first <= seq <= last else self._asked(self._store, room_hex, seq)
        seen = covered is not None and (self._until is None or covered.at <= self._until)
        return covered if seen else None

    def _asked(self, store: SealStore, room_hex: str, seq: int) -> Covered | None:
        seal = store.seal_of(bytes.fromhex(room_hex), seq)
        if seal is None or seal.tick >= self._signed:
            return None
        at = read_log_leaf(store.leaf(seal.tick)).at
        covered = Covered(store.origin, seal.tick + 1, at)
        self._known[room_hex] = (seq, seal.head.size, covered)
        return covered

    def close(self) -> None:
        """Let go of the seals."""
        if self._store is not None:
            self._store.close()


def receipt(eyes: Eyes, command: str, case: str | None = None) -> Receipt:
    """Prove the entries of a command, as far as the viewer may read them.

    What is not sealed yet is sealed first: the next tick is waited for, or made.

    Args:
        eyes: Whose.
        command: Id of the command.
        case: Where it was given; found by itself where only one is possible.

    Raises:
        RuleViolation: command_is_known, the same for one whose entries may not be read;
            command_is_one; case_is_known, viewer_is_within_role.
        CaseBusy: The seal did not come in time.
        StoreFault: The seals are at fault.
    """
    found = list(_entries(eyes, command, case))
    if not found:
        raise RuleViolation("command_is_known", f"there is no command {command!r}", NEEDS)
    if len({(kept.read.case_id, kept.frame.actor) for kept in found}) > 1:
        why = f"several actors gave their command the id {command!r}"
        raise RuleViolation("command_is_one", why, "`--case CASE`, or `--as` one of them")
    return prove(eyes, command, found)


def prove(eyes: Eyes, command: str, found: Iterable[Kept]) -> Receipt:
    """Prove some entries of one command."""
    places = [(kept.read.room_id, kept.frame.seq, kept.sealed.leaf) for kept in found]
    store = sealed_up_to(eyes.house, [(room, seq) for room, seq, _ in places])
    try:
        prover = Prover(store)
        return Receipt(
            command=command,
            entries=tuple(prover.entry(*place) for place in places),
            checkpoint=prover.checkpoint.decode(),
            keys=key_history(eyes.house.ledger.folder),
        )
    finally:
        store.close()


def _entries(eyes: Eyes, command: str, case: str | None) -> Iterable[Kept]:
    # Before the command is looked for: whether one bears that id must not change the refusal.
    wanted = None if case is None else eyes.case_id(case)
    library = eyes.house.views
    library.bring_to_head()
    with library.glance() as glance:
        cases = audit_trail.cases_of_command(glance, command)
    if wanted is not None:
        cases = [one for one in cases if one == wanted]
    for case_id in cases:
        look = eyes.tried(case_id)
        if look is not None:
            yield from (kept for kept in look.kept if kept.frame.command == command)
