"""Kill services at random and start them again, while crowds of clients work; then check all."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import Any, NamedTuple

import msgspec

from services.house import open_house
from services.settings import Settings
from tests.live.ledgers import ROOT, feeding, give, taken_over, tell
from tests.spec import do

CALLER = "city"
CASES = 24
CLIENTS = 64
PROCESSES = 2
LOOK_S = 0.1
CHECK_S = 1_800.0
BEHIND_S = 120.0


class Town(NamedTuple):
    """What runs, and what may be done to it.

    Attributes:
        settings: Of its ledger.
        variables: Environment of what is started beside it.
        victims: Each kills something and has it start again; False where it must not be now.
        tend: Starts again what ended by itself, and names it.
    """

    settings: Settings
    variables: Mapping[str, str]
    victims: Mapping[str, Callable[[], bool]]
    tend: Callable[[], Sequence[str]]

    @property
    def notes(self) -> Path:
        """Return where clients write down what they were told."""
        return self.settings.data.parent


class Outcome(NamedTuple):
    """What a soak was.

    Attributes:
        commands: Given, repeats too.
        seconds: Until the last answer.
        kills: Of what, how often.
        ended: What ended by itself, as with its database away while it began.
        report: The checker's.
    """

    commands: int
    seconds: float
    kills: Mapping[str, int]
    ended: Sequence[str]
    report: Mapping[str, Any]

    def line(self) -> str:
        """Write the figures for people."""
        told = ", ".join(f"{name} {count}" for name, count in self.kills.items() if count)
        found = {name: value for name, value in self.report.items() if name != "faults"}
        return (
            f"{self.commands} commands in {self.seconds:.0f} s,"
            f" {self.commands / self.seconds:.0f}/s;"
            f" {sum(self.kills.values())} kills: {told}; ended by themselves: {list(self.ended)};"
            f" checked: {found}"
        )


def people_of(settings: Settings) -> list[str]:
    """Let the clients in: their operator, a feed of all joint rooms, some cases; return those."""
    with open_house(settings, create=True) as house:
        assert give(house, do("add-operator", name=CALLER, roles=["registry"])).done
        feeding(house, CALLER)
        return [tell(house, [taken_over(f"case {n}")]) for n in range(CASES)]


class _Counted:
    """Counts the answers written down so far, reading each byte once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[Path, int] = {}
        self._answers = 0

    def answers(self) -> int:
        """Return how many there are by now."""
        for file in self._folder.glob("crowd-*.jsonl"):
            with file.open("rb") as log:
                log.seek(self._read.get(file, 0))
                data = log.read()
            self._read[file] = self._read.get(file, 0) + len(data)
            self._answers += data.count(b"\n")
        return self._answers


def soak(town: Town, cases: Sequence[str], commands: int, kills: int) -> Outcome:
    """Have clients command while services are killed; then check all of it.

    Kills come by answers given, not by seconds: a slow machine has as many of them.

    Args:
        town: What runs.
        cases: In which all clients speak.
        commands: How many are given, by all clients together.
        kills: About how many.
    """
    draw, counted, each = Random(commands), _Counted(town.notes), -(-commands // CLIENTS)
    killed, step, ended = dict.fromkeys(town.victims, 0), commands / kills, list[str]()
    deck = list[str]()  # shuffled, so that each has its turn before one has another
    begun, due = monotonic(), step / 2
    with _crowds(town, cases, each) as crowds:
        while any(one.poll() is None for one in crowds):
            ended += town.tend()
            if counted.answers() >= due:
                deck = deck or draw.sample(list(town.victims), len(town.victims))
                victim = deck.pop()
                killed[victim] += town.victims[victim]()
                due = counted.answers() + step * draw.uniform(0.2, 1.6)
            sleep(LOOK_S)
        seconds = monotonic() - begun
        assert [one.returncode for one in crowds] == [0] * len(crowds), "a client did not end well"
    town.tend()
    return Outcome(each * CLIENTS, seconds, killed, ended, checked(town))


@contextmanager
def _crowds(
    town: Town, cases: Sequence[str], each: int
) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Run the clients, spread over some processes; none of them is left."""
    crowds = []
    for n in range(PROCESSES):
        file = town.notes / f"crowd-{n}.jsonl"
        words = [CALLER, f"crowd-{n}", str(CLIENTS // PROCESSES), str(each), "1", str(file), *cases]
        command = [sys.executable, "-m", "tests.live.crowd", *words]
        crowds.append(subprocess.Popen(command, env=town.variables, cwd=ROOT))
    try:
        yield crowds
    finally:
        for one in crowds:
            one.kill()
            one.wait()


def checked(town: Town) -> dict[str, Any]:
    """Have all of it checked by a process of its own; services still run."""
    files = sorted(str(file) for file in town.notes.glob("crowd-*.jsonl"))
    words = ["--caller", CALLER, "--wait", str(BEHIND_S), "--json", "--clients", *files]
    command = [sys.executable, "-m", "tests.check", *words]
    with subprocess.Popen(
        command, env=town.variables, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as checker:
        while checker.poll() is None:
            town.tend()
            try:
                out, err = checker.communicate(timeout=1)
            except subprocess.TimeoutExpired:
                continue
            assert out, err.decode()
            found: dict[str, Any] = msgspec.json.decode(out, type=dict[str, Any])
            return found
    raise AssertionError("the checker said nothing")
