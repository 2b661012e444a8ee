"""The projector carries the record into SQL: at once, in order, whole, and again when needed."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from msgspec.structs import replace
from structlog.testing import capture_logs

from ledger.deadlines import DeadlineMet, DeadlineSet
from ledger.errors import CaseBusy, StoreFault
from ledger.intake.events import CaseTakenOver
from ledger.parties import Phase
from ledger.profile import ProfileRef
from ledger.rooms import WHOLE, Span
from ledger.store.reader import Read
from projections import (
    access,
    audit_trail,
    case_view,
    deadlines,
    feed,
    feedback,
    generations,
    neutrality,
    notes,
    obligations,
    parties,
    proposal_history,
    proposal_tree,
    releases,
    replay,
    search,
    statistics,
)
from projections.feed import Projector
from projections.generations import glance
from projections.rows import MemoryRows, Projection, Rows, key_of
from projections.server_views import ServerViews
from projections.views import FileViews, Views
from tests.examples import accepted, caucused, mediating, tabled
from tests.sealed import LEDGER_ID, Record, case_id
from tests.spec import given

ALL = (
    case_view.PROJECTION,
    proposal_history.PROJECTION,
    audit_trail.PROJECTION,
    deadlines.PROJECTION,
    obligations.PROJECTION,
    neutrality.PROJECTION,
    releases.PROJECTION,
    parties.PROJECTION,
    feedback.PROJECTION,
    statistics.PROJECTION,
    notes.PROJECTION,
    search.PROJECTION,
)
A_CASE, B_CASE = case_id(1), case_id(2)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    """Make an empty ledger."""
    with Record(tmp_path / "data") as made:
        yield made


@pytest.fixture
def file_views(tmp_path: Path) -> Iterator[FileViews]:
    """Make an empty file of views."""
    made = FileViews(tmp_path / "views.sqlite", LEDGER_ID.hex)
    yield made
    made.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def views(request: pytest.FixtureRequest) -> Iterator[Views]:
    """Make empty views, in a file or in a PostgreSQL database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("file_views")
        return
    made = ServerViews(request.getfixturevalue("database_url"), LEDGER_ID.hex)
    yield made
    made.close()


def a_date(name: str) -> DeadlineSet:
    """Set a date."""
    return DeadlineSet(
        deadline_id=name, rule="reply", due="2026-03-20T22:59:59Z", on="2026-03-20", arithmetic="-"
    )


def taken_over(ref: str, number: str = "GO-2026-0001", **names: str) -> CaseTakenOver:
    """Open a case that began elsewhere."""
    return CaseTakenOver(
        number=number,
        external_ref=ref,
        source="somewhere",
        parties=("A", "B"),
        phase=Phase.MEDIATING,
        profile=ProfileRef(id="as-recorded", version=1, hash="sha256:" + "0" * 64),
        title="A quarrel over water",
        names=names or {"A": "Société Générale", "B": "مُحَمَّد"},
    )


def rows_in(views: Views, projections: tuple[Projection, ...] = ALL) -> MemoryRows:
    """Read every row of the views, as readers are given them."""
    rows = MemoryRows()
    with glance(views) as seen:
        for kind in (kind for projection in projections for kind in projection.kinds):
            for row in seen.rows(kind, lambda _, statement: statement):
                rows.keep(kind, key_of(row), row)
    return rows


def folded(record: Record, projections: tuple[Projection, ...] = ALL) -> MemoryRows:
    """Fold the whole record in memory."""
    reads = [read for read in record.reader.page(0, 100_000) if isinstance(read, Read)]
    return replay.fold(projections, reads)


def assert_same(one: MemoryRows, other: MemoryRows) -> None:
    """Expect the same rows of every kind."""
    for kind in (kind for projection in ALL for kind in projection.kinds):
        assert one.all(kind) == other.all(kind)


def dated(record: Record, case: UUID, count: int, room: str = "joint") -> None:
    """Set some dates in a room, and meet every second."""
    for n in range(count):
        record.tell(case, room, a_date(f"d{n}"))
        if n % 2:
            record.tell(case, room, DeadlineMet(deadline_id=f"d{n}"))


# Catching up


def test_sql_holds_what_memory_does(record: Record, views: Views) -> None:
    """After a whole case in several rooms, whatever the size of the pages."""
    record.take(given(mediating(), tabled(), caucused(), accepted()))
    head = record.commit()
    assert Projector(views, record.reader, ALL).catch_up() == head
    assert_same(rows_in(views), folded(record))


@pytest.mark.parametrize("page", [1, 2, 7, 50])
def test_the_size_of_a_page_changes_nothing(
    record: Record, views: Views, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    """Rows of rooms that began pages ago are found again."""
    monkeypatch.setattr(feed, "PAGE", page)
    record.take(given(mediating(), tabled(), accepted()))
    dated(record, B_CASE, 20)
    record.commit()
    Projector(views, record.reader, ALL).catch_up()
    assert_same(rows_in(views), folded(record))


def test_catching_up_goes_on_where_it_was(record: Record, views: Views) -> None:
    """And doing it again with nothing new changes nothing."""
    projector = Projector(views, record.reader, ALL)
    dated(record, A_CASE, 10)
    record.commit()
    assert projector.catch_up() == 15
    record.tell(A_CASE, "joint", DeadlineMet(deadline_id="d0"))
    record.commit()
    assert projector.catch_up() == 16
    assert projector.catch_up() == 16
    assert_same(rows_in(views), folded(record))


def test_an_empty_record_makes_empty_views(record: Record, views: Views) -> None:
    """Readers find nothing rather than an error."""
    assert Projector(views, record.reader, ALL).catch_up() == 0
    assert rows_in(views).all(case_view.CaseRow) == []


def test_progress_is_told(record: Record, views: Views) -> None:
    """Up to the whole."""
    dated(record, A_CASE, 10)
    head = record.commit()
    told: list[tuple[int, int]] = []
    Projector(views, record.reader, ALL).catch_up(lambda done, of: told.append((done, of)))
    assert told[-1] == (head, head)


def test_two_projectors_do_not_take_an_event_in_twice(record: Record, tmp_path: Path) -> None:
    """Each looks how far the views have come once it is its turn."""
    path = tmp_path / "views.sqlite"
    one, other = FileViews(path, LEDGER_ID.hex), FileViews(path, LEDGER_ID.hex)
    counting = Projection("search", 1, (search.NamingRow,), _count)
    projectors = [Projector(views, record.reader, [counting]) for views in (one, other)]
    for _ in range(5):
        dated(record, A_CASE, 10)
        record.commit()
        for projector in projectors:
            projector.catch_up()
    (row,) = rows_in(one, (counting,)).all(search.NamingRow)
    assert row.version == record.reader.head()
    one.close()
    other.close()


def _count(rows: Rows, read: Read) -> None:
    """Count the events of a room."""
    known = rows.get(search.NamingRow, (read.room_id.hex(), 0))
    rows.put(
        search.NamingRow(
            case_id=read.case_id.hex,
            room_id=read.room_id.hex(),
            room=read.frame.room,
            seq=0,
            position=0,
            version=1 if known is None else known.version + 1,
        )
    )


# Parking


def test_an_unreadable_event_sets_one_case_aside(record: Record, views: Views) -> None:
    """The others go on; readers can ask what is missing, and why."""
    dated(record, A_CASE, 3)
    dated(record, B_CASE, 3)
    record.commit()
    record.damage(2)
    projector = Projector(views, record.reader, ALL)
    with capture_logs() as logs:
        projector.catch_up()
    assert {p.projection for p in projector.parked(A_CASE)} == {p.name for p in ALL}
    assert {p.why for p in projector.parked()} == {"a stored event was altered"}
    assert projector.parked(B_CASE) == ()
    assert {entry["event"] for entry in logs} == {"projection.case_parked"}
    with glance(views) as seen:
        assert len(seen.of_case(deadlines.DeadlineRow, A_CASE, ["joint"])) == 1
        assert len(seen.of_case(deadlines.DeadlineRow, B_CASE, ["joint"])) == 3


def failing_once(fails: list[bool]) -> Projection:
    """Make a view that fails for one case as long as it is told to."""

    def handle(rows: Rows, read: Read) -> None:
        if fails[0] and read.case_id == A_CASE and read.frame.seq == 2:
            raise ZeroDivisionError
        _count(rows, read)

    return Projection("search", 1, (search.NamingRow,), handle)


def test_a_case_set_aside_is_taken_in_once_it_can_be(record: Record, views: Views) -> None:
    """Whole, and only for the view that failed; until then it stays aside."""
    fails = [True]
    failing = failing_once(fails)
    dated(record, A_CASE, 3)
    dated(record, B_CASE, 3)
    record.commit()
    projector = Projector(views, record.reader, [failing, deadlines.PROJECTION])
    projector.catch_up()
    assert [(p.projection, p.why) for p in projector.parked()] == [("search", "ZeroDivisionError")]
    dated(record, A_CASE, 1)
    record.commit()
    projector.catch_up()
    assert not projector.unpark(A_CASE)
    fails[0] = False
    assert projector.unpark(A_CASE)
    counts = {r.case_id: r.version for r in rows_in(views, (failing,)).all(search.NamingRow)}
    assert counts == {A_CASE.hex: 5, B_CASE.hex: 4}
    record.tell(A_CASE, "joint", a_date("later"))
    record.commit()
    projector.catch_up()
    counts = {r.case_id: r.version for r in rows_in(views, (failing,)).all(search.NamingRow)}
    assert counts[A_CASE.hex] == 6


# Building anew


def test_a_rebuilt_view_equals_the_one_before(record: Record, views: Views) -> None:
    """Nothing of an old generation is left in the file; a server keeps the last for its readers."""
    record.take(given(mediating(), tabled(), accepted()))
    record.commit()
    projector = Projector(views, record.reader, ALL)
    projector.catch_up()
    before = tables_in(views)
    told: list[tuple[int, int]] = []
    projector.rebuild(progress=lambda done, of: told.append((done, of)))
    assert_same(rows_in(views), folded(record))
    after = tables_in(views)
    assert len(after) == len(before) * generations_kept(views)
    assert told[-1] == (record.reader.head(), record.reader.head())
    projector.rebuild()
    assert len(tables_in(views)) == len(after)
    assert tables_in(views).isdisjoint(before)


def generations_kept(views: Views) -> int:
    """Tell how many generations of a view there are once it was built anew."""
    return 2 if isinstance(views, ServerViews) else 1


def tables_in(views: Views) -> set[str]:
    """Name the tables of rows."""
    with views.reading() as connection:
        return {name for name in sa.inspect(connection).get_table_names() if "__" in name}


def test_the_old_view_serves_while_the_new_one_is_built(
    record: Record, views: Views, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers always find every date, at each page of the way."""
    monkeypatch.setattr(feed, "PAGE", 5)
    dated(record, A_CASE, 20)
    head = record.commit()
    projector = Projector(views, record.reader, [deadlines.PROJECTION])
    projector.catch_up()
    seen: list[int] = []

    def look(_done: int, _of: int) -> None:
        with glance(views) as state:
            seen.append(len(state.of_case(deadlines.DeadlineRow, A_CASE, ["joint"])))

    projector.rebuild("deadlines", look)
    assert len(seen) == head / 5
    assert set(seen) == {20}


def test_events_recorded_during_a_rebuild_are_not_lost(
    record: Record, views: Views, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by the view that serves nor by the one that takes its place."""
    monkeypatch.setattr(feed, "PAGE", 5)
    dated(record, A_CASE, 10)
    record.commit()
    live = Projector(views, record.reader, [deadlines.PROJECTION])
    live.catch_up()
    left = [3]

    def more(_done: int, _of: int) -> None:
        if left[0]:
            left[0] -= 1
            record.tell(B_CASE, "joint", a_date(f"n{left[0]}"))
            record.commit()
            live.catch_up()

    Projector(views, record.reader, [deadlines.PROJECTION]).rebuild("deadlines", more)
    assert len(rows_in(views, (deadlines.PROJECTION,)).all(deadlines.DeadlineRow)) == 13


class StoppedError(Exception):
    """Stands for a process that ends."""


def test_a_rebuild_that_breaks_off_leaves_the_old_view(
    record: Record, views: Views, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one cleans up and goes through."""
    monkeypatch.setattr(feed, "PAGE", 5)
    dated(record, A_CASE, 20)
    record.commit()
    projector = Projector(views, record.reader, [deadlines.PROJECTION])
    projector.catch_up()

    def stop(_done: int, _of: int) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        projector.rebuild("deadlines", stop)
    kinds = [kind.table for kind in deadlines.PROJECTION.kinds]
    assert tables_in(views) == {f"{kind}_{n}" for kind in kinds for n in (1, 2)}
    assert len(rows_in(views, (deadlines.PROJECTION,)).all(deadlines.DeadlineRow)) == 20
    projector.rebuild("deadlines")
    assert len(tables_in(views)) == len(kinds) * generations_kept(views)
    assert len(rows_in(views, (deadlines.PROJECTION,)).all(deadlines.DeadlineRow)) == 20


def test_of_two_rebuilds_of_one_view_the_later_goes_through(
    record: Record, views: Views, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The earlier one is told to try again."""
    monkeypatch.setattr(feed, "PAGE", 5)
    dated(record, A_CASE, 20)
    record.commit()
    projector = Projector(views, record.reader, [deadlines.PROJECTION])
    projector.catch_up()
    begun = [False]

    def overtake(_done: int, _of: int) -> None:
        if not begun[0]:
            begun[0] = True
            projector.rebuild("deadlines")

    with pytest.raises(CaseBusy):
        projector.rebuild("deadlines", overtake)
    assert len(rows_in(views, (deadlines.PROJECTION,)).all(deadlines.DeadlineRow)) == 20


def test_a_newer_version_of_the_code_builds_its_view_anew(record: Record, views: Views) -> None:
    """With the first catching up; an older program then leaves it alone."""
    dated(record, A_CASE, 4)
    record.commit()
    old = Projector(views, record.reader, [deadlines.PROJECTION])
    old.catch_up()
    newer = replace(deadlines.PROJECTION, version=deadlines.PROJECTION.version + 1)
    Projector(views, record.reader, [newer]).catch_up()
    with views.reading() as connection:
        view = generations.serving(connection)["deadlines"]
    assert (view.version, view.generation) == (newer.version, 2)
    with pytest.raises(StoreFault, match="newer release"):
        old.catch_up()


def test_only_known_views_can_be_rebuilt(record: Record, views: Views) -> None:
    """A name nobody knows is a mistake of the caller."""
    with pytest.raises(KeyError):
        Projector(views, record.reader, ALL).rebuild("nothing")


# The file


def test_the_file_is_its_owners_alone(record: Record, file_views: FileViews) -> None:
    """With what SQLite keeps beside it."""
    dated(record, A_CASE, 4)
    record.commit()
    Projector(file_views, record.reader, ALL).catch_up()
    files = list(file_views.path.parent.glob(f"{file_views.path.name}*"))
    assert len(files) == 3
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_a_file_that_is_gone_is_made_anew(record: Record, file_views: FileViews) -> None:
    """Even under a projector that has it open."""
    dated(record, A_CASE, 4)
    record.commit()
    projector = Projector(file_views, record.reader, ALL)
    projector.catch_up()
    for file in file_views.path.parent.glob(f"{file_views.path.name}*"):
        file.unlink()
    projector.catch_up()
    assert_same(rows_in(file_views), folded(record))


@pytest.mark.parametrize("found", [b"", b"not a database at all" * 100, b"SQLite format 3\x00junk"])
def test_a_file_that_is_none_of_ours_is_made_anew(
    record: Record, tmp_path: Path, found: bytes
) -> None:
    """Whatever stands there holds nothing that is not in the record."""
    path = tmp_path / "views.sqlite"
    path.write_bytes(found)
    dated(record, A_CASE, 4)
    record.commit()
    views = FileViews(path, LEDGER_ID.hex)
    Projector(views, record.reader, ALL).catch_up()
    assert_same(rows_in(views), folded(record))
    views.close()


def test_views_of_another_ledger_are_made_anew(record: Record, tmp_path: Path) -> None:
    """They would tell of cases that are not in this record."""
    path = tmp_path / "views.sqlite"
    dated(record, A_CASE, 4)
    record.commit()
    other = FileViews(path, "0" * 32)
    Projector(other, record.reader, ALL).catch_up()
    other.close()
    views = FileViews(path, LEDGER_ID.hex)
    with views.reading() as connection:
        assert generations.serving(connection) == {}
    views.close()


def test_damage_under_way_is_healed(record: Record, file_views: FileViews) -> None:
    """A page overwritten behind our back costs a rebuild, nothing else."""
    dated(record, A_CASE, 400)
    record.commit()
    projector = Projector(file_views, record.reader, ALL)
    projector.catch_up()
    file_views.close()
    with closing(sqlite3.connect(file_views.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with file_views.path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (file_views.path.stat().st_size - 4096))
    dated(record, B_CASE, 1)
    record.commit()
    projector.catch_up()
    assert_same(rows_in(file_views), folded(record))


def test_a_disk_that_fails_is_told_and_costs_no_file(record: Record, file_views: FileViews) -> None:
    """What cannot be written is no lost file: it stays, why is told, and it goes on later."""
    dated(record, A_CASE, 4)
    record.commit()
    projector = Projector(file_views, record.reader, ALL)
    projector.catch_up()
    inode = file_views.path.stat().st_ino
    dated(record, B_CASE, 400)
    record.commit()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    grown = max(
        file.stat().st_size for file in file_views.path.parent.glob(f"{file_views.path.name}*")
    )
    resource.setrlimit(resource.RLIMIT_FSIZE, (grown, hard))
    try:
        with pytest.raises(StoreFault, match="cannot be read or written") as told:
            projector.catch_up()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert told.value.needs
    assert file_views.path.stat().st_ino == inode
    projector.catch_up()
    assert_same(rows_in(file_views), folded(record))


def test_no_content_is_in_any_file_of_the_views(record: Record, file_views: FileViews) -> None:
    """Words, names and titles are opened from the record when shown."""
    record.take(given(mediating(), tabled(), caucused(said="the canary sings")))
    record.tell(A_CASE, "joint", taken_over("casino:1", A="Canary Corp", B="Kanari AG"))
    record.commit()
    Projector(file_views, record.reader, ALL).catch_up()
    for file in file_views.path.parent.glob(f"{file_views.path.name}*"):
        raw = file.read_bytes()
        for word in (b"canary", b"Canary", b"Kanari", b"quarrel", b"1300000", b"Berth"):
            assert word not in raw


# Reading


def test_the_list_of_cases_has_each_once_in_order(record: Record, views: Views) -> None:
    """For the registry from the rooms it reads in every case."""
    record.tell(B_CASE, "joint", taken_over("fmcs:7", "GO-2026-0001"))
    record.take(given(mediating(), tabled(), caucused()))
    record.commit()
    Projector(views, record.reader, ALL).catch_up()
    with glance(views) as seen:

        def office(table: sa.Table, statement: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's own
            return statement.where(access.office_reads(table))

        rooms = {row.room for row in seen.rows(audit_trail.AuditRow, office)}
        listed = list(case_view.cases(seen))
        one = case_view.case(seen, B_CASE, {"joint": WHOLE})
        nothing = case_view.case(seen, B_CASE, {"desk:A": WHOLE})
        assert len(list(case_view.involving(seen, "B"))) == 2
        assert list(case_view.involving(seen, "%")) == []
    assert {"joint", "desk:A"} <= rooms
    assert not [room for room in rooms if room.startswith(("caucus", "party", "mediators"))]
    assert [case.phase for case in listed] == ["MEDIATING", "MEDIATING"]
    assert listed[0].external_ref == "fmcs:7"
    assert one == listed[0]
    assert nothing is None


def test_the_trail_is_read_in_pages_by_key(record: Record, views: Views) -> None:
    """Every event of the rooms and spans once, in the order of time."""
    dated(record, A_CASE, 20)
    dated(record, A_CASE, 20, "desk:A")
    dated(record, B_CASE, 5)
    record.commit()
    Projector(views, record.reader, ALL).catch_up()
    rights = {"joint": Span(3, 12), "desk:A": WHOLE}
    with glance(views) as seen:
        whole = list(audit_trail.trail(seen, A_CASE, rights))
        paged: list[audit_trail.AuditRow] = []
        part = audit_trail.page(seen, A_CASE, rights, limit=7)
        paged += part.rows
        while part.end is not None:
            part = audit_trail.page(seen, A_CASE, rights, part.end, limit=7)
            paged += part.rows
    assert paged == whole
    assert len(whole) == 40
    assert [r.seq for r in whole if r.room == "joint"] == list(range(3, 13))
    assert [audit_trail.place_of(r) for r in whole] == sorted(map(audit_trail.place_of, whole))


def test_nobody_without_rights_reads_a_trail(record: Record, views: Views) -> None:
    """No room, no row."""
    dated(record, A_CASE, 2)
    record.commit()
    Projector(views, record.reader, ALL).catch_up()
    with glance(views) as seen:
        assert list(audit_trail.trail(seen, A_CASE, {})) == []


def test_proposals_and_dates_are_read_by_room(record: Record, views: Views) -> None:
    """In the order of tabling; dates with their arithmetic."""
    record.take(given(mediating(), tabled(), tabled(by="B")))
    record.commit()
    projector = Projector(views, record.reader, ALL)
    projector.catch_up()
    case = next(iter(rows_in(views).all(case_view.CaseRow))).case_id
    with glance(views) as seen:
        rows = proposal_history.of_case(seen, UUID(case), {"joint": WHOLE})
        dates = deadlines.calendar(seen, UUID(case), {"joint": WHOLE}, record.at)
        assert proposal_history.of_case(seen, UUID(case), {"party:A": WHOLE}) == []
    told = proposal_tree.history(
        rows, proposal_tree.clauses_from(record.reader), external_ref=None, ended=False
    )
    assert [p.by for p in told] == ["A", "B"]
    assert told[0].clauses[0].issue == "berth fee"
    assert all(date.arithmetic for date in dates)


def test_a_case_is_named_by_number_reference_or_how_they_begin(
    record: Record, views: Views
) -> None:
    """An exact name wins over those that begin so."""
    for n, ref in ((1, "casino:1"), (2, "casino:12"), (3, "fmcs:1")):
        record.tell(case_id(n), "joint", taken_over(ref, f"GO-2026-{n:04d}"))
    record.commit()
    Projector(views, record.reader, ALL).catch_up()
    with glance(views) as seen:
        for name, cases in (
            ("casino:1", [1]),
            ("GO-2026-0003", [3]),
            ("casino:", [1, 2]),
            ("fm", [3]),
            ("x", []),
        ):
            found = case_view.named(seen, name)
            assert [(case_id(n), "joint") for n in cases] == sorted(found)


# Searching


@pytest.mark.parametrize(
    "words", ["générale", "SOCIETE generale", "محمد", "casino:7", "GO-2026-0001", "water quarrel"]
)
def test_a_case_is_found_by_what_it_is_called(record: Record, views: Views, words: str) -> None:
    """Party, title, number or reference, in any script, in part."""
    record.tell(A_CASE, "joint", taken_over("casino:7"))
    record.tell(B_CASE, "joint", taken_over("casino:8", "GO-2026-0002", A="Somebody", B="Else"))
    record.commit()
    Projector(views, record.reader, ALL).catch_up()
    index = search.Index(record.reader)
    with glance(views) as seen:
        index.catch_up(seen)
        index.catch_up(seen)
    found = list(index.find(words, lambda _: True))
    assert found[0] == A_CASE
    assert len(found) == (2 if words == "water quarrel" else 1)


def test_nobody_finds_what_it_may_not_open(record: Record, views: Views) -> None:
    """Names at a desk are found by those who read that desk."""
    record.tell(A_CASE, "desk:A", taken_over("x:1"))
    record.commit()
    Projector(views, record.reader, ALL).catch_up()
    index = search.Index(record.reader)
    with glance(views) as seen:
        index.catch_up(seen)
    assert list(index.find("water", lambda found: found.room == "joint")) == []
    assert list(index.find("water", lambda found: found.room == "desk:A")) == [A_CASE]
    assert list(index.find("  ", lambda _: True)) == []


def test_sql_and_memory_have_one_digest(record: Record, views: Views) -> None:
    """What a reader is given does not depend on where the rows came from."""
    record.take(given(mediating(), tabled(), accepted()))
    record.commit()
    Projector(views, record.reader, ALL).catch_up()
    assert replay.digest(rows_in(views)) == replay.digest(folded(record))
