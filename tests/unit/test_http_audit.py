"""The audit trail in a browser: sifted, counted, page by page, and the same rows as files."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from services.reading import searching
from services.seals import tick_now
from tests.examples import caucused
from tests.site import CASE, OTHER, SECRET, Client, Town, town
from tests.spec import do
from tests.twins.masks import Masks

pytestmark = [pytest.mark.live, pytest.mark.slow]

TRAIL = f"/cases/{CASE}/audit"
CORRECTED = "joint:7"
LATE = "2026-01-05T10:00:00+01:00"
CHOICE = re.compile(r'<li><a href="(\?[^"]*)"[^>]*><bdi>[^<]*</bdi></a> <span[^>]*>(\d+)')
SIFTED = (
    "",
    "room=joint&type=deadline-set",
    "actor=person:clerk&late=no",
    "entered_by=person:holt&channel=command+line",
    "acting_for=party:B&signed=no&erased=no",
    "corrected=yes",
    "contested=yes",
    "irregular=no&from=2026-03-01&to=2026-03-31",
    "late=yes",
    "type=nothing-of-the-kind",
)


@pytest.fixture(scope="module")
def here(made_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Open a ledger in which an entry was corrected, one contested, and one came late."""
    with town(made_site, tmp_path_factory.mktemp("town") / "ledger") as opened:
        right: dict[str, Any] = {"occurred": "2026-03-02T08:00:00+01:00"}
        opened.act(
            do(
                "correct-entry",
                target=CORRECTED,
                changes=right,
                reason="So the courier's receipt.",
                approved_by="person:berg",
                at_id="corrected",
            )
        )
        objected = {"target": "joint:2", "position": "He was not.", "at_occurred": LATE}
        opened.act(do("contest-entry", by="B", at_id="contested", **objected))
        yield opened


@pytest.fixture(scope="module")
def holt(here: Town) -> Iterator[Client]:
    """Sign in who speaks for B."""
    with here.program("party:B") as client:
        yield client


def entries_on(page: str) -> list[str]:
    """List the entries of the rows of a page."""
    rows = re.findall(r'<th scope="row"><a class="entry"[^>]*>([^<]+)</a>', page)
    return [unescape(ref) for ref in rows]


def named(rows: list[dict[str, Any]]) -> list[str]:
    """List the entries of rows of a file."""
    return [f"{row['room']}:{row['seq']}" for row in rows]


@pytest.mark.parametrize("query", SIFTED)
def test_page_json_and_csv_are_the_same_rows(holt: Client, query: str) -> None:
    """One address, three forms."""
    page = holt.get(f"{TRAIL}?{query}&limit=1000")
    told = holt.get(f"{TRAIL}.json?{query}&limit=1000")
    lines = holt.get(f"{TRAIL}.csv?{query}&limit=1000")
    assert [each.status_code for each in (page, told, lines)] == [200, 200, 200]
    rows = list(csv.DictReader(io.StringIO(lines.text)))
    assert entries_on(page.text) == named(told.json()) == named(rows)
    assert len(rows) < 40 if query else rows


def test_unsifted_it_is_the_list_of_the_api(holt: Client) -> None:
    """Byte for byte."""
    assert holt.get(f"{TRAIL}.json").content == holt.get(f"/api/cases/{CASE}/audit").content
    assert holt.get(f"{TRAIL}.csv").content == holt.get(f"/api/cases/{CASE}/audit.csv").content


def test_late_corrected_and_contested_entries_are_found(holt: Client) -> None:
    """Each by what the trail says of it."""
    found = {
        flag: named(holt.get(f"{TRAIL}.json?{flag}=yes").json())
        for flag in ("late", "corrected", "contested")
    }
    assert found["corrected"] == [CORRECTED]
    assert found["contested"] == ["joint:2"]
    assert [ref.partition(":")[0] for ref in found["late"]] == ["joint"]


def test_every_choice_leads_to_as_many_entries_as_it_says(holt: Client) -> None:
    """Counted as if it were chosen and all else stayed."""
    page = holt.get(f"{TRAIL}?room=joint&limit=1000").text
    choices = re.findall(
        r'<li><a href="(\?[^"]*)"[^>]*><bdi>[^<]*</bdi></a> <span[^>]*>(\d+)', page
    )
    assert len(choices) > 20
    for address, count in choices[::4]:
        if "room=" in address:
            led = holt.get(f"{TRAIL}.json{unescape(address)}").json()
            assert len(led) == int(count), address


def test_counts_are_of_ones_own_rows(here: Town, holt: Client) -> None:
    """A reads its caucus and B nothing of it; the sums are the rows of each."""
    with here.program("party:A") as voss:
        rows = voss.get(f"{TRAIL}.json?limit=1000").json()
        page = voss.get(TRAIL).text
    own = named(holt.get(f"{TRAIL}.json?limit=1000").json())
    seen = holt.get(TRAIL).text
    assert f"{len(rows)} entries" in page
    assert f"{len(own)} entries" in seen
    assert "caucus:A" in page
    assert "caucus" not in seen
    assert len([ref for ref in named(rows) if ref.startswith("joint:")]) == len(own)


def test_a_room_not_read_is_like_one_that_is_not_there(holt: Client) -> None:
    """The same page, but for its name."""
    hidden = holt.get(f"{TRAIL}?room=caucus:A")
    nowhere = holt.get(f"{TRAIL}?room=caucus:Z")
    assert hidden.text.replace("caucus:A", "").replace("caucus%3AA", "") == nowhere.text.replace(
        "caucus:Z", ""
    ).replace("caucus%3AZ", "")


def test_pages_follow_each_other_behind_a_key(holt: Client) -> None:
    """Together they are the list; whatever is chosen meanwhile, the key holds."""
    whole, parts = entries_on(holt.get(f"{TRAIL}?limit=1000").text), list[str]()
    address: str | None = f"{TRAIL}?limit=7"
    while address:
        page = holt.get(address).text
        parts += entries_on(page)
        found = re.findall(r'rel="next" href="([^"]+)"', page)
        address = f"{TRAIL}{unescape(found[0])}" if found else None
    assert parts == whole
    key = holt.get(f"{TRAIL}.json").json()[9]["event_id"]
    behind = holt.get(f"{TRAIL}.json", params={"after": key, "type": "deadline-set"}).json()
    kept = [r for r in holt.get(f"{TRAIL}.json").json()[10:] if r["type"] == "deadline-set"]
    assert behind == kept
    linked = holt.get(f"{TRAIL}.json?limit=3&room=joint").links["next"]["url"]
    assert len(holt.get(linked).json()) == 3


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("after=nothing", "after"),
        ("after=0192d0a0c1f27c3a8e5b6d7f8091a2b3/7", "after"),
        ("limit=0", "limit"),
        ("limit=ten", "limit"),
        ("late=perhaps", "late"),
        ("signed=YES", "signed"),
        ("from=yesterday", "from"),
        ("from=2026-02-30", "from"),
        ("to=0000-01-01", "to"),
        ("to=2026-03-05T10:00:00", "to"),
        ("from=2026-03-05&to=2026-03-04", "from"),
        ("type=deadline-set&type=deadline-met", "type"),
        ("page=2", "query"),
        ("at=yesterday", "at"),
    ],
)
def test_a_wrong_parameter_is_named(holt: Client, query: str, field: str) -> None:
    """With what would be right; on the page, too."""
    told = holt.get(f"{TRAIL}.json?{query}")
    assert (told.status_code, told.json()["field"]) == (400, field)
    assert told.json()["needs"]
    page = holt.get(f"{TRAIL}?{query}")
    assert page.status_code == 400
    assert 'role="alert"' in page.text


def test_days_are_those_of_the_cases_zone(holt: Client) -> None:
    """A day begins and ends there; an instant is taken as it is."""
    first = holt.get(f"{TRAIL}.json?from=2026-03-02&to=2026-03-02&limit=1000").json()
    same = {"from": "2026-03-01T23:00:00Z", "to": "2026-03-02T22:59:59.999999Z", "limit": "1000"}
    assert first == holt.get(f"{TRAIL}.json", params=same).json()
    assert first
    assert holt.get(f"{TRAIL}.json?to=2026-03-01").json() == []


def test_the_past_has_its_own_trail(holt: Client) -> None:
    """As it was known then; links stay then, and nothing can be done."""
    page = holt.get(f"{TRAIL}?at=joint:5").text
    assert len(entries_on(page)) == 5
    assert page.count('method="post"') == 1
    assert f"/cases/{CASE}/audit/joint:5?at=joint%3A5" in page


def test_anothers_case_is_like_none(holt: Client) -> None:
    """Page and files; who is not signed in is shown the way in, a program told so."""
    for ending in ("", ".json", ".csv", "/joint:1", "/verification"):
        there = holt.get(f"/cases/{OTHER}/audit{ending}")
        nowhere = holt.get(f"/cases/GO-2026-7777/audit{ending}")
        assert there.status_code == nowhere.status_code == 404
        assert there.text.replace(OTHER, "") == nowhere.text.replace("GO-2026-7777", "")


def test_nobody_reads_it_without_a_session(here: Town) -> None:
    """Browsers are shown the way in, programs told so."""
    with here.browser() as client:
        assert client.get(TRAIL).headers["location"] == "/"
        assert client.get(f"{TRAIL}.json").status_code == 401


def test_what_happens_elsewhere_leaves_no_trace(made_site: Path, tmp_path: Path) -> None:
    """Two ledgers, alike but for a caucus of A's: B's pages are alike, counts and all."""
    paths = (
        *(f"{TRAIL}{ending}" for ending in ("", ".json", ".csv", "?limit=5", "?room=joint")),
        *(f"{TRAIL}/{rest}" for rest in ("joint:9", "joint:9.json", "joint:32", "verification")),
        *(f"/cases/{CASE}/{rest}" for rest in ("letters", "record", "record?scope=mine")),
        f"{TRAIL}/verification.json",
        f"{TRAIL}/caucus:A:3",
    )
    with ExitStack() as opened:
        both = [opened.enter_context(town(made_site, tmp_path / name)) for name in ("one", "two")]
        said = caucused("A", SECRET + " Or less.")[1]
        both[0].act(do(said.name, by=said.by, at_id="more", **said.data))
        for each in both:
            for _ in range(3):
                tick_now(each.ledger.house)
        clients = [opened.enter_context(each.program("party:B")) for each in both]
        masks = Masks()
        for path in paths:
            one, two = (client.get(path) for client in clients)
            assert one.status_code == two.status_code
            texts = [re.sub(r'form_token" value="\w+"', "", told.text) for told in (one, two)]
            assert masks.differ(*texts) is None, path


# ---------------------------------------------------------------- across cases


@pytest.fixture(scope="module")
def clerk(here: Town) -> Iterator[Client]:
    """Sign in the registry."""
    with here.program("clerk") as client:
        yield client


def place(row: dict[str, Any]) -> tuple[datetime, str, int]:
    """Return where a row stands in a list of all cases."""
    room_id, _, seq = row["event_id"].partition("/")
    return datetime.fromisoformat(row["recorded"]), room_id, int(seq)


def test_all_trails_are_those_of_each_case(clerk: Client) -> None:
    """The same rows, the newest first, and nothing of a room the registry does not read."""
    told = clerk.get("/audit.json?limit=1000").json()
    each = [
        row
        for case in (CASE, OTHER)
        for row in clerk.get(f"/cases/{case}/audit.json?limit=1000").json()
    ]
    assert told == sorted(each, key=place, reverse=True)
    assert "caucus" not in {row["room"].partition(":")[0] for row in told}


@pytest.mark.parametrize("name", ["clerk", "holt", "party:B", "iyer"])
def test_all_trails_are_sifted_alike_for_everybody(here: Town, name: str) -> None:
    """From the views or from the record: choices count what they lead to, pages follow a key."""
    with here.program(name) as client:
        page = client.get("/audit?limit=1000").text
        whole = client.get("/audit.json?limit=1000").json()
        assert entries_on(page) == named(whole)
        choices = re.findall(
            r'<a href="(\?[^"]*)"[^>]*><bdi>[^<]*</bdi></a> <span[^>]*>(\d+)', page
        )
        for address, count in choices[::5]:
            led = client.get(f"/audit.json{unescape(address)}").json()
            assert len(led) == int(count), address
        half = client.get("/audit.json", params={"after": whole[4]["event_id"], "limit": "1000"})
        assert half.json() == whole[5:]
        lines = client.get("/audit.csv?limit=1000&type=deadline-set").text
        rows = list(csv.DictReader(io.StringIO(lines)))
        assert named(rows) == named([row for row in whole if row["type"] == "deadline-set"])


def test_nobody_sees_anothers_case_among_all(here: Town, clerk: Client) -> None:
    """Nor by a key of it, which is like none."""
    (foreign, *_) = clerk.get(f"/cases/{OTHER}/audit.json").json()
    (hidden, *_) = [
        row for row in clerk.get("/audit.json?limit=1000").json() if row["room"] == "desk:A"
    ]
    for name in ("holt", "party:B"):
        with here.program(name) as client:
            assert OTHER not in client.get("/audit?limit=1000").text
            told = [
                client.get("/audit.json", params={"after": key})
                for key in (foreign["event_id"], hidden["event_id"], "nothing", "ab/1", "/1", "x/²")
            ]
            assert {each.status_code for each in told} == {400}
            assert len({each.text for each in told}) == 1


@pytest.mark.parametrize("query", ["late=yes", "at=joint:1", "erased=yes", "after=nothing", "to=x"])
def test_what_is_not_asked_of_all_cases_is_refused(clerk: Client, query: str) -> None:
    """With what is."""
    told = clerk.get(f"/audit.json?{query}")
    assert told.status_code == 400
    assert told.json()["needs"]


def test_too_many_entries_are_not_counted(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Days bound them; the list itself is there at once."""
    monkeypatch.setattr(searching, "COUNTED_MAX", 30)
    page = clerk.get("/audit").text
    assert "too many entries to count" in page
    assert len(entries_on(page)) > 30
    later = clerk.get("/audit?from=2026-03-02T09:02:36Z").text
    assert "too many" not in later
    assert "<details>" in later
