"""Ask in SQL, over the views one may see."""

import csv as csv_format
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ledger.errors import DecodeError
from services.answers import DONE
from services.cli import output
from services.cli.looking import As, done, look

if TYPE_CHECKING:
    from services.reading.querying import Answered


def query(
    sql: str | None = None,
    /,
    *,
    as_: As = None,
    at: str | None = None,
    case: str | None = None,
    tables: bool = False,
    rows: int = 10_000,
    seconds: float = 10.0,
    json: bool = False,
    csv: bool = False,
) -> int:
    """Ask in SQL (SQLite's) over the views one may see: in memory, read-only, without contents.

    Examples:
        goodoffices query --tables
        goodoffices query "SELECT status, count(*) AS proposals FROM proposals GROUP BY status"
        goodoffices query "SELECT * FROM dates WHERE status = 'running'" --as party:B --csv

    Args:
        sql: One SELECT.
        as_: Viewer; one's own by default. The tables hold what this viewer may see.
        at: Moment to look from.
        case: Fill the tables from one case alone.
        tables: List the tables and their columns.
        rows: Most rows of an answer; more are refused.
        seconds: Longest time for an answer.
        json: One JSON document: a list of objects.
        csv: Comma-separated values, the names of the columns first.
    """
    from services.reading import querying

    if tables:
        return _tables(json=json)
    if sql is None:
        raise DecodeError("query", "needs a question in SQL", "one SELECT, or --tables")
    if rows < 1 or not seconds > 0:
        raise DecodeError("--rows", "bounds are greater than nothing", "--rows 10000 --seconds 10")
    querying.limit_memory()
    with look(as_, at) as eyes:
        answered = querying.query(eyes, sql, case, querying.Bounds(seconds, rows))
        if json:
            output.as_json_list(_objects(answered))
        elif csv:
            writer = csv_format.writer(sys.stdout, lineterminator="\n")
            writer.writerows([answered.columns, *answered.rows])
        else:
            output.table("", answered.columns, answered.rows)
        return done(eyes)


def _objects(answered: "Answered") -> list[dict[str, Any]]:
    return [dict(zip(answered.columns, row, strict=True)) for row in answered.rows]


def _tables(*, json: bool) -> int:
    from services.reading.querying import tables

    if json:
        output.as_json_list(tables())
        return DONE
    rows = ((t.table, c.name, c.kept, t.what) for t in tables() for c in t.columns)
    output.table("", ("table", "column", "kept as", "a row is"), rows)
    return DONE


COMMANDS: tuple[Callable[..., int], ...] = (query,)
