"""Make the tables of a store in a PostgreSQL database, check them, and bring older ones forward.

Each store has a schema of its own, so that several share one database, and says of itself what a
file of SQLite's does: its format, its ledger.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import psycopg

from ledger.databases import StoreKind
from ledger.errors import StoreFault
from ledger.postgres.dialect import in_postgres
from ledger.postgres.faults import faults
from ledger.postgres.server import connect, lock_key

OLDEST: Final = 140_000
_RESTORE: Final = "restore it from a backup"
_META: Final = "CREATE TABLE ledger_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)"
_SET_META: Final = "INSERT INTO ledger_meta (key, value) VALUES (?, ?)"
_TABLES: Final = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = ?"


def create_schema(
    url: str, kind: StoreKind, schema: Iterable[str], meta: Mapping[str, str]
) -> bool:
    """Make a store complete, in one transaction, unless it is there.

    `schema` are the statements that make its tables, `meta` is what it says about itself, at
    least its `ledger_id`. Several processes may ask at once: one makes it.

    Returns:
        Whether this call made it.

    Raises:
        StoreFault: The database cannot be reached, is too old, or refuses this user.
    """
    with connect(url, kind.noun, kind.namespace) as connection, faults(kind.noun):
        _check_server(connection, kind)
        with connection.transaction():
            _take_turn(connection, kind)
            if _is_there(connection, kind):
                return False
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {kind.namespace}")
            for statement in (_META, *schema):
                connection.execute(in_postgres(statement))
            for said in [("format", kind.format), *meta.items()]:
                connection.execute(in_postgres(_SET_META), said)
            # A crash before the commit leaves nothing.
    return True


def check_schema(url: str, kind: StoreKind) -> dict[str, str]:
    """Refuse what is not a whole store of this kind; return what it says about itself.

    One of an older format is brought forward first, in one transaction.

    Raises:
        StoreFault: Missing, of a newer format, or lacking tables.
        ConnectionLost: The server cannot be reached.
    """
    with connect(url, kind.noun, kind.namespace) as connection, faults(kind.noun):
        meta = _read(connection, kind)
        version = version_of(meta, kind)
        if version < kind.version:
            _bring_forward(connection, kind)
            meta = _read(connection, kind)
        found = {name for (name,) in connection.execute(in_postgres(_TABLES), (kind.namespace,))}
    if not found >= kind.tables:
        raise StoreFault(f"the {kind.noun} lacks tables", _RESTORE)
    return meta


def has_schema(url: str, kind: StoreKind) -> bool:
    """Tell whether a database holds a store of this kind."""
    with connect(url, kind.noun, kind.namespace) as connection, faults(kind.noun):
        return _is_there(connection, kind)


def rename_schema(url: str, kind: StoreKind, suffix: str) -> None:
    """Keep a store under another name, so that another one can be made in its place."""
    with connect(url, kind.noun) as connection, faults(kind.noun):
        connection.execute(f"ALTER SCHEMA {kind.namespace} RENAME TO {kind.namespace}_{suffix}")


def version_of(meta: Mapping[str, str], kind: StoreKind) -> int:
    """Return the version of a format.

    Raises:
        StoreFault: It says none, or one newer than this program knows.
    """
    found = meta.get("format", "")
    family, _, version = found.partition("/")
    if family != kind.family or not version.isdecimal():
        raise StoreFault(f"the {kind.noun} does not say which format it has", _RESTORE)
    if int(version) > kind.version:
        why = f"the {kind.noun} has the newer format {found}"
        raise StoreFault(why, "use the release that wrote it, or a later one")
    return int(version)


def _bring_forward(connection: "psycopg.Connection[Any]", kind: StoreKind) -> None:
    with connection.transaction():
        _take_turn(connection, kind)
        # Another process may have done it while this one waited.
        for statement in kind.steps_from(version_of(_read(connection, kind), kind)):
            connection.execute(in_postgres(statement))
        connection.execute("UPDATE ledger_meta SET value = $1 WHERE key = 'format'", (kind.format,))
        # A crash before the commit leaves the older format whole.


def _read(connection: "psycopg.Connection[Any]", kind: StoreKind) -> dict[str, str]:
    if not _is_there(connection, kind):
        why = f"the database holds no {kind.noun}"
        raise StoreFault(why, "make one, or give the URL of the database that has it")
    return dict(connection.execute("SELECT key, value FROM ledger_meta").fetchall())


def _is_there(connection: "psycopg.Connection[Any]", kind: StoreKind) -> bool:
    table = f"{kind.namespace}.ledger_meta"
    found = connection.execute("SELECT to_regclass($1) IS NOT NULL", (table,)).fetchone()
    return bool(found and found[0])


def _take_turn(connection: "psycopg.Connection[Any]", kind: StoreKind) -> None:
    connection.execute("SELECT pg_advisory_xact_lock($1::bigint)", (lock_key(kind.namespace),))


def _check_server(connection: "psycopg.Connection[Any]", kind: StoreKind) -> None:
    if connection.info.server_version < OLDEST:
        why = f"the database server of the {kind.noun} is older than PostgreSQL 14"
        raise StoreFault(why, "use PostgreSQL 14 or later")
    row = connection.execute("SHOW server_encoding").fetchone()
    if not row or row[0] != "UTF8":
        why = f"the database of the {kind.noun} is not kept in UTF8"
        raise StoreFault(why, "CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0")
