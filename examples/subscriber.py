"""Subscribe to a feed in ten lines: print each event once, keep `ce-id` to drop repeats.

Usage: python examples/subscriber.py CREDENTIALS_FILE   (serve prints the file's path)
"""

import asyncio
import json
import sys
from pathlib import Path

import nats


async def main(file: str) -> None:
    """Print every event of the feed as one line of JSON."""
    me = json.loads(Path(file).read_text(encoding="utf-8"))
    name, seen = me["user"].removeprefix("subscriber-"), set[str]()
    client = await nats.connect(
        me["url"], user=me["user"], password=me["password"], inbox_prefix=me["inbox_prefix"]
    )
    feed = await client.jetstream().pull_subscribe_bind(consumer=name, stream=f"FEED_{name}")
    while True:
        for message in await messages(feed):
            event = dict(message.headers or {})
            if event["ce-id"] not in seen:  # at least once: keep the ids in your own transaction
                print(json.dumps({**event, "data": json.loads(message.data)}), flush=True)
                seen.add(event["ce-id"])
            await message.ack()


async def messages(feed: nats.js.JetStreamContext.PullSubscription) -> list[nats.aio.msg.Msg]:
    """Return what comes within five seconds, perhaps nothing."""
    try:
        return await feed.fetch(100, timeout=5)
    except nats.errors.TimeoutError:
        return []


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
