"""Set what was known at an instant beside what was so: "as known on" and "as true on"."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct

from ledger.errors import DecodeError
from ledger.instants import INSTANT_EXAMPLE
from services.reading import words
from services.reading.eyes import Eyes
from services.reading.looking import Look
from services.reading.moment import read_moment, too_early
from services.reading.timeline import Entry
from services.reading.truth import truths

Kind: TypeAlias = Literal["not yet known", "put right", "void since", "not yet so"]
"""How what was known differs from what was so: an entry recorded, or readable, only later; one
whose values or time were corrected since; one declared void since; one that had not happened."""


class Gap(Struct, frozen=True, kw_only=True):
    """One entry of which what was known at an instant is not what was so.

    Attributes:
        kind: How they differ.
        entry: The event, room:seq.
        type: Name of its type.
        by: Events (room:seq) by which it became known or was put right, in order.
        recorded: When the last of them was recorded.
        field: What was put right, None where the whole entry is concerned.
        known: What was known of it, None for nothing.
        true: What was so, None for nothing.
        says: The same in a sentence.
    """

    kind: Kind
    entry: str
    type: str
    by: tuple[str, ...]
    recorded: datetime
    field: str | None = None
    known: Any = None
    true: Any = None
    says: str


class Knowledge(Struct, frozen=True, kw_only=True):
    """What was known of a case at an instant, beside what was so.

    Attributes:
        viewer: Whose eyes.
        zone: Zone of the case.
        known_on: The instant up to which entries were known.
        true_on: The instant up to which things had happened.
        known: How many entries told, as known.
        true: How many tell, as is known now.
        gaps: Where the two differ, in the order in which it came out.
    """

    case_id: str
    number: str | None
    external_ref: str | None
    viewer: str
    zone: str
    known_on: datetime
    true_on: datetime
    known: int
    true: int
    gaps: tuple[Gap, ...]


def knowledge(eyes: Eyes, case: str, known_on: str, true_on: str) -> Knowledge:
    """Tell how what was known at an instant differs from what had happened by one.

    Raises:
        RuleViolation, StoreFault: As `Eyes.look`; case_is_known too where nothing was known and
            nothing had happened yet.
        DecodeError: Not instants.
    """
    knew, was = _instant(known_on, "--known-on"), _instant(true_on, "--true-on")
    now = eyes.look(case)
    then = eyes.at(now.record, now.viewer, knew)
    zone = eyes.zone(now)
    known = {entry.entry: entry for entry in truths(then, zone)}
    stand = {entry.entry: entry for entry in truths(now, zone)}
    true = {ref: entry for ref, entry in stand.items() if entry.at <= was}
    if not (known or true):
        raise too_early(now.kept[0].frame, "--known-on")
    seen = _Compared(now, known, stand, (then.now, zone))
    gaps = [gap for ref in dict.fromkeys((*known, *true)) for gap in seen.gaps(ref, ref in true)]
    view = now.view
    return Knowledge(
        case_id=view.case_id,
        number=view.number,
        external_ref=view.external_ref,
        viewer=now.viewer,
        zone=zone.key,
        known_on=knew,
        true_on=was,
        known=len(known),
        true=len(true),
        gaps=tuple(sorted(gaps, key=lambda gap: gap.recorded)),
    )


def _instant(text: str, field: str) -> datetime:
    moment = read_moment(text, field)
    if not isinstance(moment, datetime):
        raise DecodeError(field, "is no instant", f"an instant {INSTANT_EXAMPLE}")
    return moment


class _Compared:
    """Entries as they were known beside what they tell now, all put right; by event (room:seq)."""

    def __init__(
        self,
        now: Look,
        known: Mapping[str, Entry],
        stand: Mapping[str, Entry],
        clock: tuple[datetime, ZoneInfo],
    ) -> None:
        self._now = now
        self._knew, self._zone = clock
        self._known = known
        self._stand = stand

    def gaps(self, ref: str, is_true: bool) -> Iterator[Gap]:  # noqa: FBT001 - of one entry
        """Tell how one entry differs; nothing where it does not."""
        old, new = self._known.get(ref), self._stand.get(ref)
        if old is None:
            assert new is not None, "what is true stands"
            yield self._came(new)
        elif new is None:
            yield self._void(old)
        else:
            righted = list(self._righted(old, new))
            yield from righted
            if not (righted or is_true):
                yield self._later(new)

    def _came(self, entry: Entry) -> Gap:
        when = f"happened {self._time(entry.at)}, recorded {self._time(entry.recorded)}"
        if entry.recorded <= self._knew:
            when += ", not to be read by this viewer then"
        return Gap(
            kind="not yet known",
            entry=entry.entry,
            type=entry.type,
            by=(entry.entry,),
            recorded=entry.recorded,
            true=entry.says,
            says=f"{entry.entry} was not yet known: {entry.says} ({when})",
        )

    def _later(self, entry: Entry) -> Gap:
        return Gap(
            kind="not yet so",
            entry=entry.entry,
            type=entry.type,
            by=(entry.entry,),
            recorded=entry.recorded,
            known=entry.says,
            says=f"{entry.entry} happened only later, {self._time(entry.at)}: {entry.says}",
        )

    def _void(self, entry: Entry) -> Gap:
        by = self._now.case.record.voided[entry.entry]
        return Gap(
            kind="void since",
            entry=entry.entry,
            type=entry.type,
            by=(by,),
            recorded=self._recorded(by),
            known=entry.says,
            says=f"{entry.entry} was declared void since by {by}: {entry.says}",
        )

    def _righted(self, old: Entry, new: Entry) -> Iterator[Gap]:
        """Tell what of an entry was put right since."""
        by = tuple(ref for ref in new.corrected_by if ref not in old.corrected_by)
        for name, was, so in _differing(old, new):
            first, then = self._said(was), self._said(so)
            yield Gap(
                kind="put right",
                entry=new.entry,
                type=new.type,
                by=by,
                recorded=self._recorded(by[-1]),
                field=name,
                known=was,
                true=so,
                says=f"{new.entry}, {name}: known as {first}, put right by {by[-1]}: {then}",
            )

    def _recorded(self, ref: str) -> datetime:
        return self._now.said(ref).frame.recorded

    def _said(self, value: Any) -> str:  # noqa: ANN401 - any value of an entry
        return self._time(value) if isinstance(value, datetime) else words.plain(value)

    def _time(self, at: datetime) -> str:
        return words.in_zone(at, self._zone)


def _differing(old: Entry, new: Entry) -> Iterator[tuple[str, Any, Any]]:
    """Name what differs of an entry: when it happened, what it is, what it says."""
    if old.at != new.at:
        yield "happened", old.at, new.at
    if old.says != new.says:
        yield "is", old.says, new.says
    for name in dict.fromkeys((*old.contents, *new.contents)):
        was, so = old.contents.get(name), new.contents.get(name)
        if was != so:
            yield name, was, so
