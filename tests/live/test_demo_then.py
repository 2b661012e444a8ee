"""Whatever instant of the demo is replayed, it is what the live view told then, to every viewer."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec
import pytest
from msgspec import Struct

from ledger.casefile import CaseFile
from ledger.rooms import Rights, both, sees
from ledger.store.reader import Read
from projections import replay
from projections.rows import MemoryRows, key_of
from services.clock import FakeClock
from services.demo.load import open_demo
from services.demo.loader import DEMO_START, load_demo
from services.house import House, open_house
from services.library import PROJECTIONS
from services.reading import Eyes
from services.reading.looking import Look, Record
from services.reading.replaying import replayed
from services.reading.sources import folded
from services.settings import Settings

OFFICES = ("registry", "mediator", "challenge")


class Live(Struct, frozen=True):
    """What a viewer was told of a case once an act was recorded.

    Attributes:
        at: When the last entry of the act was recorded.
        rights: What the viewer could read.
        reads: The entries it read.
        digest: Of all views.
        view: Where the case stood, as JSON.
    """

    at: datetime
    rights: Rights
    reads: tuple[Read, ...]
    digest: str
    view: bytes


class Demo(NamedTuple):
    """A demo, and what was told of it while it was played.

    Attributes:
        house: Its ledger, long after.
        live: By case and viewer, what was told act by act.
    """

    house: House
    live: dict[tuple[UUID, str], list[Live]]


class Onlookers:
    """Everybody who watches while the demo is played."""

    def __init__(self, house: House, clock: FakeClock) -> None:
        self._house = house
        self._clock = clock
        self._position = house.ledger.reader.head()
        self.live: dict[tuple[UUID, str], list[Live]] = {}

    def __call__(self, _done: int, _total: int) -> None:
        """Look at the cases in which something was recorded."""
        reader = self._house.ledger.reader
        new = [read for read in reader.page(self._position) if isinstance(read, Read)]
        self._position = new[-1].position
        self._clock.set(new[-1].frame.recorded)
        self._house.views.bring_to_head()
        institution = self._house.ledger.institution_id
        for case_id in {read.case_id for read in new} - {institution}:
            record = Record(reader, case_id)
            for viewer in viewers(record.file):
                self._watch(record, viewer)

    def _watch(self, record: Record, viewer: str) -> None:
        look = Look(record, viewer, None, self._clock.at)
        if not look.kept:
            return
        told = live_digest(self._house, look) if viewer == "registry" else digest(look)
        self.live.setdefault((record.case_id, viewer), []).append(
            Live(
                at=record.kept[-1].frame.recorded,
                rights=look.rights,
                reads=tuple(kept.read for kept in look.kept),
                digest=told,
                view=view(look),
            )
        )


def viewers(file: CaseFile) -> list[str]:
    """Name everybody who may read something of a case."""
    return [*OFFICES, *(f"party:{party}" for party in file.roster.parties)]


def digest(look: Look) -> str:
    """Digest all that is read."""
    return replay.digest(folded(look, *PROJECTIONS))


def live_digest(house: House, look: Look) -> str:
    """Digest what the views in SQL hold for an office, which are what it is shown live."""
    rows = MemoryRows()
    with house.views.glance() as glance:
        for projection in PROJECTIONS:
            for kind in projection.kinds:
                for row in glance.of_case(kind, look.record.case_id, list(look.rights)):
                    rows.keep(kind, key_of(row), row)
    return replay.digest(rows)


def view(look: Look) -> bytes:
    """Write down where the case stands."""
    return msgspec.json.encode(look.view, order="deterministic")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Play the demo, everybody watching."""
    settings = Settings(data=tmp_path_factory.mktemp("then") / "ledger", operator="somebody")
    clock = FakeClock(DEMO_START)
    open_house(settings, create=True, clock=clock, demo=True).__exit__()
    with open_house(settings, clock=clock) as house:
        watching = Onlookers(house, clock)
        load_demo(settings.data, watching)
    open_demo(settings, lambda _line: None)
    with open_house(settings, clock=FakeClock(clock.at + timedelta(days=365))) as later:
        yield Demo(later, watching.live)


def last_of_each_instant(told: Sequence[Live]) -> list[Live]:
    """Keep what was told last at each instant; acts of one instant cannot be told apart by it."""
    return list({live.at: live for live in told}.values())


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_every_instant_of_the_demo_is_replayed_as_it_was_told(demo: Demo) -> None:
    """For every viewer: all of it, or all of it that the viewer may still read."""
    compared = whole = 0
    for (case_id, viewer), told in demo.live.items():
        now = Record(demo.house.ledger.reader, case_id)
        rights = now.file.rights(viewer)
        for live in last_of_each_instant(told):
            look = Look(now, viewer, live.at, demo.house.clock.now())
            still = both(live.rights, rights)
            left = [r for r in live.reads if sees(still, r.frame.room, r.frame.seq)]
            assert [kept.read for kept in look.kept] == left
            compared += 1
            if left == list(live.reads):
                whole += 1
                assert digest(look) == live.digest, (viewer, live.at)
                assert view(look) == live.view, (viewer, live.at)
            else:
                assert digest(look) == replay.digest(replay.fold(PROJECTIONS, left))
    assert compared > 1_000
    assert whole > 0.9 * compared


@pytest.mark.slow
def test_the_command_replays_an_instant_as_the_look_does(demo: Demo) -> None:
    """`replay --at` itself, at some instants of each case and viewer."""
    operator = demo.house.desk.operator("somebody")
    for (case_id, viewer), told in demo.live.items():
        file = Record(demo.house.ledger.reader, case_id).file
        number = file.name_for(file.rights("registry"))
        assert number is not None
        for live in last_of_each_instant(told)[::25]:
            if both(live.rights, file.rights(viewer)) == live.rights:
                eyes = Eyes(demo.house, operator, viewer, live.at.isoformat())
                (cut,) = replayed(eyes, number)
                assert cut.digest == live.digest
