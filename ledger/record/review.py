"""Send dates to review that a correction or a late entry would have changed; never move them."""

from ledger.act import Decision, Placed
from ledger.deadlines import Deadline, DeadlineReviewNeeded
from ledger.parties import Standing
from ledger.record.state import Record

TOUCHABLE = frozenset({"running", "met", "missed"})
"""States of a date that another reading of the facts could change."""


def dates_to_review(state: Record, standing: Standing, target: str) -> Decision:
    """List the dates that the command behind an entry set, met or missed, in the same room.

    The room is the same, so that everybody told of the review may read the entry behind it.
    """
    room = target.rpartition(":")[0]
    entry = standing.entries[target]
    keys = dict.fromkeys(state.dates.get((entry.actor, entry.command), ()))
    found = [standing.deadlines.book.get(key) for key in keys if key[0] == room]
    return [review(d, target) for d in found if d is not None and d.status in TOUCHABLE]


def review(deadline: Deadline, about: str) -> Placed:
    """Ask those entitled to look at a date.

    Args:
        deadline: The date.
        about: Event (room:seq) that raises the question, readable where the date stands.
    """
    needed = DeadlineReviewNeeded(deadline_id=deadline.set.deadline_id, about=about)
    return Placed(deadline.room, needed)
