"""List the commands of the settlement and the function that decides each."""

from collections.abc import Callable
from typing import Any, TypeAlias

from ledger.act import Act, Command, Decision
from ledger.parties import Standing
from ledger.settlement import (
    conditions,
    defining,
    drafting,
    freezing,
    proving,
    reviewing,
    signing,
    taking,
)
from ledger.settlement.state import Settlement

Decide: TypeAlias = Callable[[Settlement, Standing, Act[Any]], Decision]

DECIDE: dict[type[Command], Decide] = {
    drafting.GiveDraftingMandate: drafting.give_drafting_mandate,
    drafting.PrepareDraft: drafting.prepare_draft,
    defining.DefineObligation: defining.define_obligation,
    defining.DefineRight: defining.define_right,
    defining.DefineCondition: defining.define_condition,
    drafting.CommentDraft: drafting.comment_draft,
    drafting.ReviseDraft: drafting.revise_draft,
    freezing.FreezeText: freezing.freeze_text,
    freezing.UnfreezeText: freezing.unfreeze_text,
    freezing.AcknowledgeAdvice: freezing.acknowledge_advice,
    signing.InviteSignatures: signing.invite_signatures,
    signing.SignSettlement: signing.sign_settlement,
    signing.RefuseSignature: signing.refuse_signature,
    conditions.SatisfyCondition: conditions.satisfy_condition,
    conditions.FailCondition: conditions.fail_condition,
    conditions.WaiveCondition: conditions.waive_condition,
    conditions.SignAsEvidence: conditions.sign_as_evidence,
    conditions.DeliverCopy: conditions.deliver_copy,
    reviewing.RecordLegalReview: reviewing.record_legal_review,
    reviewing.CertifyTranslation: reviewing.certify_translation,
    reviewing.ReportFailedSignature: reviewing.report_failed_signature,
    proving.IssueMediatorCertificate: proving.issue_mediator_certificate,
    proving.AttestSettlement: proving.attest_settlement,
    proving.ExerciseCoolingOff: proving.exercise_cooling_off,
    taking.RecordRegistration: taking.record_registration,
    taking.RecordCourtOrder: taking.record_court_order,
    taking.RecordConsentAward: taking.record_consent_award,
}
