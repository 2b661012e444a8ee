"""Say in words what became of a clause."""

from collections.abc import Iterator

from ledger.negotiation.differences import ClauseDifference
from services.reading import words
from services.reading.words import NOTHING


def differs(difference: ClauseDifference) -> Iterator[str]:
    """Say what became of one clause."""
    name, old, new = difference.clause_id, difference.old, difference.new
    if old is None and new is not None:
        yield f"{name} added: {words.clause(new)}"
    elif new is None and old is not None:
        yield f"{name} removed: {words.clause(old)}"
    elif old is not None and new is not None:
        yield from _changed(difference, old.text, new.text)
    for alike in difference.look_alikes:
        yield f"{name} looks alike and differs: {alike.why}"


def _changed(difference: ClauseDifference, old: str, new: str) -> Iterator[str]:
    name = difference.clause_id
    if old != new:
        yield f"{name}: {words.isolated(old) or NOTHING} → {words.isolated(new) or NOTHING}"
    for change in difference.parameters:
        by = f" ({change.change})" if change.change else ""
        was = NOTHING if change.old is None else words.plain(change.old)
        now = NOTHING if change.new is None else words.plain(change.new)
        yield f"{name}, {change.name}: {was} → {now}{by}"
