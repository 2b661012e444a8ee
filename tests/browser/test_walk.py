"""SC-01 from the request to the follow-up: four people, four browsers, every act by a page."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from services.clock import FakeClock
from services.house import open_house
from services.settings import Settings
from tests.browser.served import FOUNDER, Served, serving
from tests.browser.visitors import NARROW, overhang
from tests.browser.walking import CASE, Walk, at_desk, lines, wrong

pytestmark = [pytest.mark.live, pytest.mark.slow, pytest.mark.xdist_group("browser")]

BEGIN = datetime(2026, 2, 26, 8, tzinfo=UTC)
PEOPLE = {"iyer": "mediator", "aune": "party", "holt": "party"}
WAYS: dict[str, dict[str, object]] = {
    FOUNDER: {"java_script_enabled": False},
    "party:B": {"java_script_enabled": False, "viewport": NARROW},
}
INSTITUTION = ("add-operator", "record-lesson")
"""What is no act in a case, and on no page."""


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Served]:
    """Serve a ledger with its people and no case."""
    settings = Settings(data=tmp_path / "ledger", operator=FOUNDER)
    clock = FakeClock(BEGIN, timedelta(milliseconds=10))
    with (
        open_house(settings, create=True, clock=clock) as house,
        serving(house, clock) as served,
    ):
        for name, role in PEOPLE.items():
            added = {"command": "add-operator", "id": name, "acting_for": "registry"}
            data = {"name": name, "roles": [role]}
            assert at_desk(served, {**added, "data": data}, FOUNDER).done
        yield served


@pytest.mark.timeout(900)
def test_a_case_goes_from_the_request_to_its_evaluation(chromium: Browser, empty: Served) -> None:
    """Two of the four have scripts off, one on a telephone; one signature is refused, and why."""
    walk, refused = Walk(chromium, empty, WAYS), list[str]()
    try:
        for line in lines():
            if line["command"] in INSTITUTION:
                assert at_desk(empty, line, FOUNDER).done
                continue
            page = walk.act(line)
            if why := wrong(page):
                refused.append(f"{line['command']}: {why}")
            else:
                assert "done=" in page.url, line["id"]
        (only,) = refused
        assert only.startswith("sign-settlement")
        assert "no power to sign" in only
        for name in ("registry", "party:B"):
            board = walk.page(name)
            board.goto(f"/cases/{CASE}/follow-up")
            assert board.locator("tbody tr", has_text="confirmed").count() == 4
            assert overhang(board) == 0
        registry = walk.page("registry")
        registry.goto(f"/cases/{CASE}")
        assert "EVALUATED" in registry.content()
    finally:
        walk.close()
