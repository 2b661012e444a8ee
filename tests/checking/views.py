"""The views: at the head, nothing set aside, the audit trail one row for each event."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from projections.audit_trail import AuditRow
from services.library import Library
from tests.checking.stored import Entry
from tests.checking.told import Fault


def view_faults(views: Library, found: Sequence[Entry]) -> Iterator[Fault]:
    """Compare the views with the store; they are looked at as they are, never brought on."""
    head = found[-1].position if found else 0
    if views.position() != head:
        yield Fault("views", f"a view is at {views.position()}, the store at {head}")
    for parked in views.parked():
        yield Fault("views", f"set aside: {parked}")
    wanted = {entry.position: (entry.ref, entry.actor, entry.command) for entry in found}
    with views.glance() as glance:
        for row in glance.rows(AuditRow, _in_order):
            shown = ((row.room, row.seq, row.type), row.actor, row.command)
            if row.position not in wanted:
                yield Fault("views", f"the audit trail shows {shown}, twice or of no event")
            elif (event := wanted.pop(row.position)) != shown:
                yield Fault("views", f"the audit trail shows {shown} instead of {event}")
    for position, event in wanted.items():
        yield Fault("views", f"the audit trail lacks position {position}: {event}")


def _in_order(table: sa.Table, statement: sa.Select[Any]) -> sa.Select[Any]:
    return statement.order_by(table.c.position)
