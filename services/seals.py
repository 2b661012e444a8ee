"""Reach the seals of a ledger: read them, have something sealed, begin a log anew."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from msgspec import Raw
from msgspec.json import encode
from msgspec.structs import replace

from ledger.act import Ask
from ledger.errors import CaseBusy, StoreFault
from ledger.identity import Operator
from ledger.institution.seal_log_events import SealKeyChanged, SealLogBegun
from ledger.seal.log_leaves import Rekeyed, read_log_leaf
from ledger.seal.log_signer import LogSigner
from ledger.seal.opening import Place, begin_anew, sealing
from ledger.seal.proofs import KeyHistory
from ledger.seal.record_rows import Stored
from ledger.seal.seal_store import SealStore
from ledger.seal.sealing import Sealing
from ledger.seal.stamp_spool import Spool
from ledger.store.recording import LedgerRecorder
from ledger.store.sealing import parse
from services.clock import SystemSteady
from services.cosigning.witnesses import POLICY_NAME
from services.house import House
from services.publication import Publication
from services.settings import Settings, from_environment

WAIT_S: Final = 60.0
"""How long to wait for the seal of a `serve` that runs: some ticks of the default cadence."""
LOOK_S: Final = 0.05


class LedgerRecord:
    """The record as the sealer reads it: straight from the store, which is the only truth."""

    def __init__(self, recorder: LedgerRecorder) -> None:
        self._recorder = recorder

    def head(self) -> int:
        """Return the position of the last entry, 0 for none."""
        return self._recorder.head()

    def page(self, after: int, limit: int) -> Sequence[Stored]:
        """Return at most `limit` entries behind a position, in order."""
        return [
            Stored(position, parse(state).leaf, state)
            for position, _, _, state in self._recorder.page(after, limit)
        ]


def place_of(house: House, settings: Settings | None = None) -> Place:
    """Say where the seals of a ledger lie."""
    capacity = (settings or from_environment()).seals.capacity
    ledger_hex = house.ledger.institution_id.hex
    return Place(house.ledger.folder, ledger_hex, capacity, house.ledger.urls.record)


def is_being_sealed(house: House) -> bool:
    """Tell whether some process seals this ledger now."""
    return place_of(house).seals.is_being_sealed()


def publication_of(house: House, settings: Settings | None = None) -> Publication:
    """Say where the checkpoints of a ledger are published."""
    folder = (settings or from_environment()).seals.publish
    return Publication(folder or house.ledger.folder / "published")


def record_of(house: House) -> LedgerRecord:
    """Return the record as the sealer reads it."""
    return LedgerRecord(house.ledger.reader.recorder)


def seals_of(house: House) -> SealStore | None:
    """Open the seals for reading; None where nothing was sealed yet. The caller closes them.

    Raises:
        StoreFault: The file is damaged, or of another ledger.
    """
    place = place_of(house)
    return place.seals.open(place.ledger_hex) if place.seals.exists() else None


def signer_of(folder: Path) -> LogSigner:
    """Open the signer of a data folder.

    Raises:
        StoreFault: There is none, or its files are damaged.
    """
    return LogSigner(Place(folder, "").signer)


def key_history(folder: Path) -> KeyHistory:
    """Return every key that signed for the ledger of a data folder.

    Raises:
        StoreFault: Nothing was sealed yet, or the signer's files are damaged.
    """
    return signer_of(folder).history()


# ---------------------------------------------------------------- having something sealed


def sealed_up_to_now(house: House) -> SealStore:
    """Have everything sealed that is recorded by now.

    While some process seals, its next ticks are waited for, so that the cadence tells nobody of
    what was asked; without one, a tick is made at once. The caller closes the store.

    Raises:
        CaseBusy: The seals did not come in time; ask again.
        StoreFault: What was recorded, sealed and signed does not fit together; or a file's fault.
    """
    head = record_of(house).head()
    return _sealed(house, lambda store: _is_sealed(store, head))


def sealed_up_to(house: House, places: Iterable[tuple[bytes, int]]) -> SealStore:
    """Have some entries sealed, each given by room id and sequence; as `sealed_up_to_now`."""
    wanted = list(places)
    return _sealed(house, lambda store: _are_sealed(store, wanted))


def _is_sealed(store: SealStore, head: int) -> bool:
    since = store.waits_since()
    signed = store.log_size() == store.signed_size() > 0
    return signed and store.position() >= head and (since is None or since > head)


def _are_sealed(store: SealStore, wanted: list[tuple[bytes, int]]) -> bool:
    size = store.signed_size()
    seals = (store.seal_of(room_id, seq) for room_id, seq in wanted)
    return all(seal is not None and seal.tick < size for seal in seals)


def _sealed(house: House, holds: Callable[[SealStore], bool]) -> SealStore:
    end = monotonic() + WAIT_S
    while monotonic() < end:
        store = seals_of(house)
        if store is not None:
            if holds(store):
                return store
            store.close()
        if is_being_sealed(house):
            sleep(LOOK_S)
        else:
            _tick_if_nobody_does(house)
    raise CaseBusy("the seal has not come yet; the same may be asked again")


def _tick_if_nobody_does(house: House) -> None:
    try:
        tick_now(house)
    except CaseBusy:
        sleep(LOOK_S)  # another process began to seal meanwhile


def logged_with(house: House, token: bytes) -> SealStore:
    """Have a time-stamp token logged that waits in the spool; as `sealed_up_to_now`."""

    def holds(store: SealStore) -> bool:
        found = store.stamps(store.signed_size())
        return any(stamped.token == token for _, stamped in found)

    return _sealed(house, holds)


def tick_now(house: House, *, thorough: bool = False) -> bytes:
    """Make one tick, publish its checkpoint, and ask the witnesses once; return the note.

    Args:
        house: The ledger.
        thorough: Also compute every head again first.

    Raises:
        CaseBusy: Another process seals.
        StoreFault: As `sealed_up_to_now`.
    """
    published = publication_of(house)
    place, record = place_of(house), record_of(house)
    with sealing(place, record, published.notes(), thorough=thorough) as held:
        Spool(house.ledger.folder).log(held, house.clock.now())
        held.tick(house.clock.now())
        return publish(house, held, published)


def newest_checkpoint(house: House) -> bytes:
    """Have sealed what is recorded by now, and return the newest checkpoint.

    Raises:
        CaseBusy, StoreFault: As `sealed_up_to_now`.
    """
    if not is_being_sealed(house):
        tick_now(house, thorough=True)
    store = sealed_up_to_now(house)
    try:
        return newest_note(store)
    finally:
        store.close()


def rotate_key(house: House, why: str) -> bytes:
    """Let a new key sign from here on; return the checkpoint that introduces it.

    Raises:
        CaseBusy, StoreFault: As `tick_now`.
    """
    published = publication_of(house)
    with sealing(place_of(house), record_of(house), published.notes(), thorough=False) as held:
        held.rekey(house.clock.now(), why)
        return publish(house, held, published)


def begin_log_anew(house: House, why: str) -> bytes:
    """End the log and begin another that names the old head and the reason; return its first note.

    Raises:
        CaseBusy: Another process seals.
        StoreFault: There is no log to go on from, or a file's fault.
    """
    published = publication_of(house)
    place, record = place_of(house), record_of(house)
    begin_anew(place, record, house.clock.now(), why, published.notes())
    with sealing(place, record, thorough=False) as held:
        return publish(house, held, published)


def note_in_record(house: House, operator: Operator) -> None:
    """Have the institution's public record say which log goes on, and which key signs it.

    What it says already is not said again, so that it may be asked for at any time.

    Raises:
        StoreFault: It is refused, or cannot be recorded now; the log itself says it already.
    """
    signer = signer_of(house.ledger.folder)
    kept, told = signer.kept(), [frame.event for frame in house.desk.institution().frames]
    suffix = kept.origin.rpartition("/")[2]
    if kept.before is not None and not any(_begins(event, kept.origin) for event in told):
        before = kept.before
        data = {"before": before.origin, "size": before.size, "root": before.root}
        data |= {"origin": kept.origin, "reason": before.why}
        _note(house, operator, Ask(command="note-seal-log", id=f"seal-log/{suffix}"), data)
    known = {event.key for event in told if isinstance(event, SealKeyChanged)}
    for use in signer.history().keys:
        leaf = use.handover and read_log_leaf(use.handover.leaf.encode())
        if isinstance(leaf, Rekeyed) and leaf.key not in known:
            origin = use.key.partition("+")[0]
            data = {"origin": origin, "key": use.key, "size": use.since, "reason": leaf.why}
            ask = Ask(command="note-seal-key", id=f"seal-key/{origin[-16:]}/{use.since}")
            _note(house, operator, ask, data)


def _begins(event: object, origin: str) -> bool:
    return isinstance(event, SealLogBegun) and event.origin == origin


def _note(house: House, operator: Operator, ask: Ask, data: Mapping[str, object]) -> None:
    asked = replace(ask, acting_for="registry", data=Raw(encode(data)))
    answer = house.desk.handle(encode(asked), operator, "command line")
    if not answer.done:
        raise StoreFault(f"the record could not say it: {answer.why}", "`goodoffices seal`")


def publish(house: House, held: Sealing, published: Publication) -> bytes:
    """Publish what was signed, and again what witnesses cosign; return the newest checkpoint.

    Raises:
        StoreFault: The folder cannot be written; the next tick publishes all of it.
    """
    published.publish(held.store, held.signer.history())
    if _is_cosigned(house, held.store):
        published.publish(held.store, held.signer.history())
    return newest_note(held.store)


def _is_cosigned(house: House, store: SealStore) -> bool:
    """Ask every witness once; tell whether one cosigned."""
    if not (house.ledger.folder / POLICY_NAME).exists():
        return False
    # What asks over a network takes longer to import than most commands take.
    import asyncio  # noqa: PLC0415 - see above

    import structlog  # noqa: PLC0415 - see above

    from services.cosigning.rounds import Cosigning  # noqa: PLC0415 - see above
    from services.logs import configure  # noqa: PLC0415 - see above

    if not structlog.is_configured():
        configure("warning")
    cosigning = Cosigning(house.ledger.folder, store, house.clock, SystemSteady())
    return asyncio.run(cosigning.once())


def newest_note(store: SealStore) -> bytes:
    """Return the newest checkpoint of a log of which something was signed."""
    note = store.note(store.signed_size())
    assert note is not None, "something was signed"
    return note
