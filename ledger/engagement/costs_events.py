"""What is recorded of costs: shares, deposits, what follows if one is not paid, accounts."""

from typing import TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event
from ledger.terms import Money


class CostShareAgreed(Event, frozen=True, kw_only=True, tag="cost-share-agreed"):
    """All parties agreed who bears how much of the costs.

    Attributes:
        agreed_by: Parties that agreed.
        shares: Per cent of each party, decimal numbers as text that make 100.
    """

    row = "C14"
    says = "shares of the costs agreed by {agreed_by}"
    agreed_by: tuple[str, ...]
    shares: Content[dict[str, str]] = UNSET


class DepositDirected(Event, frozen=True, kw_only=True, tag="deposit-directed"):
    """A party was asked for an advance on the costs.

    Attributes:
        deposit_id: Names the deposit; each party's part of it is an entry of its own.
    """

    row = "C12"
    says = "deposit {deposit_id} directed to {party}"
    deposit_id: str
    party: str
    amount: Content[Money] = UNSET


class DepositPaid(Event, frozen=True, kw_only=True, tag="deposit-paid"):
    """A party's part of a deposit came in.

    Attributes:
        full: Whether with this payment all of the party's part has.
    """

    row = "C12"
    says = "deposit {deposit_id} of {party} came in"
    deposit_id: str
    party: str
    full: bool = True
    amount: Content[Money] = UNSET


class DepositOverdue(Event, frozen=True, kw_only=True, tag="deposit-overdue"):
    """The time to pay passed and the party's part had not come in whole."""

    row = "C12"
    says = "deposit {deposit_id} of {party} is overdue"
    deposit_id: str
    party: str


class SuspendedForNonPayment(Event, frozen=True, kw_only=True, tag="suspended-for-non-payment"):
    """The talks rest until what is overdue has been paid.

    Attributes:
        deposits: Deposits that are overdue.
    """

    row = "C13"
    says = "talks suspended until {deposits} is paid"
    deposits: tuple[str, ...]


class AccountRendered(Event, frozen=True, kw_only=True, tag="account-rendered"):
    """The registry accounted for what came in and what was spent.

    Attributes:
        received: What came in, of each party.
        spent: What was spent on what.
        balances: What goes back to each party, nothing for those left out.
    """

    row = "C15"
    says = "account rendered"
    received: Content[dict[str, Money]] = UNSET
    spent: Content[dict[str, Money]] = UNSET
    balances: Content[dict[str, Money] | None] = UNSET


class BalanceReturned(Event, frozen=True, kw_only=True, tag="balance-returned"):
    """What was left of its advances went back to a party."""

    row = "C15"
    says = "balance returned to {party}"
    party: str
    amount: Content[Money] = UNSET


CostsEvent: TypeAlias = (
    CostShareAgreed
    | DepositDirected
    | DepositPaid
    | DepositOverdue
    | SuspendedForNonPayment
    | AccountRendered
    | BalanceReturned
)
COSTS_EVENTS = (
    CostShareAgreed,
    DepositDirected,
    DepositPaid,
    DepositOverdue,
    SuspendedForNonPayment,
    AccountRendered,
    BalanceReturned,
)
