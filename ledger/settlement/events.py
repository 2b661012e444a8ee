"""List the events of the settlement."""

from typing import TypeAlias

from ledger.settlement.draft_events import (
    AdviceAcknowledged,
    ConditionDefined,
    DraftCommented,
    DraftingMandateGiven,
    DraftRevised,
    ObligationDefined,
    RightDefined,
    SettlementDraftPrepared,
    TextFrozen,
    TextUnfrozen,
)
from ledger.settlement.evidence_events import EVIDENCE_EVENTS, EvidenceEvent
from ledger.settlement.signature_events import (
    ConditionFailed,
    ConditionSatisfied,
    ConditionWaived,
    DueDay,
    MediatorSignedAsEvidence,
    SettlementCopyDelivered,
    SettlementEnteredIntoForce,
    SettlementExecuted,
    SettlementSigned,
    SignatureInvited,
    SignatureRefused,
    SignatureWindowLapsed,
)

__all__ = [
    "EVENTS",
    "AdviceAcknowledged",
    "ConditionDefined",
    "ConditionFailed",
    "ConditionSatisfied",
    "ConditionWaived",
    "DraftCommented",
    "DraftRevised",
    "DraftingMandateGiven",
    "DueDay",
    "EvidenceEvent",
    "MediatorSignedAsEvidence",
    "ObligationDefined",
    "RightDefined",
    "SettlementCopyDelivered",
    "SettlementDraftPrepared",
    "SettlementEnteredIntoForce",
    "SettlementEvent",
    "SettlementExecuted",
    "SettlementSigned",
    "SignatureInvited",
    "SignatureRefused",
    "SignatureWindowLapsed",
    "TextFrozen",
    "TextUnfrozen",
]

SettlementEvent: TypeAlias = (
    DraftingMandateGiven
    | SettlementDraftPrepared
    | ObligationDefined
    | RightDefined
    | ConditionDefined
    | DraftCommented
    | DraftRevised
    | TextFrozen
    | TextUnfrozen
    | AdviceAcknowledged
    | SignatureInvited
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
    | EvidenceEvent
)
EVENTS = (
    DraftingMandateGiven,
    SettlementDraftPrepared,
    ObligationDefined,
    RightDefined,
    ConditionDefined,
    DraftCommented,
    DraftRevised,
    TextFrozen,
    TextUnfrozen,
    AdviceAcknowledged,
    SignatureInvited,
    SettlementSigned,
    SignatureRefused,
    SignatureWindowLapsed,
    SettlementExecuted,
    MediatorSignedAsEvidence,
    SettlementCopyDelivered,
    ConditionSatisfied,
    ConditionFailed,
    ConditionWaived,
    SettlementEnteredIntoForce,
    *EVIDENCE_EVENTS,
)
