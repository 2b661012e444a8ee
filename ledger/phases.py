"""Move the main phase of a case, and say how it ended (DOMAIN.md 3.1).

Only `joint` and `desk` events move it, and guards read only what these rooms tell, so that nobody
can read from the phase what happened where it may not look. Acts that open a stage move forward
only: one that is reported out of order brings the case there, none takes it back.
"""

from typing import get_args

from ledger.engagement.events import EngagementConfirmed
from ledger.envelope import Event
from ledger.evaluation.events import EvaluationClosed
from ledger.follow_up.events import (
    CaseClosed,
    CaseReopened,
    MonitoringPlanAdopted,
    SettlementReported,
    TerminationConfirmed,
    TerminationDeclared,
)
from ledger.follow_up.state import Outcome
from ledger.intake.events import (
    CaseTakenOver,
    ConsentGiven,
    ConsentWithdrawn,
    ContinuationAgreed,
    InvitationDeclined,
    InvitationIssued,
    MediationRequested,
    RequestDeclined,
    RequestLapsed,
    RequestRegistered,
    RequestWithdrawn,
    SilenceTreatedAsRefusal,
)
from ledger.intake.joinder_events import PartyJoined
from ledger.intake.offer_events import GoodOfficesAccepted, GoodOfficesDeclined
from ledger.intake.standing_events import ConsentConditionAccepted
from ledger.negotiation.events import (
    CounterProposalTabled,
    ImpasseDeclared,
    MediatorProposalIssued,
    ProposalTabled,
)
from ledger.neutrality.events import MediatorAppointed, SuccessorAppointed
from ledger.parties import ENDED, OPEN, RUNNING, Phase, Standing
from ledger.preparation.events import PreparationOpened
from ledger.rooms import kind_of
from ledger.sessions.events import SessionOpened
from ledger.settlement.events import (
    DraftingMandateGiven,
    DraftRevised,
    SettlementDraftPrepared,
    SettlementExecuted,
    SignatureInvited,
    SignatureRefused,
    SignatureWindowLapsed,
    TextUnfrozen,
)
from ledger.settlement.evidence_events import CoolingOffExercised, PartialSettlementExecuted

FEWEST_PARTIES = 2
OPENED: dict[type[Event], Phase] = {
    MediationRequested: Phase.REQUESTED,
    GoodOfficesAccepted: Phase.REQUESTED,
    RequestRegistered: Phase.REQUESTED,
    InvitationIssued: Phase.INVITED,
    MediatorAppointed: Phase.CONSTITUTED,
    SuccessorAppointed: Phase.CONSTITUTED,
    EngagementConfirmed: Phase.ENGAGED,
    PreparationOpened: Phase.PREPARING,
    SessionOpened: Phase.MEDIATING,
    ProposalTabled: Phase.MEDIATING,
    CounterProposalTabled: Phase.MEDIATING,
    MediatorProposalIssued: Phase.MEDIATING,
    DraftingMandateGiven: Phase.DRAFTING,
    SettlementDraftPrepared: Phase.DRAFTING,
    DraftRevised: Phase.DRAFTING,
    TextUnfrozen: Phase.DRAFTING,
    SignatureInvited: Phase.SIGNING,
    SettlementExecuted: Phase.SETTLED,
}
"""The stage each act opens; a draft kept through new talks is taken up again by working on it."""

RETURNS: dict[type[Event], tuple[Phase, Phase]] = {
    CounterProposalTabled: (Phase.DRAFTING, Phase.MEDIATING),
    MediatorProposalIssued: (Phase.DRAFTING, Phase.MEDIATING),
    ImpasseDeclared: (Phase.DRAFTING, Phase.MEDIATING),
    TextUnfrozen: (Phase.SIGNING, Phase.DRAFTING),
    SignatureRefused: (Phase.SIGNING, Phase.MEDIATING),
    SignatureWindowLapsed: (Phase.SIGNING, Phase.MEDIATING),
    CoolingOffExercised: (Phase.SETTLED, Phase.MEDIATING),
    MonitoringPlanAdopted: (Phase.SETTLED, Phase.MONITORING),
    EvaluationClosed: (Phase.CLOSED, Phase.EVALUATED),
}
"""Acts that move a case from one phase alone, and to where."""

Consenting = ConsentGiven | ConsentConditionAccepted | ContinuationAgreed | RequestRegistered
Leaving = (
    InvitationDeclined
    | GoodOfficesDeclined
    | SilenceTreatedAsRefusal
    | RequestLapsed
    | ConsentWithdrawn
)
Ending = (
    RequestDeclined | RequestWithdrawn | TerminationDeclared | TerminationConfirmed | CaseClosed
)
MOVERS: frozenset[type[Event]] = frozenset(
    {
        *OPENED,
        *RETURNS,
        *get_args(Consenting),
        *get_args(Leaving),
        *get_args(Ending),
        CaseTakenOver,
        PartyJoined,
        SettlementReported,
        CaseReopened,
        PartialSettlementExecuted,
    }
)
"""Every event that may move the phase or settle the outcome; case.py asks for these alone."""

_ORDER = list(Phase)
_BEFORE_CONSENT = frozenset({Phase.NONE, Phase.REQUESTED, Phase.INVITED})


def advance(phase: Phase, event: Event, room: str, standing: Standing) -> Phase:
    """Return the phase after an event.

    Args:
        phase: The phase before it.
        event: The event.
        room: Where it was recorded.
        standing: Parties and who agreed to continue, once it is folded; no more of it is read.
    """
    if kind_of(room) not in ("joint", "desk"):
        return phase
    if isinstance(event, CaseTakenOver):
        return event.phase
    if isinstance(event, CaseReopened):
        return _reopened(phase, event)
    if isinstance(event, PartyJoined):
        return event.phase if phase == Phase.NONE else phase
    if isinstance(event, Leaving):
        return _left(phase, standing)
    if isinstance(event, Ending):
        return _ended(phase, event)
    moved = _opened(phase, event)
    return _consented(moved, standing) if isinstance(event, Consenting) else moved


def _reopened(phase: Phase, event: CaseReopened) -> Phase:
    """Go on with the mediator of before, or from consent to choose another."""
    if phase not in ENDED:
        return phase
    return Phase.MEDIATING if event.mediator == "same" else Phase.CONSENTED


def _opened(phase: Phase, event: Event) -> Phase:
    """Move forward to the stage an act opens, or where it leads from this phase alone."""
    if isinstance(event, SettlementExecuted) and event.scope == "partial":
        return Phase.MEDIATING if phase == Phase.SIGNING else phase
    if isinstance(event, PartialSettlementExecuted):
        nothing_left = event.issues_settled and not event.issues_open
        return Phase.SETTLED if nothing_left and phase == Phase.MEDIATING else phase
    source, target = RETURNS.get(type(event), (None, phase))
    if source == phase:
        return target
    stage = OPENED.get(type(event), phase)
    is_running = phase == Phase.NONE or phase in OPEN
    return max(phase, stage, key=_ORDER.index) if is_running else phase


def _consented(phase: Phase, standing: Standing) -> Phase:
    """Begin once everybody still taking part has consented, and agreed to go on if one left."""
    staying = standing.staying()
    agreed = len(staying) == len(standing.parties) or standing.continuing.issuperset(staying)
    consents = all(standing.parties[p].consent == "consented" for p in staying)
    if phase in _BEFORE_CONSENT and len(staying) >= FEWEST_PARTIES and consents and agreed:
        return Phase.CONSENTED
    return phase


def _left(phase: Phase, standing: Standing) -> Phase:
    """End where fewer than two stay; else those who stay may agree to go on."""
    if len(standing.staying()) >= FEWEST_PARTIES:
        return phase
    return _over(phase)


def _over(phase: Phase) -> Phase:
    """End without settlement: only where everybody had consented has a mediation taken place."""
    if phase in _BEFORE_CONSENT:
        return Phase.NOT_COMMENCED
    return Phase.TERMINATED if phase in RUNNING else phase


def _ended(phase: Phase, event: Ending) -> Phase:
    match event:
        case RequestDeclined() | RequestWithdrawn():
            return Phase.NOT_COMMENCED if phase in _BEFORE_CONSENT else phase
        case TerminationDeclared():
            waits = event.awaits_confirmation or event.mode == "settled"
            return phase if waits else _over(phase)
        case TerminationConfirmed():
            return phase if event.mode == "settled" else _over(phase)
        case CaseClosed():
            closes = phase in OPEN or phase == Phase.TERMINATED
            return Phase.CLOSED if closes else phase


def outcome(current: Outcome | None, event: Event, phase: Phase) -> Outcome | None:
    """Say how a case ended, None while it has not.

    Args:
        current: What was said before the event.
        event: The event.
        phase: The phase after it.
    """
    match event:
        case SettlementExecuted():
            whole = event.scope == "whole" or current == "settled"
            return "settled" if whole else "partly_settled"
        case PartialSettlementExecuted():
            return "settled" if phase == Phase.SETTLED else current
        case CoolingOffExercised():
            return "partly_settled" if event.others_stand else _ENDS.get(phase)
        case SettlementReported():
            return current or "settlement_reported"
        case CaseClosed():
            return _closed(current, event)
        case CaseReopened():
            return _kept(current, event)
        case _:
            return current or _ENDS.get(phase)


_ENDS: dict[Phase, Outcome] = {
    Phase.NOT_COMMENCED: "not_commenced",
    Phase.TERMINATED: "terminated",
}


def _kept(current: Outcome | None, event: CaseReopened) -> Outcome | None:
    """Keep through a reopening what was settled, unless that was set aside."""
    stands = current in ("settled", "partly_settled", "settlement_reported")
    return current if stands and event.ground != "annulled_settlement" else None


def _closed(current: Outcome | None, event: CaseClosed) -> Outcome:
    """Keep what the record shows; without it the registry's word is a report."""
    if current == "settled" and event.outcome == "partial":
        return "partly_settled"
    if current is not None:
        return current
    return "closed_without_settlement" if event.outcome == "none" else "settlement_reported"
