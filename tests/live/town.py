"""Services as processes that are killed at random and started again, while crowds of clients work."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import NamedTuple

import msgspec

from services.house import open_house
from services.settings import Settings
from tests.live.ledgers import CLERK, ROOT, feeding, give, taken_over, tell
from tests.live.serving import GOODOFFICES
from tests.spec import do

CALLER = "city"
CASES = 24
PROCESSES = 2
LOOK_S = 0.1
CHECK_S = 900.0
BEHIND_S = 120.0


class Supervised:
    """A process that is started again whenever it ends.

    Attributes:
        name: For people.
        kills: How often it was killed.
        ends: How often it ended by itself.
    """

    def __init__(self, name: str, command: Sequence[str], variables: Mapping[str, str]) -> None:
        self.name = name
        self.kills = self.ends = 0
        self._command = command
        self._variables = variables
        self._popen: subprocess.Popen[bytes] | None = None

    def look_after(self) -> None:
        """Start it where it does not run."""
        if self._popen is not None and self._popen.poll() is None:
            return
        self.ends += self._popen is not None
        log = Path(self._variables["GOODOFFICES_DATA"]).parent / f"{self.name}.log"
        with log.open("ab") as file:
            self._popen = subprocess.Popen(
                self._command, env=self._variables, cwd=ROOT, stdout=file, stderr=file
            )

    def kill(self) -> None:
        """Kill -9; nothing of it is left, and it is not started again yet."""
        if self._popen is not None:
            self._popen.send_signal(signal.SIGKILL)
            self._popen.wait()
            self._popen = None
            self.kills += 1


def supervised(name: str, variables: Mapping[str, str], *words: str) -> Supervised:
    """Run `goodoffices serve`."""
    return Supervised(name, (*GOODOFFICES, "serve", *words), variables)


class Town(NamedTuple):
    """What runs, and what may be done to it.

    Attributes:
        variables: Environment of every process.
        services: Processes that are looked after.
        others: What else can be killed, each a function that has it running again in the end.
    """

    variables: Mapping[str, str]
    services: Sequence[Supervised]
    others: Mapping[str, Callable[[], None]]

    @property
    def folder(self) -> Path:
        """Return the data folder."""
        return Path(self.variables["GOODOFFICES_DATA"])


class Outcome(NamedTuple):
    """What a soak was.

    Attributes:
        commands: Given, repeats too.
        seconds: Until the last answer.
        kills: Of what, how often.
        report: The checker's.
    """

    commands: int
    seconds: float
    kills: dict[str, int]
    report: dict[str, object]

    def line(self) -> str:
        """Write the figures for people."""
        told = ", ".join(f"{name} {count}" for name, count in self.kills.items())
        rate = self.commands / self.seconds
        return (
            f"{self.commands} commands in {self.seconds:.0f} s ({rate:.0f}/s), killed: {told};"
            f" checked in {self.report['seconds']} s: {self.report}\n"
        )


def founded(settings: Settings) -> list[str]:
    """Make a ledger with the operator of the clients, a feed of all joint rooms, and some cases."""
    with open_house(settings, create=True) as house:
        assert give(house, do("add-operator", name=CALLER, roles=["registry"])).done
        feeding(house, CALLER)
        return [tell(house, [taken_over(f"case {n}")]) for n in range(CASES)]


def environment(settings: Settings) -> dict[str, str]:
    """Set what every process finds in its environment."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GOODOFFICES_")}
    return kept | {
        "GOODOFFICES_DATA": str(settings.data),
        "GOODOFFICES_OPERATOR": CLERK,
        "GOODOFFICES_NATS_URL": settings.nats_url,
        "GOODOFFICES_DATABASE_URL": settings.database_url,
        "GOODOFFICES_SEALS": "every=1",
        "GOODOFFICES_LOG": "warning",
    }


def soak(
    town: Town, cases: Sequence[str], commands: int, clients: int, pause_s: tuple[float, float]
) -> Outcome:
    """Have clients command while everything is killed at random; then check all of it.

    Args:
        town: What runs.
        cases: In which all clients speak.
        commands: At least so many are given, by all clients together.
        clients: How many.
        pause_s: Least and longest pause between two kills.
    """
    each, draw = -(-commands // clients), Random(commands)
    kills = dict.fromkeys([*(s.name for s in town.services), *town.others], 0)
    begun = monotonic()
    with _crowds(town, cases, clients, each) as crowds:
        next_kill = begun + pause_s[1]
        while any(one.poll() is None for one in crowds):
            for service in town.services:
                service.look_after()
            if monotonic() > next_kill:
                victim = draw.choice(list(kills))
                _kill(town, victim)
                kills[victim] += 1
                next_kill = monotonic() + draw.uniform(*pause_s)
            sleep(LOOK_S)
        seconds = monotonic() - begun
        assert [one.returncode for one in crowds] == [0] * len(crowds), "a client did not end well"
    for service in town.services:
        service.look_after()
    return Outcome(each * clients, seconds, kills, checked(town))


def _kill(town: Town, victim: str) -> None:
    if victim in town.others:
        town.others[victim]()
    for service in town.services:
        if service.name == victim:
            service.kill()


@contextmanager
def _crowds(
    town: Town, cases: Sequence[str], clients: int, each: int
) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Run the clients, spread over some processes; none of them is left."""
    share = -(-clients // PROCESSES)
    crowds = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.live.crowd", CALLER, name, str(share), str(each)]
            + ["1", str(town.folder.parent / f"{name}.jsonl"), *cases],
            env=town.variables,
            cwd=ROOT,
        )
        for name in (f"crowd-{n}" for n in range(PROCESSES))
    ]
    try:
        yield crowds
    finally:
        for one in crowds:
            one.kill()
            one.wait()


def checked(town: Town) -> dict[str, object]:
    """Have all of it checked by a process of its own; services still run."""
    files = sorted(str(file) for file in town.folder.parent.glob("crowd-*.jsonl"))
    words = ["--caller", CALLER, "--wait", str(BEHIND_S), "--json", "--clients", *files]
    run = subprocess.run(
        [sys.executable, "-m", "tests.check", *words],
        env=town.variables,
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=CHECK_S,
    )
    assert run.stdout, run.stderr.decode()
    found: dict[str, object] = msgspec.json.decode(run.stdout, type=dict[str, object])
    return found
