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


def new_id() -> str:
    """Make a UUIDv7, ordered by time."""
    now_ms = int(time.time() * 1000)
    return str(UUID(bytes=v7_bytes(now_ms.to_bytes(6, "big"), os.urandom(10))))
