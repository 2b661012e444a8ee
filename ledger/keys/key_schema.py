"""Keep wrapped keys in a PostgreSQL database of their own, apart from the record's.

Tables of keys are cut into parts, so that destroying a key writes one part anew and not the whole.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Final

from ledger.databases import Database, Session
from ledger.keys.institution import WRAPPED_SIZE
from ledger.keys.shelves import BLOCKS, ERASED, KEYS_KIND, ROOMS, SECRETS, EpochSource
from ledger.postgres import Connections, check_schema, create_schema

KIND: Final = KEYS_KIND._replace(tables=KEYS_KIND.tables | {"epoch"})
FRESH_S: Final = 1.0
"""How long a process goes on with what it knows; who destroys a key waits as long at the end."""
PARTS: Final = 16
_EPOCH_SIZE: Final = 8
SCHEMA: Final = (
    f"{ROOMS} PARTITION BY HASH (room_id)",
    f"{BLOCKS} PARTITION BY HASH (block_id)",
    *(
        f"CREATE TABLE {table}_{part} PARTITION OF {table}"
        f" FOR VALUES WITH (MODULUS {PARTS}, REMAINDER {part})"
        for table in ("rooms", "blocks")
        for part in range(PARTS)
    ),
    SECRETS,
    "CREATE TABLE epoch (value BLOB NOT NULL)",
    "INSERT INTO epoch VALUES ('\\x0000000000000000')",
    # The planner's statistics would keep copies of keys.
    "ALTER TABLE rooms ALTER COLUMN wrapped SET STATISTICS 0",
    "ALTER TABLE blocks ALTER COLUMN slots SET STATISTICS 0",
    "ALTER TABLE secrets ALTER COLUMN wrapped SET STATISTICS 0",
    "ALTER TABLE blocks ALTER COLUMN slots SET STORAGE EXTERNAL",  # keys cannot be compressed
)


class SharedEpoch:
    """A value in the database, read again once it is older than `FRESH_S`.

    Safe from many threads.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = Lock()
        self._value = b""
        self._read_s = float("-inf")

    def now(self) -> bytes:
        """Return the present value, or one that was present less than `FRESH_S` ago.

        Raises:
            StoreFault: The database cannot be reached, so nobody knows what was destroyed.
        """
        if monotonic() - self._read_s < FRESH_S:
            return self._value
        with self._turn:
            if monotonic() - self._read_s >= FRESH_S:
                asked_s = monotonic()
                with self._database.reading() as session:
                    (self._value,) = session.execute("SELECT value FROM epoch").fetchone()
                self._read_s = asked_s
            return self._value

    def turn(self) -> float:
        """Tell every process that a key was destroyed; return when the last one knows."""
        with self._database.writing() as session:
            session.execute("UPDATE epoch SET value = ?", (os.urandom(_EPOCH_SIZE),))
        known_s = monotonic() + FRESH_S
        with self._turn:
            self._read_s = float("-inf")
        return known_s


class KeySchema:
    """Wrapped keys in a PostgreSQL database."""

    database: Database
    epoch: EpochSource

    def __init__(self, _folder: Path, url: str) -> None:
        self.database = Connections(url, KIND)
        self.epoch = self._epoch = SharedEpoch(self.database)

    @classmethod
    def create(cls, _folder: Path, url: str, meta: Mapping[str, str]) -> bool:
        """Make it empty; return whether this call made it."""
        return create_schema(url, KIND, SCHEMA, meta)

    @classmethod
    def check(cls, _folder: Path, url: str) -> dict[str, str]:
        """Refuse what is no whole key store; return what it says about itself."""
        return check_schema(url, KIND)

    def overwrite(self, session: Session, block_id: int, slots: Sequence[int]) -> None:
        """Write the block anew with zeros; the row of before goes with `forget`."""
        select = "SELECT slots FROM blocks WHERE block_id = ?"
        (before,) = session.execute(select, (block_id,)).fetchone()
        kept = bytearray(before)
        for slot in slots:
            kept[slot * WRAPPED_SIZE : (slot + 1) * WRAPPED_SIZE] = ERASED
        values = (bytes(kept), block_id)
        session.execute("UPDATE blocks SET slots = ? WHERE block_id = ?", values)

    def forget(self, blocks: Sequence[int], rooms: Sequence[bytes]) -> None:
        """Tell every process, write the parts anew that held the keys, wait until all know.

        Raises:
            CaseBusy: A transaction may still read the old rows: repeat it.
            StoreFault: The database cannot be reached.
        """
        self._leave_no_trace(self._parts(blocks, rooms))

    def forget_secrets(self) -> None:
        """Write the table of secrets anew, which is small, as `forget` does.

        Raises:
            CaseBusy, StoreFault: As `forget`.
        """
        self._leave_no_trace(["secrets"])

    def _leave_no_trace(self, tables: Sequence[str]) -> None:
        known_s = self._epoch.turn()
        self.database.leave_no_trace(*tables)
        sleep(max(0.0, known_s - monotonic()))

    def _parts(self, blocks: Sequence[int], rooms: Sequence[bytes]) -> list[str]:
        found: set[str] = set()
        with self.database.reading() as session:
            for table, key, values in (("blocks", "block_id", blocks), ("rooms", "room_id", rooms)):
                query = f"SELECT tableoid::regclass::text FROM {table} WHERE {key} = ?"  # noqa: S608 - names of ours
                for value in values:
                    found.update(part for (part,) in session.execute(query, (value,)))
        return sorted(found)

    def close(self) -> None:
        """Close every connection."""
        self.database.close()
