"""Write the rows of a store as lines of JSON, and read them: byte for byte what the store holds.

The first line says which store it is and what it says about itself; each further line is one row,
by the names of its columns, bytes as base64. Rows of a table follow each other in the order of
their key, as in a move.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final

import msgspec
from msgspec import Struct

from ledger.databases import Session
from ledger.errors import DecodeError, StoreFault
from services.moving.copying import rows_of
from services.moving.tables import BESIDE, RECORD, Kept, Table

STORES: Final = (*BESIDE, RECORD)
"""What an export holds, in the order it is written: none may know more than the record."""
LINE_BYTES_MAX: Final = 16 * 1024 * 1024
_ENCODER: Final = msgspec.json.Encoder()


class Head(Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of a file.

    Attributes:
        store: Which store it is.
        meta: What the store says about itself.
    """

    store: str
    meta: Mapping[str, str]


class Line(Struct, frozen=True, forbid_unknown_fields=True):
    """One row.

    Attributes:
        table: Of which table.
        row: Its values, by column.
    """

    table: str
    row: Mapping[str, Any]


_HEADS: Final = msgspec.json.Decoder(Head)
_LINES: Final = msgspec.json.Decoder(Line)


def file_of(kept: Kept) -> str:
    """Name the file that holds a store."""
    return str(Path(kept.file).with_suffix(".ndjson").name)


def head_line(kept: Kept, meta: Mapping[str, str]) -> bytes:
    """Write the first line."""
    said = {key: value for key, value in sorted(meta.items()) if key != "format"}
    return _ENCODER.encode(Head(kept.file, said)) + b"\n"


def lines(session: Session, kept: Kept) -> Iterator[list[bytes]]:
    """Write the rows of a store, lot by lot."""
    for table in kept.tables:
        for lot in rows_of(session, table):
            yield [_line(table, row) for row in lot]


def _line(table: Table, row: Iterable[Any]) -> bytes:
    values = {
        column: {"base64": b64encode(value).decode()} if isinstance(value, bytes) else value
        for column, value in zip(table.columns, row, strict=True)
    }
    return _ENCODER.encode(Line(table.name, values)) + b"\n"


def read_lines(path: Path, kept: Kept) -> Iterator[tuple[Table, list[Any]]]:
    """Read the rows of a store; the first line must be its own.

    Raises:
        DecodeError: A line is not what is written; names the file and the line.
        StoreFault: The file cannot be read.
    """
    tables = {table.name: table for table in kept.tables}
    with _opened(path) as file:
        read_head(path, file, kept)
        for number, line in _numbered(path, file):
            try:
                found = _LINES.decode(line)
                table = tables[found.table]
                yield table, [_value(found.row[column]) for column in _columns(table, found.row)]
            except (msgspec.DecodeError, KeyError, NotBase64, UnicodeDecodeError) as error:
                raise _no_line(path, number, f"is no row of {kept.kind.noun}: {error}") from error


def meta_of(path: Path, kept: Kept) -> dict[str, str]:
    """Read what a store says about itself.

    Raises:
        DecodeError: The first line is not of this store.
        StoreFault: The file cannot be read.
    """
    with _opened(path) as file:
        return dict(read_head(path, file, kept).meta)


def read_head(path: Path, file: IO[bytes], kept: Kept) -> Head:
    """Read the first line of a file.

    Raises:
        DecodeError: It is not of this store.
    """
    try:
        head = _HEADS.decode(file.readline(LINE_BYTES_MAX))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _no_line(path, 1, f"says of no store: {error}") from error
    if head.store != kept.file:
        raise _no_line(path, 1, f"is of {head.store}, not of {kept.file}")
    return head


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        why = f"{path} cannot be read: {error.strerror}"
        raise StoreFault(why, "give the folder of a whole export") from error


def _numbered(path: Path, file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    number = 1
    while line := file.readline(LINE_BYTES_MAX):
        number += 1
        if not line.endswith(b"\n"):
            raise _no_line(path, number, "breaks off")
        yield number, line


def _columns(table: Table, row: Mapping[str, Any]) -> tuple[str, ...]:
    if set(row) != set(table.columns):
        raise KeyError(f"{table.name} has the columns {', '.join(table.columns)}")
    return table.columns


def _value(value: Any) -> Any:  # noqa: ANN401 - what a database holds
    if isinstance(value, dict):
        (base64,) = value.values()
        return b64decode(base64, validate=True)
    if isinstance(value, list | bool | float):
        raise KeyError(f"{type(value).__name__} is no value of a row")
    return value


def _no_line(path: Path, number: int, why: str) -> DecodeError:
    return DecodeError(f"{path.name}:{number}", why, "an export as it was written")
