"""Write and read the rows of the seal store: its tables, trees of rooms, seals, tiles."""

from typing import Final, NamedTuple

from msgspec import Struct

from ledger.databases import Session, StoreKind
from ledger.seal.leaves import SealedHead
from ledger.seal.merkle import HASH_BYTES, Frontier, Head
from ledger.seal.mismatch import SealsDoNotMatch
from ledger.seal.nodes import ReadTile

SEALS_KIND: Final = StoreKind(
    "seal store",
    0x474F4C53,
    "gol-seals",
    1,
    frozenset({"rooms", "entries", "seals", "log", "tiles", "marks"}),
)
DIGEST_BYTES: Final = 16
TICK_BYTES_MAX: Final = 256
"""No leaf of a tick is longer, and no time stamp as short: so stamps are found among many ticks."""
SCHEMA: Final = (
    f"""CREATE TABLE rooms (
        room INTEGER PRIMARY KEY,
        room_id BLOB NOT NULL UNIQUE CHECK (length(room_id) = 16),
        size INTEGER NOT NULL,
        peaks BLOB NOT NULL CHECK (length(peaks) % {HASH_BYTES} = 0),
        waits INTEGER)""",
    "CREATE INDEX rooms_waiting ON rooms (waits) WHERE waits IS NOT NULL",
    f"""CREATE TABLE entries (
        room INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        leaf BLOB NOT NULL CHECK (length(leaf) = {HASH_BYTES}),
        digest BLOB NOT NULL CHECK (length(digest) = {DIGEST_BYTES}),
        PRIMARY KEY (room, seq)) WITHOUT ROWID""",
    """CREATE TABLE seals (
        room INTEGER NOT NULL,
        size INTEGER NOT NULL,
        root BLOB NOT NULL,
        tick INTEGER NOT NULL,
        place INTEGER NOT NULL,
        salt BLOB NOT NULL,
        proof BLOB NOT NULL,
        PRIMARY KEY (room, size)) WITHOUT ROWID""",
    "CREATE TABLE log (idx INTEGER PRIMARY KEY, leaf BLOB NOT NULL, note BLOB)",
    f"CREATE INDEX log_long ON log (idx) WHERE length(leaf) > {TICK_BYTES_MAX}",
    """CREATE TABLE tiles (
        level INTEGER NOT NULL,
        idx INTEGER NOT NULL,
        hashes BLOB NOT NULL,
        PRIMARY KEY (level, idx)) WITHOUT ROWID""",
    "CREATE TABLE marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL)",
    "INSERT INTO marks VALUES ('position', 0)",
)


class NewEntry(NamedTuple):
    """An entry to be taken into its room's tree.

    Attributes:
        position: In the record.
        room_id: 16 bytes.
        seq: In the room.
        leaf: Hash of its leaf.
        digest: Over the whole stored row, so that any change of it is noticed.
    """

    position: int
    room_id: bytes
    seq: int
    leaf: bytes
    digest: bytes


class Waiting(NamedTuple):
    """A room that grew since it was last sealed.

    Attributes:
        room: Number within the seal store.
        room_id: 16 bytes.
        head: As it is now.
    """

    room: int
    room_id: bytes
    head: Head


class SealedRoom(NamedTuple):
    """A head of a room that was sealed.

    Attributes:
        head: Of the room.
        tick: Index of the tick in the log.
        sealed: Where it stands in the tick.
    """

    head: Head
    tick: int
    sealed: SealedHead


class Logged(Struct, frozen=True):
    """A leaf of the log.

    Attributes:
        index: From 0.
        leaf: As written.
        note: The checkpoint in which it stood last, None where that is not signed yet.
    """

    index: int
    leaf: bytes
    note: bytes | None


class RoomTrees:
    """Grow the trees of rooms within one transaction."""

    def __init__(self, connection: Session) -> None:
        self._connection = connection

    def take_in(self, entries: list[NewEntry]) -> None:
        """Append entries, each to its room, and write what changed.

        Raises:
            SealsDoNotMatch: An entry does not follow the last one of its room.
        """
        rooms: dict[bytes, list[NewEntry]] = {}
        for entry in entries:
            rooms.setdefault(entry.room_id, []).append(entry)
        rows: list[tuple[int, int, bytes, bytes]] = []
        for room_id, grown in rooms.items():
            rows += self._grow(room_id, grown)
        self._connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?)", rows)

    def _grow(self, room_id: bytes, entries: list[NewEntry]) -> list[tuple[int, int, bytes, bytes]]:
        room, frontier = self._room(room_id)
        rows = []
        for entry in entries:
            if entry.seq != frontier.size + 1:
                why = f"entry {entry.seq} of a room follows entry {frontier.size}"
                raise SealsDoNotMatch("entry_is_missing", why)
            frontier.append(entry.leaf)
            rows.append((room, entry.seq, entry.leaf, entry.digest))
        self._connection.execute(
            "UPDATE rooms SET size = ?, peaks = ?, waits = COALESCE(waits, ?) WHERE room = ?",
            (frontier.size, b"".join(frontier.peaks), entries[0].position, room),
        )
        return rows

    def _room(self, room_id: bytes) -> tuple[int, Frontier]:
        row = self._connection.execute(
            "SELECT room, size, peaks FROM rooms WHERE room_id = ?", (room_id,)
        ).fetchone()
        if row is not None:
            return row[0], frontier_of(row[1], row[2])
        ((room,),) = self._connection.execute(
            "INSERT INTO rooms (room_id, size, peaks) VALUES (?, 0, ?) RETURNING room",
            (room_id, b""),
        ).fetchall()
        return room, Frontier()


def write_seal(connection: Session, waiting: Waiting, tick: int, sealed: SealedHead) -> None:
    """Keep a seal; the room waits no more, unless it grew meanwhile."""
    size, root = waiting.head.size, waiting.head.root
    connection.execute(
        "INSERT INTO seals VALUES (?, ?, ?, ?, ?, ?, ?)",
        (waiting.room, size, root, tick, sealed.index, sealed.salt, b"".join(sealed.proof)),
    )
    connection.execute(
        "UPDATE rooms SET waits = NULL WHERE room = ? AND size = ?", (waiting.room, size)
    )


def read_seal(row: tuple[int, bytes, int, int, bytes, bytes]) -> SealedRoom:
    """Read a seal as it was written."""
    size, root, tick, place, salt, proof = row
    return SealedRoom(Head(size, root), tick, SealedHead(place, salt, tuple(split(proof))))


def log_size(connection: Session) -> int:
    """Return the number of leaves of the log."""
    (last,) = connection.execute("SELECT MAX(idx) FROM log").fetchone()
    return 0 if last is None else int(last) + 1


def tile_reader(connection: Session) -> ReadTile:
    """Read tiles over one connection; one that is not there is empty."""

    def read(level: int, index: int) -> bytes:
        row = connection.execute(
            "SELECT hashes FROM tiles WHERE level = ? AND idx = ?", (level, index)
        ).fetchone()
        return b"" if row is None else bytes(row[0])

    return read


def frontier_of(size: int, peaks: bytes) -> Frontier:
    """Read a room's frontier."""
    return Frontier(size, split(peaks))


def split(hashes: bytes) -> list[bytes]:
    """Part hashes that stand one after another."""
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
