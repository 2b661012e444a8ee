"""List the commands of the negotiation and the function that decides each."""

from collections.abc import Callable
from typing import Any, TypeAlias

from ledger.act import Act, Command, Decision
from ledger.negotiation import (
    bidding,
    delivering,
    drafts,
    gathering,
    joining,
    late_acceptance,
    mediators_proposal,
    messenger,
    principals,
    turning,
)
from ledger.negotiation.agreeing import (
    DeclareImpasse,
    RecordAgreementInPrinciple,
    RecordOption,
    ResolveImpasse,
    declare_impasse,
    record_agreement_in_principle,
    record_option,
    resolve_impasse,
)
from ledger.negotiation.answering import (
    AcceptProposal,
    AcceptProposalPartly,
    RejectProposal,
    WithdrawProposal,
    accept_proposal,
    accept_proposal_partly,
    reject_proposal,
    withdraw_proposal,
)
from ledger.negotiation.state import Negotiation
from ledger.negotiation.tabling import TableProposal, table_proposal
from ledger.parties import Standing

Decide: TypeAlias = Callable[[Negotiation, Standing, Act[Any]], Decision]

DECIDE: dict[type[Command], Decide] = {
    TableProposal: table_proposal,
    AcceptProposal: accept_proposal,
    AcceptProposalPartly: accept_proposal_partly,
    RejectProposal: reject_proposal,
    WithdrawProposal: withdraw_proposal,
    RecordAgreementInPrinciple: record_agreement_in_principle,
    DeclareImpasse: declare_impasse,
    ResolveImpasse: resolve_impasse,
    RecordOption: record_option,
    gathering.OpenBrainstorming: gathering.open_brainstorming,
    gathering.CloseBrainstorming: gathering.close_brainstorming,
    gathering.AgreeCriterion: gathering.agree_criterion,
    gathering.AssessFeasibility: gathering.assess_feasibility,
    drafts.DraftProposal: drafts.draft_proposal,
    drafts.LinkClause: drafts.link_clause,
    joining.FormCoalition: joining.form_coalition,
    joining.DissolveCoalition: joining.dissolve_coalition,
    joining.RecordConcession: joining.record_concession,
    joining.AgreeInterim: joining.agree_interim,
    delivering.DeliverProposal: delivering.deliver_proposal,
    delivering.OpenProposal: delivering.open_proposal,
    delivering.ClarifyProposal: delivering.clarify_proposal,
    delivering.ExtendValidity: delivering.extend_validity,
    late_acceptance.AcceptLate: late_acceptance.accept_late,
    late_acceptance.ConfirmLateAcceptance: late_acceptance.confirm_late_acceptance,
    late_acceptance.DeclineLateAcceptance: late_acceptance.decline_late_acceptance,
    turning.ConfirmAsCounter: turning.confirm_as_counter,
    principals.ReferToPrincipal: principals.refer_to_principal,
    principals.RecordPrincipalDecision: principals.record_principal_decision,
    mediators_proposal.RequestMediatorProposal: mediators_proposal.request_mediator_proposal,
    mediators_proposal.IssueMediatorProposal: mediators_proposal.issue_mediator_proposal,
    mediators_proposal.GiveConfidentialReply: mediators_proposal.give_confidential_reply,
    messenger.EntrustProposal: messenger.entrust_proposal,
    messenger.RecallProposal: messenger.recall_proposal,
    messenger.CarryProposal: messenger.carry_proposal,
    messenger.WithdrawCarried: messenger.withdraw_carried,
    bidding.InviteSealedBids: bidding.invite_sealed_bids,
    bidding.SubmitSealedBid: bidding.submit_sealed_bid,
    bidding.OpenSealedBids: bidding.open_sealed_bids,
}
