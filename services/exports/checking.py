"""Check here and now what a viewer is shown, and say what that does not prove.

It is checked by the same program that goes with every bundle (`ledger.seal.verify`), which shares
no code with what wrote the record. Nothing is waited for and nothing is written: what is not
sealed yet is told as such.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from ledger.errors import StoreFault
from ledger.seal import verify
from ledger.seal.proofs import Seal, write_document
from ledger.seal.proving import Prover
from ledger.seal.seal_store import SealStore
from ledger.seal.spans import span_proof
from services.cosigning.witnesses import is_met, policy_of
from services.exports.bundle import Chosen, by_room, plain
from services.exports.vouching import NOT_PROVEN
from services.house import House
from services.reading.eyes import Eyes
from services.reading.looking import Kept, Look
from services.seals import key_history, seals_of

BY_US: Final = (
    "That this server tells the truth: it has checked itself, with the key it holds itself. Take "
    "the bundle or the receipt, and check it with the key of the institution from elsewhere."
)
UNSIGNED: Final = "Anything about seals: nothing was sealed yet."
UNCHECKED: Final = (
    "Anything about seals: something does not hold, so they were not checked any further."
)
TAIL: Final = "That entries not sealed yet stay as they are; the next seal will cover them."
ERASED: Final = (
    "What erased entries said: their frames and their commitments stand, their words are gone."
)
WITHHELD: Final = "What sealed contents say: they are not opened here, so they were not compared."
ALONE: Final = (
    "That nobody was shown another log: no witness cosigned the checkpoint these checks lead to."
)
TOO_FEW: Final = "That enough witnesses saw this checkpoint: fewer cosigned it than are asked for."
STAMP: Final = (
    "That the authority of time signed its time stamp: that its stamp is over this log was "
    "checked, its signature was not."
)
NO_STAMP: Final = (
    "When this was sealed by any clock but the institution's: no time stamp covers the seal."
)
SAID: Final = (BY_US, UNSIGNED, UNCHECKED, TAIL, ERASED, WITHHELD, ALONE, TOO_FEW, STAMP, NO_STAMP)
"""What a check may say that it does not prove, beside what none can."""


class LogChecked(Struct, frozen=True, kw_only=True):
    """The checkpoint that everything leads to; the names are those of the JSON document.

    Attributes:
        origin: Name of the log.
        size: Its leaves.
        root: Of its tree, hex.
        key: The key that signed, as it is handed on.
        fingerprint: SHA-256 of that public key, hex.
        witnesses: Names of the witnesses asked for whose cosignature holds.
        asked: How many witnesses are asked.
        quorum: Whether enough of them cosigned, None where none has to.
    """

    origin: str
    size: int
    root: str
    key: str
    fingerprint: str
    witnesses: tuple[str, ...]
    asked: int
    quorum: bool | None


class RoomChecked(Struct, frozen=True, kw_only=True):
    """What was checked of some entries of one room.

    Attributes:
        room: Name of the room.
        entries: How many entries were looked at.
        opened: How many say in full what their commitments say.
        erased: Of how many the frame alone could be compared, as their words are erased.
        withheld: The same, as their words are sealed.
        sealed: How many stand in the tree of a sealed head.
        sealed_at: When that head was sealed, by the institution's clock; None where none is sealed.
        stamped_at: When an authority of time stamped a later checkpoint, None where none did.
        fault: What does not hold, None where all that was checked holds.
    """

    room: str
    entries: int
    opened: int = 0
    erased: int = 0
    withheld: int = 0
    sealed: int = 0
    sealed_at: str | None = None
    stamped_at: str | None = None
    fault: str | None = None

    @property
    def unsealed(self) -> int:
        """Return how many entries no seal covers yet."""
        return self.entries - self.sealed


class Checked(Struct, frozen=True, kw_only=True):
    """What was checked, with which key, when, and what is not proven.

    Attributes:
        at: When.
        viewer: Whose entries.
        log: The checkpoint, None where nothing was sealed yet or it does not hold.
        rooms: The rooms the entries stand in.
        fault: What does not hold of log or key, None where they hold.
        not_proven: What nobody may conclude from it.
    """

    at: datetime
    viewer: str
    log: LogChecked | None
    rooms: tuple[RoomChecked, ...]
    fault: str | None
    not_proven: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Tell whether everything that was checked holds."""
        return self.fault is None and all(room.fault is None for room in self.rooms)


def checked(eyes: Eyes, look: Look, kept: Sequence[Kept]) -> Checked:
    """Check entries that are seen, as they are now.

    Raises:
        StoreFault: That somebody opens them cannot be written down, or the list of witnesses
            cannot be read.
    """
    parted = [[one.kept for one in room] for room in by_room(tuple(Chosen(one) for one in kept))]
    rooms = [_opened(look, entries) for entries in parted]
    store = seals_of(eyes.house)
    if store is None:
        return _told(eyes, look, rooms, None, None)
    try:
        if not store.signed_size():
            return _told(eyes, look, rooms, None, None)
        prover = Prover(store)
        log = _log(eyes.house, prover)
        pairs = zip(rooms, parted, strict=True)
        proved = [_sealed(store, prover, room, entries) for room, entries in pairs]
        return _told(eyes, look, proved, log, None)
    except (verify.Refused, StoreFault) as error:
        return _told(eyes, look, rooms, None, str(error))
    finally:
        store.close()


def _opened(look: Look, entries: list[Kept]) -> RoomChecked:
    """Compare what entries say with what their leaves commit to."""
    found = RoomChecked(room=entries[0].frame.room, entries=len(entries))
    counts = {"opened": 0, "erased": 0, "withheld": 0}
    for kept in entries:
        try:
            shown = plain(look, Chosen(kept))
            leaf = verify.parse_leaf(shown.leaf)
            verify.check_opened(leaf, "frame", *shown.frame)
            if shown.content is not None:
                verify.check_opened(leaf, "content", *shown.content)
        except (verify.Refused, StoreFault) as error:
            return replace(found, **counts, fault=f"{kept.frame.ref}: {error}")
        counts[_COUNTED[shown.withheld]] += 1
    return replace(found, **counts)


_COUNTED: Final = {None: "opened", "erased": "erased", "sealed": "withheld", "omitted": "withheld"}


def _log(house: House, prover: Prover) -> LogChecked:
    """Check who signed a checkpoint, from the last of the institution's keys.

    Raises:
        Refused: It does not hold.
    """
    folder = house.ledger.folder
    asked = policy_of(folder)
    history = verify.parse_history(_plain(key_history(folder)))
    pinned = history[-1].key
    known = {each.name: verify.parse_key(each.key.text) for each in asked.witnesses}
    policy = verify.Policy(logs=(pinned,), witnesses=known, named="key")
    trust = verify.judge(prover.checkpoint, pinned.name, history, policy)
    head = trust.checkpoint.head
    return LogChecked(
        origin=trust.checkpoint.origin,
        size=head.size,
        root=head.root.hex(),
        key=trust.keys[-1],
        fingerprint=sha256(verify.parse_key(trust.keys[-1]).public).hexdigest(),
        witnesses=trust.witnesses,
        asked=len(asked.witnesses),
        quorum=None if asked.quorum is None else is_met(asked, prover.checkpoint),
    )


def _sealed(
    store: SealStore, prover: Prover, found: RoomChecked, entries: list[Kept]
) -> RoomChecked:
    """Check that the entries stand side by side in the tree of a sealed head of their room.

    It is the first head that covers the last of them: whoever left a room is not told when
    anything came to it later.
    """
    room_id = entries[0].read.room_id
    newest = store.newest_seal_of(room_id, prover.size)
    within = [kept for kept in entries if newest and kept.frame.seq <= newest.head.size]
    if found.fault is not None or not within:
        return found
    try:
        sealed = _side_by_side(prover, within)
    except (verify.Refused, StoreFault) as error:
        return replace(found, fault=str(error))
    stamped = [each.at for each in _stamps(prover, sealed)]
    return replace(
        found,
        sealed=len(within),
        sealed_at=sealed.at,
        stamped_at=stamped[0] if stamped else None,
    )


def _side_by_side(prover: Prover, entries: list[Kept]) -> verify.Sealed:
    first, last = entries[0], entries[-1]
    room_id = last.read.room_id
    seal = prover.entry(room_id, last.frame.seq, last.sealed.leaf).seal
    sealed = _of_room(seal, verify.parse_checkpoint(_text(prover)).head)
    leaves = [verify.leaf_hash(kept.sealed.leaf) for kept in entries]
    begin, end = first.frame.seq - 1, last.frame.seq
    if sealed.room != room_id.hex() or end - begin != len(leaves):
        raise verify.Refused("entries_are_missing", f"entries {begin + 1} to {end}")
    proof = span_proof(prover.nodes(room_id), begin, end, sealed.head.size)
    verify.check_span(leaves, begin, proof, sealed.head)
    return sealed


def _text(prover: Prover) -> str:
    return verify.parse_note(prover.checkpoint).text


def _of_room(seal: Seal, log: verify.Head) -> verify.Sealed:
    return verify.check_seal(*verify.parse_seal(_plain(seal)), log)


def _plain(document: Struct) -> object:
    """Give a document to the verifier as it reads it."""
    return verify.strict_json(write_document(document))


def _stamps(prover: Prover, sealed: verify.Sealed) -> Iterator[verify.Token]:
    """Yield the time stamp that first covers a seal, where there is one that is over its log."""
    for shown in prover.stamps([sealed.place]):
        yield verify.check_stamped(shown.token, shown.text.encode())


def _told(
    eyes: Eyes,
    look: Look,
    rooms: Sequence[RoomChecked],
    log: LogChecked | None,
    fault: str | None,
) -> Checked:
    return Checked(
        at=eyes.house.clock.now(),
        viewer=look.viewer,
        log=log,
        rooms=tuple(rooms),
        fault=fault,
        not_proven=(BY_US, *([UNCHECKED] if fault else _not_proven(rooms, log)), *NOT_PROVEN),
    )


def _not_proven(rooms: Sequence[RoomChecked], log: LogChecked | None) -> Iterator[str]:
    """Say what was not checked."""
    if log is None:
        yield UNSIGNED
    elif any(room.unsealed for room in rooms):
        yield TAIL
    if any(room.erased for room in rooms):
        yield ERASED
    if any(room.withheld for room in rooms):
        yield WITHHELD
    if log is not None:
        yield from _not_vouched(rooms, log)


def _not_vouched(rooms: Sequence[RoomChecked], log: LogChecked) -> Iterator[str]:
    if not log.witnesses:
        yield ALONE
    elif log.quorum is False:
        yield TOO_FEW
    if any(room.stamped_at for room in rooms):
        yield STAMP
    if any(room.sealed and not room.stamped_at for room in rooms):
        yield NO_STAMP
