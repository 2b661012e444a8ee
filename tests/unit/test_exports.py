"""An exported file holds what its viewer may read, needs nothing else, and replaces nothing."""

import re
import stat
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Literal

import msgspec
import pytest

from ledger.errors import DecodeError, StoreFault
from services.clock import FakeClock
from services.exports.write import export
from services.house import House
from services.reading import Eyes
from tests import examples
from tests.live.ledgers import clerk, opened, tell
from tests.spec import START, do

HOSTILE = "<script>alert(1)</script> & \"quoted\" <img src='https://example.org/x'>"
CANARY = "heliotrope"
PORT = "ميناء بريفيك"
Form = Literal["json", "html"]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    """Open a demo ledger with two cases, one with hostile and right-to-left texts."""
    opening, *rest = examples.mediating()
    names = {"names": {"A": HOSTILE, "B": PORT}, "title": HOSTILE}
    opening = do("request-mediation", by="A", **{**opening.data, **names})
    private = examples.caucused("A", CANARY)
    clock = FakeClock(START, timedelta(minutes=1))
    with opened(tmp_path_factory.mktemp("told"), unbound=True, clock=clock) as house:
        number = tell(house, [opening, *rest, examples.tabled(), *private, examples.accepted()])
        tell(house, examples.registered())
        yield house, number


def written(told: tuple[House, str], viewer: str, form: Form, path: Path) -> str:
    """Export the case and read the file."""
    house, case = told
    (done,) = export(Eyes(house, clerk(house), viewer), case, form, path)
    return done.read_text(encoding="utf-8")


class Page(HTMLParser):
    """Collect what a page consists of."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and its attributes."""
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Expect the tag opened last to be closed first."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Gather the words."""
        self.text += data


def page_of(text: str) -> Page:
    """Read a page."""
    page = Page()
    page.feed(text)
    page.close()
    return page


def test_a_page_needs_nothing_else(told: tuple[House, str], tmp_path: Path) -> None:
    """No script, no address, nothing that is fetched; what is hostile is text."""
    text = written(told, "party:A", "html", tmp_path / "case.html")
    page = page_of(text)
    assert not page.open
    assert not page.tags & {"script", "img", "link", "iframe", "a", "object", "form"}
    assert not page.attributes & {"src", "href", "onclick", "action"}
    assert not re.search(r"url\(|@import", text)
    assert HOSTILE in page.text


def test_a_page_tells_the_whole_case(told: tuple[House, str], tmp_path: Path) -> None:
    """For whom it is, the parties, the timeline, proposals in words, dates, who recorded what."""
    page = page_of(written(told, "party:B", "html", tmp_path / "case.html"))
    for words in (
        "party:B",
        PORT,
        "accepted; binds nobody until signed",
        "Who recorded what",
        "counted from the day after",
        "proposal-tabled",
    ):
        assert words in page.text
    assert "settled" not in page.text


def test_texts_say_their_own_direction(told: tuple[House, str], tmp_path: Path) -> None:
    """The page reads from left to right, each text as its letters do."""
    text = written(told, "party:A", "html", tmp_path / "case.html")
    assert 'dir="auto"' in text
    assert 'lang="en"' in text


@pytest.mark.parametrize("form", ["json", "html"])
def test_a_file_holds_what_its_viewer_may_read(
    told: tuple[House, str], tmp_path: Path, form: Form
) -> None:
    """A caucus with A is in A's file and in no other."""
    assert CANARY in written(told, "party:A", form, tmp_path / "a")
    for viewer in ("party:B", "registry"):
        text = written(told, viewer, form, tmp_path / viewer)
        assert CANARY not in text
        assert "caucus:A" not in text


def test_a_document_names_events_by_room_and_sequence(
    told: tuple[House, str], tmp_path: Path
) -> None:
    """Nothing of where an event lies in the store, nor the desk's own digests, goes out."""
    document = msgspec.json.decode(written(told, "party:A", "json", tmp_path / "case.json"))
    assert document["viewer"] == "party:A"
    event = next(e for e in document["events"] if e["frame"]["event"]["type"] == "proposal-tabled")
    assert event["event_id"].endswith(f"/{event['frame']['seq']}")
    assert event["content"]["clauses"][0]["issue"] == "berth fee"
    assert not {"position", "version", "digest"} & {*event, *event["frame"]}


def test_a_file_is_for_its_owner_alone(told: tuple[House, str], tmp_path: Path) -> None:
    """Nobody else on the machine reads it."""
    written(told, "party:A", "json", tmp_path / "case.json")
    assert stat.S_IMODE((tmp_path / "case.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["case.json"]


def test_a_file_that_is_there_is_not_replaced_by_chance(
    told: tuple[House, str], tmp_path: Path
) -> None:
    """Only when asked to."""
    house, case = told
    path = tmp_path / "case.html"
    path.write_text("mine")
    looking = Eyes(house, clerk(house), "registry")
    with pytest.raises(DecodeError, match="there already"):
        list(export(looking, case, "html", path))
    assert path.read_text() == "mine"
    list(export(looking, case, "html", path, force=True))
    assert path.read_text().startswith("<!doctype html>")


def test_a_folder_that_is_not_there_is_named(told: tuple[House, str], tmp_path: Path) -> None:
    """The fault says what cannot be written."""
    house, case = told
    with pytest.raises(StoreFault, match="cannot be written"):
        list(export(Eyes(house, clerk(house), "registry"), case, "json", tmp_path / "no" / "x"))


def test_every_case_goes_into_a_folder(told: tuple[House, str], tmp_path: Path) -> None:
    """One file a case, named by its number."""
    house, case = told
    paths = list(export(Eyes(house, clerk(house), "registry"), None, "json", tmp_path / "all"))
    assert len(paths) == 2
    assert f"{case}.json" in {path.name for path in paths}
    assert stat.S_IMODE((tmp_path / "all").stat().st_mode) == 0o700
