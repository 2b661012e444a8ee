"""Read over HTTP what B can read: every address of the API and every page, and some that may not.

Addresses are taken from the application itself: one that is new is asked where its parameters are
known here, else it fails the test until it has its place.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Final, NamedTuple
from unittest.mock import patch
from urllib.parse import urlencode

from litestar.routes import HTTPRoute
from litestar.testing import TestClient
from structlog.testing import capture_logs

from ledger.store.reader import Reader
from services.http.app import answering
from services.http.guests import Guest
from services.http.readings import MANY
from services.http.site import Site
from tests.twins.ledgers import Ledger

LINES: Final = (
    *("GET CASE audit limit 3", "GET CASE audit.csv limit 2"),
    *(f"VISIT /cases/{{case}} CASE ? show {density}" for density in ("steps", "acts", "record")),
    "VISIT /cases/{case} CASE ? at AT compare_to FROM",
    "VISIT /cases/{case} CASE ? lang ar",
    "VISIT /cases/{case}/audit CASE ? limit 2",
    "VISIT /cases/{case}/audit CASE ? room joint",
    "VISIT /cases/{case}/audit CASE ? room caucus:A",
    "VISIT /cases/{case}/audit CASE ? from INSTANT",
    "VISIT /cases/{case}/rooms/{room} CASE caucus:B",
    *(f"VISIT /cases/{{case}}/travel CASE ? at AT to {way}" for way in ("next", "previous")),
    "VISIT /cases/{case}/do/{command} CASE contest-entry ? target caucus:A:1",
)
"""What B asks of a case beside all its addresses: `GET CASE VIEW NAME VALUE ...`, or `VISIT` and an
address, what stands in it, and behind `?` what it is asked with."""
UNSURE: Final = (
    "VISIT /api/cases/{case}/documents/{entry}/{sha256}",
    "VISIT /cases/{case}/documents/{entry}/{sha256}",
    "VISIT /cases/{case}/sessions/{session}",
    "VISIT /cases/{case}/letters/{entry}",
    "VISIT /cases/{case}/proposals/compare",
    "VISIT /cases/{case}/travel",
)
"""What a case need not have."""
ENDS: Final = ("", ".csv")
WRONG: Final = (
    "GET OTHER show",
    "GET OTHER audit.csv",
    "GET GO-2099-0001 show",
    "GET CASE show as registry",
    "GET CASE show as party:A",
    "GET CASE show at caucus:A:1",
    "GET CASE diff from caucus:A:1",
    "GET CASE audit after nothing",
    "GET CASE bundle at caucus:A:1",
    "GET CASE why field seen.caucus:A",
    "GET CASE conformance profile nobodys",
    "GET CASE nothing",
    "GET CASE what-if",
    "GET CASE what-if without caucus:A:1",
    "GET CASE steps to caucus:A:2",
    "GET CASE steps until disclosure-authorised",
    "VISIT /api/statistics",
    "VISIT /cases/{case}/rooms/{room} CASE caucus:A",
    "VISIT /cases/{case}/rooms/{room} CASE group:A+C",
    "VISIT /cases/{case}/audit/{entry} CASE caucus:A:1",
    "VISIT /cases/{case}/letters/{entry} CASE caucus:A:1",
    "POST CASE contest-entry target caucus:A:1 position no",
    "POST CASE accept-proposal proposal_id P1",
    "POST OTHER contest-entry target joint:1 position no",
    "POST CASE contest-entry target joint:1 position no room caucus:A",
)
"""What B may not, or what is not there."""

MEANT: Final = {
    "case": "CASE",
    "command": "HIDDEN",
    "entry": "AT",
    "letter": "joint:6",
    "room": "joint",
    "session": "S1",
    "sha256": "0" * 64,
}
"""What stands for each parameter of a path."""
FORM: Final = "record-statement"
"""The command whose form is looked at."""
DRAWN: Final = re.compile(r'(?<=name="_id" value=")[^"]*')
"""The id of a command that a form would give: drawn anew each time, always as long."""
ELSEWHERE: Final = frozenset({"/api/cases/{case}/events", "/api/cases/{case}/bundle"})
"""Goes on and on, or is packed, so that chance changes its size: compared by other tests."""
NEEDED: Final = {
    "/api/find": "words Berth",
    "/api/find.csv": "words Berth",
    "/api/cases/{case}/truth": "on INSTANT",
    "/api/cases/{case}/diff": "from FROM to AT",
    "/api/cases/{case}/why": "field phase",
    "/api/cases/{case}/what-if": "without joint:1",
    "/cases/{case}/proposals/compare": "a P1 b P2",
}
"""What an address is asked with, where it needs something."""
PRESENT: Final = frozenset(
    {
        "/api/cases/{case}/next",
        "/cases/{case}/do/{command}",
        "/cases/{case}/sessions/enter",
        *(
            f"/api/cases/{{case}}/{many.name}{end}"
            for many in MANY
            if not many.past
            for end in ENDS
        ),
    }
)
"""Is of now alone."""
OF_NOBODY: Final = frozenset(
    {
        *("/", "/health", "/ready", "/api/openapi.json", "/static/style.css", "/static/site.js"),
        *("/sign-in", "/sign-out", "/sign-in/issuer", "/sign-in/issuer/back"),
    }
)
"""Tells the same to everybody, whatever is on record; or lets in and out."""
OF_THE_CALLER: Final = frozenset({"/api/session", "/api/statistics"})
"""Tells somebody about itself; or is refused to whoever is not the institution."""


class Route(NamedTuple):
    """An address of the application.

    Attributes:
        path: Its pattern.
        parameters: Names of what stands in it.
        methods: What can be asked.
    """

    path: str
    parameters: tuple[str, ...]
    methods: frozenset[str]

    @property
    def is_of_case(self) -> bool:
        """Tell whether it is of one case."""
        return "case" in self.parameters


@cache
def routes() -> tuple[Route, ...]:
    """List every address of the application, in order."""
    site = Site.__new__(Site)  # its handlers hold on to it, and ask nothing of it yet
    site.issuer = None
    return tuple(
        sorted(
            Route(r.path_format, tuple(r.path_parameters), frozenset(r.methods) - {"OPTIONS"})
            for r in answering(site).routes
            if isinstance(r, HTTPRoute)
        )
    )


def without_place() -> list[str]:
    """List the addresses of which nobody said whether and how they are compared."""
    return [
        route.path
        for route in routes()
        if route.path not in OF_NOBODY | OF_THE_CALLER and not set(route.parameters) <= MEANT.keys()
    ]


def of_case() -> Iterator[str]:
    """List how every address of a case is visited: as it is, and as of a moment."""
    for route in routes():
        asked = route.is_of_case and "GET" in route.methods and route.path not in ELSEWHERE
        if asked and set(route.parameters) <= MEANT.keys():
            yield from _visits(route, NEEDED.get(route.path, ""))


def of_all() -> Iterator[str]:
    """List how every address is visited that is of no one case."""
    for route in routes():
        named = route.path in OF_NOBODY | OF_THE_CALLER
        if "GET" in route.methods and not (named or route.parameters):
            yield f"VISIT {route.path} ? {NEEDED.get(route.path, '')}".rstrip(" ?")


def _visits(route: Route, more: str) -> Iterator[str]:
    meant = {**MEANT, **({"command": FORM} if route.path.startswith("/cases") else {})}
    words = " ".join(meant[name] for name in route.parameters)
    yield f"VISIT {route.path} {words} ? {more}".rstrip(" ?")
    if not more and route.path not in PRESENT:
        yield f"VISIT {route.path} {words} ? at AT"


def path_of(words: Sequence[str]) -> str:
    """Write the address that some words name."""
    if words[0] == "VISIT":
        return _visited(words[1], list(words[2:]))
    _, case, view, *query = words
    below = "" if view == "show" else f"/{view}"
    return f"/api/cases/{case}{below}" + _query(query)


def _visited(path: str, words: list[str]) -> str:
    values, query = words, list[str]()
    if "?" in words:
        values, query = words[: words.index("?")], words[words.index("?") + 1 :]
    parts = iter(values)
    told = "/".join(next(parts) if part.startswith("{") else part for part in path.split("/"))
    return told + _query(query)


def _query(words: Sequence[str]) -> str:
    pairs = list(zip(words[::2], words[1::2], strict=True))
    return f"?{urlencode(pairs)}" if pairs else ""


def got(ledger: Ledger, words: Sequence[str], operator: str) -> tuple[int, str, str]:
    """Ask as somebody; return an exit status, the body, and what else a client gets.

    That is its status, its headers and its size, and the work it took as far as it is felt: how
    often the record was asked, and how many contents were opened.
    """
    token = ledger.site.door.admit(Guest(operator))
    client: TestClient[Any] = TestClient(ledger.app, base_url=ledger.site.address)
    client.headers["authorization"] = f"Bearer {token}"
    ledger.house.views.bring_to_head()  # what `serve` does beside
    with capture_logs(), working(ledger) as work:  # thousands of questions are asked
        if words[0] == "POST":
            answer = client.post("/api/commands", json=_said(words))
        else:
            answer = client.get(path_of(words), follow_redirects=False)
    if "accesses" in answer.url.path:
        del work["questions"]  # each case is asked for of which a look is noted, whosever
    more = {"status": answer.status_code, "headers": dict(answer.headers), "work": work}
    return int(answer.is_error), DRAWN.sub("", answer.text), json.dumps(more, indent=1)


def _said(words: Sequence[str]) -> dict[str, Any]:
    """Write a command of B's."""
    _, case, command, *rest = words
    data = dict(zip(rest[::2], rest[1::2], strict=True))
    room = {"room": data.pop("room")} if "room" in data else {}
    named = {"command": command, "id": "over-http", "case": case, "acting_for": "party:B"}
    return {**named, **room, "data": data}


@contextmanager
def working(ledger: Ledger) -> Iterator[Counter[str]]:
    """Count what a block asks of the record, and which contents it opens.

    Rows are not counted: whoever may read what of a case is decided by all its frames.
    """
    work: Counter[str] = Counter()
    recorder = type(ledger.house.ledger.reader.recorder)
    content, stream = Reader.content, recorder.stream

    def opening(reader: Reader, *given: Any) -> bytes | None:  # noqa: ANN401 - as the original
        work["contents"] += 1
        return content(reader, *given)

    def asking(asked: Any, *given: Any, **more: Any) -> Any:  # noqa: ANN401 - as the original
        work["questions"] += 1
        return stream(asked, *given, **more)

    with patch.object(Reader, "content", opening), patch.object(recorder, "stream", asking):
        yield work
