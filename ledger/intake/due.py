"""What falls due in the intake by the clock: a reply that did not come."""

from datetime import datetime

from ledger.act import Decision, Placed
from ledger.deadlines import Deadline
from ledger.instants import parse_instant
from ledger.intake.events import ReplyPeriodElapsed, RequestLapsed
from ledger.intake.state import Intake
from ledger.parties import Standing
from ledger.profile import Profile


def overdue(
    state: Intake,
    standing: Standing,
    profile: Profile,  # noqa: ARG001 - the date itself says what its passing does
    now: datetime,
    room: str,
) -> Decision:
    """Record each silence whose time is over, and the lapse where it follows by itself."""
    if room != "joint" or state.ended is not None:
        return []
    placed: Decision = []
    for party, known in state.parties.items():
        if known.consent != "invited":
            continue
        deadline = standing.deadlines.latest("reply", about=party)
        if deadline is not None and _over(state, deadline, now):
            placed.extend(_silence(party, deadline))
    return placed


def _over(state: Intake, deadline: Deadline, now: datetime) -> bool:
    open_still = deadline.status in ("running", "missed")
    noted = state.elapsed.get(deadline.set.about or "") == deadline.due
    return open_still and not noted and parse_instant(deadline.due) < now


def _silence(party: str, deadline: Deadline) -> Decision:
    names = deadline.set.deadline_id
    elapsed = ReplyPeriodElapsed(party=party, deadline_id=names, due=deadline.due)
    placed = [Placed("joint", elapsed, occurred=deadline.due)]
    if deadline.set.expiry == "automatic":
        lapsed = RequestLapsed(party=party, deadline_id=names)
        placed.append(Placed("joint", lapsed, occurred=deadline.due))
    return placed
