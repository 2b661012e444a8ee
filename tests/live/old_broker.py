"""A broker's folder as releases before operator mode left it: with accounts and passwords."""

import json
import subprocess
from pathlib import Path

import nats

from services.nats.binary import find_server
from services.nats.child import answers_healthy
from services.nats.folder import Folder, write_private
from services.nats.jetstream import JetStream
from services.nats.ledger_stream import message_of
from services.nats.pipe import Message, PublishPipe
from services.nats.server import ServerState
from services.nats.source import Row
from services.nats.streams import ensure_feed_stream, ensure_ledger_stream, epoch_of
from tests.live.cluster import free_ports
from tests.live.serving import until

KEY = "an old folder's key of the streams"
PASSWORD = "drawn long ago"


async def make_old_folder(root: Path, rows: list[Row]) -> int:
    """Fill LEDGER and a feed in the old layout; return the epoch of LEDGER."""
    folder = Folder(root)
    folder.make()
    client_port, monitor_port = free_ports(2)
    user = [{"user": "any", "password": PASSWORD}]
    config = {
        "listen": f"127.0.0.1:{client_port}",
        "http": f"127.0.0.1:{monitor_port}",
        "jetstream": {"store_dir": str(folder.streams), "cipher": "aes", "key": KEY},
        "accounts": {
            "SYS": {},
            "LEDGER": {"jetstream": "enabled", "users": user},
            "FEEDS": {"jetstream": "enabled", "users": [{"user": "more", "password": PASSWORD}]},
        },
        "system_account": "SYS",
    }
    folder.config.write_text(json.dumps(config))
    write_private(folder.secrets, {"key": KEY, "passwords": {"relay": PASSWORD}})
    write_private(folder.state, ServerState(client_port))
    write_private(folder.credentials / "relay.json", {"user": "relay", "password": PASSWORD})
    with subprocess.Popen(  # noqa: ASYNC220 - nothing else runs on this loop
        [str(find_server()), "-c", str(folder.config)]
    ) as server:
        until(lambda: answers_healthy(monitor_port), "the old broker")
        try:
            return await _fill(client_port, rows)
        finally:
            server.terminate()


async def _fill(port: int, rows: list[Row]) -> int:
    client = await nats.connect(f"nats://127.0.0.1:{port}", user="any", password=PASSWORD)
    epoch = epoch_of(await ensure_ledger_stream(JetStream(client)))
    async with PublishPipe(client) as pipe:
        await pipe.publish_many([message_of(row, epoch) for row in rows], after=0)
    await client.close()
    client = await nats.connect(f"nats://127.0.0.1:{port}", user="more", password=PASSWORD)
    await ensure_feed_stream(JetStream(client), "city")
    async with PublishPipe(client) as pipe:
        await pipe.publish_many([Message("feed.city.told", b"x", {})])
    await client.close()
    return epoch
