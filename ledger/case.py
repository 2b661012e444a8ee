"""Put the parts together: one case as one set of eyes sees it.

`Case` is the fold of exactly the events a reader may see, in the order of recording. A decision is
given such a case, so that nothing an actor may not read can change its answer.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ledger import deadlines as deadline_book
from ledger import phases
from ledger.catalogue import PART_OF, AnyEvent
from ledger.engagement import state as engagement_state
from ledger.envelope import Event, Frame
from ledger.evaluation import state as evaluation_state
from ledger.follow_up import state as follow_up_state
from ledger.follow_up.after_events import CaseReopened
from ledger.institution import state as institution_state
from ledger.intake import state as intake_state
from ledger.intake.folding import with_fresh_consents
from ledger.intake.joinder_events import PartyJoined
from ledger.negotiation import state as negotiation_state
from ledger.neutrality import state as neutrality_state
from ledger.parties import TALKING, Phase, Standing
from ledger.preparation import state as preparation_state
from ledger.record import state as record_state
from ledger.sessions import state as sessions_state
from ledger.settlement import state as settlement_state


class Case(Struct, frozen=True, dict=True):
    """A case as one set of eyes sees it: a state for each part, and the main phase.

    Attributes:
        phase: Main phase, moved by `joint` and `desk` events alone.
        outcome: How it ended, None while it runs.
    """

    intake: intake_state.Intake = intake_state.Intake()
    neutrality: neutrality_state.Neutrality = neutrality_state.Neutrality()
    engagement: engagement_state.Engagement = engagement_state.Engagement()
    preparation: preparation_state.Preparation = preparation_state.Preparation()
    sessions: sessions_state.Sessions = sessions_state.Sessions()
    negotiation: negotiation_state.Negotiation = negotiation_state.Negotiation()
    settlement: settlement_state.Settlement = settlement_state.Settlement()
    follow_up: follow_up_state.FollowUp = follow_up_state.FollowUp()
    evaluation: evaluation_state.Evaluation = evaluation_state.Evaluation()
    record: record_state.Record = record_state.Record()
    institution: institution_state.Institution = institution_state.Institution()
    deadlines: deadline_book.Deadlines = deadline_book.Deadlines()
    phase: Phase = Phase.NONE
    outcome: follow_up_state.Outcome | None = None

    @property
    def last(self) -> Mapping[str, int]:
        """Return the last sequence seen of each room."""
        return {room: log.last for room, log in self.record.rooms.items()}

    def standing(self) -> Standing:
        """Say what the parts need to know of each other; put together once."""
        return self._standing

    @cached_property
    def _standing(self) -> Standing:
        return Standing(
            phase=self.phase,
            outcome=self.outcome,
            parties=self.intake.parties,
            authorities=self.intake.authorities,
            mandate=self.neutrality.mandate,
            adjourned=self.sessions.adjourned,
            terms_in_force=self.engagement.terms_in_force,
            received=self.intake.received,
            caucus_default=self.engagement.caucus_default,
            undertakings=self.engagement.undertakings,
            rights_explained=self.engagement.rights_explained,
            sessions={**self.preparation.scheduled, **self.sessions.sessions},
            issues=tuple(self.intake.issues),
            agreement=self.negotiation.agreement,
            proposals_open=self.negotiation.open_ids(),
            **_settled(self.settlement),
            entries=self.record.entries,
            holds=self.record.holds,
            taken_over=self.intake.taken_over,
            deadlines=self.deadlines,
            papers=self.preparation.papers,
            continuing=self.intake.continuing,
            joining=self.intake.joining(),
            conflicts=self.neutrality.conflicts(),
            inquired=self.neutrality.inquired(),
            uninquired=_uninquired(self),
            rests_in=_rests_in(self.intake),
            suspended=self.engagement.accounts.suspended,
            caucuses_counted=self.sessions.keeping.counted,
            recordings_kept=self.sessions.keeping.still_kept(),
        )


def _uninquired(case: Case) -> dict[str, str | None]:
    """Name who came since a mediator took office and was not inquired into (I-3).

    Nobody for eyes that read no inquiries, in the chair.
    """
    neutrality = case.neutrality
    if "chair" not in case.record.rooms:
        return {}
    came = {
        held.person: held.ends
        for held in case.intake.authorities.values()
        if held.came is not None and neutrality.owes_inquiry(held.person, held.came)
    }
    named = {p: None for p, at in neutrality.interested.items() if neutrality.owes_inquiry(p, at)}
    return {**came, **named}


def _rests_in(intake: intake_state.Intake) -> str | None:
    """Name the case in which the talks of this one go on, None for this one."""
    return intake.consolidation.lead if intake.consolidation.rests else None


def _settled(settlement: settlement_state.Settlement) -> dict[str, Any]:
    """Say what was executed; nothing where there is no instrument, which is most of the time."""
    if not settlement.instruments:
        return {}
    hashes = {name: i.hash for name, i in settlement.instruments.items() if i.is_executed}
    return {
        "executed": settlement.executed,
        "issues_settled": settlement.issues_settled,
        "executed_hashes": tuple(hashes.values()),
        "settlements": hashes,
        "obligations": settlement.obligations,
    }


EVOLVE: dict[str, Callable[[Any, Frame[Any]], Any]] = {
    "intake": intake_state.evolve,
    "neutrality": neutrality_state.evolve,
    "engagement": engagement_state.evolve,
    "preparation": preparation_state.evolve,
    "sessions": sessions_state.evolve,
    "negotiation": negotiation_state.evolve,
    "settlement": settlement_state.evolve,
    "follow_up": follow_up_state.evolve,
    "evaluation": evaluation_state.evolve,
    "institution": institution_state.evolve,
    "deadlines": deadline_book.evolve,
}


FOLDS: dict[type[Event], tuple[str, Callable[[Any, Frame[Any]], Any]]] = {
    kind: (part, EVOLVE[part]) for kind, part in PART_OF.items() if part in EVOLVE
}
TURNING = phases.MOVERS | {PartyJoined, CaseReopened}
"""Events that touch more than the state of their own part."""


def evolve(case: Case, frame: Frame[AnyEvent]) -> Case:
    """Fold one event; never judges, never sees content."""
    return fold(case, (frame,))


def fold(case: Case, frames: Sequence[Frame[AnyEvent]]) -> Case:
    """Fold the next events, in the order of recording; never judges, never sees content."""
    if not frames:
        return case
    record = record_state.fold(case.record, frames)
    plain: list[Frame[AnyEvent]] = []
    for frame in frames:
        if type(frame.event) in TURNING:
            case = _turned(_followed(case, plain), frame)
            plain = []
        else:
            plain.append(frame)
    return replace(_followed(case, plain), record=record)


def _followed(case: Case, frames: Sequence[Frame[AnyEvent]]) -> Case:
    """Fold events each into the state of its part."""
    states: dict[str, Any] = {}
    for frame in frames:
        if folding := FOLDS.get(type(frame.event)):
            part, evolved = folding
            state = states.get(part)
            states[part] = evolved(getattr(case, part) if state is None else state, frame)
    return replace(case, **states) if states else case


def _turned(case: Case, frame: Frame[AnyEvent]) -> Case:
    """Fold an event that touches several parts, or moves the phase."""
    event = frame.event
    after = _followed(case, (frame,))
    if type(event) is PartyJoined and case.intake.profile is None:
        after = replace(after, **_begun_late(case, event))
    if type(event) is CaseReopened:
        after = replace(after, **_reopened(after, event, frame.ref))
    return _moved(after, frame) if type(event) in phases.MOVERS else after


def _begun_late(case: Case, event: PartyJoined) -> dict[str, Any]:
    """Begin, for eyes that saw nothing before a joinder, from where it says the case stands."""
    terms = replace(
        case.engagement,
        terms_in_force=event.terms_in_force,
        caucus_default=event.caucus_default,
        confirmed=event.phase in TALKING,
    )
    return {"neutrality": neutrality_state.with_mandate(event.mandate), "engagement": terms}


def _reopened(case: Case, event: CaseReopened, ref: str) -> dict[str, Any]:
    """Begin a new round: fresh consents, open issues alone; proposals of before are history."""
    settled = frozenset(case.settlement.issues_settled)
    wanted = event.issues or tuple(i for i in case.intake.issues if i not in settled)
    intake = with_fresh_consents(case.intake, event.parties, ref)
    issues = {issue: at for issue, at in intake.issues.items() if issue in wanted}
    proposals = {
        key: replace(proposal, status="lapsed") if proposal.status == "open" else proposal
        for key, proposal in case.negotiation.proposals.items()
    }
    return {
        "intake": replace(intake, issues=issues),
        "negotiation": replace(case.negotiation, proposals=proposals, agreement=None),
        "sessions": sessions_state.begun_anew(case.sessions),
        "evaluation": replace(
            case.evaluation,
            asked=frozenset(),
            heard=frozenset(),
            usable={},
            shared=frozenset(),
            closed=False,
        ),
    }


def _moved(case: Case, frame: Frame[AnyEvent]) -> Case:
    consents = Standing(parties=case.intake.parties, continuing=case.intake.continuing)
    phase = phases.advance(case.phase, frame.event, frame.room, consents)
    return replace(case, phase=phase, outcome=phases.outcome(case.outcome, frame.event, phase))
