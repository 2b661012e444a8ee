"""The institution's own record: founding, operators, profiles, lessons."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from ledger.institution.commands import DECIDE, AdoptProfile
from ledger.institution.state import Institution, evolve
from ledger.parties import Standing
from ledger.profile import builtin, reference
from tests.unit.part import Part, kinds, only

HOUSE_TEXT = builtin()["house-default"]


def part() -> Part[Institution]:
    """Begin with nothing founded."""
    return Part(DECIDE, evolve, Institution(), Standing())


def founded() -> Part[Institution]:
    """Begin with an institution and its first operator."""
    case = part()
    case.do("found-institution", "registry", name="Harbour Office", seat="Europe/Oslo")
    case.do("add-operator", "registry", name="berg", roles=["registry"])
    return case


def versioned(number: int) -> str:
    """Write another version of the house profile."""
    return HOUSE_TEXT.replace("version = 1\n", f"version = {number}\n")


@pytest.mark.parametrize("kind", DECIDE, ids=lambda kind: kind.__name__)
def test_every_example_is_a_valid_command(kind: type[Any]) -> None:
    """What `--example` prints can be sent as it stands."""
    assert msgspec.convert(kind.example, kind)


def test_the_example_of_a_profile_is_adopted() -> None:
    """It is a whole profile, not a piece of one."""
    assert founded().do("adopt-profile", "registry", **AdoptProfile.example)


def test_an_institution_is_founded_once() -> None:
    """In public, with its seat; whether it is a demonstration never changes."""
    case = part()
    event = only(case.do("found-institution", "registry", name="Harbour Office", demo=True))
    assert kinds(case.placed) == [("public", "InstitutionFounded")]
    assert (event.name, event.seat) == ("Harbour Office", None)
    assert (case.state.founded, case.state.demo) == (True, True)
    case.refuses("institution_is_new", "found-institution", "registry")


def test_the_seat_is_a_time_zone() -> None:
    """One may be left out, but not invented."""
    part().refuses("seat_is_a_zone", "found-institution", "registry", seat="Oslo")
    case = founded()
    assert case.state.seat == "Europe/Oslo"
    assert not case.state.demo


def test_operators_are_added_under_one_name_each() -> None:
    """A role named twice counts once."""
    case = founded()
    added = only(case.do("add-operator", "registry", name="iyer", roles=["mediator", "mediator"]))
    assert (added.roles, added.person) == (("mediator",), "person:iyer")
    assert case.state.operators == {"berg": ("registry",), "iyer": ("mediator",)}
    case.refuses("operator_name_is_new", "add-operator", "registry", name="iyer", roles=["party"])


def test_an_operator_has_a_role() -> None:
    """Nobody is entrusted with nothing."""
    with pytest.raises(msgspec.ValidationError):
        founded().do("add-operator", "registry", name="iyer", roles=[])


def test_operators_are_revoked() -> None:
    """Only those there are; their name is free again."""
    case = founded()
    case.refuses("operator_is_known", "revoke-operator", "registry", name="iyer")
    case.do("add-operator", "registry", name="iyer", roles=["mediator"])
    case.do("revoke-operator", "registry", name="iyer", reason="left the house")
    assert list(case.state.operators) == ["berg"]
    case.do("add-operator", "registry", name="iyer", roles=["auditor"])
    assert case.state.operators["iyer"] == ("auditor",)


def test_somebody_keeps_the_registry() -> None:
    """The last one goes only once another is there."""
    case = founded()
    case.refuses("last_registry_operator_stays", "revoke-operator", "registry", name="berg")
    case.do("add-operator", "registry", name="dahl", roles=["registry", "authority"])
    case.do("revoke-operator", "registry", name="berg")
    assert case.state.with_role("registry") == ("dahl",)


def test_a_profile_is_adopted_with_its_text() -> None:
    """The text is public and pinned by its hash; the latest version is the one to pin."""
    case, newer = founded(), versioned(2)
    decision = case.do("adopt-profile", "registry", text=HOUSE_TEXT)
    assert kinds(decision) == [("public", "ProfileAdopted")]
    case.do("adopt-profile", "registry", text=newer, default=True)
    assert case.state.profiles == {"house-default": (reference(newer), newer)}
    assert case.state.texts == {
        reference(HOUSE_TEXT).hash: HOUSE_TEXT,
        reference(newer).hash: newer,
    }
    assert case.state.default_profile == "house-default"


def test_no_profile_is_the_default_until_one_is_chosen() -> None:
    """Adopting is not choosing."""
    case = founded()
    case.do("adopt-profile", "registry", text=HOUSE_TEXT)
    assert case.state.default_profile is None


def test_only_a_profile_that_can_be_read_is_adopted() -> None:
    """The refusal names the key."""
    text = HOUSE_TEXT.replace('"facilitate"', '"decide"')
    refusal = founded().refuses("profile_text_is_valid", "adopt-profile", "registry", text=text)
    assert "mandate_level" in refusal.why


def test_a_version_has_one_text_for_ever() -> None:
    """The same version again is refused, whatever it says; so is an older one."""
    case = founded()
    case.do("adopt-profile", "registry", text=versioned(3))
    for text in (versioned(3), versioned(2), versioned(3).replace("House", "Other")):
        case.refuses("profile_version_is_newer", "adopt-profile", "registry", text=text)


def test_a_lesson_is_published_once_approved() -> None:
    """Until then the registry alone reads it."""
    case = founded()
    draft = case.do("record-lesson", "registry", text="Ask for powers early.", tags=["authority"])
    assert kinds(draft) == [("registry", "LessonRecorded")]
    out = case.do("record-lesson", "registry", text="Ask for powers early.", approved=True)
    assert kinds(out) == [("public", "LessonRecorded")]
    assert case.state.lessons == ("registry:2", "public:2")


def test_the_state_holds_no_content() -> None:
    """Names of people and institutions are sealed, so the fold never has them."""
    assert "Harbour" not in repr(replace(founded().state, texts={}, profiles={}))
