"""The documents say what is so: pages are fresh, links lead somewhere, commands run."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from docs.generate import PAGES, cli_commands
from ledger.act import RULES, Role
from ledger.catalogue import EVENTS, PARTS
from ledger.envelope import Channel
from ledger.parties import Phase
from ledger.rooms import KINDS
from services.cli.app import app
from services.settings import VARIABLES
from tests.newcomer import FENCE, Reader

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
WRITTEN = (README, ROOT / "examples" / "README.md", *sorted(DOCS.rglob("*.md")))
BY_HAND = tuple(
    page for page in WRITTEN if page.name not in PAGES and page.parent.name != "decisions"
)
"""Pages that say what is so now; a decision is left as it was."""
SHORT = (*BY_HAND, *(DOCS / name for name in PAGES if name.endswith(".md")))
WIDTH = 120

LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<to>[^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (?P<title>.+)$", re.MULTILINE)
TEST_NAMED = re.compile(r"`(?P<file>tests/[a-z_/]+\.py)::(?P<name>test_\w+)`")
MAKE = re.compile(r"(?:`|\$ )make (?P<target>[a-z]+)")


@cache
def prose(page: Path) -> str:
    """Read a page without its fenced blocks."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def titles(page: Path) -> list[str]:
    """List the headings of a page."""
    return HEADING.findall(prose(page))


def anchor(title: str) -> str:
    """Name a heading as links do."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_fresh(name: str) -> None:
    """Whoever changes an event, command, rule, flag or setting also runs `make docs`."""
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name]()


@pytest.mark.parametrize("tag", EVENTS)
def test_an_event_is_catalogued_whole(tag: str) -> None:
    """With an example that can be read, rooms, a release, and commands or the clock behind it."""
    told = catalogue()["events"][tag]
    read = msgspec.convert(told["example"], EVENTS[tag])
    assert msgspec.json.decode(msgspec.json.encode(read))["type"] == tag
    assert told["rooms"]
    assert told["since"] <= release()
    assert told["schema"]["$ref"].removeprefix("#/$defs/") in catalogue()["$defs"]
    assert told["recorded_by"] or tag in BY_ITSELF
    assert all(RULES[rule] for source in told["recorded_by"] for rule in source["rules"])


BY_ITSELF = {
    "blind-outcome-declared",
    "content-erased",
    "deadline-missed",
    "deposit-overdue",
    "late-entry-recorded",
    "long-stop-passed",
    "obligation-fell-due",
    "proposal-expired",
    "reply-period-elapsed",
    "request-lapsed",
    "signature-window-lapsed",
}
"""What the clock records, or the desk beside an act: entered late, or carrying out an erasure."""


@cache
def catalogue() -> dict[str, Any]:
    """Read the catalogue of events as programs do."""
    found: dict[str, Any] = msgspec.json.decode(
        (DOCS / "events.json").read_bytes(), type=dict[str, Any]
    )
    return found


def release() -> str:
    """Name the release that is being made."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """To a file that is there and, where one is named, to a heading in it."""
    broken = [to for to in LINK.findall(prose(page)) if not leads_somewhere(page, to)]
    assert broken == []


def leads_somewhere(page: Path, to: str) -> bool:
    """Tell whether a link within the project has an end."""
    if to.startswith(("https://", "http://")):
        return True
    path, _, heading = to.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists():
        return False
    return not heading or heading in anchors(target)


@cache
def anchors(page: Path) -> frozenset[str]:
    """Name every heading of a page."""
    return frozenset(anchor(title) for title in titles(page))


@pytest.mark.parametrize("page", SHORT, ids=lambda page: str(page.relative_to(ROOT)))
def test_lines_are_short(page: Path) -> None:
    """But for tables and blocks, which cannot be broken."""
    long = [line for line in prose(page).split("\n") if len(line) > WIDTH and line[:1] != "|"]
    assert long == []


@pytest.mark.parametrize("page", BY_HAND, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_test_that_is_named_is_there(page: Path) -> None:
    """What a page rests on can be run."""
    missing = [
        f"{file}::{name}"
        for file, name in TEST_NAMED.findall(prose(page))
        if not is_test(file, name)
    ]
    assert missing == []


def is_test(file: str, name: str) -> bool:
    """Tell whether a test file has a test of that name."""
    path = ROOT / file
    if not path.exists():
        return False
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return any(isinstance(node, ast.FunctionDef) and node.name == name for node in tree)


def test_every_command_of_the_line_is_in_the_readme() -> None:
    """A newcomer finds each in the one table."""
    table = "\n".join(line for line in README.read_text().split("\n") if line.startswith("| `"))
    words = {word for name in cli_commands(app) for word in name.split()}
    assert {word for word in words if not re.search(rf"\b{word}\b", table)} == set()


def test_every_command_of_the_line_says_what_for() -> None:
    """Each has its section in the reference and a first line of help."""
    headings = set(titles(DOCS / "cli.md"))
    commands = cli_commands(app)
    assert {name for name, function in commands.items() if not function.__doc__} == set()
    assert set(commands) - headings == set()


def test_the_readme_names_only_make_targets_that_are_there() -> None:
    """A reader can type what the page says."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {target for page in BY_HAND for target in MAKE.findall(page.read_text())}
    assert named
    assert named - targets == set()


def test_the_glossary_has_every_word_of_the_closed_lists() -> None:
    """Parts, rooms, phases, roles and channels are explained once, there."""
    parts = [part.name.replace("_", " ") for part in PARTS]
    phases = [phase.value for phase in Phase]
    words = {*parts, *KINDS, *phases, *get_args(Role), *get_args(Channel)}
    assert {word for word in words if word.lower() not in glossary()} == set()


def test_a_word_used_as_a_heading_is_in_the_glossary() -> None:
    """A heading of one word is a term of ours, or it is no heading."""
    pages = [page for page in BY_HAND if page != DOCS / "glossary.md"]
    single = {t for page in pages for t in titles(page) if re.fullmatch(r"[A-Za-z-]+", t)}
    assert {title for title in single - PLAIN if title.lower() not in glossary()} == set()


PLAIN = {
    "Architecture",
    "Crash",
    "Decisions",
    "Delivery",
    "Examples",
    "Glossary",
    "Ideas",
    "Restore",
    "Subscribe",
}
"""Headings that use a word as everybody does."""


@cache
def glossary() -> frozenset[str]:
    """List the words the glossary explains, as headings or in bold, in lower case."""
    text = prose(DOCS / "glossary.md")
    words = [*titles(DOCS / "glossary.md"), *re.findall(r"\*\*([^*]+)\*\*", text)]
    return frozenset(word.lower() for word in words)


def test_the_ways_through_the_house_take_no_step_twice() -> None:
    """Each file of a walk stands there once, in a numbered line of its own."""
    text = (DOCS / "architecture.md").read_text()
    walks = re.split(r"^## ", text, flags=re.MULTILINE)
    steps = [re.findall(r"^ ?\d+\. \[[^\]]*\]\(([^)]*)\)", walk, re.MULTILINE) for walk in walks]
    assert sorted(len(files) for files in steps if files) == [9, 31]
    assert [files for files in steps if len(files) != len(set(files))] == []


@pytest.fixture
def reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Reader]:
    """Sit in an empty folder beside the sources, with nothing set."""
    for name in ("examples", "ledger", "services", "projections"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    someone = Reader(monkeypatch, capfd)
    yield someone
    someone.leave()


PAGES_WITH_COMMANDS = [page for page in BY_HAND if "```console" in page.read_text(encoding="utf-8")]


@pytest.mark.live
@pytest.mark.parametrize("page", PAGES_WITH_COMMANDS, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_says_can_be_typed(page: Path, reader: Reader) -> None:
    """Every command runs, with the exit status and the words the page gives."""
    reader.read(page)
