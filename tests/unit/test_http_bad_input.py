"""What nobody means well with: at every address a clear refusal, and nothing is done."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from services.desk import COMMAND_BYTES_MAX
from services.http import codes
from services.http.screens.frame import FORM
from tests.site import CASE, Client, Town, answering, town
from tests.spec import do
from tests.twins import over_http
from tests.unit.test_http_routes import path_of

pytestmark = [pytest.mark.live, pytest.mark.slow]
GETS: Final = [r for r in over_http.routes() if "GET" in r.methods and "events" not in r.path]
POSTS: Final = [r for r in over_http.routes() if "POST" in r.methods]
QUERIES: Final = (
    "at=%00",
    "at=joint:99999999999999999999",
    "as=party:" + "x" * 4_000,
    "as=%ff%fe",
    "at=2026-02-30T00:00:00Z&as=mediator:",
    "limit=1e9&after=%0d%0aSet-Cookie:%20x=1",
    "&".join(f"{n}=1" for n in range(500)),
    "show=../../etc&from=9999-99-99&room=%27%20OR%201=1--",
    "lang=%2e%2e%2f&tab=//evil.example&to=https://evil.example",
)
TWICE_MEANT: Final = {
    "two lengths": b"Content-Length: 5\r\nContent-Length: 50\r\n\r\nhello",
    "length and chunks": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x",
    "odd coding": b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    "length with a sign": b"Content-Length: +5\r\n\r\nhello",
    "a space before the colon": b"Content-Length : 5\r\n\r\nhello",
    "a null in a header": b"X: a\x00b\r\n\r\n",
    "a lone return in a header": b"X: a\rSet-Cookie: b\r\n\r\n",
    "no host": b"",
}


@pytest.fixture(scope="module")
def clerk(here: Town) -> Iterator[Client]:
    """Sign in who may do most."""
    with here.program("clerk") as client:
        yield client


def refused(answer: Any) -> bool:  # noqa: ANN401 - an answer
    """Tell whether something was clearly refused, or only sent on."""
    return 300 <= answer.status_code < 500 and "set-cookie" not in answer.headers


@pytest.mark.parametrize("route", GETS, ids=lambda route: route.path)
def test_no_query_finds_a_fault(clerk: Client, route: over_http.Route) -> None:
    """Nor does one write a header or lead to another host."""
    plain = path_of(route, CASE).partition("?")[0]
    for query in QUERIES:
        answer = clerk.get(f"{plain}?{query}", follow_redirects=False)
        assert answer.status_code < 500, query
        assert "set-cookie" not in answer.headers
        assert "evil.example" not in answer.headers.get("location", "").partition("?")[0]


@pytest.mark.parametrize("route", POSTS, ids=lambda route: route.path)
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b"a=1"),
        ("multipart/form-data; boundary=x", b"--x--\r\n"),
        ("application/xml", b"<a/>"),
        (FORM, b"\xff\xfe=\x00"),
        (FORM, b"a=1&a=2"),
        (FORM, b"&".join(b"f%d=1" % n for n in range(300))),
        ("application/json", b'{"a":' * 5_000),
        ("application/json", b'{"code": "\\ud800"}'),
        (FORM, b"a=" + b"x" * (COMMAND_BYTES_MAX + 1)),
    ],
    ids=["text", "parts", "xml", "bytes", "twice", "many", "deep", "half a letter", "large"],
)
def test_no_body_finds_a_fault_or_does_anything(
    here: Town, clerk: Client, route: over_http.Route, kind: str, body: bytes
) -> None:
    """Of another kind, not to be read, or too large."""
    head = here.ledger.house.ledger.reader.head()
    token = clerk.headers["authorization"].removeprefix("Bearer ")
    headers = {"content-type": kind, "x-form-token": codes.form_token(token)}
    answer = clerk.post(path_of(route, CASE), content=body, headers=headers, follow_redirects=False)
    assert refused(answer) or route.path == "/sign-out", answer.text
    assert here.ledger.house.ledger.reader.head() == head


@pytest.mark.parametrize("rest", TWICE_MEANT.values(), ids=TWICE_MEANT.keys())
def test_what_two_servers_would_read_differently_is_refused(base: str, rest: bytes) -> None:
    """Or read as one request alone: nothing is smuggled in behind it."""
    host, _, port = base.removeprefix("http://").rpartition(":")
    named = b"" if not rest else b"Host: localhost\r\n"
    with socket.create_connection((host, int(port)), 5) as asking:
        asking.sendall(b"POST /api/session HTTP/1.1\r\n" + named + (rest or b"\r\n"))
        asking.shutdown(socket.SHUT_WR)
        told = b""
        while part := asking.recv(65_536):
            told += part
    assert told.count(b"HTTP/1.1 ") <= 1
    assert told.startswith(b"HTTP/1.1 4") or not told


@pytest.fixture(scope="module")
def base(here: Town) -> Iterator[str]:
    """Answer on a real port."""
    with answering(here) as address:
        yield address


def test_a_code_lets_in_once_whichever_way_it_is_given(here: Town) -> None:
    """On the page and then by the API, it is worth nothing the second time."""
    code = here.code("iyer")
    with here.browser() as first, here.browser() as second:
        assert first.post("/sign-in", data={"code": code}).status_code == 303
        assert second.post("/sign-in", data={"code": code}).status_code == 403
        assert second.post("/api/session", json={"code": code}).status_code == 403
        assert not second.cookies


def test_the_pages_of_a_representative_end_with_its_authority(
    made_site: Path, tmp_path: Path
) -> None:
    """A browser left open reads nothing any more, and a form that was open does nothing."""
    with town(made_site, tmp_path / "ledger") as here, here.browser() as browser:
        browser.post("/sign-in", data={"code": here.code("party:B")})
        cookie = dict(browser.cookies)
        assert browser.get(f"/cases/{CASE}").status_code == 200
        here.act(do("revoke-authority", by="B", person="person:holt"))
        head = here.ledger.house.ledger.reader.head()
        assert browser.get(f"/cases/{CASE}").headers["location"] == "/"
        for route in POSTS:
            if route.is_of_case:
                token = codes.form_token(next(iter(cookie.values())))
                form = {"form_token": token, "id": "late"}
                assert refused(browser.post(path_of(route, CASE), data=form))
        assert here.ledger.house.ledger.reader.head() == head
