"""List the commands of closure and follow-up, each with its decision."""

from collections.abc import Callable
from typing import Any, TypeAlias

from ledger.act import Act, Command, Decision
from ledger.follow_up import agreeing, closing, ending, performing
from ledger.follow_up.state import FollowUp
from ledger.parties import Standing

Decide: TypeAlias = Callable[[FollowUp, Standing, Act[Any]], Decision]

DECIDE: dict[type[Command], Decide] = {
    closing.HoldClosingSession: closing.hold_closing_session,
    closing.ConfirmUnderstanding: closing.confirm_understanding,
    closing.StateSatisfaction: closing.state_satisfaction,
    ending.DeclareTermination: ending.declare_termination,
    ending.ConfirmTermination: ending.confirm_termination,
    closing.IssueClosingDocument: closing.issue_closing_document,
    closing.CloseCase: closing.close_case,
    closing.ReportSettlement: closing.report_settlement,
    agreeing.AdoptMonitoringPlan: agreeing.adopt_monitoring_plan,
    agreeing.EndMonitoring: agreeing.end_monitoring,
    agreeing.AgreeCurePeriod: agreeing.agree_cure_period,
    agreeing.AmendSettlement: agreeing.amend_settlement,
    performing.ReportPerformance: performing.report_performance,
    performing.ConfirmPerformance: performing.confirm_performance,
    performing.DisputePerformance: performing.dispute_performance,
    performing.ReportBreach: performing.report_breach,
    performing.AnswerBreach: performing.answer_breach,
    performing.CureBreach: performing.cure_breach,
    performing.WaiveObligation: performing.waive_obligation,
    performing.DeferObligation: performing.defer_obligation,
    performing.DischargeObligation: performing.discharge_obligation,
}
