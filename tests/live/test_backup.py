"""A backup is made while the ledger is used, and put back without what was erased meanwhile."""

from pathlib import Path

import pytest

from ledger.errors import DecodeError, StoreFault
from services.backup.making import Made, back_up
from services.backup.restoring import Restored, checked, restore
from services.clock import SystemClock
from services.house import House
from services.moving.homes import Home, home_of
from services.seals import tick_now
from tests.live.ledgers import (
    CLERK,
    assert_whole,
    give,
    opened,
    said,
    settings_of,
    taken_over,
    tell,
)

pytestmark = pytest.mark.live

CLOCK = SystemClock()
WHY = "the disk failed"


def quiet(_done: int, _total: int | None = None) -> None:
    """Show nothing."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Name a data folder; nothing is there yet."""
    return tmp_path / "data"


def backed_up(data: Path, name: str = "backup") -> tuple[Path, Path]:
    """Back a ledger up; return the two halves."""
    record, keys = data.parent / name, data.parent / f"{name}-keys"
    back_up(home_of(settings_of(data)), record, keys, CLOCK.now)
    return record, keys


def put_back(record: Path, keys: Path, to: Path, *, older_keys: bool = False) -> Restored:
    """Put a backup back into a folder."""
    found = checked(record, keys, older_keys=older_keys)
    return restore(found, Home(to), CLERK, WHY, clock=CLOCK, shown=quiet)


def a_case(house: House) -> str:
    """Record a case with a few words, and seal it."""
    case = tell(house, [taken_over("one"), *(said(f"words {n}") for n in range(5))])
    tick_now(house)
    return case


def test_what_is_put_back_is_whole_and_sealed_anew(data: Path) -> None:
    """The new log names the old one; commands go on."""
    with opened(data) as house:
        case = a_case(house)
        before = list(house.ledger.reader.recorder.page(0, 1_000))
    record, keys = backed_up(data)
    new = data.with_name("new")
    done = put_back(record, keys, new)
    assert done.origin is not None
    with opened(new) as house:
        now = list(house.ledger.reader.recorder.page(0, 1_000))
        assert now[: len(before)] == before
        assert len(now) == len(before) + 1, "the record says that a new log began"
        assert give(house, said("more"), case).done
        tick_now(house, thorough=True)
        assert_whole(house.ledger.reader)
