"""The commands about costs: shares, deposits, suspension, accounts."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_is_mediator,
    id_is_new,
    known,
    own,
    party_is_known,
)
from ledger.engagement.costs_events import (
    AccountRendered,
    BalanceReturned,
    CostShareAgreed,
    DepositDirected,
    DepositPaid,
    SuspendedForNonPayment,
)
from ledger.engagement.costs_rules import (
    account_is_rendered,
    balance_is_returned_once,
    deposit_is_outstanding,
    deposits_are_asked_for,
    parts_are_as_due,
    payer_is_the_actor,
    shares_are_agreed_by_all,
    shares_make_a_whole,
    something_is_overdue,
    to_pay,
)
from ledger.engagement.state import Engagement
from ledger.parties import ENDED, RUNNING, TALKING, Phase, Standing
from ledger.periods import begin, met
from ledger.terms import Id, Money, PartyId, Words, next_id

RULE = "deposit"
ACCOUNTING = frozenset({Phase.SETTLED, Phase.MONITORING, *ENDED})
PerCent = Annotated[str, Meta(pattern=r"\A[0-9]{1,3}(\.[0-9]{1,4})?\Z")]


class AgreeCostShares(Command, frozen=True, kw_only=True, tag="agree-cost-shares"):
    """Record who bears how much of the costs, as all agreed.

    Attributes:
        shares: Per cent of each party, decimal numbers as text.
    """

    by = ("mediator", "registry")
    during = RUNNING
    occasions = (known(actor_is_mediator),)
    example: ClassVar[dict[str, Any]] = {
        "shares": {"A": "60", "B": "40"},
        "agreed_by": ["A", "B"],
    }
    shares: Annotated[dict[PartyId, PerCent], Meta(min_length=1)]
    agreed_by: tuple[PartyId, ...]


class DirectDeposit(Command, frozen=True, kw_only=True, tag="direct-deposit"):
    """Ask parties for an advance on the costs.

    Attributes:
        amounts: The part of each party asked.
        deposit_id: Names it, None for the next number.
    """

    by = ("registry",)
    during = TALKING
    guards = (deposits_are_asked_for,)
    example: ClassVar[dict[str, Any]] = {
        "amounts": {
            "A": {"amount": "4000", "currency": "EUR"},
            "B": {"amount": "4000", "currency": "EUR"},
        }
    }
    amounts: Annotated[dict[PartyId, Money], Meta(min_length=1)]
    deposit_id: Id | None = None


class PayDeposit(Command, frozen=True, kw_only=True, tag="pay-deposit"):
    """Record that a party's part of a deposit came in.

    Attributes:
        full: Whether with this payment all of the party's part has.
    """

    by = ("registry", "party")
    occasions = (to_pay,)
    example: ClassVar[dict[str, Any]] = {
        "deposit_id": "DP1",
        "party": "A",
        "amount": {"amount": "4000", "currency": "EUR"},
    }
    deposit_id: Id
    party: PartyId
    amount: Money
    full: bool = True


class SuspendForNonPayment(Command, frozen=True, kw_only=True, tag="suspend-for-non-payment"):
    """Let the talks rest until what is overdue has been paid."""

    by = ("mediator", "registry")
    during = TALKING
    guards = (actor_is_mediator,)
    occasions = (own(something_is_overdue),)


class RenderAccount(Command, frozen=True, kw_only=True, tag="render-account"):
    """Account for what came in and what was spent.

    Attributes:
        received: What came in, of each party.
        spent: What was spent, by what it was for.
        balances: What goes back to each party.
    """

    by = ("registry",)
    during = ACCOUNTING
    example: ClassVar[dict[str, Any]] = {
        "received": {"A": {"amount": "4000", "currency": "EUR"}},
        "spent": {"fee of the mediator": {"amount": "3600", "currency": "EUR"}},
        "balances": {"A": {"amount": "400", "currency": "EUR"}},
    }
    received: dict[PartyId, Money]
    spent: dict[Words, Money]
    balances: dict[PartyId, Money] | None = None


class ReturnBalance(Command, frozen=True, kw_only=True, tag="return-balance"):
    """Record that what was left of its advances went back to a party."""

    by = ("registry",)
    during = ACCOUNTING
    occasions = (own(account_is_rendered),)
    example: ClassVar[dict[str, Any]] = {
        "party": "A",
        "amount": {"amount": "400", "currency": "EUR"},
    }
    party: PartyId
    amount: Money


def agree_cost_shares(
    state: Engagement,  # noqa: ARG001 - every decision takes the three
    standing: Standing,
    act: Act[AgreeCostShares],
) -> Decision:
    """Record agreed shares.

    Raises:
        RuleViolation: actor_is_mediator, party_is_known, shares_are_agreed_by_all,
            shares_make_a_whole.
    """
    data = act.data
    actor_is_mediator(act, standing)
    for party in (*data.shares, *data.agreed_by):
        party_is_known(act, standing, party)
    shares_are_agreed_by_all(act, standing, data.agreed_by)
    shares_make_a_whole(act, data.shares)
    agreed = CostShareAgreed(agreed_by=data.agreed_by, shares=dict(data.shares))
    return [Placed("joint", agreed)]


def direct_deposit(state: Engagement, standing: Standing, act: Act[DirectDeposit]) -> Decision:
    """Direct a deposit to parties; the time to pay begins for each.

    Raises:
        RuleViolation: deposits_are_asked_for, party_is_known, id_is_new, parts_are_as_due.
    """
    data = act.data
    for party in data.amounts:
        party_is_known(act, standing, party)
    taken = {names for names, _ in state.accounts.deposits}
    names = data.deposit_id or next_id("DP", taken)
    id_is_new(act, taken, names, names)
    parts_are_as_due(act, state, data.amounts)
    placed: Decision = []
    for party, amount in data.amounts.items():
        directed = DepositDirected(deposit_id=names, party=party, amount=amount)
        placed += [Placed("joint", directed), *_time_to_pay(act, names, party)]
    return placed


def _time_to_pay(act: Act[Any], names: str, party: str) -> Decision:
    days = act.profile.deposit.pay_within_days
    if days is None or not act.moment_is_known():
        return []
    about = f"{names}-{party}"
    trigger = "the direction to pay"
    return [begin(act, "joint", rule=RULE, days=days, trigger=trigger, concerns=party, about=about)]


def pay_deposit(state: Engagement, standing: Standing, act: Act[PayDeposit]) -> Decision:
    """Record a payment; a full one meets the date, and ends a suspension that rested on it.

    Raises:
        RuleViolation: party_is_known, payer_is_the_actor, deposit_is_outstanding.
    """
    data = act.data
    party_is_known(act, standing, data.party)
    payer_is_the_actor(act, data.party)
    deposit_is_outstanding(act, state, data.deposit_id, data.party)
    paid = DepositPaid(
        deposit_id=data.deposit_id, party=data.party, full=data.full, amount=data.amount
    )
    date = standing.deadlines.running(RULE, about=f"{data.deposit_id}-{data.party}")
    return [Placed("joint", paid), *(met(date) if data.full else [])]


def suspend_for_non_payment(
    state: Engagement,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[SuspendForNonPayment],
) -> Decision:
    """Suspend the talks.

    Raises:
        RuleViolation: something_is_overdue.
    """
    something_is_overdue(act, state)
    return [Placed("joint", SuspendedForNonPayment(deposits=state.accounts.overdue()))]


def render_account(
    state: Engagement,  # noqa: ARG001 - every decision takes the three
    standing: Standing,
    act: Act[RenderAccount],
) -> Decision:
    """Render an account before all.

    Raises:
        RuleViolation: party_is_known.
    """
    data = act.data
    for party in (*data.received, *(data.balances or {})):
        party_is_known(act, standing, party)
    account = AccountRendered(
        received=dict(data.received), spent=dict(data.spent), balances=data.balances
    )
    return [Placed("joint", account)]


def return_balance(state: Engagement, standing: Standing, act: Act[ReturnBalance]) -> Decision:
    """Record that a balance went back.

    Raises:
        RuleViolation: party_is_known, account_is_rendered, balance_is_returned_once.
    """
    data = act.data
    party_is_known(act, standing, data.party)
    account_is_rendered(act, state)
    balance_is_returned_once(act, state, data.party)
    return [Placed("joint", BalanceReturned(party=data.party, amount=data.amount))]


DECIDE: dict[type[Command], Any] = {
    AgreeCostShares: agree_cost_shares,
    DirectDeposit: direct_deposit,
    PayDeposit: pay_deposit,
    SuspendForNonPayment: suspend_for_non_payment,
    RenderAccount: render_account,
    ReturnBalance: return_balance,
}
