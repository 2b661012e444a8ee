"""Feeds through kills, long absences and slow subscribers: nothing lost, order kept."""

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nats.errors
import pytest
from nats.aio.client import Client

from ledger.errors import StoreFault
from services.nats.connect import BrokerAway
from services.nats.server import read_credentials
from services.nats.subjects import feed_stream
from tests.live.broker import PATIENCE_S, on_connection
from tests.live.feeds import Newsroom, newsroom
from tests.live.ledgers import feeding, give, opened, said, submit, taken_over, tell
from tests.live.serving import run, serving, until
from tests.spec import do

pytestmark = [pytest.mark.live, pytest.mark.slow]

HOUR = 1_000
"""Events: at the desk's usual pace an hour of a busy institution's day."""


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    """Open a ledger with a case and a feed, and a broker."""
    with newsroom(tmp_path) as made:
        tell(made.house, [taken_over("one")])
        made.grant("city")
        yield made


def say_many(room: Newsroom, count: int, word: str) -> list[object]:
    """Have many statements recorded."""
    texts: list[object] = [f"{word} {n}" for n in range(count)]
    waiting = [submit(room.house, said(str(text)), "one") for text in texts]
    assert all(one.result().done for one in waiting)
    return texts


def unique(texts: list[object]) -> list[object]:
    """Drop repeats, as a subscriber does."""
    return list(dict.fromkeys(texts))


def test_kills_of_the_broker_lose_nothing_of_a_feed(room: Newsroom) -> None:
    """What it had acknowledged and not yet written is found missing, and brought again."""
    wanted: list[object] = []
    with room.carrying():
        for turn in range(3):
            wanted += say_many(room, 300, f"turn {turn}")
            until(lambda: bool(room.book.last_mark("city")), "some of it")
            os.kill(room.server.pid, signal.SIGKILL)
            room.server.close()
            room.server.start()
        until(lambda: room.book.places()["city"].position == room.house.ledger.reader.head(), "all")
    room.bring()
    assert unique(room.texts("city")) == wanted


def test_who_was_away_for_an_hour_gets_all_of_it_in_order(room: Newsroom) -> None:
    """The stream keeps it; the consumer begins where it was left."""
    wanted = say_many(room, HOUR, "meanwhile")
    room.bring()
    assert asyncio.run(on_connection(room.server.credentials("subscriber-city"), all_of)) == wanted


def test_a_slow_subscriber_holds_up_nobody(room: Newsroom) -> None:
    """It takes one message; the feed fills and the other is not a moment later for it."""
    room.grant("port")
    wanted = say_many(room, 500, "for both")
    with room.carrying():
        until(lambda: room.count("port") == len(wanted), "the other feed")
        until(lambda: room.count("city") == len(wanted), "its own feed")
    assert room.texts("port") == wanted


async def all_of(client: Client) -> list[object]:
    """Take everything a subscriber is offered, with its own rights."""
    feed = await client.jetstream().pull_subscribe_bind(consumer="city", stream=feed_stream("city"))
    got: list[object] = []
    try:
        while messages := await feed.fetch(256, timeout=1):
            for message in messages:
                got.append(json.loads(message.data).get("text"))
                await message.ack()
    except TimeoutError:
        pass
    await feed.unsubscribe()
    return got


def test_kill_of_serve_repeats_but_loses_nothing(tmp_path: Path) -> None:
    """A courier that is killed between the broker's word and its own note sends a lot again."""
    folder = tmp_path / "data"
    with opened(folder, unbound=True) as house:
        feeding(house, "city")
        tell(house, [taken_over("one")])
        wanted: list[object] = []
        for turn in range(3):
            with serving(folder) as running:
                texts = [f"{turn} {n}" for n in range(200)]
                wanted += texts
                waiting = [submit(house, said(text), "one") for text in texts]
                assert all(one.result().done for one in waiting)
                running.stop(signal.SIGKILL)
        with serving(folder):
            me = read_credentials(folder / "nats", "subscriber-city")
            got: list[object] = []

            def took_all() -> bool:
                got.extend(asyncio.run(on_connection(me, all_of)))
                return len(unique([g for g in got if g is not None])) >= len(wanted)

            until(took_all, "all of it")
    assert unique([text for text in got if text is not None]) == wanted


def test_the_command_line_grants_lists_replays_and_revokes(tmp_path: Path) -> None:
    """While `serve` runs: the account and its file come and go with the record."""
    folder = tmp_path / "data"
    with opened(folder, unbound=True) as house:
        case = tell(house, [taken_over("one"), said("before")])
    file = folder / "nats" / "credentials" / "city.creds"
    with serving(folder):
        done = run(folder, "feed", "grant", "city", "--rooms", "joint", "--cases", "one")
        assert done.returncode == 0, done.stderr
        assert str(file) in done.stdout
        assert oct(file.stat().st_mode & 0o777) == "0o600"
        with opened(folder) as house:
            assert give(house, said("after"), "one").done
        me = read_credentials(folder / "nats", "subscriber-city")
        assert asyncio.run(on_connection(me, all_of)) == ["after"]
        (listed,) = listed_feeds(folder)
        assert (listed["feed"], listed["cases"], listed["rooms"]) == ("city", [case], ["joint"])
        until(lambda: listed_feeds(folder)[0]["lag_events"] == 0, "the head")
        again = run(folder, "feed", "replay", "city", "--from", "1")
        assert again.returncode == 0, again.stderr
        assert "offered again from 1 on" in again.stdout
        assert asyncio.run(on_connection(me, all_of)) == ["after"]
        assert run(folder, "feed", "parked", "city", "--json").stdout.strip() == "[]"
        over = run(folder, "feed", "revoke", "city", "--reason", "Over.")
        assert over.returncode == 0, over.stderr
        until(lambda: not file.exists(), "the end of its file")
        with pytest.raises(StoreFault):
            read_credentials(folder / "nats", "subscriber-city")
        with pytest.raises((BrokerAway, nats.errors.Error)):
            asyncio.run(on_connection(me, all_of))
        assert listed_feeds(folder) == []
        assert run(folder, "feed", "replay", "city", "--from", "1").returncode != 0


def listed_feeds(folder: Path) -> list[dict[str, Any]]:
    """List the feeds as the command line does."""
    listed = run(folder, "feed", "list", "--json")
    assert listed.returncode == 0, listed.stderr
    found: list[dict[str, Any]] = json.loads(listed.stdout)
    return found


def test_who_is_connected_is_cut_off_by_a_revocation(room: Newsroom) -> None:
    """Mid-stream: what was not taken by then is never taken."""
    say_many(room, 10, "told")
    room.bring()
    me = room.server.credentials("subscriber-city")

    async def stay(client: Client) -> None:
        feed = await client.jetstream().pull_subscribe_bind(
            consumer="city", stream=feed_stream("city")
        )
        (first,) = await feed.fetch(1, timeout=2)
        await first.ack()
        assert give(room.house, do("revoke-feed", feed="city")).done
        async with asyncio.timeout(PATIENCE_S):
            while client.is_connected:  # noqa: ASYNC110 - of the broker's doing there is no event
                await asyncio.sleep(0.02)

    with room.carrying():
        asyncio.run(on_connection(me, stay))
        until(lambda: room.book.places() == {}, "the end of the feed")
    with pytest.raises((BrokerAway, nats.errors.Error)):
        asyncio.run(on_connection(me, all_of))
