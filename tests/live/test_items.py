"""A bundle that opens single entries proves them, and tells of the others how many they are."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ledger.errors import DecodeError, RuleViolation
from ledger.seal import verify
from services.clock import FakeClock
from services.exports.choosing import Wanted, exported
from services.exports.disclose import disclose
from services.exports.items import Items, read_items
from services.house import House
from services.reading import Eyes
from tests import examples
from tests.live.ledgers import CLERK, clerk, line, opened, tell
from tests.live.serving import run
from tests.live.test_bundles import CANARY, GRANTED, holds
from tests.spec import START, do

pytestmark = [pytest.mark.live, pytest.mark.slow]
SEALED = {"ground": "misdisclosure", "approved_by": "person:second", "reason": "The wrong side."}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    """Open a ledger with a case in which A told the mediator something."""
    clock = FakeClock(START, timedelta(minutes=1))
    with opened(tmp_path_factory.mktemp("told"), unbound=True, clock=clock) as house:
        private = examples.caucused("A", CANARY)
        steps = [*examples.mediating(), examples.tabled(), *private, examples.accepted()]
        yield house, tell(house, steps)


def taken(
    told: tuple[House, str], viewer: str, target: Path, only: str | None, frames: str | None = None
) -> Path:
    """Take a bundle that opens single entries."""
    house, case = told
    items = read_items(only, frames)
    (path,) = disclose(Eyes(house, clerk(house), viewer), case, target, items=items)
    return path


def refs(told: tuple[House, str], viewer: str, room: str) -> list[str]:
    """List what a viewer may read of a room."""
    look = Eyes(told[0], clerk(told[0]), viewer).look(told[1])
    return [kept.frame.ref for kept in look.kept if kept.frame.room == room]


def test_single_entries_are_opened_and_the_others_stand_as_hashes(
    told: tuple[House, str], tmp_path: Path
) -> None:
    """As a folder and as a zip; a frame can be opened alone; each room says how many."""
    assert len(refs(told, "party:A", "joint")) > 12
    for name in ("b", "b.zip"):
        path = taken(told, "party:A", tmp_path / name, "joint:3,joint:7-8", "joint:10")
        (room,) = holds(told[0], path).rooms
        shown = {one.entry: one.content for one in room.entries or ()}
        assert shown == {
            "joint:3": "shown",
            "joint:7": "shown",
            "joint:8": "shown",
            "joint:10": "omitted",
        }
        assert room.hidden == room.size - 4
        said = f"4 of {room.size} entries opened; the others stand as hashes"
        page = path / "index.html"
        assert name != "b" or said in page.read_text()
        status, words = verify.told([str(path), "--json"])
        assert (status, said in words) == (2, True)


def test_nothing_of_the_others_is_in_any_file(told: tuple[House, str], tmp_path: Path) -> None:
    """Neither type, time, command nor commitment, nor another room by name."""
    house, case = told
    look = Eyes(house, clerk(house), "party:A").look(case)
    path = taken(told, "party:A", tmp_path / "b", "joint:5")
    files = [each for each in path.rglob("*") if each.is_file() and each.name != "verify.py"]
    text = "".join(each.read_text() for each in files)
    mine = next(kept.frame for kept in look.kept if kept.frame.ref == "joint:5")
    tag = type(mine.event).__struct_config__.tag
    for kept in look.kept:
        leaf, frame = verify.parse_leaf(kept.sealed.leaf), kept.frame
        other = type(frame.event).__struct_config__.tag
        marks = {leaf.frame, leaf.content, frame.command, f'"{other}"', f">{other}<"}
        marks |= {frame.recorded.isoformat().replace("+00:00", "Z")}
        if frame.ref != "joint:5":
            known = {f'"{tag}"', f">{tag}<", mine.command}
            known |= {mine.recorded.isoformat().replace("+00:00", "Z")}
            assert [mark for mark in marks - known if mark in text] == [], frame.ref
    for word in (CANARY, "caucus", "desk:"):
        assert word not in text


def test_who_holds_a_confidence_and_opens_joint_entries_does_not_mention_it(
    told: tuple[House, str], tmp_path: Path
) -> None:
    """A, who told it, the mediator, who heard it, and B, who knows nothing, show the same rooms."""
    rooms = set()
    for viewer in ("party:A", "party:B", "mediator"):
        path = taken(told, viewer, tmp_path / viewer, "joint:3,joint:5")
        rooms.add(tuple(room.room for room in holds(told[0], path).rooms))
        for name in ("bundle.json", "index.html"):
            assert "caucus" not in (path / name).read_text()
    assert len(rooms) == 1


def test_one_confidence_is_opened_by_who_may_read_it(
    told: tuple[House, str], tmp_path: Path
) -> None:
    """By A and the mediator; for B it is not there, in the words for what is not there."""
    (ref, *_) = refs(told, "party:A", "caucus:A")
    path = taken(told, "party:A", tmp_path / "a", f"{ref},joint:1")
    assert {room.name for room in holds(told[0], path).rooms} == {"caucus:A", "joint"}
    why = set()
    for wanted in (ref, "caucus:Z:1", "joint:9999", "nowhere:1"):
        with pytest.raises(RuleViolation) as refused:
            taken(told, "party:B", tmp_path / "none", wanted)
        assert refused.value.rule == "entry_is_known"
        why.add(refused.value.why.replace(wanted, "X"))
    assert len(why) == 1
    assert not list(tmp_path.glob("*none*"))


def test_the_access_log_names_what_was_opened_and_no_more(
    told: tuple[House, str], tmp_path: Path
) -> None:
    """Who opens one joint entry opened no caucus."""
    house, case = told
    taken(told, "party:A", tmp_path / "b", "joint:2")
    (*_, last) = house.accesses.of_case(Eyes(house, clerk(house)).case_id(case))
    assert dict(last.rooms) == {"joint": 2}


def test_an_entry_that_does_not_match_its_leaf_is_refused(
    told: tuple[House, str], tmp_path: Path
) -> None:
    """Another word in it, another place, a gap widened, one left out: whoever signs the list."""
    path = taken(told, "party:A", tmp_path / "b", "joint:3,joint:7", "joint:9")
    file = next(each for each in path.glob("rooms/*.jsonl") if ".seals" not in each.name)
    lines = file.read_bytes().splitlines()
    assert [b"hidden" in line for line in lines[:5]] == [True, False, True, False, True]
    go_by(path, file, lines)
    for changed in (
        [lines[0], lines[1].replace(b"person:", b"nobody:", 1), *lines[2:]],
        [lines[0], lines[3], lines[2], lines[1], *lines[4:]],
        [lines[0].replace(b'"hidden":2', b'"hidden":3'), *lines[1:]],
        [*lines[:2], *lines[3:]],
        [*lines[:1], *lines[2:]],
        [*lines[:2], *lines[1:]],
        lines[1:],
        lines[:-1],
    ):
        with pytest.raises(verify.Refused):
            go_by(path, file, changed)


def go_by(path: Path, file: Path, lines: list[bytes]) -> None:
    """Let a room go by as the verifier does, whatever the manifest says of the file."""
    seals = file.with_name(f"{file.stem}.seals.jsonl").read_bytes().splitlines()
    log = verify.parse_checkpoint(verify.parse_note((path / "log/checkpoint").read_bytes()).text)
    sealed = {}
    for told in seals:
        head, seal = verify.parse_seal(verify.strict_json(told))
        found = verify.check_seal(head, seal, log.head)
        sealed[found.head.size] = found
    room = verify.Room(file.stem, verify.Keyring(), lambda _: None)
    for entry in lines:
        room.take(entry)
        if room.size in sealed:
            room.check(sealed[room.size])
    if room.sealed_size != max(sealed):
        raise verify.Refused("entries_are_missing", "the last seal was not reached")


def test_what_is_erased_or_sealed_stays_so(tmp_path: Path) -> None:
    """Opened or with its frame alone; by which entry is told where that one is opened too."""
    with opened(tmp_path / "led", unbound=True, clock=FakeClock(START)) as house:
        case = tell(house, [*examples.mediating(), *examples.caucused("A", CANARY)])
        orders = (
            do("add-operator", name="officer", roles=["protection"]),
            do("request-erasure", by="A", targets=["caucus:A:2"]),
            do("assess-erasure", by="protection", erasure_id="party:A/1", **GRANTED),
            do("execute-erasure", erasure_id="party:A/1"),
            do("seal-content", by="registry", target="joint:3", at_room="joint", **SEALED),
        )
        for order in orders:
            officer = house.desk.operator("officer" if order.by == "protection" else CLERK)
            named = None if order.name == "add-operator" else case
            answer = house.desk.handle(line(order, named), officer, "command line")
            assert answer.done, (order.name, answer.rule, answer.why)
        told = (house, case)
        seal = len(refs(told, "party:A", "joint"))
        for count, how in enumerate((("caucus:A:2,joint:3", None), (None, "caucus:A:2,joint:3"))):
            path = taken(told, "party:A", tmp_path / str(count), *how)
            found = holds(house, path)
            contents = {one.entry: one.content for r in found.rooms for one in r.entries or ()}
            assert contents == {"caucus:A:2": "erased", "joint:3": "sealed"}
            files = [p for p in path.rglob("*") if p.is_file() and p.name != "verify.py"]
            text = "".join(p.read_text() for p in files)
            for word in (CANARY, "content-erased", "content-sealed", f"joint:{seal}", "no_longer"):
                assert word not in text
        path = taken(told, "party:A", tmp_path / "both", f"joint:3,joint:{seal}")
        assert f"[sealed by joint:{seal}]" in (path / "index.html").read_text()


@pytest.mark.parametrize(
    ("only", "frames"),
    [
        ("", None),
        ("joint", None),
        ("joint:0", None),
        ("joint:3-2", None),
        ("joint:1-99999", None),
        ("joint:1;joint:2", None),
        (":1", None),
        ("joint:1", "joint:1"),
        (None, "joint:x"),
        ("joint:1" * 100_000, None),
    ],
)
def test_what_names_no_entries_is_refused(only: str | None, frames: str | None) -> None:
    """With the option that was meant, and an example."""
    with pytest.raises(DecodeError, match=r"--only|--frames-only"):
        read_items(only, frames)


def test_other_exports_open_all_or_none(told: tuple[House, str], tmp_path: Path) -> None:
    """Single entries go with a bundle of one case."""
    house, case = told
    eyes, items = Eyes(house, clerk(house), "party:A"), Items(("joint:1",))
    for wanted in (Wanted("json", items=items), Wanted("pack", items=items)):
        with pytest.raises(DecodeError, match="--only"):
            list(exported(eyes, case, tmp_path / "x", wanted))
    with pytest.raises(DecodeError, match="--only"):
        list(disclose(eyes, None, tmp_path / "x", items=items))
    assert not (tmp_path / "x").exists()


def test_the_command_line_opens_single_entries(told: tuple[House, str], tmp_path: Path) -> None:
    """And says so; what is not there is refused by name."""
    house, case = told
    where = ("--format", "bundle", "-o", str(tmp_path / "b"), "--for", "party:A")
    done = run(house.ledger.folder, "export", case, *where, "--only", "joint:1-2")
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 of " in (tmp_path / "b" / "index.html").read_text()
    refused = run(house.ledger.folder, "export", case, *where, "--force", "--only", "joint:9999")
    assert (refused.returncode, "entry_is_known" in refused.stderr) == (1, True)
    assert (tmp_path / "b" / "index.html").exists()
