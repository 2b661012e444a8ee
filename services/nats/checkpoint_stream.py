"""Carry signed checkpoints to the stream CHECKPOINTS: every one, in order, once.

A message is the note itself, its id `<origin>/<size>`. Where the stream ends is read from the
stream; what it holds of our log that the signer never signed stops the sealer.
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
    begin = await _size_in(js, info, store, signer)
    messages = [
        Message(CHECKPOINT_SUBJECT, logged.note, {MESSAGE_ID: f"{store.origin}/{logged.index + 1}"})
        for logged in store.log(begin, begin + LOT)
        if logged.note is not None
    ]
    if not messages:
        return
    async with PublishPipe(client) as pipe:
        for ack in await pipe.publish_many(messages, after=info.state.last_seq):
            if ack.error is not None:
                raise BrokerAway(str(refused("a checkpoint", ack)))


async def _size_in(js: JetStream, info: StreamInfo, store: SealStore, signer: LogSigner) -> int:
    """Read how far the stream holds this log, after comparing its last checkpoint."""
    last = None
    if info.state.messages:
        last = await js.message(CHECKPOINTS, {"last_by_subj": CHECKPOINT_SUBJECT})
    if last is None:
        return 0
    compare_published(store, signer, [last.payload])
    checkpoint = parse_checkpoint(parse_note(last.payload).text)
    return checkpoint.head.size if checkpoint.origin == store.origin else 0
