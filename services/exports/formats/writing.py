"""Say what every writer of a format is given and gives back, and write values as text."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from ledger.instants import utc
from services.exports.boxes import Boxed, FolderBox
from services.exports.rows import Row
from services.exports.write import unwritable

Cell: TypeAlias = str | int | None
_DATA: Final = msgspec.json.Encoder(order="sorted")


class About(Struct, frozen=True):
    """What a writer may have to say beside the rows.

    Attributes:
        ledger: Id of the institution, 32 hex digits.
        made: When the export was begun, UTC.
    """

    ledger: str
    made: datetime


class Written(Struct, frozen=True):
    """What a writer wrote.

    Attributes:
        files: In the order of writing.
        objects: How many objects the form tells of, None for one that knows none.
    """

    files: tuple[Boxed, ...]
    objects: int | None = None


Write: TypeAlias = Callable[[FolderBox, Iterator[Row], About], Written]
"""Writes rows into a folder; raises StoreFault where a file cannot be written."""


def cells(row: Row) -> dict[str, Cell]:
    """Write a row as text and numbers, by column: instants in UTC, what it says as JSON."""
    told: dict[str, Cell] = msgspec.structs.asdict(row)
    told["recorded"] = utc(row.recorded)
    told["data"] = said(row)
    return told


def said(row: Row) -> str:
    """Write what an entry says as JSON, keys sorted; control characters are escaped in it."""
    return _DATA.encode(row.data).decode()


@contextmanager
def scratch(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database that is written once and taken whole or thrown away.

    Raises:
        StoreFault: It cannot be written.
    """
    try:
        database = sqlite3.connect(path, isolation_level=None)
        try:
            # Nothing is undone here: after a fault the whole folder goes.
            for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-32768"):
                database.execute(f"PRAGMA {pragma}")
            yield database
        finally:
            database.close()
    except sqlite3.Error as error:
        raise unwritable(path, OSError(0, str(error))) from error
