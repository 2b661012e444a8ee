"""Tell what had happened by an instant, as it is known now: "as true on", beside "as known on".

`show --at` tells what was known: entries recorded by then, as they were recorded. Here entries
count by when they happened, whenever that was written down; what was put right stands right, and
what was declared void is left out.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Struct
from msgspec.structs import replace

from ledger.decoding import converted
from ledger.envelope import Frame
from ledger.errors import DecodeError
from ledger.record.events import EntryCorrected, EntryVoided
from ledger.record.governance_events import ContentSealed, ContentUnsealed
from services.reading import words
from services.reading.eyes import Eyes
from services.reading.looking import Look
from services.reading.moment import read_moment
from services.reading.timeline import Entry, timeline

RIGHTING = (EntryCorrected, EntryVoided, ContentSealed, ContentUnsealed)
"""Entries about entries: they say what is so by what they do to others."""


class Truth(Struct, frozen=True, kw_only=True):
    """What had happened in a case by an instant, as it is known now.

    Attributes:
        viewer: Whose eyes.
        zone: Zone of the case.
        by: The instant.
        known: Entries (room:seq) recorded by then.
        timeline: Entries of what had happened, put right.
    """

    case_id: str
    number: str | None
    viewer: str
    zone: str
    by: datetime
    known: tuple[str, ...]
    timeline: tuple[Entry, ...]


def truth(eyes: Eyes, case: str, by: str) -> Truth:
    """Tell what had happened by an instant.

    Raises:
        RuleViolation, StoreFault: As `Eyes.look`.
        DecodeError: Not an instant.
    """
    moment = read_moment(by, "--true-on")
    if not isinstance(moment, datetime):
        raise DecodeError("--true-on", "is no instant", "an instant with its offset")
    look = eyes.look(case)
    zone = eyes.zone(look)
    entries = truths(look, zone)
    return Truth(
        case_id=str(look.record.case_id),
        number=look.case.intake.number,
        viewer=look.viewer,
        zone=zone.key,
        by=moment,
        known=tuple(k.frame.ref for k in look.kept if k.frame.recorded <= moment),
        timeline=tuple(sorted((e for e in entries if e.at <= moment), key=lambda one: one.at)),
    )


def truths(look: Look, zone: ZoneInfo) -> list[Entry]:
    """List what happened as a look knows it: put right, without what was declared void."""
    return [_put_right(look, entry, zone) for entry in _standing(look, zone)]


def _standing(look: Look, zone: ZoneInfo) -> list[Entry]:
    """List the entries that tell what happened, without those declared void."""
    told = timeline(look, zone)
    return [
        entry
        for entry in told
        if entry.voided_by is None and not isinstance(look.said(entry.entry).frame.event, RIGHTING)
    ]


def _put_right(look: Look, entry: Entry, zone: ZoneInfo) -> Entry:
    """Give an entry the values its corrections say are right, the latest last."""
    right: dict[str, str] = {}
    for ref in entry.corrected_by:
        event = look.open(ref)
        assert isinstance(event, EntryCorrected)
        if event.changes is not UNSET and ref not in look.case.record.voided:
            right |= {name: change.new for name, change in event.changes.items()}
    return _as_right(look.said(entry.entry).frame, entry, right, zone) if right else entry


def _as_right(frame: Frame[Any], entry: Entry, right: Mapping[str, str], zone: ZoneInfo) -> Entry:
    """Say an entry again with right values: when it happened, and what it says."""
    values = {name: msgspec.json.decode(value) for name, value in right.items()}
    occurred = values.pop("occurred", frame.occurred)
    at, exact = words.happened(occurred, zone)
    told = {**entry.contents, **{n: v for n, v in values.items() if n in entry.contents}}
    event = msgspec.to_builtins(frame.event) | {n: v for n, v in values.items() if n not in told}
    said = replace(frame, event=converted(event, type(frame.event)))
    return replace(
        entry,
        occurred=occurred,
        at=at or frame.recorded,
        time="instant" if exact else "recorded" if at is None else "local",
        says=words.sentence(said),
        contents=told,
    )
