"""Hold the rules of answering a proposal, each the sentence that must hold."""

from typing import Any

from ledger.act import Act, Broken, rule
from ledger.counting import parse_instant
from ledger.negotiation.proposal import Acceptance, Proposal, words


@rule("refuse")
def proposal_is_open(act: Act[Any], proposal: Proposal, valid_until: str | None) -> None:
    """Only an open proposal is answered; an answer given in time but entered late still counts."""
    if proposal.status == "open" or is_late_entry(act, proposal, valid_until):
        return
    needs = "a new proposal"
    if proposal.status == "expired":
        needs = "a new proposal; if the answer was given in time, the time it was given (occurred)"
    raise Broken(f"proposal {proposal.proposal_id} is {words(proposal.status)}", needs)


@rule("refuse")
def proposal_is_in_time(act: Act[Any], proposal: Proposal, valid_until: str | None) -> None:
    """A proposal is accepted while it is valid, by the time of the acceptance itself."""
    if not _in_time(act, valid_until):
        raise Broken(
            f"proposal {proposal.proposal_id} was valid until {valid_until}", "a new proposal"
        )


def is_late_entry(act: Act[Any], proposal: Proposal, valid_until: str | None) -> bool:
    """Tell whether an answer given in time is entered after the proposal expired (I-14)."""
    return proposal.status == "expired" and _in_time(act, valid_until)


def _in_time(act: Act[Any], valid_until: str | None) -> bool:
    """Judge by when it happened; where nobody knows that, it is not held to be late."""
    known = valid_until is not None and act.moment_is_known()
    return not known or act.when <= parse_instant(valid_until or "")


@rule("refuse")
def acceptor_is_not_proposer(act: Act[Any], proposer: str) -> None:
    """Nobody agrees with themselves."""
    if act.party == proposer:
        raise Broken(f"{proposer} made this proposal", "another addressee")


@rule("refuse")
def acceptor_is_addressed(act: Act[Any], proposal: Proposal) -> None:
    """A proposal is accepted by a party it was put to."""
    if act.party not in proposal.addressees:
        raise Broken(
            f"proposal {proposal.proposal_id} was not put to {act.party}",
            f"one of: {', '.join(proposal.addressees)}",
        )


@rule("refuse")
def rejecter_is_addressed(act: Act[Any], proposal: Proposal) -> None:
    """A proposal is rejected by a party it was put to."""
    if act.party not in proposal.addressees:
        needs = "withdraw-proposal" if act.party in proposal.authors else "an addressee"
        raise Broken(f"proposal {proposal.proposal_id} was not put to {act.party}", needs)


@rule("refuse")
def withdrawer_is_proposer(act: Act[Any], proposal: Proposal) -> None:
    """A proposal is withdrawn by its author, one of a coalition by any of its members."""
    if act.party not in proposal.authors:
        raise Broken(f"{proposal.by} made this proposal", "reject-proposal, for an addressee")


@rule("refuse")
def answer_is_new(act: Act[Any], proposal: Proposal, acceptance: Acceptance) -> None:
    """The same answer is given once."""
    given = proposal.acceptances.get(act.party or "")
    if given is not None and _same(given, acceptance):
        raise Broken(f"{act.party} has accepted proposal {proposal.proposal_id} already", "nothing")
    if act.party in proposal.rejected_by:
        raise Broken(f"{act.party} has rejected proposal {proposal.proposal_id}", "a new proposal")


def _same(given: Acceptance, new: Acceptance) -> bool:
    kept = (given.mode, given.accepted, given.conditional)
    return kept == (new.mode, new.accepted, new.conditional)


@rule("refuse")
def proposal_is_not_all_or_nothing(act: Act[Any], proposal: Proposal) -> None:  # noqa: ARG001 - a rule takes the act
    """What was offered whole is accepted whole or not at all."""
    if proposal.all_or_nothing:
        raise Broken(
            f"proposal {proposal.proposal_id} can only be accepted whole",
            "a counter-proposal: confirm-as-counter for clauses as they are, else table-proposal",
        )


@rule("refuse")
def some_clause_is_reserved(act: Act[Any], proposal: Proposal, accepted: tuple[str, ...]) -> None:
    """An acceptance in part accepts something, and reserves something or sets a condition."""
    if not accepted:
        raise Broken("no clause is accepted", "reject-proposal, or the clauses accepted")
    if set(accepted) == set(proposal.clause_ids) and not act.data.conditions:
        raise Broken("every clause is accepted", "accept-proposal")
