"""Clients command while services are killed at random; then everything is checked from outside."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import msgspec
import pytest

from services.nats import process
from services.nats.child import answers_healthy
from services.nats.operator import Accounts
from services.nats.server import ServerState
from services.settings import Settings
from tests.live.cluster import NAMES
from tests.live.ledgers import CLERK
from tests.live.serving import GOODOFFICES, Speaking, environment, until
from tests.live.topology import PARTS, Topology, topology
from tests.live.town import CALLER, Outcome, Town, people_of, soak
from tests.postgres import NoPostgres

pytestmark = [pytest.mark.live, pytest.mark.timeout(0)]

READY_S = 60.0
WHOLE = 200_000


class Embedded:
    """One `serve` with SQLite and a broker of its own.

    Attributes:
        variables: Environment of every process.
    """

    def __init__(self, folder: Path) -> None:
        self.variables = environment(folder, SEALS="every=1", LOG="warning")
        self._state = folder / "nats" / "state.json"
        self._serve: Speaking | None = None

    def tend(self) -> list[str]:
        """Start it where it does not run."""
        ended = self._serve is not None and self._serve.ended
        if ended:
            self.stop()
        if self._serve is None:
            self._serve = Speaking((*GOODOFFICES, "serve"), self.variables)
        return ["serve"] if ended else []

    def stop(self) -> None:
        """Kill -9; its broker ends with it."""
        if self._serve is not None:
            self._serve.stop(signal.SIGKILL)
            self._serve = None
            until(lambda: process.look_up(self._broker) is None, "the broker's end")

    @property
    def _broker(self) -> int:
        file = self._state
        return msgspec.json.decode(file.read_bytes(), type=ServerState).pid if file.exists() else 0

    def await_broker(self) -> None:
        """Wait until clients know where to go."""
        until(self._state.exists, "a broker", READY_S)

    def kill_serve(self) -> bool:
        """Kill it with all its services."""
        self.stop()
        self.tend()
        return True

    def kill_broker(self) -> bool:
        """Kill the broker alone; `serve` starts another one."""
        if process.look_up(self._broker) is None:
            return False
        with suppress(ProcessLookupError):
            os.kill(self._broker, signal.SIGKILL)
        return True


@contextmanager
def on_one_machine(folder: Path) -> Iterator[tuple[Town, list[str]]]:
    """Run everything in one process, on SQLite."""
    settings = Settings(data=folder, operator=CLERK)
    cases = people_of(settings)
    Accounts(folder / "nats").ensure_subscriber(CALLER, durable=CALLER)
    running = Embedded(folder)
    victims = {"serve": running.kill_serve, "broker": running.kill_broker}
    try:
        running.tend()
        running.await_broker()
        yield Town(settings, running.variables, victims, running.tend), cases
    finally:
        running.stop()


@contextmanager
def on_many_machines(folder: Path) -> Iterator[tuple[Town, list[str]]]:
    """Run two desks, services with a standby each, two PostgreSQL servers and three nodes."""
    try:
        with topology(folder) as running:
            variables = {**environment(running.settings.data), **running.variables}
            cases = people_of(running.settings)
            tend = partial(start_again, running)
            yield Town(running.settings, variables, victims_of(running), tend), cases
    except NoPostgres as missing:
        pytest.skip(f"no PostgreSQL: {missing}")


def start_again(running: Topology) -> list[str]:
    """Start every part that does not run."""
    ended = [name for name, part in running.processes.items() if part.ended]
    running.kill(*ended)
    running.start(*ended)
    return ended


def victims_of(running: Topology) -> Mapping[str, Callable[[], bool]]:
    """Say how each part, each node and both databases are killed."""

    def kill_part(name: str) -> bool:
        running.kill(name)
        running.start(name)
        return True

    def kill_node(name: str) -> bool:
        monitors = running.cluster._monitors.values()
        if not all(answers_healthy(port) for port in monitors):
            return False  # of three, two must lead on; with one left clients wait for both
        running.cluster.kill(name)
        running.cluster.start(name)
        return True

    def crash_record() -> bool:
        running.record.crash()
        running.record.start()
        return True

    parts = {name: partial(kill_part, name) for name in PARTS}
    nodes = {name: partial(kill_node, name) for name in NAMES}
    return {**parts, **nodes, "record": crash_record}


def assert_holds(outcome: Outcome, capsys: pytest.CaptureFixture[str]) -> None:
    """Expect that nothing is wrong, and say what it was."""
    with capsys.disabled():
        os.write(1, f"\n{outcome.line()}\n".encode())
    assert outcome.report["faults"] == []
    assert sum(outcome.kills.values()) > 0


@pytest.mark.parametrize(
    ("commands", "kills"),
    [
        pytest.param(800, 3, marks=pytest.mark.slow),
        pytest.param(WHOLE, 150, marks=pytest.mark.soak),
    ],
)
def test_one_machine_keeps_every_answer_however_it_is_killed(
    tmp_path: Path, commands: int, kills: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """SQLite, the embedded broker: once each in store, views, LEDGER, feed and seals."""
    with on_one_machine(tmp_path / "data") as (town, cases):
        assert_holds(soak(town, cases, commands, kills), capsys)


@pytest.mark.parametrize(
    ("commands", "kills"),
    [
        pytest.param(6_000, 8, marks=pytest.mark.slow),
        pytest.param(WHOLE // 10, 20, marks=pytest.mark.soak),
        pytest.param(WHOLE, 200, marks=pytest.mark.soak),
    ],
)
def test_many_machines_keep_every_answer_however_they_are_killed(
    tmp_path: Path, commands: int, kills: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two desks, PostgreSQL, a cluster of the broker, a standby for each singleton."""
    with on_many_machines(tmp_path / "many") as (town, cases):
        assert_holds(soak(town, cases, commands, kills), capsys)
