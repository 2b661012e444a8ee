"""The timekeeper: killed, run twice, under a clock that jumps; each date falls due once."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from uuid import UUID

import msgspec
import pytest

from ledger.act import Ask
from ledger.catalogue import decode_command
from ledger.falling_due import RecordOverdue
from ledger.follow_up.performance_events import ObligationFellDue
from ledger.store.ledger import Ledger
from services.clock import FakeClock, FakeSteady
from services.desk import read_ask
from services.library import Library
from services.timekeeper import AGAIN_AFTER_S, JUMP_MAX_S, STABLE_S, Timekeeper, Watch
from tests.examples import invited, settled
from tests.sealed import LEDGER_ID
from tests.spec import CLERK, OFFICES, START, Order

pytestmark = pytest.mark.live

MONTH = timedelta(days=40)
LATER = START + MONTH
CASES = 12
DUE = 3
"""Events a case: the number of mediators and the reply are missed, the silence is noted."""
KEEPING = """
import sys
from datetime import datetime
from pathlib import Path
from services.clock import FakeClock, FakeSteady
from services.library import Library
from services.timekeeper import Timekeeper
from ledger.store.ledger import Ledger
folder, at = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
clock = FakeClock(at)
with Ledger(folder, clock) as ledger:
    library = Library(folder, ledger.reader)
    keeper = Timekeeper(library, ledger.record_overdue, clock, FakeSteady())
    print("ready", flush=True)
    keeper.tick()
    print("done", flush=True)
"""


class House:
    """A ledger with cases whose reply period runs, and a timekeeper beside it."""

    def __init__(self, folder: Path) -> None:
        """Invite the other side in every case."""
        self.folder = folder
        self.clock = FakeClock(START, timedelta(seconds=1))
        self.steady = FakeSteady()
        self.ledger = Ledger.create(folder, self.clock, LEDGER_ID)
        self.cases = [self._invited(n) for n in range(CASES)]
        self.library = Library(folder, self.ledger.reader)

    def _invited(self, number: int) -> UUID:
        return self.told(f"case-{number}", invited())

    def told(self, name: str, orders: list[Order]) -> UUID:
        """Tell a case from its beginning."""
        case = self.ledger.case_opened_by("person:clerk", name)
        for n, order in enumerate(orders):
            self._give(order, case, f"{name}-{n}" if n else name)
        return case

    def _give(self, order: Order, case: UUID, command_id: str) -> None:
        by = order.by if order.by in OFFICES else f"party:{order.by}"
        ask = Ask(command=order.name, id=command_id, acting_for=by)
        command = decode_command(order.name, _json(order))
        answer = self.ledger.submit(ask, command, CLERK, "command line", case).result()
        assert answer.done, answer.why

    def keeper(self) -> Timekeeper:
        """Make one more timekeeper."""
        return Timekeeper(self.library, self.ledger.record_overdue, self.clock, self.steady)

    def passes(self, time: timedelta) -> None:
        """Let time pass as it does."""
        self.clock.set(self.clock.at + time)
        self.steady.at_s += time.total_seconds()

    def fell_due(self) -> Counter[str]:
        """Count what the clock recorded, by case and event."""
        found: Counter[str] = Counter()
        for case in self.cases:
            for frame in self.ledger.reader.load(case).frames:
                if frame.channel == "clock":
                    found[f"{case} {frame.event}"] += 1
        return found

    def close(self) -> None:
        """Let go of everything."""
        self.library.close()
        self.ledger.close()


def _json(order: Order) -> bytes:
    return msgspec.json.encode(order.data)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Open a house with dates that run."""
    made = House(tmp_path / "data")
    yield made
    made.close()


def once_each(house: House) -> None:
    """Expect everything that is due in every case, each once."""
    found = house.fell_due()
    assert len(found) == DUE * CASES
    assert set(found.values()) == {1}


def test_what_falls_due_is_recorded_at_its_own_time_and_once(house: House) -> None:
    """Nobody acts; the clock records it, with the instant it was due as when it happened."""
    keeper = house.keeper()
    assert keeper.tick() == 0
    house.passes(MONTH)
    assert keeper.tick() == DUE * CASES
    once_each(house)
    assert keeper.tick() == 0
    frame = house.ledger.reader.load(house.cases[0]).frames[-1]
    assert (frame.actor, frame.entered_by, frame.auth) == ("clock", "clock", "system")
    assert frame.occurred is not None
    assert datetime.fromisoformat(frame.occurred) < frame.recorded


def test_an_obligation_falls_due_at_the_seat_and_once(house: House) -> None:
    """On 1 September in Oslo, not before; the day may have ended elsewhere."""
    case = house.told("settled", settled())
    keeper = house.keeper()
    house.passes(datetime(2026, 9, 1, 21, 59, tzinfo=UTC) - house.clock.at)
    keeper.tick()
    assert not _obligations(house, case)
    house.passes(timedelta(minutes=2))
    keeper.tick()
    keeper.tick()
    assert _obligations(house, case) == ["OB1"]


def _obligations(house: House, case: UUID) -> list[str]:
    frames = house.ledger.reader.load(case).frames
    return [f.event.obligation_id for f in frames if isinstance(f.event, ObligationFellDue)]


def test_two_at_once_record_each_date_once(house: House) -> None:
    """The second finds nothing due any more, whoever comes first."""
    keepers = [house.keeper() for _ in range(4)]
    for keeper in keepers:
        keeper.tick()
    house.passes(MONTH)
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda keeper: keeper.tick(), keepers))
    assert sum(told) == DUE * CASES
    once_each(house)


@pytest.mark.slow
def test_two_processes_record_each_date_once(house: House) -> None:
    """Each with its own writer on the same folder."""
    arguments = [sys.executable, "-c", KEEPING, str(house.folder), LATER.isoformat()]
    running = [subprocess.Popen(arguments) for _ in range(2)]
    assert [process.wait(30) for process in running] == [0, 0]
    once_each(house)


@pytest.mark.slow
@pytest.mark.parametrize("delay_s", [0.0, 0.01, 0.03, 0.1])
def test_killed_at_any_instant_it_goes_on_and_records_each_date_once(
    house: House, delay_s: float
) -> None:
    """What was recorded stays, the rest is recorded by the next one."""
    arguments = [sys.executable, "-c", KEEPING, str(house.folder), LATER.isoformat()]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    sleep(delay_s)
    process.kill()
    process.wait(10)
    process.stdout.close()
    house.clock.set(LATER)
    house.keeper().tick()
    once_each(house)


def test_a_clock_that_jumps_ahead_lets_nothing_fall_due(house: House) -> None:
    """Set right again in time, it did no harm; the dates still run."""
    keeper = house.keeper()
    keeper.tick()
    house.clock.set(house.clock.at + MONTH)
    assert keeper.tick() == 0
    house.passes(timedelta(seconds=STABLE_S - 10))
    assert keeper.tick() == 0
    house.clock.set(house.clock.at - MONTH)
    assert keeper.tick() == 0
    house.passes(timedelta(seconds=STABLE_S + 10))
    assert keeper.tick() == 0
    assert not house.fell_due()
    house.passes(MONTH)
    assert keeper.tick() == DUE * CASES


def test_a_clock_that_stays_where_it_jumped_is_believed_in_the_end(house: House) -> None:
    """A machine that was set right after a wrong start goes on by itself."""
    keeper = house.keeper()
    keeper.tick()
    house.clock.set(house.clock.at + MONTH)
    assert keeper.tick() == 0
    house.passes(timedelta(seconds=STABLE_S + 10))
    assert keeper.tick() == DUE * CASES
    once_each(house)


def test_a_clock_that_jumps_back_records_nothing_twice_and_nothing_behind(house: House) -> None:
    """What is recorded keeps its order, whatever the clock shows."""
    keeper = house.keeper()
    keeper.tick()
    house.passes(MONTH)
    keeper.tick()
    house.clock.set(START)
    assert keeper.tick() == 0
    house.passes(timedelta(seconds=STABLE_S + 10))
    assert keeper.tick() == 0
    once_each(house)
    instants = [f.recorded for f in house.ledger.reader.load(house.cases[0]).frames]
    assert instants == sorted(instants)


def test_small_corrections_of_the_clock_are_no_jumps() -> None:
    """What a time server does every day does not stop the timekeeper."""
    clock, steady = FakeClock(START), FakeSteady()
    watch = Watch(clock, steady)
    for _ in range(10):
        steady.at_s += 1
        clock.set(clock.at + timedelta(seconds=JUMP_MAX_S - 5))
        assert watch.moment() == clock.at


def test_a_case_with_nothing_due_yet_is_not_asked_every_second(house: House) -> None:
    """A day that has ended somewhere, but not at the seat, is looked at once a minute."""
    asked: list[UUID] = []

    class Eager:
        """Says that every case is due."""

        def bring_to_head(self) -> int:
            """Have nothing to do."""
            return 0

        def cases_due(self, _now: datetime) -> set[UUID]:
            """Name them all."""
            return set(house.cases)

    def record(case: UUID, at: datetime) -> object:
        asked.append(case)
        return house.ledger.record_overdue(case, at)

    keeper = Timekeeper(Eager(), record, house.clock, house.steady)  # type: ignore[arg-type] # a future all the same
    keeper.tick()
    keeper.tick()
    assert len(asked) == CASES
    house.passes(timedelta(seconds=AGAIN_AFTER_S + 1))
    keeper.tick()
    assert len(asked) == 2 * CASES


def test_nobody_else_records_what_fell_due(house: House) -> None:
    """No caller can name the command, and the writer takes it from the clock alone."""
    ask = read_ask(b'{"command":"record-overdue","id":"x"}')
    sent = house.ledger.submit(
        ask, RecordOverdue(at=LATER), CLERK, "command line", house.cases[0]
    ).result()
    assert (sent.done, sent.rule) == (False, "clock_acts_alone")
