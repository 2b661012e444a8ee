"""Go into a subscriber's stream over one connection."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Self

from msgspec import Struct
from nats.aio.client import Client

from services.courier.lots import Sending
from services.nats.connect import BrokerAway
from services.nats.jetstream import NOT_FOUND, JetStream, Refused
from services.nats.pipe import Ack, Message, PublishPipe, refused
from services.nats.streams import FEED_KEEP, Keep, ensure_feed_consumer, ensure_feed_stream
from services.nats.subjects import feed_stream

STREAM_FULL = 10077
MAX_DELIVER = 10
ACK_WAIT = timedelta(seconds=30)


class Bounds(Struct, frozen=True):
    """What a feed's stream keeps, and how often a subscriber is offered a message.

    Attributes:
        keep: How much the stream keeps, and for how long.
        ack_wait: After so long without an acknowledgement a message is offered again.
        max_deliver: So often in all; then it is parked.
    """

    keep: Keep = FEED_KEEP
    ack_wait: timedelta = ACK_WAIT
    max_deliver: int = MAX_DELIVER


class FeedFull(BrokerAway):
    """The stream holds as much as it may; it refuses rather than lose what it has."""


class Door:
    """The way into one stream.

    Attributes:
        client: The connection.
        last: Last sequence of the stream.
    """

    def __init__(self, client: Client, pipe: PublishPipe, last: int) -> None:
        self.client = client
        self.last = last
        self._pipe = pipe

    @classmethod
    async def open(cls, client: Client, feed: str, bounds: Bounds) -> Self:
        """See that stream and consumer are there; find out where the stream ends.

        Raises:
            BrokerAway: The broker refuses, or does not answer.
        """
        js = JetStream(client)
        info = await ensure_feed_stream(js, feed, bounds.keep)
        await ensure_feed_consumer(
            js, feed, ack_wait=bounds.ack_wait, max_deliver=bounds.max_deliver
        )
        pipe = await PublishPipe(client).__aenter__()  # ends with its connection
        return cls(client, pipe, info.state.last_seq)

    async def publish(self, sending: Sequence[Sending], stored: Callable[[int, int], None]) -> None:
        """Store all in order; where some are there already, one after another.

        Args:
            sending: What is sent.
            stored: Told how many of them are stored, and the sequence of the last.

        Raises:
            FeedFull: The stream takes no more; those in front are stored.
            BrokerAway: The broker does not have them all; none is there before one in front of it.
        """
        messages = [one.message for one in sending]
        acks = await self._pipe.publish_many(messages, after=self.last)
        ack = next((one for one in acks if one.is_bad), acks[-1])
        if not ack.is_bad:
            self.last = max(self.last, ack.seq)
            return stored(len(messages), self.last)
        for count, message in enumerate(messages, start=1):
            self.last = max(self.last, (await self.publish_one(message)).seq)
            stored(count, self.last)
        return None

    async def publish_one(self, message: Message) -> Ack:
        """Store one message, wherever the stream ends.

        Raises:
            FeedFull: The stream takes no more.
            BrokerAway: The broker did not take it.
        """
        (ack,) = await self._pipe.publish_many([message])
        if ack.error is None:
            return ack
        if ack.error.err_code == STREAM_FULL:
            raise FeedFull("the stream is full")
        raise BrokerAway(str(refused("a feed message", ack)))


async def remove(client: Client, feed: str) -> None:
    """Delete a feed's stream and every copy in it; one that is gone stays so.

    Raises:
        BrokerAway: The broker refuses, or does not answer.
    """
    try:
        await JetStream(client).delete_stream(feed_stream(feed))
    except Refused as no:
        if no.error.code != NOT_FOUND:
            raise
