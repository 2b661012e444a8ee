"""Record what fell due: proposals whose validity ended, and the outcome of blind replies."""

from datetime import datetime

from ledger.act import Decision, Placed
from ledger.counting import parse_instant
from ledger.negotiation.blind_events import BlindOutcomeDeclared
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
    here = [p for p in state.proposals.values() if p.room == room and _expires(p)]
    return [placed for p in here for placed in _expired(standing, p, now)]


def _expires(proposal: Proposal) -> bool:
    return proposal.status == "open" and not proposal.blind


def to_declare(state: Negotiation, now: datetime) -> tuple[Proposal, ...]:
    """List the proposals answered in confidence whose fixed time has come, as `joint` tells."""
    return tuple(p for p in state.proposals.values() if p.blind and _is_over(p, now))


def _is_over(proposal: Proposal, now: datetime) -> bool:
    due = proposal.valid_until
    return proposal.status == "open" and due is not None and parse_instant(due) < now


def outcomes(state: Negotiation, standing: Standing, now: datetime) -> Decision:
    """Declassify whether everybody said yes, and nothing else: absence looks like a no.

    Args:
        state: Folded from `joint` and the caucus of every party.
        standing: As `joint` tells it: parties that left and cases that ended agree to nothing.
        now: The present instant.
    """
    return [_outcome(state, standing, p) for p in to_declare(state, now)]


def _outcome(state: Negotiation, standing: Standing, proposal: Proposal) -> Placed:
    said = [state.blind.replies.get((proposal.proposal_id, party)) for party in proposal.required]
    staying = set(proposal.required) <= set(standing.current()) and standing.phase not in ENDED
    agreed = staying and all(answer == "yes" for answer in said)
    event = BlindOutcomeDeclared(
        proposal_id=proposal.proposal_id, outcome="all_accepted" if agreed else "no_agreement"
    )
    return Placed(proposal.room, event, occurred=proposal.valid_until)


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
