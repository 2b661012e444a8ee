"""Measure exports for analysts: events a second into Parquet, and memory that does not grow.

The ledgers are all of one month, so that one file takes every row.
"""

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from bench.children import peak_mib
from bench.houses import Furnished
from bench.measuring import RUNS, Line, Options, alternating, say, seconds
from bench.replay_bench import whole_cases
from bench.sized import SIZES, grown, ledgers
from services.exports.taking import Table, Taking, take
from services.reading.eyes import Eyes

WHOLE: Final = 100
"""Cases read and decoded beside the export."""
FORMS: Final[tuple[Table, ...]] = ("parquet", "ocel")
"""Those whose memory could grow: rows wait for their group, objects are told after the events."""


def measure(options: Options) -> Iterator[Line]:
    """Compare the export with plain reading, and the smallest ledger with larger ones."""
    with ledgers(options) as made:
        yield _rate(made[SIZES[0]], SIZES[0])
        for form in FORMS:
            yield from _memory(made, form)


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


def _memory(made: dict[int, Path], form: Table) -> Iterator[Line]:
    peaks: list[float] = []
    for size, folder in made.items():
        say(f"export: {size:,} events as {form}")
        words = ("export", "--all", "--for", "registry", "--format", form)
        peaks.append(peak_mib(folder, *words, "-o", str(folder.with_suffix(f".{form}"))))
        what = f"peak memory of an export of {size:,} events ({form})"
        yield grown(what, "MiB", peaks[-1], peaks[0], "")
