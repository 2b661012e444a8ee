"""Run a command as a process of its own; tell how long it took and what it needed at most."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from msgspec import Struct

from bench.houses import OPERATOR

_COMPILED = tempfile.TemporaryDirectory(prefix="bench-compiled-")
ROOT = Path(__file__).resolve().parent.parent
CLI = "from services.cli import main; main()"
"""What the console script `goodoffices` runs."""
CLI_WITH_PEAK = """
import re, sys
from pathlib import Path
from services.cli import run
status = run(sys.argv[1:])
kib = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print("peak KiB", kib.group(1), file=sys.stderr)
sys.exit(status)
"""
"""The same, and it says what it held at most. The kernel's own account of a child would not do: it
begins with the memory of the process that started it."""


class Ran(Struct, frozen=True):
    """A process that ended well.

    Attributes:
        seconds: From start to end.
        output: What it printed.
        errors: What it printed on stderr.
    """

    seconds: float
    output: str
    errors: str


def environment() -> dict[str, str]:
    """Return what a child is started with: compiled modules are kept, as an installation does."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **own,
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": _COMPILED.name,
        "GOODOFFICES_OPERATOR": OPERATOR,
    }


def python(code: str, *words: str) -> Ran:
    """Run a line of Python with some arguments."""
    begun = perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        check=False,
        env=environment(),
        text=True,
    )
    took = perf_counter() - begun
    assert done.returncode == 0, f"{' '.join(words)} ended {done.returncode}: {done.stderr}"
    return Ran(took, done.stdout, done.stderr)


def goodoffices(data: Path, *words: str) -> Ran:
    """Run a command of the command line on a data folder."""
    return python(CLI, "--data", str(data), *words)


def peak_mib(data: Path, *words: str) -> float:
    """Run a command of the command line; return the most memory it held at once (Linux)."""
    ran = python(CLI_WITH_PEAK, "--data", str(data), *words)
    return int(ran.errors.rpartition("peak KiB")[2]) / 1024
