"""Grants of feeds: what the institution's record takes, and what its contract says of tests."""

import re
from pathlib import Path
from typing import Any

import pytest

from ledger.catalogue import EVENTS
from ledger.institution.commands import DECIDE
from ledger.institution.feed_events import FeedChanged, FeedGranted
from ledger.institution.feed_rules import tells_of
from ledger.institution.state import Institution, evolve
from ledger.parties import Standing
from tests.unit.part import Part, kinds, only

ROOT = Path(__file__).parents[2]
CASE = "0" * 31 + "1"
CONFIDENTIAL = {"confidential": True, "approved_by": "person:second"}


def part() -> Part[Institution]:
    """Begin with nothing granted."""
    return Part(DECIDE, evolve, Institution(), Standing())


def terms(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of the command
    """Say what a plain grant says."""
    return {"feed": "city", "kinds": ["joint"], "cases": ["all"], **more}


def test_a_grant_is_recorded_for_the_registry_alone() -> None:
    """It begins now unless it says otherwise."""
    house = part()
    granted = only(house.do("grant-feed", "registry", **terms()))
    assert isinstance(granted, FeedGranted)
    assert kinds(house.placed) == [("registry", "FeedGranted")]
    assert granted.starts == "2026-03-02T09:00:00Z"
    assert set(house.state.feeds) == {"city"}
    other = only(house.do("grant-feed", "registry", **terms(feed="port", from_beginning=True)))
    assert other.starts is None


def test_a_feed_is_changed_and_revoked_once_granted() -> None:
    """A change says all of it anew; a name is free again after the end."""
    house = part()
    house.refuses("feed_is_granted", "change-feed", "registry", **terms())
    house.refuses("feed_is_granted", "revoke-feed", "registry", feed="city")
    house.do("grant-feed", "registry", **terms())
    house.refuses("feed_name_is_free", "grant-feed", "registry", **terms())
    changed = only(house.do("change-feed", "registry", **terms(cases=[CASE])))
    assert isinstance(changed, FeedChanged)
    assert house.state.feeds["city"].cases == (CASE,)
    house.do("revoke-feed", "registry", feed="city")
    assert house.state.feeds == {}
    assert house.do("grant-feed", "registry", **terms())


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"kinds": ["kitchen"]}, "feed_rooms_exist"),
        ({"kinds": ["caucus"], **CONFIDENTIAL}, "feed_tells_no_private_room"),
        ({"kinds": ["joint:A"]}, "feed_rooms_exist"),
        ({"cases": ["all", CASE]}, "feed_cases_are_all_or_named"),
        ({"types": ["no-such-type"]}, "event_types_exist"),
        ({"kinds": ["registry"]}, "confidential_feed_has_second_person"),
        ({"kinds": ["registry"], "confidential": True}, "confidential_feed_has_second_person"),
        (
            {"kinds": ["registry"], "confidential": True, "approved_by": "person:clerk"},
            "confidential_feed_has_second_person",
        ),
        *(
            (
                {"kinds": ["joint", room], "cases": [CASE], **CONFIDENTIAL},
                "feed_tells_no_private_room",
            )
            for room in ("caucus:A", "party:A", "desk:A", "group:north", "mediators")
        ),
    ],
)
def test_nobody_grants_what_a_feed_may_not_have(given: dict[str, Any], rule: str) -> None:
    """Nor by a change of what is granted."""
    house = part()
    acting = {"at_actor": "person:clerk"} if rule.startswith("confidential") else {}
    house.refuses(rule, "grant-feed", "registry", **terms(**given, **acting))
    house.do("grant-feed", "registry", **terms())
    house.refuses(rule, "change-feed", "registry", **terms(**given, **acting))


def test_every_type_of_event_can_be_named() -> None:
    """Also those that share a base with others."""
    assert part().do("grant-feed", "registry", **terms(types=list(EVENTS)))


@pytest.mark.parametrize(
    "address",
    [
        "http://receiver.example/in",
        "https://receiver/in",
        "https://receiver.local/in",
        "https://localhost/in",
        "https://127.0.0.1/in",
        "https://10.1.2.3/in",
        "https://[::1]/in",
        "https://[::ffff:192.168.1.1]/in",
        "https://[64:ff9b::a00:1]/in",
        "https://[2002:7f00:1::]/in",
        "https://169.254.169.254/latest",
        "https://0.0.0.0/in",
        "https://receiver.example:0/in",
        "https://receiver.example:99999/in",
        "https://receiver.example/in#part",
        "https://[::1/in",
    ],
)
def test_events_go_out_encrypted_and_not_into_our_own_network(address: str) -> None:
    """Whatever form the address has."""
    house = part()
    house.refuses("webhook_address_is_fit", "grant-feed", "registry", **terms(webhook=address))


def test_an_address_of_our_own_network_is_granted_where_it_is_meant() -> None:
    """Unencrypted to this machine alone; never to where a machine offers its credentials."""
    house = part()
    meant = {"private_address": True}
    for name, address in enumerate(("http://127.0.0.1:8080/in", "https://10.1.2.3/in")):
        assert house.do(
            "grant-feed", "registry", **terms(feed=f"f{name}", webhook=address, **meant)
        )
    granted = only(
        house.do(
            "grant-feed", "registry", **terms(feed="out", webhook="https://receiver.example/in")
        )
    )
    assert isinstance(granted, FeedGranted)
    assert (granted.webhook, granted.private_address) == ("https://receiver.example/in", False)
    for address in ("http://10.1.2.3/in", "https://169.254.169.254/"):
        wrong = terms(feed="more", webhook=address, **meant)
        house.refuses("webhook_address_is_fit", "grant-feed", "registry", **wrong)


def test_a_private_room_is_told_nobody_whatever_an_earlier_grant_says() -> None:
    """Offices are meant whatever their mandate; rooms of parties and mediators never."""
    assert tells_of(("caucus:A", "joint"), "joint")
    assert not tells_of(("caucus:A", "joint"), "caucus:A")
    assert not tells_of(("mediators",), "mediators@2")


def test_each_sentence_of_the_contract_names_a_test_that_there_is() -> None:
    """What is promised of a feed is what a test shows."""
    page = (ROOT / "docs" / "feeds.md").read_text("utf-8")
    contract = page.partition("## The contract\n")[2].partition("\n## ")[0]
    sentences = contract.strip().split("\n- ")
    assert len(sentences) > 20
    for sentence in sentences:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", sentence)
        assert named, f"no test is named: {sentence}"
        for file, name in named:
            assert f"def {name}(" in (ROOT / file).read_text("utf-8"), f"{file}::{name}"
