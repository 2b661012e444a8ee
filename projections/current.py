"""Show one case as it stands to one viewer (V1): the fold of what that viewer may read."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from ledger.case import Case
from ledger.casefile import CaseFile
from ledger.deadlines import Deadline
from ledger.envelope import Event, opened
from ledger.instants import parse_instant
from ledger.intake.events import CaseTakenOver, MediationRequested, RequestRegistered
from ledger.intake.joinder_events import PartyJoined
from ledger.intake.offer_events import GoodOfficesOffered
from ledger.negotiation.proposal import Proposal
from ledger.parties import ENDED, Authority, Party, Phase
from ledger.rooms import Rights
from ledger.settlement.instrument import Instrument
from projections.case_shown import (
    AuthorityView,
    CaseView,
    ConsolidationView,
    DeadlineView,
    EngagementView,
    InstrumentView,
    MandateView,
    ObligationView,
    PartyView,
    ProposalView,
    RunState,
    SessionView,
)

DEADLINES_SHOWN = 3
BEFORE_CONSENT = frozenset({Phase.NONE, Phase.REQUESTED, Phase.INVITED})
NAMING = (MediationRequested, RequestRegistered, CaseTakenOver, GoodOfficesOffered, PartyJoined)
"""Events that say what a case and its parties are called."""

Open: TypeAlias = Callable[[str], Event]
"""Opens an event (room:seq) that the viewer may read, with its content."""


def current(file: CaseFile, rights: Rights, now: datetime, open_event: Open) -> CaseView:
    """Show a case.

    Args:
        file: The case, as of the instant looked at.
        rights: What the viewer may read.
        now: The instant looked from; in a replay that of the replay.
        open_event: Opens events for their names and titles.
    """
    case = file.seen_by(rights)
    intake, standing = case.intake, case.standing()
    title, names = naming(file, rights, open_event)
    return CaseView(
        case_id=str(file.case_id),
        number=intake.number,
        external_ref=intake.external_ref,
        title=title,
        phase=case.phase,
        outcome=case.outcome,
        profile=None if intake.profile is None else f"{intake.profile.id}/{intake.profile.version}",
        taken_over=intake.taken_over,
        run=_run(case),
        parties=tuple(_party(p, names, intake.authorities, now) for p in standing.parties.values()),
        mandate=_mandate(case),
        engagement=_engagement(case),
        sessions=_sessions(case),
        deadlines=_deadlines(case, now),
        consolidation=_consolidation(case),
        issues=tuple(intake.issues),
        proposals=_proposals(case),
        agreement=None if standing.agreement is None else standing.agreement.ref,
        impasses=tuple(name for name, i in case.negotiation.impasses.items() if not i.resolved),
        settlements=tuple(_instrument(i) for i in case.settlement.instruments.values()),
        obligations=_obligations(case),
        holds=case.record.holds,
        irregular=len(case.record.irregular),
        corrected=len({*case.record.corrected, *case.record.voided}),
        contested=len(case.record.contested),
        seen=dict(case.last),
    )


def naming(file: CaseFile, rights: Rights, open_event: Open) -> tuple[str | None, dict[str, str]]:
    """Open what a case and its parties are called, as the viewer's latest naming says."""
    for frame in reversed(file.frames):
        if isinstance(frame.event, NAMING) and file.frame_at(frame.ref, rights) is not None:
            event = open_event(frame.ref)
            assert isinstance(event, NAMING)
            return opened(event.title, "") or None, dict(opened(event.names, {}))
    return None, {}


def _run(case: Case) -> RunState:
    if case.phase in ENDED:
        return "ended"
    if case.neutrality.mandate.status == "suspended" or case.engagement.accounts.suspended:
        return "suspended"
    if case.sessions.adjourned:
        return "adjourned"
    return "not begun" if case.phase in BEFORE_CONSENT else "running"


def _party(
    party: Party,
    names: Mapping[str, str],
    authorities: Mapping[tuple[str, str], Authority],
    now: datetime,
) -> PartyView:
    held = [a for (owner, _), a in authorities.items() if owner == party.party]
    return PartyView(
        party=party.party,
        name=names.get(party.party),
        requesting=party.requesting,
        consent=party.consent,
        conditions=party.conditions,
        since=party.consent_ref,
        authorities=tuple(_authority(a, now) for a in held),
    )


def _authority(held: Authority, now: datetime) -> AuthorityView:
    return AuthorityView(
        person=held.person,
        powers=held.powers,
        capacity=held.capacity,
        ends=held.ends,
        live=held.ends is None or parse_instant(held.ends) >= now,
        ref=held.ref,
    )


def _mandate(case: Case) -> MandateView:
    neutrality, current_parties = case.neutrality, set(case.standing().current())
    mandate = neutrality.mandate
    return MandateView(
        number=mandate.number,
        status=mandate.status,
        mediators=mandate.mediators,
        open_disclosures=tuple(
            d for d in neutrality.disclosures.values() if not current_parties <= d.waived
        ),
        open_objections=tuple(o for o in neutrality.objections.values() if o.outcome is None),
        to_inquire=tuple(case.standing().uninquired),
    )


def _consolidation(case: Case) -> ConsolidationView | None:
    known = case.intake.consolidation
    if known.lead is None:
        return None
    return ConsolidationView(
        lead=known.lead, cases=known.cases, rests=known.rests, gone=tuple(known.gone)
    )


def _engagement(case: Case) -> EngagementView:
    engagement = case.engagement
    return EngagementView(
        confirmed=engagement.confirmed,
        terms_in_force=engagement.terms_in_force,
        rights_explained=engagement.rights_explained,
        undertakings=tuple(sorted(engagement.undertakings)),
    )


def _sessions(case: Case) -> tuple[SessionView, ...]:
    starts = case.preparation.starts
    return tuple(
        SessionView(session_id=s.session_id, status=s.status, begins=starts.get(s.session_id))
        for s in case.standing().sessions.values()
    )


def _deadlines(case: Case, now: datetime) -> tuple[DeadlineView, ...]:
    """List the next dates that run."""
    running = [d for d in case.deadlines.book.values() if d.status == "running"]
    running.sort(key=lambda d: (datetime.fromisoformat(d.due), d.room, d.set.deadline_id))
    return tuple(_deadline(d, now) for d in running[:DEADLINES_SHOWN])


def _deadline(deadline: Deadline, now: datetime) -> DeadlineView:
    return DeadlineView(
        room=deadline.room,
        deadline_id=deadline.set.deadline_id,
        rule=deadline.set.rule,
        due=deadline.due,
        on=deadline.on,
        arithmetic=deadline.arithmetic,
        expiry=deadline.set.expiry,
        concerns=deadline.set.concerns,
        over=deadline.passed(now),
    )


def _proposals(case: Case) -> tuple[ProposalView, ...]:
    """List what lies on the table; nothing lies there once the case has ended."""
    if case.phase in ENDED:
        return ()
    return tuple(_proposal(p) for p in case.negotiation.proposals.values() if p.status == "open")


def _proposal(proposal: Proposal) -> ProposalView:
    return ProposalView(
        room=proposal.room,
        proposal_id=proposal.proposal_id,
        by=proposal.by,
        kind=proposal.kind,
        valid_until=proposal.valid_until,
        awaits=tuple(p for p in proposal.required if p not in proposal.acceptances),
    )


def _instrument(instrument: Instrument) -> InstrumentView:
    return InstrumentView(
        settlement_id=instrument.settlement_id,
        status=instrument.status,
        scope=instrument.scope,
        draft_version=instrument.draft_version,
        hash=instrument.hash,
        signed_by=tuple(instrument.signatures),
        missing=instrument.missing(),
        open_conditions=tuple(n for n, c in instrument.conditions.items() if c.status == "open"),
    )


def _obligations(case: Case) -> tuple[ObligationView, ...]:
    return tuple(
        ObligationView(
            obligation_id=o.obligation_id,
            obligor=o.obligor,
            obligee=o.obligee,
            due=case.follow_up.due(o),
            stands=case.follow_up.column(o),
        )
        for o in case.settlement.obligations.values()
    )
