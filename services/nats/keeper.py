"""Keep running brokers told of every account, whoever changed it, and after every outage."""

import asyncio

import structlog
from nats.aio.client import Client

from services.nats.connect import keep_working, set_within, until
from services.nats.operator import Accounts

log = structlog.get_logger()

LOOK_S = 0.5


async def keep_told(accounts: Accounts, url: str, stop: asyncio.Event) -> None:
    """Tell the brokers at an address of every account at each connection and after each change.

    Raises:
        StoreFault: The folder cannot be read.
    """

    async def attend(client: Client) -> None:
        told: dict[str, str] = {}
        while not stop.is_set():
            tokens = await asyncio.to_thread(accounts.tokens)
            if tokens != told:
                told = await accounts.push(client, told)
                log.debug("keeper.told", accounts=len(told))
            await set_within(stop, LOOK_S)

    await until(stop, keep_working(accounts.user("keeper", url), name="keeper", work=attend))
