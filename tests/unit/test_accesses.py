"""The access log: who opened what, apart from the record, and who may be told of it."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from ledger.errors import DecodeError, StoreFault
from services.accesses import ACCESSES_FILE, KEPT_DAYS, AccessLog
from services.clock import SystemClock
from services.exports.write import export
from services.reading import Eyes
from services.reading.accesses import Accessed, accesses
from services.reading.listing import cases, find, obligations
from services.reading.showing import show
from services.reading.trail import audit
from services.settings import read
from services.stores import Where
from tests import examples as ex
from tests.at_desk import AtDesk
from tests.spec import CLERK, do

pytestmark = pytest.mark.live
MARKER = "We would go down to 800 k."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[AtDesk]:
    """Have a ledger in a folder, with a case in which A and B each confided something."""
    spec = AtDesk(tmp_path / "ledger")
    for party in ("A", "B"):
        if party == "A":
            spec.given(*ex.mediating())
        spec.given(do("open-caucus", by="mediator", party=party))
        spec.given(do("receive-in-caucus", by=party, text=MARKER))
        spec.given(do("close-caucus", by="mediator", party=party))
    yield spec
    spec.house.__exit__()


def told(spec: AtDesk, viewer: str, case: str | None = None) -> list[Accessed]:
    """List what a viewer is told."""
    return list(accesses(spec.eyes(viewer), case or _case(spec)))


def _case(spec: AtDesk) -> str:
    assert spec.case_id is not None
    return spec.case_id.hex


def test_a_look_leaves_one_line_with_who_when_whose_eyes_and_how_far(desk: AtDesk) -> None:
    """One line a command and case, and nothing in the record."""
    before = desk.house.ledger.reader.head()
    desk.house.command = "show"
    desk.shown("party:A")
    (line,) = told(desk, "party:A")
    assert (line.person, line.viewer, line.command) == ("person:clerk", "party:A", "show")
    seqs = desk.file.seqs
    assert line.rooms == {room: seqs[room] for room in ("caucus:A", "desk:A")}
    assert line.at == desk.clock.at
    assert desk.house.ledger.reader.head() == before


def test_a_party_is_told_of_its_own_rooms_alone(desk: AtDesk) -> None:
    """A look at B's rooms, or at what all share, is no news for A; of a wider look its part is."""
    desk.shown("party:B")
    assert told(desk, "party:A") == []
    desk.shown("mediator")
    (line,) = told(desk, "party:A")
    assert (line.viewer, list(line.rooms)) == ("mediator", ["caucus:A"])
    assert {room for one in told(desk, "party:B") for room in one.rooms} == {"caucus:B"}


def test_the_registry_is_told_of_the_rooms_it_reads(desk: AtDesk) -> None:
    """Not that a caucus was looked at, which would tell how far it has come."""
    desk.shown("mediator")
    desk.shown("party:A")
    desk.shown("registry")
    rooms = {room for one in told(desk, "registry") for room in one.rooms}
    assert "joint" in rooms
    assert not [room for room in rooms if room.startswith(("caucus", "mediators", "party"))]
    assert [one.viewer for one in told(desk, "registry")] == ["mediator", "party:A", "registry"]


def test_twins_of_looking_look_alike_to_the_other_side(desk: AtDesk) -> None:
    """However often A and its counsel look, B is told the same."""
    desk.shown("mediator")
    quiet = told(desk, "party:B")
    for _ in range(3):
        desk.shown("party:A")
    assert told(desk, "party:B") == quiet


def test_what_opens_no_content_leaves_no_line(desk: AtDesk) -> None:
    """Lists and trails are made of frames; the log of looks is no look either."""
    list(cases(desk.eyes("registry"), None))
    list(audit(desk.eyes("party:A"), _case(desk)))
    told(desk, "party:A")
    assert told(desk, "registry") == []


def test_exports_hits_and_lists_of_all_cases_leave_lines(desk: AtDesk, tmp_path: Path) -> None:
    """Whatever opens content: by the record or by the views."""
    desk.house.command = "export"
    list(export(desk.eyes("party:A"), _case(desk), "json", tmp_path / "case.json"))
    desk.house.command = "find"
    list(find(desk.eyes("registry"), "Berth"))
    desk.house.command = "proposals"
    desk.given(do("table-proposal", by="A", clauses=[ex.clause()]))
    from services.reading.proposals import proposals  # noqa: PLC0415 - beside its one use

    list(proposals(desk.eyes("registry"), None))
    list(obligations(desk.eyes("registry"), None))
    assert [one.command for one in told(desk, "party:A")] == ["export", "find"]
    assert [one.command for one in told(desk, "registry")] == ["export", "find", "proposals"]
    assert list(told(desk, "registry")[-1].rooms) == ["joint"]
    every = list(accesses(desk.eyes("registry"), None))
    assert every == told(desk, "registry")


def test_the_file_is_its_owners_alone_and_holds_no_word_of_what_was_read(desk: AtDesk) -> None:
    """Names of rooms and numbers; no title, party's name or confidence."""
    desk.shown("mediator")
    desk.shown("registry")
    folder = desk.house.ledger.folder
    files = sorted(folder.glob(f"{ACCESSES_FILE}*"))
    assert files
    for file in files:
        assert file.stat().st_mode & 0o077 == 0
        data = file.read_bytes()
        for word in (MARKER, "Berth fees", "Party A Ltd"):
            assert word.encode() not in data


def test_lines_are_forgotten_after_the_days_set_and_overwritten(desk: AtDesk) -> None:
    """By its own retention, whatever the record keeps."""
    desk.house.command = "marked-to-go"
    desk.shown("party:A")
    log = desk.house.accesses
    assert log.forget_before(desk.clock.at) == 0
    desk.house.command = "stays"
    desk.at(desk.clock.at + timedelta(days=KEPT_DAYS + 1))
    desk.shown("party:A")
    log.close()
    folder, ledger_id = desk.house.ledger.folder, desk.house.ledger.reader.recorder.ledger_id
    desk.house.accesses = AccessLog(Where(folder), ledger_id, now=desk.clock.at, days=KEPT_DAYS)
    assert [one.command for one in told(desk, "party:A")] == ["stays"]
    for file in folder.glob(f"{ACCESSES_FILE}*"):
        assert b"marked-to-go" not in file.read_bytes()


def test_nothing_is_shown_where_the_look_cannot_be_written_down(desk: AtDesk) -> None:
    """The log is of another ledger, damaged, or gone: first the fault, never the content."""
    path = desk.house.ledger.folder / ACCESSES_FILE
    path.write_bytes(b"no database")
    with pytest.raises(StoreFault):
        desk.shown("party:A")
    path.unlink()
    desk.shown("party:A")
    desk.house.accesses.close()
    del desk.house.accesses
    with sqlite3.connect(path) as other:
        other.execute("UPDATE ledger_meta SET value = 'x' WHERE key = 'ledger_id'")
    other.close()
    with pytest.raises(StoreFault, match="another ledger"):
        desk.shown("party:A")
    path.unlink()
    for file in desk.house.ledger.folder.glob(f"{ACCESSES_FILE}-*"):
        file.unlink()


def test_who_may_not_look_is_told_nothing(desk: AtDesk) -> None:
    """The log of a case is for those who may see the case."""
    stranger = replace(CLERK, name="stranger", roles=("party",), unbound=False)
    desk.shown("party:A")
    assert list(accesses(Eyes(desk.house, stranger), None)) == []
    assert told(desk, "challenge") == []


def test_a_mediator_is_told_who_opened_the_mediators_own_room(desk: AtDesk) -> None:
    """And of no party's."""
    desk.given(do("note-strategy", by="mediator", approach="Dates first."))
    desk.shown("mediator")
    assert [list(one.rooms) for one in told(desk, "mediator")] == [["mediators"]]


@pytest.mark.parametrize("text", ["0", "-1", "many", "99999999"])
def test_the_days_are_a_setting(text: str) -> None:
    """Two years by default; nonsense is refused."""
    assert read({}).access_days == KEPT_DAYS
    assert read({"GOODOFFICES_ACCESS_DAYS": "30"}).access_days == 30
    with pytest.raises(DecodeError, match="number of days"):
        read({"GOODOFFICES_ACCESS_DAYS": text})


def test_a_log_is_made_beside_a_ledger_of_an_earlier_release(tmp_path: Path) -> None:
    """No migration: it is made with the first look."""
    log = AccessLog(Where(tmp_path), "id", now=SystemClock().now(), days=1)
    assert log.cases() == []
    log.close()


def test_showing_all_cases_leaves_a_line_for_each(desk: AtDesk) -> None:
    """Also where the views would do, content comes from the record."""
    first = _case(desk)
    desk.given(*ex.registered(("A", "B")))
    list(show(desk.eyes("registry"), None))
    assert len(told(desk, "registry", first)) == 1
    assert len(told(desk, "registry")) == 1
