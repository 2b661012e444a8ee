"""Make a demo ledger, or finish one that was begun."""

from collections.abc import Callable

from ledger.errors import StoreFault
from ledger.rulebook import INSTITUTION_EYES
from services.clock import FakeClock
from services.demo.loader import DEMO_START, load_demo
from services.house import open_house
from services.settings import Settings


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
            why = f"the ledger in {settings.data} is no demo, so no invented case goes there"
            raise StoreFault(why, "`serve` without --demo, or another folder")
    load_demo(settings.data)
