"""Keep where the settlement stands, as far as one set of eyes sees it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import Frame
from ledger.parties import Obligation
from ledger.settlement.events import (
    AdviceAcknowledged,
    ConditionDefined,
    ConditionFailed,
    ConditionSatisfied,
    ConditionWaived,
    DraftCommented,
    DraftingMandateGiven,
    DraftRevised,
    EvidenceEvent,
    MediatorSignedAsEvidence,
    ObligationDefined,
    RightDefined,
    SettlementCopyDelivered,
    SettlementDraftPrepared,
    SettlementEnteredIntoForce,
    SettlementEvent,
    SettlementExecuted,
    SettlementSigned,
    SignatureInvited,
    SignatureRefused,
    SignatureWindowLapsed,
    TextFrozen,
    TextUnfrozen,
)
from ledger.settlement.evidence_events import (
    ConsentAwardRecorded,
    CourtOrderRecorded,
    LegalOpinionKept,
    LegalReviewRecorded,
    MediatorCertificateIssued,
    PartialSettlementExecuted,
    RegistrationRecorded,
)
from ledger.settlement.instrument import (
    Condition,
    Duty,
    Instrument,
    Round,
    Signature,
    closed,
    due_on,
    settled,
    voided,
    without,
)
from ledger.settlement.proof import noted

Drafting: TypeAlias = (
    ObligationDefined
    | RightDefined
    | ConditionDefined
    | DraftCommented
    | DraftRevised
    | TextFrozen
    | TextUnfrozen
    | AdviceAcknowledged
)
Signing: TypeAlias = (
    SignatureInvited
    | SettlementSigned
    | SignatureRefused
    | SignatureWindowLapsed
    | SettlementExecuted
    | MediatorSignedAsEvidence
    | SettlementCopyDelivered
    | ConditionSatisfied
    | ConditionFailed
    | ConditionWaived
    | SettlementEnteredIntoForce
)


class Settlement(Struct, frozen=True, gc=False):
    """Where the settlement stands.

    Attributes:
        drafter: Who drafts: `mediator` or a party, None before a mandate.
        instruments: By settlement id, in the order of their first drafts.
        own_comments: Ids of comments a party made for its own team, by room.
        reviews: Ids of legal reviews told before all.
        certificates: Events (room:seq) of the mediator's certificates.
        taken: Events (room:seq) of what bodies outside did with settlements.
    """

    drafter: str | None = None
    instruments: Mapping[str, Instrument] = MappingProxyType({})
    own_comments: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    reviews: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()

    @property
    def executed(self) -> bool:
        """Tell whether a settlement has been executed."""
        return any(i.is_executed for i in self.instruments.values())

    @property
    def issues_settled(self) -> tuple[str, ...]:
        """List the issues that executed settlements of a part settle."""
        parts = [i for i in self.instruments.values() if i.is_executed]
        return tuple(dict.fromkeys(issue for part in parts for issue in part.issues))

    @property
    def obligations(self) -> Mapping[str, Obligation]:
        """List what is owed under executed settlements, by id."""
        return {
            name: Obligation(
                obligation_id=name,
                obligor=duty.obligor,
                obligee=duty.obligee,
                due=duty.on,
                in_force=instrument.status == "in_force",
                ref=duty.ref,
                settlement_id=instrument.settlement_id,
            )
            for instrument in self.instruments.values()
            if instrument.is_executed
            for name, duty in instrument.duties.items()
        }

    def latest(self) -> str | None:
        """Name the instrument drafted last."""
        return next(reversed(tuple(self.instruments)), None)


def evolve(state: Settlement, frame: Frame[SettlementEvent]) -> Settlement:
    """Fold one event; never judges, never sees content."""
    event = frame.event
    if isinstance(event, DraftingMandateGiven):
        return replace(state, drafter=event.drafter)
    if isinstance(event, SettlementDraftPrepared):
        return _with(state, _prepared(event))
    if isinstance(event, EvidenceEvent):
        return _proved(state, event, frame.ref)
    if isinstance(event, DraftCommented) and frame.room != "joint":
        own = (*state.own_comments.get(frame.room, ()), event.comment_id)
        return replace(state, own_comments={**state.own_comments, frame.room: own})
    known = state.instruments.get(event.settlement_id)
    if known is None:
        return state
    if isinstance(event, Drafting):
        return _with(state, _drafted(known, event, frame.ref))
    return _with(state, _signed(known, event, frame.ref, frame.actor))


def _with(state: Settlement, instrument: Instrument) -> Settlement:
    return replace(state, instruments={**state.instruments, instrument.settlement_id: instrument})


def _prepared(event: SettlementDraftPrepared) -> Instrument:
    return Instrument(
        settlement_id=event.settlement_id,
        scope=event.scope,
        language=event.language,
        draft_version=event.draft_version,
        hash=event.hash,
        translations=event.translations,
        versions={event.draft_version: event.hash},
        clause_map=event.clause_map,
        issues=event.issues,
    )


def _drafted(  # noqa: C901 - one case an event
    known: Instrument, event: Drafting, ref: str
) -> Instrument:
    match event:
        case ObligationDefined():
            return replace(known, duties={**known.duties, event.obligation_id: _duty(event, ref)})
        case RightDefined():
            return replace(known, rights={**known.rights, event.right_id: ref})
        case ConditionDefined():
            conditions = {**known.conditions, event.condition_id: _condition(event, ref)}
            return replace(known, conditions=conditions)
        case DraftCommented():
            return replace(known, comments=(*known.comments, event.comment_id))
        case DraftRevised():
            return _revised(known, event)
        case TextFrozen():
            return replace(known, status="frozen", comments=())
        case TextUnfrozen():
            return _unfrozen(known)
        case AdviceAcknowledged():
            return replace(known, advice={**known.advice, event.by: event.advice})
        case _:
            assert_never(event)


def _signed(  # noqa: C901 - one case and one return an event
    known: Instrument, event: Signing, ref: str, actor: str
) -> Instrument:
    match event:
        case SignatureInvited():
            invitation = Round(signatories=event.signatories, ref=ref)
            return replace(known, status="signing", invitation=invitation)
        case SettlementSigned():
            signature = _signature(event, ref, actor)
            return replace(known, signatures={**known.signatures, event.by: signature})
        case SignatureRefused():
            return closed(known, "refused")
        case SignatureWindowLapsed():
            return closed(known, "lapsed")
        case SettlementExecuted():
            return replace(known, status="executed", cooling_off_until=event.cooling_off_until)
        case MediatorSignedAsEvidence():
            return replace(known, evidence=True)
        case SettlementCopyDelivered():
            return replace(known, copies=(*known.copies, event.to))
        case ConditionSatisfied():
            return due_on(settled(known, event.condition_id, "satisfied"), event.dues)
        case ConditionFailed():
            return settled(known, event.condition_id, "failed")
        case ConditionWaived():
            return due_on(settled(known, event.condition_id, "waived"), event.dues)
        case SettlementEnteredIntoForce():
            return due_on(replace(known, status="in_force"), event.dues)
        case _:
            assert_never(event)


def _duty(event: ObligationDefined, ref: str) -> Duty:
    return Duty(
        obligation_id=event.obligation_id,
        obligor=event.obligor,
        obligee=event.obligee,
        due=event.due,
        due_days=event.due_days,
        depends_on=event.depends_on,
        ref=ref,
    )


def _condition(event: ConditionDefined, ref: str) -> Condition:
    return Condition(
        condition_id=event.condition_id,
        kind=event.kind,
        beneficiary=event.beneficiary,
        long_stop=event.long_stop,
        ref=ref,
    )


def _signature(event: SettlementSigned, ref: str, actor: str) -> Signature:
    return Signature(
        party=event.by,
        person=actor,
        draft_version=event.draft_version,
        hash=event.hash,
        ref=ref,
    )


def _revised(known: Instrument, event: DraftRevised) -> Instrument:
    return replace(
        without(known, event.drops),
        draft_version=event.draft_version,
        hash=event.hash,
        translations=event.translations,
        versions={**known.versions, event.draft_version: event.hash},
        comments=(),
        certified=(),
    )


def _unfrozen(known: Instrument) -> Instrument:
    return replace(closed(known, "unfrozen"), status="draft", signatures={}, voided=voided(known))


def _proved(state: Settlement, event: EvidenceEvent, ref: str) -> Settlement:
    """Fold what proves a settlement, and what others do with it."""
    match event:
        case LegalReviewRecorded():
            return replace(state, reviews=(*state.reviews, event.review_id))
        case MediatorCertificateIssued():
            return replace(state, certificates=(*state.certificates, ref))
        case RegistrationRecorded() | CourtOrderRecorded() | ConsentAwardRecorded():
            return replace(state, taken=(*state.taken, ref))
        case LegalOpinionKept() | PartialSettlementExecuted():
            return state
        case _:
            known = state.instruments.get(event.settlement_id)
            return state if known is None else _with(state, noted(known, event, ref))
