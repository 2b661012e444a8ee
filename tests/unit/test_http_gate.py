"""What holds for every request: its host, its time, its headers, its line in the log."""

import asyncio
from typing import Any

import pytest
import structlog

from ledger.errors import DecodeError, StoreFault
from services.http import gate
from services.http.service import HttpService, read_address
from tests.site import CASE, Town

pytestmark = pytest.mark.live


@pytest.mark.parametrize(
    "path",
    ["/", "/cases", "/api/cases", "/nowhere", "/api/nowhere", "/health", "/static/style.css"],
)
def test_every_answer_has_the_headers_that_protect(here: Town, path: str) -> None:
    """Pages, errors and files alike: nothing runs, nothing frames, nothing is kept."""
    with here.browser() as client:
        headers = client.get(path).headers
    for name, value in gate.HEADERS.items():
        if name != b"cache-control":
            assert headers.get_list(name.decode()) == [value.decode()]
    assert "no-store" in headers["cache-control"] or path.startswith("/static")
    assert "server" not in headers
    assert "unsafe" not in headers["content-security-policy"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8600", "", "[::1]x"])
def test_another_hosts_name_is_refused(here: Town, host: str) -> None:
    """A name that an attacker made to lead to loopback opens nothing."""
    with here.browser() as client:
        assert client.get("/health", headers={"host": host}).status_code == 421


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example"]
)
def test_a_page_of_another_site_sends_nothing(here: Town, origin: str) -> None:
    """Not even a sign-in."""
    with here.browser() as client:
        told = client.post("/sign-in", data={"code": "x"}, headers={"origin": origin})
        own = client.post(
            "/sign-in", data={"code": "x"}, headers={"origin": "http://127.0.0.1:8600"}
        )
    assert told.status_code == 403
    assert "code on your letter" in own.text


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2f..%2fpyproject.toml",
        "/static/style.css%00",
        "//etc/passwd",
        "/api/cases/..%2f..%2fsession",
        "/api/cases/%00",
        "/api/cases/GO%0d%0aSet-Cookie:x=1",
        "/cases/%c0%ae%c0%ae",
    ],
)
def test_tricks_with_paths_find_nothing(here: Town, path: str) -> None:
    """And no header can be written through one."""
    with here.program("party:B") as client:
        told = client.get(path)
    assert 400 <= told.status_code < 500
    assert "set-cookie" not in told.headers
    assert "root:" not in told.text


def test_a_slow_body_is_not_waited_for(here: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends a drop now and then is told so, and let go."""
    monkeypatch.setattr(gate, "BODY_S", 0.05)

    async def told() -> int:
        statuses: list[int] = []

        async def receive() -> Any:  # noqa: ANN401 - a message
            await asyncio.sleep(0.02)
            return {"type": "http.request", "body": b" ", "more_body": True}

        async def send(message: Any) -> None:  # noqa: ANN401 - a message
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        scope: Any = {
            "type": "http",
            "method": "POST",
            "path": "/api/session",
            "raw_path": b"/api/session",
            "root_path": "",
            "query_string": b"",
            "scheme": "http",
            "http_version": "1.1",
            "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8600),
            "state": {},
        }
        await here.app(scope, receive, send)
        return statuses[0]

    assert asyncio.run(told()) == 408


def test_the_log_says_what_was_asked_but_no_name_and_no_word(here: Town) -> None:
    """The pattern of the address, the status, the size; no value of a path or a query."""
    with here.program("party:B") as client, structlog.testing.capture_logs() as logged:
        client.get(f"/api/cases/{CASE}?at=joint:2")
        client.get("/api/find?words=hushed")
    assert [line["route"] for line in logged] == ["/api/cases/{case}", "/api/find"]
    assert [line["status"] for line in logged] == [200, 200]
    assert not any(word in str(logged) for word in (CASE, "hushed", "joint", "Bearer"))


def test_a_mistake_of_ours_is_told_to_nobody(here: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its text may quote a content; the log has its kind alone."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("the secret words")

    monkeypatch.setattr(here.site, "eyes", broken)
    with here.program("party:B") as client, structlog.testing.capture_logs() as logged:
        client._transport.raise_server_exceptions = False  # type: ignore[attr-defined] # the answer is looked at
        told = client.get(f"/api/cases/{CASE}")
    assert told.status_code == 500
    assert "secret" not in told.text + str(logged)
    assert {"event": "http.fault", "kind": "ZeroDivisionError", "log_level": "error"} in logged


def test_health_and_readiness_are_told_to_everybody(here: Town) -> None:
    """Without a word of what is inside."""
    with here.browser() as client:
        assert [client.get(path).text for path in ("/health", "/ready")] == ["ok\n", "ok\n"]


@pytest.mark.parametrize(
    "address", ["ledger.example", "ftp://x/", "https://u:p@x/", "https://x/y", "https://x/?a", ""]
)
def test_a_wrong_address_is_refused(address: str) -> None:
    """People would be sent nowhere."""
    with pytest.raises(DecodeError, match="http-address"):
        read_address(address)


def test_a_port_that_is_taken_is_told(here: Town) -> None:
    """One that was asked for; without being asked another one is found."""
    house = here.ledger.house
    first = HttpService(house, 0)
    try:
        port = int(first.address.rpartition(":")[2].rstrip("/"))
        with pytest.raises(StoreFault, match="cannot be used"):
            HttpService(house, port)
    finally:
        first.close()
