"""The recorder keeps the library's contract and ours."""

import resource
import sqlite3
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Barrier, Thread
from time import sleep
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.tests import persistence as suites

from ledger.errors import CaseBusy, StoreFault
from ledger.sqlite import connections
from ledger.store.datastore import NewRow
from ledger.store.recorder import (
    SQLiteLedgerRecorder,
    open_ledger_file,
    refuse_library_codecs,
)

A_CASE = UUID(int=0xA)
B_CASE = UUID(int=0xB)


class _InTemporaryFolder(suites.RecorderTestCase):
    def create_recorder(self) -> SQLiteLedgerRecorder:
        """Make a ledger that lasts for one test."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        recorder = open_ledger_file(Path(folder.name) / "ledger.db", create=True, ledger_id="L")
        self.addCleanup(recorder.close)
        return recorder


class TestLibraryContract(
    _InTemporaryFolder, suites.ApplicationRecorderTestCase[SQLiteLedgerRecorder]
):
    """The library's suite for an application's recorder."""

    def test_insert_subscribe(self) -> None:
        """A subscription sees what was recorded before and after it began."""
        self.optional_test_insert_subscribe()


class TestLibraryOrder(_InTemporaryFolder, suites.NonInterleavingNotificationIDsBaseCase):
    """The library's suite for writers that race."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Name a file that is not there yet."""
    return tmp_path / "ledger.db"


@pytest.fixture
def recorder(path: Path) -> Iterator[SQLiteLedgerRecorder]:
    """Make an empty ledger."""
    made = open_ledger_file(path, create=True, ledger_id="L")
    yield made
    made.close()


def rows(case: UUID, first: int = 1, *, count: int = 1, number: str | None = None) -> list[NewRow]:
    """Give `count` events of a case, the first one bearing its number."""
    return [
        NewRow(case, version, b"state %d" % version, number if version == 1 else None)
        for version in range(first, first + count)
    ]


def numbered(recorder: SQLiteLedgerRecorder, *numbers: str) -> None:
    """Open a case under each number."""
    for place, number in enumerate(numbers, start=0x100):
        recorder.insert(rows(UUID(int=place), number=number))


# Recording


def test_positions_count_from_one_without_a_gap(recorder: SQLiteLedgerRecorder) -> None:
    """Each insert goes on where the last one ended."""
    assert recorder.head() == 0
    assert recorder.insert(rows(A_CASE, count=3)) == [1, 2, 3]
    assert recorder.insert(rows(B_CASE, count=2)) == [4, 5]
    assert recorder.insert([]) == []
    assert recorder.head() == 5


def test_a_taken_version_records_nothing_and_leaves_no_gap(recorder: SQLiteLedgerRecorder) -> None:
    """The rows before the one that clashes are not recorded either."""
    recorder.insert(rows(A_CASE, count=2))
    with pytest.raises(CaseBusy, match="another writer was first"):
        recorder.insert([*rows(B_CASE, count=5), *rows(A_CASE, first=2)])
    assert recorder.stream(B_CASE) == []
    assert recorder.insert(rows(B_CASE)) == [3]


def test_a_taken_case_number_records_nothing(recorder: SQLiteLedgerRecorder) -> None:
    """Two cases never bear one number."""
    recorder.insert(rows(A_CASE, number="GO-2026-0001"))
    with pytest.raises(CaseBusy):
        recorder.insert(rows(B_CASE, number="GO-2026-0001"))
    assert recorder.head() == 1


def test_the_topic_is_a_constant(recorder: SQLiteLedgerRecorder) -> None:
    """No import path is ever stored."""
    recorder.insert(rows(A_CASE, count=2))
    assert {event.topic for event in recorder.select_events(A_CASE)} == {"gol/1"}


def test_a_position_is_never_given_twice(recorder: SQLiteLedgerRecorder, path: Path) -> None:
    """A deleted tail leaves a gap, which tells, rather than its numbers to newcomers."""
    recorder.insert(rows(A_CASE, count=3))
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("DELETE FROM stored_events WHERE position > 1")
    assert recorder.insert(rows(B_CASE)) == [4]


def test_every_write_is_synchronous_and_logged_ahead(recorder: SQLiteLedgerRecorder) -> None:
    """What was answered is on disk: FULL is 2."""
    with recorder.datastore.writing() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_readers_cannot_write(recorder: SQLiteLedgerRecorder) -> None:
    """There is one writing connection and the readers are not it."""
    with pytest.raises(StoreFault), recorder.datastore.reading() as connection:
        connection.execute("DELETE FROM stored_events")


# Reading


def test_a_page_goes_on_after_a_position(recorder: SQLiteLedgerRecorder) -> None:
    """Pages put together are the whole ledger in order."""
    recorder.insert([*rows(A_CASE, count=2), *rows(B_CASE), *rows(A_CASE, first=3)])
    assert recorder.page(0, 3) == [
        (1, A_CASE, 1, b"state 1"),
        (2, A_CASE, 2, b"state 2"),
        (3, B_CASE, 1, b"state 1"),
    ]
    assert recorder.page(3, 3) == [(4, A_CASE, 3, b"state 3")]
    assert recorder.page(4, 3) == []


def test_a_stream_holds_one_case_between_bounds(recorder: SQLiteLedgerRecorder) -> None:
    """After a version, up to a position."""
    recorder.insert([*rows(A_CASE, count=2), *rows(B_CASE), *rows(A_CASE, first=3, count=2)])
    assert [version for _, version, _ in recorder.stream(A_CASE)] == [1, 2, 3, 4]
    assert recorder.stream(A_CASE, after_version=3) == [(5, 4, b"state 4")]
    assert recorder.stream(A_CASE, 1, upto_position=4) == [(2, 2, b"state 2"), (4, 3, b"state 3")]
    assert recorder.stream(A_CASE, upto_position=0) == []


def test_a_case_is_found_by_its_number(recorder: SQLiteLedgerRecorder) -> None:
    """By the whole number only."""
    recorder.insert(rows(A_CASE, count=2, number="GO-2026-0001"))
    assert recorder.case_of_number("GO-2026-0001") == A_CASE
    assert recorder.case_of_number("GO-2026-000") is None


def test_the_last_number_is_the_greatest_beyond_9999(recorder: SQLiteLedgerRecorder) -> None:
    """Numbers are compared as numbers, within the prefix."""
    assert recorder.last_number("GO-2026-") is None
    numbered(recorder, "GO-2026-0002", "GO-2026-10000", "GO-2026-9999", "GO-2027-0001", "GO-20268")
    assert recorder.last_number("GO-2026-") == "GO-2026-10000"
    assert recorder.last_number("GO-2027-") == "GO-2027-0001"
    assert recorder.last_number("GO-2025-") is None


def test_numbers_are_found_by_their_beginning(recorder: SQLiteLedgerRecorder) -> None:
    """Wildcards of SQL are letters like any other."""
    numbered(recorder, "GO-2026-0012", "GO-2026-0002", "GO-2026-0010", "GO-2027-0001")
    assert recorder.numbers_starting("GO-2026-001", 5) == ["GO-2026-0010", "GO-2026-0012"]
    assert recorder.numbers_starting("GO-2026-", 1) == ["GO-2026-0002"]
    assert recorder.numbers_starting("GO-2026-%", 5) == []


def test_many_readers_work_beside_a_writer(recorder: SQLiteLedgerRecorder) -> None:
    """Forty threads read whole pages while one records; each sees a gapless beginning."""
    start = Barrier(41)

    def read() -> None:
        start.wait()
        seen = 0
        while seen < 400:
            page = recorder.page(seen, 50)
            assert [position for position, *_ in page] == list(
                range(seen + 1, seen + len(page) + 1)
            )
            seen += len(page)
            sleep(0.001)

    with ThreadPoolExecutor(40) as readers:
        reading = [readers.submit(read) for _ in range(40)]
        start.wait()
        for first in range(1, 400, 4):
            recorder.insert(rows(A_CASE, first, count=4))
        for done in reading:
            done.result(timeout=30)


# Following


def test_a_subscription_is_woken_by_an_insert_of_its_process(
    recorder: SQLiteLedgerRecorder,
) -> None:
    """Although the next question is an hour away."""
    recorder.poll_s = 3600
    with recorder.subscribe() as subscription, ThreadPoolExecutor(1) as follower:
        first = follower.submit(next, subscription)
        recorder.insert(rows(A_CASE))
        assert first.result(timeout=10).id == 1


def test_a_subscription_finds_what_another_process_recorded(
    recorder: SQLiteLedgerRecorder, path: Path
) -> None:
    """Nothing wakes it, so it asks."""
    recorder.poll_s = 0.01
    with (
        closing(open_ledger_file(path)) as other,
        recorder.subscribe() as subscription,
        ThreadPoolExecutor(1) as follower,
    ):
        first = follower.submit(next, subscription)
        other.insert(rows(A_CASE))
        assert first.result(timeout=10).id == 1


def test_a_subscription_is_stopped_from_another_thread(recorder: SQLiteLedgerRecorder) -> None:
    """It ends at once while it waits."""
    recorder.poll_s = 3600
    with recorder.subscribe() as subscription:
        follower = Thread(target=lambda: list(subscription))
        follower.start()
        subscription.stop()
        follower.join(timeout=10)
        assert not follower.is_alive()


def test_a_subscription_by_topic_advances_past_other_topics(
    recorder: SQLiteLedgerRecorder,
) -> None:
    """What does not match is looked at once, not again with every question."""
    recorder.insert(rows(A_CASE, count=600))
    recorder.insert_events([StoredEvent(B_CASE, 1, "other", b"")])
    asked: list[int | None] = []
    select = recorder.select_notifications

    def noting(start: int | None, *args: object, **kwargs: object) -> object:
        asked.append(start)
        return select(start, *args, **kwargs)  # type: ignore[arg-type]  # passed on as they came

    recorder.select_notifications = noting  # type: ignore[method-assign, assignment]  # a spy
    with recorder.subscribe(topics=["other"]) as subscription:
        assert next(subscription).id == 601
        recorder.insert_events([StoredEvent(B_CASE, 2, "other", b"")])
        assert next(subscription).id == 602
    assert asked == [0, 601]


def test_a_subscription_holds_no_connection(recorder: SQLiteLedgerRecorder) -> None:
    """A hundred followers need no hundred connections."""
    recorder.insert(rows(A_CASE, count=2))
    followers = [recorder.subscribe() for _ in range(100)]
    assert [next(follower).id for follower in followers] == [1] * 100
    for follower in followers:
        follower.stop()


# Opening


def refusal(path: Path, *, create: bool = False, every_page: bool = False) -> str:
    """Return why a file is refused."""
    with pytest.raises(StoreFault) as refused:
        open_ledger_file(path, create=create, every_page=every_page)
    assert refused.value.needs
    return refused.value.why


def recorded(path: Path, count: int = 200) -> Path:
    """Make a ledger with some events in it."""
    with closing(open_ledger_file(path, create=True, ledger_id="L")) as recorder:
        recorder.insert(rows(A_CASE, count=count))
    return path


def test_a_ledger_is_opened_again_with_all_it_holds(path: Path) -> None:
    """Creating it again changes nothing."""
    recorded(path)
    with closing(open_ledger_file(path, create=True, ledger_id="L", every_page=True)) as recorder:
        assert recorder.head() == 200
        assert recorder.ledger_id == "L"


def test_a_missing_ledger_is_not_made_by_opening_it(path: Path) -> None:
    """A wrong path is told, not served from an empty file."""
    assert refusal(path).startswith("there is no ledger at")
    assert not path.exists()


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    """Whether shorter or longer than a header, and a folder too."""
    for content in (b"x", b"not a database\n" * 1000):
        path.write_bytes(content)
        assert "is not a database" in refusal(path)
    path.write_bytes(b"")
    assert "is empty" in refusal(path)
    assert "cannot be read" in refusal(path.parent)


def test_a_database_of_another_program_is_refused(path: Path) -> None:
    """And left as it was."""
    with closing(sqlite3.connect(path)) as foreign:
        foreign.execute("CREATE TABLE stored_events (position INTEGER PRIMARY KEY)")
    before = path.read_bytes()
    assert "another program" in refusal(path, create=True)
    assert path.read_bytes() == before


def test_a_ledger_without_its_tables_is_refused(path: Path) -> None:
    """The number in the header alone does not make a ledger."""
    with closing(sqlite3.connect(path)) as empty:
        empty.execute(f"PRAGMA application_id={0x474F4C31}")
        empty.execute("CREATE TABLE something (x)")
    assert "lacks tables" in refusal(path)


@pytest.mark.parametrize(
    ("found", "why"),
    [("gol/2", "newer format"), ("gol/x", "which format"), ("cal/1", "which format")],
)
def test_another_format_is_refused(path: Path, found: str, why: str) -> None:
    """A newer one by name."""
    recorded(path)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE ledger_meta SET value = ? WHERE key = 'format'", (found,))
    assert why in refusal(path)


def test_another_ledger_is_refused(path: Path) -> None:
    """When the caller says which one it means."""
    recorded(path)
    with pytest.raises(StoreFault, match="holds the ledger L, not M"):
        open_ledger_file(path, ledger_id="M")


def test_a_ledger_cut_short_anywhere_is_refused(path: Path) -> None:
    """At every page boundary and within pages."""
    whole = recorded(path).read_bytes()
    for size in {*range(4096, len(whole), 4096), *range(50, len(whole), 5003)}:
        path.write_bytes(whole[:size])
        why = refusal(path)
        assert "cut short" in why or "lacks tables" in why, (size, why)


def test_a_deleted_tail_is_noticed_on_opening(path: Path) -> None:
    """Although every page is sound."""
    recorded(path)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("DELETE FROM stored_events WHERE position > 190")
    assert refusal(path) == "the ledger ends at position 190, but 200 was recorded"


def test_a_damaged_page_is_found_when_asked(path: Path) -> None:
    """The cheap checks of every start do not read it."""
    content = bytearray(recorded(path, count=2000).read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\x07" * 4096
    path.write_bytes(content)
    assert "damaged" in refusal(path, every_page=True)


def test_a_ledger_is_made_in_one_step(path: Path) -> None:
    """Two processes that make it at once get the same one, and nothing is left beside it."""
    together = Barrier(4)

    def make(_: int) -> str:
        together.wait()
        with closing(open_ledger_file(path, create=True, ledger_id="L")) as recorder:
            return recorder.ledger_id

    with ThreadPoolExecutor(4) as makers:
        assert list(makers.map(make, range(4))) == ["L"] * 4
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_ledger_needs_a_folder(path: Path) -> None:
    """It is not made by the way."""
    with pytest.raises(StoreFault, match="cannot be made"):
        open_ledger_file(path / "deeper" / "ledger.db", create=True, ledger_id="L")


# The disk and other processes


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let the system refuse to let any file of this process grow beyond `size`."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def most_pages(recorder: SQLiteLedgerRecorder) -> Iterator[None]:
    """Let SQLite say that the disk is full, as it does when the system says so."""
    with recorder.datastore.writing() as connection:
        connection.execute("PRAGMA max_page_count=1")  # as few as it has now
    yield
    with recorder.datastore.writing() as connection:
        connection.execute("PRAGMA max_page_count=1000000")


@pytest.mark.parametrize("how", ["disk full", "disk error"])
def test_a_full_disk_records_nothing_and_later_all_is_well(
    recorder: SQLiteLedgerRecorder, how: str
) -> None:
    """The same rows are recorded when there is space again."""
    recorder.insert(rows(A_CASE, count=3))
    large = [NewRow(B_CASE, version, bytes(50_000)) for version in range(1, 5)]
    full = most_pages(recorder) if how == "disk full" else largest_file(150_000)
    with full:
        for _ in range(2):
            with pytest.raises(StoreFault, match="nothing was recorded") as fault:
                recorder.insert(large)
            assert "space" in fault.value.needs
        assert recorder.head() == 3
        assert recorder.stream(B_CASE) == []
    assert recorder.insert(large) == [4, 5, 6, 7]


def test_a_file_locked_by_another_process_is_busy(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The caller may try again; nothing was recorded."""
    monkeypatch.setattr(connections, "BUSY_TIMEOUT_S", 0.01)
    with closing(open_ledger_file(path, create=True, ledger_id="L")) as recorder:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(CaseBusy, match="in use by another process"):
                recorder.insert(rows(A_CASE))
        assert recorder.insert(rows(A_CASE)) == [1]


@pytest.mark.parametrize("name", ["CIPHER_TOPIC", "COMPRESSOR_TOPIC", "LEDGER_CIPHER_TOPIC"])
def test_codecs_of_the_library_are_refused(name: str) -> None:
    """Our mapper would ignore them silently, so nobody may believe in them."""
    with pytest.raises(StoreFault, match=name):
        refuse_library_codecs({"PATH": "/bin", name: "zlib"})
    refuse_library_codecs({"PATH": "/bin", name: ""})
