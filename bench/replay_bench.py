"""Measure folding again from the record, beside the library's own replay of aggregates.

Ours are cases of ten sealed events; the peer's are stock aggregates of ten events in JSON, one
`repository.get` each. Both say the same in every event.
"""

import statistics
import tempfile
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from uuid import UUID

from bench import whole_replay_bench
from bench.houses import BODY, Copier, Furnished, taken_over
from bench.measuring import RUNS, Line, Options, alternating, say, seconds
from bench.peer import Peer
from bench.whole_replay_bench import opened_only
from ledger.case import Case, fold
from ledger.store.reader import Read, Reader
from services.clock import SystemClock
from services.reading.looking import Look, Record

NEW = Case()
EVENTS = 10
CASES = 2_000
WHOLE = 600
"""Cases opened with their content, and aggregates of the peer."""
LONG = 2_000
"""Events of the long case."""


def measure(options: Options) -> Iterator[Line]:
    """Compare events a second, and the opening of one long case."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with Furnished(root / "ours") as ours, Peer(root / "peer.sqlite", BODY) as peer:
            yield from _many(ours, peer)
            yield from _long(ours, peer)
    yield from whole_replay_bench.measure(options)


def _many(ours: Furnished, peer: Peer) -> Iterator[Line]:
    say("replay: writing cases of ten events")
    (pattern,) = ours.open_cases(1, taken_over(EVENTS - 1))
    copier = Copier(ours, pattern)
    copied = copier.copy(CASES)
    copier.close()
    theirs = peer.open_cases(WHOLE, EVENTS)
    reader = ours.house.ledger.reader
    say("replay: folding, in turns with the peer")
    mine, stock = alternating(lambda: in_order(reader), lambda: _stock(peer, theirs))
    yield Line(
        what="replay of frames in position order, folded",
        unit="/s",
        ours=mine,
        peer=stock,
        least=4,
        note="events a second; eventsourcing, repository.get of aggregates of ten events",
    )
    mine = statistics.median(opened_only(reader) for _ in range(RUNS))
    yield Line(
        what="of that, opening and decoding alone",
        unit="/s",
        ours=mine,
        peer=stock,
        note="what every rebuild begins with; the same peer",
    )
    mine, stock = alternating(
        lambda: whole_cases(reader, copied[:WHOLE]), lambda: _stock(peer, theirs)
    )
    yield Line(
        what="replay of whole cases, every content opened",
        unit="/s",
        ours=mine,
        peer=stock,
        least=2,
        note="events a second; the same peer",
    )


def in_order(reader: Reader) -> float:
    """Fold every case in one pass over the store; return events a second."""
    folded: dict[UUID, Case] = {}

    def replayed() -> int:
        after = 0
        while page := reader.page(after):
            for case, reads in groupby(page, attrgetter("case_id")):
                frames = [read.frame for read in reads if isinstance(read, Read)]
                folded[case] = fold(folded.get(case, NEW), frames)
            after = page[-1].position
        return after

    took = seconds(replayed)
    return reader.head() / took


def whole_cases(reader: Reader, cases: list[UUID]) -> float:
    """Read case by case as a reading command does, and open all it says; return events a second."""
    now = SystemClock().now()
    opened = 0

    def read() -> None:
        nonlocal opened
        for case in cases:
            look = Look(Record(reader, case), "registry", None, now)
            assert look.case.phase
            opened += len([look.opened(kept) for kept in look.kept])

    took = seconds(read)
    return opened / took


def _stock(peer: Peer, cases: list[UUID]) -> float:
    def read() -> None:
        for case in cases:
            peer.replay(case)

    return len(cases) * EVENTS / seconds(read)


def _long(ours: Furnished, peer: Peer) -> Iterator[Line]:
    say(f"replay: a case of {LONG:,} events")
    (case,) = ours.open_cases(1, taken_over(LONG - 1))
    (aggregate,) = peer.open_cases(1, LONG)
    reader, case_id = ours.house.ledger.reader, ours.id_of(case)

    def opened() -> None:
        file = reader.load(case_id)
        assert file.seen_by(file.rights("registry")).record.entries

    mine, stock = alternating(
        lambda: 1_000 * seconds(opened), lambda: 1_000 * seconds(lambda: peer.replay(aggregate))
    )
    yield Line(
        what=f"opening a case of {LONG:,} events, folded for one viewer",
        unit="ms",
        ours=mine,
        peer=stock,
        note="eventsourcing, repository.get of an aggregate as long",
    )
