"""List the commands of closure and follow-up, each with its decision."""

from collections.abc import Callable
from typing import Any, TypeAlias

from ledger.act import Act, Command, Decision
from ledger.follow_up import (
    aftercare,
    agreeing,
    closing,
    doing_without,
    ending,
    outside,
    performing,
    releasing,
    reopening,
)
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
    doing_without.WaiveMonitoring: doing_without.waive_monitoring,
    agreeing.EndMonitoring: agreeing.end_monitoring,
    agreeing.AgreeCurePeriod: agreeing.agree_cure_period,
    agreeing.AmendSettlement: agreeing.amend_settlement,
    performing.ReportPerformance: performing.report_performance,
    performing.ConfirmPerformance: performing.confirm_performance,
    performing.DisputePerformance: performing.dispute_performance,
    performing.ReportBreach: performing.report_breach,
    performing.AnswerBreach: performing.answer_breach,
    performing.CureBreach: performing.cure_breach,
    releasing.WaiveObligation: releasing.waive_obligation,
    releasing.DeferObligation: releasing.defer_obligation,
    releasing.DischargeObligation: releasing.discharge_obligation,
    aftercare.AppointMonitor: aftercare.appoint_monitor,
    aftercare.HoldFollowUp: aftercare.hold_follow_up,
    aftercare.RequestAssistance: aftercare.request_assistance,
    aftercare.GiveAssistance: aftercare.give_assistance,
    aftercare.AssertWaiver: aftercare.assert_waiver,
    aftercare.DenyWaiver: aftercare.deny_waiver,
    outside.EndSettlement: outside.end_settlement,
    outside.ChallengeSettlement: outside.challenge_settlement,
    outside.RecordChallengeOutcome: outside.record_challenge_outcome,
    outside.SeekEnforcement: outside.seek_enforcement,
    outside.RecordRelief: outside.record_relief,
    reopening.AgreeToReopen: reopening.agree_to_reopen,
    reopening.RefuseReopening: reopening.refuse_reopening,
    reopening.ReopenCase: reopening.reopen_case,
    reopening.ReleaseToNewRound: reopening.release_to_new_round,
}
