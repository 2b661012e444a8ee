"""Show the parties of a case and who speaks for them (V11), the rooms of a reader merged."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from ledger.instants import parse_instant
from ledger.parties import Capacity
from projections.parties import PartyRow, SpeakerRow, Step
from projections.rows import MemoryRows


class Speaker(Struct, frozen=True, kw_only=True):
    """Who may act for a party, and how far.

    Attributes:
        capacity: Whether it comes as one of the party's own people, or as its counsel.
        live: Whether the powers hold at the instant looked from.
        entry: Event (room:seq) that gave the powers, None where the reader does not see it.
        revoked: Event that took them back.
        questioned: Events in which somebody doubted them.
        limits: Event in the party's own room whose content limits them.
    """

    person: str
    capacity: Capacity
    powers: tuple[str, ...]
    starts: str | None
    ends: str | None
    live: bool
    entry: str | None
    revoked: str | None
    questioned: tuple[str, ...]
    limits: str | None


class Member(Struct, frozen=True, kw_only=True):
    """A party as the rooms a reader sees tell of it.

    Attributes:
        party: Its id.
        requesting: Whether it asked for the mediation.
        joined: The step with which it joined, None where it has not.
        left: The step with which it left since, None while it stays.
        steps: Its whole course.
        speakers: Who may act for it.
    """

    party: str
    requesting: bool
    joined: Step | None
    left: Step | None
    steps: tuple[Step, ...]
    speakers: tuple[Speaker, ...]


def in_memory(rows: MemoryRows, now: datetime) -> list[Member]:
    """List the parties of a case in the order in which they were named, rooms merged."""
    found: dict[str, list[PartyRow]] = {}
    for row in rows.all(PartyRow):
        found.setdefault(row.party, []).append(row)
    speakers = _speakers(rows.all(SpeakerRow), now)
    members = [_member(party, told, speakers.get(party, ())) for party, told in found.items()]
    return sorted(members, key=lambda m: (m.steps[0].recorded, not m.requesting, m.party))


def _member(party: str, told: Iterable[PartyRow], speakers: Iterable[Speaker]) -> Member:
    rows = list(told)
    steps = sorted((s for row in rows for s in row.steps), key=lambda s: (s.recorded, s.entry))
    joined = left = None
    for step in steps:
        if step.does == "leaves":
            left = step
        elif step.does == "joins":
            joined, left = joined if joined and left is None else step, None
    return Member(
        party=party,
        requesting=any(row.requesting for row in rows),
        joined=joined,
        left=left,
        steps=tuple(steps),
        speakers=tuple(speakers),
    )


def _speakers(rows: Iterable[SpeakerRow], now: datetime) -> dict[str, tuple[Speaker, ...]]:
    """Merge what the rooms tell of each speaker: powers from where they are, limits beside."""
    merged: dict[tuple[str, str], SpeakerRow] = {}
    for row in sorted(rows, key=lambda row: (row.entry is None, row.room != "joint", row.room)):
        known = merged.get((row.party, row.person))
        if known is None:
            merged[row.party, row.person] = row
        elif row.limits is not None:
            merged[row.party, row.person] = replace(known, limits=row.limits)
    found: dict[str, tuple[Speaker, ...]] = {}
    for (party, _), row in sorted(merged.items()):
        found[party] = (*found.get(party, ()), _speaker(row, now))
    return found


def _speaker(row: SpeakerRow, now: datetime) -> Speaker:
    begun = row.starts is None or parse_instant(row.starts) <= now
    over = row.ends is not None and parse_instant(row.ends) < now
    return Speaker(
        person=row.person,
        capacity=row.capacity,
        powers=row.powers,
        starts=row.starts,
        ends=row.ends,
        live=bool(row.powers) and begun and not over and row.revoked is None,
        entry=row.entry,
        revoked=row.revoked,
        questioned=row.questioned,
        limits=row.limits,
    )
