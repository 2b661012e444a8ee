"""Looking for terms and handling proposals: ideas, drafts, coalitions, time, late answers."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ledger.deadlines import DeadlineExtended, DeadlineMet, DeadlineSet
from ledger.negotiation.events import CounterProposalTabled, ProposalTabled
from ledger.negotiation.handling_events import (
    LateAcceptanceConfirmed,
    LateAcceptanceDeclined,
    LateAcceptanceReceived,
    PrincipalDecided,
    PrincipalNamed,
    ProposalClarified,
    ProposalDelivered,
    ProposalOpened,
    ProposalValidityExtended,
    ReferredToPrincipal,
)
from ledger.negotiation.idea_events import (
    BrainstormingClosed,
    BrainstormingOpened,
    ClauseLinked,
    CoalitionDissolved,
    CoalitionFormed,
    ConcessionRecorded,
    CriterionAgreed,
    FeasibilityAssessed,
    InterimArrangementAgreed,
    ProposalDrafted,
)
from ledger.negotiation.proposal import Proposal
from ledger.negotiation.state import Negotiation
from tests.examples import clause, mediating, tabled
from tests.spec import Order, Spec, do, given
from tests.unit.test_profile import house_but

THREE = ("A", "B", "C")
ON_TIME = "2026-03-10T17:00:00+01:00"
AFTER = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
IDEA = do("record-option", by="A", text="Perhaps a lease.")


def by_mediator(command: str, /, **data: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """The mediator does something."""
    return do(command, by="mediator", **data)


def talks(*steps: Order, parties: tuple[str, ...] = ("A", "B")) -> Spec:
    """Begin in the first session, then go on."""
    return given(mediating(parties), *steps)


def under(key: str, value: str) -> Spec:
    """Begin under the house's procedure but for one key, in the first session."""
    spec = Spec().given(do("adopt-profile", text=house_but({key: value}), default=True))
    return spec.given(mediating())


def seen(spec: Spec, viewer: str = "mediator") -> Negotiation:
    """Look at the negotiation with a viewer's eyes."""
    return spec.file.seen_by(spec.file.rights(viewer)).negotiation


def proposal(spec: Spec, proposal_id: str = "P1", room: str = "joint") -> Proposal:
    """Look at a proposal as the mediator sees it."""
    return seen(spec).proposals[room, proposal_id]


def assess(by: str = "A", **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """Somebody looks at the first option."""
    plain = {"target_id": "O1", "dimension": "financial", "result": "feasible", "impact": "cheap"}
    return do("assess-feasibility", by=by, **{**plain, **more})


class TestGathering:
    """Ideas first, judgement later."""

    def test_no_option_is_judged_while_ideas_are_gathered(self) -> None:
        """The same assessment passes once the gathering is over, wherever it is recorded."""
        spec = talks().when(by_mediator("open-brainstorming")).then(BrainstormingOpened)
        assert seen(spec).ideas.brainstorming == {"joint"}
        spec.given(IDEA).when(assess()).then_refused("brainstorming_is_over")
        spec.when(assess(at_room="joint")).then_refused("brainstorming_is_over")
        spec.when(by_mediator("close-brainstorming")).then(BrainstormingClosed)
        assert not seen(spec).ideas.brainstorming
        spec.when(assess()).then(FeasibilityAssessed)

    def test_it_is_opened_and_closed_once(self) -> None:
        """Neither act is repeated."""
        spec = talks()
        spec.when(by_mediator("close-brainstorming")).then_refused("brainstorming_is_open")
        spec.given(by_mediator("open-brainstorming"))
        spec.when(by_mediator("open-brainstorming")).then_refused("brainstorming_is_opened_once")

    def test_it_is_about_a_listed_issue(self) -> None:
        """An issue nobody listed is none."""
        order = by_mediator("open-brainstorming", issue="weather")
        talks().when(order).then_refused("issues_are_listed")

    def test_it_is_held_where_several_talk(self) -> None:
        """The registry's chair is no place for ideas."""
        order = by_mediator("open-brainstorming", at_room="chair")
        talks().when(order).then_refused("room_suits_act")

    def test_a_look_at_an_idea_stays_in_the_caucus(self) -> None:
        """Unless a room is named; B learns nothing of A's calculation."""
        spec = talks(IDEA).when(assess(grounds="we counted")).then(FeasibilityAssessed)
        (frame,) = spec.new_frames()
        assert (frame.room, frame.event.result) == ("caucus:A", "feasible")
        assert list(seen(spec).ideas.assessments) == [("caucus:A", "FA1")]
        assert not seen(spec, "party:B").ideas.assessments

    def test_the_mediator_looks_for_itself(self) -> None:
        """In the mediators' own room."""
        spec = talks(IDEA).when(assess("mediator")).then(FeasibilityAssessed)
        assert spec.new_frames()[0].room == "mediators"

    def test_what_is_assessed_is_known_to_whoever_reads_of_it(self) -> None:
        """An option of A's caucus is not assessed before all."""
        spec = talks(do("record-option", by="A", text="Lower.", at_room="caucus"))
        spec.when(assess(at_room="joint")).then_refused("target_is_known")
        spec.when(assess()).then(FeasibilityAssessed)

    def test_a_clause_is_assessed_too(self) -> None:
        """It is one of the proposal named."""
        spec = talks(tabled())
        spec.when(assess(target="proposal", target_id="P9")).then_refused("target_is_known")
        lost = assess(target="clause", target_id="P1", clause_id="c9")
        spec.when(lost).then_refused("target_is_known")
        found = assess(target="clause", target_id="P1", clause_id="c1")
        spec.when(found).then(FeasibilityAssessed)

    def test_criteria_are_agreed_by_all(self) -> None:
        """A reported agreement of some is kept and marked."""
        order = by_mediator("agree-criterion", name="speed", weight=40)
        spec = talks(IDEA).when(order).then(CriterionAgreed)
        assert list(seen(spec).ideas.criteria) == [("joint", "CR1")]
        one = {"name": "cost", "agreed_by": ["A"]}
        spec.when(by_mediator("agree-criterion", **one)).then_refused("concerned_agree")
        spec.when(by_mediator("agree-criterion", **one, at_reported=True))
        spec.then_irregular("concerned_agree")
        spec.when(assess(criterion_id="CR1")).then(FeasibilityAssessed)
        spec.when(assess(criterion_id="CR9")).then_refused("criterion_is_agreed")


class TestDrafts:
    """Terms are written down before anybody sees them."""

    def draft(self, **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
        """A writes terms down."""
        return do("draft-proposal", by="A", clauses=[clause()], **more)

    def test_a_draft_is_its_teams_own(self) -> None:
        """Neither B nor the mediator reads it; a new version takes its place."""
        spec = talks().when(self.draft()).then(ProposalDrafted)
        assert spec.new_frames()[0].room == "party:A"
        spec.given(self.draft(draft_id="DR1"))
        assert seen(spec, "party:A").ideas.drafts == {("party:A", "DR1"): 2}
        assert not seen(spec).ideas.drafts

    def test_in_the_caucus_its_clauses_say_whom_they_serve(self) -> None:
        """The interests are those recorded there."""
        spec = talks(do("record-interest", by="A", interest="quiet nights"))
        linked = self.draft(at_room="caucus", interests={"c1": ["I1"]})
        spec.when(linked).then(ProposalDrafted)
        unknown = self.draft(at_room="caucus", interests={"c1": ["I9"]})
        spec.when(unknown).then_refused("interests_are_recorded")
        lost = self.draft(at_room="caucus", interests={"c9": ["I1"]})
        spec.when(lost).then_refused("linked_clauses_are_drafted")

    def test_drafts_are_not_written_before_all(self) -> None:
        """What all see is tabled."""
        talks().when(self.draft(at_room="joint")).then_refused("room_suits_act")

    def test_a_clause_on_the_table_is_linked_in_the_caucus(self) -> None:
        """To A's interests, which only A and the mediator read."""
        spec = talks(tabled("B"), do("record-interest", by="A", interest="quiet nights"))
        fields = {"proposal_id": "P1", "clause_id": "c1", "interests": ["I1"]}
        spec.when(do("link-clause", by="A", **fields)).then(ClauseLinked)
        assert seen(spec).ideas.linked == {("caucus:A", "P1", "c1"): ("I1",)}
        assert not seen(spec, "party:B").ideas.linked
        other = do("link-clause", by="A", **{**fields, "proposal_id": "P9"})
        spec.when(other).then_refused("linked_proposal_is_before_all")
        other = do("link-clause", by="A", **{**fields, "clause_id": "c9"})
        spec.when(other).then_refused("clauses_belong_to_proposal")


class TestCoalitions:
    """Two among three negotiate as one."""

    def form(self, **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
        """A and C join."""
        return do("form-coalition", by="A", **{"members": ["A", "C"], **more})

    def test_a_coalition_is_its_members_own_affair(self) -> None:
        """B sees neither the group nor its purpose."""
        spec = talks(parties=THREE).when(self.form(purpose="one voice")).then(CoalitionFormed)
        assert spec.new_frames()[0].room == "group:A+C"
        assert seen(spec, "party:C").ideas.partners("C") == {"A"}
        assert not seen(spec, "party:B").ideas.coalitions

    def test_an_announced_one_is_told_before_all(self) -> None:
        """Without its purpose; dissolved, it is told wherever it was."""
        spec = talks(parties=THREE).when(self.form(announce=True, speaker="A", purpose="secret"))
        spec.then(CoalitionFormed, CoalitionFormed)
        assert [f.room for f in spec.new_frames()] == ["group:A+C", "joint"]
        assert seen(spec, "party:B").ideas.coalitions["joint", "CL1"].speaker == "A"
        over = do("dissolve-coalition", by="C", coalition_id="CL1")
        spec.when(over).then(CoalitionDissolved, CoalitionDissolved)
        assert not seen(spec, "party:A").ideas.partners("A")
        spec.when(over).then_refused("coalition_stands")

    @pytest.mark.parametrize("members", [["A", "B", "C"], ["B", "C"], ["A", "A"]])
    def test_it_joins_its_author_with_some(self, members: list[str]) -> None:
        """Neither all, nor others, nor oneself twice."""
        order = self.form(members=members)
        talks(parties=THREE).when(order).then_refused("coalition_is_of_some")

    def test_each_member_agrees_and_one_of_them_speaks(self) -> None:
        """A reported coalition C did not agree to is kept and marked."""
        spec = talks(parties=THREE)
        spec.when(self.form(speaker="B")).then_refused("speaker_is_member")
        spec.when(self.form(agreed_by=["A"])).then_refused("concerned_agree")
        spec.when(self.form(agreed_by=["A"], at_reported=True)).then_irregular("concerned_agree")

    def test_partners_propose_together(self) -> None:
        """To the third, who is the only one to answer."""
        spec = talks(self.form(), parties=THREE)
        order = tabled("A", together_with=["C"])
        spec.when(order).then(ProposalTabled, DeadlineSet)
        event = spec.new_frames()[0].event
        assert (event.together_with, event.addressees) == (("C",), ("B",))
        assert spec.new_frames()[0].room == "joint"
        spec.when(do("accept-proposal", by="C", proposal_id="P1"))
        spec.then_refused("acceptor_is_addressed")

    def test_strangers_do_not_propose_together(self) -> None:
        """Without a coalition each proposes for itself."""
        spec = talks(parties=THREE).when(tabled("A", together_with=["C"]))
        spec.then_refused("co_authors_form_coalition")


class TestGivingWay:
    """Concessions, compromises and what holds meanwhile are on record, and bind nobody."""

    def concede(self, by: str = "A", **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
        """Somebody gave way."""
        return do("record-concession", by=by, text="the fee for January", **more)

    def test_a_party_says_what_it_gave(self) -> None:
        """Before all, or in its caucus."""
        spec = talks().when(self.concede()).then(ConcessionRecorded)
        assert spec.new_frames()[0].event.by == ("A",)
        spec.when(self.concede(at_room="caucus")).then(ConcessionRecorded)
        assert list(seen(spec, "party:B").ideas.concessions) == [("joint", "CN1")]

    def test_nobody_gives_for_another(self) -> None:
        """Nor is B's giving told in A's caucus."""
        talks().when(self.concede(of=["B"])).then_refused("giver_speaks_for_itself")
        there = self.concede("mediator", of=["B"], at_room="caucus:A")
        talks().when(there).then_refused("giver_speaks_for_itself")

    def test_a_compromise_is_made_by_two(self) -> None:
        """One alone concedes."""
        spec = talks().when(self.concede("mediator", kind="compromise", of=["A"]))
        spec.then_refused("compromise_is_of_several")
        spec.when(self.concede("mediator", kind="compromise", of=["A", "B"]))
        spec.then(ConcessionRecorded)

    def test_what_holds_meanwhile_is_agreed_by_all(self) -> None:
        """Until a day, or until the talks end."""
        terms = {"terms": "berth 4 stays free at night", "until": ON_TIME}
        spec = talks().when(by_mediator("agree-interim-arrangement", **terms))
        spec.then(InterimArrangementAgreed)
        assert list(seen(spec).ideas.arrangements) == [("joint", "IA1")]
        spec.when(by_mediator("agree-interim-arrangement", **terms, agreed_by=["A"]))
        spec.then_refused("concerned_agree")


class TestHandling:
    """A proposal reaches its addressees, is explained, and may be kept open for longer."""

    def test_it_is_delivered_and_opened_once(self) -> None:
        """To an addressee alone."""
        spec = talks(tabled())
        handed = do("deliver-proposal", proposal_id="P1", to="B")
        spec.when(handed).then(ProposalDelivered)
        assert ("joint", "P1", "B") in seen(spec).handling.reached
        spec.when(handed).then_refused("proposal_reaches_once")
        spec.when(do("open-proposal", by="A", proposal_id="P1"))
        spec.then_refused("receiver_is_addressed")
        talks(tabled()).when(do("open-proposal", by="B", proposal_id="P1")).then(ProposalOpened)

    def test_its_author_explains_it(self) -> None:
        """The terms stay as they are; nobody else explains them, nor what is over."""
        explain = {"proposal_id": "P1", "answer": "dues on pilots included", "clause_id": "c1"}
        spec = talks(tabled())
        before = proposal(spec)
        spec.when(do("clarify-proposal", by="A", **explain)).then(ProposalClarified)
        assert proposal(spec) == before
        spec.when(do("clarify-proposal", by="B", **explain)).then_refused("proposal_is_the_actors")
        spec.given(do("withdraw-proposal", by="A", proposal_id="P1"))
        spec.when(do("clarify-proposal", by="A", **explain)).then_refused("proposal_still_runs")

    def test_its_author_keeps_it_open_for_longer(self) -> None:
        """It is accepted after its first end, and its date moves with it."""
        spec = talks(tabled(valid_until=ON_TIME))
        longer = {"proposal_id": "P1", "valid_until": "2026-03-20T17:00:00+01:00"}
        spec.when(do("extend-validity", by="A", **longer))
        spec.then(ProposalValidityExtended, DeadlineExtended)
        spec.at(AFTER).given(do("accept-proposal", by="B", proposal_id="P1"))
        assert proposal(spec).status == "accepted"

    def test_longer_is_later(self) -> None:
        """An earlier end is no longer validity; B does not lengthen A's proposal."""
        spec = talks(tabled(valid_until=ON_TIME))
        same = {"proposal_id": "P1", "valid_until": ON_TIME}
        spec.when(do("extend-validity", by="A", **same)).then_refused("longer_validity_is_later")
        spec.when(do("extend-validity", by="B", **same)).then_refused("proposal_is_the_actors")


class TestLateAcceptance:
    """What is accepted too late does what the procedure says, and nothing by itself."""

    def late(self, spec: Spec) -> Spec:
        """A's proposal expired on 10 March."""
        return spec.given(tabled(valid_until=ON_TIME)).at(AFTER)

    def accept(self, by: str = "B") -> Order:
        """B accepts two days later."""
        return do("accept-late", by=by, proposal_id="P1")

    def decide(self, command: str, by: str = "A") -> Order:
        """The author decides."""
        return do(command, by=by, proposal_id="P1", of="B")

    def test_it_may_be_taken_as_a_new_proposal(self) -> None:
        """The house does so: now it is for A to answer the same terms."""
        spec = self.late(talks()).when(self.accept())
        kinds = [type(f.event) for f in spec.new_frames()]
        assert kinds[-3:] == [LateAcceptanceReceived, CounterProposalTabled, DeadlineSet]
        assert proposal(spec).status == "expired"
        new = proposal(spec, "P2")
        assert (new.by, new.addressees, new.answers, new.status) == ("B", ("A",), "P1", "open")
        spec.given(do("accept-proposal", by="A", proposal_id="P2"))
        assert proposal(spec, "P2").status == "accepted"

    def test_its_author_may_let_it_count(self) -> None:
        """Where the procedure says so; until then the proposal stays expired."""
        spec = self.late(under("proposal.late_acceptance", "author_may_confirm"))
        spec.given(self.accept())
        assert proposal(spec).status == "expired"
        spec.when(self.accept()).then_refused("late_acceptance_is_new")
        spec.when(self.decide("confirm-late-acceptance", by="B"))
        spec.then_refused("proposal_is_the_actors")
        spec.when(self.decide("confirm-late-acceptance")).then(LateAcceptanceConfirmed)
        assert proposal(spec).status == "accepted"
        spec.when(self.decide("confirm-late-acceptance")).then_refused("late_acceptance_waits")

    def test_its_author_may_decline_it(self) -> None:
        """Then it stays expired."""
        spec = self.late(under("proposal.late_acceptance", "author_may_confirm"))
        spec.given(self.accept()).when(self.decide("decline-late-acceptance"))
        spec.then(LateAcceptanceDeclined)
        assert proposal(spec).status == "expired"

    def test_a_procedure_may_know_none(self) -> None:
        """Then a new proposal is needed."""
        spec = self.late(under("proposal.late_acceptance", "refused"))
        spec.when(self.accept()).then_refused("late_acceptance_is_received")

    def test_what_is_open_is_accepted_as_usual(self) -> None:
        """So is what was accepted in time and entered late."""
        talks(tabled()).when(self.accept()).then_refused("proposal_is_over")
        spec = self.late(talks())
        in_time = do("accept-late", by="B", proposal_id="P1", at_occurred="2026-03-10T10:00:00Z")
        spec.when(in_time).then_refused("proposal_is_over")


class TestPrincipals:
    """What waits for a principal is not accepted before it says yes."""

    def referred(self) -> Spec:
        """B accepted ad referendum and asked its cabinet."""
        accept = do("accept-proposal", by="B", proposal_id="P1", mode="ad_referendum")
        return talks(tabled(), accept)

    def test_its_yes_makes_the_acceptance_count(self) -> None:
        """Who the principal is stays with B's team."""
        ask = do("refer-to-principal", by="B", proposal_id="P1", principal="the cabinet")
        spec = self.referred().when(ask).then(ReferredToPrincipal, PrincipalNamed)
        assert [f.room for f in spec.new_frames()] == ["joint", "party:B"]
        assert proposal(spec).status == "open"
        spec.when(ask).then_refused("principal_is_asked_once")
        yes = do("record-principal-decision", by="B", proposal_id="P1", approved=True)
        spec.when(yes).then(PrincipalDecided, DeadlineMet)
        assert proposal(spec).status == "accepted"
        assert not seen(spec).handling.referred

    def test_its_no_rejects(self) -> None:
        """The acceptance is gone."""
        no = do("record-principal-decision", by="B", proposal_id="P1", approved=False)
        spec = self.referred().when(no).then(PrincipalDecided, DeadlineMet)
        assert (proposal(spec).status, proposal(spec).acceptances) == ("rejected", {})

    def test_only_what_waits_is_decided(self) -> None:
        """B had accepted nothing ad referendum."""
        for name in ("refer-to-principal", "record-principal-decision"):
            more = {"approved": True} if name.startswith("record") else {}
            order = do(name, by="B", proposal_id="P1", **more)
            talks(tabled()).when(order).then_refused("acceptance_waits_for_principal")
