"""`goodoffices serve`: all services in one process, beside which commands and reading work."""

import os
import re
import resource
import signal
import socket
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import msgspec
import pytest

from ledger.errors import StoreFault
from services.clock import FakeClock
from services.house import House
from services.library import VIEWS_FILE
from services.nats import process
from tests import examples
from tests.live.ledgers import assert_whole, feeding, give, opened, said, taken_over, tell
from tests.live.serving import (
    ledger_equals_store,
    run,
    serving,
    until,
)

pytestmark = pytest.mark.live

MISUSE = 2


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Name a data folder; nothing is there yet."""
    return tmp_path / "data"


def children(pid: int) -> list[int]:
    """List the processes a process started."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in found.split()]


def views_at_head(house: House) -> bool:
    """Tell whether somebody else brought the views to the head."""
    if not (house.ledger.folder / VIEWS_FILE).exists():
        return False
    house.views._views.heal()  # it may have been made anew by now
    try:
        return house.views.position() == house.ledger.reader.head()
    except StoreFault:  # and be without tables yet
        return False


def test_it_says_what_runs_where_and_ends_with_all_it_started(folder: Path) -> None:
    """Ctrl-C leaves no process; a second start goes on, a second one beside it is refused."""
    with opened(folder) as house:
        feeding(house)
    with serving(folder) as running:
        text = "".join(running.said)
        assert str(folder) in text
        assert "nats://127.0.0.1:" in text
        assert "partner.creds" in text
        assert children(running.pid) == [running.broker]
        with opened(folder) as house:
            case = tell(house, [taken_over("one")])
            until(lambda: views_at_head(house), "views at the head")
        broker = running.broker
        assert running.stop(signal.SIGINT) == 0
        assert "".join(running.said).endswith("nothing is left running\n")
        assert process.look_up(broker) is None
    with serving(folder) as again:
        second = run(folder, "serve")
        assert second.returncode == MISUSE
        assert f"process {again.pid} serves this data already" in second.stderr
        assert "Traceback" not in second.stderr
        assert [line for line in again.said if "broker" in line] == [
            line for line in running.said if "broker" in line
        ]
        assert case in "".join(again.said)
        assert again.stop(signal.SIGTERM) == 0


def test_a_port_already_taken_is_named(folder: Path) -> None:
    """With the setting to change; nothing is left behind."""
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        refused = run(folder, "serve", NATS_PORT=str(port))
    assert refused.returncode == MISUSE
    assert f"port {port}" in refused.stderr
    assert "GOODOFFICES_NATS_PORT" in refused.stderr
    assert "Traceback" not in refused.stderr
    with opened(folder) as house:
        assert_whole(house.ledger.reader)


def test_the_operator_sees_how_it_goes_on_a_port_of_its_own(folder: Path) -> None:
    """Whether it is ready, and counts of what it did, with no word of any case."""
    with serving(folder, "--operator-port", "0") as running, opened(folder) as house:
        number = tell(house, [taken_over("one")])
        address = next(a for line in running.said for a in re.findall(r"http://[\d.:]+", line))
        until(lambda: _is_ready(address), "readiness")
        head = f"goodoffices_head_position {house.ledger.reader.head():.1f}"
        until(lambda: head in _metrics(address), "the head")
        until(lambda: 'lag_events{service="courier"} 0.0' in _metrics(address), "the courier")
        assert number not in _metrics(address)


def _is_ready(address: str) -> bool:
    try:
        with urlopen(f"{address}/readyz") as answer:
            return bool(answer.status == HTTPStatus.OK)
    except HTTPError:
        return False


def _metrics(address: str) -> str:
    with urlopen(f"{address}/metrics") as answer:
        return str(answer.read(), "utf-8")


def test_commands_and_reading_work_beside_it(folder: Path) -> None:
    """And while NATS is dead, which costs time and nothing else."""
    with serving(folder) as running, opened(folder) as house:
        case = run(folder, "new", "--title", "Fees", "--party", "A=Al", "--party", "B=Bo")
        assert case.returncode == 0, case.stderr
        number = tell(house, [taken_over("one")])
        killed = running.broker
        os.kill(killed, signal.SIGKILL)
        for n in range(20):
            assert give(house, said(f"words {n}"), number).done
        shown = run(folder, "audit", number, "--json")
        assert shown.returncode == 0, shown.stderr
        assert len(msgspec.json.decode(shown.stdout)) > 0
        until(lambda: running.broker not in (0, killed), "another broker")
        until(lambda: ledger_equals_store(folder, house.ledger.reader), "every event in LEDGER")
        until(lambda: views_at_head(house), "views at the head")
        assert running.stop() == 0


def test_a_date_that_passed_is_recorded_with_no_act_of_anybody(folder: Path) -> None:
    """The timekeeper runs beside the other services."""
    long_ago = FakeClock(datetime(2026, 1, 5, 9, 0, tzinfo=UTC), timedelta(minutes=1))
    with opened(folder, clock=long_ago) as house:
        tell(house, examples.invited())
        before = house.ledger.reader.head()
    with serving(folder), opened(folder) as house:
        until(lambda: house.ledger.reader.head() > before, "what fell due is recorded")
        found = assert_whole(house.ledger.reader)
    assert {read.frame.channel for read in found[before:]} == {"clock"}


@pytest.mark.slow
def test_a_full_disk_holds_up_the_services_and_not_the_record(folder: Path) -> None:
    """What they could not write they write when there is room again."""
    with serving(folder) as running, opened(folder) as house:
        case = tell(house, [taken_over("one")])
        until(lambda: views_at_head(house), "views at the head")
        unlimited = resource.prlimit(running.pid, resource.RLIMIT_FSIZE, (4_096, -1))
        for n in range(50):
            assert give(house, said(f"words {n}"), case).done
        until(lambda: "serve.service_waits" in str(running.logged), "word of the full disk")
        resource.prlimit(running.pid, resource.RLIMIT_FSIZE, unlimited)
        until(lambda: views_at_head(house), "views at the head again")
        assert running.stop() == 0
