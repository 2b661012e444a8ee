"""Tell one process from another that was given the same number."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

STEP_S = 0.02


class Running(NamedTuple):
    """What identifies a live process.

    Attributes:
        started: When it started, in the system's own words; two processes of one number differ.
        command: Its command line, arguments separated by spaces.
    """

    started: str
    command: str


def look_up(pid: int) -> Running | None:
    """Return who runs under this number, None if nobody does or only its exit status is left."""
    return _from_proc(pid) if sys.platform == "linux" else _from_ps(pid)


def end(pid: int, running: Running, *, patience_s: float) -> None:
    """End a process that is no child of ours, kindly first; a process of another start is left be.

    Raises:
        PermissionError: It belongs to somebody else.
    """
    for stop in (signal.SIGTERM, signal.SIGKILL):
        for turn in range(int(patience_s / STEP_S)):
            if look_up(pid) != running:
                return
            if turn == 0:
                os.kill(pid, stop)
            time.sleep(STEP_S)


def _from_proc(pid: int) -> Running | None:
    folder = Path("/proc") / str(pid)
    try:
        stat = (folder / "stat").read_text()
        command = (folder / "cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # proc(5): the name in brackets may hold anything; behind it state is field 3, starttime 22.
    fields = stat.rpartition(")")[2].split()
    if fields[0] in ("Z", "X"):
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return Running(f"{boot}:{fields[19]}", command.replace(b"\0", b" ").decode(errors="replace"))


def _from_ps(pid: int) -> Running | None:
    asked = ["/bin/ps", "-o", "stat=,lstart=,command=", "-ww", "-p", str(pid)]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - fixed
    state, *words = answer.stdout.split() or ["Z"]
    if state.startswith("Z"):
        return None
    return Running(" ".join(words[:5]), " ".join(words[5:]))
