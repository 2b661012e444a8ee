"""Grants of analysts: what the institution's record takes."""

from typing import Any

import pytest

from ledger.errors import DecodeError
from ledger.institution.analyst_events import AnalystGranted
from ledger.institution.commands import DECIDE
from ledger.institution.state import Institution, evolve
from ledger.parties import Standing
from tests.unit.part import Part, kinds, only

CASE = "0" * 31 + "1"
AGREED = {"approved_by": "person:second", "consent": "Both parties wrote so."}


def part() -> Part[Institution]:
    """Begin with an analyst and nothing granted."""
    state = Institution(seat="Europe/Oslo", operators={"ana": ("analyst",), "iyer": ("mediator",)})
    return Part(DECIDE, evolve, state, Standing())


def terms(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of the command
    """Say what a plain grant says."""
    return {"grant": "stalls", "operators": ["ana"], "purpose": "A study.", **more}


def test_a_grant_is_recorded_for_the_registry_alone() -> None:
    """It is over the common record, without words, until it is revoked."""
    house = part()
    granted = only(house.do("grant-analyst", "registry", **terms()))
    assert isinstance(granted, AnalystGranted)
    assert kinds(house.placed) == [("registry", "AnalystGranted")]
    assert (granted.kinds, granted.cases, granted.free_text) == (("joint",), ("all",), False)
    assert granted.ends is None
    assert set(house.state.analysts) == {"stalls"}


def test_a_grant_lasts_to_the_end_of_its_last_day_at_the_seat() -> None:
    """Which is an instant of its own in each zone."""
    granted = only(part().do("grant-analyst", "registry", **terms(until="2026-06-30")))
    assert granted.ends == "2026-06-30T22:00:00Z"
    with pytest.raises(DecodeError, match="no day"):
        part().do("grant-analyst", "registry", **terms(until="2026-02-30"))


def test_a_name_is_free_again_after_the_end() -> None:
    """What ended is no grant."""
    house = part()
    house.refuses("analyst_is_granted", "revoke-analyst", "registry", grant="stalls")
    house.do("grant-analyst", "registry", **terms())
    house.refuses("grant_name_is_free", "grant-analyst", "registry", **terms())
    house.do("revoke-analyst", "registry", grant="stalls")
    assert house.state.analysts == {}
    assert house.do("grant-analyst", "registry", **terms())


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"kinds": ["caucus:A"]}, "analysts_read_the_common_record"),
        ({"kinds": ["joint", "party:A"]}, "analysts_read_the_common_record"),
        ({"kinds": ["desk:A"]}, "analysts_read_the_common_record"),
        ({"kinds": ["registry"]}, "analysts_read_the_common_record"),
        ({"cases": ["all", CASE]}, "analyst_cases_are_all_or_named"),
        ({"profiles": ["no-such"]}, "analyst_profiles_are_adopted"),
        ({"operators": ["iyer"]}, "analysts_are_operators"),
        ({"operators": ["nobody"]}, "analysts_are_operators"),
        ({"free_text": True}, "words_are_shown_by_two_and_agreed"),
        ({"free_text": True, **AGREED, "consent": None}, "words_are_shown_by_two_and_agreed"),
        (
            {"free_text": True, **AGREED, "approved_by": "person:clerk"},
            "words_are_shown_by_two_and_agreed",
        ),
        ({"until": "2026-03-01"}, "analyst_grant_ends_later"),
    ],
)
def test_nobody_grants_what_analysts_may_not_have(given: dict[str, Any], rule: str) -> None:
    """Each for a reason of its own."""
    house = part()
    acting = {"at_actor": "person:clerk"} if "approved_by" in given else {}
    house.refuses(rule, "grant-analyst", "registry", **terms(**given, **acting))


def test_words_are_shown_as_two_persons_and_those_who_said_them_agreed() -> None:
    """Who approves, and how they agreed, stand in the record."""
    granted = only(part().do("grant-analyst", "registry", **terms(free_text=True, **AGREED)))
    assert (granted.free_text, granted.approved_by) == (True, "person:second")
