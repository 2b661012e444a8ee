"""Analysts on real ledgers: what they may do, and that nothing of a person is in what they get."""

import io
import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, redirect_stderr, redirect_stdout
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple, get_args
from unittest.mock import patch

import duckdb
import msgspec
import pytest

from ledger.casefile import CaseFile
from ledger.errors import RuleViolation
from ledger.identity import Operator
from ledger.rooms import WHOLE, kind_of
from ledger.store.reader import Reader
from projections import replay
from services import cli
from services.analysts import analyst_grants
from services.clock import FakeClock, SystemClock
from services.demo.load import open_demo
from services.exports.rows import COLUMNS
from services.exports.taking import Table
from services.house import House, open_house
from services.imports.run import import_file
from services.library import PROJECTIONS
from services.reading.eyes import Eyes
from services.reading.sources import folded
from services.reading.tokens import texts_of
from services.settings import Settings
from tests import examples
from tests.live.ledgers import clerk, give, opened, tell
from tests.spec import START

pytestmark = [pytest.mark.live, pytest.mark.slow]

CASINO: Final = Path(__file__).parents[3] / "shared" / "data" / "casino_test_100.json"
CLERK: Final = Operator(name="clerk", roles=("registry",))
ANA: Final = "ana"
TABLES: Final[tuple[Table, ...]] = get_args(Table)
MARK_MIN: Final = 10
"""Shorter texts stand in many things by chance."""
READ: Final = (
    "cases",
    "cases --json",
    "show",
    "show --json",
    "proposals",
    "proposals --json",
    "deadlines --json",
    "obligations --json",
    "replay --json",
    "replay --digest",
    "replay CASE --steps --json",
    "diff CASE --from joint:1 --json",
    "query|SELECT * FROM parties|--json",
    "conformance CASE --json",
    "symmetry CASE --json",
)
TIMELESS: Final = (
    "cases --json",
    "proposals --json",
    "deadlines --json",
    "replay --json",
    "replay CASE --steps --json",
    "query|SELECT * FROM cases|--json",
)
"""What does not tell when it was asked."""


class Told(NamedTuple):
    """What a command line answered."""

    status: int
    out: str
    err: str


def asked(folder: Path, line: str, operator: str = ANA) -> Told:
    """Run a command line as somebody, in this process."""
    said, told = io.StringIO(), io.StringIO()
    environment = {"GOODOFFICES_OPERATOR": operator, "GOODOFFICES_DATA": str(folder)}
    with patch.dict("os.environ", environment), redirect_stdout(said), redirect_stderr(told):
        status = cli.run(line.split("|") if "|" in line else line.split())
    return Told(status, said.getvalue(), told.getvalue())


def entrusted(folder: Path) -> None:
    """Add two analysts, and give one of them a grant; another grant is nobody's."""
    for line in (
        f"operator add {ANA} --role analyst",
        "operator add bo --role analyst",
        f"analyst grant stalls --purpose study --to {ANA}",
        "analyst grant other --purpose study",
    ):
        assert asked(folder, line, CLERK.name).status == 0, line


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Take real talks in, for an analyst."""
    if not CASINO.exists():
        pytest.skip(f"no real records in {CASINO.parent}")
    folder = tmp_path_factory.mktemp("talks") / "ledger"
    settings = Settings(data=folder, operator=CLERK.name)
    with open_house(settings, create=True, clock=SystemClock()) as house:
        import_file(house.desk, CLERK, "casino", CASINO, limit=12)
    entrusted(folder)
    return folder


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tell the demo's stories, with caucuses, persons and places, for an analyst."""
    folder = tmp_path_factory.mktemp("stories") / "ledger"
    open_demo(Settings(data=folder, operator=CLERK.name), lambda _: None)
    entrusted(folder)
    return folder


def held(folder: Path) -> "House":
    """Open a ledger."""
    return open_house(Settings(data=folder, operator=CLERK.name), clock=SystemClock())


def marks(reader: Reader, cases: list[Any]) -> set[str]:
    """Collect what nobody may find: all that was said anywhere, and everybody's name."""
    found: set[str] = set()
    for case_id in cases:
        for read, sealed in reader.read_case(case_id):
            content = reader.content(sealed)
            said = {} if content is None else msgspec.json.decode(content)
            found |= {t for t in texts_of(said) if len(t) >= MARK_MIN and not _is_ours(t)}
            if "names" in said:
                found |= set(texts_of(said["names"]))
            frame = read.frame
            found |= {who.rpartition(":")[2] for who in (frame.actor, frame.entered_by)}
            if kind_of(frame.room) in ("caucus", "party"):
                found |= {frame.room.partition(":")[2]}
    return {mark for mark in found if len(mark) > 2 and mark not in ("clock", "registry", "import")}


def _is_ours(text: str) -> bool:
    """Tell whether a text is a day, an amount or a word that a form offers."""
    return re.fullmatch(r"[0-9 .:%TZ\"+-]+|[a-z_]+", text) is not None


def written(folder: Path) -> str:
    """Read everything an export holds, columns opened by a reader of their own."""
    parts: list[str] = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        parts.append(str(path.relative_to(folder)))
        parts.append(path.read_bytes().decode("utf-8", "replace"))
        if path.suffix == ".parquet":
            rows = duckdb.sql(f"SELECT COLUMNS(*)::VARCHAR FROM read_parquet('{path}')")
            assert rows is not None
            parts += [str(value) for row in rows.fetchall() for value in row]
        elif path.read_bytes()[:6] == b"SQLite":
            with closing(sqlite3.connect(path)) as database:
                parts += database.iterdump()
    return "\n".join(parts)


def found_in(text: str, marks_: set[str]) -> set[str]:
    """Name the marks that stand in a text, as words."""
    near = text.replace("\\u2019", "\u2019")
    return {m for m in marks_ if m in near and re.search(rf"(?<!\w){re.escape(m)}(?!\w)", near)}


@pytest.fixture(scope="module")
def demographics() -> set[str]:
    """Collect what the authors noted of who took part."""
    people = [p for d in json.loads(CASINO.read_text()) for p in d["participant_info"].values()]
    told = {str(v) for p in people for v in (*p["demographics"].values(), p["personality"]["svo"])}
    return {text for text in told if not text.isdigit()}


@pytest.mark.parametrize("form", TABLES)
def test_no_export_of_talks_tells_who_somebody_is(
    talks: Path, demographics: set[str], tmp_path: Path, form: Table
) -> None:
    """No demographic value, no name, no word that was said, in the open or in confidence."""
    with held(talks) as house:
        house.views.bring_to_head()
        known = marks(house.ledger.reader, list(house.views.case_ids()))
    assert len(known) > 100
    target = tmp_path / "out"
    told = asked(talks, f"export --all --for analyst:stalls --format {form} -o {target}")
    assert told.status == 0, told.err
    text = written(target)
    assert text.count("case-") >= 12
    assert found_in(text, known | demographics | {"casino"}) == set()


@pytest.mark.parametrize("form", ["ndjson", "parquet", "ocel-sqlite"])
def test_no_export_of_stories_tells_who_somebody_is(
    stories: Path, tmp_path: Path, form: Table
) -> None:
    """Caucuses, sides' own rooms, offices, places, documents and persons among them."""
    with held(stories) as house:
        house.views.bring_to_head()
        known = marks(house.ledger.reader, list(house.views.case_ids()))
    target = tmp_path / "out"
    told = asked(stories, f"export --all --for analyst:stalls --format {form} -o {target}")
    assert told.status == 0, told.err
    text = written(target)
    assert found_in(text, known | {"Europe/Oslo", "caucus:"}) == set()
    assert "GO-20" not in text


@pytest.mark.parametrize("of", ["talks", "stories"])
def test_no_command_tells_an_analyst_who_somebody_is(
    request: pytest.FixtureRequest, of: str
) -> None:
    """Whatever an analyst may read, on the terminal and as JSON."""
    folder: Path = request.getfixturevalue(of)
    with held(folder) as house:
        house.views.bring_to_head()
        known = marks(house.ledger.reader, list(house.views.case_ids()))
    number = json.loads(asked(folder, "cases --json").out)[0]["number"]
    for line in READ:
        told = asked(folder, line.replace("CASE", number))
        assert told.status == 0, (line, told.err)
        assert told.out
        assert found_in(told.out, known) == set(), line


def test_the_common_record_is_folded_alike_under_pseudonyms(stories: Path) -> None:
    """So that phases, outcomes, statuses and dates are those of the case."""
    with held(stories) as house:
        house.command = "replay"
        study = Eyes(house, house.desk.operator(CLERK.name), "analyst:stalls")
        house.views.bring_to_head()
        whole = {_begun(file): file for file in map(house.load, house.views.case_ids())}
        for looked in study.looks(None):
            plain = whole[_begun(looked.file)].seen_by({"joint": WHOLE})
            assert (looked.case.phase, looked.case.outcome) == (plain.phase, plain.outcome)
            theirs = [p.status for p in looked.case.negotiation.proposals.values()]
            assert theirs == [p.status for p in plain.negotiation.proposals.values()]
            dates = [(d.set.rule, d.on, d.status) for d in looked.case.deadlines.book.values()]
            assert dates == [(d.set.rule, d.on, d.status) for d in plain.deadlines.book.values()]
            texts = [(i.status, i.scope) for i in looked.case.settlement.instruments.values()]
            assert texts == [(i.status, i.scope) for i in plain.settlement.instruments.values()]


def _begun(file: CaseFile) -> datetime:
    """Return when the common record of a case begins."""
    return next(frame.recorded for frame in file.frames if frame.room == "joint")


def test_two_quarters_of_a_grant_can_be_joined_and_two_grants_cannot(
    talks: Path, tmp_path: Path
) -> None:
    """One grant's pseudonyms are its own, whenever they are written."""
    ids: dict[str, set[str]] = {}
    for name, viewer in (("a", "stalls"), ("b", "stalls"), ("c", "other")):
        line = f"export --all --for analyst:{viewer} --format ndjson -o {tmp_path / name}"
        assert asked(talks, line, CLERK.name).status == 0
        rows = [json.loads(row) for row in _lines(tmp_path / name)]
        keys = ("stream", "event_id", "actor", "case_id", "case", "correlation", "leaf_hash")
        ids[name] = {str(row[key]) for row in rows for key in keys if row[key] != "clock"}
    assert ids["a"] == ids["b"]
    assert not ids["a"] & ids["c"]


def _lines(folder: Path) -> list[str]:
    (path,) = folder.glob("*.ndjson")
    return path.read_text().splitlines()


def test_a_manifest_says_what_was_taken_out(talks: Path, tmp_path: Path) -> None:
    """And rows say that something was, not what; instants and numbers are as recorded."""
    target = tmp_path / "out"
    assert (
        asked(talks, f"export --all --for analyst:stalls --format ndjson -o {target}").status == 0
    )
    manifest = json.loads((target / "manifest.json").read_text())
    assert manifest["viewer"] == "analyst:stalls"
    assert manifest["redaction"]["policy"] == "analyst/1"
    rows = [json.loads(row) for row in _lines(target)]
    said = [row for row in rows if row["type"] == "statement-recorded"]
    assert {row["withheld"] for row in said} == {"redacted"}
    assert not any("text" in row["data"] for row in said)
    offers = [row for row in rows if row["type"] == "proposal-tabled"]
    shares = [c["params"].values() for row in offers for c in row["data"]["clauses"]]
    assert shares
    assert all(isinstance(share, int) for fixed in shares for share in fixed)
    assert {row["room"] for row in rows} == {"joint"}
    assert set(COLUMNS) <= set(rows[0])


def test_a_case_is_found_by_its_pseudonym_alone(talks: Path) -> None:
    """Its number and reference are as unknown to an analyst as one that is not there."""
    (first, *_) = json.loads(asked(talks, "cases --json").out)
    number = first["number"]
    assert json.loads(asked(talks, f"show {number} --json").out)["number"] == number
    assert asked(talks, f"replay {number[:9]} --digest").status == 0
    refused = asked(talks, "show casino:1")
    assert (refused.status, "there is no case 'casino:1'" in refused.err) == (1, True)
    same = asked(talks, "show casino:1", "bo").err
    assert refused.err == same


def test_who_is_not_bound_to_a_grant_learns_nothing_of_it(talks: Path) -> None:
    """Not even that it is there."""
    mine, none = (asked(talks, f"cases --as analyst:{g}", "bo").err for g in ("stalls", "nothing"))
    assert mine.replace("stalls", "X") == none.replace("nothing", "X")
    assert "grant_is_known" in mine
    assert asked(talks, "cases", "bo").out.splitlines()[1:] == []


@pytest.mark.parametrize(
    "line",
    [
        "audit --as analyst:stalls",
        "parties --as analyst:stalls",
        "accesses --as analyst:stalls",
        "export --all --for analyst:stalls --format json -o OUT",
        "export --all --for analyst:stalls --format bundle -o OUT",
    ],
)
def test_what_no_pseudonym_covers_is_refused(talks: Path, tmp_path: Path, line: str) -> None:
    """With a rule, and what there is instead."""
    told = asked(talks, line.replace("OUT", str(tmp_path / "out")))
    assert (told.status, told.out) == (1, "")
    assert "analysts_see_pseudonyms" in told.err
    assert not (tmp_path / "out").exists()


def test_what_opens_the_record_is_out_of_reach(talks: Path) -> None:
    """For code of ours that would go around the veil as well."""
    with held(talks) as house:
        house.command = "replay"
        look = next(Eyes(house, house.desk.operator(ANA)).looks(None))
        with pytest.raises(RuleViolation) as refused:
            look.record.reader.head()
        assert refused.value.rule == "analysts_see_pseudonyms"
        assert replay.digest(folded(look, *PROJECTIONS))


def test_nothing_an_analyst_gets_tells_of_what_is_said_in_confidence(tmp_path: Path) -> None:
    """Two ledgers with one past, in one of them a caucus and a private draft more."""
    one, other = tmp_path / "one", tmp_path / "other"
    with opened(one, unbound=True, clock=FakeClock(START, timedelta(minutes=1))) as house:
        case = tell(house, [*examples.mediating(), examples.tabled(by="A")])
    entrusted(one)
    (number,) = (told["number"] for told in json.loads(asked(one, "cases --json").out))
    shutil.copytree(one, other)
    with opened(other, unbound=True) as house:
        for order in examples.caucused(said="We would go lower."):
            assert give(house, order, case).done
        assert len(house.load(house.resolve(case, clerk(house))).seqs) > 1
    for line in (*TIMELESS, "export --all --for analyst:stalls --format csv -o OUT/study"):
        line_of = line.replace("CASE", number)
        told = [asked(folder, line_of.replace("OUT", str(folder))) for folder in (one, other)]
        assert {t.status for t in told} == {0}, told
        assert (
            len({t.out.replace(str(f), "") for t, f in zip(told, (one, other), strict=True)}) == 1
        )
    rows = [(folder / "study" / "events.csv").read_bytes() for folder in (one, other)]
    assert rows[0] == rows[1]


def test_a_look_of_an_analyst_is_written_down(talks: Path) -> None:
    """Under the case's own id, so that its parties read of it."""
    assert asked(talks, "show").status == 0
    with held(talks) as house:
        house.views.bring_to_head()
        seen = [a for c in house.views.case_ids() for a in house.accesses.of_case(c)]
    lines = [line for line in seen if line.command == "show" and line.viewer == "analyst:stalls"]
    assert len({line.case_id for line in lines}) == 12
    assert {line.person for line in lines} == {"person:ana"}
    assert {tuple(line.rooms) for line in lines} == {("joint",)}


def test_a_revoked_grant_shows_nothing_and_its_secret_is_gone(stories: Path) -> None:
    """Another grant of the same name has other pseudonyms."""
    assert asked(stories, "analyst|grant|brief|--purpose|a study", CLERK.name).status == 0
    before = asked(stories, "cases --as analyst:brief --json", CLERK.name).out
    with held(stories) as house:
        given = analyst_grants(house.ledger.reader, house.ledger.institution_id)
        granted = given.live["brief"].granted
        kept = house.ledger.keys.secret(f"analyst/{granted}")
    assert asked(stories, "analyst revoke brief", CLERK.name).status == 0
    assert asked(stories, "cases --as analyst:brief", CLERK.name).status == 1
    with held(stories) as house:
        raw = b"".join(p.read_bytes() for p in (stories / "keys").iterdir())
        institution = house.ledger.keys._institution  # the wrapped form of what was destroyed
        assert institution.wrap(kept) not in raw
    assert asked(stories, "analyst|grant|brief|--purpose|a study", CLERK.name).status == 0
    after = asked(stories, "cases --as analyst:brief --json", CLERK.name).out
    assert len(json.loads(after)) == len(json.loads(before)) == 3
    assert not {c["number"] for c in json.loads(before)} & {c["number"] for c in json.loads(after)}


def test_words_are_shown_under_a_grant_of_words_without_the_names(stories: Path) -> None:
    """Those the record knows; the demo's parties and persons are called by them."""
    line = "analyst|grant|words|--purpose|p|--free-text|--consent|Agreed.|--approved-by|person:berg"
    given = asked(stories, line, CLERK.name)
    assert given.status == 0, given.err
    shown = asked(stories, "show --json --as analyst:words", CLERK.name).out
    plain = asked(stories, "show --json --as analyst:stalls", CLERK.name).out
    assert len(shown) > len(plain)
    with held(stories) as house:
        names = {
            name
            for case_id in house.views.case_ids()
            for read, sealed in house.ledger.reader.read_case(case_id)
            if read.frame.room == "joint"
            for name in _named(house.ledger.reader.content(sealed))
        }
    assert names
    assert found_in(shown, names) == set()


def _named(content: bytes | None) -> Iterator[str]:
    yield from texts_of({} if content is None else msgspec.json.decode(content).get("names", {}))
