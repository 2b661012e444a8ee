"""Have a subscriber offered again what its stream holds."""

import re

from nats.aio.client import Client

from ledger.errors import DecodeError
from ledger.instants import parse_instant
from services.nats.jetstream import JetStream, StoredMessage
from services.nats.subjects import feed_stream

NEEDS = "a sequence of the stream, an instant with its offset, or `grant`"


async def replay(feed: str, begin: str, client: Client) -> str:
    """Offer everything again from a sequence of the stream, or from an instant of recording on.

    Args:
        feed: Whose.
        begin: A number, or an instant.
        client: Connected as the courier.

    Returns:
        What became of it.

    Raises:
        DecodeError: It is neither.
        BrokerAway: The broker refused, or does not answer.
    """
    js, stream = JetStream(client), feed_stream(feed)
    info = await js.info(stream)
    assert info is not None, "the carrier has made it"
    first, last = info.state.first_seq, info.state.last_seq
    if re.fullmatch(r"[0-9]{1,18}", begin):
        seq = int(begin)
    else:
        seq = await _recorded_at(js, feed, begin, first=first, last=last)
    if seq > last:
        return f"the stream ends at {last}: nothing is offered again"
    seq = max(seq, first)
    await js.reset(stream, feed, seq)
    return f"offered again from {seq} on; the stream holds {first} to {last}"


async def _recorded_at(js: JetStream, feed: str, begin: str, *, first: int, last: int) -> int:
    """Find the first message recorded at an instant or later, by halving."""
    wanted = parse_instant(begin, "from")
    low, high = first, last + 1
    while low < high:
        middle = (low + high) // 2
        found = await _at_or_behind(js, feed, middle)
        if found is None or parse_instant(_time(found)) >= wanted:
            high = middle
        else:
            low = found.seq + 1
    return low


async def _at_or_behind(js: JetStream, feed: str, seq: int) -> StoredMessage | None:
    """Return the first message from a sequence on; some may have been erased."""
    asked = {"seq": seq, "next_by_subj": f"feed.{feed}.>"}
    return await js.message(feed_stream(feed), asked)


def _time(message: StoredMessage) -> str:
    time = message.headers.get("ce-time")
    if time is None:
        raise DecodeError("ce-time", "a message of the feed has no time", "`feed replay … grant`")
    return time
