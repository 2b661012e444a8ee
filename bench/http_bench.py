"""Measure the pages and the API: 64 clients at `serve`, four questions to each command.

Each client is who speaks for a party, on a connection of its own, and asks again once it is
answered. The peer is the framework alone: it sends as many bytes to as many clients, in turns with
ours. Both are processes of their own, and so are the clients.
"""

import asyncio
import json
import re
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any, Final, NamedTuple

import uvicorn
from litestar import Litestar, Request, Response, route
from litestar.params import FromPath
from msgspec import Struct

from bench.children import environment
from bench.feed_bench import serving
from bench.houses import BODY, Furnished, taken_over
from bench.measuring import P99, Line, Options, percentile, say
from services.clock import new_id
from services.http.door import Door
from services.http.guests import Guest
from tests.spec import do

CASES: Final = 32
SIDES: Final = ("A", "B")
CLIENTS: Final = CASES * len(SIDES)
TURNS: Final = 3
TURN_S: Final = 20.0
WARM_S: Final = 2.0
"""Asked before it counts, so that all is loaded and every case was read once."""
COMMANDS: Final = 0.2
"""Part of the requests that are commands."""
VIEWS: Final = (
    ("/api/cases/CASE", 4),
    ("/api/cases/CASE/audit?limit=50", 2),
    ("/api/cases/CASE/next", 1),
    ("/cases/CASE", 1),
)
"""What is read, and how often of eight times."""
COMMAND: Final = "/api/commands"
ECHO: Final = "from bench.http_bench import echo; echo()"
LENGTH: Final = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
STATUS: Final = slice(9, 12)
ERROR: Final = 400


class Client(Struct, frozen=True):
    """Somebody who asks.

    Attributes:
        token: Secret of its session.
        case: Number of its case.
        party: Whom it speaks for.
    """

    token: str
    case: str
    party: str


class Tally(Struct):
    """What clients got.

    Attributes:
        reads: Seconds each question took.
        commands: Seconds each command took.
        sizes: Bytes of the last answer, by what was asked.
        refused: Answers that were errors, by what was asked and status.
    """

    reads: list[float]
    commands: list[float]
    sizes: dict[str, int]
    refused: Counter[str]


def measure(_: Options) -> Iterator[Line]:
    """Ask `serve` and the bare framework in turns."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        clients = _furnish(data)
        with serving(data, "--http-port", "0"), echoing() as peer:
            port = _port(data.parent / "serve.log")
            sizes = asyncio.run(load(port, clients, WARM_S)).sizes
            asyncio.run(load(peer, clients, WARM_S, sizes))
            turns = [_turn(port, peer, clients) for _ in range(TURNS)]
    yield from _lines([ours for ours, _ in turns], [theirs for _, theirs in turns])


def _turn(port: int, peer: int, clients: Sequence[Client]) -> tuple[Tally, Tally]:
    say(f"http: {CLIENTS} clients for {TURN_S:.0f} s, then the peer")
    ours = asyncio.run(load(port, clients, TURN_S))
    return ours, asyncio.run(load(peer, clients, TURN_S, ours.sizes))


def _lines(ours: Sequence[Tally], peers: Sequence[Tally]) -> Iterator[Line]:
    refused = sum((tally.refused for tally in (*ours, *peers)), Counter[str]())
    assert not refused, f"answers were errors: {refused}"
    size = statistics.mean(statistics.mean(tally.sizes.values()) for tally in ours)
    asked = f"{CLIENTS} clients, {TURNS} times {TURN_S:.0f} s; Litestar alone, the same sizes"
    for what, field in (("questions", "reads"), ("commands", "commands")):
        mine, theirs = ([getattr(t, field) for t in ts] for ts in (ours, peers))
        yield Line(
            what=f"{what} over HTTP, four to one",
            unit="/s",
            ours=statistics.median(len(waits) / TURN_S for waits in mine),
            peer=statistics.median(len(waits) / TURN_S for waits in theirs),
            note=f"{asked}, {size:,.0f} bytes on average" if field == "reads" else asked,
        )
        yield Line(
            what=f"{what} over HTTP, p99",
            unit="ms",
            ours=1_000 * statistics.median(percentile(waits, P99) for waits in mine),
            peer=1_000 * statistics.median(percentile(waits, P99) for waits in theirs),
            note=f"median {1_000 * statistics.median(map(statistics.median, mine)):.0f} ms",
        )


# ---------------------------------------------------------------- the ledger


def _furnish(data: Path) -> list[Client]:
    """Make cases, and sign in who speaks for their parties."""
    powers = ["negotiate", "settle", "sign"]
    speakers = [
        do("authorise-representative", by=side, person=f"person:speaker-{side}", powers=powers)
        for side in SIDES
    ]
    with Furnished(data) as ledger:
        cases = ledger.open_cases(CASES, [*taken_over(8), *speakers])
        door = Door(ledger.house)
        clients = [
            Client(door.admit(Guest(f"speaker-{side}", ledger.id_of(case), side)), case, side)
            for case in cases
            for side in SIDES
        ]
        door.close()
    return clients


def _port(told: Path) -> int:
    (found,) = re.findall(r"pages +http://127\.0\.0\.1:(\d+)/", told.read_text())
    return int(found)


# ---------------------------------------------------------------- clients


class Asking(NamedTuple):
    """One request.

    Attributes:
        what: Kind of it.
        method: Of HTTP.
        path: Where to.
        body: What is sent, empty for a question.
    """

    what: str
    method: str
    path: str
    body: bytes


def _asked(client: Client, chance: Random, sizes: Mapping[str, int] | None) -> Asking:
    """Draw what a client asks next; the peer is asked for as many bytes."""
    if chance.random() < COMMANDS:
        asking = Asking(COMMAND, "POST", COMMAND, _command(client))
    else:
        (view,) = chance.choices([v for v, _ in VIEWS], [n for _, n in VIEWS])
        asking = Asking(view, "GET", view.replace("CASE", client.case), b"")
    return asking if sizes is None else asking._replace(path=f"/{sizes[asking.what]}")


def _command(client: Client) -> bytes:
    line = {
        "command": "record-statement",
        "id": new_id(),
        "case": client.case,
        "acting_for": f"party:{client.party}",
        "data": {"text": BODY},
    }
    return json.dumps(line).encode()


async def load(
    port: int, clients: Sequence[Client], seconds: float, sizes: Mapping[str, int] | None = None
) -> Tally:
    """Ask and ask for some seconds; the answers of the ledger, or as many bytes of the peer."""
    tally = Tally([], [], {}, Counter())
    ends = perf_counter() + seconds
    asking = (_ask(port, client, Random(n), ends, sizes, tally) for n, client in enumerate(clients))
    await asyncio.gather(*asking)
    return tally


async def _ask(  # noqa: PLR0913 - one client of many
    port: int,
    client: Client,
    chance: Random,
    ends: float,
    sizes: Mapping[str, int] | None,
    tally: Tally,
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (began := perf_counter()) < ends:
        asking = _asked(client, chance, sizes)
        writer.write(_head(asking, client) + asking.body)
        head = await reader.readuntil(b"\r\n\r\n")
        (length,) = LENGTH.findall(head)
        await reader.readexactly(int(length))
        waits = tally.commands if asking.body else tally.reads
        waits.append(perf_counter() - began)
        tally.sizes[asking.what] = int(length)
        if int(head[STATUS]) >= ERROR:
            tally.refused[f"{asking.what} {head[STATUS].decode()}"] += 1
    writer.close()
    await writer.wait_closed()


def _head(asking: Asking, client: Client) -> bytes:
    return (
        f"{asking.method} {asking.path} HTTP/1.1\r\nhost: 127.0.0.1\r\n"
        f"authorization: Bearer {client.token}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(asking.body)}\r\n\r\n"
    ).encode()


# ---------------------------------------------------------------- the peer


@contextmanager
def echoing() -> Iterator[int]:
    """Run the bare framework as a process of its own; yield its port."""
    child = subprocess.Popen(
        [sys.executable, "-c", ECHO], stdout=subprocess.PIPE, env=environment()
    )
    assert child.stdout is not None
    try:
        yield int(child.stdout.readline())
    finally:
        child.terminate()
        child.wait()
        child.stdout.close()


def echo() -> None:
    """Be that process: whatever is asked, so many bytes come back."""

    @route("/{size:int}", http_method=["GET", "POST"])
    async def back(request: "Request[Any, Any, Any]", size: FromPath[int]) -> Response[bytes]:
        await request.body()
        return Response(b" " * size, media_type="application/json")

    app: Any = Litestar([back], openapi_config=None, logging_config=None)
    config = uvicorn.Config(app, port=0, lifespan="off", log_config=None, access_log=False)
    listening = config.bind_socket()
    print(listening.getsockname()[1], flush=True)
    uvicorn.Server(config).run([listening])
