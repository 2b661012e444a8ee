"""Write rows as Parquet, a folder for each month of recording, as hive partitions are named."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Final

from ledger.errors import StoreFault
from services.exports.boxes import FolderBox
from services.exports.formats.writing import About, Written, said
from services.exports.rows import COLUMNS, Row
from services.exports.write import unwritable

FOLDER: Final = "events"
PARTITION: Final = "month"
LOT_ROWS: Final = 1_024
"""Rows turned into columns at once: a column takes a tenth of the memory that rows do."""
GROUP_ROWS: Final = 8_192
"""Rows of a row group."""
HELD_ROWS: Final = 32_768
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
            months.flush()
            if not months.names:  # a reader finds the columns even where there is no row
                months.file(about.made.strftime("%Y-%m"))
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
            import pyarrow as pa  # type: ignore[import-untyped] # noqa: PLC0415 - an extra
            import pyarrow.parquet as files  # type: ignore[import-untyped] # noqa: PLC0415 - an extra
        except ImportError:
            why = "this installation cannot write Parquet"
            raise StoreFault(why, "pip install 'good-offices-ledger[analysis]'") from None
        self.names: dict[str, str] = {}
        self.open = ExitStack()
        self._box = box
        self._arrow, self._files = pa, files
        self._schema = _schema(pa)
        self._writers: dict[str, Any] = {}
        self._months: dict[str, _Month] = {}
        self._held = 0

    def add(self, row: Row) -> None:
        """Put a row with those of its month."""
        named = f"{row.recorded.year:04d}-{row.recorded.month:02d}"
        month = self._months.get(named)
        if month is None:
            month = self._months[named] = _Month(self._as_batch)
        month.add(row)
        self._held += 1
        if month.count >= GROUP_ROWS:
            self._write(named)
        elif self._held >= HELD_ROWS:
            self._write(max(self._months, key=lambda name: self._months[name].count))

    def flush(self) -> None:
        """Write all that waits."""
        for named in list(self._months):
            self._write(named)

    def file(self, month: str) -> Any:  # noqa: ANN401 - pyarrow has no types
        """Begin the file of a month, or go on with it."""
        if month not in self._writers:
            name = f"{FOLDER}/{PARTITION}={month}/part-0.parquet"
            file = self.open.enter_context(self._box.opened(name))
            made = self._files.ParquetWriter(file, self._schema, compression="zstd")
            self._writers[month] = self.open.enter_context(made)
            self.names[month] = name
        return self._writers[month]

    def _write(self, named: str) -> None:
        month = self._months.pop(named)
        self._held -= month.count
        table = self._arrow.Table.from_batches(month.batches(), schema=self._schema)
        self.file(named).write_table(table)

    def _as_batch(self, rows: list[Row]) -> Any:  # noqa: ANN401 - pyarrow has no types
        columns = {name: [getattr(row, name) for row in rows] for name in COLUMNS}
        columns["data"] = [said(row) for row in rows]
        return self._arrow.RecordBatch.from_pydict(columns, schema=self._schema)


class _Month:
    """Rows of one month that wait to be a row group.

    Attributes:
        count: How many.
    """

    def __init__(self, as_batch: Callable[[list[Row]], Any]) -> None:
        self.count = 0
        self._as_batch = as_batch
        self._rows: list[Row] = []
        self._batches: list[Any] = []

    def add(self, row: Row) -> None:
        self.count += 1
        self._rows.append(row)
        if len(self._rows) >= LOT_ROWS:
            self._pack()

    def batches(self) -> list[Any]:
        """Return them all as columns."""
        self._pack()
        return self._batches

    def _pack(self) -> None:
        if self._rows:
            self._batches.append(self._as_batch(self._rows))
            self._rows = []


def _schema(arrow: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    kinds = {
        "seq": arrow.int64(),
        "schema_version": arrow.int32(),
        "recorded": arrow.timestamp("us", tz="UTC"),
    }
    return arrow.schema([(name, kinds.get(name, arrow.string())) for name in COLUMNS])
