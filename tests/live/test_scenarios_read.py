"""The acceptance scenarios on the read side: what boards, searches, exports and calendars say."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from services.exports.document import document
from services.reading.listing import deadlines, find, obligations
from services.reading.timeline import marks
from services.reading.truth import truth
from tests import examples as ex
from tests.at_desk import AtDesk
from tests.spec import Order, Spec, do
from tests.unit import test_negotiation_blind as blind
from tests.unit import test_scenarios as scenes

pytestmark = pytest.mark.live

EVERYBODY = ("party:A", "party:B", "mediator", "registry")
Story = Callable[[Callable[[], Spec]], AtDesk]


@pytest.fixture
def at_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    """Tell a story of the scenarios at a desk, each in a ledger of its own."""
    told: list[AtDesk] = []

    def begun() -> AtDesk:
        told.append(AtDesk(tmp_path / f"ledger-{len(told)}"))
        return told[-1]

    def tell(story: Callable[[], Spec]) -> AtDesk:
        for module in (scenes, blind):
            monkeypatch.setattr(module, "Spec", begun)
        return cast("AtDesk", story())

    yield tell
    for spec in told:
        spec.house.__exit__()


def begin(*steps: list[Order]) -> Spec:
    """Begin a story as the scenarios do."""
    spec: Spec = vars(scenes)["Spec"]()
    return spec.given(*steps)


def case_of(spec: AtDesk) -> str:
    """Name a case as people do."""
    number = spec.file.seen_by(spec.file.rights("registry")).intake.number
    assert number is not None
    return number


def exported(spec: AtDesk, viewer: str) -> bytes:
    """Export a case to a viewer, without what names the ledger itself."""
    eyes = spec.eyes(viewer)
    made = msgspec.to_builtins(document(eyes, eyes.look(case_of(spec))))
    return msgspec.json.encode(_nameless(made), order="sorted")


def _nameless(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {k: _nameless(v) for k, v in value.items() if k not in ("event_id", "case_id")}
    return [_nameless(one) for one in value] if isinstance(value, list | tuple) else value


class TestPlainSuccess:
    """SC-01."""

    def test_the_board_shows_four_of_four_confirmed(self, at_desk: Story) -> None:
        """To both parties and the registry, once each instalment was reported and confirmed."""
        story = scenes.TestPlainSuccess()
        spec = at_desk(story.frozen)
        spec.given(story.empowered("1300000"), story.signs())
        spec.given(do("sign-settlement", by="A", hash=story.V4))
        for number in range(1, 5):
            named = {"obligation_id": f"OB{number}"}
            spec.given(do("report-performance", by="B", what="Paid.", **named))
            spec.given(do("confirm-performance", by="A", **named))
        for viewer in ("party:A", "party:B", "registry"):
            board = obligations(spec.eyes(viewer), case_of(spec))
            assert [one.stands for one in board] == ["confirmed"] * 4

    def test_a_look_shows_where_the_case_stands(self, at_desk: Story) -> None:
        """Settled, with the text in force and both signatures."""
        story = scenes.TestPlainSuccess()
        spec = at_desk(story.frozen)
        spec.given(story.empowered("1300000"), story.signs())
        spec.given(do("sign-settlement", by="A", hash=story.V4))
        for viewer in EVERYBODY:
            shown = spec.shown(viewer)
            assert shown.phase == "SETTLED"
            (text,) = shown.settlements
            assert (text.signed_by, text.missing) == (("B", "A"), ())


class TestSilence:
    """SC-02."""

    def test_the_calendar_shows_each_roll_over(self, at_desk: Story) -> None:
        """The arithmetic in words, to whoever reads the date."""
        spec = at_desk(scenes.TestSilence().elective)
        for viewer in ("party:A", "party:B", "registry"):
            dates = deadlines(spec.eyes(viewer), case_of(spec))
            (reply,) = (date for date in dates if date.on == "2026-04-07")
            for step in ("Sat 4 Apr", "Easter Monday", "Tue 7 Apr"):
                assert step in reply.arithmetic


class TestCaucusSecret:
    """SC-03."""

    @pytest.mark.parametrize("viewer", EVERYBODY)
    @pytest.mark.parametrize("word", ["CFO", "800"])
    def test_nothing_said_in_a_caucus_is_found(
        self, at_desk: Story, viewer: str, word: str
    ) -> None:
        """By nobody, its owner included: what is said there is in no index to be searched."""
        spec = at_desk(scenes.TestCaucusSecret().released)
        assert list(find(spec.eyes(viewer), word)) == []

    def test_exports_of_the_twins_are_the_same_to_b(self, at_desk: Story) -> None:
        """The whole document: case, timeline, proposals, dates, trail and events."""
        story = scenes.TestCaucusSecret()
        full, quiet = (
            at_desk(lambda told=told: story.story(told=told))  # type: ignore[misc]
            for told in (True, False)
        )
        for viewer in ("party:B", "registry"):
            assert exported(full, viewer) == exported(quiet, viewer)
        assert exported(full, "party:A") != exported(quiet, "party:A")

    def test_b_s_export_has_the_conveyed_sentence_and_no_word_more(self, at_desk: Story) -> None:
        """The approved wording is there, the secret is not."""
        story = scenes.TestCaucusSecret()
        spec = at_desk(story.released).at(scenes.on(3, 27, 15, 40))
        spec.given(story.conveys(story.APPROVED))
        text = exported(spec, "party:B").decode()
        assert story.APPROVED in text
        assert "CFO" not in text
        assert "800 k" not in text

    def test_a_later_proposal_of_the_mediator_leads_back_to_nothing(self, at_desk: Story) -> None:
        """At 800 k, with the secret in A's caucus or without: B's export is the same."""

        def story(*, told: bool) -> Spec:
            spec = blind.talks(parties=("A", "B"))
            spec.given(do("open-caucus", by="mediator", party="A"))
            if told:
                spec.given(do("receive-in-caucus", by="A", text="We would go down to 800 k."))
            spec.at(blind.MONDAY).given(
                do("close-caucus", by="mediator", party="A", at_id="end"),
                *(do("request-mediator-proposal", by=p, wish="w", at_id=f"w{p}") for p in "AB"),
                do(
                    "issue-mediator-proposal",
                    by="mediator",
                    clauses=[ex.clause(text="800 k EUR")],
                    reply_by=blind.REPLY_BY,
                    at_id="proposal",
                ),
            )
            return spec

        full = at_desk(lambda: story(told=True))
        quiet = at_desk(lambda: story(told=False))
        assert exported(full, "party:B") == exported(quiet, "party:B")
        (frame,) = (
            f for f in full.file.frames if type(f.event).__name__ == "MediatorProposalIssued"
        )
        assert frame.cause is None


class TestWrongText:
    """SC-09."""

    def test_a_signature_on_the_old_text_is_kept_as_a_failed_attempt(self, at_desk: Story) -> None:
        """Refused as a signature; told as an attempt, with the hash that was signed."""
        story = scenes.TestWrongText()
        spec = at_desk(story.changed)
        refused = spec.order(do("sign-settlement", by="B", **story.texts("6")))
        assert refused.rule == "signed_text_is_frozen_text"
        spec.given(do("report-failed-signature", party="B", hash=story.V6))
        for viewer in EVERYBODY:
            shown = spec.shown(viewer)
            (attempt,) = (e for e in shown.timeline if e.type == "signature-attempt-failed")
            assert "B" in attempt.says
            (text,) = shown.settlements
            assert set(text.missing) == {"A", "B"}


class TestWrongEntry:
    """SC-11."""

    def test_as_known_and_as_true_on_9_april_differ_and_both_print(self, at_desk: Story) -> None:
        """Known: served on 12 March. True: on the 5th. The old value stays readable."""
        story = scenes.TestWrongEntry()
        spec = at_desk(story.answered)
        day = "2026-04-09T23:00:00Z"
        spec.at(scenes.on(4, 15)).given(story.corrects(spec))
        for viewer in ("party:A", "party:B", "registry"):
            known = spec.shown(viewer, at=day)
            (then,) = (e for e in known.timeline if e.type == "invitation-served")
            true = truth(spec.eyes(viewer), case_of(spec), day)
            (now,) = (e for e in true.timeline if e.type == "invitation-served")
            assert (then.entry, str(then.at)[:10]) == (now.entry, "2026-03-12")
            assert str(now.at)[:10] == "2026-03-05"
            assert not marks(then)
            assert any("corrected by" in mark for mark in marks(now))
            assert now.entry in true.known
            order = [e.type for e in true.timeline]
            assert order.index("invitation-served") < order.index("consent-given")

    def test_what_is_void_never_was_true_and_what_came_late_was(self, at_desk: Story) -> None:
        """As true on a day: a note of another case is gone, a late entry stands in its place."""
        spec = at_desk(lambda: begin(ex.mediating()))
        spec.given(do("give-summary", by="mediator", text="Of another case."))
        ref = spec.new_frames()[0].ref
        day = spec.clock.at.isoformat()
        spec.at(scenes.on(4, 15)).given(
            do("void-entry", target=ref, ground="wrong_case", approved_by="person:second"),
            do("give-summary", by="mediator", text="Late.", at_occurred="2026-03-02T09:01:00Z"),
        )
        late = spec.new_frames()[0].ref
        known = [e.entry for e in spec.shown("party:B", at=day).timeline]
        true = truth(spec.eyes("party:B"), case_of(spec), day)
        entries = [e.entry for e in true.timeline]
        assert (ref in known, late in known) == (True, False)
        assert (ref in entries, late in entries) == (False, True)
        assert late not in true.known
