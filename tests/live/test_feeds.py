"""Feeds on a real broker: what a grant gives, in which order, and what never reaches anybody."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace
from nats.aio.client import Client
from structlog.testing import capture_logs

from ledger.store.sealing import parse
from services.clock import SystemClock
from services.courier import Bounds
from services.courier.book import What
from services.courier.unread import Gauges
from services.metrics.meters import REGISTRY
from services.nats.subjects import feed_stream
from tests.examples import mediating
from tests.live.broker import on_connection
from tests.live.feeds import Newsroom, Told, newsroom
from tests.live.ledgers import give, said, taken_over, tell
from tests.live.serving import until
from tests.spec import do

pytestmark = pytest.mark.live


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    """Open a ledger with two cases, and a broker."""
    with newsroom(tmp_path) as opened:
        tell(opened.house, [taken_over("one"), said("first of one")])
        tell(opened.house, [taken_over("two"), said("first of two")])
        yield opened


def add(room: Newsroom, text: str, case: str = "one") -> None:
    """Have a statement recorded."""
    assert give(room.house, said(text), case).done


def test_a_grant_gives_what_comes_after_it(room: Newsroom) -> None:
    """Nothing from before, unless it says so; each feed in a stream of its own."""
    room.grant("city")
    room.grant("port", from_beginning=True)
    add(room, "later")
    room.bring()
    assert room.texts("city") == ["later"]
    assert room.texts("port") == ["first of one", "first of two", "later"]
    assert [t.seq for t in room.told("city")] == [1]


def test_a_grant_may_begin_at_an_instant(room: Newsroom) -> None:
    """What was recorded then or later."""
    room.grant("port", from_beginning=True)
    room.bring()
    second = room.told("port")[-1].headers["ce-time"]
    room.grant("city", starts=second)
    room.bring()
    assert room.texts("city") == ["first of two"]


def test_a_grant_narrows_cases_and_types(room: Newsroom) -> None:
    """One case, one type; the sequence of the feed has no gap."""
    room.grant("city", cases=[room.id_of("two")], from_beginning=True)
    room.grant("port", types=["case-taken-over"], from_beginning=True)
    add(room, "of one")
    add(room, "of two", "two")
    room.bring()
    assert room.texts("city") == ["first of two", "of two"]
    assert [t.seq for t in room.told("city")] == [1, 2, 3]
    assert {t.data["type"] for t in room.told("port")} == {"case-taken-over"}


def test_nothing_is_brought_without_a_grant(room: Newsroom) -> None:
    """A new ledger tells nobody anything."""
    room.bring()
    assert room.ask(lambda js: js.info(feed_stream("city"))) is None


def test_a_change_adds_from_now_on_and_takes_away_at_once(room: Newsroom) -> None:
    """Also what was recorded before and not yet brought."""
    room.grant("city", cases=[room.id_of("one")])
    add(room, "brought")
    room.bring()
    add(room, "withheld")
    add(room, "of two, too early", "two")
    changed: dict[str, Any] = {"feed": "city", "kinds": ["joint"], "cases": [room.id_of("two")]}
    assert give(room.house, do("change-feed", **changed)).done
    add(room, "no more")
    add(room, "new", "two")
    room.bring()
    assert room.texts("city") == ["brought", "new"]


@pytest.mark.slow
def test_a_revocation_ends_a_feed_while_the_courier_runs(room: Newsroom) -> None:
    """Its stream goes with every copy, and a later grant of the name begins anew."""
    room.grant("city")
    room.grant("port")
    with room.carrying():
        add(room, "told")
        until(lambda: room.texts("city") == ["told"], "the feed")
        assert give(room.house, do("revoke-feed", feed="city", reason="Over.")).done
        add(room, "after the end")
        until(lambda: room.ask(lambda js: js.info(feed_stream("city"))) is None, "its end")
        until(lambda: room.texts("port") == ["told", "after the end"], "the other feed")
        room.grant("city")
        add(room, "again")
        until(lambda: bool(room.ask(lambda js: js.info(feed_stream("city")))), "the new feed")
        until(lambda: room.texts("city") == ["again"], "what is new")
    assert set(room.book.places()) == {"city", "port"}


def test_what_was_revoked_while_the_courier_was_away_is_ended_at_its_start(room: Newsroom) -> None:
    """Nothing recorded meanwhile is told."""
    room.grant("city")
    room.bring()
    add(room, "meanwhile")
    assert give(room.house, do("revoke-feed", feed="city")).done
    room.bring()
    assert room.ask(lambda js: js.info(feed_stream("city"))) is None
    assert room.book.places() == {}


@pytest.mark.slow
def test_a_full_feed_waits_and_holds_no_other(room: Newsroom) -> None:
    """It refuses rather than lose what it has; what made room brings the rest, in order."""
    room.grant("city")
    room.bring()
    room.bounds = replace(room.bounds, keep=replace(room.bounds.keep, max_bytes=20_000))
    wanted = [f"{n} {'x' * 2_000}" for n in range(20)]
    with room.carrying():
        for text in wanted:
            add(room, text)
        until(lambda: room.book.places()["city"].state == "the stream is full", "it is full")
        kept = room.texts("city")
        assert kept == wanted[: len(kept)]
        assert 0 < len(kept) < len(wanted)
        room.grant("port")
        add(room, "told meanwhile")
        until(lambda: room.texts("port") == ["told meanwhile"], "the other feed")
        room.ask(lambda js: js.purge(feed_stream("city")))
        until(lambda: bool(room.texts("city")), "what there is room for now")
        assert room.texts("city")[0] == wanted[len(kept)]
    room.ask(lambda js: js.purge(feed_stream("city")))
    room.bounds = Bounds()
    sent = room.book.last_mark("city")
    room.bring()
    got = room.told("city")
    assert [t.text for t in got] == [*wanted, "told meanwhile"][sent:]
    assert [t.seq for t in got] == list(range(sent + 1, len(wanted) + 2))


def test_a_stream_that_was_deleted_is_filled_again(room: Newsroom) -> None:
    """By hand, or with the broker's folder: from where the grant begins."""
    room.grant("city")
    add(room, "one")
    add(room, "two")
    room.bring()
    before = room.told("city")
    room.ask(lambda js: js.delete_stream(feed_stream("city")))
    room.bring()
    assert room.told("city") == before


def damage(room: Newsroom, position: int) -> bytes:
    """Alter a stored event; return what it was."""
    path = room.house.ledger.folder / "ledger.sqlite"
    with closing(sqlite3.connect(path)) as database, database:
        (was,) = database.execute(
            "SELECT state FROM stored_events WHERE position = ?", (position,)
        ).fetchone()
        sealed = parse(was)
        broken = bytes([sealed.frame_box[0] ^ 1]) + sealed.frame_box[1:]
        altered = msgspec.msgpack.encode(replace(sealed, frame_box=broken))
        write(database, position, altered)
    return bytes(was)


def write(database: sqlite3.Connection, position: int, state: bytes) -> None:
    """Put stored bytes in place."""
    database.execute("UPDATE stored_events SET state = ? WHERE position = ?", (state, position))


def restore(room: Newsroom, position: int, state: bytes) -> None:
    """Bring a stored event back from a backup."""
    path = room.house.ledger.folder / "ledger.sqlite"
    with closing(sqlite3.connect(path)) as database, database:
        write(database, position, state)


def asked(room: Newsroom, what: What, about: str) -> str:
    """Ask something of a running courier, and wait for what it says."""
    number = room.book.ask("city", what, about)
    with room.carrying():
        until(lambda: room.book.answered(number) is not None, "an answer")
    return room.book.answered(number) or ""


def test_what_cannot_be_opened_is_parked_and_its_room_waits(room: Newsroom) -> None:
    """Other rooms go on; once it can be opened again it comes, and what waited behind it."""
    room.grant("city")
    add(room, "one")
    position = room.house.ledger.reader.head()
    was = damage(room, position)
    add(room, "of the other case", "two")
    with capture_logs() as logs:
        room.bring()
    assert room.texts("city") == ["of the other case"]
    restore_first = asked(room, "requeue", room.book.parked("city")[0].event)
    assert "cannot be opened" in restore_first
    restore(room, position, was)
    add(room, "behind it")
    room.bring()
    first, behind = room.book.parked("city")
    assert (first.kind, behind.kind) == ("unreadable", "waiting")
    assert [one["event_id"] for one in logs if one["event"] == "courier.parked"] == [first.event]
    assert asked(room, "requeue", first.event) == "2 sent"
    assert room.texts("city") == ["of the other case", "one", "behind it"]
    assert room.book.parked("city") == []
    add(room, "and on")
    room.bring()
    assert room.texts("city")[-1] == "and on"


def test_what_will_never_open_is_passed_over_when_the_operator_says_so(room: Newsroom) -> None:
    """What waited behind it comes."""
    room.grant("city")
    add(room, "lost")
    damage(room, room.house.ledger.reader.head())
    room.bring()
    add_to_room = room.book.parked("city")[0].event
    assert asked(room, "skip", add_to_room) == "passed over; 0 sent"
    assert room.book.parked("city") == []


def test_events_of_one_instant_are_told_by_room_and_sequence(room: Newsroom) -> None:
    """The merge rule of several rooms: by recorded instant, then room, then sequence."""
    room.grant(
        "city",
        kinds=["joint", "chair", "registry"],
        confidential=True,
        cases=[room.id_of("one")],
        approved_by="person:second",
        from_beginning=True,
    )
    tell(room.house, mediating())
    room.grant(
        "port",
        kinds=["joint", "chair", "registry"],
        confidential=True,
        cases=["all"],
        approved_by="person:second",
        from_beginning=True,
    )
    room.bring()
    told = room.told("port")
    names = {t.headers["ce-id"]: room_name(room, t) for t in told}
    keys = [
        (t.headers["ce-time"], names[t.headers["ce-id"]], t.headers["ce-sequence"]) for t in told
    ]
    assert keys == sorted(keys)
    assert len({kind for _, kind, _ in keys}) > 1


def room_name(room: Newsroom, told: Told) -> str:
    """Find the name of the room a message is of."""
    case = UUID(told.headers["ce-subject"])
    wanted = told.headers["ce-id"].partition("/")[0]
    reads = (read for read, _ in room.house.ledger.reader.read_case(case))
    return next(read.frame.room for read in reads if read.room_id.hex() == wanted)


def test_the_operator_sees_what_is_unread_and_how_long_it_waits(room: Newsroom) -> None:
    """By feed; of one that ended, or that another process brings, nothing is shown."""
    room.grant("city")
    for text in ("one", "two"):
        add(room, text)
    room.bring()
    gauges, in_an_hour = Gauges(), SystemClock().now() + timedelta(hours=1)

    async def show(client: Client) -> None:
        await gauges.show(["city", "not-made-yet"], in_an_hour, client)

    asyncio.run(on_connection(room.server.credentials("courier"), show))
    shown = {"feed": "city"}
    assert REGISTRY.get_sample_value("goodoffices_feed_unacknowledged", shown) == 2
    oldest = REGISTRY.get_sample_value("goodoffices_feed_oldest_unacknowledged_seconds", shown)
    assert oldest is not None
    assert 3_600 <= oldest < 3_700
    gauges.clear()
    assert REGISTRY.get_sample_value("goodoffices_feed_unacknowledged", shown) is None


@pytest.mark.slow
def test_a_replay_offers_again_what_the_stream_holds(room: Newsroom) -> None:
    """From a sequence, from an instant, or filled again from where the grant begins."""
    room.grant("city")
    for n in range(5):
        add(room, str(n))
    room.bring()
    told = room.told("city")
    assert offered(room) == ["0", "1", "2", "3", "4"]
    assert offered(room) == []
    assert "from 4 on" in asked(room, "replay", "4")
    assert offered(room) == ["3", "4"]
    assert "from 3 on" in asked(room, "replay", unquote(told[2].headers["ce-time"]))
    assert offered(room) == ["2", "3", "4"]
    assert "nothing is offered again" in asked(room, "replay", "99")
    assert "is not" in asked(room, "replay", "yesterday")
    room.ask(lambda js: js.purge(feed_stream("city")))
    assert "filled again" in asked(room, "refill", "")
    room.bring()
    assert room.told("city") == told
    assert offered(room) == ["0", "1", "2", "3", "4"]


def offered(room: Newsroom, *, acknowledge: bool = True) -> list[object]:
    """Take what the subscriber is offered now, and acknowledge it."""

    async def take(client: Client) -> list[object]:
        js = client.jetstream()
        feed = await js.pull_subscribe_bind(consumer="city", stream=feed_stream("city"))
        got: list[object] = []
        try:
            while messages := await feed.fetch(16, timeout=1):
                for message in messages:
                    got.append(json.loads(message.data).get("text"))
                    if acknowledge:
                        await message.ack_sync()
        except TimeoutError:
            pass
        await feed.unsubscribe()
        return got

    return asyncio.run(on_connection(room.server.credentials("subscriber-city"), take))


@pytest.mark.slow
def test_what_is_never_acknowledged_is_parked_and_announced(room: Newsroom) -> None:
    """After some deliveries; the record brings it back when it is asked for."""
    room.grant("city")
    add(room, "never taken")
    room.bounds = Bounds(ack_wait=timedelta(seconds=1), max_deliver=2)
    room.bring()
    with room.carrying():

        def offered_in_vain() -> bool:
            offered(room, acknowledge=False)
            return bool(room.book.parked("city"))

        until(offered_in_vain, "it is parked")
    (parked,) = room.book.parked("city")
    assert (parked.kind, parked.why) == ("undelivered", "not acknowledged after 2 deliveries")
    assert asked(room, "requeue", parked.event) == "1 sent"
    assert offered(room) == ["never taken"]
    assert room.book.parked("city") == []
