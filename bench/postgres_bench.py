"""Measure durable commands on PostgreSQL: 32 callers at once in one process.

Both on one server that waits for the disk: ours pass the whole way in, the peer gets an aggregate
of ten events, has it make one, saves it with the library's default recorder.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.houses import BODY, Furnished, line_of, statement, taken_over
from bench.measuring import Line, Options, alternating, rate, say
from bench.peer import Peer, PostgresPlace
from tests.postgres import Server

CALLERS = 32
CALLS = 1_280
PEER_CALLS = 320
CASES = 160
AGGREGATE_EVENTS = 10


def measure(_: Options) -> Iterator[Line]:
    """Compare accepted commands a second."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Server(Path(tempfile.mkdtemp(prefix="gol-pg-")), durable=True) as server,
        server.database() as ours_in,
        server.database() as peer_in,
    ):
        place = PostgresPlace(str(server.folder), str(server.port), peer_in, "desk")
        url = server.socket_url(ours_in)
        with (
            Furnished(Path(folder) / "ours", database_url=url) as ours,
            Peer(place, BODY) as peer,
        ):
            yield _compared(ours, peer)


def _compared(ours: Furnished, peer: Peer) -> Line:
    say("postgres: opening cases")
    cases = ours.open_cases(CASES, taken_over(AGGREGATE_EVENTS - 1))
    order = statement()
    say("postgres: 32 callers, in turns with the peer")

    def mine() -> float:
        asked = [line_of(order, cases[n % len(cases)]) for n in range(CALLS)]
        return rate(CALLERS, CALLS, lambda n: ours.handle(asked[n]))

    def theirs() -> float:
        ids = peer.open_cases(PEER_CALLS, AGGREGATE_EVENTS)
        return rate(CALLERS, PEER_CALLS, lambda n: peer.command(ids[n]))

    commands, saves = alternating(mine, theirs)
    return Line(
        what="durable commands on PostgreSQL, 32 callers, cases of 10 events",
        unit="/s",
        ours=commands,
        peer=saves,
        least=6,
        note=(
            "eventsourcing with its default PostgreSQL recorder and a pool for every caller, get +"
            f" one event + save; one server for both, fsync on; {len(BODY)} characters a command"
        ),
    )
