"""Hold a case as far as it is told again, under numbers of its own.

Where an entry is left out or a new one comes, every later entry of its room has another number; so
what names an entry is renamed on the way in, and named as recorded again on the way out.
"""

import re
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ledger.case import Case
from ledger.casefile import CaseFile
from ledger.decoding import converted
from ledger.envelope import Event, Frame
from ledger.errors import RuleViolation
from ledger.rooms import WHOLE
from ledger.supposition import Past

NOWHERE: Final = 1_000_000_000
"""Added to the number of an entry that is not told, so that nothing is found there."""
_REF = re.compile(r"(?P<room>[a-z][\w:.+@-]*):(?P<seq>[1-9][0-9]*)")
S = TypeVar("S", bound=Struct)


class Retold:
    """A case told again.

    Attributes:
        file: It, as far as it is told.
        origin: By its entries the recorded one each stands for or comes from; None where time
            alone brought it.
    """

    def __init__(self, past: Past) -> None:
        """Begin with nothing told."""
        frames = [frame for deed in past.deeds for frame in deed.frames]
        self.file = CaseFile(past.case_id)
        self.origin: dict[str, str | None] = {}
        self._events: dict[str, Event] = {}
        self._recorded = {frame.ref for frame in frames}
        self._before = {frame.room: frame.seq - 1 for frame in reversed(frames)}
        self._now: dict[str, str] = {}
        self._renumbered = False

    def take_in(self, frame: Frame[Any], event: Event, comes_from: str | None) -> None:
        """Take in the next entry of its room, whose names are those of this telling."""
        last = self.file.seqs.get(frame.room, self._before.get(frame.room, 0))
        told = replace(frame, seq=last + 1)
        self.file.take_in(told)
        self.origin[told.ref] = comes_from
        self._events[told.ref] = event

    def stand_for(self, frame: Frame[Any], event: Event, recorded: str) -> None:
        """Take in an entry that stands for a recorded one."""
        self.take_in(frame, event, recorded)
        ref = f"{frame.room}:{self.file.seqs[frame.room]}"
        self._now[recorded] = ref
        self._renumbered |= ref != recorded

    def leave_out(self) -> None:
        """Note that an entry is not told, so that no other is taken for it."""
        self._renumbered = True

    def whole(self) -> Case:
        """Fold all that is told."""
        return self.file.seen_by(dict.fromkeys(self.file.seqs, WHOLE))

    def open(self, ref: str) -> Event:
        """Open an entry of the telling.

        Raises:
            RuleViolation: entry_is_known.
        """
        if ref not in self._events:
            raise RuleViolation("entry_is_known", f"there is no entry {ref} here")
        return self._events[ref]

    def renamed(self, value: S) -> S:
        """Return what names recorded entries, naming those of this telling instead."""
        if not self._renumbered:
            return value
        plain = msgspec.to_builtins(value)
        named = self._replaced(plain)
        return value if named == plain else converted(named, type(value))

    def in_place(self, frame: Frame[Any]) -> Frame[Any]:
        """Return a recorded frame with its names renamed."""
        if not self._renumbered:
            return frame
        named = {name: self._name(getattr(frame, name)) for name in ("cause", "corrects")}
        return replace(frame, event=self.renamed(frame.event), **named)

    def as_recorded(self, text: str) -> str:
        """Return a sentence that names entries as they were recorded."""
        return _REF.sub(self._once, text)

    def _once(self, found: re.Match[str]) -> str:
        room, seq = found["room"], int(found["seq"])
        if seq > NOWHERE:
            return f"{room}:{seq - NOWHERE}"
        return self.origin.get(found[0]) or found[0]

    def _replaced(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(value, dict):
            return {self._name(key): self._replaced(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._replaced(inner) for inner in value]
        return self._name(value)

    def _name(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        """Rename one entry; one that is not told stands nowhere."""
        if not isinstance(value, str) or value not in self._recorded:
            return value
        room, _, seq = value.rpartition(":")
        return self._now.get(value, f"{room}:{NOWHERE + int(seq)}")
