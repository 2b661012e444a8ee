"""Read the clock and make ids; the only place that does."""

import os
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

from ledger.rooms import v7_bytes


class Clock(Protocol):
    """Tell the time."""

    def now(self) -> datetime:
        """Return the present instant, UTC, to the microsecond."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present instant, UTC, to the microsecond."""
        return datetime.now(UTC)


class FakeClock:
    """A clock that stands until it is moved, for tests and the demo.

    Attributes:
        at: The instant it shows.
        step: How far it moves after each look.
    """

    def __init__(self, at: datetime, step: timedelta = timedelta(0)) -> None:
        """Show an instant."""
        self.at = at
        self.step = step

    def now(self) -> datetime:
        """Return the instant shown, then move by the step."""
        shown = self.at
        self.at += self.step
        return shown

    def set(self, at: datetime) -> None:
        """Show another instant."""
        self.at = at


class Steady(Protocol):
    """Tell how much time passed, whatever anybody does to the clock on the wall."""

    def elapsed_s(self) -> float:
        """Return seconds since some instant; never less than before."""
        ...


class SystemSteady:
    """The machine's own count of seconds, which sleep does not stop and nobody can set."""

    def elapsed_s(self) -> float:
        """Return seconds since the machine started."""
        boot = getattr(time, "CLOCK_BOOTTIME", None)
        return time.monotonic() if boot is None else time.clock_gettime(boot)


class FakeSteady:
    """A count that stands until it is moved, for tests.

    Attributes:
        at_s: What it shows.
    """

    def __init__(self, at_s: float = 0.0) -> None:
        """Show a count."""
        self.at_s = at_s

    def elapsed_s(self) -> float:
        """Return the count shown."""
        return self.at_s


def new_id() -> str:
    """Make a UUIDv7, ordered by time."""
    now_ms = int(time.time() * 1000)
    return str(UUID(bytes=v7_bytes(now_ms.to_bytes(6, "big"), os.urandom(10))))
