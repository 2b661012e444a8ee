"""List the events of closure and follow-up (rows H1 to H24)."""

from typing import TypeAlias, get_args

from ledger.envelope import Event
from ledger.follow_up.after_events import (
    AssistanceGiven,
    AssistanceRequested,
    CaseReopened,
    ChallengeOutcomeRecorded,
    EnforcementSought,
    FollowUpHeld,
    InformationReleasedToRound,
    MonitorAppointed,
    MonitoringWaived,
    ReliefGranted,
    ReliefRefused,
    ReopeningAgreed,
    ReopeningRefused,
    SettlementChallenged,
    SettlementEndedByAgreement,
    WaiverByConductAsserted,
    WaiverByConductDenied,
)
from ledger.follow_up.closing_events import (
    CaseClosed,
    ClosingDocumentIssued,
    ClosingSessionHeld,
    SatisfactionStated,
    SettlementReported,
    TerminationConfirmed,
    TerminationDeclared,
    UnderstandingConfirmed,
)
from ledger.follow_up.performance_events import (
    BreachReportAnswered,
    BreachReported,
    CurePeriodAgreed,
    JointStepAgreed,
    MonitoringEnded,
    MonitoringPlanAdopted,
    ObligationCured,
    ObligationDeferred,
    ObligationDischarged,
    ObligationFellDue,
    ObligationWaived,
    PerformanceConfirmed,
    PerformanceDisputed,
    PerformanceReported,
    SettlementAmended,
)

__all__ = [
    "EVENTS",
    "AssistanceGiven",
    "AssistanceRequested",
    "BreachReportAnswered",
    "BreachReported",
    "CaseClosed",
    "CaseReopened",
    "ChallengeOutcomeRecorded",
    "ClosingDocumentIssued",
    "ClosingSessionHeld",
    "CurePeriodAgreed",
    "EnforcementSought",
    "FollowUpEvent",
    "FollowUpHeld",
    "InformationReleasedToRound",
    "JointStepAgreed",
    "MonitorAppointed",
    "MonitoringEnded",
    "MonitoringPlanAdopted",
    "MonitoringWaived",
    "ObligationCured",
    "ObligationDeferred",
    "ObligationDischarged",
    "ObligationFellDue",
    "ObligationWaived",
    "PerformanceConfirmed",
    "PerformanceDisputed",
    "PerformanceReported",
    "ReliefGranted",
    "ReliefRefused",
    "ReopeningAgreed",
    "ReopeningRefused",
    "SatisfactionStated",
    "SettlementAmended",
    "SettlementChallenged",
    "SettlementEndedByAgreement",
    "SettlementReported",
    "TerminationConfirmed",
    "TerminationDeclared",
    "UnderstandingConfirmed",
    "WaiverByConductAsserted",
    "WaiverByConductDenied",
]

FollowUpEvent: TypeAlias = (
    ClosingSessionHeld
    | UnderstandingConfirmed
    | SatisfactionStated
    | TerminationDeclared
    | TerminationConfirmed
    | JointStepAgreed
    | ClosingDocumentIssued
    | CaseClosed
    | SettlementReported
    | MonitoringPlanAdopted
    | ObligationFellDue
    | PerformanceReported
    | PerformanceConfirmed
    | PerformanceDisputed
    | BreachReported
    | BreachReportAnswered
    | CurePeriodAgreed
    | ObligationCured
    | ObligationWaived
    | ObligationDeferred
    | SettlementAmended
    | ObligationDischarged
    | MonitoringEnded
    | MonitorAppointed
    | WaiverByConductAsserted
    | WaiverByConductDenied
    | AssistanceRequested
    | AssistanceGiven
    | FollowUpHeld
    | SettlementEndedByAgreement
    | SettlementChallenged
    | ChallengeOutcomeRecorded
    | EnforcementSought
    | ReliefGranted
    | ReliefRefused
    | ReopeningAgreed
    | ReopeningRefused
    | CaseReopened
    | InformationReleasedToRound
    | MonitoringWaived
)
EVENTS: tuple[type[Event], ...] = get_args(FollowUpEvent)
