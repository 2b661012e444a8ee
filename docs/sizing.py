"""Compute docs/sizing.md from docs/sizing.json, which holds what was measured and where."""

import math
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from docs.layout import item, page, paragraph
from services.nats.streams import LEDGER_KEEP

MEASURED: Final = Path(__file__).with_name("sizing.json")
DISPUTES: Final = 60_000_000
EVENTS_A_DISPUTE: Final = 20
EVENTS: Final = DISPUTES * EVENTS_A_DISPUTE
YEAR_S: Final = 365 * 86_400
BUSY_S: Final = 250 * 8 * 3_600
"""Seconds in which people work: 250 days of 8 hours."""
PEAK: Final = 3
"""How much more comes in the busiest minute of those hours than in their mean."""
LOAD: Final = 1 / 3
"""How much of what was measured a ledger is asked to bear at its peak."""
COPIES: Final = {"record": 2, "seals": 2, "views": 1, "keys": 2, "LEDGER": 3}
"""The server and a standby of it; views are made anew instead; three nodes."""
LEDGER_BYTES: Final = LEDGER_KEEP.max_bytes
"""What the stream keeps of one ledger; followers read older events from the store."""
HOUR_S: Final = 3_600
TB: Final = 1e12


class Figure(Struct, frozen=True):
    """One line of `python -m bench sizing --json`."""

    what: str
    unit: str
    ours: float
    note: str


class Measured(Struct, frozen=True):
    """What was measured, and on which machine."""

    machine: str
    lines: tuple[Figure, ...]

    def of(self, what: str) -> float:
        """Return a figure by its name."""
        return next(line.ours for line in self.lines if line.what == what)


def measured() -> Measured:
    """Read what was measured last."""
    return msgspec.json.decode(MEASURED.read_bytes(), type=Measured)


def mean_rate() -> float:
    """Return events a second of all institutions, all year round."""
    return EVENTS / YEAR_S


def peak_rate() -> float:
    """Return events a second of all institutions in their busiest minute."""
    return PEAK * EVENTS / BUSY_S


def shards(found: Measured) -> int:
    """Return how many ledgers bear the peak with two thirds to spare."""
    return math.ceil(peak_rate() / (LOAD * found.of("commands")))


def terabytes(found: Measured, what: str) -> float:
    """Return what a year takes on the disks of one copy."""
    return EVENTS * found.of(f"bytes of {what}") / TB


def hours(found: Measured, what: str, ledgers: int) -> float:
    """Return how long one ledger's year takes to be made again from its record."""
    return EVENTS / ledgers / found.of(what) / HOUR_S


def sizing_page() -> str:
    """Return the page on what a year of sixty million disputes needs."""
    found = measured()
    return page(
        "Sizing",
        paragraph(
            f"What {DISPUTES:,} disputes a year need, at {EVENTS_A_DISPUTE} events each:"
            f" {EVENTS:,} events. Computed from what a small ledger costs; nobody has run one of"
            " that size here. Measure on your own machine: `python -m bench sizing --json >"
            " docs/sizing.json`, then `make docs`."
        ),
        "## Measured",
        _measured(found),
        paragraph(f"{found.lines[0].note}, each with 400 characters of text, one desk process."),
        paragraph(f"Machine: {found.machine}."),
        paragraph(
            "PostgreSQL, broker, desk and callers shared its cores, with whatever else ran (see its"
            " load): rates are a lower bound, and bytes are those of a young database. Weigh a"
            " ledger of your own before buying disks."
        ),
        "## Rates",
        _rates(found),
        "## Disk",
        _disk(found),
        "## Making anew",
        _anew(found),
        "## Institutions are shards",
        *(paragraph(text) for text in _SHARDS),
        "## What was not computed",
        "\n".join(item(text) for text in _NOT),
    )


def _measured(found: Measured) -> str:
    rows = [f"| {line.what} | {_number(line.ours)} {line.unit} |" for line in found.lines]
    return "\n".join(("| What | Measured |", "|---|---|", *rows))


def _rates(found: Measured) -> str:
    count = shards(found)
    lines = (
        f"all year round: {mean_rate():,.0f} events a second",
        (
            f"in 250 days of 8 hours, the busiest minute {PEAK} times the mean:"
            f" {peak_rate():,.0f} events a second"
        ),
        (
            f"one ledger takes {found.of('commands'):,.0f} commands a second here; asked for a"
            f" third of that at the peak, **{count} ledgers** bear it"
        ),
        (
            f"the relay carries {found.of('relay'):,.0f} a second of one ledger, the sealer takes"
            f" in {found.of('seals'):,.0f}; either keeps up with the"
            f" {peak_rate() / count:,.0f} a second of its share"
        ),
    )
    return "\n".join(map(item, lines))


def _disk(found: Measured) -> str:
    rows = [
        f"| {what} | {found.of(f'bytes of {what}'):,.0f} | {terabytes(found, what):,.2f} |"
        f" {copies} | {_kept(found, what):,.2f} |"
        for what, copies in COPIES.items()
    ]
    total = sum(_kept(found, what) for what in COPIES)
    said = (
        f"{total:,.1f} TB a year over all ledgers, {total / shards(found):,.2f} TB each, before"
        f" backups. LEDGER keeps the newest {LEDGER_BYTES >> 30} GiB of a ledger;"
        " the record is kept whole."
    )
    head = ("| What | Bytes an event | TB a year | Copies | TB to have |", "|---|---|---|---|---|")
    return "\n".join((*head, *rows)) + "\n\n" + paragraph(said)


def _kept(found: Measured, what: str) -> float:
    """Return the terabytes to have for all copies of a year, over all ledgers."""
    one = terabytes(found, what)
    if what == "LEDGER":
        one = min(one, shards(found) * LEDGER_BYTES / TB)
    return one * COPIES[what]


def _anew(found: Measured) -> str:
    count = shards(found)
    views, seals, relay = (hours(found, what, count) for what in ("views", "seals", "relay"))
    lines = (
        f"every view of one ledger's year: {views:,.1f} hours, the old ones serving meanwhile",
        f"every seal compared with the record: {seals:,.1f} hours, beside the ticks",
        f"LEDGER carried again after its loss: {relay:,.1f} hours; feeds do not wait for it",
        "one case is read from the record whatever the length of the ledger",
    )
    return "\n".join(map(item, lines))


def _number(value: float) -> str:
    return f"{value:,.0f}"


_SHARDS: Final = (
    (
        "A ledger belongs to one institution: its own databases, keys, broker accounts and seal"
        " log. Nothing crosses from one to another, so that institutions are spread over servers"
        " by hand, and a larger one is given its own. One ledger has one writer at a time,"
        " whatever the number of desks: a second host adds reading and deciding, not"
        " committing. So an institution that outgrows one writer is divided into several"
        " ledgers, by registry or by year."
    ),
    (
        "The processes of one ledger are those of `make cluster`; what stands by takes some 100 MB"
        " of memory and next to no time."
    ),
)
_NOT: Final = (
    "attachments: the ledger holds their digests, not their bytes",
    "backups: as many times the record as are kept; the key store's for days only",
    "the network between hosts: each commit waits for one way there and back beside the disk's",
    (
        "a PostgreSQL of billions of rows: its indexes outgrow the memory; case ids rise with"
        " time so that new rows go to warm pages, but partitions by year are not built"
    ),
)
