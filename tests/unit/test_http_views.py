"""Pages that read: cases, the timeline, proposals, dates, follow-up, neutrality, other moments."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import pytest

from services.http.screens.frame import TABS
from services.reading.eyes import Eyes
from services.reading.replaying import replayed
from tests import examples
from tests.site import CASE, OTHER, SECRET, Client, Town, town
from tests.spec import do
from tests.twins import ledgers

pytestmark = pytest.mark.live

SETTLED = "GO-2026-0003"
"""A case of A and B in which B owes A."""
NUMBERED = tuple(tab.name for tab in TABS if tab.name in ("", "proposals", "follow-up", "calendar"))


@pytest.fixture(scope="module")
def here(made_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Open a ledger with proposals, a silence, a late entry, and a case that was settled."""
    with town(made_site, tmp_path_factory.mktemp("town") / "ledger") as opened:
        clock = opened.ledger.clock
        ledgers._tell(opened.ledger, 2, "settled", ("A", "B"), "hidden", clock.at)
        terms = [
            examples.clause(text="1.3 M EUR, at once", clause_id="c1"),
            examples.clause("season", "From May to August.", "c2"),
        ]
        opened.act(examples.tabled("A", terms, kind="package", at_id="p1"))
        clock.set(clock.at + timedelta(days=12))
        fewer = [examples.clause(text="1.1 M EUR, in parts", clause_id="c1")]
        opened.act(examples.tabled("B", fewer, kind="package", at_id="p2"))
        answer = [examples.clause(text="1.2 M EUR, in parts", clause_id="c1")]
        counter = examples.tabled("A", answer, answers="P2", at_id="p3")
        opened.act(counter)
        late = (clock.at - timedelta(days=2)).isoformat()
        opened.act(do("explain-rights", by="mediator", at_id="late", at_occurred=late))
        opened.ledger.house.views.bring_to_head()
        yield opened


@pytest.fixture(scope="module")
def party(here: Town) -> Iterator[Client]:
    """Let B read its case."""
    with here.reader("party:B") as client:
        yield client


@pytest.fixture(scope="module")
def clerk(here: Town) -> Iterator[Client]:
    """Let the registry read."""
    with here.reader("clerk") as client:
        yield client


def text_of(html: str) -> str:
    """Read a page as somebody does who cannot see it."""
    main = html[html.index("<main") :]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_a_list_of_cases_is_searched_and_sifted(clerk: Client) -> None:
    """By names, by phase; a filter that is not there is told."""
    assert clerk.get("/cases?words=berth&phase=SETTLED").text.count("<li><a") == 1
    assert "No case that you may see is so" in clerk.get("/cases?words=nobody").text
    assert clerk.get("/cases?phase=ASLEEP").status_code == 400
    assert "words=berth&amp;limit=1&amp;after=" in clerk.get("/cases?words=berth&limit=1").text


def test_what_waits_is_told_to_whom_it_waits_for(party: Client, clerk: Client) -> None:
    """A's counter-proposal waits for B, and not for the registry."""
    assert "A proposal waits for your answer: P3" in text_of(party.get("/cases?waits=yes").text)
    assert "P3" not in clerk.get("/cases").text


def test_a_timeline_is_as_dense_as_one_wants(party: Client) -> None:
    """Steps are fewer than acts, acts fewer than entries; only the record says who typed."""
    rows = {
        show: party.get(f"/cases/{CASE}?show={show}").text for show in ("steps", "acts", "record")
    }
    counts = [rows[show].count('<li id="') for show in rows]
    assert counts == sorted(set(counts))
    assert ["entered by" in text for text in rows.values()] == [False, False, True]
    assert "9 days without an entry" in rows["steps"]
    assert party.get(f"/cases/{CASE}?show=all").status_code == 400


def test_a_timeline_tells_what_is_late_and_what_lies_ahead(party: Client) -> None:
    """Rights were explained two days before; behind the line of now the overall limit runs."""
    told = text_of(party.get(f"/cases/{CASE}").text)
    assert "recorded late" in told
    before, behind = told.split("Now:")
    assert "voss" in before
    assert "overall limit" in behind
    assert "How it is counted: 120 calendar days" in behind
    assert "seen by A , B , the mediator, the registry" in before


def test_nothing_of_other_rooms_is_on_any_page(here: Town, party: Client) -> None:
    """Not a word, not a name of a room, not a step more than B reads."""
    for tab in TABS:
        html = party.get(f"/cases/{CASE}/{tab.name}".rstrip("/")).text
        assert SECRET not in html
        assert "caucus:A" not in html
        eyes = Eyes(here.ledger.house, here.ledger.operator("holt"), "party:B")
        (own,) = replayed(eyes, CASE)
        assert f"Step {own.entries} of {own.entries}" in html
        assert party.get(f"/cases/{OTHER}/{tab.name}".rstrip("/")).status_code == 404


def test_a_page_without_a_timeline_opens_no_entry_for_one(here: Town, party: Client) -> None:
    """Rooms and sheets tell entries; the dates of a case need the content of none."""
    opened: list[object] = []
    reader = here.ledger.house.ledger.reader
    told = reader.content

    def opening(*given: Any) -> bytes | None:  # noqa: ANN401 - as the original
        opened.append(given)
        return told(*given)

    with patch.object(reader, "content", opening):
        assert "registered as" in party.get(f"/cases/{CASE}/rooms/joint").text
        told_of_a_room = len(opened)
        party.get(f"/cases/{CASE}/calendar")
    assert len(opened) - told_of_a_room < told_of_a_room


def test_proposals_are_a_tree_with_packages_beside_each_other(party: Client) -> None:
    """P3 answers P2; both packages are set beside each other, issue by issue."""
    html = party.get(f"/cases/{CASE}/proposals").text
    assert '<li class="depth-1" id="joint/P3">' in html
    told = text_of(html)
    assert "answers P2" in told
    assert "Packages side by side" in told
    assert "nothing of it" in told


def test_two_proposals_are_compared_by_issue_then_by_words(party: Client) -> None:
    """What came and went stands in words too."""
    html = party.get(f"/cases/{CASE}/proposals/compare?a=joint/P1&b=joint/P3").text
    assert html.index("<table>") < html.index("<ins>")
    told = text_of(html)
    assert "season" in told
    assert "is gone" in told
    assert "deleted: 3 end of deletion inserted: 2 end of insertion M EUR" in told
    assert "1300000 EUR after: nothing" in told


def test_a_proposal_may_be_named_without_its_room(party: Client) -> None:
    """Where no other proposal that B reads is called so."""
    long = party.get(f"/cases/{CASE}/proposals/compare?a=joint/P1&b=joint/P2").text
    short = party.get(f"/cases/{CASE}/proposals/compare?a=P1&b=P2").text
    assert text_of(short) == text_of(long)


@pytest.mark.parametrize("query", ["", "?a=joint/P1", "?a=joint/P1&b=caucus:A/P1"])
def test_what_cannot_be_compared_is_told(party: Client, query: str) -> None:
    """A proposal of another room is like one that is not there."""
    told = party.get(f"/cases/{CASE}/proposals/compare{query}")
    nowhere = party.get(f"/cases/{CASE}/proposals/compare{query.replace('caucus:A', 'nowhere:A')}")
    assert 400 <= told.status_code < 500
    assert told.text.replace("caucus", "nowhere") == nowhere.text


def test_what_is_owed_stands_in_a_table(clerk: Client) -> None:
    """By whom, to whom, until when, and that nothing was reported."""
    html = clerk.get(f"/cases/{SETTLED}/follow-up").text
    told = text_of(html)
    assert "B A Pay." in told
    assert '<time datetime="2026-09-01">' in html
    assert "nothing was reported" in told


def test_dates_are_told_and_taken_away(party: Client) -> None:
    """On the page with their arithmetic; in the file without a word."""
    told = text_of(party.get(f"/cases/{CASE}/calendar").text)
    assert "120 calendar days from first session" in told
    file = party.get(f"/cases/{CASE}/calendar.ics")
    assert file.headers["content-type"].startswith("text/calendar")
    assert "SUMMARY:Deadline" in file.text
    assert "session" not in file.text


def test_the_neutrality_file_has_the_sides_beside_each_other(party: Client) -> None:
    """What was declared, then a signal that is no verdict."""
    told = text_of(party.get(f"/cases/{CASE}/neutrality").text)
    assert "iyer declared to know of no conflict" in told
    assert "A signal, not a verdict" in told


@pytest.mark.parametrize("tab", NUMBERED)
def test_every_page_can_be_seen_as_it_was(party: Client, tab: str) -> None:
    """The page of the past says so, and has no form that writes but the one to leave."""
    html = party.get(f"/cases/{CASE}/{tab}".rstrip("/") + "?at=joint:12").text
    assert "This is the past" in html
    assert "Step 12 of" in html
    assert html.count('method="post"') == 1


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("to=previous&at=joint:12", "?at=joint:11"),
        ("to=next&at=joint:12&tab=proposals", "/proposals?at=joint:13"),
        ("to=first", "?at=joint:1"),
        ("to=previous&at=joint:1", "?at=joint:1"),
        ("to=now&at=joint:12&as=party:B", "?as=party:B"),
        ("to=step&step=7", "?at=joint:7"),
        ("to=when&when=2026-03-02T11:00", "?at=2026-03-02T11:00:00+01:00"),
        (
            "to=compare&when=2026-03-02T11:00&at=joint:12",
            "?at=joint:12&compare_to=2026-03-02T11:00:00+01:00",
        ),
    ],
)
def test_one_goes_from_moment_to_moment(party: Client, asked: str, leads: str) -> None:
    """Steps are those of B's own reading; a time without an offset is the case's own."""
    went = party.get(f"/cases/{CASE}/travel?{asked.replace('+', '%2B')}")
    assert went.status_code == 303
    assert went.headers["location"] == f"/cases/{CASE}" + quote(leads, safe="?&=/")


@pytest.mark.parametrize(
    "asked", ["to=away", "to=step&step=x", "to=when&when=soon", "to=now&tab=//elsewhere.example"]
)
def test_no_way_leads_elsewhere(party: Client, asked: str) -> None:
    """Each is told what is wrong with it."""
    assert party.get(f"/cases/{CASE}/travel?{asked}").status_code == 400


def test_the_last_step_leads_to_now(party: Client) -> None:
    """Behind the last entry lies the present."""
    steps = re.search(r"Step (\d+) of \1", party.get(f"/cases/{CASE}").text)
    assert steps is not None
    last = party.get(f"/cases/{CASE}/travel?to=step&step={steps[1]}").headers["location"]
    at = last.partition("at=")[2]
    assert party.get(f"/cases/{CASE}/travel?to=next&at={at}").headers["location"] == (
        f"/cases/{CASE}"
    )


def test_two_readers_compare_one_digest(here: Town, party: Client) -> None:
    """That of the page is that of `replay --at`."""
    html = party.get(f"/cases/{CASE}?at=joint:12").text
    eyes = Eyes(here.ledger.house, here.ledger.operator("holt"), "party:B", "joint:12")
    (own,) = replayed(eyes, CASE)
    assert f">{own.digest}</code>" in html


@pytest.mark.parametrize(
    "query", ["at=joint:5&compare_to=joint:9", "at=joint:9&compare_to=joint:5"]
)
def test_two_moments_are_compared_whichever_comes_first(party: Client, query: str) -> None:
    """What differs, then what was recorded in between."""
    told = text_of(party.get(f"/cases/{CASE}?{query}").text)
    changed = told[told.index("What changed From") : told.index("Where it stands")]
    assert "phase REQUESTED → INVITED" in changed
    assert "invitation served on B" in changed


def test_two_moments_alike_differ_in_nothing(party: Client) -> None:
    """And the page says so."""
    told = text_of(party.get(f"/cases/{CASE}?at=joint:9&compare_to=joint:9").text)
    assert "Nothing that this reader sees" in told
