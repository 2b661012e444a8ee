"""Say what the carriers of events need from the store, and nothing more."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Row(NamedTuple):
    """One stored event as it travels between trusted services.

    Attributes:
        position: Place in the whole store, from 1.
        case_hex: Case id, 32 hex digits.
        room_hex: Room id, 32 hex digits.
        sealed: The stored array, byte for byte.
    """

    position: int
    case_hex: str
    room_hex: str
    sealed: bytes


class Source(Protocol):
    """The store, read in position order; it is the only truth.

    Both calls are made on the event loop and answer within milliseconds.
    """

    def head(self) -> int:
        """Return the position of the last event recorded, 0 for an empty store."""
        ...

    def page(self, after: int, limit: int) -> Sequence[Row]:
        """Return at most `limit` events behind position `after`, in position order."""
        ...
