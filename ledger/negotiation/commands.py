"""List the commands of the negotiation and the function that decides each."""

from collections.abc import Callable
from typing import Any, TypeAlias

from ledger.act import Act, Command, Decision
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
}
