"""What the broker carries: LEDGER byte for byte in order, each feed its own events once."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import count
from time import sleep
from typing import Final, TypeVar
from urllib.parse import unquote

from nats.aio.client import Client

from services.nats.accounts import Credentials
from services.nats.connect import BROKEN, BrokerAway, connect
from services.nats.jetstream import JetStream, StoredMessage
from services.nats.ledger_stream import POSITION, POSITION_DIGITS
from services.nats.subjects import LEDGER, feed_stream, feed_subject, ledger_subject
from tests.checking.stored import Entry
from tests.checking.told import Fault

AT_ONCE: Final = 64
TRIES: Final = 10
PAUSE_S: Final = 2.0

Result = TypeVar("Result")


async def _messages(client: Client, stream: str) -> AsyncIterator[StoredMessage]:
    """Read a stream from its leader, many requests on their way at once."""
    js = JetStream(client)
    info = await js.info(stream)
    if info is None:
        return
    first, last = max(info.state.first_seq, 1), info.state.last_seq
    for begin in range(first, last + 1, AT_ONCE):
        seqs = range(begin, min(begin + AT_ONCE, last + 1))
        for message in await asyncio.gather(*(js.message(stream, {"seq": s}) for s in seqs)):
            if message is not None:
                yield message


def carried(credentials: Credentials, stream: str) -> list[StoredMessage]:
    """Read a stream whole, empty where there is none."""

    async def read(client: Client) -> list[StoredMessage]:
        return [message async for message in _messages(client, stream)]

    return _on_broker(credentials, read)


def count_of(credentials: Credentials, stream: str) -> int:
    """Count the messages of a stream, 0 where there is none."""

    async def count_(client: Client) -> int:
        info = await JetStream(client).info(stream)
        return info.state.messages if info else 0

    return _on_broker(credentials, count_)


def _on_broker(credentials: Credentials, work: Callable[[Client], Awaitable[Result]]) -> Result:
    """Ask the broker, again where it does not answer just now: a leader may be elected.

    Raises:
        BrokerAway: It never answered.
    """

    async def once() -> Result:
        client = await connect(credentials, name="checker")
        try:
            return await work(client)
        finally:
            await client.close()

    for _ in range(TRIES):
        with suppress(BrokerAway, *BROKEN):
            return asyncio.run(once())
        sleep(PAUSE_S)
    raise BrokerAway(f"{credentials.url} did not answer {TRIES} times")


def ledger_stream(doctor: Credentials) -> list[StoredMessage]:
    """Read LEDGER."""
    return carried(doctor, LEDGER)


def feed_of(courier: Credentials, feed: str) -> list[StoredMessage]:
    """Read a feed's stream."""
    return carried(courier, feed_stream(feed))


def ledger_faults(messages: Iterable[StoredMessage], found: Sequence[Entry]) -> Iterator[Fault]:
    """Compare LEDGER with the store: every event, in order, once, subject and bytes."""
    wanted = {entry.position: entry for entry in found}
    last = 0
    for message in messages:
        text = message.headers.get(POSITION, "")
        position = int(text) if text.isdigit() and len(text) == POSITION_DIGITS else 0
        entry = wanted.pop(position, None)
        if entry is None:
            known = "again" if 0 < position <= last else "which the store does not have"
            yield Fault("LEDGER", f"message {message.seq} is position {position}, {known}")
            continue
        if position < last:
            yield Fault("LEDGER", f"position {position} comes behind {last}")
        last = max(last, position)
        if message.payload != entry.sealed:
            yield Fault("LEDGER", f"position {position} has other bytes than the store")
        if message.subject != ledger_subject(entry.case, entry.room):
            yield Fault("LEDGER", f"position {position} has the subject {message.subject}")
    for position in wanted:
        yield Fault("LEDGER", f"position {position} is missing")


def feed_faults(
    feed: str, messages: Iterable[StoredMessage], found: Iterable[Entry]
) -> Iterator[Fault]:
    """Compare a feed with what it is granted: each event once, in order within a room."""
    wanted = {entry.event_id: entry for entry in found if feed in entry.feeds}
    last: dict[str, int] = defaultdict(int)
    told: set[str] = set()
    for place, message in zip(count(1), messages, strict=False):
        event_id = unquote(message.headers.get("ce-id", ""))
        entry = wanted.pop(event_id, None)
        if message.seq != place:
            yield Fault("feeds", f"{feed}: sequence {message.seq} where {place} should be")
        if entry is None:
            why = "comes again" if event_id in told else "is not granted, or not there"
            yield Fault("feeds", f"{feed}: event {event_id} {why}")
            continue
        told.add(event_id)
        if entry.seq < last[entry.room]:
            yield Fault("feeds", f"{feed}: {event_id} comes behind {last[entry.room]}")
        last[entry.room] = max(last[entry.room], entry.seq)
        if not _says(feed, message, entry):
            yield Fault("feeds", f"{feed}: {event_id} does not say what the record says")
    for event_id in wanted:
        yield Fault("feeds", f"{feed}: event {event_id} is missing")


def _says(feed: str, message: StoredMessage, entry: Entry) -> bool:
    """Tell whether a message is of an event: subject, identifier, sequence, type of the body."""
    _, seq, tag = entry.ref
    headers = message.headers
    return (
        message.subject == feed_subject(feed, tag)
        and headers.get("Nats-Msg-Id") == entry.event_id
        and headers.get("ce-sequence", "").lstrip("0") == str(seq)
        and headers.get("ce-subject") == entry.case
        and json.loads(message.payload).get("type") == tag
    )
