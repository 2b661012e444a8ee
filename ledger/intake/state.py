"""Fold the intake: who the parties are, where their consent stands, who speaks for them."""

from typing import assert_never

from msgspec.structs import replace

from ledger.envelope import Frame
from ledger.intake.circumstance_events import (
    LimitationEffectNoted,
    ParallelProceedingDisclosed,
    StandstillAgreed,
)
from ledger.intake.circumstances_state import noted
from ledger.intake.consolidation_events import CasesConsolidated, CaseSplit
from ledger.intake.consolidation_state import consolidated
from ledger.intake.events import (
    AuthorityLimited,
    CaseTakenOver,
    ConsentGiven,
    ConsentWithdrawn,
    ContinuationAgreed,
    DisputeScopeDefined,
    DisputeScopeVaried,
    IntakeEvent,
    InvitationDeclined,
    InvitationIssued,
    InvitationServed,
    MediationOfferedAnew,
    MediationRequested,
    ReplyPeriodElapsed,
    RepresentativeAuthorised,
    RequestAcknowledged,
    RequestDeclined,
    RequestLapsed,
    RequestRegistered,
    RequestWithdrawn,
    ServiceFailed,
    SilenceTreatedAsRefusal,
)
from ledger.intake.facts import Intake, Silence
from ledger.intake.folding import (
    authority_ended,
    authority_given,
    condition_answered,
    consent_given,
    fallen_silent,
    instant_of,
    parted,
    taken_over,
    taken_up,
    with_authority,
    with_consent,
    with_joiner,
    with_limits,
    with_offer,
    with_registration,
    with_request,
)
from ledger.intake.joinder_events import (
    JoinderConsented,
    JoinderRefused,
    JoinderRequested,
    PartyJoined,
    PartyReleased,
)
from ledger.intake.joinders import asked_or_answered
from ledger.intake.offer_events import (
    GoodOfficesAccepted,
    GoodOfficesDeclined,
    GoodOfficesOffered,
    NeedIdentified,
)
from ledger.intake.screening_events import (
    ReplyPeriodExtended,
    RequestFoundIncomplete,
    RequestSupplemented,
    SuitabilityAssessed,
)
from ledger.intake.screening_state import screened
from ledger.intake.standing_events import (
    AuthorityQuestioned,
    AuthorityRevoked,
    ConsentConditionAccepted,
    ConsentConditionRejected,
)

__all__ = ["Intake", "Silence", "evolve"]


def evolve(state: Intake, frame: Frame[IntakeEvent]) -> Intake:  # noqa: C901 - one case an event
    """Fold one event."""
    event = frame.event
    match event:
        case MediationRequested():
            return with_request(state, event, frame)
        case RequestRegistered():
            return replace(with_registration(state, event, frame), received=event.received)
        case CaseTakenOver():
            return taken_over(state, event, frame)
        case RequestAcknowledged():
            return replace(state, acknowledged=True)
        case RequestDeclined():
            return replace(state, ended="declined")
        case RequestWithdrawn():
            return replace(state, ended="withdrawn")
        case InvitationIssued():
            issued = replace(state, issued=state.issued | {event.party})
            return with_consent(issued, event.party, "invited", frame.ref)
        case InvitationServed():
            return replace(state, served=state.served | {event.party})
        case ServiceFailed():
            return replace(state, issued=state.issued - {event.party})
        case ConsentGiven():
            return consent_given(state, event, frame.ref)
        case MediationOfferedAnew():
            return replace(state, offers=state.offers | {event.party})
        case InvitationDeclined():
            return parted(state, event.party, "declined", frame.ref)
        case ReplyPeriodElapsed():
            return replace(state, elapsed={**state.elapsed, event.party: event.due})
        case SilenceTreatedAsRefusal():
            return fallen_silent(
                state, event.party, Silence("election", instant_of(frame)), frame.ref
            )
        case RequestLapsed():
            silence = Silence("profile", state.elapsed.get(event.party, instant_of(frame)))
            return fallen_silent(state, event.party, silence, frame.ref)
        case ConsentWithdrawn():
            return parted(state, event.party, "withdrawn", frame.ref)
        case ContinuationAgreed():
            return replace(state, continuing=state.continuing | {event.party})
        case RepresentativeAuthorised():
            doubted = state.questioned - {(event.party, event.person)}
            return with_authority(replace(state, questioned=doubted), authority_given(state, frame))
        case AuthorityLimited():
            return with_limits(state, event, frame.ref)
        case DisputeScopeDefined() | DisputeScopeVaried():
            return replace(state, issues=dict.fromkeys(event.issues, frame.ref))
        case NeedIdentified():
            return replace(state, number=event.number)
        case GoodOfficesOffered():
            return with_offer(state, event, frame.ref)
        case GoodOfficesAccepted():
            return taken_up(state, event, frame.ref)
        case GoodOfficesDeclined():
            return parted(state, event.party, "declined", frame.ref)
        case RequestFoundIncomplete() | RequestSupplemented() | SuitabilityAssessed():
            return replace(state, screening=screened(state.screening, event, frame.ref))
        case ReplyPeriodExtended():
            return state  # DeadlineExtended, recorded with it, moves the date
        case ConsentConditionAccepted() | ConsentConditionRejected():
            return condition_answered(state, event, frame.ref)
        case AuthorityRevoked():
            return authority_ended(state, event)
        case AuthorityQuestioned():
            doubted = state.questioned | {(event.party, event.person)}
            return replace(state, questioned=doubted)
        case StandstillAgreed() | LimitationEffectNoted() | ParallelProceedingDisclosed():
            beside = noted(state.circumstances, event, frame.ref)
            return replace(state, circumstances=beside)
        case JoinderRequested() | JoinderConsented() | JoinderRefused():
            return replace(state, joinders=asked_or_answered(state.joinders, event, frame))
        case CasesConsolidated() | CaseSplit():
            known, issues = consolidated(state.consolidation, state.issues, event, frame.ref)
            return replace(state, consolidation=known, issues=issues)
        case PartyJoined():
            return with_joiner(state, event, frame)
        case PartyReleased():
            gone = parted(state, event.party, "released", frame.ref)
            return replace(gone, continuing=frozenset(event.remaining))
        case _:
            assert_never(event)
