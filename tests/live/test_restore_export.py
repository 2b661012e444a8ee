"""The whole record as lines of JSON, and the same ledger made of them again."""

import hashlib
import json
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from msgspec import UNSET

from ledger.errors import DecodeError, LedgerError, StoreFault
from projections import replay
from services.backup.exporting import export_whole
from services.backup.making import back_up
from services.backup.restoring import Order, Restored, checked_lines, restore
from services.clock import FakeClock, SystemClock
from services.eraser import Eraser
from services.house import House
from services.library import PROJECTIONS
from services.moving.homes import Home, home_of
from services.reading.eyes import Eyes
from services.reading.sources import folded
from services.seals import tick_now
from tests import examples
from tests.live.ledgers import CLERK, DATABASE, clerk, give, opened, settings_of, tell
from tests.live.test_erasure import CASE, ITEM, SECRET, execute, granted, text_of
from tests.spec import START, do

pytestmark = pytest.mark.live

CLOCK: Final = SystemClock()
ORDER: Final = Order(CLERK, "a new host")
VIEWERS: Final = ("registry", "auditor", "mediator", "party:A", "party:B")
RECORD: Final = "ledger.ndjson"
DISK: Final = 30_000
"""Greatest size of a file, where the disk is to be full."""


def quiet(_done: int, _total: int | None = None) -> None:
    """Show nothing."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a ledger with caucuses, proposals and seals, and export it."""
    folder = tmp_path_factory.mktemp("made") / "data"
    with opened(folder, unbound=True, clock=FakeClock(START, timedelta(minutes=1))) as house:
        give(house, do("add-operator", name="officer", roles=["protection"]))
        steps = [*examples.mediating(), *examples.caucused(said=SECRET), examples.tabled(by="A")]
        tell(house, steps)
        tick_now(house)
    export_whole(home_of(settings_of(folder)), folder.with_name("whole"), CLOCK.now(), quiet)
    back_up(home_of(settings_of(folder)), None, folder.with_name("keys"), CLOCK.now)
    return folder.parent


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    """Copy ledger, export and keys; name the ledger's folder."""
    return shutil.copytree(made, tmp_path / "made") / "data"


def exported(data: Path) -> tuple[Path, Path]:
    """Name the export of a ledger, and its keys."""
    return data.with_name("whole"), data.with_name("keys")


def put_back(whole: Path, keys: Path, to: Path) -> Restored:
    """Make a ledger of an export."""
    return restore(checked_lines(whole, keys), Home(to), ORDER, clock=CLOCK, shown=quiet)


def rows(house: House) -> list[Any]:
    """Read the record as it is stored."""
    return list(house.ledger.reader.recorder.page(0, 10_000))


def digests(house: House) -> dict[str, str]:
    """Digest what each viewer is given."""
    looks = {v: Eyes(house, clerk(house), v).look(CASE) for v in VIEWERS}
    return {v: replay.digest(folded(look, *PROJECTIONS)) for v, look in looks.items()}


def test_the_same_ledger_is_made_of_an_export(data: Path) -> None:
    """Every stored byte, every viewer's digest; a new seal log names the old one."""
    with opened(data, unbound=True) as house:
        before, seen = rows(house), digests(house)
    whole, keys = exported(data)
    new = data.with_name("new")
    done = put_back(whole, keys, new)
    assert done.events == len(before) + 1, "the record says that a new log began"
    assert done.origin is not None
    with opened(new, unbound=True) as house:
        assert rows(house)[: len(before)] == before
        assert digests(house) == seen
        assert len(set(seen.values())) > 3
        assert tell(house, examples.registered())
        tick_now(house, thorough=True)


def test_nothing_in_an_export_is_in_the_open(data: Path) -> None:
    """Not a word of any room: the keys are copied apart."""
    whole, _ = exported(data)
    everything = b"".join(path.read_bytes() for path in whole.iterdir())
    assert SECRET.encode() not in everything
    assert b"caucus" not in everything
    assert {path.stat().st_mode & 0o777 for path in whole.iterdir()} == {0o600}


def test_what_was_erased_after_an_export_stays_unreadable(data: Path) -> None:
    """With the living keys: what is destroyed there is destroyed."""
    whole, _ = exported(data)
    with opened(data, unbound=True) as house:
        execute(house, CASE, granted(house, CASE, targets=[ITEM]))
        Eraser(house.ledger, house.clock).catch_up()
    new = data.with_name("new")
    put_back(whole, data, new)
    with opened(new, unbound=True) as house:
        assert text_of(house, ITEM) is UNSET


def changed(whole: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Change the lines of the record, and let the manifest's digest of the file follow."""
    path = whole / RECORD
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))
    manifest = json.loads((whole / "manifest.json").read_text())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest["files"][RECORD] = {"size": path.stat().st_size, "sha256": digest}
    (whole / "manifest.json").write_text(json.dumps(manifest))


def edited(line: bytes, **values: Any) -> bytes:  # noqa: ANN401 - values of a row
    """Change a row."""
    found = json.loads(line)
    found["row"] |= values
    return json.dumps(found).encode() + b"\n"


BROKEN: Final[dict[str, Callable[[list[bytes]], list[bytes]]]] = {
    "breaks off": lambda lines: [*lines[:-1], lines[-1][:-9]],
    "comes what is not the one at": lambda lines: [*lines[:5], *lines[6:]],
    "comes what is not the one at 6": lambda lines: [*lines[:6], lines[7], lines[6], *lines[8:]],
    "the manifest counts other rows": lambda lines: lines[:-1],
    "is no row of": lambda lines: [*lines[:-1], lines[-1].replace(b'"position"', b'"place"')],
    "says of no store": lambda lines: lines[1:],
    "is of seals.sqlite": lambda lines: [
        lines[0].replace(b"ledger.sqlite", b"seals.sqlite"),
        *lines[1:],
    ],
    "is damaged": lambda lines: [*lines[:-1], edited(lines[-1], state={"base64": "AAAA"})],
    "is of the ledger": lambda lines: [
        lines[0].replace(b'"ledger_id":"', b'"ledger_id":"f'),
        *lines[1:],
    ],
}


@pytest.mark.parametrize("why", BROKEN)
def test_an_export_that_is_not_whole_is_refused(data: Path, why: str) -> None:
    """Before anything is written, and however well its manifest was mended."""
    whole, keys = exported(data)
    changed(whole, BROKEN[why])
    assert why in _refused(whole, keys, data)


def test_an_event_put_into_anothers_place_is_refused(data: Path) -> None:
    """Or into another's case: what no digest of a file can tell."""
    whole, keys = exported(data)
    changed(whole, _swapped)
    assert "stands in another's place" in _refused(whole, keys, data)


def _swapped(lines: list[bytes]) -> list[bytes]:
    """Let the last two events of a case change their places."""
    one, other = (json.loads(line)["row"]["state"] for line in lines[-2:])
    return [*lines[:-2], edited(lines[-2], state=other), edited(lines[-1], state=one)]


def test_an_event_that_stands_twice_is_refused(data: Path) -> None:
    """Under two positions."""
    whole, keys = exported(data)
    version = {"originator_version": 1}
    changed(whole, lambda lines: [*lines[:-1], edited(lines[-1], **version)])
    assert "has a row twice" in _refused(whole, keys, data)


def test_a_file_other_than_the_manifest_says_is_refused(data: Path) -> None:
    """Changed, missing, or one too many; a manifest of something else is none."""
    whole, keys = exported(data)
    (whole / "more.ndjson").write_text("{}")
    assert "is not as it was written" in _refused(whole, keys, data)
    (whole / "more.ndjson").unlink()
    (whole / "seals.ndjson").rename(data.with_name("seals.ndjson"))
    assert "is missing" in _refused(whole, keys, data)
    manifest = json.loads((whole / "manifest.json").read_text())
    (whole / "manifest.json").write_text(json.dumps({**manifest, "form": "gol-export/9"}))
    assert "gol-export/9" in _refused(whole, keys, data)
    (whole / "manifest.json").unlink()
    assert "it has no manifest.json" in _refused(whole, keys, data)


def _refused(whole: Path, keys: Path, data: Path) -> str:
    """Say why an export is refused; nothing is left behind."""
    new, there = data.with_name("new"), set(data.parent.iterdir())
    with pytest.raises(LedgerError) as refused:
        put_back(whole, keys, new)
    assert isinstance(refused.value, StoreFault | DecodeError)
    assert refused.value.needs
    assert set(data.parent.iterdir()) == there
    return str(refused.value)


def test_a_ledger_that_is_there_is_never_written_over(data: Path) -> None:
    """Whatever it holds; nor is a folder in which anything lies."""
    whole, keys = exported(data)
    before = sorted((p, p.stat().st_mtime_ns) for p in data.rglob("*") if p.is_file())
    with pytest.raises(StoreFault, match="is not empty"):
        put_back(whole, keys, data)
    assert sorted((p, p.stat().st_mtime_ns) for p in data.rglob("*") if p.is_file()) == before
    with pytest.raises(StoreFault, match="is not empty"):
        export_whole(home_of(settings_of(data)), data, CLOCK.now(), quiet)


def test_an_export_from_postgresql_is_the_same_lines(tmp_path: Path, database_url: str) -> None:
    """And makes the same ledger in a folder."""
    data = tmp_path / "data"
    data.with_suffix(DATABASE).write_text(database_url)
    with opened(data, clock=FakeClock(START, timedelta(minutes=1))) as house:
        tell(house, examples.registered())
        before = rows(house)
    whole, keys = exported(data)
    export_whole(home_of(settings_of(data)), whole, CLOCK.now(), quiet)
    back_up(home_of(settings_of(data)), None, keys, CLOCK.now)
    new = data.with_name("new")
    put_back(whole, keys, new)
    with opened(new) as house:
        assert rows(house)[: len(before)] == before


@contextmanager
def full_disk() -> Iterator[None]:
    """Let the system refuse to let a file grow."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (DISK, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_leaves_no_half_of_an_export(data: Path) -> None:
    """Nor of a ledger made of one; the next attempt succeeds."""
    home, again = home_of(settings_of(data)), data.with_name("again")
    there = set(data.parent.iterdir())
    with full_disk(), pytest.raises(StoreFault):
        export_whole(home, again, CLOCK.now(), quiet)
    assert set(data.parent.iterdir()) == there
    export_whole(home, again, CLOCK.now(), quiet)
    whole, keys = exported(data)
    with full_disk():
        _refused(whole, keys, data)
    assert put_back(whole, keys, data.with_name("new")).events
