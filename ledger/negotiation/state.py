"""Keep where the negotiation stands, as far as one set of eyes sees it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import Frame
from ledger.negotiation import blind as blind_part
from ledger.negotiation import handling as handling_part
from ledger.negotiation import ideas as ideas_part
from ledger.negotiation import messages as messenger_part
from ledger.negotiation.blind_events import BlindEvent, BlindOutcomeDeclared
from ledger.negotiation.events import (
    AgreementInPrincipleRecorded,
    CounterProposalTabled,
    HandlingEvent,
    IdeaEvent,
    ImpasseDeclared,
    ImpasseResolved,
    MediatorProposalIssued,
    NegotiationEvent,
    OptionRecorded,
    ProposalAccepted,
    ProposalExpired,
    ProposalPartlyAccepted,
    ProposalRejected,
    ProposalSuperseded,
    ProposalTabled,
    ProposalWithdrawn,
)
from ledger.negotiation.messenger_events import MessengerEvent
from ledger.negotiation.proposal import (
    Acceptance,
    Proposal,
    Status,
    accepted_by,
    blindly_decided,
    rejected_after,
)
from ledger.parties import Agreement


class Impasse(Struct, frozen=True):
    """A point where the talks were stuck."""

    impasse_id: str
    issues: tuple[str, ...]
    resolved: bool
    ref: str


class Option(Struct, frozen=True):
    """An idea written down; its text is content of the event."""

    option_id: str
    issue: str | None
    attributed_to: str | None
    ref: str


class Negotiation(Struct, frozen=True, gc=False):
    """Where the negotiation stands.

    Attributes:
        proposals: By (room, proposal id), in the order of tabling.
        agreement: The latest agreement in principle of all, from the joint room.
        agreements: Every agreement in principle, those of groups too.
        impasses: By impasse id.
        options: By (room, option id).
        ideas: What was gathered on the way to terms.
        blind: What was asked and answered in confidence.
        handling: What was done with proposals besides answering them.
        entrusted: Terms given to the mediator to carry, by (caucus room, id).
    """

    proposals: Mapping[tuple[str, str], Proposal] = MappingProxyType({})
    agreement: Agreement | None = None
    agreements: tuple[Agreement, ...] = ()
    impasses: Mapping[str, Impasse] = MappingProxyType({})
    options: Mapping[tuple[str, str], Option] = MappingProxyType({})
    ideas: ideas_part.Ideas = ideas_part.Ideas()
    blind: blind_part.Blind = blind_part.Blind()
    handling: handling_part.Handling = handling_part.Handling()
    entrusted: Mapping[tuple[str, str], messenger_part.Entrusted] = MappingProxyType({})

    def open_ids(self) -> tuple[str, ...]:
        """Name the open proposals of the rooms seen."""
        return tuple(p.proposal_id for p in self.proposals.values() if p.status == "open")

    def named(self, proposal_id: str, room: str | None) -> tuple[Proposal, ...]:
        """List the proposals of a name, in one room or in all that are seen."""
        rooms = [r for r, name in self.proposals if name == proposal_id]
        return tuple(self.proposals[r, proposal_id] for r in rooms if room in (None, r))


def evolve(  # noqa: C901 - one case an event
    state: Negotiation, frame: Frame[NegotiationEvent]
) -> Negotiation:
    """Fold one event; never judges, never sees content."""
    event = frame.event
    match event:
        case ProposalTabled() | CounterProposalTabled() | MediatorProposalIssued():
            return _tabled(state, frame, event)
        case ProposalAccepted() | ProposalPartlyAccepted():
            return _accepted(state, frame, event)
        case ProposalRejected():
            known = state.proposals.get((frame.room, event.proposal_id))
            return (
                state if known is None else _with(state, rejected_after(known, event.by, frame.ref))
            )
        case ProposalWithdrawn():
            return _closed(state, frame, event.proposal_id, "withdrawn")
        case ProposalExpired():
            return _closed(state, frame, event.proposal_id, "expired")
        case ProposalSuperseded():
            return _superseded(state, frame, event)
        case AgreementInPrincipleRecorded():
            return _agreed(state, frame, event)
        case ImpasseDeclared() | ImpasseResolved():
            return replace(state, impasses=_impasses(state, frame, event))
        case OptionRecorded():
            option = Option(event.option_id, event.issue, event.attributed_to, frame.ref)
            return replace(state, options={**state.options, (frame.room, event.option_id): option})
        case _:
            return _themed(state, frame, event)


def _themed(
    state: Negotiation,
    frame: Frame[NegotiationEvent],
    event: IdeaEvent | BlindEvent | HandlingEvent | MessengerEvent,
) -> Negotiation:
    """Fold what a theme of its own keeps, and what it does to the proposal it is about."""
    if isinstance(event, IdeaEvent):
        return replace(state, ideas=ideas_part.evolve(state.ideas, cast("Frame[IdeaEvent]", frame)))
    if isinstance(event, MessengerEvent):
        carried = messenger_part.evolve(state.entrusted, cast("Frame[MessengerEvent]", frame))
        return replace(state, entrusted=carried)
    if isinstance(event, HandlingEvent):
        after = replace(state, handling=handling_part.evolve(state.handling, event, frame.room))
        known = state.proposals.get((frame.room, event.proposal_id))
        return (
            after if known is None else _with(after, handling_part.handled(known, event, frame.ref))
        )
    if isinstance(event, BlindOutcomeDeclared):
        known = state.proposals.get((frame.room, event.proposal_id))
        accepted = event.outcome == "all_accepted"
        return (
            state
            if known is None
            else _with(state, blindly_decided(known, all_accepted=accepted, ref=frame.ref))
        )
    return replace(
        state, blind=blind_part.evolve(state.blind, cast("Frame[blind_part.Kept]", frame))
    )


def _with(state: Negotiation, proposal: Proposal) -> Negotiation:
    return replace(state, proposals={**state.proposals, proposal.key: proposal})


def _tabled(
    state: Negotiation,
    frame: Frame[NegotiationEvent],
    event: ProposalTabled | CounterProposalTabled | MediatorProposalIssued,
) -> Negotiation:
    kind = "mediator" if isinstance(event, MediatorProposalIssued) else event.kind
    answers = event.answers if isinstance(event, CounterProposalTabled) else None
    proposal = Proposal(
        room=frame.room,
        proposal_id=event.proposal_id,
        by=event.by,
        kind=kind,
        answers=answers,
        clause_ids=event.clause_ids,
        issues=event.issues,
        addressees=event.addressees,
        required=event.required_acceptors,
        all_or_nothing=event.all_or_nothing,
        valid_until=event.valid_until,
        firm_until=event.firm_until,
        stays_open_if_countered=event.stays_open_if_countered,
        blind=isinstance(event, MediatorProposalIssued) and event.reply == "blind",
        channel=event.channel,
        attribution=event.attribution,
        instead_of=event.instead_of if isinstance(event, CounterProposalTabled) else None,
        together=event.together_with,
        tabled_ref=frame.ref,
        changed_ref=frame.ref,
    )
    after = _with(state, proposal)
    if isinstance(event, MediatorProposalIssued):
        return replace(after, blind=replace(after.blind, requests=MappingProxyType({})))
    if isinstance(event, CounterProposalTabled) and event.closes_parent:
        return _closed(after, frame, event.answers, "countered")
    return after


def _accepted(
    state: Negotiation,
    frame: Frame[NegotiationEvent],
    event: ProposalAccepted | ProposalPartlyAccepted,
) -> Negotiation:
    known = state.proposals.get((frame.room, event.proposal_id))
    if known is None:
        return state
    return _with(
        state, accepted_by(known, event.by, acceptance_of(known, event, frame.ref), frame.ref)
    )


def acceptance_of(
    proposal: Proposal, event: ProposalAccepted | ProposalPartlyAccepted, ref: str = ""
) -> Acceptance:
    """Read what an event accepts."""
    if isinstance(event, ProposalAccepted):
        return Acceptance(mode=event.mode, accepted=proposal.clause_ids, ref=ref)
    return Acceptance(
        mode=None,
        accepted=event.accepted,
        reserved=event.reserved,
        conditional=event.conditional,
        ref=ref,
    )


def _closed(
    state: Negotiation, frame: Frame[NegotiationEvent], proposal_id: str, status: Status
) -> Negotiation:
    known = state.proposals.get((frame.room, proposal_id))
    if known is None:
        return state
    return _with(state, replace(known, status=status, changed_ref=frame.ref))


def _superseded(
    state: Negotiation, frame: Frame[NegotiationEvent], event: ProposalSuperseded
) -> Negotiation:
    after = _closed(state, frame, event.proposal_id, "superseded")
    known = after.proposals.get((frame.room, event.proposal_id))
    return after if known is None else _with(after, replace(known, superseded_by=event.by_proposal))


def _agreed(
    state: Negotiation, frame: Frame[NegotiationEvent], event: AgreementInPrincipleRecorded
) -> Negotiation:
    agreement = Agreement(
        ref=frame.ref,
        proposal_id=event.proposal_id,
        clause_ids=event.clause_ids,
        open_points=event.open_points,
    )
    latest = agreement if frame.room == "joint" else state.agreement
    return replace(state, agreement=latest, agreements=(*state.agreements, agreement))


def _impasses(
    state: Negotiation, frame: Frame[NegotiationEvent], event: ImpasseDeclared | ImpasseResolved
) -> Mapping[str, Impasse]:
    if isinstance(event, ImpasseDeclared):
        new = Impasse(event.impasse_id, event.issues, resolved=False, ref=frame.ref)
        return {**state.impasses, event.impasse_id: new}
    known = state.impasses.get(event.impasse_id)
    if known is None:
        return state.impasses
    return {**state.impasses, event.impasse_id: replace(known, resolved=True)}
