"""Keep the time in which a settlement may be signed."""

from typing import Any

from ledger.act import Act, Decision, Placed
from ledger.deadlines import Deadline, DeadlineReviewNeeded, DeadlineWaived
from ledger.parties import Standing
from ledger.periods import begin
from ledger.settlement.instrument import Instrument


def window_begun(act: Act[Any], instrument: Instrument) -> Decision:
    """Set the date signing ends, where the profile knows one and the start is known."""
    days = act.profile.settlement.signature_window_days
    if days is None or not act.moment_is_known():
        return []
    return [
        begin(
            act,
            "joint",
            rule="signature",
            days=days,
            trigger="invitation to sign",
            expiry="automatic",
            about=instrument.settlement_id,
        )
    ]


def window_of(standing: Standing, instrument: Instrument) -> Deadline | None:
    """Find the date signing ends."""
    return standing.deadlines.book.get(("joint", instrument.deadline_id))


def window_due(standing: Standing, instrument: Instrument) -> str | None:
    """Return the last instant for signing, any extension included."""
    deadline = window_of(standing, instrument)
    return None if deadline is None else deadline.due


def window_closed(standing: Standing, instrument: Instrument) -> Decision:
    """Stop the date where signing ends early."""
    deadline = window_of(standing, instrument)
    if deadline is None or deadline.status != "running":
        return []
    return [Placed("joint", DeadlineWaived(deadline_id=instrument.deadline_id))]


def window_reviewed(act: Act[Any], instrument: Instrument) -> Decision:
    """Ask people to look at a signature in time that was entered after the window had closed."""
    entry = f"joint:{act.rooms.get('joint', 0) + 1}"
    return [Placed("joint", DeadlineReviewNeeded(deadline_id=instrument.deadline_id, about=entry))]
