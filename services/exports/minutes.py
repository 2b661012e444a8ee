"""Gather the minutes of a procedure (procès-verbal): its steps, and nothing of the talks.

By default those steps of the joint record alone that may go into an evidence pack, put right, so
that every party is given the same paper. How many others there are is not told, so entries are not
named either: a gap between their numbers would tell it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from ledger.record.erasure_events import ContentErased
from ledger.record.events import ContestAnswered, EntryContested
from ledger.sessions.events import AttendanceRecorded
from services.exports.whitelist import select
from services.reading import words
from services.reading.eyes import Eyes
from services.reading.looking import Kept, Look
from services.reading.replaying import replayed_as
from services.reading.showing import Shown, headed
from services.reading.timeline import Entry, marks, timeline
from services.reading.truth import RIGHTING, truths

Scope: TypeAlias = Literal["shared", "mine"]
SCOPES: Final[tuple[Scope, ...]] = ("shared", "mine")
SHARED_ROOM: Final = "joint"
EVERYWHERE: Final = "v2"
"""The list by which minutes are chosen, whatever packs the rules of a case provide for."""
ABOUT_ENTRIES: Final = (*RIGHTING, EntryContested, ContestAnswered, ContentErased)
"""Entries about entries, which name others."""


class Taken(Struct, frozen=True):
    """A step that was taken.

    Attributes:
        entry: The entry that tells it.
        remarks: What is unusual about it.
    """

    entry: Entry
    remarks: tuple[str, ...]


class Attended(Struct, frozen=True, kw_only=True):
    """Who was at a session.

    Attributes:
        session_id: Which session.
        person: Who.
        party: With which party, None for none.
    """

    session_id: str
    person: str
    party: str | None


class Minutes(Struct, frozen=True, kw_only=True):
    """What the minutes tell.

    Attributes:
        scope: Whether they are for every party (`shared`), or of all their reader reads (`mine`).
        case: Where the case stands.
        profile: Version and hash of the rules it follows, None where none are pinned.
        steps: What was done, in the order in which things happened.
        attended: Who was at which session.
        made: When they were made.
        digest: SHA-256 of all that their reader reads, hex; None in minutes for every party.
    """

    scope: Scope
    case: Shown
    profile: str | None
    steps: tuple[Taken, ...]
    attended: tuple[Attended, ...]
    made: datetime
    digest: str | None


def minutes_of(eyes: Eyes, look: Look, scope: Scope) -> Minutes:
    """Gather the minutes of a case.

    Raises:
        StoreFault: The access cannot be noted, so nothing is shown.
    """
    seen = look if scope == "mine" else look.within(SHARED_ROOM)
    steps = _all(eyes, seen) if scope == "mine" else _shared(eyes, seen)
    told = {step.entry.entry for step in steps}
    profile = seen.case.intake.profile
    return Minutes(
        scope=scope,
        case=headed(seen, eyes),
        profile=None if profile is None else f"{profile.id} {profile.version} ({profile.hash})",
        steps=tuple(sorted(steps, key=lambda step: step.entry.at)),
        attended=tuple(_attended(kept for kept in seen.kept if kept.frame.ref in told)),
        made=look.now,
        digest=replayed_as(look).digest if scope == "mine" else None,
    )


def _all(eyes: Eyes, seen: Look) -> list[Taken]:
    told = timeline(seen, eyes.zone(seen))
    return [Taken(entry, tuple(marks(entry))) for entry in told]


def _shared(eyes: Eyes, seen: Look) -> list[Taken]:
    told = set(_may_be_proved(seen))
    right = truths(seen, eyes.zone(seen))
    return [Taken(entry, tuple(_remarks(entry))) for entry in right if entry.entry in told]


def _remarks(entry: Entry) -> Iterator[str]:
    """Say what is unusual about an entry, and name no other."""
    if entry.later_s is not None:
        yield f"recorded {words.span(entry.later_s)} later"
    if entry.time == "local":
        yield "zone not recorded"
    yield from (f"irregular: {mark.rule}" for mark in entry.irregular)
    if entry.corrected_by:
        yield "put right since"
    if entry.contested_by:
        yield "contested"
    if entry.signature is not None:
        yield entry.signature.says


def _may_be_proved(seen: Look) -> Iterator[str]:
    """Yield the entries (room:seq) that are steps and may be proved elsewhere.

    Raises:
        RuleViolation: pack_knows_every_event.
    """
    frames = {kept.frame.ref: kept.frame for kept in seen.kept}
    for picked in select(list(frames.values()), EVERYWHERE, "enforcement").picked:
        if not isinstance(frames[picked.ref].event, ABOUT_ENTRIES):
            yield picked.ref


def _attended(kept: Iterable[Kept]) -> Iterator[Attended]:
    for one in kept:
        event = one.frame.event
        if isinstance(event, AttendanceRecorded):
            yield Attended(session_id=event.session_id, person=event.person, party=event.party)
