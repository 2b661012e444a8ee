"""Hold the rules of sending terms through the mediator, each the sentence that must hold."""

from typing import Any

from ledger.act import Act, Broken, rule
from ledger.negotiation.messages import Entrusted
from ledger.negotiation.proposal import Proposal, words
from ledger.negotiation.state import Negotiation
from ledger.parties import Standing

FEWEST_TO_HIDE_AMONG = 3


@rule("refuse")
def author_can_stay_unnamed(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a rule takes the act
    """Between two, each knows whose terms are not its own."""
    if len(standing.current()) < FEWEST_TO_HIDE_AMONG:
        raise Broken("two parties take part, so the other knows whose terms they are", "open")


@rule("refuse")
def unnamed_terms_tell_no_author(act: Act[Any]) -> None:
    """Terms of a party that is not named are put to all alike, and answer nothing."""
    data = act.data
    if data.answers is not None or data.addressees is not None or data.required_acceptors:
        raise Broken(
            "whom they leave out, or what they answer, would tell whose they are",
            "no `answers`, `addressees` or `required_acceptors`; its own party answers too",
        )
    if act.room not in (None, "joint"):
        raise Broken(f"in {act.room} not all read them", "joint, the usual room")


@rule("refuse")
def terms_are_entrusted(act: Act[Any], state: Negotiation, room: str) -> None:
    """Only terms that were entrusted are carried or recalled."""
    if (room, act.data.entrusted_id) not in state.entrusted:
        known = ", ".join(name for where, name in state.entrusted if where == room)
        raise Broken(
            f"no terms {act.data.entrusted_id} are entrusted in {room}",
            f"one of: {known}" if known else "entrust-proposal",
        )


@rule("refuse")
def terms_are_not_recalled(act: Act[Any], entrusted: Entrusted) -> None:  # noqa: ARG001 - a rule takes the act
    """What its party took back is carried no more."""
    if entrusted.recalled:
        raise Broken(f"{entrusted.by} recalled {entrusted.entrusted_id}", "entrust-proposal anew")


@rule("refuse")
def terms_are_carried_once(act: Act[Any], entrusted: Entrusted) -> None:  # noqa: ARG001 - a rule takes the act
    """Terms are put on the table once."""
    if entrusted.carried is not None:
        raise Broken(
            f"{entrusted.entrusted_id} was carried: proposal {entrusted.carried[1]}",
            "entrust-proposal anew",
        )


@rule("refuse")
def named_author_withdraws_itself(act: Act[Any], entrusted: Entrusted) -> None:  # noqa: ARG001 - a rule takes the act
    """Terms that lie on the table under a party's own name are withdrawn by that party."""
    if entrusted.carried is not None and entrusted.attribution == "open":
        raise Broken(
            f"proposal {entrusted.carried[1]} lies on the table as of {entrusted.by}",
            "withdraw-proposal",
        )


@rule("irregular")
def author_takes_part(act: Act[Any], standing: Standing, entrusted: Entrusted) -> None:  # noqa: ARG001 - a rule takes the act
    """Terms are carried for a party whose consent stands."""
    if entrusted.by not in standing.current():
        raise Broken(f"{entrusted.by} takes no part", "a party that does")


@rule("refuse")
def author_asked_to_withdraw(act: Act[Any], entrusted: Entrusted) -> None:  # noqa: ARG001 - a rule takes the act
    """The messenger withdraws carried terms only where their party recalled them."""
    if entrusted.carried is None or not entrusted.recalled:
        state = "were not carried" if entrusted.carried is None else "were not recalled"
        raise Broken(f"terms {entrusted.entrusted_id} {state}", "recall-proposal, by their party")


@rule("refuse")
def carried_terms_are_open(act: Act[Any], proposal: Proposal) -> None:  # noqa: ARG001 - a rule takes the act
    """Only an open proposal is withdrawn."""
    if proposal.status != "open":
        raise Broken(f"proposal {proposal.proposal_id} is {words(proposal.status)}", "nothing")
