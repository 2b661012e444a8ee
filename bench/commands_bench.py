"""Measure durable commands: 64 callers at once in one process, on SQLite.

Each caller sends its next command when the last is on disk. Ours pass the whole way in: JSON,
desk, rules, sealing, group commit. The peer gets an aggregate of ten events, has it make one, saves
it. Beside them what SQLite itself takes for the same bytes in transactions of the same sizes.
"""

import sqlite3
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

from bench.houses import BODY, Furnished, line_of, statement, taken_over
from bench.measuring import RUNS, Line, Options, alternating, rate, say, seconds
from bench.peer import Peer
from ledger.store.datastore import INSERT, SCHEMA, TOPIC, NewRow
from ledger.store.recording import LedgerRecorder
from tests.examples import engaged
from tests.spec import Order

CALLERS = 64
CALLS = 2_560
PEER_CALLS = 960
CASES = 320
AGGREGATE_EVENTS = 10


def measure(_: Options) -> Iterator[Line]:
    """Compare accepted commands a second."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with Furnished(root / "ours") as ours, Peer(root / "peer.sqlite", BODY) as peer:
            yield from _compared(ours, peer, root)


def _compared(ours: Furnished, peer: Peer, root: Path) -> Iterator[Line]:
    say("commands: opening cases")
    plain = ours.open_cases(CASES, taken_over(AGGREGATE_EVENTS - 1))
    talking = ours.open_cases(CASES, engaged())
    written = listened(ours.house.ledger.reader.recorder)
    say("commands: 64 callers, in turns with the peer")
    mine, theirs = alternating(lambda: _ours(ours, plain, statement()), lambda: _theirs(peer))
    rows, stored = (round(statistics.fmean(sizes)) for sizes in zip(*written, strict=True))
    per_event = peer.stored_bytes(peer.open_cases(1, 2)[0])
    yield Line(
        what="durable commands, 64 callers, cases of 10 events",
        unit="/s",
        ours=mine,
        peer=theirs,
        least=5,
        note=(
            f"eventsourcing, get + one event + save; synchronous=FULL on both; the same"
            f" {len(BODY)} characters a command, stored as {stored} bytes here (sealed, padded),"
            f" {per_event} there"
        ),
    )
    order = statement("submit-statement")
    full = statistics.median(_ours(ours, talking, order) for _ in range(RUNS))
    yield Line(
        what="the same in cases of a full procedure",
        unit="/s",
        ours=full,
        peer=theirs,
        note="request, consent, mediator and terms of engagement before; the same peer",
    )
    raw = statistics.median(raw_rate(root / f"raw-{n}.sqlite", rows, stored) for n in range(RUNS))
    yield Line(
        what="beside it: raw SQLite, same bytes and batches",
        unit="/s",
        ours=mine,
        peer=raw,
        note=f"{rows} rows of {stored} bytes a commit, nothing decided, keyed or sealed",
    )


def _ours(ours: Furnished, cases: list[str], order: Order) -> float:
    asked = [line_of(order, cases[n % len(cases)]) for n in range(CALLS)]
    return rate(CALLERS, CALLS, lambda n: ours.handle(asked[n]))


def _theirs(peer: Peer) -> float:
    ids = peer.open_cases(PEER_CALLS, AGGREGATE_EVENTS)
    return rate(CALLERS, PEER_CALLS, lambda n: peer.command(ids[n]))


def listened(recorder: LedgerRecorder) -> list[tuple[int, int]]:
    """Return a list that will hold the rows of each transaction, and the bytes of its last."""
    written: list[tuple[int, int]] = []
    insert: Callable[..., list[int]] = recorder.insert

    def insert_noting(rows: list[NewRow]) -> list[int]:
        written.append((len(rows), len(rows[-1].state)))
        return insert(rows)

    recorder.insert = insert_noting  # type: ignore[assignment,method-assign] # seen from outside
    return written


def raw_rate(file: Path, batch: int, size: int) -> float:
    """Return rows a second that SQLite records in the ledger's own table."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        for table in SCHEMA:
            connection.execute(table)
        batches, numbers, state = max(1, CALLS // batch), count(), bytes(size)

        def commit_all() -> None:
            for _ in range(batches):
                cases = [f"{next(numbers):032x}" for _ in range(batch)]
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(INSERT, [(c, 1, TOPIC, state, None) for c in cases])
                connection.execute("COMMIT")

        return batches * batch / seconds(commit_all)
