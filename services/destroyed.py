"""Remember which keys were destroyed, and how far the record was followed."""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

from ledger.sqlite.faults import faults

ERASURES_FILE: Final = "erasures.sqlite"


class Slot(NamedTuple):
    """Where the content key of an erased entry was.

    Attributes:
        case_hex: Its case, 32 hex digits.
        ref: The entry (room:seq).
        block: Block of the key store.
        slot: Slot of that block.
    """

    case_hex: str
    ref: str
    block: int
    slot: int


class Destroyed:
    """Remember what was destroyed and when, and how far the record was followed.

    It holds no content and no keys; lost, it is made again from the record.
    """

    def __init__(self, path: Path) -> None:
        """Open it, or make it, readable by its owner alone."""
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._path = path
        with self._open() as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute(
                "CREATE TABLE IF NOT EXISTS follower"
                " (ledger TEXT PRIMARY KEY, position INTEGER NOT NULL, mark BLOB NOT NULL)"
            )
            database.execute(
                "CREATE TABLE IF NOT EXISTS destroyed (case_hex TEXT, ref TEXT, block INTEGER,"
                " slot INTEGER, at TEXT NOT NULL, PRIMARY KEY (case_hex, ref))"
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with (
            faults("list of erasures"),
            closing(sqlite3.connect(self._path, isolation_level=None)) as database,
        ):
            yield database

    def position(self, ledger: str) -> tuple[int, bytes]:
        """Return how far the record was followed, and a mark of the event there."""
        with self._open() as database:
            row = database.execute(
                "SELECT position, mark FROM follower WHERE ledger = ?", (ledger,)
            ).fetchone()
        return (row[0], row[1]) if row else (0, b"")

    def move(self, ledger: str, position: int, mark: bytes) -> None:
        """Remember that everything up to a position was dealt with."""
        with self._open() as database:
            database.execute(
                "INSERT INTO follower VALUES (?1, ?2, ?3)"
                " ON CONFLICT (ledger) DO UPDATE SET position = ?2, mark = ?3",
                (ledger, position, mark),
            )

    def add(self, slots: Iterable[Slot], at: datetime) -> None:
        """Remember what is destroyed; what is known keeps its first instant."""
        rows = [(*slot, at.isoformat()) for slot in slots]
        with self._open() as database:
            database.execute("BEGIN IMMEDIATE")
            database.executemany("INSERT OR IGNORE INTO destroyed VALUES (?, ?, ?, ?, ?)", rows)
            database.execute("COMMIT")

    def slots(self) -> list[Slot]:
        """List everything that was ever destroyed."""
        with self._open() as database:
            rows = database.execute("SELECT case_hex, ref, block, slot FROM destroyed").fetchall()
        return [Slot(*row) for row in rows]

    def when(self, case_id: UUID) -> dict[str, datetime]:
        """Tell when the key of each erased entry (room:seq) of a case was destroyed."""
        with self._open() as database:
            rows = database.execute(
                "SELECT ref, at FROM destroyed WHERE case_hex = ?", (case_id.hex,)
            ).fetchall()
        return {ref: datetime.fromisoformat(at) for ref, at in rows}
