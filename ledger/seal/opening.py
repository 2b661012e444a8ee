"""Begin a seal log, open it again, or begin a new one that goes on from it.

One process at a time seals; whoever reads needs none of this. What a crash leaves after each step
is brought to its end by the next opening.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from msgspec import Struct

from ledger.seal.checkpoints import parse_checkpoint
from ledger.seal.comparing import (
    compare_heads,
    compare_published,
    comparison,
    published_head,
)
from ledger.seal.leaves import TICK_CAPACITY
from ledger.seal.log_signer import Before, LogSigner
from ledger.seal.merkle import EMPTY_ROOT, Head
from ledger.seal.mismatch import SealsDoNotMatch
from ledger.seal.notes import parse_note
from ledger.seal.record_rows import Record
from ledger.seal.seal_home import SealFile, SealHome, SealSchema
from ledger.seal.seal_store import SealStore
from ledger.seal.sealing import Sealing

SIGNER_NAME: Final = "signer"
PROBES_END_S: Final = 0.2


class Place(Struct, frozen=True):
    """Where the seals of a ledger lie.

    Attributes:
        folder: The data folder.
        ledger_hex: Names the ledger and its institution.
        capacity: Leaves of each tick's tree.
        url: Of the PostgreSQL database that keeps them, "" for a file in the folder.
    """

    folder: Path
    ledger_hex: str
    capacity: int = TICK_CAPACITY
    url: str = ""

    @property
    def seals(self) -> SealHome:
        """Return where the seal store lies; the signer's files stay in the folder."""
        return SealSchema(self.folder, self.url) if self.url else SealFile(self.folder)

    @property
    def signer(self) -> Path:
        """Return the signer's own folder."""
        return self.folder / SIGNER_NAME


@contextmanager
def sealing(  # noqa: PLR0913 - where, what, and how much of it is compared first
    place: Place,
    record: Record,
    published: Sequence[bytes] = (),
    *,
    thorough: bool = True,
    rows_max: int | None = None,
    within_s: float = PROBES_END_S,
) -> Iterator[Sealing]:
    """Hold the right to seal while a block runs; everything is compared first.

    Args:
        place: Where the seals lie; made where there are none.
        record: What is sealed.
        published: Checkpoints of this log that others hold.
        thorough: Also compute every head again from the record.
        rows_max: Rows after which that goes on beside the ticks (`Sealing.compare_some`); None to
            come to its end first.
        within_s: How long to wait for another process that seals.

    Raises:
        CaseBusy: Another process seals.
        SealsDoNotMatch: What was recorded, sealed, signed and published does not fit together.
        StoreFault: A file is damaged, of another ledger, or cannot be written.
    """
    with place.seals.right_to_seal(within_s):
        signer, store = _opened(place, published)
        try:
            compare_heads(store, signer, record)
            compare_published(store, signer, published)
            rest = comparison(store, signer, record) if thorough else None
            made = Sealing(store, signer, record, place.capacity, rest)
            while made.is_comparing and (rows_max is None or made.compared < rows_max):
                made.compare_some()
            made.finish()
            yield made
        finally:
            store.close()


def _opened(place: Place, published: Sequence[bytes]) -> tuple[LogSigner, SealStore]:
    if not LogSigner.is_in(place.signer):
        if place.seals.exists() or published:
            raise SealsDoNotMatch("signer_is_missing", f"there is no {place.signer}/head.json")
        LogSigner.begin(place.signer, place.ledger_hex)
        # A crash here leaves a signer that signed nothing; the next opening makes its store.
    signer = LogSigner(place.signer)
    return signer, _store(place, signer)


def _store(place: Place, signer: LogSigner) -> SealStore:
    kept, home = signer.kept(), place.seals
    if kept.size == 0 and home.exists():
        _set_aside(place, kept.origin)
    if not home.exists():
        if kept.size:
            raise SealsDoNotMatch("log_is_shorter", "the seal store is missing")
        home.create(place.ledger_hex, kept.origin)
    return home.open(place.ledger_hex)


def _set_aside(place: Place, origin: str) -> None:
    """Keep the store of the log before under another name, once a new one begins."""
    store = place.seals.open(place.ledger_hex)
    found = store.origin
    store.close()
    if found != origin:
        place.seals.set_aside(found.rpartition("/")[2])


def _unchecked(raw: bytes) -> tuple[str, Head]:
    """Read a checkpoint whose signer is lost, and with it what would check it."""
    checkpoint = parse_checkpoint(parse_note(raw).text)
    return checkpoint.origin, checkpoint.head


# ---------------------------------------------------------------- a new log


def begin_anew(
    place: Place, record: Record, at: datetime, why: str, published: Sequence[bytes] = ()
) -> None:
    """End the log there is and begin another, whose first leaf carries the old head and the reason.

    Every room is sealed anew from what is recorded now. A crash leaves the old log or the new one.

    Args:
        place: Where the seals lie.
        record: What is sealed.
        at: Now, UTC.
        why: The reason, for everybody to read.
        published: Checkpoints of the old log that others hold.

    Raises:
        CaseBusy: Another process seals.
        StoreFault: A file cannot be written; or there is no log to go on from.
    """
    with place.seals.right_to_seal(PROBES_END_S):
        before = _last_known(place, why, published)
        LogSigner.begin(place.signer, place.ledger_hex, before)
        # A crash here leaves the new log begun and the old store in place: opening moves it.
        if place.seals.exists():
            place.seals.set_aside(before.origin.rpartition("/")[2])
    with sealing(place, record, thorough=False) as begun:
        begun.begin(at)


def _last_known(place: Place, why: str, published: Sequence[bytes]) -> Before:
    """Find the greatest head known to be signed: by the signer, the store, or whoever has a note.

    Raises:
        StoreFault: Nobody knows one.
    """
    found: list[tuple[str, Head]] = []
    if LogSigner.is_in(place.signer):
        signer = LogSigner(place.signer)
        kept = signer.kept()
        found.append((kept.origin, kept.head))
        heads = (published_head(signer, raw) for raw in published)
        found += [(kept.origin, head) for head in heads if head is not None]
    elif place.seals.exists():
        store = place.seals.open(place.ledger_hex)
        found.append((store.origin, store.log_head(store.signed_size())))
        store.close()
        known = (_unchecked(raw) for raw in published)
        found += [(origin, head) for origin, head in known if origin == store.origin]
    else:
        found += [_unchecked(raw) for raw in published]
    if not found:
        raise SealsDoNotMatch("log_is_missing", "there is no log to go on from")
    origin, head = max(found, key=lambda known: known[1].size)
    root = head.root if head.size else EMPTY_ROOT
    return Before(origin, head.size, root.hex(), why)
