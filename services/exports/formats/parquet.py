"""Write rows as Parquet, a folder for each month of recording, as hive partitions are named."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Final

from ledger.errors import StoreFault
from services.exports.boxes import FolderBox
from services.exports.formats.writing import About, Written, said
from services.exports.rows import COLUMNS, Row
from services.exports.write import unwritable

FOLDER: Final = "events"
PARTITION: Final = "month"
GROUP_ROWS: Final = 32_768
"""Rows of a row group."""
HELD_ROWS: Final = 65_536
"""Rows that wait for their group to be full, over all months; more are never held in memory."""


def parquet(box: FolderBox, rows: Iterator[Row], about: About) -> Written:
    """Write the columns, `recorded` as an instant in UTC and `data` as JSON text.

    Raises:
        StoreFault: pyarrow is not installed; a file cannot be written.
    """
    months = Months(box)
    try:
        with months.open:
            for row in rows:
                months.add(row)
            if not months.names:  # a reader finds the columns even where there is no row
                months.file(about.made.strftime("%Y-%m"))
            months.flush()
    except OSError as error:
        raise unwritable(box.place(FOLDER), error) from error
    return Written(tuple(box.taken(name) for name in months.names.values()))


class Months:
    """The files of an export, one a month.

    Attributes:
        names: Name of the file of each month.
        open: Closes them.
    """

    def __init__(self, box: FolderBox) -> None:
        """Begin with none.

        Raises:
            StoreFault: pyarrow is not installed.
        """
        try:
            import pyarrow as pa  # noqa: PLC0415 - an extra
            import pyarrow.parquet as files  # noqa: PLC0415 - an extra
        except ImportError:
            why = "this installation cannot write Parquet"
            raise StoreFault(why, "pip install 'good-offices-ledger[analysis]'") from None
        self.names: dict[str, str] = {}
        self.open = ExitStack()
        self._box = box
        self._arrow, self._files = pa, files
        self._schema = _schema(pa)
        self._writers: dict[str, Any] = {}
        self._waiting: dict[str, list[Row]] = {}
        self._held = 0

    def add(self, row: Row) -> None:
        """Put a row with those of its month."""
        month = f"{row.recorded:%Y-%m}"
        waiting = self._waiting.setdefault(month, [])
        waiting.append(row)
        self._held += 1
        if len(waiting) >= GROUP_ROWS:
            self._write(month)
        elif self._held >= HELD_ROWS:
            self._write(max(self._waiting, key=lambda name: len(self._waiting[name])))

    def flush(self) -> None:
        """Write all that waits."""
        for month in list(self._waiting):
            self._write(month)

    def file(self, month: str) -> Any:  # noqa: ANN401 - pyarrow has no types
        """Begin the file of a month, or go on with it."""
        if month not in self._writers:
            name = f"{FOLDER}/{PARTITION}={month}/part-0.parquet"
            file = self.open.enter_context(self._box.opened(name))
            made = self._files.ParquetWriter(file, self._schema, compression="zstd")
            self._writers[month] = self.open.enter_context(made)
            self.names[month] = name
        return self._writers[month]

    def _write(self, month: str) -> None:
        rows = self._waiting.pop(month)
        self._held -= len(rows)
        columns = {name: [getattr(row, name) for row in rows] for name in COLUMNS}
        columns["data"] = [said(row) for row in rows]
        batch = self._arrow.RecordBatch.from_pydict(columns, schema=self._schema)
        self.file(month).write_batch(batch)


def _schema(arrow: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    kinds = {
        "seq": arrow.int64(),
        "schema_version": arrow.int32(),
        "recorded": arrow.timestamp("us", tz="UTC"),
    }
    return arrow.schema([(name, kinds.get(name, arrow.string())) for name in COLUMNS])
