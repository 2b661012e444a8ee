"""The rules of costs: shares, deposits, suspension, accounts."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ledger.act import Act, Broken, rule
from ledger.common_rules import there_is_something_to_act_on
from ledger.engagement.state import Engagement
from ledger.parties import Standing
from ledger.terms import Money


@rule("refuse")
def shares_are_agreed_by_all(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    standing: Standing,
    agreed_by: tuple[str, ...],
) -> None:
    """Shares of the costs bind nobody unless every party agreed."""
    missing = [party for party in standing.current() if party not in agreed_by]
    if missing:
        raise Broken(f"{', '.join(missing)} has not agreed", "the agreement of every party")


@rule("refuse")
def shares_make_a_whole(act: Act[Any], shares: Mapping[str, str]) -> None:  # noqa: ARG001 - a rule takes the act
    """The shares of all parties make one hundred per cent."""
    total = sum((Decimal(share) for share in shares.values()), Decimal(0))
    if total != Decimal(100):
        raise Broken(f"the shares make {total} per cent", "shares that make 100")


@rule("refuse")
def deposits_are_asked_for(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a rule takes the standing
    """Deposits are directed where the profile knows them."""
    if act.profile.deposit.shares == "none":
        raise Broken("under the profile no deposits are asked for")


@rule("irregular")
def parts_are_as_due(act: Act[Any], state: Engagement, amounts: Mapping[str, Money]) -> None:
    """The parts of a deposit are equal, or as the parties agreed, as the profile says."""
    equal = len({(money.amount, money.currency) for money in amounts.values()}) == 1
    if act.profile.deposit.shares == "equal" and not equal and not state.accounts.shares_agreed:
        raise Broken("the parts are not equal", "equal parts, or agree-cost-shares")
    if act.profile.deposit.shares == "as_agreed" and not state.accounts.shares_agreed:
        raise Broken("the parties agreed on no shares", "agree-cost-shares")


@rule("refuse")
def deposit_is_outstanding(act: Act[Any], state: Engagement, names: str, party: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a part that was asked for and not paid comes in."""
    status = state.accounts.deposits.get((names, party))
    if status is None:
        raise Broken(f"{names} was not directed to {party}", "direct-deposit")
    if status == "paid":
        raise Broken(f"{names} of {party} is paid")


@rule("refuse")
def payer_is_the_actor(act: Act[Any], party: str) -> None:
    """A party tells of its own payment; the registry of any."""
    if act.party is not None and act.party != party:
        raise Broken(f"{act.party} acts, {party} would pay", f"{party}, or the registry")


@rule("refuse")
def something_is_overdue(act: Act[Any], state: Engagement) -> None:
    """The talks are suspended for a deposit that is overdue, where the profile says so."""
    if "suspend" not in act.profile.deposit.on_default:
        raise Broken("under the profile talks are not suspended for an unpaid deposit")
    if not state.accounts.overdue():
        raise Broken("no deposit is overdue")
    if state.accounts.suspended:
        raise Broken("the talks are suspended already", "payment of what is overdue")


@rule("refuse")
def account_is_rendered(act: Act[Any], state: Engagement) -> None:  # noqa: ARG001 - a rule takes the act
    """What is left goes back once it was accounted for."""
    if not state.accounts.rendered:
        raise Broken("no account was rendered", "render-account")


@rule("refuse")
def balance_is_returned_once(act: Act[Any], state: Engagement, party: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A party has its balance back once."""
    if party in state.accounts.returned:
        raise Broken(f"{party} had its balance back")


def to_pay(act: Act[Any], state: Engagement, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a part of a deposit that is not paid: the actor's own, where a party acts."""
    due = [
        party
        for (_, party), status in state.accounts.deposits.items()
        if status != "paid" and act.party in (None, party)
    ]
    there_is_something_to_act_on(act, due, "deposit to be paid", "direct-deposit")
