"""Fold on what terms the mediation stands."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.engagement.accounts import Accounts, counted
from ledger.engagement.confidence_events import (
    ConfidentialityBreachAnswered,
    ConfidentialityBreachRemedied,
    ConfidentialityBreachReported,
    ConfidentialityExceptionInvoked,
    ConfidentialityTermsVaried,
    DisclosureOrderAnswered,
    DisclosureOrderReceived,
)
from ledger.engagement.costs_events import (
    AccountRendered,
    BalanceReturned,
    CostShareAgreed,
    DepositDirected,
    DepositOverdue,
    DepositPaid,
    SuspendedForNonPayment,
)
from ledger.engagement.events import (
    AgreementToMediateDrafted,
    AgreementToMediateSigned,
    ConfidentialityTermsAdopted,
    EngagementConfirmed,
    EngagementEvent,
    NeutralityAffirmed,
    RightsAcknowledged,
    RightsExplained,
    RuleProfileVaried,
    UndertakingSigned,
)
from ledger.envelope import Frame


class Engagement(Struct, frozen=True, gc=False):
    """What has been drafted, signed, agreed and explained.

    Attributes:
        version: Number of the latest agreement text, 0 for none.
        text_hash: SHA-256 of that text.
        signed: Parties and mediators' persons who signed that text.
        confirmed: Whether the engagement is confirmed.
        terms_in_force: Whether confidentiality terms have been adopted.
        caucus_default: What those terms say of caucuses.
        undertakings: Persons who signed an undertaking.
        affirmed: Mediators who affirmed their neutrality.
        rights_explained: Whether rights were explained to the parties.
        acknowledged: Parties who said so.
        variations: Keys of the profile varied for this case, each with its JSON, in order.
        terms: The confidentiality terms as last agreed, None where they may not be seen.
        orders: Orders to disclose, by (room, id); the value is whether it was answered.
        breaches: Reports of broken confidences, by (room, id); the value is against whom.
        accounts: Where the costs stand.
    """

    version: int = 0
    text_hash: str | None = None
    signed: frozenset[str] = frozenset()
    confirmed: bool = False
    terms_in_force: bool = False
    caucus_default: str | None = None
    undertakings: frozenset[str] = frozenset()
    affirmed: frozenset[str] = frozenset()
    rights_explained: bool = False
    acknowledged: frozenset[str] = frozenset()
    variations: tuple[tuple[str, str], ...] = ()
    terms: ConfidentialityTermsAdopted | ConfidentialityTermsVaried | None = None
    orders: Mapping[tuple[str, str], bool] = MappingProxyType({})
    breaches: Mapping[tuple[str, str], str | None] = MappingProxyType({})
    accounts: Accounts = Accounts()


def evolve(  # noqa: C901 - one case an event
    state: Engagement, frame: Frame[EngagementEvent]
) -> Engagement:
    """Fold one event."""
    event = frame.event
    match event:
        case AgreementToMediateDrafted():
            return replace(
                state, version=event.text_version, text_hash=event.text_hash, signed=frozenset()
            )
        case AgreementToMediateSigned():
            return _signed(state, event)
        case EngagementConfirmed():
            return replace(state, confirmed=True)
        case ConfidentialityTermsAdopted():
            return replace(
                state, terms_in_force=True, caucus_default=event.caucus_default, terms=event
            )
        case UndertakingSigned():
            return replace(state, undertakings=state.undertakings | {event.person})
        case NeutralityAffirmed():
            return replace(state, affirmed=state.affirmed | {frame.actor})
        case RightsExplained():
            return replace(state, rights_explained=True)
        case RightsAcknowledged():
            return replace(state, acknowledged=state.acknowledged | {event.party})
        case RuleProfileVaried():
            return replace(state, variations=(*state.variations, (event.key, event.new)))
        case ConfidentialityTermsVaried():
            return replace(state, terms=event, caucus_default=event.caucus_default)
        case ConfidentialityExceptionInvoked() | ConfidentialityBreachRemedied():
            return state
        case ConfidentialityBreachAnswered():
            return state
        case DisclosureOrderReceived():
            return replace(state, orders={**state.orders, (frame.room, event.order_id): False})
        case DisclosureOrderAnswered():
            return replace(state, orders={**state.orders, (frame.room, event.order_id): True})
        case ConfidentialityBreachReported():
            reports = {**state.breaches, (frame.room, event.breach_id): event.against}
            return replace(state, breaches=reports)
        case (
            CostShareAgreed()
            | DepositDirected()
            | DepositPaid()
            | DepositOverdue()
            | SuspendedForNonPayment()
            | AccountRendered()
            | BalanceReturned()
        ):
            return replace(state, accounts=counted(state.accounts, event))
        case _:
            assert_never(event)


def _signed(state: Engagement, event: AgreementToMediateSigned) -> Engagement:
    if event.text_version != state.version:
        return state
    return replace(state, signed=state.signed | {event.signatory})
