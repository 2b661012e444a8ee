"""Replay a case step by step: what each entry said, and what it changed for one viewer."""

from collections.abc import Iterator
from datetime import datetime
from difflib import get_close_matches

from msgspec import Struct
from msgspec.structs import asdict

from ledger.catalogue import EVENTS
from ledger.envelope import Event
from ledger.errors import DecodeError
from projections.case_shown import CaseView
from services.reading.changes import Change, Facts, changes, facts
from services.reading.eyes import Eyes
from services.reading.looking import Look, no_entry
from services.reading.moment import read_moment
from services.reading.showing import Shown, shown
from services.reading.timeline import Entry, entry_of
from services.reading.walking import Digests, Span, beginning, span_of, walk

PAUSE_MAX_S = 3.0
"""Longest pause between two steps, however long nothing happened."""


class Step(Entry, frozen=True, kw_only=True):
    """One entry of a replay; the names are those of the JSON document.

    Attributes:
        step: Its place among the entries the viewer reads, from 1.
        known_then: Whether the viewer could read it when it was recorded.
        written_as: Version of the shape it was written in.
        read_as: Version it is read as; a greater one where it was brought up to date.
        changes: What differs from the step before, for the viewer.
        digest: SHA-256 of all that the viewer read then, hex; that of `replay --at` this entry.
    """

    step: int
    known_then: bool
    written_as: int
    read_as: int
    changes: tuple[Change, ...]
    digest: str


class Played(Struct, frozen=True, kw_only=True):
    """A case replayed, or a part of it.

    Attributes:
        viewer: Whose eyes.
        zone: Zone of the case.
        entries: How many entries the viewer reads in all.
        steps: The part asked for.
        state: Where the case stood after the last of them, None where there is none.
    """

    case_id: str
    number: str | None
    external_ref: str | None
    viewer: str
    zone: str
    entries: int
    steps: tuple[Step, ...]
    state: CaseView | None


class Part(Struct, frozen=True, kw_only=True):
    """What part of a case is to be replayed.

    Attributes:
        since: Moment behind which it begins, an instant or an entry; None for the beginning.
        to: Moment of the last step, None for the end.
        until: Type of event at whose next occurrence it stops, None for none.
    """

    since: str | None = None
    to: str | None = None
    until: str | None = None


WHOLE = Part()


def played(eyes: Eyes, case: str, part: Part = WHOLE) -> Played:
    """Replay a case, as the viewer saw it grow.

    Raises:
        RuleViolation, StoreFault: As `Eyes.look`.
        DecodeError: No such moment, the first after the second, or no such type of event there.
    """
    return Stage(eyes, case, part).played


class Stage:
    """A case that somebody goes through, forth and back; nothing is ever written.

    Attributes:
        played: Its steps.
    """

    def __init__(self, eyes: Eyes, case: str, part: Part = WHOLE) -> None:
        """Replay the part asked for.

        Raises:
            RuleViolation, StoreFault, DecodeError: As `played`.
        """
        self._eyes = eyes
        self._base = base = eyes.look(case)
        span = _upto_type(base, span_of(base, part.since, part.to), part.until)
        steps: list[Step] = []
        state: CaseView | None = None
        for step, view in _steps(eyes, base, span):
            steps.append(step)
            state = view
        self.played = Played(
            case_id=base.view.case_id,
            number=base.view.number,
            external_ref=base.view.external_ref,
            viewer=base.viewer,
            zone=eyes.zone(base).key,
            entries=len(base.kept),
            steps=tuple(steps),
            state=state,
        )

    def state(self, place: int) -> Shown:
        """Show where the case stood after a step.

        Args:
            place: The step's place among `played.steps`, from 0.
        """
        return shown(beginning(self._base, self.played.steps[place].entry), self._eyes)

    def place_of(self, text: str) -> int:
        """Find the last step recorded by a moment, an instant or an entry.

        Raises:
            DecodeError: No such moment, or no step by then.
        """
        moment, steps = read_moment(text, "go to"), self.played.steps
        if isinstance(moment, datetime):
            found = [n for n, step in enumerate(steps) if step.recorded <= moment]
        else:
            found = [n for n, step in enumerate(steps) if step.entry == text]
        if not found:
            first = f"from {steps[0].entry} on" if steps else "another part of the case"
            raise DecodeError("go to", f"there is no step at {text[:80]}", first)
        return found[-1]

    def next_of(self, place: int, wanted: str) -> int:
        """Find the next step behind a place that is an event of a type.

        Raises:
            DecodeError: There is no such type, or none of it behind that place.
        """
        _kind(wanted)
        for n in range(place + 1, len(self.played.steps)):
            if self.played.steps[n].type == wanted:
                return n
        raise DecodeError("until", f"no {wanted} behind this step", "another type, or a step back")


def step_of(eyes: Eyes, base: Look, ref: str) -> Step:
    """Tell one entry (room:seq) as the step of a replay that it is.

    Raises:
        RuleViolation: entry_is_known; the same for one that is not there or not to be read.
        StoreFault: The access cannot be noted, so nothing is shown.
    """
    place = next((n for n, kept in enumerate(base.kept) if kept.frame.ref == ref), None)
    if place is None:
        raise no_entry(ref)
    base.noted()
    before = beginning(base, base.kept[place - 1].frame.ref if place else None)
    after = beginning(base, ref)
    differs = tuple(changes(_facts(before), _facts(after)))
    return _step(eyes, (base, after), place, differs, Digests().of(after))


def _steps(eyes: Eyes, base: Look, span: Span) -> Iterator[tuple[Step, CaseView]]:
    digests = Digests()
    before: Facts = {}
    for n, (_, look) in enumerate(walk(base)):
        if n >= span.last:
            return
        if n < span.first - 1:
            continue
        after = _facts(look)
        if n >= span.first:
            differs = tuple(changes(before, after))
            yield _step(eyes, (base, look), n, differs, digests.of(look)), look.view
        before = after


def _facts(look: Look) -> Facts:
    return facts(look) if look.kept else {}


def _step(
    eyes: Eyes, looks: tuple[Look, Look], place: int, differs: tuple[Change, ...], digest: str
) -> Step:
    base, look = looks
    kept = base.kept[place]
    known = look.sees(kept.frame.room, kept.frame.seq)
    return Step(
        **asdict(entry_of(look if known else base, kept, eyes.zone(base), {})),
        step=place + 1,
        known_then=known,
        written_as=base.record.written_as(kept),
        read_as=type(kept.frame.event).version,
        changes=differs,
        digest=digest,
    )


def _upto_type(base: Look, span: Span, wanted: str | None) -> Span:
    """Shorten a span to the first entry of a type in it."""
    if wanted is None:
        return span
    kind = _kind(wanted)
    for n in range(span.first, span.last):
        if type(base.kept[n].frame.event) is kind:
            return Span(span.first, n + 1)
    why = f"no {wanted} among these entries"
    raise DecodeError("--until", why, "another type, or another --from and --to")


def _kind(wanted: str) -> type[Event]:
    kind = EVENTS.get(wanted)
    if kind is None:
        close = " or ".join(get_close_matches(wanted, EVENTS, n=3))
        needs = f"did you mean {close}?" if close else "a type that `goodoffices schema` lists"
        raise DecodeError("--until", f"there is no event {wanted[:80]!r}", needs)
    return kind


def in_an_older_shape(step: Step) -> str | None:
    """Say that an entry was brought up to date on reading, None where it was not."""
    if step.written_as == step.read_as:
        return None
    return f"recorded as v{step.written_as}, read as v{step.read_as}"


def pause_s(before: Step, after: Step, speed: float) -> float:
    """Return for how many seconds a replay rests between two steps.

    Args:
        before: The one step.
        after: The next.
        speed: How many times as fast as it happened.
    """
    between = (after.recorded - before.recorded).total_seconds()
    return min(max(between / speed, 0.0), PAUSE_MAX_S)
