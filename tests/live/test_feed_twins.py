"""What a subscriber of one joint room has is the same, whatever happens anywhere else."""

import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from services.clock import FakeClock
from services.nats.jetstream import JetStream
from services.nats.server import EmbeddedServer
from services.nats.subjects import feed_stream
from tests.examples import caucused, mediating, tabled
from tests.live.feeds import Newsroom, Told
from tests.live.ledgers import give, opened, said, taken_over, tell
from tests.spec import START, Order, do

pytestmark = [pytest.mark.live, pytest.mark.slow]

CASE = "GO-2026-0001"
ROUNDS = 4
Lines = Sequence[tuple[Order, str | None]]

QUIET: Lines = ()
LOUD: Lines = (
    *((order, CASE) for order in caucused(said="We would go down to 800 k.")),
    (taken_over("elsewhere"), None),
    *((said("Of another case. " * n, id=f"other-{n}"), "elsewhere") for n in range(1, 9)),
    (do("record-lesson", text="For the registry alone.", tags=["a"]), None),
    (do("add-operator", name="newcomer", roles=["auditor"]), None),
    (do("grant-feed", feed="press", kinds=["joint"], cases=["all"], from_beginning=True), None),
)


@pytest.fixture
def beginning(tmp_path: Path) -> Path:
    """Make what both histories share: a case under way, and its feed."""
    folder = tmp_path / "beginning"
    with opened(folder, unbound=True, clock=FakeClock(START, timedelta(minutes=1))) as house:
        assert tell(house, mediating()) == CASE
        case_id = house.resolve(CASE, house.desk.operator("clerk"))
        terms: dict[str, Any] = {"kinds": ["joint"], "cases": [case_id.hex]}
        assert give(house, do("grant-feed", feed="city", from_beginning=True, **terms)).done
    return folder


def history(beginning: Path, name: str, between: Lines) -> tuple[list[Told], dict[str, Any], int]:
    """Go on from the shared beginning; tell what the subscriber has, and how long the record is."""
    folder = beginning.parent / name
    shutil.copytree(beginning, folder / "data")
    clock = FakeClock(START + timedelta(days=1), timedelta(0))
    share = -(-len(between) // ROUNDS)
    with (
        opened(folder / "data", clock=clock) as house,
        EmbeddedServer(folder / "nats") as server,
    ):
        room = Newsroom(house, server)
        for n in range(ROUNDS):
            clock.set(START + timedelta(days=2 + n))
            for order, case in between[n * share : (n + 1) * share]:
                answer = give(house, order, case)
                assert answer.done, (order.name, answer.why)
            if n % 2:
                room.bring()
            clock.set(START + timedelta(days=2 + n, hours=1))
            answer = give(house, replace(tabled(by="AB"[n % 2]), id=f"joint-{n}"), CASE)
            assert answer.done, answer.why
        room.bring()
        told = room.told("city")
        state = room.ask(stand_of)
        room.book.close()
        return told, state, house.ledger.reader.head()


async def stand_of(js: JetStream) -> dict[str, Any]:
    """Ask how much there is for the subscriber, by count, bytes and sequence."""
    asked = f"CONSUMER.INFO.{feed_stream('city')}.city"
    consumer = await js.ask(asked, {}, dict[str, Any])
    stream = await js.ask(f"STREAM.INFO.{feed_stream('city')}", {}, dict[str, Any])
    counted = {key: stream["state"][key] for key in ("messages", "bytes", "first_seq", "last_seq")}
    return {**counted, "pending": consumer["num_pending"], "delivered": consumer["delivered"]}


def test_private_rooms_and_other_cases_leave_no_trace_in_a_feed(beginning: Path) -> None:
    """Bytes, headers, subjects, counts, sizes and sequence numbers are equal; nothing is masked."""
    quiet, quiet_stand, short = history(beginning, "quiet", QUIET)
    loud, loud_stand, long_ = history(beginning, "loud", LOUD)
    assert long_ > short + 10, "the histories do differ"
    assert len(quiet) > ROUNDS
    assert [t.seq for t in quiet] == list(range(1, len(quiet) + 1))
    assert loud == quiet
    assert loud_stand == quiet_stand
    names = {name for t in quiet for name in t.headers}
    assert {n for n in names if not n.startswith("ce-")} <= {
        "Nats-Msg-Id",
        "Nats-Expected-Last-Sequence",
    }
