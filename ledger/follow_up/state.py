"""Fold how a case ended and where each obligation stands."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import Frame
from ledger.follow_up.after_events import (
    AfterEvent,
    CaseReopened,
    MonitorAppointed,
    SettlementEndedByAgreement,
)
from ledger.follow_up.after_state import After
from ledger.follow_up.after_state import evolve as since
from ledger.follow_up.closing_events import Mode
from ledger.follow_up.events import (
    CaseClosed,
    ClosingDocumentIssued,
    ClosingSessionHeld,
    CurePeriodAgreed,
    FollowUpEvent,
    JointStepAgreed,
    MonitoringEnded,
    MonitoringPlanAdopted,
    SatisfactionStated,
    SettlementAmended,
    SettlementReported,
    TerminationConfirmed,
    TerminationDeclared,
    UnderstandingConfirmed,
)
from ledger.follow_up.progress import CLOSED, UNHEARD, Column, Progress, heard
from ledger.parties import Obligation

Outcome: TypeAlias = Literal[
    "settled",
    "settlement_reported",
    "partly_settled",
    "terminated",
    "closed_without_settlement",
    "not_commenced",
]
"""How a case ended: `settled` and `partly_settled` by signatures here alone; `settlement_reported`
on the registry's word."""


class Termination(Struct, frozen=True):
    """A declared end.

    Attributes:
        awaited: Whether the institution's confirmation is still awaited.
        ref: Event (room:seq) that declared it.
    """

    mode: Mode
    by: str
    effective_at: str | None
    awaited: bool
    ref: str


class FollowUp(Struct, frozen=True, gc=False, kw_only=True):
    """Where closure and follow-up stand.

    Attributes:
        session_held: Whether the closing session took place.
        understood: Parties that confirmed they understand the terms.
        satisfied: Parties that said how satisfied they are, as far as the eyes may see.
        termination: The declared end.
        closing_document: Event (room:seq) of the latest closing document.
        closed_as: Outcome the registry closed it with.
        open_issues: Issues left open at closing.
        reported: Event (room:seq) that reported a settlement.
        monitor: Who watches over performance.
        monitoring: Whether performance is watched.
        progress: What was said, by obligation id.
        amended: The consolidated text that took a text's place, by hash.
        amendments: Ids of amendments, in order.
        agreed: Parties that agreed to a joint step not yet taken, by (step, about).
        after: What happened since, from outside and between the parties.
    """

    session_held: bool = False
    understood: tuple[str, ...] = ()
    satisfied: tuple[str, ...] = ()
    termination: Termination | None = None
    closing_document: str | None = None
    closed_as: str | None = None
    open_issues: tuple[str, ...] = ()
    reported: str | None = None
    monitor: str | None = None
    monitoring: bool = False
    progress: Mapping[str, Progress] = MappingProxyType({})
    amended: Mapping[str, str] = MappingProxyType({})
    amendments: tuple[str, ...] = ()
    agreed: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType({})
    after: After = After()

    def of(self, obligation_id: str) -> Progress:
        """Return what was said of an obligation."""
        return self.progress.get(obligation_id, UNHEARD)

    def due(self, obligation: Obligation) -> str | None:
        """Return the day an obligation is due, after any deferral; None while unknown."""
        return self.of(obligation.obligation_id).deferred_to or obligation.due

    def column(self, obligation: Obligation) -> Column:
        """Say where an obligation stands on the board."""
        said = self.of(obligation.obligation_id)
        if obligation.obligation_id in self.after.ended and said.heard not in CLOSED:
            return "ended"
        if said.heard != "nothing":
            return said.heard
        due = self.due(obligation)
        if due is None or not obligation.in_force:
            return "waiting for condition"
        return "due" if said.fell_due == due else "upcoming"


def evolve(state: FollowUp, frame: Frame[FollowUpEvent]) -> FollowUp:
    """Fold one event."""
    event = frame.event
    if isinstance(event, AfterEvent):
        return _since(state, event, frame.room)
    match event:
        case (
            ClosingSessionHeld()
            | UnderstandingConfirmed()
            | SatisfactionStated()
            | TerminationDeclared()
            | TerminationConfirmed()
            | ClosingDocumentIssued()
            | CaseClosed()
            | SettlementReported()
        ):
            return _closing(state, event, frame.ref)
        case (
            JointStepAgreed()
            | MonitoringPlanAdopted()
            | MonitoringEnded()
            | SettlementAmended()
            | CurePeriodAgreed()
        ):
            return _together(state, event, frame.ref)
        case _:
            return _said(
                state, event.obligation_id, heard(state.of(event.obligation_id), event), frame.ref
            )


def _since(state: FollowUp, event: AfterEvent, room: str) -> FollowUp:
    """Take in what happened after the signatures; a reopening begins the closing anew."""
    after = replace(state, after=since(state.after, event, room))
    match event:
        case MonitorAppointed():
            left = _without(after, "monitor", event.person)
            return replace(after, monitor=event.person, agreed=left)
        case SettlementEndedByAgreement():
            left = _without(after, "end_of_settlement", event.settlement_id)
            return replace(after, agreed=left)
        case CaseReopened():
            return replace(
                after,
                session_held=False,
                understood=(),
                satisfied=(),
                termination=None,
                closing_document=None,
                closed_as=None,
                open_issues=(),
                agreed=_without(after, "end", ""),
            )
        case _:
            return after


def _closing(
    state: FollowUp,
    event: ClosingSessionHeld
    | UnderstandingConfirmed
    | SatisfactionStated
    | TerminationDeclared
    | TerminationConfirmed
    | ClosingDocumentIssued
    | CaseClosed
    | SettlementReported,
    ref: str,
) -> FollowUp:
    match event:
        case ClosingSessionHeld():
            return replace(state, session_held=True)
        case UnderstandingConfirmed():
            return replace(state, understood=(*state.understood, event.party))
        case SatisfactionStated():
            return replace(state, satisfied=(*state.satisfied, event.party))
        case TerminationDeclared() | TerminationConfirmed():
            return _ended(state, event, ref)
        case ClosingDocumentIssued():
            return replace(state, closing_document=ref)
        case CaseClosed():
            return replace(state, closed_as=event.outcome, open_issues=event.open_issues)
        case SettlementReported():
            return replace(state, reported=ref)
        case _:
            assert_never(event)


def _ended(
    state: FollowUp, event: TerminationDeclared | TerminationConfirmed, ref: str
) -> FollowUp:
    if isinstance(event, TerminationConfirmed):
        declared = state.termination
        confirmed = declared and replace(declared, effective_at=event.effective_at, awaited=False)
        return replace(state, termination=confirmed)
    end = Termination(event.mode, event.by, event.effective_at, event.awaits_confirmation, ref)
    return replace(state, termination=end, agreed=_without(state, "end", ""))


def _together(
    state: FollowUp,
    event: JointStepAgreed
    | MonitoringPlanAdopted
    | MonitoringEnded
    | SettlementAmended
    | CurePeriodAgreed,
    ref: str,
) -> FollowUp:
    match event:
        case JointStepAgreed():
            key = (event.step, event.about)
            agreed = (*state.agreed.get(key, ()), event.party)
            return replace(state, agreed={**state.agreed, key: agreed})
        case MonitoringPlanAdopted():
            agreed_left = _without(state, "monitoring_plan", plan_key(event))
            return replace(state, monitor=event.monitor, monitoring=True, agreed=agreed_left)
        case MonitoringEnded():
            agreed_left = _without(state, "end_of_monitoring", "")
            return replace(state, monitoring=False, agreed=agreed_left)
        case SettlementAmended():
            return replace(
                state,
                amended={**state.amended, event.base_hash: event.new_hash},
                amendments=(*state.amendments, event.amendment_id),
                agreed=_without(state, "amendment", event.new_hash),
            )
        case CurePeriodAgreed():
            about = f"{event.obligation_id}@{event.until}"
            said = replace(state.of(event.obligation_id), heard="in cure", cure_until=event.until)
            left = replace(state, agreed=_without(state, "cure_period", about))
            return _said(left, event.obligation_id, said, ref)
        case _:
            assert_never(event)


def _said(state: FollowUp, obligation_id: str, said: Progress, ref: str) -> FollowUp:
    said = replace(said, last=ref)
    return replace(state, progress={**state.progress, obligation_id: said})


def _without(state: FollowUp, step: str, about: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """Forget who agreed to a step that is taken."""
    return {key: who for key, who in state.agreed.items() if key != (step, about)}


def plan_key(plan: MonitoringPlanAdopted) -> str:
    """Name what exactly parties agree to with a monitoring plan."""
    watched = (",".join(plan.obligations), ",".join(plan.checks), plan.sees)
    more = watched if watched != ("", "", "reports") else ()
    return ":".join((plan.plan_hash, plan.monitor or "", plan.first_check or "", *more))
