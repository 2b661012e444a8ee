"""The main phase of a case, and how it ended (DOMAIN.md 3.1)."""

from typing import Any

import pytest

from ledger import phases
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
from ledger.intake.events import (
    CaseTakenOver,
    ConsentGiven,
    ConsentWithdrawn,
    ContinuationAgreed,
    InvitationDeclined,
    InvitationIssued,
    InvitationServed,
    MediationRequested,
    RequestDeclined,
    RequestLapsed,
    RequestRegistered,
    RequestWithdrawn,
    SilenceTreatedAsRefusal,
)
from ledger.negotiation.events import (
    CounterProposalTabled,
    ImpasseDeclared,
    MediatorProposalIssued,
    ProposalTabled,
)
from ledger.neutrality.events import MediatorAppointed, SuccessorAppointed
from ledger.parties import OPEN, RUNNING, Consent, Party, Phase, Standing
from ledger.phases import MOVERS, RETURNS, advance, outcome
from ledger.preparation.events import PreparationOpened
from ledger.profile import ProfileRef
from ledger.sessions.events import SessionOpened
from ledger.settlement.events import (
    DraftingMandateGiven,
    SettlementExecuted,
    SignatureInvited,
    SignatureRefused,
    SignatureWindowLapsed,
    TextUnfrozen,
)
from ledger.settlement.evidence_events import CoolingOffExercised, PartialSettlementExecuted

PIN = ProfileRef("house-default", 1, f"sha256:{'0' * 64}")
NAMED = {"number": "GO-2026-0001", "parties": ("A", "B")}
TERMS: dict[str, Any] = {
    "proposal_id": "P1",
    "by": "A",
    "clause_ids": ("1",),
    "issues": ("",),
    "addressees": ("B",),
    "required_acceptors": ("B",),
}
REQUESTED = MediationRequested(requester="A", **NAMED)  # type: ignore[arg-type] # fields by name
REGISTERED = RequestRegistered(requesters=("A",), profile=PIN, **NAMED)  # type: ignore[arg-type] # as above
TAKEN_OVER = CaseTakenOver(source="casino", phase=Phase.ENGAGED, profile=PIN, **NAMED)  # type: ignore[arg-type] # as above
ISSUED = InvitationIssued(party="B", carrier="post")
CONSENTED = ConsentGiven(party="B", signatory="person:holt")
DECLINED = InvitationDeclined(party="B")
WITHDRAWN = ConsentWithdrawn(party="B")
GOING_ON = ContinuationAgreed(party="A", remaining=("A", "C"), complete=True)
APPOINTED = MediatorAppointed(mediators=("person:iyer",), method="joint", mandate_number=1)
SUCCESSOR = SuccessorAppointed(
    mediators=("person:iyer",), previous=("person:ortiz",), method="joint", mandate_number=2
)
ENGAGED = EngagementConfirmed(text_version=1)
PREPARED = PreparationOpened()
SESSION = SessionOpened(session_id="S1")
IMPASSE = ImpasseDeclared(impasse_id="I1")
MANDATE = DraftingMandateGiven(drafter="mediator", agreed_by=("A", "B"))
INVITED = SignatureInvited(settlement_id="T1", signatories=("A", "B"), method="ink")
UNFROZEN = TextUnfrozen(settlement_id="T1", draft_version=1, asked_by="A")
REFUSED = SignatureRefused(settlement_id="T1", by="B")
LAPSED = SignatureWindowLapsed(settlement_id="T1", missing=("B",), deadline_id="signature-T1")
PLAN = MonitoringPlanAdopted(plan_hash="d" * 64, parties=("A", "B"))
TOLD = SettlementReported(reported_on=None, basis="Agreement Reached")
EVALUATED = EvaluationClosed()


def executed(scope: str = "whole") -> SettlementExecuted:
    """Sign a settlement in full or in part."""
    known: dict[str, Any] = {"draft_version": 1, "hash": "a" * 64, "signed_by": ("A", "B")}
    return SettlementExecuted(settlement_id="T1", scope=scope, **known)  # type: ignore[arg-type] # a test names one of the words


def ended(mode: str = "no_prospect", **known: Any) -> TerminationDeclared:  # noqa: ANN401 - any field of the event
    """Declare an end."""
    return TerminationDeclared(mode=mode, by="mediator", **known)  # type: ignore[arg-type] # a test names one of the words


def closed(word: str = "none") -> CaseClosed:
    """Close a case."""
    return CaseClosed(outcome=word)  # type: ignore[arg-type] # a test names one of the words


def standing(continuing: str = "", **consents: Consent) -> Standing:
    """State where the consents stand; A's and B's by default."""
    known = consents or {"A": "consented", "B": "consented"}
    parties = {p: Party(p, consent=consent) for p, consent in known.items()}
    return Standing(parties=parties, continuing=frozenset(continuing))


def test_a_plain_case_goes_through_every_phase() -> None:
    """From the request to the evaluation, one act after the other."""
    asked = standing(A="consented", B="invited")
    agreed = standing()
    way: list[tuple[Event, Standing, str]] = [
        (REQUESTED, asked, "REQUESTED"),
        (REGISTERED, asked, "REQUESTED"),
        (ISSUED, asked, "INVITED"),
        (CONSENTED, agreed, "CONSENTED"),
        (APPOINTED, agreed, "CONSTITUTED"),
        (ENGAGED, agreed, "ENGAGED"),
        (PREPARED, agreed, "PREPARING"),
        (SESSION, agreed, "MEDIATING"),
        (MANDATE, agreed, "DRAFTING"),
        (INVITED, agreed, "SIGNING"),
        (executed(), agreed, "SETTLED"),
        (PLAN, agreed, "MONITORING"),
        (ended("settled"), agreed, "MONITORING"),
        (closed("full"), agreed, "CLOSED"),
        (EVALUATED, agreed, "EVALUATED"),
    ]
    phase, end = Phase.NONE, None
    for event, around, expected in way:
        phase = advance(phase, event, "joint", around)
        end = outcome(end, event, phase)
        assert phase.name == expected
    assert end == "settled"


@pytest.mark.parametrize("room", ["caucus:A", "group:A+B", "mediators", "chair", "registry"])
def test_only_joint_and_desk_events_move_the_phase(room: str) -> None:
    """A proposal between two of three moves nothing that the third could see."""
    table = ProposalTabled(**TERMS) if room == "group:A+B" else SESSION
    assert advance(Phase.PREPARING, table, room, standing()) == Phase.PREPARING


def test_a_part_that_leaves_nothing_open_settles_the_whole() -> None:
    """The last open issue is settled by an instrument of its own; else the talks go on."""
    last = PartialSettlementExecuted(settlement_id="SA2", issues_settled=("dues",), issues_open=())
    assert advance(Phase.MEDIATING, last, "joint", standing()) == Phase.SETTLED
    assert outcome("partly_settled", last, Phase.SETTLED) == "settled"
    some = PartialSettlementExecuted(
        settlement_id="SA1", issues_settled=("fees",), issues_open=("dues",)
    )
    assert advance(Phase.MEDIATING, some, "joint", standing()) == Phase.MEDIATING
    assert outcome("partly_settled", some, Phase.MEDIATING) == "partly_settled"


def test_stepping_back_takes_the_outcome_back() -> None:
    """Unless another settlement of the case stands."""
    back = CoolingOffExercised(settlement_id="SA1", by="A")
    assert outcome("settled", back, Phase.MEDIATING) is None
    beside = CoolingOffExercised(settlement_id="SA2", by="A", others_stand=True)
    assert outcome("settled", beside, Phase.MEDIATING) == "partly_settled"


def test_a_joint_proposal_opens_the_talks() -> None:
    """Whether or not a session was opened before."""
    assert advance(Phase.PREPARING, ProposalTabled(**TERMS), "joint", standing()) == "MEDIATING"


@pytest.mark.parametrize("event", [SESSION, PREPARED, APPOINTED, SUCCESSOR, ENGAGED, ISSUED])
@pytest.mark.parametrize("phase", [p for p in Phase if p in OPEN])
def test_an_act_that_opens_a_stage_moves_forward_alone(event: Event, phase: Phase) -> None:
    """A session reported out of order brings the case there; none takes it back."""
    order = list(Phase)
    after = advance(phase, event, "joint", standing(A="consented", B="invited"))
    assert order.index(after) == max(order.index(phase), order.index(phases.OPENED[type(event)]))


@pytest.mark.parametrize("event", [SESSION, MANDATE, ISSUED, executed(), CONSENTED, WITHDRAWN])
@pytest.mark.parametrize("phase", ["NOT_COMMENCED", "TERMINATED", "CLOSED", "EVALUATED"])
def test_an_ended_case_is_not_moved_by_acts_of_the_talks(event: Event, phase: str) -> None:
    """What is reported after an end is recorded and opens nothing."""
    assert advance(Phase(phase), event, "joint", standing()) == phase


@pytest.mark.parametrize(("kind", "way"), RETURNS.items(), ids=lambda x: getattr(x, "__name__", ""))
def test_some_acts_move_from_one_phase_alone(kind: type[Event], way: tuple[Phase, Phase]) -> None:
    """A counter-proposal to a draft reopens the talks; the same while they run changes nothing."""
    examples: dict[type[Event], Event] = {
        CounterProposalTabled: CounterProposalTabled(**TERMS, answers="P0", kind="counter"),
        MediatorProposalIssued: MediatorProposalIssued(**TERMS, reply="blind"),
        ImpasseDeclared: IMPASSE,
        TextUnfrozen: UNFROZEN,
        SignatureRefused: REFUSED,
        SignatureWindowLapsed: LAPSED,
        CoolingOffExercised: CoolingOffExercised(settlement_id="SA1", by="A"),
        MonitoringPlanAdopted: PLAN,
        EvaluationClosed: EVALUATED,
    }
    source, target = way
    assert advance(source, examples[kind], "joint", standing()) == target
    assert advance(target, examples[kind], "joint", standing()) == target


def test_a_draft_kept_through_new_talks_is_taken_up_again() -> None:
    """By unfreezing it, after a signature was refused."""
    talks = advance(Phase.SIGNING, REFUSED, "joint", standing())
    assert talks == Phase.MEDIATING
    assert advance(talks, UNFROZEN, "joint", standing()) == Phase.DRAFTING


def test_a_partial_settlement_lets_the_talks_go_on() -> None:
    """It is in force while the case mediates; the outcome says that it is a part."""
    after = advance(Phase.SIGNING, executed("partial"), "joint", standing())
    assert after == Phase.MEDIATING
    assert outcome(None, executed("partial"), after) == "partly_settled"
    assert outcome("partly_settled", ended(), Phase.TERMINATED) == "partly_settled"
    assert outcome("partly_settled", executed(), Phase.SETTLED) == "settled"


def test_a_joint_request_needs_no_invitation() -> None:
    """All have consented by asking together."""
    assert advance(Phase.REQUESTED, REGISTERED, "joint", standing()) == Phase.CONSENTED


def test_the_last_consent_begins_the_case() -> None:
    """Neither an earlier one, nor one whose conditions are open, nor one of a single party."""
    one_open = standing(A="consented", B="consented", C="invited")
    assert advance(Phase.INVITED, CONSENTED, "joint", one_open) == Phase.INVITED
    conditional = standing(A="consented", B="conditional")
    assert advance(Phase.INVITED, CONSENTED, "joint", conditional) == Phase.INVITED
    alone = standing("A", A="consented", B="declined")
    assert advance(Phase.INVITED, CONSENTED, "joint", alone) == Phase.INVITED


@pytest.mark.parametrize(
    "event",
    [
        DECLINED,
        SilenceTreatedAsRefusal(party="B", elected_by="A"),
        RequestLapsed(party="B", deadline_id="reply-B"),
    ],
)
def test_a_refusal_ends_a_case_of_two_and_leaves_one_of_three(event: Event) -> None:
    """Among three the others may agree to go on."""
    two = standing(A="consented", B="declined")
    assert advance(Phase.INVITED, event, "joint", two) == Phase.NOT_COMMENCED
    three = standing(A="consented", B="declined", C="consented")
    assert advance(Phase.INVITED, event, "joint", three) == Phase.INVITED


def test_those_who_stay_begin_once_all_agreed_to_go_on() -> None:
    """In whichever order they consent and agree."""
    parties: dict[str, Consent] = {"A": "consented", "B": "declined", "C": "consented"}
    assert advance(Phase.INVITED, GOING_ON, "joint", standing("A", **parties)) == Phase.INVITED
    for event in (GOING_ON, CONSENTED):
        assert advance(Phase.INVITED, event, "joint", standing("AC", **parties)) == Phase.CONSENTED


def test_a_withdrawal_ends_a_case_of_two_and_leaves_one_of_three() -> None:
    """What had not begun never commenced."""
    two = standing(A="consented", B="withdrawn")
    assert advance(Phase.SIGNING, WITHDRAWN, "joint", two) == Phase.TERMINATED
    assert advance(Phase.INVITED, WITHDRAWN, "joint", two) == Phase.NOT_COMMENCED
    three = standing(A="consented", B="withdrawn", C="consented")
    assert advance(Phase.SIGNING, WITHDRAWN, "joint", three) == Phase.SIGNING
    assert outcome(None, WITHDRAWN, Phase.TERMINATED) == "terminated"
    assert outcome(None, WITHDRAWN, Phase.SIGNING) is None


@pytest.mark.parametrize("event", [RequestDeclined(ground="scope"), RequestWithdrawn(party="A")])
def test_a_request_that_goes_nowhere_never_commenced(event: Event) -> None:
    """At the desk or before all; not once all have consented."""
    for room in ("desk:A", "joint"):
        assert advance(Phase.REQUESTED, event, room, standing()) == Phase.NOT_COMMENCED
    assert advance(Phase.CONSENTED, event, "joint", standing()) == Phase.CONSENTED
    assert outcome(None, event, Phase.NOT_COMMENCED) == "not_commenced"


def test_a_declared_end_ends_what_runs() -> None:
    """An end as settled moves nothing; one that never began did not take place."""
    for phase in RUNNING:
        assert advance(phase, ended(), "joint", standing()) == Phase.TERMINATED
    assert advance(Phase.INVITED, ended(), "joint", standing()) == Phase.NOT_COMMENCED
    assert advance(Phase.SETTLED, ended("settled"), "joint", standing()) == Phase.SETTLED
    assert outcome(None, ended(), Phase.TERMINATED) == "terminated"


def test_an_end_that_awaits_confirmation_takes_effect_with_it() -> None:
    """Until then the case runs."""
    waits = ended(awaits_confirmation=True)
    assert advance(Phase.MEDIATING, waits, "joint", standing()) == Phase.MEDIATING
    assert outcome(None, waits, Phase.MEDIATING) is None
    confirmed = TerminationConfirmed(mode="no_prospect", effective_at=None)
    assert advance(Phase.MEDIATING, confirmed, "joint", standing()) == Phase.TERMINATED
    as_settled = TerminationConfirmed(mode="settled", effective_at=None)
    assert advance(Phase.SETTLED, as_settled, "joint", standing()) == Phase.SETTLED


@pytest.mark.parametrize("phase", ["MEDIATING", "SETTLED", "MONITORING", "TERMINATED"])
def test_a_case_that_runs_or_was_ended_closes(phase: str) -> None:
    """A case that never commenced has nothing to close."""
    assert advance(Phase(phase), closed(), "joint", standing()) == Phase.CLOSED
    never = Phase.NOT_COMMENCED
    assert advance(never, closed(), "joint", standing()) == never


def test_a_case_taken_over_is_in_the_phase_that_is_asserted() -> None:
    """No act between is invented."""
    assert advance(Phase.NONE, TAKEN_OVER, "joint", standing()) == Phase.ENGAGED
    assert outcome(None, TAKEN_OVER, Phase.ENGAGED) is None


def test_a_reported_settlement_is_told_as_reported() -> None:
    """It moves no phase, and is never worded as executed."""
    assert advance(Phase.MEDIATING, TOLD, "joint", standing()) == Phase.MEDIATING
    assert outcome(None, TOLD, Phase.MEDIATING) == "settlement_reported"
    assert outcome("settlement_reported", closed("full"), Phase.CLOSED) == "settlement_reported"


@pytest.mark.parametrize(
    ("before", "word", "after"),
    [
        (None, "none", "closed_without_settlement"),
        (None, "full", "settlement_reported"),
        ("terminated", "none", "terminated"),
        ("settled", "full", "settled"),
        ("settled", "partial", "partly_settled"),
        ("partly_settled", "partial", "partly_settled"),
    ],
)
def test_a_close_keeps_the_end_the_record_shows(before: Any, word: str, after: str) -> None:  # noqa: ANN401 - one of the outcomes
    """Only signatures settle; the registry's word alone is a report."""
    assert outcome(before, closed(word), Phase.CLOSED) == after


def test_what_moves_nothing_is_not_asked_about() -> None:
    """Every event that moves a phase is listed; service, for one, is not among them."""
    assert InvitationServed not in MOVERS
    known = (REQUESTED, REGISTERED, TAKEN_OVER, ISSUED, CONSENTED, DECLINED, WITHDRAWN, GOING_ON)
    later = (APPOINTED, SUCCESSOR, ENGAGED, PREPARED, SESSION, IMPASSE, MANDATE, INVITED, TOLD)
    last = (UNFROZEN, REFUSED, LAPSED, PLAN, EVALUATED, executed(), ended(), closed())
    assert {type(event) for event in (*known, *later, *last)} <= MOVERS


@pytest.mark.parametrize("phase", ["CLOSED", "EVALUATED", "NOT_COMMENCED"])
def test_a_closed_case_is_reopened_into_talks_or_before_a_mediator(phase: str) -> None:
    """With the mediator of before the talks go on, else one is to be chosen."""
    same = CaseReopened(ground="open_issues", parties=("A", "B"), mediator="same")
    new = CaseReopened(ground="open_issues", parties=("A", "B"), mediator="new")
    assert advance(Phase(phase), same, "joint", standing()) == Phase.MEDIATING
    assert advance(Phase(phase), new, "joint", standing()) == Phase.CONSENTED
    assert advance(Phase.MEDIATING, new, "joint", standing()) == Phase.MEDIATING


def test_a_reopening_keeps_what_was_settled_unless_it_was_set_aside() -> None:
    """An end without settlement is no end any more."""
    for kept in ("settled", "partly_settled", "settlement_reported"):
        breach = CaseReopened(ground="breach", parties=("A", "B"), mediator="same")
        gone = CaseReopened(ground="annulled_settlement", parties=("A", "B"), mediator="same")
        assert outcome(kept, breach, Phase.MEDIATING) == kept
        assert outcome(kept, gone, Phase.MEDIATING) is None
    joint = CaseReopened(ground="joint_request", parties=("A", "B"), mediator="new")
    assert outcome("terminated", joint, Phase.CONSENTED) is None
