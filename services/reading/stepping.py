"""Replay a case step by step: what each entry said, and what it changed for one viewer."""

from collections.abc import Iterator
from difflib import get_close_matches

from msgspec import Struct
from msgspec.structs import asdict

from ledger.catalogue import EVENTS
from ledger.errors import DecodeError
from projections.case_shown import CaseView
from services.reading.changes import Change, Facts, changes, facts
from services.reading.eyes import Eyes
from services.reading.looking import Kept, Look
from services.reading.timeline import Entry, entry_of
from services.reading.walking import Digests, Span, span_of, walk


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
    base = eyes.look(case)
    span = _upto_type(base, span_of(base, part.since, part.to), part.until)
    steps: list[Step] = []
    state: CaseView | None = None
    for step, view in _steps(eyes, base, span):
        steps.append(step)
        state = view
    return Played(
        case_id=base.view.case_id,
        number=base.view.number,
        external_ref=base.view.external_ref,
        viewer=base.viewer,
        zone=eyes.zone(base).key,
        entries=len(base.kept),
        steps=tuple(steps),
        state=state,
    )


def _steps(eyes: Eyes, base: Look, span: Span) -> Iterator[tuple[Step, CaseView]]:
    zone, digests = eyes.zone(base), Digests()
    before: Facts = {}
    for n, (kept, look) in enumerate(walk(base)):
        if n >= span.last:
            return
        if n < span.first - 1:
            continue
        after = facts(look) if look.kept else {}
        if n >= span.first:
            known = look.sees(kept.frame.room, kept.frame.seq)
            yield (
                Step(
                    **asdict(entry_of(look if known else base, kept, zone, {})),
                    step=n + 1,
                    known_then=known,
                    written_as=base.record.reader.written_as(kept.sealed),
                    read_as=type(kept.frame.event).version,
                    changes=tuple(changes(before, after)),
                    digest=digests.of(look),
                ),
                look.view,
            )
        before = after


def _upto_type(base: Look, span: Span, wanted: str | None) -> Span:
    """Shorten a span to the first entry of a type in it."""
    if wanted is None:
        return span
    kind = EVENTS.get(wanted)
    if kind is None:
        close = " or ".join(get_close_matches(wanted, EVENTS, n=3))
        needs = f"did you mean {close}?" if close else "a type that `goodoffices schema` lists"
        raise DecodeError("--until", f"there is no event {wanted[:80]!r}", needs)
    for n in range(span.first, span.last):
        if _is(base.kept[n], kind):
            return Span(span.first, n + 1)
    why = f"no {wanted} among these entries"
    raise DecodeError("--until", why, "another type, or another --from and --to")


def _is(kept: Kept, kind: type) -> bool:
    return type(kept.frame.event) is kind


def in_an_older_shape(step: Step) -> str | None:
    """Say that an entry was brought up to date on reading, None where it was not."""
    if step.written_as == step.read_as:
        return None
    return f"recorded as v{step.written_as}, read as v{step.read_as}"
