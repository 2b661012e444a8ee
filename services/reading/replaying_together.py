"""Fold all cases again, shares of them in processes of their own: each case stands alone."""

import multiprocessing
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from uuid import UUID

from msgspec import Struct

from ledger.errors import StoreFault
from services.house import House, open_house
from services.memory import settle
from services.reading.eyes import Eyes
from services.reading.replaying import Replayed, replayed, replayed_as
from services.settings import Settings

SHARE = 200
"""Cases folded by a process at a time."""


class Asked(Struct, frozen=True):
    """Who asks for which eyes, so that each process can take them for itself.

    Attributes:
        settings: Where the ledger lies and who is at the keyboard.
        viewer: Whose eyes, None for the operator's own.
        at: From when, None for now.
    """

    settings: Settings
    viewer: str | None = None
    at: str | None = None


class Share(Struct, frozen=True):
    """What a process found.

    Attributes:
        cases: The cases it folded, as far as they are seen.
        faults: What was wrong with those it could not read.
    """

    cases: tuple[Replayed, ...]
    faults: tuple[str, ...]


def replayed_together(eyes: Eyes, asked: Asked, jobs: int) -> Iterator[Replayed]:
    """Fold every case, in the order of opening; memory stays flat in every process.

    Args:
        eyes: Those asked for, here.
        asked: The same, for the others.
        jobs: How many processes.

    Raises:
        RuleViolation: As `Eyes.looks`.
        StoreFault: A process was ended from outside.
    """
    eyes.house.views.bring_to_head()
    seen = False
    spawned = multiprocessing.get_context("spawn")  # a fork would share locks and connections
    with ProcessPoolExecutor(jobs, spawned, _open, (asked, eyes.house.command)) as pool:
        try:
            for share in pool.map(_fold, _shares(eyes.house.views.case_ids())):
                eyes.faults.extend(share.faults)
                seen = seen or bool(share.cases)
                yield from share.cases
        except BrokenProcessPool:
            why, needs = "a process that replayed cases was ended", "fewer --jobs, or once more"
            raise StoreFault(why, needs) from None
    if not (seen or eyes.faults):
        yield from replayed(eyes, None)  # sees nothing either, and says whether it might


def _shares(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    left = iter(ids)
    while share := list(islice(left, SHARE)):
        yield share


class _Process:
    """What one process holds open between its shares."""

    house: House
    asked: Asked


def _open(asked: Asked, command: str) -> None:
    settle()
    _Process.asked = asked
    _Process.house = open_house(asked.settings)
    _Process.house.command = command


def _fold(ids: list[UUID]) -> Share:
    house, asked = _Process.house, _Process.asked
    operator = house.desk.operator(asked.settings.operator)
    eyes = Eyes(house, operator, asked.viewer, asked.at)
    looks = (eyes.tried(case_id) for case_id in ids)
    found = tuple(replayed_as(look) for look in looks if look is not None and look.kept)
    return Share(found, tuple(eyes.faults))
