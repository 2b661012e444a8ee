"""Carry rows from one store to another, in lots, each of them whole or not at all.

Rows go in the order of their keys, so that what is there already is a beginning of what is to
come, and a carrying that was broken off goes on behind it.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from ledger.databases import Database, Session
from ledger.errors import StoreFault
from services.moving.places import SchemaPlace, StorePlace
from services.moving.tables import Kept, Table

LOT_ROWS: Final = 256
PORTION_BYTES: Final = 256 * 1024
"""What is sent at once: a pipeline of a megabyte hangs over a Unix socket."""

Told = Callable[[int], None]
"""Is told how many rows more are done."""
_ENCODE: Final = msgspec.msgpack.Encoder().encode


class Digest(NamedTuple):
    """What a table holds, in short.

    Attributes:
        rows: How many.
        sha256: Over all of them in the order of their keys, hex.
    """

    rows: int
    sha256: str


def rows_of(session: Session, table: Table, after: Sequence[Any] = ()) -> Iterator[list[Any]]:
    """Yield the rows behind a key, lot by lot, with ids of cases as a file has them."""
    key, columns = ", ".join(table.key), ", ".join(table.columns)
    places = ", ".join("?" * table.keys)
    while True:
        behind = f" WHERE ({key}) > ({places})" if after else ""
        lot = session.execute(
            f"SELECT {columns} FROM {table.name}{behind} ORDER BY {key} LIMIT {LOT_ROWS}",  # noqa: S608 - names of ours
            tuple(after),
        ).fetchall()
        if lot:
            yield [_as_in_a_file(row) for row in lot]
        if len(lot) < LOT_ROWS:
            return
        after = lot[-1][: table.keys]


def _as_in_a_file(row: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(value.hex if isinstance(value, UUID) else value for value in row)


def count(session: Session, kept: Kept) -> int:
    """Count the rows of a store."""
    return sum(
        session.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0]  # noqa: S608 - a name of ours
        for table in kept.tables
    )


def digests(session: Session, kept: Kept, told: Told) -> dict[str, Digest]:
    """Digest every table of a store."""
    return {table.name: _digest(session, table, told) for table in kept.tables}


def _digest(session: Session, table: Table, told: Told) -> Digest:
    summed, counted = hashlib.sha256(), 0
    for lot in rows_of(session, table):
        for row in lot:
            summed.update(_ENCODE(row))
        counted += len(lot)
        told(len(lot))
    return Digest(counted, summed.hexdigest())


def carry(source: StorePlace, target: StorePlace, told: Told) -> None:
    """Bring every row of a store to another that was made for it; goes on where it was left.

    Raises:
        StoreFault, CaseBusy: A file or database is at fault; the source is as it was, and the
            target has whole lots.
    """
    with source.snapshot() as reading, closing(target.database()) as database:
        for table in source.kept.tables:
            _carry_table(reading, database, table, told)
        with database.writing() as writing:
            target.settle(writing)


def _carry_table(reading: Session, database: Database, table: Table, told: Told) -> None:
    if table.at_once:
        lot = [row for rows in rows_of(reading, table) for row in rows]
        with database.writing() as writing:
            writing.execute(f"DELETE FROM {table.name}")  # noqa: S608 - a name of ours
            insert(writing, table, lot)
        told(len(lot))
        return
    after = _last_key(database, table)
    if after:
        told(_there(database, table))
    for lot in rows_of(reading, table, after):
        # A crash here leaves the lots before this one.
        with database.writing() as writing:
            insert(writing, table, lot)
        told(len(lot))


def _last_key(database: Database, table: Table) -> tuple[Any, ...]:
    key = ", ".join(f"{column} DESC" for column in table.key)
    with database.reading() as session:
        row = session.execute(
            f"SELECT {', '.join(table.key)} FROM {table.name} ORDER BY {key} LIMIT 1"  # noqa: S608 - names of ours
        ).fetchone()
    return tuple(row) if row else ()


def _there(database: Database, table: Table) -> int:
    with database.reading() as session:
        found: int = session.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0]  # noqa: S608 - a name of ours
    return found


def insert(writing: Session, table: Table, rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows, each whole, its values in the order of the columns."""
    places = ", ".join("?" * len(table.columns))
    statement = f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({places})"  # noqa: S608 - names of ours
    for portion in _portions(rows):
        writing.executemany(statement, portion)


def _portions(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    portion: list[Sequence[Any]] = []
    size = 0
    for row in rows:
        weight = sum(len(value) for value in row if isinstance(value, bytes | str))
        if portion and size + weight > PORTION_BYTES:
            yield portion
            portion, size = [], 0
        portion.append(row)
        size += weight
    if portion:
        yield portion


def compare(source: StorePlace, target: StorePlace, told: Told) -> dict[str, Digest]:
    """Compare every row of two stores; what changed since it was carried is carried once more.

    Only a store whose rows may change is carried again: keys that were destroyed, seals that came,
    while a move was broken off.

    Raises:
        StoreFault: They differ.
    """
    found, wanted = _both(source, target, told)
    if found != wanted and not source.kept.only_grows:
        _empty(target)
        carry(source, target, lambda _: None)
        found, wanted = _both(source, target, lambda _: None)
    if found != wanted:
        names = ", ".join(name for name in wanted if found[name] != wanted[name])
        why = f"the {source.kept.kind.noun} differs there from here: {names}"
        raise StoreFault(why, "empty the target and begin again; nothing changed here")
    return found


def _both(
    source: StorePlace, target: StorePlace, told: Told
) -> tuple[dict[str, Digest], dict[str, Digest]]:
    with source.snapshot() as here, target.snapshot() as there:
        wanted = digests(here, source.kept, told)
        return digests(there, target.kept, told), wanted


def _empty(target: StorePlace) -> None:
    with closing(target.database()) as database:
        with database.writing() as session:
            for table in target.kept.tables:
                session.execute(f"DELETE FROM {table.name}")  # noqa: S608 - a name of ours
        # Keys that were destroyed meanwhile are to be in no file of the target.
        database.leave_no_trace(*_tables(target, database))


def _tables(target: StorePlace, database: Database) -> list[str]:
    """Name the tables that have rows of their own; on a server some are cut into parts."""
    if not isinstance(target, SchemaPlace):
        return []
    with database.reading() as session:
        rows = session.execute(
            "SELECT relname::text FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = current_schema()::regnamespace AND relname <> 'ledger_meta'"
        ).fetchall()
    return sorted(name for (name,) in rows)
