"""Commands from many threads, tasks and processes: each recorded once, answered when durable."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Thread
from time import sleep

import msgspec
import pytest
from msgspec.structs import replace

from ledger.answer import Answer
from ledger.envelope import Event, content_bytes
from ledger.errors import StoreFault
from ledger.store import writer
from ledger.store.reader import Reader
from ledger.store.recorder import NewRow
from services.clock import FakeClock
from services.house import House
from tests.examples import constituted, mediating, tabled
from tests.live.ledgers import (
    assert_whole,
    child,
    clerk,
    commands,
    data_folder,
    give,
    held_up,
    numbers,
    opened,
    reads,
    said,
    submit,
    taken_over,
    tell,
)
from tests.spec import START, Order, do

pytestmark = pytest.mark.live

THREADS = 8
TASKS = 8
EACH = 8
PROCESSES = 2


@pytest.fixture(params=["file", pytest.param("database", marks=pytest.mark.slow)])
def folder(request: pytest.FixtureRequest) -> Path:
    """Name a data folder; nothing is there yet."""
    return data_folder(request)


@pytest.fixture
def house(folder: Path) -> Iterator[House]:
    """Open a new ledger."""
    with opened(folder) as made:
        yield made


# Many at once


def many(folder: Path, case: str, me: str) -> None:
    """Work a ledger from threads and from tasks at the same time, and print every answer.

    The threads give this process's own commands, the tasks the same ones in every process.
    """
    with opened(folder) as house, ThreadPoolExecutor(THREADS) as threads:
        names = [f"{me}-{n}" for n in range(THREADS)]
        from_threads = threads.map(lambda name: _thread(house, case, name), names)
        answers = asyncio.run(_tasks(house, case))
        for given in from_threads:
            answers.extend(given)
    for answer in answers:
        sys.stdout.write(msgspec.json.encode(answer).decode() + "\n")


def _thread(house: House, case: str, me: str) -> list[Answer]:
    return [give(house, order, at) for order, at in _orders(case, me)]


async def _tasks(house: House, case: str) -> list[Answer]:
    async def task(name: str) -> list[Answer]:
        waits = (submit(house, order, at) for order, at in _orders(case, name))
        return [await asyncio.wrap_future(wait) for wait in waits]

    done = await asyncio.gather(*(task(f"task-{n}") for n in range(TASKS)))
    return [answer for answers in done for answer in answers]


def _orders(case: str, me: str) -> list[tuple[Order, str | None]]:
    """Say things in a case all share, and open one's own."""
    words = [(said(f"words {n} of {me}", id=f"{me}-{n}"), case) for n in range(EACH)]
    return [*words, (taken_over(me, id=f"{me}-opens"), None)]


MANY = """
import sys
from pathlib import Path
from tests.live.test_writer import many
many(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
"""


@pytest.mark.slow
def test_threads_tasks_and_processes_lose_nothing_and_keep_order(folder: Path) -> None:
    """Every command once, though some are given twice; every number once; who looks on sees all."""
    with opened(folder) as house:
        case = tell(house, [taken_over("shared")])
        working = [child(MANY, folder, case, f"process-{n}") for n in range(PROCESSES)]
        with ThreadPoolExecutor(1) as threads:
            seen = threads.submit(_look_on, house.ledger.reader, working)
            texts = [process.communicate()[0].splitlines() for process in working]
        answers = [msgspec.json.decode(text, type=Answer) for one in texts for text in one]
        assert len(answers) == PROCESSES * (THREADS + TASKS) * (EACH + 1)
        assert [answer for answer in answers if not answer.done] == []
        same = {answer.id: answer for answer in answers}
        assert [answer for answer in answers if answer != same[answer.id]] == []
        found = assert_whole(house.ledger.reader)
        assert seen.result() == [read.position for read in found]
        recorded = commands(found)
        assert {id_: n for (_, id_), n in recorded.items() if id_ in same} == dict.fromkeys(same, 1)
        opened_cases = sorted(str(a.case) for a in same.values() if a.id.endswith("opens"))
        assert len(opened_cases) == PROCESSES * THREADS + TASKS
        assert numbers(house.ledger.reader) == [case, *opened_cases]
        first, *others = (int(number.rpartition("-")[2]) for number in [case, *opened_cases])
        assert others == list(range(first + 1, first + 1 + len(opened_cases)))


def _look_on(reader: Reader, working: "list[subprocess.Popen[str]]") -> list[int]:
    """Read along until everybody is done; return the positions in the order they were seen."""
    seen: list[int] = []
    while True:
        done = all(process.poll() is not None for process in working)
        page = reader.page(seen[-1] if seen else 0, 7)
        seen.extend(read.position for read in page)
        if done and not page:
            return seen


@pytest.mark.parametrize("followed_max", [writer.FOLLOWED_MAX, 2])
def test_what_another_desk_wrote_counts_at_once(
    house: House, monkeypatch: pytest.MonkeyPatch, followed_max: int
) -> None:
    """Whether it is taken in event by event or the case is read anew, since there is much of it."""
    monkeypatch.setattr(writer, "FOLLOWED_MAX", followed_max)
    shared, other = (tell(house, [taken_over(name)]) for name in ("shared", "other"))
    with opened(house.ledger.folder) as second:
        for n in range(3):
            assert give(second, said(f"there {n}"), shared).events[0].seq == 2 * n + 2
            assert give(second, said(f"aside {n}"), other).done
            assert give(house, said(f"here {n}"), shared).events[0].seq == 2 * n + 3
    assert_whole(house.ledger.reader)


def test_what_another_desk_wrote_and_nobody_can_read_is_told_to_who_needs_it(house: House) -> None:
    """The case is at fault, and no other one beside it."""
    damaged, sound = (tell(house, [taken_over(name)]) for name in ("damaged", "sound"))
    with opened(house.ledger.folder) as second:
        assert give(second, said("words"), damaged).done
        where = second.ledger.reader.head()
        assert give(second, said("words"), sound).done
        with second.ledger.reader.recorder.datastore.writing() as connection:
            altered = "UPDATE stored_events SET state = ? WHERE position = ?"
            connection.execute(altered, (b"\x00", where))
    assert give(house, said("on"), damaged).failure == "fault"
    assert give(house, said("on"), sound).events[0].seq == 3


def test_what_waits_shares_a_transaction(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Group commit: many answers, one instant on disk."""
    inserts: list[int] = []
    recorder = house.ledger.reader.recorder
    insert = recorder.insert

    def counting(rows: Sequence[NewRow]) -> list[int]:
        inserts.append(len(rows))
        return insert(rows)

    case = tell(house, [taken_over("shared")])
    monkeypatch.setattr(recorder, "insert", counting)
    with held_up(house):
        waiting = [submit(house, said(f"words {n}"), case) for n in range(300)]
    assert all(wait.result().done for wait in waiting)
    assert sum(inserts) == 300
    assert max(inserts) <= writer.BATCH_MAX
    assert len(inserts) <= 3


def test_the_clock_never_goes_back_in_the_record(folder: Path) -> None:
    """Whatever the machine's clock does, time follows position."""
    clock = FakeClock(START, timedelta(seconds=-1))
    with opened(folder, clock=clock) as house:
        case = tell(house, [taken_over("one")])
        for n in range(5):
            assert give(house, said(f"words {n}"), case).done
        assert_whole(house.ledger.reader)
    with opened(folder, clock=FakeClock(START - timedelta(days=400))) as house:
        assert give(house, said("a year back"), case).done
        assert_whole(house.ledger.reader)


# One that goes wrong


def test_a_bad_command_fails_alone(house: House) -> None:
    """Its neighbours in the same transaction are recorded as if it were not there."""
    case = tell(house, [taken_over("one")])
    good = [said(f"words {n}") for n in range(4)]
    bad = [said("a stranger's", by="C"), do("no-such-command"), do("accept-proposal", by="B")]
    orders = [good[0], bad[0], good[1], bad[1], good[2], bad[2], good[3]]
    with held_up(house):
        waiting = [submit(house, order, case) for order in orders]
    answers = [wait.result() for wait in waiting]
    assert [answer.done for answer in answers] == [True, False, True, False, True, False, True]
    assert [a.events[0].seq for a in answers if a.done] == [2, 3, 4, 5]
    assert_whole(house.ledger.reader)


def test_a_damaged_case_harms_no_other(house: House) -> None:
    """Who writes to another case beside it does not learn of it."""
    sound, damaged = tell(house, [taken_over("one")]), tell(house, [taken_over("two")])
    damaged_id = house.resolve(damaged, clerk(house))
    where = next(r.position for r in reads(house.ledger.reader) if r.case_id == damaged_id)
    with house.ledger.reader.recorder.datastore.writing() as connection:
        connection.execute(
            "UPDATE stored_events SET state = ? WHERE position = ?", (b"\x00", where)
        )
    assert give(house, said("the last event, sound"), sound).done
    with opened(house.ledger.folder) as other:
        with held_up(other):
            waiting = [submit(other, said("words"), c) for c in (sound, sound, damaged, sound)]
        answers = [wait.result() for wait in waiting]
    assert [answer.failure for answer in answers] == [None, None, "fault", None]


def test_a_mistake_of_ours_reaches_its_sender_alone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are recorded, and the writer goes on."""

    def mistaken(event: Event) -> bytes:
        if getattr(event, "text", None) == "cursed":
            raise ZeroDivisionError
        return content_bytes(event)

    case = tell(house, [taken_over("one")])
    monkeypatch.setattr("ledger.store.batch.content_bytes", mistaken)
    with held_up(house):
        waiting = [submit(house, said(text), case) for text in ("a", "b", "cursed", "c", "cursed")]
    faults = [wait.exception() for wait in waiting]
    assert [type(fault) for fault in faults if fault] == [ZeroDivisionError] * 2
    assert [wait.result().done for wait in waiting if not wait.exception()] == [True] * 3
    assert give(house, said("after"), case).events[0].seq == 5
    assert_whole(house.ledger.reader)


def test_a_caller_that_gives_up_harms_nobody(house: House) -> None:
    """A cancelled task takes nothing back; its command is recorded like the others."""
    case = tell(house, [taken_over("one")])

    async def give_up() -> list[Answer]:
        with held_up(house):
            waits = [asyncio.wrap_future(submit(house, said(f"{n}"), case)) for n in range(6)]
            for wait in waits[::2]:
                wait.cancel()
        return await asyncio.gather(*waits[1::2])

    assert all(answer.done for answer in asyncio.run(give_up()))
    assert give(house, said("after"), case).events[0].seq == 8


def test_a_full_queue_says_try_again(house: House) -> None:
    """Nothing is lost of what was let in, and what was not may be sent again."""
    case = tell(house, [taken_over("one")])
    with held_up(house):
        waiting = [submit(house, said(f"{n}"), case) for n in range(writer.QUEUE_MAX + 300)]
        refused = [wait.result() for wait in waiting if wait.done()]
    assert {answer.failure for answer in refused} == {"try again"}
    assert 300 - writer.BATCH_MAX <= len(refused) <= 300
    answers = [wait.result() for wait in waiting]
    assert sum(answer.done for answer in answers) == len(waiting) - len(refused)
    assert give(house, said("after"), case).done
    assert len(assert_whole(house.ledger.reader)) == house.ledger.reader.head()


def test_closing_leaves_nobody_waiting(folder: Path) -> None:
    """What was let in is recorded; what comes later is told to try again."""
    with opened(folder) as house:
        case = tell(house, [taken_over("one")])
        waiting: list[Future[Answer]] = []
        sending = Thread(target=_send_until_refused, args=(house, case, waiting))
        sending.start()
        sleep(0.05)
        writes = house.ledger._writer
        assert writes is not None
        writes.close()
        sending.join()
        answers = [wait.result(timeout=1) for wait in waiting]
        assert [answer.done for answer in answers[:-1]] == [True] * (len(answers) - 1)
        assert answers[-1].failure == "try again"


def _send_until_refused(house: House, case: str, waiting: "list[Future[Answer]]") -> None:
    while True:
        sent = submit(house, said("words"), case)
        waiting.append(sent)
        if sent.done() and not sent.result().done:
            return


# Repeats


def test_a_repeat_gets_the_first_answer(folder: Path) -> None:
    """At once, after another start, and from another process."""
    opens, says = taken_over("one", id="opens"), said("words", id="says")
    with opened(folder) as house:
        first = give(house, opens)
        case = first.case
        spoken = give(house, says, case)
        assert give(house, said("something else"), case).done
        for _ in range(2):
            assert give(house, opens) == first
            assert give(house, says, case) == spoken
        head = house.ledger.reader.head()
        with child(ONCE_MORE, folder, case) as other:
            told = other.communicate()[0].splitlines()
        assert [msgspec.json.decode(text, type=Answer) for text in told] == [first, spoken]
        assert house.ledger.reader.head() == head
    with opened(folder) as house:
        assert give(house, opens) == first
        assert give(house, says, case) == spoken
        assert numbers(house.ledger.reader) == [case]
        assert house.ledger.reader.head() == head


ONCE_MORE = """
import sys
from pathlib import Path
import msgspec
from tests.live.ledgers import give, opened, said, taken_over
with opened(Path(sys.argv[1])) as house:
    first = give(house, taken_over("one", id="opens"))
    spoken = give(house, said("words", id="says"), sys.argv[2])
    print(msgspec.json.encode(first).decode())
    print(msgspec.json.encode(spoken).decode())
"""


def test_an_answer_that_got_lost_is_got_by_repeating(folder: Path) -> None:
    """The process died between the record and its caller."""
    with opened(folder) as house:
        pass
    with child(LOST, folder) as dying:
        dying.communicate()
    assert dying.returncode == -signal.SIGKILL
    with opened(folder) as house:
        head = house.ledger.reader.head()
        answer = give(house, taken_over("one", id="opens"))
        assert answer.done
        assert answer.events
        assert house.ledger.reader.head() == head


LOST = """
import os, signal, sys
from pathlib import Path
from tests.live.ledgers import give, opened, taken_over
with opened(Path(sys.argv[1])) as house:
    assert give(house, taken_over("one", id="opens")).done
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_an_id_is_for_one_command(house: House) -> None:
    """With another input it is refused, for the opening one too; another actor's is its own."""
    case = tell(house, [taken_over("one", id="opens")])
    assert give(house, said("words", id="same"), case).done
    head = house.ledger.reader.head()
    changed = [
        (said("other words", id="same"), case),
        (said("words", id="same", occurred="2026-01-01T00:00:00Z"), case),
        (said("words", id="same", room="joint"), case),
        (taken_over("another", id="opens"), None),
    ]
    for order, at in changed:
        assert give(house, order, at).rule == "command_id_is_new"
    assert house.ledger.reader.head() == head
    theirs = give(house, said("words", by="B", id="same"), case)
    assert theirs.done
    assert theirs.events[0].seq == 3


def test_whatever_was_given_is_known_again(house: House) -> None:
    """Also what wrote to several rooms, or says nothing; nothing is recorded twice."""
    steps = [replace(order, id=f"step-{n}") for n, order in enumerate(constituted())]
    case = tell(house, steps[:1])
    first = [give(house, order, case) for order in steps[1:]]
    assert not [one for one in first if not one.done]
    head = house.ledger.reader.head()
    assert all(give(house, order, case).done for order in steps[1:])
    assert house.ledger.reader.head() == head
    written = house.load(house.resolve(case, clerk(house))).handled.values()
    assert max(len({event.room for event in known.events}) for known in written) > 1


def test_a_refused_id_may_be_used_again(house: House) -> None:
    """Nothing was recorded under it."""
    case = tell(house, [taken_over("one")])
    assert not give(house, do("accept-proposal", by="A", proposal_id="P1", at_id="it"), case).done
    assert give(house, said("words", id="it"), case).done


def test_what_happened_since_one_looked_is_told(folder: Path) -> None:
    """Who names the sequence it saw is refused when the room is further on."""
    with opened(folder, unbound=True, clock=FakeClock(START, timedelta(minutes=1))) as house:
        case = tell(house, mediating())
        first = give(house, tabled(), case)
        seen = first.events[-1].seq
        counter = give(house, replace(tabled(by="B"), seen=seen), case)
        assert counter.done
        late = give(house, replace(tabled(by="B"), seen=seen), case)
        assert late.rule == "room_is_as_seen"
        seen = counter.events[-1].seq
        with held_up(house):
            both = [submit(house, replace(tabled(by=by), seen=seen), case) for by in "AB"]
        assert [wait.result().rule for wait in both] == [None, "room_is_as_seen"]


# On disk


@pytest.mark.slow
def test_every_answer_given_is_on_disk(folder: Path) -> None:
    """Killed right after it told its answers, at some instant under load."""
    with opened(folder) as house:
        case = tell(house, [taken_over("one")])
    draw = Random(20260302)
    told: set[str] = set()
    for round_ in range(3):
        with child(TELLING, folder, case, round_) as telling:
            assert telling.stdout is not None
            for _ in range(draw.randint(20, 300)):
                told.add(telling.stdout.readline().strip())
            telling.kill()
            told.update(text.strip() for text in telling.stdout if text.endswith("\n"))
    with opened(folder) as house:
        recorded = commands(assert_whole(house.ledger.reader))
        assert told - {id_ for _, id_ in recorded} == set()
        assert len(told) > 60


TELLING = """
import sys
from itertools import count
from pathlib import Path
from tests.live.ledgers import opened, said, submit
folder, case, me = Path(sys.argv[1]), *sys.argv[2:]
with opened(folder) as house:
    for n in count():
        waiting = [submit(house, said("words", id=f"{me}-{n}-{m}"), case) for m in range(5)]
        for wait in waiting:
            answer = wait.result()
            assert answer.done, answer
            print(answer.id, flush=True)
"""


@pytest.mark.parametrize("folder", ["file"], indirect=True)
def test_a_full_disk_records_nothing_and_later_all_is_well(folder: Path) -> None:
    """Every sender is told; the same commands are recorded when there is room again."""
    with child(FULL, folder) as filling:
        said_, _ = filling.communicate()
    assert filling.returncode == 0
    assert said_.splitlines() == ["fault fault fault", "nothing recorded", "done done done"]
    with opened(folder) as house:
        texts = [read.frame.command for read in assert_whole(house.ledger.reader)]
        assert texts[-3:] == ["big-0", "big-1", "big-2"]


FULL = """
import resource, sys
from pathlib import Path
from tests.live.ledgers import assert_whole, held_up, opened, said, submit, taken_over, tell
folder = Path(sys.argv[1])
with opened(folder) as house:
    case = tell(house, [taken_over("one")])
    head, reader = house.ledger.reader.head(), house.ledger.reader
    def give_three():
        with held_up(house):
            waiting = [submit(house, said("x" * 9_000, id=f"big-{n}"), case) for n in range(3)]
        return [wait.result() for wait in waiting]
    largest = max(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))
    print(*(answer.failure for answer in give_three()))
    print("nothing recorded" if reader.head() == head == len(assert_whole(reader)) else "recorded")
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    print(*("done" if answer.done else answer for answer in give_three()))
"""


def test_a_ledger_that_cannot_be_written_is_not_founded(folder: Path) -> None:
    """A folder nobody may write to is a fault, told in words."""
    folder.write_text("a file, no folder")
    with pytest.raises(StoreFault, match="data folder cannot be made"), opened(folder):
        pytest.fail("a ledger in a file")
