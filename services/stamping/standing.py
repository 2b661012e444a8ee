"""Say how stamping goes, for those who look after it."""

from datetime import datetime, timedelta

from ledger.errors import StoreFault
from ledger.seal.stamp_spool import Spool, State
from services.house import House
from services.settings import Seals
from services.stamping.orders import roots_of

LATE = 2
"""After so many cadences without a stamp something is wrong."""


def standing(house: House, seals: Seals) -> str:
    """Say when a checkpoint was last stamped.

    Raises:
        DecodeError: The certificates that are trusted cannot be read.
        StoreFault: No stamp came for long, or asking fails.
    """
    state = Spool(house.ledger.folder).state()
    if seals.stamp is None:
        return f"no authority of time is set; {_last(state)}"
    roots_of(seals)
    now = house.clock.now()
    if state.failed is not None:
        why = f"{_last(state)}; asking failed {state.tries} times in a row, last: {state.why}"
        raise StoreFault(why, f"mend it, or another authority; until then {_until(state)}")
    if state.stamped is not None and _is_late(state.stamped, seals, now):
        raise StoreFault(f"{_last(state)}: overdue", "`serve` asks; is it running?")
    return _last(state)


def _is_late(stamped: datetime, seals: Seals, now: datetime) -> bool:
    return now - stamped > timedelta(seconds=LATE * seals.stamp_every_s)


def _last(state: State) -> str:
    if state.stamped is None:
        return "nothing was stamped yet"
    return f"the checkpoint of {state.size} leaves was stamped at {state.tells}"


def _until(state: State) -> str:
    return "seals go on, and nobody outside vouches for their times" + " anew" * bool(state.size)
