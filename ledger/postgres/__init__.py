"""A PostgreSQL database with the surface of `ledger.sqlite`: stores have one body of code."""

from ledger.postgres.connections import Connections
from ledger.postgres.dialect import in_postgres
from ledger.postgres.faults import ConnectionLost, faults
from ledger.postgres.schema import check_schema, create_schema
from ledger.postgres.scrubbing import rewrite
from ledger.postgres.server import connect, lock_key

__all__ = [
    "ConnectionLost",
    "Connections",
    "check_schema",
    "connect",
    "create_schema",
    "faults",
    "in_postgres",
    "lock_key",
    "rewrite",
]
