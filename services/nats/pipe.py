"""Publish many messages at once, and know of each whether it is stored.

nats-py's own `publish_async` never resolves on an error answer and hangs when the server dies.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import NamedTuple, Self

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from services.nats.connect import BrokerAway
from services.nats.jetstream import ApiError, Refused

EXPECTED = "Nats-Expected-Last-Sequence"
MESSAGE_ID = "Nats-Msg-Id"
BATCH_ID = "Nats-Batch-Id"
BATCH_SEQUENCE = "Nats-Batch-Sequence"
BATCH_COMMIT = "Nats-Batch-Commit"

WINDOW = 128
BATCH_MAX = 1_000  # the server's own bound
BATCH_MIN = 64  # a batch costs some 20 ms however small it is: fewer messages go one by one
ACK_WAIT_S = 5.0
NO_RESPONDERS = ApiError(503, 0, "nobody stores this subject")
KNOWN_ID_IN_BATCH = 10201


class Message(NamedTuple):
    """What is to be stored.

    Attributes:
        subject: Where.
        payload: The bytes.
        headers: Ours; those of the pipe are added.
    """

    subject: str
    payload: bytes
    headers: Mapping[str, str]


class Ack(msgspec.Struct, frozen=True):
    """What the stream says of one message, or of a whole batch.

    Attributes:
        stream: Its name.
        seq: Where the message stands; of a batch where its last one stands.
        duplicate: Its id was seen before, and it was not stored again.
        error: Why it was refused.
    """

    stream: str = ""
    seq: int = 0
    duplicate: bool = False
    error: ApiError | None = None

    @property
    def is_bad(self) -> bool:
        """Tell whether it leaves doubt that the message stands where it was meant to."""
        return self.error is not None or self.duplicate

    @property
    def id_is_known(self) -> bool:
        """Tell whether an id stood in the way."""
        return self.duplicate or (
            self.error is not None and self.error.err_code == KNOWN_ID_IN_BATCH
        )


class PublishPipe:
    """Publishes to JetStream over one connection with many messages in flight.

    Use it as an async context manager, one caller at a time. It lives as long as its connection.
    """

    def __init__(
        self, client: Client, *, window: int = WINDOW, ack_wait_s: float = ACK_WAIT_S
    ) -> None:
        """Prepare to publish with at most `window` messages unanswered."""
        self._client = client
        self._window = window
        self._ack_wait_s = ack_wait_s
        self._inbox = client.new_inbox()
        self._answers: Subscription | None = None
        self._waiting: dict[str, asyncio.Future[Ack]] = {}
        self._token = 0

    async def __aenter__(self) -> Self:
        self._answers = await self._client.subscribe(f"{self._inbox}.*", cb=self._answered)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._answers is not None and not self._client.is_closed:
            await self._answers.unsubscribe()

    async def publish_many(
        self, messages: Sequence[Message], *, after: int | None = None
    ) -> list[Ack]:
        """Publish in order; return the answers in the same order, refusals among them.

        With `after`, the stream's last sequence, every message says behind which one it belongs:
        if one is lost, all behind it are refused, and nothing is reordered or doubled.
        When this returns, every message with an answer that is no error is on the broker's disk.

        Raises:
            BrokerAway: An answer did not come; nothing is known of that message and those behind.
        """
        in_flight: deque[asyncio.Future[Ack]] = deque()
        acks: list[Ack] = []
        try:
            for index, message in enumerate(messages):
                if len(in_flight) >= self._window:
                    acks.append(await self._answer(in_flight[0]))
                    in_flight.popleft()
                expected = {} if after is None else {EXPECTED: str(after + index)}
                in_flight.append(await self._send(message, {**message.headers, **expected}))
            while in_flight:
                acks.append(await self._answer(in_flight[0]))
                in_flight.popleft()
        finally:
            for left in in_flight:
                left.cancel()
        return acks

    async def publish_lot(self, messages: Sequence[Message], *, after: int) -> Ack:
        """Publish messages behind a sequence, in the quicker way; none is stored before its turn.

        Returns:
            The first bad answer, else the last one.

        Raises:
            BrokerAway: An answer did not come.
        """
        if len(messages) >= BATCH_MIN:
            return await self.publish_batch(messages, after=after)
        acks = await self.publish_many(messages, after=after)
        return next((ack for ack in acks if ack.is_bad), acks[-1])

    async def publish_batch(self, messages: Sequence[Message], *, after: int | None = None) -> Ack:
        """Publish all of them or none, with one sync for all; return the answer to the whole.

        Raises:
            BrokerAway: The answer did not come; all are stored or none.
        """
        assert 0 < len(messages) <= BATCH_MAX
        batch_id = f"{self._inbox.rpartition('.')[2]}-{self._token}"
        prepared = [
            (message, {**message.headers, **_batch_headers(batch_id, number)})
            for number, message in enumerate(messages, start=1)
        ]
        if after is not None:
            prepared[0][1][EXPECTED] = str(after)
        prepared[-1][1][BATCH_COMMIT] = "1"
        if len(prepared) > 1:
            begun = await self._answer(await self._send(*prepared[0]))
            if begun.error is not None:
                return begun
        for message, headers in prepared[1:-1]:
            await self._client.publish(message.subject, message.payload, headers=headers)
        # A crash before the next line leaves nothing: the broker forgets a batch without an end.
        return await self._answer(await self._send(*prepared[-1]))

    async def _send(self, message: Message, headers: dict[str, str]) -> asyncio.Future[Ack]:
        self._token += 1
        token = str(self._token)
        answer: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self._waiting[token] = answer
        reply = f"{self._inbox}.{token}"
        await self._client.publish(message.subject, message.payload, reply, headers)
        return answer

    async def _answer(self, answer: asyncio.Future[Ack]) -> Ack:
        if answer.done():
            return answer.result()
        try:
            async with asyncio.timeout(self._ack_wait_s):
                return await answer
        except TimeoutError as silent:
            raise BrokerAway("a message was not acknowledged in time") from silent

    async def _answered(self, message: Msg) -> None:
        answer = self._waiting.pop(message.subject.rpartition(".")[2], None)
        if answer is not None and not answer.done():
            answer.set_result(read_ack(message))


def _batch_headers(batch_id: str, number: int) -> dict[str, str]:
    return {BATCH_ID: batch_id, BATCH_SEQUENCE: str(number)}


def read_ack(message: Msg) -> Ack:
    """Read an answer; an empty one says that a batch has begun."""
    if message.data:
        return msgspec.json.decode(message.data, type=Ack)
    if message.headers:
        return Ack(error=NO_RESPONDERS)
    return Ack()


def refused(what: str, ack: Ack) -> Refused:
    """Turn an answer that is an error into an exception."""
    return Refused(what, ack.error or ApiError(0, 0, "the message id was seen before"))
