"""Measure what an event costs on PostgreSQL and the broker, for docs/sizing.md.

Cases of twenty events of 400 characters go in through the desk, from 32 callers at once, on two
servers that wait for the disk. What lies there then is weighed; views, seals and LEDGER are made
from it. `python -m bench sizing --json > docs/sizing.json`, then `make docs`.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.houses import Furnished, line_of, statement, taken_over
from bench.measuring import Line, Options, rate, say, seconds
from ledger.seal.opening import sealing
from services.clock import SystemClock
from services.nats.server import EmbeddedServer
from services.relay import Relay
from services.seals import place_of, record_of
from services.store_source import StoreSource
from tests.postgres import Server

CALLERS: Final = 32
CASES: Final = 200
CASE_EVENTS: Final = 20
NOTE: Final = f"{CASES} cases of {CASE_EVENTS} events"
_WEIGHED: Final = """
SELECT n.nspname, sum(pg_total_relation_size(c.oid))::bigint FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
GROUP BY n.nspname
"""


def measure(_: Options) -> Iterator[Line]:
    """Measure rates and bytes an event."""
    with (
        tempfile.TemporaryDirectory() as folder,
        _server() as record,
        _server() as keys,
        record.database() as record_in,
        keys.database() as keys_in,
    ):
        urls = {"database_url": record.socket_url(record_in), "keys_url": keys.url(keys_in)}
        with Furnished(Path(folder) / "ours", **urls) as ours:
            yield _line("commands", "/s", _filled(ours))
            events = ours.house.ledger.reader.head()
            yield from _made(ours, events)
            yield from _carried(ours, Path(folder) / "nats", events)
        weighed = _weights(record, record_in)
        yield _line("bytes of keys", "B/event", sum(_weights(keys, keys_in).values()) / events)
        for name, schemas in SCHEMAS.items():
            taken = sum(size for schema, size in weighed.items() if schema in schemas)
            yield _line(name, "B/event", taken / events)


SCHEMAS: Final = {
    "bytes of record": ("gol",),
    "bytes of seals": ("gol_seals",),
    "bytes of views": ("gol_views",),
}
"""By what they are called here, the schemas of the record's database."""


def _server() -> Server:
    return Server(Path(tempfile.mkdtemp(prefix="gol-pg-")), durable=True)


def _filled(ours: Furnished) -> float:
    """Have every case told; return commands a second."""
    say("sizing: opening cases")
    cases = ours.open_cases(CASES, taken_over(0))
    asked = [line_of(statement(), case) for _ in range(CASE_EVENTS - 1) for case in cases]
    say("sizing: 32 callers")
    return rate(CALLERS, len(asked), lambda n: ours.handle(asked[n]))


def _made(ours: Furnished, events: int) -> Iterator[Line]:
    say("sizing: views and seals")
    ours.house.views.bring_to_head()
    yield _line("views", "/s", events / seconds(ours.house.views.rebuild))
    with sealing(place_of(ours.house), record_of(ours.house)) as held:
        yield _line("seals", "/s", events / seconds(held.catch_up))
        held.tick(SystemClock().now())


def _carried(ours: Furnished, folder: Path, events: int) -> Iterator[Line]:
    say("sizing: the relay")
    with EmbeddedServer(folder) as server:
        source = StoreSource(ours.house.ledger.reader.recorder)
        relay = Relay(source, server.credentials("relay"))
        yield _line("relay", "/s", events / seconds(lambda: asyncio.run(relay.catch_up())))
    stored = sum(file.stat().st_size for file in folder.rglob("*.blk"))
    yield _line("bytes of LEDGER", "B/event", stored / events)


def _weights(server: Server, database: str) -> dict[str, int]:
    with server.admin(database) as connection:
        return dict(connection.execute(_WEIGHED).fetchall())


def _line(what: str, unit: str, value: float) -> Line:
    return Line(what=what, unit=unit, ours=value, note=NOTE)
