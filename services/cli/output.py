"""Print: data on stdout, the rest on stderr; plain when piped, one JSON document on `--json`."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder(order="deterministic")


def as_json(value: Any) -> None:  # noqa: ANN401 - whatever msgspec can encode
    """Print one JSON document."""
    text = msgspec.json.format(_ENCODER.encode(value), indent=2 if sys.stdout.isatty() else -1)
    sys.stdout.write(text.decode() + "\n")


def as_json_list(items: Iterable[Any]) -> None:
    """Print one JSON list, item by item, so that its length costs no memory."""
    write = sys.stdout.write
    write("[")
    for n, item in enumerate(items):
        write(",\n" if n else "\n")
        write(_ENCODER.encode(item).decode())
    write("\n]\n")


def say(text: str = "") -> None:
    """Print a line of data."""
    sys.stdout.write(text + "\n")


def tell(text: str) -> None:
    """Print a line about what is going on, to stderr."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def as_line(value: Any) -> None:  # noqa: ANN401 - whatever msgspec can encode
    """Print one JSON object on a line of its own, at once."""
    line(_ENCODER.encode(value).decode())


def line(text: str) -> None:
    """Print a line of data at once, for who watches."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table: drawn in a terminal, tab-separated when piped."""
    if not sys.stdout.isatty():
        say("\t".join(columns))
        for row in rows:
            say("\t".join(_plain(cell) for cell in row))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from services.reading.words import isolated

    drawn = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left")
    for column in columns:
        drawn.add_column(column, overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(isolated(str("" if cell is None else cell))) for cell in row))
    Console().print(drawn)


def _plain(cell: object) -> str:
    return "" if cell is None else str(cell).replace("\t", " ").replace("\n", " / ")


class Progress:
    """Count work on stderr: a bar in a terminal, a line now and then elsewhere."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._bar: Any = None
        self._task: Any = None
        self._told = 0

    def __call__(self, done: int, total: int | None = None) -> None:
        """Show how far it is."""
        if sys.stderr.isatty():
            self._draw(done, total)
        elif done - self._told >= TOLD_EVERY:
            self._told = done
            tell(f"{self._label}: {done}" + (f" of {total}" if total else ""))

    def _draw(self, done: int, total: int | None) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            columns = (TextColumn(self._label), BarColumn(), MofNCompleteColumn())
            self._bar = Bar(*columns, TimeRemainingColumn(), console=Console(stderr=True))
            self._bar.start()
            self._task = self._bar.add_task(self._label, total=total)
        self._bar.update(self._task, completed=done, total=total)

    def close(self) -> None:
        """Leave the line."""
        if self._bar is not None:
            self._bar.stop()


TOLD_EVERY = 10_000


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """Show progress while a block runs."""
    shown = Progress(label)
    try:
        yield shown
    finally:
        shown.close()
