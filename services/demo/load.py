"""Make a demo ledger, or finish one that was begun."""

from collections.abc import Callable

import msgspec

from ledger.act import Ask
from ledger.catalogue import decode_command
from ledger.errors import StoreFault
from ledger.identity import Operator
from ledger.rulebook import INSTITUTION_EYES
from services.clock import FakeClock
from services.demo.loader import DEMO_START, load_demo
from services.house import House, open_house, urls_of
from services.settings import Settings

PARTNER = "partner"
"""The one feed of a demo ledger."""


def open_demo(settings: Settings, say: Callable[[str], None]) -> None:
    """Make a demo ledger where there is none, and fill it with the demo cases.

    Args:
        settings: Where it lies and who is at the keyboard.
        say: Prints a line for people.

    Raises:
        StoreFault: There is a ledger that is no demo; invented cases do not belong there.
    """
    clock = FakeClock(DEMO_START)
    with open_house(settings, create=True, clock=clock, demo=True, told=say) as house:
        if not house.desk.institution().seen_by(INSTITUTION_EYES).institution.demo:
            why = "the ledger of the settings is no demo, so no invented case goes there"
            raise StoreFault(why, "`serve` without --demo, or another folder or database")
        _grant_feed(house, house.desk.operator(settings.operator))
    load_demo(settings.data, urls=urls_of(settings))


def _grant_feed(house: House, operator: Operator) -> None:
    """Have a service told what happens in every joint room, for the subscriber of the examples."""
    if PARTNER in house.desk.institution().seen_by(INSTITUTION_EYES).institution.feeds:
        return
    terms = {"feed": PARTNER, "kinds": ["joint"], "cases": ["all"], "from_beginning": True}
    ask = Ask(command="grant-feed", id="demo-feed", acting_for="registry")
    command = decode_command(ask.command, msgspec.json.encode(terms))
    answer = house.desk.send(ask, command, operator, "command line").result()
    if not answer.done and answer.rule != "feed_name_is_free":
        raise StoreFault(f"the demo's feed could not be granted: {answer.why}", answer.needs or "")
