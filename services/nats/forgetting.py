"""Delete single messages of a subscriber's stream, overwritten on the broker's disk."""

from collections.abc import Mapping

from services.nats.jetstream import JetStream
from services.nats.subjects import feed_stream, feed_subject

EVENT_ID = "ce-id"


async def forget(js: JetStream, subscriber: str, wanted: Mapping[str, str]) -> int:
    """Delete every copy of some events; return how many there were. May be repeated.

    Args:
        js: JetStream, as the courier.
        subscriber: Whose stream.
        wanted: Type of each event, by its id.

    Raises:
        BrokerAway: The broker refused or is away; what is deleted stays deleted.
    """
    stream, found = feed_stream(subscriber), 0
    for kind in sorted(set(wanted.values())):
        seq, subject = 1, feed_subject(subscriber, kind)
        while message := await js.message(stream, {"seq": seq, "next_by_subj": subject}):
            if message.headers.get(EVENT_ID) in wanted:
                await js.delete(stream, message.seq)
                found += 1
            seq = message.seq + 1
    return found
