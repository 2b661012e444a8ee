"""A newcomer's first minute: what `make run` prints, typed into three browser profiles."""

import re
from collections.abc import Iterator
from time import monotonic

import pytest
from playwright.sync_api import Browser

from tests.live.serving import Serve, environment, serving, until

pytestmark = [pytest.mark.live, pytest.mark.slow, pytest.mark.xdist_group("browser")]

FIRST = "GO-2025-0001"
A_MINUTE_S = 60


@pytest.fixture
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Do what `make run` does, on a free port."""
    folder = tmp_path_factory.mktemp("newcomer") / "data"
    folder.mkdir()
    words = ("--demo", "--http-port", "0")
    with serving(folder, *words, variables=environment(folder, NATS_URL="off")) as served:
        yield served


def test_three_profiles_see_the_timeline_within_a_minute(
    chromium: Browser, request: pytest.FixtureRequest
) -> None:
    """The registry and both parties, each as who it is; from the first word to the last page."""
    began = monotonic()
    served: Serve = request.getfixturevalue("running")
    until(lambda: "ten things" in "".join(served.said), "all is said")
    said = "".join(served.said)
    (address,) = re.findall(r"pages +(http://\S+/)", said)
    codes = dict(re.findall(r"^ +(registry|party \w+) +(\S+)$", said, re.MULTILINE))
    assert list(codes) == ["registry", "party zahr", "party valcombe"]
    for whom, code in codes.items():
        profile = chromium.new_context(base_url=address)
        page = profile.new_page()
        page.goto("/")
        page.get_by_label("The code on your letter").fill(code)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name=FIRST).click()
        assert page.locator(".timeline > li").count() > 20
        banner = page.locator(".who").inner_text()
        assert ("acting for" if whom.startswith("party") else "registry") in banner
        profile.close()
    assert monotonic() - began < A_MINUTE_S
