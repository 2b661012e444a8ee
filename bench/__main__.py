"""Measure beside the peers and print one table: `python -m bench [NAME ...]`; `--help` has more."""

import argparse
import statistics
from collections.abc import Callable, Iterator, Sequence

import msgspec

from bench import (
    beside_bench,
    commands_bench,
    daily_bench,
    desks_bench,
    export_bench,
    feed_bench,
    growth_bench,
    http_bench,
    import_bench,
    memory_bench,
    postgres_bench,
    projection_bench,
    relay_bench,
    replay_bench,
    seal_bench,
    sizing_bench,
    verify_bench,
)
from bench.machine import described
from bench.measuring import Line, Options, say
from services.logs import configure
from services.nats.pipe import BATCH_MIN

Rates = list[tuple[str, float]]
RUNS = 3


def _projection(_: Options) -> Iterator[Line]:
    """Building views anew, beside the library's runner."""
    say("projection: views, in turns with the peer")
    one, every, peer, _ratio = _medians(projection_bench.measure)
    note = "events a second into SQL; eventsourcing's ProjectionRunner, the same view"
    what = "rebuild of the case list"
    yield Line(what=what, unit="/s", ours=one, peer=peer, least=10, note=note)
    note = "five views; the peer still fills one"
    yield Line(what="rebuild of every view", unit="/s", ours=every, peer=peer, note=note)


def _relay(_: Options) -> Iterator[Line]:
    """Carrying the store to JetStream, beside plain publishing."""
    say("relay: to JetStream, in turns with the peer")
    plain, backlog, few, *_ratios = _medians(relay_bench.measure)
    note = "messages a second; the same client's publish, 64 in flight"
    what = "relay of a backlog to JetStream"
    yield Line(what=what, unit="/s", ours=backlog, peer=plain, least=0.7, note=note)
    what = f"relay of {BATCH_MIN - 1} events at a time"
    yield Line(what=what, unit="/s", ours=few, peer=plain, least=0.7, note="the same peer")


def _medians(measure: Callable[[], Rates]) -> list[float]:
    runs = [[value for _, value in measure()] for _ in range(RUNS)]
    return [statistics.median(values) for values in zip(*runs, strict=True)]


SECTIONS: dict[str, Callable[[Options], Iterator[Line]]] = {
    "commands": commands_bench.measure,
    "postgres": postgres_bench.measure,
    "desks": desks_bench.measure,
    "beside": beside_bench.measure,
    "growth": growth_bench.measure,
    "replay": replay_bench.measure,
    "projection": _projection,
    "relay": _relay,
    "seal": seal_bench.measure,
    "verify": verify_bench.measure,
    "memory": memory_bench.measure,
    "daily": daily_bench.measure,
    "export": export_bench.measure,
    "feed": feed_bench.measure,
    "http": http_bench.measure,
    "import": import_bench.measure,
    "sizing": sizing_bench.measure,
}


def main() -> None:
    """Measure what was asked for; the table says what was not reached, the exit status does not."""
    asked = _asked()
    configure("error")
    lines: list[Line] = []
    for name in asked.names or SECTIONS:
        lines.extend(SECTIONS[name](Options(long=asked.long, events=asked.events)))
    if asked.json:
        told = {"machine": described(), "lines": [_told(line) for line in lines]}
        print(msgspec.json.encode(told).decode())
    else:
        print("\n".join(table(lines)))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SECTIONS))
    parser.add_argument("--long", action="store_true", help="also ledgers of millions of events")
    parser.add_argument(
        "--events", type=int, default=Options().events, help="size of the ledger replayed whole"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document")
    asked = parser.parse_args()
    if unknown := [name for name in asked.names if name not in SECTIONS]:
        parser.error(f"no such measurement: {', '.join(unknown)}; one of {', '.join(SECTIONS)}")
    return asked


def _told(line: Line) -> dict[str, object]:
    return {**msgspec.structs.asdict(line), "ratio": line.ratio, "holds": line.holds}


def table(lines: Sequence[Line]) -> Iterator[str]:
    """Write the table, the machine it was measured on below."""
    head = ("what", "", "ours", "peer", "ratio", "wanted", "")
    rows = [head, *map(_row, lines)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(head))]
    for row in rows:
        cells = [row[0].ljust(widths[0]), row[1].ljust(widths[1])]
        cells += [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
        yield "  ".join(cells).rstrip()
    yield ""
    yield from (f"{line.what}: {line.note}" for line in lines if line.note)
    yield ""
    yield f"measured on {described()}"


def _row(line: Line) -> tuple[str, ...]:
    ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
    peer = "" if line.peer is None else _number(line.peer)
    verdict = {True: "yes", False: "NO", None: ""}[line.holds]
    return line.what, line.unit, _number(line.ours), peer, ratio, _wanted(line), verdict


def _wanted(line: Line) -> str:
    unit = "x" if line.peer is not None else f" {line.unit}"
    if line.least is not None:
        return f">= {line.least:g}{unit}"
    return "" if line.most is None else f"<= {line.most:g}{unit}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    main()
