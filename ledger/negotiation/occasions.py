"""Say when there is an occasion for the acts of the negotiation; `next` asks it, having no data."""

from collections.abc import Callable
from typing import Any

from ledger.act import Act
from ledger.common_rules import naming, one_will_do
from ledger.negotiation.answer_rules import (
    acceptor_is_addressed,
    acceptor_is_not_proposer,
    answer_is_new,
    proposal_is_in_time,
    proposal_is_not_all_or_nothing,
    proposal_is_open,
    rejecter_is_addressed,
    withdrawer_is_proposer,
)
from ledger.negotiation.handling_rules import proposal_is_answered_openly
from ledger.negotiation.proposal import Acceptance, Proposal
from ledger.negotiation.rules import (
    impasse_is_open,
    proposal_has_addressee,
    proposal_is_no_longer_firm,
)
from ledger.negotiation.state import Negotiation
from ledger.negotiation.validity import valid_until
from ledger.parties import Standing

SOME = Acceptance(mode=None, accepted=())
"""An answer nobody has given yet; which one it will be is not known here."""


def to_table(act: Act[Any], state: Negotiation, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for another party to put terms to."""
    proposal_has_addressee(act, tuple(p for p in standing.current() if p != act.party))


def to_accept(act: Act[Any], state: Negotiation, standing: Standing) -> None:
    """Ask for a proposal put to the actor that is open and in time."""
    _one_proposal(act, state, lambda proposal: _may_accept(act, standing, proposal))


def to_accept_partly(act: Act[Any], state: Negotiation, standing: Standing) -> None:
    """Ask for such a proposal that is not all or nothing, or for a condition to drop."""

    def check(proposal: Proposal) -> None:
        given = proposal.acceptances.get(act.party or "")
        bound = given is not None and given.conditional
        proposal_is_not_all_or_nothing(act, proposal)
        if not (bound and proposal.status in ("open", "partly_accepted")):
            _may_accept(act, standing, proposal)

    _one_proposal(act, state, check)


def _may_accept(act: Act[Any], standing: Standing, proposal: Proposal) -> None:
    due = valid_until(standing, proposal)
    proposal_is_answered_openly(act, proposal)
    acceptor_is_not_proposer(act, proposal.by)
    acceptor_is_addressed(act, proposal)
    proposal_is_open(act, proposal, due)
    proposal_is_in_time(act, proposal, due)
    answer_is_new(act, proposal, SOME)


def to_reject(act: Act[Any], state: Negotiation, standing: Standing) -> None:
    """Ask for a proposal put to the actor that is open."""

    def check(proposal: Proposal) -> None:
        proposal_is_answered_openly(act, proposal)
        rejecter_is_addressed(act, proposal)
        proposal_is_open(act, proposal, valid_until(standing, proposal))

    _one_proposal(act, state, check)


def to_withdraw(act: Act[Any], state: Negotiation, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a proposal of the actor's own that is open and firm no longer."""

    def check(proposal: Proposal) -> None:
        withdrawer_is_proposer(act, proposal)
        proposal_is_open(act, proposal, None)
        proposal_is_no_longer_firm(act, proposal)

    _one_proposal(act, state, check)


def to_resolve(act: Act[Any], state: Negotiation, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for an impasse that is open."""
    one_will_do(
        act,
        state.impasses.values(),
        lambda one: impasse_is_open(naming(act, impasse_id=one.impasse_id), one),
        "impasse",
    )


def _one_proposal(act: Act[Any], state: Negotiation, check: Callable[[Proposal], None]) -> None:
    one_will_do(act, state.proposals.values(), check, "proposal", "table-proposal")
