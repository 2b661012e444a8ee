"""Receive what is published to LEDGER from now on."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import NoReturn

import msgspec
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.nats.accounts import Credentials
from services.nats.connect import BrokerAway, keep_working, set_within
from services.nats.jetstream import JetStream
from services.nats.ledger_stream import ForeignStream, row_of
from services.nats.source import Row
from services.nats.subjects import API, LEDGER

log = structlog.get_logger()

PULL = 128  # messages asked for at once; twice as many wait here at most
EXPIRES_S = 4  # a pull that was forgotten by a restarting broker costs no more than this
GRACE_S = 2.0
IDLE_S = 30  # the broker forgets a place nobody asks from
NANOSECONDS = 1_000_000_000
PULL_IS_OVER = ("404", "408")  # nothing there, time is up


class LiveTail:
    """Events published since the last connection began, in stream order, a bounded number.

    There may be gaps and repeats between them: their reader compares positions.
    """

    def __init__(self, credentials: Credentials, *, name: str) -> None:
        self._credentials = credentials
        self._name = name
        self._rows: deque[Row] = deque()
        self._arrived = asyncio.Event()
        self._taken = asyncio.Event()

    async def receive(self) -> NoReturn:
        """Receive for ever, through outages of any length; what is none of ours is passed over."""
        await keep_working(self._credentials, name=self._name, work=self._receive)

    async def wait(self, longest_s: float) -> bool:
        """Wait until something arrived, but not longer than so long; tell whether it did."""
        if not self._rows:
            self._arrived.clear()
            await set_within(self._arrived, longest_s)
        return bool(self._rows)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing waits to be taken."""
        return not self._rows

    def take(self, after: int, limit: int) -> list[Row]:
        """Take what follows a position without a gap; what is not behind it is dropped."""
        rows: list[Row] = []
        while self._rows and self._rows[0].position <= after + 1 and len(rows) < limit:
            row = self._rows.popleft()
            if row.position == after + 1:
                rows.append(row)
                after = row.position
        self._taken.set()
        return rows

    def clear(self) -> None:
        """Drop everything received."""
        self._rows.clear()
        self._taken.set()

    async def _receive(self, client: Client) -> None:
        place = await self._open_place(client)
        inbox = client.new_inbox()
        pull = _Pull(self._keep)
        await client.subscribe(inbox, cb=pull.receive)
        request = msgspec.json.encode({"batch": PULL, "expires": EXPIRES_S * NANOSECONDS})
        while True:
            pull.begin()
            await client.publish(f"{API}.CONSUMER.MSG.NEXT.{LEDGER}.{place}", request, inbox)
            await pull.until_over()
            while len(self._rows) > PULL:
                self._taken.clear()
                await self._taken.wait()

    def _keep(self, message: Msg) -> None:
        try:
            self._rows.append(row_of(message.subject, message.headers, message.data))
        except ForeignStream as foreign:
            # The store fills the gap; the relay, which reads the stream's end, raises the alarm.
            log.warning("nats.foreign_message", name=self._name, why=foreign.why)
        self._arrived.set()

    async def _open_place(self, client: Client) -> str:
        """Have the broker remember where we are in the stream, beginning now, for a short while."""
        place = client.new_inbox().rpartition(".")[2]
        config: Mapping[str, object] = {
            "name": place,
            "deliver_policy": "new",
            "ack_policy": "none",
            "replay_policy": "instant",
            "inactive_threshold": IDLE_S * NANOSECONDS,
            "mem_storage": True,
            "num_replicas": 1,
        }
        request = {"stream_name": LEDGER, "config": config}
        await JetStream(client).ask(f"CONSUMER.CREATE.{LEDGER}.{place}", request, dict[str, object])
        return place


class _Pull:
    """One request for some messages, until they came or the broker says that no more will."""

    def __init__(self, keep: Callable[[Msg], None]) -> None:
        self._keep = keep
        self._over = asyncio.Event()
        self._left = 0
        self._gone = ""

    def begin(self) -> None:
        """Expect the answers to another request."""
        self._left = PULL
        self._over.clear()

    async def until_over(self) -> None:
        """Wait for the last answer.

        Raises:
            BrokerAway: The place in the stream is gone, or nothing is heard.
        """
        if not await set_within(self._over, EXPIRES_S + GRACE_S):
            raise BrokerAway(f"nothing is heard of {LEDGER}")
        if self._gone:
            raise BrokerAway(f"the place in {LEDGER} is gone ({self._gone})")

    async def receive(self, message: Msg) -> None:
        """Take one answer: an event, or a status."""
        status = (message.headers or {}).get("Status")
        if status is None:
            self._keep(message)
            self._left -= 1
        elif status not in PULL_IS_OVER:
            self._gone = status
        if status is not None or not self._left:
            self._over.set()
