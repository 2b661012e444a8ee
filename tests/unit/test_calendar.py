"""The dates of a case as a calendar: opaque unless words are asked for, the viewer's own alone."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from services.clock import FakeClock
from services.exports.write import export
from services.house import House
from services.reading import Eyes
from tests import examples
from tests.live.ledgers import clerk, opened, tell
from tests.spec import START


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    """Open a ledger with a case that is settled, so that a payment is to come."""
    clock = FakeClock(START, timedelta(minutes=1))
    with opened(tmp_path_factory.mktemp("dates"), unbound=True, clock=clock) as house:
        yield house, tell(house, examples.settled())


def entries(
    told: tuple[House, str], path: Path, viewer: str = "party:B", *, titles: bool = False
) -> list[dict[str, str]]:
    """Export the calendar and read it as a calendar program would."""
    house, case = told
    (done,) = export(Eyes(house, clerk(house), viewer), case, "ical", path, titles=titles)
    found = Calendar.from_ical(done.read_bytes()).walk("VEVENT")
    return [{key: str(event[key]) for key in event} for event in found]


def test_entries_tell_nothing_by_default(told: tuple[House, str], tmp_path: Path) -> None:
    """No party, no number, no rule: a telephone may be read by anybody."""
    found = entries(told, tmp_path / "case.ics")
    assert found
    assert {entry["SUMMARY"] for entry in found} == {"Deadline"}
    text = (tmp_path / "case.ics").read_text()
    assert not [word for word in ("berth", "GO-20", "overall", "Party", "joint") if word in text]


def test_words_are_there_when_they_are_asked_for(told: tuple[House, str], tmp_path: Path) -> None:
    """With the arithmetic, and the day an obligation falls due."""
    found = entries(told, tmp_path / "case.ics", titles=True)
    titles = {entry["SUMMARY"] for entry in found}
    assert "overall limit" in titles
    assert "Obligation OB1 falls due" in titles
    told_of = next(e["DESCRIPTION"] for e in found if e["SUMMARY"] == "overall limit")
    assert "120 calendar days from first session" in told_of


def test_an_entry_lasts_its_day_and_keeps_its_id(told: tuple[House, str], tmp_path: Path) -> None:
    """A later export brings the same entries up to date, and makes no new ones."""
    house, case = told
    first = entries(told, tmp_path / "one.ics")
    again = entries(told, tmp_path / "two.ics", titles=True)
    assert [e["UID"] for e in first] == [e["UID"] for e in again]
    (path,) = export(Eyes(house, clerk(house), "party:B"), case, "ical", tmp_path / "three.ics")
    (event, *_) = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    first_day, next_day = event.decoded("dtstart"), event.decoded("dtend")
    assert type(first_day) is date
    assert next_day - first_day == timedelta(days=1)


def test_ids_of_two_viewers_do_not_meet(told: tuple[House, str], tmp_path: Path) -> None:
    """Two calendars laid side by side do not show that they are of one case."""
    of_b = entries(told, tmp_path / "b.ics")
    of_a = entries(told, tmp_path / "a.ics", "party:A")
    assert not {e["UID"] for e in of_a} & {e["UID"] for e in of_b}
