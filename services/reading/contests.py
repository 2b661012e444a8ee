"""Put the objection of a party to an entry, and the answer to it, beside that entry."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol, TypeAlias

from msgspec import Struct

from ledger.envelope import opened
from ledger.record.events import ContestAnswered, EntryContested
from projections import notes
from projections.notes import ContestRow
from projections.rows import MemoryRows, Projection
from services.reading import words
from services.reading.looking import Said


class Readable(Protocol):
    """A case that somebody reads."""

    def rows(self, projection: Projection) -> MemoryRows:
        """Return the rows of a view, as far as they are read."""
        ...

    def said(self, ref: str) -> Said:
        """Tell an event (room:seq) that is read."""
        ...


class Reply(Struct, frozen=True, kw_only=True):
    """An answer to a contest.

    Attributes:
        entry: The event, room:seq.
        by: Who answers.
        answer: Its words, None where they are not shown.
    """

    entry: str
    by: str
    answer: str | None = None


class Contest(Struct, frozen=True, kw_only=True):
    """An objection to an entry; nobody here says who is right.

    Attributes:
        entry: The event, room:seq.
        by: Who objects.
        position: Its words, None where they are not shown.
        replies: What was answered.
    """

    entry: str
    by: str
    position: str | None = None
    replies: tuple[Reply, ...] = ()


Contests: TypeAlias = Mapping[str, tuple[Contest, ...]]
"""The objections to an entry, by that entry (room:seq)."""


def contests(case: Readable, *, in_words: bool = True) -> Contests:
    """Gather the objections to the entries of a case.

    Args:
        case: As somebody reads it.
        in_words: Whether to open what they say.
    """
    return {
        target: tuple(_contest(case, row, in_words=in_words) for row in rows)
        for target, rows in notes.contests(case.rows(notes.PROJECTION)).items()
    }


def _contest(case: Readable, row: ContestRow, *, in_words: bool) -> Contest:
    ref = f"{row.room}:{row.seq}"
    return Contest(
        entry=ref,
        by=words.person(row.by),
        position=_words(case, ref) if in_words else None,
        replies=tuple(_reply(case, answer, in_words=in_words) for answer in row.answers),
    )


def _reply(case: Readable, ref: str, *, in_words: bool) -> Reply:
    frame = case.said(ref).frame
    by = words.who(frame.actor, frame.acting_for)
    return Reply(entry=ref, by=by, answer=_words(case, ref) if in_words else None)


def _words(case: Readable, ref: str) -> str | None:
    event = case.said(ref).opened.event
    if isinstance(event, EntryContested):
        return opened(event.position, None)
    assert isinstance(event, ContestAnswered)
    return opened(event.answer, None)


def remarks(found: Iterable[Contest]) -> Iterator[str]:
    """Say each objection and what was answered."""
    for contest in found:
        yield _said(f"contested by {contest.by} ({contest.entry})", contest.position)
        for reply in contest.replies:
            yield _said(f"answered by {reply.by} ({reply.entry})", reply.answer)


def _said(who: str, text: str | None) -> str:
    return f"{who}: {words.isolated(text)}" if text else who
