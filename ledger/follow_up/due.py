"""Say which obligations fell due; whether they were performed only the parties can say."""

from datetime import UTC, date, datetime, time, timedelta

from ledger.act import Decision, Placed
from ledger.follow_up.performance_events import ObligationFellDue
from ledger.follow_up.progress import CLOSED
from ledger.follow_up.state import FollowUp
from ledger.instants import zone_named
from ledger.parties import Obligation, Standing
from ledger.profile import Profile


def overdue(
    state: FollowUp, standing: Standing, profile: Profile, now: datetime, room: str
) -> Decision:
    """List obligations in force whose day has passed at the seat, each day once."""
    if room != "joint":
        return []
    zone = profile.seat.zone
    owed = [o for o in standing.obligations.values() if _is_owed(state, o)]
    return [
        _fell_due(obligation.obligation_id, due, zone)
        for obligation in owed
        if (due := state.due(obligation)) is not None and last_instant(due, zone) < now
    ]


def _is_owed(state: FollowUp, obligation: Obligation) -> bool:
    """Tell whether an obligation is in force, open, and its day not yet recorded as passed."""
    said = state.of(obligation.obligation_id)
    passed = said.fell_due is not None and said.fell_due == state.due(obligation)
    gone = obligation.obligation_id in state.after.ended
    return obligation.in_force and said.heard not in CLOSED and not passed and not gone


def _fell_due(obligation_id: str, due: str, zone: str) -> Placed:
    at = last_instant(due, zone).isoformat().replace("+00:00", "Z")
    return Placed("joint", ObligationFellDue(obligation_id=obligation_id, due=due), occurred=at)


def last_instant(day: str, zone: str) -> datetime:
    """Return the last microsecond of a day in a zone, in UTC."""
    next_day = date.fromisoformat(day) + timedelta(days=1)
    midnight = datetime.combine(next_day, time.min, zone_named(zone))
    return midnight.astimezone(UTC) - timedelta(microseconds=1)
