"""Clients in a process of their own: they command over NATS and write down what they are told.

    python -m tests.live.crowd CALLER NAME CLIENTS EACH SEED FILE CASE...

Every client gives its commands one after another, whatever happens to the services meanwhile: it
asks again with the same id. Some give up after the first try; their outcome is unknown. Some repeat
what they gave before, some ask for what is refused, some open cases.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import IO, Final

import msgspec
import nats
from nats.aio.client import Client, RawCredentials

from services.settings import from_environment
from tests.check import subscriber
from tests.checking.again import asked
from tests.checking.told import Told
from tests.live.ledgers import line, said, taken_over
from tests.spec import Order

PATIENT: Final = 400
"""Tries of a client that does not give up: minutes of outages."""
IMPATIENT: Final = 0.1
REPEATS: Final = 0.03
REFUSED: Final = 0.08
OPENS: Final = 0.02
PING_S: Final = 2
CONNECTING: Final = {
    "max_reconnect_attempts": -1,
    "reconnect_time_wait": 0.1,
    "ping_interval": PING_S,
    "max_outstanding_pings": 2,
    "allow_reconnect": True,
}


class Someone:
    """One client."""

    def __init__(self, name: str, cases: Sequence[str], seed: str, file: IO[bytes]) -> None:
        """Begin.

        Args:
            name: Begins the ids of its commands.
            cases: Which it and others speak in.
            seed: Of what it does.
            file: Where it writes down what it was told.
        """
        self._name = name
        self._cases = list(cases)
        self._draw = Random(seed)
        self._file = file
        self._given: list[Told] = []

    async def work(self, client: Client, caller: str, count: int) -> None:
        """Give some commands, one after another."""
        for n in range(count):
            command, sent = self._next(n)
            tries = 1 if self._draw.random() < IMPATIENT else PATIENT
            answer = await asked(client, caller, sent, tries)
            id_ = msgspec.json.decode(sent)["id"]
            told = Told(command=command, id=id_, line=sent, answer=answer)
            self._file.write(msgspec.json.encode(told) + b"\n")
            self._file.flush()
            self._given.append(told)
            if answer is not None and answer.done and command == "take-over-case":
                assert answer.case is not None, "who opens a case is told its number"
                self._cases.append(answer.case)

    def _next(self, n: int) -> tuple[str, str]:
        """Draw what is given next: its name, and the line."""
        draw, id_ = self._draw.random(), f"{self._name}-{n}"
        if draw < REPEATS and self._given:
            before = self._draw.choice(self._given)
            return before.command, before.line
        if draw < REPEATS + REFUSED:
            return _line(said(f"never {n}", id=id_), "GO-1999-0001")
        if draw < REPEATS + REFUSED + OPENS:
            return _line(taken_over(id_, id=id_), None)
        return _line(said(f"words {n}", id=id_), self._draw.choice(self._cases))


def _line(order: Order, case: str | None) -> tuple[str, str]:
    return order.name, line(order, case).decode()


async def crowd(caller: str, people: Sequence[Someone], each: int) -> None:
    """Have all of them work side by side over one connection, which finds its way back."""
    credentials = subscriber(from_environment(), caller)
    client = await nats.connect(
        servers=list(credentials.servers),
        user_credentials=RawCredentials(credentials.file),
        inbox_prefix=credentials.inbox_prefix,
        error_cb=_untroubled,
        **CONNECTING,
    )
    try:
        await asyncio.gather(*(someone.work(client, caller, each) for someone in people))
    finally:
        await client.close()


async def _untroubled(_: Exception) -> None:
    """Say nothing of connections lost: that is what happens here."""


def main(words: Sequence[str]) -> None:
    """Run a crowd."""
    caller, name, clients, each, seed, file, *cases = words
    with Path(file).open("ab") as log:
        people = [
            Someone(f"{name}-{n}", cases, f"{seed}-{name}-{n}", log) for n in range(int(clients))
        ]
        asyncio.run(crowd(caller, people, int(each)))


if __name__ == "__main__":
    main(sys.argv[1:])
