"""Tell single entries in the rows of a table, for pages that show no more of a case."""

from datetime import tzinfo
from typing import Any

import msgspec
from msgspec import Struct

from ledger.envelope import Frame, describe
from services.reading import words
from services.reading.looking import Look

COLUMNS = ("entry", "recorded", "occurred", "what", "by", "for", "says", "fields", "content")


class Told(Struct, frozen=True):
    """Whose entries are told.

    Attributes:
        look: The case, seen by its viewer.
        zone: Zone of the times.
    """

    look: Look
    zone: tzinfo


def row(told: Told, ref: str, *, masked: bool) -> tuple[object, ...]:
    """Tell an entry (room:seq).

    Args:
        told: Whose.
        ref: The entry.
        masked: Whether its content is left out.
    """
    said = told.look.said(ref)
    frame: Frame[Any] = said.frame
    if masked:
        content = "[left out]"
    elif said.opened.erased:
        content = words.ERASED
    elif said.opened.sealed:
        content = _sealed(told.look, said.opened.sealed)
    else:
        contents = words.contents(said.opened.event)
        content = "; ".join(f"{name}: {words.plain(value)}" for name, value in contents.items())
    at = words.in_zone(frame.recorded, told.zone)
    kind = type(frame.event).__struct_config__.tag
    when = frame.occurred or words.NOT_RECORDED
    who = (frame.actor, frame.acting_for)
    return ref, at, when, kind, *who, describe(frame), fields(frame), content


def _sealed(look: Look, by: str) -> str:
    """Say that something is sealed, and by which entry if that is among those seen."""
    room, _, seq = by.rpartition(":")
    return f"[sealed by {by}]" if look.sees(room, int(seq)) else "[sealed]"


def fields(frame: Frame[Any]) -> str:
    """Tell every field of a frame that says something: hashes, ids, states, dates."""
    told: dict[str, Any] = msgspec.to_builtins(frame.event)
    said = ((name, value) for name, value in told.items() if name != "type")
    return "; ".join(f"{name}: {words.plain(value)}" for name, value in said if value is not None)
