"""Give the institution's own record what it grants to others, and what it takes back."""

from typing import Any

import msgspec

from ledger.answer import Answer
from ledger.identity import Operator
from services.cli.acting import command_line
from services.house import House


def listed(text: str) -> list[str]:
    """Read words with commas between."""
    return [word.strip() for word in text.split(",") if word.strip()]


def terms(**said: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a command
    """Write the fields of a command; what was not said is left out."""
    return {field: value for field, value in said.items() if value is not None}


def give(
    house: House, operator: Operator, command: str, data: dict[str, Any], cases: str | None
) -> Answer:
    """Give one command to the institution's own record.

    Args:
        house: The ledger.
        operator: Who gives it.
        command: Its name.
        data: Its fields.
        cases: Cases as people name them, or `all`; the record names them by their ids. None where
            the command is about none.

    Raises:
        RuleViolation: There is no such case.
    """
    if cases is not None:
        ids = [c if c == "all" else house.resolve(c, operator).hex for c in listed(cases)]
        data = {**data, "cases": ids}
    line = command_line(command, {"by": "registry"}, data)
    return house.desk.handle(msgspec.json.encode(line), operator, "command line")
