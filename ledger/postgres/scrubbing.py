"""Leave nothing of what was overwritten or deleted in the files of a PostgreSQL server.

PostgreSQL writes a changed row beside the old one, and plain VACUUM frees the old one's place
without overwriting it; only a rewrite of the table leaves its bytes behind. What the write-ahead
log holds of it goes with the segments: see docs/how-to/keys-on-postgres.md.
"""

import re
from collections.abc import Iterable
from time import monotonic, sleep
from typing import Any, Final

import psycopg

from ledger.databases import StoreKind
from ledger.errors import CaseBusy
from ledger.postgres.faults import faults
from ledger.postgres.server import connect

WAIT_S: Final = 10.0
_PAUSE_S: Final = 0.1
_CHECKPOINT_ROLE_SINCE: Final = 150_000  # before, only a superuser may; its schedule does it
_KEPT: Final = re.compile(r"\d+")  # first number of VACUUM's detail: dead rows somebody may see
_MAY_SWITCH: Final = (
    "SELECT has_function_privilege('pg_switch_wal()', 'EXECUTE')"
    " AND pg_has_role('pg_checkpoint', 'USAGE')"
)


def rewrite(url: str, kind: StoreKind, tables: Iterable[str]) -> None:
    """Write tables of a store anew without their dead rows; their old files are gone on return.

    Where the user may, the write-ahead log begins a new segment behind a checkpoint, too, so that
    the segments before it are let go.

    Raises:
        CaseBusy: Somebody's transaction may still read the dead rows: repeat it.
        StoreFault: The database cannot be reached, or its disk is at fault.
    """
    with connect(url, kind.noun, kind.namespace) as connection, faults(kind.noun):
        connection.execute("SET statement_timeout = 0")
        for table in tables:
            _rewrite(connection, kind, table)
        _let_log_go(connection)


def _rewrite(connection: "psycopg.Connection[Any]", kind: StoreKind, table: str) -> None:
    said: list[str] = []
    connection.add_notice_handler(lambda notice: said.append(notice.message_detail or ""))
    end = monotonic() + WAIT_S
    while True:
        said.clear()
        connection.execute(f"VACUUM (FULL, VERBOSE) {table}")
        kept = [int(found[0]) for detail in said if (found := _KEPT.search(detail))]
        if not any(kept):
            return
        if monotonic() >= end:
            raise CaseBusy(f"a transaction keeps old rows of the {kind.noun} alive")
        sleep(_PAUSE_S)


def _let_log_go(connection: "psycopg.Connection[Any]") -> None:
    if connection.info.server_version < _CHECKPOINT_ROLE_SINCE:
        return
    allowed = connection.execute(_MAY_SWITCH).fetchone()
    if allowed and allowed[0]:
        connection.execute("SELECT pg_switch_wal()")
        connection.execute("CHECKPOINT")
