"""Prove to whoever may read them that the entries of a command were sealed, and when."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct, structs

from ledger.answer import Answer
from ledger.errors import RuleViolation
from ledger.seal.log_leaves import read_log_leaf
from ledger.seal.proofs import Receipt
from ledger.seal.proving import Place
from ledger.seal.seal_store import SealStore
from projections import audit_trail
from services.proving import prover_of
from services.reading.eyes import Eyes
from services.reading.looking import Kept, Record
from services.seals import key_history, sealed_up_to, seals_of

NEEDS: Final = "the id of a command whose entries you may read"


class Receipted(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """An answer with the proof of what it wrote; one line of JSON.

    Attributes:
        receipt: Of what it wrote in rooms the caller reads, None where that is nothing.
    """

    receipt: Receipt | None = None


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
    sealed = [(room, seq) for room, seq, _ in places]
    store = sealed_up_to(eyes.house, sealed)
    try:
        prover = prover_of(eyes.house, store, sealed)
        return Receipt(
            command=command,
            entries=tuple(prover.entry(*place) for place in places),
            checkpoint=prover.checkpoint.decode(),
            keys=key_history(eyes.house.ledger.folder),
        )
    finally:
        store.close()


def receipts(eyes: Eyes, answers: Sequence[Answer]) -> list[Receipt | None]:
    """Prove what many commands wrote, each by itself; the seal is waited for once.

    Args:
        eyes: Those of the operator who gave the commands.
        answers: Its answers; one that wrote nothing it may read gets no receipt.

    Raises:
        CaseBusy: The seal did not come in time.
        StoreFault: The seals are at fault.
    """
    wrote = _Written(eyes)
    places = [wrote.places(answer) for answer in answers]
    sealed = [(room, seq) for of in places for room, seq, _ in of]
    store = sealed_up_to(eyes.house, sealed)
    try:
        prover = prover_of(eyes.house, store, sealed)
        checkpoint, keys = prover.checkpoint.decode(), key_history(eyes.house.ledger.folder)
        proofs = prover.entries([place for of in places for place in of])
        return [
            Receipt(
                command=answer.id,
                entries=tuple(next(proofs) for _ in of),
                checkpoint=checkpoint,
                keys=keys,
            )
            if of
            else None
            for answer, of in zip(answers, places, strict=True)
        ]
    finally:
        store.close()


def receipted(eyes: Eyes, answers: Sequence[Answer]) -> list[Answer]:
    """Put its receipt into each answer; raises as `receipts`."""
    proved = receipts(eyes, answers)
    pairs = zip(answers, proved, strict=True)
    return [
        answer if receipt is None else Receipted(**structs.asdict(answer), receipt=receipt)
        for answer, receipt in pairs
    ]


class _Written:
    """Find the entries that answers name; a case is read once for all that follow each other."""

    def __init__(self, eyes: Eyes) -> None:
        self._eyes = eyes
        self._known: tuple[str | None, Record] | None = None

    def places(self, answer: Answer) -> list[Place]:
        """List the entries an answer names."""
        if not answer.done or not answer.events:
            return []
        record = self._record(answer.case)
        versions = [record.file.version_of(f"{e.room}:{e.seq}") for e in answer.events]
        found = [record.kept[version - 1] for version in versions]
        return [(kept.read.room_id, kept.frame.seq, kept.sealed.leaf) for kept in found]

    def _record(self, case: str | None) -> Record:
        if self._known is None or self._known[0] != case:
            ledger = self._eyes.house.ledger
            case_id = ledger.institution_id if case is None else self._eyes.case_id(case)
            self._known = (case, Record(ledger.reader, case_id))
        return self._known[1]


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
