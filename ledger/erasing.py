"""Find what an erasure reaches, over every room of a case, and mark it in the room it lies in.

Whoever carries out an erasure reads no confidential room; so this is found beside its decision and
told nobody but the readers of each room: one of the listed declassifications (decision 0008). The
same marks follow where a profile destroys at the close what was said, and where the institution
ordered the erasure of a person's data over every case.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from msgspec import UNSET, structs

from ledger.act import Act, Command, Decision, Placed
from ledger.casefile import CaseFile
from ledger.envelope import Event, Frame, content_fields, tag_of
from ledger.follow_up.events import CaseClosed
from ledger.institution.subject_erasure_events import SubjectErasureExecuted
from ledger.institution.subject_erasure_state import SubjectErasure
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

ORDERING: frozenset[type[Event]] = frozenset({SubjectErasureExecuted, LegalHoldReleased})
"""Events after which cases may have to follow an order of the institution."""


class FollowErasure(Command, frozen=True, kw_only=True, tag="follow-erasure"):
    """Mark in a case what an order of the institution erases; the follower's own act.

    It is no command of the catalogue: nobody can send it.

    Attributes:
        erasure_id: Names the order.
    """

    by = ("clock",)
    erasure_id: str


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


def follows(file: CaseFile, order: SubjectErasure) -> bool:
    """Tell whether a case still has to follow an order, and may: no hold keeps it."""
    return bool(ordered(file, order)) and not _holds(file)


def ordered(file: CaseFile, order: SubjectErasure, basis: Any = UNSET) -> Decision:  # noqa: ANN401 - a text, or not set
    """List the marks of what an order of the institution erases in a case, room by room.

    Only what was recorded before it is meant, so that it may be followed at any time, and again.

    Args:
        file: The whole case.
        order: The order.
        basis: Its legal basis in words.
    """
    until, named = order.executed, _naming(order.subject)
    assert until is not None, "it was executed"
    assert order.ground is not None, "it was granted"
    kept = frozenset(order.kept)
    before = [frame for frame in file.frames if frame.recorded < until]
    reached = {frame.ref for frame in before if named(frame)}
    corrected = {f.ref for f in before if type(f.event) is EntryCorrected and f.corrects in reached}
    stub = ContentErased(
        targets=(), ground=order.ground, approved_by=order.granted_by[-1], basis=basis
    )
    meant = reached | corrected
    return _marked(file, lambda f: f.ref in meant and _tag(f) not in kept, stub, {})


def _holds(file: CaseFile) -> Collection[str]:
    """Name the legal holds in force, wherever they are told."""
    return file.seen_by(dict.fromkeys(("joint", "registry"), WHOLE)).record.holds


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
