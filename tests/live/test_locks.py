"""Several processes and threads share one data folder, one at a time, in turn."""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import count, repeat
from multiprocessing import get_context
from pathlib import Path
from threading import Barrier, Event
from time import monotonic, sleep
from uuid import UUID

import pytest

from ledger.errors import CaseBusy, StoreFault
from ledger.store.datastore import NewRow
from ledger.store.locks import Holder, ServeLock, WriterLock, serving
from ledger.store.recorder import open_ledger_file

pytestmark = pytest.mark.live

INSERTS = 25
ROWS = 4

HOLDING = """
import sys
from pathlib import Path
from time import sleep
from ledger.store.locks import ServeLock, WriterLock
folder = Path(sys.argv[2])
with {"serve": ServeLock, "write": WriterLock}[sys.argv[1]](folder):
    print("held", flush=True)
    sleep(60)
"""


@contextmanager
def another_process_holds(what: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a process that takes a lock and keeps it until killed."""
    command = [sys.executable, "-c", HOLDING, what, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holding:
        try:
            assert holding.stdout is not None
            assert holding.stdout.readline() == "held\n"
            yield holding
        finally:
            holding.kill()


# The writer's turn


def test_only_one_thread_writes_at_a_time(tmp_path: Path) -> None:
    """One lock object serves all threads of a process."""
    lock = WriterLock(tmp_path)
    inside: list[int] = []

    def write(_: int) -> None:
        with lock:
            inside.append(1)
            assert len(inside) == 1
            sleep(0.001)
            inside.pop()

    with ThreadPoolExecutor(8) as writers:
        list(writers.map(write, range(80)))


def test_waiting_ends_with_busy(tmp_path: Path) -> None:
    """And the next one gets its turn as if nothing had been."""
    with (
        WriterLock(tmp_path),
        pytest.raises(CaseBusy, match="others are writing"),
        WriterLock(tmp_path, timeout_s=0.05),
    ):
        pytest.fail("two writers at once")
    with WriterLock(tmp_path, timeout_s=0):
        pass


def test_waiting_at_the_turnstile_ends_with_busy_too(tmp_path: Path) -> None:
    """A second one that waits is told as well."""
    together = Barrier(3)

    def wait(_: int) -> str:
        together.wait()
        with pytest.raises(CaseBusy), WriterLock(tmp_path, timeout_s=0.05):
            pytest.fail("two writers at once")
        return "busy"

    with WriterLock(tmp_path), ThreadPoolExecutor(3) as waiting:
        assert list(waiting.map(wait, range(3))) == ["busy"] * 3


def test_a_refused_writer_lets_go(tmp_path: Path) -> None:
    """What goes wrong inside does not keep the others out."""
    with pytest.raises(ZeroDivisionError), WriterLock(tmp_path):
        _ = 1 / 0
    with WriterLock(tmp_path, timeout_s=0):
        pass


def test_a_killed_writer_lets_go(tmp_path: Path) -> None:
    """The system drops the locks of the dead."""
    with another_process_holds("write", tmp_path) as holding:
        with pytest.raises(CaseBusy), WriterLock(tmp_path, timeout_s=0.01):
            pytest.fail("two writers at once")
        holding.send_signal(signal.SIGKILL)
        holding.wait()
        with WriterLock(tmp_path, timeout_s=5):
            pass


def test_a_missing_folder_is_a_fault(tmp_path: Path) -> None:
    """It is named, not made."""
    with pytest.raises(StoreFault, match="cannot be opened"), WriterLock(tmp_path / "gone"):
        pytest.fail("a lock in no folder")


def test_who_just_wrote_waits_for_who_waits(tmp_path: Path) -> None:
    """Even if it asks again in the same instant."""
    turns: list[str] = []
    waits = Event()

    def waiter() -> None:
        waits.set()
        with WriterLock(tmp_path):
            turns.append("waiter")

    with ThreadPoolExecutor(1) as other:
        with WriterLock(tmp_path):
            done = other.submit(waiter)
            waits.wait()
            while _turnstile_is_free(tmp_path):
                sleep(0.001)
        with WriterLock(tmp_path):
            turns.append("again")
        done.result(timeout=10)
    assert turns == ["waiter", "again"]


def _turnstile_is_free(folder: Path) -> bool:
    with (folder / "turnstile.lock").open() as turnstile:
        try:
            fcntl.flock(turnstile, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def take_turns(folder: Path) -> tuple[int, float]:
    """Write for a second and a half without a pause; return the turns and the longest wait."""
    turns, longest = 0, 0.0
    end = monotonic() + 1.5
    while (asked := monotonic()) < end:
        with WriterLock(folder):
            longest = max(longest, monotonic() - asked)
            sleep(0.002)
        turns += 1
    return turns, longest


@pytest.mark.slow
def test_of_two_busy_processes_neither_starves(tmp_path: Path) -> None:
    """Both write all the time, so each waits for about one turn of the other."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        (a, wait_of_a), (b, wait_of_b) = processes.map(take_turns, repeat(tmp_path, 2))
    assert max(wait_of_a, wait_of_b) < 5
    assert min(a, b) * 5 > max(a, b)


# Eight writers and a reader


def record(folder: Path, writer: int, seconds: float) -> list[int]:
    """Insert with the turn, as the writer of the ledger does, some times and for some seconds."""
    positions: list[int] = []
    lock, end = WriterLock(folder, timeout_s=30), monotonic() + seconds
    with closing(open_ledger_file(folder / "ledger.db")) as recorder:
        for first in count(1, ROWS):
            if first > INSERTS * ROWS and monotonic() > end:
                return positions
            versions = range(first, first + ROWS)
            with lock:
                head = recorder.head()
                new = recorder.insert([NewRow(UUID(int=writer), v, b"%d" % v) for v in versions])
                assert new == list(range(head + 1, head + ROWS + 1))
            positions += new
    return positions


def record_twice(folder: Path, process: int, seconds: float) -> list[int]:
    """Run two writers in one process."""
    with ThreadPoolExecutor(2) as threads:
        writers = (2 * process, 2 * process + 1)
        first, second = threads.map(record, repeat(folder), writers, repeat(seconds))
    return first + second


@pytest.mark.parametrize(
    "seconds", [0.0, pytest.param(60.0, marks=[pytest.mark.soak, pytest.mark.timeout(240)])]
)
def test_eight_writers_and_a_reader_lose_nothing_and_keep_order(
    tmp_path: Path, seconds: float
) -> None:
    """Four processes of two threads write; a follower sees every position, once, in order."""
    seen: list[tuple[int, UUID, int]] = []
    with (
        closing(open_ledger_file(tmp_path / "ledger.db", create=True, ledger_id="L")) as recorder,
        ProcessPoolExecutor(4, mp_context=get_context("spawn")) as processes,
    ):
        writing = [processes.submit(record_twice, tmp_path, n, seconds) for n in range(4)]
        written = False
        while True:
            last_look = written
            written = all(done.done() for done in writing)
            page = recorder.page(len(seen), 500)
            seen += [(position, case, version) for position, case, version, _ in page]
            if last_look and not page:
                break
            sleep(0.001)
        told = [position for done in writing for position in done.result()]
    total = len(told)
    assert total >= 8 * INSERTS * ROWS
    assert [position for position, _, _ in seen] == list(range(1, total + 1))
    assert sorted(told) == list(range(1, total + 1))
    for writer in range(8):
        versions = [version for _, case, version in seen if case == UUID(int=writer)]
        assert versions == list(range(1, len(versions) + 1))


# One serve a data folder


def test_a_second_serve_is_refused_and_told_who_serves(tmp_path: Path) -> None:
    """By process and address; in one process as well."""
    with ServeLock(tmp_path) as first:
        first.tell("http://127.0.0.1:8080")
        with pytest.raises(StoreFault) as refused, ServeLock(tmp_path):
            pytest.fail("two serve")
    assert refused.value.why == (
        f"process {os.getpid()} serves this data already at http://127.0.0.1:8080"
    )


def test_who_serves_can_be_asked(tmp_path: Path) -> None:
    """Asking does not take the folder."""
    assert serving(tmp_path) is None
    with ServeLock(tmp_path, "http://127.0.0.1:8080"):
        assert serving(tmp_path) == Holder(os.getpid(), "http://127.0.0.1:8080")
    assert serving(tmp_path) is None


def test_a_killed_serve_does_not_block_the_next(tmp_path: Path) -> None:
    """Its file stays behind and counts for nothing."""
    with another_process_holds("serve", tmp_path) as holding:
        assert serving(tmp_path) == Holder(holding.pid, "")
        with pytest.raises(StoreFault, match=f"process {holding.pid} "), ServeLock(tmp_path):
            pytest.fail("two serve")
        holding.send_signal(signal.SIGKILL)
        holding.wait()
        assert str(holding.pid) in (tmp_path / "serve.lock").read_text()
        assert serving(tmp_path) is None
        with ServeLock(tmp_path):
            assert serving(tmp_path) == Holder(os.getpid(), "")


def test_a_child_process_does_not_keep_the_folder(tmp_path: Path) -> None:
    """A broker started by `serve` may outlive it."""
    with ServeLock(tmp_path):
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        with ServeLock(tmp_path):
            pass
    finally:
        child.kill()
        child.wait()
