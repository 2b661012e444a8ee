"""Tell what subscribers have still to take and acknowledge, and how long the oldest of it waits."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct, convert
from nats.aio.client import Client

from services.metrics.meters import OLDEST_UNACKNOWLEDGED, UNACKNOWLEDGED
from services.nats.jetstream import JetStream, Refused
from services.nats.subjects import feed_stream


class Floor(Struct, frozen=True):
    """Where a subscriber is.

    Attributes:
        stream_seq: Everything up to here is acknowledged.
    """

    stream_seq: int


class Left(Struct, frozen=True):
    """What a subscriber has left, as the broker says.

    Attributes:
        num_pending: Messages that were not offered yet.
        num_ack_pending: Messages offered and not acknowledged.
        ack_floor: Up to where everything is.
    """

    num_pending: int
    num_ack_pending: int
    ack_floor: Floor

    @property
    def messages(self) -> int:
        """Return how many it has still to take and acknowledge."""
        return self.num_pending + self.num_ack_pending


async def left_of(js: JetStream, feed: str) -> Left:
    """Ask the broker what the subscriber of a feed has left.

    Raises:
        Refused: There is no such feed at the broker.
    """
    asked = f"CONSUMER.INFO.{feed_stream(feed)}.{feed}"
    return convert(await js.ask(asked, {}, dict[str, Any]), Left)


async def waits_s(js: JetStream, feed: str, left: Left, now: datetime) -> float:
    """Return how long the oldest message waits that a subscriber has not acknowledged."""
    if not left.messages:
        return 0.0
    asked = {"seq": left.ack_floor.stream_seq + 1, "next_by_subj": f"feed.{feed}.>"}
    oldest = await js.message(feed_stream(feed), asked)
    if oldest is None:  # erased, or acknowledged meanwhile
        return 0.0
    return max((now - datetime.fromisoformat(oldest.time)).total_seconds(), 0.0)


class Gauges:
    """Shows the operator what is unread of each feed that this process brings."""

    def __init__(self) -> None:
        """Begin without a feed."""
        self._shown: set[str] = set()

    async def show(self, feeds: Iterable[str], now: datetime, client: Client) -> None:
        """Measure some feeds, and show no other.

        Raises:
            BrokerAway: The broker does not answer.
        """
        js, measured = JetStream(client), set[str]()
        for feed in list(feeds):
            try:
                left = await left_of(js, feed)
                oldest_s = await waits_s(js, feed, left, now)
            except Refused:  # it is only being made, or ended just now
                continue
            UNACKNOWLEDGED.labels(feed).set(left.messages)
            OLDEST_UNACKNOWLEDGED.labels(feed).set(oldest_s)
            self._shown.add(feed)
            measured.add(feed)
        self._hide(self._shown - measured)

    def clear(self) -> None:
        """Show none: another process brings them now."""
        self._hide(set(self._shown))

    def _hide(self, feeds: set[str]) -> None:
        for feed in feeds:
            UNACKNOWLEDGED.remove(feed)
            OLDEST_UNACKNOWLEDGED.remove(feed)
        self._shown -= feeds
