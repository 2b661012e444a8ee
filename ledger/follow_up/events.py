"""List the events of closure and follow-up (rows H1 to H24)."""

from typing import TypeAlias, get_args

from ledger.envelope import Event
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
    "BreachReportAnswered",
    "BreachReported",
    "CaseClosed",
    "ClosingDocumentIssued",
    "ClosingSessionHeld",
    "CurePeriodAgreed",
    "FollowUpEvent",
    "JointStepAgreed",
    "MonitoringEnded",
    "MonitoringPlanAdopted",
    "ObligationCured",
    "ObligationDeferred",
    "ObligationDischarged",
    "ObligationFellDue",
    "ObligationWaived",
    "PerformanceConfirmed",
    "PerformanceDisputed",
    "PerformanceReported",
    "SatisfactionStated",
    "SettlementAmended",
    "SettlementReported",
    "TerminationConfirmed",
    "TerminationDeclared",
    "UnderstandingConfirmed",
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
)
EVENTS: tuple[type[Event], ...] = get_args(FollowUpEvent)
