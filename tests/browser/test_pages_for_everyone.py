"""Every page, as four people find it: no fault that shuts somebody out, no sideways scroll."""

import pytest
from playwright.sync_api import Browser

from tests.browser.served import Served
from tests.browser.visitors import NARROW, Kinds, grave_faults, overhang, visit, walk

pytestmark = [pytest.mark.live, pytest.mark.slow, pytest.mark.xdist_group("browser")]

PEOPLE = ("solheim", "okonjo", "party zahr", "party valcombe")
"""The registry, a mediator, and who speaks for the parties of the first case."""
FIRST = "GO-2025-0001"


@pytest.fixture(scope="module")
def kinds(told: Served) -> Kinds:
    """Remember over all people which pages were opened."""
    return Kinds(told.pages)


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


@pytest.mark.timeout(300)
@pytest.mark.parametrize("who", PEOPLE)
def test_no_page_has_a_grave_fault(chromium: Browser, told: Served, kinds: Kinds, who: str) -> None:
    """Asked of axe-core on one page of every kind, on a telephone, by day and by night."""
    faults: dict[str, object] = {}
    party = who.partition(" ")[2]
    code = told.code(party, FIRST) if party else told.code(who)
    with visit(chromium, told, code, viewport=NARROW) as page:
        for address in walk(page, kinds, "/cases"):
            page.emulate_media(color_scheme="light")
            by_day = grave_faults(page)
            page.emulate_media(color_scheme="dark")
            if found := [*by_day, *grave_faults(page, "color-contrast")]:
                faults[address] = found
            if wide := overhang(page):
                faults[f"{address} is too wide"] = wide
    assert faults == {}


def test_somebody_opened_every_page(told: Served, kinds: Kinds) -> None:
    """A page that no link leads to is none."""
    assert set(told.pages) - kinds.opened == set()
