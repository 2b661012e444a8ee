"""One record gives the same views on SQLite and on PostgreSQL, row by row and in one order."""

from contextlib import ExitStack, closing
from pathlib import Path
from time import sleep
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from ledger.errors import CaseBusy
from projections import case_view, deadlines
from projections.rows import Row, shown
from services.clock import SystemClock
from services.demo.load import open_demo
from services.house import open_house
from services.library import PROJECTIONS, Library
from tests.live.ledgers import settings_of
from tests.postgres import Server

pytestmark = [pytest.mark.live, pytest.mark.slow]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the demo record in a folder."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    open_demo(settings_of(folder), lambda _: None)
    return folder


def rows_of(library: Library) -> dict[str, list[Row]]:
    """Read every row of every view, in the order a database gives them by key."""
    kinds = [kind for projection in PROJECTIONS for kind in projection.kinds]
    with library.glance() as views:
        return {
            kind.table: list(
                views.rows(kind, lambda table, query: query.order_by(*table.primary_key.columns))
            )
            for kind in kinds
        }


def test_the_views_of_one_record_are_equal(demo: Path, database_url: str) -> None:
    """Rows, their order, lists of cases, dates due, names: nothing tells one from the other."""
    with open_house(settings_of(demo)) as house, ExitStack() as stack:
        url = stack.enter_context(closing(Library(demo, house.ledger.reader, database_url)))
        assert url.bring_to_head() == house.views.bring_to_head()
        expected = rows_of(house.views)
        assert rows_of(url) == expected
        assert sum(map(len, expected.values())) > 500
        assert list(url.case_ids()) == list(house.views.case_ids())
        now = SystemClock().now()
        assert url.cases_due(now) == house.views.cases_due(now)
        with url.glance() as one, house.views.glance() as other:
            listed = list(case_view.cases(other))
            assert list(case_view.cases(one)) == listed
            dates = [list(v.rows(deadlines.DeadlineRow, by_due)) for v in (one, other)]
        assert dates[0] == dates[1]
        for found in listed:
            name = found.external_ref or found.number or ""
            begin = name[: len(name) - 2].lower()
            assert url.cases_referred(begin) == house.views.cases_referred(begin)
        url.rebuild()
        assert rows_of(url) == expected
        assert all(shown(row) for row in expected[case_view.CaseRow.table])


def by_due(table: sa.Table, query: "sa.Select[Any]") -> "sa.Select[Any]":
    """Order by the text of an instant and then of names, which is where collations part."""
    return query.order_by(table.c.due, table.c.room, table.c.deadline_id)


# A cursor whose server is gone cannot be closed there any more.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_views_go_on_after_the_server_restarts(
    demo: Path, postgres: Server, database_url: str
) -> None:
    """Whoever reads meanwhile is told; nothing has to be opened anew."""
    with (
        open_house(settings_of(demo)) as house,
        closing(Library(demo, house.ledger.reader, database_url)) as library,
    ):
        library.bring_to_head()
        before = rows_of(library)
        with pytest.raises(CaseBusy, match="went away"):
            _read_while_thrown_out(library, postgres, _name(database_url))
        sleep(0.2)  # the server says good-bye to the others a moment later
        assert rows_of(library) == before
        assert isinstance(next(library.case_ids()), UUID)


def _read_while_thrown_out(library: Library, postgres: Server, name: str) -> None:
    with library.glance() as views:
        postgres.throw_out(name)
        list(case_view.cases(views))


def _name(url: str) -> str:
    return url.rpartition("@/")[2].partition("?")[0]
