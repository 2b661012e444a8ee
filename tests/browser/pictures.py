"""Take the pictures of the pages that README shows: `make screenshots`."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import structlog
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import chromium_path
from tests.browser.served import Served, demo
from tests.browser.visitors import NARROW, visit

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "pictures"
WINDOW: Final = {"width": 960, "height": 720}
COLOURS_MAX: Final = 48
"""Enough for letters on paper; a picture of text needs no more, and is a third of the size."""
CASE: Final = "GO-2025-0001"


class Picture(NamedTuple):
    """A picture to take.

    Attributes:
        name: Of the file.
        who: An operator, or a party of the case.
        address: Of the page.
        ways: How the browser is.
    """

    name: str
    who: str
    address: str
    ways: dict[str, Any]


PICTURES: Final = (
    Picture("cases", "solheim", "/cases", {}),
    Picture("timeline", "zahr", f"/cases/{CASE}", {}),
    Picture("narrow", "valcombe", f"/cases/{CASE}", {"viewport": NARROW, "color_scheme": "dark"}),
    Picture("arabic", "zahr", f"/cases/{CASE}", {"locale": "ar"}),
)
PARTIES: Final = ("zahr", "valcombe")


def take(browser: Browser, served: Served, folder: Path) -> Iterator[Path]:
    """Take every picture into a folder; yield each file."""
    for one in PICTURES:
        code = served.code(one.who, CASE if one.who in PARTIES else None)
        with visit(browser, served, code, **{"viewport": WINDOW, **one.ways}) as page:
            page.goto(one.address)
            file = folder / f"{one.name}.png"
            with Image.open(BytesIO(page.screenshot())) as taken:
                taken.quantize(COLOURS_MAX).save(file, optimize=True)
            yield file


@contextmanager
def studio() -> Iterator[tuple[Browser, Served]]:
    """Serve the demo, and open a browser."""
    path = chromium_path()
    if path is None:
        raise SystemExit("no Chromium is here: apt install chromium")
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    with TemporaryDirectory() as folder, demo(Path(folder) / "ledger") as served:
        served.seal()
        with sync_playwright() as playwright:
            yield playwright.chromium.launch(executable_path=path, args=["--no-sandbox"]), served


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    with studio() as (opened, shown):
        for made in take(opened, shown, FOLDER):
            print(made.name, made.stat().st_size // 1024, "KiB")  # noqa: T201 - says what was made
