"""Do what a page says, as a newcomer would: write its files, type its commands."""

import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from services.cli import run

FENCE = re.compile(
    r"^(?P<indent> *)```(?P<kind>\w+)(?: (?P<file>\S+))?\n(?P<text>.*?)^ *```$",
    re.MULTILINE | re.DOTALL,
)
STARTED_S = 30
PROGRAM = "from services.cli import main; main()"
"""What the installed `goodoffices` does."""


class Line(NamedTuple):
    """A command of a page, and what the page says it prints.

    Attributes:
        words: The command.
        status: Its exit status.
        says: Lines of its output, in order; `…` stands for anything.
    """

    words: str
    status: int
    says: tuple[str, ...]


def console_lines(text: str) -> Iterator[Line]:
    """Read a block: lines after `$ ` are typed, the others are printed by the one before."""
    for chunk in re.split(r"^ *\$ ", text, flags=re.MULTILINE)[1:]:
        typed, *printed = chunk.rstrip().split("\n")
        words, _, note = typed.partition(" # exit ")
        yield Line(words, int(note or 0), tuple(line.strip() for line in printed))


class Reader:
    """Does what a page says, in a folder of its own, as a newcomer would."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        """Sit down."""
        self._monkeypatch = monkeypatch
        self._capfd = capfd
        self._running: list[subprocess.Popen[str]] = []

    def read(self, page: Path) -> None:
        """Write the files and run the commands of a page, in order."""
        for block in FENCE.finditer(page.read_text(encoding="utf-8")):
            if block["file"]:
                Path(block["file"]).write_text(block["text"], encoding="utf-8")
            if block["kind"] == "console":
                for line in console_lines(block["text"]):
                    self._do(line)

    def _do(self, line: Line) -> None:
        first, *rest = shlex.split(line.words)
        if first in ("make", "."):
            return  # setting up is what `make` is for; its targets are checked by name
        if first == "export":
            self._monkeypatch.setenv(*rest[0].split("=", 1))
        elif [first, *rest][:2] == ["goodoffices", "serve"]:
            self._started([sys.executable, "-c", PROGRAM, *rest], line)
        elif first == "goodoffices":
            self._ran(line, lambda: run(rest))
        elif rest and rest[0].startswith("examples/"):
            self._started([sys.executable, *rest], line)
        else:
            self._ran(line, lambda: subprocess.run(line.words, shell=True, check=False).returncode)

    def _ran(self, line: Line, work: Callable[[], int]) -> None:
        self._capfd.readouterr()
        status = work()
        printed = "".join(self._capfd.readouterr())
        assert status == line.status, f"{line.words}\n{printed}"
        assert_says(printed, line)

    def _started(self, command: list[str], line: Line) -> None:
        """Start what goes on until it is interrupted, and wait for what it is to print."""
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, bufsize=1)
        self._running.append(process)
        assert process.stdout is not None
        printed = ""
        for one in process.stdout:
            printed += one
            if says(printed, line):
                return
        raise AssertionError(f"{line.words} ended with {process.wait()}\n{printed}")

    def leave(self) -> None:
        """Press Ctrl-C in every terminal, the last one first."""
        for process in reversed(self._running):
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=STARTED_S)


def says(printed: str, line: Line) -> bool:
    """Tell whether every line of the page was printed, in order, however it was spaced."""
    wanted = [part for said in line.says for part in said.split("…") if part.strip()]
    pattern = ".*?".join(r"\s+".join(map(re.escape, part.split())) for part in wanted)
    return re.search(pattern, printed, re.DOTALL) is not None


def assert_says(printed: str, line: Line) -> None:
    """Hold a command to what the page says it prints."""
    assert says(printed, line), f"{line.words} printed:\n{printed}\nnot:\n" + "\n".join(line.says)
