"""Ask once more, with the same id: the answer is the one that was given, or the one that got lost.

This may record what never arrived; then it is accepted from now on, as its answer says.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import msgspec
from msgspec.structs import replace
from nats.aio.client import Client
from nats.errors import Error

from ledger.answer import Answer
from services.nats.accounts import Credentials
from services.nats.connect import connect
from tests.checking.stored import Entry
from tests.checking.told import Fault, Told

ANSWER_S: Final = 10.0
TRIES: Final = 5
PAUSE_S: Final = 0.2
AT_ONCE: Final = 32
SAMPLE: Final = 200
Ask = Callable[[Sequence[str]], list[Answer | None]]
"""Gives lines to a desk, one answer each, None where none came."""


def over_nats(credentials: Credentials, caller: str) -> Ask:
    """Ask the command service as a subscriber."""

    async def run(lines: Sequence[str]) -> list[Answer | None]:
        client = await connect(credentials, name="checker")
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(line: str) -> Answer | None:
            async with gate:
                return await asked(client, caller, line)

        try:
            return await asyncio.gather(*map(one, lines))
        finally:
            await client.close()

    return lambda lines: asyncio.run(run(lines))


async def asked(client: Client, caller: str, line: str, tries: int = TRIES) -> Answer | None:
    """Ask until there is an answer that is no "try again", at most some times."""
    for _ in range(tries):
        try:
            told = await client.request(f"cmd.{caller}.act", line.encode(), timeout=ANSWER_S)
        except (Error, OSError):  # nobody answers just now, or the connection is lost
            await asyncio.sleep(PAUSE_S)
            continue
        answer = msgspec.json.decode(told.data, type=Answer)
        if answer.failure not in ("try again", "fault"):
            return answer
        await asyncio.sleep(PAUSE_S)
    return None


class Again:
    """Asks again, and keeps what clients may rely on from then on.

    Attributes:
        told: As before, what was unknown now with its answer.
        faults: What was answered otherwise than before.
        asked: How many commands were asked again.
    """

    def __init__(
        self, told: Sequence[Told], by_command: Mapping[str, list[Entry]], ask: Ask
    ) -> None:
        """Ask what is of unknown outcome twice, and some of the accepted once."""
        accepted = [each for each in told if each.outcome == "accepted"]
        step = max(len(accepted) // SAMPLE, 1)
        unknown = [each for each in told if each.outcome == "unknown"]
        repeated = [*unknown, *accepted[::step]]
        first = ask([each.line for each in repeated])
        second = ask([each.line for each in unknown])
        now = {each.id: answer for each, answer in zip(repeated, first, strict=True)}
        self.told = [_answered(each, now.get(each.id)) for each in told]
        self.asked = len(repeated)
        self.faults = [
            *_lost(unknown, first, by_command),
            *_changed(accepted, now),
            *_unlike(unknown, first, second),
        ]


def _answered(told: Told, answer: Answer | None) -> Told:
    return told if told.outcome != "unknown" or answer is None else replace(told, answer=answer)


def _lost(
    unknown: Sequence[Told],
    first: Sequence[Answer | None],
    by_command: Mapping[str, list[Entry]],
) -> Iterator[Fault]:
    """What was recorded though its answer got lost is answered as it was recorded."""
    for told, answer in zip(unknown, first, strict=False):
        there = [entry.ref for entry in by_command.get(told.id, [])]
        if answer is None:
            yield Fault("again", f"{told.id} gets no answer however often it is asked")
        elif there and there != _events(answer):
            yield Fault("again", f"{told.id} is there as {there}, answered {_events(answer)}")


def _changed(accepted: Sequence[Told], now: Mapping[str, Answer | None]) -> Iterator[Fault]:
    for told in accepted:
        if told.id in now and now[told.id] != told.answer:
            yield Fault("again", f"{told.id} was answered {told.answer}, now {now[told.id]}")


def _unlike(
    unknown: Sequence[Told], first: Sequence[Answer | None], second: Sequence[Answer | None]
) -> Iterator[Fault]:
    for told, one, other in zip(unknown, first, second, strict=False):
        if one is not None and one.done and one != other:
            yield Fault("again", f"{told.id} was answered {one}, asked again {other}")


def _events(answer: Answer) -> list[tuple[str, int, str]]:
    return [(event.room, event.seq, event.type) for event in answer.events]
