"""Measure daily use: the command line as it is used, a process a command."""

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.children import goodoffices, python
from bench.houses import BODY, Copier, Furnished, taken_over
from bench.measuring import P99, Line, Options, percentile, say

CASE_EVENTS = 500
OTHER_CASES = 200
"""Cases beside the one looked at, so that the ledger is not an empty one."""
SHOWS = 15
ACTS = 50
EXPORTS = 3
IMPORT_CLI = "import services.cli.app"


def measure(_: Options) -> Iterator[Line]:
    """Run commands on a ledger of some hundred cases, one of them of 500 events."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        say("daily: writing the ledger")
        with Furnished(data) as made:
            (small,) = made.open_cases(1, taken_over(49))
            copier = Copier(made, small)
            copier.copy(OTHER_CASES)
            copier.close()
            (large,) = made.open_cases(1, taken_over(CASE_EVENTS - 1))
        for words in (("cases", "--json"), ("show", small), ("next", small)):
            goodoffices(data, *words)  # the first of each also compiles its modules
        yield from _shows(data, small, large)
        yield from _acts(data, small)
        yield from _exports(data, large, Path(folder))


def _shows(data: Path, small: str, large: str) -> Iterator[Line]:
    say("daily: show")
    for case, events in ((small, 50), (large, CASE_EVENTS)):
        took = [goodoffices(data, "show", case).seconds for _ in range(SHOWS)]
        yield Line(
            what=f"show of a case of {events} events, cold",
            unit="s",
            ours=statistics.median(took),
            most=0.5,
            note=f"process start included; slowest of {SHOWS}: {max(took):.2f} s",
        )


def _acts(data: Path, case: str) -> Iterator[Line]:
    """Compare an act with a process that imports the same and does nothing, in turns."""
    say("daily: act, in turns with a bare process")
    words = ("act", case, "record-statement", "--by", "A", "--text", BODY)
    bare, ready, acts = [], [], []
    for _ in range(ACTS):
        bare.append(1_000 * python("pass").seconds)
        ready.append(1_000 * python(IMPORT_CLI).seconds)
        acts.append(1_000 * goodoffices(data, *words).seconds)
    start, whole = statistics.median(ready), statistics.median(acts)
    yield Line(
        what="an act, one client, p99, beyond the start of the command line",
        unit="ms",
        ours=percentile(acts, P99) - percentile(ready, P99),
        most=20,
        note=(
            f"median {whole - start:.0f}; a bare process starts in {statistics.median(bare):.0f},"
            f" the command line in {start:.0f}, an act ends after {whole:.0f}"
        ),
    )


def _exports(data: Path, case: str, folder: Path) -> Iterator[Line]:
    say("daily: export")
    for form in ("html", "json"):
        words = ("export", case, "--for", "registry", "--format", form, "--force")
        took = [
            goodoffices(data, *words, "-o", str(folder / f"case.{form}")).seconds
            for _ in range(EXPORTS)
        ]
        yield Line(
            what=f"export of {CASE_EVENTS} events, {form}",
            unit="s",
            ours=statistics.median(took),
            most=5,
            note="process start included",
        )
