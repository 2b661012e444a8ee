"""Look at a case under an analyst grant: the common record alone, under pseudonyms.

What an analyst is given is a record of its own: the same events, each as the analyst may see it.
All that is folded, shown, compared, replayed or exported is made from these, so that no view has to
be taught what to leave out. What is under the veil cannot be reached from it.
"""

from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from ledger.casefile import CaseFile
from ledger.envelope import Event
from ledger.errors import RuleViolation
from ledger.institution.analyst_rules import STUDIED
from ledger.rooms import WHOLE, Rights, kind_of
from ledger.store.reader import Reader
from ledger.store.sealing import Sealed
from services.reading.looking import Kept, Record, folded_into
from services.reading.tokens import Pseudonyms
from services.reading.veil import Veil, names_in

STUDIED_WHOLE: Rights = dict.fromkeys(STUDIED, WHOLE)


class StudiedFile(CaseFile):
    """A case as an analyst folds it; whoever looks reads all of it, since it holds nothing else."""

    def rights(self, viewer: str) -> Rights:  # noqa: ARG002 - the same for everybody
        """List what is in it."""
        return STUDIED_WHOLE


class Studied(Record):
    """A case under the pseudonyms of one grant."""

    def __init__(self, record: Record, names: Pseudonyms, *, free_text: bool) -> None:
        """Draw the veil over a case.

        Args:
            record: The case as it is.
            names: The pseudonyms of the grant.
            free_text: Whether words are shown.

        Raises:
            RuleViolation: analysts_know_every_field.
        """
        self._under = record
        open_to_all = [k for k in record.kept if kind_of(k.frame.room) in STUDIED]
        known = frozenset(_names(record, open_to_all)) if free_text else None
        self._veil = Veil(names, record.case_id, known)
        self._bare = {k.frame.ref: k for k in open_to_all}
        self.case_id = names.case_id(record.case_id)
        self.kept = tuple(
            self._veiled(kept, version) for version, kept in enumerate(open_to_all, start=1)
        )
        self.file = self.folded(self.kept)

    @property
    def reader(self) -> Reader:
        """Refuse to hand out what opens the record itself.

        Raises:
            RuleViolation: analysts_see_pseudonyms.
        """
        why = "this opens entries themselves, which no pseudonym covers"
        raise RuleViolation("analysts_see_pseudonyms", why, "an export for analysts, or a replay")

    @property
    def noted_as(self) -> UUID:
        """Return the case's own id, for the access log, which its parties read."""
        return self._under.case_id

    def folded(self, kept: Sequence[Kept]) -> CaseFile:
        """Fold some of its events."""
        return folded_into(StudiedFile(self.case_id), kept)

    def filled(self, kept: Kept) -> Event:
        """Open an event as far as an analyst sees it; as it is where its content was erased."""
        under = self._bare[kept.frame.ref]
        event = self._under.filled(under)
        return kept.frame.event if event is under.frame.event else self._veil.event(event)

    def written_as(self, kept: Kept) -> int:
        """Return the version of the shape an event was written in."""
        return self._under.written_as(self._bare[kept.frame.ref])

    def event_id(self, ref: str) -> str:
        """Name an event (room:seq) to the outside."""
        room_id, _, seq = self._under.event_id(ref).partition("/")
        return f"{self._veil.names.room_id(bytes.fromhex(room_id)).hex()}/{seq}"

    def _veiled(self, kept: Kept, version: int) -> Kept:
        frame, names = self._veil.frame(kept.frame), self._veil.names
        read = replace(
            kept.read,
            position=version,
            case_id=self.case_id,
            version=version,
            room_id=names.room_id(kept.read.room_id),
            frame=frame,
        )
        return Kept(read, frame, Sealed(names.leaf(kept.sealed.leaf), b"", b"", 0, 0, b""))


def _names(record: Record, kept: Sequence[Kept]) -> set[str]:
    return {name for one in kept for name in names_in(one.frame, record.filled(one))}
