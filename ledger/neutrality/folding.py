"""Fold single acts of neutrality into what is known of the mediators."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, assert_never

from msgspec.structs import replace

from ledger.envelope import Frame
from ledger.neutrality.change_events import (
    CoMediatorAdded,
    ExpertEngaged,
    HandoverConsentGiven,
    HandoverConsentRefused,
    InterpreterEngaged,
    ObserverAdmitted,
)
from ledger.neutrality.events import (
    ChallengeDecided,
    ChallengeFiled,
    ConflictDisclosed,
    ConflictInquiryCompleted,
    ConflictWaived,
    DisclosureAcknowledged,
    DisclosureDelivered,
    DisclosureFiled,
    FeeTermsAccepted,
    MandateEnded,
    MediatorAppointed,
    NeutralityEvent,
    ObjectionRaised,
    ObjectionWithdrawn,
    SuccessorAppointed,
)
from ledger.neutrality.facts import Disclosure, Neutrality, Nominee, Objection, Service
from ledger.parties import Mandate


def known_person(state: Neutrality, person: str) -> Nominee:
    """Find a person; eyes that did not see it named hold it as somebody who serves the case."""
    return state.nominees.get(person, Nominee(person, seat="left"))


def with_nominee(state: Neutrality, nominee: Nominee) -> Neutrality:
    """Let a person stand where it now stands."""
    return replace(state, nominees={**state.nominees, nominee.person: nominee})


def with_disclosure(
    state: Neutrality, event: ConflictDisclosed | DisclosureFiled, ref: str
) -> Neutrality:
    """Take in a disclosure; the note of it in the chair adds nothing."""
    known = state.disclosures.get(event.disclosure_id)
    new = known or Disclosure(event.disclosure_id, event.person, event.category, ref)
    office = event.office if isinstance(event, ConflictDisclosed) else None
    staff = state.staff | {event.person} if office else state.staff
    disclosures = {**state.disclosures, new.disclosure_id: new}
    return replace(state, disclosures=disclosures, staff=staff)


def disclosure_received(
    state: Neutrality, event: DisclosureDelivered | DisclosureAcknowledged | ConflictWaived
) -> Neutrality:
    """Note whom a disclosure reached, and who waived it."""
    known = state.disclosures.get(event.disclosure_id)
    if known is None:
        return state
    match event:
        case DisclosureDelivered():
            changed = replace(known, delivered=known.delivered | {event.party})
        case DisclosureAcknowledged():
            changed = replace(known, acknowledged=known.acknowledged | {event.party})
        case ConflictWaived():
            changed = replace(known, waived=known.waived | {event.party})
        case _:
            assert_never(event)
    return replace(state, disclosures={**state.disclosures, event.disclosure_id: changed})


def fees_accepted(state: Neutrality, event: FeeTermsAccepted) -> Neutrality:
    """Note who accepted the terms of whom."""
    for person in event.persons:
        known = known_person(state, person)
        state = with_nominee(state, replace(known, fee_terms=known.fee_terms | {event.party}))
    return state


def with_objection(
    state: Neutrality,
    event: ObjectionRaised | ChallengeFiled | ObjectionWithdrawn | ChallengeDecided,
    ref: str,
) -> Neutrality:
    """Take in an objection or challenge, or what became of it."""
    known = state.objections.get(_objection_id(event))
    match event:
        case ObjectionRaised():
            new = Objection(event.objection_id, event.party, event.person, ref)
        case ChallengeFiled():
            new = Objection(event.challenge_id, event.party, event.person, ref, challenge=True)
        case ObjectionWithdrawn() if known is not None:
            new = replace(known, outcome="withdrawn")
        case ChallengeDecided() if known is not None:
            new = replace(known, outcome=event.outcome)
        case _:
            return state  # raised before these eyes could see it
    return _with_objections(state, {**state.objections, new.objection_id: new})


def _objection_id(
    event: ObjectionRaised | ChallengeFiled | ObjectionWithdrawn | ChallengeDecided,
) -> str:
    if isinstance(event, ObjectionRaised | ObjectionWithdrawn):
        return event.objection_id
    return event.challenge_id


def _with_objections(state: Neutrality, objections: Mapping[str, Objection]) -> Neutrality:
    pending = tuple(i for i, one in objections.items() if one.outcome is None)
    mandate = replace(state.mandate, open_objections=pending)
    return replace(state, objections=objections, mandate=mandate)


def with_mediators(
    state: Neutrality,
    event: MediatorAppointed | SuccessorAppointed | CoMediatorAdded,
    at: datetime,
) -> Neutrality:
    """Put persons in office under a mandate; who holds a seat keeps it since it took it."""
    office = state.mandate.mediators if isinstance(event, CoMediatorAdded) else ()
    seats = {p: state.seated.get(p, at) if p in office else at for p in event.mediators}
    for person in event.mediators:
        state = with_nominee(state, replace(known_person(state, person), seat="appointed"))
    mandate = Mandate(
        number=event.mandate_number,
        status="active",
        mediators=event.mediators,
        open_objections=state.mandate.open_objections,
    )
    return replace(
        state,
        mandate=mandate,
        last_mediators=event.mediators,
        rests_on="",
        requested_by=None,
        seated=seats,
    )


def mandate_ended(state: Neutrality, event: MandateEnded) -> Neutrality:
    """Let persons leave office; what was open against them is moot."""
    for person in event.persons:
        state = with_nominee(state, replace(known_person(state, person), seat="left"))
    moot = {
        i: replace(one, outcome="moot")
        for i, one in state.objections.items()
        if one.outcome is None and one.person in event.persons
    }
    state = _with_objections(state, {**state.objections, **moot})
    left = tuple(p for p in state.mandate.mediators if p not in event.persons)
    status = state.mandate.status if left else "ended"
    return replace(state, mandate=replace(state.mandate, mediators=left, status=status))


def inquiry_made(
    state: Neutrality, event: ConflictInquiryCompleted, frame: Frame[NeutralityEvent]
) -> Neutrality:
    """Note an inquiry, and whom it was made about."""
    searched = {(event.person, whom): frame.recorded for whom in event.concerning}
    state = replace(state, searched={**state.searched, **searched})
    return with_nominee(state, replace(known_person(state, event.person), inquiry=frame.ref))


def handover_answered(
    state: Neutrality, event: HandoverConsentGiven | HandoverConsentRefused
) -> Neutrality:
    """Note what a party said of its confidences under a mandate."""
    said: Literal["given", "refused"] = (
        "given" if isinstance(event, HandoverConsentGiven) else "refused"
    )
    answers = {**state.handovers, event.party: (event.mandate_number, said)}
    return replace(state, handovers=answers)


def with_service(
    state: Neutrality, event: ExpertEngaged | InterpreterEngaged | ObserverAdmitted
) -> Neutrality:
    """Let an expert, interpreter or observer serve."""
    role: Service
    match event:
        case ExpertEngaged():
            role = "expert"
        case InterpreterEngaged():
            role = "interpreter"
        case ObserverAdmitted():
            role = "observer"
        case _:
            assert_never(event)
    return replace(state, serving={**state.serving, event.person: role})


def with_mandate(mandate: Mandate) -> Neutrality:
    """Begin, for eyes that saw nothing before, from a mandate they are told of."""
    seats = {person: Nominee(person, seat="appointed") for person in mandate.mediators}
    return Neutrality(mandate=mandate, nominees=seats, last_mediators=mandate.mediators)
