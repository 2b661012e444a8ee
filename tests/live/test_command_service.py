"""Commands, receipts and views by request over a real broker."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from ledger.seal.proofs import Receipt
from ledger.store.reader import Read
from services import traces
from services.command_service.service import INFO, CommandService
from services.nats.connect import connect
from services.nats.operator import apply
from services.nats.subjects import subscriber_user
from tests.live.feeds import Newsroom, newsroom
from tests.live.ledgers import give, line, said, taken_over, tell
from tests.spec import do

pytestmark = [pytest.mark.live, pytest.mark.slow]

ANSWER_S = 20.0


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    """A ledger with one case, a broker, two subscribers, of whom `city` is an operator."""
    with newsroom(tmp_path) as made:
        for name in ("city", "court"):
            made.server.accounts.ensure_subscriber(name, durable=name)
        asyncio.run(apply(made.server.accounts, made.server.credentials("keeper").url))
        assert give(made.house, do("add-operator", name="city", roles=["registry"])).done
        yield made


@contextmanager
def case_of(room: Newsroom) -> Iterator[str]:
    """Open a case."""
    yield tell(room.house, [taken_over("one")])


def asked(room: Newsroom, caller: str, work: Callable[[Client], Awaitable[Any]]) -> Any:  # noqa: ANN401 - what the work returns
    """Do some work as a subscriber while the service runs."""

    async def run() -> Any:  # noqa: ANN401 - as above
        stop = asyncio.Event()
        service = CommandService(
            room.house, room.server.credentials("commands"), room.server.accounts.subscriber_of
        )
        serving = asyncio.create_task(service.run(stop))
        client = await connect(room.server.credentials(subscriber_user(caller)), name=caller)
        try:
            await _is_there(client, caller)
            return await work(client)
        finally:
            await client.close()
            stop.set()
            await serving
            service.close()

    return asyncio.run(run())


async def _is_there(client: Client, caller: str) -> None:
    """Wait until somebody answers; before that the broker says that nobody is there."""
    why = ""
    for _ in range(100):
        try:
            await client.request(f"cmd.{caller}.view", b"{}", timeout=ANSWER_S)
        except Exception as error:  # noqa: BLE001 - whatever it says, nobody answered
            why = repr(error)
            await asyncio.sleep(0.05)
        else:
            return
    pytest.fail(f"nobody answers: {why}")


def request(room: Newsroom, caller: str, endpoint: str, body: bytes, **headers: str) -> Msg:
    """Ask one question."""

    async def ask(client: Client) -> Msg:
        subject = f"cmd.{caller}.{endpoint}"
        return await client.request(subject, body, timeout=ANSWER_S, headers=headers or None)

    told: Msg = asked(room, caller, ask)
    return told


def answer_of(message: Msg) -> dict[str, Any]:
    """Read an answer."""
    read: dict[str, Any] = json.loads(message.data)
    return read


def test_a_trace_that_comes_with_a_question_is_gone_on_with(room: Newsroom) -> None:
    """Through the desk; of the question itself it says nothing."""
    exporter, provider = InMemorySpanExporter(), traces.provided({})
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with case_of(room) as case, traces.tracing(provider):
        body = line(said("seen", id="n1"), case)
        parent = f"00-{'a' * 32}-{'b' * 16}-01"
        assert answer_of(request(room, "city", "act", body, traceparent=parent))["done"]
    mine = [s for s in exporter.get_finished_spans() if s.context.trace_id == int("a" * 32, 16)]
    assert [span.name for span in mine] == ["desk", "cmd act"]
    assert not any(span.attributes for span in mine)


def test_an_act_is_done_once_however_often_it_is_asked(room: Newsroom) -> None:
    """The same id gets the same answer; the record says how its caller was known."""
    with case_of(room) as case:
        body = line(said("seen", id="n1"), case)

        async def twice(client: Client) -> list[Msg]:
            return [await client.request("cmd.city.act", body, timeout=ANSWER_S) for _ in "ab"]

        first, again = map(answer_of, asked(room, "city", twice))
    assert first["done"], first
    assert first == again
    head = room.house.ledger.reader.head()
    (read,) = room.house.ledger.reader.page(head - 1, 1)
    assert isinstance(read, Read)
    assert (read.frame.channel, read.frame.entered_by) == ("nats", "person:city")
    assert read.frame.auth == "account of the broker"


def test_a_refusal_names_its_rule_and_records_nothing(room: Newsroom) -> None:
    """In the answer as everywhere, and in the headers of a service's error."""
    before = room.house.ledger.reader.head()
    body = line(said("words"), "GO-1999-0001")
    told = request(room, "city", "act", body)
    assert answer_of(told)["rule"] == "case_is_known"
    assert told.headers is not None
    assert told.headers["Nats-Service-Error"] == "case_is_known"
    assert told.headers["Nats-Service-Error-Code"] == "409"
    assert room.house.ledger.reader.head() == before


@pytest.mark.parametrize(
    ("endpoint", "body", "field"),
    [
        ("act", b"not json", None),
        ("act", b'{"command":"no-such","id":"x"}', "command"),
        ("view", b'{"view":"show"}', "case"),
        ("view", b'{"view":"secrets","case":"x"}', "view"),
        ("view", b'{"view":"show","case":"x","extra":1}', None),
        ("view", b'{"view":"next","case":"x","at":"2026-01-01T00:00:00Z"}', "at"),
        ("receipt", b'{"command":7}', "command"),
    ],
)
def test_what_cannot_be_read_is_said(
    room: Newsroom, endpoint: str, body: bytes, field: str | None
) -> None:
    """Which field, and what it should be; nothing is recorded."""
    before = room.house.ledger.reader.head()
    told = answer_of(request(room, "city", endpoint, body))
    assert told["failure"] == "unreadable", told
    assert told.get("field") == field
    assert room.house.ledger.reader.head() == before


def test_who_is_no_operator_is_told_so(room: Newsroom) -> None:
    """A feed alone gives no right to act or to look."""
    with case_of(room) as case:
        body = json.dumps({"view": "show", "case": case}).encode()
        assert answer_of(request(room, "court", "view", body))["rule"] == "operator_is_known"


def test_a_forged_caller_is_still_who_it_is(room: Newsroom) -> None:
    """The server writes its own word over what a caller says of itself."""
    accounts = room.server.accounts
    other = next(k for k in accounts.tokens() if accounts.subscriber_of(k) == "city")
    forged = json.dumps({"acc": other})
    told = request(room, "court", "view", b'{"view":"cases"}', **{INFO: forged})
    assert answer_of(told)["rule"] == "operator_is_known"


def test_another_subscribers_endpoint_is_not_reached(room: Newsroom) -> None:
    """Nobody may ask in another's name."""

    async def ask(client: Client) -> bool:
        try:
            await client.request("cmd.city.view", b'{"view":"cases"}', timeout=0.5)
        except Exception:  # noqa: BLE001 - however the broker refuses
            return False
        return True

    assert asked(room, "court", ask) is False


@pytest.mark.parametrize("name", ["show", "next", "proposals", "audit", "deadlines", "parties"])
def test_a_view_is_what_the_command_line_prints(room: Newsroom, name: str) -> None:
    """One JSON document about the case."""
    with case_of(room) as case:
        body = json.dumps({"view": name, "case": case}).encode()
        told = request(room, "city", "view", body)
    assert told.headers is None or "Nats-Service-Error" not in told.headers, told.data
    assert json.loads(told.data) is not None


def test_a_receipt_comes_with_the_seal(room: Newsroom) -> None:
    """It proves the entries of the command."""
    with case_of(room) as case:
        give(room.house, said("seen", id="n2"), case)
        told = request(room, "city", "receipt", b'{"command":"n2"}')
    proved = msgspec.json.decode(told.data, type=Receipt)
    assert proved.command == "n2"
    assert proved.entries


def test_many_are_answered_at_once(room: Newsroom) -> None:
    """One endpoint does not make its callers wait for each other's commit."""
    with case_of(room) as case:

        async def many(client: Client) -> list[Msg]:
            bodies = [line(said("seen", id=f"m{n}"), case) for n in range(50)]
            asked = (client.request("cmd.city.act", body, timeout=ANSWER_S) for body in bodies)
            return await asyncio.gather(*asked)

        answers = [answer_of(told) for told in asked(room, "city", many)]
    assert all(answer["done"] for answer in answers)
    assert len({event["seq"] for answer in answers for event in answer["events"]}) == len(answers)
