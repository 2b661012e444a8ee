"""Fold who is to mediate, what was disclosed, who objected, and where the mandate stands."""

from typing import assert_never

from msgspec.structs import replace

from ledger.envelope import Frame
from ledger.neutrality.change_events import (
    ChallengeAnswered,
    CoMediatorAdded,
    ExpertEngaged,
    HandedOver,
    HandoverConsentGiven,
    HandoverConsentRefused,
    InterestedPersonNamed,
    InterpreterEngaged,
    MediatorRemoved,
    ObserverAdmitted,
    ProcessStepsReaffirmed,
    RefundDetermined,
)
from ledger.neutrality.choice_events import (
    AppointmentRequested,
    CandidateListProposed,
    CandidatesRanked,
    CandidatesStruck,
    NominationLapsed,
    NumberOfMediatorsSet,
)
from ledger.neutrality.events import (
    CandidateApproached,
    ChallengeDecided,
    ChallengeFiled,
    ConflictDisclosed,
    ConflictInquiryCompleted,
    ConflictWaived,
    DisclosureAcknowledged,
    DisclosureDelivered,
    DisclosureFiled,
    FeeTermsAccepted,
    ImpartialityDeclared,
    MandateEnded,
    MandateRestored,
    MandateSuspended,
    MediatorAppointed,
    MediatorDeclined,
    MediatorNominated,
    MediatorRecused,
    MediatorResigned,
    NeutralityEvent,
    NoConflictDeclared,
    ObjectionRaised,
    ObjectionWithdrawn,
    SuccessorAppointed,
)
from ledger.neutrality.facts import Disclosure, Neutrality, Nominee, Objection
from ledger.neutrality.folding import (
    disclosure_received,
    fees_accepted,
    handover_answered,
    inquiry_made,
    known_person,
    mandate_ended,
    with_disclosure,
    with_mandate,
    with_mediators,
    with_nominee,
    with_objection,
    with_service,
)

__all__ = ["Disclosure", "Neutrality", "Nominee", "Objection", "evolve", "with_mandate"]


def evolve(state: Neutrality, frame: Frame[NeutralityEvent]) -> Neutrality:  # noqa: C901 - one case an event
    """Fold one event."""
    event = frame.event
    match event:
        case MediatorNominated() | CandidateApproached():
            return with_nominee(state, Nominee(event.person))
        case MediatorDeclined():
            return with_nominee(state, replace(known_person(state, event.person), seat="declined"))
        case NominationLapsed():
            return with_nominee(state, replace(known_person(state, event.person), seat="lapsed"))
        case ConflictInquiryCompleted():
            return inquiry_made(state, event, frame)
        case NoConflictDeclared():
            return with_nominee(
                state, replace(known_person(state, event.person), no_conflict=frame.ref)
            )
        case ImpartialityDeclared():
            known = known_person(state, event.person)
            told = replace(known, covers=event.covers, declared=known.declared or frame.occurred)
            return with_nominee(state, told)
        case ConflictDisclosed() | DisclosureFiled():
            return with_disclosure(state, event, frame.ref)
        case DisclosureDelivered() | DisclosureAcknowledged() | ConflictWaived():
            return disclosure_received(state, event)
        case FeeTermsAccepted():
            return fees_accepted(state, event)
        case ObjectionRaised() | ChallengeFiled() | ObjectionWithdrawn() | ChallengeDecided():
            return with_objection(state, event, frame.ref)
        case MediatorAppointed() | SuccessorAppointed():
            return with_mediators(state, event, frame.recorded)
        case MandateSuspended():
            suspended = replace(state.mandate, status="suspended")
            return replace(state, mandate=suspended, rests_on=event.challenge_id or "")
        case MandateRestored():
            return replace(state, mandate=replace(state.mandate, status="active"), rests_on="")
        case MediatorRecused() | MediatorResigned():
            return state  # MandateEnded, recorded with it, takes the seat away
        case MandateEnded():
            return mandate_ended(state, event)
        case NumberOfMediatorsSet():
            return replace(state, number=event.count)
        case CandidateListProposed():
            return replace(state, lists={**state.lists, event.list_id: event.candidates})
        case CandidatesRanked():
            ranked = {**state.ranked, (event.list_id, event.party): event.ranking}
            return replace(state, ranked=ranked)
        case CandidatesStruck():
            struck = {**state.struck, (event.list_id, event.party): event.struck}
            return replace(state, struck=struck)
        case AppointmentRequested():
            return replace(state, requested_by=event.party)
        case ChallengeAnswered():
            by = state.answered.get(event.challenge_id, frozenset()) | {event.by}
            return replace(state, answered={**state.answered, event.challenge_id: by})
        case MediatorRemoved() | HandedOver() | RefundDetermined():
            return state  # MandateEnded, recorded with a removal, takes the seat away
        case HandoverConsentGiven() | HandoverConsentRefused():
            return handover_answered(state, event)
        case ProcessStepsReaffirmed():
            said = {**state.reaffirmed, event.party: event.mandate_number}
            fallen = state.fallen | frozenset(event.fallen)
            return replace(state, reaffirmed=said, fallen=fallen)
        case CoMediatorAdded():
            return with_mediators(state, event, frame.recorded)
        case ExpertEngaged() | InterpreterEngaged() | ObserverAdmitted():
            return with_service(state, event)
        case InterestedPersonNamed():
            known_since = {**state.interested, event.person: frame.recorded}
            return replace(state, interested=known_since)
        case _:
            assert_never(event)
