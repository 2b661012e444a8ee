"""Open a connection to PostgreSQL as every store of ours uses it."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from ledger.postgres.faults import faults

LOCK_TIMEOUT_S: Final = 10
STATEMENT_TIMEOUT_S: Final = 60
_WAYS: Final = {
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
    "client_encoding": "utf8",
}
_SESSION: Final = (
    f"SET lock_timeout = '{LOCK_TIMEOUT_S}s'; SET statement_timeout = '{STATEMENT_TIMEOUT_S}s';"
    f" SET idle_in_transaction_session_timeout = '{STATEMENT_TIMEOUT_S}s'; SET jit = off;"
    # A statement begun behind a lock must see what its last holder committed.
    " SET default_transaction_isolation = 'read committed';"
    " SET TimeZone = 'UTC'; SET client_min_messages = warning;"
    # What is answered is on disk; a stricter setting of the server's stays.
    " SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') = 'off'"
)


def connect(url: str, noun: str, namespace: str = "") -> "psycopg.Connection[Any]":
    """Connect in autocommit, every statement bounded in time; `$1` is where a value goes.

    Args:
        url: As libpq reads it; what it sets itself wins over our timeouts.
        noun: What messages call the store.
        namespace: The schema its tables are in, "" for the user's own.

    Raises:
        ConnectionLost: The server cannot be reached.
        StoreFault: The URL, user, password or database is refused.
    """
    with faults(noun):
        given: dict[str, Any] = {**_WAYS, "application_name": f"goodoffices {noun}"}
        given |= conninfo_to_dict(url)
        made = psycopg.connect(**given, autocommit=True, cursor_factory=psycopg.RawCursor)
        path = f"SET search_path TO {namespace}; " if namespace else ""
        made.execute(path + _SESSION)
        return made


def machine_of(url: str, noun: str) -> str:
    """Return the address of the machine a server runs on, `127.0.0.1` for this one.

    Raises:
        ConnectionLost: The server cannot be reached.
        StoreFault: The URL, user, password or database is refused.
    """
    query = "SELECT host(coalesce(inet_server_addr(), '127.0.0.1'))"
    with connect(url, noun) as connection, faults(noun):
        ((found,),) = connection.execute(query).fetchall()
    return str(found)


def settings_of(url: str, noun: str, names: Sequence[str]) -> dict[str, str]:
    """Return some settings of a server.

    Raises:
        ConnectionLost: The server cannot be reached.
        StoreFault: The URL, user, password or database is refused.
    """
    query = "SELECT name, setting FROM pg_settings WHERE name = ANY($1::text[])"
    with connect(url, noun) as connection, faults(noun):
        return dict(connection.execute(query, (list(names),)).fetchall())


def lock_key(name: str) -> int:
    """Return the number of the advisory lock of a name."""
    return int.from_bytes(hashlib.sha256(b"gol/lock\0" + name.encode()).digest()[:8], signed=True)
