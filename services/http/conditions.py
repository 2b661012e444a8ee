"""Read what a request makes its command wait for: what the caller had seen, and how far to go."""

import re
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias
from urllib.parse import quote, unquote

from msgspec.structs import replace

from ledger.act import Ask
from ledger.errors import DecodeError
from ledger.rooms import kind_of

Wait: TypeAlias = Literal["view", "seal"]
Seen: TypeAlias = Mapping[str, int]
"""The last sequence seen of each room."""

USUAL_ROOM: Final = "joint"
TAG_EXAMPLE: Final = '"joint:12", as the ETag of a case has it'
_TAG: Final = re.compile(r'"(?P<seen>[^"]*)"')
_PLACE: Final = re.compile(r"(?P<room>[^:,]+(?::[^:,]+)?):(?P<seq>0|[1-9][0-9]{0,9})")
_WAIT: Final = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?(?P<for>view|seal)\"?\s*(?=$|[,;])")


def written(seen: Seen) -> str:
    """Write what was seen as one word, rooms in order."""
    return ",".join(f"{quote(room, safe=':+-_.')}:{seq}" for room, seq in sorted(seen.items()))


def tag(seen: Seen) -> str:
    """Write what was seen as an entity tag."""
    return f'"{written(seen)}"'


def read_seen(text: str, field: str) -> Seen:
    """Read what was seen.

    Raises:
        DecodeError: It is not of this form.
    """
    seen: dict[str, int] = {}
    for place in text.split(",") if text else ():
        found = _PLACE.fullmatch(place)
        if found is None:
            raise DecodeError(field, "names no place in a room", TAG_EXAMPLE)
        seen[unquote(found["room"])] = int(found["seq"])
    return seen


def conditional(ask: Ask, if_match: str | None) -> Ask:
    """Hold a command to what the caller had seen of its room.

    Raises:
        DecodeError: The header cannot be read, or says other than the command.
    """
    if if_match is None or if_match.strip() == "*":
        return ask
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise DecodeError("If-Match", "is no entity tag", TAG_EXAMPLE)
    last = _of_room(read_seen(found["seen"], "If-Match"), ask.room)
    if ask.seen not in (None, last):
        raise DecodeError("If-Match", "says other than `seen`", "one of the two")
    if ask.is_signed and ask.seen is None:
        raise DecodeError("If-Match", "cannot be added to what was signed", "`seen`, signed too")
    return replace(ask, seen=last)


def _of_room(seen: Seen, asked: str | None) -> int:
    """Find the room of a command, by its name or its kind; of a room not seen the last is 0."""
    room = asked or USUAL_ROOM
    if room in seen:
        return seen[room]
    alike = [seq for name, seq in seen.items() if kind_of(name) == room]
    if len(alike) > 1:
        raise DecodeError("If-Match", f"names several rooms of the kind {room}", "one of them")
    return alike[0] if alike else 0


def wait_for(prefer: str | None) -> Wait | None:
    """Read `Prefer: wait=view` or `wait=seal`; a preference that is not known is passed over."""
    found = _WAIT.search(prefer or "")
    if found is None:
        return None
    return "view" if found["for"] == "view" else "seal"
