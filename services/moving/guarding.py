"""Let nobody else write a ledger while it is moved: no service, no command, on no host."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from ledger.errors import CaseBusy
from ledger.seal.opening import Place
from ledger.store.locks import ServeLock, WriterLock
from services.leases import right_of
from services.moving.homes import Home
from services.moving.places import BUSY, Still
from services.moving.tables import RECORD

RIGHTS: Final = ("timekeeper", "eraser", "relay", "courier", "stamper", "sealer", "webhooks")
"""What the services of any host hold while they run."""
WAIT_S: Final = 2.0


@contextmanager
def held(home: Home) -> Iterator[Still]:
    """Keep everybody else from writing a ledger while a block runs.

    What it lends raises CaseBusy if that may not hold any more, a connection being lost.

    Raises:
        StoreFault: `serve` runs on this data folder.
        CaseBusy: Somebody writes, or a service runs on some host.
    """
    with ExitStack() as open_things:
        open_things.enter_context(ServeLock(home.folder))
        if home.urls.record:
            for name in RIGHTS:
                _take(open_things, home, name)
        else:
            _hold(open_things, home)
        place = Place(home.folder, "", url=home.urls.record)
        open_things.enter_context(place.seals.right_to_seal(WAIT_S))
        checks = [
            open_things.enter_context(home.place(kept).kept_still())
            for kept in home.stores()
            if home.urls.record or kept is not RECORD
        ]

        def still() -> None:
            for check in checks:
                check()

        yield still


def _hold(open_things: ExitStack, home: Home) -> None:
    """Hold the right to write the record's file.

    Its own lock is not taken: whoever moves a ledger marks it at the end, over that lock.
    """
    try:
        open_things.enter_context(WriterLock(home.folder, WAIT_S))
    except CaseBusy as busy:
        raise CaseBusy(BUSY.format(RECORD.kind.noun)) from busy


def _take(open_things: ExitStack, home: Home, name: str) -> None:
    """Hold a right that a service would hold if it ran."""
    right = right_of(home.folder, home.urls.record, name)
    if not right.take():
        right.release()
        raise CaseBusy(f"the service {name} runs on some host; stop every `serve`, then try again")
    open_things.callback(right.release)
