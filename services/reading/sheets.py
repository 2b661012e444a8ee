"""Name the tables in which the views are read by those who think in tables, and their columns."""

from collections.abc import Callable, Iterator
from datetime import datetime
from enum import Enum
from types import NoneType
from typing import Any, Literal, TypeAlias, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from projections import obligations as board
from projections.case_view import CaseRow, Listed
from projections.obligations import BoardRow, Owed
from projections.rows import Projection, Row, key_of
from projections.search import NamingRow
from projections.tables import instant_text
from services.library import PROJECTIONS
from services.reading.sources import Source

Kept: TypeAlias = Literal["TEXT", "INTEGER", "JSON"]
"""How a column is kept; JSON is kept as text."""
Cell: TypeAlias = str | int | None

_SPOKEN_FOR = {"on": "day", "by": "by_whom"}
"""Names that are words of SQL, and what the columns are called instead."""
_NOT_THINGS = ("rows", "entries", "events")
"""What a kind of row is called where its view's name says more."""
_ENCODE = msgspec.json.Encoder(order="deterministic").encode


class Column(Struct, frozen=True):
    """One column of a table.

    Attributes:
        field: Field of the row it shows.
        name: Its name.
        kept: How it is kept.
    """

    field: str
    name: str
    kept: Kept


class Sheet(Struct, frozen=True):
    """One table: a row for each thing of its kind that a viewer reads.

    Attributes:
        name: Its name.
        what: What a row is.
        keys: Fields that name a row within its case.
        columns: Its columns behind `case_id` and `number`, which name the case.
        rows: Gives what a case has of it.
    """

    name: str
    what: str
    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Callable[[Source], Iterator[Struct]]

    def cells(self, source: Source) -> Iterator[tuple[Cell, ...]]:
        """Give the rows of a case, as values of columns."""
        case = (source.listed.case_id, source.listed.number)
        for row in self.rows(source):
            yield (*case, *(_cell(getattr(row, column.field)) for column in self.columns))


def _cell(value: Any) -> Cell:  # noqa: ANN401 - any field of a row
    match value:
        case Enum():
            return str(value.value)
        case bool():
            return int(value)
        case None | str() | int():
            return value
        case datetime():
            return instant_text(value)
        case _:
            return _ENCODE(value).decode()


def _columns(kind: type[Struct], but: tuple[str, ...]) -> tuple[Column, ...]:
    hints = get_type_hints(kind)
    names = [name for name in kind.__struct_fields__ if name not in but]
    return tuple(Column(name, _SPOKEN_FOR.get(name, name), _kept(hints[name])) for name in names)


def _kept(hint: Any) -> Kept:  # noqa: ANN401 - any annotation there is
    inner = [arg for arg in get_args(hint) if arg is not NoneType]
    only = inner[0] if NoneType in get_args(hint) and len(inner) == 1 else hint
    if get_origin(only) is Literal:
        return "TEXT"
    if not isinstance(only, type):
        return "JSON"
    if issubclass(only, int):
        return "INTEGER"
    return "TEXT" if issubclass(only, (str, datetime)) else "JSON"


def _first_line(kind: type[Struct]) -> str:
    return (kind.__doc__ or "").partition("\n")[0]


def _name(kind: type[Row]) -> str:
    view, _, thing = kind.table.partition("__")
    return view if thing in _NOT_THINGS else thing


def _of_kind(projection: Projection, kind: type[Row]) -> Sheet:
    def rows(source: Source) -> Iterator[Row]:
        found = source.rows(projection).all(kind)
        yield from sorted(found, key=lambda row: (row.room, *key_of(row)[1:]))

    columns = _columns(kind, kind.hidden)
    return Sheet(_name(kind), _first_line(kind), ("room", *kind.keys), columns, rows)


def _listed(source: Source) -> Iterator[Listed]:
    yield source.listed


def _owed(source: Source) -> Iterator[Owed]:
    yield from board.in_memory(source.rows(board.PROJECTION))


_NAMED = ("case_id", "number")
SHEETS: tuple[Sheet, ...] = (
    Sheet("cases", "A case in a list.", (), _columns(Listed, _NAMED), _listed),
    *(
        _of_kind(projection, kind)
        for projection in PROJECTIONS
        for kind in projection.kinds
        if kind not in (CaseRow, NamingRow, BoardRow)
    ),
    Sheet("obligations", _first_line(Owed), ("obligation_id",), _columns(Owed, _NAMED), _owed),
)
"""Every table; none holds a content, a position in the store, or an id of a room."""
