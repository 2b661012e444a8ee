"""Fold who is to mediate, what was disclosed, who objected, and where the mandate stands."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import Frame
from ledger.neutrality.events import (
    CandidateApproached,
    Category,
    ChallengeDecided,
    ChallengeFiled,
    ConflictDisclosed,
    ConflictInquiryCompleted,
    ConflictWaived,
    Cover,
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
    Outcome,
    SuccessorAppointed,
)
from ledger.parties import Mandate

Seat: TypeAlias = Literal["named", "declined", "appointed", "left"]


class Nominee(Struct, frozen=True):
    """A person asked to mediate, and the steps it has done since it was asked.

    Attributes:
        seat: Where it stands.
        inquiry: Event (room:seq) of its last conflict inquiry.
        no_conflict: Event (room:seq) of its declaration that it knows of none.
        covers: What its declaration covers, empty before it.
        fee_terms: Parties that accepted what it is paid.
    """

    person: str
    seat: Seat = "named"
    inquiry: str | None = None
    no_conflict: str | None = None
    covers: tuple[Cover, ...] = ()
    fee_terms: frozenset[str] = frozenset()


class Disclosure(Struct, frozen=True):
    """A circumstance disclosed, whom it reached and who waived it."""

    disclosure_id: str
    person: str
    category: Category
    ref: str
    delivered: frozenset[str] = frozenset()
    acknowledged: frozenset[str] = frozenset()
    waived: frozenset[str] = frozenset()


class Objection(Struct, frozen=True):
    """An objection or challenge.

    Attributes:
        ref: Event (room:seq) that raised it.
        challenge: Whether it asks that a mediator in office leave.
        outcome: What became of it, None while it is open.
    """

    objection_id: str
    party: str
    person: str
    ref: str
    challenge: bool = False
    outcome: Outcome | Literal["withdrawn", "moot"] | None = None


class Neutrality(Struct, frozen=True):
    """Where the mediator's selection, neutrality and mandate stand.

    Attributes:
        mandate: The mandate, as other parts see it.
        nominees: By person.
        disclosures: By id, in order.
        objections: Objections and challenges, by id.
        last_mediators: Everybody appointed under the current or last mandate.
        rests_on: Why a suspended mandate rests: the id of a challenge, "" for another reason.
    """

    mandate: Mandate = Mandate()
    nominees: Mapping[str, Nominee] = MappingProxyType({})
    disclosures: Mapping[str, Disclosure] = MappingProxyType({})
    objections: Mapping[str, Objection] = MappingProxyType({})
    last_mediators: tuple[str, ...] = ()
    rests_on: str = ""

    def named(self) -> tuple[str, ...]:
        """Name the persons asked that have not answered by declining or taking office."""
        return tuple(p for p, nominee in self.nominees.items() if nominee.seat == "named")

    def disclosed_by(self, person: str) -> tuple[Disclosure, ...]:
        """List what a person disclosed."""
        return tuple(d for d in self.disclosures.values() if d.person == person)


def evolve(state: Neutrality, frame: Frame[NeutralityEvent]) -> Neutrality:  # noqa: C901 - one case an event
    """Fold one event."""
    event = frame.event
    match event:
        case MediatorNominated() | CandidateApproached():
            return _nominee(state, Nominee(event.person))
        case MediatorDeclined():
            return _nominee(state, replace(_known(state, event.person), seat="declined"))
        case ConflictInquiryCompleted():
            return _nominee(state, replace(_known(state, event.person), inquiry=frame.ref))
        case NoConflictDeclared():
            return _nominee(state, replace(_known(state, event.person), no_conflict=frame.ref))
        case ImpartialityDeclared():
            return _nominee(state, replace(_known(state, event.person), covers=event.covers))
        case ConflictDisclosed() | DisclosureFiled():
            return _disclosed(state, event, frame.ref)
        case DisclosureDelivered() | DisclosureAcknowledged() | ConflictWaived():
            return _received(state, event)
        case FeeTermsAccepted():
            return _fees(state, event)
        case ObjectionRaised() | ChallengeFiled() | ObjectionWithdrawn() | ChallengeDecided():
            return _objected(state, event, frame.ref)
        case MediatorAppointed() | SuccessorAppointed():
            return _appointed(state, event)
        case MandateSuspended():
            suspended = replace(state.mandate, status="suspended")
            return replace(state, mandate=suspended, rests_on=event.challenge_id or "")
        case MandateRestored():
            return replace(state, mandate=replace(state.mandate, status="active"), rests_on="")
        case MediatorRecused() | MediatorResigned():
            return state  # MandateEnded, recorded with it, takes the seat away
        case MandateEnded():
            return _ended(state, event)
        case _:
            assert_never(event)


def _known(state: Neutrality, person: str) -> Nominee:
    """Find a person; eyes that did not see it named hold it as somebody who serves the case."""
    return state.nominees.get(person, Nominee(person, seat="left"))


def _nominee(state: Neutrality, nominee: Nominee) -> Neutrality:
    return replace(state, nominees={**state.nominees, nominee.person: nominee})


def _disclosed(
    state: Neutrality, event: ConflictDisclosed | DisclosureFiled, ref: str
) -> Neutrality:
    known = state.disclosures.get(event.disclosure_id)
    new = known or Disclosure(event.disclosure_id, event.person, event.category, ref)
    return replace(state, disclosures={**state.disclosures, new.disclosure_id: new})


def _received(
    state: Neutrality, event: DisclosureDelivered | DisclosureAcknowledged | ConflictWaived
) -> Neutrality:
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


def _fees(state: Neutrality, event: FeeTermsAccepted) -> Neutrality:
    for person in event.persons:
        known = _known(state, person)
        state = _nominee(state, replace(known, fee_terms=known.fee_terms | {event.party}))
    return state


def _objected(
    state: Neutrality,
    event: ObjectionRaised | ChallengeFiled | ObjectionWithdrawn | ChallengeDecided,
    ref: str,
) -> Neutrality:
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


def _appointed(state: Neutrality, event: MediatorAppointed | SuccessorAppointed) -> Neutrality:
    for person in event.mediators:
        state = _nominee(state, replace(_known(state, person), seat="appointed"))
    mandate = Mandate(
        number=event.mandate_number,
        status="active",
        mediators=event.mediators,
        open_objections=state.mandate.open_objections,
    )
    return replace(state, mandate=mandate, last_mediators=event.mediators, rests_on="")


def _ended(state: Neutrality, event: MandateEnded) -> Neutrality:
    for person in event.persons:
        state = _nominee(state, replace(_known(state, person), seat="left"))
    moot = {
        i: replace(one, outcome="moot")
        for i, one in state.objections.items()
        if one.outcome is None and one.person in event.persons
    }
    state = _with_objections(state, {**state.objections, **moot})
    left = tuple(p for p in state.mandate.mediators if p not in event.persons)
    status = state.mandate.status if left else "ended"
    return replace(state, mandate=replace(state.mandate, mediators=left, status=status))
