"""Go through a case entry by entry, as one viewer saw it grow."""

from collections.abc import Iterator

from msgspec import Struct

from ledger.errors import DecodeError
from ledger.store.reader import Read
from projections import replay
from projections.rows import MemoryRows, concerns, take_in
from services.library import PROJECTIONS
from services.reading.looking import Kept, Look
from services.reading.moment import read_moment, too_early


def walk(base: Look, *, as_granted: bool = True) -> Iterator[tuple[Kept, Look]]:
    """Yield every entry seen, with the look from when it had just been recorded.

    What is seen is what the viewer could read then and may read now; an entry that the viewer came
    to read later only is yielded too, with a look that does not have it. A look is good until the
    next is asked for.

    Args:
        base: A look from the moment at which the walk ends.
        as_granted: Whether each look is limited to what could be read then.

    Raises:
        StoreFault: The access cannot be noted, so nothing is shown.
    """
    base.noted()
    file, seen = base.record.folded(()), {kept.frame.ref for kept in base.kept}
    for kept in base.record.kept:
        if not seen:
            return
        file.append(kept.frame)
        if kept.frame.ref in seen:
            seen.remove(kept.frame.ref)
            yield kept, base.as_of(file, as_granted=as_granted)


def beginning(base: Look, ref: str | None, *, as_granted: bool = True) -> Look:
    """Look from when an entry had just been recorded, or from before any was.

    Args:
        base: A later look.
        ref: An entry (room:seq) it has, None for none.
        as_granted: Whether only what could be read then is seen.
    """
    record = base.record
    until = 0 if ref is None else record.file.version_of(ref)
    return base.as_of(record.folded(record.kept[:until]), as_granted=as_granted)


class Digests:
    """Digest what a viewer is given after each entry; the same as of a replay at that entry."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._rows = MemoryRows()
        self._seen: tuple[Kept, ...] = ()
        self._written = replay.Written()

    def of(self, look: Look) -> str:
        """Digest what is seen in a look that follows the last one."""
        if look.kept[: len(self._seen)] != self._seen:  # more, or less, may be read than before
            self._rows, self._seen = MemoryRows(), ()
        for kept in look.kept[len(self._seen) :]:
            self._take(kept.read)
        self._seen = look.kept
        return replay.digest(self._rows, self._written)

    def _take(self, read: Read) -> None:
        for projection in PROJECTIONS:
            if concerns(projection, read):
                take_in(projection, self._rows, read)


class Span(Struct, frozen=True):
    """A part of the entries a viewer sees, by their places among them.

    Attributes:
        first: Place of the first, from 0.
        last: Place behind the last.
    """

    first: int
    last: int


def span_of(base: Look, since: str | None, until: str | None) -> Span:
    """Find the entries behind one moment and up to another, each an instant or an entry.

    Args:
        base: What is seen.
        since: Names the moment before the first, None for the beginning.
        until: Names the moment of the last, None for the end.

    Raises:
        DecodeError: No such moment, or the first lies after the second.
        RuleViolation: entry_is_known; case_is_known where nothing is read up to the second.
    """
    first = 0 if since is None else _count(base, since, "--from")
    last = len(base.kept) if until is None else _count(base, until, "--to")
    if until is not None and not last:
        raise too_early(base.kept[0].frame, "--to")
    if first > last:
        raise DecodeError("--from", "lies after --to", "the earlier moment first")
    return Span(first, last)


def _count(base: Look, text: str, field: str) -> int:
    """Count the entries seen that were recorded by a moment."""
    moment = read_moment(text, field)
    upto = {kept.frame.ref for kept in base.record.upto(moment, base.rights)}
    return sum(kept.frame.ref in upto for kept in base.kept)
