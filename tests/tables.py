"""Read exports for analysts with programs of others: DuckDB and r4pm, none of our code."""

import atexit
import gc
from pathlib import Path
from typing import Any, Final, NamedTuple

import duckdb
import r4pm

# The command line sets aside what is imported by then (services/memory.py). DuckDB would report it
# as leaked when the tests end.
atexit.register(gc.unfreeze)

LINES: Final = {
    "ndjson": "read_json('{}/events.ndjson', format='newline_delimited', columns={{"
    "case_id: 'VARCHAR', event_id: 'VARCHAR', data: 'JSON', actor: 'VARCHAR'}})",
    "csv": "read_csv('{}/events.csv', all_varchar=true, header=true)",
    "parquet": "read_parquet('{}/events/*/*.parquet', hive_partitioning=true)",
    "cloudevents": "(SELECT subject AS case_id, id AS event_id, data, actor FROM "
    "read_json('{}/cloudevents.ndjson', format='newline_delimited', columns={{"
    "subject: 'VARCHAR', id: 'VARCHAR', data: 'JSON', actor: 'VARCHAR', sequence: 'VARCHAR'}}))",
}
"""How DuckDB reads each of them."""
OBJECTS: Final = {"ocel": "log.ocel.json", "ocel-sqlite": "log.ocel.sqlite"}
FORMS: Final = (*LINES, *OBJECTS, "xes")


class Counted(NamedTuple):
    """What a reader found.

    Attributes:
        cases: Cases.
        events: Events, each id once.
        objects: Objects, None where the form knows none.
    """

    cases: int
    events: int
    objects: int | None = None


def counted(form: str, folder: Path) -> Counted:
    """Count cases, events and objects of an export."""
    if form in LINES:
        found = asked(form, folder, "count(DISTINCT case_id), count(DISTINCT event_id), count(*)")
        cases, events, lines = found[0]
        assert events == lines, "no event twice"
        return Counted(cases, events)
    if form == "xes":
        log: Any = traces(folder)
        names = log["case:concept:name"] if log.height else ()
        return Counted(len(set(names)), log.height)
    tables = objects(form, folder)
    kinds = [row["ocel:type"] for row in tables["objects"].iter_rows(named=True)]
    return Counted(kinds.count("case"), tables["events"].height, len(kinds))


def asked(form: str, folder: Path, what: str, more: str = "") -> list[tuple[Any, ...]]:
    """Have DuckDB select something of an export."""
    with duckdb.connect() as database:
        source = LINES[form].format(folder)
        return database.execute(f"SELECT {what} FROM {source} {more}").fetchall()


def objects(form: str, folder: Path) -> dict[str, Any]:
    """Have r4pm read an object-centric log; returns its tables."""
    found: dict[str, Any] = r4pm.df.import_ocel(str(folder / OBJECTS[form]))
    return found


def traces(folder: Path) -> Any:  # noqa: ANN401 - a data frame of r4pm's own making
    """Have r4pm read the traces of a log; returns a table of events."""
    return r4pm.df.import_xes(str(folder / "log.xes"))[0]
