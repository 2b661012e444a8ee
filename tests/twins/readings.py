"""Read everything that B can read, by every command of the command line.

Commands are taken from the program itself: one that is new fails the test until it has its place
here.
"""

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path
from random import Random
from typing import Final, Literal
from unittest.mock import patch

from cyclopts import App
from msgspec import Struct

from ledger.identity import Operator
from services.cli import context, run
from services.cli.app import app
from services.house import House
from tests.twins import over_http
from tests.twins.ledgers import Ledger
from tests.twins.people import B

Place = Literal["read", "act", "own files", "keeper"]

_ALL_OF: Final = "SELECT/**/*/**/FROM/**/"
"""Begins a question in SQL, in one word."""

LINES: Final[dict[str, tuple[str, ...]]] = {
    "cases": ("CASE", "CASE --at AT", "CASE --as party:B"),
    "show": ("CASE", "CASE --at AT", "CASE --as party:B", "CASE --true-on INSTANT"),
    "proposals": ("CASE", "CASE --at AT"),
    "audit": ("CASE", "CASE --at AT"),
    "deadlines": ("CASE", "CASE --at AT"),
    "obligations": ("CASE", "CASE --at AT"),
    "neutrality": ("CASE", "CASE --at AT"),
    "releases": ("CASE", "CASE --at AT"),
    "parties": ("CASE", "CASE --at AT"),
    "feedback": ("CASE", "CASE --at AT"),
    "symmetry": ("CASE", "CASE --at AT"),
    "erasures": ("CASE", "CASE --at AT"),
    "accesses": ("CASE",),
    "key list": ("CASE",),
    "document list": ("CASE", "CASE --at AT"),
    "next": ("CASE --all", "CASE"),
    "diff": (
        *("CASE --from AT", "CASE --from FROM --to AT", "CASE --known-on INSTANT"),
        "CASE --known-on INSTANT --true-on INSTANT",
    ),
    "replay": ("CASE", "CASE --at AT", "CASE --steps", "CASE --from FROM --to AT"),
    "why": ("CASE phase", "CASE seen", "CASE parties", "CASE deadlines", "CASE proposals --at AT"),
    "query": (f"{_ALL_OF}audit_trail --case CASE", f"{_ALL_OF}dates --case CASE --at AT"),
    "find": ("NUMBER",),
    "conformance": ("CASE", "CASE --at AT", "CASE --profile icc-2014-style"),
    "what-if": (
        "CASE --without joint:1",
        "CASE --set reply.period_days=12 --set caucus_default=open",
        "CASE --profile icc-2014-style",
    ),
}
"""How each reading command is given for one case; each also with --json."""

WITHOUT_JSON: Final[dict[str, tuple[str, ...]]] = {
    "replay": ("CASE --digest", "CASE --digest --at AT", "CASE --speed 1e15"),
    "query": ("--tables",),
    "schema": ("", "table-proposal", "proposal-tabled"),
    "profile show": ("house-default",),
    "receipt": ("ID", "ID --case CASE", "HIDDEN"),
}
EXPORTS: Final = (
    "--format json -o OUT/case.json",
    "--format html -o OUT/case.html",
    "--format ical -o OUT/dates.ics",
    "--format ical --titles -o OUT/titles.ics",
    "--format bundle -o OUT/bundle",
    "--format bundle -o OUT/bundle.zip",
    "--format pack -o OUT/pack",
    "--format pack --purpose defence -o OUT/defence",
    "--format json --at AT -o OUT/then.json",
    "--format html --at AT -o OUT/then.html",
    "--format bundle --at AT -o OUT/then",
    "--format ndjson -o OUT/ndjson",
    "--format csv --from INSTANT -o OUT/csv",
    "--format parquet -o OUT/parquet",
    "--format ocel -o OUT/ocel",
    "--format ocel-sqlite --at AT -o OUT/ocel-sqlite",
    "--format xes --to INSTANT -o OUT/xes",
    "--format cloudevents --types proposal-tabled -o OUT/cloudevents",
)
"""How `export CASE --for party:B` goes on."""

PLOTS: Final = (
    "plot CASE timeline -o OUT/timeline.svg",
    "plot CASE concession -o OUT/concession.svg",
    "plot CASE dotted -o OUT/dotted.svg",
    "plot CASE timeline --at AT -o OUT/then.svg",
)
"""Pictures of a case."""

ALL_CASES: Final = (
    "cases",
    "cases --json",
    "cases --as party:B",
    "cases --at INSTANT",
    "show",
    "show --json",
    "proposals --json",
    "audit",
    "audit --json",
    "deadlines",
    "deadlines --json",
    "obligations",
    "neutrality",
    "releases --json",
    "parties",
    "feedback",
    "symmetry",
    "learning",
    "learning --tag authority --json",
    "statistics --by year",
    "erasures",
    "accesses",
    "document list",
    "document list --json",
    "replay",
    "replay --digest",
    "replay --json",
    f"query {_ALL_OF}cases",
    f"query {_ALL_OF}audit_trail --json",
    f"query {_ALL_OF}proposals --csv",
    "conformance",
    "conformance --profile icsid-2022-style --json",
    "find Berth",
    "find Port Ltd --json",
    "find Party",
    "find could wait",
    "operator list",
    "operator list --json",
    "profile list",
    "profile list --json",
    "settings",
    "seal",
    "seal --json",
    "witness status",
    "witness status --json",
    "witness policy",
    "plot --all dotted -o OUT/cases.svg",
    "export --all --for party:B --format json -o OUT/all",
    "export --all --for party:B --format bundle -o OUT/bundles",
    "export --all --for party:B --format ndjson -o OUT/lines",
)
"""What B asks of all cases at once, or of the institution."""

WRONG: Final = (
    "feed list",
    "feed list --json",
    "feed parked",
    "feed parked partner --json",
    "feed tail partner",
    "feed replay partner --from 1",
    "feed requeue partner 0192d0a0c1f27c3a8e5b6d7f8091a2b3/7",
    "feed revoke partner",
    "analyst list",
    "analyst list --json",
    "analyst grant x --purpose y",
    "analyst revoke x",
    "witness quorum 1",
    "key list",
    "show GO-2026-9999",
    "show GO-2026-00",
    "show GO-2099",
    "show 00000000000000000000000000000000",
    "show CASE --as registry",
    "show CASE --as mediator",
    "show CASE --as party:A",
    "show CASE --as party:X",
    "show CASE --as auditor",
    "show CASE --as analyst:1",
    "show CASE --as nobody",
    "cases --as registry",
    "audit --as mediator",
    "show OTHER",
    "next OTHER",
    "show CASE --at caucus:A:1",
    "show CASE --at caucus:A:9",
    "show CASE --at desk:A:1",
    "show CASE --at mediators:1",
    "show CASE --at party:A:1",
    "show CASE --at group:A+C:1",
    "show CASE --at registry:1",
    "show CASE --at chair:2",
    "show CASE --at joint:9999",
    "show CASE --at caucus:B:9",
    "show CASE --at 2020-01-01T00:00:00Z",
    "show CASE --at yesterday",
    "diff CASE --from caucus:A:1",
    "diff CASE --from joint:1 --to mediators:1",
    "replay CASE --at caucus:A:2",
    "replay CASE --steps --to caucus:A:2",
    "replay CASE --from caucus:A:1 --json",
    "replay CASE --steps --as party:A",
    "replay CASE --until disclosure-authorised",
    "replay CASE --steps --to 2020-01-01T00:00:00Z",
    "replay CASE --play --speed 0",
    "diff CASE --known-on 2020-01-01T00:00:00Z",
    "diff CASE --known-on caucus:A:1",
    "why CASE items.caucus:A/I1",
    "why CASE seen.caucus:A",
    "why CASE seen.mediators --json",
    "why OTHER phase",
    f"query {_ALL_OF}cases --case CASE --as party:A",
    f"query {_ALL_OF}cases --case OTHER",
    "query DELETE/**/FROM/**/cases",
    "audit CASE --as party:A --json",
    "conformance CASE --as registry",
    "conformance CASE --profile nobodys",
    "conformance OTHER",
    "what-if CASE",
    "what-if CASE --without caucus:A:1",
    "what-if CASE --without caucus:A:9",
    "what-if CASE --set nothing=1",
    "what-if CASE --as mediator --without joint:2",
    "what-if OTHER --without joint:1",
    "releases CASE --as mediator",
    "next CASE --as mediator --all",
    "next CASE --as party:A",
    "accesses CASE --as registry",
    "erasures CASE --as protection",
    "feedback CASE --as mediator",
    "symmetry CASE --as mediator",
    "symmetry CASE --as registry",
    "statistics --as registry",
    "plot CASE timeline --as mediator -o OUT/theirs.svg",
    "key list CASE --as party:A",
    "document list CASE --as party:A",
    "document list OTHER",
    "document get CASE caucus:A:1 -o OUT/document",
    "document get CASE joint:1 -o OUT/document",
    "document get OTHER joint:1 -o OUT/document",
    "document add CASE /dev/null --entry caucus:A:1",
    "receipt HIDDEN",
    "receipt HIDDEN --case CASE",
    "receipt HIDDEN --case OTHER",
    "receipt nothing --case OTHER",
    "receipt nothing",
    "receipt HIDDEN --as registry",
    "export CASE --for party:A --format json -o OUT/a",
    "export CASE --for mediator --format bundle -o OUT/m",
    "export CASE --for registry --format pack -o OUT/r",
    "export --all --full --for registry --format ndjson -o OUT/full",
    "export CASE --for analyst:1 --format ndjson -o OUT/study",
    "export CASE --for party:A --format ndjson -o OUT/l",
    "export --all --for mediator --format csv -o OUT/c",
    "export --all --for registry --format xes -o OUT/x",
    "find GO-2026-9999",
    "find caucus",
    "seal --new-origin because",
    "rebuild",
    "rebuild nothing",
    "operator add x --role registry",
    "operator revoke iyer",
    "profile adopt house-default",
    "profile confirm house-default --all",
    "import commands /dev/null",
    "invite --operator iyer",
    "invite CASE A",
    "invite OTHER A",
    "uninvite voss",
    *over_http.WRONG,
    "act CASE accept-proposal --proposal-id P1 --by A",
    "act CASE contest-entry --target caucus:A:1 --position no --id probe",
)
"""What B may not, or what is not there."""

_OF_FEEDS: Final = (
    *("grant", "change", "revoke", "rotate", "pause", "resume"),
    *("list", "parked", "replay", "requeue", "tail"),
)
_OF_WITNESSES: Final = ("ask", "dismiss", "key", "list", "quorum", "serve", "trust")

PLACES: Final[dict[str, Place]] = {
    **dict.fromkeys((*LINES, *WITHOUT_JSON, "export", "operator list", "profile list"), "read"),
    **dict.fromkeys(("learning", "plot", "statistics", "settings"), "read"),
    "seal": "read",
    "act": "act",
    "new": "act",
    "key bind": "act",
    "document add": "act",
    "document get": "read",
    "key revoke": "act",
    "key new": "own files",
    "key show": "own files",
    "key sign": "own files",
    "profile check": "own files",
    "verify": "own files",
    "operator add": "keeper",
    "operator revoke": "keeper",
    "profile adopt": "keeper",
    "profile confirm": "keeper",
    "import": "keeper",
    "rebuild": "keeper",
    "doctor": "keeper",
    "serve": "keeper",
    "invite": "keeper",
    "uninvite": "keeper",
    **dict.fromkeys(("backup", "restore", "migrate"), "keeper"),
    **dict.fromkeys(("broker config", "broker credentials"), "keeper"),
    **{f"feed {name}": "keeper" for name in _OF_FEEDS},
    **{f"analyst {name}": "keeper" for name in ("grant", "revoke", "list")},
    **{f"witness {name}": "keeper" for name in _OF_WITNESSES},
    **dict.fromkeys(("witness policy", "witness status"), "read"),
}
"""Every command: what B reads by it; what it gives to the desk, whose answers the play compares;
what touches files of the caller alone; what keeps the ledger, of which B must learn nothing."""


def commands(of: App = app, before: tuple[str, ...] = ()) -> Iterator[str]:
    """Name every command of the program."""
    for name in of:
        if not name.startswith("-"):
            inner = of[name]
            if inner.default_command is not None:
                yield " ".join((*before, name))
            yield from commands(inner, (*before, name))


class Asked(Struct, frozen=True):
    """What the words of a line stand for.

    Attributes:
        case: Number of the case, or its id where it has none.
        case_id: Its id.
        other: Number of a case of which B is no party.
        at: Moment, an instant or an entry.
        since: An earlier one.
        instant: An instant.
        command_id: Id of an act of B's.
        hidden: Id of an act that B does not read.
    """

    case: str = "GO-2026-0001"
    case_id: str = ""
    other: str = "GO-2026-0002"
    at: str = "joint:1"
    since: str = "joint:1"
    instant: str = "2026-03-02T10:00:00Z"
    command_id: str = "past-0-0"
    hidden: str = "private-1"

    def words(self, line: str) -> list[str]:
        """Write a line out."""
        meant = {
            "CASE": self.case,
            "NUMBER": self.case,
            "OTHER": self.other,
            "AT": self.at,
            "FROM": self.since,
            "INSTANT": self.instant,
            "ID": self.command_id,
            "HIDDEN": self.hidden,
        }
        return [meant.get(word, word) for word in line.split()]


class Told(Struct, frozen=True):
    """What a command line answered.

    Attributes:
        status: Exit status.
        out: Standard output.
        err: Standard error.
    """

    status: int
    out: str
    err: str


ALWAYS: Final = ("show CASE --json", "next CASE --all --json", "audit CASE --json")
"""What is read of every case: what it shows, what may be done and why not, each entry's trail."""
ABOUT_CASES: Final = tuple(line for line in ALL_CASES if "list" not in line)


def lines_of_case() -> list[str]:
    """List every line that reads a case."""
    lines = [f"{name} {line}" for name, of in LINES.items() for line in of]
    plain = [f"{name} {line}" for name, of in WITHOUT_JSON.items() for line in of]
    return [
        *lines,
        *(f"{line} --json" for line in lines),
        *plain,
        *over_http.LINES,
        *over_http.of_case(),
    ]


def of_case(chance: Random, *, whole: bool) -> Iterator[str]:
    """Draw lines that read a case, and some that may not; all of them for a case read whole.

    But of the addresses a share: what they tell is what the lines tell, in another form.
    """
    exports = [*(f"export CASE --for party:B {line}" for line in EXPORTS), *PLOTS]
    if whole:
        for line in (*lines_of_case(), *WRONG, *exports):
            if line.split()[0] not in OVER_HTTP or chance.random() < VISITED:
                yield line
        return
    yield from ALWAYS
    yield from chance.sample(lines_of_case(), 2)
    yield from chance.sample(WRONG, 1)
    if chance.random() < EXPORTED:
        yield chance.choice(exports)


def of_all(chance: Random, *, alike: bool) -> Iterator[str]:
    """Draw lines that read every case, or what the institution tells everybody."""
    yield from chance.sample((*ALL_CASES, *over_http.of_all()), 5) if alike else ()
    yield from chance.sample([line for line in ALL_CASES if line not in ABOUT_CASES], 2)


EXPORTED: Final = 0.15
"""The share of cases that are exported in some form."""
OVER_HTTP: Final = ("GET", "VISIT", "POST")
VISITED: Final = 0.25
"""The share of all addresses that is asked of a case read whole."""


def asked(ledger: Ledger, words: Sequence[str], out: Path, operator: str = B) -> Told:
    """Run a command line as somebody, in this process, on a ledger that is open.

    `GET`, `VISIT` and `POST` are none: they ask the same of the API and the pages.
    """
    if words[0] in OVER_HTTP:
        return Told(*over_http.got(ledger, words, operator))
    told, said = io.StringIO(), io.StringIO()
    words = [word.replace("OUT", str(out)) for word in words]
    variables = {"GOODOFFICES_OPERATOR": operator, "GOODOFFICES_DATA": str(ledger.folder)}
    with (
        patch.dict(os.environ, variables),
        patch.object(context, "house", partial(_held, ledger, operator)),
        redirect_stdout(told),
        redirect_stderr(said),
    ):
        status = run(list(words))
    where = (str(out), str(ledger.folder))
    return Told(status, _placeless(told.getvalue(), where), _placeless(said.getvalue(), where))


def _placeless(text: str, folders: tuple[str, ...]) -> str:
    for folder in folders:
        text = text.replace(folder, "FOLDER")
    return text


@contextmanager
def _held(
    ledger: Ledger, operator: str, *, create: bool = False
) -> Iterator[tuple[House, Operator]]:
    """Stand in for opening the ledger anew, which costs more than any command."""
    assert not create or ledger.folder.exists(), "it is there"
    house = ledger.house
    house.command = context._command[0]
    yield house, ledger.operator(operator)
    context._destroy(house)
