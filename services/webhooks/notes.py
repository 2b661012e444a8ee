"""Remember what was tried, what is stopped, and all the courier remembers of a feed.

A file beside the courier's own, so that a name that changes its way of delivery is two feeds.
What it says may be lost: feeds then begin again where their grants do, and none is stopped.
"""

from pathlib import Path
from sqlite3 import Connection

from msgspec import Struct

from services.courier import Book

NOTES_FILE = "webhooks.sqlite"
SCHEMA = """
CREATE TABLE IF NOT EXISTS hooks (
    feed TEXT, granted INTEGER, stopped TEXT NOT NULL DEFAULT '', fault TEXT NOT NULL DEFAULT '',
    failing_since REAL, PRIMARY KEY (feed, granted));
CREATE TABLE IF NOT EXISTS attempts (
    feed TEXT, granted INTEGER, event TEXT, made INTEGER NOT NULL, refused INTEGER NOT NULL
    DEFAULT 0, PRIMARY KEY (feed, granted, event));
"""


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
    """The notes of all webhooks; safe for several processes, a thread each."""

    def __init__(self, folder: Path) -> None:
        """Open them, or begin them, readable by their owner alone."""
        super().__init__(folder, NOTES_FILE)
        with self._open() as database:
            database.executescript(SCHEMA)

    def hook(self, feed: str, granted: int) -> Hook:
        """Return how a feed stands."""
        with self._open() as database:
            row = database.execute(
                "SELECT stopped, fault, failing_since FROM hooks WHERE feed = ? AND granted = ?",
                (feed, granted),
            ).fetchone()
        return Hook(*row) if row else Hook()

    def stop(self, feed: str, granted: int, why: str) -> None:
        """Stop a feed until it is resumed; one that is stopped stays so for its first reason."""
        with self._open() as database:
            database.execute(
                "INSERT INTO hooks (feed, granted, stopped) VALUES (?1, ?2, ?3) ON CONFLICT DO"
                " UPDATE SET stopped = ?3 WHERE stopped = ''",
                (feed, granted, why),
            )

    def resume(self, feed: str, granted: int) -> None:
        """Let a feed go on, as patiently as at first."""
        with self._open() as database:
            database.execute(
                "UPDATE hooks SET stopped = '', failing_since = NULL WHERE feed = ? AND granted ="
                " ?",
                (feed, granted),
            )

    def attempt(self, feed: str, granted: int, event: str) -> int:
        """Note that an event is sent once more; return how often that makes."""
        with self._open() as database:
            (made,) = database.execute(
                "INSERT INTO attempts (feed, granted, event, made) VALUES (?, ?, ?, 1)"
                " ON CONFLICT DO UPDATE SET made = made + 1 RETURNING made",
                (feed, granted, event),
            ).fetchone()
        return int(made)

    def taken(self, feed: str, granted: int, event: str) -> None:
        """Note that an event was taken, and that all is well."""
        with self._open() as database:
            self._write(database, feed, granted, fault="", since=None)
            database.execute(
                "DELETE FROM attempts WHERE feed = ? AND granted = ? AND event = ?",
                (feed, granted, event),
            )

    def failed(self, feed: str, granted: int, fault: str, now: float) -> Hook:
        """Note what came of an attempt that was not taken; return how the feed stands."""
        since = self.hook(feed, granted).failing_since
        with self._open() as database:
            self._write(database, feed, granted, fault=fault, since=now if since is None else since)
        return self.hook(feed, granted)

    def refused(self, feed: str, granted: int, event: str) -> int:
        """Note that the receiver refused an event itself; return how often that makes."""
        with self._open() as database:
            (refused,) = database.execute(
                "UPDATE attempts SET refused = refused + 1 WHERE feed = ? AND granted = ? AND"
                " event = ? RETURNING refused",
                (feed, granted, event),
            ).fetchone()
        return int(refused)

    def forget(self, feed: str, granted: int) -> None:
        """Forget all of a grant that ended."""
        self.drop(feed)
        with self._open() as database:
            for table in ("hooks", "attempts"):
                database.execute(
                    f"DELETE FROM {table} WHERE feed = ? AND granted = ?",  # noqa: S608 - our own names
                    (feed, granted),
                )

    @staticmethod
    def _write(
        database: Connection, feed: str, granted: int, *, fault: str, since: float | None
    ) -> None:
        database.execute(
            "INSERT INTO hooks (feed, granted, fault, failing_since) VALUES (?1, ?2, ?3, ?4)"
            " ON CONFLICT DO UPDATE SET fault = ?3, failing_since = ?4",
            (feed, granted, fault, since),
        )
