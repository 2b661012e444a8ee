"""Read over HTTP what B can read: every address of the API that reads, and some that may not."""

import json
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from litestar.testing import TestClient
from structlog.testing import capture_logs

from services.http.guests import Guest
from services.http.readings import MANY, ONES
from tests.twins.ledgers import Ledger

WITH: Final = {
    "truth": "on INSTANT",
    "diff": "from FROM to AT",
    "next": "",
    "accesses": "",
    "why": "field phase",
}
"""What a view is asked with, where that is not a moment."""
VIEWS: Final = (*(one.name for one in ONES), *(many.name for many in MANY))
LINES: Final = (
    *(f"GET CASE {name}" for name in VIEWS if name not in ("truth", "diff", "why")),
    *(f"GET CASE {name} {WITH.get(name, 'at AT')}".rstrip() for name in VIEWS),
    *(f"GET CASE {many.name}.csv" for many in MANY),
    "GET CASE audit limit 3",
    "GET CASE calendar",
    "GET CASE document",
)
"""What B asks of a case, as `GET CASE VIEW NAME VALUE ...`."""
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
)
"""What B may not, or what is not there."""


def path_of(words: Sequence[str]) -> str:
    """Write the address that some words name."""
    _, case, view, *query = words
    below = "" if view == "show" else f"/{view}"
    pairs = list(zip(query[::2], query[1::2], strict=True))
    return f"/api/cases/{case}{below}" + (f"?{urlencode(pairs)}" if pairs else "")


def got(ledger: Ledger, words: Sequence[str], operator: str) -> tuple[int, str, str]:
    """Ask as somebody; return an exit status, the body, and what else a client gets."""
    token = ledger.site.door.admit(Guest(operator))
    client: TestClient[Any] = TestClient(ledger.app, base_url=ledger.site.address)
    with capture_logs():  # thousands of questions are asked
        answer = client.get(path_of(words), headers={"authorization": f"Bearer {token}"})
    more = {"status": answer.status_code, "headers": dict(answer.headers)}
    return int(not answer.is_success), answer.text, json.dumps(more, indent=1)
