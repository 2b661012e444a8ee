"""Name the entries that a bundle opens, where it does not open all its viewer may read."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from ledger.errors import DecodeError
from services.exports.bundle import Chosen
from services.reading.looking import Look

SEQ: Final = "[1-9][0-9]{0,8}"
ITEM: Final = re.compile(rf"(?P<room>[^\s,;]{{1,200}}):(?P<first>{SEQ})(-(?P<last>{SEQ}))?")
ITEMS_MAX: Final = 10_000
EXAMPLE: Final = "ROOM:SEQ or ROOM:SEQ-SEQ, with commas between, such as joint:3,joint:7-9"


class Items(Struct, frozen=True):
    """Entries (room:seq) to be opened.

    Attributes:
        whole: Those that show frame and content.
        frames: Those that show the frame alone.
    """

    whole: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything is named."""
        return bool(self.whole or self.frames)


def read_items(only: str | None, frames_only: str | None) -> Items:
    """Read which entries are to be opened.

    Raises:
        DecodeError: It cannot be understood, or names an entry in both ways.
    """
    items = Items(tuple(_refs("--only", only)), tuple(_refs("--frames-only", frames_only)))
    if both := sorted({*items.whole} & {*items.frames}):
        why = f"{both[0]} is named in --only as well"
        raise DecodeError("--frames-only", why, "each entry once")
    return items


def _refs(field: str, text: str | None) -> Iterator[str]:
    if text is None:
        return
    count = 0
    for part in text.split(","):
        found = ITEM.fullmatch(part.strip())
        if found is None:
            raise DecodeError(field, f"{part.strip()[:80]!r} names no entry", EXAMPLE)
        first = int(found["first"])
        last = int(found["last"] or first)
        count += last - first + 1
        if last < first or count > ITEMS_MAX:
            needs = f"{EXAMPLE}; at most {ITEMS_MAX} entries"
            raise DecodeError(field, f"{part.strip()[:80]!r} is no range", needs)
        yield from (f"{found['room']}:{seq}" for seq in range(first, last + 1))


def opened(look: Look, items: Items) -> tuple[Look, tuple[Chosen, ...]]:
    """Look at the entries named alone.

    Returns:
        The look, which knows of no others, and the entries in the order of recording.

    Raises:
        RuleViolation: entry_is_known; the same for one that is not there or not to be read.
    """
    frames = {*items.frames}
    narrow = look.narrowed({*items.whole, *frames})
    return narrow, tuple(Chosen(kept, kept.frame.ref in frames) for kept in narrow.kept)
