"""Fold deposits, shares and accounts; amounts are content and never folded."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.engagement.costs_events import (
    AccountRendered,
    BalanceReturned,
    CostsEvent,
    CostShareAgreed,
    DepositDirected,
    DepositOverdue,
    DepositPaid,
    SuspendedForNonPayment,
)


class Accounts(Struct, frozen=True):
    """Where the costs stand.

    Attributes:
        shares_agreed: Whether the parties agreed on shares.
        deposits: By (deposit, party), where that party's part stands.
        suspended: Whether the talks rest until what is overdue is paid.
        rendered: Whether an account was rendered.
        returned: Parties that had their balance back.
    """

    shares_agreed: bool = False
    deposits: Mapping[tuple[str, str], Literal["directed", "overdue", "paid"]] = MappingProxyType(
        {}
    )
    suspended: bool = False
    rendered: bool = False
    returned: frozenset[str] = frozenset()

    def overdue(self) -> tuple[str, ...]:
        """Name the deposits of which some part is overdue."""
        late = [names for (names, _), status in self.deposits.items() if status == "overdue"]
        return tuple(dict.fromkeys(late))


def counted(state: Accounts, event: CostsEvent) -> Accounts:  # noqa: C901 - one case an event
    """Fold one act about costs."""
    match event:
        case CostShareAgreed():
            return replace(state, shares_agreed=True)
        case DepositDirected():
            return _part(state, event.deposit_id, event.party, "directed")
        case DepositPaid(full=False):
            return state
        case DepositPaid():
            paid = _part(state, event.deposit_id, event.party, "paid")
            return replace(paid, suspended=paid.suspended and bool(paid.overdue()))
        case DepositOverdue():
            return _part(state, event.deposit_id, event.party, "overdue")
        case SuspendedForNonPayment():
            return replace(state, suspended=True)
        case AccountRendered():
            return replace(state, rendered=True)
        case BalanceReturned():
            return replace(state, returned=state.returned | {event.party})
        case _:
            assert_never(event)


def _part(
    state: Accounts, names: str, party: str, status: Literal["directed", "overdue", "paid"]
) -> Accounts:
    return replace(state, deposits={**state.deposits, (names, party): status})
