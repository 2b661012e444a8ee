"""Tell the entries of a case as rows of a table, for tools that compute with them.

Every format for analysts is written from these rows and from nothing else, so what is taken out of
a row stands in none of them.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from ledger.envelope import Event, Frame, tag_of
from ledger.seal.merkle import leaf_hash
from services.reading.looking import Kept, Look, Opened

Withheld: TypeAlias = Literal["erased", "sealed", "redacted"]


class Row(Struct, frozen=True, gc=False):
    """An entry.

    Attributes:
        stream: Id of the room, 32 hex digits.
        seq: Place in the room, from 1; no other number orders entries to the outside.
        event_id: `<stream>/<seq>`.
        type: Name of the event, as in the catalogue.
        recorded: When it was written, UTC.
        occurred: When it happened, RFC 9557 text, None where that is not recorded.
        actor: Who acted.
        role: In which role: `party`, `mediator`, `registry` ..., `clock` for what fell due.
        acting_for: For whom, such as `party:B`.
        proposal_id: The proposal it is about, named within the room.
        causation: Event id of the entry that caused it.
        correlation: Id of the command; entries of one command have it in common.
        schema_version: Shape of its fields.
        data: What it says, by field.
        leaf_hash: SHA-256 of its leaf, as the trees have it, hex.
        case_id: Id of the case, a UUID.
        case: The case as people name it.
        room: Name of the room within the case, such as `caucus:B`.
        withheld: Why what it said is not in `data`, None where nothing is left out.
    """

    stream: str
    seq: int
    event_id: str
    type: str
    recorded: datetime
    occurred: str | None
    actor: str
    role: str
    acting_for: str | None
    proposal_id: str | None
    causation: str | None
    correlation: str
    schema_version: int
    data: dict[str, Any]
    leaf_hash: str
    case_id: str
    case: str
    room: str
    withheld: Withheld | None = None


COLUMNS: Final = Row.__struct_fields__
Redact: TypeAlias = Callable[[Iterator[Row]], Iterator[Row]]
"""Takes out of rows what a viewer may not take away, before anything is written."""


def whole(rows: Iterator[Row]) -> Iterator[Row]:
    """Take nothing out: the viewer reads these rooms anyway."""
    return rows


class Chosen(Struct, frozen=True):
    """Which entries are wanted.

    Attributes:
        since: Those recorded from this instant on, None from the beginning.
        until: Those recorded before this instant, None up to the end; so the end of one quarter
            is the beginning of the next, and no entry is in both.
        types: Names of events, empty for all.
        recorded_by: The last instant that the record had when the export began: what is recorded
            meanwhile is in none of its cases.
    """

    since: datetime | None = None
    until: datetime | None = None
    types: tuple[str, ...] = ()
    recorded_by: datetime | None = None

    def holds(self, frame: Frame[Any]) -> bool:
        """Tell whether an entry is among them."""
        at = frame.recorded
        early = self.since is not None and at < self.since
        late = self.until is not None and at >= self.until
        after = self.recorded_by is not None and at > self.recorded_by
        return not (early or late or after) and (not self.types or _tag(frame) in self.types)


ALL: Final = Chosen()


def rows(look: Look, chosen: Chosen = ALL) -> Iterator[Row]:
    """Yield what a viewer may read of a case, in the order of recording.

    Args:
        look: The case, seen by its viewer.
        chosen: Which entries.

    Raises:
        StoreFault: An event cannot be read, or that it is opened cannot be written down.
    """
    name = look.name  # told from a fold, so asked for once
    for kept in look.kept:
        if chosen.holds(kept.frame):
            yield _row(look, kept, name)


def _row(look: Look, kept: Kept, case: str) -> Row:
    frame, read, opened = kept.frame, kept.read, look.opened(kept)
    data: dict[str, Any] = msgspec.to_builtins(opened.event)
    kind = data.pop("type")
    return Row(
        stream=read.room_id.hex(),
        seq=frame.seq,
        event_id=read.event_id,
        type=kind,
        recorded=frame.recorded,
        occurred=frame.occurred,
        actor=frame.actor,
        role=(frame.acting_for or frame.actor).partition(":")[0],
        acting_for=frame.acting_for,
        proposal_id=data.get("proposal_id"),
        causation=None if frame.cause is None else _event_id(look, frame.cause),
        correlation=frame.command,
        schema_version=frame.v,
        data=data,
        leaf_hash=leaf_hash(kept.sealed.leaf).hex(),
        case_id=str(read.case_id),
        case=case,
        room=frame.room,
        withheld=_withheld(opened),
    )


def _event_id(look: Look, ref: str) -> str:
    return look.record.event_id(ref)


def _withheld(opened: Opened) -> Withheld | None:
    if opened.erased:
        return "erased"
    return None if opened.sealed is None else "sealed"


def _tag(frame: Frame[Any]) -> str:
    kind: type[Event] = type(frame.event)
    return tag_of(kind)
