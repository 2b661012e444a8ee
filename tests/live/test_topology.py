"""An institution on many machines: what is said at one desk is everywhere, whoever dies."""

import asyncio
import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Thread
from time import monotonic
from typing import Any, Final, TypeAlias

import msgspec
import nats.errors
import pytest
from nats.aio.client import Client

from ledger.answer import Answer
from ledger.errors import LedgerError
from services.house import House, open_house
from services.nats.connect import connect
from services.nats.jetstream import JetStream
from services.nats.subjects import feed_stream
from services.seals import seals_of
from services.store_source import StoreSource
from tests.live.broker import on_connection, stream_rows
from tests.live.cluster import NAMES
from tests.live.ledgers import assert_whole, give, line, reads, said, taken_over
from tests.live.serving import run, until
from tests.live.topology import CALLER, Topology, topology
from tests.postgres import NoPostgres
from tests.spec import Order, do

pytestmark = [
    pytest.mark.live,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("topology"),  # one is enough, and as much as a machine can bear
]

ANSWER_S = 15.0
EVERYWHERE_S = 60.0
TAKE_OVER_S = 30.0
AGAIN: Final = "try again"
SAID: Final = "statement-recorded"
Tell: TypeAlias = Callable[[str, object], None]
SINGLETONS = ("relay", "sealer", "timekeeper")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Topology]:
    """The whole topology, a caller over NATS and a feed of every joint room."""
    try:
        with topology(tmp_path_factory.mktemp("many")) as made:
            with open_house(made.settings) as house:
                assert give(house, do("add-operator", name=CALLER, roles=["registry"])).done
                terms: dict[str, Any] = {
                    "kinds": ["joint"],
                    "cases": ["all"],
                    "from_beginning": True,
                }
                assert give(house, do("grant-feed", feed=CALLER, **terms)).done
            yield made
    except NoPostgres as missing:
        pytest.skip(f"no PostgreSQL: {missing}")


@pytest.fixture(autouse=True)
def _all_run(running: Topology) -> None:
    """Begin each test with everything up: what one left behind is not the next one's fault."""
    running.mend()


@pytest.fixture
def house(running: Topology) -> Iterator[House]:
    """The ledger, read from outside."""
    with open_house(running.settings) as opened:
        yield opened


def asked_once(running: Topology, endpoint: str, body: bytes) -> dict[str, Any]:
    """Ask some desk over NATS."""

    async def ask() -> dict[str, Any]:
        client = await connect(running.caller(), name=CALLER)
        try:
            told = await client.request(f"cmd.{CALLER}.{endpoint}", body, timeout=ANSWER_S)
        finally:
            await client.close()
        answer: dict[str, Any] = json.loads(told.data)
        return answer

    return asyncio.run(ask())


def asked(running: Topology, endpoint: str, body: bytes) -> dict[str, Any]:
    """Ask until a desk answers that does not say "try again"; the same again is done once."""
    answer: dict[str, Any] = {}

    def is_answered() -> bool:
        with suppress(nats.errors.Error, LedgerError, OSError):
            answer.update(asked_once(running, endpoint, body))
            if answer.get("failure") != AGAIN:
                return True
            answer.clear()
        return False

    until(is_answered, "a desk answers", EVERYWHERE_S)
    return answer


def seconds_since(begun: float) -> float:
    """Tell how much time passed."""
    return round(monotonic() - begun, 2)


def act(running: Topology, order: Order, case: str | None = None) -> Answer:
    """Give an order over NATS."""
    answer = asked(running, "act", line(order, case))
    assert answer["done"], answer
    return msgspec.convert(answer, Answer)


def ledger_equals(running: Topology, house: House) -> bool:
    """Compare LEDGER with the store, byte by byte."""
    source = StoreSource(house.ledger.reader.recorder)
    try:
        carried = asyncio.run(stream_rows(running.cluster.user("relay")))
    except (LedgerError, nats.errors.Error):
        return False
    return [tuple(row) for row in carried] == [tuple(row) for row in source.page(0, source.head())]


def told_to_feed(running: Topology) -> int:
    """Count the messages of the caller's feed, -1 where the broker does not answer."""

    async def count(client: Client) -> int:
        info = await JetStream(client).info(feed_stream(CALLER))
        return info.state.messages if info else 0

    try:
        return asyncio.run(on_connection(running.cluster.user("courier"), count))
    except (LedgerError, nats.errors.Error):
        return -1


def copies(running: Topology) -> int:
    """Return how many nodes keep the caller's feed."""

    async def count(client: Client) -> int:
        info = await JetStream(client).info(feed_stream(CALLER))
        return int(str(info.config["num_replicas"])) if info else 0

    return asyncio.run(on_connection(running.cluster.user("courier"), count))


def sealed(house: House) -> bool:
    """Tell whether everything that is recorded is under a signed head."""
    store = seals_of(house)
    if store is None:
        return False
    try:
        return store.position() >= house.ledger.reader.head() and store.log_size() > 0
    finally:
        store.close()


def viewed(running: Topology) -> bool:
    """Tell whether the projector's process has nothing left to take in."""
    return running.figure("views", "goodoffices_lag_events", "projector") == 0


def everywhere(running: Topology, house: House, fed: int) -> None:
    """Wait until what is recorded is in LEDGER, views, feed and seals."""
    until(lambda: ledger_equals(running, house), "LEDGER equals the store", EVERYWHERE_S)
    until(lambda: viewed(running), "the views are at the head", EVERYWHERE_S)
    until(lambda: told_to_feed(running) >= fed, "the feed was brought", EVERYWHERE_S)
    until(lambda: sealed(house), "all of it is sealed", EVERYWHERE_S)
    assert_whole(house.ledger.reader)


def test_what_one_desk_records_another_shows_and_all_carry(running: Topology, house: House) -> None:
    """Each desk alone answers for both; LEDGER, views, feed and seals have it."""
    running.kill("desk-2")
    case = act(running, taken_over("seen"), None).case
    fed = told_to_feed(running)
    assert act(running, said("by the first desk"), case).done
    running.start("desk-2")
    running.await_ready("desk-2")
    running.kill("desk-1")
    wanted = msgspec.json.encode({"view": "show", "case": case, "as": "registry"})
    assert "by the first desk" in json.dumps(asked(running, "view", wanted))
    assert act(running, said("by the second desk"), case).done
    running.start("desk-1")
    running.await_ready("desk-1")
    everywhere(running, house, max(fed, 0) + 2)


@pytest.mark.parametrize("service", SINGLETONS)
def test_one_that_was_frozen_wakes_beside_its_successor(
    running: Topology, house: House, service: str, record_property: Tell
) -> None:
    """For a moment there are two, which does no harm; then one stands by."""
    case = act(running, taken_over(f"frozen-{service}")).case
    frozen = running.active(service)
    standby = next(n for n in running.processes if n.startswith(service) and n != frozen)
    begun = monotonic()
    os.kill(running.processes[frozen].pid, signal.SIGSTOP)
    try:
        until(lambda: running.runs(standby, service), f"the other {service} runs", TAKE_OVER_S)
        record_property(f"{service}, frozen, taken over after seconds", seconds_since(begun))
        assert act(running, said("meanwhile"), case).done
    finally:
        os.kill(running.processes[frozen].pid, signal.SIGCONT)
    assert act(running, said("beside"), case).done
    until(lambda: not running.runs(frozen, service), "it notices", TAKE_OVER_S)
    everywhere(running, house, 0)
    running.await_ready(frozen, standby)


@pytest.mark.parametrize("service", SINGLETONS)
def test_a_standby_takes_over_from_one_that_is_killed(
    running: Topology, house: House, service: str, record_property: Tell
) -> None:
    """Within seconds, and what was given meanwhile arrives once."""
    case = act(running, taken_over(f"over-{service}")).case
    killed = running.active(service)
    standby = next(n for n in running.processes if n.startswith(service) and n != killed)
    running.kill(killed)
    begun = monotonic()
    until(lambda: running.runs(standby, service), f"the other {service} runs", TAKE_OVER_S)
    record_property(f"{service}, killed, taken over after seconds", seconds_since(begun))
    assert act(running, said("meanwhile"), case).done
    running.start(killed)
    running.await_ready(killed)
    assert running.active(service) in {killed, standby}
    everywhere(running, house, 0)


def test_commands_go_on_while_brokers_are_lost(running: Topology, house: House) -> None:
    """One of three, then two: the record grows, what carries waits, and nothing is lost after."""
    case = act(running, taken_over("brokers")).case
    everywhere(running, house, 0)
    assert copies(running) == 3
    running.cluster.kill(NAMES[0])
    assert act(running, said("two are left"), case).done
    everywhere(running, house, 0)
    running.cluster.kill(NAMES[1])
    for number in range(5):
        assert give(house, said(f"one is left, {number}"), case).done
    assert act(running, said("and by the one that is left"), case).done
    assert not ledger_equals(running, house)
    running.cluster.start(NAMES[0], NAMES[1])
    everywhere(running, house, 0)


def test_every_part_goes_on_when_its_database_comes_back(running: Topology, house: House) -> None:
    """It fails and is restarted amid commands; each is there once, however often it was asked."""
    case = act(running, taken_over("restart")).case
    assert case is not None
    orders = [said(f"number {number}", id=f"restart-{number}") for number in range(30)]
    done: list[Answer] = []

    def give_all() -> None:
        for order in orders:
            done.append(act(running, order, case))  # noqa: PERF401 - counted meanwhile

    giving = Thread(target=give_all)
    giving.start()
    until(lambda: len(done) > 3, "some are done", EVERYWHERE_S)
    running.record.crash()
    refused = asked_once(running, "act", line(said("while it is away"), case))
    assert refused["failure"] == AGAIN, refused
    running.record.start()
    until(lambda: len(done) > 15, "they go on", EVERYWHERE_S)
    running.record.stop()
    running.record.start()
    giving.join(EVERYWHERE_S)
    assert len(done) == len(orders)
    everywhere(running, house, 0)
    assert {f"restart-{number}" for number in range(30)} <= once(house)
    running.await_ready(*running.processes)


def once(house: House) -> set[str]:
    """Return the ids of every statement; none is there twice."""
    told = reads(house.ledger.reader)
    found = [r.frame.command for r in told if type(r.frame.event).__struct_config__.tag == SAID]
    assert len(found) == len(set(found))
    return set(found)


def test_the_doctor_names_who_runs_somewhere(running: Topology) -> None:
    """Leases are asked of the database, wherever their holders are."""
    given = {name.removeprefix("GOODOFFICES_"): value for name, value in running.variables.items()}
    told = run(running.settings.data, "doctor", **given)
    assert "on some host: relay, courier, sealer, timekeeper, eraser" in told.stdout, told
