"""Hold the rules of answers that stay secret, each the sentence that must hold."""

from decimal import Decimal
from typing import Any

from ledger.act import Act, Broken, rule
from ledger.counting import parse_instant
from ledger.negotiation.blind import BidRound
from ledger.negotiation.proposal import Proposal
from ledger.negotiation.state import Negotiation
from ledger.parties import Standing
from ledger.terms import Money


@rule("refuse")
def mediator_may_propose(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a guard takes the standing
    """The mediator proposes terms of its own only where mandate and procedure let it."""
    if act.profile.mediator_proposal_rule == "never":
        raise Broken("in this procedure the mediator never proposes", "nothing")
    if act.profile.mandate_level != "facilitate_and_propose":
        raise Broken(
            f"the mandate is to {act.profile.mandate_level.replace('_', ' ')} only",
            "a rule profile whose mandate_level is facilitate_and_propose",
        )


@rule("refuse")
def every_party_asked_for_it(act: Act[Any], state: Negotiation, standing: Standing) -> None:
    """Where the procedure says so, the mediator proposes when every party has asked for it."""
    if act.profile.mediator_proposal_rule != "on_request_of_all":
        return
    if any(party not in state.blind.requests for party in standing.current()):
        raise Broken(
            "not every party is known to have asked for a proposal",
            "request-mediator-proposal by each party, each in its own caucus",
        )


@rule("refuse")
def request_is_made_once(act: Act[Any], state: Negotiation) -> None:
    """A party asks once for the mediator's next proposal."""
    if act.party in state.blind.requests:
        raise Broken(f"{act.party} has asked already", "nothing more")


@rule("refuse")
def proposal_is_blind(act: Act[Any], proposal: Proposal) -> None:
    """In confidence one answers what is to be answered in confidence."""
    if not proposal.blind:
        raise Broken(
            f"proposal {proposal.proposal_id} is answered openly",
            "accept-proposal or reject-proposal",
        )
    if act.party not in proposal.addressees:
        raise Broken(f"proposal {proposal.proposal_id} was not put to {act.party}", "an addressee")


@rule("refuse")
def reply_is_before_the_time(act: Act[Any], proposal: Proposal) -> None:
    """An answer counts when it is recorded before the fixed time, for then the outcome is told."""
    due = proposal.valid_until
    if proposal.status != "open" or (due is not None and act.now > parse_instant(due)):
        raise Broken(f"the time for proposal {proposal.proposal_id} was {due}", "nothing more")


@rule("refuse")
def blind_proposal_is_not_countered(act: Act[Any], parent: Proposal) -> None:  # noqa: ARG001 - a rule takes the act
    """While a proposal is answered in confidence nobody answers it before others."""
    if parent.blind and parent.status == "open":
        raise Broken(
            f"proposal {parent.proposal_id} is answered in confidence until {parent.valid_until}",
            "a proposal that answers none (table-proposal without answers)",
        )


@rule("refuse")
def bidders_are_two(act: Act[Any]) -> None:
    """Sealed bids are of two parties, one that pays and one that is paid."""
    if act.data.payer == act.data.payee:
        raise Broken(f"{act.data.payer} would bid against itself", "another payee")


@rule("refuse")
def round_is_known(act: Act[Any], state: Negotiation) -> None:
    """A bid belongs to a round that was invited."""
    if act.data.round_id not in state.blind.rounds:
        known = ", ".join(state.blind.rounds) or "none yet"
        raise Broken(f"there is no round {act.data.round_id}", f"one of: {known}")


@rule("refuse")
def bidder_is_invited(act: Act[Any], bids: BidRound) -> None:
    """A bid is made by one of the two parties of the round."""
    if act.party not in (bids.payer, bids.payee):
        raise Broken(f"round {bids.round_id} is of {bids.payer} and {bids.payee}", "one of the two")


@rule("refuse")
def round_is_running(act: Act[Any], bids: BidRound) -> None:
    """A bid is made before the round closes."""
    if act.now > parse_instant(bids.closes) or bids.outcome is not None:
        raise Broken(f"round {bids.round_id} closed at {bids.closes}", "another round")


@rule("refuse")
def round_is_closed(act: Act[Any], bids: BidRound) -> None:
    """Bids are compared once, when the round has closed, whoever has bid."""
    if bids.outcome is not None:
        raise Broken(f"round {bids.round_id} was compared: {bids.outcome}", "another round")
    if act.now <= parse_instant(bids.closes):
        raise Broken(f"round {bids.round_id} closes at {bids.closes}", "to wait until then")


@rule("refuse")
def round_closes_ahead(act: Act[Any], closes: str) -> None:
    """A round closes after it was invited."""
    if parse_instant(closes, field="closes") <= act.now:
        raise Broken(f"{closes} has passed", "a later instant")


@rule("refuse")
def bid_is_an_amount(act: Act[Any], bids: BidRound, amount: Money) -> None:  # noqa: ARG001 - a rule takes the act
    """A bid is an amount of the round's currency, and not below nothing."""
    if amount.currency != bids.currency or Decimal(amount.amount) < 0:
        raise Broken(f"bids of round {bids.round_id} are in {bids.currency}", "such an amount")
