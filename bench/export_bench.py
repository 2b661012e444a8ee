"""Measure exports for analysts: events a second into Parquet, and memory that does not grow.

The ledgers are copies of one decided case of fifty events, each sealed under keys of its own, and
all of one month, so that one file takes every row.
"""

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from bench.children import peak_mib
from bench.houses import Copier, Furnished, taken_over
from bench.measuring import RUNS, Line, Options, alternating, say, seconds
from bench.replay_bench import whole_cases
from services.exports.taking import Table, Taking, take
from services.reading.eyes import Eyes

CASE_EVENTS: Final = 50
SIZES: Final = (10_000, 100_000)
LONG_SIZE: Final = 1_000_000
WHOLE: Final = 100
"""Cases read and decoded beside the export."""
FORMS: Final[tuple[Table, ...]] = ("parquet", "ocel")
"""Those whose memory could grow: rows wait for their group, objects are told after the events."""


def measure(options: Options) -> Iterator[Line]:
    """Compare the export with plain reading, and the smallest ledger with larger ones."""
    sizes = (*SIZES, LONG_SIZE) if options.long else SIZES
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for size in sizes:
            say(f"export: writing {size:,} events")
            _fill(root / str(size), size)
        yield _rate(root / str(sizes[0]), sizes[0])
        for form in FORMS:
            yield from _memory(root, sizes, form)


def _fill(folder: Path, events: int) -> None:
    with Furnished(folder) as made:
        (pattern,) = made.open_cases(1, taken_over(CASE_EVENTS - 1))
        copier = Copier(made, pattern)
        copier.copy(events // CASE_EVENTS - 1)
        copier.close()
        made.house.views.bring_to_head()


def _rate(folder: Path, events: int) -> Line:
    say("export: to Parquet, in turns with plain reading and decoding")
    with Furnished(folder) as ours, tempfile.TemporaryDirectory() as out:
        reader = ours.house.ledger.reader
        cases = list(ours.house.views.case_ids())[:WHOLE]
        targets = (Path(out) / str(n) for n in range(RUNS))

        def exported() -> float:
            eyes = Eyes(ours.house, ours.operator, "registry")
            taking = Taking("parquet", "registry")
            return events / seconds(partial(take, eyes, next(targets), taking))

        rate, plain = alternating(exported, partial(whole_cases, reader, cases))
    note = "events a second; plain reading, decoding and folding of whole cases"
    return Line(what="export to Parquet", unit="/s", ours=rate, peer=plain, note=note)


def _memory(root: Path, sizes: tuple[int, ...], form: Table) -> Iterator[Line]:
    peaks: list[float] = []
    for size in sizes:
        say(f"export: {size:,} events as {form}")
        words = ("export", "--all", "--for", "registry", "--format", form)
        peaks.append(peak_mib(root / str(size), *words, "-o", str(root / f"{size}.{form}")))
        yield Line(
            what=f"peak memory of an export of {size:,} events ({form})",
            unit="MiB",
            ours=peaks[-1],
            peer=peaks[0],
            most=1.3,
            note=f"beside one of {sizes[0]:,}",
        )
