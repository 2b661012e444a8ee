"""Documents on the command line: handed in, listed, taken out, refused."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from services.cli import run
from services.clock import FakeClock
from services.documents.shelf import FOLDER
from tests import examples
from tests.live import ledgers
from tests.live.ledgers import give, tell
from tests.spec import START, do

PDF = b"%PDF-1.7\n" + b"the noise survey\n" * 20
CASE = "GO-2026-0001"
Line = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a ledger in which documents may be put in; its clerk acts for everybody."""
    folder = tmp_path_factory.mktemp("documents") / "data"
    clock = FakeClock(START, timedelta(minutes=1))
    with ledgers.opened(folder, unbound=True, clock=clock) as house:
        tell(house, examples.preparing())
    return folder


@pytest.fixture
def line(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Line:
    """Run command lines in this process."""
    monkeypatch.setenv("GOODOFFICES_OPERATOR", ledgers.CLERK)

    def typed(*words: object) -> tuple[int, str, str]:
        status = run(["--data", str(data), *map(str, words)])
        return status, *capsys.readouterr()

    return typed


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    """Write a document."""
    file = tmp_path / "survey.pdf"
    file.write_bytes(PDF)
    return file


def test_a_document_is_handed_in_listed_and_taken_out(
    line: Line, survey: Path, tmp_path: Path
) -> None:
    """By one line each; who does not read the entry sees nothing of it."""
    status, out, _ = line("document", "add", CASE, survey, "--by", "B", "--share", "mediator")
    assert status == 0, out
    entry = out.split()[2]
    assert entry.startswith("caucus:B")
    _, told, _ = line("document", "list", CASE, "--as", "party:B", "--json")
    (listed,) = msgspec.json.decode(told)
    assert (listed["name"], listed["kept"], listed["size"]) == ("survey.pdf", True, len(PDF))
    assert "survey.pdf" in line("document", "list", "--as", "party:B")[1]
    assert line("document", "list", CASE, "--as", "party:A", "--json")[1] == "[\n]\n"
    target = tmp_path / "out.pdf"
    status, out, _ = line("document", "get", CASE, entry, "-o", target, "--as", "party:B")
    assert (status, target.read_bytes()) == (0, PDF)
    assert target.stat().st_mode & 0o077 == 0
    assert line("document", "get", CASE, entry, "-o", target, "--as", "party:B")[0] == 2
    (tmp_path / "in").mkdir()
    asked = ("document", "get", CASE, entry, "-o", tmp_path / "in", "--as", "party:B", "--json")
    assert msgspec.json.decode(line(*asked)[1])["sha256"] == sha256(PDF).hexdigest()
    assert (tmp_path / "in" / "survey.pdf").read_bytes() == PDF
    status, _, err = line("document", "get", CASE, entry, "-o", tmp_path / "no", "--as", "party:A")
    assert (status, "document_is_known" in err) == (1, True)


def test_a_document_is_handed_in_for_an_entry_that_names_it(
    line: Line, data: Path, survey: Path
) -> None:
    """Whatever act that was; another file is refused."""
    digest = sha256(PDF).hexdigest()
    with ledgers.opened(data) as house:
        done = give(
            house,
            do(
                "submit-statement",
                by="A",
                text="As the survey shows.",
                documents=[{"title": "The survey", "hash": digest}],
            ),
            CASE,
        )
        assert done.done, done.why
    entry = f"{done.events[0].room}:{done.events[0].seq}"
    status, out, _ = line("document", "add", CASE, survey, "--entry", entry, "--json")
    assert (status, msgspec.json.decode(out)["sha256"]) == (0, digest)
    assert "The survey" in line("document", "list", CASE)[1]
    survey.write_bytes(PDF + b"more")
    status, _, err = line("document", "add", CASE, survey, "--entry", entry)
    assert (status, "does not name" in err) == (2, True)


def test_what_cannot_be_handed_in_leaves_nothing(
    line: Line, data: Path, survey: Path, tmp_path: Path
) -> None:
    """A kind that is not taken, a file that lies, one that is not there, an act that is refused."""
    before = sorted((data / FOLDER).rglob("*"))
    survey.write_bytes(b"MZ" + bytes(100))
    for file, why in (
        (survey, "of another kind"),
        (tmp_path / "none.pdf", "cannot be read"),
        (tmp_path, "cannot be read"),
        (Path("/dev/null"), "cannot be read"),
    ):
        status, _, err = line("document", "add", CASE, file, "--by", "A")
        assert (status, why in err) == (2, True), err
    survey.write_bytes(PDF)
    status, _, err = line("document", "add", CASE, survey, "--by", "nobody")
    assert status == 1, err
    assert sorted(path for path in (data / FOLDER).rglob("*") if path.is_file()) == [
        path for path in before if path.is_file()
    ]
