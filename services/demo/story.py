"""Write a case down as a story: who does what, at which hour by the clock of the seat."""

import hashlib
from datetime import UTC, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

SEAT = ZoneInfo("Europe/Oslo")


class Voice(Struct, frozen=True):
    """Somebody at a keyboard, and for whom it acts there.

    Attributes:
        operator: Who is at the keyboard.
        acting_for: For whom: `party:staff`, `mediator`, `registry`, ...
        actor: Whose act it is, None for the operator itself.
    """

    operator: str
    acting_for: str
    actor: str | None = None

    @property
    def acts_as(self) -> str:
        """Name whose act it is."""
        return self.actor or f"person:{self.operator}"


class Step(Struct, frozen=True):
    """One command of a story.

    Attributes:
        at: When it is recorded, by the clock of the seat, such as `2025-03-30 03:20`.
        data: The command's fields.
        occurred: When it happened, where that is not when it is recorded.
        reported: Whether it is a fact that happened without us.
        room: Room it is meant for, None for the usual one.
    """

    at: str
    voice: Voice
    command: str
    data: dict[str, Any]
    occurred: str | None = None
    reported: bool = False
    room: str | None = None

    def happened(self, occurred: str) -> Self:
        """Say when it happened, since it is recorded later."""
        return replace(self, occurred=occurred)

    def as_reported(self) -> Self:
        """Mark it as a fact that happened without us."""
        return replace(self, reported=True)

    def in_room(self, room: str) -> Self:
        """Mean a room other than the usual one."""
        return replace(self, room=room)

    @property
    def recorded(self) -> datetime:
        """Return the instant it is recorded, UTC."""
        return datetime.fromisoformat(self.at).replace(tzinfo=SEAT).astimezone(UTC)


class Story(Struct, frozen=True):
    """An invented case.

    Attributes:
        slug: Short name; part of every command id.
        steps: What happens, in order; the first opens the case.
    """

    slug: str
    steps: tuple[Step, ...]


def step(at: str, voice: Voice, command: str, /, **data: Any) -> Step:  # noqa: ANN401 - a command's own fields
    """Write one command down."""
    return Step(at, voice, command, data)


def paper(title: str) -> str:
    """Return the SHA-256 that stands for an invented document."""
    return hashlib.sha256(title.encode()).hexdigest()


def money(amount: str, currency: str = "EUR") -> dict[str, str]:
    """Write an amount as clauses and obligations do."""
    return {"amount": amount, "currency": currency}
