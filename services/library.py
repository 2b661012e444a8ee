"""Keep the views of a ledger together: bring them forward, look things up in them."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from ledger.errors import DecodeError
from ledger.store.reader import Reader
from projections import (
    audit_trail,
    case_view,
    deadlines,
    feedback,
    neutrality,
    notes,
    obligations,
    parties,
    proposal_history,
    releases,
    search,
    statistics,
)
from projections.case_view import CaseRow
from projections.feed import Progress, Projector
from projections.generations import Glance, glance
from projections.parking import Parked
from projections.search import Index, MayOpen
from projections.tables import Narrowed
from projections.views import FileViews, Views
from services.logs import configure
from services.settings import from_environment

VIEWS_FILE = "views.sqlite"
PROJECTIONS = (
    case_view.PROJECTION,
    proposal_history.PROJECTION,
    audit_trail.PROJECTION,
    deadlines.PROJECTION,
    obligations.PROJECTION,
    neutrality.PROJECTION,
    releases.PROJECTION,
    parties.PROJECTION,
    feedback.PROJECTION,
    statistics.PROJECTION,
    notes.PROJECTION,
    search.PROJECTION,
)
IDS_PAGE = 1_000


class Library:
    """What can be read, kept beside the record; who may see what is decided above.

    Safe from many threads, and beside other processes on the same folder.
    """

    def __init__(self, folder: Path, reader: Reader, url: str = "") -> None:
        """Open the views of a ledger, or make them; nothing is taken in yet.

        Args:
            folder: The data folder.
            reader: Where the record is read.
            url: Of the PostgreSQL database that keeps them, "" for a file in the folder.

        Raises:
            StoreFault: Folder or database cannot be written.
        """
        if not structlog.is_configured():
            configure(from_environment().log)  # a case set aside is told on stderr, never on stdout
        self._views = _views(folder, url, reader.recorder.ledger_id)
        self._projector = Projector(self._views, reader, PROJECTIONS)
        self._index = Index(reader)

    def close(self) -> None:
        """Let go of them."""
        self._views.close()

    def bring_to_head(self, progress: Progress | None = None) -> int:
        """Take in every event recorded; return the position reached.

        Raises:
            CaseBusy: Another process kept the views locked.
            StoreFault: The disk is full, or a newer release keeps these views.
        """
        return self._projector.catch_up(progress)

    def position(self) -> int:
        """Return the position of the view furthest behind."""
        with self.glance() as views:
            return min(views.position(projection.name) for projection in PROJECTIONS)

    def rebuild(self, name: str | None = None, progress: Progress | None = None) -> int:
        """Build one view or all anew while the old ones serve; return how many events were read.

        Raises:
            DecodeError: There is no view of that name.
            CaseBusy: Another process began to rebuild the same view.
        """
        names = [projection.name for projection in PROJECTIONS]
        if name is not None and name not in names:
            raise DecodeError("projection", f"there is no view {name!r}", ", ".join(names))
        self._projector.rebuild(name, progress)
        return self.position()

    def parked(self, case_id: UUID | None = None) -> tuple[Parked, ...]:
        """List what the views have set aside, of one case or of all."""
        return self._projector.parked(case_id)

    def glance(self) -> AbstractContextManager[Glance]:
        """Look at all views in one state."""
        return glance(self._views)

    def case_ids(self) -> Iterator[UUID]:
        """Yield every case in the order of opening, page by page, so that no page stays open."""
        after = 0
        while True:
            with self.glance() as views:
                found = list(views.rows(CaseRow, _opened_after(after)))
            yield from (UUID(row.case_id) for row in found)
            if len(found) < IDS_PAGE:
                return
            after = found[-1].position

    def cases_due(self, now: datetime) -> set[UUID]:
        """List the cases in which something may have fallen due by an instant."""
        with self.glance() as views:
            return deadlines.cases_due(views, now)

    def cases_referred(self, text: str) -> list[UUID]:
        """Find cases by external reference: exactly this one, else those that start so."""
        with self.glance() as views:
            exact = _distinct(views, lambda table: table.c.external_ref == text)
            if exact:
                return exact
            return _distinct(
                views, lambda table: table.c.external_ref.istartswith(text, autoescape=True)
            )

    def first_case(self) -> tuple[str, str] | None:
        """Name one case and one of its parties, None where there is none."""
        with self.glance() as views:
            for listed in case_view.cases(views):
                name = listed.number or listed.external_ref
                if name and listed.parties:
                    return name, listed.parties[0]
        return None

    def find(self, words: str, may_open: MayOpen) -> list[UUID]:
        """Find cases by party, title, number or reference, as far as a viewer may open them."""
        with self.glance() as views:
            self._index.catch_up(views)
        return list(self._index.find(words, may_open))


def _views(folder: Path, url: str, ledger_id: str) -> Views:
    if not url:
        return FileViews(folder / VIEWS_FILE, ledger_id)
    from projections.server_views import ServerViews  # noqa: PLC0415 - psycopg is an extra

    return ServerViews(url, ledger_id)


def _opened_after(after: int) -> Narrowed:
    """Narrow to the first row of each case, a page of them."""

    def narrowed(table: sa.Table, statement: sa.Select[Any]) -> sa.Select[Any]:
        before = table.alias()
        same = before.c.case_id == table.c.case_id
        earlier = sa.exists().where(same, before.c.position < table.c.position)
        first = statement.where(table.c.position > after, ~earlier)
        return first.order_by(table.c.position).limit(IDS_PAGE)

    return narrowed


def _distinct(views: Glance, fits: Any) -> list[UUID]:  # noqa: ANN401 - a condition on the table
    def narrowed(table: sa.Table, statement: sa.Select[Any]) -> sa.Select[Any]:
        return statement.where(fits(table)).order_by(table.c.position)

    return [UUID(case) for case in dict.fromkeys(r.case_id for r in views.rows(CaseRow, narrowed))]
