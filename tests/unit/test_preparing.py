"""Before the sides meet: papers read, information asked for, barriers noted, needs met."""

from typing import Any

from msgspec.structs import replace

from ledger.deadlines import Deadline, DeadlineMet, Deadlines, DeadlineSet
from ledger.parties import Mandate, Party, Phase, Session
from ledger.preparation.commands import DECIDE
from ledger.preparation.events import EVENTS
from ledger.preparation.exchange_events import EXCHANGE_EVENTS
from ledger.preparation.state import Preparation, evolve
from tests.unit.part import Part, kinds, only, standing

PAPER = {"title": "Survey", "hash": "d3" * 32, "made_for_mediation": False}
CAUCUS = {"at_room": "caucus:A"}


def fold(state: Preparation, frame: Any) -> Preparation:  # noqa: ANN401 - a frame of any part
    """Fold what belongs to this part, as the case does."""
    return evolve(state, frame) if isinstance(frame.event, EVENTS) else state


def part(*parties: str, **known: Any) -> Part[Preparation]:  # noqa: ANN401 - any field of a standing
    """Begin while the talks are prepared."""
    return Part(DECIDE, fold, Preparation(), standing(*parties, phase=Phase.PREPARING, **known))


def test_a_document_is_reviewed_where_it_was_put_in() -> None:
    """One put in for the mediator alone is reviewed in that caucus, and nobody else learns it."""
    case = part()
    case.do("submit-document", "A", **PAPER, share="mediator")
    case.refuses("paper_is_on_record", "review-document", doc_id="D1")
    decision = case.do("review-document", doc_id="D1", note="Two months lack.", **CAUCUS)
    assert kinds(decision) == [("caucus:A", "DocumentReviewed")]
    assert case.state.exchange.reviewed == {("caucus:A", "D1")}


def test_a_statement_is_a_paper_too_and_an_interest_is_none() -> None:
    """What somebody cares for is not reviewed."""
    case = part()
    case.do("submit-statement", "A", text="Ours.")
    case.do("record-interest", "A", interest="Quiet.")
    case.do("review-document", doc_id="ST1")
    case.refuses("paper_is_on_record", "review-document", doc_id="I1", **CAUCUS)


def test_prior_communications_are_reviewed_before_all_or_with_who_showed_them() -> None:
    """Letters that one side showed in confidence are told to nobody else."""
    case = part()
    before_all = case.do("review-prior-communications", what="the letters", since="2025-01-10")
    alone = case.do("review-prior-communications", what="a note", party="A")
    assert [p.room for p in (*before_all, *alone)] == ["joint", "caucus:A"]
    assert case.state.exchange.communications == 2
    case.refuses("party_is_known", "review-prior-communications", what="x", party="Z")


def test_information_is_asked_for_by_a_day_and_supplied() -> None:
    """The day is a date at the seat; what is supplied meets it."""
    case = part()
    decision = case.do("request-information", of="B", what="invoices", by_when="2026-04-30")
    assert kinds(decision) == [("joint", "InformationRequested"), ("joint", "DeadlineSet")]
    date: Any = decision[1].event
    assert (date.on, date.concerns, date.about) == ("2026-04-30", "B", "Q1")
    case.standing = replace(case.standing, deadlines=_running(date))
    supplied = case.do("supply-information", "B", request_id="Q1", text="Twelve.")
    assert [type(p.event).__name__ for p in supplied] == ["InformationSupplied", "DeadlineMet"]
    assert isinstance(supplied[1].event, DeadlineMet)
    assert case.state.exchange.requests["joint", "Q1"].supplied


def _running(date: DeadlineSet) -> Deadlines:
    running = Deadline("joint", date, date.due, date.on, date.arithmetic, "running", "joint:2")
    return Deadlines({("joint", date.deadline_id): running})


def test_only_who_was_asked_supplies_and_once() -> None:
    """A does not answer for B; an empty answer is none; a second one needs a second request."""
    case = part()
    case.do("request-information", of="B", what="invoices")
    wanted = {"request_id": "Q1", "text": "x"}
    case.refuses("information_was_asked", "supply-information", "B", request_id="Q9", text="x")
    case.refuses(
        "information_is_supplied_by_whom_it_was_asked", "supply-information", "A", **wanted
    )
    case.refuses("supply_says_something", "supply-information", "B", request_id="Q1")
    case.do("supply-information", "B", **wanted)
    case.refuses(
        "information_is_supplied_by_whom_it_was_asked", "supply-information", "B", **wanted
    )


def test_a_party_is_asked_before_all_or_in_its_own_caucus() -> None:
    """Not in another's, not by itself, and nobody unknown."""
    case = part()
    rule = "information_is_asked_where_it_is_read"
    case.refuses(rule, "request-information", of="B", what="x", **CAUCUS)
    case.refuses("nobody_asks_themselves", "request-information", "B", of="B", what="x")
    case.refuses("party_is_known", "request-information", of="Z", what="x")
    case.do("request-information", "A", of="B", what="the invoices")
    case.refuses("id_is_new", "request-information", of="A", what="x", request_id="Q1")
    assert only(case.do("request-information", of="A", what="x", **CAUCUS)).request_id == "Q1"
    supplied = case.do("supply-information", "A", request_id="Q1", text="In confidence.")
    assert kinds(supplied) == [("caucus:A", "InformationSupplied")]


def test_barriers_and_strategies_stay_with_the_mediators() -> None:
    """A strategy names barriers that were noted; under a new mandate the room is another."""
    case = part()
    barrier = case.do("note-barrier", barrier="Each waits for the other.", issues=["fee"])
    assert kinds(barrier) == [("mediators", "BarrierNoted")]
    case.refuses("barriers_are_noted", "note-strategy", approach="x", barriers=["B9"])
    case.do("note-strategy", approach="Dates first.", barriers=["B1"])
    case.refuses("id_is_new", "note-barrier", barrier="x", barrier_id="B1")
    case.refuses("id_is_new", "note-strategy", approach="x", strategy_id="Y1")
    assert case.state.exchange.strategies == {("mediators", "Y1")}
    later = part(mandate=Mandate(2, "active", ("person:ortiz",)))
    assert kinds(later.do("note-barrier", barrier="x")) == [("mediators@2", "BarrierNoted")]


def test_a_list_of_participants_says_who_of_them_may_settle() -> None:
    """Taken from the authorities on record; a later list takes the place of the first."""
    case = part(undertakings=frozenset({"person:expert"}))
    persons = ["person:holt", "person:expert"]
    listed = only(case.do("set-participant-list", "B", session_id="S1", persons=persons))
    assert (listed.party, listed.deciders) == ("B", ("person:holt",))
    case.do("set-participant-list", "registry", session_id="S1", party="B", persons=persons[:1])
    assert case.state.exchange.lists == {("S1", "B"): ("person:holt",)}


def test_a_list_is_of_ones_own_people_for_a_session_to_come() -> None:
    """Each of them bound; a stranger who came nevertheless is reported and marked."""
    case = part(sessions={"S1": Session("S1", "scheduled"), "S2": Session("S2", "closed")})
    own = {"persons": ["person:holt"]}
    case.refuses(
        "list_is_of_the_party_named", "set-participant-list", "A", session_id="S1", party="B", **own
    )
    case.refuses("session_is_still_to_come", "set-participant-list", "B", session_id="S2", **own)
    wanted = {"session_id": "S1", "party": "B"}
    case.notes(
        "persons_listed_are_bound",
        "set-participant-list",
        "registry",
        persons=["person:x"],
        **wanted,
    )
    case.refuses(
        "party_is_known", "set-participant-list", "registry", session_id="S1", party="Z", **own
    )


def test_an_access_need_stays_between_its_party_and_the_registry() -> None:
    """Others never learn that there is one; the registry says how it is met."""
    case = part()
    decision = case.do("record-access-need", "A", need="A room without stairs.")
    assert kinds(decision) == [("desk:A", "AccessNeedRecorded")]
    case.refuses("need_is_of_a_party_named", "record-access-need", "registry", need="x")
    case.refuses("need_is_of_a_party_named", "record-access-need", "A", need="x", party="B")
    case.refuses("party_is_known", "record-access-need", "registry", need="x", party="Z")
    case.refuses("id_is_new", "record-access-need", "A", need="x", need_id="N1")
    met = {"party": "A", "need_id": "N1", "arrangement": "The ground floor."}
    assert kinds(case.do("arrange-access", "registry", **met)) == [("desk:A", "AccessArranged")]
    case.refuses("need_is_known_and_open", "arrange-access", "registry", **met)
    case.refuses("need_is_known_and_open", "arrange-access", "registry", **{**met, "need_id": "N7"})
    assert case.state.exchange.needs == {("desk:A", "N1"): True}


def test_who_left_asks_for_nothing() -> None:
    """A withdrew, so its people are not listed by it."""
    gone = {"A": Party("A", consent="withdrawn"), "B": Party("B", consent="consented")}
    case = part(parties=gone)
    case.notes("party_has_consented", "request-information", "A", of="B", what="x")


def test_one_course_records_every_event_of_the_exchange() -> None:
    """Nothing of it is out of reach."""
    case = part()
    case.do("submit-document", "A", **PAPER)
    case.do("review-document", doc_id="D1")
    case.do("review-prior-communications", what="x")
    case.do("request-information", of="A", what="x")
    case.do("supply-information", "A", request_id="Q1", text="x")
    case.do("note-barrier", barrier="x")
    case.do("note-strategy", approach="x")
    case.do("set-participant-list", "A", session_id="S1", persons=["person:abe"])
    case.do("record-access-need", "A", need="x")
    case.do("arrange-access", "registry", party="A", need_id="N1", arrangement="x")
    assert set(EXCHANGE_EVENTS) <= {type(placed.event) for placed in case.placed}
