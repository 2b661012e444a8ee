"""Play a file of commands as four people would: each by a form, in a browser profile of its own."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from playwright.sync_api import Browser, Locator, Page

from ledger.answer import Answer
from tests.browser.served import FOUNDER, Served
from tests.browser.visitors import visit

EXAMPLE: Final = Path(__file__).resolve().parents[2] / "examples" / "sc01.jsonl"
CASE: Final = "SC-01"
MINUTE_CHARS: Final = len("2026-05-04T09:00")
OFFICES: Final = {"registry": FOUNDER, "mediator": "iyer", "candidate": "iyer"}
FORM: Final = "main form[method=post]"
PRIVATE: Final = ("ceiling", "limits")
"""What a party keeps to itself: the registry, which enters its letters, cannot write there."""
Line = dict[str, Any]


def lines() -> Iterator[Line]:
    """Read the commands of the example."""
    for line in EXAMPLE.read_bytes().splitlines():
        yield json.loads(line)


class Walk:
    """Four people before four browsers.

    Attributes:
        pages: The page each has open, by the office or the party.
    """

    def __init__(self, browser: Browser, served: Served, **ways: object) -> None:
        """Sit down; each signs in when there is something to do.

        Args:
            browser: The browser.
            served: The ledger, with nothing in it yet.
            ways: How the browser is.
        """
        self._browser = browser
        self._served = served
        self._ways = ways
        self._open = ExitStack()
        self.pages: dict[str, Page] = {}

    def close(self) -> None:
        """Leave, all of them."""
        self._open.close()

    def page(self, voice: str) -> Page:
        """Return the page of an office or a party (`party:B`), signed in."""
        office, _, party = voice.partition(":")
        name = OFFICES.get(office, party)
        if name not in self.pages:
            code = self._served.code(name, CASE if party else None)
            visited = visit(self._browser, self._served, code, **self._ways)
            self.pages[name] = self._open.enter_context(visited)
        return self.pages[name]

    def act(self, line: Line) -> Page:
        """Do what a line says by its form; return the page that answers."""
        voice = str(line["acting_for"])
        by_letter = voice.startswith("party:") and "actor" not in line
        page = self.page("registry" if by_letter else voice)
        query = "arrived=yes&" * by_letter + f"_by={quote(voice, safe='')}"
        page.goto(f"/cases/{CASE}/do/{line['command']}?{query}")
        for name, value in line["data"].items():
            if not (by_letter and name in PRIVATE):
                fill(page, name, value)
        if by_letter:
            fill(page, "_actor", voice)
        page.locator(FORM).last.locator("button").last.click()
        return page


def fill(page: Page, name: str, value: object) -> None:
    """Fill in a field, whatever it looks like."""
    form = page.locator(FORM).last
    ticks = form.locator(f'[name^="{name}:"]')
    if isinstance(value, list) and ticks.count():
        for one in ticks.all():
            one.set_checked(str(one.get_attribute("name")).partition(":")[2] in value)
        return
    field = form.locator(f'[name="{name}"]')
    match field.evaluate("field => field.type"):
        case "checkbox":
            field.set_checked(bool(value))
        case "select-one":
            field.select_option(_text(value))
        case "datetime-local":
            field.fill(_text(value)[:MINUTE_CHARS])
        case _:
            field.fill(_text(value))


def _text(value: object) -> str:
    """Write a value as somebody types it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case list() if all(isinstance(one, str) for one in value):
            return "\n".join(value)
        case list() | dict():
            return json.dumps(value)
        case _:
            return str(value)


def wrong(page: Page) -> str:
    """Say what a page says was wrong, nothing where nothing was."""
    told: Locator = page.locator("main [role=alert]")
    return told.inner_text() if told.count() else ""


def at_desk(served: Served, line: Line, operator: str) -> Answer:
    """Give a line at the desk: what no page offers."""
    desk = served.house.desk
    return desk.handle(json.dumps(line).encode(), desk.operator(operator), "command line")
