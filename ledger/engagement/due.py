"""What falls due in the engagement by the clock: a deposit that did not come in."""

from datetime import datetime

from ledger.act import Decision, Placed
from ledger.engagement.costs_events import DepositOverdue
from ledger.engagement.state import Engagement
from ledger.instants import parse_instant
from ledger.parties import Standing
from ledger.profile import Profile


def overdue(
    state: Engagement,
    standing: Standing,
    profile: Profile,  # noqa: ARG001 - the date itself says when
    now: datetime,
    room: str,
) -> Decision:
    """Record each part of a deposit whose time to be paid is over."""
    if room != "joint":
        return []
    placed: Decision = []
    for (names, party), status in state.accounts.deposits.items():
        deadline = standing.deadlines.latest("deposit", about=f"{names}-{party}")
        if status == "directed" and deadline is not None and parse_instant(deadline.due) < now:
            late = DepositOverdue(deposit_id=names, party=party)
            placed.append(Placed("joint", late, occurred=deadline.due))
    return placed
