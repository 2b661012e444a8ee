"""Record what fell due in the negotiation: proposals whose validity ended."""

from datetime import datetime

from ledger.act import Decision, Placed
from ledger.counting import parse_instant
from ledger.negotiation.events import ProposalExpired
from ledger.negotiation.proposal import Proposal
from ledger.negotiation.state import Negotiation
from ledger.negotiation.validity import deadline_of, valid_until
from ledger.parties import ENDED, Standing
from ledger.profile import Profile


def overdue(
    state: Negotiation,
    standing: Standing,
    profile: Profile,  # noqa: ARG001 - every part is asked alike
    now: datetime,
    room: str,
) -> Decision:
    """List the open proposals of a room that expired by now; none once the case has ended."""
    if standing.phase in ENDED:
        return []
    here = [p for p in state.proposals.values() if p.room == room and p.status == "open"]
    return [placed for p in here for placed in _expired(standing, p, now)]


def _expired(standing: Standing, proposal: Proposal, now: datetime) -> Decision:
    due = valid_until(standing, proposal)
    if due is None or parse_instant(due) >= now:
        return []
    deadline = deadline_of(standing, proposal)
    event = ProposalExpired(
        proposal_id=proposal.proposal_id,
        deadline_id=None if deadline is None else proposal.deadline_id,
    )
    return [Placed(proposal.room, event, occurred=due)]
