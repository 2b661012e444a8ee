"""Read what the views tell of a case: from the views themselves, or folded from its own events.

An office reads whole rooms, so for it the rows in the views can be used as they are and no case is
opened. For everybody else, and as of another moment, the same handlers fold the events seen.
"""

from collections.abc import Iterator
from typing import Protocol
from uuid import UUID

from ledger.envelope import opened
from ledger.negotiation.events import Tabled
from ledger.rooms import WHOLE, Rights
from ledger.terms import Clause
from projections import audit_trail, case_view, deadlines, proposal_history, proposal_tree, replay
from projections.access import OFFICE_ROOMS
from projections.audit_trail import AuditRow
from projections.case_view import Listed
from projections.deadlines import Date
from projections.generations import Glance
from projections.proposal_history import ProposalRow
from projections.rows import MemoryRows, Projection
from services.reading.eyes import Eyes
from services.reading.looking import Look


class Source(Protocol):
    """What one viewer may read of one case."""

    listed: Listed

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
        self._look = look

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
        return deadlines.in_memory(folded(self._look, deadlines.PROJECTION), self._look.now)


class FromViews:
    """A case as the views have it, for an office."""

    def __init__(self, eyes: Eyes, glance: Glance, listed: Listed) -> None:
        """Read when asked.

        Args:
            eyes: Whose.
            glance: One state of the views.
            listed: The case in a list.
        """
        self.listed = listed
        self._eyes = eyes
        self._glance = glance
        self._case_id = UUID(listed.case_id)

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
        """Open the clauses of a proposal."""
        return proposal_tree.clauses_from(self._eyes.house.ledger.reader)(row)

    def dates(self) -> list[Date]:
        """List its dates."""
        now = self._eyes.house.clock.now()
        return deadlines.calendar(self._glance, self._case_id, self._rights, now)


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
