"""Play a file of commands as four people would: each by a form, in a browser profile of its own."""

import json
from collections.abc import Iterator, Mapping
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

    def __init__(
        self, browser: Browser, served: Served, ways: Mapping[str, Mapping[str, object]]
    ) -> None:
        """Sit down; each signs in when there is something to do.

        Args:
            browser: The browser.
            served: The ledger, with nothing in it yet.
            ways: How the browser of somebody is, by name; as usual where nothing is said.
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
        name = OFFICES.get(office, voice)
        if name not in self.pages:
            of_case = CASE if office == "party" else None
            code = self._served.code(party or name, of_case)
            visited = visit(self._browser, self._served, code, **self._ways.get(name, {}))
            self.pages[name] = self._open.enter_context(visited)
        return self.pages[name]

    def act(self, line: Line) -> Page:
        """Do what a line says, on the page that is made for it; return the page that answers."""
        ways = {
            "request-mediation": self._file,
            "authorise-disclosure": self._release,
            "convey-information": self._tell,
        }
        return ways.get(str(line["command"]), self._by_form)(line)

    def _by_form(self, line: Line) -> Page:
        voice = str(line["acting_for"])
        by_letter = voice.startswith("party:") and "actor" not in line
        page = self.page("registry" if by_letter else voice)
        query = "arrived=yes&" * by_letter + f"_by={quote(voice, safe='')}"
        if line["command"] == "accept-proposal":
            query += f"&proposal_id={line['data']['proposal_id']}"
        page.goto(f"/cases/{CASE}/do/{line['command']}?{query}")
        for name, value in line["data"].items():
            if not (by_letter and name in PRIVATE):
                fill(page, name, value)
        if by_letter:
            fill(page, "_actor", voice)
        if line["command"] == "sign-settlement":
            fill(page, "signature", str(line["actor"]).removeprefix("person:").title())
            page.locator("[name=_intent]").check()
        return sent(page)

    def _file(self, line: Line) -> Page:
        """Answer one question after the other, and file what was checked."""
        page = self.page(str(line["actor"]).replace("person:", "filer:"))
        page.goto("/file")
        while page.get_by_role("button", name="File the request").count() == 0:
            for name, value in line["data"].items():
                if page.locator(f'{FORM} [name="{name}"]:not([type=hidden])').count():
                    fill(page, name, value)
            page.get_by_role("button", name="Go on").click()
        page.get_by_role("button", name="File the request").click()
        return page

    def _release(self, line: Line) -> Page:
        """Release the first sentence of what was told in confidence."""
        page = self.page(str(line["acting_for"]))
        page.goto(f"/cases/{CASE}/release")
        page.locator('[name="sentence:1"]').check()
        for party in line["data"]["recipients"]:
            page.locator(f'[name="to:{party}"]').check()
        return sent(page)

    def _tell(self, line: Line) -> Page:
        """Tell those who may be told what was released, word by word."""
        page = self.page(str(line["acting_for"]))
        page.goto(f"/cases/{CASE}/release")
        return sent(page)


def sent(page: Page) -> Page:
    """Send the last form of a page; return what answers."""
    page.locator(FORM).last.locator("button[type=submit]").last.click()
    return page


def fill(page: Page, name: str, value: object) -> None:
    """Fill in a field, whatever it looks like."""
    form = page.locator(FORM).last
    parts = [str(one.get_attribute("name")) for one in form.locator(f'[name^="{name}:"]').all()]
    if parts and isinstance(value, list):
        for part in parts:
            form.locator(f'[name="{part}"]').set_checked(part.partition(":")[2] in value)
    elif parts and isinstance(value, dict):
        for key, mark in value.items():
            asked = f"{name}:{key}"
            _fill(form.locator(f'[name="{asked if asked in parts else parts[0]}"]'), mark)
    else:
        _fill(form.locator(f'[name="{name}"]'), value)


def _fill(field: Locator, value: object) -> None:
    match field.evaluate("field => field.type"):
        case "hidden":
            assert field.input_value() == value, "the page itself fills it in"
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
