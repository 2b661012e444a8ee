"""Compare record, seals, signer and what was published, before anything more is signed."""

from collections.abc import Iterable, Iterator

from ledger.errors import DecodeError
from ledger.seal.checkpoints import open_checkpoint, parse_checkpoint
from ledger.seal.leaves import check_sealed, room_head
from ledger.seal.log_leaves import Ticked, read_log_leaf
from ledger.seal.log_signer import LogSigner
from ledger.seal.merkle import Frontier, Head, leaf_hash
from ledger.seal.mismatch import SealsDoNotMatch
from ledger.seal.notes import parse_note
from ledger.seal.record_rows import PAGE, Record, pages
from ledger.seal.seal_store import SealStore
from ledger.seal.unproven import Unproven


def compare_heads(store: SealStore, signer: LogSigner, record: Record) -> None:
    """Compare how far each has come; takes no longer for a long record.

    Raises:
        SealsDoNotMatch: origin_is_another, log_is_shorter, log_does_not_match, signer_is_behind,
            record_is_shorter.
    """
    kept, size = signer.kept(), store.log_size()
    if kept.origin != store.origin:
        raise SealsDoNotMatch("origin_is_another", f"{store.origin} here, {kept.origin} signed")
    if kept.size > size:
        raise SealsDoNotMatch("log_is_shorter", f"it has {size} leaves, {kept.size} are signed")
    if kept.size and store.log_head(kept.size) != kept.head:
        why = f"the log had another root at size {kept.size} than the one signed"
        raise SealsDoNotMatch("log_does_not_match", why)
    if size > kept.size + 1 or store.signed_size() > kept.size:
        why = f"the log has {size} leaves, the signer remembers {kept.size}"
        raise SealsDoNotMatch("signer_is_behind", why)
    if record.head() < store.position():
        why = f"the record ends at position {record.head()}, sealed were {store.position()}"
        raise SealsDoNotMatch("record_is_shorter", why)


def compare_published(store: SealStore, signer: LogSigner, notes: Iterable[bytes]) -> None:
    """Compare with checkpoints that others hold; those of an earlier log are passed by.

    Raises:
        SealsDoNotMatch: published_is_another, published_is_ahead.
    """
    for raw in notes:
        head = published_head(signer, raw)
        if head is None:
            continue
        kept = signer.kept()
        if head.size > kept.size:
            why = f"a checkpoint of size {head.size} was published, the last signed is {kept.size}"
            raise SealsDoNotMatch("published_is_ahead", why)
        if store.log_head(head.size) != head:
            why = f"a checkpoint of size {head.size} was published with another root"
            raise SealsDoNotMatch("published_is_another", why)


def published_head(signer: LogSigner, raw: bytes) -> Head | None:
    """Read a checkpoint of our log that others hold; None for one of a log before it.

    Raises:
        SealsDoNotMatch: published_is_another.
    """
    kept = signer.kept()
    try:
        origin = parse_checkpoint(parse_note(raw).text).origin
        if origin == kept.origin:
            return open_checkpoint(raw, origin, signer.public_keys()).checkpoint.head
    except (DecodeError, Unproven) as error:
        why = f"what was published is no checkpoint of ours: {error.why}"
        raise SealsDoNotMatch("published_is_another", why) from error
    known = {key.name for key in signer.public_keys()}
    if origin in known or (kept.before is not None and origin == kept.before.origin):
        return None
    why = f"a checkpoint of {origin} was published, which is not known here"
    raise SealsDoNotMatch("published_is_another", why)


def compare_everything(store: SealStore, signer: LogSigner, record: Record) -> None:
    """Compute every head again from the record; memory stays flat.

    Raises:
        SealsDoNotMatch: As `comparison`.
    """
    for _ in comparison(store, signer, record):
        pass


def comparison(store: SealStore, signer: LogSigner, record: Record) -> Iterator[int]:
    """Compute every head again from the record, step by step; yield the rows read at each.

    Between two steps nothing is held open, and the log may grow.

    Raises:
        SealsDoNotMatch: entry_was_altered, entry_is_missing, head_does_not_match,
            tick_does_not_match, log_does_not_match.
    """
    yield from _compare_log(store, signer)
    yield from _compare_entries(store, record)
    for room_id in store.room_ids():
        yield compare_room(store, room_id)


def _compare_entries(store: SealStore, record: Record) -> Iterator[int]:
    taken_in = store.position()
    for page in pages(record, 0):
        entries = [entry for entry in page if entry.position <= taken_in]
        for entry, known in zip(entries, store.taken_in(entries), strict=True):
            if not known:
                why = f"the entry at position {entry.position} is not the one taken in"
                raise SealsDoNotMatch("entry_was_altered", why)
        yield len(entries)
        if len(entries) < len(page):
            return


def compare_room(store: SealStore, room_id: bytes) -> int:
    """Compute a room's head and every head of it that was sealed; return how many rows were read.

    Raises:
        SealsDoNotMatch: head_does_not_match, tick_does_not_match.
    """
    head = store.head_of(room_id)
    assert head is not None, "a room that was taken in has a head"
    frontier, seals = Frontier(), 0
    leaves = store.leaves(room_id, 0, head.size)
    for seal in store.seals_of(room_id):
        seals += 1
        while frontier.size < seal.head.size and (leaf := next(leaves, None)):
            frontier.append(leaf)
        _is_same(room_id, frontier.head(), seal.head)
        text = room_head(room_id, seal.head)
        tick = read_log_leaf(store.leaf(seal.tick))
        try:
            assert isinstance(tick, Ticked), "a room is sealed at a tick"
            check_sealed(text, seal.sealed, tick.head)
        except Unproven as error:
            raise SealsDoNotMatch("tick_does_not_match", error.why) from error
    for leaf in leaves:
        frontier.append(leaf)
    _is_same(room_id, frontier.head(), head)
    return head.size + seals


def _is_same(room_id: bytes, computed: Head, kept: Head) -> None:
    if computed != kept:
        why = f"room {room_id.hex()} had another head at size {kept.size}"
        raise SealsDoNotMatch("head_does_not_match", why)


def _compare_log(store: SealStore, signer: LogSigner) -> Iterator[int]:
    kept, frontier = signer.kept(), Frontier()
    while frontier.size < kept.size and (some := store.log(frontier.size, frontier.size + PAGE)):
        for logged in some[: kept.size - frontier.size]:
            frontier.append(leaf_hash(logged.leaf))
        yield len(some)
    if frontier.head() != kept.head:
        raise SealsDoNotMatch("log_does_not_match", "its leaves give another root than was signed")
