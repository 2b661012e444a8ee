"""Carry signed checkpoints to the stream CHECKPOINTS: every one, in order, once.

A message is the note itself, its id `<origin>/<size>`. The newest one is sent again whenever
witnesses have cosigned it since, as `<origin>/<size>/<number of signatures>`. Where the stream ends
is read from the stream; what it holds of our log that the signer never signed stops the sealer.
"""

from typing import Final

from nats.aio.client import Client

from ledger.seal.checkpoints import parse_checkpoint
from ledger.seal.comparing import compare_published
from ledger.seal.log_signer import LogSigner
from ledger.seal.notes import parse_note
from ledger.seal.seal_store import SealStore
from services.nats.connect import BrokerAway
from services.nats.jetstream import JetStream, StreamInfo
from services.nats.pipe import MESSAGE_ID, Message, PublishPipe, refused
from services.nats.streams import CHECKPOINT_KEEP, Keep, ensure_checkpoint_stream
from services.nats.subjects import CHECKPOINT_SUBJECT, CHECKPOINTS

LOT: Final = 256


async def announce(
    client: Client, store: SealStore, signer: LogSigner, keep: Keep = CHECKPOINT_KEEP
) -> None:
    """Bring the stream to the newest checkpoint, a lot at a time.

    Raises:
        BrokerAway: The broker does not have them all; ask again.
        SealsDoNotMatch: The stream holds a checkpoint of this log that was never signed here.
    """
    js = JetStream(client)
    info = await ensure_checkpoint_stream(js, keep)
    last = await _last_in(js, info, store, signer)
    messages = _missing(store, last) or _cosigned(store, last)
    if not messages:
        return
    async with PublishPipe(client) as pipe:
        for ack in await pipe.publish_many(messages, after=info.state.last_seq):
            if ack.error is not None:
                raise BrokerAway(str(refused("a checkpoint", ack)))


def _missing(store: SealStore, last: bytes | None) -> list[Message]:
    begin = 0 if last is None else _size_of(last)
    return [
        _message(logged.note, f"{store.origin}/{logged.index + 1}")
        for logged in store.log(begin, begin + LOT)
        if logged.note is not None
    ]


def _cosigned(store: SealStore, last: bytes | None) -> list[Message]:
    """Return the newest checkpoint, if more have signed it than the stream knows."""
    size = store.signed_size()
    note = store.note(size) if size else None
    if last is None or note is None or _size_of(last) != size:
        return []
    there, here = (len(parse_note(each).signatures) for each in (last, note))
    return [_message(note, f"{store.origin}/{size}/{here}")] if here > there else []


def _message(note: bytes, name: str) -> Message:
    return Message(CHECKPOINT_SUBJECT, note, {MESSAGE_ID: name})


def _size_of(note: bytes) -> int:
    return parse_checkpoint(parse_note(note).text).head.size


async def _last_in(
    js: JetStream, info: StreamInfo, store: SealStore, signer: LogSigner
) -> bytes | None:
    """Read the last checkpoint of this log that the stream holds, after comparing it."""
    last = None
    if info.state.messages:
        last = await js.message(CHECKPOINTS, {"last_by_subj": CHECKPOINT_SUBJECT})
    if last is None:
        return None
    compare_published(store, signer, [last.payload])
    origin = parse_checkpoint(parse_note(last.payload).text).origin
    return last.payload if origin == store.origin else None
