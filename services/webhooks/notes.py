"""Remember what was tried, what is stopped, and all the courier remembers of a feed.

A store beside the courier's own, so that a name that changes its way of delivery is two feeds.
What it says may be lost: feeds then begin again where their grants do, and none is stopped.
"""

from typing import Final

from msgspec import Struct

from ledger.databases import Session, StoreKind
from services.courier import Book
from services.courier.book import SCHEMA as BOOK_SCHEMA
from services.courier.book import TABLES
from services.stores import Store

NOTES_FILE: Final = "webhooks.sqlite"
SCHEMA: Final = (
    *BOOK_SCHEMA,
    """CREATE TABLE hooks (
        feed TEXT, granted INTEGER, stopped TEXT NOT NULL DEFAULT '',
        fault TEXT NOT NULL DEFAULT '', failing_since DOUBLE PRECISION,
        PRIMARY KEY (feed, granted))""",
    """CREATE TABLE attempts (
        feed TEXT, granted INTEGER, event TEXT, made INTEGER NOT NULL,
        refused INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (feed, granted, event))""",
)
KIND: Final = StoreKind(
    "notes of webhooks", 0x474F4C57, "gol-webhooks", 1, TABLES | {"hooks", "attempts"}
)
STORE: Final = Store(KIND, NOTES_FILE, SCHEMA, waits_for_disk=False)


class Hook(Struct, frozen=True):
    """How a feed stands with its receiver.

    Attributes:
        stopped: Why nothing is sent, empty where it is.
        fault: What came of the last attempt, empty where it was taken.
        failing_since: When nothing was taken any more, seconds since 1970; None where it is.
    """

    stopped: str = ""
    fault: str = ""
    failing_since: float | None = None


class Notes(Book):
    """The notes of all webhooks; safe for several threads, processes and hosts."""

    store = STORE

    def hook(self, feed: str, granted: int) -> Hook:
        """Return how a feed stands."""
        with self._reading() as database:
            row = database.execute(
                "SELECT stopped, fault, failing_since FROM hooks WHERE feed = ? AND granted = ?",
                (feed, granted),
            ).fetchone()
        return Hook(*row) if row else Hook()

    def stop(self, feed: str, granted: int, why: str) -> None:
        """Stop a feed until it is resumed; one that is stopped stays so for its first reason."""
        with self._writing() as database:
            database.execute(
                "INSERT INTO hooks (feed, granted, stopped) VALUES (?1, ?2, ?3)"
                " ON CONFLICT (feed, granted) DO UPDATE SET stopped = ?3 WHERE hooks.stopped = ''",
                (feed, granted, why),
            )

    def resume(self, feed: str, granted: int) -> None:
        """Let a feed go on, as patiently as at first."""
        with self._writing() as database:
            database.execute(
                "UPDATE hooks SET stopped = '', failing_since = NULL WHERE feed = ? AND granted ="
                " ?",
                (feed, granted),
            )

    def attempt(self, feed: str, granted: int, event: str) -> int:
        """Note that an event is sent once more; return how often that makes."""
        with self._writing() as database:
            (made,) = database.execute(
                "INSERT INTO attempts (feed, granted, event, made) VALUES (?, ?, ?, 1)"
                " ON CONFLICT (feed, granted, event) DO UPDATE SET made = attempts.made + 1"
                " RETURNING made",
                (feed, granted, event),
            ).fetchone()
        return int(made)

    def taken(self, feed: str, granted: int, event: str) -> None:
        """Note that an event was taken, and that all is well."""
        with self._writing() as database:
            self._write(database, feed, granted, fault="", since=None)
            database.execute(
                "DELETE FROM attempts WHERE feed = ? AND granted = ? AND event = ?",
                (feed, granted, event),
            )

    def failed(self, feed: str, granted: int, fault: str, now: float) -> Hook:
        """Note what came of an attempt that was not taken; return how the feed stands."""
        hook = self.hook(feed, granted)
        since = now if hook.failing_since is None else hook.failing_since
        with self._writing() as database:
            self._write(database, feed, granted, fault=fault, since=since)
        return Hook(hook.stopped, fault, since)

    def refused(self, feed: str, granted: int, event: str) -> int:
        """Note that the receiver refused an event itself; return how often that makes."""
        with self._writing() as database:
            (refused,) = database.execute(
                "UPDATE attempts SET refused = refused + 1 WHERE feed = ? AND granted = ? AND"
                " event = ? RETURNING refused",
                (feed, granted, event),
            ).fetchone()
        return int(refused)

    def forget(self, feed: str, granted: int) -> None:
        """Forget all of a grant that ended."""
        with self._writing() as database:
            self._drop(database, feed)
            for table in ("hooks", "attempts"):
                database.execute(
                    f"DELETE FROM {table} WHERE feed = ? AND granted = ?",  # noqa: S608 - our own names
                    (feed, granted),
                )

    @staticmethod
    def _write(
        database: Session, feed: str, granted: int, *, fault: str, since: float | None
    ) -> None:
        database.execute(
            "INSERT INTO hooks (feed, granted, fault, failing_since) VALUES (?1, ?2, ?3, ?4)"
            " ON CONFLICT (feed, granted) DO UPDATE SET fault = ?3, failing_since = ?4",
            (feed, granted, fault, since),
        )
