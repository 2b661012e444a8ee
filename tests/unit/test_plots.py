"""Pictures show what one viewer sees, are the same each time, and speak to who cannot see them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ledger.errors import DecodeError, RuleViolation, StoreFault
from ledger.terms import Money
from services.clock import FakeClock
from services.house import House
from services.plots import canvas, choosing
from services.plots.choosing import Kind
from services.plots.terms import number
from services.reading import Eyes
from tests import examples
from tests.live.ledgers import clerk, give, opened, tell
from tests.spec import START, Order, do

SVG = "{http://www.w3.org/2000/svg}"
PNG = b"\x89PNG"
KINDS: tuple[Kind, ...] = ("timeline", "concession", "dotted")


def fee(amount: str) -> dict[str, Any]:
    """Put a fee of so many euros."""
    return {**examples.clause(), "params": {"fee": {"amount": amount, "currency": "EUR"}}}


def history() -> list[Order]:
    """Two sides come nearer to each other; A says something in between, in private."""
    return [
        *examples.mediating(),
        examples.tabled("A", [fee("1300000")]),
        *examples.caucused("A"),
        examples.tabled("B", [fee("900000")], answers="P1"),
        examples.tabled("A", [fee("1100000")], answers="P2"),
        examples.accepted("P3", by="B"),
    ]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    """Open a demo ledger, where everybody has any eyes, with two cases in it."""
    clock = FakeClock(START, timedelta(hours=1))
    with opened(tmp_path_factory.mktemp("told"), unbound=True, clock=clock) as house:
        case = tell(house, history())
        tell(house, examples.registered())
        yield house, case


def drawn(
    told: tuple[House, str], kind: Kind, path: Path, viewer: str = "party:B", *, all_: bool = False
) -> bytes:
    """Draw a picture and read it."""
    house, case = told
    eyes = Eyes(house, clerk(house), viewer)
    return choosing.plotted(eyes, None if all_ else case, kind, path).read_bytes()


@pytest.fixture(scope="module")
def seen_by_b(
    told: tuple[House, str], tmp_path_factory: pytest.TempPathFactory
) -> dict[Kind, bytes]:
    """Draw each picture once, for B."""
    folder = tmp_path_factory.mktemp("drawn")
    return {kind: drawn(told, kind, folder / f"{kind}.svg") for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_told_in_words(
    told: tuple[House, str], seen_by_b: dict[Kind, bytes], kind: Kind
) -> None:
    """Title and description stand where programs that read aloud look; words are text."""
    root = ET.fromstring(seen_by_b[kind])
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img"
    assert title is not None
    assert description is not None
    assert told[1] in (title.text or "")
    assert len(description.text or "") > 40
    assert root.findall(f".//{SVG}text")


def test_a_concession_curve_tells_who_put_which_number(seen_by_b: dict[Kind, bytes]) -> None:
    """Every proposal of a term, in order, with its currency."""
    text = seen_by_b["concession"].decode()
    assert text.index("A 1,300,000") < text.index("B 900,000") < text.index("A 1,100,000")
    assert "in EUR" in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_the_same_whatever_others_do_in_private(
    told: tuple[House, str], seen_by_b: dict[Kind, bytes], kind: Kind, tmp_path: Path
) -> None:
    """To the byte: no date in it, no random id, and nothing of what A tells the mediator."""
    house, case = told
    said = do("receive-in-caucus", by="A", text="We would go lower.")
    assert give(house, said, case).done
    assert drawn(told, kind, tmp_path / "after.svg") == seen_by_b[kind]
    if kind == "timeline":
        assert drawn(told, kind, tmp_path / "of-A.svg", "party:A") != seen_by_b[kind]


def test_a_dotted_chart_of_all_cases_has_a_row_for_each(
    told: tuple[House, str], tmp_path: Path
) -> None:
    """As far as the viewer reads them."""
    assert b"2 cases" in drawn(told, "dotted", tmp_path / "all.svg", "registry", all_=True)
    assert b"1 cases" in drawn(told, "dotted", tmp_path / "own.svg", "mediator", all_=True)


def test_a_picture_may_be_of_dots(told: tuple[House, str], tmp_path: Path) -> None:
    """PNG, with its description inside and no program named."""
    picture = drawn(told, "dotted", tmp_path / "a.png")
    assert picture.startswith(PNG)
    assert b"Description" in picture
    assert b"Software" not in picture


def test_what_cannot_be_drawn_is_said_and_leaves_no_file(
    told: tuple[House, str], tmp_path: Path
) -> None:
    """Another form, a file that is there, no number put, a case one may not see."""
    house, case = told
    eyes = Eyes(house, clerk(house), "registry")
    path = tmp_path / "a.svg"
    with pytest.raises(DecodeError, match="is no picture"):
        choosing.plotted(eyes, case, "timeline", tmp_path / "a.pdf")
    with pytest.raises(DecodeError, match="of one case"):
        choosing.plotted(eyes, None, "timeline", path)
    with pytest.raises(DecodeError, match="fixes a number"):
        choosing.plotted(eyes, "GO-2026-0002", "concession", path)
    with pytest.raises(RuleViolation):
        choosing.plotted(Eyes(house, clerk(house), "party:X"), case, "timeline", path)
    assert list(tmp_path.iterdir()) == []
    path.write_text("mine")
    with pytest.raises(DecodeError, match="there already"):
        choosing.plotted(eyes, case, "timeline", path)
    assert path.read_text() == "mine"


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The base install draws nothing."""
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(StoreFault) as fault, canvas.pen():
        pass
    assert "good-offices-ledger[analysis]" in (fault.value.needs or "")


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (7, (7, "")),
        (Money(amount="1300000.50", currency="EUR"), (1_300_000.5, "EUR")),
        ("12.5 %", (12.5, "%")),
        ("1000", (1000, "")),
        ("2026-05-01", None),
        ("soon", None),
        ("NaN", None),
    ],
)
def test_a_term_is_a_number_or_is_not_drawn(given: Any, read: object) -> None:  # noqa: ANN401 - a parameter
    """Counts, amounts, percentages; dates and words are none."""
    assert number(given) == read
