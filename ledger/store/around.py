"""Say what a batch needs besides the commands, and who sent each."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from ledger.envelope import Channel
from ledger.identity import Operator
from ledger.keys import ContentKeys, KeyStore
from ledger.store.reader import Reader
from ledger.store.recording import LedgerRecorder


class Now(Protocol):
    """Tell the present instant."""

    def now(self) -> datetime:
        """Return it, UTC."""
        ...


class Surroundings(Struct):
    """What a batch needs besides the commands.

    Attributes:
        recorder: Where sealed events go.
        reader: How they are read back.
        keys: The key store.
        content_keys: Gives out content keys, each once.
        clock: Tells the time.
        institution_id: Aggregate of the institution itself.
    """

    recorder: LedgerRecorder
    reader: Reader
    keys: KeyStore
    content_keys: ContentKeys
    clock: Now
    institution_id: UUID


class Sender(Protocol):
    """Who sent a command, how, and to which aggregate."""

    @property
    def operator(self) -> Operator:
        """Return who is at the keyboard."""
        ...

    @property
    def channel(self) -> Channel:
        """Return how the command came in."""
        ...

    @property
    def case_id(self) -> UUID:
        """Return the aggregate it goes to."""
        ...
