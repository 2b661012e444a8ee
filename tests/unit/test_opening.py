"""Break-glass: the registry reads a caucus by two persons, for a while, and its party is told."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from ledger.act import Placed
from ledger.deadlines import DeadlineMet, DeadlineMissed, DeadlineSet
from ledger.identity import Operator
from ledger.opening_told import told_in_caucus
from ledger.record.opening_events import (
    CaucusAccessEnded,
    CaucusAccessGranted,
    CaucusAccessRequested,
)
from ledger.rooms import WHOLE, opened_to
from services.reading import Eyes
from services.reading.accesses import accesses
from services.reading.showing import show
from tests import examples as ex
from tests.at_desk import AtDesk
from tests.spec import Order, Spec, do, given

CLERK = Operator(name="clerk", roles=("registry",), auth="test")
BERG = Operator(name="berg", roles=("registry",), auth="test")
SECRET = "We would go down to 800 k."


def ask(**data: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """Ask for A's caucus."""
    fields = {"party": "A", "hours": 24, "ground": "danger", "reason": "A threat.", **data}
    return replace(do("request-caucus-access", **fields), operator=CLERK)


def approve(by: Operator = BERG, **data: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """Approve it."""
    order = do("approve-caucus-access", **{"party": "A", "access_id": "CA1", **data})
    return replace(order, operator=by)


def confided(parties: tuple[str, ...] = ("A", "B")) -> list[Order]:
    """A told the mediator something."""
    told = do("receive-in-caucus", by="A", text=SECRET)
    return [*ex.mediating(parties), do("open-caucus", by="mediator", party="A"), told]


def opened_for(spec: Spec, person: str) -> Any:  # noqa: ANN401 - rights
    """Tell which caucuses somebody of the registry may read now."""
    return opened_to(spec.file.roster, "registry", person, spec.clock.at)


def test_one_asks_and_another_approves_and_the_party_is_told_why_and_until_when() -> None:
    """Nobody reads before the approval; then the one who asked does, and nobody else."""
    spec = given(*confided())
    spec.when(ask()).then(CaucusAccessRequested)
    assert [f.room for f in spec.new_frames()] == ["registry"]
    assert opened_for(spec, "person:clerk") == {}
    spec.when(approve())
    spec.then(*[CaucusAccessGranted] * 2, *[DeadlineSet] * 2, CaucusAccessGranted, DeadlineSet)
    told_in = [*["registry", "desk:A"] * 2, *["caucus:A"] * 2]
    assert [f.room for f in spec.new_frames()] == told_in
    granted = spec.new_frames()[1].event
    assert (granted.reader, granted.caucus) == ("person:clerk", "caucus:A")
    assert opened_for(spec, "person:clerk") == {"caucus:A": WHOLE}
    assert opened_for(spec, "person:berg") == {}
    assert opened_to(spec.file.roster, "auditor", "person:clerk", spec.clock.at) == {}
    told = spec._batch._unwritten[spec.file.case_id, spec.new_frames()[1].ref]
    assert getattr(told, "reason", None) == "A threat."


def test_nobody_alone_opens_a_caucus() -> None:
    """Not by entering both, nor by acting in another's name, nor twice."""
    spec = given(*confided(), ask())
    spec.when(approve(CLERK)).then_refused("access_has_second_person")
    as_other = replace(approve(BERG), actor="person:clerk")
    spec.when(as_other).then_refused("access_has_second_person")
    spec.when(replace(approve(), by="authority"))
    assert spec.answer is not None
    assert spec.answer.done, spec.answer
    spec.when(approve()).then_refused("access_is_asked_for")
    spec.when(approve(access_id="CA9")).then_refused("access_is_asked_for")


def test_only_a_caucus_that_there_is_is_asked_for() -> None:
    """Of a party of the case, under a mandate there was; each by a name of its own."""
    spec = given(*confided())
    spec.when(ask(party="Z")).then_refused("party_is_known")
    spec.when(ask(mandate=2)).then_refused("caucus_is_there")
    spec.given(ask(access_id="CA1"))
    spec.when(ask(access_id="CA1")).then_refused("id_is_new")
    early = given(*ex.consented())
    early.when(ask()).then_refused("caucus_is_there")


def test_an_access_ends_by_itself_at_its_time_with_nobody_doing_anything() -> None:
    """The right ends with the clock; the record says so in both rooms, once."""
    spec = given(*confided(), ask(hours=2), approve())
    spec.at(spec.clock.at + timedelta(hours=1))
    assert opened_for(spec, "person:clerk")
    spec.at(spec.clock.at + timedelta(hours=1, minutes=5))
    assert not opened_for(spec, "person:clerk"), "nothing was recorded yet"
    spec.tick()
    ended = [(f.room, type(f.event)) for f in spec.new_frames()]
    assert sorted((room, kind.__name__) for room, kind in ended) == [
        ("caucus:A", CaucusAccessEnded.__name__),
        ("caucus:A", DeadlineMissed.__name__),
        ("desk:A", CaucusAccessEnded.__name__),
        ("desk:A", DeadlineMissed.__name__),
        ("registry", CaucusAccessEnded.__name__),
        ("registry", DeadlineMissed.__name__),
    ]
    spec.tick()
    assert spec.new_frames() == []
    assert not spec.file.roster.opened


def test_an_access_is_ended_before_its_time() -> None:
    """By either of the two, or anybody else of the registry; once."""
    spec = given(*confided(), ask(), approve())
    end = do("end-caucus-access", party="A", access_id="CA1")
    spec.when(end).then(
        *[CaucusAccessEnded] * 2, *[DeadlineMet] * 2, CaucusAccessEnded, DeadlineMet
    )
    assert not opened_for(spec, "person:clerk")
    spec.when(end).then_refused("access_is_open")


def test_nobody_gives_more_time_than_two_persons_did() -> None:
    """The date of its end is neither extended nor given up; more takes a new request."""
    spec = given(*confided(), ask(), approve())
    more = {"deadline_id": "caucus_access-A-CA1"}
    spec.when(do("extend-deadline", at_room="registry", until="2026-12-01", **more)).then_refused(
        "date_is_not_fixed"
    )
    spec.when(do("waive-deadline", at_room="registry", **more)).then_refused("date_is_not_fixed")


def test_what_was_asked_of_one_party_is_numbered_by_itself() -> None:
    """A's first is its first, however many were asked for of B."""
    spec = given(*confided(), ask(party="B"), ask(party="B"), ask())
    events = [f.event for f in spec.file.frames]
    names = [e.access_id for e in events if isinstance(e, CaucusAccessRequested)]
    assert names == ["CA1", "CA2", "CA1"]


def test_the_reader_decides_nothing_by_what_it_reads() -> None:
    """The caucus is open to look at: no command of the registry's reaches into it."""
    spec = given(*confided(), ask(), approve())
    assert "caucus:A" not in spec.file.rights("registry")
    contest = do("seal-content", target="caucus:A:1", ground="order", approved_by="person:berg")
    spec.when(replace(contest, operator=CLERK)).then_refused("entry_is_known")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[AtDesk]:
    """Have a ledger in a folder, in which A confided something."""
    spec = AtDesk(tmp_path / "ledger")
    spec.given(do("found-institution", name="Office"))
    spec.given(*(do("add-operator", name=o.name, roles=list(o.roles)) for o in (CLERK, BERG)))
    spec.given(*confided())
    yield spec
    spec.house.__exit__()


def seen(spec: AtDesk, operator: Operator, viewer: str = "registry", at: str | None = None) -> str:
    """Show the case to somebody, as text."""
    assert spec.case_id is not None
    return str(next(show(Eyes(spec.house, operator, viewer, at), spec.case_id.hex)))


@pytest.mark.live
def test_the_one_who_asked_reads_it_for_that_time_and_its_reading_is_on_the_log(
    desk: AtDesk,
) -> None:
    """Not before, not a colleague, not after, and not as of a moment within it."""
    assert SECRET not in seen(desk, CLERK)
    desk.given(ask(hours=2))
    assert SECRET not in seen(desk, CLERK)
    desk.given(approve())
    within = desk.clock.at.isoformat()
    assert SECRET in seen(desk, CLERK)
    assert SECRET not in seen(desk, BERG)
    before = (desk.clock.at - timedelta(minutes=2)).isoformat()
    assert SECRET not in seen(desk, CLERK, at=before), "it could not be read then"
    desk.at(desk.clock.at + timedelta(hours=2))
    assert SECRET not in seen(desk, CLERK)
    assert SECRET not in seen(desk, CLERK, at=within)
    assert desk.case_id is not None
    told = list(accesses(desk.eyes("party:A"), desk.case_id.hex))
    looks = [(line.person, line.viewer) for line in told if "caucus:A" in line.rooms]
    assert looks == [("person:clerk", "registry")]
    assert any("caucus:A" in line.rooms for line in accesses(desk.eyes("registry"), None))
    assert not any("caucus:A" in line.rooms for line in accesses(desk.eyes("party:B"), None))


@pytest.mark.live
def test_the_mediator_reads_of_it_in_the_caucus(desk: AtDesk) -> None:
    """Who of the registry, why, until when, and when it was closed again."""
    assert "may read" not in str(desk.shown("mediator"))
    desk.given(ask(), approve())
    shown = str(desk.shown("mediator"))
    assert "clerk may read caucus:A until" in shown
    assert "A threat." in shown
    desk.given(do("end-caucus-access", party="A", access_id="CA1"))
    assert "access CA1 to caucus:A ended" in str(desk.shown("mediator"))


def test_an_end_is_told_only_where_the_beginning_was() -> None:
    """A record from before the caucus was told of it ends as it began."""
    spec = given(*confided(), ask(), approve())
    ended = CaucusAccessEnded(access_id="CA9", party="A", caucus="caucus:A")
    assert told_in_caucus(spec.file, [Placed("registry", ended)]) == []


@pytest.mark.live
def test_the_party_reads_of_it_at_its_own_desk(desk: AtDesk) -> None:
    """Who, why, and until when; the other party reads nothing of it."""
    desk.given(ask(), approve())
    assert "clerk may read caucus:A until" in seen(desk, CLERK, "registry")
    shown = str(desk.shown("party:A"))
    assert "clerk may read caucus:A until" in shown
    assert "A threat." in shown
    assert "caucus:A" not in str(desk.shown("party:B"))


def test_two_histories_with_and_without_look_alike_to_everybody_else() -> None:
    """B and C see the same, whatever was asked, approved, ended or ran out."""
    steps: tuple[list[Order], ...] = (
        [],
        [ask()],
        [ask(), approve()],
        [ask(), approve(), do("end-caucus-access", party="A", access_id="CA1")],
    )
    looks = []
    for private in steps:
        spec = given(*confided(("A", "B", "C")))
        begun = spec.clock.at
        for number, order in enumerate(private):
            spec.given(replace(order, id=f"private-{number}"))
        spec.at(begun + timedelta(days=4))
        spec.tick()
        spec.at(begun + timedelta(days=5))
        spec.given(do("record-interest", by="B", interest="And they?", at_id="public"))
        looks.append({viewer: _obtained(spec, viewer) for viewer in ("party:B", "party:C")})
    assert all(look == looks[0] for look in looks)


def _obtained(spec: Spec, viewer: str) -> Any:  # noqa: ANN401 - whatever is compared
    rights = spec.file.rights(viewer)
    seen_by = [f for f in spec.file.frames if f.room in rights and f.seq in rights[f.room]]
    return sorted(rights.items()), seen_by, spec.file.seen_by(rights)
