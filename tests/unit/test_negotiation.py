"""The negotiation: what is tabled, how it is answered, what becomes of it."""

from datetime import UTC, datetime
from typing import Any, cast

import msgspec
import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from ledger.catalogue import DECIDERS, decode_command
from ledger.deadlines import (
    DeadlineExtended,
    DeadlineMet,
    DeadlineReviewNeeded,
    Deadlines,
    DeadlineSet,
    DeadlineWaived,
)
from ledger.deadlines import evolve as fold_date
from ledger.envelope import Frame, content_fields
from ledger.errors import DecodeError
from ledger.negotiation.clause_text import parse_clause
from ledger.negotiation.commands import DECIDE
from ledger.negotiation.differences import clause_differences
from ledger.negotiation.due import overdue as expiring
from ledger.negotiation.events import (
    EVENTS,
    AgreementInPrincipleRecorded,
    CounterProposalTabled,
    ImpasseDeclared,
    ImpasseResolved,
    OptionRecorded,
    ProposalAccepted,
    ProposalExpired,
    ProposalPartlyAccepted,
    ProposalRejected,
    ProposalSuperseded,
    ProposalTabled,
    ProposalWithdrawn,
)
from ledger.negotiation.look_alikes import explain, look_alike
from ledger.negotiation.proposal import Proposal, status_of
from ledger.negotiation.state import Negotiation, evolve
from ledger.negotiation.word_runs import word_segments
from ledger.reasons import ReasonsGiven
from ledger.record.events import LateEntryRecorded
from ledger.terms import Clause, Money, Parameter
from tests.examples import accepted, clause, mediating, tabled
from tests.spec import Order, Spec, do, given
from tests.unit.part import HOUSE, Part, standing

THREE = ("A", "B", "C")
FOUR = [clause(clause_id=f"c{n}", text=f"point {n}") for n in range(1, 5)]
VALID = "2026-03-10T17:00:00+01:00[Europe/Oslo]"
LATER = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)


def talks(*steps: Order, parties: tuple[str, ...] = ("A", "B")) -> Spec:
    """Begin in the first session, then go on."""
    return given(mediating(parties), *steps)


def seen(spec: Spec, viewer: str = "mediator") -> Negotiation:
    """Look at the negotiation with a viewer's eyes."""
    return spec.file.seen_by(spec.file.rights(viewer)).negotiation


def proposal(spec: Spec, proposal_id: str = "P1", room: str = "joint") -> Proposal:
    """Look at a proposal as the mediator sees it."""
    return seen(spec).proposals[room, proposal_id]


def own(state: Negotiation, frame: Frame[Any]) -> Negotiation:
    """Fold the events of this part."""
    return evolve(state, frame) if isinstance(frame.event, EVENTS) else state


def table_alone() -> Part[Negotiation]:
    """Begin with no clock that records what fell due."""
    return Part(DECIDE, own, Negotiation(), standing())


def framed(event: Any, seq: int = 1) -> Frame[Any]:  # noqa: ANN401 - any event
    """Record an event in the joint room."""
    return Frame(
        room="joint",
        seq=seq,
        recorded=LATER,
        actor="clock",
        entered_by="clock",
        auth="test",
        channel="clock",
        command="c",
        event=event,
    )


def noted(book: Deadlines, seq: int, event: DeadlineSet | DeadlineExtended) -> Deadlines:
    """Fold a date of the joint room."""
    return fold_date(book, framed(event, seq))


def countered(by: str = "B", answers: str = "P1", **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """A party answers with other terms."""
    return tabled(by, [clause(text="0.9 M EUR")], answers=answers, **more)


def rejected(by: str = "B", proposal_id: str = "P1", **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """A party says no."""
    return do("reject-proposal", by=by, proposal_id=proposal_id, **more)


def withdrawn(by: str = "A", **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """A party takes its terms back."""
    return do("withdraw-proposal", by=by, proposal_id="P1", **more)


def partly(clause_ids: list[str], by: str = "B", **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """A party accepts some clauses."""
    return do("accept-proposal-partly", by=by, proposal_id="P1", clause_ids=clause_ids, **more)


def agreed(**more: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """The mediator records what is agreed."""
    return do("record-agreement-in-principle", by="mediator", **more)


class TestTabling:
    """Terms reach the table, in the room of those they concern."""

    def test_terms_for_everybody_are_tabled_before_all(self) -> None:
        """With two parties there is nobody to leave out."""
        spec = talks().when(tabled()).then(ProposalTabled, DeadlineSet)
        found = proposal(spec)
        assert (found.by, found.addressees, found.required) == ("A", ("B",), ("B",))
        assert (found.kind, found.status, found.tabled_ref) == ("first", "open", found.changed_ref)

    def test_terms_for_one_of_two_others_stay_among_those_concerned(self) -> None:
        """A writes to B; C has neither the terms nor a gap in its numbers."""
        spec = talks(parties=THREE).when(tabled(addressees=["B"]))
        spec.then(ProposalTabled, DeadlineSet)
        assert [frame.room for frame in spec.new_frames()] == ["group:A+B", "group:A+B"]
        assert not seen(spec, "party:C").proposals
        assert ("group:A+B", "P1") in seen(spec, "party:B").proposals

    def test_an_author_may_show_all_what_it_puts_to_one(self) -> None:
        """A asks only B, and wants C to read it."""
        spec = talks(parties=THREE).when(tabled(addressees=["B"], at_room="joint"))
        spec.then(ProposalTabled, DeadlineSet)
        assert proposal(spec).addressees == ("B",)

    def test_terms_in_a_group_address_its_members(self) -> None:
        """Who names a group need not name those in it."""
        spec = talks(tabled(addressees=["B"]), parties=THREE)
        spec.when(tabled("B", at_room="group:A+B")).then(ProposalTabled, DeadlineSet)
        assert proposal(spec, "P2", "group:A+B").addressees == ("A",)

    def test_terms_are_not_tabled_where_an_addressee_does_not_read(self) -> None:
        """C would never see what it is asked."""
        order = tabled(addressees=["B", "C"], at_room="group:A+B")
        talks(tabled(addressees=["B"]), parties=THREE).when(order).then_refused(
            "room_holds_addressees"
        )

    def test_terms_are_not_tabled_in_a_caucus(self) -> None:
        """A proposal nobody is asked is a draft."""
        talks().when(tabled(addressees=["B"], at_room="caucus:A")).then_refused(
            "room_holds_addressees"
        )

    def test_names_are_counted_room_by_room(self) -> None:
        """A side deal takes no number away from the joint room."""
        spec = talks(tabled(addressees=["B"]), tabled("C"), parties=THREE)
        assert set(seen(spec).proposals) == {("group:A+B", "P1"), ("joint", "P1")}

    def test_a_number_taken_by_hand_is_passed_over(self) -> None:
        """Somebody named a proposal P2 before there were two."""
        spec = talks(tabled(proposal_id="P2"), tabled("B"))
        assert set(seen(spec).proposals) == {("joint", "P2"), ("joint", "P3")}

    def test_a_name_is_given_once(self) -> None:
        """Two proposals of one name could not be told apart."""
        talks(tabled(proposal_id="X")).when(tabled(proposal_id="X")).then_refused("id_is_new")

    def test_a_stranger_is_not_addressed(self) -> None:
        """Z is no party here."""
        talks().when(tabled(addressees=["Z"])).then_refused("party_is_known")

    def test_nobody_proposes_to_themselves(self) -> None:
        """A alone is nobody to agree with."""
        talks().when(tabled(addressees=["A"])).then_refused("proposal_has_addressee")

    def test_an_addressee_is_named_once(self) -> None:
        """B twice is still B."""
        talks().when(tabled(addressees=["B", "B"])).then_refused("proposal_has_addressee")

    def test_terms_are_put_to_parties_that_take_part(self) -> None:
        """C has left."""
        left = (
            do("withdraw-consent", by="C"),
            do("agree-continuation", by="A"),
            do("agree-continuation", by="B"),
        )
        spec = talks(*left, parties=THREE)
        spec.when(tabled(addressees=["B", "C"])).then_refused("addressees_take_part")
        spec.when(tabled(addressees=["B", "C"], at_reported=True)).then_irregular(
            "addressees_take_part"
        )

    def test_who_must_accept_was_asked(self) -> None:
        """C is not addressed, so its yes cannot be needed."""
        order = tabled(addressees=["B"], required_acceptors=["C"])
        talks(parties=THREE).when(order).then_refused("required_acceptors_are_addressed")

    def test_somebody_must_accept(self) -> None:
        """Terms nobody needs to accept would be accepted at once."""
        talks().when(tabled(required_acceptors=[])).then_refused("required_acceptors_are_addressed")

    def test_clauses_have_names_of_their_own(self) -> None:
        """Two clauses named c1 could not be accepted apart."""
        talks().when(tabled(clauses=[clause(), clause()])).then_refused("clauses_are_distinct")

    def test_a_proposal_has_a_clause(self) -> None:
        """An empty proposal is a slip."""
        with pytest.raises(DecodeError):
            decode_command("table-proposal", b'{"clauses":[]}')

    def test_only_who_may_negotiate_tables_terms(self) -> None:
        """Holt may look, not deal."""
        watch = do("authorise-representative", by="B", person="person:holt", powers=["settle"])
        order = tabled("B", at_actor="person:holt")
        talks(watch).when(order).then_refused("actor_has_power")

    def test_without_consent_nobody_negotiates(self) -> None:
        """C left the talks."""
        left = (
            do("withdraw-consent", by="C"),
            do("agree-continuation", by="A"),
            do("agree-continuation", by="B"),
        )
        talks(*left, parties=THREE).when(tabled("C", addressees=["A"])).then_refused(
            "party_has_consented"
        )

    def test_an_issue_is_linked_only_where_it_is_listed(self) -> None:
        """Free words are content and never reach the frame."""
        scope = do("define-scope", by="mediator", issues={"fees": "Fees"}, agreed_by=["A", "B"])
        clauses = [clause("fees", clause_id="c1"), clause("redundancies", clause_id="c2")]
        spec = talks(scope, tabled(clauses=clauses))
        assert proposal(spec).issues == ("fees", "")

    def test_words_and_amounts_are_content(self) -> None:
        """A frame finds a proposal and tells nothing of its terms."""
        spec = talks(tabled(conditions="board approval"))
        frame = msgspec.json.encode(spec.file.frames)
        assert b"1300000" not in frame
        assert b"board" not in frame


class TestValidity:
    """A proposal stands until its time is over."""

    def test_the_profile_gives_the_usual_time(self) -> None:
        """Fourteen days from 2 March, at the end of the day at the seat."""
        spec = talks(tabled())
        assert proposal(spec).valid_until == "2026-03-16T22:59:59.999999Z"

    def test_an_author_names_another_time(self) -> None:
        """The date tells that its author stated it."""
        spec = talks().when(tabled(valid_until=VALID)).then(ProposalTabled, DeadlineSet)
        date = cast("DeadlineSet", spec.new_frames()[1].event)
        assert date.due == proposal(spec).valid_until == "2026-03-10T16:00:00Z"
        assert date.arithmetic == "as its author stated, 2026-03-10 17:00 seat time (Europe/Oslo)"

    def test_no_time_runs_from_a_moment_nobody_recorded(self) -> None:
        """An old file does not say when; nothing is counted from today."""
        order = tabled(at_reported=True, at_occurred="not recorded")
        spec = talks().when(order).then(ProposalTabled)
        assert proposal(spec).valid_until is None

    def test_a_proposal_does_not_end_before_it_begins(self) -> None:
        """1 March is over."""
        order = tabled(valid_until="2026-03-01T12:00:00Z")
        talks().when(order).then_refused("validity_lies_ahead")

    def test_a_proposal_is_not_firm_for_longer_than_it_is_valid(self) -> None:
        """Firm until April, valid until March: one of the two is a slip."""
        order = tabled(valid_until=VALID, firm_until="2026-04-01T12:00:00Z")
        talks().when(order).then_refused("validity_lies_ahead")

    def test_a_time_without_offset_is_refused(self) -> None:
        """It could be any of many instants."""
        spec = talks().when(tabled(valid_until="2026-03-10T17:00:00"))
        assert spec.answer is not None
        assert spec.answer.field == "valid_until"

    def test_a_proposal_expires_by_the_clock(self) -> None:
        """Ten days later the next act finds it expired, at the instant it fell due."""
        spec = talks(tabled(valid_until=VALID)).at(LATER).given(tabled("B"))
        spec.when(accepted()).then_refused("proposal_is_open")
        expired = [f for f in spec.file.frames if isinstance(f.event, ProposalExpired)]
        assert [f.occurred for f in expired] == ["2026-03-10T16:00:00Z"]
        assert cast("ProposalExpired", expired[0].event).deadline_id == "validity-P1"
        assert proposal(spec).status == "expired"

    def test_an_expired_proposal_expires_once(self) -> None:
        """Two acts later there is still one event."""
        spec = talks(tabled(valid_until=VALID)).at(LATER).given(tabled("B"), tabled("B"))
        assert sum(isinstance(f.event, ProposalExpired) for f in spec.file.frames) == 1

    def test_an_answered_proposal_does_not_expire(self) -> None:
        """B rejected it in time."""
        spec = talks(tabled(valid_until=VALID), rejected()).at(LATER).given(tabled("B"))
        assert proposal(spec).status == "rejected"

    def test_a_pending_proposal_lapses_with_the_case(self) -> None:
        """When the talks end, nothing on the table can be accepted any more."""
        spec = talks(tabled(valid_until=VALID), do("withdraw-consent", by="B")).at(LATER)
        case = spec.file.seen_by(spec.file.rights("mediator"))
        assert not expiring(case.negotiation, case.standing(), HOUSE, LATER, "joint")
        found = proposal(spec)
        assert found.status == "open"
        assert status_of(found, ended=True) == "lapsed"
        assert status_of(found, ended=False) == "open"

    def test_an_acceptance_in_time_but_entered_late_counts_and_is_reviewed(self) -> None:
        """B said yes on the 9th; the registry heard of it on the 20th."""
        spec = talks(tabled(valid_until=VALID)).at(LATER)
        spec.when(accepted(at_occurred="2026-03-09T10:00:00Z", at_reported=True))
        entry, review, late = [f for f in spec.new_frames() if f.channel != "clock"]
        assert isinstance(entry.event, ProposalAccepted)
        assert isinstance(late.event, LateEntryRecorded)
        assert cast("DeadlineReviewNeeded", review.event).about == entry.ref
        found = proposal(spec)
        assert (found.status, found.agreed_clauses()) == ("expired", ("c1",))

    def test_an_acceptance_after_the_end_is_refused_even_before_the_clock_noticed(self) -> None:
        """Nothing was recorded as expired yet, but the yes itself came too late."""
        table = table_alone()
        table.do("table-proposal", "A", clauses=[clause()], valid_until=VALID)
        table.now = LATER
        table.refuses("proposal_is_in_time", "accept-proposal", "B", proposal_id="P1")
        early = "2026-03-09T10:00:00Z"
        table.do("accept-proposal", "B", proposal_id="P1", at_occurred=early)
        assert table.state.proposals["joint", "P1"].status == "accepted"

    def test_more_time_given_counts(self) -> None:
        """The date was extended, so the proposal is open after its first end."""
        table = table_alone()
        table.do("table-proposal", "A", clauses=[clause()], valid_until=VALID)
        date = next(p.event for p in table.placed if isinstance(p.event, DeadlineSet))
        longer = "2026-04-01T12:00:00Z"
        more = DeadlineExtended(
            deadline_id="validity-P1", due=longer, on="2026-04-01", arithmetic="agreed"
        )
        book = noted(noted(Deadlines(), 2, date), 3, more)
        table.standing = standing(deadlines=book)
        table.now = LATER
        assert not expiring(table.state, table.standing, HOUSE, LATER, "joint")
        table.do("accept-proposal", "B", proposal_id="P1")
        assert table.state.proposals["joint", "P1"].status == "accepted"

    def test_what_falls_due_in_another_room_is_left_to_that_room(self) -> None:
        """A room's clock looks at its own proposals alone."""
        table = table_alone()
        table.do("table-proposal", "A", clauses=[clause()], valid_until=VALID)
        assert not expiring(table.state, table.standing, HOUSE, LATER, "group:A+B")
        (due,) = expiring(table.state, table.standing, HOUSE, LATER, "joint")
        assert (due.room, due.occurred) == ("joint", "2026-03-10T16:00:00Z")
        assert cast("ProposalExpired", due.event).deadline_id is None

    def test_an_acceptance_nobody_dated_is_not_held_to_be_late(self) -> None:
        """An old file says that it was accepted, not when."""
        order = accepted(at_reported=True, at_occurred="not recorded")
        spec = talks(tabled(valid_until=VALID)).when(order).then(ProposalAccepted, DeadlineMet)
        assert proposal(spec).status == "accepted"


class TestCountering:
    """A proposal is answered with other terms."""

    def test_a_counter_closes_what_it_counters(self) -> None:
        """B answers with a lower price."""
        spec = talks(tabled()).when(countered())
        spec.then(CounterProposalTabled, DeadlineMet, DeadlineSet)
        assert (proposal(spec).status, proposal(spec, "P2").answers) == ("countered", "P1")
        assert proposal(spec, "P2").kind == "counter"

    def test_a_proposal_may_stay_open_beside_a_counter(self) -> None:
        """Its author said so."""
        spec = talks(tabled(stays_open_if_countered=True)).when(countered())
        spec.then(CounterProposalTabled, DeadlineSet)
        assert proposal(spec).status == "open"

    def test_a_rejected_proposal_stays_rejected_when_countered(self) -> None:
        """One status each."""
        spec = talks(tabled(), rejected(), countered())
        assert (proposal(spec).status, proposal(spec, "P2").kind) == ("rejected", "counter")

    def test_the_same_author_coming_again_revises(self) -> None:
        """A rejected proposal revised by its author is no counter-proposal."""
        spec = talks(tabled(), rejected()).when(countered("A"))
        spec.then(CounterProposalTabled, DeadlineSet)
        found = proposal(spec, "P2")
        assert (found.kind, found.answers, found.addressees) == ("revision", "P1", ("B",))

    def test_a_revision_may_replace_what_it_revises(self) -> None:
        """The old one is superseded in the same decision."""
        spec = talks(tabled()).when(countered("A", replaces=True))
        spec.then(CounterProposalTabled, ProposalSuperseded, DeadlineWaived, DeadlineSet)
        assert (proposal(spec).status, proposal(spec).superseded_by) == ("superseded", "P2")

    def test_a_revision_that_replaces_nothing_leaves_both_open(self) -> None:
        """A offers a choice."""
        spec = talks(tabled(), countered("A"))
        assert {p.status for p in seen(spec).proposals.values()} == {"open"}

    def test_nobody_replaces_the_proposal_of_another(self) -> None:
        """B cannot take A's terms off the table."""
        talks(tabled()).when(countered(replaces=True)).then_refused("only_author_supersedes")

    def test_what_is_closed_is_not_replaced(self) -> None:
        """It is rejected already."""
        order = countered("A", replaces=True)
        talks(tabled(), rejected()).when(order).then_refused("only_author_supersedes")

    def test_a_first_proposal_replaces_nothing(self) -> None:
        """Which one would go?"""
        talks(tabled()).when(tabled(replaces=True)).then_refused("only_author_supersedes")

    def test_a_firm_proposal_is_not_replaced(self) -> None:
        """A promised that it would stand."""
        spec = talks(tabled(firm_until=VALID, valid_until=VALID))
        spec.when(countered("A", replaces=True)).then_refused("proposal_is_no_longer_firm")

    def test_what_is_withdrawn_is_not_countered(self) -> None:
        """There is nothing to answer."""
        talks(tabled(), withdrawn()).when(countered()).then_refused("parent_can_be_answered")

    def test_a_counter_comes_from_those_concerned(self) -> None:
        """C reads it and was not asked."""
        spec = talks(tabled(addressees=["B"], at_room="joint"), parties=THREE)
        spec.when(countered("C")).then_refused("counter_comes_from_addressee")

    def test_a_counter_stays_in_the_room_of_its_parent(self) -> None:
        """The answer to a side deal is part of it."""
        spec = talks(tabled(addressees=["B"]), countered(at_room="group:A+B"), parties=THREE)
        assert proposal(spec, "P2", "group:A+B").addressees == ("A",)

    def test_a_proposal_that_is_not_there_is_not_countered(self) -> None:
        """C cannot tell a hidden proposal from none."""
        spec = talks(tabled(addressees=["B"]), parties=THREE)
        spec.when(countered("C", "P1")).then_refused("proposal_is_known")
        hidden = spec.answer
        spec.when(countered("C", "P9")).then_refused("proposal_is_known")
        assert hidden is not None
        assert spec.answer is not None
        assert str(hidden.why).replace("P1", "P9") == spec.answer.why

    def test_a_name_in_two_rooms_needs_the_room(self) -> None:
        """B has a P1 from A alone and one from C for all."""
        spec = talks(tabled(addressees=["B"]), tabled("C"), parties=THREE)
        spec.when(accepted()).then_refused("proposal_is_known")
        spec.when(accepted(at_room="group:A+B")).then(ProposalAccepted, DeadlineMet)
        assert proposal(spec).status == "open"


class TestAnswering:
    """A proposal is accepted, accepted in part, rejected, withdrawn."""

    def test_the_addressee_accepts(self) -> None:
        """Accepted is not settled: the phase stays where it is."""
        spec = talks(tabled()).when(accepted()).then(ProposalAccepted, DeadlineMet)
        assert proposal(spec).status == "accepted"
        assert proposal(spec).agreed_clauses() == ("c1",)
        assert spec.file.seen_by(spec.file.rights("registry")).phase == "MEDIATING"

    def test_nobody_accepts_their_own_proposal(self) -> None:
        """A made it, so A's yes counts for nothing."""
        talks(tabled()).when(accepted(by="A")).then_refused("acceptor_is_not_proposer")

    def test_only_who_was_asked_accepts(self) -> None:
        """C reads it and was not asked."""
        spec = talks(tabled(addressees=["B"], at_room="joint"), parties=THREE)
        spec.when(accepted(by="C")).then_refused("acceptor_is_addressed")

    def test_every_required_party_accepts_before_it_is_accepted(self) -> None:
        """One yes of two leaves it open (I-9)."""
        spec = talks(tabled(), parties=THREE).when(accepted(by="B")).then(ProposalAccepted)
        assert proposal(spec).status == "open"
        spec.when(accepted(by="C")).then(ProposalAccepted, DeadlineMet)
        assert proposal(spec).status == "accepted"

    def test_only_required_acceptors_count(self) -> None:
        """B's yes is enough where A asked for B's alone."""
        spec = talks(tabled(required_acceptors=["B"]), accepted(by="B"), parties=THREE)
        assert proposal(spec).status == "accepted"

    def test_an_answered_proposal_is_not_accepted_again(self) -> None:
        """It is accepted already."""
        talks(tabled(), accepted()).when(accepted()).then_refused("proposal_is_open")

    def test_the_same_answer_is_given_once(self) -> None:
        """B's yes stands while C's is awaited."""
        spec = talks(tabled(), accepted(by="B"), parties=THREE)
        spec.when(accepted(by="B")).then_refused("answer_is_new")

    def test_a_yes_for_the_principal_to_confirm_leaves_it_open(self) -> None:
        """Ad referendum waits; the principal's yes follows under another mode."""
        spec = talks(tabled(), accepted(mode="ad_referendum"))
        assert (proposal(spec).status, proposal(spec).agreed_clauses()) == ("open", ())
        spec.when(accepted(mode="final_subject_to_signature")).then(ProposalAccepted, DeadlineMet)
        assert proposal(spec).status == "accepted"

    @pytest.mark.parametrize(
        ("mode", "powers", "rule"),
        [
            ("final_subject_to_signature", ["negotiate"], "actor_has_power"),
            ("final_subject_to_signature", ["settle"], None),
            ("in_principle", ["settle"], "actor_has_power"),
            ("in_principle", ["negotiate"], None),
        ],
    )
    def test_an_acceptance_goes_as_far_as_the_power(
        self, mode: str, powers: list[str], rule: str | None
    ) -> None:
        """A final yes needs `settle`, one in principle `negotiate` (I-11)."""
        holt = do("authorise-representative", by="B", person="person:holt", powers=powers)
        spec = talks(tabled(), holt).when(accepted(mode=mode, at_actor="person:holt"))
        if rule is None:
            spec.then(ProposalAccepted, DeadlineMet)
        else:
            spec.then_refused(rule)

    def test_some_clauses_are_accepted_and_the_rest_reserved(self) -> None:
        """SC-06: clauses are named in the proposal's own order."""
        spec = talks(tabled(clauses=FOUR)).when(partly(["c3", "c1"]))
        spec.then(ProposalPartlyAccepted, DeadlineMet)
        given_ = proposal(spec).acceptances["B"]
        assert (given_.accepted, given_.reserved) == (("c1", "c3"), ("c2", "c4"))
        assert proposal(spec).status == "partly_accepted"

    def test_a_partial_yes_waits_for_the_others(self) -> None:
        """C has not answered, so B may still accept the whole."""
        spec = talks(tabled(clauses=FOUR), partly(["c1"]), parties=THREE)
        assert proposal(spec).status == "open"
        spec.given(accepted(by="B"), accepted(by="C"))
        assert proposal(spec).status == "accepted"

    def test_what_was_offered_whole_is_not_accepted_in_part(self) -> None:
        """The way is a counter-proposal (I-10)."""
        spec = talks(tabled(clauses=FOUR, all_or_nothing=True)).when(partly(["c1"]))
        spec.then_refused("proposal_is_not_all_or_nothing")
        assert spec.answer is not None
        assert "confirm-as-counter" in str(spec.answer.needs)

    def test_a_clause_that_is_not_there_is_not_accepted(self) -> None:
        """There is no c9."""
        talks(tabled(clauses=FOUR)).when(partly(["c9"])).then_refused("clauses_belong_to_proposal")

    def test_accepting_every_clause_is_accepting(self) -> None:
        """Nothing is reserved."""
        order = partly(["c1", "c2", "c3", "c4"])
        talks(tabled(clauses=FOUR)).when(order).then_refused("some_clause_is_reserved")

    def test_a_closed_proposal_is_not_accepted_in_part(self) -> None:
        """It is rejected."""
        spec = talks(tabled(clauses=FOUR), rejected())
        spec.when(partly(["c1"])).then_refused("proposal_is_open")

    def test_conditional_clauses_are_never_agreed(self) -> None:
        """SC-06: until the condition is dropped they show as conditional."""
        spec = talks(tabled(clauses=FOUR), partly(["c1", "c2"], conditions="metering by May"))
        found = proposal(spec)
        assert (found.agreed_clauses(), found.conditional_clauses()) == ((), ("c1", "c2"))
        spec.when(agreed(proposal_id="P1", clause_ids=["c1"])).then_refused(
            "agreed_clauses_were_accepted"
        )
        spec.when(partly(["c1", "c2"])).then(ProposalPartlyAccepted)
        assert proposal(spec).agreed_clauses() == ("c1", "c2")
        spec.when(agreed(proposal_id="P1")).then(AgreementInPrincipleRecorded)

    def test_dropping_a_condition_does_not_change_the_clauses(self) -> None:
        """More clauses would be another answer, and the proposal is answered."""
        spec = talks(tabled(clauses=FOUR), partly(["c1"], conditions="metering by May"))
        spec.when(partly(["c1", "c2"])).then_refused("proposal_is_open")

    def test_a_proposal_is_rejected_and_the_reasons_stay_with_the_mediator(self) -> None:
        """A learns of the no, not why."""
        spec = talks(tabled()).when(rejected(reasons="we are broke"))
        spec.then(ProposalRejected, DeadlineMet, ReasonsGiven)
        assert [frame.room for frame in spec.new_frames()] == ["joint", "joint", "caucus:B"]
        assert not content_fields(ProposalRejected)
        assert proposal(spec).status == "rejected"

    def test_no_reasons_need_be_given(self) -> None:
        """A plain no."""
        talks(tabled()).when(rejected()).then(ProposalRejected, DeadlineMet)

    def test_the_no_of_a_party_not_required_leaves_it_open(self) -> None:
        """B's yes is all A needs."""
        spec = talks(tabled(required_acceptors=["B"]), parties=THREE).when(rejected("C"))
        spec.then(ProposalRejected)
        assert (proposal(spec).status, proposal(spec).rejected_by) == ("open", ("C",))

    def test_who_said_no_needs_a_new_proposal_to_say_yes(self) -> None:
        """C said no and the proposal is open for B's sake."""
        spec = talks(tabled(required_acceptors=["B"]), rejected("C"), parties=THREE)
        spec.when(accepted(by="C")).then_refused("answer_is_new")

    def test_an_author_does_not_reject_its_own_proposal(self) -> None:
        """It withdraws it."""
        spec = talks(tabled()).when(rejected("A")).then_refused("rejecter_is_addressed")
        assert spec.answer is not None
        assert spec.answer.needs == "withdraw-proposal"

    def test_an_author_withdraws(self) -> None:
        """Before anybody accepted."""
        spec = talks(tabled()).when(withdrawn()).then(ProposalWithdrawn, DeadlineWaived)
        assert proposal(spec).status == "withdrawn"

    def test_only_the_author_withdraws(self) -> None:
        """B may reject it."""
        talks(tabled()).when(withdrawn("B")).then_refused("withdrawer_is_proposer")

    def test_what_is_accepted_is_not_withdrawn(self) -> None:
        """The acceptance was complete."""
        talks(tabled(), accepted()).when(withdrawn()).then_refused("proposal_is_open")

    def test_a_firm_proposal_is_not_withdrawn_before_its_time(self) -> None:
        """Firm until the 4th, withdrawn on the 2nd; on the 5th it may go."""
        firm = tabled(firm_until="2026-03-04T12:00:00Z")
        spec = talks(firm).when(withdrawn()).then_refused("proposal_is_no_longer_firm")
        spec.at(datetime(2026, 3, 5, tzinfo=UTC)).when(withdrawn())
        spec.then(ProposalWithdrawn, DeadlineWaived)


class TestAgreeing:
    """What comes of the talks is written down."""

    def test_the_mediator_records_what_is_agreed(self) -> None:
        """The clauses of the accepted proposal, confirmed by both."""
        spec = talks(tabled(clauses=FOUR), accepted())
        spec.when(agreed(proposal_id="P1", open_points=["interest"]))
        spec.then(AgreementInPrincipleRecorded)
        found = seen(spec).agreement
        assert found is not None
        assert (found.proposal_id, found.clause_ids) == ("P1", ("c1", "c2", "c3", "c4"))
        assert found.open_points == 1

    def test_a_party_does_not_record_it(self) -> None:
        """It is the mediator's to say."""
        spec = talks(tabled(), accepted())
        spec.when(do("record-agreement-in-principle", by="A", proposal_id="P1")).then_refused(
            "role_may_give_command"
        )

    def test_what_was_not_accepted_is_not_agreed(self) -> None:
        """A reported agreement on it is kept and marked."""
        order = agreed(proposal_id="P1", clause_ids=["c1"])
        spec = talks(tabled()).when(order).then_refused("agreed_clauses_were_accepted")
        late = agreed(proposal_id="P1", clause_ids=["c1"], at_reported=True)
        spec.when(late).then_irregular("agreed_clauses_were_accepted")

    def test_an_agreement_is_one_of_all(self) -> None:
        """C did not confirm it."""
        order = agreed(proposal_id="P1", confirmed_by=["A", "B"])
        spec = talks(tabled(), accepted(by="B"), accepted(by="C"), parties=THREE)
        spec.when(order).then_refused("agreement_is_confirmed")

    def test_an_agreement_names_terms(self) -> None:
        """Nothing is agreed by an empty list."""
        talks().when(agreed()).then_refused("agreement_has_terms")

    def test_terms_may_come_from_the_table_itself(self) -> None:
        """The parties agreed by word of mouth."""
        spec = talks().when(agreed(clauses=[clause()])).then(AgreementInPrincipleRecorded)
        found = seen(spec).agreement
        assert found is not None
        assert (found.proposal_id, found.clause_ids) == (None, ("c1",))

    def test_a_side_deal_is_not_an_agreement_of_all(self) -> None:
        """A and B agree between themselves; C's view of the case does not move."""
        group = "group:A+B"
        steps = (tabled(addressees=["B"]), accepted(at_room=group))
        spec = talks(*steps, parties=THREE).when(agreed(proposal_id="P1", at_room=group))
        spec.then(AgreementInPrincipleRecorded)
        assert seen(spec).agreement is None
        assert [a.clause_ids for a in seen(spec).agreements] == [("c1",)]

    def test_an_agreement_is_recorded_where_its_parties_read(self) -> None:
        """A caucus is one party's."""
        order = agreed(clauses=[clause()], at_room="caucus:A")
        talks().when(order).then_refused("agreement_room_is_joint_or_group")

    def test_an_impasse_is_declared_and_resolved(self) -> None:
        """By a party, then by the mediator."""
        spec = talks().when(do("declare-impasse", by="A", text="the price")).then(ImpasseDeclared)
        spec.when(do("resolve-impasse", by="mediator", impasse_id="IM1")).then(ImpasseResolved)
        assert seen(spec).impasses["IM1"].resolved
        spec.when(do("resolve-impasse", by="mediator", impasse_id="IM1")).then_refused(
            "impasse_is_open"
        )

    def test_an_impasse_that_was_never_declared_is_not_resolved(self) -> None:
        """There is no IM7."""
        talks().when(do("resolve-impasse", by="A", impasse_id="IM7")).then_refused(
            "impasse_is_open"
        )

    def test_an_impasse_is_declared_before_all(self) -> None:
        """It moves the case, so everybody reads it."""
        order = do("declare-impasse", by="A", at_room="caucus:A")
        talks().when(order).then_refused("impasse_room_is_joint")

    def test_an_impasse_names_listed_issues(self) -> None:
        """Free words do not belong among ids."""
        talks().when(do("declare-impasse", by="A", issues=["secret"])).then_refused(
            "issues_are_listed"
        )

    def test_an_idea_is_written_down_without_a_name(self) -> None:
        """Nobody is held to it."""
        spec = talks().when(do("record-option", by="mediator", text="four instalments"))
        spec.then(OptionRecorded)
        assert seen(spec).options["joint", "O1"].attributed_to is None

    def test_an_idea_may_stay_in_the_caucus(self) -> None:
        """B never learns of it, nor that there is one."""
        spec = talks().when(do("record-option", by="A", text="a lease", at_room="caucus:A"))
        spec.then(OptionRecorded)
        assert not seen(spec, "party:B").options

    def test_an_idea_is_not_written_in_another_room(self) -> None:
        """A team's own room holds its drafts."""
        order = do("record-option", by="A", text="a lease", at_room="party:A")
        talks().when(order).then_refused("option_room_is_joint_or_caucus")

    def test_a_party_attributes_ideas_to_itself_alone(self) -> None:
        """A does not speak for B."""
        order = do("record-option", by="A", text="a lease", attributed_to="B")
        talks().when(order).then_refused("attribution_is_own")
        talks().when(do("record-option", by="A", text="a lease", attributed_to="A")).then(
            OptionRecorded
        )


class TestCatalogue:
    """Every command and event of the part is in order."""

    @pytest.mark.parametrize("kind", list(DECIDE), ids=lambda k: k.__struct_config__.tag)
    def test_examples_are_valid(self, kind: Any) -> None:  # noqa: ANN401 - a command type
        """What `--example` prints can be read back."""
        assert kind in DECIDERS
        tag = kind.__struct_config__.tag
        assert isinstance(decode_command(tag, msgspec.json.encode(kind.example)), kind)

    @pytest.mark.parametrize("kind", EVENTS, ids=lambda k: k.__name__)
    def test_what_was_said_in_the_negotiation_may_not_be_proved_elsewhere(
        self, kind: type[ProposalTabled]
    ) -> None:
        """Proposals and the willingness to accept them are barred as evidence."""
        assert kind.admissibility == "protected"
        assert kind.row.startswith("F")

    @pytest.mark.parametrize(
        "event",
        [
            ProposalAccepted(proposal_id="P1", by="B", mode="in_principle"),
            ProposalRejected(proposal_id="P1", by="B"),
            ProposalExpired(proposal_id="P1"),
            ProposalSuperseded(proposal_id="P1", by_proposal="P2"),
            ImpasseResolved(impasse_id="IM1"),
        ],
    )
    def test_what_a_late_joiner_never_saw_folds_to_nothing(self, event: Any) -> None:  # noqa: ANN401 - one of the events above
        """It sees the answer to a proposal from before its time."""
        assert evolve(Negotiation(), framed(event)) == Negotiation()


class TestClauseText:
    """A clause typed in one line is read exactly or not at all."""

    @pytest.mark.parametrize(
        ("text", "params"),
        [
            ("berth fee=1.3 M EUR", {"amount": Money("1300000", "EUR")}),
            ("fee = 800 k EUR", {"amount": Money("800000", "EUR")}),
            ("fee=2400.50 EUR", {"amount": Money("2400.50", "EUR")}),
            ("fee=1.23456789 k EUR", {"amount": Money("1234.56789", "EUR")}),
            ("fee=EUR 1.25 bn", {"amount": Money("1250000000", "EUR")}),
            ("fee=1.250 KWD", {"amount": Money("1.250", "KWD")}),
            ("fee=0.125 EUR", {"amount": Money("0.125", "EUR")}),
            ("fee=-5 NOK", {"amount": Money("-5", "NOK")}),
            ("fee=0.1 million USD", {"amount": Money("100000", "USD")}),
            ("Food=2", {"count": 2}),
            ("share=12.5 %", {"percent": "12.5%"}),
            ("start=2026-03-05", {"date": "2026-03-05"}),
            ("Food=A:2, B:1", {"A": 2, "B": 1}),
            ("access=the keys=both", {}),
            ("crew=12 men", {}),
            ("pay=30 days after signing", {}),
            ("meet=14:00", {}),
        ],
    )
    def test_values_are_read(self, text: str, params: dict[str, Any]) -> None:
        """Amounts by decimal arithmetic, words as they are."""
        read = parse_clause(text, 3)
        assert read.clause_id == "C3"
        assert read.params == params
        assert read.text == text.partition("=")[2].strip()

    @pytest.mark.parametrize(
        "text",
        [
            "fee",
            "=3",
            "fee=",
            "fee=2,400.50 EUR",
            "fee=2.400,50 EUR",
            "fee=1,000 EUR",
            "fee=1.000 EUR",
            "fee=EUR 250.000",
            "fee=-1.000 EUR",
            "fee=1,3 M EUR",
            "fee=1 300 000 EUR",
            "fee=1.300.000 EUR",
            "fee=1.3 M",
            "fee=1.3",
            "fee=800 eur",
            "fee=12 EUO",
            "fee=€1.3M",
            "fee=\u0661\u0662",
            "fee=05.03.2026",
            "fee=2026-02-30",
            "fee=3/4/2026",
            "fee=1.234567891 EUR",
            "fee=1234567890123456",
            "Food=A:1, A:2",
            "x" * 201 + "=3",
        ],
    )
    def test_what_could_be_misread_is_refused(self, text: str) -> None:
        """The error says what is accepted."""
        with pytest.raises(DecodeError) as refused:
            parse_clause(text, 1)
        assert refused.value.needs

    @hypothesis_given(st.decimals("0.001", "999999", places=3))
    def test_no_amount_loses_a_digit(self, amount: Any) -> None:  # noqa: ANN401 - a Decimal
        """A million times the number is the number with its point moved."""
        params = parse_clause(f"fee={amount:f} M EUR", 1).params
        assert params == {"amount": Money(f"{int(amount * 10**6)}", "EUR")}


class TestDifferences:
    """What changed between two sets of clauses is told exactly."""

    def test_clauses_come_go_and_change(self) -> None:
        """Matched by their ids, in the order of the new set."""
        old = (Clause("c1", "fee", "A pays"), Clause("c2", "term", "five years"))
        new = (Clause("c3", "place", "Bergen"), Clause("c1", "fee", "B pays"))
        told = [(d.clause_id, d.kind) for d in clause_differences(old, new)]
        assert told == [("c3", "added"), ("c1", "changed"), ("c2", "removed")]

    def test_equal_clauses_are_not_told(self) -> None:
        """Nothing changed."""
        assert clause_differences((Clause("c1", "x", "y"),), (Clause("c1", "x", "y"),)) == []

    def test_words_are_told_run_by_run(self) -> None:
        """Thirty days became forty-five."""
        runs = word_segments("pay within 30 days", "pay within 45 days")
        assert [(run.kind, run.text) for run in runs] == [
            ("equal", "pay within "),
            ("deleted", "30"),
            ("inserted", "45"),
            ("equal", " days"),
        ]

    @pytest.mark.parametrize(
        ("old", "new", "kind", "change"),
        [
            (2, 3, "count", "+1"),
            (Money("10", "EUR"), Money("9.50", "EUR"), "amount", "-0.50 EUR"),
            (Money("10", "EUR"), Money("10.00", "EUR"), "amount", "+0.00 EUR"),
            (Money("10", "EUR"), Money("10", "USD"), "amount", None),
            ("2026-03-05", "2026-03-04", "date", "-1 day"),
            ("5%", "7.5%", "percentage", "+2.5 percentage points"),
            ("north", "south", "text", None),
            ("2026-02-31", "2026-02-30", "text", None),
            (2, Money("2", "EUR"), "amount", None),
            (
                Money("999999999999999999999999.00000001", "EUR"),
                Money("1.00000002", "EUR"),
                "amount",
                "-999999999999999999999997.99999999 EUR",
            ),
        ],
    )
    def test_numbers_tell_by_how_much(
        self,
        old: Parameter,
        new: Parameter,
        kind: str,
        change: str | None,
    ) -> None:
        """Typed, and exact to the last digit."""
        before, after = Clause("c1", "x", "", {"v": old}), Clause("c1", "x", "", {"v": new})
        (difference,) = clause_differences((before,), (after,))
        (told,) = difference.parameters
        assert (told.kind, told.change, told.old, told.new) == (kind, change, old, new)

    def test_parameters_come_and_go(self) -> None:
        """One was dropped, one added."""
        before, after = Clause("c1", "x", "", {"a": 1}), Clause("c1", "x", "", {"b": 2})
        (difference,) = clause_differences((before,), (after,))
        assert [(p.name, p.old, p.new) for p in difference.parameters] == [
            ("a", 1, None),
            ("b", None, 2),
        ]

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("pay", "p\u0430y"),
            ("fee", "f\u200bee"),
            ("caf\u00e9", "cafe\u0301"),
            ("10 EUR", "1O EUR"),
            ("5 EUR", "5\u00a0EUR"),
            ("pays", "pay\u202es"),
            ("\ufb01ve", "five"),
        ],
    )
    def test_a_change_nobody_sees_is_flagged(self, old: str, new: str) -> None:
        """Another script, an unseen character, another way to write the same."""
        (difference,) = clause_differences((Clause("c1", "x", old),), (Clause("c1", "x", new),))
        assert difference.unseen
        (alike,) = difference.look_alikes
        assert alike.where == "text"
        assert "U+" in alike.why

    def test_a_hidden_change_beside_an_open_one_is_flagged_too(self) -> None:
        """The days changed before all eyes, a letter behind them."""
        old, new = "A pays in 30 days", "\u0410 pays in 45 days"
        (difference,) = clause_differences((Clause("c1", "x", old),), (Clause("c1", "x", new),))
        assert not difference.unseen
        assert [(a.old, a.new) for a in difference.look_alikes] == [("A", "\u0410")]

    def test_a_hidden_change_of_a_parameter_or_issue_is_flagged(self) -> None:
        """Words stand there too."""
        old = Clause("c1", "fee", "", {"place": "Oslo"})
        new = Clause("c1", "f\u0435\u0435", "", {"place": "Osl\u043e"})
        (difference,) = clause_differences((old,), (new,))
        assert [a.where for a in difference.look_alikes] == ["issue", "place"]
        assert difference.unseen

    def test_other_words_are_no_look_alikes(self) -> None:
        """One sees that Bergen is not Oslo."""
        assert not look_alike("Bergen", "Oslo")
        assert not look_alike("same", "same")
        assert explain("ab", "ba") == "the same characters in another order"

    def test_scripts_without_spaces_are_compared_by_characters(self) -> None:
        """A whole sentence is not one word."""
        runs = word_segments("\u652f\u4ed8\u4e09\u5929", "\u652f\u4ed8\u4e94\u5929")
        assert [run.text for run in runs] == ["\u652f\u4ed8", "\u4e09", "\u4e94", "\u5929"]

    def test_marks_stay_with_their_letters(self) -> None:
        """An accent written apart does not cut a word in two."""
        runs = word_segments("cafe\u0301 noir", "cafe\u0301 blanc")
        assert [run.text for run in runs] == ["cafe\u0301 ", "noir", "blanc"]

    @hypothesis_given(st.text(max_size=60), st.text(max_size=60))
    def test_runs_give_back_both_texts(self, old: str, new: str) -> None:
        """Nothing is lost or made up."""
        runs = word_segments(old, new)
        assert "".join(r.text for r in runs if r.kind != "inserted") == old
        assert "".join(r.text for r in runs if r.kind != "deleted") == new

    def test_a_long_text_is_compared_in_time(self) -> None:
        """A contract of 30,000 words with one word changed in its middle."""
        words = [f"word{n % 700} " for n in range(30_000)]
        changed = [*words[:15_000], "other ", *words[15_001:]]
        runs = word_segments("".join(words), "".join(changed))
        assert [r.text for r in runs if r.kind == "inserted"] == ["other"]
