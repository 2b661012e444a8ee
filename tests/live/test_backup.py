"""A backup is made while the ledger is used, and put back without what was erased meanwhile."""

from pathlib import Path
from threading import Event, Thread
from uuid import UUID

import pytest
from msgspec import UNSET

from ledger.errors import DecodeError, StoreFault
from ledger.identity import Operator
from ledger.keys import KeyGone
from ledger.store.ledger import Ledger, Urls
from ledger.store.sealing import parse
from services.backup.making import back_up
from services.backup.restoring import Order, Restored, checked, restore
from services.clock import SystemClock, new_id
from services.eraser import Eraser
from services.house import House
from services.moving.homes import Home, home_of
from services.seals import tick_now
from tests.live.ledgers import (
    CLERK,
    DATABASE,
    assert_whole,
    give,
    opened,
    said,
    settings_of,
    taken_over,
    tell,
)
from tests.live.test_erasure import CASE, ITEM, execute, folder, granted, text_of
from tests.postgres import Server, running

__all__ = ["folder"]
pytestmark = [pytest.mark.live, pytest.mark.slow]

CLOCK = SystemClock()
ORDER = Order(CLERK, "the disk failed")


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
    return restore(found, Home(to), ORDER, clock=CLOCK, shown=quiet)


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


def test_the_two_halves_never_lie_together(data: Path) -> None:
    """Not in one folder, not one in the other; nothing is written."""
    with opened(data) as house:
        a_case(house)
    home, one = home_of(settings_of(data)), data.with_name("one")
    for other in (one, one / "keys", one.parent):
        with pytest.raises(DecodeError, match="the keys would lie with the record"):
            back_up(home, one, other, CLOCK.now)
    assert not one.exists()


def test_a_changed_or_missing_byte_is_noticed(data: Path) -> None:
    """Before anything is put anywhere."""
    with opened(data) as house:
        a_case(house)
    record, keys = backed_up(data)
    file = record / "ledger.sqlite"
    whole = file.read_bytes()
    for broken in (whole[:-1], whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:]):
        file.write_bytes(broken)
        with pytest.raises(StoreFault, match="is not as it was written"):
            put_back(record, keys, data.with_name("new"))
    file.unlink()
    with pytest.raises(StoreFault, match="is missing"):
        put_back(record, keys, data.with_name("new"))
    (record / "manifest.json").unlink()
    with pytest.raises(StoreFault, match="is no backup, or one that was broken off"):
        put_back(record, keys, data.with_name("new"))
    assert not data.with_name("new").exists()


def test_keys_of_another_ledger_do_not_fit(data: Path) -> None:
    """Nor is a folder taken where something is."""
    other = data.with_name("other")
    for one in (data, other):
        with opened(one) as house:
            a_case(house)
    record, keys = backed_up(data)
    back_up(home_of(settings_of(other)), None, other.with_name("their-keys"), CLOCK.now)
    with pytest.raises(StoreFault, match="are of the ledger"):
        put_back(record, other.with_name("their-keys"), data.with_name("new"))
    with pytest.raises(StoreFault, match="is not empty"):
        put_back(record, keys, data)


def test_commands_come_in_while_it_is_backed_up(data: Path) -> None:
    """What is in the backup is a beginning of the record, and every event of it opens."""
    with opened(data) as house:
        case = a_case(house)
        stop = Event()

        def go_on() -> None:
            n = 0
            while not stop.is_set():
                assert give(house, said(f"meanwhile {n}"), case).done
                n += 1

        busy = Thread(target=go_on)
        busy.start()
        try:
            halves = [backed_up(data, f"backup-{n}") for n in range(2)]
        finally:
            stop.set()
            busy.join()
        all_of_it = list(house.ledger.reader.recorder.page(0, 100_000))
    for n, (record, keys) in enumerate(halves):
        done = put_back(record, keys, data.with_name(f"new-{n}"))
        with opened(data.with_name(f"new-{n}")) as house:
            got = list(house.ledger.reader.recorder.page(0, 100_000))
            assert got[:-1] == all_of_it[: len(got) - 1]
            assert done.events == len(got)


def test_a_backup_from_postgresql_is_the_same_files(data: Path, database_url: str) -> None:
    """And goes back into an empty database by itself."""
    data.with_suffix(DATABASE).write_text(database_url)
    with opened(data) as house:
        a_case(house)
        before = list(house.ledger.reader.recorder.page(0, 1_000))
    record, keys = backed_up(data)
    put_back(record, keys, data.with_name("new"))
    with opened(data.with_name("new")) as house:
        assert list(house.ledger.reader.recorder.page(0, 1_000))[: len(before)] == before
        assert_whole(house.ledger.reader)


def test_a_backup_goes_into_an_empty_database(data: Path, database_url: str) -> None:
    """The settings say where; the folder keeps keys and signer."""
    with opened(data) as house:
        case = a_case(house)
    record, keys = backed_up(data)
    new = data.with_name("new")
    new.with_suffix(DATABASE).write_text(database_url)
    home = Home(new, Urls(database_url))
    restore(checked(record, keys), home, ORDER, clock=CLOCK, shown=quiet)
    with opened(new) as house:
        assert give(house, said("more"), case).done
        tick_now(house, thorough=True)


@pytest.mark.slow
def test_a_record_comes_back_to_the_key_store_that_is_in_use(
    data: Path, postgres: Server, database_url: str
) -> None:
    """The server of the record was lost, that of the keys was not; what it destroyed stays so."""
    with running() as server, server.database() as keys, postgres.database() as again:
        urls = Urls(database_url, server.socket_url(keys))
        Ledger.open_or_create(data, CLOCK, UUID(int=7), urls).close()
        with House(Ledger(data, CLOCK, urls), CLOCK) as house:
            house.desk.found(Operator(name=CLERK, roles=("registry",)), new_id, demo=True)
            case = a_case(house)
            record, copied = data.with_name("record"), data.with_name("copied")
            back_up(Home(data, urls), record, copied, CLOCK.now)
            sealed = parse(house.ledger.reader.recorder.page(0, 9)[-1][3])
            house.ledger.keys.destroy_slots([(sealed.block, sealed.slot)])
        home = Home(data.with_name("new"), Urls(postgres.socket_url(again), urls.keys))
        with pytest.raises(StoreFault, match="there is a key store"):
            restore(checked(record, copied), home, ORDER, clock=CLOCK, shown=quiet)
        found = checked(record, copied, in_place=urls.keys)
        restore(found, home, ORDER, clock=CLOCK, shown=quiet)
        assert not (home.folder / "keys" / "keys.sqlite").exists()
        with House(Ledger(home.folder, CLOCK, home.urls), CLOCK) as house:
            with pytest.raises(KeyGone):
                house.ledger.keys.content_key(sealed.block, sealed.slot)
            assert give(house, said("more"), case).done
            tick_now(house, thorough=True)
            assert_whole(house.ledger.reader)


def test_what_was_erased_after_the_backup_stays_unreadable(folder: Path) -> None:
    """An old record with the living keys; and with keys copied after the erasure."""
    record, _ = backed_up(folder)
    with opened(folder) as house:
        execute(house, CASE, granted(house, CASE, targets=[ITEM]))
        Eraser(house.ledger, house.clock).catch_up()
        assert text_of(house, ITEM) is UNSET
    newer = folder.with_name("newer-keys")
    back_up(home_of(settings_of(folder)), None, newer, CLOCK.now)
    for n, keys in enumerate((folder, newer)):
        new = folder.with_name(f"new-{n}")
        put_back(record, keys, new)
        with opened(new) as house:
            assert text_of(house, ITEM) is UNSET


def test_old_keys_are_refused_and_what_the_record_tells_is_destroyed_again(folder: Path) -> None:
    """Keys from before an erasure, with a record from after it."""
    _, old = backed_up(folder)
    with opened(folder) as house:
        execute(house, CASE, granted(house, CASE, targets=[ITEM]))
        Eraser(house.ledger, house.clock).catch_up()
    record, _ = backed_up(folder, "after")
    new = folder.with_name("new")
    with pytest.raises(StoreFault, match="before the record"):
        put_back(record, old, new)
    assert not new.exists()


def test_one_generation_of_keys_is_kept(data: Path) -> None:
    """The one before is overwritten; of another ledger or of no ledger it is refused."""
    with opened(data) as house:
        a_case(house)
        wrapped = house.ledger.keys._read_slots(1)[:40]
        sealed = parse(house.ledger.reader.recorder.page(0, 1)[0][3])
        keys = data.with_name("keys")
        back_up(home_of(settings_of(data)), None, keys, CLOCK.now)
        assert any(wrapped in p.read_bytes() for p in keys.rglob("*") if p.is_file())
        house.ledger.keys.destroy_slots([(sealed.block, slot) for slot in range(2)])
        back_up(home_of(settings_of(data)), None, keys, CLOCK.now)
    assert not any(wrapped in p.read_bytes() for p in keys.rglob("*") if p.is_file())
    with pytest.raises(StoreFault, match="holds something else"):
        back_up(home_of(settings_of(data)), None, data, CLOCK.now)
