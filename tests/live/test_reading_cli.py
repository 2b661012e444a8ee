"""The reading commands, as processes: what stands on stdout, on stderr, and the exit status."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import msgspec
import pytest

from services import cli
from services.clock import FakeClock
from tests import examples
from tests.live.ledgers import CLERK, ROOT, opened, tell
from tests.spec import START, do

pytestmark = pytest.mark.live

GOODOFFICES = (sys.executable, "-c", "from services.cli import main; main()")
PORT = "ميناء بريفيك"
NAMES = {"A": "Ports du Léman", "B": PORT}


class Told(NamedTuple):
    """A ledger with two cases of which everybody may look with any eyes.

    Attributes:
        folder: Where it lies.
        case: Number of the first case.
    """

    folder: Path
    case: str


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Tell two cases."""
    folder = tmp_path_factory.mktemp("told")
    opening, *rest = examples.mediating()
    opening = do("request-mediation", by="A", **{**opening.data, "names": NAMES})
    clock = FakeClock(START, timedelta(minutes=1))
    with opened(folder, unbound=True, clock=clock) as house:
        case = tell(house, [opening, *rest, examples.tabled(), examples.accepted()])
        tell(house, examples.registered())
    return Told(folder, case)


def environment(folder: Path) -> dict[str, str]:
    """Set what a command finds in its environment."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GOODOFFICES_")}
    return {**kept, "GOODOFFICES_DATA": str(folder), "GOODOFFICES_OPERATOR": CLERK}


class Done(NamedTuple):
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


Run: TypeAlias = Callable[..., Done]


@pytest.fixture
def run(told: Told, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run commands within this process, which saves the start of one each."""
    for name in [name for name in os.environ if name.startswith("GOODOFFICES_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GOODOFFICES_DATA", str(told.folder))
    monkeypatch.setenv("GOODOFFICES_OPERATOR", CLERK)

    def run_one(*words: str) -> Done:
        out, err = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            status = cli.run(list(words))
        return Done(status, out.getvalue(), err.getvalue())

    return run_one


def process(told: Told, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run one command to its end, in a process of its own."""
    return subprocess.run(
        [*GOODOFFICES, *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(told.folder),
        timeout=50,
        check=False,
    )


def document(run: Run, *words: str) -> Any:  # noqa: ANN401 - any JSON
    """Run a command with --json, expect one document on stdout and nothing beside it."""
    done = run(*words, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return msgspec.json.decode(done.stdout)


def test_every_reading_command_gives_one_json_document(told: Told, run: Run) -> None:
    """Of one case or, where it can, of all; nothing else on stdout."""
    shown = document(run, "show", told.case)
    assert (shown["number"], shown["phase"]) == (told.case, "MEDIATING")
    assert {"deadlines", "proposals", "parties", "timeline"} <= set(shown)
    assert len(document(run, "show")) == 2
    assert len(document(run, "cases")) == 2
    (proposal,) = document(run, "proposals", told.case, "--as", "party:B")
    assert (proposal["proposal_id"], proposal["status"]) == ("P1", "accepted")
    assert {row["number"] for row in document(run, "audit")} >= {told.case}
    assert document(run, "deadlines", told.case)[0]["arithmetic"]
    assert document(run, "obligations") == []
    changed = document(run, "diff", told.case, "--from", "joint:3", "--to", "joint:9")
    assert changed["changes"]
    assert len(document(run, "find", "leman")) == 1


def test_next_says_why_not_and_who_could_change_that(told: Told, run: Run) -> None:
    """In words and as JSON, from what B reads; what nobody could change says so."""
    done = run("next", told.case, "--as", "party:B", "--all")
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    why = {row[1]: row[2:] for row in lines if len(row) == 4}
    assert why["command"] == ["why not", "who could change it"]
    assert why["confirm-summary"] == ["there is no summary", "mediator: give-summary"]
    assert why["give-feedback"][1] == "registry: close-case (later)"
    assert "nobody" in why["reject-proposal"][1]
    acts = {
        act["command"]: act for act in document(run, "next", told.case, "--as", "party:B")["acts"]
    }
    assert acts["confirm-summary"]["remedies"] == [
        {"command": "give-summary", "by": ["mediator"], "now": True}
    ]
    assert "remedies" not in acts["table-proposal"]


def test_show_tells_what_was_true_on_a_day(told: Told, run: Run) -> None:
    """Of one case, from an instant; a moment that is none is refused."""
    shown = document(run, "show", told.case, "--true-on", "2026-03-02T09:40:00Z")
    assert (shown["number"], shown["by"]) == (told.case, "2026-03-02T09:40:00Z")
    assert shown["timeline"]
    assert all(entry["at"] <= shown["by"] for entry in shown["timeline"])
    assert run("show", told.case, "--true-on", "2026-03-02T09:40:00Z").stdout.startswith(
        f"{told.case}  as true on"
    )
    assert run("show", "--true-on", "2026-03-02T09:40:00Z").returncode == 2
    assert run("show", told.case, "--true-on", "joint:3").returncode == 2


def test_a_table_is_plain_when_piped(told: Told, run: Run) -> None:
    """Tabs between columns, no colour, no mark of direction, the names as they are written."""
    done = run("show", told.case)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "\u2068" not in done.stdout
    assert PORT in done.stdout
    assert all("\t" in line for line in done.stdout.splitlines() if line)


def test_acceptance_is_told_as_what_it_is(told: Told, run: Run) -> None:
    """It binds nobody, and no line calls it settled."""
    done = run("proposals", told.case)
    assert "accepted; binds nobody until signed" in done.stdout
    assert "settle" not in done.stdout


@pytest.mark.slow
def test_the_digest_stands_last(told: Told, run: Run) -> None:
    """Two people compare one line; over one case and over all."""
    for case in ([told.case], []):
        one = run("replay", *case, "--digest").stdout
        other = process(told, "replay", *case, "--digest").stdout
        assert one == other
        last = one.splitlines()[-1]
        assert len(last) == 64
        assert int(last, 16)


def test_an_export_names_the_file_it_wrote(told: Told, run: Run, tmp_path: Path) -> None:
    """A second one refuses to replace it."""
    path = tmp_path / "case.html"
    words = ("export", told.case, "--for", "party:A", "--format", "html", "-o", str(path))
    first, second = run(*words), run(*words)
    assert (first.returncode, first.stdout) == (0, f"{path}\n")
    assert second.returncode == 2
    assert "--force" in second.stderr


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("show", "GO-1999-0001"), 1, "case_is_known"),
        (("show", "--as", "analyst:x"), 1, "grant_is_known"),
        (("cases", "--as", "king"), 2, "--as"),
        (("cases", "--at", "2026-03-05T14:00:00"), 2, "--at"),
        (("deadlines", "--at", "joint:4"), 2, "--at"),
        (("export", "--for", "registry", "--format", "html", "-o", "x"), 2, "--all"),
        (("show", "--nonsense"), 2, "help"),
    ],
)
def test_what_cannot_be_read_is_refused_alone(
    run: Run, words: tuple[str, ...], status: int, says: str
) -> None:
    """The reason on stderr, nothing on stdout, the right exit status; in JSON too."""
    for more in ((), ("--json",))[: 1 if "export" in words else 2]:
        done = run(*words, *more)
        assert (done.returncode, done.stdout) == (status, "")
        assert says in done.stderr


def in_terminal(told: Told, *words: str) -> str:
    """Run a command in a terminal 100 columns wide and return what it shows."""
    ours, its = pty.openpty()
    started = subprocess.Popen(
        [*GOODOFFICES, *words],
        stdout=its,
        stderr=its,
        stdin=subprocess.DEVNULL,
        cwd=ROOT,
        env={**environment(told.folder), "TERM": "xterm", "COLUMNS": "100"},
    )
    os.close(its)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65_536)
        except OSError:  # Linux says so where the other end was closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    assert started.wait(timeout=50) == 0
    return shown.decode()


def test_a_terminal_shows_a_timeline(told: Told) -> None:
    """Days, hours in the zone of the case, who for whom, names kept from turning the line."""
    shown = in_terminal(told, "show", told.case)
    for words in ("── Mon 2 Mar 2026", " 10:", "iyer, mediator", "joint:1"):
        assert words in shown
    assert f"\u2068{PORT}\u2069" in shown


def test_a_terminal_shows_proposals_and_changes(told: Told) -> None:
    """The tree with its words, and what changed between two entries."""
    assert "binds nobody" in in_terminal(told, "proposals", told.case)
    assert "~" in in_terminal(told, "diff", told.case, "--from", "joint:3", "--to", "joint:9")


def test_one_case_is_shown_without_the_views(told: Told) -> None:
    """What the views need is not imported, so that a case is shown at once."""
    source = (
        "import sys\nfrom services.cli import run\n"
        f"assert run(['show', {told.case!r}]) == 0\n"
        "assert not {'sqlalchemy', 'rich', 'structlog'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", source],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(told.folder),
        timeout=50,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_replay_is_listed_step_by_step(told: Told, run: Run) -> None:
    """A line a step when piped; the same as data; a part where one is asked for."""
    lines = run("replay", told.case, "--steps", "--to", "joint:4").stdout.splitlines()
    steps = document(run, "replay", told.case, "--to", "joint:4")["steps"]
    assert [line.split("\t")[-1] for line in lines[1:]] == [step["digest"] for step in steps]
    fast = run("replay", told.case, "--to", "joint:4", "--speed", "1e12")
    assert fast.stdout.splitlines() == lines
    at = run("replay", told.case, "--digest", "--at", "joint:4").stdout.splitlines()
    assert at[-1] == steps[-1]["digest"]


@pytest.mark.parametrize(
    "words",
    [
        ("replay", "--steps"),
        ("replay", "CASE", "--speed", "0"),
        ("replay", "CASE", "--speed", "nan"),
        ("diff", "CASE"),
        ("diff", "CASE", "--to", "joint:3", "--known-on", "2026-03-02T09:40:00Z"),
        ("diff", "CASE", "--known-on", "joint:3"),
        ("diff", "CASE", "--from", "joint:9", "--to", "joint:3"),
        ("why", "CASE", "phse"),
        ("query",),
        ("query", "SELECT 1", "--rows", "0"),
        ("query", "SELECT 1", "--seconds", "nan"),
        ("query", "DROP TABLE cases"),
    ],
)
def test_what_cannot_be_replayed_or_asked_is_misuse(
    told: Told, run: Run, words: tuple[str, ...]
) -> None:
    """With nothing on stdout, and what to do instead on stderr."""
    done = run(*(told.case if word == "CASE" else word for word in words))
    assert (done.returncode, done.stdout) == (2, "")
    assert "needs: " in done.stderr


def test_a_player_that_is_not_installed_names_what_to_install(
    told: Told, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it needs is an extra."""
    monkeypatch.setitem(sys.modules, "textual.app", None)
    monkeypatch.delitem(sys.modules, "services.cli.player", raising=False)
    done = run("replay", told.case, "--play")
    assert done.returncode == 2
    assert "pip install good-offices-ledger[analysis]" in done.stderr


def test_an_answer_in_sql_is_a_table_json_or_csv(told: Told, run: Run) -> None:
    """The names of the columns come first."""
    sql = "SELECT number, phase FROM cases ORDER BY number LIMIT 1"
    assert run("query", sql).stdout == f"number\tphase\n{told.case}\tMEDIATING\n"
    assert run("query", sql, "--csv").stdout == f"number,phase\n{told.case},MEDIATING\n"
    assert document(run, "query", sql) == [{"number": told.case, "phase": "MEDIATING"}]
    assert {table["table"] for table in document(run, "query", "--tables")} >= {"cases", "dates"}


def test_why_tells_now_and_before(told: Told, run: Run) -> None:
    """The latest first."""
    lines = run("why", told.case, "proposals.joint/P1.status").stdout.splitlines()
    assert [line.split("\t")[:2] for line in lines[1:]] == [["now", "accepted"], ["before", "open"]]


@pytest.mark.slow
def test_steps_and_gaps_are_drawn_in_a_terminal(told: Told) -> None:
    """With what changed, the digest, and a line for who looks."""
    drawn = in_terminal(
        told, "replay", told.case, "--steps", "--from", "joint:3", "--to", "joint:9"
    )
    assert "~ " in drawn
    assert "= " in drawn
    known = in_terminal(told, "diff", told.case, "--known-on", "2050-01-01T00:00:00Z")
    assert "nothing was otherwise" in known


@pytest.mark.slow
def test_all_cases_are_replayed_in_several_processes_alike(run: Run) -> None:
    """The same cases in the same order with the same digest, for any eyes."""
    for eyes in ((), ("--as", "party:B"), ("--as", "party:Z"), ("--at", "2026-03-02T09:20:00Z")):
        alone = run("replay", "--digest", *eyes)
        together = run("replay", "--digest", "--jobs", "2", *eyes)
        assert together == alone
    assert run("replay", "--jobs", "0").returncode == 2
