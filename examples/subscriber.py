"""Subscribe to a feed in ten lines: print each event once, keep `ce-id` to drop repeats.

Usage: python examples/subscriber.py CREDENTIALS_FILE   (`serve` prints the file's path)
"""

import asyncio
import json
import sys
from pathlib import Path

import nats
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.errors import ServiceUnavailableError


async def main(file: Path, text: str) -> None:
    """Print every event of the feed as one line of JSON."""
    name, seen = file.stem, set[str]()
    told = dict(line[2:].split() for line in text.splitlines() if line[:2] == "# ")
    client = await nats.connect(told["address"], user_credentials=file, inbox_prefix=told["inbox"])
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
    except TimeoutError:  # the library's own, and Python's, which it raises too
        return []
    except ServiceUnavailableError:  # the broker has just come back, the feed not yet
        await asyncio.sleep(1)
        return []


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[1]).read_text("utf-8")))
