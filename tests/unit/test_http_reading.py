"""What is read over HTTP: every view, every list, and nothing of what others read."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from services.http.readings import MANY, ONES
from services.reading.eyes import Eyes
from services.reading.showing import show
from tests.site import CASE, OTHER, SECRET, Client, Town

pytestmark = pytest.mark.live
GIVEN = {
    "truth": "?on=2030-01-01T00:00:00Z",
    "diff": "?from=joint:1",
    "why": "?field=phase",
    "what-if": "?without=joint:3&set=reply.period_days=9",
}
ALL = ("cases", *(many.name for many in MANY))


@pytest.fixture(scope="module")
def holt(here: Town) -> Iterator[Client]:
    """Sign in who speaks for B."""
    with here.program("party:B") as client:
        yield client


@pytest.fixture(scope="module")
def own(here: Town) -> Iterator[Client]:
    """Sign in the same person as an operator of the institution."""
    with here.program("holt") as client:
        yield client


@pytest.fixture(scope="module")
def clerk(here: Town) -> Iterator[Client]:
    """Sign in the registry."""
    with here.program("clerk") as client:
        yield client


def paths() -> Iterator[str]:
    """Name every address that reads a case."""
    for one in ONES:
        yield (("" if one.name == "show" else f"/{one.name}") + GIVEN.get(one.name, ""))
    yield from (f"/{many.name}" for many in MANY)
    yield from (f"/{many.name}.csv" for many in MANY)
    yield from ("/document", "/page", "/calendar", "/events")


def test_a_case_is_what_the_command_line_prints(here: Town, holt: Client) -> None:
    """The same document, byte for byte but for the instant looked from."""
    told = holt.get(f"/api/cases/{CASE}")
    eyes = Eyes(here.ledger.house, here.ledger.operator("holt"), "party:B")
    shown = next(show(eyes, CASE))
    assert told.content == msgspec.json.encode(shown, order="deterministic")
    assert told.headers["content-type"] == "application/json"


def test_a_case_is_found_by_its_id(holt: Client, own: Client) -> None:
    """As documents write it, with hyphens or without."""
    case_id = holt.get(f"/api/cases/{CASE}").json()["case_id"]
    for client in (holt, own):
        for text in (case_id, case_id.replace("-", "")):
            assert client.get(f"/api/cases/{text}").json()["number"] == CASE


@pytest.mark.parametrize("path", [p for p in paths() if p != "/events"])
def test_every_view_is_given(holt: Client, path: str) -> None:
    """As JSON, or as the file it is; without a word of a room its reader is not in."""
    told = holt.get(f"/api/cases/{CASE}{path}")
    assert told.status_code == 200, told.text
    assert SECRET not in told.text
    assert "caucus:A" not in told.text


def test_a_case_is_replayed_in_part(holt: Client) -> None:
    """The same steps as on the command line, behind a moment and up to another."""
    whole = holt.get(f"/api/cases/{CASE}/steps").json()
    part = holt.get(f"/api/cases/{CASE}/steps?from=joint:2&to=joint:4").json()
    assert [step["entry"] for step in part["steps"] if step["entry"].startswith("joint")] == [
        *("joint:3", "joint:4"),
    ]
    assert [step["digest"] for step in part["steps"]][-1] in [s["digest"] for s in whole["steps"]]


def test_what_is_supposed_may_be_several_things(holt: Client) -> None:
    """Named as often as there are; nothing supposed is refused, and so is what is not read."""
    told = holt.get(f"/api/cases/{CASE}/what-if?without=joint:3&without=joint:4")
    assert told.status_code == 200
    assert holt.get(f"/api/cases/{CASE}/what-if").status_code == 400
    hidden = holt.get(f"/api/cases/{CASE}/what-if?without=caucus:A:1")
    nowhere = holt.get(f"/api/cases/{CASE}/what-if?without=caucus:A:9")
    assert hidden.status_code == nowhere.status_code == 404
    assert hidden.text.replace("A:1", "") == nowhere.text.replace("A:9", "")
    assert holt.get(f"/api/cases/{CASE}/what-if?set=a%0Ab").json()["field"] == "set"


def test_figures_of_all_cases_are_the_institutions(
    holt: Client, own: Client, clerk: Client
) -> None:
    """What was learnt is everybody's but those who were invited to one case alone."""
    assert clerk.get("/api/statistics?by=year").json()["by"] == "year"
    assert clerk.get("/api/learning?tag=a&tag=b").status_code == 200
    assert own.get("/api/learning").status_code == 200
    for client, path in ((holt, "/api/learning"), (holt, "/api/statistics")):
        assert client.get(path).json()["rule"] == "viewer_is_within_role"
    assert own.get("/api/statistics").json()["rule"] == "statistics_are_the_institutions"


@pytest.mark.parametrize("path", list(paths()))
def test_anothers_case_answers_like_one_that_is_not_there(
    holt: Client, own: Client, path: str
) -> None:
    """Status, body, headers and size, but for the number asked for; invited or an operator."""
    for client in (holt, own):
        there = client.get(f"/api/cases/{OTHER}{path}")
        nowhere = client.get(f"/api/cases/GO-2026-7777{path}")
        assert there.status_code == nowhere.status_code == 404
        assert there.text.replace(OTHER, "CASE") == nowhere.text.replace("GO-2026-7777", "CASE")
        assert dict(there.headers) == dict(nowhere.headers)


@pytest.mark.parametrize("name", ALL)
def test_lists_over_all_cases_hold_what_one_may_see(own: Client, name: str) -> None:
    """Who speaks for B reads of its own case alone."""
    told = own.get(f"/api/{name}")
    assert told.status_code == 200
    assert OTHER not in told.text
    assert SECRET not in told.text


def test_a_list_is_read_page_by_page(clerk: Client) -> None:
    """Each begins behind the last of the one before; together they are the list."""
    whole = clerk.get(f"/api/cases/{CASE}/audit?limit=1000")
    assert "link" not in whole.headers
    parts: list[Any] = []
    next_page = f"/api/cases/{CASE}/audit?limit=7"
    while next_page:
        told = clerk.get(next_page)
        parts += told.json()
        assert len(told.json()) <= 7
        next_page = told.links.get("next", {}).get("url", "")
    assert parts == whole.json()


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=٣", "limit"),
        ("limit=1&limit=2", "limit"),
        ("after=nothing", "after"),
        ("at=yesterday", "at"),
        ("as=king", "as"),
        ("page=2", "query"),
    ],
)
def test_a_wrong_parameter_is_named(clerk: Client, query: str, field: str) -> None:
    """With what would be right."""
    told = clerk.get(f"/api/cases/{CASE}/audit?{query}")
    assert (told.status_code, told.json()["field"]) == (400, field)
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json()["needs"]


def test_any_list_comes_as_csv(clerk: Client) -> None:
    """By the end of its address or by `Accept`, with the same values."""
    items = clerk.get(f"/api/cases/{CASE}/deadlines").json()
    by_ending = clerk.get(f"/api/cases/{CASE}/deadlines.csv")
    by_accept = clerk.get(f"/api/cases/{CASE}/deadlines", headers={"accept": "text/csv"})
    assert by_ending.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(by_ending.text)))
    assert [row["deadline_id"] for row in rows] == [item["deadline_id"] for item in items]
    assert by_ending.text == by_accept.text


def test_a_moment_is_looked_from(holt: Client) -> None:
    """The case as it was known at an entry; one of a room not read is not there."""
    then = holt.get(f"/api/cases/{CASE}?at=joint:2").json()
    assert [e["entry"] for e in then["timeline"] if e["entry"].startswith("joint")] == [
        "joint:1",
        "joint:2",
    ]
    hidden = holt.get(f"/api/cases/{CASE}?at=caucus:A:1")
    nowhere = holt.get(f"/api/cases/{CASE}?at=caucus:A:9")
    assert hidden.status_code == nowhere.status_code == 404
    assert hidden.text.replace("caucus:A:1", "") == nowhere.text.replace("caucus:A:9", "")


def test_cases_are_found_by_their_names(holt: Client, clerk: Client) -> None:
    """As far as one may read them."""
    assert [c["number"] for c in clerk.get("/api/find?words=GO-2026").json()] == [CASE, OTHER]
    assert [c["number"] for c in holt.get("/api/find?words=GO-2026").json()] == [CASE]
    assert holt.get("/api/find").json()["field"] == "words"


def test_every_look_is_noted(holt: Client, clerk: Client) -> None:
    """With who looked, with whose eyes and at what."""
    holt.get(f"/api/cases/{CASE}")
    lines = clerk.get(f"/api/cases/{CASE}/accesses?limit=1000").json()
    assert {("person:holt", "party:B", "http show")} <= {
        (line["person"], line["viewer"], line["command"]) for line in lines
    }


def test_nobody_reads_without_a_session(here: Town) -> None:
    """Programs are told so; browsers are shown the way in."""
    with here.browser() as client:
        for path in ("/api/cases", f"/api/cases/{CASE}", f"/api/cases/{OTHER}/audit"):
            assert client.get(path).status_code == 401
        client.headers["authorization"] = "Bearer " + "0" * 43
        assert client.get("/api/cases").status_code == 401
        assert client.get("/cases").headers["location"] == "/"


# ---------------------------------------------------------------- as they come


def followed(here: Town, who: str, case: str = CASE, since: str = "") -> list[tuple[str, str]]:
    """Follow a case for the entries that are there: id and entry of each."""
    found: list[tuple[str, str]] = []
    with here.program(who) as client:
        headers = {"last-event-id": since} if since else {}
        here.site.stop.set()
        try:
            text = client.get(f"/api/cases/{case}/events", headers=headers).text
        finally:
            here.site.stop.clear()
        for block in text.split("\r\n\r\n"):
            lines = dict(line.split(": ", 1) for line in block.split("\r\n") if ": " in line)
            if lines.get("event") == "entry":
                found.append((lines["id"], msgspec.json.decode(lines["data"])["entry"]))
    return found


def test_a_follower_is_sent_what_it_reads(here: Town, holt: Client) -> None:
    """Every entry once, and none of another room; it comes back with the last id."""
    told = followed(here, "party:B")
    shown = holt.get(f"/api/cases/{CASE}").json()
    assert sorted(entry for _, entry in told) == sorted(e["entry"] for e in shown["timeline"])
    assert not any("caucus:A" in place for place, _ in told)
    assert followed(here, "party:B", since=told[4][0]) == told[5:]
    assert followed(here, "party:B", since=told[-1][0]) == []
