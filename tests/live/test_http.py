"""The API and the pages over a real socket, beside everything else that `serve` runs."""

import json
import os
import re
import signal
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import httpx
import pytest

from tests.live.serving import Serve, environment, run, serving, until

pytestmark = [pytest.mark.live, pytest.mark.slow]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Serve the demo."""
    folder = tmp_path_factory.mktemp("served") / "ledger"
    folder.mkdir()
    variables = environment(folder, NATS_URL="off")
    words = ("--demo", "--http-port", "0", "--only", "http,projector,sealer,timekeeper")
    with serving(folder, *words, variables=variables) as running:
        until(lambda: "parts" in "".join(running.said), "all is said")
        yield running


def address(served: Serve) -> str:
    """Read where it answers."""
    (found,) = re.findall(r"pages +(http://\S+/)", "".join(served.said))
    return str(found)


def codes(served: Serve) -> dict[str, str]:
    """Read the codes it printed, by whom they are for."""
    return dict(re.findall(r"^ +(registry|party \w+) +(\S+)$", "".join(served.said), re.MULTILINE))


def test_the_demo_prints_an_address_and_codes_that_let_in(served: Serve) -> None:
    """The registry and both parties see the first case, each in a browser of its own."""
    assert list(codes(served)) == ["registry", "party zahr", "party valcombe"]
    for whom, code in codes(served).items():
        with httpx.Client(base_url=address(served), follow_redirects=True) as browser:
            inside = browser.post("/sign-in", data={"code": code})
            assert inside.url.path == "/cases"
            shown = browser.get("/cases/GO-2025-0001")
            assert shown.status_code == 200
            assert ("acting for" in shown.text) == whom.startswith("party")


def test_the_letters_of_the_command_line_lead_there(served: Serve) -> None:
    """While it serves; the code lets in once."""
    variables = {"OPERATOR": "clerk", "NATS_URL": "off"}
    told = run(served.folder, "invite", "--operator", "iyer", "--json", **variables)
    letter = json.loads(told.stdout)
    assert letter["address"] == address(served)
    with httpx.Client(base_url=letter["address"]) as client:
        begun = client.post("/api/session", json={"code": letter["code"]})
        assert begun.json()["roles"] == ["mediator"]
        assert client.post("/api/session", json={"code": letter["code"]}).status_code == 403
    assert run(served.folder, "invite", **variables).returncode == 2
    assert (
        "inviter_is_registry"
        in run(
            served.folder, "invite", "--operator", "iyer", OPERATOR="iyer", NATS_URL="off"
        ).stderr
    )


def test_what_is_recorded_comes_to_who_follows(served: Serve) -> None:
    """Within seconds, over one connection; a receipt comes with the next seal."""
    code = json.loads(
        run(served.folder, "invite", "GO-2025-0001", "zahr", "--json", NATS_URL="off").stdout
    )["code"]
    with httpx.Client(base_url=address(served), timeout=20) as client:
        token = client.post("/api/session", json={"code": code}).json()["token"]
        client.headers["authorization"] = f"Bearer {token}"
        seen = client.get("/api/cases/GO-2025-0001").headers["etag"].strip('"')
        with client.stream(
            "GET", "/api/cases/GO-2025-0001/events", headers={"last-event-id": seen}
        ) as stream:
            lines = stream.iter_lines()
            assert next(lines).startswith(": ")
            line = {
                "command": "contest-entry",
                "id": "followed",
                "case": "GO-2025-0001",
                "data": {"target": "joint:1", "position": "For the record."},
            }
            done = client.post("/api/commands", json=line, headers={"prefer": "wait=seal"})
            assert done.status_code == 200, done.text
            assert done.json()["receipt"]["checkpoint"]
            told = next(line for line in lines if line.startswith("data: "))
    assert json.loads(told.removeprefix("data: "))["type"] == "entry-contested"


def test_heads_that_never_end_and_heads_that_are_too_long_are_let_go(served: Serve) -> None:
    """A connection that says nothing is closed, one that says too much is refused."""
    host, _, port = address(served).removeprefix("http://").rstrip("/").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=20) as slow:
        began = monotonic()
        slow.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        with socket.create_connection((host, int(port)), timeout=20) as long:
            long.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 200_000)
            assert long.recv(64).startswith((b"HTTP/1.1 4", b""))
        with socket.create_connection((host, int(port)), timeout=20) as split:
            split.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\nb: c\r\n\r\n")
            assert b"b: c" not in split.recv(4096)
        assert slow.recv(64) == b""
    assert monotonic() - began < 15


def test_a_stop_waits_for_nobody_for_long(tmp_path: Path) -> None:
    """Who follows is let go, what was begun is finished, nothing is left."""
    folder = tmp_path / "ledger"
    folder.mkdir()
    variables = environment(folder, NATS_URL="off")
    with serving(folder, "--only", "http", "--http-port", "0", variables=variables) as running:
        until(lambda: "parts" in "".join(running.said), "all is said")
        code = json.loads(
            run(folder, "invite", "--operator", "clerk", "--json", NATS_URL="off").stdout
        )["code"]
        run(folder, "new", "--title", "T", "--party", "A=a", "--party", "B=b", NATS_URL="off")
        with httpx.Client(base_url=address(running), timeout=20) as client:
            token = client.post("/api/session", json={"code": code}).json()["token"]
            client.headers["authorization"] = f"Bearer {token}"
            case = client.get("/api/cases").json()[0]["case_id"]
            with client.stream("GET", f"/api/cases/{case}/events") as stream:
                assert stream.status_code == 200
                began = monotonic()
                os.kill(running.pid, signal.SIGINT)
                assert running.stop() == 0
        assert monotonic() - began < 8
    logged = "".join(running.logged)
    assert "http.answered" in logged
    assert "Traceback" not in logged
    with sqlite3.connect(folder / "guests.sqlite") as kept:
        assert token not in str(kept.execute("SELECT * FROM sessions").fetchall())
    kept.close()
