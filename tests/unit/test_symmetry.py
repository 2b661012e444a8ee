"""The symmetry report counts side by side, with entries behind each number, and judges nobody."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from projections import symmetry as symmetry_rows
from services.clock import FakeClock
from services.house import House
from services.reading import Eyes
from services.reading.figures import FIGURES
from services.reading.sources import sources
from services.reading.symmetry import BANNER, Compared, Report, symmetry_report
from tests import examples
from tests.live.ledgers import clerk, give, opened, tell
from tests.spec import START, Order, do

HASH = "0" * 64
COMMENT = "B came late by no fault of its own."


def turn(party: str, minutes: int, **more: int) -> Order:
    """A party speaks for so many minutes."""
    end = f"2026-03-02T10:{minutes:02}:00Z"
    spoke = {"speaker": f"person:{party.lower()}", "party": party, "kind": "opening"}
    start = {"start": "2026-03-02T10:00:00Z", "end": end}
    return do("record-speaking-turn", by="mediator", **spoke, **start, **more)


def history() -> list[Order]:
    """A speaks twice and B once; A shows the mediator a paper; B answers; both say how it was."""
    paper = {"title": "The survey", "hash": HASH, "made_for_mediation": False}
    return [
        *examples.mediating(),
        turn("A", 20),
        turn("B", 10, interrupted=2),
        turn("A", 10),
        do("submit-document", by="A", **paper, share="mediator"),
        *examples.caucused("A"),
        do("close-caucus", by="mediator", party="A"),
        examples.tabled("A"),
        examples.accepted(by="B"),
        do("comment-on-balance", by="mediator", text=COMMENT, measure="speaking"),
        do("give-feedback", by="A", answers={"heard": 5, "pushed": 1}, at_reported=True),
        do("give-feedback", by="B", answers={"heard": 2}, at_reported=True),
    ]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    """Open a demo ledger, where everybody has any eyes, with one mediation in it."""
    clock = FakeClock(START, timedelta(minutes=1))
    with opened(tmp_path_factory.mktemp("told"), unbound=True, clock=clock) as house:
        yield house, tell(house, history())


def report(told: tuple[House, str], viewer: str) -> Report:
    """Read the report of the case."""
    house, case = told
    (found,) = symmetry_report(Eyes(house, clerk(house), viewer), case)
    return found


def figure(told: tuple[House, str], viewer: str, name: str) -> Compared:
    """Read one figure."""
    (found,) = [one for one in report(told, viewer).figures if one.figure == name]
    return found


def values(told: tuple[House, str], viewer: str, name: str) -> dict[str, float | None]:
    """Read the numbers of one figure, for the sides the viewer is told of."""
    sides = figure(told, viewer, name).sides
    return {party: side.value for party, side in sides.items() if side is not None}


@pytest.mark.parametrize(
    ("name", "sides"),
    [
        ("speaking_turns", {"A": 2, "B": 1}),
        ("speaking_time", {"A": 30, "B": 10}),
        ("speaking_share", {"A": 75, "B": 25}),
        ("longest_turn", {"A": 20, "B": 10}),
        ("interrupted", {"A": 0, "B": 2}),
        ("spoke_first", {"A": 1, "B": 0}),
        ("answers_to_proposals", {"A": None, "B": 0}),
        ("documents_seen_by_one_side", {"A": 1, "B": 0}),
        ("private_meetings", {"A": 1, "B": 0}),
        ("extensions_granted", {"A": 0, "B": 0}),
    ],
)
def test_what_was_done_is_counted_for_each_side(
    told: tuple[House, str], name: str, sides: dict[str, float | None]
) -> None:
    """As the mediator reads it, who was there with both."""
    assert values(told, "mediator", name) == sides


def test_every_number_has_its_entries_behind_it(told: tuple[House, str]) -> None:
    """Whoever doubts it looks them up, with the same eyes."""
    house, case = told
    for viewer in ("mediator", "registry", "party:A", "party:B"):
        look = Eyes(house, clerk(house), viewer).look(case)
        for one in report(told, viewer).figures:
            for side in one.sides.values():
                assert side is None or all(look.said(ref) for ref in (*side.events, *side.since))
                assert side is None or len(side.events) >= side.count
    answered = figure(told, "party:A", "answers_to_proposals").sides["B"]
    assert answered is not None
    assert len(answered.events) == len(answered.since) == 1


def test_there_is_a_banner_and_no_number_for_all_of_it(told: tuple[House, str]) -> None:
    """Nothing is added up over figures; the mediator's word stands beside them."""
    found = report(told, "registry")
    assert found.banner == BANNER == "a signal, not a verdict"
    assert {"score", "index", "total"}.isdisjoint(msgspec.to_builtins(found))
    (comment,) = found.comments
    assert (comment.text, comment.measure, comment.by) == (COMMENT, "speaking", "iyer")


def test_a_side_reads_what_its_own_rooms_hold(told: tuple[House, str]) -> None:
    """Of the other's papers, meetings and answers it learns nothing, not even that it is none."""
    for party, own in (("A", 1), ("B", 0)):
        papers = figure(told, f"party:{party}", "documents_seen_by_one_side").sides
        mine = papers.pop(party)
        assert mine is not None
        assert mine.value == own
        assert set(papers.values()) == {None}
        names = {one.figure for one in report(told, f"party:{party}").figures}
        assert not any(name.startswith("private_meeting") for name in names)
        assert report(told, f"party:{party}").comments == ()
    assert values(told, "party:B", "heard") == {"B": 2}
    assert values(told, "registry", "heard") == {"A": 5, "B": 2}


def test_the_registry_is_told_of_private_meetings_as_far_as_all_are(
    told: tuple[House, str],
) -> None:
    """That there was one, not with whom: which side it was is in rooms it does not read."""
    assert values(told, "registry", "private_meetings_noted") == {"": 1}
    names = {one.figure for one in report(told, "registry").figures}
    assert {"private_meetings", "documents_seen_by_one_side"}.isdisjoint(names)


def test_what_one_side_does_in_private_changes_nothing_for_the_other(
    told: tuple[House, str],
) -> None:
    """More of it, at any time: B's report stays as it was, to the byte."""
    house, case = told
    before = msgspec.json.encode(report(told, "party:B"))
    for order in (*examples.caucused("A"), do("comment-on-balance", by="mediator", text="No.")):
        assert give(house, order, case).done
    assert msgspec.json.encode(report(told, "party:B")) == before


def test_what_was_declared_void_counts_no_more(told: tuple[House, str]) -> None:
    """The entry stays; the number goes without it."""
    house, case = told
    assert give(house, turn("B", 5), case).done
    wrong = figure(told, "registry", "speaking_turns").sides["B"]
    assert wrong is not None
    assert wrong.value == 2
    void = {"target": wrong.events[-1], "ground": "wrong_case", "approved_by": "person:second"}
    assert give(house, do("void-entry", by="registry", **void), case).done
    assert values(told, "registry", "speaking_turns") == {"A": 2, "B": 1}


def test_figures_are_named_once_and_rest_on_facts_there_are() -> None:
    """Each name stands in the JSON document; each fact is counted by the view."""
    names = [figure.name for figure in FIGURES]
    assert len(names) == len(set(names))
    source = Path(symmetry_rows.__file__).read_text(encoding="utf-8")
    assert all(f'"{figure.fact}"' in source for figure in FIGURES)


def test_all_cases_are_compared_one_by_one(told: tuple[House, str]) -> None:
    """Without a case, each of those the viewer reads."""
    house, _ = told
    eyes = Eyes(house, clerk(house), "auditor")
    assert len(list(symmetry_report(eyes, None))) == len(list(sources(eyes, None)))
