"""Read the moment somebody wants to look from."""

import re
from datetime import datetime
from typing import Any, TypeAlias

from ledger.envelope import Frame
from ledger.errors import DecodeError, RuleViolation
from ledger.instants import INSTANT_EXAMPLE, parse_instant

Moment: TypeAlias = datetime | tuple[str, int] | None
"""An instant of recording, an event (room, sequence), or None for now."""

_EVENT = re.compile(r"(?P<room>[a-z][^\s]*):(?P<seq>[1-9][0-9]{0,9})")


def read_moment(text: str | None, field: str = "--at") -> Moment:
    """Read an instant with its offset (RFC 3339 or RFC 9557), or an event as ROOM:SEQ.

    Raises:
        DecodeError: Neither of the two, or a time without an offset.
    """
    if text is None:
        return None
    event = _EVENT.fullmatch(text)
    if event is not None:
        return event["room"], int(event["seq"])
    if not text[:1].isdigit():
        why = f"{text[:80]!r} is neither an instant nor an entry"
        raise DecodeError(field, why, f"an entry such as joint:12, or an instant {INSTANT_EXAMPLE}")
    return parse_instant(text, field)


def too_early(first: Frame[Any], field: str) -> RuleViolation:
    """Refuse a moment at which a viewer of a case read nothing of it yet.

    Args:
        first: The first entry the viewer reads today.
        field: What named the moment.
    """
    why = "nothing of this case was there for you to read then"
    needs = f"a later {field}; the first entry is {first.ref}, recorded {instant(first.recorded)}"
    return RuleViolation("case_is_known", why, needs)


def instant(at: datetime) -> str:
    """Write an instant as it is recorded."""
    return at.isoformat().replace("+00:00", "Z")
