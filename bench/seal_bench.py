"""Measure what sealing costs: commands at top load beside a sealer, ticks, proofs, the start.

The sealer runs in the same process, as in `serve`, and ticks every second, ten times as often as by
default. What it has not taken in when the last command is answered is charged to it as well.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from bench.commands_bench import CALLERS, CALLS, CASES
from bench.houses import Furnished, line_of, statement, taken_over
from bench.measuring import Line, Options, alternating, rate, say, seconds
from ledger.seal.comparing import compare_everything
from ledger.seal.opening import sealing
from ledger.seal.proving import Prover
from ledger.seal.sealing import Sealing
from services.clock import SystemClock
from services.seals import LedgerRecord, place_of, record_of

TICK_S = 1.0
TICKS = 50
PROOFS = 200
CASE_EVENTS = 10


def measure(_: Options) -> Iterator[Line]:
    """Compare accepted commands a second with and without a sealer."""
    with tempfile.TemporaryDirectory() as folder, Furnished(Path(folder) / "ours") as ours:
        say("seal: opening cases")
        cases = ours.open_cases(CASES, taken_over(CASE_EVENTS - 1))
        with sealing(place_of(ours.house), record_of(ours.house)) as held:
            held.tick(SystemClock().now())
            yield from _compared(ours, cases, held)
            yield from _parts(held, record_of(ours.house))


def _compared(ours: Furnished, cases: list[str], held: Sealing) -> Iterator[Line]:
    def plain() -> float:
        asked = [line_of(statement(), cases[n % len(cases)]) for n in range(CALLS)]
        return rate(CALLERS, CALLS, lambda n: ours.handle(asked[n]))

    def sealed() -> float:
        held.catch_up()  # what the other one left
        with _sealing(held):
            taken = CALLS / plain()
        return CALLS / (taken + seconds(held.catch_up))

    say("seal: 64 callers, with and without a sealer in turns")
    beside, alone = alternating(sealed, plain)
    yield Line(
        what="durable commands, 64 callers, beside a sealer",
        unit="/s",
        ours=beside,
        peer=alone,
        least=0.85,
        note="the same without one; a tick a second, and what is left at the end taken in",
    )


@contextmanager
def _sealing(held: Sealing) -> Iterator[None]:
    stop = Event()

    def work() -> None:
        while not stop.wait(TICK_S):
            held.tick(SystemClock().now())

    thread = Thread(target=work, name="sealer")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _parts(held: Sealing, record: LedgerRecord) -> Iterator[Line]:
    say("seal: ticks, proofs, the start")
    now = SystemClock().now()
    while held.store.waits_since() is not None:
        held.tick(now)
    taken = seconds(lambda: [held.tick(now) for _ in range(TICKS)])
    yield Line(what="a tick when nothing happened", unit="ms", ours=taken / TICKS * 1000)
    prover, rooms = Prover(held.store), list(held.store.room_ids())[:PROOFS]
    taken = seconds(lambda: [prover.room(room) for room in rooms])
    yield Line(what="proof of a whole room", unit="ms", ours=taken / len(rooms) * 1000)
    taken = seconds(lambda: [prover.entry(room, 1, b"") for room in rooms])
    yield Line(what="proof of one entry", unit="ms", ours=taken / len(rooms) * 1000)
    taken = seconds(lambda: compare_everything(held.store, held.signer, record))
    note = "every head computed again from the record; memory stays flat"
    yield Line(
        what="comparing at the start, entries", unit="/s", ours=record.head() / taken, note=note
    )
