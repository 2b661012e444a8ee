"""Find what an erasure reaches, over every room of a case, and mark it in the room it lies in.

Whoever carries out an erasure reads no confidential room; so this is found beside its decision and
told nobody but the readers of each room: one of the listed declassifications (decision 0008). The
same marks follow where a profile destroys at the close what was said.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from msgspec import structs

from ledger.act import Act, Decision, Placed
from ledger.casefile import CaseFile
from ledger.envelope import Event, Frame, content_fields, tag_of
from ledger.follow_up.events import CaseClosed
from ledger.parties import ENDED
from ledger.record.erasure_events import (
    NEVER_ERASED,
    ContentErased,
    ErasureExecuted,
    ErasureRequested,
)
from ledger.record.erasure_rules import CLOSED_ROOMS
from ledger.record.events import EntryCorrected, LegalHoldReleased
from ledger.rooms import WHOLE, kind_of

TARGETS_MAX = 2_000
"""Most entries one mark names; more take more marks."""
SPOKEN = frozenset(
    {
        "caucus-information-received",
        "handed-over",
        "question-posed",
        "statement-recorded",
        "summary-corrected",
        "summary-given",
    }
)
"""Types of entries that hold what was said."""
FEEDBACK = frozenset(
    {"mediator-feedback-received", "party-feedback-received", "satisfaction-stated"}
)
"""Types of entries that say how somebody found the mediation."""

Within: TypeAlias = Callable[[Frame[Any]], bool]


def marks(file: CaseFile, act: Act[Any], placed: Decision) -> Decision:
    """List the marks of what an act erases, room by room.

    Args:
        file: The whole case.
        act: The act.
        placed: What it records.
    """
    found: Decision = []
    for one in placed:
        if isinstance(one.event, ErasureExecuted):
            found.extend(_executed(file, one.event))
    if any(isinstance(one.event, CaseClosed | LegalHoldReleased) for one in placed):
        found.extend(_at_close(file, act, placed))
    return found


def _executed(file: CaseFile, event: ErasureExecuted) -> Decision:
    asked = _requests(file, event.erasure_id)
    kept = frozenset(event.kept)
    reached = _reached(file, asked.values())

    def within(frame: Frame[Any]) -> bool:
        return _tag(frame) not in kept and reached(frame)

    stub = ContentErased(
        targets=(), ground=event.ground, approved_by=event.approved_by, basis=event.basis
    )
    return _marked(file, within, stub, {room: one.ref for room, one in asked.items()})


def _requests(file: CaseFile, erasure_id: str) -> dict[str, Frame[Any]]:
    """Find a request in each room that holds a part of it."""
    found: dict[str, Frame[Any]] = {}
    for frame in file.frames:
        event = frame.event
        if isinstance(event, ErasureRequested) and event.erasure_id == erasure_id:
            found[frame.room] = frame
    return found


def _reached(file: CaseFile, asked: Iterable[Frame[Any]]) -> Within:
    """Say which entries a request means, and what quotes them as their correction."""
    parts = [_meant(frame.event) for frame in asked]
    named = {frame.ref for frame in file.frames if any(part(frame) for part in parts)}
    return lambda frame: (
        frame.ref in named or (type(frame.event) is EntryCorrected and frame.corrects in named)
    )


def _meant(event: ErasureRequested) -> Within:
    targets, room, kind = frozenset(event.targets), event.of_room, event.kind
    if event.scope == "entries":
        return lambda frame: frame.ref in targets
    if event.scope == "subject" and event.subject is not None:
        return _naming(event.subject)
    if event.scope == "room":
        return lambda frame: frame.room == room
    return OF_CLASS.get(kind, lambda _: False)


def _naming(subject: str) -> Within:
    """Reach whatever a frame says of a person or party: by, for or about it."""

    def within(frame: Frame[Any]) -> bool:
        if subject in (frame.actor, (frame.acting_for or "").removeprefix("party:")):
            return True
        return subject in _words(structs.asdict(frame.event))

    return within


def _words(value: object) -> Iterator[str]:
    """Yield every text of a frame's fields, keys too."""
    match value:
        case str():
            yield value
        case Mapping():
            for key, inner in value.items():
                yield str(key)
                yield from _words(inner)
        case tuple() | list():
            for inner in value:
                yield from _words(inner)
        case _:
            return


def _is_confidential(frame: Frame[Any]) -> bool:
    return kind_of(frame.room) in CLOSED_ROOMS or _tag(frame) in SPOKEN


def _is_spoken(frame: Frame[Any]) -> bool:
    return kind_of(frame.room) == "mediators" or _tag(frame) in SPOKEN


def _tag(frame: Frame[Any]) -> str:
    kind: type[Event] = type(frame.event)
    return tag_of(kind)


OF_CLASS: dict[str | None, Within] = {
    "process_record": lambda _: True,
    "sealed_content": _is_confidential,
    "feedback": lambda frame: _tag(frame) in FEEDBACK,
}
"""By retention class the entries that belong to it."""


def _at_close(file: CaseFile, act: Act[Any], placed: Decision) -> Decision:
    """Mark what a profile destroys at the close, once no hold keeps it."""
    if act.profile.content_recording.transcripts != "destroyed_at_close":
        return []
    case = file.seen_by(dict.fromkeys(("joint", "registry"), WHOLE))
    events = [one.event for one in placed]
    released = {e.hold_id for e in events if isinstance(e, LegalHoldReleased)}
    ends = case.phase in ENDED or any(isinstance(e, CaseClosed) for e in events)
    if not ends or set(case.record.holds) - released:
        return []
    basis = f"profile {act.profile.id} version {act.profile.version}: content_recording.transcripts"
    stub = ContentErased(targets=(), ground="destroyed_at_close", basis=basis)
    return _marked(file, _is_spoken, stub, {})


def _marked(
    file: CaseFile, within: Within, stub: ContentErased, causes: Mapping[str, str]
) -> Decision:
    """Mark, in the order of the rooms, what is within and says something still."""
    reached: dict[str, list[str]] = {}
    for frame in file.frames:
        if _says_something(frame.event) and frame.ref not in file.erased and within(frame):
            reached.setdefault(frame.room, []).append(frame.ref)
    return [
        Placed(room, _naming_targets(stub, refs[n : n + TARGETS_MAX]), cause=causes.get(room))
        for room, refs in reached.items()
        for n in range(0, len(refs), TARGETS_MAX)
    ]


def _naming_targets(stub: ContentErased, refs: list[str]) -> ContentErased:
    return structs.replace(stub, targets=tuple(refs))


def _says_something(event: Event) -> bool:
    return not isinstance(event, NEVER_ERASED) and bool(content_fields(type(event)))
