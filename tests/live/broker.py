"""A store in memory, and what a test wants to know of a broker."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from nats.aio.client import Client

from services.clock import SystemClock
from services.nats.accounts import Credentials, inbox_prefix
from services.nats.connect import connect
from services.nats.issuing import Issuer
from services.nats.jetstream import JetStream
from services.nats.ledger_stream import row_of
from services.nats.operator import Accounts
from services.nats.rights import Rights
from services.nats.server import EmbeddedServer
from services.nats.source import Row
from services.nats.subjects import LEDGER, LEDGER_SUBJECTS

PATIENCE_S = 20.0

Result = TypeVar("Result")


class ListSource:
    """A store that holds nothing but its rows."""

    def __init__(self, count: int = 0, *, of: str = "store", size: int = 200) -> None:
        self.rows: list[Row] = []
        self._of = of
        self._size = size
        self.record(count)

    def record(self, count: int) -> None:
        """Record some more events, spread over cases and rooms."""
        for _ in range(count):
            position = len(self.rows) + 1
            case, room = f"{position % 7:032x}", f"{position % 3:032x}"
            sealed = f"{self._of}-{position}-".encode().ljust(self._size, b"x")
            self.rows.append(Row(position, case, room, sealed))

    def head(self) -> int:
        """Return the last position."""
        return len(self.rows)

    def page(self, after: int, limit: int) -> Sequence[Row]:
        """Return what follows a position."""
        return self.rows[after : after + limit]


def almighty(
    accounts: Accounts,
    url: str,
    account: str = "LEDGER",
    *,
    may_say: Sequence[str] = (">",),
    may_hear: Sequence[str] = (">",),
) -> Credentials:
    """Draw a user that may do everything in an account, as no service of ours may.

    Args:
        accounts: With the account's key.
        url: Of the broker.
        account: One of ours.
        may_say: Where it may publish.
        may_hear: Where it may subscribe.
    """
    keys = accounts._keys()
    rights = Rights(account, may_say, may_hear)
    held = Issuer(keys, SystemClock().now()).user(keys.accounts[account], "almighty", rights)
    return Credentials(url, "almighty", held.token, held.seed, inbox_prefix("almighty"))


def root_of(server: EmbeddedServer, account: str = "LEDGER") -> Credentials:
    """Draw a user that may do everything in an account of an embedded broker."""
    return almighty(server.accounts, server.credentials("relay").url, account)


async def stream_rows(credentials: Credentials) -> list[Row]:
    """Read LEDGER from its first message to its last."""

    async def read(client: Client) -> list[Row]:
        js, rows, seq = JetStream(client), list[Row](), 1
        while message := await js.message(LEDGER, {"seq": seq, "next_by_subj": LEDGER_SUBJECTS}):
            rows.append(row_of(message.subject, message.headers, message.payload))
            seq = message.seq + 1
        return rows

    return await on_connection(credentials, read)


async def on_connection(
    credentials: Credentials, work: Callable[[Client], Awaitable[Result]]
) -> Result:
    """Do something on a connection of its own."""
    client = await connect(credentials, name="test")
    try:
        return await work(client)
    finally:
        await client.close()


async def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds; the test fails where it never does."""
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 - of what is outside this process there is no event
            await asyncio.sleep(0.01)
