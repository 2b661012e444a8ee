"""A history is asked what would have been otherwise; nothing of it is recorded."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import tests.examples as ex
from ledger.errors import DecodeError, RuleViolation
from services.reading.what_ifs import Supposing, WhatIf, what_if
from tests.at_desk import AtDesk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AtDesk]:
    """Record a case up to an accepted proposal, with a confidence of A's."""
    desk = AtDesk(tmp_path_factory.mktemp("what-if") / "ledger")
    desk.given(*ex.mediating(), *ex.caucused("A"), ex.tabled(by="A"), ex.accepted())
    yield desk
    desk.house.__exit__()


def ask(desk: AtDesk, viewer: str = "registry", /, *keys: str, **supposed: str) -> WhatIf:
    """Suppose something: entries `without`, keys set, a `profile`."""
    assert desk.case_id is not None
    without = tuple(supposed["without"].split()) if "without" in supposed else ()
    supposing = Supposing(without, keys, supposed.get("profile"))
    return what_if(desk.eyes(viewer), desk.case_id.hex, supposing)


def entry(desk: AtDesk, tag: str, nth: int = 0) -> str:
    """Name an entry of a type."""
    found = [f.ref for f in desk.file.frames if f.event.__struct_config__.tag == tag]
    return found[nth]


def test_without_a_proposal_its_acceptance_is_refused(desk: AtDesk) -> None:
    """By the rule that would have refused it, and with the date it had."""
    tabled = entry(desk, "proposal-tabled")
    found = ask(desk, without=tabled)
    (refused,) = found.changed
    assert (refused.command, refused.rule) == ("accept-proposal", "proposal_is_known")
    assert refused.entries[0] == entry(desk, "proposal-accepted")
    assert refused.follows_from == ()
    assert [(d.date, d.change) for d in found.dates] == [("validity-P1", "goes")]
    assert tabled in found.without


def test_what_follows_from_a_refusal_is_told_as_its_consequence(desk: AtDesk) -> None:
    """Without consent nobody is appointed; without a mediator nobody fixes a session."""
    found = ask(desk, without=entry(desk, "consent-given"))
    first = found.changed[0]
    assert first.follows_from == ()
    follows = {one.command: one.follows_from for one in found.changed}
    assert follows["schedule-session"]
    known = {one.entries[0] for one in found.changed}
    assert all(ref in known for one in found.changed for ref in one.follows_from)
    assert found.phase_then == "INVITED"
    assert found.phase == "MEDIATING"


def test_a_changed_key_moves_the_dates_that_rest_on_it(desk: AtDesk) -> None:
    """Old day, new day, and how it is counted."""
    found = ask(desk, "registry", "profile.proposal.default_validity_days=3")
    (moved,) = [d for d in found.dates if d.date == "validity-P1"]
    assert moved.change == "moves"
    assert moved.old is not None
    assert moved.new is not None
    assert moved.new < moved.old
    assert moved.arithmetic is not None
    assert moved.arithmetic.startswith("3 calendar days from tabling")
    assert found.keys == {"proposal.default_validity_days": "3"}
    assert found.changed == ()


def test_a_changed_key_refuses_what_it_forbids(desk: AtDesk) -> None:
    """A command that is done under signature alone, in a word that is no JSON and one that is."""
    found = ask(desk, "registry", 'signed_commands=["accept-proposal"]')
    assert [(one.command, one.rule) for one in found.changed] == [
        ("accept-proposal", "command_is_signed")
    ]


def test_another_profile_gives_other_dates(desk: AtDesk) -> None:
    """The case under a procedure that is not its own."""
    found = ask(desk, profile="icc-2014-style")
    assert found.profile == "icc-2014-style/1"
    assert {d.change for d in found.dates} >= {"goes"}


def test_nothing_is_recorded(desk: AtDesk) -> None:
    """The record is as long as before."""
    before = desk.house.ledger.reader.head()
    ask(desk, without="joint:1")
    assert desk.house.ledger.reader.head() == before


def test_an_entry_one_does_not_read_is_not_there(desk: AtDesk) -> None:
    """In the words for one that is not."""
    refusals = set()
    for ref in (entry(desk, "caucus-information-received"), "caucus:A:99"):
        with pytest.raises(RuleViolation) as refused:
            ask(desk, "party:B", without=ref)
        refusals.add((refused.value.rule, refused.value.why.replace(ref, "REF")))
    assert refusals == {("entry_is_known", "there is no entry REF here")}


def test_a_party_is_told_of_acts_in_its_own_rooms_alone(desk: AtDesk) -> None:
    """Whatever is left out."""
    found = ask(desk, "party:B", without=entry(desk, "mediator-appointed"))
    refs = [ref for one in found.changed for ref in (*one.entries, *one.follows_from)]
    assert refs
    assert not [ref for ref in (*refs, *found.not_judged) if ref.startswith(("caucus:A", "chair"))]


@pytest.mark.parametrize(
    ("keys", "field", "why"),
    [
        (("reply.period_dayz=3",), "--set", "no key of the procedure"),
        (("reply.period_days",), "--set", "no key of the procedure"),
        (("reply.period_days=soon",), "reply.period_days", "expected"),
        (("reply.period_days=null",), "reply.period_days", "silence has an effect"),
        ((), "what-if", "nothing is supposed"),
    ],
)
def test_what_cannot_be_supposed_is_refused(
    desk: AtDesk, keys: tuple[str, ...], field: str, why: str
) -> None:
    """With the key, what is wrong with it, and what it takes."""
    with pytest.raises(DecodeError) as refused:
        ask(desk, "registry", *keys)
    assert refused.value.field == field
    assert why in refused.value.why
    assert refused.value.needs


def test_an_unknown_profile_cannot_be_supposed(desk: AtDesk) -> None:
    """And those there are, are named."""
    with pytest.raises(DecodeError, match="no rule profile"):
        ask(desk, profile="nobodys")


def test_the_folder_is_left_as_it_was(desk: AtDesk) -> None:
    """A supposition leaves no file behind, but the note that contents were opened."""
    folder: Path = desk.house.ledger.folder
    before = {p.name for p in folder.rglob("*")}
    ask(desk, without="joint:2")
    assert {p.name for p in folder.rglob("*")} - before <= {"accesses.jsonl"}
