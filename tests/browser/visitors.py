"""People before a browser of their own: how they come in, what a page must give every one."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # has no types
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser.served import Served

WIDE: Final = {"width": 1280, "height": 900}
NARROW: Final = {"width": 360, "height": 740}
GRAVE: Final = ("serious", "critical")
ASKED_MAX: Final = 1
PATIENCE_MS: Final = 10_000


@contextmanager
def visit(browser: Browser, served: Served, code: str | None, **ways: Any) -> Iterator[Page]:  # noqa: ANN401 - options of a browser
    """Open a browser profile, and sign in with a code.

    Args:
        browser: The browser.
        served: The ledger.
        code: Of an invitation, None for who stays outside.
        ways: How the browser is, such as `locale` or `java_script_enabled`.
    """
    context = browser.new_context(base_url=served.address, **{"viewport": WIDE, **ways})
    context.set_default_timeout(PATIENCE_MS)
    faults: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if _is_fault(said) else None)
    try:
        page.goto("/")
        if code is not None:
            page.get_by_role("textbox").fill(code)
            page.get_by_role("button").first.press("Enter")
            page.wait_for_url("**/cases")
        yield page
        assert faults == [], "what the browser complained of"
    finally:
        context.close()


def _is_fault(said: ConsoleMessage) -> bool:
    """Tell whether something is wrong with a page; that one was refused is its own affair."""
    return said.type == "error" and not said.text.startswith("Failed to load resource")


def grave_faults(page: Page, *rules: str) -> list[str]:
    """List what keeps somebody from using a page, as axe-core finds it.

    Args:
        page: The page.
        rules: What to look for, everything where none is named.
    """
    asked = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found = Axe().run(page, options=asked).response["violations"]
    return [
        f"{one['id']}: {' '.join(node['target'][0] for node in one['nodes'][:3])}"
        for one in found
        if one["impact"] in GRAVE
    ]


def overhang(page: Page) -> int:
    """Measure by how many pixels a page is wider than its window."""
    wide: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wide


class Kinds:
    """Tells pages of one kind from others, as the site's own patterns of addresses do.

    Attributes:
        patterns: Each pattern as it is written, and as it is looked for.
        opened: Patterns of what somebody opened.
    """

    def __init__(self, pages: list[str]) -> None:
        one_part = re.compile(r"\{[^}]*\}")
        self.opened: set[str | None] = set()
        self.patterns = {page: re.compile(one_part.sub("[^/]+", page)) for page in pages}

    def pattern(self, address: str) -> str | None:
        """Name the pattern of an address, a plain one rather than one with places to fill."""
        path = urlsplit(address).path
        fitting = [page for page, looked in self.patterns.items() if looked.fullmatch(path)]
        return min(fitting, key=lambda page: page.count("{"), default=None)

    def kind(self, address: str) -> str | None:
        """Name the kind of page: its pattern and what its address asks besides, without values.

        None for what is no page of its own: elsewhere, in another language, or asked two things
        where it was opened already.
        """
        query = parse_qsl(urlsplit(address).query, keep_blank_values=True)
        names = {name for name, value in query if value}
        pattern = self.pattern(address)
        many = len(names) > ASKED_MAX and pattern in self.opened
        if pattern is None or "lang" in names or many:
            return None
        return f"{pattern}?{','.join(names)}"


def links(page: Page) -> list[str]:
    """List the addresses of the same site that a page leads to, shows or asks for."""
    found: list[str] = page.evaluate(
        """() => {
            const asked = form => form.action + "?" + new URLSearchParams(new FormData(form));
            const forms = document.querySelectorAll("form[method=get], form:not([method])");
            const ways = [...document.querySelectorAll("a[href], img[src]")]
                .map(one => one.href ?? one.src);
            return [...ways, ...[...forms].map(asked)].map(way => new URL(way))
                .filter(way => way.origin === location.origin)
                .map(way => way.pathname + way.search);
        }"""
    )
    return found


def walk(page: Page, kinds: Kinds, begin: str) -> Iterator[str]:
    """Open one page of every kind that can be reached by links; yield its address.

    What is no page, such as a file, is asked for and left.
    """
    waiting, met = [begin], {kinds.kind(begin), None}
    while waiting:
        address = waiting.pop(0)
        answer = page.request.get(address)
        assert answer.status == 200, f"{address} answers {answer.status}"
        kinds.opened.add(kinds.pattern(address))
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        page.goto(address)
        yield address
        for link in links(page):
            kind = kinds.kind(link)
            if kind not in met:
                met.add(kind)
                waiting.append(link)
