"""Hear at once that another process recorded something, where the database says so."""

from collections.abc import Callable
from threading import Event, Thread
from typing import Final

import psycopg

from ledger.errors import LedgerError
from ledger.postgres import connect
from ledger.store.postgres_schema import CHANNEL, RECORD

LOOK_S: Final = 0.25
"""How often a listener sees whether it is still wanted."""
AGAIN_S: Final = 2.0
"""How long it waits before it tries another connection."""


class Listener:
    """Call somebody with every notice; one connection for a process, of its own.

    A notice is a hint: the database may lose it while the connection is away, and who follows
    the record asks again by itself.
    """

    def __init__(self, url: str, heard: Callable[[], None]) -> None:
        """Start listening.

        Args:
            url: The database.
            heard: Called from a thread of the listener's own.
        """
        self._url = url
        self._heard = heard
        self._closing = Event()
        self._thread = Thread(target=self._run, name="listener", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._listen()
            except (psycopg.Error, LedgerError):
                # Only time is lost meanwhile; what ails the database is told by who needs it.
                self._closing.wait(AGAIN_S)

    def _listen(self) -> None:
        with connect(self._url, RECORD.noun, RECORD.namespace) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            self._heard()  # what was recorded before is not notified again
            while not self._closing.is_set():
                for _ in connection.notifies(timeout=LOOK_S, stop_after=1):
                    self._heard()
