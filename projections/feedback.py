"""Keep who said how the mediation was, each where its readers are (DOMAIN.md I2, I3)."""

from datetime import datetime
from typing import Literal, TypeAlias

from ledger.envelope import Event
from ledger.evaluation.events import MediatorFeedbackReceived, PartyFeedbackReceived
from ledger.evaluation.sharing_events import FeedbackShared
from ledger.store.reader import Read
from projections.rows import MemoryRows, Projection, Row, Rows, place

Origin: TypeAlias = Literal["party", "mediator", "parties"]
EVENTS: frozenset[type[Event]] = frozenset(
    {PartyFeedbackReceived, MediatorFeedbackReceived, FeedbackShared}
)


class FeedbackRow(Row, frozen=True, kw_only=True):
    """Answers somebody gave; the answers themselves are content.

    Attributes:
        seq: Place of the entry in its room.
        origin: Whose: one party's, a mediator's, or several parties' without names.
        by: The party or person, None where it is not told.
        count: How many answered.
        usable: Whether the party agreed to its use without names, None where not recorded.
        recorded: When it was written, UTC.
    """

    keys = ("seq",)
    table = "feedback__entries"
    sparse = True
    seq: int
    origin: Origin
    by: str | None
    count: int = 1
    usable: bool | None = None
    recorded: datetime


def handle(rows: Rows, read: Read) -> None:
    """Take in who answered."""
    match read.frame.event:
        case PartyFeedbackReceived() as event:
            rows.put(_row(read, "party", event.party, usable=event.consent_to_use))
        case MediatorFeedbackReceived() as event:
            rows.put(_row(read, "mediator", event.person))
        case FeedbackShared() as event:
            rows.put(_row(read, "parties", None, count=event.count))
        case _:
            pass


def _row(
    read: Read, origin: Origin, by: str | None, *, count: int = 1, usable: bool | None = None
) -> FeedbackRow:
    return FeedbackRow(
        **place(read),
        seq=read.frame.seq,
        origin=origin,
        by=by,
        count=count,
        usable=usable,
        recorded=read.frame.recorded,
    )


PROJECTION = Projection("feedback", 1, (FeedbackRow,), handle, EVENTS)


def in_memory(rows: MemoryRows) -> list[FeedbackRow]:
    """List the feedback of a case in the order of recording, rooms merged.

    A reader of several rooms in which the same answers were shared gets them once.
    """
    found = sorted(rows.all(FeedbackRow), key=lambda row: (row.recorded, row.room, row.seq))
    shared = {row.recorded: row for row in found if row.origin == "parties"}
    return [row for row in found if row.origin != "parties" or shared[row.recorded] is row]
