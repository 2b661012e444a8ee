"""Keep room trees, seals and the seal log in a database of their own.

Everything in it but salts and log can be computed again from the record. Nothing of it leaves a
trusted service but proofs and the log.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, Self

from ledger.databases import Database
from ledger.errors import CaseBusy, StoreFault
from ledger.seal.leaves import SealedHead
from ledger.seal.log_leaves import Stamped, read_log_leaf
from ledger.seal.merkle import HASH_BYTES, Head, head_at
from ledger.seal.nodes import TILE_WIDTH, Recomputed, Tile, Tiles, grow_tiles
from ledger.seal.notes import Signature, parse_note
from ledger.seal.seal_rows import (
    TICK_BYTES_MAX,
    Logged,
    NewEntry,
    RoomTrees,
    SealedRoom,
    Waiting,
    frontier_of,
    log_size,
    read_seal,
    tile_reader,
    write_seal,
)
from ledger.seal.submission import with_signature

ANOTHER_SEALS: Final = "another process seals"
_ROOMS: Final = "SELECT room, room_id FROM rooms WHERE room > ? ORDER BY room LIMIT 1000"
_LEAVES: Final = (
    "SELECT leaf FROM entries WHERE room = (SELECT room FROM rooms WHERE room_id = ?)"
    " AND seq > ? AND seq <= ? ORDER BY seq"
)
_ENTRY: Final = (
    "SELECT leaf, digest FROM entries WHERE room = (SELECT room FROM rooms WHERE room_id = ?)"
    " AND seq = ?"
)
_SEALS: Final = (
    "SELECT size, root, tick, place, salt, proof FROM seals"
    " WHERE room = (SELECT room FROM rooms WHERE room_id = ?)"
)


class SealStore:
    """Room trees, seals and the seal log; many may read while one sealer writes.

    Attributes:
        folder: The data folder, which keeps what is no part of the seals.
        origin: Of the log.
    """

    def __init__(self, database: Database, folder: Path, origin: str) -> None:
        self.folder = folder
        self.origin = origin
        self._connections = database

    @classmethod
    def of(cls, database: Database, folder: Path, meta: Mapping[str, str], ledger_id: str) -> Self:
        """Take a database that was checked, with what it says about itself.

        Raises:
            StoreFault: It belongs to another ledger.
        """
        owner = meta.get("ledger_id", "")
        if owner != ledger_id:
            database.close()
            message = f"the seal store belongs to the ledger {owner}, not {ledger_id}"
            raise StoreFault(message, "give the seal store of this ledger")
        return cls(database, folder, meta.get("origin", ""))

    def close(self) -> None:
        """Let go of the database."""
        self._connections.close()

    # ------------------------------------------------------------ rooms

    def position(self) -> int:
        """Return the position up to which the record was taken in."""
        with self._connections.reading() as connection:
            (position,) = connection.execute("SELECT value FROM marks").fetchone()
        return int(position)

    def take_in(self, entries: list[NewEntry], after: int) -> None:
        """Append entries to their rooms, all or none, and move the position.

        Args:
            entries: In position order.
            after: The position they follow.

        Raises:
            CaseBusy: Another process moved the position; none was taken in.
            SealsDoNotMatch: An entry does not follow the last one of its room; none was taken in.
        """
        with self._connections.writing() as connection:
            moved = connection.execute(
                "UPDATE marks SET value = ? WHERE value = ?", (entries[-1].position, after)
            )
            if moved.rowcount != 1:
                raise CaseBusy(ANOTHER_SEALS)
            RoomTrees(connection).take_in(entries)

    def head_of(self, room_id: bytes) -> Head | None:
        """Return the head of a room, as far as the record was taken in; None for none."""
        with self._connections.reading() as connection:
            row = connection.execute(
                "SELECT size, peaks FROM rooms WHERE room_id = ?", (room_id,)
            ).fetchone()
        return None if row is None else frontier_of(*row).head()

    def room_ids(self) -> Iterator[bytes]:
        """Yield the id of every room, also of those that come meanwhile; nothing is held open."""
        last = 0
        while True:
            with self._connections.reading() as connection:
                rows = connection.execute(_ROOMS, (last,)).fetchall()
            if not rows:
                return
            yield from (room_id for _, room_id in rows)
            last = rows[-1][0]

    def leaves(self, room_id: bytes, begin: int, end: int) -> Iterator[bytes]:
        """Yield the hashes of a room's leaves, from an index up to another."""
        with self._connections.reading() as connection:
            for (leaf,) in connection.execute(_LEAVES, (room_id, begin, end)):
                yield leaf

    def tree_of(self, room_id: bytes) -> Recomputed:
        """Return the nodes of a room's tree."""
        return Recomputed(lambda begin, end: self.leaves(room_id, begin, end))

    def taken_in(self, entries: Iterable[NewEntry]) -> Iterator[bool]:
        """Tell of each entry whether exactly it was taken in."""
        with self._connections.reading() as connection:
            for entry in entries:
                row = connection.execute(_ENTRY, (entry.room_id, entry.seq)).fetchone()
                yield row == (entry.leaf, entry.digest)

    # ------------------------------------------------------------ seals

    def waiting(self, limit: int) -> list[Waiting]:
        """List rooms that grew since they were sealed, the longest waiting first."""
        with self._connections.reading() as connection:
            rows = connection.execute(
                "SELECT room, room_id, size, peaks FROM rooms WHERE waits IS NOT NULL"
                " ORDER BY waits LIMIT ?",
                (limit,),
            ).fetchall()
        return [
            Waiting(room, room_id, frontier_of(size, peaks).head())
            for room, room_id, size, peaks in rows
        ]

    def waits_since(self) -> int | None:
        """Return the position of the first entry not sealed yet; None where there is none."""
        with self._connections.reading() as connection:
            (first,) = connection.execute(
                "SELECT MIN(waits) FROM rooms WHERE waits IS NOT NULL"
            ).fetchone()
        return None if first is None else int(first)

    def seal_of(self, room_id: bytes, seq: int) -> SealedRoom | None:
        """Return the first seal that covers an entry, None while there is none."""
        return self._seal(f"{_SEALS} AND size >= ? ORDER BY size LIMIT 1", room_id, seq)

    def newest_seal_of(self, room_id: bytes, size: int) -> SealedRoom | None:
        """Return the newest seal of a room in a log of a size, None where there is none."""
        return self._seal(f"{_SEALS} AND tick < ? ORDER BY size DESC LIMIT 1", room_id, size)

    def seals_of(self, room_id: bytes) -> Iterator[SealedRoom]:
        """Yield every seal of a room, the first one first."""
        with self._connections.reading() as connection:
            for row in connection.execute(f"{_SEALS} ORDER BY size", (room_id,)):
                yield read_seal(row)

    def _seal(self, statement: str, room_id: bytes, bound: int) -> SealedRoom | None:
        with self._connections.reading() as connection:
            row = connection.execute(statement, (room_id, bound)).fetchone()
        return None if row is None else read_seal(row)

    # ------------------------------------------------------------ log

    def append(
        self,
        index: int,
        leaf: bytes,
        leaf_hash: bytes,
        sealed: Iterable[tuple[Waiting, SealedHead]] = (),
    ) -> int:
        """Append a leaf to the log with the seals it stands for; return the log's size.

        When this returns all of it is on disk. A crash before leaves none of it.

        Args:
            index: Of the leaf: the size of the log it is appended to.
            leaf: As written.
            leaf_hash: Its hash.
            sealed: Rooms, and where each stands in the tick.

        Raises:
            CaseBusy: Another process appended one; nothing was.
        """
        with self._connections.writing() as connection:
            if log_size(connection) != index:
                raise CaseBusy(ANOTHER_SEALS)
            connection.execute("INSERT INTO log (idx, leaf) VALUES (?, ?)", (index, leaf))
            for tile in grow_tiles(tile_reader(connection), index, [leaf_hash]):
                connection.execute(
                    "INSERT INTO tiles VALUES (?1, ?2, ?3)"
                    " ON CONFLICT (level, idx) DO UPDATE SET hashes = ?3",
                    (tile.level, tile.index, tile.hashes),
                )
            for waiting, place in sealed:
                write_seal(connection, waiting, index, place)
        return index + 1

    def log_size(self) -> int:
        """Return the number of leaves of the log."""
        with self._connections.reading() as connection:
            return log_size(connection)

    def signed_size(self) -> int:
        """Return the size of the newest checkpoint kept here, 0 for none."""
        with self._connections.reading() as connection:
            row = connection.execute(
                "SELECT idx FROM log WHERE note IS NOT NULL ORDER BY idx DESC LIMIT 1"
            ).fetchone()
        return 0 if row is None else int(row[0]) + 1

    def log(self, begin: int, end: int) -> list[Logged]:
        """List leaves of the log, from an index up to another."""
        with self._connections.reading() as connection:
            rows = connection.execute(
                "SELECT idx, leaf, note FROM log WHERE idx >= ? AND idx < ? ORDER BY idx",
                (begin, end),
            ).fetchall()
        return [Logged(*row) for row in rows]

    def leaf(self, index: int) -> bytes:
        """Return a leaf of the log."""
        (found,) = self.log(index, index + 1)
        return found.leaf

    def stamps(self, end: int) -> Iterator[tuple[Logged, Stamped]]:
        """Yield the time stamps among the leaves up to an index, in order."""
        with self._connections.reading() as connection:
            rows = connection.execute(
                f"SELECT idx, leaf, note FROM log WHERE length(leaf) > {TICK_BYTES_MAX}"  # noqa: S608 - a constant
                " AND idx < ? ORDER BY idx",
                (end,),
            ).fetchall()
        for logged in (Logged(*row) for row in rows):
            leaf = read_log_leaf(logged.leaf)
            if isinstance(leaf, Stamped):
                yield logged, leaf

    def note(self, size: int) -> bytes | None:
        """Return the checkpoint of a size, None where it is not signed."""
        found = self.log(size - 1, size)
        return found[0].note if found else None

    def keep_note(self, size: int, note: bytes) -> None:
        """Keep the checkpoint of a size, unless it is kept: that one may be cosigned."""
        with self._connections.writing() as connection:
            connection.execute(
                "UPDATE log SET note = ? WHERE idx = ? AND note IS NULL", (note, size - 1)
            )

    def add_signature(self, size: int, signature: Signature) -> bytes:
        """Put a cosignature under the checkpoint of a size; return it with all it has."""
        with self._connections.writing() as connection:
            (raw,) = connection.execute(
                "SELECT note FROM log WHERE idx = ?", (size - 1,)
            ).fetchone()
            note = with_signature(parse_note(raw), signature).encode()
            connection.execute("UPDATE log SET note = ? WHERE idx = ?", (note, size - 1))
        return note

    def log_tree(self, size: int) -> Tiles:
        """Return the nodes of the log as it was at a size."""
        return Tiles(self._tile, size)

    def log_head(self, size: int) -> Head:
        """Return the head of the log as it was at a size."""
        return head_at(self.log_tree(size), size)

    def tiles(self, begin: int, end: int) -> Iterator[Tile]:
        """Yield the tiles that became wider while the log grew from one size to another."""
        level = 0
        while end:
            for index in range(begin // TILE_WIDTH, -(-end // TILE_WIDTH)):
                width = min(end - index * TILE_WIDTH, TILE_WIDTH)
                yield Tile(level, index, self._tile(level, index)[: width * HASH_BYTES])
            level, begin, end = level + 1, begin // TILE_WIDTH, end // TILE_WIDTH

    def _tile(self, level: int, index: int) -> bytes:
        with self._connections.reading() as connection:
            return tile_reader(connection)(level, index)
