"""Hold the rules of handling a proposal on the table, each the sentence that must hold."""

from typing import Any

from ledger.act import Act, Broken, rule
from ledger.counting import parse_instant
from ledger.negotiation.proposal import Proposal, words
from ledger.negotiation.state import Negotiation


@rule("refuse")
def proposal_is_answered_openly(act: Act[Any], proposal: Proposal) -> None:  # noqa: ARG001 - a rule takes the act
    """What is answered in confidence is answered in no other way."""
    if proposal.blind:
        raise Broken(
            f"proposal {proposal.proposal_id} is answered in confidence",
            "give-confidential-reply, until its time",
        )


@rule("refuse")
def proposal_is_the_actors(act: Act[Any], proposal: Proposal) -> None:
    """What only its author may do with a proposal is done by its author."""
    if act.acting() != proposal.speaker:
        raise Broken(f"{proposal.by} made proposal {proposal.proposal_id}", "its author")


@rule("refuse")
def proposal_still_runs(act: Act[Any], proposal: Proposal) -> None:  # noqa: ARG001 - a rule takes the act
    """Only an open proposal is explained or kept open for longer."""
    if proposal.status != "open":
        raise Broken(
            f"proposal {proposal.proposal_id} is {words(proposal.status)}", "a new proposal"
        )


@rule("refuse")
def receiver_is_addressed(act: Act[Any], proposal: Proposal, party: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A proposal reaches those it was put to."""
    if party not in proposal.addressees:
        raise Broken(
            f"proposal {proposal.proposal_id} was not put to {party}",
            f"one of: {', '.join(proposal.addressees)}",
        )


@rule("refuse")
def proposal_reaches_once(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    state: Negotiation,
    proposal: Proposal,
    party: str,
) -> None:
    """That a proposal reached somebody is recorded once."""
    if (*proposal.key, party) in state.handling.reached:
        raise Broken(f"{party} has proposal {proposal.proposal_id} already", "nothing more")


@rule("refuse")
def longer_validity_is_later(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    proposal: Proposal,
    valid_until: str | None,
    new: str,
) -> None:
    """A proposal with an end is kept open until later than that."""
    if valid_until is None:
        raise Broken(f"proposal {proposal.proposal_id} has no end", "nothing")
    if parse_instant(new) <= parse_instant(valid_until):
        raise Broken(f"it is open until {valid_until}", "a later instant")


@rule("refuse")
def proposal_is_over(act: Act[Any], proposal: Proposal, valid_until: str | None) -> None:
    """An acceptance is late only when the time is over."""
    if proposal.status != "expired":
        raise Broken(
            f"proposal {proposal.proposal_id} is {words(proposal.status)}",
            "accept-proposal" if proposal.status == "open" else "a new proposal",
        )
    if act.moment_is_known() and valid_until is not None and act.when <= parse_instant(valid_until):
        raise Broken("the acceptance was given in time", "accept-proposal")


@rule("refuse")
def late_acceptance_is_received(act: Act[Any]) -> None:
    """A late acceptance is received where the procedure lets it do anything."""
    if act.profile.proposal.late_acceptance == "refused":
        raise Broken("in this procedure nothing is accepted late", "a new proposal")


@rule("refuse")
def late_acceptance_waits(
    act: Act[Any], state: Negotiation, proposal: Proposal, party: str
) -> None:
    """An author decides on a late acceptance that waits for it."""
    if (*proposal.key, party) not in state.handling.late:
        raise Broken(
            f"no late acceptance of proposal {proposal.proposal_id} by {party} waits",
            f"accept-late, by {party}" if act.party != party else "the author",
        )


@rule("refuse")
def late_acceptance_is_new(act: Act[Any], state: Negotiation, proposal: Proposal) -> None:
    """A late acceptance is given once."""
    waits = (*proposal.key, act.acting()) in state.handling.late
    if waits or act.party in proposal.acceptances:
        raise Broken(f"{act.party} has accepted proposal {proposal.proposal_id}", "nothing more")


@rule("refuse")
def acceptance_waits_for_principal(act: Act[Any], proposal: Proposal) -> None:
    """A principal is asked, and decides, on what was accepted ad referendum."""
    given = proposal.acceptances.get(act.acting())
    if given is None or given.mode != "ad_referendum":
        raise Broken(
            f"{act.party} has not accepted proposal {proposal.proposal_id} ad referendum",
            "accept-proposal with mode=ad_referendum",
        )


@rule("refuse")
def principal_is_asked_once(act: Act[Any], state: Negotiation, proposal: Proposal) -> None:
    """A proposal is put before a principal once."""
    if (*proposal.key, act.acting()) in state.handling.referred:
        raise Broken(
            f"proposal {proposal.proposal_id} lies before the principal of {act.party}",
            "record-principal-decision",
        )
