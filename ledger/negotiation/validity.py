"""Keep the date until which a proposal can be accepted."""

from typing import Any, cast

from ledger.act import Act, Decision, Placed
from ledger.counting import parse_instant
from ledger.deadlines import Deadline, DeadlineReviewNeeded, DeadlineSet, DeadlineWaived
from ledger.instants import zone_named
from ledger.negotiation.proposal import Proposal, validity_id
from ledger.parties import Standing
from ledger.periods import begin

RULE = "validity"
BLIND_RULE = "blind_reply"
"""Of the date at which the outcome of answers in confidence is told; it is never moved."""
BIDS_RULE = "sealed_bids"
"""Of the date at which a round of sealed bids closes; it is never moved."""


def validity_begun(
    act: Act[Any], room: str, proposal_id: str, valid_until: str | None
) -> Placed | None:
    """Set the date a proposal's validity ends: as its author said, else by the profile.

    None where neither names one, or where nobody knows when the proposal was made.

    Args:
        act: The tabling.
        room: Room it is tabled in.
        proposal_id: Its name there.
        valid_until: Last instant, RFC 3339 UTC, None where the author named none.
    """
    if valid_until is not None:
        return Placed(room, validity_stated(act, proposal_id, valid_until))
    days = act.profile.proposal.default_validity_days
    if days is None or not act.moment_is_known():
        return None
    return begin(
        act,
        room,
        rule=RULE,
        days=days,
        trigger="tabling",
        expiry="automatic",
        about=proposal_id,
    )


def validity_stated(
    act: Act[Any], proposal_id: str, valid_until: str, *, rule: str = RULE
) -> DeadlineSet:
    """Set the date a proposal's author named as its end."""
    return _stated(act, validity_id(proposal_id), proposal_id, valid_until, rule=rule)


def bids_close(act: Act[Any], round_id: str, closes: str) -> DeadlineSet:
    """Set the date a round of sealed bids closes."""
    return _stated(act, f"{BIDS_RULE}-{round_id}", round_id, closes, rule=BIDS_RULE)


def _stated(act: Act[Any], name: str, about: str, due: str, *, rule: str) -> DeadlineSet:
    zone = act.profile.counting.zone
    there = parse_instant(due).astimezone(zone_named(zone))
    return DeadlineSet(
        deadline_id=name,
        rule=rule,
        due=due,
        on=there.date().isoformat(),
        arithmetic=f"as its author stated, {there:%Y-%m-%d %H:%M} seat time ({zone})",
        expiry="automatic",
        about=about,
    )


def due_of(placed: Placed | None) -> str | None:
    """Return the last instant a date that was just set names."""
    return None if placed is None else cast("DeadlineSet", placed.event).due


def deadline_of(standing: Standing, proposal: Proposal) -> Deadline | None:
    """Find the date a proposal's validity ends."""
    return standing.deadlines.book.get((proposal.room, proposal.deadline_id))


def valid_until(standing: Standing, proposal: Proposal) -> str | None:
    """Return the last instant a proposal can be accepted, any extension included."""
    deadline = deadline_of(standing, proposal)
    return proposal.valid_until if deadline is None else deadline.due


def waived(standing: Standing, proposal: Proposal) -> Decision:
    """Stop the date of a proposal its author took back or replaced."""
    deadline = deadline_of(standing, proposal)
    if deadline is None or deadline.status != "running":
        return []
    return [Placed(proposal.room, DeadlineWaived(deadline_id=proposal.deadline_id))]


def review_needed(act: Act[Any], proposal: Proposal) -> Decision:
    """Ask people to look at an answer in time that was entered after the proposal had expired."""
    entry = f"{proposal.room}:{act.rooms.get(proposal.room, 0) + 1}"
    event = DeadlineReviewNeeded(deadline_id=proposal.deadline_id, about=entry)
    return [Placed(proposal.room, event)]
