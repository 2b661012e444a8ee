"""An answer that cannot count as an acceptance stands as a counter-proposal, once confirmed."""

from typing import Any

from ledger.deadlines import DeadlineMet, DeadlineSet
from ledger.negotiation.events import CounterProposalTabled
from ledger.negotiation.proposal import Proposal
from tests import examples as ex
from tests.invariants.scripts import house
from tests.spec import Order, Spec, do

THREE = ("A", "B", "C")
FOUR = [ex.clause(clause_id=f"c{n}", text=f"point {n}") for n in range(1, 5)]


def whole(**more: Any) -> Spec:  # noqa: ANN401 - a command's own fields
    """Begin with an offer of A that is taken whole or not at all."""
    return Spec().given(ex.mediating(THREE), ex.tabled(clauses=FOUR, all_or_nothing=True, **more))


def turned(*clause_ids: str, by: str = "B", **more: Any) -> Order:  # noqa: ANN401 - as above
    """Let what one would accept stand as a counter-proposal."""
    data = {"proposal_id": "P1", "clause_ids": list(clause_ids), **more}
    return do("confirm-as-counter", by=by, **data)


def proposals(spec: Spec, viewer: str = "party:C") -> dict[str, Proposal]:
    """Look at what lies on the joint table."""
    known = spec.file.seen_by(spec.file.rights(viewer)).negotiation.proposals
    return {name: one for (room, name), one in known.items() if room == "joint"}


def test_a_part_of_a_whole_becomes_a_counter_proposal_once_confirmed() -> None:
    """The attempt is refused and names the way; the confirmation tables the clauses unchanged."""
    part = do("accept-proposal-partly", by="B", proposal_id="P1", clause_ids=["c1", "c3"])
    spec = whole().when(part)
    spec.then_refused("proposal_is_not_all_or_nothing")
    assert spec.answer is not None
    assert "confirm-as-counter" in str(spec.answer.needs)
    spec.when(turned("c3", "c1")).then(CounterProposalTabled, DeadlineSet, DeadlineMet)
    event = spec.new_frames()[0].event
    assert (event.answers, event.instead_of, event.by) == ("P1", "partial_acceptance", "B")
    assert (event.clause_ids, event.addressees) == (("c1", "c3"), ("A", "C"))
    said: Any = spec._batch._open(spec.file, spec.new_frames()[0].ref)
    assert [clause.text for clause in said.clauses] == ["point 1", "point 3"]
    found = proposals(spec)
    assert (found["P1"].status, found["P2"].status) == ("countered", "open")
    assert not found["P1"].acceptances, "nothing of it is accepted"


def test_a_yes_under_conditions_to_a_whole_is_a_counter_proposal() -> None:
    """All clauses, and a condition: an acceptance that changes the offer is another offer."""
    spec = whole().when(turned("c1", "c2", "c3", "c4", conditions="If the bank agrees."))
    spec.then(CounterProposalTabled, DeadlineSet, DeadlineMet)
    said: Any = spec._batch._open(spec.file, spec.new_frames()[0].ref)
    assert said.conditions == "If the bank agrees."
    whole().when(turned("c1", "c2", "c3", "c4")).then_refused("some_clause_is_reserved")


def test_the_others_may_accept_what_was_turned() -> None:
    """It is a proposal as any other, and the offer may be kept open beside it."""
    spec = whole(stays_open_if_countered=True).given(turned("c1"))
    assert proposals(spec)["P1"].status == "open"
    spec.given(ex.accepted("P2", by="A"), ex.accepted("P2", by="C"))
    assert proposals(spec)["P2"].status == "accepted"


def test_what_can_be_accepted_in_part_is_not_turned() -> None:
    """There the acceptance itself counts."""
    spec = Spec().given(ex.mediating(THREE), ex.tabled(clauses=FOUR))
    spec.when(turned("c1")).then_refused("parts_cannot_be_accepted")
    spec.given(do("reject-proposal", by="C", proposal_id="P1"))
    spec.when(turned("c1")).then(CounterProposalTabled, DeadlineSet)


def test_only_who_was_asked_turns_an_answer() -> None:
    """Not the author, nobody without power, and only clauses that are there."""
    whole().when(turned("c1", by="A")).then_refused("acceptor_is_not_proposer")
    whole().when(turned("c9")).then_refused("clauses_belong_to_proposal")
    spec = whole().given(do("withdraw-proposal", by="A", proposal_id="P1"))
    spec.when(turned("c1")).then_refused("parent_can_be_answered")


def test_a_late_yes_says_what_it_was_meant_as() -> None:
    """Under the house's rules it is the same terms, put anew."""
    spec = Spec().given(ex.mediating(), ex.tabled(clauses=FOUR))
    due = proposals(spec, "party:B")["P1"].valid_until
    assert due is not None
    spec.at(spec.clock.at.replace(month=5)).when(do("accept-late", by="B", proposal_id="P1"))
    event = next(f.event for f in spec.new_frames() if isinstance(f.event, CounterProposalTabled))
    assert (event.instead_of, event.answers) == ("late_acceptance", "P1")


def test_the_mediators_open_proposal_is_answered_among_the_parties() -> None:
    """Its author is no party, so a counter-proposal to it goes to the other parties."""
    ask = (do("request-mediator-proposal", by=p) for p in THREE)
    put = do(
        "issue-mediator-proposal",
        by="mediator",
        clauses=[ex.clause()],
        reply="open",
        reply_by="2026-03-20T16:00:00+01:00",
    )
    text = ('mandate_level = "facilitate"', 'mandate_level = "facilitate_and_propose"')
    spec = Spec().given(house(text), ex.mediating(THREE), ask, put)
    spec.when(ex.tabled(by="B", answers="P1")).then(CounterProposalTabled, DeadlineMet, DeadlineSet)
    assert spec.new_frames()[0].event.addressees == ("A", "C")
