"""The demo's cases are told once, at their own hours, through the same rules as any other."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from msgspec.structs import replace

from ledger.case import Case
from ledger.casefile import CaseFile
from ledger.deadlines import DeadlineSet
from ledger.envelope import Event, Frame
from ledger.errors import StoreFault
from ledger.follow_up.events import PerformanceConfirmed
from ledger.intake.events import RequestRegistered
from ledger.negotiation.events import ProposalExpired, ProposalSuperseded
from ledger.neutrality.events import ChallengeDecided, ChallengeFiled, MandateSuspended
from ledger.parties import Phase
from ledger.record.events import EntryCorrected, LateEntryRecorded
from ledger.rooms import WHOLE
from ledger.sessions.caucus_events import InformationConveyed, ReleaseConveyed
from ledger.settlement.events import SettlementExecuted, SignatureRefused
from ledger.store.ledger import Ledger
from services.clock import FakeClock, SystemClock
from services.demo.load import open_demo
from services.demo.loader import DEMO_START, STORIES, load_demo
from services.demo.story import Story
from services.house import open_house
from services.settings import Settings

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RIVER, GRIEVANCE, HARBOUR = range(3)


class Told(NamedTuple):
    """A demo that was told.

    Attributes:
        settings: Where it lies.
        numbers: Numbers of its cases.
        cases: Its cases, in the order of the stories.
        opened: Every event of each with its content.
    """

    settings: Settings
    numbers: list[str]
    cases: list[CaseFile]
    opened: list[list[Event]]

    def frames(self, case: int, kind: type[Event]) -> list[Frame[Any]]:
        """Return the events of a kind in a case."""
        return [f for f in self.cases[case].frames if isinstance(f.event, kind)]

    def whole(self, case: int) -> Case:
        """Fold all of a case."""
        file = self.cases[case]
        return file.seen_by(dict.fromkeys(file.seqs, WHOLE))


def silent(_line: str) -> None:
    """Say nothing."""


def tell(folder: Path) -> Told:
    """Make a demo ledger and read it."""
    settings = Settings(data=folder, operator="somebody")
    open_demo(settings, silent)
    numbers = load_demo(folder)
    with Ledger(folder, FakeClock(NOW)) as ledger:
        reader = ledger.reader
        ids = [reader.recorder.case_of_number(number) for number in numbers]
        known = [case_id for case_id in ids if case_id is not None]
        return Told(
            settings,
            numbers,
            [reader.load(case_id) for case_id in known],
            [[f.event for f in reader.all_opened(case_id)] for case_id in known],
        )


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Tell the demo once."""
    return tell(tmp_path_factory.mktemp("demo") / "ledger")


def test_three_cases_are_told_in_full(told: Told) -> None:
    """Each has between 60 and 150 events, nothing of the clock's but what fell due."""
    assert told.numbers == ["GO-2025-0001", "GO-2025-0002", "GO-2025-0003"]
    assert all(60 <= len(case.frames) <= 150 for case in told.cases)


def test_every_act_is_recorded_at_its_own_hour(told: Told) -> None:
    """All of them lie in the past, in the order of the story."""
    for story, case in zip(STORIES, told.cases, strict=True):
        hours = {step.recorded for step in story.steps}
        recorded = [frame.recorded for frame in case.frames]
        assert recorded == sorted(recorded)
        assert {r.replace(second=0, microsecond=0) for r in recorded} <= hours
        assert max(recorded) < NOW


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.slug)
def test_a_story_runs_forward(story: Story) -> None:
    """Its steps stand in the order of their hours."""
    hours = [step.recorded for step in story.steps]
    assert hours == sorted(hours)


def test_telling_it_again_adds_nothing(told: Told) -> None:
    """Whoever asks, and whatever the hour."""
    assert load_demo(told.settings.data) == told.numbers
    open_demo(told.settings, silent)
    with Ledger(told.settings.data, SystemClock()) as ledger:
        again = [ledger.reader.load(case.case_id) for case in told.cases]
    assert [case.frames for case in again] == [case.frames for case in told.cases]


def test_two_ledgers_are_told_the_same(told: Told, tmp_path: Path) -> None:
    """But for the digests, which are keyed with a secret of each ledger."""
    other = tell(tmp_path / "other")
    assert other.opened == told.opened
    for one, two in zip(told.cases, other.cases, strict=True):
        assert [_plain(f) for f in one.frames] == [_plain(f) for f in two.frames]


def _plain(frame: Frame[Any]) -> Frame[Any]:
    return replace(frame, digest=None)


class _Stopped(Exception):  # noqa: N818 - stands for whatever ends a process
    """Something stopped the telling."""


def test_a_telling_that_was_interrupted_is_finished(told: Told, tmp_path: Path) -> None:
    """The finished one is like one told at a stretch."""
    settings = Settings(data=tmp_path / "ledger", operator="somebody")
    steps = sum(len(story.steps) for story in STORIES)

    def stop_half_way(done: int, total: int) -> None:
        assert total == steps
        if done == total // 2:
            raise _Stopped

    open_house(settings, create=True, clock=FakeClock(DEMO_START), demo=True).__exit__()
    with pytest.raises(_Stopped):
        load_demo(settings.data, stop_half_way)
    assert tell(settings.data).opened == told.opened


def test_invented_cases_never_go_into_a_real_ledger(tmp_path: Path) -> None:
    """A ledger that is no demo is left alone."""
    settings = Settings(data=tmp_path / "ledger", operator="somebody")
    with open_house(settings, create=True, clock=FakeClock(NOW)) as house:
        before = house.ledger.reader.head()
    with pytest.raises(StoreFault, match="is no demo"):
        open_demo(settings, silent)
    with open_house(settings) as house:
        assert house.ledger.reader.head() == before


def test_a_ledger_that_refuses_a_story_says_where(tmp_path: Path) -> None:
    """An operator of a story is there already, as somebody else added it."""
    settings = Settings(data=tmp_path / "ledger", operator="iyer")
    with pytest.raises(StoreFault, match=r"demo-operator-iyer .*operator_name_is_new"):
        open_demo(settings, silent)


# ---------------------------------------------------------------- what the stories show


def test_a_service_is_recorded_late(told: Told) -> None:
    """The time to reply runs from when it happened, and the entry is marked."""
    (late,) = told.frames(RIVER, LateEntryRecorded)
    assert (late.event.about, late.event.days) == ("invitation-served", 16)


def test_a_talk_before_the_terms_is_irregular(told: Told) -> None:
    """It is recorded with the rules it breaks."""
    marked = {m.rule for f in told.cases[GRIEVANCE].frames for m in f.irregular}
    assert "terms_protect_the_talks" in marked
    assert not any(f.irregular for f in told.cases[RIVER].frames)


def test_a_challenge_suspends_the_mandate_until_it_is_decided(told: Told) -> None:
    """It is filed, the mandate rests, and somebody independent decides."""
    (filed,), (suspended,), (decided,) = (
        told.frames(HARBOUR, kind) for kind in (ChallengeFiled, MandateSuspended, ChallengeDecided)
    )
    between = told.cases[HARBOUR].frames
    talks = between[between.index(suspended) + 1 : between.index(decided)]
    assert filed.recorded == suspended.recorded < decided.recorded
    assert decided.entered_by == "person:varga"
    assert {f.room for f in talks} == {"challenge", "joint"}
    own = [f for f in talks if f.room == "joint" and not isinstance(f.event, DeadlineSet)]
    assert {f.channel for f in own} == {"clock"}


def test_a_confidence_leaves_the_caucus_in_the_words_released(told: Told) -> None:
    """Its owner learns that it was told; nobody else reads where it came from."""
    (conveyed,) = told.frames(RIVER, InformationConveyed)
    (told_owner,) = told.frames(RIVER, ReleaseConveyed)
    assert (conveyed.room, told_owner.room) == ("caucus:valcombe", "caucus:zahr")
    assert "36" not in _text(e for e in told.opened[RIVER] if isinstance(e, InformationConveyed))


def test_an_entry_is_put_right_by_two_officers(told: Told) -> None:
    """The wrong day stays readable."""
    (corrected,) = told.frames(GRIEVANCE, EntryCorrected)
    assert corrected.event.about == "invitation-served"
    assert corrected.event.fields == ("occurred",)
    assert (corrected.entered_by, corrected.event.approved_by) == (
        "person:solheim",
        "person:aasen",
    )


def test_a_signature_is_refused_and_the_talks_go_on(told: Told) -> None:
    """Two had signed; nothing is executed."""
    (refused,) = told.frames(HARBOUR, SignatureRefused)
    assert refused.event.by == "marrow"
    assert not told.frames(HARBOUR, SettlementExecuted)
    case = told.whole(HARBOUR)
    assert (case.phase, case.outcome) == (Phase.MEDIATING, None)
    assert case.negotiation.open_ids()


def test_all_three_give_the_talks_more_time(told: Told) -> None:
    """The limit of the whole is moved by all of them, before it passes."""
    limit = told.whole(HARBOUR).deadlines.latest("overall_limit")
    assert limit is not None
    assert (limit.status, limit.on) == ("running", "2025-11-07")


def test_a_proposal_expires_and_another_is_superseded(told: Told) -> None:
    """One by the clock, one by its author."""
    assert [f.event.proposal_id for f in told.frames(RIVER, ProposalExpired)] == ["P3"]
    (superseded,) = told.frames(GRIEVANCE, ProposalSuperseded)
    assert (superseded.event.proposal_id, superseded.event.by_proposal) == ("P3", "P4")


def test_names_stand_in_arabic_and_french(told: Told) -> None:
    """As their bearers write them, in the content."""
    (registered,) = (e for e in told.opened[RIVER] if isinstance(e, RequestRegistered))
    assert registered.names == {"zahr": "جمهورية وادي الزهر", "valcombe": "République de Valcombe"}


def test_a_night_goes_through_the_change_of_the_clocks(told: Told) -> None:
    """What happened before and after it has different offsets, and stays in order."""
    night = [
        f.occurred
        for f in told.cases[RIVER].frames
        if f.occurred and f.occurred.startswith("2025-03-30T0") and "[Europe/Oslo]" in f.occurred
    ]
    assert night[0] == "2025-03-30T01:40:00+01:00[Europe/Oslo]"
    assert night[1] == "2025-03-30T03:25:00+02:00[Europe/Oslo]"


def test_a_settlement_is_performed_and_watched(told: Told) -> None:
    """Two obligations were confirmed by who they are owed to; two are still to come."""
    confirmed = [f.event.obligation_id for f in told.frames(RIVER, PerformanceConfirmed)]
    case = told.whole(RIVER)
    assert confirmed == ["first-part", "summer-2025"]
    assert set(case.settlement.obligations) - set(confirmed) == {"flushing-2026", "second-part"}
    assert (case.phase, case.outcome) == (Phase.MONITORING, "settled")


def test_a_grievance_ends_without_settlement_and_names_nobody_at_fault(told: Told) -> None:
    """It is closed and evaluated."""
    case = told.whole(GRIEVANCE)
    assert case.phase == Phase.EVALUATED
    assert case.outcome == "terminated"


def test_what_two_of_three_agree_the_third_does_not_read(told: Told) -> None:
    """The port's rooms hold nothing of it."""
    harbour = told.cases[HARBOUR]
    assert "group:marrow+ostrel" in harbour.rights("party:marrow")
    assert "group:marrow+ostrel" not in harbour.rights("party:kaldvik")


def _text(events: Iterator[Event]) -> str:
    return msgspec.json.encode(list(events)).decode()
