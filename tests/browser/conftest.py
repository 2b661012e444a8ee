"""Start what tests with a real browser share: Debian's Chromium, and the demo on the network."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.served import Served, demo

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str | None:
    """Find a browser of the Chromium family."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start a browser without a window; it is stopped before another module's event loops run."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium is here: apt install chromium")
    with sync_playwright() as playwright:
        # Without the sandbox it starts in containers too; it opens nothing but our own pages.
        yield playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the demo cases to readers."""
    with demo(tmp_path_factory.mktemp("browser") / "ledger") as served:
        yield served
