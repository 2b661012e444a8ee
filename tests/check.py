"""Prove from the outside that a ledger holds what its clients were told, and nothing else.

    python -m tests.check --clients client-*.jsonl [--caller city] [--wait 60] [--json]

Reads the settings of the environment (data folder, databases, broker), the store, the views,
LEDGER, every feed that is granted and the seals. Exit status 0 where all is as it must be, else 1.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Final

import msgspec
from msgspec import Struct

from services.grants import Grants
from services.house import House, open_house
from services.nats.accounts import Credentials
from services.nats.operator import Accounts
from services.nats.reaching import user_of
from services.nats.server import read_credentials
from services.nats.subjects import LEDGER, feed_stream, subscriber_user
from services.seals import key_history, seals_of
from services.settings import Settings, from_environment
from tests.checking.again import Again, Ask, over_nats
from tests.checking.carried import (
    count_of,
    feed_faults,
    feed_of,
    ledger_faults,
    ledger_stream,
)
from tests.checking.seals import seal_faults
from tests.checking.stored import Entry, answer_faults, entries, order_faults, written
from tests.checking.told import Fault, Told, read_told
from tests.checking.views import view_faults

LOOK_S: Final = 0.5
SHOWN_MAX: Final = 20
User = Callable[[str], Credentials]


class Report(Struct):
    """What was looked at, and what was found wrong.

    Attributes:
        accepted: Commands whose client was told that they were done.
        refused: Commands whose client was told that they were not.
        unknown: Commands without an answer, before they were asked again.
        asked_again: Commands given once more.
        events: In the store.
        rooms: In the store.
        feeds: Messages each feed must carry.
        seconds: How long it took.
        faults: What must not be.
    """

    accepted: int = 0
    refused: int = 0
    unknown: int = 0
    asked_again: int = 0
    events: int = 0
    rooms: int = 0
    feeds: dict[str, int] = {}
    seconds: float = 0.0
    faults: list[Fault] = []

    @property
    def holds(self) -> bool:
        """Tell whether all is as it must be."""
        return not self.faults

    def lines(self) -> Iterator[str]:
        """Write it for people."""
        yield f"{self.accepted} accepted, {self.refused} refused, {self.unknown} unknown commands"
        yield f"{self.asked_again} asked again; {self.events} events in {self.rooms} rooms"
        for feed, count in self.feeds.items():
            yield f"feed {feed}: {count} events"
        for fault in self.faults[:SHOWN_MAX]:
            yield f"WRONG {fault.part}: {fault.what}"
        if len(self.faults) > SHOWN_MAX:
            yield f"and {len(self.faults) - SHOWN_MAX} more"
        holds = "all of it is as it must be" if self.holds else f"{len(self.faults)} faults"
        yield f"{holds}; checked in {self.seconds:.1f} s"


class Checker:
    """Looks at everything a ledger keeps."""

    def __init__(self, house: House, user: User | None, wait_s: float = 0.0) -> None:
        """Prepare.

        Args:
            house: The ledger.
            user: Gives what a user of ours connects with; None to leave the broker out.
            wait_s: How long views, broker and seals may be behind the store.
        """
        self._house = house
        self._user = user
        self._wait_s = wait_s
        self._ledger = house.ledger.institution_id.hex
        self._grants = Grants(house.ledger.reader, house.ledger.institution_id).of_broker()

    def check(self, told: Sequence[Told], ask: Ask | None = None) -> Report:
        """Compare everything with what clients were told; ask them again, where one may."""
        begun, outcomes = monotonic(), [each.outcome for each in told]
        report = Report(
            accepted=outcomes.count("accepted"),
            refused=outcomes.count("refused"),
            unknown=outcomes.count("unknown"),
            faults=[],
        )
        if ask is not None:
            found, _ = self._read()
            again = Again(told, written(found), ask)
            told, report.asked_again = again.told, again.asked
            report.faults += again.faults
        found, unreadable = self._read()
        self._await(found)
        report.events, report.rooms = len(found), len({entry.room for entry in found})
        report.feeds = {f: sum(f in entry.feeds for entry in found) for f in self._grants}
        report.faults += [
            *unreadable,
            *order_faults(found),
            *answer_faults(told, written(found)),
            *view_faults(self._house.views, found),
            *self._carried(found),
            *self._sealed(found),
        ]
        report.seconds = monotonic() - begun
        return report

    def _read(self) -> tuple[list[Entry], list[Fault]]:
        read = list(entries(self._house.ledger.reader, self._ledger, self._grants))
        return (
            [each for each in read if isinstance(each, Entry)],
            [each for each in read if isinstance(each, Fault)],
        )

    def _await(self, found: Sequence[Entry]) -> None:
        """Wait for what follows the store; what does not come in time is told by its part."""
        end = monotonic() + self._wait_s
        for is_there in (
            partial(self._is_viewed, len(found)),
            partial(self._is_sealed, len(found)),
            partial(self._is_carried, found),
        ):
            while monotonic() < end and not is_there():
                sleep(LOOK_S)

    def _is_viewed(self, head: int) -> bool:
        return self._house.views.position() >= head

    def _is_sealed(self, head: int) -> bool:
        store = seals_of(self._house)
        if store is None:
            return False
        try:
            since = store.waits_since()
            signed = store.log_size() == store.signed_size() > 0
            return signed and store.position() >= head and (since is None or since > head)
        finally:
            store.close()

    def _is_carried(self, found: Sequence[Entry]) -> bool:
        if self._user is None:
            return True
        feeds = {f: sum(f in entry.feeds for entry in found) for f in self._grants}
        courier = self._user("courier")
        return count_of(self._user("doctor"), LEDGER) >= len(found) and all(
            count_of(courier, feed_stream(feed)) >= wanted for feed, wanted in feeds.items()
        )

    def _carried(self, found: Sequence[Entry]) -> Iterator[Fault]:
        if self._user is None:
            return
        yield from ledger_faults(ledger_stream(self._user("doctor")), found)
        for feed in self._grants:
            yield from feed_faults(feed, feed_of(self._user("courier"), feed), found)

    def _sealed(self, found: Sequence[Entry]) -> Iterator[Fault]:
        with ExitStack() as open_things:
            store = seals_of(self._house)
            if store is not None:
                open_things.callback(store.close)
            history = None if store is None else key_history(self._house.ledger.folder)
            yield from seal_faults(store, history, found)


def subscriber(settings: Settings, name: str) -> Credentials:
    """Return what a subscriber connects with, from the keys in the data folder."""
    folder = settings.data / "nats"
    if settings.nats_url == "embedded":
        return read_credentials(folder, subscriber_user(name))
    return Accounts(folder).user(subscriber_user(name), settings.nats_url)


def main(words: Sequence[str]) -> int:
    """Check the ledger of the environment; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.check", description=__doc__)
    parser.add_argument("--clients", nargs="*", type=Path, default=[], help="what they wrote down")
    parser.add_argument("--caller", help="subscriber as whom commands are asked again")
    parser.add_argument("--wait", type=float, default=0.0, help="seconds others may be behind")
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    given = parser.parse_args(words)
    settings = from_environment()
    user = None if settings.nats_url == "off" else partial(user_of, settings)
    ask = over_nats(subscriber(settings, given.caller), given.caller) if given.caller else None
    with open_house(settings) as house:
        report = Checker(house, user, given.wait).check(list(read_told(given.clients)), ask)
    text = msgspec.json.encode(report).decode() if given.json else "\n".join(report.lines())
    sys.stdout.write(f"{text}\n")
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
