"""Bring each subscriber its feed: the events of the rooms granted, opened, in its own stream.

At least once, in order within a room. The cursor moves after the broker has acknowledged, so a
crash between the two repeats a window under the same ids; nothing is skipped.
"""

import asyncio
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote
from uuid import UUID

import structlog
from msgspec import Struct
from nats.aio.client import Client

from ledger.casefile import ERASING, erased_by
from ledger.envelope import FRAME_ENCODER, Frame, tag_of
from ledger.errors import DecodeError, StoreFault
from ledger.rooms import WHOLE, kind_of
from ledger.sqlite.faults import faults
from ledger.store.reader import Reader
from ledger.store.sealing import parse
from services.nats.accounts import Credentials
from services.nats.connect import BrokerAway, Line
from services.nats.follower import Follower
from services.nats.forgetting import forget
from services.nats.jetstream import JetStream
from services.nats.pipe import MESSAGE_ID, Ack, Message, PublishPipe, refused
from services.nats.source import Row, Source
from services.nats.streams import ensure_feed_consumer, ensure_feed_stream
from services.nats.subjects import feed_subject

log = structlog.get_logger()

SEQUENCE_DIGITS = 20
ERASED_BY = tuple(f'"type":"{tag_of(kind)}"'.encode() for kind in sorted(ERASING, key=tag_of))
"""What stands in a frame that says that others were erased."""


class Grant(Struct, frozen=True):
    """What a subscriber is given.

    Attributes:
        subscriber: Its name, part of subjects and accounts.
        rooms: Kinds of room.
    """

    subscriber: str
    rooms: tuple[str, ...] = ("joint",)

    def allows(self, frame: Frame[Any]) -> bool:
        """Tell whether an event belongs to the feed."""
        return kind_of(frame.room) in self.rooms


PARTNER = Grant("partner")
"""The one feed of an embedded ledger: every case's joint room."""


class Cursor:
    """Remember how far each feed was brought, in a database of the courier's own."""

    def __init__(self, path: Path) -> None:
        """Open it, or make it, readable by its owner alone."""
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._path = path
        self._database: sqlite3.Connection | None = None
        with self._open() as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute(
                "CREATE TABLE IF NOT EXISTS cursors"
                " (feed TEXT PRIMARY KEY, ledger TEXT NOT NULL, position INTEGER NOT NULL)"
            )
            database.execute(
                "CREATE TABLE IF NOT EXISTS parked"
                " (feed TEXT, event_case TEXT, position INTEGER, why TEXT,"
                " PRIMARY KEY (feed, position))"
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Use it, in the ledger's terms for a full disk."""
        with faults("courier's cursor"):
            if self._database is None:
                self._database = sqlite3.connect(self._path, isolation_level=None)
                # A move that a crash takes back repeats a window under the same ids.
                self._database.execute("PRAGMA synchronous = NORMAL")
            yield self._database

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        database, self._database = self._database, None
        if database is not None:
            database.close()

    def position(self, feed: str, ledger: str) -> int:
        """Return how far a feed was brought; 0 for a new one, or one of another ledger."""
        with self._open() as database:
            row = database.execute(
                "SELECT position FROM cursors WHERE feed = ? AND ledger = ?", (feed, ledger)
            ).fetchone()
        return row[0] if row else 0

    def move(self, feed: str, ledger: str, position: int) -> None:
        """Remember that everything up to a position is with the broker."""
        with self._open() as database:
            database.execute(
                "INSERT INTO cursors VALUES (?1, ?2, ?3)"
                " ON CONFLICT (feed) DO UPDATE SET ledger = ?2, position = ?3",
                (feed, ledger, position),
            )

    def park(self, feed: str, row: Row, why: str) -> None:
        """Remember an event that could not be opened, rather than stand still for it."""
        with self._open() as database:
            database.execute(
                "INSERT OR REPLACE INTO parked VALUES (?, ?, ?, ?)",
                (feed, row.case_hex, row.position, why),
            )


class Courier:
    """Follow LEDGER, open what a grant allows, publish it to the subscriber's stream."""

    def __init__(
        self,
        reader: Reader,
        ledger_id: UUID,
        cursor: Cursor,
        credentials: Credentials,
        grant: Grant = PARTNER,
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            reader: Opens events.
            ledger_id: The institution, named in every message's source.
            cursor: Where the feed's position is kept.
            credentials: Of the user `courier`.
            grant: What the subscriber gets.
        """
        self._reader = reader
        self._ledger = ledger_id.hex
        self._cursor = cursor
        self._credentials = credentials
        self._grant = grant
        self._line = Line(credentials, name="courier")
        self._door: _Door | None = None

    def position(self) -> int:
        """Return the position the feed was brought to."""
        return self._cursor.position(self._grant.subscriber, self._ledger)

    async def run(self, source: Source, follower: Credentials, stop: asyncio.Event) -> None:
        """Bring the feed until stopped, through outages of the broker of any length."""
        following = Follower(
            source, follower, name="courier", position=self.position, handle=self._bring
        )
        try:
            await following.run(stop)
        finally:
            await self._close()

    async def catch_up(self, source: Source) -> int:
        """Bring everything up to the head of the store; return the position."""
        following = Follower(
            source, self._credentials, name="courier", position=self.position, handle=self._bring
        )
        try:
            return await following.catch_up()
        finally:
            await self._close()

    async def _close(self) -> None:
        self._cursor.close()
        await self._line.close()

    async def _bring(self, rows: Sequence[Row]) -> None:
        """Publish a few events, in order.

        Raises:
            BrokerAway: The broker does not have them all; the follower asks again.
        """
        messages = [m for row in rows if (m := self._message(row)) is not None]
        erased = {event: kind for row in rows for event, kind in self._erased(row).items()}
        if messages:
            await self._line.work(partial(self._publish, messages))
        if erased:  # behind their own copies, which stand before them in the record
            await self._line.work(partial(self._forget, erased))
        # A crash here repeats these messages under the same ids.
        self._cursor.move(self._grant.subscriber, self._ledger, rows[-1].position)

    async def _publish(self, messages: list[Message], client: Client) -> None:
        if self._door is None or self._door.client is not client:
            self._door = await _Door.open(client, self._grant.subscriber)
        await self._door.publish(messages)

    async def _forget(self, erased: dict[str, str], client: Client) -> None:
        """Delete the copies of what was erased; the event that says so went to whoever had them."""
        found = await forget(JetStream(client), self._grant.subscriber, erased)
        log.info("courier.forgot", feed=self._grant.subscriber, messages=found)

    def _erased(self, row: Row) -> dict[str, str]:
        """Name what an event of the feed erases: types by event id; most erase nothing."""
        try:
            if not self._reader.speaks_of(row.sealed, ERASED_BY):
                return {}
            frame = self._reader.frame(row.sealed)[1]
            if not self._grant.allows(frame):
                return {}
            case_id = UUID(row.case_hex)
            file = self._reader.load(case_id)
        except (StoreFault, DecodeError):
            return {}  # parked by `_message`
        entries = file.seen_by({frame.room: WHOLE}).record.entries
        return {self._reader.event_id(case_id, r): entries[r].tag for r in erased_by(frame.event)}

    def _message(self, row: Row) -> Message | None:
        """Open one event for the subscriber; None where it is not granted."""
        try:
            room_id, frame = self._reader.frame(row.sealed)
            if not self._grant.allows(frame):
                return None
            event = self._reader.filled(parse(row.sealed), frame.event)
        except (StoreFault, DecodeError) as error:
            self._cursor.park(self._grant.subscriber, row, error.why)
            log.warning("courier.parked", position=row.position, why=error.why)
            return None
        event_id = f"{room_id.hex()}/{frame.seq}"
        headers = cloud_event(self._ledger, row, event_id, frame)
        subject = feed_subject(self._grant.subscriber, headers["ce-type"].split(".")[2])
        return Message(subject, FRAME_ENCODER.encode(event), {MESSAGE_ID: event_id, **headers})


class _Door:
    """The way into a subscriber's stream over one connection."""

    def __init__(self, client: Client, pipe: PublishPipe, last: int) -> None:
        self.client = client
        self._pipe = pipe
        self._last = last

    @classmethod
    async def open(cls, client: Client, subscriber: str) -> Self:
        """See that stream and consumer are there; find out where the stream ends."""
        stream = JetStream(client)
        info = await ensure_feed_stream(stream, subscriber)
        await ensure_feed_consumer(stream, subscriber)
        pipe = await PublishPipe(client).__aenter__()  # ends with its connection
        return cls(client, pipe, info.state.last_seq)

    async def publish(self, messages: list[Message]) -> None:
        """Store all in order; where some are there already, one after another.

        Never as a batch: its headers stay with the messages, and where it ends would tell how many
        events that are not granted lie between those that are.

        Raises:
            BrokerAway: The broker does not have them all; none is there before one in front of it.
        """
        acks = await self._pipe.publish_many(messages, after=self._last)
        ack = next((ack for ack in acks if ack.is_bad), acks[-1])
        if ack.is_bad:
            for message in messages:
                ack = await self._one(message)
        self._last = max(self._last, ack.seq)

    async def _one(self, message: Message) -> Ack:
        """Stop at the first message the broker does not take: what comes behind must wait."""
        (ack,) = await self._pipe.publish_many([message])
        if ack.error is not None:
            raise BrokerAway(str(refused("a feed message", ack)))
        return ack


def cloud_event(ledger: str, row: Row, event_id: str, frame: Frame[Any]) -> dict[str, str]:
    """Write the headers of a CloudEvents 1.0 message in binary mode, values percent-encoded."""
    tag = str(type(frame.event).__struct_config__.tag)
    attributes = {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/institutions/{ledger}/cases/{row.case_hex}/rooms/{row.room_hex}",
        "type": f"org.goodoffices.{tag}.v{frame.v}",
        "time": frame.recorded.isoformat().replace("+00:00", "Z"),
        "subject": row.case_hex,
        "sequence": f"{frame.seq:0{SEQUENCE_DIGITS}d}",
        "dataschema": f"urn:goodoffices:{tag}:v{frame.v}",
        "datacontenttype": "application/json",
        "actor": frame.actor,
    }
    if frame.acting_for is not None:
        attributes["actingfor"] = frame.acting_for
    if frame.occurred is not None:
        attributes["occurred"] = frame.occurred
    if frame.corrects is not None:
        attributes["corrects"] = frame.corrects
    return {f"ce-{name}": quote(value, safe=PLAIN) for name, value in attributes.items()}


PLAIN = "".join(chr(c) for c in range(0x21, 0x7F) if chr(c) not in '"%')
"""Characters that a CloudEvents header carries as they are; all others are percent-encoded."""
