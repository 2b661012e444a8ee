"""Give the carriers of events the store in the form they need."""

from collections.abc import Sequence

from ledger.store.recording import LedgerRecorder
from ledger.store.sealing import parse, room_of
from services.nats.source import Row


class StoreSource:
    """The store, read in position order."""

    def __init__(self, recorder: LedgerRecorder) -> None:
        self._recorder = recorder

    def head(self) -> int:
        """Return the position of the last event recorded, 0 for an empty store."""
        return self._recorder.head()

    def page(self, after: int, limit: int) -> Sequence[Row]:
        """Return at most `limit` events behind position `after`, in position order."""
        return [
            Row(position, case.hex, room_of(parse(state).leaf).hex(), state)
            for position, case, _, state in self._recorder.page(after, limit)
        ]
