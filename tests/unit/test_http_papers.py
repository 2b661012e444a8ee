"""What leaves the house: entries in full, checks that claim no more than was checked, papers."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec.structs import replace

from ledger.seal import verify
from ledger.seal.proofs import write_document
from ledger.seal.seal_home import SEALS_NAME
from services.http.rendering import FOLDER
from services.seals import key_history, tick_now
from tests.site import CASE, SECRET, Client, Town, town
from tests.spec import Order, do
from tests.twins import ledgers
from tests.twins.people import SPEAKS_FOR

pytestmark = [pytest.mark.live, pytest.mark.slow]

ENDED = "GO-2026-0003"
"""A case of A and B that ended in a settlement, with every letter there is."""
TRAIL = f"/cases/{CASE}/audit"
CERTIFIED = "This settlement is the result of a mediation."


def story() -> Iterator[Order]:
    """Tell a case to its end, with the letters of its beginning and its end."""
    for order in ledgers.past_of("settled", ("A", "B"), "hidden"):
        yield order
        if order.name == "request-mediation":
            yield do("acknowledge-request")
    yield do("issue-mediator-certificate", by="mediator", text=CERTIFIED)
    yield do(
        "attest-settlement", approved_by="person:berg", requested_by="A", facts="Mediated here."
    )
    yield do("hold-closing-session", by="mediator", attended=["A", "B"])
    yield from (do("confirm-understanding", by=party) for party in ("A", "B"))
    yield do("declare-termination", mode="settled")
    yield do("issue-closing-document")


def tell(here: Town) -> None:
    """Let it happen."""
    at, case = here.ledger.clock.at, None
    for number, order in enumerate(story()):
        named = replace(order, id=f"end-{number}")
        at = ledgers._given(here.ledger, named, case, at).at
        if case is None:
            opened = here.ledger.house.ledger.case_opened_by(SPEAKS_FOR["A"], "end-0")
            case = opened.hex
    here.ledger.house.views.bring_to_head()


@pytest.fixture(scope="module")
def here(made_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Open a ledger with a case that ended; sealed, but for the last entry."""
    with town(made_site, tmp_path_factory.mktemp("town") / "ledger") as opened:
        tell(opened)
        for _ in range(4):
            tick_now(opened.ledger.house)
        objection = {"target": "joint:2", "position": "He was not."}
        opened.act(do("contest-entry", by="B", at_id="contested", **objection))
        yield opened


@pytest.fixture(scope="module")
def holt(here: Town) -> Iterator[Client]:
    """Sign in who speaks for B, as an operator who has two cases."""
    with here.program("holt") as client:
        yield client


@pytest.fixture(scope="module")
def clerk(here: Town) -> Iterator[Client]:
    """Sign in the registry."""
    with here.program("clerk") as client:
        yield client


# ---------------------------------------------------------------- one entry


def test_an_entry_is_told_in_full(holt: Client) -> None:
    """Sentence, what it changed, envelope, how it is recorded, objections, proof."""
    page = holt.get(f"{TRAIL}/joint:2").text
    for text in ("What it changed for you", "authorities", "operating system user", "He was not."):
        assert text in page
    told = holt.get(f"{TRAIL}/joint:2.json").json()
    whole = holt.get(f"/api/cases/{CASE}/document").json()
    assert told["event"] in whole["events"]
    assert told["entry"]["contests"][0]["by"] == "B"
    (change,) = told["changes"]
    assert (change["what"], change["about"], change["field"]) == ("party", "A", "authorities")
    steps = holt.get(f"/api/cases/{CASE}/replay?at=joint:2").json()
    assert told["digest"] == steps["digest"]


@pytest.mark.parametrize("wrong", ["caucus:A:1", "joint:999", "joint", "joint:0", "x%0Ay:1"])
@pytest.mark.parametrize("ending", ["", ".json"])
def test_an_entry_not_read_is_like_one_that_is_not_there(
    holt: Client, wrong: str, ending: str
) -> None:
    """And like what names none."""
    told = holt.get(f"{TRAIL}/{wrong}{ending}")
    nowhere = holt.get(f"{TRAIL}/caucus:Z:1{ending}")
    assert told.status_code == nowhere.status_code == 404
    shown = told.text.replace("x\ny:1", wrong).replace("x\\ny:1", wrong)
    assert shown.replace(wrong, "") == nowhere.text.replace("caucus:Z:1", "")


def test_what_was_not_there_yet_has_no_page(holt: Client) -> None:
    """A page of the past is of what was known then."""
    assert holt.get(f"{TRAIL}/joint:9?at=joint:8").status_code == 404
    then = holt.get(f"{TRAIL}/joint:8?at=joint:8")
    assert "This is the past" in then.text
    assert "Entry after" not in then.text
    assert holt.get(f"{TRAIL}/joint:8?at=joint:8&at=joint:9").status_code == 400
    assert holt.get(f"{TRAIL}/joint:8?x=1").status_code == 400


def test_words_shown_are_escaped(here: Town, holt: Client) -> None:
    """What people wrote is text."""
    here.act(do("contest-entry", by="B", target="joint:4", position="<b>No</b>", at_id="marked-up"))
    page = holt.get(f"{TRAIL}/joint:4").text
    assert "&lt;b&gt;No&lt;/b&gt;" in page
    assert "<b>No" not in page


# ---------------------------------------------------------------- what was checked


def test_what_was_checked_is_named_with_its_key(here: Town, holt: Client) -> None:
    """The key is the institution's; its fingerprint is that of the public key."""
    told = holt.get(f"{TRAIL}/joint:9.json").json()["checked"]
    (room,) = told["rooms"]
    assert (room["entries"], room["opened"], room["sealed"], room["fault"]) == (1, 1, 1, None)
    key = key_history(here.ledger.folder).keys[-1].key
    assert told["log"]["key"] == key
    public = verify.parse_key(key).public
    assert told["log"]["fingerprint"] == sha256(public).hexdigest()
    page = holt.get(f"{TRAIL}/joint:9").text
    assert told["log"]["fingerprint"] in page
    assert "All that was checked holds." in page


def test_what_is_not_proven_is_said(holt: Client) -> None:
    """The tail that no seal covers yet, absent witnesses and stamps, our own word."""
    told = holt.get(f"{TRAIL}/verification.json").json()
    joint = next(room for room in told["rooms"] if room["room"] == "joint")
    assert 0 < joint["entries"] - joint["sealed"] <= 2
    said = " ".join(told["not_proven"])
    for words in ("this server tells the truth", "not sealed yet", "no witness", "no time stamp"):
        assert words in said
    page = holt.get(f"{TRAIL}/verification").text
    assert "not sealed yet" in page
    assert "What is not proven" in page
    assert "verify.py" in page


def test_before_any_seal_nothing_is_claimed_of_seals(made_site: Path, tmp_path: Path) -> None:
    """Only that words and commitments agree."""
    with town(made_site, tmp_path / "ledger") as here, here.program("holt") as holt:
        told = holt.get(f"{TRAIL}/verification.json").json()
        page = holt.get(f"{TRAIL}/verification").text
    assert told["log"] is None
    assert told["fault"] is None
    assert all(room["sealed"] == 0 and room["opened"] for room in told["rooms"])
    assert "nothing was sealed yet" in page
    assert "All that was checked holds" not in page


@pytest.mark.parametrize(
    ("where", "tampered"),
    [
        ("joint:9", "UPDATE entries SET leaf = zeroblob(32) WHERE seq = 3"),
        ("verification", "UPDATE seals SET root = zeroblob(32)"),
        ("verification", "UPDATE log SET note = CAST(replace(note, 'gol/log', 'gol/lag') AS BLOB)"),
    ],
)
def test_seals_that_were_tampered_with_do_not_hold(
    made_site: Path, tmp_path: Path, where: str, tampered: str
) -> None:
    """The page says so at once, and no more is claimed."""
    with town(made_site, tmp_path / "ledger") as here:
        for _ in range(3):
            tick_now(here.ledger.house)
        with closing(sqlite3.connect(here.ledger.folder / SEALS_NAME)) as database, database:
            database.execute(tampered)
        with here.program("holt") as holt:
            told = holt.get(f"{TRAIL}/{where}.json").json()
            page = holt.get(f"{TRAIL}/{where}").text
    found = told.get("checked", told)
    assert found["fault"] or all(room["fault"] for room in found["rooms"])
    assert all(room["sealed"] == 0 for room in found["rooms"])
    assert 'role="alert"' in page
    assert "Something does not hold" in page
    assert "All that was checked holds" not in page


def test_bundle_and_receipt_are_a_link_away(here: Town, holt: Client) -> None:
    """And hold against the institution's key, checked by the program that goes with them."""
    page = holt.get(f"{TRAIL}/joint:9").text
    (address,) = re.findall(r'href="(/api/receipts/[^"]+)"', page)
    history = verify.parse_history(
        verify.strict_json(write_document(key_history(here.ledger.folder)))
    )
    policy = verify.Policy(logs=(history[-1].key,), named="key")
    assert verify.check_receipt(holt.get(address).content, policy).is_pinned
    trail = holt.get(TRAIL).text
    for form in ("bundle", "document", "page"):
        assert f'href="/api/cases/{CASE}/{form}"' in trail


# ---------------------------------------------------------------- papers


def test_letters_are_those_one_may_read(here: Town, clerk: Client, holt: Client) -> None:
    """The acknowledgement is the requester's; every other is everybody's."""
    titles = (
        "Acknowledgement of a request for mediation",
        "Invitation to a mediation",
        "Certificate of the mediator",
        "Attestation of the institution",
        "Notice that a mediation has ended",
    )
    listed = clerk.get(f"/cases/{ENDED}/letters").text
    assert all(title in listed for title in titles)
    with here.program("voss") as voss:
        assert titles[0] in voss.get(f"/cases/{ENDED}/letters").text
    theirs = holt.get(f"/cases/{ENDED}/letters").text
    assert titles[0] not in theirs
    assert all(title in theirs for title in titles[1:])


def test_each_letter_is_a_page_to_print(clerk: Client) -> None:
    """With its facts, its own words and what proves it; without articles of any law."""
    listed = clerk.get(f"/cases/{ENDED}/letters").text
    printed = {
        title: clerk.get(address).text
        for address, title in re.findall(r'<a href="(/cases/[^"]+/letters/[^"]+)">([^<]+)', listed)
    }
    assert len(printed) == 5
    for text in printed.values():
        assert f"Case {ENDED}" in text
        assert "Party B Ltd" in text or "Acknowledgement" in text
        assert "of the record, and proves nothing by itself" in text
        assert not re.search(r"\b(Art\.|Article|section) \d", text)
    assert CERTIFIED in printed["Certificate of the mediator"]
    assert "Mediated here." in printed["Attestation of the institution"]
    assert "To take part is voluntary." in printed["Invitation to a mediation"]


def test_what_is_no_letter_is_not_printed_as_one(holt: Client) -> None:
    """Nor a letter that is not read; like an entry that is not there."""
    wrong = ("joint:1", "joint:999", "desk:A:2", "caucus:A:1")
    told = [holt.get(f"/cases/{ENDED}/letters/{ref}") for ref in wrong]
    assert {each.status_code for each in told} == {404}
    texts = {each.text.replace(ref, "") for each, ref in zip(told, wrong, strict=True)}
    assert len(texts) == 1


def test_minutes_are_one_paper_for_every_party(here: Town, holt: Client) -> None:
    """The talks leave no trace in it: no proposal, no number of an entry, no gap."""
    with here.program("voss") as voss:
        theirs = paper(voss.get(f"/cases/{ENDED}/record").text)
        own = voss.get(f"/cases/{CASE}/record?scope=mine").text
    ours = paper(holt.get(f"/cases/{ENDED}/record").text)
    assert ours == theirs
    assert "settlement" in ours
    assert "joint:" not in ours
    assert "P1" not in ours
    assert "caucus:A" in own
    assert SECRET not in own
    steps = [int(n) for n in re.findall(r'<th scope="row" dir="ltr">(\d+)</th>', ours)]
    assert steps == [*range(1, len(steps) + 1)]


def paper(page: str) -> str:
    """Return what is printed of a page."""
    return page[page.index("<article") : page.index("</article>")]


def test_minutes_are_of_a_scope_there_is(holt: Client) -> None:
    """With what there is."""
    told = holt.get(f"/cases/{CASE}/record?scope=theirs")
    assert told.status_code == 400
    assert "shared or mine" in told.text


def test_papers_number_their_pages_and_leave_the_bars_out() -> None:
    """As far as a style sheet can say it."""
    style = (FOLDER / "style.css").read_text()
    assert "counter(page)" in style
    assert re.search(r"@media print \{[^@]*\.onscreen \{ display: none; \}", style)
