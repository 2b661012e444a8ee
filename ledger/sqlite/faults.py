"""Say in our own words what SQLite reports about a file."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from ledger.errors import CaseBusy, StoreFault


class _Fault(NamedTuple):
    why: str
    needs: str


_DAMAGED: Final = _Fault("is damaged or cut short", "restore it from a backup")
_NOT_WRITABLE: Final = _Fault("cannot be written", "check the owner and mode of file and folder")
_FAULTS: Final = {
    sqlite3.SQLITE_FULL: _Fault(
        "cannot grow, the disk is full; nothing was recorded", "free some space and try again"
    ),
    sqlite3.SQLITE_IOERR: _Fault(
        "cannot be read or written, the disk reports an error; nothing was recorded",
        "check the disk and the space left on it, then try again",
    ),
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _Fault("is not a database", "give the path of the right file"),
    sqlite3.SQLITE_CANTOPEN: _Fault("cannot be opened", "check that the file is there"),
    sqlite3.SQLITE_READONLY: _NOT_WRITABLE,
    sqlite3.SQLITE_PERM: _NOT_WRITABLE,
}
_LOCKED: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_PRIMARY_CODE: Final = 0xFF


@contextmanager
def faults(noun: str) -> Iterator[None]:
    """Translate what SQLite says about the file called `noun`; let other errors pass.

    Raises:
        StoreFault: The file or its disk is at fault.
        CaseBusy: Another process kept the file locked for longer than the busy timeout.
    """
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & _PRIMARY_CODE
        if code in _LOCKED:
            message = f"the {noun} is in use by another process"
            raise CaseBusy(message) from error
        if code not in _FAULTS:
            raise
        fault = _FAULTS[code]
        raise StoreFault(f"the {noun} {fault.why}", fault.needs) from error
