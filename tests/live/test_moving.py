"""A ledger is carried to PostgreSQL and back: the same rows, trees and keys, and only one grows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.errors import CaseBusy, StoreFault
from ledger.store.ledger import Urls
from ledger.store.locks import ServeLock, WriterLock
from services.house import House
from services.moving.homes import Home
from services.moving.moving import Move, Moved
from services.seals import tick_now
from tests.live.ledgers import DATABASE, assert_whole, give, opened, said, taken_over, tell
from tests.postgres import Server

pytestmark = pytest.mark.live


def quiet(_done: int, _total: int | None = None) -> None:
    """Show nothing."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Make an embedded ledger of a few cases, sealed."""
    folder = tmp_path / "data"
    with opened(folder) as house:
        for n in range(3):
            case = tell(house, [taken_over(f"case {n}")])
            for m in range(4):
                assert give(house, said(f"words {m} of {n}", id=f"w-{n}-{m}"), case).done
        tick_now(house)
        assert give(house, said("not sealed yet"), case).done
    return folder


@pytest.fixture
def keys_url() -> Iterator[str]:
    """Give an empty database on a server of the keys' own."""
    from tests.postgres import running

    with running() as server, server.database() as name:
        yield server.socket_url(name)


def move(source: Home, target: Home) -> Moved:
    """Move a ledger that was not moved before."""
    moved = Move(source, target, quiet).run()
    assert moved is not None
    return moved


def in_database(folder: Path, url: str) -> Path:
    """Let the helpers open the folder's ledger in a database."""
    folder.with_suffix(DATABASE).write_text(url)
    return folder


def rows(house: House) -> list[object]:
    """Return every row of the record."""
    return list(house.ledger.reader.recorder.page(0, 10_000))


def test_a_moved_ledger_is_the_same_and_goes_on(data: Path, database_url: str) -> None:
    """Positions, bytes and seals; then it is written and sealed there."""
    with opened(data) as house:
        before = rows(house)
    moved = move(Home(data), Home(data, Urls(database_url)))
    assert (moved.events, moved.cases) == (len(before), 3)
    assert moved.rooms
    with opened(in_database(data, database_url)) as house:
        assert rows(house) == before
        assert give(house, said("words 0 of 0", id="w-0-0"), "case 0").done
        assert rows(house) == before, "a repeat is recorded once, there as well"
        assert give(house, said("more"), "case 1").done
        tick_now(house, thorough=True)
        assert_whole(house.ledger.reader)
        assert len(rows(house)) == len(before) + 1
