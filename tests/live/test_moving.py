"""A ledger is carried to PostgreSQL and back: the same rows, trees and keys, and only one grows."""

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from ledger.errors import CaseBusy, StoreFault
from ledger.keys import KeyGone
from ledger.store.ledger import Ledger, Urls
from ledger.store.locks import ServeLock, WriterLock
from ledger.store.sealing import parse
from services.clock import SystemClock
from services.house import House
from services.moving.homes import Home
from services.moving.moving import Move, Moved
from services.moving.tables import BESIDE, RECORD
from services.seals import tick_now
from services.webhooks import Notes
from services.webhooks.sharing import Secrets
from tests.live.disks import small_disk
from tests.live.ledgers import (
    DATABASE,
    assert_whole,
    child,
    give,
    opened,
    said,
    taken_over,
    tell,
)
from tests.postgres import Server, running
from tests.spec import Order

pytestmark = [pytest.mark.live, pytest.mark.slow]

PATIENCE = 25
"""Rows that are carried before somebody breaks off: some of the keys are among them."""


def quiet(_done: int, _total: int | None = None) -> None:
    """Show nothing."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Make an embedded ledger of a few cases, sealed."""
    folder = tmp_path / "data"
    with opened(folder) as house:
        for n in range(3):
            words = [said(f"words {m} of {n}", id=f"w-{n}-{m}") for m in range(4)]
            tell(house, [taken_over(f"case {n}"), *words])
        tick_now(house)
        assert give(house, said("not sealed yet"), "case 2").done
        with closing(Notes(house.where, house.ledger_id)) as notes:
            notes.begin("city", house.ledger_id, 3, 7)
            notes.move("city", 8, 2)
            assert notes.attempt("city", 3, "r/9") == 1
            notes.failed("city", 3, "http 503", 1_792_000_000.25)
            Secrets(house.ledger.keys).draw("city", 3, house.clock.now())
    return folder


@pytest.fixture
def keys_url() -> Iterator[str]:
    """Give an empty database on a server of the keys' own."""
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


def goes_on_bringing(house: House) -> None:
    """Expect a webhook where it was, its attempts counted and its secret known."""
    with closing(Notes(house.where, house.ledger_id)) as notes:
        assert notes.position("city", house.ledger_id, 3) == 8
        assert notes.hook("city", 3).failing_since == 1_792_000_000.25
        assert notes.attempt("city", 3, "r/9") == 2
        asked = notes.ask("city", "refill", "")
        assert [order.id for order in notes.orders()] == [asked]
    assert Secrets(house.ledger.keys).find("city", 3) is not None


def rows(house: House) -> list[tuple[int, UUID, int, bytes]]:
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
        goes_on_bringing(house)


def test_the_place_left_behind_refuses_and_names_the_new_one(data: Path, database_url: str) -> None:
    """To whoever opens it, and to whoever had it open before."""
    with opened(data) as early:
        case = tell(early, [said_first()])
        move(Home(data), Home(data, Urls(database_url)))
        answer = give(early, said("too late"), case)
        assert (answer.failure, answer.done) == ("fault", False), answer
    with pytest.raises(StoreFault, match="this ledger was moved to postgresql://"), opened(data):
        pass
    assert "password" not in Home(data, Urls("postgresql://u:password@h/d")).shown


def said_first() -> Order:
    """Open one more case."""
    return taken_over("late")


def test_a_moved_ledger_is_not_moved_twice(data: Path, database_url: str) -> None:
    """The same again is done already; elsewhere is refused."""
    here, there = Home(data), Home(data, Urls(database_url))
    move(here, there)
    assert Move(here, there, quiet).run() is None
    with pytest.raises(StoreFault, match="was moved to"):
        Move(here, Home(data.with_name("elsewhere")), quiet)


def test_nothing_moves_while_somebody_serves_or_writes(data: Path, database_url: str) -> None:
    """Nor is anything made in the target."""
    here, there = Home(data), Home(data, Urls(database_url))
    with ServeLock(data), pytest.raises(StoreFault, match="serves this data"):
        Move(here, there, quiet).run()
    with WriterLock(data), pytest.raises(CaseBusy, match="somebody writes"):
        Move(here, there, quiet).run()
    assert not there.place(RECORD).exists()


def test_a_database_with_a_ledger_is_refused(data: Path, database_url: str) -> None:
    """The ledger there and the one here stay as they are."""
    other = in_database(data.with_name("other"), database_url)
    with opened(other) as house:
        tell(house, [taken_over("theirs")])
        theirs = rows(house)
    with pytest.raises(StoreFault, match="there is a ledger in postgresql://"):
        Move(Home(data), Home(data, Urls(database_url)), quiet).run()
    with opened(other) as house:
        assert rows(house) == theirs
    with opened(data) as house:
        assert give(house, said("goes on"), "case 0").done


def test_a_server_that_is_away_or_refuses_leaves_the_source(data: Path) -> None:
    """No such database, nobody there: the words name no password."""
    away = Home(data, Urls("postgresql://u:secret@127.0.0.1:1/nothing"))
    with pytest.raises(CaseBusy) as said_so:
        Move(Home(data), away, quiet).run()
    assert "secret" not in str(said_so.value)
    with opened(data) as house:
        assert give(house, said("goes on"), "case 0").done


@pytest.mark.slow
def test_keys_go_with_it_and_are_nowhere_else(data: Path, database_url: str, keys_url: str) -> None:
    """An erasure from then on destroys the only copy."""
    with opened(data) as house:
        wrapped = house.ledger.keys._read_slots(1)[:40]
        before = rows(house)
    there = Home(data, Urls(database_url, keys_url))
    assert move(Home(data), there).keys_moved
    assert [p for p in data.rglob("*") if p.is_file() and wrapped in p.read_bytes()] == []
    with closing(Ledger(data, SystemClock(), there.urls)) as ledger:
        assert list(ledger.reader.recorder.page(0, 10_000)) == before
        assert all(ledger.reader.opens(state) for *_, state in before)
        block, *_ = ledger.keys.make_block(1)
        assert block > 1, "numbers of blocks go on"


@pytest.mark.slow
def test_the_way_back_leads_into_a_folder(data: Path, database_url: str) -> None:
    """With signer, keys and cursors; the database refuses from then on."""
    with opened(data) as house:
        before = rows(house)
    there, back = Home(data, Urls(database_url)), Home(data.with_name("back"))
    move(Home(data), there)
    with opened(in_database(data, database_url)) as early:
        move(there, back)
        assert not give(early, said("too late"), "case 0").done
    with opened(back.folder) as house:
        assert rows(house) == before
        assert give(house, said("home again"), "case 2").done
        goes_on_bringing(house)
        tick_now(house, thorough=True)
        assert_whole(house.ledger.reader)
    with pytest.raises(StoreFault, match="was moved to"), opened(data):
        pass


@pytest.mark.slow
def test_it_moves_from_one_database_to_another(
    data: Path, postgres: Server, database_url: str
) -> None:
    """The first refuses from then on, and names the second."""
    first = Home(data, Urls(database_url))
    move(Home(data), first)
    with opened(in_database(data, database_url)) as house:
        before = rows(house)
    with postgres.database() as name:
        second = Home(data, Urls(postgres.url(name)))
        assert move(first, second).events == len(before)
        with pytest.raises(StoreFault, match=f"was moved to postgresql://127.*/{name}"):
            Ledger(data, SystemClock(), first.urls)
        with opened(in_database(data, second.urls.record)) as house:
            assert rows(house) == before
            assert give(house, said("goes on"), "case 0").done
            goes_on_bringing(house)
            tick_now(house, thorough=True)


@pytest.mark.slow
def test_a_lost_connection_costs_a_repetition(
    data: Path, postgres: Server, database_url: str
) -> None:
    """Lost in the middle of it: the source goes on, and the same move goes on too."""
    name = database_url.partition("@/")[2].partition("?")[0]
    here, there = Home(data), Home(data, Urls(database_url))
    with opened(data) as house:
        before = rows(house)

    def shown(done: int, _total: int | None) -> None:
        if done > PATIENCE:
            postgres.throw_out(name)

    with pytest.raises(CaseBusy):
        Move(here, there, shown).run()
    with opened(data) as house:
        assert rows(house) == before
    assert move(here, there).events == len(before)


@pytest.mark.slow
def test_without_the_right_to_make_tables_nothing_is_made(
    data: Path, postgres: Server, database_url: str
) -> None:
    """It says what right is missing, and the source goes on."""
    name = database_url.partition("@/")[2].partition("?")[0]
    with postgres.admin() as admin:
        admin.execute("CREATE ROLE guest LOGIN")
    there = Home(data, Urls(postgres.socket_url(name, user="guest")))
    try:
        with pytest.raises(StoreFault, match="refuses this user"):
            Move(Home(data), there, quiet).run()
    finally:
        with postgres.admin() as admin:
            admin.execute("DROP ROLE guest")
    target = Home(data, Urls(database_url))
    assert not any(target.place(kept).exists() for kept in (RECORD, *BESIDE))
    with opened(data) as house:
        assert give(house, said("goes on"), "case 0").done


@pytest.mark.slow
def test_a_full_disk_stops_a_move_until_there_is_room(data: Path, database_url: str) -> None:
    """The folder it goes to is too small; with room the same move goes on."""
    there = Home(data, Urls(database_url))
    move(Home(data), there)
    with opened(in_database(data, database_url)) as house:
        before = rows(house)
    with small_disk(data.with_name("disk")) as disk:
        filling = disk / "filling"
        filling.write_bytes(bytes(1_900_000))
        back = Home(disk / "back")
        with pytest.raises(StoreFault):
            Move(there, back, quiet).run()
        with opened(data) as house:
            assert rows(house) == before
        filling.unlink()
        assert move(there, back).events == len(before)
        with opened(back.folder) as house:
            assert rows(house) == before


BROKEN_OFF = """
import sys
from pathlib import Path
from ledger.store.ledger import Urls
from services.moving import copying
from services.moving.homes import Home
from services.moving.moving import Move
copying.LOT_ROWS = 4
data = Path(sys.argv[1])
def shown(done, total):
    print(done, flush=True)
print("begun", flush=True)
Move(Home(data), Home(data, Urls(sys.argv[2])), shown).run()
"""


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("seed", range(10))
def test_a_move_killed_anywhere_goes_on(data: Path, database_url: str, seed: int) -> None:
    """Until its end the source opens, or neither of the two; then all is there once."""
    with opened(data) as house:
        before = rows(house)
    after = random.Random(seed).randrange(1, 60)
    with child(BROKEN_OFF, data, database_url) as killed:
        assert killed.stdout is not None
        for _ in range(after):
            killed.stdout.readline()
        killed.kill()
    here, there = Home(data), Home(data, Urls(database_url))
    moved = Move(here, there, quiet).run()
    assert moved is None or moved.events == len(before)
    with opened(in_database(data, database_url)) as house:
        assert rows(house) == before
        assert give(house, said("goes on"), "case 0").done
        tick_now(house, thorough=True)


@pytest.mark.slow
def test_what_was_destroyed_while_a_move_lay_idle_is_destroyed_there(
    data: Path, database_url: str, keys_url: str
) -> None:
    """Keys carried before are overwritten by what the store says at the end."""
    there = Home(data, Urls(database_url, keys_url))

    def shown(done: int, _total: int | None) -> None:
        if done > PATIENCE:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Move(Home(data), there, shown).run()
    with closing(Ledger(data, SystemClock())) as ledger:
        sealed = parse(ledger.reader.recorder.page(0, 3)[-1][3])
        ledger.keys.destroy_slots([(sealed.block, sealed.slot)])
    move(Home(data), there)
    with closing(Ledger(data, SystemClock(), there.urls)) as ledger, pytest.raises(KeyGone):
        ledger.keys.content_key(sealed.block, sealed.slot)


def test_every_column_of_every_store_is_carried(data: Path) -> None:
    """What the tables of a file have is what the mover says they have."""
    with opened(data) as house:
        house.accesses.close()
    for kept in Home(data).stores():
        with Home(data).place(kept).snapshot() as session:
            names = session.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            found = {name for (name,) in names.fetchall()}
            assert found - {"ledger_meta", "sqlite_sequence"} == {t.name for t in kept.tables}
            for table in kept.tables:
                columns = session.execute(f"SELECT name FROM pragma_table_info('{table.name}')")
                assert {name for (name,) in columns.fetchall()} == set(table.columns)
