"""Subscribe to a feed in ten lines: print each event once, keep `ce-id` to drop repeats.

Usage: python examples/subscriber.py ADDRESS CREDENTIALS_FILE   (`serve` prints both)
"""

import asyncio
import json
import sys
from pathlib import Path

import nats
from nats.aio.msg import Msg
from nats.js import JetStreamContext


async def main(address: str, credentials: Path) -> None:
    """Print every event of the feed as one line of JSON."""
    name, seen = credentials.stem, set[str]()
    client = await nats.connect(
        address, user_credentials=credentials, inbox_prefix=f"_INBOX_subscriber-{name}"
    )
    feed = await client.jetstream().pull_subscribe_bind(consumer=name, stream=f"FEED_{name}")
    while True:
        for message in await messages(feed):
            event = dict(message.headers or {})
            if event["ce-id"] not in seen:  # at least once: keep the ids in your own transaction
                print(json.dumps({**event, "data": json.loads(message.data)}), flush=True)
                seen.add(event["ce-id"])
            await message.ack()


async def messages(feed: JetStreamContext.PullSubscription) -> list[Msg]:
    """Return what comes within five seconds, perhaps nothing."""
    try:
        return await feed.fetch(100, timeout=5)
    except nats.errors.TimeoutError:
        return []


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
