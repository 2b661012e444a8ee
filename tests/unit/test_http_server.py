"""The server beneath: heads that never end, a stop amid answers, figures for the operator."""

import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event, Timer
from time import monotonic
from typing import Any

import httpx
import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from services.http import server
from services.http.door import ADDRESS_GUESSES_MAX, IDLE
from services.metrics.meters import REGISTRY
from tests.site import CASE, Town, answering

pytestmark = pytest.mark.live
REQUEST = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"


def place(address: str) -> tuple[str, int]:
    """Read host and port of an address."""
    host, _, port = address.removeprefix("http://").rpartition(":")
    return host, int(port)


def measured(name: str, **labels: str) -> float:
    """Read a figure as the operator does; 0 for one that was never counted."""
    families = text_string_to_metric_families(generate_latest(REGISTRY).decode())
    samples = (s for family in families for s in family.samples)
    found = (s.value for s in samples if s.name == name and s.labels.items() >= labels.items())
    return sum(found)


@pytest.mark.parametrize("before", [b"", REQUEST, REQUEST + REQUEST])
def test_a_head_that_never_ends_is_let_go_whichever_it_is(
    here: Town, monkeypatch: pytest.MonkeyPatch, before: bytes
) -> None:
    """The first of a connection, and the second of one that is kept, drop by drop."""
    monkeypatch.setattr(server, "HEAD_S", 0.3)
    with answering(here) as address, socket.create_connection(place(address), 5) as slow:
        slow.sendall(before)
        answered = b""
        while answered.count(b"ok\n") < before.count(REQUEST):
            answered += slow.recv(4096)
        began = monotonic()
        for drop in (b"GET / HTTP/1.1\r\n", b"X: "):
            slow.sendall(drop)
        assert slow.recv(64) == b""
    assert 0.2 < monotonic() - began < 3


def test_a_connection_that_is_kept_answers_on(here: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A head that ends in time is not let go, however long the connection lives."""
    monkeypatch.setattr(server, "HEAD_S", 0.1)
    with answering(here) as address, httpx.Client(base_url=address) as client:
        ended = monotonic() + 0.4
        while monotonic() < ended:
            assert client.get("/health").text == "ok\n"


def test_a_stop_lets_what_was_begun_end(here: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asked gets the answer; who comes later finds nobody."""
    begun, go_on = Event(), Event()
    eyes = here.site.eyes

    def slowly(*asked: Any) -> Any:  # noqa: ANN401 - as the site's own
        begun.set()
        go_on.wait(5)
        return eyes(*asked)

    monkeypatch.setattr(here.site, "eyes", slowly)
    headers = {"authorization": f"Bearer {here.token('party:B')}"}
    with ThreadPoolExecutor(1) as pool:
        with answering(here) as address:
            asked = pool.submit(httpx.get, f"{address}/api/cases/{CASE}", headers=headers)
            assert begun.wait(5)
            Timer(0.2, go_on.set).start()  # the stop has begun by then
        answer = asked.result()
    assert answer.status_code == 200
    assert answer.json()["viewer"] == "party:B"
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/health")


def test_the_operator_sees_figures_of_no_case(here: Town) -> None:
    """Requests by route and kind of status, bytes, time; who is inside, and who did not come in."""
    asked = {"method": "GET", "route": "/api/cases/{case}", "status": "2xx"}
    counted = ("goodoffices_http_requests_total", "goodoffices_http_seconds_count")
    before = [measured(counted[0], **asked), measured(counted[1], route=asked["route"])]
    refused = {w: measured("goodoffices_http_sign_ins_refused_total", why=w) for w in WHYS}
    sent = measured("goodoffices_http_bytes_total", way="out")
    with here.program("party:B") as client:
        answer = client.get(f"/api/cases/{CASE}")
    with here.browser() as client:
        for n in range(ADDRESS_GUESSES_MAX + 1):
            client.post("/api/session", json={"code": f"{n:04d}-0000-0000-0000"})
    after = [measured(counted[0], **asked), measured(counted[1], route=asked["route"])]
    assert [a - b for a, b in zip(after, before, strict=True)] == [1, 1]
    assert measured("goodoffices_http_bytes_total", way="out") - sent >= len(answer.content)
    assert [
        measured("goodoffices_http_sign_ins_refused_total", why=w) - refused[w] for w in WHYS
    ] == [
        *(ADDRESS_GUESSES_MAX, 1),
    ]
    assert measured("goodoffices_http_open") == 0
    assert CASE not in generate_latest(REGISTRY).decode()


WHYS = ("refused", "too many")


def test_sessions_are_counted_until_they_are_over(here: Town) -> None:
    """One that nobody uses any more is none."""
    before = here.site.door.inside()
    here.token("iyer")
    assert here.site.door.inside() == before + 1
    here.ledger.clock.at += IDLE + timedelta(seconds=1)
    assert here.site.door.inside() == 0
