"""Clients command while services are killed at random; then everything is checked from outside."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from services.nats import process
from services.nats.operator import Accounts
from services.nats.server import ServerState
from services.settings import Settings
from tests.live.ledgers import CLERK
from tests.live.serving import until
from tests.live.town import CALLER, Outcome, Town, environment, founded, soak, supervised

pytestmark = [pytest.mark.live, pytest.mark.timeout(0)]

CLIENTS = 64
READY_S = 60.0
SHORT = (1.0, 4.0)
LONG = (2.0, 15.0)
WHOLE = 200_000


@contextmanager
def embedded(folder: Path) -> Iterator[tuple[Town, list[str]]]:
    """Run one `serve` with SQLite and a broker of its own."""
    settings = Settings(data=folder, operator=CLERK)
    cases = founded(settings)
    Accounts(folder / "nats").ensure_subscriber(CALLER, durable=CALLER)
    state = folder / "nats" / "state.json"

    def broker() -> int:
        return msgspec.json.decode(state.read_bytes(), type=ServerState).pid

    def kill_broker() -> None:
        if process.look_up(broker()) is not None:
            os.kill(broker(), signal.SIGKILL)

    variables = environment(settings)
    serve = supervised("serve", variables)
    town = Town(variables, [serve], {"broker": kill_broker})
    try:
        serve.look_after()
        until(state.exists, "a broker", READY_S)
        yield town, cases
    finally:
        serve.kill()
        until(lambda: process.look_up(broker()) is None, "the broker's end")


def assert_holds(outcome: Outcome, commands: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Expect that nothing is wrong, and say what it was."""
    with capsys.disabled():
        os.write(1, f"\n{outcome.line()}".encode())
    assert outcome.report["faults"] == []
    assert outcome.commands >= commands
    assert sum(outcome.kills.values()) > 0


@pytest.mark.parametrize(
    ("commands", "pause_s"),
    [
        pytest.param(2_000, SHORT, marks=pytest.mark.slow),
        pytest.param(WHOLE, LONG, marks=pytest.mark.soak),
    ],
)
def test_one_machine_keeps_every_answer_however_it_is_killed(
    tmp_path: Path,
    commands: int,
    pause_s: tuple[float, float],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """SQLite and the embedded broker: in the store, views, LEDGER, feed and seals, once each."""
    with embedded(tmp_path / "data") as (town, cases):
        assert_holds(soak(town, cases, commands, CLIENTS, pause_s), commands, capsys)
