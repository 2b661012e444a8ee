"""What hands do on pages: go back in time, compare, and propose by the keyboard alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.served import Served, demo
from tests.browser.visitors import visit

pytestmark = [pytest.mark.live, pytest.mark.slow, pytest.mark.xdist_group("browser")]

FIRST = "GO-2025-0001"
TALKING = "GO-2025-0003"
STOPS_MAX = 200


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a demo that one of the tests writes to."""
    with demo(tmp_path_factory.mktemp("by_hand") / "ledger") as served:
        yield served


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "scripts off"])
def test_a_step_leads_to_the_past_and_back(
    chromium: Browser, here: Served, *, scripts: bool
) -> None:
    """By a slider that sends itself where scripts run; the past has a digest and no form to act."""
    code = here.code("zahr", FIRST)
    with visit(chromium, here, code, java_script_enabled=scripts) as page:
        page.goto(f"/cases/{FIRST}")
        page.locator("details.travel > summary").click()
        page.locator("#step").fill("20")
        if not scripts:
            page.get_by_role("button", name="Go to this step").click()
        page.wait_for_url("**at=*")
        assert "This is the past" in page.locator("main").inner_text()
        assert page.locator(".digest code").inner_text().strip()
        assert page.locator("main form[method=post]").count() == 0
        page.get_by_role("link", name="Back to now").click()
        assert "at=" not in page.url


def test_two_proposals_are_compared_word_by_word(chromium: Browser, here: Served) -> None:
    """What came and what went is told in words, too."""
    with visit(chromium, here, here.code("zahr", FIRST)) as page:
        page.goto(f"/cases/{FIRST}/proposals")
        page.get_by_role("link", name="word by word").first.click()
        assert page.locator("ins").count()
        assert page.locator("del").count()
        assert "inserted:" in (page.locator("ins").first.text_content() or "")


def test_arabic_is_the_mirror_image(chromium: Browser, here: Served) -> None:
    """What stands left in English stands right in Arabic, as far from its edge."""
    with visit(chromium, here, here.code("zahr", FIRST)) as page:
        sides = {}
        for code in ("en", "ar"):
            page.goto(f"/cases/{FIRST}?lang={code}")
            box = page.locator(".tabs a").first.bounding_box()
            assert box is not None
            sides[code] = (box["x"], 1280 - box["x"] - box["width"])
        assert sides["en"][0] == pytest.approx(sides["ar"][1], abs=16)
        assert sides["ar"][0] > sides["ar"][1]


def test_the_keyboard_alone_completes_a_proposal(chromium: Browser, here: Served) -> None:
    """From the list of what may be done to the entry, without a pointer."""
    with visit(chromium, here, here.code("rosvik")) as page:
        page.goto(f"/cases/{TALKING}/do")

        def tab_to(selector: str) -> None:
            for _ in range(STOPS_MAX):
                page.keyboard.press("Tab")
                if page.evaluate("s => document.activeElement.matches(s)", selector):
                    return
            raise AssertionError(f"the keyboard never came to {selector}")

        tab_to('a[href*="do/table-proposal"]')
        page.keyboard.press("Enter")
        page.wait_for_url("**/do/table-proposal*")
        tab_to("[name=clauses]")
        page.keyboard.type("berth fee=1.2 M EUR")
        tab_to('main form[method="post"] button[type="submit"]')
        page.keyboard.press("Enter")
        page.wait_for_url("**done=*")
        assert page.get_by_role("status").count()
