"""Several processes keep the same views, and may be killed at any instant."""

import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from uuid import UUID

import pytest

from ledger.deadlines import DeadlineMet, DeadlineSet
from ledger.store.reader import Read
from projections import audit_trail, case_view, deadlines, replay
from projections.feed import Projector
from projections.generations import glance
from projections.rows import MemoryRows, key_of
from projections.views import FileViews
from tests.sealed import LEDGER_ID, Record, case_id

pytestmark = pytest.mark.live

VIEWS = (case_view.PROJECTION, audit_trail.PROJECTION, deadlines.PROJECTION)
PROJECTING = """
import sys
from pathlib import Path
from ledger.keys import KeyStore
from ledger.store.reader import Reader
from ledger.store.recorder import open_ledger_file
from projections import feed
from projections.feed import Projector
from projections.views import FileViews
from tests.live.test_projector import VIEWS
folder, what = Path(sys.argv[1]), sys.argv[2]
feed.PAGE = int(sys.argv[3])
recorder = open_ledger_file(folder / "ledger.sqlite")
reader = Reader(recorder, KeyStore.open(folder / "keys", recorder.ledger_id))
projector = Projector(FileViews(folder / "views.sqlite", recorder.ledger_id), reader, VIEWS)
print("ready", flush=True)
if what == "rebuild":
    while True:
        projector.rebuild()
projector.catch_up()
print("done", flush=True)
"""


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    """Make an empty ledger."""
    with Record(tmp_path / "data") as made:
        yield made


def told(record: Record, cases: int, events: int) -> int:
    """Record dates in many cases, met and not; return the head."""
    for n in range(events):
        case = case_id(n % cases)
        date = DeadlineSet(
            deadline_id=f"d{n}",
            rule="r",
            due="2026-04-01T00:00:00Z",
            on="2026-04-01",
            arithmetic="-",
        )
        record.tell(case, "joint", date)
        if n % 3 == 0:
            record.tell(case, "joint", DeadlineMet(deadline_id=f"d{n}"))
    return record.commit()


def projecting(record: Record, what: str, page: int) -> "subprocess.Popen[str]":
    """Start another process on the same views."""
    command = [sys.executable, "-c", PROJECTING, str(record.folder), what, str(page)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def assert_whole(views: FileViews, record: Record) -> None:
    """Expect in SQL exactly what the record folds to."""
    reads = [read for read in record.reader.page(0, 1_000_000) if isinstance(read, Read)]
    rows = MemoryRows()
    with glance(views) as seen:
        for kind in (kind for projection in VIEWS for kind in projection.kinds):
            for row in seen.rows(kind, lambda _, statement: statement):
                rows.keep(kind, key_of(row), row)
    assert replay.digest(rows) == replay.digest(replay.fold(VIEWS, reads))


@pytest.mark.slow
def test_several_processes_catch_up_at_once(record: Record) -> None:
    """Page by page in turns, every event once."""
    told(record, 20, 900)
    processes = [projecting(record, "catch up", 20) for _ in range(3)]
    for process in processes:
        said, _ = process.communicate(timeout=50)
        assert said == "ready\ndone\n"
        assert process.returncode == 0
    views = FileViews(record.folder / "views.sqlite", LEDGER_ID.hex)
    assert_whole(views, record)
    views.close()


@pytest.mark.slow
def test_a_projector_killed_at_any_instant_is_made_good(record: Record) -> None:
    """Rows and position went together, so the next one goes on."""
    told(record, 20, 900)
    views = FileViews(record.folder / "views.sqlite", LEDGER_ID.hex)
    for delay_s in (0.0, 0.01, 0.03, 0.05):
        _killed(record, "catch up", delay_s)
    Projector(views, record.reader, VIEWS).catch_up()
    assert_whole(views, record)
    views.close()


@pytest.mark.slow
def test_a_rebuild_killed_at_any_instant_leaves_views_that_serve(record: Record) -> None:
    """The old generation, or the new one whole; the next rebuild drops what is left over."""
    told(record, 20, 900)
    views = FileViews(record.folder / "views.sqlite", LEDGER_ID.hex)
    projector = Projector(views, record.reader, VIEWS)
    projector.catch_up()
    for delay_s in (0.0, 0.02, 0.05, 0.1):
        _killed(record, "rebuild", delay_s)
        assert_whole(views, record)
    projector.rebuild()
    assert_whole(views, record)
    views.close()


def _killed(record: Record, what: str, delay_s: float) -> None:
    with projecting(record, what, 10) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        sleep(delay_s)
        process.kill()


@pytest.mark.slow
def test_memory_does_not_grow_with_the_record(record: Record) -> None:
    """A rebuild of three times as many events needs no more of it."""
    views = FileViews(record.folder / "views.sqlite", LEDGER_ID.hex)
    projector = Projector(views, record.reader, VIEWS)
    peaks = []
    for first in (0, 3_000):
        for n in range(first, first + 3_000 + first):
            record.tell(_case(n), "joint", DeadlineMet(deadline_id="none"))
        record.commit()
        projector.catch_up()
        tracemalloc.start()
        projector.rebuild()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]
    views.close()


def _case(number: int) -> UUID:
    return case_id(number // 10)
