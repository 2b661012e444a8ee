"""Remember how far each feed was brought, what is parked, and what the operator asks for.

A database of the courier's own. What it says may be lost: feeds are then brought again from where
their grants begin, under the same ids.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeAlias

from msgspec import Struct

from ledger.sqlite import faults, make_private

BOOK_FILE = "courier.sqlite"
MARKS_MAX = 1_000
BUSY_S = 5.0
SCHEMA = """
CREATE TABLE IF NOT EXISTS feeds (
    feed TEXT PRIMARY KEY, ledger TEXT NOT NULL, granted INTEGER NOT NULL,
    position INTEGER NOT NULL, state TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS marks (
    feed TEXT, seq INTEGER, position INTEGER, PRIMARY KEY (feed, seq));
CREATE TABLE IF NOT EXISTS set_aside (
    feed TEXT, event TEXT, case_hex TEXT, room_hex TEXT, position INTEGER, kind TEXT, why TEXT,
    PRIMARY KEY (feed, event));
CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT, feed TEXT, what TEXT, about TEXT, answer TEXT);
CREATE TABLE IF NOT EXISTS advised (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER);
"""
Kind: TypeAlias = Literal["unreadable", "waiting", "undelivered"]
What: TypeAlias = Literal["requeue", "skip", "replay", "refill"]


class Place(Struct, frozen=True):
    """How far a feed is.

    Attributes:
        feed: Its name.
        granted: Position of the grant it was brought under.
        position: Everything up to here is with the broker, or parked.
        state: What keeps it, empty where nothing does.
    """

    feed: str
    granted: int
    position: int
    state: str = ""


class Parked(Struct, frozen=True):
    """An event that a subscriber did not get.

    Attributes:
        feed: Whose it is.
        event: Its id, `<room id>/<sequence>`.
        case_hex: Its case.
        room_hex: Its room.
        position: Its place in the store.
        kind: `unreadable` where it cannot be opened; `waiting` behind such a one of its room;
            `undelivered` where the subscriber never acknowledged it.
        why: In a sentence.
    """

    feed: str
    event: str
    case_hex: str
    room_hex: str
    position: int
    kind: Kind
    why: str


class Order(Struct, frozen=True):
    """What the operator asks of the courier.

    Attributes:
        id: Its number.
        feed: Of which feed.
        what: What is to be done.
        about: An event id, or where to begin.
    """

    id: int
    feed: str
    what: What
    about: str


class Book:
    """The courier's notes; safe for several processes, a thread each."""

    def __init__(self, folder: Path, file: str = BOOK_FILE) -> None:
        """Open them, or begin them, readable by their owner alone."""
        self._path = folder / file
        make_private(self._path)
        self._database: sqlite3.Connection | None = None
        with self._open() as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.executescript(SCHEMA)

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        database, self._database = self._database, None
        if database is not None:
            database.close()

    def places(self) -> dict[str, Place]:
        """Return how far each feed is, by name."""
        with self._open() as database:
            rows = database.execute("SELECT feed, granted, position, state FROM feeds")
            return {row[0]: Place(*row) for row in rows}

    def position(self, feed: str, ledger: str, granted: int) -> int | None:
        """Return how far a feed is, None for one that was not yet brought under this grant."""
        with self._open() as database:
            row = database.execute(
                "SELECT position FROM feeds WHERE feed = ? AND ledger = ? AND granted = ?",
                (feed, ledger, granted),
            ).fetchone()
        return row[0] if row else None

    def begin(self, feed: str, ledger: str, granted: int, position: int) -> None:
        """Begin a feed, or begin it again, behind a position; nothing of it is parked."""
        with self._open() as database, _together(database):
            self._drop(database, feed)
            database.execute(
                "INSERT INTO feeds (feed, ledger, granted, position) VALUES (?, ?, ?, ?)",
                (feed, ledger, granted, position),
            )

    def move(self, feed: str, position: int, seq: int | None) -> None:
        """Remember that everything up to a position is with the broker, up to a sequence there."""
        with self._open() as database, _together(database):
            database.execute("UPDATE feeds SET position = ? WHERE feed = ?", (position, feed))
            if seq is not None:
                database.execute(
                    "INSERT OR REPLACE INTO marks VALUES (?, ?, ?)", (feed, seq, position)
                )
                database.execute(
                    "DELETE FROM marks WHERE feed = ?1 AND seq <= (SELECT seq FROM marks"
                    " WHERE feed = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)",
                    (feed, MARKS_MAX),
                )

    def last_mark(self, feed: str) -> int:
        """Return the last sequence of a feed's stream that we know of, 0 for none."""
        with self._open() as database:
            row = database.execute("SELECT max(seq) FROM marks WHERE feed = ?", (feed,)).fetchone()
        return row[0] or 0

    def back_to(self, feed: str, seq: int) -> int | None:
        """Go back to what the stream holds: all behind its last sequence is brought again.

        Returns:
            The position gone back to, None where it is not known.
        """
        with self._open() as database, _together(database):
            row = database.execute(
                "SELECT seq, position FROM marks WHERE feed = ? AND seq <= ?"
                " ORDER BY seq DESC LIMIT 1",
                (feed, seq),
            ).fetchone()
            if row is None:
                return None
            database.execute("DELETE FROM marks WHERE feed = ? AND seq > ?", (feed, row[0]))
            database.execute("UPDATE feeds SET position = ? WHERE feed = ?", (row[1], feed))
        position: int = row[1]
        return position

    def keep(self, feed: str, state: str) -> None:
        """Remember what keeps a feed."""
        with self._open() as database:
            database.execute("UPDATE feeds SET state = ? WHERE feed = ?", (state, feed))

    def drop(self, feed: str) -> None:
        """Forget a feed."""
        with self._open() as database, _together(database):
            self._drop(database, feed)

    def park(self, parked: Sequence[Parked]) -> None:
        """Set events aside; those that are stay as they are."""
        with self._open() as database, _together(database):
            database.executemany(
                "INSERT OR IGNORE INTO set_aside VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (p.feed, p.event, p.case_hex, p.room_hex, p.position, p.kind, p.why)
                    for p in parked
                ],
            )

    def parked(self, feed: str | None = None) -> list[Parked]:
        """List what is set aside, of one feed or of all, in the order of the record."""
        with self._open() as database:
            rows = database.execute(
                "SELECT * FROM set_aside WHERE ?1 IS NULL OR feed = ?1 ORDER BY feed, position",
                (feed,),
            )
            return [Parked(*row) for row in rows]

    def unpark(self, feed: str, event: str) -> None:
        """Set an event aside no more."""
        with self._open() as database:
            database.execute("DELETE FROM set_aside WHERE feed = ? AND event = ?", (feed, event))

    def ask(self, feed: str, what: What, about: str) -> int:
        """Ask something of the courier, which does it as soon as it runs; return its number."""
        with self._open() as database:
            cursor = database.execute(
                "INSERT INTO orders (feed, what, about) VALUES (?, ?, ?)", (feed, what, about)
            )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def orders(self) -> list[Order]:
        """List what is asked and not answered yet, in order."""
        with self._open() as database:
            rows = database.execute(
                "SELECT id, feed, what, about FROM orders WHERE answer IS NULL ORDER BY id"
            )
            return [Order(*row) for row in rows]

    def answer(self, order: int, said: str) -> None:
        """Say what became of an order."""
        with self._open() as database:
            database.execute("UPDATE orders SET answer = ? WHERE id = ?", (said, order))

    def answered(self, order: int) -> str | None:
        """Return what became of an order, None where it waits."""
        with self._open() as database:
            row = database.execute("SELECT answer FROM orders WHERE id = ?", (order,)).fetchone()
        return row[0] if row else None

    def advised(self) -> int:
        """Return how far the broker's advice was read."""
        with self._open() as database:
            row = database.execute("SELECT seq FROM advised").fetchone()
        return row[0] if row else 0

    def advise(self, seq: int) -> None:
        """Remember how far the broker's advice was read."""
        with self._open() as database:
            database.execute("INSERT OR REPLACE INTO advised VALUES (1, ?)", (seq,))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Use them, in the ledger's terms for a full disk."""
        with faults("courier's notes"):
            if self._database is None:
                self._database = sqlite3.connect(self._path, isolation_level=None, timeout=BUSY_S)
                # A move that a crash takes back repeats a lot under the same ids.
                self._database.execute("PRAGMA synchronous = NORMAL")
            yield self._database

    @staticmethod
    def _drop(database: sqlite3.Connection, feed: str) -> None:
        for table in ("feeds", "marks", "set_aside"):
            database.execute(f"DELETE FROM {table} WHERE feed = ?", (feed,))  # noqa: S608 - our own names


@contextmanager
def _together(database: sqlite3.Connection) -> Iterator[None]:
    """Write all of it or nothing."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")
