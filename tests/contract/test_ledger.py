"""A ledger: made whole or gone on with, opened only when everything in it fits.

In the data folder, or its record in a PostgreSQL database.
"""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from ledger.errors import RuleViolation, StoreFault
from ledger.identity import Operator
from ledger.institution.state import Institution
from ledger.keys import KeyStore
from ledger.profile import builtin
from ledger.rulebook import INSTITUTION_EYES
from ledger.store.ledger import KEYS_FOLDER, LEDGER_FILE, Ledger, epoch_of
from ledger.store.making import right_to_write
from ledger.store.postgres_recorder import make_ledger_database
from ledger.store.reader import Read, Unreadable
from ledger.store.recorder import open_ledger_file
from services.clock import FakeClock, SystemClock, new_id
from services.desk import Desk
from services.house import House, open_house, urls_of
from tests.examples import caucused, mediating
from tests.live.ledgers import (
    CLERK,
    assert_whole,
    clerk,
    data_folder,
    give,
    opened,
    said,
    settings_of,
    taken_over,
    tell,
)
from tests.spec import START

OWNER_ALONE = 0o700
FOUNDING_STEPS = 2 + len(builtin())


@pytest.fixture(params=["file", pytest.param("database", marks=pytest.mark.slow)])
def folder(request: pytest.FixtureRequest) -> Path:
    """Name a data folder; nothing is there yet."""
    return data_folder(request)


def made(folder: Path) -> Ledger:
    """Make an empty ledger."""
    return Ledger.create(folder, SystemClock(), UUID(new_id()), urls_of(settings_of(folder)))


@pytest.fixture
def house(folder: Path) -> Iterator[House]:
    """Open a ledger with a case that has a caucus; the clerk may do everything."""
    with opened(folder, unbound=True, clock=FakeClock(START, timedelta(minutes=1))) as made:
        tell(made, [*mediating(), *caucused()])
        yield made


def institution(house: House) -> Institution:
    """Return who keeps the record."""
    return house.desk.institution().seen_by(INSTITUTION_EYES).institution


def case_of(house: House) -> UUID:
    """Return the one case."""
    return house.resolve("GO-", clerk(house))


# Making


def test_a_new_ledger_has_its_first_operator_and_the_profiles(folder: Path) -> None:
    """Whoever makes it is its registry."""
    told: list[str] = []
    with open_house(settings_of(folder), create=True, told=told.append) as house:
        state = institution(house)
        assert state.operators == {CLERK: ("registry",)}
        assert set(state.profiles) == set(builtin())
        assert state.default_profile == "house-default"
        assert not state.demo
    assert len(told) == 1
    with open_house(settings_of(folder), create=True, told=told.append) as house:
        assert len(told) == 1
        assert house.desk.institution().version == FOUNDING_STEPS


def test_every_file_is_for_its_owner_alone(house: House) -> None:
    """Whatever mask the process had."""
    house.views.bring_to_head()
    loose = [
        path.name
        for path in house.ledger.folder.rglob("*")
        if stat.S_IMODE(path.stat().st_mode) & ~OWNER_ALONE
    ]
    assert loose == []


def test_a_ledger_is_not_made_over_another(house: House) -> None:
    """Nor beside keys that may be all that is left of one."""
    folder, urls = house.ledger.folder, house.ledger.urls
    with pytest.raises(StoreFault, match="there is a ledger in"):
        made(folder)
    lose_record(house)
    for make in (Ledger.create, Ledger.open_or_create):
        with pytest.raises(StoreFault, match=r"has keys but no ledger|belongs to another ledger"):
            make(folder, SystemClock(), UUID(new_id()), urls)


def lose_record(house: House) -> None:
    """Lose the record, and not its keys."""
    if not house.ledger.urls.record:
        (house.ledger.folder / LEDGER_FILE).unlink()
        return
    with house.ledger.reader.recorder.datastore.writing() as session:
        session.execute("DROP SCHEMA gol CASCADE")


def test_a_ledger_is_not_made_by_reading(folder: Path) -> None:
    """A wrong path is told, not filled."""
    with pytest.raises(StoreFault, match="there is no ledger in"):
        open_house(settings_of(folder))
    assert not folder.exists()


def record_alone(folder: Path) -> None:
    """Leave what a crash leaves after the record was made."""
    folder.mkdir()
    url, ledger_id = urls_of(settings_of(folder)).record, UUID(new_id()).hex
    if url:
        make_ledger_database(url, ledger_id)
    else:
        open_ledger_file(folder / LEDGER_FILE, create=True, ledger_id=ledger_id).close()


def record_and_half_the_keys(folder: Path) -> None:
    """Leave what a crash leaves between the institution's key and the key store."""
    empty(folder)
    (folder / KEYS_FOLDER / "keys.sqlite").unlink()


def empty(folder: Path) -> None:
    """Leave what a crash leaves before the founding."""
    made(folder).close()


@pytest.mark.parametrize("leave", [record_alone, record_and_half_the_keys, empty])
def test_a_making_that_broke_off_is_gone_on_with(
    folder: Path, leave: Callable[[Path], None]
) -> None:
    """Nothing was recorded yet, so nothing can be lost."""
    leave(folder)
    with opened(folder) as house:
        assert give(house, taken_over("one")).done
        assert_whole(house.ledger.reader)


@pytest.mark.parametrize("done", range(FOUNDING_STEPS))
def test_a_founding_that_broke_off_is_gone_on_with(folder: Path, done: int) -> None:
    """At whatever step; nothing is recorded twice."""
    left = iter(range(done))

    def ids() -> str:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return new_id()

    with made(folder) as ledger:
        desk = Desk(ledger, lambda _name, _operator: ledger.institution_id)
        with pytest.raises(KeyboardInterrupt):
            desk.found(Operator(name=CLERK, roles=("registry",)), ids, demo=False)
    with opened(folder) as house:
        assert house.desk.institution().version == FOUNDING_STEPS
        assert institution(house).operators == {CLERK: ("registry",)}
        assert give(house, taken_over("one")).done


def test_a_founding_of_an_earlier_release_is_left_alone(folder: Path) -> None:
    """It knew fewer profiles; what an institution recorded next is no part of a founding."""
    left = iter(range(4))

    def ids() -> str:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return new_id()

    with made(folder) as ledger:
        desk = Desk(ledger, lambda _name, _operator: ledger.institution_id)
        first = Operator(name=CLERK, roles=("registry",))
        with pytest.raises(KeyboardInterrupt):
            desk.found(first, ids, demo=False)
        added = b'{"command":"add-operator","id":"x","data":{"name":"iyer","roles":["mediator"]}}'
        assert desk.handle(added, first, "command line").done
    with opened(folder) as house:
        assert house.desk.institution().version == 5


# Opening


def cut_short(folder: Path) -> None:
    """Lose the end of the file."""
    os.truncate(folder / LEDGER_FILE, (folder / LEDGER_FILE).stat().st_size // 2)


def foreign(folder: Path) -> None:
    """Put something else there."""
    (folder / LEDGER_FILE).write_bytes(b"%PDF-1.7 a document, no ledger" * 50)


def without_keys(folder: Path) -> None:
    """Lose the keys."""
    shutil.rmtree(folder / KEYS_FOLDER)


def without_institution_key(folder: Path) -> None:
    """Lose the key of the keys."""
    (folder / KEYS_FOLDER / "institution.key").unlink()


def keys_of_another(folder: Path) -> None:
    """Put the keys of another ledger there."""
    shutil.rmtree(folder / KEYS_FOLDER)
    KeyStore.create(folder / KEYS_FOLDER, UUID(int=7).hex).close()


def another_institution_key(folder: Path) -> None:
    """Put the key of other keys there."""
    other = folder.parent / "other"
    KeyStore.create(other, UUID(int=7).hex).close()
    shutil.copy(other / "institution.key", folder / KEYS_FOLDER / "institution.key")


@pytest.mark.parametrize("folder", ["file"], indirect=True)
@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (cut_short, "cut short"),
        (foreign, "not a database"),
        (without_keys, "key store"),
        (without_institution_key, "institution key"),
        (keys_of_another, "belongs to the ledger"),
        (another_institution_key, "not the one that wrapped"),
    ],
)
def test_a_folder_at_fault_is_refused(
    folder: Path, harm: Callable[[Path], None], why: str, *, create: bool
) -> None:
    """Also by a command that may make a ledger: nothing is made over what is there."""
    with opened(folder) as house:
        tell(house, [taken_over("one")])
    harm(folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.suffix == ".sqlite"}
    with pytest.raises(StoreFault, match=why) as fault:
        open_house(settings_of(folder), create=create)
    assert fault.value.needs
    assert {path: path.read_bytes() for path in before} == before


def test_reading_waits_for_no_writer_and_takes_no_key(house: House) -> None:
    """A look needs neither the lock nor a new block of keys."""
    folder, recorder = house.ledger.folder, house.ledger.reader.recorder
    with right_to_write(folder, recorder), open_house(settings_of(folder)) as reading:
        before = (folder / KEYS_FOLDER / "keys.sqlite-wal").read_bytes()
        assert_whole(reading.ledger.reader)
        assert len(reading.load(case_of(reading)).frames) > 20
        assert (folder / KEYS_FOLDER / "keys.sqlite-wal").read_bytes() == before


def test_a_ledger_knows_when_it_was_made(house: House) -> None:
    """Its id says so; case ids lean on it."""
    made = epoch_of(house.ledger.institution_id)
    assert abs(SystemClock().now() - made) < timedelta(minutes=1)


def test_a_first_command_names_its_case(house: House, tmp_path: Path) -> None:
    """The same for a repeat; another for another actor, id or ledger."""
    named = house.ledger.case_opened_by("person:a", "one")
    assert named == house.ledger.case_opened_by("person:a", "one")
    with opened(tmp_path / "other") as other:
        others = {
            house.ledger.case_opened_by("person:b", "one"),
            house.ledger.case_opened_by("person:a", "two"),
            other.ledger.case_opened_by("person:a", "one"),
        }
    assert len(others - {named}) == 3


# Reading back


def test_a_case_is_read_as_it_stood(house: House) -> None:
    """Up to an instant, what was recorded by then and no more."""
    frames = house.load(case_of(house)).frames
    middle = frames[len(frames) // 2].recorded
    then = house.ledger.reader.load(case_of(house), upto=middle)
    assert then.frames == [frame for frame in frames if frame.recorded <= middle]


def test_a_case_file_is_brought_up_to_date(house: House) -> None:
    """Only what it lacks is read, and the position of the last event told."""
    reader = house.ledger.reader
    file = reader.load(case_of(house))
    known = file.version
    assert reader.extend(file) == 0
    assert give(house, caucused(said="One more.")[1], "GO-").done
    assert reader.extend(file) == reader.head()
    assert file.version > known


def test_contents_come_with_the_frames_where_asked(house: House) -> None:
    """A frame alone says nothing of what was said."""
    case_id, reader = case_of(house), house.ledger.reader
    words = [frame for frame in reader.all_opened(case_id) if frame.room == "caucus:A"]
    assert "We could go lower." in repr(words)
    assert "We could go lower." not in repr(reader.load(case_id).frames)
    version = reader.load(case_id).version_of("caucus:A:1")
    assert reader.opened(case_id, version) == words[0]
    with pytest.raises(StoreFault, match="missing"):
        reader.opened(case_id, 10_000)


def test_an_event_is_named_by_room_and_sequence(house: House) -> None:
    """The same name the outside reads, telling nothing of the room."""
    reader = house.ledger.reader
    (read,) = (
        read
        for read in assert_whole(reader)
        if (read.case_id, read.frame.ref) == (case_of(house), "caucus:A:1")
    )
    assert reader.event_id(case_of(house), "caucus:A:1") == read.event_id
    assert "caucus" not in read.event_id


def test_an_altered_event_says_why_it_cannot_be_read(house: House) -> None:
    """The rest of the page is read; the case is not taken for whole."""
    reader, head = house.ledger.reader, house.ledger.reader.head()
    alter(house, "SET state = ? WHERE position = ?", b"\x93", head - 2)
    page = reader.page(head - 4)
    assert [type(read) for read in page] == [Read, Unreadable, Read, Read]
    with pytest.raises(StoreFault, match="damaged"):
        reader.load(case_of(house))


def test_an_event_put_in_another_place_is_noticed(house: House) -> None:
    """A copy over its neighbour, in its own case or as the first of another."""
    reader, case_id = house.ledger.reader, case_of(house)
    copied = "SET state = (SELECT state FROM stored_events WHERE position = ?) WHERE position = ?"
    tell(house, [taken_over("one")])
    alter(house, copied, 5, reader.head())
    with pytest.raises(StoreFault, match="another's place"):
        reader.load(house.resolve("GO-2026-0002", clerk(house)))
    alter(house, copied, 10, 12)
    with pytest.raises(StoreFault, match="another's place"):
        reader.load(case_id)


def alter(house: House, change: str, *values: int | bytes) -> None:
    """Change stored bytes behind the ledger's back."""
    with house.ledger.reader.recorder.datastore.writing() as connection:
        connection.execute(f"UPDATE stored_events {change}", values)


def test_a_missing_event_is_noticed(house: House) -> None:
    """A case with a hole is not folded."""
    reader, case_id = house.ledger.reader, case_of(house)
    with reader.recorder.datastore.writing() as connection:
        connection.execute(
            "DELETE FROM stored_events WHERE originator_id = ? AND originator_version = 3",
            (case_id.hex,),
        )
    with pytest.raises(StoreFault, match="missing"):
        reader.load(case_id)


# The desk


@pytest.mark.parametrize("folder", ["file"], indirect=True)
@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b"{", ""),
        (b'"words"', ""),
        (b"\xff\xfe", ""),
        (b'{"command":"register-request"}', ""),
        (b'{"command":"no-such","id":"1"}', "command"),
        (b'{"command":"register-request","id":""}', "id"),
        (b'{"command":"register-request","id":"1","surprise":1}', ""),
        (b'{"command":"register-request","id":1}', "id"),
        (b'{"command":"record-statement","id":"1","case":"GO-","data":{"text":5}}', "data.text"),
        (b'{"command":"record-statement","id":"1","data":{"text":"\\u0007"}}', "data.text"),
        (b'{"command":"record-statement","id":"1","data":{"text":"no case"}}', "case"),
        (b'{"command":"register-request","id":"1","data":"' + b"x" * 10_000_000 + b'"}', ""),
    ],
)
def test_what_cannot_be_read_is_answered(house: House, data: bytes, field: str) -> None:
    """With the place, never with an exception; nothing is recorded."""
    head = house.ledger.reader.head()
    answer = house.desk.handle(data, clerk(house), "command line")
    assert (answer.done, answer.failure, answer.field or "") == (False, "unreadable", field)
    assert answer.why
    assert house.ledger.reader.head() == head


def test_an_event_too_large_is_refused(folder: Path) -> None:
    """Longer documents are referred to by hash."""
    with opened(folder) as house:
        case = tell(house, [taken_over("one")])
        answer = give(house, said("x" * 300_000), case)
        assert not answer.done
        assert answer.failure == "unreadable"
        assert house.ledger.reader.head() == FOUNDING_STEPS + 1


def test_strangers_are_refused(house: House) -> None:
    """Who is not known to the institution does nothing."""
    with pytest.raises(RuleViolation, match="operator_is_known"):
        house.desk.operator("nobody")
