"""The record in a file: made in one step, checked on opening, sound when the disk is not."""

import os
import resource
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Barrier

import pytest

from ledger.errors import CaseBusy, StoreFault
from ledger.sqlite import connections
from ledger.store.recorder import SQLiteLedgerRecorder, open_ledger_file
from ledger.store.rows import NewRow
from tests.contract.recorders import A_CASE, B_CASE, rows


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Name a file that is not there yet."""
    return tmp_path / "ledger.db"


@pytest.fixture
def recorder(path: Path) -> Iterator[SQLiteLedgerRecorder]:
    """Make an empty ledger."""
    with closing(open_ledger_file(path, create=True, ledger_id="L")) as made:
        yield made


def test_every_write_is_synchronous_and_logged_ahead(recorder: SQLiteLedgerRecorder) -> None:
    """What was answered is on disk: FULL is 2."""
    with recorder.datastore.writing() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_readers_cannot_write(recorder: SQLiteLedgerRecorder) -> None:
    """There is one writing connection and the readers are not it."""
    with pytest.raises(StoreFault), recorder.datastore.reading() as connection:
        connection.execute("DELETE FROM stored_events")


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
    """Whether shorter or longer than a header, a folder too, and a pipe that nobody writes to."""
    for content in (b"x", b"not a database\n" * 1000):
        path.write_bytes(content)
        assert "is not a database" in refusal(path)
    path.write_bytes(b"")
    assert "is empty" in refusal(path)
    assert "it is a folder" in refusal(path.parent)
    path.unlink()
    os.mkfifo(path)
    assert "it is no regular file" in refusal(path)


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
