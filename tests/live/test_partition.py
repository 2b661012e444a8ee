"""A network that is cut, not a server that ends: commands go on or wait, and nothing is twice."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from time import monotonic, sleep

import pytest
from msgspec.structs import replace

from ledger.answer import Answer
from ledger.errors import CaseBusy
from services.courier import Book, Courier, Elsewhere, Tools
from services.courier.window import Window
from services.house import House
from services.leases import LeaseLost, Leases
from services.nats.server import EmbeddedServer
from services.relay import Relay
from services.store_source import StoreSource
from tests.live.beside import beside
from tests.live.broker import stream_rows
from tests.live.feeds import Newsroom
from tests.live.ledgers import DATABASE, assert_whole, give, opened, reads, said, taken_over, tell
from tests.live.partition import Way, way_to
from tests.live.serving import until
from tests.postgres import Server

pytestmark = [pytest.mark.live, pytest.mark.slow, pytest.mark.timeout(180)]

AWAY_S = 6.0
"""Longer than any answer of the broker is waited for."""
CAUGHT_UP_S = 30.0
AGAIN = "try again"


@pytest.fixture
def cut_off(postgres: Server, tmp_path: Path) -> Iterator[tuple[House, Way]]:
    """A ledger whose database is reached over a way that can be cut."""
    with postgres.database() as name, way_to(postgres.port) as way:
        folder = tmp_path / "data"
        url = postgres.url(name).replace(f":{postgres.port}/", f":{way.port}/")
        folder.with_suffix(DATABASE).write_text(url)
        with opened(folder, unbound=True) as house:
            tell(house, [taken_over("one")])
            yield house, way


def ids(house: House) -> Counter[str]:
    """Count the events of each statement's command."""
    told = (read.frame for read in reads(house.ledger.reader))
    return Counter(f.command for f in told if f.command.startswith("said-"))


def test_commands_go_on_while_the_broker_is_out_of_reach(tmp_path: Path) -> None:
    """Then LEDGER equals the record, and a feed has each event once, in order."""
    with (
        opened(tmp_path / "data", unbound=True) as house,
        EmbeddedServer(tmp_path / "nats") as server,
        way_to(server.port) as way,
    ):
        tell(house, [taken_over("one")])
        room = Newsroom(house, server)
        room.grant("city", from_beginning=True)
        room.bring()  # its account is there
        source = StoreSource(house.ledger.reader.recorder)
        relay = Relay(source, replace(server.credentials("relay"), url=_by(way)))
        told: list[str] = []

        def tell_some(count: int) -> None:
            for _ in range(count):
                told.append(f"number {len(told)}")
                assert give(house, said(told[-1]), "one").done

        with closing(room.book), beside(relay.run), beside(_courier(room, way).run):
            tell_some(3)
            until(lambda: room.texts("city") == told, "the feed", CAUGHT_UP_S)
            for number in range(2):
                way.cut()
                begun = monotonic()
                tell_some(20)
                sleep(max(0.0, AWAY_S - (monotonic() - begun)))
                assert len(room.texts("city")) < len(told), "nothing gets through"
                (way.heal, way.heal_anew)[number]()
                until(lambda: room.texts("city") == told, "the feed", CAUGHT_UP_S)
                until(lambda: _is_whole(server, source), "LEDGER", CAUGHT_UP_S)
            ends = [message.headers["ce-id"] for message in room.told("city")]
            assert len(ends) == len(set(ends))


def _is_whole(server: EmbeddedServer, source: StoreSource) -> bool:
    """Tell whether LEDGER is the record, byte for byte."""
    carried = asyncio.run(stream_rows(server.credentials("relay")))
    return carried == list(source.page(0, source.head()))


def _by(way: Way) -> str:
    return f"nats://127.0.0.1:{way.port}"


def _courier(room: Newsroom, way: Way) -> Courier:
    """Make a courier that reaches the broker over a way."""
    reader, ledger = room.house.ledger.reader, room.house.ledger.institution_id.hex
    return Courier(
        Tools(
            reader=reader,
            ledger=ledger,
            window=Window(StoreSource(reader.recorder), reader, ledger),
            book=Book(room.house.where, room.house.ledger_id),
            credentials=replace(room.server.credentials("courier"), url=_by(way)),
            access=Elsewhere(),
        )
    )


def test_what_waited_on_the_way_to_the_database_is_recorded_once(
    cut_off: tuple[House, Way],
) -> None:
    """A short cut costs time alone: every answer comes, late."""
    house, way = cut_off
    with ThreadPoolExecutor(1) as clients:
        done = [give(house, said(f"said-{n}", id=f"said-{n}"), "one") for n in range(3)]
        way.cut()
        late = clients.submit(
            lambda: [give(house, said(f"said-{n}", id=f"said-{n}"), "one") for n in range(3, 8)]
        )
        sleep(2.0)
        assert not late.done()
        way.heal()
        done += late.result(CAUGHT_UP_S)
    assert all(answer.done for answer in done)
    assert ids(house) == Counter({f"said-{n}": 1 for n in range(8)})
    assert_whole(house.ledger.reader)


def test_an_answer_lost_with_the_way_is_got_by_asking_again(cut_off: tuple[House, Way]) -> None:
    """It ends in "try again"; whether it was recorded or not, the same id is there once."""
    house, way = cut_off
    orders = [said(f"said-{n}", id=f"said-{n}") for n in range(6)]

    def until_done(number: int) -> Answer:
        while True:
            with suppress(CaseBusy):  # who asks could not even be recognised: exit status 3
                answer = give(house, orders[number], "one")
                if answer.done:
                    return answer
                assert answer.failure == AGAIN, answer

    with ThreadPoolExecutor(len(orders)) as clients:
        asked = [clients.submit(until_done, n) for n in range(len(orders))]
        way.cut()
        sleep(1.0)
        way.heal_anew()
        for one in asked:
            one.result(CAUGHT_UP_S)
    assert ids(house) == Counter({f"said-{n}": 1 for n in range(6)})
    assert_whole(house.ledger.reader)


def test_a_holder_cut_off_from_the_database_stops_and_another_takes_over(
    postgres: Server, tmp_path: Path
) -> None:
    """It stops before the server lets go of what it held, so that there are not two."""

    async def told(through: str, direct: str, way: Way) -> tuple[float, float]:
        ended: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        held = asyncio.Event()

        async def hold() -> None:
            try:
                async with Leases(tmp_path, through).lease("relay"):
                    held.set()
                    await asyncio.sleep(60)
            except LeaseLost:
                ended.set_result(monotonic())

        holding = asyncio.create_task(hold())
        await held.wait()
        begun = monotonic()
        way.cut()
        async with Leases(tmp_path, direct).lease("relay") as taken:
            assert taken
            since = monotonic()
        stopped = await asyncio.wait_for(asyncio.shield(ended), 5)
        way.heal_anew()
        await holding
        return stopped - begun, since - begun

    with postgres.database() as name, way_to(postgres.port) as way:
        direct = postgres.url(name)
        through = direct.replace(f":{postgres.port}/", f":{way.port}/")
        stopped_s, taken_s = asyncio.run(told(through, direct, way))
    assert stopped_s < taken_s
    assert taken_s < AWAY_S + 4
