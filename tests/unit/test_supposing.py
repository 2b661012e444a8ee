"""A history is told again from its entries: each act found, decided anew, and nothing else."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

import tests.examples as ex
from docs.behind import recording
from ledger.catalogue import COMMANDS, DECIDERS, EVENTS
from ledger.envelope import tag_of
from ledger.recalling import table
from ledger.rooms import WHOLE
from ledger.rulebook import shipped
from ledger.supposing import History
from ledger.supposition import Otherwise, Supposed
from projections.conformance import conformity
from projections.what_if import consequences
from tests.histories import PARTIES, orders, stages
from tests.retelling import history_of
from tests.spec import Order, Spec, attempt, do, given

OF_A_CASE = {name for name, kind in COMMANDS.items() if DECIDERS[kind][0] != "institution"}


def test_every_command_of_a_case_has_its_place_in_the_table() -> None:
    """What a new command records can be recalled, or the table says at least what it is."""
    assert set(table().records) == OF_A_CASE


def test_the_table_names_only_what_a_command_may_record() -> None:
    """As the code of its decision says."""
    behind = {
        tag_of(event): {str(kind.__struct_config__.tag) for kind in kinds}
        for event, kinds in recording().items()
    }
    wrong = [
        (command, tag)
        for command, tags in table().records.items()
        for tag in tags
        if tag not in EVENTS or command not in behind[tag]
    ]
    assert wrong == []


def test_the_table_names_fields_that_commands_have() -> None:
    """Both where they stand, and which may have been left out."""
    named = {**table().left_out, **table().sources}
    wrong = [
        (command, field)
        for command in named
        for field in (*table().left_out.get(command, ()), *table().sources.get(command, ()))
        if field not in COMMANDS[command].__struct_fields__
    ]
    assert wrong == []


@pytest.fixture(scope="module")
def closed() -> History:
    """Take up a case that went from its request to its close."""
    return history_of(given(*ex.closed()))


def test_every_act_of_a_case_that_is_read_whole_is_found(closed: History) -> None:
    """From the request to the close, by their entries alone."""
    assert [one.deed.refs for one in closed.told.judged if one.fate != "taken"] == []
    assert {one.command for one in closed.told.judged} >= {"request-mediation", "sign-settlement"}


def test_what_nothing_is_supposed_of_ends_as_it_ended() -> None:
    """Every part of the case, folded from what is decided anew."""
    spec = given(*ex.closed())
    history = history_of(spec)
    read = {room: WHOLE for room in spec.file.seqs if room in history.past.rooms}
    recorded = spec.file.seen_by(read)
    again = history.suppose(Otherwise(profile=history.profile)).case
    for told in (history.told.case, again):
        assert told.phase == recorded.phase
        assert told.deadlines == recorded.deadlines
        assert told.intake == recorded.intake
        assert told.settlement == recorded.settlement
        assert told.follow_up == recorded.follow_up
        assert told.last == recorded.last


def refused(supposed: Supposed) -> dict[str, str | None]:
    """Name the acts refused, each by its first entry, with the rule."""
    return {o.deed.refs[0]: o.rule for o in supposed.judged if o.fate == "refused"}


def entry_of(spec: Spec, tag: str) -> str:
    """Name the first entry of a type."""
    return next(f.ref for f in spec.file.frames if tag_of(type(f.event)) == tag)


def test_an_entry_left_out_takes_its_whole_act_with_it() -> None:
    """The dates a registration set are not set without it."""
    spec = given(*ex.invited())
    history = history_of(spec)
    registered = entry_of(spec, "request-registered")
    told = history.suppose(Otherwise(profile=history.profile, without=frozenset({registered})))
    assert [one.deed.refs[0] for one in told.judged if one.fate == "left out"] == [registered]
    assert not [d for d in told.case.deadlines.book.values() if d.set.rule.startswith("number")]


def test_what_stands_beside_an_act_can_be_left_out_alone() -> None:
    """A date is left out; the act that set it stays."""
    spec = given(*ex.invited())
    history = history_of(spec)
    date = entry_of(spec, "deadline-set")
    told = history.suppose(Otherwise(profile=history.profile, without=frozenset({date})))
    assert {one.fate for one in told.judged} == {"taken"}
    assert len(told.case.deadlines.book) == len(history.told.case.deadlines.book) - 1


def test_who_holds_no_office_is_refused_as_at_the_desk() -> None:
    """Without the appointment nobody is the mediator."""
    spec = given(*ex.engaged())
    history = history_of(spec)
    appointed = entry_of(spec, "mediator-appointed")
    told = history.suppose(Otherwise(profile=history.profile, without=frozenset({appointed})))
    assert "operator_may_act_for" in refused(told).values()


def statement() -> Order:
    """Have A hand in a statement."""
    return do("submit-statement", by="A", text="The berth was promised.", share="all")


def test_names_of_entries_follow_them_where_numbers_change() -> None:
    """An objection finds its entry although an earlier one is left out."""
    spec = given(*ex.mediating(), statement(), statement())
    first, second = [f.ref for f in spec.file.frames if f.ref.startswith("joint")][-2:]
    spec.given(do("contest-entry", by="B", target=second, position="Not so."))
    history = history_of(spec)
    told = history.suppose(Otherwise(profile=history.profile, without=frozenset({first})))
    assert refused(told) == {}
    assert [told.origin[ref] for ref in told.case.record.contested] == [second]
    gone = history.suppose(Otherwise(profile=history.profile, without=frozenset({second})))
    assert list(refused(gone).values()) == ["entry_is_known"]


def test_a_viewer_who_reads_less_is_told_of_less() -> None:
    """What cannot be judged from what is read is taken as recorded and called so."""
    spec = given(*ex.mediating(), *ex.caucused("A"))
    history = history_of(spec, "party:B")
    rooms = {f.room for one in history.told.judged for f in one.deed.frames}
    assert not [room for room in rooms if "A" in room.split(":")]
    assert rooms <= history.past.rooms


def test_what_every_record_guarantees_need_not_hold_of_what_is_supposed() -> None:
    """An act that rests on what nobody told is refused, and nothing breaks."""
    offer = COMMANDS["offer-good-offices"].example
    spec = given(*ex.invited(), do("offer-good-offices", at_reported=True, **offer))
    history = history_of(spec, "party:B")
    number = frozenset({"joint:1"})
    told = history.suppose(Otherwise(profile=history.profile, without=number, keeps=True))
    assert "case_holds_together" in refused(told).values()


@pytest.mark.slow
@pytest.mark.timeout(300)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@hypothesis_given(stages, st.lists(orders(), min_size=4, max_size=25), st.integers())
def test_any_history_is_told_as_it_was_and_bears_any_supposition(
    stage: Callable[[tuple[str, ...]], list[Order]], more: list[Order], seed: int
) -> None:
    """For whoever reads it: with nothing supposed nothing changes, and nothing breaks it."""
    spec = Spec().given(*stage(PARTIES))
    for order in more:
        attempt(spec, order)
    for viewer in ("registry", "mediator", "party:B"):
        history = history_of(spec, viewer)
        rights = spec.file.rights(viewer)
        read = {room: span for room, span in rights.items() if room in spec.file.seqs}
        recorded = spec.file.seen_by(read)
        for part in ("phase", "deadlines", "intake", "negotiation", "settlement", "follow_up"):
            assert getattr(history.told.case, part) == getattr(recorded, part), (viewer, part)
        frames = [ref for deed in history.past.deeds for ref in deed.refs]
        for ref in Random(seed).sample(frames, min(3, len(frames))):
            consequences(history, Otherwise(profile=history.profile, without=frozenset({ref})))
        other = Random(seed).choice(sorted(shipped().latest))
        profile = shipped().by_hash[shipped().latest[other].hash]
        conformity(history, profile, own=False, now=spec.clock.at, reads_steps=True)
