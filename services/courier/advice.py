"""Park what a subscriber was offered in vain, as the broker tells.

The broker's word goes to a stream of its own, so that none is missed while the courier is away.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

import msgspec
import structlog
from nats.aio.client import Client

from services.courier.book import Book, Parked
from services.nats.forgetting import EVENT_ID
from services.nats.jetstream import JetStream
from services.nats.streams import Keep, ensure_advice_stream
from services.nats.subjects import ADVICE, ADVICE_SUBJECTS, feed_stream

log = structlog.get_logger()

PREFIX: Final = feed_stream("")
Find: TypeAlias = Callable[[str, str], int | None]
"""Finds an event's place in the store, by its case and its id."""


class _Advice(msgspec.Struct, frozen=True):
    """What the broker says of a message that was never acknowledged."""

    stream: str
    stream_seq: int
    deliveries: int


async def take_advice(book: Book, position_of: Find, client: Client, keep: Keep) -> None:
    """Read what the broker said since it was last asked, and park what it speaks of.

    Args:
        book: Where it is noted.
        position_of: Finds an event's place in the store.
        client: Connected as the courier.
        keep: What the stream of advice keeps, and in how many copies.

    Raises:
        BrokerAway: The broker does not answer.
    """
    js = JetStream(client)
    info = await ensure_advice_stream(js, keep)
    seq = book.advised() if book.advised() <= info.state.last_seq else 0
    while said := await js.message(ADVICE, {"seq": seq + 1, "next_by_subj": ADVICE_SUBJECTS}):
        advice = msgspec.json.decode(said.payload, type=_Advice)
        await _park(js, book, advice, position_of)
        seq = said.seq
        book.advise(seq)


async def _park(js: JetStream, book: Book, advice: _Advice, position_of: Find) -> None:
    feed = advice.stream.removeprefix(PREFIX)
    message = await js.message(advice.stream, {"seq": advice.stream_seq})
    if feed not in book.places() or message is None:  # revoked, erased, or too old by now
        return
    headers = message.headers
    case, room = headers["ce-subject"], headers[EVENT_ID].partition("/")[0]
    position = position_of(case, headers[EVENT_ID])
    if position is None:
        return
    why = f"not acknowledged after {advice.deliveries} deliveries"
    book.park([Parked(feed, headers[EVENT_ID], case, room, position, "undelivered", why)])
    log.warning("courier.parked", feed=feed, event_id=headers[EVENT_ID], kind="undelivered")
