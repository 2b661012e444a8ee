"""Exports for analysts say what the viewer may see, in every form, to readers of others."""

import json
import resource
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256, shake_256
from pathlib import Path
from typing import Any, get_args

import polars as pl
import pytest
from msgspec.structs import replace

from ledger.envelope import tag_of
from ledger.errors import DecodeError, RuleViolation, StoreFault
from services.cli import run
from services.clock import FakeClock
from services.exports import taking
from services.exports.boxes import folder_for
from services.exports.formats.parquet import HELD_ROWS
from services.exports.formats.writing import About
from services.exports.manifest import MANIFEST
from services.exports.redacting import Redacting
from services.exports.rows import ALL, COLUMNS, Chosen, Row, rows
from services.exports.taking import Table, Taking, _write_of, read_chosen, take
from services.house import House
from services.reading import Eyes
from tests import examples
from tests.live.ledgers import CLERK, ROOT, clerk, opened, tell
from tests.newcomer import FENCE
from tests.spec import START
from tests.tables import FORMS, LINES, asked, counted, objects, traces

CANARY = "heliotrope"
HOSTILE = 'Port, "Brevik";\n<b>\'=1+1\' & \U0001f6a2 ميناء بريفيك \\n {"a": 1}'
CONTROLS = "".join(map(chr, [*range(32), *range(127, 160), 0xFFFE]))
ROW = Row(
    stream="0" * 32,
    seq=1,
    event_id=f"{'0' * 32}/1",
    type="statement-recorded",
    recorded=START,
    occurred=None,
    actor=f"person:{HOSTILE}",
    role="party",
    acting_for="party:A",
    proposal_id=None,
    causation=None,
    correlation="c",
    schema_version=1,
    data={"text": HOSTILE + CONTROLS},
    leaf_hash="f" * 64,
    case_id="01900000-0000-7000-8000-000000000000",
    case=HOSTILE,
    room="joint",
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    """Open a demo ledger with two cases, one with hostile texts and a caucus."""
    private = examples.caucused("A", CANARY)
    offer = examples.tabled(clauses=[examples.clause(text=HOSTILE)])
    steps = [*examples.mediating(), offer, *private, examples.accepted()]
    clock = FakeClock(START, timedelta(minutes=1))
    with opened(tmp_path_factory.mktemp("told"), unbound=True, clock=clock) as house:
        number = tell(house, steps)
        tell(house, examples.registered())
        yield house, number


def eyes(house: House, viewer: str) -> Eyes:
    """Look with somebody's eyes."""
    return Eyes(house, clerk(house), viewer)


def taken(house: House, target: Path, form: str, viewer: str = "party:A", **more: Any) -> Path:  # noqa: ANN401 - fields of Taking
    """Export for analysts."""
    return take(eyes(house, viewer), target, Taking(form, viewer, **more))  # type: ignore[arg-type] # a form from the list of them


def manifest(folder: Path) -> dict[str, Any]:
    """Read what an export says of itself."""
    found: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    return found


def test_the_forms_tried_here_are_all_there_are() -> None:
    """A new one gets its reader."""
    assert set(FORMS) == set(get_args(Table))


def test_rows_are_what_the_viewer_sees_in_the_order_of_recording(told: tuple[House, str]) -> None:
    """Each entry once, named by room and sequence, with all of its columns."""
    house, number = told
    look = eyes(house, "party:A").look(number)
    found = list(rows(look))
    assert [f"{row.room}:{row.seq}" for row in found] == [k.frame.ref for k in look.kept]
    assert [row.event_id for row in found] == [f"{row.stream}/{row.seq}" for row in found]
    assert [row.type for row in found] == [tag_of(type(k.frame.event)) for k in look.kept]
    assert {row.case for row in found} == {number}
    assert any(CANARY in str(row.data) for row in found)
    assert any(str(row.data.get("clauses", [{}])[0].get("text")) == HOSTILE for row in found)


def test_what_a_viewer_does_not_read_is_in_no_row(told: tuple[House, str]) -> None:
    """Neither the words of a caucus nor that there was one."""
    house, number = told
    for viewer in ("party:B", "registry"):
        found = list(rows(eyes(house, viewer).look(number)))
        assert CANARY not in str(found)
        assert "caucus:A" not in {row.room for row in found}


@pytest.mark.parametrize("form", FORMS)
def test_readers_of_others_count_what_the_manifest_counts(
    told: tuple[House, str], tmp_path: Path, form: str
) -> None:
    """Cases, events and objects, of one case and of all."""
    house, number = told
    for case, cases in ((None, 2), (number, 1)):
        folder = taken(house, tmp_path / str(case), form, case=case)
        counts = manifest(folder)["counts"]
        assert counts["cases"] == cases
        assert counted(form, folder) == (cases, counts["events"], counts["objects"])


@pytest.mark.parametrize("form", FORMS)
def test_an_export_without_an_entry_is_read_as_well(
    told: tuple[House, str], tmp_path: Path, form: str
) -> None:
    """Nothing was recorded before the case; every table and column is there."""
    house, _ = told
    chosen = Chosen(until=START - timedelta(days=1))
    folder = taken(house, tmp_path / "none", form, chosen=chosen)
    assert manifest(folder)["counts"]["events"] == 0
    assert counted(form, folder)[:2] == (0, 0)


@pytest.mark.parametrize("form", FORMS)
def test_hostile_texts_come_back_as_they_were(tmp_path: Path, form: str) -> None:
    """Commas, quotes, new lines, ships, letters from right to left, every control character."""
    box = folder_for(tmp_path / "out", MANIFEST, force=False)
    _write_of(form)(box, iter([ROW]), About("0" * 32, START))  # type: ignore[arg-type] # a form from the list of them
    folder = box.close()
    if form in LINES:
        ((data, actor),) = asked(form, folder, "data, actor")
    elif form == "xes":
        (event,) = traces(folder).to_dicts()
        data, actor = event["data"], event["org:resource"]
        assert event["case:concept:name"] == HOSTILE
    else:
        found = objects(form, folder)
        (event,) = found["events"].to_dicts()
        data, actor = event["data"], event["actor"]
        assert HOSTILE in found["objects"]["name"]
    assert json.loads(data) == ROW.data
    assert actor == ROW.actor


def test_a_trace_spells_what_xml_cannot_carry(tmp_path: Path) -> None:
    """As JSON does, so that a reader finds a text and no fault."""
    box = folder_for(tmp_path / "out", MANIFEST, force=False)
    row = replace(ROW, case=f"a{CONTROLS}b")
    _write_of("xes")(box, iter([row]), About("0" * 32, START))
    (name,) = traces(box.close())["case:concept:name"]
    assert name.startswith("a\\u0000\\u0001")
    assert "\t\n" in name


@pytest.mark.parametrize("form", ["ocel", "ocel-sqlite"])
def test_every_event_is_related_to_its_case_and_to_nothing_unknown(
    told: tuple[House, str], tmp_path: Path, form: str
) -> None:
    """Each relation says how; a proposal is one object, whoever speaks of it."""
    house, _ = told
    found = objects(form, taken(house, tmp_path / "log", form, viewer="mediator"))
    relations = found["relations"].to_dicts()
    known = set(found["objects"]["ocel:oid"])
    assert {one["ocel:oid"] for one in relations} <= known
    assert set(found["o2o"]["ocel:oid_2"]) <= known
    assert all(one["ocel:qualifier"] for one in relations)
    of_case = [one["ocel:eid"] for one in relations if one["ocel:qualifier"] == "case"]
    assert sorted(of_case) == sorted(found["events"]["ocel:eid"])
    kinds = found["objects"].to_dicts()
    assert [one["name"] for one in kinds if one["ocel:type"] == "proposal"] == ["P1"]


def test_the_two_object_centric_forms_say_the_same(told: tuple[House, str], tmp_path: Path) -> None:
    """Events, objects and relations alike."""
    house, _ = told
    logs = [objects(form, taken(house, tmp_path / form, form)) for form in ("ocel", "ocel-sqlite")]
    for table, key in (("events", "ocel:eid"), ("objects", "ocel:oid"), ("relations", "ocel:eid")):
        ids = [sorted(log[table][key]) for log in logs]
        assert ids[0] == ids[1]


def test_declared_values_are_texts_with_a_time(told: tuple[House, str], tmp_path: Path) -> None:
    """As the readers want them; times end in Z with at most microseconds."""
    house, _ = told
    log = json.loads((taken(house, tmp_path / "log", "ocel") / "log.ocel.json").read_text())
    declared = {of["name"]: {a["name"] for a in of["attributes"]} for of in log["eventTypes"]}
    for event in log["events"]:
        assert {one["name"] for one in event["attributes"]} <= declared[event["type"]]
        assert all(isinstance(one["value"], str) for one in event["attributes"])
        assert datetime.fromisoformat(event["time"]).tzinfo == UTC
        assert event["time"].endswith("Z")
    for one in log["objects"]:
        assert all(
            a["time"].endswith("Z") and isinstance(a["value"], str) for a in one["attributes"]
        )
    ids = [event["id"] for event in log["events"]] + [one["id"] for one in log["objects"]]
    assert len(ids) == len(set(ids))


def test_adjoining_ranges_make_up_the_whole(told: tuple[House, str], tmp_path: Path) -> None:
    """The end of one is the beginning of the next, and no entry is in both."""
    house, number = told
    recorded = [row.recorded for row in rows(eyes(house, "party:A").look(number))]
    middle = recorded[len(recorded) // 2]
    parts: list[dict[str, Any]] = []
    for name, chosen in (("a", Chosen(until=middle)), ("b", Chosen(since=middle))):
        folder = taken(house, tmp_path / name, "ndjson", case=number, chosen=chosen)
        parts += map(json.loads, (folder / "events.ndjson").read_text().splitlines())
    assert [part["recorded"] for part in parts] == sorted(part["recorded"] for part in parts)
    assert len({part["event_id"] for part in parts}) == len(parts) == len(recorded)


def test_types_are_chosen_by_name(told: tuple[House, str], tmp_path: Path) -> None:
    """And the manifest says so."""
    house, _ = told
    chosen = read_chosen(None, None, "proposal-tabled, proposal-accepted,proposal-tabled")
    said = manifest(taken(house, tmp_path / "out", "csv", chosen=chosen))
    assert said["counts"]["types"] == {"proposal-accepted": 1, "proposal-tabled": 1}
    assert said["filter"]["types"] == ["proposal-tabled", "proposal-accepted"]


def test_a_manifest_says_what_the_export_is(told: tuple[House, str], tmp_path: Path) -> None:
    """For whom, of what, how much, and each file by its hash; for its owner alone."""
    house, number = told
    folder = taken(house, tmp_path / "out", "parquet", case=number)
    said = manifest(folder)
    assert (said["format"], said["viewer"], said["complete"]) == ("parquet", "party:A", True)
    assert said["filter"] == {"every": False, "case": number, "types": []}
    assert said["columns"] == list(COLUMNS)
    assert said["range"]["first"] < said["range"]["last"]
    (file,) = said["files"]
    data = (folder / file["name"]).read_bytes()
    assert (file["bytes"], file["sha256"]) == (len(data), sha256(data).hexdigest())
    assert file["name"] == f"events/month={START:%Y-%m}/part-0.parquet"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_month_has_a_file_where_it_has_a_row(told: tuple[House, str], tmp_path: Path) -> None:
    """Rows lie in the folder of the month in which they were recorded, in the order of the ledger.

    More rows than a lot and than a row group, so that each is begun more than once.
    """
    house, _ = told

    def spread(found: Iterator[Row]) -> Iterator[Row]:
        first = next(found)
        for seq in range(2 * HELD_ROWS):
            later = first.recorded + timedelta(days=31 * (seq % 3))
            yield replace(first, seq=seq, event_id=f"{first.stream}/{seq}", recorded=later)

    folder = taken(house, tmp_path / "out", "parquet", redacting=Redacting(spread))
    files = [folder / file["name"] for file in manifest(folder)["files"]]
    read = [pl.read_parquet(file) for file in sorted(files)]
    assert sum(table.height for table in read) == 2 * HELD_ROWS
    for number, (file, table) in enumerate(zip(sorted(files), read, strict=True)):
        assert table["seq"].to_list() == list(range(number, 2 * HELD_ROWS, 3))
        assert set(table["recorded"].dt.strftime("month=%Y-%m")) == {file.parent.name}


def test_what_is_recorded_meanwhile_is_in_no_case(told: tuple[House, str]) -> None:
    """Every case is read as of the instant at which the export began."""
    house, number = told
    look = eyes(house, "party:A").look(number)
    whole = [row.recorded for row in rows(look)]
    assert list(rows(look, replace(ALL, recorded_by=whole[0])))[-1].recorded == whole[0]


def test_progress_tells_an_office_of_how_many(
    told: tuple[House, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as it will be; who reads less than whole rooms is told how many so far."""
    house, _ = told
    monkeypatch.setattr(taking, "EVENTS_A_STEP", 1)
    middle = START + timedelta(minutes=5)
    wholes = [ALL, Chosen(since=middle), Chosen(until=middle), Chosen(types=("deadline-set",))]
    for name, chosen in enumerate(wholes):
        office, party = list[tuple[int, int | None]](), list[tuple[int, int | None]]()
        for viewer, seen in (("registry", office), ("party:A", party)):
            note = partial(_note, seen)
            taken(house, tmp_path / f"{name}-{viewer}", "csv", viewer, chosen=chosen, progress=note)
        assert office == [(done, len(office)) for done in range(1, len(office) + 1)]
        assert {total for _, total in party} <= {None}


def _note(seen: list[tuple[int, int | None]], done: int, total: int | None) -> None:
    seen.append((done, total))


# ---------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (("2026-03-02T10:00:00Z", "2026-03-01T10:00:00Z", None), "--to"),
        (("2026-03-02T10:00:00Z", "2026-03-02T11:00:00+01:00", None), "--to"),
        (("yesterday", None, None), "--from"),
        ((None, "2026-03-01T10:00:00", None), "--to"),
        ((None, None, "proposal-tabled,nonsense"), "--types"),
        ((None, None, ""), "--types"),
    ],
)
def test_a_range_that_cannot_be_is_refused(
    given: tuple[str | None, str | None, str | None], field: str
) -> None:
    """Reversed, empty, no instant, no such event: the field is named."""
    with pytest.raises(DecodeError) as caught:
        read_chosen(*given)
    assert caught.value.field == field
    assert caught.value.needs


def test_a_folder_that_is_there_is_left_alone(told: tuple[House, str], tmp_path: Path) -> None:
    """Only an export is replaced, and only when asked to."""
    house, _ = told
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("mine")
    for force in (False, True):
        with pytest.raises(DecodeError, match="is there already"):
            taken(house, mine, "csv", force=force)
    with pytest.raises(DecodeError, match="csv makes a folder"):
        taken(house, tmp_path / "out.zip", "csv")
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "letter.txt"]
    folder = taken(house, tmp_path / "out", "csv")
    with pytest.raises(DecodeError, match="is there already"):
        taken(house, folder, "ndjson")
    taken(house, folder, "ndjson", force=True)
    assert sorted(path.name for path in folder.iterdir()) == ["events.ndjson", MANIFEST]


@pytest.mark.parametrize("form", FORMS)
def test_a_full_disk_leaves_nothing_behind(
    told: tuple[House, str], tmp_path: Path, form: str
) -> None:
    """Whatever was written up to there is taken away again."""
    house, _ = told
    with full(2_000_000), pytest.raises(StoreFault, match="cannot be written"):
        taken(house, tmp_path / "out", form, redacting=Redacting(many))
    assert list(tmp_path.iterdir()) == []


def many(found: Iterator[Row]) -> Iterator[Row]:
    """Make more of the first row than fits."""
    for row in found:
        for seq in range(4_000):
            said = {"text": shake_256(str(seq).encode()).hexdigest(700)}
            yield replace(row, seq=seq, event_id=f"{row.stream}/{seq}", data=said)
        return


@contextmanager
def full(size: int) -> Iterator[None]:
    """Let no file grow beyond a size."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("form", FORMS)
def test_an_export_that_breaks_off_leaves_nothing_behind(
    told: tuple[House, str], tmp_path: Path, form: str
) -> None:
    """A case nobody may read this way, after others were written."""
    house, _ = told

    def broken(found: Iterator[Row]) -> Iterator[Row]:
        yield next(found)
        raise RuleViolation("viewer_is_within_role", "no")

    with pytest.raises(RuleViolation):
        taken(house, tmp_path / "out", form, redacting=Redacting(broken))
    assert list(tmp_path.iterdir()) == []


def test_without_pyarrow_the_word_is_what_to_install(
    told: tuple[House, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is an extra."""
    house, _ = told
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(StoreFault) as caught:
        taken(house, tmp_path / "out", "parquet")
    assert "good-offices-ledger[analysis]" in caught.value.needs
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "given",
    [
        ("--format json --from 2026-03-02T10:00:00Z", "--from"),
        ("--format bundle --to 2026-03-02T10:00:00Z", "--to"),
        ("--format pack --types proposal-tabled", "--types"),
        ("--format csv --only joint:1", "--only"),
        ("--format csv --frames-only joint:1", "--frames-only"),
        ("--format xes --purpose defence", "--purpose"),
        ("--format xes --recipient Court", "--recipient"),
        ("--format xes --titles", "--titles"),
    ],
)
def test_a_flag_of_another_format_is_refused(
    told: tuple[House, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    given: tuple[str, str],
) -> None:
    """What would be passed over in silence is named; nothing is written."""
    (house, number), (line, flag) = told, given
    monkeypatch.setenv("GOODOFFICES_OPERATOR", CLERK)
    words = ["export", number, "--for", "registry", *line.split(), "-o", str(tmp_path / "out")]
    assert run([*words, "--data", str(house.ledger.folder)]) == 2
    assert f"{flag}: " in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- the page


def test_the_lines_of_the_page_load_what_was_exported(
    told: tuple[House, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB, Polars and r4pm as docs/exports.md has them, on folders named by their form."""
    house, _ = told
    for form in FORMS:
        taken(house, tmp_path / form, form)
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
    blocks = [block["text"] for block in FENCE.finditer(page) if block["kind"] == "python"]
    for block in blocks:
        exec(block, {})
    assert len(blocks) == 3
