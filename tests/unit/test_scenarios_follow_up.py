"""Acceptance scenarios told on: SC-01 looked back on, SC-11 misdisclosed, SC-15 reopened.

Each is a class, its lines in its own words; other lines of the same are in test_scenarios.py.
"""

from datetime import UTC, datetime
from typing import Any

import pytest

from ledger.follow_up.after_events import CaseReopened, ReopeningRefused
from ledger.parties import Phase
from ledger.rooms import Span
from tests import examples as ex
from tests.spec import Order, Spec, do

pytestmark = pytest.mark.usefixtures("both_ways")

RKN = ("R", "K", "N")
TWO = ("A", "B")
SECOND = "person:second"
INQUIRY = {"searched": ["Everybody"], "since": "2016-01-01", "until": "2026-09-01"}


def phase(spec: Spec, viewer: str = "registry") -> Phase:
    """Say in which phase a viewer sees the case."""
    return spec.file.seen_by(spec.file.rights(viewer)).phase


def looked_again() -> Order:
    """The mediator looks for conflicts again."""
    return do("complete-inquiry", by="mediator", **INQUIRY)


class TestReopening:
    """SC-15, step 9: R and K ask to reopen five months later, N does not take part."""

    def closed(self, *more: Order) -> Spec:
        """Talks with a proposal and a confidence of N end without settlement."""
        spec = Spec().given(
            ex.mediating(RKN),
            do(
                "define-scope",
                by="mediator",
                issues={"fee": "The fee", "term": "The term"},
                agreed_by=list(RKN),
            ),
            ex.tabled(by="R"),
            ex.caucused("N", "We would waive the interest."),
            more,
            do("close-caucus", by="mediator", party="N"),
            do("close-session", by="mediator"),
            do("declare-termination", by="mediator", mode="no_prospect", consulted=list(RKN)),
            do("issue-closing-document"),
            do("close-case", outcome="none", open_issues=["fee", "term"]),
        )
        return spec.at(datetime(2026, 9, 15, 9, 0, tzinfo=UTC))

    def agreed(self, mediator: str = "same") -> Spec:
        """R and K consent afresh, N says that it does not take part."""
        fresh = {"ground": "open_issues", "mediator": mediator}
        return self.closed().given(
            *(do("agree-to-reopen", by=p, **fresh) for p in ("R", "K")),
            do("refuse-reopening", by="N", reasons="Our credit was repaid."),
        )

    def reopens(self, mediator: str = "same", **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
        """The registry reopens the case between R and K."""
        plain = {"ground": "open_issues", "parties": ["R", "K"], "mediator": mediator}
        return do("reopen-case", **{**plain, **more})

    def test_the_same_mediator_goes_on_between_those_who_consented(self) -> None:
        """After looking for conflicts again; the phase is that of talks."""
        spec = self.agreed().given(looked_again())
        spec.given(self.reopens())
        assert isinstance(spec.new_frames()[0].event, CaseReopened)
        assert spec.new_frames()[0].event.left == ("N",)
        case = spec.file.seen_by(spec.file.rights("registry"))
        assert (case.phase, case.outcome) == (Phase.MEDIATING, None)
        consents = {p: party.consent for p, party in case.intake.parties.items()}
        assert consents == {"R": "consented", "K": "consented", "N": "released"}
        assert case.standing().current() == ("R", "K")
        assert case.follow_up.termination is None

    def test_without_a_new_inquiry_the_mediator_does_not_go_on(self) -> None:
        """One before the close does not count."""
        self.agreed().when(self.reopens()).then_refused("mediator_looked_again")
        early = self.closed(looked_again())
        fresh = {"ground": "open_issues", "mediator": "same"}
        early.given(
            *(do("agree-to-reopen", by=p, **fresh) for p in ("R", "K")),
            do("refuse-reopening", by="N"),
        )
        early.when(self.reopens()).then_refused("mediator_looked_again")

    def test_a_new_mediator_is_chosen_from_consent_on(self) -> None:
        """Once the mandate of before has ended; the new one reads nothing confided before."""
        spec = self.agreed("new")
        spec.when(self.reopens("new")).then_refused("old_mandate_is_over")
        spec.given(do("end-mandate", reason="expiry"), self.reopens("new"))
        assert phase(spec) == Phase.CONSENTED
        assert "caucus:N" not in spec.file.rights("mediator")

    def test_nobody_mediates_again_without_a_fresh_consent_to_the_same(self) -> None:
        """Not with another mediator, not on another ground, not alone."""
        spec = self.agreed().given(looked_again())
        for changed in ({"parties": ["R", "K", "N"]}, {"parties": ["R"]}, {"ground": "breach"}):
            spec.when(self.reopens(**changed)).then_refused("fresh_consents_are_given")
        spec.when(self.reopens("new")).then_refused("fresh_consents_are_given")
        again = do("agree-to-reopen", by="R", ground="open_issues", mediator="same")
        spec.when(again).then_refused("reopening_is_agreed_once")
        spec.given(do("refuse-reopening", by="K"))
        assert isinstance(spec.new_frames()[0].event, ReopeningRefused)
        spec.when(self.reopens()).then_refused("fresh_consents_are_given")

    def test_who_does_not_go_on_has_said_so(self) -> None:
        """N's silence stops it, unless the registry reports that N was asked."""
        spec = self.closed().given(
            *(do("agree-to-reopen", by=p, ground="breach", mediator="same") for p in ("R", "K")),
            looked_again(),
        )
        spec.when(self.reopens(ground="breach")).then_refused("everybody_was_asked")
        spec.when(self.reopens(ground="breach", at_reported=True)).then_irregular(
            "everybody_was_asked"
        )

    def test_the_holds_are_checked(self) -> None:
        """Whoever reopens names every hold in force, the hidden ones too; none is told to all."""
        spec = self.agreed().given(
            looked_again(), do("place-legal-hold", scope="x", law_forbids_notice=True)
        )
        spec.when(self.reopens()).then_refused("holds_are_checked")
        spec.given(self.reopens(holds_checked=["H1"]))
        assert "H1" not in str([f.event for f in spec.new_frames() if f.room == "joint"])

    def test_earlier_proposals_are_history(self) -> None:
        """They are read, and cannot be accepted."""
        spec = self.agreed().given(looked_again(), self.reopens())
        case = spec.file.seen_by(spec.file.rights("party:K"))
        assert case.negotiation.proposals["joint", "P1"].status != "open"
        spec.when(ex.accepted("P1", by="K"))
        assert spec.answer is not None
        assert not spec.answer.done
        spec.given(ex.tabled(by="K", addressees=["R"]))

    def test_what_was_left_open_is_taken_up_or_what_is_named_of_it(self) -> None:
        """All open issues, or those the parties name."""
        whole = self.agreed().given(looked_again(), self.reopens())
        part = self.agreed().given(looked_again(), self.reopens(issues=["term"]))
        issues = [
            list(s.file.seen_by(s.file.rights("registry")).intake.issues) for s in (whole, part)
        ]
        assert issues == [["fee", "term"], ["term"]]

    def test_n_keeps_what_it_saw_and_sees_nothing_of_the_new_round(self) -> None:
        """Its span of the joint room ends with the reopening itself."""
        spec = self.agreed().given(looked_again(), self.reopens())
        seen = spec.file.rights("party:N")["joint"]
        assert seen == Span(last=spec.new_frames()[0].seq)
        spec.given(ex.tabled(by="K", addressees=["R"]))
        assert spec.new_frames()[0].seq not in seen
        spec.when(ex.tabled(by="N", addressees=["R"])).then_refused("party_has_consented")

    def test_n_s_confidences_stay_closed_to_the_round_unless_n_releases_them(self) -> None:
        """The mediator of before reads its caucus again only by N's own act."""
        spec = self.agreed().given(looked_again())
        assert "caucus:N" in spec.file.rights("mediator")
        spec.given(self.reopens())
        assert "caucus:N" not in spec.file.rights("mediator")
        assert {"caucus:R", "caucus:K"} <= set(spec.file.rights("mediator"))
        assert "caucus:N" in spec.file.rights("party:N")
        spec.when(do("release-to-new-round", by="R")).then_refused("party_is_apart")
        spec.given(do("release-to-new-round", by="N"))
        assert "caucus:N" in spec.file.rights("mediator")
        spec.when(do("release-to-new-round", by="N")).then_refused("party_is_apart")

    def test_who_had_left_before_the_end_asks_to_join_instead(self) -> None:
        """Only those whose consent stood at the end reopen."""
        spec = Spec().given(
            ex.mediating(),
            do("withdraw-consent", by="B"),
            do("issue-closing-document"),
            do("close-case", outcome="none"),
        )
        spec.when(do("agree-to-reopen", by="B", ground="joint_request"))
        spec.then_refused("party_took_part_to_the_end")
        spec.when(do("refuse-reopening", by="B")).then_refused("party_took_part_to_the_end")

    def test_a_case_that_never_began_is_reopened_by_whoever_was_named(self) -> None:
        """B had declined; both consent now, and a mediator is chosen."""
        spec = Spec().given(ex.invited(), do("decline-invitation", by="B"))
        assert phase(spec) == Phase.NOT_COMMENCED
        asked = {"ground": "joint_request", "mediator": "new"}
        spec.given(*(do("agree-to-reopen", by=p, **asked) for p in TWO))
        spec.given(do("reopen-case", parties=list(TWO), **asked))
        assert phase(spec) == Phase.CONSENTED

    def test_a_case_that_runs_is_not_reopened(self) -> None:
        """Its time is after an end."""
        spec = Spec().given(ex.mediating())
        spec.when(self.reopens(parties=["A", "B"])).then_refused("phase_allows_command")
        spec.when(do("agree-to-reopen", by="A", ground="breach")).then_refused(
            "phase_allows_command"
        )

    def test_retention_is_no_longer_counted_and_begins_anew_with_the_next_close(self) -> None:
        """The dates of the first close are given up, those of the second run."""
        spec = self.agreed().given(looked_again(), self.reopens())
        dates = spec.file.seen_by(spec.file.rights("registry")).deadlines.book
        kept = [d for (room, _), d in dates.items() if d.set.rule == "retention"]
        assert kept
        assert {d.status for d in kept} == {"waived"}
        spec.given(
            do("declare-termination", by="mediator", mode="no_prospect", consulted=["R", "K"]),
            do("issue-closing-document"),
            do("close-case", outcome="none"),
        )
        dates = spec.file.seen_by(spec.file.rights("registry")).deadlines.book
        again = [d for d in dates.values() if d.set.rule == "retention"]
        assert {d.status for d in again} == {"running"}
        assert phase(spec) == Phase.CLOSED


class TestRetention:
    """Invariant I-18: nothing expires under a hold."""

    def test_the_clock_says_when_the_time_is_over_and_a_hold_stops_it(self) -> None:
        """Once, by class; what waited for the hold expires with its release."""
        spec = TestReopening().closed()
        spec.given(do("place-legal-hold", scope="All."))
        spec.at(datetime(2046, 1, 1, tzinfo=UTC)).tick()
        assert "retention-expired" not in self.tags(spec)
        spec.given(do("release-legal-hold", hold_id="H1"))
        expired = self.tags(spec).count("retention-expired")
        assert expired
        spec.at(datetime(2047, 1, 1, tzinfo=UTC)).tick()
        assert self.tags(spec).count("retention-expired") == expired

    def test_without_a_hold_it_expires_by_itself(self) -> None:
        """By the clock, told to the registry alone."""
        spec = TestReopening().closed().at(datetime(2046, 1, 1, tzinfo=UTC))
        spec.tick()
        found = [
            f for f in spec.new_frames() if f.event.__struct_config__.tag == "retention-expired"
        ]
        assert found
        assert {f.room for f in found} == {"registry"}

    def tags(self, spec: Spec) -> list[str]:
        """Name everything recorded, in order."""
        return [str(f.event.__struct_config__.tag) for f in spec.file.frames]


class TestNoteInWrongCase:
    """SC-11, step 3: a note of case 17 was posted before all in case 71."""

    def exposed(self) -> Spec:
        """Case 71, with the note in its joint room."""
        note = do("give-summary", by="mediator", text="Of case 17: A would go down to 800 k.")
        return Spec().given(ex.mediating(), note)

    def removed(self) -> tuple[Spec, str]:
        """The note is voided and sealed by two persons."""
        spec = self.exposed()
        ref = spec.new_frames()[0].ref
        spec.given(
            do("void-entry", target=ref, ground="wrong_case", approved_by=SECOND),
            do("seal-content", target=ref, ground="misdisclosure", approved_by=SECOND),
        )
        return spec, ref

    def test_the_parties_are_told_that_an_entry_was_removed_and_not_what(self) -> None:
        """The note stays in its place, void and sealed; the words of the acts tell nothing."""
        spec, ref = self.removed()
        for viewer in ("party:A", "party:B", "mediator"):
            record = spec.file.seen_by(spec.file.rights(viewer)).record
            assert ref in record.voided
            assert ref in record.governance.sealed
        assert "800" not in str([f.event for f in spec.file.frames[-2:]])

    def test_the_owner_in_the_other_case_is_told_who_read_it(self) -> None:
        """At its desk, without the content; the other party of that case learns nothing."""
        spec = Spec().given(ex.mediating())
        before = [f.ref for f in spec.file.frames]
        spec.given(
            do(
                "report-misdisclosure",
                owner="A",
                information="caucus_item",
                exposed_to=["person:b", "person:counsel"],
                elsewhere="GO-2026-0071",
                measures="Void and sealed there.",
            )
        )
        (frame,) = spec.new_frames()
        assert frame.room == "desk:A"
        assert frame.room not in spec.file.rights("party:B")
        eyes = spec.file.rights("party:B")
        assert [f.ref for f in spec.file.frames if f.room in eyes] == [
            ref for ref in before if ref.rpartition(":")[0] in eyes
        ]

    @pytest.mark.parametrize("viewer", ["party:A", "party:B"])
    def test_a_party_may_contest_the_removal(self, viewer: str) -> None:
        """Where it stands, and is answered there."""
        spec, _ = self.removed()
        ref = spec.file.frames[-2].ref
        party = viewer.partition(":")[2]
        spec.given(
            do("contest-entry", by=party, target=ref, position="It was ours."),
        )
        contest = spec.new_frames()[0].ref
        spec.given(do("answer-contest", target=contest, answer="It was of another case."))
        assert spec.new_frames()[0].room == "joint"


class TestChecklist:
    """SC-01: looked back on, every step was followed."""

    def settled(self) -> Spec:
        """Tell a case in which nothing was left out."""
        text = "9" * 64
        spec = Spec().given(
            ex.engaged(),
            do("open-preparation", by="mediator", guidelines_reiterated=True),
            do("explain-rights", by="mediator"),
            *(
                do(
                    "authorise-representative",
                    by=p,
                    person=f"person:{p.lower()}",
                    powers=["negotiate", "settle", "sign"],
                )
                for p in TWO
            ),
            ex.inquired("person:a", "person:b"),
            do(
                "select-venue",
                by="mediator",
                mode="in_person",
                place="Harbour House",
                reasons="Neither has an office there.",
            ),
            do(
                "issue-protocol",
                by="mediator",
                languages=["en"],
                order_of_business="Openings.",
                ground_rules="Nobody is interrupted.",
            ),
            do(
                "schedule-session",
                by="mediator",
                start="2026-03-09T09:00:00+01:00[Europe/Oslo]",
                minutes=180,
                mode="in_person",
            ),
            do("open-session", by="mediator", guidelines_reiterated=True),
        )
        for party in TWO:
            spec.given(
                do(
                    "record-speaking-turn",
                    speaker=f"person:{party.lower()}",
                    party=party,
                    kind="opening",
                    start="2026-03-02T09:00:00Z",
                    end="2026-03-02T09:12:00Z",
                )
            )
        return spec.given(
            do("give-summary", by="mediator", text="Where we stand."),
            do("confirm-summary", by="A", summary_id="SU1"),
            do("correct-summary", by="B", summary_id="SU1", correction="The term is open."),
            ex.tabled(by="A"),
            ex.tabled(by="B", answers="P1"),
            ex.accepted("P2", by="A"),
            do("record-agreement-in-principle", by="mediator", proposal_id="P2"),
            do("assess-feasibility", by="mediator", at_room="joint", **self.feasible()),
            do("give-drafting-mandate", by="mediator"),
            do("prepare-draft", by="mediator", hash=text),
            do(
                "define-obligation",
                by="mediator",
                obligor="B",
                obligee="A",
                act="Pay.",
                due="2026-09-01",
                proof="The bank's receipt.",
            ),
            do("freeze-text", by="mediator", hash=text),
            *(do("acknowledge-advice", by=p, advice="taken") for p in TWO),
            do("invite-signatures"),
            *(do("sign-settlement", by=p, hash=text) for p in TWO),
            *(do("deliver-copy", to=p) for p in TWO),
            do(
                "hold-closing-session",
                by="mediator",
                attended=list(TWO),
                satisfaction_asked=True,
            ),
            *(do("confirm-understanding", by=p) for p in TWO),
            *(do("state-satisfaction", by=p, scale=5) for p in TWO),
            *(do("adopt-monitoring-plan", by=p, plan_hash=ex.HASH) for p in TWO),
            do("close-session", by="mediator"),
            do("declare-termination", mode="settled"),
            do("issue-closing-document"),
            do("close-case", outcome="full"),
        )

    def feasible(self) -> dict[str, Any]:
        """Assess the proposal agreed on."""
        return {
            "target": "proposal",
            "target_id": "P2",
            "dimension": "financial",
            "result": "feasible",
        }

    def test_every_step_the_case_asked_for_was_followed(self) -> None:
        """A hundred per cent, each with the events it rests on."""
        spec = self.settled().given(do("request-feedback"), do("compute-checklist"))
        event = spec.new_frames()[0].event
        left = {
            s.step: s.verdict for s in event.steps if s.verdict not in ("followed", "not_needed")
        }
        assert not left
        assert event.followed == event.asked

    def test_the_evaluation_closes_after_feedback_check_and_lessons(self) -> None:
        """Feedback of both sides and the mediator, a bias check, and the case is EVALUATED."""
        answers = {"equally_supported": 5, "heard": 5, "pushed": 1, "satisfied_process": 5}
        spec = self.settled().given(
            do("compute-checklist"),
            *(do("give-feedback", by=p, answers=answers, consent_to_use=True) for p in TWO),
            do("give-mediator-feedback", by="mediator", answers={"attendance": 5}),
            do("complete-bias-check", reviewer="person:berg", opinion="no_sign"),
            do("close-evaluation"),
        )
        assert phase(spec) == Phase.EVALUATED
