"""Fold on what terms the mediation stands."""

from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.engagement.events import (
    AgreementToMediateDrafted,
    AgreementToMediateSigned,
    ConfidentialityTermsAdopted,
    EngagementConfirmed,
    EngagementEvent,
    NeutralityAffirmed,
    RightsAcknowledged,
    RightsExplained,
    UndertakingSigned,
)
from ledger.envelope import Frame


class Engagement(Struct, frozen=True):
    """What has been drafted, signed, agreed and explained.

    Attributes:
        version: Number of the latest agreement text, 0 for none.
        text_hash: SHA-256 of that text.
        signed: Parties and mediators' persons who signed that text.
        confirmed: Whether the engagement is confirmed.
        terms_in_force: Whether confidentiality terms have been adopted.
        undertakings: Persons who signed an undertaking.
        affirmed: Mediators who affirmed their neutrality.
        rights_explained: Whether rights were explained to the parties.
        acknowledged: Parties who said so.
    """

    version: int = 0
    text_hash: str | None = None
    signed: frozenset[str] = frozenset()
    confirmed: bool = False
    terms_in_force: bool = False
    undertakings: frozenset[str] = frozenset()
    affirmed: frozenset[str] = frozenset()
    rights_explained: bool = False
    acknowledged: frozenset[str] = frozenset()


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
            return replace(state, terms_in_force=True)
        case UndertakingSigned():
            return replace(state, undertakings=state.undertakings | {event.person})
        case NeutralityAffirmed():
            return replace(state, affirmed=state.affirmed | {frame.actor})
        case RightsExplained():
            return replace(state, rights_explained=True)
        case RightsAcknowledged():
            return replace(state, acknowledged=state.acknowledged | {event.party})
        case _:
            assert_never(event)


def _signed(state: Engagement, event: AgreementToMediateSigned) -> Engagement:
    if event.text_version != state.version:
        return state
    return replace(state, signed=state.signed | {event.signatory})
