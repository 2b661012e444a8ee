"""Take of each entry what a picture shows: frames alone, so that no content is opened."""

from collections.abc import Iterator
from datetime import datetime, tzinfo

from msgspec import Struct

from ledger.catalogue import PART_OF
from ledger.envelope import tag_of
from services.reading import words
from services.reading.looking import Look

CLOCK = "the clock"


class Dot(Struct, frozen=True, kw_only=True):
    """An entry in a picture.

    Attributes:
        at: When it happened, or was recorded where that is not known.
        who: For whom somebody acted: a party, an office, or the clock.
        part: Part of the procedure it belongs to.
        tag: Its type.
        entry: The event, room:seq.
        says: What it is, in a sentence.
    """

    at: datetime
    who: str
    part: str
    tag: str
    entry: str
    says: str


def dots(look: Look, zone: tzinfo) -> Iterator[Dot]:
    """Yield what is seen of a case, in the order of recording."""
    for kept in look.kept:
        frame = kept.frame
        at, _ = words.happened(frame.occurred, zone)
        yield Dot(
            at=at or frame.recorded,
            who=_who(frame.acting_for, frame.channel),
            part=PART_OF[type(frame.event)],
            tag=tag_of(type(frame.event)),
            entry=frame.ref,
            says=words.sentence(frame),
        )


def _who(acting_for: str | None, channel: str) -> str:
    if channel == "clock" or acting_for is None:
        return CLOCK
    return words.person(acting_for)
