"""Hold the whole truth of a case for the invariants: every frame, its content, every reader's cut.

Only tests look at a case this way. The checks walk the frames themselves, so that they do not lean
on the folds and rules they are to hold.
"""

from collections.abc import Iterator
from typing import Any, TypeVar, overload

from ledger.case import Case
from ledger.catalogue import AnyEvent
from ledger.envelope import Event, Frame
from ledger.rooms import KINDS, WHOLE, Rights, members_of
from tests.spec import Spec

E = TypeVar("E", bound=Event)

OFFICES = ("registry", "mediator", "challenge")


class Truth:
    """A case as nobody sees it.

    Attributes:
        spec: The ledger it is in.
        frames: Every event, in the order of recording.
        earlier: How many of them were there before the last step.
        seen: By viewer, what it could read before the last step.
    """

    def __init__(self, spec: Spec) -> None:
        """Begin with what is recorded already."""
        self.spec = spec
        self.frames: list[Frame[AnyEvent]] = list(spec.file.frames)
        self.earlier = 0
        self.seen: dict[str, frozenset[str]] = {}

    def step(self) -> None:
        """Take in what was recorded since."""
        self.seen = {viewer: self.visible(viewer) for viewer in self.viewers()}
        self.earlier = len(self.frames)
        self.frames = list(self.spec.file.frames)

    def viewers(self) -> tuple[str, ...]:
        """Name everybody who may look."""
        return (*OFFICES, *(f"party:{p}" for p in self.spec.file.roster.parties))

    def rights(self, viewer: str) -> Rights:
        """List what a viewer may read now."""
        return self.spec.file.rights(viewer)

    def visible(self, viewer: str) -> frozenset[str]:
        """Name every event a viewer can read, of those taken in."""
        eyes = self.rights(viewer)
        return frozenset(f.ref for f in self.frames if f.room in eyes and f.seq in eyes[f.room])

    def cut(self, viewer: str) -> Case:
        """Return the case as a viewer sees it."""
        return self.spec.file.seen_by(self.rights(viewer))

    def whole(self) -> Case:
        """Return the case as if somebody saw everything."""
        return self.spec.file.seen_by(dict.fromkeys(self.spec.file.seqs, WHOLE))

    @overload
    def all(self, kind: type[E], /) -> Iterator[tuple[Frame[Any], E]]: ...
    @overload
    def all(self, *kinds: type[Event]) -> Iterator[tuple[Frame[Any], Any]]: ...
    def all(self, *kinds: type[Event]) -> Iterator[tuple[Frame[Any], Any]]:
        """Yield the events of some kinds, with their frames."""
        for frame in self.frames:
            if isinstance(frame.event, kinds):
                yield frame, frame.event

    def place(self, frame: Frame[Any]) -> int:
        """Return where a frame stands in the order of recording."""
        return self.spec.file.version_of(frame.ref) - 1

    @overload
    def before(self, frame: Frame[Any], kind: type[E], /) -> Iterator[tuple[Frame[Any], E]]: ...
    @overload
    def before(
        self, frame: Frame[Any], *kinds: type[Event]
    ) -> Iterator[tuple[Frame[Any], Any]]: ...
    def before(self, frame: Frame[Any], *kinds: type[Event]) -> Iterator[tuple[Frame[Any], Any]]:
        """Yield the events of some kinds that were recorded before a frame."""
        for earlier in self.frames[: self.place(frame)]:
            if isinstance(earlier.event, kinds):
                yield earlier, earlier.event

    def with_it(self, frame: Frame[Any]) -> list[Frame[Any]]:
        """List everything the command of a frame recorded."""
        key = (frame.actor, frame.command)
        return [f for f in self.frames if (f.actor, f.command) == key]

    def said(self, frame: Frame[Any]) -> Any:  # noqa: ANN401 - the event with its content
        """Open the content of an event."""
        batch = self.spec._batch
        return batch._open(self.spec.file, frame.ref)


def is_noted(truth: Truth, frame: Frame[Any]) -> bool:
    """Tell whether a frame belongs to a reported fact that breaks a rule and is marked so."""
    return any(one.irregular for one in truth.with_it(frame))


def readers(room: str) -> str:
    """Name the kind of a room, `group` with its parties; for messages."""
    kind = room.partition(":")[0].partition("@")[0]
    assert kind in KINDS, f"{room} is no room"
    return f"group of {members_of(room)}" if kind == "group" else kind
