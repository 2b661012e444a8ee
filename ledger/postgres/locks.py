"""Hold a right by name for as long as a connection lasts: an advisory lock of the database.

The server lets go of it when the connection ends, however it ends. Holder and server bound the
time in which one of them may not know: the holder asks often, the server ends a session that says
nothing for long, and the first bound is shorter than the second.
"""

from time import monotonic, sleep
from typing import Any, Final

import psycopg

from ledger.errors import CaseBusy, StoreFault
from ledger.postgres.faults import faults
from ledger.postgres.server import connect, lock_key

ASK_EVERY_S: Final = 0.5
"""How often a holder asks whether the lock is still its own."""
SURE_S: Final = 3.0
"""How long a holder may act after it last asked."""
SILENCE_S: Final = 5.0
"""When the server ends a session that said nothing; what it held is free then."""
_PAUSE_S: Final = 0.05
_SESSION: Final = (
    f"SET idle_session_timeout = '{SILENCE_S}s'; SET tcp_keepalives_idle = 2;"
    " SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3; SET tcp_user_timeout = 5000"
)


class AdvisoryLock:
    """One name in one database; safe beside any number of others, on any host.

    To be used by one thread at a time.

    Attributes:
        name: What is held.
        ask_every_s: How often the holder is to ask.
    """

    ask_every_s = ASK_EVERY_S

    def __init__(self, url: str, name: str, *, watched: bool = True) -> None:
        """Prepare; nothing is taken yet.

        Args:
            url: Of the database.
            name: What is held.
            watched: Whether the holder asks every `ASK_EVERY_S`, and loses it if it does not.
        """
        self.name = name
        self._url = url
        self._watched = watched
        self._key = lock_key(f"right/{name}")
        self._connection: psycopg.Connection[Any] | None = None
        self._asked_s = float("-inf")

    def take(self) -> bool:
        """Take it if it is free; tell whether it is this one's now.

        Raises:
            ConnectionLost: The server cannot be reached.
            StoreFault: The database refuses this user.
        """
        if self._connection is None:
            self._connection = self._connect()
        asked_s = monotonic()
        try:
            with faults(f"right to {self.name}"):
                query = "SELECT pg_try_advisory_lock($1::bigint)"
                found = self._connection.execute(query, (self._key,)).fetchone()
        except (StoreFault, CaseBusy):
            self.release()
            raise
        if found and found[0]:
            self._asked_s = asked_s
            return True
        return False

    def take_within(self, within_s: float) -> None:
        """Take it, waiting for whoever has it.

        Raises:
            CaseBusy: Another process kept it.
            StoreFault: As `take`.
        """
        end = monotonic() + within_s
        while not self.take():
            if monotonic() >= end:
                self.release()
                raise CaseBusy(f"another process holds the right to {self.name}")
            sleep(_PAUSE_S)

    def is_sure(self) -> bool:
        """Tell from memory whether it is still held: whether it was asked for recently."""
        return self._connection is not None and monotonic() - self._asked_s < SURE_S

    def ask(self) -> bool:
        """Ask the server whether it is still held; False for ever after a lost connection."""
        if self._connection is None:
            return False
        asked_s = monotonic()
        try:
            self._connection.execute("SELECT 1")  # the lock lasts exactly as long as the session
        except psycopg.Error:
            self.release()
            return False
        self._asked_s = asked_s
        return True

    def release(self) -> None:
        """Let another one take it."""
        connection, self._connection = self._connection, None
        self._asked_s = float("-inf")
        if connection is not None:
            connection.close()

    def _connect(self) -> "psycopg.Connection[Any]":
        made = connect(self._url, f"right to {self.name}")
        with faults(f"right to {self.name}"):
            if self._watched:
                made.execute(_SESSION)
        return made


def is_taken(url: str, name: str) -> bool:
    """Tell whether anybody holds a name now; asking keeps nobody from taking it for long."""
    noun = f"right to {name}"
    with connect(url, noun) as connection, faults(noun):
        query = "SELECT pg_try_advisory_lock_shared($1::bigint)"
        found = connection.execute(query, (lock_key(f"right/{name}"),)).fetchone()
    return not (found and found[0])
