"""What clients were told: one line of JSON for each command, and what was found wrong with it."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias

import msgspec
from msgspec import Struct

from ledger.answer import Answer

FINAL: Final = ("refused", "unreadable")
"""Failures that say: nothing was recorded, and the same will not be. Others may be tried again."""
Part: TypeAlias = Literal["store", "views", "LEDGER", "feeds", "seals", "again"]


class Told(Struct, frozen=True, kw_only=True):
    """A command as its client sent it, and what it was told in the end.

    Attributes:
        command: Its name.
        id: Unique over all clients.
        actor: Who acted, as the record names it; None where the client does not say.
        line: As it was sent.
        answer: None where no answer came: the outcome is unknown.
    """

    command: str
    id: str
    actor: str | None = None
    line: str
    answer: Answer | None = None

    @property
    def outcome(self) -> Literal["accepted", "refused", "unknown"]:
        """Say what the client may rely on."""
        if self.answer is None:
            return "unknown"
        if self.answer.done:
            return "accepted"
        return "refused" if self.answer.failure in FINAL else "unknown"


class Fault(NamedTuple):
    """Something that must not be.

    Attributes:
        part: Where it was found.
        what: In a sentence.
    """

    part: Part
    what: str


_LINES: Final = msgspec.json.Decoder(Told)


def read_told(files: Iterable[Path]) -> Iterator[Told]:
    """Read what clients wrote down; a line cut off by a kill is no line."""
    for file in files:
        for line in file.read_bytes().split(b"\n")[:-1]:
            yield _LINES.decode(line)
