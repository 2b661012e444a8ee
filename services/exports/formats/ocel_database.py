"""Write an object-centric event log as an SQLite database (OCEL 2.0)."""

import sqlite3
from collections.abc import Iterator
from typing import Final

from ledger.instants import utc
from services.exports.boxes import FolderBox
from services.exports.formats.objects import ATTRIBUTES, Objects
from services.exports.formats.ocel import EVENT_ATTRIBUTES, OF_CASE, SPOOL, attributes
from services.exports.formats.writing import About, Written, scratch
from services.exports.rows import Row

NAME: Final = "log.ocel.sqlite"
SCHEMA: Final = """
CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT,
    FOREIGN KEY (ocel_type) REFERENCES event_map_type(ocel_type));
CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT,
    FOREIGN KEY (ocel_type) REFERENCES object_map_type(ocel_type));
CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT,
    PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier),
    FOREIGN KEY (ocel_event_id) REFERENCES event(ocel_id),
    FOREIGN KEY (ocel_object_id) REFERENCES object(ocel_id));
CREATE TABLE object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT,
    PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier),
    FOREIGN KEY (ocel_source_id) REFERENCES object(ocel_id),
    FOREIGN KEY (ocel_target_id) REFERENCES object(ocel_id));
"""
"""Every table is there even where it is empty: readers ask for each."""
COLUMN_TYPES: Final = {"integer": "INTEGER", "string": "TEXT"}


def ocel_sqlite(box: FolderBox, rows: Iterator[Row], about: About) -> Written:
    """Write a table for each type of event and of object.

    Raises:
        StoreFault: A file cannot be written.
    """
    del about
    for name in (SPOOL, NAME):
        box.opened(name).close()
    with scratch(box.place(SPOOL)) as spool:
        objects = Objects(spool)
        with scratch(box.place(NAME)) as database:
            database.executescript(SCHEMA)
            _fill_events(database, rows, objects)
            count = objects.done()
            _fill_objects(database, objects)
    box.place(SPOOL).unlink()
    return Written((box.taken(NAME),), count)


def _fill_events(database: sqlite3.Connection, rows: Iterator[Row], objects: Objects) -> None:
    into: dict[str, str] = {}
    database.execute("BEGIN")
    for row in rows:
        if row.type not in into:
            into[row.type] = _begun(database, row.type)
        at = utc(row.recorded)
        database.execute("INSERT INTO event VALUES (?,?)", (row.event_id, row.type))
        database.execute(into[row.type], (row.event_id, at, *attributes(row).values()))
        related = [(row.event_id, o.to.id, o.qualifier) for o in objects.take(row, at)]
        database.executemany("INSERT INTO event_object VALUES (?,?,?)", related)
    database.execute("COMMIT")


def _begun(database: sqlite3.Connection, kind: str) -> str:
    """Make the table of a type of event; return how a row is put into it."""
    declared = [f'"{name}" {COLUMN_TYPES[of]}' for name, of in EVENT_ATTRIBUTES.items()]
    table = _table(database, "event", kind, ["ocel_time TIMESTAMP", *declared])
    return f"INSERT INTO {table} VALUES ({','.join('?' * (2 + len(declared)))})"  # noqa: S608 - a name of ours


def _table(database: sqlite3.Connection, of: str, kind: str, columns: list[str]) -> str:
    """Make the table of a type of event or object; return its name, quoted."""
    mapped = kind.replace("-", "_")
    database.execute(f"INSERT INTO {of}_map_type VALUES (?,?)", (kind, mapped))  # noqa: S608 - a name of ours
    table = f'"{of}_{mapped}"'
    reference = f"FOREIGN KEY (ocel_id) REFERENCES {of}(ocel_id)"
    key = "ocel_id TEXT PRIMARY KEY" if of == "event" else "ocel_id TEXT"
    database.execute(f"CREATE TABLE {table} ({', '.join((key, *columns, reference))})")
    return table


def _fill_objects(database: sqlite3.Connection, objects: Objects) -> None:
    declared = [
        "ocel_time TIMESTAMP",
        "ocel_changed_field TEXT",
        *(f"{n} TEXT" for n in ATTRIBUTES),
    ]
    tables = {kind: _table(database, "object", kind, declared) for kind in objects.types()}
    database.execute("BEGIN")
    for one, since in objects.each():
        database.execute("INSERT INTO object VALUES (?,?)", (one.id, one.type))
        values = (one.id, since, None, one.name, one.room)
        database.execute(f"INSERT INTO {tables[one.type]} VALUES (?,?,?,?,?)", values)  # noqa: S608 - a name of ours
        if one.case:
            related = (one.id, one.case, OF_CASE)
            database.execute("INSERT INTO object_object VALUES (?,?,?)", related)
    database.execute("COMMIT")
