"""Make the streams as they must be, and put right those that are not.

A stream is never the guarantee itself: it can be filled again from the store.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from services.nats.accounts import Credentials
from services.nats.connect import BrokerUnfit
from services.nats.jetstream import JetStream, StreamInfo
from services.nats.subjects import (
    ADVICE,
    ADVICE_SUBJECTS,
    CHECKPOINT_SUBJECT,
    CHECKPOINTS,
    LEDGER,
    LEDGER_SUBJECTS,
    feed_stream,
)

DUPLICATE_WINDOW = timedelta(minutes=5)
EPOCH_KEY = "gol-epoch"


class Keep(msgspec.Struct, frozen=True, kw_only=True):
    """How much a stream keeps, and for how long.

    Attributes:
        max_bytes: Reserved on the broker's disk at once.
        max_age: Older messages go; zero keeps them until the bytes run out.
        replicas: 1, or 3 on a cluster.
    """

    max_bytes: int
    max_age: timedelta
    replicas: int = 1

    def on(self, broker: Credentials) -> "Keep":
        """Return the same with as many copies as the broker has room for."""
        return msgspec.structs.replace(self, replicas=broker.replicas)


LEDGER_KEEP = Keep(max_bytes=8 << 30, max_age=timedelta(days=365))
CHECKPOINT_KEEP = Keep(max_bytes=64 << 20, max_age=timedelta(days=90))
ADVICE_KEEP = Keep(max_bytes=16 << 20, max_age=timedelta(days=30))
FEED_KEEP = Keep(max_bytes=256 << 20, max_age=timedelta(days=7))


async def ensure_ledger_stream(js: JetStream, keep: Keep = LEDGER_KEEP) -> StreamInfo:
    """Make or mend the internal stream; the oldest go first, followers then read the store.

    Raises:
        Refused: It differs in what cannot be changed, or the broker's disk is given away.
    """
    return await _ensure(js, _config(LEDGER, LEDGER_SUBJECTS, "old", keep))


async def ensure_checkpoint_stream(js: JetStream, keep: Keep = CHECKPOINT_KEEP) -> StreamInfo:
    """Make or mend the stream of signed checkpoints; the oldest go first, the folder has them.

    Raises:
        Refused: It differs in what cannot be changed, or the broker's disk is given away.
    """
    return await _ensure(js, _config(CHECKPOINTS, CHECKPOINT_SUBJECT, "old", keep))


async def ensure_feed_stream(js: JetStream, subscriber: str, keep: Keep = FEED_KEEP) -> StreamInfo:
    """Make or mend a subscriber's own stream; a full one refuses (503/10077), nothing is lost.

    Raises:
        Refused: It differs in what cannot be changed, or the broker's disk is given away.
    """
    config = _config(feed_stream(subscriber), f"feed.{subscriber}.>", "new", keep)
    config["allow_atomic"] = False  # its headers would tell what was published together
    is_new = await js.info(feed_stream(subscriber)) is None  # the server changes it for none
    if is_new and keep.replicas == 1:
        # Not synced message by message: what a crash takes the courier finds missing and brings.
        config["persist_mode"] = "async"
    return await _ensure(js, config)


async def ensure_advice_stream(js: JetStream, keep: Keep = ADVICE_KEEP) -> StreamInfo:
    """Make or mend the stream in which the broker says what subscribers never acknowledged.

    Raises:
        Refused: It differs in what cannot be changed, or the broker's disk is given away.
    """
    return await _ensure(js, _config(ADVICE, ADVICE_SUBJECTS, "old", keep))


async def ensure_feed_consumer(
    js: JetStream,
    subscriber: str,
    *,
    ack_wait: timedelta = timedelta(seconds=30),
    max_deliver: int = 10,
) -> None:
    """Make or mend the durable place of a subscriber in its stream; it bears the same name.

    A message that is not acknowledged is offered again some times; then the broker passes it over
    and says so, and the courier parks it.
    """
    stream = feed_stream(subscriber)
    config = {
        "durable_name": subscriber,
        "name": subscriber,
        "ack_policy": "explicit",
        "ack_wait": _nanoseconds(ack_wait),
        "deliver_policy": "all",
        "max_ack_pending": 1_000,
        "max_deliver": max_deliver,
        "replay_policy": "instant",
    }
    request = {"stream_name": stream, "config": config}
    await js.ask(f"CONSUMER.CREATE.{stream}.{subscriber}", request, dict[str, object])


def epoch_of(info: StreamInfo) -> int:
    """Return which filling of the stream this is; a later one has a larger number.

    A new stream takes the instant of its making, in milliseconds, so that one made on an emptied
    disk is never taken for its predecessor.
    """
    raised = _metadata(info).get(EPOCH_KEY)
    return int(raised) if raised else _milliseconds(info.created)


async def raise_epoch(js: JetStream, info: StreamInfo) -> StreamInfo:
    """Begin another filling, in which no message id counts as seen."""
    metadata = _metadata(info) | {EPOCH_KEY: str(epoch_of(info) + 1)}
    changed = info.config | {"metadata": metadata}
    return await js.ask(f"STREAM.UPDATE.{info.config['name']}", changed, StreamInfo)


async def _ensure(js: JetStream, wanted: dict[str, object]) -> StreamInfo:
    name = wanted["name"]
    info = await js.info(str(name))
    if info is None:
        info = await js.ask(f"STREAM.CREATE.{name}", wanted, StreamInfo)
    elif _lacking(info.config, wanted):
        info = await js.ask(f"STREAM.UPDATE.{name}", info.config | wanted, StreamInfo)
    if lacks := _lacking(info.config, wanted):
        # A server that does not know a setting passes over it without a word.
        raise BrokerUnfit(f"the server made stream {name} without {', '.join(lacks)}")
    return info


def _metadata(info: StreamInfo) -> dict[str, str]:
    kept = info.config.get("metadata")
    return msgspec.convert(kept, dict[str, str]) if kept else {}


def _milliseconds(instant: str) -> int:
    return int(datetime.fromisoformat(instant).timestamp() * 1_000)


def _lacking(config: Mapping[str, object], wanted: Mapping[str, object]) -> list[str]:
    """Name what differs; the server leaves out what is zero or false."""
    return [key for key, value in wanted.items() if (config.get(key) or None) != (value or None)]


def _config(name: str, subjects: str, discard: str, keep: Keep) -> dict[str, object]:
    return {
        "name": name,
        "subjects": [subjects],
        "storage": "file",
        "retention": "limits",
        "discard": discard,
        "max_bytes": keep.max_bytes,
        "max_age": _nanoseconds(keep.max_age),
        "num_replicas": keep.replicas,
        "duplicate_window": _nanoseconds(DUPLICATE_WINDOW),
        "compression": "s2",
        "allow_direct": True,
        "allow_atomic": True,
    }


def _nanoseconds(span: timedelta) -> int:
    return span // timedelta(microseconds=1) * 1_000
