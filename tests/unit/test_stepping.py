"""A case is replayed step by step, each viewer seeing what it could see then, and asked why."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from ledger.catalogue import EVENTS, UPCASTS
from ledger.errors import DecodeError, LedgerError, RuleViolation
from services.cli.player import SPEED, Player
from services.clock import FakeClock
from services.house import House
from services.reading import Eyes
from services.reading.changes import diff
from services.reading.knowing import Gap, knowledge
from services.reading.replaying import replayed
from services.reading.showing import show
from services.reading.stepping import Part, Played, Stage, in_an_older_shape, played
from services.reading.whys import Why, why
from tests import examples
from tests.live.ledgers import clerk, give, opened, tell
from tests.spec import START, Order, do

VIEWERS = ("registry", "mediator", "party:A", "party:B")
CANARY = "heliotrope"
SERVED = "2026-02-26T10:00:00Z"


class Told(NamedTuple):
    """A ledger with one mediation in it.

    Attributes:
        house: The ledger; everybody may look with any eyes.
        case: Number of the case.
        known: An instant before entries were put right, came late or were declared void.
    """

    house: House
    case: str
    known: str

    def eyes(self, viewer: str | None = None, at: str | None = None) -> Eyes:
        """Look with the eyes named."""
        return Eyes(self.house, clerk(self.house), viewer, at)

    def played(self, viewer: str, **part: str) -> Played:
        """Replay the case, or a part of it."""
        return played(self.eyes(viewer), self.case, Part(**part))

    def why(self, field: str, viewer: str | None = None) -> Why:
        """Ask why a field is what it is."""
        return why(self.eyes(viewer), self.case, field)


def put_right(target: str) -> list[Order]:
    """Move a service to its day, tell of a summary late, and declare an earlier one void."""
    return [
        do(
            "correct-entry",
            target="joint:4",
            changes={"occurred": SERVED},
            reason="The receipt says so.",
            approved_by="person:second",
        ),
        do("give-summary", by="mediator", text="Late.", at_occurred="2026-03-02T09:01:00Z"),
        do("void-entry", target=target, ground="wrong_case", approved_by="person:second"),
    ]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """Tell a mediation with a caucus of A's and a counter-proposal; then put things right."""
    clock = FakeClock(START, timedelta(minutes=1))
    with opened(tmp_path_factory.mktemp("steps"), unbound=True, clock=clock) as house:
        steps = [
            *examples.mediating(),
            examples.tabled("A"),
            *examples.caucused("A", CANARY),
            examples.tabled("B", [examples.clause(text="1.1 M EUR")], answers="P1"),
        ]
        case = tell(house, steps)
        given = give(house, do("give-summary", by="mediator", text="Of another case."), case)
        known = house.clock.now().isoformat()
        for order in put_right(f"joint:{given.events[0].seq}"):
            answer = give(house, order, case)
            assert answer.done, answer.why
        yield Told(house, case, known)


# ---------------------------------------------------------------- steps


@pytest.mark.parametrize("viewer", VIEWERS)
def test_each_step_has_the_digest_of_a_replay_at_its_entry(told: Told, viewer: str) -> None:
    """Two people who stand at one entry compare one line."""
    steps = told.played(viewer).steps
    for step in (*steps[::7], steps[-1]):
        if step.known_then:
            (cut,) = replayed(told.eyes(viewer, step.entry), told.case)
            assert cut.digest == step.digest, step.entry


@pytest.mark.parametrize("viewer", VIEWERS)
def test_steps_are_the_entries_a_viewer_reads_in_the_order_of_recording(
    told: Told, viewer: str
) -> None:
    """Numbered from 1 without a gap, whatever happened in other rooms."""
    all_of = told.played(viewer)
    (shown,) = show(told.eyes(viewer), told.case)
    assert [step.step for step in all_of.steps] == list(range(1, len(shown.timeline) + 1))
    assert {step.entry for step in all_of.steps} == {entry.entry for entry in shown.timeline}
    assert [s.recorded for s in all_of.steps] == sorted(s.recorded for s in all_of.steps)
    assert all_of.entries == len(all_of.steps)


def test_a_step_tells_what_it_changed(told: Told) -> None:
    """As sentences, and as facts with what they were and are."""
    step = next(s for s in told.played("party:B").steps if s.type == "counter-proposal-tabled")
    said = [change.says for change in step.changes]
    assert any("status open → countered" in text for text in said), said
    (countered,) = (c for c in step.changes if (c.about, c.field) == ("joint/P1", "status"))
    assert (countered.old, countered.new) == ("open", "countered")


def test_what_came_to_be_readable_later_was_not_known_then(told: Told) -> None:
    """The mediator steps through the time before the mandate as one who did not read it then."""
    steps = told.played("mediator").steps
    known = [step.known_then for step in steps]
    first = known.index(True)
    assert first > 0
    assert not any(known[:first])
    assert not any(step.changes for step in steps[:first])
    assert all(known[first:])


def test_b_steps_past_a_caucus_of_a_without_a_trace(told: Told) -> None:
    """Neither words nor entries nor gaps tell of it."""
    text = msgspec.json.encode(told.played("party:B")).decode()
    assert CANARY not in text
    assert "caucus:A" not in text
    assert CANARY in msgspec.json.encode(told.played("party:A")).decode()


def test_a_part_is_played_from_to_and_until(told: Told) -> None:
    """By entries, instants and the type of an event; the state is that of the last step."""
    whole = told.played("party:B").steps
    part = told.played("party:B", since=whole[4].entry, to=whole[9].recorded.isoformat())
    assert part.steps == whole[5:10]
    assert told.played("party:B", since=whole[9].entry, to=whole[9].entry).steps == ()
    until = told.played("party:B", since="joint:1", until="proposal-tabled")
    assert until.steps[-1].type == "proposal-tabled"
    assert until.state is not None
    assert [p.proposal_id for p in until.state.proposals] == ["P1"]


@pytest.mark.parametrize(
    ("part", "why_not"),
    [
        ({"to": "2020-01-01T00:00:00Z"}, "nothing of this case was there"),
        ({"since": "joint:9", "to": "joint:3"}, "lies after --to"),
        ({"until": "proposal-tabld"}, "there is no event"),
        ({"until": "settlement-executed"}, "no settlement-executed among"),
        ({"to": "joint:9999"}, "no entry joint:9999"),
        ({"since": "caucus:A:1"}, "no entry caucus:A:1"),
        ({"to": "yesterday"}, "neither an instant nor an entry"),
    ],
)
def test_a_part_that_cannot_be_played_is_refused(
    told: Told, part: dict[str, str], why_not: str
) -> None:
    """With what was wrong and what to give instead."""
    with pytest.raises(LedgerError) as refused:
        told.played("party:B", **part)
    assert why_not in str(refused.value)
    assert getattr(refused.value, "needs", None)


def test_an_instant_before_the_case_says_when_the_case_begins(told: Told) -> None:
    """To somebody who reads the case today, for whatever is read."""
    early = "2020-01-01T00:00:00Z"
    for look in (
        lambda: list(show(told.eyes("party:B", early), told.case)),
        lambda: diff(told.eyes("party:B"), told.case, early, early),
        lambda: knowledge(told.eyes("party:B"), told.case, early, early),
    ):
        with pytest.raises(RuleViolation) as refused:
            look()
        assert "nothing of this case was there" in refused.value.why
        assert "the first entry is joint:1" in str(refused.value.needs)


def test_a_history_in_an_older_shape_says_as_what_it_is_read(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was recorded as version 1 is brought up to date, and the step says so."""
    monkeypatch.setattr(EVENTS["proposal-tabled"], "version", 2)
    monkeypatch.setitem(UPCASTS, ("proposal-tabled", 1), lambda fields: fields)
    steps = told.played("party:B").steps
    older = {s.type: in_an_older_shape(s) for s in steps if in_an_older_shape(s)}
    assert older == {"proposal-tabled": "recorded as v1, read as v2"}


# ---------------------------------------------------------------- known and true


def gaps(told: Told, viewer: str) -> dict[str, Gap]:
    """Tell what was known before things were put right, beside what was so."""
    found = knowledge(told.eyes(viewer), told.case, told.known, told.known).gaps
    assert len({gap.kind for gap in found}) == len(found)
    return {gap.kind: gap for gap in found}


@pytest.mark.parametrize("viewer", VIEWERS)
def test_what_was_not_yet_known_put_right_or_void_is_told(told: Told, viewer: str) -> None:
    """One of each, with the entry by which it came out."""
    found = gaps(told, viewer)
    assert set(found) == {"not yet known", "put right", "void since"}
    righted = found["put right"]
    assert (righted.entry, righted.field) == ("joint:4", "happened")
    assert str(righted.true)[:10] == "2026-02-26"
    assert "happened" in found["not yet known"].says
    assert found["void since"].by[0] in found["void since"].says


def test_nothing_differs_once_everything_is_known(told: Told) -> None:
    """As known on today is as true on today."""
    now = told.house.clock.now().isoformat()
    assert knowledge(told.eyes("registry"), told.case, now, now).gaps == ()


def test_two_instants_may_be_compared(told: Told) -> None:
    """What was known on a later day, of what had happened by an earlier one."""
    now = told.house.clock.now().isoformat()
    kinds = {gap.kind for gap in knowledge(told.eyes("party:A"), told.case, now, told.known).gaps}
    assert kinds == {"not yet so"}


# ---------------------------------------------------------------- why


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("phase", "MEDIATING", "session-opened"),
        ("parties.B.consent", "consented", "consent-given"),
        ("parties.B.name", "Party B Ltd", "request-registered"),
        ("proposals.joint/P1.status", "countered", "counter-proposal-tabled"),
        ("deadlines.joint/reply-B.status", "met", "deadline-met"),
        ("dates.joint/reply-B.rule", "reply", "deadline-set"),
        ("mandate.status", "active", "mediator-appointed"),
    ],
)
def test_a_field_leads_to_the_event_that_set_it(
    told: Told, field: str, value: str, kind: str
) -> None:
    """From the paths of the case view and of the tables."""
    found = told.why(field, "party:B")
    assert found.set_by is not None
    assert (found.value, found.set_by.value, found.set_by.type) == (value, value, kind)


def test_earlier_values_are_told_with_what_gave_them(told: Told) -> None:
    """The first first."""
    found = told.why("proposals.joint/P1.status")
    assert [(c.value, c.type) for c in found.earlier] == [("open", "proposal-tabled")]
    phases = [cause.value for cause in told.why("phase", "party:B").earlier]
    assert phases[0] == "REQUESTED"
    assert len(set(phases)) == len(phases)


def test_a_field_nothing_set_says_so(told: Told) -> None:
    """It is there, and empty."""
    found = told.why("outcome")
    assert (found.value, found.set_by, found.earlier) == (None, None, ())


@pytest.mark.parametrize(
    ("field", "near"),
    [
        ("parties.B.nmae", "parties.B.name"),
        ("phse", "phase"),
        ("deadlines.joint/reply-C.due", "deadlines.joint/reply-B.due"),
        ("proposals.joint/P1.statu", "proposals.joint/P1.status"),
    ],
)
def test_an_unknown_field_names_the_nearest(told: Told, field: str, near: str) -> None:
    """What was probably meant stands in the answer."""
    with pytest.raises(DecodeError) as refused:
        told.why(field, "party:B")
    assert near in str(refused.value.needs)


def test_a_field_of_another_room_is_as_one_that_is_not_there(told: Told) -> None:
    """B gets the same answer for A's caucus as for one nobody holds."""
    answers = []
    for room in ("caucus:A", "caucus:Z"):
        with pytest.raises(DecodeError) as refused:
            told.why(f"items.{room}/I1.owner", "party:B")
        answers.append(str(refused.value.needs))
    assert "caucus:A" not in answers[0]
    assert answers[0] == answers[1]


def test_what_an_instant_ended_is_laid_on_no_entry(tmp_path: Path) -> None:
    """Powers that ran out did so by the clock, whoever writes next."""
    clock = FakeClock(START, timedelta(minutes=1))
    with opened(tmp_path, unbound=True, clock=clock) as house:
        powers: dict[str, Any] = {"person": "person:holt", "powers": ["negotiate"]}
        ends = (START + timedelta(days=1)).isoformat()
        granted = do("authorise-representative", by="A", **powers, ends=ends)
        case = tell(house, [*examples.registered(), granted])
        clock.set(START + timedelta(days=2))
        assert give(house, do("issue-invitation", party="B", carrier="courier"), case).done
        eyes = Eyes(house, clerk(house), "registry")
        found = why(eyes, case, "parties.A.authorities.person:holt.live")
        assert found.value is False
        assert found.set_by is not None
        assert found.set_by.entry is None
        assert [cause.value for cause in found.earlier] == [True]


# ---------------------------------------------------------------- the player


async def _asked(pilot: Pilot[None], key: str, text: str) -> None:
    """Open a question of the player and answer it."""
    await pilot.press(key)
    pilot.app.query_one("#asked", Input).value = text
    await pilot.press("enter")
    await pilot.pause()


async def _went(stage: Stage) -> list[object]:
    """Press the keys of the player; tell where it stood after each."""
    player, stood = Player(stage), list[object]()
    async with player.run_test(size=(120, 40)) as pilot:
        for key in ("right", "right", "left"):
            await pilot.press(key)
            await pilot.pause()
            stood.append(player.place)
        await _asked(pilot, "g", "joint:5")
        stood.append(player.place)
        stood.append(str(player.query_one("#event", Static).render()))
        await _asked(pilot, "g", "nowhere")
        stood.append(str(player.query_one("#line", Static).render()))
        await pilot.press("escape")
        stood.append(player.query_one("#asked", Input).display)
        await pilot.press("plus", "plus")
        stood.append(player.speed)
        await _asked(pilot, "u", "deadline-met")
        while player.playing:
            await pilot.pause(0.05)
        stood.append(stage.played.steps[player.place].type)
        stood.append(str(player.query_one("#state", Static).render()))
    return stood


@pytest.mark.slow
def test_the_player_steps_goes_to_and_plays_until(told: Told) -> None:
    """By its keys, on a real screen of its own; a place that is none is said, not crashed upon."""
    stage = Stage(told.eyes("registry"), told.case)
    head = told.house.ledger.reader.head()
    *places, at, event, line, asked, speed, kind, state = asyncio.run(_went(stage))
    assert places == [1, 2, 1]
    assert stage.played.steps[int(str(at))].entry == "joint:5"
    assert str(event).startswith("joint:5 ")
    assert "neither an instant nor an entry" in str(line)
    assert asked is False
    assert speed == 16 * SPEED
    assert kind == "deadline-met"
    assert "phase: CONSENTED" in str(state)
    assert told.house.ledger.reader.head() == head
