"""Say what one event is on its way into the table."""

from typing import Any, Final, NamedTuple
from uuid import UUID

TOPIC: Final = "gol/1"

Values = tuple[Any, int, str, bytes, str | None]
"""A row as the table takes it: case, version, topic, state, number; the position comes with it."""


class NewRow(NamedTuple):
    """One event about to be recorded.

    Attributes:
        originator_id: Its case.
        version: Its place in the case, unique there.
        state: The stored array (TRUST.md).
        case_number: On the first event of a case, its number; unique in the ledger.
    """

    originator_id: UUID
    version: int
    state: bytes
    case_number: str | None = None
