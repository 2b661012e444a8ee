"""Two hosts with a data folder each on one PostgreSQL: one goes on where the other was."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from ledger.errors import StoreFault
from ledger.keys.shelves import institution_file
from ledger.seal.mismatch import SealsDoNotMatch
from services.clock import FakeClock, FakeSteady
from services.composing import Works, parts_of
from services.house import House, open_house
from services.metrics.watch import Watch
from services.nats.server import EmbeddedServer
from services.reading.feeds import feeds
from services.running import Part
from services.seals import tick_now
from services.settings import Settings
from tests.live.feeds import Newsroom
from tests.live.hooks import Office, receiving
from tests.live.ledgers import CLERK, clerk, give, said, taken_over, tell
from tests.live.serving import until
from tests.postgres import running
from tests.spec import START

pytestmark = [pytest.mark.live, pytest.mark.slow]


class Hosts(NamedTuple):
    """Two hosts.

    Attributes:
        one: Where the ledger was made.
        other: Which has the institution's key, and nothing else of it.
    """

    one: House
    other: House


@pytest.fixture
def hosts(tmp_path: Path, database_url: str) -> Iterator[Hosts]:
    """Make a ledger of one case; record and keys each have a server."""
    with ExitStack() as open_things:
        server = open_things.enter_context(running())
        keys_url = server.socket_url(open_things.enter_context(server.database()))

        def house(name: str, *, create: bool = False) -> House:
            settings = Settings(
                data=tmp_path / name, operator=CLERK, database_url=database_url, keys_url=keys_url
            )
            clock = FakeClock(START, timedelta(milliseconds=10))
            made = open_house(settings, create=create, demo=create, clock=clock)
            return open_things.enter_context(made)

        one = house("one", create=True)
        tell(one, [taken_over("one")])
        key = institution_file(Path("keys"))
        (tmp_path / "other" / key).parent.mkdir(parents=True)
        shutil.copy2(tmp_path / "one" / key, tmp_path / "other" / key)
        yield Hosts(one, house("other"))


def test_webhooks_go_on_from_another_host(hosts: Hosts) -> None:
    """The same secret signs, none is lost or sent twice that was taken, attempts count on."""
    one, other = Office(hosts.one), Office(hosts.other)
    with closing(one.notes), closing(other.notes), receiving() as receiver:
        secret = one.grant("city", receiver.url)
        one.add("first", "second")
        with one.sending():
            until(lambda: receiver.texts == ["first", "second"], "two")
            receiver.answer = lambda handler: handler.say(503)
            one.add("third")
            until(lambda: len(receiver.got) > 4, "attempts")
        made = receiver.got[-1].attempt
        receiver.answer = lambda handler: handler.say(204)
        other.add("fourth")
        with other.sending():
            until(lambda: receiver.texts[-1] == "fourth", "the rest")
            until(lambda: other.position("city") == other.house.ledger.reader.head(), "its note")
        assert all(got.is_signed(secret) for got in receiver.got)
        assert [got.text for got in receiver.got if got.attempt == 1] == [
            "first",
            "second",
            "third",
            "fourth",
        ]
        assert next(g.attempt for g in reversed(receiver.got) if g.text == "third") == made + 1
        other.notes.stop("city", other.granted("city"), "paused by clerk")
        assert one.notes.hook("city", one.granted("city")).stopped == "paused by clerk"


def test_feeds_go_on_from_another_host(hosts: Hosts, tmp_path: Path) -> None:
    """Nothing is lost, and what was brought is not brought again."""
    with EmbeddedServer(tmp_path / "nats") as server:
        one, other = Newsroom(hosts.one, server), Newsroom(hosts.other, server)
        with closing(one.book), closing(other.book):
            one.grant("city", from_beginning=True)
            told = [f"number {n}" for n in range(8)]
            for number, text in enumerate(told):
                assert give((hosts.one, hosts.other)[number % 2], said(text), "one").done
                if number % 3 == 2:
                    (one, other)[number % 2].bring()
            with other.carrying():
                until(lambda: other.texts("city") == told, "all of it")
                head = hosts.other.ledger.reader.head()
                until(lambda: other.book.places()["city"].position == head, "its note")
            assert one.book.places() == other.book.places()
            seqs = [message.seq for message in one.told("city")]
            assert seqs == list(range(1, len(seqs) + 1))
            settings = Settings(data=tmp_path / "one", operator=CLERK, nats_url="off")
            (listed,) = feeds(hosts.one, clerk(hosts.one), settings)
            assert (listed.lag_events, listed.state) == (0, "")


async def _run(part: Part) -> None:
    """Let a part do its work."""
    await part.run(asyncio.Event())


def test_a_host_without_the_signer_seals_nothing(hosts: Hosts) -> None:
    """`serve` there says what is missing, and takes the turn from nobody; no log is begun anew."""
    tick_now(hosts.one)
    watch = Watch(FakeSteady(), hosts.other.ledger.reader.recorder.head)
    settings = Settings(data=hosts.other.ledger.folder, operator=CLERK, database_url="elsewhere")
    (part,) = parts_of(Works(settings, hosts.other, watch, 1.0), ["sealer"], asked=True)
    with pytest.raises(StoreFault, match="this host cannot seal"):
        asyncio.run(_run(part))
    with pytest.raises(SealsDoNotMatch) as said_so:
        tick_now(hosts.other)
    assert said_so.value.why.startswith("signer_is_missing")
    assert not (hosts.other.ledger.folder / "signer").exists()
    tick_now(hosts.one, thorough=True)
