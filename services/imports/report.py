"""Say what an import did."""

from typing import Final

from msgspec import Struct

from services.answers import DONE, REFUSED

SHOWN_MAX: Final = 10
"""Refusals told one by one; the rest are counted."""


class Refusal(Struct, frozen=True):
    """A command that was refused; what follows it in a case of a source was left out.

    Attributes:
        where: External reference of the case, or the line of the file.
        command: The command's name, or its id where the name could not be read.
        rule: The rule, or the field that could not be read.
        why: One sentence.
    """

    where: str
    command: str
    rule: str
    why: str


class ImportReport(Struct, frozen=True):
    """What an import did.

    Attributes:
        cases: Cases of the source, 0 for a file of commands.
        commands: Commands given.
        accepted: Commands that are on record, those of earlier runs included.
        recorded: Events the record grew by meanwhile; 0 for a repeat of a complete import.
        refused: What was refused.
    """

    cases: int
    commands: int
    accepted: int
    recorded: int
    refused: tuple[Refusal, ...] = ()

    @property
    def exit_status(self) -> int:
        """Return the status a process ends with."""
        return REFUSED if self.refused else DONE

    def in_words(self) -> str:
        """Say it in a few lines."""
        whole = f"{self.cases:,} cases, " if self.cases else ""
        lines = [f"{whole}{self.commands:,} commands: {self._told()}"]
        lines.extend(
            f"  {one.where} {one.command}: {one.rule}: {one.why}"
            for one in self.refused[:SHOWN_MAX]
        )
        if len(self.refused) > SHOWN_MAX:
            lines.append(f"  and {len(self.refused) - SHOWN_MAX:,} more")
        return "\n".join(lines)

    def _told(self) -> str:
        if self.refused:
            left = self.commands - self.accepted
            return f"{self.accepted:,} are on record, {left:,} are not, since these were refused:"
        if self.recorded == 0:
            return "nothing added, all of it was on record"
        return f"all on record, {self.recorded:,} events added"
