"""Erasure: asked for, assessed, executed by two; marked where it lies, and told nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from ledger.envelope import Event
from ledger.follow_up.events import CaseClosed
from ledger.identity import Operator, viewers_of
from ledger.profile import builtin, recorded
from ledger.record.erasure_events import (
    ContentErased,
    ErasureAssessed,
    ErasureExecuted,
    ErasureRequested,
    RecordsDestroyed,
)
from ledger.record.events import LegalHoldReleased
from tests import examples
from tests.histories import PARTIES
from tests.spec import CLERK, Order, Spec, do
from tests.unit.test_laws import PROBES, Twins, everything
from tests.unit.test_profile import house_but

OFFICER = Operator(name="officer", roles=("protection",), auth="test", unbound=True)
ITEM = "caucus:A:2"
GRANT = {
    "result": "granted",
    "ground": "no_longer_needed",
    "basis": "Its purpose is fulfilled.",
}


def grant(name: str, **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """The officer grants an erasure."""
    data = {"erasure_id": name, **GRANT, **more}
    return do("assess-erasure", by="protection", at_operator=OFFICER, **data)


def execute(name: str) -> Order:
    """The clerk carries it out."""
    return do("execute-erasure", erasure_id=name)


def caucused() -> Spec:
    """Begin with something said in a caucus of A."""
    return Spec().given(examples.mediating(), examples.caucused())


def asked(**more: Any) -> Spec:  # noqa: ANN401 - a command's own fields
    """A asked for the erasure of what it said in caucus."""
    return caucused().given(do("request-erasure", by="A", **{"targets": [ITEM], **more}))


def rooms_of(spec: Spec, kind: type[Event]) -> list[str]:
    """Name the rooms the last order wrote a kind of event to."""
    return [f.room for f in spec.new_frames() if isinstance(f.event, kind)]


def targets_of(spec: Spec) -> set[str]:
    """Name everything the last order marked as erased."""
    stubs = [f.event for f in spec.new_frames() if isinstance(f.event, ContentErased)]
    return {target for stub in stubs for target in stub.targets}


class TestRequest:
    """A request names what is meant where it lies, and nowhere else."""

    def test_of_a_confidence_it_names_the_entry_in_that_room_alone(self) -> None:
        """The registry and the officer learn that A asks, not of what."""
        spec = asked(reason="It was said in anger.")
        told = {f.room: f.event for f in spec.new_frames()}
        assert set(told) == {"protection", "desk:A", "caucus:A"}
        assert told["caucus:A"].targets == (ITEM,)
        for room in ("protection", "desk:A"):
            assert (told[room].targets, told[room].of_room) == ((), None)
            assert told[room].reason is None or not isinstance(told[room].reason, str)
        assert told["protection"].erasure_id == "party:A/1"

    def test_of_what_the_registry_reads_it_says_which(self) -> None:
        """The officer sees what it decides on."""
        spec = caucused().given(do("request-erasure", targets=["joint:1"], reason="A slip."))
        (frame,) = spec.new_frames()
        assert (frame.room, frame.event.targets) == ("protection", ("joint:1",))

    def test_requests_are_numbered_for_each_who_asks(self) -> None:
        """B's first is its first, whatever A asked for."""
        spec = asked().given(do("request-erasure", by="B", subject="B"))
        assert spec.new_frames()[0].event.erasure_id == "party:B/1"
        spec.given(do("request-erasure", by="A", subject="person:abe"))
        assert spec.new_frames()[0].event.erasure_id == "party:A/2"
        spec.given(do("request-erasure", by="mediator", targets=[ITEM]))
        assert {f.event.erasure_id for f in spec.new_frames()} == {"mediator:1/1"}
        assert rooms_of(spec, ErasureRequested) == ["protection", "mediators", "caucus:A"]

    @pytest.mark.parametrize(
        ("rule_name", "order"),
        [
            ("erasure_names_one_thing", do("request-erasure", by="A")),
            ("erasure_names_one_thing", do("request-erasure", targets=["joint:1"], subject="A")),
            ("targets_stand_in_one_room", do("request-erasure", targets=["joint:1", "desk:A:1"])),
            ("entry_is_known", do("request-erasure", by="B", targets=[ITEM])),
            ("entry_is_known", do("request-erasure", targets=["joint:999"])),
            ("entry_says_something", do("request-erasure", by="A", targets=["caucus:A:1"])),
            ("room_is_ones_own", do("request-erasure", by="B", of_room="caucus:A")),
            ("room_is_ones_own", do("request-erasure", of_room="cellar")),
            ("retention_has_ended", do("request-erasure", kind="feedback")),
        ],
    )
    def test_it_is_refused(self, rule_name: str, order: Order) -> None:
        """By each rule; B's refusals name nothing it may not read."""
        caucused().when(order).then_refused(rule_name)

    def test_a_mediator_asks_at_its_own_keyboard(self) -> None:
        """Its requests are found in the mediators' room, which the registry does not read."""
        clerk = Operator(name="clerk", roles=("registry",), auth="test")
        order = do("request-erasure", by="mediator", targets=["joint:1"], at_operator=clerk)
        caucused().when(order).then_refused("requester_reads_its_request")


class TestAssessment:
    """The officer decides, on a legal basis."""

    def test_the_party_that_asked_is_told_at_its_desk(self) -> None:
        """Without a hold that it may not know of."""
        spec = asked().given(do("place-legal-hold", scope="all", law_forbids_notice=True))
        spec.given(grant("party:A/1"))
        told = {f.room: f.event for f in spec.new_frames()}
        assert set(told) == {"protection", "desk:A"}
        assert (told["protection"].under_hold, told["desk:A"].under_hold) == (True, False)

    def test_nothing_is_granted_without_a_legal_basis(self) -> None:
        """In a word and in words."""
        for lacking in ("ground", "basis"):
            asked().when(grant("party:A/1", **{lacking: None})).then_refused(
                "erasure_has_legal_basis"
            )

    def test_what_is_kept_is_kept_for_a_reason(self) -> None:
        """A refusal needs none of the basis, and can be followed by a grant."""
        refusal: dict[str, Any] = {"result": "refused", "ground": None, "basis": None}
        spec = asked().when(grant("party:A/1", **refusal)).then_refused("keeping_is_reasoned")
        spec.when(grant("party:A/1", kept=["statement-recorded"])).then_refused(
            "keeping_is_reasoned"
        )
        spec.given(grant("party:A/1", **refusal, reasons="Claims.", exemption="legal_claims"))
        spec.when(execute("party:A/1")).then_refused("erasure_was_granted")
        spec.given(grant("party:A/1"), execute("party:A/1"))

    def test_only_what_was_asked_for_is_decided_and_once_carried_out(self) -> None:
        """Another id is no request; what was executed is over."""
        spec = asked().when(grant("party:A/2")).then_refused("erasure_is_asked_for")
        spec.given(grant("party:A/1"), execute("party:A/1"))
        spec.when(grant("party:A/1")).then_refused("erasure_is_asked_for")
        spec.when(execute("party:A/1")).then_refused("erasure_is_asked_for")


class TestExecution:
    """A second person carries it out, under no hold."""

    def test_it_is_marked_in_the_room_of_the_entry_and_in_the_institutions_own(self) -> None:
        """Nowhere else; the mark names the legal basis and who granted it."""
        spec = asked().given(grant("party:A/1"))
        spec.when(execute("party:A/1")).then(ErasureExecuted, ContentErased)
        assert [f.room for f in spec.new_frames()] == ["protection", "caucus:A"]
        stub = spec.new_frames()[1]
        assert (stub.event.targets, stub.cause) == ((ITEM,), "caucus:A:3")
        assert (stub.event.ground, stub.event.approved_by) == ("no_longer_needed", "person:officer")
        assert spec.file.erased == {ITEM: stub.ref}
        assert spec.answer is not None
        assert (
            "no_longer_needed"
            in spec.file.seen_by(spec.file.rights("party:A")).record.erasures.erased[ITEM].ground
        )

    def test_whoever_granted_it_does_not_carry_it_out(self) -> None:
        """Two persons, compared by who was at the keyboard."""
        order = grant("party:A/1")
        same = do("assess-erasure", by="protection", **order.data)
        asked().given(same).when(execute("party:A/1")).then_refused("erasure_has_second_person")

    def test_it_waits_for_the_end_of_a_hold(self) -> None:
        """Also where the hold came after the grant (SC-14)."""
        spec = asked().given(grant("party:A/1"), do("place-legal-hold", scope="all", reason="x"))
        spec.when(execute("party:A/1")).then_refused("no_hold_is_in_force")
        spec.given(do("release-legal-hold", hold_id="H1"), execute("party:A/1"))
        assert targets_of(spec) == {ITEM}

    def test_each_office_does_its_own(self) -> None:
        """The registry grants nothing, the officer carries out nothing."""
        asked().when(do("assess-erasure", erasure_id="party:A/1", **GRANT)).then_refused(
            "role_may_give_command"
        )
        spec = asked().given(grant("party:A/1"))
        order = do("execute-erasure", by="protection", erasure_id="party:A/1", at_operator=OFFICER)
        spec.when(order).then_refused("role_may_give_command")

    def test_an_entry_is_erased_once(self) -> None:
        """A second request for it is refused; of what tells of an erasure nothing is erased."""
        spec = asked().given(grant("party:A/1"), execute("party:A/1"))
        again = do("request-erasure", by="A", targets=[ITEM])
        spec.when(again).then_refused("entry_says_something")
        stub = do("request-erasure", by="A", targets=["caucus:A:4"])
        spec.when(stub).then_refused("entry_says_something")

    def test_a_correction_goes_with_what_it_quotes(self) -> None:
        """It holds the old words beside the new ones."""
        right = do(
            "correct-entry",
            by="A",
            target=ITEM,
            changes={"text": "We could not go lower."},
            reason="A slip.",
        )
        spec = caucused().given(right, do("request-erasure", by="A", targets=[ITEM]))
        spec.given(grant("party:A/1"), execute("party:A/1"))
        assert targets_of(spec) == {ITEM, "caucus:A:3"}

    def test_a_room_goes_as_a_whole_though_nobody_here_reads_it(self) -> None:
        """The registry names it, and learns nothing of what was in it."""
        spec = caucused().given(do("request-erasure", of_room="caucus:A"))
        spec.given(grant("registry/1"), execute("registry/1"))
        assert targets_of(spec) == {ITEM}
        assert spec.answer is not None
        seen = [f for f in spec.new_frames() if f.room in spec.file.rights("registry")]
        assert [type(f.event) for f in seen] == [ErasureExecuted]

    def test_a_room_that_holds_nothing_is_erased_alike(self) -> None:
        """What the registry gets tells nothing of whether there was a caucus."""
        answers = []
        for steps in ([], examples.caucused("B")):
            spec = Spec().given(examples.mediating(), steps)
            spec.given(do("request-erasure", of_room="caucus:B", at_id="r"))
            spec.given(grant("registry/1"))
            spec.given(execute("registry/1"))
            eyes = spec.file.rights("registry")
            events = [f.event for f in spec.file.frames if f.room in eyes]
            answers.append((events, spec.file.seen_by(eyes).record.erasures))
        assert answers[0] == answers[1]

    def test_a_subject_is_erased_wherever_a_frame_names_it_but_for_what_is_kept(self) -> None:
        """Attendance and settlement stay for claims; what A said alone goes (SC-14)."""
        spec = caucused().given(do("request-erasure", by="A", subject="A"))
        part: dict[str, Any] = {
            "result": "partly",
            "kept": ["request-registered", "consent-given", "mediation-requested"],
            "reasons": "Needed for claims.",
            "exemption": "legal_claims",
        }
        spec.given(grant("party:A/1", **part), execute("party:A/1"))
        gone = targets_of(spec)
        assert ITEM in gone
        tags = {type(f.event).__name__ for f in spec.file.frames if f.ref in gone}
        assert not tags & {"RequestRegistered", "ConsentGiven", "MediationRequested"}
        for room in rooms_of(spec, ContentErased):
            stubs = [f.event for f in spec.new_frames() if f.room == room]
            assert all(t.startswith(f"{room}:") for s in stubs for t in getattr(s, "targets", ()))


class TestRules:
    """What a rule would have to read is not there any more, from the event on."""

    def test_a_correction_of_erased_words_is_refused(self) -> None:
        """While its frame can still be put right."""
        spec = asked().given(grant("party:A/1"), execute("party:A/1"))
        fix: dict[str, Any] = {"target": ITEM, "reason": "x"}
        order = do("correct-entry", by="A", changes={"text": "other"}, **fix)
        spec.when(order).then_refused("content_is_erased")
        when = {"occurred": "2026-03-01T09:00:00Z"}
        spec.given(do("correct-entry", by="A", changes=when, approved_by="person:x", **fix))

    def test_an_erased_proposal_is_not_put_anew(self) -> None:
        """Its clauses are needed for a counter-proposal of the same terms."""
        spec = Spec().given(examples.mediating(), examples.tabled(by="A"))
        ref = spec.new_frames()[0].ref
        spec.given(do("request-erasure", by="A", targets=[ref]))
        spec.given(grant("party:A/1"), execute("party:A/1"))
        order = do("confirm-as-counter", by="B", proposal_id="P1", clause_ids=["c1"])
        spec.order(order)
        assert spec.answer is not None
        assert not spec.answer.done

    def test_an_erased_request_is_registered_with_its_words_given_anew(self) -> None:
        """The registry says the title and the dispute itself."""
        spec = Spec().given(examples.requested())
        spec.given(do("request-erasure", by="A", targets=["desk:A:1"]))
        spec.given(grant("party:A/1"), execute("party:A/1"))
        spec.when(do("register-request")).then_refused("content_is_erased")
        spec.given(do("register-request", title="Berths", dispute="Fees."))

    def test_an_erased_release_is_not_conveyed(self) -> None:
        """The mediator has no words to compare with."""
        release = do(
            "authorise-disclosure",
            by="A",
            item_id="C1",
            wording="A sees room.",
            recipients=["B"],
        )
        spec = caucused().given(release)
        ref = spec.new_frames()[0].ref
        spec.given(do("request-erasure", by="A", targets=[ref]))
        spec.given(grant("party:A/1"), execute("party:A/1"))
        told = do(
            "convey-information",
            by="mediator",
            owner="A",
            authorisation_id="R1",
            wording="A sees room.",
        )
        spec.when(told).then_refused("content_is_erased")


def closing(transcripts: str) -> Spec:
    """Bring a case to where it can be closed, something having been said in it."""
    text = house_but({"content_recording.transcripts": transcripts})
    spec = Spec().given(do("adopt-profile", text=text, default=True))
    return spec.given(examples.mediating(), TOLD, OVER)


TOLD = (
    do("record-statement", by="A", text="We are ready."),
    *examples.caucused(),
    do("close-caucus", by="mediator", party="A"),
    do("note-strategy", by="mediator", approach="Dates first."),
)
OVER = (
    do("declare-termination", by="mediator", mode="completed"),
    do("issue-closing-document"),
)
CLOSE = do("close-case", outcome="none", session_waived=True)


class TestAtTheClose:
    """Where the profile destroys at the close what was said, closing erases it."""

    def test_words_and_notes_are_erased_in_their_rooms(self) -> None:
        """The statement before all, the confidence, the mediators' notes; basis is the profile."""
        spec = closing("destroyed_at_close").given(CLOSE)
        assert sorted(rooms_of(spec, ContentErased)) == ["caucus:A", "joint", "mediators"]
        stubs = [f.event for f in spec.new_frames() if isinstance(f.event, ContentErased)]
        assert {(s.ground, s.approved_by) for s in stubs} == {("destroyed_at_close", None)}

    def test_where_they_are_allowed_they_stay(self) -> None:
        """Until their retention ends."""
        spec = closing("allowed").given(CLOSE)
        assert rooms_of(spec, ContentErased) == []
        assert CaseClosed in {type(f.event) for f in spec.new_frames()}

    def test_a_hold_keeps_them_until_the_last_one_is_released(self) -> None:
        """Also one the parties are not told of."""
        spec = closing("destroyed_at_close")
        spec.given(do("place-legal-hold", scope="all", law_forbids_notice=True))
        spec.given(do("place-legal-hold", scope="all"), CLOSE)
        assert rooms_of(spec, ContentErased) == []
        spec.given(do("release-legal-hold", hold_id="H2"))
        assert rooms_of(spec, ContentErased) == []
        spec.given(do("release-legal-hold", hold_id="H1"))
        assert LegalHoldReleased in {type(f.event) for f in spec.new_frames()}
        assert sorted(rooms_of(spec, ContentErased)) == ["caucus:A", "joint", "mediators"]

    def test_the_profile_of_an_ombuds_office_destroys_its_notes(self) -> None:
        """Words are taken down while it lasts, and gone when the matter is closed."""
        text = builtin()["ombuds-style"]
        profile = recorded(text)
        confirmed = do("confirm-profile-keys", profile_id=profile.id, keys=profile.unconfirmed)
        founded = (do("found-institution"), do("adopt-profile", text=text, default=True))
        spec = Spec().given(founded, confirmed)
        spec.given(examples.mediating(), TOLD, OVER, CLOSE)
        assert sorted(rooms_of(spec, ContentErased)) == ["caucus:A", "joint", "mediators"]


class TestRetention:
    """A class of records whose time is over goes the same way."""

    def expired(self, kind: str, years: int) -> Spec:
        """Close a case, and let the time of a class pass."""
        spec = Spec().given(examples.closed(), do("give-feedback", by="A", answers={"fair": 4}))
        spec.at(spec.clock.at + timedelta(days=366 * years))
        spec.tick()
        expired = spec.file.seen_by(spec.file.rights("registry")).record.governance.expired
        assert kind in expired
        return spec

    def test_feedback_goes_alone(self) -> None:
        """Who gave it is known by its frame; what it said is gone."""
        spec = self.expired("feedback", 2)
        spec.given(do("request-erasure", kind="feedback"))
        spec.given(grant("registry/1", ground="retention_ended"))
        spec.when(execute("registry/1")).then(ErasureExecuted, RecordsDestroyed, ContentErased)
        tags = {type(f.event).__name__ for f in spec.file.frames if f.ref in targets_of(spec)}
        assert tags == {"PartyFeedbackReceived"}
        again = do("request-erasure", kind="feedback")
        spec.when(again).then_refused("retention_has_ended")

    def test_sealed_content_goes_and_the_process_stays(self) -> None:
        """Confidential rooms and what was said; who attended, consented and signed stays."""
        spec = self.expired("sealed_content", 2)
        spec.given(do("request-erasure", kind="sealed_content"), grant("registry/1"))
        spec.given(execute("registry/1"))
        assert all(not t.startswith("joint:") for t in targets_of(spec))

    def test_a_whole_record_goes_but_for_what_tells_of_erasures(self) -> None:
        """The frames remain: the skeleton of the process."""
        spec = self.expired("process_record", 11)
        spec.given(do("request-erasure", kind="process_record"), grant("registry/1"))
        spec.given(execute("registry/1"))
        kept = [f for f in spec.file.frames if f.ref not in spec.file.erased]
        assert {ErasureAssessed, ErasureExecuted, ContentErased} <= {type(f.event) for f in kept}
        assert spec.file.seen_by(spec.file.rights("party:A")).phase


def test_a_witness_asks_for_erasure_while_a_court_orders_preservation() -> None:
    """SC-14: it waits for the hold, goes in part, and neither count nor order changes."""
    spec = Spec().given(examples.mediating(), examples.caucused(said="N saw the letter."))
    attendance = do("record-attendance", person="person:n", party="A", at_reported=True)
    spec.given(attendance)
    spec.given(do("request-erasure", by="A", targets=[ITEM], reason="N asks for it."))
    spec.given(do("request-erasure", subject="person:n", reason="N asks for it."))
    spec.given(do("place-legal-hold", scope="all", reason="A court order."))
    part = {"result": "refused", "ground": None, "basis": None, "exemption": "legal_claims"}
    spec.given(grant("party:A/1"), grant("registry/1", **part, reasons="Needed for claims."))
    told = [f.event for f in spec.new_frames()]
    assert [event.under_hold for event in told] == [True]
    spec.when(execute("party:A/1")).then_refused("no_hold_is_in_force")
    spec.at(spec.clock.at + timedelta(days=240))
    spec.given(do("release-legal-hold", hold_id="H1"))
    before = [(f.ref, type(f.event)) for f in spec.file.frames]
    spec.given(execute("party:A/1"))
    spec.when(execute("registry/1")).then_refused("erasure_was_granted")
    assert [(f.ref, type(f.event)) for f in spec.file.frames][: len(before)] == before
    assert set(spec.file.erased) == {ITEM}


def test_an_officer_reads_what_the_registry_reads_and_acts_for_its_office() -> None:
    """No confidence among it."""
    spec = caucused()
    assert viewers_of(OFFICER, spec.file) == ("protection",)
    assert spec.file.rights("protection") == spec.file.rights("registry")
    assert "caucus:A" not in spec.file.rights("protection")


PRIVATE = (
    do("request-erasure", by="A", targets=[ITEM]),
    do("request-erasure", by="A", targets=["party:A:1"]),
    do("request-erasure", by="A", of_room="caucus:A"),
    do("request-erasure", by="mediator", targets=[ITEM]),
    do("request-erasure", by="mediator", of_room="mediators"),
    grant("party:A/1"),
    grant("party:A/2"),
    grant("mediator:1/1"),
    execute("party:A/1"),
    execute("party:A/2"),
    execute("mediator:1/1"),
    do("receive-in-caucus", by="A", text="We would go down to 800 k."),
    do("draft-proposal", by="A", clauses=[examples.clause()]),
)
"""What A, the mediator and the institution do about a confidence of A's."""
TRIES = (
    *PROBES,
    do("request-erasure", by="B", targets=[ITEM]),
    do("request-erasure", by="B", of_room="caucus:A"),
    do("request-erasure", by="B", subject="B"),
    do("request-erasure", by="B", targets=["caucus:B:1"]),
)


class ErasedTwins(Twins):
    """In one of the histories a confidence of A is erased; for B nothing differs."""

    @rule(order=st.sampled_from(PRIVATE), minutes=st.integers(1, 50))
    def erases(self, order: Order, minutes: int) -> None:
        """A confidence is erased, step by step, in one of them."""
        self.private(order=order, minutes=minutes)

    @precondition(lambda self: self.hours > 0)
    @rule(order=st.sampled_from(TRIES))
    def tries(self, order: Order) -> None:
        """B tries to find out, in both."""
        self.both(order)


TestErasedTwins = pytest.mark.slow(ErasedTwins.TestCase)
TestErasedTwins.settings = settings(
    max_examples=8,
    stateful_step_count=16,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def test_b_sees_the_same_with_and_without_an_erasure_in_as_caucus() -> None:
    """The straight way through, whatever the random one reaches."""
    seen = []
    for erased in (False, True):
        spec = Spec().given(examples.mediating(PARTIES), examples.caucused())
        if erased:
            spec.given(do("request-erasure", by="A", targets=[ITEM]))
            spec.given(grant("party:A/1"), execute("party:A/1"))
            assert spec.file.erased
        spec.clock.set(spec.clock.at.replace(hour=18, minute=0))
        spec.given(do("request-erasure", by="B", subject="B", at_id="b"))
        seen.append(everything(spec, "party:B", spec.clock.at))
    assert seen[0] == seen[1]
    assert CLERK.unbound
