"""Say which rooms of a case a viewer may read, and whether whole rows can answer."""

from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from ledger.casefile import CaseFile
from ledger.rooms import WHOLE, Rights, both

OFFICE_ROOMS = ("joint", "chair", "registry", "challenge", "review", "protection")
"""Rooms the registry and the auditor read whole in every case, besides every desk."""
OFFICES = ("registry", "auditor")


class Sight(Struct, frozen=True):
    """What a viewer may read of a case.

    Attributes:
        rights: The rooms, each from where to where.
        whole: Whether every room is read whole, so that the rows in the views can be used as they
            are; else the events within the spans are folded anew.
    """

    rights: Rights
    whole: bool

    @property
    def nothing(self) -> bool:
        """Tell whether the case is, to this viewer, as if it were not there."""
        return not self.rights


def sight(file: CaseFile, viewer: str, then: CaseFile | None = None) -> Sight:
    """Say what a viewer may read.

    Args:
        file: The case as it is now.
        viewer: Whose eyes.
        then: The case as it was at the instant looked at; what was readable then and is readable
            now is granted.
    """
    rights = file.rights(viewer)
    if then is not None:
        rights = both(then.rights(viewer), rights)
    seen = {room: span for room, span in rights.items() if span.last != 0}
    return Sight(seen, whole=all(span == WHOLE for span in seen.values()))


def is_office(viewer: str) -> bool:
    """Tell whether a viewer reads the same kinds of room in every case."""
    return viewer in OFFICES


def office_reads(table: sa.Table) -> sa.ColumnElement[bool]:
    """Narrow rows to what the registry and the auditor read, no case opened for it."""
    room: Any = table.c.room
    return sa.or_(room.in_(OFFICE_ROOMS), room.startswith("desk:", autoescape=True))
