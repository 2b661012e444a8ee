"""The commands that read the files of a case, as a person types them."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from services import cli
from services.clock import FakeClock
from services.reading import words
from tests import examples
from tests.live.ledgers import CLERK, clerk, give, opened, tell
from tests.live.test_reading_cli import Run, Told, document, in_terminal, run
from tests.spec import START, Order, do

pytestmark = pytest.mark.live

__all__ = ["run"]  # the fixture that runs a command within this process

WORDING = "A sees room for movement on the price."
CANARY = "heliotrope"


def history() -> list[Order]:
    """Tell a whole case in which A confides, releases, and everybody says how it was."""
    release = {"item_id": "C1", "wording": WORDING, "recipients": ["B"]}
    talks = len(examples.mediating())
    steps = examples.closed()
    after = [
        do("give-feedback", by="A", answers={"heard": 5}, consent_to_use=True, remark=CANARY),
        do("give-feedback", by="B", answers={"heard": 2}, consent_to_use=True),
        do("give-mediator-feedback", by="mediator", answers={"engagement": 4}),
        do("share-feedback", to=["review", "chair"]),
    ]
    confided = [
        *examples.caucused("A", CANARY),
        do("authorise-disclosure", by="A", **release),
        do("convey-information", by="mediator", owner="A", authorisation_id="R1", wording=WORDING),
        do("close-caucus", by="mediator", party="A"),
    ]
    return [*steps[:talks], *confided, *steps[talks:], *after]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Tell one case from request to feedback, and another that was only asked for."""
    folder: Path = tmp_path_factory.mktemp("files")
    with opened(folder, unbound=True, clock=FakeClock(START, timedelta(minutes=1))) as house:
        case = tell(house, history())
        tell(house, examples.registered())
        assert clerk(house).name == CLERK
        contest = do("contest-entry", by="B", target="joint:1", position="We were not asked.")
        answer = give(house, contest, case)
        assert answer.done, answer.why
    return Told(folder, case)


def lines(text: str) -> list[dict[str, str]]:
    """Read a table as it is piped: by the names of its columns."""
    head, *rows = (line.split("\t") for line in text.splitlines())
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_the_neutrality_file_is_read(told: Told, run: Run) -> None:
    """As a list of JSON, as a table, for one case and for all."""
    found = document(run, "neutrality", told.case, "--as", "mediator")
    assert {"inquiry", "declaration", "nomination", "appointment"} <= {o["what"] for o in found}
    assert {"case_id", "number", "external_ref", "entry", "stands", "says", "contests"} <= set(
        found[0]
    )
    table = lines(run("neutrality", told.case, "--as", "party:B").stdout)
    assert "inquiry" not in {row["what"] for row in table}
    assert len(document(run, "neutrality", "--as", "mediator")) >= len(found)


def test_the_release_desk_is_read(told: Told, run: Run) -> None:
    """By its owner with the exact words; by nobody else."""
    (line,) = lines(run("releases", told.case, "--as", "party:A").stdout)
    assert (line["item"], line["stands"], line["words"]) == ("C1", "conveyed", WORDING)
    assert line["told"].startswith("B on ")
    (received,) = document(run, "releases", told.case, "--as", "party:B")
    assert (received["stands"], received["of"]) == ("received", None)
    assert CANARY not in msgspec.json.encode(received).decode()
    assert document(run, "releases", "--as", "registry") == []


def test_the_parties_are_read(told: Told, run: Run) -> None:
    """Of one case or of all, as they are now and as they were."""
    table = {row["party"]: row for row in lines(run("parties", told.case).stdout)}
    assert table["A"]["consent"] == "consented (asked for the mediation)"
    assert table["B"]["joined"].startswith("consented ")
    assert "contested by B" in table["B"]["remarks"]
    assert len(document(run, "parties")) == 4
    then = {p["party"]: p for p in document(run, "parties", told.case, "--at", "joint:2")}
    assert (then["B"]["consent"], then["B"]["joined"]) == ("none", None)


def test_feedback_is_read_over_time(told: Told, run: Run) -> None:
    """A mediator gets its own and what was shared, without names and words."""
    table = lines(run("feedback", "--as", "mediator").stdout)
    assert [row["from"] for row in table] == ["iyer", "2 parties, without names"]
    assert table[1]["answers"] == "2, 5"
    assert table[1]["so far"] == "3.5 in 1 case"
    assert CANARY not in run("feedback", "--as", "mediator", "--json").stdout
    assert CANARY in run("feedback", told.case, "--as", "registry").stdout
    (own,) = document(run, "feedback", told.case, "--as", "party:B")
    assert own["by"] == "B"
    (reviewed,) = document(run, "feedback", "--as", "review")
    assert (reviewed["number"], reviewed["count"]) == (None, 2)


def test_the_sides_are_compared(told: Told, run: Run) -> None:
    """A line a figure, with the entries behind it; a number that is nobody's to read is not 0."""
    banner, *table = run("symmetry", told.case, "--as", "party:B").stdout.splitlines()
    assert banner.endswith("a signal, not a verdict")
    rows = {row["figure"]: row for row in lines("\n".join(table))}
    assert rows["I could say what mattered to me."]["A"] == "not in your rooms"
    assert rows["I could say what mattered to me."]["B"] == "2"
    answered = rows["from a proposal put to the side to its answer (median)"]
    assert answered["entries"].startswith(f"A: {words.NOTHING}; B: joint:")
    (report,) = document(run, "symmetry", told.case, "--as", "mediator")
    meetings = [f for f in report["figures"] if f["figure"] == "private_meetings"]
    assert meetings[0]["sides"]["A"]["value"] == 1


def test_figures_of_two_cases_tell_nothing(run: Run) -> None:
    """Each is withheld: as a star, as nothing in JSON and CSV."""
    done = run("statistics")
    (all_,) = {row["all"] for row in lines(done.stdout)}
    assert all_ == "*"
    assert "fewer than 5 cases" in done.stderr
    assert {one["value"] for one in document(run, "statistics", "--by", "year")["figures"]} == {
        None
    }
    head, *rest = run("statistics", "--from", "2026", "--csv").stdout.splitlines()
    assert head == "table,line,column,unit,value"
    assert all(line.endswith(",") for line in rest)
    assert run("statistics", "--as", "party:A").returncode == 1
    assert run("statistics", "--from", "soon").returncode == 2


def test_what_was_learnt_is_read(run: Run) -> None:
    """By tag, by a mediator with its own feedback."""
    lesson = ("--text", "Ask early.", "--tags", "authority", "--approved")
    assert run("act", "institution", "record-lesson", *lesson).returncode == 0
    (row,) = lines(run("learning", "--tag", "authority").stdout)
    assert (row["words"], row["stands"]) == ("Ask early.", "published")
    assert document(run, "learning", "--tag", "other")["lessons"] == []
    table = lines(run("learning", "--as", "mediator").stdout)
    assert {row["what"] for row in table if "own" in row["what"]} == {
        "own feedback, mediator",
        "own feedback, parties",
    }


def test_a_case_is_drawn(told: Told, run: Run, tmp_path: Path) -> None:
    """Its file is named; what cannot be drawn is misuse."""
    path = str(tmp_path / "case.svg")
    assert run("plot", told.case, "timeline", "-o", path).stdout == f"{path}\n"
    assert run("plot", "--all", "dotted", "-o", path, "--force").returncode == 0
    for line in (
        (told.case, "-o", path, "--force"),
        (told.case, "timeline", "--all", "-o", path, "--force"),
        ("--all", "picture", "-o", path, "--force"),
        (told.case, "timeline", "-o", path),
    ):
        assert run("plot", *line).returncode == 2


@pytest.mark.slow
def test_the_files_are_drawn_in_a_terminal(told: Told) -> None:
    """As tables for people."""
    for command in ("neutrality", "releases", "parties", "feedback", "obligations"):
        shown = in_terminal(told, command, told.case, "--as", "party:A")
        assert "case" in shown, command


def test_a_file_of_a_case_one_may_not_see_is_refused_alone(told: Told, run: Run) -> None:
    """Like a case that is not there; nothing stands on stdout."""
    for command in ("neutrality", "releases", "parties", "feedback"):
        for line in ((command, told.case, "--as", "party:Z"), (command, "GO-1999-0001")):
            done = run(*line)
            assert (done.returncode, done.stdout) == (1, "")
            assert "case_is_known" in done.stderr
    assert cli.run(["rebuild", "neutrality", "--data", str(told.folder)]) == 0
