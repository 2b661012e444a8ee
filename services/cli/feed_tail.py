"""Show a feed as it goes out.

What stands outside the words alone: who reads those opens the case, and is noted for it.
"""

import asyncio
from collections.abc import Mapping
from urllib.parse import unquote

from nats.aio.client import Client

from ledger.errors import StoreFault
from services.answers import DONE
from services.cli import output
from services.nats.accounts import Credentials
from services.nats.connect import with_connection
from services.nats.jetstream import JetStream
from services.nats.subjects import feed_stream
from services.reading.feeds import courier_credentials
from services.settings import Settings

LOOK_S = 0.1
COLUMNS = ("sequence", "time", "case", "entry", "type", "who")


def follow(settings: Settings, feed: str, *, last: int, as_json: bool) -> int:
    """Print a feed's messages until interrupted.

    Args:
        settings: How the broker is reached.
        feed: Its name.
        last: Begin so many messages before its end.
        as_json: One JSON object a line.

    Raises:
        StoreFault: Nothing reaches the broker from here.
        BrokerAway: The broker does not answer, or went away.
    """
    credentials = courier_credentials(settings)
    if credentials is None:
        raise StoreFault("nothing reaches the broker from here", "start `goodoffices serve`")
    if not as_json:
        output.line("\t".join(COLUMNS))
    asyncio.run(_follow(credentials, feed, last, as_json=as_json))
    return DONE


async def _follow(credentials: Credentials, feed: str, last: int, *, as_json: bool) -> None:
    async def work(client: Client) -> None:
        js, stream = JetStream(client), feed_stream(feed)
        info = await js.info(stream)
        seq = 1 if info is None else max(1, info.state.last_seq + 1 - last)
        asked = {"next_by_subj": f"feed.{feed}.>"}
        while True:
            message = await js.message(stream, {"seq": seq, **asked})
            if message is None:
                await asyncio.sleep(LOOK_S)
                continue
            _print(message.seq, message.headers, as_json=as_json)
            seq = message.seq + 1

    await with_connection(credentials, name="feed tail", work=work)


def _print(seq: int, headers: Mapping[str, str], *, as_json: bool) -> None:
    told = {name[3:]: unquote(v) for name, v in headers.items() if name.startswith("ce-")}
    if as_json:
        output.as_line({"stream_sequence": seq, **told})
        return
    entry = f"{told['id'].partition('/')[0][:8]}…/{int(told['sequence'])}"
    kind = told["type"].split(".")[2]
    output.line("\t".join((str(seq), told["time"], told["subject"], entry, kind, told["actor"])))
