"""Tell a case as it happened, entry by entry, to one viewer."""

from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import Irregularity
from services.reading import words
from services.reading.assurance import SignedBy, signed_by
from services.reading.contests import Contest, Contests, contests, remarks
from services.reading.looking import Erasure, Kept, Look

LATER_S = 3_600
"""From how many seconds between happening and recording on an entry is called recorded later."""
SILENCE_DAYS = 7
"""From how many days without an entry on the silence is told."""
_DAY_S = 86_400


class Entry(Struct, frozen=True, kw_only=True):
    """One entry of the timeline; the names are those of the JSON document.

    Attributes:
        entry: The event, `room:seq`.
        event_id: Its name to the outside, `<room id>/<sequence>`.
        type: Name of its type.
        says: What it is, in a sentence, from its frame alone.
        at: Instant it stands at: when it happened, else when it was recorded.
        time: How that is known: `instant`, `local` where the zone is not recorded, `recorded`
            where the time is not.
        occurred: When it happened, as recorded.
        recorded: When it was written.
        later_s: Seconds it was written after it happened, None where it was at once.
        actor: Who acted.
        acting_for: For whom.
        entered_by: The operator at the keyboard.
        irregular: The rules it breaks.
        corrects: Event it corrects.
        corrected_by: Events that correct it, as far as the viewer sees.
        voided_by: Event that declared it void.
        contested_by: Events that contest it.
        contests: What they say, and what was answered.
        contents: What it says, by field.
        erased: Whether what it said was erased.
        sealed_by: Event (room:seq) that sealed what it says.
        erasure: Why what it said is gone, None where that is not recorded.
        signature: The actor's signature, None where the institution asserts the entry.
        silence_days: Whole days without an entry before it, None where fewer than a week.
    """

    entry: str
    event_id: str
    type: str
    says: str
    at: datetime
    time: str
    occurred: str | None
    recorded: datetime
    later_s: int | None
    actor: str
    acting_for: str | None
    entered_by: str
    irregular: tuple[Irregularity, ...]
    corrects: str | None
    corrected_by: tuple[str, ...]
    voided_by: str | None
    contested_by: tuple[str, ...]
    contests: tuple[Contest, ...]
    contents: dict[str, Any]
    erased: bool
    sealed_by: str | None = None
    erasure: Erasure | None = None
    signature: SignedBy | None = None
    silence_days: int | None = None


def timeline(look: Look, zone: tzinfo) -> tuple[Entry, ...]:
    """Tell a case in the order in which things happened, as far as that is known.

    Args:
        look: What is seen.
        zone: Zone of the case.
    """
    said_of = contests(look)
    entries = [entry_of(look, kept, zone, said_of) for kept in look.kept]
    entries.sort(key=lambda entry: entry.at)
    told: list[Entry] = []
    for entry in entries:
        days = int((entry.at - told[-1].at).total_seconds() // _DAY_S) if told else 0
        told.append(replace(entry, silence_days=days) if days >= SILENCE_DAYS else entry)
    return tuple(told)


def some(look: Look, zone: tzinfo, wanted: Callable[[Kept], bool]) -> tuple[Entry, ...]:
    """Tell some entries alone, in the order in which things happened; no other is opened."""
    said_of = contests(look)
    entries = [entry_of(look, kept, zone, said_of) for kept in look.kept if wanted(kept)]
    return tuple(sorted(entries, key=lambda entry: entry.at))


def entry_of(look: Look, kept: Kept, zone: tzinfo, said_of: Contests) -> Entry:
    """Tell one entry.

    Args:
        look: What is seen.
        kept: The entry.
        zone: Zone of the case.
        said_of: The objections to entries.
    """
    frame, opened = kept.frame, look.opened(kept)
    at, exact = words.happened(frame.occurred, zone)
    late = (frame.recorded - at).total_seconds() if at is not None and exact else 0
    record = look.case.record
    return Entry(
        entry=frame.ref,
        event_id=kept.read.event_id,
        type=str(type(frame.event).__struct_config__.tag),
        says=words.sentence(frame),
        at=at or frame.recorded,
        time="instant" if exact else "recorded" if at is None else "local",
        occurred=frame.occurred,
        recorded=frame.recorded,
        later_s=int(late) if late >= LATER_S else None,
        actor=frame.actor,
        acting_for=frame.acting_for,
        entered_by=frame.entered_by,
        irregular=frame.irregular,
        corrects=frame.corrects or getattr(frame.event, "target", None),
        corrected_by=record.corrected.get(frame.ref, ()),
        voided_by=record.voided.get(frame.ref),
        contested_by=record.contested.get(frame.ref, ()),
        contests=said_of.get(frame.ref, ()),
        contents=words.contents(opened.event),
        erased=opened.erased,
        sealed_by=opened.sealed,
        signature=signed_by(look, kept),
        erasure=opened.erasure,
    )


def marks(entry: Entry) -> list[str]:
    """Say what is unusual about an entry."""
    found: list[str] = []
    if entry.later_s is not None:
        found.append(f"recorded {words.span(entry.later_s)} later")
    if entry.time == "local":
        found.append("zone not recorded")
    elif entry.time == "recorded":
        found.append("time not recorded")
    found.extend(f"irregular: {mark.rule}" for mark in entry.irregular)
    by = {
        "corrected": ", ".join(entry.corrected_by),
        "void": entry.voided_by,
        "sealed": entry.sealed_by,
    }
    found.extend(f"{word} by {ref}" for word, ref in by.items() if ref)
    if entry.signature is not None:
        found.append(entry.signature.says)
    found.extend(remarks(entry.contests))
    if entry.corrects and entry.corrects not in entry.says:
        found.append(f"about {entry.corrects}")
    return found


def said(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield what an entry says, by the name of the field."""
    if entry.erased:
        yield "content", words.erased(entry.erasure)
    for name, value in entry.contents.items():
        yield name.replace("_", " "), words.plain(value)
