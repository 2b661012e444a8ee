"""The laws of the record, over random histories of the whole core."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ledger.answer import Answer
from ledger.case import Case, evolve
from ledger.casefile import CaseFile
from ledger.catalogue import encode_frame
from ledger.identity import Operator
from ledger.prospects import prospects
from ledger.rooms import Rights
from ledger.rulebook import shipped
from tests.examples import clause
from tests.histories import PARTIES, orders, stages
from tests.spec import START, Order, Spec, attempt, do

VIEWERS = ("registry", "mediator", "challenge", *(f"party:{p}" for p in PARTIES))
BERG = Operator(name="berg", roles=("registry",), auth="test", unbound=True)
CORRECTION: dict[str, Any] = {
    "changes": {"text": "other words"},
    "reason": "A slip.",
    "approved_by": "person:second",
}
PRIVATE = (
    do("record-interest", by="A", interest="We could wait.", priority=2),
    do("record-interest", by="mediator", party="A", interest="They could wait."),
    do("submit-statement", by="A", text="For the mediator alone.", share="mediator"),
    do("receive-in-caucus", by="A", text="We would go down to 800 k."),
    do("receive-in-caucus", by="mediator", party="A", text="The CFO is leaving."),
    do(
        "authorise-disclosure",
        by="A",
        item_id="C1",
        wording="A sees room for movement.",
        recipients=["B"],
    ),
    do("revoke-disclosure", by="A", authorisation_id="R1"),
    do("give-feedback", by="A", answers={"fair": 4}, consent_to_use=True),
    do(
        "table-proposal",
        by="A",
        addressees=["C"],
        clauses=[{"clause_id": "c9", "issue": "side deal", "text": "Between A and C."}],
    ),
    do("record-option", by="A", text="Perhaps a lease.", at_room="caucus"),
    do("note-barrier", by="mediator", barrier="They wait for each other."),
    do("note-strategy", by="mediator", approach="Dates first."),
    do("note-interruption", by="mediator", interrupter="A", speaker="C"),
    do("record-balance-intervention", by="mediator", what="The order was turned."),
    do("comment-on-balance", by="mediator", text="A had more to tell."),
    do("request-information", by="mediator", of="A", what="The invoices.", at_room="caucus:A"),
    do("supply-information", by="A", request_id="Q1", text="Twelve of them."),
    do("review-prior-communications", by="mediator", what="Letters.", party="A"),
    do("record-access-need", by="A", need="A room without stairs."),
    do("file-complaint", by="A", against="mediator", grounds="It was late."),
    do("request-assistance", by="A", kind="talks", what="A word.", at_room="caucus:A"),
    do("assess-feasibility", by="A", target_id="O1", dimension="legal", result="feasible"),
    do("draft-proposal", by="A", clauses=[clause()]),
    do("draft-proposal", by="A", clauses=[clause()], at_room="caucus"),
    do("link-clause", by="A", proposal_id="P1", clause_id="c1", interests=["I1"]),
    do("record-concession", by="A", text="January.", at_room="caucus"),
    do("form-coalition", by="A", members=["A", "C"]),
    do("request-mediator-proposal", by="A"),
    do("entrust-proposal", by="A", clauses=[clause()]),
    do("entrust-proposal", by="A", clauses=[clause()], attribution="withheld"),
    do("recall-proposal", by="A", entrusted_id="E1"),
    do("rank-candidates", by="A", ranking=["person:iyer"]),
    do("strike-candidates", by="A", struck=["person:iyer"]),
    do("assess-suitability", by="mediator", result="suitable", criteria=["voluntary"]),
    do(
        "invoke-exception",
        by="A",
        exception="crime_or_threat",
        information="caucus",
        recipient="The police.",
        telling_forbidden=True,
    ),
    do(
        "report-breach-of-confidence",
        by="A",
        information="proposals",
        facts="It was in the paper.",
        at_room="group:A+C",
    ),
    do("request-caucus-access", party="A", ground="danger", reason="A threat."),
    do("approve-caucus-access", party="A", access_id="CA1", at_operator=BERG),
    do("end-caucus-access", party="A", access_id="CA1"),
)
"""What A and the mediator do in rooms that B does not read, and do not convey."""

HIDDEN = ("caucus:A", "group:A+C", "desk:A", "party:A", "mediators")
PROBES = (
    *(do("contest-entry", by="B", target=f"{room}:1", position="No.") for room in HIDDEN),
    *(do("record-statement", by="B", text="Anybody?", at_room=room) for room in HIDDEN),
    *(do("table-proposal", by="B", proposal_id=f"P{n}", clauses=[clause()]) for n in (1, 2)),
    *(do("accept-proposal", by="B", proposal_id=f"P{n}") for n in (1, 2)),
    do("table-proposal", by="B", addressees=["C"], clauses=[clause()]),
    do("table-proposal", by="C", clauses=[clause()]),
    do("record-interest", by="B", interest="And what do they want?"),
    do("receive-in-caucus", by="B", text="Something of our own."),
    do("withdraw-consent", by="C"),
    do("place-legal-hold", scope="all", reason="A court asks."),
    do("file-challenge", by="B", ground="It knows too much."),
    do("request-caucus-access", party="B", ground="order", reason="A court asks."),
    do("approve-caucus-access", party="B", access_id="CA1", at_operator=BERG),
    do("propose-candidates", candidates=["person:iyer", "person:lindqvist"]),
    do("rank-candidates", by="B", ranking=["person:lindqvist"]),
    do("consent-handover", by="B"),
    do("consent-handover", by="B", items=["caucus:A:1"]),
    do("refuse-handover", by="B"),
    do("report-breach-of-confidence", by="B", information="process", facts="Somebody spoke."),
    do("answer-breach-of-confidence", by="B", breach_id="BC1", position="denies", answer="No."),
    do("request-information", by="B", of="A", what="And their invoices?"),
    do("supply-information", by="B", request_id="Q1", text="For A."),
    do("file-complaint", by="B", against="mediator", grounds="It was late."),
    do("record-access-need", by="B", need="A lift."),
    do("request-assistance", by="B", kind="talks", what="A word."),
    do("refuse-reopening", by="B"),
    do("assess-feasibility", by="B", target_id="O1", dimension="legal", result="unclear"),
    do("form-coalition", by="B", members=["B", "C"]),
    do("draft-proposal", by="B", draft_id="DR1", clauses=[clause()]),
    do("request-mediator-proposal", by="B"),
    do("entrust-proposal", by="B", clauses=[clause()]),
    do("recall-proposal", by="B", entrusted_id="E1"),
    *(do("correct-entry", target=f"{room}:1", **CORRECTION) for room in HIDDEN),
)
"""What B and the others try in order to learn what A and the mediator do."""

IN_THE_KNOW = ("A", "C", "mediator")
"""Who takes part in what B does not see: a side deal makes C one of them."""

MOVES = orders()


def visible(file: CaseFile, eyes: Rights) -> list[bytes]:
    """List what a reader can get of the record, byte for byte."""
    return [
        encode_frame(frame)
        for frame in file.frames
        if frame.room in eyes and frame.seq in eyes[frame.room]
    ]


def everything(spec: Spec, viewer: str, at: datetime) -> dict[str, Any]:
    """Gather everything a viewer can obtain from the core at an instant."""
    file, eyes = spec.file, spec.file.rights(viewer)
    return {
        "rooms": sorted(eyes.items()),
        "events": visible(file, eyes),
        "case": file.seen_by(eyes),
        "next": prospects(file, viewer, eyes, shipped(), at),
    }


def folded(file: CaseFile, eyes: Rights) -> Case:
    """Fold from the beginning what these eyes may see."""
    case = Case()
    for frame in file.frames:
        if frame.room in eyes and frame.seq in eyes[frame.room]:
            case = evolve(case, frame)
    return case


def _without_the_desk_of_a(answer: Answer | str) -> Answer | str:
    """Leave out what the registry is told of a room in which A spoke to it."""
    if isinstance(answer, str):
        return answer
    events = tuple(one for one in answer.events if one.room != "desk:A")
    return msgspec.structs.replace(answer, events=events)


class Twins(RuleBasedStateMachine):
    """Two histories that differ only in what A and the mediator did in private."""

    def __init__(self) -> None:
        super().__init__()
        self.open, self.quiet = Spec(), Spec()
        self.hours = 0
        self.number = 0
        self.in_the_know: tuple[str, ...] = IN_THE_KNOW

    @initialize(stage=stages)
    def begin(self, stage: Any) -> None:  # noqa: ANN401 - one of the stages
        """Bring both twins to the same stage."""
        for order in stage(PARTIES):
            self.both(order)

    def both(self, order: Order) -> None:
        """Give an order to both at the same instant and compare the answers."""
        self.number += 1
        self.hours += 1
        at = START + timedelta(hours=self.hours)
        same = msgspec.structs.replace(order, id=f"public-{self.number}")
        answers = []
        for twin in (self.open, self.quiet):
            twin.clock.set(at)
            answers.append(attempt(twin, same))
        if order.by not in self.in_the_know:
            told, quiet = (_without_the_desk_of_a(answer) for answer in answers)
            assert told == quiet, f"{order.name} by {order.by} tells"

    @rule(order=MOVES.filter(lambda order: order.by not in IN_THE_KNOW))
    def public(self, order: Order) -> None:
        """Somebody else acts in both."""
        self.both(order)

    @rule(order=st.sampled_from(PROBES))
    def probe(self, order: Order) -> None:
        """Somebody tries to find out, in both."""
        self.both(order)

    @rule(order=st.sampled_from(PRIVATE), minutes=st.integers(1, 50))
    def private(self, order: Order, minutes: int) -> None:
        """A or the mediator acts in one of them, between two public acts."""
        self.number += 1
        hidden = msgspec.structs.replace(order, id=f"private-{self.number}")
        self.open.clock.set(START + timedelta(hours=self.hours, minutes=minutes))
        attempt(self.open, hidden)
        if order.by not in self.in_the_know:  # it did it, so its own rooms tell it
            self.in_the_know = (*self.in_the_know, order.by)

    @rule()
    def time_passes(self) -> None:
        """Three weeks go by; what fell due is recorded with the next act or tick."""
        self.hours += 21 * 24

    @precondition(lambda self: self.hours > 0)
    @rule()
    def timekeeper_ticks(self) -> None:
        """What fell due is recorded at its own time, in every room of both."""
        self.hours += 1
        for twin in (self.open, self.quiet):
            twin.clock.set(START + timedelta(hours=self.hours))
            twin.tick()

    @invariant()
    def look_alike_to_b(self) -> None:
        """B sees the same, whatever it looks at."""
        if self.hours:
            at = START + timedelta(hours=self.hours + 1)
            assert everything(self.open, "party:B", at) == everything(self.quiet, "party:B", at)

    @invariant()
    @precondition(lambda self: self.hours > 0)
    def registry_learns_nothing_of_caucuses(self) -> None:
        """The registry's joint room is the same too."""
        eyes = {"joint": self.open.file.rights("registry")["joint"]}
        assert visible(self.open.file, eyes) == visible(self.quiet.file, eyes)


TestTwins = Twins.TestCase
TestTwins.settings = settings(
    max_examples=14,
    stateful_step_count=16,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@pytest.mark.soak
def test_a_thousand_pairs_of_histories_look_alike() -> None:
    """The same over many and longer histories."""
    longer = settings(TestTwins.settings, max_examples=1_000, stateful_step_count=30)
    run_state_machine_as_test(Twins, settings=longer)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(stage=stages, moves=st.lists(MOVES, max_size=25), weeks=st.integers(0, 3))
def test_folding_what_is_seen_is_seeing_what_was_folded(
    stage: Any,  # noqa: ANN401 - one of the stages
    moves: list[Order],
    weeks: int,
) -> None:
    """A cut carried along equals a fold from the start, for every viewer."""
    spec = Spec().given(stage(PARTIES))
    for order in moves:
        attempt(spec, order)
        spec.clock.set(spec.clock.at + timedelta(weeks=weeks))
        spec.file.seen_by(spec.file.rights("party:B"))
    for viewer in VIEWERS:
        eyes = spec.file.rights(viewer)
        assert spec.file.seen_by(eyes) == folded(spec.file, eyes)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(stage=stages, moves=st.lists(MOVES, max_size=20))
def test_as_of_shows_what_was_shown_then(
    stage: Any,  # noqa: ANN401 - one of the stages
    moves: list[Order],
) -> None:
    """The record cut at an instant gives what a viewer saw at that instant."""
    spec = Spec().given(stage(PARTIES))
    shown = []
    for order in moves:
        attempt(spec, order)
        at = spec.file.frames[-1].recorded
        shown.append((at, {v: folded(spec.file, spec.file.rights(v)) for v in VIEWERS}))
    for at, then in shown:
        past = CaseFile(spec.file.case_id)
        for frame in spec.file.frames:
            if frame.recorded <= at:
                past.append(frame)
        assert {v: past.seen_by(past.rights(v)) for v in VIEWERS} == then


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(stage=stages, moves=st.lists(MOVES, max_size=25))
def test_every_room_is_numbered_without_a_gap_and_time_never_runs_back(
    stage: Any,  # noqa: ANN401 - one of the stages
    moves: list[Order],
) -> None:
    """Sequences are 1, 2, 3 in each room, and `recorded` follows the order of recording."""
    spec = Spec().given(stage(PARTIES))
    for order in moves:
        attempt(spec, order)
    seen: dict[str, int] = {}
    for frame in spec.file.frames:
        assert frame.seq == seen.get(frame.room, 0) + 1
        seen[frame.room] = frame.seq
    instants = [frame.recorded for frame in spec.file.frames]
    assert instants == sorted(instants)
