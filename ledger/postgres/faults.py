"""Say in our own words what PostgreSQL or the way to it reports.

Its own words are not passed on, not even as a cause: they may hold a host, a user or a row.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

import psycopg

from ledger.errors import CaseBusy, StoreFault


class ConnectionLost(CaseBusy):
    """The server is away; whether a commit under way was kept is not known.

    The same may be tried again when it is back. No record is at fault, so nothing is set aside
    because of it.
    """


class _Fault(NamedTuple):
    why: str
    needs: str


_CHECK_URL: Final = "check host, port, user, password and database in its URL"
_FAULTS: Final = {
    "53100": _Fault(
        "cannot grow, the disk of the database server is full; nothing was recorded",
        "free some space there and try again",
    ),
    "58030": _Fault("cannot be read or written, its disk reports an error", "check its disk"),
    "58P01": _Fault("cannot be read, a file of the database is missing", "restore a backup"),
    "3D000": _Fault("cannot be reached, there is no such database", _CHECK_URL),
    "3F000": _Fault("lacks tables", "restore it from a backup"),
    "42P01": _Fault("lacks tables", "restore it from a backup"),
    "42501": _Fault(
        "refuses this user", "let the user of the URL own the database, or grant it CREATE there"
    ),
    "GOL01": _Fault(
        "was moved elsewhere meanwhile; nothing was recorded",
        "start again: a new start names its new place",
    ),
    "25006": _Fault("cannot be written, the server is a standby", "give the URL of the primary"),
}
_CLASSES: Final = {
    "28": _Fault("refuses the user or the password", _CHECK_URL),
    "XX": _Fault("is damaged", "restore it from a backup"),
    "23": _Fault("refuses a row that does not fit its tables; nothing was recorded", ""),
    "0A": _Fault("does not know something this program needs", "use PostgreSQL 14 or later"),
}
_BUSY: Final = {
    "23505": "another process wrote the same row first",
    "40001": "others wrote at the same time",
    "40P01": "others wrote at the same time",
    "53300": "the database server takes no more connections",
    "55P03": "it is in use by others",
    "57014": "it took too long to answer",
}
_FULL: Final = ("too many c", "remaining connection slots")
_GONE: Final = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03"})


@contextmanager
def faults(noun: str) -> Iterator[None]:
    """Translate what psycopg says about the store called `noun`; let other errors pass.

    Raises:
        ConnectionLost: The server cannot be reached, or went away.
        StoreFault: The database, its disk or the right to use it is at fault.
        CaseBusy: Others were first, or kept it for longer than the timeouts.
    """
    try:
        yield
    except psycopg.Error as error:
        raise _translated(noun, error) from None


def _translated(noun: str, error: psycopg.Error) -> CaseBusy | StoreFault:
    state = error.sqlstate or ""
    if not state and any(words in str(error) for words in _FULL):
        state = "53300"  # libpq gives no code for what happens on connecting
    if state in _BUSY:
        return CaseBusy(f"the {noun}: {_BUSY[state]}; try again")
    fault = _FAULTS.get(state) or _CLASSES.get(state[:2]) or _of_connecting(error, state)
    if fault is not None:
        return StoreFault(f"the {noun} {fault.why}", fault.needs)
    if state in _GONE or state[:2] == "08" or _went_away(error, state):
        return ConnectionLost(
            f"the database server of the {noun} cannot be reached, or went away; see that it runs,"
            " then try again"
        )
    why = f"the {noun} cannot be read or written: error {state or type(error).__name__}"
    return StoreFault(why, "the log of the database server says more")


def _went_away(error: psycopg.Error, state: str) -> bool:
    return not state and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)


def _of_connecting(error: psycopg.Error, state: str) -> _Fault | None:
    """Tell a refusal from an outage: libpq gives no code for what happens on connecting."""
    if state:
        return None
    if isinstance(error, psycopg.ProgrammingError):
        return _Fault("has a URL that cannot be read", "postgresql://user@host:5432/database")
    said = str(error)
    if "password" in said or "pg_hba.conf" in said or 'role "' in said:
        return _CLASSES["28"]
    if 'database "' in said and "does not exist" in said:
        return _FAULTS["3D000"]
    return None
