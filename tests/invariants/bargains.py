"""Proposals, powers, signatures: what binds and what does not (I-8 to I-13)."""

from collections import Counter
from typing import Any, get_args

from ledger.engagement.events import AgreementToMediateSigned, EngagementConfirmed
from ledger.envelope import Event, Frame
from ledger.intake.events import RepresentativeAuthorised
from ledger.negotiation.blind_events import ConfidentialReplyGiven
from ledger.negotiation.events import (
    ProposalAccepted,
    ProposalExpired,
    ProposalPartlyAccepted,
    ProposalSuperseded,
    ProposalWithdrawn,
    Tabled,
)
from ledger.negotiation.handling_events import LateAcceptanceConfirmed, PrincipalDecided
from ledger.negotiation.proposal import Proposal, Status
from ledger.parties import Power
from ledger.settlement.events import (
    SettlementExecuted,
    SettlementSigned,
    TextFrozen,
    TextUnfrozen,
)
from ledger.settlement.evidence_events import PartialSettlementExecuted
from tests.invariants.record import Truth, is_noted

ENDS = (ProposalExpired, ProposalSuperseded, ProposalWithdrawn)
ANSWERS = (
    ProposalAccepted,
    ProposalPartlyAccepted,
    PrincipalDecided,
    LateAcceptanceConfirmed,
    ConfidentialReplyGiven,
)
POWER_OF: dict[str, Power] = {
    "final_subject_to_signature": "settle",
    "in_principle": "negotiate",
    "ad_referendum": "negotiate",
}


def a_proposal_has_one_state(truth: Truth) -> None:
    """I-8: one of nine, the same for everybody who reads it, and ended once."""
    whole = truth.whole().negotiation.proposals
    for viewer in truth.viewers():
        eyes = truth.rights(viewer)
        for key, proposal in truth.cut(viewer).negotiation.proposals.items():
            spans = eyes[proposal.room]
            cut_short = spans.last is not None or spans.first > 1
            assert proposal.status in get_args(Status), f"{key}: {proposal.status}"
            same = proposal.status == whole[key].status
            assert same or cut_short, f"{viewer} sees {key} {proposal.status}"
    ends = Counter((f.room, getattr(e, "proposal_id", "")) for f, e in truth.all(*ENDS))
    assert all(n == 1 for n in ends.values()), f"ended twice: {ends}"
    tabled = Counter((f.room, e.proposal_id) for f, e in truth.all(Tabled))
    assert all(n == 1 for n in tabled.values()), f"tabled twice: {tabled}"


def acceptance_is_by_all_of_the_same(truth: Truth) -> None:
    """I-9: accepted is what every required acceptor accepted, clause for clause as tabled."""
    for proposal in truth.whole().negotiation.proposals.values():
        (tabled,) = [
            e
            for f, e in truth.all(Tabled)
            if (f.room, e.proposal_id) == (proposal.room, proposal.proposal_id)
        ]
        assert tabled.clause_ids == proposal.clause_ids, f"{proposal.key} changed its clauses"
        if proposal.status == "accepted":
            missing = set(tabled.required_acceptors) - _full_yes(truth, proposal)
            assert not missing, f"{proposal.key} accepted without {missing}"


def _full_yes(truth: Truth, proposal: Proposal) -> set[str]:
    """Name the parties whose last word on a proposal was a yes to all of it."""
    said: dict[str, bool] = {}
    for frame, event in truth.all(*ANSWERS):
        rooms = (proposal.room, f"caucus:{event.by}")
        if event.proposal_id == proposal.proposal_id and frame.room in rooms:
            said[getattr(event, "of", event.by)] = _is_yes(event)
    return {party for party, good in said.items() if good}


def _is_yes(event: Event) -> bool:
    """Tell whether an answer is a yes to all that was put, and waits for nobody."""
    match event:
        case ProposalAccepted() | LateAcceptanceConfirmed():
            return event.mode != "ad_referendum"
        case PrincipalDecided():
            return event.approved
        case ConfidentialReplyGiven():
            return event.answer == "yes"
        case _:
            return False


def what_is_whole_stays_whole(truth: Truth) -> None:
    """I-10: what was offered all or nothing is never accepted in part."""
    for frame, event in truth.all(ProposalPartlyAccepted):
        for tabled, terms in truth.before(frame, Tabled):
            same = (tabled.room, terms.proposal_id) == (frame.room, event.proposal_id)
            assert not (same and terms.all_or_nothing), f"{frame.ref} took a part"


def powers_reach_as_far_as_the_act(truth: Truth) -> None:
    """I-11: nobody accepts or signs beyond the power it was given."""
    for frame, event in truth.all(ProposalAccepted, SettlementSigned):
        signs = isinstance(event, SettlementSigned)
        power = "sign" if signs else POWER_OF[event.mode]
        party = f"party:{event.by}"
        assert frame.acting_for == party, f"{frame.ref} for {frame.acting_for}"
        if frame.actor != party:
            held = [
                e.powers
                for _, e in truth.before(frame, RepresentativeAuthorised)
                if (e.party, e.person) == (event.by, frame.actor)
            ]
            own = _requested(truth, event.by, frame.actor)
            assert power in (held[-1] if held else own), f"{frame.ref}: no power to {power}"


def _requested(truth: Truth, party: str, person: str) -> tuple[str, ...]:
    """Return the powers a person had in the case from the request or the joinder on."""
    held = truth.whole().intake.authorities.get((party, person))
    return () if held is None else held.powers


def signatures_are_on_the_frozen_text(truth: Truth) -> None:
    """I-12: each on the very text that was frozen, in every language; a change voids them."""
    for frame, signed in truth.all(SettlementSigned):
        frozen = _frozen(truth, frame, signed.settlement_id)
        assert frozen is not None, f"{frame.ref}: nothing is frozen"
        texts = (frozen.hash, frozen.translations, frozen.draft_version)
        assert (signed.hash, signed.translations, signed.draft_version) == texts, frame.ref
    for frame, done in truth.all(SettlementExecuted):
        frozen = _frozen(truth, frame, done.settlement_id)
        assert frozen is not None, f"{frame.ref}: executed unfrozen"
        assert done.hash == frozen.hash, f"{frame.ref}: another text"
        live = _signed(truth, frame, done)
        assert set(done.signed_by) <= live, f"{frame.ref}: {set(done.signed_by) - live} did not"


def _frozen(truth: Truth, frame: Frame[Any], settlement_id: str) -> TextFrozen | None:
    """Return the text that was frozen when a frame was recorded."""
    latest: TextFrozen | None = None
    for _, event in truth.before(frame, TextFrozen, TextUnfrozen):
        if event.settlement_id == settlement_id:
            latest = event if isinstance(event, TextFrozen) else None
    return latest


def _signed(truth: Truth, frame: Frame[Any], done: SettlementExecuted) -> set[str]:
    """Name who signed the text as it stood, since it was last frozen."""
    names: set[str] = set()
    for _, event in truth.before(frame, SettlementSigned, TextUnfrozen):
        if event.settlement_id == done.settlement_id:
            names = {*names, event.by} if isinstance(event, SettlementSigned) else set()
    return names


def execution_is_derived(truth: Truth) -> None:
    """I-13: it follows from the last signature; no mediator's counts as a party's."""
    derived: tuple[tuple[type[Event], type[Event]], ...] = (
        (SettlementExecuted, SettlementSigned),
        (PartialSettlementExecuted, SettlementSigned),
    )
    for kind, cause in derived:
        for frame, _ in truth.all(kind):
            beside = {type(f.event) for f in truth.with_it(frame)}
            assert cause in beside, f"{frame.ref} was entered by {frame.command}"
    for frame, signed in truth.all(SettlementSigned):
        assert (frame.acting_for or "").startswith("party:"), f"{frame.ref} is no party's"
        holders = truth.spec.file.roster.mediators
        assert frame.actor not in holders or is_noted(truth, frame), f"{frame.ref}: {signed.by}"
    for frame, _ in truth.all(EngagementConfirmed):
        signed_first = any(True for _ in truth.before(frame, AgreementToMediateSigned))
        assert signed_first or is_noted(truth, frame), f"{frame.ref} confirmed unsigned"
