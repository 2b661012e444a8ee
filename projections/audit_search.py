"""Search the trails of all cases at once, for those who read the same rooms in every case.

The newest entry comes first; entries of one instant stand by room id and sequence, the last first.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

import sqlalchemy as sa
from msgspec import Struct

from projections.access import OFFICE_ROOMS, office_reads
from projections.audit_trail import AuditRow
from projections.generations import Glance
from projections.tables import instant_text

Key: TypeAlias = tuple[str, int]
"""Names an entry: room id, sequence."""
VALUES: Final = ("type", "room", "actor", "acting_for", "entered_by", "channel")
"""Fields of an entry by whose value it is chosen."""
_NONE: Final = "[]"
"""How a column holds that there are none."""
FLAGS: Final[Mapping[str, Callable[[sa.Table], sa.ColumnElement[bool]]]] = {
    "irregular": lambda table: table.c.irregular != _NONE,
    "corrected": lambda table: sa.or_(
        table.c.corrected_by != _NONE, table.c.voided_by.is_not(None)
    ),
    "contested": lambda table: table.c.contested_by != _NONE,
    "signed": lambda table: table.c.key.is_not(None),
}
"""What is so of an entry or not, as far as a column says it."""


class Search(Struct, frozen=True, kw_only=True):
    """Which entries are wanted.

    Attributes:
        without: Records that are left out: the institution's own, and cases set aside (ids).
        values: What fields must be, by name.
        flags: What must be so, or not, by name.
        since: Recorded from here on, None from the beginning.
        until: Recorded up to here, None up to the end.
    """

    without: Sequence[str]
    values: Mapping[str, str] = {}
    flags: Mapping[str, bool] = {}
    since: datetime | None = None
    until: datetime | None = None

    def narrow(self, table: sa.Table, statement: sa.Select[Any]) -> sa.Select[Any]:
        """Narrow a statement to them."""
        query = statement.where(office_reads(table), table.c.case_id.not_in(self.without))
        for name, value in self.values.items():
            query = query.where(table.c[name] == value)
        for name, wanted in self.flags.items():
            said = FLAGS[name](table)
            query = query.where(said if wanted else sa.not_(said))
        if self.since is not None:
            query = query.where(table.c.recorded >= instant_text(self.since))
        if self.until is not None:
            query = query.where(table.c.recorded <= instant_text(self.until))
        return query


def find(glance: Glance, search: Search, after: AuditRow | None, limit: int) -> list[AuditRow]:
    """Find entries, the newest first.

    Args:
        glance: One state of the views.
        search: Which.
        after: The entry behind which they are wanted, None for the first.
        limit: Most entries to find.
    """

    def narrowed(table: sa.Table, statement: sa.Select[Any]) -> sa.Select[Any]:
        query, order = search.narrow(table, statement), (table.c.room_id, table.c.seq)
        if after is not None:
            at = instant_text(after.recorded)
            behind = sa.tuple_(*order) < (after.room_id, after.seq)
            earlier = table.c.recorded < at
            query = query.where(table.c.recorded <= at, sa.or_(earlier, behind))
        newest = (table.c.recorded.desc(), *(column.desc() for column in order))
        return query.order_by(*newest).limit(limit)

    return list(glance.rows(AuditRow, narrowed))


def known(glance: Glance, search: Search, key: Key) -> AuditRow | None:
    """Find an entry by its key, None where those who search do not read it."""
    row = glance.one(AuditRow, key)
    if row is None or row.case_id in search.without:
        return None
    return row if row.room in OFFICE_ROOMS or row.room.startswith("desk:") else None


def counts(glance: Glance, search: Search, most: int) -> list[tuple[dict[str, Any], int]] | None:
    """Count the entries that are wanted by all that they can be chosen by.

    Args:
        glance: One state of the views.
        search: Which entries.
        most: Most entries to look at.

    Returns:
        Values by name, each time with how many entries have them; None where there are too many.
    """

    def bounded(table: sa.Table, statement: sa.Select[Any]) -> sa.Select[Any]:
        return search.narrow(table, statement).limit(most + 1)

    def told(table: sa.Table) -> list[sa.ColumnElement[Any]]:
        flags = [said(table).label(name) for name, said in FLAGS.items()]
        return [*(table.c[name] for name in VALUES), *flags]

    lines = glance.tally(AuditRow, bounded, told)
    names = (*VALUES, *FLAGS)
    if sum(line[-1] for line in lines) > most:
        return None
    return [(dict(zip(names, line[:-1], strict=True)), line[-1]) for line in lines]
