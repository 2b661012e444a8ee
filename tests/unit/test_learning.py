"""What was learnt is read by tag: what is published by everybody, the rest by the registry."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from services.clock import FakeClock
from services.house import House
from services.reading import Eyes
from services.reading.learning import Learning, learning
from tests import examples
from tests.live.ledgers import clerk, give, opened, tell
from tests.spec import START, Order, do

NOT_YET = "Ask earlier."


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Learn two lessons; one becomes a practice, from the other comes an improvement."""
    folder: Path = tmp_path_factory.mktemp("learnt")
    with opened(folder, unbound=True, clock=FakeClock(START, timedelta(minutes=1))) as made:
        case = tell(made, examples.closed())
        for order in (
            do("give-feedback", by="A", answers={"heard": 5}, consent_to_use=True),
            do("give-feedback", by="B", answers={"heard": 3}, consent_to_use=True),
            do("give-mediator-feedback", by="mediator", answers={"engagement": 4}),
            do("share-feedback", to=["chair"]),
        ):
            assert give(made, order, case).done
        keep(made, do("record-lesson", text="Ask for powers.", tags=["authority"], approved=True))
        keep(made, do("record-lesson", text=NOT_YET, tags=["dates"]))
        practice = {"text": "Powers come with the draft.", "approved_by": "person:second"}
        first, second = lessons(made)
        keep(made, do("adopt-practice", **practice, lessons=[first], tags=["authority"]))
        given = {"owner": "clerk", "what": "A form.", "due": "2026-12-31"}
        keep(made, do("assign-improvement", **given, lesson=second))
        keep(made, do("complete-improvement", improvement_id="IM1", result="In use."))
        yield made


def keep(house: House, order: Order) -> None:
    """Record something in the institution's own record."""
    answer = give(house, order)
    assert answer.done, answer.why


def lessons(house: House) -> tuple[str, ...]:
    """Name the lessons there are."""
    return tuple(one.entry for one in learnt(house, "registry").lessons)


def learnt(house: House, viewer: str | None, *tags: str) -> Learning:
    """Read what was learnt."""
    return learning(Eyes(house, clerk(house), viewer), tags)


def test_registry_and_auditor_read_all_that_was_learnt(house: House) -> None:
    """Lessons not published yet, and who was to improve what, with what came of it."""
    told = learnt(house, "registry")
    assert [(one.tags, one.approved) for one in told.lessons] == [
        (("authority",), True),
        (("dates",), False),
    ]
    (practice,) = told.practices
    assert practice.lessons == (told.lessons[0].entry,)
    (improved,) = told.improvements
    assert (improved.owner, improved.due, improved.result) == ("clerk", "2026-12-31", "In use.")
    assert improved.done is not None
    assert improved.tags == ("dates",)
    assert told.tags == ("authority", "dates")
    assert learnt(house, "auditor") == told


def test_everything_is_found_by_its_tag(house: House) -> None:
    """An improvement by that of the lesson it comes from."""
    told = learnt(house, "registry", "dates")
    assert [one.text for one in told.lessons] == [NOT_YET]
    assert told.practices == ()
    assert len(told.improvements) == 1
    other = learnt(house, "registry", "authority")
    assert (len(other.lessons), len(other.practices), len(other.improvements)) == (1, 1, 0)
    assert learnt(house, "registry", "nothing").lessons == ()


@pytest.mark.parametrize("viewer", ["party:B", "mediator"])
def test_others_read_what_was_published(house: House, viewer: str) -> None:
    """Practices and approved lessons; not what is not approved, nor who is to improve what."""
    told = learnt(house, viewer)
    assert len(told.lessons) == len(told.practices) == 1
    assert told.improvements == ()
    assert told.since == ()
    assert NOT_YET not in msgspec.json.encode(told).decode()
    assert told.tags == ("authority",)


def test_a_mediator_reads_its_own_feedback_over_time(house: House) -> None:
    """Its own answers, and the parties' without names; a party reads none here."""
    own = learnt(house, "mediator").own_feedback
    assert {(one.origin, one.mean) for one in own} == {("mediator", 4.0), ("parties", 4.0)}
    assert {one.cases_so_far for one in own} == {1}
    assert learnt(house, "party:B").own_feedback == ()
    assert learnt(house, "registry").own_feedback == ()


def test_figures_since_are_those_of_the_statistics(house: House) -> None:
    """Of years with five cases at least; one case is told of nothing."""
    told = learnt(house, "registry")
    assert all(one.value is None for one in told.since)
    assert all(one.column.startswith("year ") for one in told.since)
