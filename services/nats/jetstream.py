"""Ask JetStream what nats-py has no typed words for."""

import base64
from collections.abc import Mapping
from typing import TypeVar

import msgspec
from nats.aio.client import Client

from services.nats.connect import BrokerAway
from services.nats.subjects import API

ANSWER_S = 5.0
NOT_FOUND = 404

Answer = TypeVar("Answer")


class ApiError(msgspec.Struct, frozen=True):
    """How JetStream refuses.

    Attributes:
        code: Like an HTTP status.
        err_code: JetStream's own number.
        description: In words; never decide by them.
    """

    code: int
    err_code: int = 0
    description: str = ""


class Refused(BrokerAway):
    """JetStream answered, and refused.

    Attributes:
        error: Its answer.
    """

    def __init__(self, asked: str, error: ApiError) -> None:
        super().__init__(f"{asked}: {error.description} ({error.err_code})")
        self.error = error


class StreamState(msgspec.Struct, frozen=True):
    """What a stream holds.

    Attributes:
        messages: How many.
        last_seq: Sequence of the last one ever stored, which may be gone by now.
        first_seq: Sequence of the first one that is there.
    """

    messages: int
    last_seq: int
    first_seq: int = 0


class StreamInfo(msgspec.Struct, frozen=True):
    """A stream as its leader describes it.

    Attributes:
        config: As created and completed by the server.
        created: By the broker's clock, RFC 3339.
        state: What it holds.
    """

    config: dict[str, object]
    created: str
    state: StreamState


class StoredMessage(msgspec.Struct, frozen=True):
    """One message of a stream, read from its leader.

    Attributes:
        subject: Where it was published.
        seq: Its place in the stream.
        time: When the broker stored it, RFC 3339.
        data: Payload, base64.
        hdrs: Header block, base64.
    """

    subject: str
    seq: int
    time: str = ""
    data: str = ""
    hdrs: str = ""

    @property
    def payload(self) -> bytes:
        """Return the bytes published."""
        return base64.b64decode(self.data)

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers; of a name that occurs twice the last one."""
        lines = base64.b64decode(self.hdrs).decode(errors="replace").split("\r\n")[1:]
        pairs = (line.partition(":") for line in lines if line)
        return {name.strip(): value.strip() for name, _, value in pairs}


class _Failure(msgspec.Struct, frozen=True):
    error: ApiError | None = None


class _Fetched(msgspec.Struct, frozen=True):
    message: StoredMessage


class JetStream:
    """The part of the JetStream API used here, answered by the stream's leader."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def ask(self, what: str, request: Mapping[str, object], kind: type[Answer]) -> Answer:
        """Make one request of the API.

        Raises:
            Refused: JetStream said no.
            nats.errors.Error: There was no answer.
        """
        body = msgspec.json.encode(request)
        answer = await self._client.request(f"{API}.{what}", body, timeout=ANSWER_S)
        failure = msgspec.json.decode(answer.data, type=_Failure)
        if failure.error is not None:
            raise Refused(what, failure.error)
        return msgspec.json.decode(answer.data, type=kind)

    async def info(self, stream: str) -> StreamInfo | None:
        """Return what the leader says of a stream, None if there is none."""
        try:
            return await self.ask(f"STREAM.INFO.{stream}", {}, StreamInfo)
        except Refused as refused:
            if refused.error.code == NOT_FOUND:
                return None
            raise

    async def message(self, stream: str, wanted: Mapping[str, object]) -> StoredMessage | None:
        """Return one message, by `{"seq": …}` or `{"last_by_subj": …}`, None if there is none."""
        try:
            fetched = await self.ask(f"STREAM.MSG.GET.{stream}", wanted, _Fetched)
        except Refused as refused:
            if refused.error.code == NOT_FOUND:
                return None
            raise
        return fetched.message

    async def delete(self, stream: str, seq: int) -> None:
        """Overwrite and remove one message; one that is gone already stays so."""
        try:
            await self.ask(f"STREAM.MSG.DELETE.{stream}", {"seq": seq}, dict[str, object])
        except Refused as refused:
            if refused.error.code != NOT_FOUND:
                raise

    async def delete_stream(self, stream: str) -> None:
        """Delete a stream with all it holds.

        Raises:
            Refused: There is none, or JetStream said no.
        """
        await self.ask(f"STREAM.DELETE.{stream}", {}, dict[str, object])

    async def reset(self, stream: str, consumer: str, seq: int) -> None:
        """Have a consumer offer everything again from a sequence on.

        Raises:
            Refused: JetStream said no.
        """
        await self.ask(f"CONSUMER.RESET.{stream}.{consumer}", {"seq": seq}, dict[str, object])

    async def purge(self, stream: str) -> None:
        """Remove every message; the sequence goes on."""
        await self.ask(f"STREAM.PURGE.{stream}", {}, dict[str, object])
