"""A PostgreSQL database with the surface of `ledger.sqlite`: stores have one body of code."""

from ledger.postgres.connections import Connections, PostgresSession
from ledger.postgres.dialect import in_postgres
from ledger.postgres.faults import ConnectionLost, faults
from ledger.postgres.locks import AdvisoryLock, is_taken
from ledger.postgres.schema import check_schema, create_schema, has_schema, rename_schema
from ledger.postgres.server import connect, lock_key, machine_of, settings_of

__all__ = [
    "AdvisoryLock",
    "ConnectionLost",
    "Connections",
    "PostgresSession",
    "check_schema",
    "connect",
    "create_schema",
    "faults",
    "has_schema",
    "in_postgres",
    "is_taken",
    "lock_key",
    "machine_of",
    "rename_schema",
    "settings_of",
]
