"""One at a time acts under a name, and a standby takes over, on files and on PostgreSQL alike."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic

import pytest
from structlog.testing import capture_logs

from services.leases import LeaseLost, Leases
from tests.postgres import Server, running

HOLDER = """
import asyncio, sys
from pathlib import Path
from services.leases import Leases
from services.logs import configure

configure("error")

async def hold():
    async with Leases(Path(sys.argv[1]), sys.argv[2]).lease("relay"):
        print("held", flush=True)
        await asyncio.sleep(60)

asyncio.run(hold())
"""


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Keep what is logged, wherever a test before had it go."""
    with capture_logs():
        yield


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest) -> str:
    """Say where rights are held: "" for files."""
    if request.param == "sqlite":
        return ""
    found: str = request.getfixturevalue("database_url")
    return found


def holder(folder: Path, url: str) -> "subprocess.Popen[bytes]":
    """Start a process that holds the lease, and wait until it does."""
    made = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder), url], stdout=subprocess.PIPE, cwd=Path.cwd()
    )
    assert made.stdout is not None
    assert made.stdout.readline() == b"held\n"
    return made


async def taken(leases: Leases, *, within_s: float, name: str = "relay") -> float | None:
    """Return after how long a lease was taken, None where it was not in time."""
    begun = monotonic()
    with suppress(TimeoutError):
        async with asyncio.timeout(within_s), leases.lease(name):
            return monotonic() - begun
    return None


def test_one_holds_a_name_and_others_wait(tmp_path: Path, url: str) -> None:
    """Another name is another lease; whoever leaves lets the next one in."""

    async def tell() -> None:
        one, other = Leases(tmp_path, url), Leases(tmp_path, url)
        async with one.lease("relay") as held:
            assert held
            assert await taken(other, within_s=0.6) is None
            assert await taken(other, within_s=5, name="sealer") is not None
        assert await taken(other, within_s=5) is not None

    asyncio.run(tell())


def test_a_service_stands_by_and_stops_when_asked(tmp_path: Path, url: str) -> None:
    """One that never held its lease ends at once; the one that held it ends its work first."""

    async def tell() -> list[str]:
        told: list[str] = []
        stop, begun = asyncio.Event(), asyncio.Event()

        def service(name: str) -> asyncio.Task[None]:
            async def run(stop: asyncio.Event) -> None:
                told.append(f"{name} runs")
                begun.set()
                await stop.wait()

            async def work() -> None:
                await Leases(tmp_path, url).under("relay", run)(stop)

            return asyncio.create_task(work())

        services = [service("one"), service("other")]
        await begun.wait()
        await asyncio.sleep(0.6)
        stop.set()
        async with asyncio.timeout(5):
            await asyncio.gather(*services)
        return told

    assert len(asyncio.run(tell())) == 1


@pytest.mark.live
@pytest.mark.slow
def test_a_standby_takes_over_from_a_killed_holder(
    tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """As soon as the operating system, or the server, has noticed."""
    spent = []
    for _ in range(5):
        dying = holder(tmp_path, url)

        async def take_over(dying: "subprocess.Popen[bytes]") -> float | None:
            waiting = asyncio.create_task(taken(Leases(tmp_path, url), within_s=10))
            await asyncio.sleep(0.3)
            killed = monotonic()
            dying.kill()
            assert await waiting is not None
            return monotonic() - killed

        spent.append(asyncio.run(take_over(dying)))
        dying.wait()
        assert dying.stdout is not None
        dying.stdout.close()
    assert all(one is not None and one < 2 for one in spent), spent
    with capsys.disabled():
        print(f" take-over in {max(one or 0 for one in spent):.2f} s at most", end="")  # noqa: T201 - a figure for whoever reads the log


@pytest.mark.live
@pytest.mark.slow
def test_a_frozen_holder_loses_its_lease_and_stops_when_it_wakes(
    tmp_path: Path, database_url: str
) -> None:
    """The server ends what is silent; the holder is told as soon as it asks."""
    frozen = holder(tmp_path, database_url)
    os.kill(frozen.pid, signal.SIGSTOP)
    try:
        spent = asyncio.run(taken(Leases(tmp_path, database_url), within_s=20))
        assert spent is not None
        assert 2 < spent < 10
        os.kill(frozen.pid, signal.SIGCONT)
        assert frozen.wait(10) != 0
    finally:
        with suppress(ProcessLookupError):
            frozen.kill()
        frozen.wait()
        assert frozen.stdout is not None
        frozen.stdout.close()


@pytest.mark.live
@pytest.mark.slow
def test_a_holder_whose_server_restarts_stops_and_stands_by(tmp_path: Path) -> None:
    """It learns of it within the time it may act on its own; then it is taken anew."""

    async def tell(server: Server, url: str) -> None:
        leases = Leases(tmp_path, url)
        ended = asyncio.Event()

        async def work() -> None:
            try:
                async with leases.lease("relay"):
                    held.set()
                    await asyncio.sleep(60)
            except LeaseLost:
                ended.set()

        held = asyncio.Event()
        working = asyncio.create_task(work())
        await held.wait()
        await asyncio.to_thread(server.crash)
        async with asyncio.timeout(4):
            await ended.wait()
        await working
        await asyncio.to_thread(server.start)
        assert await taken(leases, within_s=5) is not None

    with running() as server, server.database() as name:
        asyncio.run(tell(server, server.socket_url(name)))
