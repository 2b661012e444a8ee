"""The views one may see are asked in SQL: read-only, bounded, and nothing of anybody else's."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ledger.errors import DecodeError
from services.clock import FakeClock
from services.house import House
from services.reading import Eyes
from services.reading.querying import Answered, Bounds, query, tables
from services.reading.sheets import SHEETS
from tests import examples
from tests.live.ledgers import clerk, opened, tell
from tests.spec import START

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT {} FROM n"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Tell two cases, a caucus of A's in one, in a ledger where everybody has any eyes."""
    clock = FakeClock(START, timedelta(minutes=1))
    with opened(tmp_path_factory.mktemp("sql"), unbound=True, clock=clock) as made:
        tell(
            made,
            [
                *examples.mediating(),
                examples.tabled("A"),
                *examples.caucused("A"),
                examples.tabled("B", [examples.clause(text="1.1 M EUR")], answers="P1"),
            ],
        )
        tell(made, examples.registered())
        yield made


def asked(
    house: House, sql: str, viewer: str | None = "registry", at: str | None = None
) -> Answered:
    """Ask with the eyes named."""
    return query(Eyes(house, clerk(house), viewer, at), sql)


def test_the_views_answer_in_sql(house: House) -> None:
    """With columns, joins and counts."""
    sql = """SELECT c.phase, count(p.proposal_id) AS proposals
        FROM cases c LEFT JOIN proposals p USING (case_id) GROUP BY c.number ORDER BY c.number"""
    answered = asked(house, sql)
    assert answered.columns == ("phase", "proposals")
    assert answered.rows == (("MEDIATING", 2), ("REQUESTED", 0))


def test_every_table_and_column_can_be_asked_for(house: House) -> None:
    """As `query --tables` names them; no name needs quotes."""
    for table in tables():
        names = ", ".join(column.name for column in table.columns)
        assert asked(house, f"SELECT {names} FROM {table.table}").columns
    assert len({sheet.name for sheet in SHEETS}) == len(SHEETS)


def test_every_table_is_named_in_the_how_to() -> None:
    """A view that is new is told of there."""
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "analyse.md").read_text("utf-8")
    assert [table.table for table in tables() if f"`{table.table}`" not in page] == []


def test_lists_are_json_and_instants_are_texts_that_sort(house: House) -> None:
    """SQLite's own functions read them."""
    sql = """SELECT json_array_length(parties) AS parties, opened < last AS went_on
        FROM cases WHERE json_extract(consents, '$.B') = 'consented'"""
    assert asked(house, sql).rows == ((2, 1),)


def test_a_table_holds_what_the_viewer_reads(house: House) -> None:
    """B finds no trace of A's caucus, A does; nobody finds a position, or an id of a room."""
    rooms = "SELECT DISTINCT room FROM audit_trail"
    assert ("caucus:A",) in asked(house, rooms, "party:A").rows
    assert {room for (room,) in asked(house, rooms, "party:B").rows} == {"joint"}
    hidden = {"position", "version", "room_id", "tabled_position", "tabled_version"}
    assert not hidden & {column.name for table in tables() for column in table.columns}


def test_a_question_may_be_asked_of_one_case_or_of_the_past(house: House) -> None:
    """The tables are filled from there."""
    count = "SELECT count(*) AS n FROM cases"
    eyes = Eyes(house, clerk(house), "registry")
    assert query(eyes, count, "GO-2026-0002").rows == ((1,),)
    ((then,),) = asked(house, "SELECT last FROM cases WHERE number = 'GO-2026-0001'").rows
    assert asked(house, count, at=then).rows == ((1,),)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM cases",
        "UPDATE cases SET phase = 'X'",
        "INSERT INTO cases (number) VALUES ('x')",
        "DROP TABLE cases",
        "CREATE TEMP TABLE mine (a)",
        "CREATE VIRTUAL TABLE mine USING fts5(a)",
        "PRAGMA table_info(cases)",
        "PRAGMA writable_schema = 1",
        "SELECT * FROM pragma_table_info('cases')",
        "ATTACH ':memory:' AS other",
        "VACUUM INTO 'stolen.sqlite'",
        "BEGIN",
        "SELECT load_extension('anything')",
    ],
)
def test_nothing_but_reading_is_done(
    house: House, sql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever SQLite could do besides is refused, and leaves no file."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DecodeError) as refused:
        asked(house, sql)
    assert refused.value.why == "does more than read; the views are read-only"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("SELECT nonsense FROM cases", "no such column: nonsense"),
        ("SELECT 1 FROM nowhere", "no such table: nowhere"),
        ("SELEKT", "syntax error"),
        ("SELECT 1; SELECT 2", "more than one statement"),
        ("", "asks nothing"),
        ("SELECT 1 AS a, 2 AS a", "two columns are called 'a'"),
        ("SELECT '\udcff'", "is no text"),
        ("SELECT " + "1," * 60_000 + "1", "is longer than"),
        ("SELECT zeroblob(100000000) AS big", "too big"),
        (ENDLESS.format("x"), "more than 50 rows"),
        (ENDLESS.format("sum(x)"), "not answered within 0.05 seconds"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(house: House, sql: str, why: str) -> None:
    """Misspelt, too great or endless, it ends with what was wrong and what to do."""
    with pytest.raises(DecodeError) as refused:
        query(Eyes(house, clerk(house), "registry"), sql, None, Bounds(seconds=0.05, rows=50))
    assert why in refused.value.why
    assert refused.value.needs
