"""kill -9 at random instants: the record stays whole, and everything else is made good from it."""

import asyncio
import json
import os
import signal
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from time import sleep
from typing import Any

import pytest

from ledger.rooms import kind_of
from ledger.store.reader import Read, Reader
from projections import replay
from projections.rows import MemoryRows, key_of
from services.house import House
from services.imports.run import import_file
from services.library import PROJECTIONS
from services.nats.accounts import Credentials
from services.nats.server import read_credentials
from services.relay import Relay
from services.store_source import StoreSource
from tests.live.ledgers import (
    ROOT,
    assert_whole,
    clerk,
    commands,
    feeding,
    opened,
    taken_over,
    tell,
)
from tests.live.serving import (
    GOODOFFICES,
    Serve,
    Speaking,
    environment,
    events_of,
    ledger_equals_store,
    serving,
    subscribing,
    until,
)

pytestmark = pytest.mark.live

SEED = 20260302
SAMPLE = ROOT.parent / "shared" / "data" / "casino_test_100.json"
ACK_WAIT_S = 30.0
"""How long the broker waits until it brings a subscriber once more what it did not confirm."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Name a data folder; nothing is there yet."""
    return tmp_path / "data"


def assert_views_whole(house: House, found: list[Read]) -> None:
    """Expect in the views what a fresh fold of the record gives."""
    house.views.bring_to_head()
    assert house.views.parked() == ()
    rows = MemoryRows()
    with house.views.glance() as seen:
        for kind in (kind for projection in PROJECTIONS for kind in projection.kinds):
            for row in seen.rows(kind, lambda _, statement: statement):
                rows.keep(kind, key_of(row), row)
    assert replay.digest(rows) == replay.digest(replay.fold(PROJECTIONS, found))


# An import


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Return the real dialogues, or as many invented ones of their shape."""
    if SAMPLE.exists():
        return SAMPLE
    invented = tmp_path / "dialogues.json"
    invented.write_text(json.dumps([dialogue(n) for n in range(100)]), encoding="utf-8")
    return invented


def dialogue(number: int) -> dict[str, Any]:
    """Invent a dialogue: talk, a deal, a rejection, another deal, an acceptance."""
    one, other = f"agent_{2 * number}", f"agent_{2 * number + 1}"
    items = ("Food", "Water", "Firewood")

    def deal(most: int) -> dict[str, dict[str, str]]:
        shares = {"issue2youget": str(most), "issue2theyget": str(3 - most)}
        return {side: dict.fromkeys(items, share) for side, share in shares.items()}

    lines: list[tuple[str, str, dict[str, Any]]] = [
        *((f"words {n}", (one, other)[n % 2], {}) for n in range(8)),
        ("Submit-Deal", one, deal(3)),
        ("Reject-Deal", other, {}),
        ("Submit-Deal", one, deal(2)),
        ("Accept-Deal", other, {}),
    ]
    ranks = ("High", "Medium", "Low")
    participant = {
        "value2issue": dict(zip(ranks, items, strict=True)),
        "value2reason": dict.fromkeys(ranks, "because"),
        "outcomes": {"satisfaction": "Slightly satisfied"},
    }
    return {
        "dialogue_id": number,
        "chat_logs": [{"text": t, "id": who, "task_data": data} for t, who, data in lines],
        "participant_info": {one: participant, other: participant},
    }


def story_of(found: list[Read]) -> dict[str, list[tuple[str, str, str]]]:
    """Say what each case of an import holds, apart from when and under which id."""
    names: dict[Any, str] = {}
    cases: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for read in found:
        if read.frame.channel == "import":
            name = names.setdefault(read.case_id, read.frame.command.rpartition(":")[0])
            tag = str(type(read.frame.event).__struct_config__.tag)
            cases[name].append((read.frame.room, read.frame.command, tag))
    return cases


def kill_imports(folder: Path, sample: Path, kills: int, seed: int = SEED) -> None:
    """Import until killed, again and again; then to the end, and once more."""
    draw = Random(seed)
    command = (*GOODOFFICES, "import", "casino", str(sample))
    for _ in range(kills):
        importing = Speaking(command, environment(folder))
        sleep(draw.uniform(0.3, 1.8))
        importing.stop(signal.SIGKILL)
        with opened(folder) as house:
            found = assert_whole(house.ledger.reader)
            assert_views_whole(house, found)
    with opened(folder) as house, opened(folder.parent / "at once") as other:
        completed = import_file(house.desk, clerk(house), "casino", sample)
        assert completed.exit_status == 0
        assert import_file(house.desk, clerk(house), "casino", sample).recorded == 0
        assert import_file(other.desk, clerk(other), "casino", sample).exit_status == 0
        found = assert_whole(house.ledger.reader)
        assert_views_whole(house, found)
        assert story_of(found) == story_of(assert_whole(other.ledger.reader))
        assert len(story_of(found)) == 100
        assert max(commands(read for read in found if read.frame.channel == "import").values()) == 1


@pytest.mark.slow
def test_an_import_that_is_killed_is_completed_by_the_next(folder: Path, sample: Path) -> None:
    """From the first instant of a new folder on; nothing is doubled."""
    kill_imports(folder, sample, kills=3)


@pytest.mark.soak
def test_an_import_that_is_killed_very_often(folder: Path, sample: Path) -> None:
    """The same at many more instants."""
    for n in range(10):
        kill_imports(folder / str(n) / "data", sample, kills=20, seed=SEED + n)


# Services and writers under load


WRITING = """
import sys
from itertools import count
from pathlib import Path
from time import sleep
from tests.live.ledgers import opened, said, submit
folder, case, me, pause_s = Path(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4])
with opened(folder) as house:
    for n in count():
        waiting = [submit(house, said("words", id=f"{me}-{n}-{m}"), case) for m in range(4)]
        for wait in waiting:
            answer = wait.result()
            assert answer.done, answer
            print(answer.id, flush=True)
        sleep(pause_s)
"""


class Load:
    """Services, two writers and a subscriber on one folder, any of which may be killed.

    Attributes:
        folder: The data folder.
        told: Ids of the commands whose answers came.
        copy: What the subscriber got, in order, repeats dropped by id.
    """

    def __init__(self, folder: Path, case: str, open_things: ExitStack) -> None:
        self.folder = folder
        self.told: set[str] = set()
        self.copy: dict[str, dict[str, Any]] = {}
        self._case = case
        self._open_things = open_things
        self._starts = 0
        self._serve = self._begin_serve()
        self._writers = [self._begin_writer() for _ in range(2)]
        self._subscriber = self._begin_subscriber()

    @property
    def serve(self) -> Serve:
        """Return the services as they run now."""
        return self._serve

    @property
    def relay(self) -> Credentials:
        """Return what a relay connects with."""
        return read_credentials(self.folder / "nats", "relay")

    def kill(self, what: str) -> None:
        """Kill one of them, and start it again where nobody else does."""
        if what == "serve":
            self._serve.stop(signal.SIGKILL)
            self._serve = self._begin_serve()
        elif what == "broker":
            os.kill(self._serve.broker, signal.SIGKILL)
        elif what == "subscriber":
            self._end_subscriber()
            self._subscriber = self._begin_subscriber()
        else:
            self._end_writer(self._writers.pop(0))
            self._writers.append(self._begin_writer())

    def settle(self) -> None:
        """End the writers; have the services running."""
        for writer in self._writers:
            self._end_writer(writer)
        self._end_subscriber()
        self._subscriber = self._begin_subscriber()

    def has_copied(self, wanted: set[str]) -> bool:
        """Tell whether the subscriber got them all, over all its lives."""
        self._take_in()
        return wanted <= self.copy.keys()

    def told_of_copy(self, wanted: list[str]) -> str:
        """Say what a copy lacks, and what those said who should have brought it."""
        lacks = [(n, id_) for n, id_ in enumerate(wanted) if id_ not in self.copy]
        said = "".join([*self._subscriber.logged[-20:], *self._serve.logged[-60:]])
        return (
            f"{len(lacks)} of {len(wanted)} events are missing, {lacks[:3]} to {lacks[-3:]};"
            f" the subscriber has ended: {self._subscriber.ended}\n{said}"
        )

    def _take_in(self) -> None:
        for event in events_of(self._subscriber):
            self.copy.setdefault(event["ce-id"], event)

    def _begin_serve(self) -> Serve:
        return self._open_things.enter_context(serving(self.folder))

    def _begin_subscriber(self) -> Speaking:
        return self._open_things.enter_context(subscribing(self.folder))

    def _end_subscriber(self) -> None:
        self._subscriber.stop(signal.SIGKILL)
        self._take_in()

    def _begin_writer(self) -> Speaking:
        self._starts += 1
        arguments = (str(self.folder), self._case, f"writer-{self._starts}", "0.03")
        command = (sys.executable, "-c", WRITING, *arguments)
        writer = Speaking(command, environment(self.folder))
        self._open_things.callback(writer.stop, signal.SIGKILL)
        return writer

    def _end_writer(self, writer: Speaking) -> None:
        assert writer.stop(signal.SIGKILL) == -signal.SIGKILL, "".join(writer.logged)
        self.told.update(line.strip() for line in writer.said if line.endswith("\n"))


@contextmanager
def under_load(folder: Path) -> Iterator[Load]:
    """Run everything while a block runs."""
    with opened(folder) as house:
        feeding(house)
        case = tell(house, [taken_over("shared")])
    with ExitStack() as open_things:
        yield Load(folder, case, open_things)


def joint_ids(reader: Reader) -> list[str]:
    """Name every event the subscriber must get, in order."""
    return [read.event_id for read in assert_whole(reader) if kind_of(read.frame.room) == "joint"]


def kill_under_load(
    folder: Path, victims: list[str], pause_s: tuple[float, float], seed: int = SEED
) -> None:
    """Kill one after another; then look at everything."""
    draw = Random(seed)
    with under_load(folder) as load, opened(folder) as house:
        for victim in victims:
            sleep(draw.uniform(*pause_s))
            load.kill(victim)
        sleep(pause_s[1])
        load.settle()
        found = assert_whole(house.ledger.reader)
        recorded = {id_: n for (_, id_), n in commands(found).items() if id_.startswith("writer-")}
        assert load.told - recorded.keys() == set()
        assert set(recorded.values()) == {1}
        assert len(load.told) > 20 * len(victims)
        assert_views_whole(house, found)
        until(lambda: load.serve.broker != 0, "a broker")
        asyncio.run(Relay(StoreSource(house.ledger.reader.recorder), load.relay).catch_up())
        assert ledger_equals_store(folder, house.ledger.reader)
        wanted = joint_ids(house.ledger.reader)
        try:
            until(lambda: load.has_copied(set(wanted)), "the whole copy", 2 * ACK_WAIT_S + 25)
        except AssertionError:
            pytest.fail(load.told_of_copy(wanted))
        assert sorted(load.copy) == sorted(wanted)
        assert load.serve.stop() == 0


@pytest.mark.slow
@pytest.mark.timeout(180)  # a message may have been sent to two dead selves of a subscriber
def test_nothing_is_lost_when_services_and_writers_are_killed(folder: Path) -> None:
    """Answered commands are there, views and LEDGER equal the store, the copy has every event."""
    kill_under_load(folder, ["serve", "writer", "broker"], (0.4, 1.2))


@pytest.mark.soak
def test_nothing_is_lost_however_often_they_are_killed(folder: Path) -> None:
    """The subscriber, too."""
    draw = Random(SEED)
    everything = ("serve", "writer", "broker", "subscriber")
    for n in range(5):
        victims = draw.choices(everything, k=25)
        kill_under_load(folder / str(n) / "data", victims, (0.0, 2.0), SEED + n)
