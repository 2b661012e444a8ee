"""Measure taking over a whole sample of real records: 100 dialogues of CaSiNo.

The sample is no part of the project; without it this is left out, and says so.
"""

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.children import ROOT
from bench.houses import Furnished
from bench.measuring import Line, Options, say, seconds
from services.imports.casino import read_casino
from services.imports.run import run_import

SAMPLE = ROOT.parent / "shared" / "data" / "casino_test_100.json"
RUNS = 3


def measure(_: Options) -> Iterator[Line]:
    """Import the whole sample into empty ledgers, then once more into one that has it."""
    if not SAMPLE.exists():
        say(f"import: left out, there is no {SAMPLE.name} beside the project")
        return
    say("import: the whole CaSiNo sample")
    first, commands, again = zip(*(_imported() for _ in range(RUNS)), strict=True)
    took = statistics.median(first)
    note = f"{commands[0]:,} commands, {commands[0] / took:,.0f} a second, each on disk in its turn"
    yield Line(what="import of the whole CaSiNo sample", unit="s", ours=took, note=note)
    repeat = statistics.median(again)
    yield Line(what="the same once more", unit="s", ours=repeat, note="nothing is added")


def _imported() -> tuple[float, int, float]:
    """Return the seconds of an import, its commands, and the seconds of a repeat."""
    with tempfile.TemporaryDirectory() as folder, Furnished(Path(folder) / "data") as ledger:
        desk, operator = ledger.house.desk, ledger.operator

        def run() -> int:
            report = run_import(desk, operator, read_casino(SAMPLE))
            assert not report.refused, report.refused[0]
            return report.commands

        took = seconds(run)
        before = desk.ledger.reader.head()
        again = seconds(run)
        assert desk.ledger.reader.head() == before, "a repeat adds nothing"
        return took, run(), again
