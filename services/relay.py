"""Carry the store to the stream LEDGER: every event, in order, once.

The store is the outbox. Where the stream ends is read from the stream itself, so nothing is to be
kept here: whatever crashes, the next start goes on behind the last event that arrived.
"""

import asyncio
from collections.abc import Iterator, Sequence

import structlog
from nats.aio.client import Client

from services.nats.accounts import Credentials
from services.nats.connect import keep_working, set_within, until, with_connection
from services.nats.jetstream import JetStream
from services.nats.ledger_stream import Tail, message_of, read_tail
from services.nats.pipe import ACK_WAIT_S, Ack, PublishPipe, refused
from services.nats.source import Row, Source
from services.nats.streams import LEDGER_KEEP, Keep, ensure_ledger_stream, epoch_of, raise_epoch
from services.nats.subjects import LEDGER

log = structlog.get_logger()

PAGE = 500
BATCH_BYTES = 4 << 20
POLL_S = 0.005  # other processes record too and give no hint; a look costs ten microseconds
CHECK_EVERY = 1_000  # rounds until the stream's end is read again: some five seconds when quiet


class Relay:
    """The publisher of LEDGER; a second one at the same time is harmless."""

    def __init__(
        self,
        source: Source,
        credentials: Credentials,
        *,
        hint: asyncio.Event | None = None,
        keep: Keep | None = None,
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            source: The store.
            credentials: Of the user `relay`.
            hint: Set by whoever recorded something; without it the store is polled.
            keep: How much the stream keeps; the usual, with three copies on a cluster.
        """
        self._source = source
        self._credentials = credentials
        self._hint = hint or asyncio.Event()
        self._keep = keep or LEDGER_KEEP.on(credentials)
        self._passage: _Passage | None = None

    def position(self) -> int:
        """Return the position the stream was brought to, as far as this process knows."""
        return 0 if self._passage is None else self._passage.position

    async def run(self, stop: asyncio.Event) -> None:
        """Relay until stopped, through outages of the broker of any length.

        Raises:
            ForeignStream: The stream is ahead of the store or not of this ledger: a person must
                decide.
        """
        await until(stop, keep_working(self._credentials, name="relay", work=self._attend))

    async def catch_up(self) -> int:
        """Bring the stream to the head of the store; return by how many positions.

        Raises:
            BrokerAway: The broker does not answer.
            ForeignStream: As for `run`.
        """
        return await with_connection(self._credentials, name="relay", work=self._carry_once)

    async def rebuild(self) -> int:
        """Empty the stream, raise its epoch and fill it again.

        Raises:
            BrokerAway: The broker does not answer; ask again.
        """
        return await with_connection(self._credentials, name="relay", work=self._rebuild)

    async def _attend(self, client: Client) -> None:
        async with PublishPipe(client, ack_wait_s=ACK_WAIT_S) as pipe:
            self._passage = _Passage(self._source, JetStream(client), pipe, self._keep)
            while True:
                await self._passage.open()
                for _ in range(CHECK_EVERY):
                    await self._passage.carry()
                    await self._wait_for_more()

    async def _wait_for_more(self) -> None:
        await set_within(self._hint, POLL_S)
        self._hint.clear()

    async def _carry_once(self, client: Client) -> int:
        async with PublishPipe(client, ack_wait_s=ACK_WAIT_S) as pipe:
            passage = _Passage(self._source, JetStream(client), pipe, self._keep)
            await passage.open()
            return await passage.carry()

    async def _rebuild(self, client: Client) -> int:
        js = JetStream(client)
        await ensure_ledger_stream(js, self._keep)
        log.warning("relay.rebuilding")
        await js.purge(LEDGER)
        # A crash here leaves an empty stream, which the next start fills.
        return await self._carry_once(client)


class _Passage:
    """The way from the store to the stream over one connection."""

    def __init__(self, source: Source, js: JetStream, pipe: PublishPipe, keep: Keep) -> None:
        self._source = source
        self._js = js
        self._pipe = pipe
        self._keep = keep
        self._tail = Tail(0, 0, 0)

    @property
    def position(self) -> int:
        """Position of the last event the stream holds."""
        return self._tail.position

    async def open(self) -> None:
        """Find out where the stream ends, and whether it is ours."""
        info = await ensure_ledger_stream(self._js, self._keep)
        self._tail = await read_tail(self._js, info, self._source)

    async def carry(self) -> int:
        """Publish what the stream lacks; return by how many positions it moved."""
        begun = self._tail.position
        while rows := self._source.page(self._tail.position, PAGE):
            for lot in lots(rows):
                messages = [message_of(row, self._tail.epoch) for row in lot]
                ack = await self._pipe.publish_lot(messages, after=self._tail.sequence)
                if ack.is_bad:
                    await self._find_back(ack)
                    break
                # A crash here repeats nothing: the next start reads the stream's end again.
                self._tail = self._tail._replace(position=lot[-1].position, sequence=ack.seq)
        if self._tail.position > begun:
            log.debug("relay.published", position=self._tail.position)
        return self._tail.position - begun

    async def _find_back(self, ack: Ack) -> None:
        """Read the tail again after a refusal; what the refusal said decides nothing else.

        Raises:
            Refused: The stream stands where it stood, and no known id explains it.
        """
        stood = self._tail
        await self.open()
        if (self._tail.position, self._tail.sequence) != (stood.position, stood.sequence):
            return  # part of it arrived, or another relay was quicker
        if not ack.id_is_known:
            raise refused("publish", ack)
        # The broker lost these events and knows their ids: it would drop them as repeats for ever.
        await self._renew()

    async def _renew(self) -> None:
        """Raise the epoch, so that no message id counts as seen."""
        info = await raise_epoch(self._js, await ensure_ledger_stream(self._js, self._keep))
        self._tail = self._tail._replace(epoch=epoch_of(info))
        log.warning("relay.epoch_raised", epoch=self._tail.epoch, position=self._tail.position)


def lots(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Cut a page into lots that a broker takes in at once."""
    lot: list[Row] = []
    size = 0
    for row in rows:
        if lot and size + len(row.sealed) > BATCH_BYTES:
            yield lot
            lot, size = [], 0
        lot.append(row)
        size += len(row.sealed)
    yield lot
