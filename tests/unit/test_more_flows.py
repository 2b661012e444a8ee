"""Courses of a case that no scenario writes down: two of three, one second, part performance."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from ledger.negotiation.events import (
    CounterProposalTabled,
    ProposalExpired,
    ProposalSuperseded,
    ProposalWithdrawn,
)
from ledger.negotiation.proposal import Proposal
from ledger.parties import Phase
from projections import obligations, proposal_history, replay
from services.clock import FakeClock
from services.house import House
from services.reading import words
from tests import examples as ex
from tests.live.ledgers import clerk, give, opened, tell
from tests.spec import START, Order, Spec, do
from tests.unit.test_projections import reads

THREE = ("A", "B", "C")
TERMS = [ex.clause()]


def proposal(spec: Spec, name: str, room: str = "joint", viewer: str = "mediator") -> Proposal:
    """Find a proposal as a viewer sees it."""
    seen = spec.file.seen_by(spec.file.rights(viewer))
    return seen.negotiation.proposals[room, name]


def status(spec: Spec, name: str, room: str = "joint") -> str:
    """Say where a proposal stands."""
    return proposal(spec, name, room).status


class TestCoalition:
    """A and C hold together against B, whom all they do together concerns."""

    def joint_offer(self, **more: Any) -> Spec:  # noqa: ANN401 - a command's own fields
        """A and C put terms to B together, before all."""
        return Spec().given(
            ex.mediating(THREE),
            do("form-coalition", by="A", members=["A", "C"], speaker="A"),
            ex.tabled("A", together_with=["C"], **more),
        )

    def test_an_answer_to_the_coalition_is_put_to_all_its_members(self) -> None:
        """B counters what A and C proposed: C is asked too, and its yes is needed."""
        spec = self.joint_offer().given(ex.tabled("B", answers="P1"))
        countered = proposal(spec, "P2")
        assert (countered.addressees, countered.required) == (("A", "C"), ("A", "C"))
        spec.given(ex.accepted("P2", by="A"))
        assert status(spec, "P2") == "open"
        spec.given(ex.accepted("P2", by="C"))
        assert status(spec, "P2") == "accepted"

    def test_whose_proposal_it_is_names_every_author(self) -> None:
        """In the tree of proposals, as a tool or a person reads it."""
        read = reads(self.joint_offer())
        rows = proposal_history.in_memory(replay.fold([proposal_history.PROJECTION], read))
        assert [(row.by, row.together) for row in rows] == [("A", ("C",))]
        assert words.authors(rows[0].by, rows[0].together) == "A with C"
        assert words.authors("A", ()) == "A"

    @pytest.mark.parametrize("by", ["A", "C"])
    def test_nobody_of_the_coalition_accepts_or_rejects_its_own_offer(self, by: str) -> None:
        """Nobody agrees with themselves, in company neither."""
        spec = self.joint_offer()
        refused = "acceptor_is_not_proposer" if by == "A" else "acceptor_is_addressed"
        spec.when(ex.accepted("P1", by=by)).then_refused(refused)
        reject = do("reject-proposal", by=by, proposal_id="P1")
        spec.when(reject).then_refused("rejecter_is_addressed")
        assert status(spec, "P1") == "open"

    @pytest.mark.parametrize("by", ["A", "C"])
    def test_each_member_may_take_a_joint_offer_back(self, by: str) -> None:
        """It was an offer of both; one who no longer stands behind it ends it."""
        spec = self.joint_offer()
        spec.when(do("withdraw-proposal", by="B", proposal_id="P1"))
        spec.then_refused("withdrawer_is_proposer")
        spec.given(do("withdraw-proposal", by=by, proposal_id="P1"))
        assert status(spec, "P1") == "withdrawn"
        assert ProposalWithdrawn(proposal_id="P1", by=by) in [f.event for f in spec.new_frames()]

    def test_what_was_promised_to_stand_stands_against_every_member(self) -> None:
        """Firm is firm, whoever of them would take it back."""
        spec = self.joint_offer(firm_until="2026-03-10T12:00:00Z")
        spec.when(do("withdraw-proposal", by="C", proposal_id="P1"))
        spec.then_refused("proposal_is_no_longer_firm")

    def test_a_member_coming_again_revises_the_joint_offer(self) -> None:
        """C brings the next version for both; it takes the place of the first."""
        again = ex.tabled("C", answers="P1", replaces=True, together_with=["A"])
        spec = self.joint_offer().given(again)
        kinds = [type(frame.event) for frame in spec.new_frames()][:2]
        assert kinds == [CounterProposalTabled, ProposalSuperseded]
        assert (proposal(spec, "P2").kind, status(spec, "P1")) == ("revision", "superseded")
        assert proposal(spec, "P2").addressees == ("B",)

    def test_a_member_who_turns_away_answers_alone(self) -> None:
        """C revises without A: now A is asked as B is, and both must accept."""
        spec = self.joint_offer().given(ex.tabled("C", answers="P1", replaces=True))
        assert sorted(proposal(spec, "P2").required) == ["A", "B"]

    def test_one_who_left_proposes_nothing_with_anybody(self) -> None:
        """C withdrew its consent; A cannot speak for it any more."""
        spec = self.joint_offer().given(
            do("withdraw-consent", by="C"),
            *(do("agree-continuation", by=party) for party in ("A", "B")),
        )
        spec.when(ex.tabled("A", together_with=["C"])).then_refused("co_authors_form_coalition")
        spec.given(ex.tabled("A"))
        assert proposal(spec, "P2").addressees == ("B",)

    def test_a_coalition_that_ended_proposes_nothing(self) -> None:
        """What it put forward before stands, and B may accept it."""
        spec = self.joint_offer().given(do("dissolve-coalition", by="C", coalition_id="CL1"))
        spec.when(ex.tabled("A", together_with=["C"])).then_refused("co_authors_form_coalition")
        spec.given(ex.accepted("P1", by="B"))
        assert status(spec, "P1") == "accepted"

    def test_a_rejection_by_one_member_does_not_speak_for_the_other(self) -> None:
        """B asks both, but needs only C: A's no leaves it open, C's yes makes it accepted."""
        spec = self.joint_offer().given(
            ex.tabled("B", addressees=["A", "C"], required_acceptors=["C"]),
            do("reject-proposal", by="A", proposal_id="P2"),
        )
        assert status(spec, "P2") == "open"
        spec.given(ex.accepted("P2", by="C"))
        assert status(spec, "P2") == "accepted"

    def test_two_and_two_make_no_three(self) -> None:
        """Bilateral deals A-C and B-C, each accepted, are no agreement of all three."""
        spec = Spec().given(
            ex.mediating(THREE),
            ex.tabled("A", addressees=["C"], clauses=TERMS),
            ex.accepted("P1", by="C", at_room="group:A+C"),
            ex.tabled("B", addressees=["C"], clauses=TERMS),
            ex.accepted("P1", by="C", at_room="group:B+C"),
        )
        assert status(spec, "P1", "group:A+C") == status(spec, "P1", "group:B+C") == "accepted"
        for group in ("group:A+C", "group:B+C"):
            record = do("record-agreement-in-principle", by="mediator", proposal_id="P1")
            spec.given(structs.replace(record, room=group))
            assert {f.room for f in spec.new_frames()} == {group}
        for party in THREE:
            seen = spec.file.seen_by(spec.file.rights(f"party:{party}"))
            assert seen.phase == Phase.MEDIATING
        seen_by_a = spec.file.seen_by(spec.file.rights("party:A")).negotiation
        assert {room for room, _ in seen_by_a.proposals} == {"group:A+C"}

    def test_a_name_that_several_rooms_hold_asks_for_the_room(self) -> None:
        """C reads both bilateral proposals named P1, and says which it means."""
        spec = Spec().given(
            ex.mediating(THREE),
            ex.tabled("A", addressees=["C"]),
            ex.tabled("B", addressees=["C"]),
        )
        spec.when(ex.accepted("P1", by="C")).then_refused("proposal_is_known")
        assert spec.answer is not None
        assert "group:A+C or group:B+C" in str(spec.answer.needs)

    def test_the_side_deal_of_two_does_not_answer_for_the_third(self) -> None:
        """A proposal to all needs all it names; who left can no longer be waited for."""
        spec = Spec().given(ex.mediating(THREE), ex.tabled("A"), ex.accepted("P1", by="B"))
        spec.given(
            do("withdraw-consent", by="C"),
            *(do("agree-continuation", by=party) for party in ("A", "B")),
        )
        assert status(spec, "P1") == "open"
        record = do("record-agreement-in-principle", by="mediator", proposal_id="P1")
        spec.when(record).then_refused("agreement_has_terms")
        spec.given(ex.tabled("A"), ex.accepted("P2", by="B"))
        spec.given(structs.replace(record, data={"proposal_id": "P2"}))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Open a real ledger whose clock stands still."""
    with opened(tmp_path / "data", unbound=True, clock=FakeClock(START)) as made:
        yield made


class TestOneSecond:
    """Several acts carry the same time; the order of recording decides, and all see the same."""

    def seen(self, house: House, case: str, viewer: str) -> Any:  # noqa: ANN401 - a case
        """Return the case as a viewer sees it."""
        file = house.load(house.resolve(case, clerk(house)))
        return file.seen_by(file.rights(viewer))

    def test_offers_that_cross_both_stand(self, house: House) -> None:
        """A and B propose in the same second: two open proposals, neither answers the other."""
        case = tell(house, ex.mediating())
        for by in ("A", "B"):
            assert give(house, ex.tabled(by), case).done
        for viewer in ("party:A", "party:B", "mediator"):
            known = self.seen(house, case, viewer).negotiation.proposals
            assert {name: p.status for (_, name), p in known.items()} == {
                "P1": "open",
                "P2": "open",
            }
            assert [known["joint", n].answers for n in ("P1", "P2")] == [None, None]

    def test_a_counter_and_a_yes_have_one_winner(self, house: House) -> None:
        """Of three parties B counters and C accepts at once: what came first holds for both."""
        case = tell(house, ex.mediating(THREE))
        assert give(house, ex.tabled("A"), case).done
        assert give(house, ex.tabled("B", answers="P1"), case).done
        late = give(house, ex.accepted("P1", by="C"), case)
        assert (late.done, late.rule) == (False, "proposal_is_open")
        assert "countered" in str(late.why)

    def test_a_stated_time_does_not_change_the_order(self, house: House) -> None:
        """B says its yes came a second before A took the offer back; recorded after, it loses."""
        case = tell(house, ex.mediating())
        assert give(house, ex.tabled("A"), case).done
        house.clock.set(START + timedelta(minutes=5))  # type: ignore[attr-defined] # a fake clock
        assert give(house, do("withdraw-proposal", by="A", proposal_id="P1"), case).done
        earlier = (START + timedelta(minutes=4, seconds=59)).isoformat()
        late = give(house, ex.accepted("P1", at_occurred=earlier), case)
        assert late.rule == "proposal_is_open"

    def test_who_looked_before_is_told_that_something_came(self, house: House) -> None:
        """Both name the sequence they saw; the second act of the second is asked to look again."""
        case = tell(house, ex.mediating())
        assert give(house, ex.tabled("A"), case).done
        file = house.load(house.resolve(case, clerk(house)))
        seen = file.seqs["joint"]
        yes, no = ex.accepted("P1", at_seen=seen), do("reject-proposal", by="B", proposal_id="P1")
        assert give(house, yes, case).done
        lost = give(house, structs.replace(no, seen=seen), case)
        assert lost.rule == "room_is_as_seen"

    def test_signature_and_refusal_of_one_second_do_not_both_count(self, house: House) -> None:
        """B refuses and signs: the refusal ended the invitation, so the signature finds none."""
        case = tell(house, ex.signing())
        assert give(house, do("sign-settlement", by="A", hash=ex.TEXT_HASH), case).done
        assert give(house, do("refuse-signature", by="B"), case).done
        assert not give(house, do("sign-settlement", by="B", hash=ex.TEXT_HASH), case).done
        assert not self.seen(house, case, "party:A").settlement.executed

    def test_a_release_revoked_in_the_same_second_is_not_conveyed(self, house: House) -> None:
        """And one conveyed first cannot be taken back."""
        words = "A sees room for movement."
        for first, second, rule in (
            ("revoke", "convey", "authorisation_is_not_revoked"),
            ("convey", "revoke", "information_is_not_conveyed_yet"),
        ):
            released = {"item_id": "C1", "wording": words, "recipients": ["B"]}
            case = tell(
                house,
                [
                    *ex.mediating(),
                    *ex.caucused("A"),
                    do("authorise-disclosure", by="A", **released),
                ],
            )
            orders = {
                "revoke": do("revoke-disclosure", by="A", authorisation_id="R1"),
                "convey": do(
                    "convey-information",
                    by="mediator",
                    owner="A",
                    authorisation_id="R1",
                    wording=words,
                ),
            }
            assert give(house, orders[first], case).done
            assert give(house, orders[second], case).rule == rule

    @pytest.mark.parametrize(
        ("beyond", "rule"),
        [
            (timedelta(0), None),
            (timedelta(microseconds=1), "proposal_is_open"),
            (timedelta(milliseconds=999), "proposal_is_open"),
        ],
    )
    def test_the_second_of_the_end_is_cut_at_its_instant(
        self, beyond: timedelta, rule: str | None
    ) -> None:
        """Valid until noon: the very instant counts, a microsecond later does not."""
        noon = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
        spec = Spec().given(ex.mediating(), ex.tabled(valid_until="2026-03-02T12:00:00Z"))
        spec.clock.step = timedelta(0)
        spec.at(noon + beyond).when(ex.accepted("P1", by="B"))
        assert spec.answer is not None
        assert spec.answer.rule == rule
        spec.tick()
        late = [f for f in spec.file.frames if isinstance(f.event, ProposalExpired)]
        assert bool(late) == (rule is not None)

    def test_everything_of_one_second_has_one_order_for_all(self, house: House) -> None:
        """`recorded` never stands still or runs back, and no room skips a number."""
        case = tell(house, ex.mediating(THREE))
        for n in range(5):
            for by in THREE:
                assert give(house, ex.tabled(by, proposal_id=f"{by}{n}"), case).done
        file = house.load(house.resolve(case, clerk(house)))
        joint = [frame for frame in file.frames if frame.room == "joint"]
        assert [frame.seq for frame in joint] == list(range(1, len(joint) + 1))
        assert all(a.recorded <= b.recorded for a, b in pairwise(file.frames))


PART = {"obligation_id": "OB1", "extent": "part"}
PAID = do("report-performance", by="B", what="One instalment, late.", **PART)
TAKEN = do("confirm-performance", by="A", **PART)
BROKEN = do("report-breach", by="A", obligation_id="OB1", facts="The rest did not come.")
ASSERTED = do("assert-waiver", by="B", obligation_id="OB1", conduct="A took two late instalments.")
LATE = datetime(2026, 9, 3, tzinfo=UTC)


class TestPartPerformance:
    """B pays late and in parts, A takes it; later each says something else of what that meant."""

    def owed(self, *orders: Order) -> Spec:
        """A settlement in force whose day has passed, and what followed."""
        return Spec().given(ex.settled(THREE)).at(LATE).given(*orders)

    def column(self, spec: Spec, name: str = "OB1") -> str:
        """Say where an obligation stands on the board."""
        case = spec.file.seen_by(spec.file.rights("party:C"))
        return case.follow_up.column(case.settlement.obligations[name])

    def test_taking_late_parts_is_no_waiver_by_itself(self) -> None:
        """Whatever A took, and however often, the rest is due and a breach can be reported."""
        spec = self.owed(PAID, TAKEN, PAID, TAKEN)
        assert self.column(spec) == "due"
        spec.given(BROKEN)
        assert self.column(spec) == "breach reported"

    @pytest.mark.parametrize(
        ("extent", "stand"),
        [("full", ["confirmed", "confirmed"]), ("part", ["reported", "confirmed"])],
    )
    def test_the_board_tells_what_of_several_parts_was_taken(
        self, extent: str, stand: list[str]
    ) -> None:
        """Two were reported before A spoke: all in full confirms both, a part the last alone."""
        taken = do("confirm-performance", by="A", obligation_id="OB1", extent=extent)
        spec = self.owed(PAID, PAID, taken)
        rows = obligations.in_memory(replay.fold([obligations.PROJECTION], reads(spec)))
        (first,) = [one for one in rows if one.obligation_id == "OB1"]
        assert [part.stands for part in first.parts] == stand

    def test_a_waiver_by_conduct_is_said_and_decided_by_nobody_here(self) -> None:
        """B asserts it; the obligation stays where it is until A itself gives it up."""
        spec = self.owed(PAID, TAKEN, BROKEN, ASSERTED)
        assert self.column(spec) == "breach reported"
        spec.given(do("deny-waiver", by="A", obligation_id="OB1", position="I said: late."))
        assert self.column(spec) == "breach reported"
        spec.given(do("waive-obligation", by="A", obligation_id="OB1", note="This one alone."))
        assert self.column(spec) == "waived"
        assert self.column(spec, "OB2") == "due"

    def test_a_waiver_by_conduct_rests_on_something_taken(self) -> None:
        """Where nothing was performed, there is nothing A could have waived by taking it."""
        self.owed().when(ASSERTED).then_refused("part_was_performed")

    def test_a_part_taken_after_a_breach_leaves_the_breach_reported(self) -> None:
        """The rest stands as it stood: B may still answer, and A still seek enforcement."""
        spec = self.owed(BROKEN, PAID, TAKEN)
        assert self.column(spec) == "breach reported"
        answer = do("answer-breach", by="B", obligation_id="OB1", position="explains")
        spec.given(answer)
        sought = do(
            "seek-enforcement", by="A", forum="City court", settlement_id="SA1", obligations=["OB1"]
        )
        spec.given(sought)

    def test_a_cure_disputed_leaves_the_breach_open_to_an_answer(self) -> None:
        """A says that it was not put right; B may explain, and put it right again."""
        cured = do("cure-breach", by="B", obligation_id="OB1", what="The rest was paid.")
        disputed = do("dispute-performance", by="A", obligation_id="OB1", grounds="Short.")
        spec = self.owed(BROKEN, cured, disputed)
        assert self.column(spec) == "disputed"
        spec.given(do("answer-breach", by="B", obligation_id="OB1", position="denies"), cured)
        spec.given(do("confirm-performance", by="A", obligation_id="OB1"))
        assert self.column(spec) == "confirmed"
        spec.when(cured).then_refused("breach_is_reported")

    def test_a_part_taken_within_a_cure_period_leaves_the_period(self) -> None:
        """The day agreed on stands for the rest."""
        until = {"obligation_id": "OB1", "until": "2026-10-01"}
        agreed = [do("agree-cure-period", by=party, **until) for party in ("A", "B")]
        spec = self.owed(BROKEN, *agreed)
        assert self.column(spec) == "in cure"
        spec.given(PAID, TAKEN)
        assert self.column(spec) == "in cure"

    def test_more_time_given_ends_what_was_reported_broken(self) -> None:
        """A puts the day off: nothing is broken until the new day has passed."""
        later = do("defer-obligation", by="A", obligation_id="OB1", until="2026-12-01")
        spec = self.owed(BROKEN, PAID, TAKEN, later)
        assert self.column(spec) == "upcoming"
        spec.when(BROKEN).then_refused("obligation_is_due")
        answer = do("answer-breach", by="B", obligation_id="OB1", position="denies")
        spec.when(answer).then_refused("breach_is_reported")

    def test_rights_reserved_stand_in_the_record_beside_what_was_taken(self) -> None:
        """All parties read that taking it gave nothing up."""
        spec = self.owed(PAID, structs.replace(TAKEN, data={**PART, "reserves_rights": True}))
        (taken,) = [f for f in spec.new_frames() if f.event.row == "H11"]
        assert (taken.room, taken.event.reserves_rights) == ("joint", True)
