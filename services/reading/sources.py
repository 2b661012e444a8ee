"""Read what the views tell of a case: from the views themselves, or folded from its own events.

An office reads whole rooms, so for it the rows in the views can be used as they are and no case is
opened. For everybody else, and as of another moment, the same handlers fold the events seen.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from ledger.envelope import Event, Frame, content_fields, opened
from ledger.negotiation.events import Tabled
from ledger.rooms import WHOLE, Rights
from ledger.terms import Clause
from projections import (
    audit_trail,
    case_view,
    deadlines,
    notes,
    proposal_history,
    proposal_tree,
    replay,
)
from projections.access import OFFICE_ROOMS
from projections.audit_trail import AuditRow
from projections.case_view import Listed
from projections.deadlines import Date
from projections.generations import Glance
from projections.proposal_history import ProposalRow
from projections.rows import MemoryRows, Projection, key_of
from services.reading.eyes import Eyes
from services.reading.looking import Erasure, Look, Opened, Said, why_erased


class Source(Protocol):
    """What one viewer may read of one case.

    Attributes:
        listed: The case in a list.
        viewer: Whose eyes.
        now: The instant looked from.
    """

    listed: Listed
    viewer: str
    now: datetime

    def rows(self, projection: Projection) -> MemoryRows:
        """Return the rows of a view."""
        ...

    def said(self, ref: str) -> Said:
        """Tell an event (room:seq) of a row, with what it says."""
        ...

    def erasure(self, ref: str) -> Erasure | None:
        """Tell why what an event (room:seq) of a row said is gone, None where it is not."""
        ...

    def audit(self) -> Iterator[AuditRow]:
        """Yield its trail, by time of recording, room and sequence."""
        ...

    def proposals(self) -> list[ProposalRow]:
        """List its proposals, in the order of tabling."""
        ...

    def clauses(self, row: ProposalRow) -> tuple[Clause, ...] | None:
        """Open the clauses of a proposal; None where they were erased."""
        ...

    def dates(self) -> list[Date]:
        """List its dates, the next due first."""
        ...


class FromRecord:
    """A case folded from the events a viewer sees."""

    def __init__(self, look: Look, listed: Listed) -> None:
        """Fold when asked.

        Args:
            look: What is seen.
            listed: The case in a list.
        """
        self.listed = listed
        self.viewer = look.viewer
        self.now = look.now
        self._look = look

    def rows(self, projection: Projection) -> MemoryRows:
        """Fold what is seen into the rows of a view."""
        return self._look.rows(projection)

    def said(self, ref: str) -> Said:
        """Tell an event that is seen."""
        return self._look.said(ref)

    def erasure(self, ref: str) -> Erasure | None:
        """Tell why what an event said is gone."""
        return self._look.erasure(ref)

    def audit(self) -> Iterator[AuditRow]:
        """Yield its trail."""
        return iter(audit_trail.in_memory(folded(self._look, audit_trail.PROJECTION)))

    def proposals(self) -> list[ProposalRow]:
        """List its proposals."""
        return proposal_history.in_memory(folded(self._look, proposal_history.PROJECTION))

    def clauses(self, row: ProposalRow) -> tuple[Clause, ...] | None:
        """Open the clauses of a proposal."""
        event = self._look.open(row.tabled_ref)
        assert isinstance(event, Tabled)
        return opened(event.clauses, None)

    def dates(self) -> list[Date]:
        """List its dates."""
        return deadlines.in_memory(folded(self._look, deadlines.PROJECTION), self.now)


class FromViews:
    """A case as the views have it, for an office."""

    def __init__(self, eyes: Eyes, glance: Glance, listed: Listed) -> None:
        """Read when asked.

        Args:
            eyes: Whose.
            glance: One state of the views.
            listed: The case in a list.
        """
        assert eyes.office is not None, "views are read for an office alone"
        self.listed = listed
        self.viewer = eyes.office
        self.now = eyes.house.clock.now()
        self._eyes = eyes
        self._glance = glance
        self._case_id = UUID(listed.case_id)
        self._noted: set[str] = set()

    def rows(self, projection: Projection) -> MemoryRows:
        """Read the rows of a view."""
        rows = MemoryRows()
        for kind in projection.kinds:
            for row in self._glance.of_case(kind, self._case_id, list(self._rights)):
                rows.keep(kind, key_of(row), row)
        return rows

    def said(self, ref: str) -> Said:
        """Open an event of a room that is read whole, unless it is erased or sealed."""
        frame = self._opened(ref)
        kind: type[Event] = type(frame.event)
        names = content_fields(kind)
        erased = any(getattr(frame.event, name) is UNSET for name in names)
        bare = replace(frame, event=replace(frame.event, **dict.fromkeys(names, UNSET)))
        if ref in self._erased:
            return Said(bare, Opened(bare.event, erased=True, erasure=self.erasure(ref)))
        seal = self._seals.get(ref)
        event = frame.event if seal is None else bare.event
        return Said(bare, Opened(event, erased=erased and seal is None, sealed=seal))

    def _note(self, ref: str) -> None:
        """Write down, once a room, that content of it is opened."""
        room, _, seq = ref.rpartition(":")
        if room not in self._noted:
            self._eyes.note(self._case_id, self.viewer, {room: int(seq)}, self.now)
            self._noted.add(room)

    def _opened(self, ref: str) -> Frame[Any]:
        self._note(ref)
        reader = self._eyes.house.ledger.reader
        room_id, _, seq = reader.event_id(self._case_id, ref).partition("/")
        row = self._glance.one(AuditRow, (room_id, int(seq)))
        assert row is not None, "the trail has a row for every entry"
        return reader.opened(self._case_id, row.version)

    def erasure(self, ref: str) -> Erasure | None:
        """Tell why what an event said is gone."""
        by = self._erased.get(ref)
        return None if by is None else why_erased(by, self._opened(by).event)

    @cached_property
    def _erased(self) -> Mapping[str, str]:
        """Name what is erased."""
        return notes.erased(self.rows(notes.PROJECTION))

    @cached_property
    def _seals(self) -> Mapping[str, str]:
        """Name what is sealed."""
        return notes.seals(self.rows(notes.PROJECTION))

    @property
    def _rights(self) -> Rights:
        desks = [f"desk:{party}" for party in self.listed.parties]
        return dict.fromkeys((*OFFICE_ROOMS, *desks), WHOLE)

    def audit(self) -> Iterator[AuditRow]:
        """Yield its trail, page by page."""
        return audit_trail.trail(self._glance, self._case_id, self._rights)

    def proposals(self) -> list[ProposalRow]:
        """List its proposals."""
        return proposal_history.of_case(self._glance, self._case_id, self._rights)

    def clauses(self, row: ProposalRow) -> tuple[Clause, ...] | None:
        """Open the clauses of a proposal, unless they are erased or sealed."""
        if row.tabled_ref in self._seals or row.tabled_ref in self._erased:
            return None
        self._note(row.tabled_ref)
        return proposal_tree.clauses_from(self._eyes.house.ledger.reader)(row)

    def dates(self) -> list[Date]:
        """List its dates."""
        return deadlines.calendar(self._glance, self._case_id, self._rights, self.now)


def sources(eyes: Eyes, case: str | None) -> Iterator[Source]:
    """Read one case, or all one by one.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.looks`.
    """
    if eyes.office is None or eyes.moment is not None or case is not None:
        for look in eyes.looks(case):
            yield from_record(look)
        return
    library = eyes.house.views
    library.bring_to_head()
    aside = {parked.case_id for parked in library.parked()}
    with library.glance() as glance:
        for listed in case_view.cases(glance):
            if UUID(listed.case_id).hex not in aside:
                yield FromViews(eyes, glance, listed)
    for parked in sorted(aside):
        yield from _set_aside(eyes, UUID(parked))


def from_record(look: Look) -> FromRecord:
    """Read a case that was looked at."""
    listed = case_view.in_memory(folded(look, case_view.PROJECTION))
    return FromRecord(look, listed or _unlisted(look))


def _set_aside(eyes: Eyes, case_id: UUID) -> Iterator[Source]:
    """Read from the record what a view could not take in; what cannot be read is told."""
    look = eyes.tried(case_id)
    if look is not None and look.kept:
        yield from_record(look)


def _unlisted(look: Look) -> Listed:
    """List a case of which the viewer reads neither the common record nor a desk."""
    first, last = look.kept[0].frame, look.kept[-1].frame
    case = look.case
    return Listed(
        case_id=str(look.record.case_id),
        number=case.intake.number,
        external_ref=case.intake.external_ref,
        phase=case.phase,
        outcome=case.outcome,
        parties=tuple(case.intake.parties),
        consents={name: party.consent for name, party in case.intake.parties.items()},
        profile=None,
        opened=first.recorded,
        last=last.recorded,
        last_occurred=last.occurred,
    )


def folded(look: Look, *projections: Projection) -> MemoryRows:
    """Fold what is seen through the handlers of some views."""
    return replay.fold(projections, (kept.read for kept in look.kept))
