"""Every page, as four people find it: no fault that shuts somebody out, no sideways scroll."""

import json
from base64 import b64decode
from hashlib import sha256
from typing import Final

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.served import Served
from tests.browser.visitors import NARROW, Kinds, grave_faults, overhang, visit, walk

pytestmark = [pytest.mark.live, pytest.mark.slow, pytest.mark.xdist_group("browser")]

PEOPLE = ("solheim", "okonjo", "party zahr", "party valcombe")
"""The registry, a mediator, and who speaks for the parties of the first case."""
FIRST = "GO-2025-0001"
PICTURE: Final = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""One pixel."""
REPORTED: Final = {
    "reported": True,
    "actor": "person:haddad",
    "acting_for": "party:zahr",
    "occurred": "2025-09-01T10:00:00+02:00",
    "data": {
        "title": "The dam",
        "hash": sha256(PICTURE).hexdigest(),
        "made_for_mediation": False,
        "share": "all",
    },
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_way_in_has_no_grave_fault(chromium: Browser, told: Served, scheme: str) -> None:
    """Nobody is kept out at the door; a wrong code is told to who cannot see it, too."""
    with visit(chromium, told, None, viewport=NARROW, color_scheme=scheme) as page:
        assert grave_faults(page) == []
        page.get_by_role("textbox").fill("7KQ2-90XA-M4TT-B8ZE")
        page.get_by_role("button").click()
        page.get_by_role("alert").wait_for()
        assert grave_faults(page) == []
        assert overhang(page) == 0


@pytest.mark.timeout(900)
def test_no_page_has_a_grave_fault_and_somebody_opened_each(
    chromium: Browser, told: Served
) -> None:
    """Asked of axe-core on one page of every kind, on a telephone, by day and by night."""
    put_in_a_picture(told, FIRST)
    kinds, faults = Kinds(told.pages), dict[str, object]()
    for who in PEOPLE:
        party = who.partition(" ")[2]
        code = told.code(party, FIRST) if party else told.code(who)
        with visit(chromium, told, code, viewport=NARROW) as page:
            for address in walk(page, kinds, "/cases"):
                if found := faults_by_day_and_night(page):
                    faults[f"{address} for {who}"] = found
    assert faults == {}
    assert set(told.pages) - kinds.opened == set(), "a page that no link leads to is none"


def faults_by_day_and_night(page: Page) -> list[str]:
    """List the grave faults of a page in either scheme of colours, its width among them."""
    page.emulate_media(color_scheme="light")
    by_day = grave_faults(page)
    page.emulate_media(color_scheme="dark")
    wide = overhang(page)
    at_night = grave_faults(page, "color-contrast")
    return [*by_day, *at_night, *([f"too wide by {wide} pixels"] if wide else [])]


def put_in_a_picture(told: Served, case: str) -> None:
    """Have a document reported that a party gave everybody, so that the pages of one are there."""
    with httpx.Client(base_url=told.address) as client:
        begun = client.post("/api/session", json={"code": told.code("solheim")})
        client.headers["authorization"] = f"Bearer {begun.json()['token']}"
        act = {"command": "submit-document", "id": "picture", "case": case, **REPORTED}
        sent = client.post(
            f"/api/cases/{case}/documents",
            data={"act": json.dumps(act)},
            files={"file": ("dam.png", PICTURE, "image/png")},
        )
        assert sent.status_code == 201, sent.text
