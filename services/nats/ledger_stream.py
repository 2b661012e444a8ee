"""Say how an event stands in the stream LEDGER, and where the stream ends."""

from collections.abc import Sequence
from typing import NamedTuple

from ledger.errors import StoreFault
from services.nats.jetstream import JetStream, StoredMessage, StreamInfo
from services.nats.pipe import MESSAGE_ID, Message
from services.nats.source import Row, Source
from services.nats.streams import epoch_of
from services.nats.subjects import LEDGER, LEDGER_SUBJECTS, ledger_subject

EPOCH = "Gol-Epoch"
POSITION = "Gol-Position"
POSITION_DIGITS = 20


class ForeignStream(StoreFault):
    """The stream holds what this store does not: another ledger's events, or later ones."""


class Tail(NamedTuple):
    """Where the stream ends.

    Attributes:
        epoch: Which filling of the stream this is.
        position: Of the last event in it, 0 if there is none.
        sequence: The stream's last sequence, which the next message must name.
    """

    epoch: int
    position: int
    sequence: int


def message_of(row: Row, epoch: int) -> Message:
    """Return a stored event as it travels: the sealed bytes as they are, ids, no names."""
    headers = {
        MESSAGE_ID: f"{epoch}-{row.position}",
        EPOCH: str(epoch),
        POSITION: str(row.position).zfill(POSITION_DIGITS),
    }
    return Message(ledger_subject(row.case_hex, row.room_hex), row.sealed, headers)


def row_of(subject: str, headers: dict[str, str] | None, payload: bytes) -> Row:
    """Read an event as it travels.

    Raises:
        ForeignStream: It is none of ours.
    """
    try:
        _, case_hex, room_hex = subject.split(".")
        return Row(int((headers or {})[POSITION]), case_hex, room_hex, payload)
    except (KeyError, ValueError) as foreign:
        raise ForeignStream(
            f"stream {LEDGER} holds a message without a position", "rebuild the stream"
        ) from foreign


async def read_tail(js: JetStream, info: StreamInfo, source: Source) -> Tail:
    """Read where the stream ends, from its leader, and compare that event with the store's.

    Raises:
        ForeignStream: The stream is ahead of the store, or its last event is another.
    """
    epoch, sequence = epoch_of(info), info.state.last_seq
    last = await _last_message(js, info)
    if last is None:
        return Tail(epoch, 0, sequence)
    row = row_of(last.subject, last.headers, last.payload)
    _same_as_stored(row, source)
    # Messages behind the last event may be gone, and another relay may have added some meanwhile.
    return Tail(epoch, row.position, max(sequence, last.seq))


class Compared(NamedTuple):
    """How the stream stands to the store.

    Attributes:
        epoch: Which filling of the stream this is, None where there is no stream.
        position: Of its last event.
        behind: How many positions the store is ahead.
    """

    epoch: int | None
    position: int
    behind: int


async def compare(js: JetStream, source: Source) -> Compared:
    """Compare where the stream ends with the store.

    Raises:
        ForeignStream: The stream is ahead of the store, or its last event is another.
    """
    info = await js.info(LEDGER)
    if info is None:
        return Compared(None, 0, source.head())
    tail = await read_tail(js, info, source)
    return Compared(tail.epoch, tail.position, max(source.head() - tail.position, 0))


async def _last_message(js: JetStream, info: StreamInfo) -> StoredMessage | None:
    if not info.state.messages:
        return None
    last = await js.message(LEDGER, {"seq": info.state.last_seq})
    return last or await js.message(LEDGER, {"last_by_subj": LEDGER_SUBJECTS})


def _same_as_stored(row: Row, source: Source) -> None:
    head = source.head()
    if row.position > head:
        raise ForeignStream(
            f"stream {LEDGER} ends at position {row.position}, the store at {head}",
            "restore the store, or rebuild the stream",
        )
    stored: Sequence[Row] = source.page(row.position - 1, 1)
    if not stored or tuple(stored[0]) != tuple(row):
        raise ForeignStream(
            f"stream {LEDGER} holds another event at position {row.position} than the store",
            "check that broker and store belong together, or rebuild the stream",
        )
