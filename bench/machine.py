"""Say what machine a measurement was made on, and how fast its disk is with what must be kept."""

import os
import platform
import sqlite3
import statistics
import tempfile
from importlib.metadata import version
from pathlib import Path

from bench.measuring import seconds

SYNCS = 100
PAGE = bytes(4096)


def described() -> str:
    """Describe it in one line."""
    parts = (
        f"{os.cpu_count()} x {_processor()}",
        platform.platform(terse=True),
        f"Python {platform.python_version()}",
        f"SQLite {sqlite3.sqlite_version}",
        f"eventsourcing {version('eventsourcing')}",
        f"a page is on disk after {_sync_us():.0f} us",
        f"load {os.getloadavg()[0]:.1f}",
    )
    return ", ".join(parts)


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    if listed.exists():
        for line in listed.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(": ")[2]
    return platform.processor() or platform.machine()


def _sync_us() -> float:
    """Return how long a page takes to the disk, in microseconds."""
    with tempfile.TemporaryFile() as file:

        def sync() -> None:
            os.pwrite(file.fileno(), PAGE, 0)
            os.fsync(file.fileno())

        return statistics.median(1e6 * seconds(sync) for _ in range(SYNCS))
