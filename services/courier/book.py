"""Remember how far each feed was brought, what is parked, and what the operator asks for.

A store of the courier's own: a file of the data folder, or a schema in the database of the record,
where the courier of another host finds it. What it says may be lost: feeds are then brought again
from where their grants begin, under the same ids.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from ledger.databases import Database, Session, StoreKind
from services.stores import Store, Where, open_store

BOOK_FILE: Final = "courier.sqlite"
MARKS_MAX: Final = 1_000
TABLES: Final = frozenset({"feeds", "marks", "set_aside", "orders", "advised"})
SCHEMA: Final = (
    """CREATE TABLE feeds (
        feed TEXT PRIMARY KEY, ledger TEXT NOT NULL, granted INTEGER NOT NULL,
        position INTEGER NOT NULL, state TEXT NOT NULL DEFAULT '')""",
    """CREATE TABLE marks (
        feed TEXT, seq INTEGER, position INTEGER, PRIMARY KEY (feed, seq))""",
    """CREATE TABLE set_aside (
        feed TEXT, event TEXT, case_hex TEXT, room_hex TEXT, position INTEGER, kind TEXT, why TEXT,
        PRIMARY KEY (feed, event))""",
    """CREATE TABLE orders (
        id INTEGER PRIMARY KEY AUTOINCREMENT, feed TEXT, what TEXT, about TEXT, answer TEXT)""",
    "CREATE TABLE advised (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER)",
)
KIND: Final = StoreKind("courier's notes", 0x474F4C46, "gol-courier", 1, TABLES)
# A move that a power cut takes back repeats a lot under the same ids.
STORE: Final = Store(KIND, BOOK_FILE, SCHEMA, waits_for_disk=False)
_PARKED: Final = "SELECT feed, event, case_hex, room_hex, position, kind, why FROM set_aside"
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
    """The courier's notes; safe for several threads, processes and hosts."""

    store: Store = STORE

    def __init__(self, where: Where, ledger_id: str) -> None:
        """Open them, or begin them, readable by their owner alone.

        Raises:
            StoreFault: They cannot be made, are damaged, or are another ledger's.
            CaseBusy: The database is away.
        """
        self._where = where
        self._ledger_id = ledger_id
        self._database: Database | None = open_store(self.store, where, ledger_id)

    def close(self) -> None:
        """Let go of them; the next use opens them again."""
        database, self._database = self._database, None
        if database is not None:
            database.close()

    def places(self) -> dict[str, Place]:
        """Return how far each feed is, by name."""
        with self._reading() as database:
            rows = database.execute("SELECT feed, granted, position, state FROM feeds")
            return {row[0]: Place(*row) for row in rows}

    def position(self, feed: str, ledger: str, granted: int) -> int | None:
        """Return how far a feed is, None for one that was not yet brought under this grant."""
        with self._reading() as database:
            row = database.execute(
                "SELECT position FROM feeds WHERE feed = ? AND ledger = ? AND granted = ?",
                (feed, ledger, granted),
            ).fetchone()
        return row[0] if row else None

    def begin(self, feed: str, ledger: str, granted: int, position: int) -> None:
        """Begin a feed, or begin it again, behind a position; nothing of it is parked."""
        with self._writing() as database:
            self._drop(database, feed)
            database.execute(
                "INSERT INTO feeds (feed, ledger, granted, position) VALUES (?, ?, ?, ?)",
                (feed, ledger, granted, position),
            )

    def move(self, feed: str, position: int, seq: int | None) -> None:
        """Remember that everything up to a position is with the broker, up to a sequence there."""
        with self._writing() as database:
            database.execute("UPDATE feeds SET position = ? WHERE feed = ?", (position, feed))
            if seq is not None:
                database.execute(
                    "INSERT INTO marks VALUES (?1, ?2, ?3)"
                    " ON CONFLICT (feed, seq) DO UPDATE SET position = ?3",
                    (feed, seq, position),
                )
                database.execute(
                    "DELETE FROM marks WHERE feed = ?1 AND seq <= (SELECT seq FROM marks"
                    " WHERE feed = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)",
                    (feed, MARKS_MAX),
                )

    def last_mark(self, feed: str) -> int:
        """Return the last sequence of a feed's stream that we know of, 0 for none."""
        with self._reading() as database:
            row = database.execute("SELECT max(seq) FROM marks WHERE feed = ?", (feed,)).fetchone()
        return row[0] or 0

    def back_to(self, feed: str, seq: int) -> int | None:
        """Go back to what the stream holds: all behind its last sequence is brought again.

        Returns:
            The position gone back to, None where it is not known.
        """
        with self._writing() as database:
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
        with self._writing() as database:
            database.execute("UPDATE feeds SET state = ? WHERE feed = ?", (state, feed))

    def drop(self, feed: str) -> None:
        """Forget a feed."""
        with self._writing() as database:
            self._drop(database, feed)

    def park(self, parked: Sequence[Parked]) -> None:
        """Set events aside; those that are stay as they are."""
        with self._writing() as database:
            database.executemany(
                "INSERT INTO set_aside VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [
                    (p.feed, p.event, p.case_hex, p.room_hex, p.position, p.kind, p.why)
                    for p in parked
                ],
            )

    def parked(self, feed: str | None = None) -> list[Parked]:
        """List what is set aside, of one feed or of all, in the order of the record."""
        of_feed, values = ("", ()) if feed is None else (" WHERE feed = ?", (feed,))
        with self._reading() as database:
            rows = database.execute(f"{_PARKED}{of_feed} ORDER BY feed, position", values)
            return [Parked(*row) for row in rows]

    def unpark(self, feed: str, event: str) -> None:
        """Set an event aside no more."""
        with self._writing() as database:
            database.execute("DELETE FROM set_aside WHERE feed = ? AND event = ?", (feed, event))

    def ask(self, feed: str, what: What, about: str) -> int:
        """Ask something of the courier, which does it as soon as it runs; return its number."""
        with self._writing() as database:
            ((number,),) = database.execute(
                "INSERT INTO orders (feed, what, about) VALUES (?, ?, ?) RETURNING id",
                (feed, what, about),
            ).fetchall()
        return int(number)

    def orders(self) -> list[Order]:
        """List what is asked and not answered yet, in order."""
        with self._reading() as database:
            rows = database.execute(
                "SELECT id, feed, what, about FROM orders WHERE answer IS NULL ORDER BY id"
            )
            return [Order(*row) for row in rows]

    def answer(self, order: int, said: str) -> None:
        """Say what became of an order."""
        with self._writing() as database:
            database.execute("UPDATE orders SET answer = ? WHERE id = ?", (said, order))

    def answered(self, order: int) -> str | None:
        """Return what became of an order, None where it waits."""
        with self._reading() as database:
            row = database.execute("SELECT answer FROM orders WHERE id = ?", (order,)).fetchone()
        return row[0] if row else None

    def advised(self) -> int:
        """Return how far the broker's advice was read."""
        with self._reading() as database:
            row = database.execute("SELECT seq FROM advised").fetchone()
        return row[0] if row else 0

    def advise(self, seq: int) -> None:
        """Remember how far the broker's advice was read."""
        with self._writing() as database:
            database.execute(
                "INSERT INTO advised VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET seq = ?1",
                (seq,),
            )

    def _reading(self) -> AbstractContextManager[Session]:
        return self._kept().reading()

    def _writing(self) -> AbstractContextManager[Session]:
        return self._kept().writing()

    def _kept(self) -> Database:
        if self._database is None:
            self._database = open_store(self.store, self._where, self._ledger_id)
        return self._database

    @staticmethod
    def _drop(database: Session, feed: str) -> None:
        for table in ("feeds", "marks", "set_aside"):
            database.execute(f"DELETE FROM {table} WHERE feed = ?", (feed,))  # noqa: S608 - our own names
