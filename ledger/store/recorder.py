"""Record events in one SQLite file."""

import sqlite3
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Final
from uuid import UUID

from ledger.errors import StoreFault
from ledger.sqlite import check_file, check_pages, create_file
from ledger.store.datastore import INSERT, LEDGER_FILE, SCHEMA, LedgerDatastore
from ledger.store.moved import refuse_if_moved
from ledger.store.recording import POLL_S, LedgerRecorder
from ledger.store.rows import NewRow, Values

__all__ = ["NewRow", "SQLiteLedgerRecorder", "open_ledger_file", "refuse_library_codecs"]

_UUIDS_KEPT: Final = 8192
_ROWS_A_STATEMENT: Final = 64
_LIBRARY_CODECS: Final = ("CIPHER_TOPIC", "COMPRESSOR_TOPIC")


class SQLiteLedgerRecorder(LedgerRecorder):
    """The record in a file, written by one process at a time and read by any number."""

    datastore: LedgerDatastore

    def __init__(self, datastore: LedgerDatastore, ledger_id: str, poll_s: float = POLL_S) -> None:
        self.datastore = datastore
        self._begin(ledger_id, poll_s)

    @staticmethod
    def _key(case: UUID | str) -> str:
        return case.hex if isinstance(case, UUID) else case

    @staticmethod
    def _case(key: str) -> UUID:
        return _uuid(key)

    def _record(self, values: Sequence[Values]) -> list[int]:
        with self.datastore.writing() as connection:
            _insert_all(connection, values)
            return _last_positions(connection, len(values))


def open_ledger_file(
    path: Path, *, create: bool = False, ledger_id: str = "", every_page: bool = False
) -> SQLiteLedgerRecorder:
    """Open a ledger, after checking that it is one and whole.

    Args:
        path: The file.
        create: Make it first if there is none; `ledger_id` then names it.
        ledger_id: The ledger expected there, "" if any will do.
        every_page: Also read every page, which takes time in proportion to the file's size.

    Raises:
        StoreFault: Missing, not a database, foreign, cut short, damaged, of a newer format, of
            another ledger, or its last events were deleted; or it was moved elsewhere.
    """
    if create and not path.exists():
        assert ledger_id, "a new ledger has an id"
        create_file(path, LEDGER_FILE, SCHEMA, {"ledger_id": ledger_id})
    meta = check_file(path, LEDGER_FILE)
    found = meta.get("ledger_id", "")
    refuse_if_moved(meta)
    if ledger_id and found != ledger_id:
        message = f"{path} holds the ledger {found}, not {ledger_id}"
        raise StoreFault(message, "give the path of the right ledger")
    if every_page:
        check_pages(path, LEDGER_FILE)
    datastore = LedgerDatastore(path)
    try:
        _check_tail(datastore)
    except StoreFault:
        datastore.close()
        raise
    return SQLiteLedgerRecorder(datastore, found)


def refuse_library_codecs(environment: Mapping[str, str]) -> None:
    """Refuse a cipher or compressor meant for the library's own mapper, which ours would ignore.

    Raises:
        StoreFault: The environment names one, for any application.
    """
    for name, value in environment.items():
        if value and name.endswith(_LIBRARY_CODECS):
            message = f"{name} is set, but events are sealed by this ledger itself"
            raise StoreFault(message, f"unset {name}")


def _check_tail(datastore: LedgerDatastore) -> None:
    """Positions are never given twice, so the last one given must still be there."""
    with datastore.reading() as connection:
        row = connection.execute(
            "SELECT seq FROM sqlite_sequence WHERE name = 'stored_events'"
        ).fetchone()
        given = row[0] if row else 0
        last = connection.execute(
            "SELECT position, state FROM stored_events ORDER BY position DESC LIMIT 1"
        ).fetchone()
    found = last[0] if last else 0
    if found < given:
        message = f"the ledger ends at position {found}, but {given} was recorded"
        raise StoreFault(message, "restore it from a backup")


def _insert_all(connection: sqlite3.Connection, values: Sequence[Values]) -> None:
    """Insert rows with few statements.

    Each statement lets other threads run and has to wait for its turn again; one for each row made
    64 callers a third slower.
    """
    for first in range(0, len(values), _ROWS_A_STATEMENT):
        some = values[first : first + _ROWS_A_STATEMENT]
        statement = INSERT + ", (?, ?, ?, ?, ?)" * (len(some) - 1)
        connection.execute(statement, list(chain.from_iterable(some)))


def _last_positions(connection: sqlite3.Connection, count: int) -> list[int]:
    """Name the rows just inserted; no other writer can come between them."""
    (last,) = connection.execute("SELECT last_insert_rowid()").fetchone()
    return list(range(last - count + 1, last + 1))


@lru_cache(maxsize=_UUIDS_KEPT)
def _uuid(text: str) -> UUID:
    return UUID(text)
