"""Keep what figures across cases are counted from: when each step was first taken, how it ended.

A row holds frame facts of one room of one case; it is never shown. What is told is counted over
many cases, and only where there are enough of them (view V12, invariant I-26).
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

from msgspec import field
from msgspec.structs import replace

from ledger.engagement.events import EngagementConfirmed
from ledger.envelope import Event
from ledger.follow_up.events import (
    CaseClosed,
    SettlementReported,
    TerminationConfirmed,
    TerminationDeclared,
)
from ledger.follow_up.performance_events import (
    ObligationDischarged,
    ObligationWaived,
    PerformanceConfirmed,
)
from ledger.instants import has_offset, parse_instant, utc
from ledger.intake.events import (
    CaseTakenOver,
    ConsentGiven,
    DisputeScopeDefined,
    DisputeScopeVaried,
    InvitationDeclined,
    InvitationIssued,
    MediationRequested,
    RequestDeclined,
    RequestLapsed,
    RequestRegistered,
    RequestWithdrawn,
    SilenceTreatedAsRefusal,
)
from ledger.negotiation.events import (
    CounterProposalTabled,
    MediatorProposalIssued,
    ProposalExpired,
    ProposalTabled,
)
from ledger.neutrality.events import ChallengeDecided, ChallengeFiled, MediatorAppointed
from ledger.record.events import FactReported
from ledger.sessions.events import SessionOpened
from ledger.settlement.events import DraftingMandateGiven, ObligationDefined, SettlementExecuted
from ledger.settlement.evidence_events import PartialSettlementExecuted
from ledger.store.reader import Read
from projections.rows import MemoryRows, Projection, Row, Rows, place


class CourseRow(Row, frozen=True, kw_only=True):
    """What one room tells of the course of a case.

    Attributes:
        first: When each step was first taken, RFC 3339 UTC; `consented` is the last consent before
            a mediator was appointed.
        taken_over: Phase the case was said to be in when it was taken over.
        requesting: Parties that asked.
        refusal: Why it did not commence.
        mode: Why it was declared at an end.
        sessions: How many there were.
        depths: How many proposals each proposal answers, one after the other.
        expired: How many proposals expired.
        issues: Ids of the issues in its scope.
        settled: Ids of the issues that partial settlements settled.
        whole: Whether the whole was settled.
        challenges: How each challenge was decided, "" while it is not.
        obligations: When each was performed, waived or discharged, "" while it is not.
    """

    keys = ()
    table = "statistics__courses"
    first: dict[str, str] = field(default_factory=dict)
    taken_over: str | None = None
    requesting: tuple[str, ...] = ()
    refusal: str | None = None
    mode: str | None = None
    sessions: int = 0
    depths: dict[str, int] = field(default_factory=dict)
    expired: int = 0
    issues: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()
    whole: bool = False
    challenges: dict[str, str] = field(default_factory=dict)
    obligations: dict[str, str] = field(default_factory=dict)


STEPS: Mapping[type[Event], str] = {
    MediationRequested: "requested",
    CaseTakenOver: "requested",
    RequestRegistered: "registered",
    InvitationIssued: "invited",
    MediatorAppointed: "constituted",
    EngagementConfirmed: "engaged",
    SessionOpened: "talks",
    ProposalTabled: "talks",
    MediatorProposalIssued: "talks",
    DraftingMandateGiven: "drafting",
    SettlementExecuted: "executed",
    RequestDeclined: "ended",
    RequestWithdrawn: "ended",
    RequestLapsed: "ended",
    TerminationDeclared: "ended",
    TerminationConfirmed: "ended",
    CaseClosed: "closed",
    SettlementReported: "closed",
}
"""The step each act is the first of."""
REPORTED: Mapping[str, str] = {"request_received": "requested", "mediator_assigned": "constituted"}
"""The step a source tells the time of."""
REFUSALS: Mapping[type[Event], str] = {
    RequestDeclined: "declined by the institution",
    RequestWithdrawn: "withdrawn by who asked",
    InvitationDeclined: "declined by a party",
    SilenceTreatedAsRefusal: "silence taken for a refusal",
    RequestLapsed: "lapsed in silence",
}
Change: TypeAlias = Callable[[CourseRow, Any, str], CourseRow]


def handle(rows: Rows, read: Read) -> None:
    """Take one event into the row of its room."""
    kind, at = type(read.frame.event), _at(read)
    row = rows.get(CourseRow, (read.room_id.hex(),)) or CourseRow(**place(read))
    if kind in STEPS:
        row = replace(row, first={STEPS[kind]: at, **row.first})
    if kind in REFUSALS:
        row = replace(row, refusal=REFUSALS[kind])
    if kind in CHANGES:
        row = CHANGES[kind](row, read.frame.event, at)
    rows.put(row)


def _at(read: Read) -> str:
    """Return when it happened, or when it was written where that is not known.

    Days are counted from it, so a time on somebody's wall will do, in whatever zone it hung.
    """
    occurred = read.frame.occurred
    if occurred is None:
        return utc(read.frame.recorded)
    if has_offset(occurred):
        return utc(parse_instant(occurred))
    try:
        return utc(datetime.fromisoformat(occurred).replace(tzinfo=UTC))
    except ValueError:
        return utc(read.frame.recorded)


def _consented(row: CourseRow, _event: ConsentGiven, at: str) -> CourseRow:
    if "constituted" in row.first:
        return row
    return replace(row, first={**row.first, "consented": at})


def _taken_over(row: CourseRow, event: CaseTakenOver, _at: str) -> CourseRow:
    return replace(row, taken_over=event.phase.value, requesting=event.requesters)


def _reported(row: CourseRow, event: FactReported, at: str) -> CourseRow:
    step = REPORTED.get(event.fact)
    return replace(row, first={**row.first, step: at}) if step else row


def _requested(row: CourseRow, event: MediationRequested, _at: str) -> CourseRow:
    return replace(row, requesting=event.parties if event.joint else (event.requester,))


def _registered(row: CourseRow, event: RequestRegistered, _at: str) -> CourseRow:
    return replace(row, requesting=event.requesters)


def _opened(row: CourseRow, _event: SessionOpened, _at: str) -> CourseRow:
    return replace(row, sessions=row.sessions + 1)


def _tabled(row: CourseRow, event: ProposalTabled | MediatorProposalIssued, _at: str) -> CourseRow:
    return replace(row, depths={**row.depths, event.proposal_id: 0})


def _countered(row: CourseRow, event: CounterProposalTabled, _at: str) -> CourseRow:
    depth = row.depths.get(event.answers, 0) + 1
    return replace(row, depths={**row.depths, event.proposal_id: depth})


def _expired(row: CourseRow, _event: ProposalExpired, _at: str) -> CourseRow:
    return replace(row, expired=row.expired + 1)


def _ended(row: CourseRow, event: TerminationDeclared | TerminationConfirmed, _: str) -> CourseRow:
    return replace(row, mode=event.mode)


def _scoped(row: CourseRow, event: DisputeScopeDefined | DisputeScopeVaried, _: str) -> CourseRow:
    return replace(row, issues=event.issues)


def _partly(row: CourseRow, event: PartialSettlementExecuted, _at: str) -> CourseRow:
    return replace(row, settled=tuple(dict.fromkeys((*row.settled, *event.issues_settled))))


def _executed(row: CourseRow, event: SettlementExecuted, _at: str) -> CourseRow:
    return replace(row, whole=row.whole or event.scope == "whole")


def _challenged(row: CourseRow, event: ChallengeFiled, _at: str) -> CourseRow:
    return replace(row, challenges={**row.challenges, event.challenge_id: ""})


def _decided(row: CourseRow, event: ChallengeDecided, _at: str) -> CourseRow:
    if event.challenge_id not in row.challenges:  # an objection before the appointment
        return row
    return replace(row, challenges={**row.challenges, event.challenge_id: event.outcome})


def _owed(row: CourseRow, event: ObligationDefined, _at: str) -> CourseRow:
    return replace(row, obligations={**row.obligations, event.obligation_id: ""})


def _done(
    row: CourseRow,
    event: PerformanceConfirmed | ObligationWaived | ObligationDischarged,
    at: str,
) -> CourseRow:
    partly = isinstance(event, PerformanceConfirmed) and event.extent != "full"
    if partly or row.obligations.get(event.obligation_id):
        return row
    return replace(row, obligations={**row.obligations, event.obligation_id: at})


CHANGES: Mapping[type[Event], Change] = {
    ConsentGiven: _consented,
    CaseTakenOver: _taken_over,
    FactReported: _reported,
    MediationRequested: _requested,
    RequestRegistered: _registered,
    SessionOpened: _opened,
    ProposalTabled: _tabled,
    MediatorProposalIssued: _tabled,
    CounterProposalTabled: _countered,
    ProposalExpired: _expired,
    TerminationDeclared: _ended,
    TerminationConfirmed: _ended,
    DisputeScopeDefined: _scoped,
    DisputeScopeVaried: _scoped,
    PartialSettlementExecuted: _partly,
    SettlementExecuted: _executed,
    ChallengeFiled: _challenged,
    ChallengeDecided: _decided,
    ObligationDefined: _owed,
    PerformanceConfirmed: _done,
    ObligationWaived: _done,
    ObligationDischarged: _done,
}
PROJECTION = Projection(
    "statistics", 1, (CourseRow,), handle, frozenset({*STEPS, *REFUSALS, *CHANGES})
)


def in_memory(rows: MemoryRows) -> CourseRow | None:
    """Put together what the rooms of a case tell; the common record leads, the desks add."""
    found = sorted(rows.all(CourseRow), key=lambda row: (row.room != "joint", row.room))
    if not found:
        return None
    leading = found[0]
    first = {step: at for row in reversed(found) for step, at in row.first.items()}
    earliest = [row.first["requested"] for row in found if "requested" in row.first]
    return replace(
        leading,
        first=first | ({"requested": min(earliest)} if earliest else {}),
        requesting=leading.requesting or next((r.requesting for r in found if r.requesting), ()),
        refusal=leading.refusal or next((row.refusal for row in found if row.refusal), None),
    )
