"""What is kept of the meetings, as the profile has it: caucuses by number, recordings, minutes."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from msgspec import structs

from ledger.envelope import Event
from ledger.follow_up.events import CaseClosed
from ledger.identity import Operator
from ledger.sessions.caucus_events import CaucusClosed, CaucusOpened
from ledger.sessions.conduct_events import SessionRecordIssued
from ledger.sessions.keeping_events import CaucusesCounted, RecordingDestroyed, RecordingMade
from tests import examples
from tests.histories import PARTIES
from tests.spec import START, Order, Spec, attempt, do
from tests.unit.test_laws import Twins, everything
from tests.unit.test_profile import Change, house_but

BY_NUMBER: Change = {"caucus_metadata": "aggregate_at_close"}
OVER = do("declare-termination", by="mediator", mode="completed")
NOTICE = do("issue-closing-document")
CLOSE = do("close-case", outcome="none", session_waived=True)


def under(change: Change) -> Spec:
    """Begin in an institution whose default procedure is the house's but for some keys."""
    return Spec().given(do("adopt-profile", text=house_but(change), default=True))


def met_alone(*parties: str) -> list[Order]:
    """The mediator met parties alone, one after the other."""
    steps = (
        [*examples.caucused(party), do("close-caucus", by="mediator", party=party)]
        for party in parties
    )
    return [order for step in steps for order in step]


def count(number: int, **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """The mediator tells how many caucuses there were."""
    return do("count-caucuses", by="mediator", count=number, **more)


def numbered(*parties: str) -> Spec:
    """Talks under a profile that tells caucuses by number alone, with some held."""
    return under(BY_NUMBER).given(examples.mediating(), met_alone(*parties))


def before_all(spec: Spec, kind: type[Event]) -> list[Event]:
    """List the events of a kind that every party reads."""
    return [f.event for f in spec.file.frames if f.room == "joint" and isinstance(f.event, kind)]


class TestCaucusesByNumber:
    """`caucus_metadata = "aggregate_at_close"`: nothing as they are held, a number at the end."""

    def test_nothing_of_a_caucus_is_told_while_the_talks_go_on(self) -> None:
        """Its opening and closing stand in its own room alone."""
        spec = under(BY_NUMBER).given(examples.mediating())
        spec.given(examples.caucused("A"))
        spec.when(do("close-caucus", by="mediator", party="A")).then(CaucusClosed)

    def test_all_learn_the_number_at_the_end(self) -> None:
        """Two with A and one with B are three; which they were is not said."""
        spec = numbered("A", "B", "A").given(OVER)
        spec.when(count(3)).then(CaucusesCounted)
        assert before_all(spec, CaucusesCounted) == [CaucusesCounted(mandate_number=1, count=3)]

    def test_no_caucus_at_all_is_a_number_too(self) -> None:
        """Else a silence would tell that there was one."""
        numbered().given(OVER).when(count(0)).then(CaucusesCounted)

    @pytest.mark.parametrize("number", [0, 1, 3])
    def test_the_number_told_is_the_number_on_record(self, number: int) -> None:
        """The refusal is told to the mediator alone, who knows."""
        spec = numbered("A", "B").given(OVER)
        spec.when(count(number)).then_refused("count_is_as_recorded")
        spec.given(count(2))

    @pytest.mark.parametrize("says", ["visible_to_all", "hidden"])
    def test_other_profiles_tell_no_number(self, says: str) -> None:
        """One tells each caucus, the other none."""
        spec = under({"caucus_metadata": says}).given(examples.mediating(), OVER)
        spec.when(count(0)).then_refused("caucuses_are_told_by_number")

    def test_the_number_waits_for_the_end(self) -> None:
        """Told earlier it would tell when a caucus was held."""
        spec = numbered("A")
        spec.when(count(1)).then_refused("caucuses_are_counted_at_the_end")
        spec.given(count(1, leaving=True))

    def test_a_caucus_that_is_open_is_not_counted(self) -> None:
        """It ends first."""
        spec = numbered().given(examples.caucused("A"), OVER)
        spec.when(count(1)).then_refused("caucuses_are_over")
        spec.given(do("close-caucus", by="mediator", party="A"), count(1))

    def test_caucuses_are_counted_once_and_none_follows(self) -> None:
        """A mediator about to leave counts; another caucus would make the number false."""
        spec = numbered("A").given(count(1, leaving=True))
        spec.when(count(1, leaving=True)).then_refused("caucuses_are_counted_once")
        again = do("open-caucus", by="mediator", party="B")
        spec.when(again).then_refused("caucuses_are_not_counted_yet")
        spec.when(structs.replace(again, reported=True))
        spec.then_irregular("caucuses_are_not_counted_yet")

    def test_the_registry_cannot_say_how_many_there_were(self) -> None:
        """Who enters it reads the caucuses, or does not know."""
        registry = Operator(name="clerk", roles=("registry",), auth="test")
        spec = numbered("A").given(OVER)
        told = structs.replace(count(1), operator=registry, actor=examples.MEDIATOR)
        spec.when(told).then_refused("counter_reads_the_caucuses")

    def test_only_a_mediator_in_office_counts(self) -> None:
        """Somebody else knows nothing of them."""
        spec = numbered("A").given(OVER)
        spec.when(structs.replace(count(1), actor="person:else")).then_refused("actor_is_mediator")

    def test_a_case_is_not_closed_before_the_number_is_told(self) -> None:
        """Whether there was any caucus the registry does not know, so it waits for the number."""
        for parties in ((), ("A", "B")):
            spec = numbered(*parties).given(OVER, NOTICE)
            spec.when(CLOSE).then_refused("caucuses_are_counted")
            spec.given(count(len(parties)), CLOSE)

    def test_a_mediator_who_is_gone_does_not_keep_a_case_open(self) -> None:
        """The registry records the closing as it was, marked with what is missing."""
        spec = numbered("A").given(OVER, do("end-mandate", reason="death"), NOTICE)
        spec.when(CLOSE).then_refused("caucuses_are_counted")
        spec.when(structs.replace(CLOSE, reported=True)).then_irregular("caucuses_are_counted")
        assert CaseClosed in {type(f.event) for f in spec.new_frames()}

    def test_other_profiles_close_without_a_number(self) -> None:
        """Nothing is asked of the mediator."""
        under({}).given(examples.mediating(), met_alone("A"), OVER, NOTICE, CLOSE)

    def test_a_round_that_is_reopened_is_counted_again_in_all(self) -> None:
        """The same mediator goes on; at its end the number includes the caucuses before."""
        fresh = {"ground": "joint_request", "mediator": "same"}
        spec = numbered("A").given(OVER, NOTICE, count(1), CLOSE)
        looked = do(
            "complete-inquiry",
            by="mediator",
            since="2016-01-01",
            until="2026-03-01",
            searched=["A", "B"],
            concerning=["A", "B"],
        )
        spec.given(
            *(do("agree-to-reopen", by=party, **fresh) for party in ("A", "B")),
            looked,
            do("reopen-case", parties=["A", "B"], **fresh),
            do("open-caucus", by="mediator", party="B"),
            do("close-caucus", by="mediator", party="B"),
        )
        spec.when(count(2, leaving=True)).then(CaucusesCounted)


class NumberedTwins(Twins):
    """Two histories that differ in how many caucuses A had, under a profile that tells a number.

    Until the mediator tells it, B and the registry see the same, closing of the case included.
    """

    @initialize(stage=st.sampled_from((examples.engaged, examples.mediating)))
    def begin(self, stage: Any) -> None:  # noqa: ANN401 - one of the stages
        """Bring both twins to the same stage of a case under that profile."""
        for twin in (self.open, self.quiet):
            twin.given(do("adopt-profile", text=house_but(BY_NUMBER), default=True))
        for order in stage(PARTIES):
            self.both(order)

    @rule(name=st.sampled_from(["open-caucus", "close-caucus"]), minutes=st.integers(1, 50))
    def caucus(self, name: str, minutes: int) -> None:
        """The mediator begins or ends to meet A alone in one of them."""
        self.private_act(do(name, by="mediator", party="A"), minutes)

    @rule(order=st.sampled_from([OVER, NOTICE, CLOSE]))
    def closing(self, order: Order) -> None:
        """The end comes in both, and is refused or not in both alike."""
        self.both(order)

    def private_act(self, order: Order, minutes: int) -> None:
        """Give an order to one twin, between two public acts."""
        self.number += 1
        hidden = structs.replace(order, id=f"private-{self.number}")
        self.open.clock.set(START + timedelta(hours=self.hours, minutes=minutes))
        attempt(self.open, hidden)


TestNumberedTwins = pytest.mark.slow(NumberedTwins.TestCase)
TestNumberedTwins.settings = settings(
    max_examples=6,
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def test_b_learns_the_number_and_nothing_else() -> None:
    """Two caucuses with A, or one with each other party: B reads the same record to the byte."""
    twins = []
    for parties in (("A", "A"), ("A", "C")):
        spec = under(BY_NUMBER).given(examples.mediating(PARTIES), met_alone(*parties))
        spec.at(START + timedelta(days=3))
        shared: Iterable[Order] = (OVER, count(2), NOTICE, CLOSE)
        spec.given(*(structs.replace(one, id=f"end-{n}") for n, one in enumerate(shared)))
        twins.append(everything(spec, "party:B", START + timedelta(days=4)))
    assert twins[0] == twins[1]


AV = "content_recording.audio_video"
NOTED = do("note-recording", by="mediator", medium="sound", hash=examples.HASH)
DESTROYED = do("destroy-recording", recording_id="AV1")


class TestRecordings:
    """`content_recording.audio_video`: forbidden, allowed, or destroyed before the case closes."""

    def test_the_house_forbids_them(self) -> None:
        """An act of the mediator's own is refused, a fact is recorded and marked."""
        spec = under({}).given(examples.mediating())
        spec.when(NOTED).then_refused("recordings_are_allowed")
        told = do("note-recording", medium="sound", session_id="S1", keeper="A", at_reported=True)
        spec.when(told).then_irregular("recordings_are_allowed")
        (made,) = before_all(spec, RecordingMade)
        assert isinstance(made, RecordingMade)
        assert (made.recording_id, made.keeper) == ("AV1", "A")

    @pytest.mark.parametrize("says", ["allowed", "destroyed_at_close"])
    def test_where_they_are_allowed_one_is_noted(self, says: str) -> None:
        """Of a session that was held, under a new name each time."""
        spec = under({AV: says}).given(examples.preparing())
        spec.when(NOTED).then_refused("session_was_opened")
        spec.given(do("open-session", by="mediator"), NOTED, NOTED)
        names = [made.recording_id for made in before_all(spec, RecordingMade)]  # type: ignore[attr-defined] # of that kind
        assert names == ["AV1", "AV2"]
        again = do("note-recording", by="mediator", medium="sound", recording_id="AV1")
        spec.when(again).then_refused("id_is_new")

    def test_what_is_not_kept_is_not_destroyed(self) -> None:
        """Neither what never was nor what is gone."""
        spec = under({AV: "allowed"}).given(examples.mediating())
        spec.when(DESTROYED).then_refused("recording_is_kept")
        spec.given(NOTED).when(DESTROYED).then(RecordingDestroyed)
        spec.when(DESTROYED).then_refused("recording_is_kept")

    @pytest.mark.parametrize(("says", "waits"), [("allowed", False), ("destroyed_at_close", True)])
    def test_a_case_closes_when_they_are_destroyed(self, says: str, *, waits: bool) -> None:
        """Unless the profile lets them outlive it."""
        spec = under({AV: says}).given(examples.mediating(), NOTED, OVER, NOTICE)
        if waits:
            spec.when(CLOSE).then_refused("recordings_are_destroyed")
            spec.given(DESTROYED)
        spec.given(CLOSE)

    def test_one_the_profile_forbids_does_not_outlive_the_case(self) -> None:
        """It was reported, so it is to be destroyed."""
        told = do("note-recording", medium="sound", session_id="S1", at_reported=True)
        spec = under({}).given(examples.mediating(), told, OVER, NOTICE)
        spec.when(CLOSE).then_refused("recordings_are_destroyed")


MINUTES = "content_recording.minutes"
ISSUED = do("issue-session-record")


class TestMinutes:
    """`content_recording.minutes`: none, facts alone, or the summaries everybody found right."""

    def record(self, says: str) -> Spec:
        """Two summaries were given in a session; one was found right by all, one corrected."""
        return under({MINUTES: says}).given(
            examples.mediating(),
            do("give-summary", by="mediator", text="Quiet nights."),
            do("give-summary", by="mediator", text="Busy days."),
            *(do("confirm-summary", by=party, summary_id="SU1") for party in ("A", "B")),
            do("confirm-summary", by="A", summary_id="SU2"),
            do("close-session", by="mediator", session_id="S1"),
        )

    def told(self, spec: Spec) -> tuple[str, ...]:
        """Name the summaries the latest session record tells."""
        (issued,) = [f.event for f in spec.given(ISSUED).new_frames()]
        assert isinstance(issued, SessionRecordIssued)
        return issued.summaries

    def test_where_none_are_kept_no_session_record_is_issued(self) -> None:
        """An ombuds office keeps none."""
        self.record("none").when(ISSUED).then_refused("minutes_are_kept")

    def test_facts_alone_name_no_summary(self) -> None:
        """The house's way."""
        assert self.told(self.record("process_facts_only")) == ()

    def test_agreed_summaries_are_those_all_found_right(self) -> None:
        """B had not answered the second; once it does, a later edition names both."""
        spec = self.record("agreed_summaries")
        assert self.told(spec) == ("SU1",)
        spec.given(do("confirm-summary", by="B", summary_id="SU2"))
        assert self.told(spec) == ("SU1", "SU2")

    def test_a_summary_corrected_is_agreed_no_longer(self) -> None:
        """Until whoever corrected it finds it right after all."""
        spec = self.record("agreed_summaries")
        spec.given(do("correct-summary", by="A", summary_id="SU1", correction="Quiet days."))
        assert self.told(spec) == ()


def test_one_course_records_every_event_of_keeping() -> None:
    """Nothing of it is out of reach."""
    spec = under({**BY_NUMBER, AV: "allowed"})
    spec.given(examples.mediating(), met_alone("A"), NOTED, DESTROYED, OVER, count(1))
    found = {type(frame.event) for frame in spec.file.frames}
    assert {CaucusOpened, CaucusesCounted, RecordingMade, RecordingDestroyed} <= found
    assert spec.file.seen_by(spec.file.rights("registry")).standing().recordings_kept == ()
