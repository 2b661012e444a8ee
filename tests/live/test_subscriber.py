"""The subscriber of `examples/`, run as its reader would run it beside a living `serve`."""

import asyncio
import signal
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec
import nats.errors
import pytest
from nats.aio.client import Client

from ledger.envelope import FRAME_ENCODER
from ledger.rooms import kind_of
from ledger.store.reader import Read, Reader
from services.clock import FakeClock
from services.courier import cloud_event
from services.house import House
from services.nats.jetstream import JetStream
from services.nats.server import read_credentials
from services.nats.subjects import LEDGER
from services.store_source import StoreSource
from tests.examples import caucused, mediating, tabled
from tests.live.broker import on_connection
from tests.live.ledgers import assert_whole, feeding, give, opened, reads, said, taken_over, tell
from tests.live.serving import Serve, Speaking, events_of, serving, subscribing, until
from tests.spec import START

pytestmark = [pytest.mark.live, pytest.mark.slow]

ENVELOPE = {
    "ce-specversion",
    "ce-id",
    "ce-source",
    "ce-type",
    "ce-time",
    "ce-subject",
    "ce-sequence",
    "ce-dataschema",
    "ce-datacontenttype",
    "ce-actor",
}
PERHAPS = {"ce-actingfor", "ce-occurred", "ce-corrects", "data"}
OF_THE_BROKER = {"Nats-Msg-Id", "Nats-Expected-Last-Sequence"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a ledger with a case that has a caucus, and one that came from elsewhere."""
    folder = tmp_path / "data"
    clock = FakeClock(START, timedelta(minutes=1))
    with opened(folder, unbound=True, clock=clock) as house:
        feeding(house)
        tell(house, [*mediating(), *caucused(), tabled()])
        tell(
            house, [taken_over("elsewhere"), said("Bonjour à tous, \u0645\u0631\u062d\u0628\u0627")]
        )
    return folder


def joint_events(reader: Reader) -> dict[str, dict[str, Any]]:
    """Say what the partner must get, by event id."""
    expected = {}
    for read in reads(reader):
        if kind_of(read.frame.room) == "joint":
            content = reader.opened(read.case_id, read.version).event
            expected[read.event_id] = msgspec.json.decode(FRAME_ENCODER.encode(content))
    return expected


def told(subscriber: Speaking) -> dict[str, dict[str, Any]]:
    """Say what a subscriber got, by event id; the timekeeper adds to it while it listens."""
    return {event["ce-id"]: event["data"] for event in events_of(subscriber)}


def test_a_subscriber_gets_every_joint_event_and_nothing_else(folder: Path) -> None:
    """What was recorded before it came, and what comes while it listens, also after a kill."""
    with serving(folder), opened(folder) as house:
        with subscribing(folder) as first:
            until(lambda: told(first) == joint_events(house.ledger.reader), "the record so far")
            assert give(house, said("While you listen."), "elsewhere").done
            until(lambda: told(first) == joint_events(house.ledger.reader), "what came just now")
            assert first.stop(signal.SIGKILL) == -signal.SIGKILL
        assert give(house, said("While nobody listens."), "elsewhere").done
        with subscribing(folder) as second:
            until(lambda: len(events_of(second)) >= 1, "an event missed meanwhile")
        got = {e["ce-id"]: e for e in [*events_of(first), *events_of(second)]}
        assert {name: e["data"] for name, e in got.items()} == joint_events(house.ledger.reader)
        for read in assert_whole(house.ledger.reader):
            if read.event_id in got:
                assert_headers(got[read.event_id], read, house)


def assert_headers(event: dict[str, Any], read: Read, house: House) -> None:
    """CloudEvents in binary mode, percent-encoded where it must be, telling nothing else."""
    assert set(event) >= ENVELOPE
    assert set(event) - ENVELOPE - PERHAPS - OF_THE_BROKER == set()
    (row,) = StoreSource(house.ledger.reader.recorder).page(read.position - 1, 1)
    ledger = house.ledger.institution_id.hex
    expected = cloud_event(ledger, row, read.event_id, read.frame)
    assert {name: event[name] for name in expected} == expected
    assert all(value.isascii() for name, value in event.items() if name != "data")
    assert unquote(event["ce-actor"]) == read.frame.actor
    assert event["Nats-Msg-Id"] == event["ce-id"]


def test_its_credentials_open_nothing_else(folder: Path) -> None:
    """Who copies the file cannot read LEDGER, publish, or look at other streams."""
    with serving(folder) as running:
        me = read_credentials(running.folder / "nats", "subscriber-partner")

        async def try_everything(client: Client) -> list[str]:
            asked = [
                f"$JS.API.STREAM.INFO.{LEDGER}",
                f"$JS.API.STREAM.MSG.GET.{LEDGER}",
                f"$JS.API.DIRECT.GET.{LEDGER}",
                f"$JS.API.CONSUMER.CREATE.{LEDGER}",
                "$JS.API.STREAM.NAMES",
                "$JS.API.STREAM.INFO.FEED_partner",
                "$JS.API.STREAM.PURGE.FEED_partner",
                "$JS.API.STREAM.DELETE.FEED_partner",
                "$JS.API.CONSUMER.DELETE.FEED_partner.partner",
                "ledger.a.b",
                "feed.partner.forged",
            ]

            async def opens(subject: str) -> bool:
                try:
                    await client.request(subject, b'{"seq":1}', timeout=0.5)
                except (nats.errors.TimeoutError, nats.errors.NoRespondersError):
                    return False
                return True

            answers = await asyncio.gather(*map(opens, asked))
            return [subject for subject, open_ in zip(asked, answers, strict=True) if open_]

        until(lambda: stream_sizes(running)[1] > 0, "the feed is brought")
        assert asyncio.run(on_connection(me, try_everything)) == []
        before = settled(running)
        with subscribing(running.folder) as listening:
            until(lambda: bool(events_of(listening)), "its own feed")
        assert stream_sizes(running) == before


def settled(running: Serve) -> tuple[int, int]:
    """Count them once everything recorded by now has come, the timekeeper's own included."""
    counted = [(0, 0)]

    def stands() -> bool:
        counted.append(stream_sizes(running))
        return counted[-1] == counted[-2] and counted[-1][1] > 0

    until(stands, "nothing more comes")
    return counted[-1]


def stream_sizes(running: Serve) -> tuple[int, int]:
    """Count the messages of LEDGER and of the feed."""

    async def count(user: str, stream: str) -> int:
        async def ask(client: Client) -> int:
            info = await JetStream(client).info(stream)
            return info.state.messages if info else 0

        return await on_connection(read_credentials(running.folder / "nats", user), ask)

    return asyncio.run(count("relay", LEDGER)), asyncio.run(count("courier", "FEED_partner"))
