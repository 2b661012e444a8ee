"""Pages that write: a form for each command, who will see it, and what is wrong told beside it."""

import re
from collections.abc import Iterator
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.json import decode

from ledger.catalogue import COMMANDS, DECIDERS
from services.http.form_fields import fields_of
from services.http.form_reading import read_form
from tests import examples
from tests.site import CASE, OTHER, SECRET, Client, Town, town
from tests.twins import ledgers
from tests.twins.ledgers import Ledger

pytestmark = pytest.mark.live
DO = f"/cases/{CASE}/do"


@pytest.fixture(scope="module")
def party(here: Town) -> Iterator[Client]:
    """Sign B's representative in."""
    with here.reader("party:B") as client:
        yield client


@pytest.fixture(scope="module")
def other(here: Town) -> Iterator[Client]:
    """Sign A's representative in."""
    with here.reader("party:A") as client:
        yield client


@pytest.fixture(scope="module")
def mediator(here: Town) -> Iterator[Client]:
    """Sign the mediator in."""
    with here.reader("iyer") as client:
        yield client


@pytest.fixture(scope="module")
def clerk(here: Town) -> Iterator[Client]:
    """Sign the registry's clerk in."""
    with here.reader("clerk") as client:
        yield client


def drawn(text: str) -> dict[str, str]:
    """Read what a form of a page would send, were it sent as it is."""
    form = re.findall(r"<form method=\"post\" action=\"/cases.*?</form>", text, re.DOTALL)[0]
    found = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    found |= dict(re.findall(r'<textarea id="\S+" name="([^"]+)".*?>\n(.*?)</', form))
    return found


def form_of(client: Client, address: str) -> dict[str, str]:
    """Open a form and read what it would send."""
    page = client.get(address)
    assert page.status_code == 200, page.text
    return drawn(page.text)


def send(client: Client, command: str, fields: dict[str, str]) -> Any:  # noqa: ANN401 - an answer
    """Send a form."""
    return client.post(f"{DO}/{command}", data=fields)


def test_what_may_be_done_leads_to_its_form(party: Client) -> None:
    """Each command with a link; each link opens a form that says who will see it."""
    page = party.get(DO).text
    links = re.findall(rf'href="({DO}/[a-z-]+\?_by=party%3AB)"', page)
    assert len(links) > 10
    for link in links:
        shown = party.get(link)
        assert shown.status_code == 200, link
        assert "Everyone who will see" in shown.text, link


def test_every_command_of_a_case_has_a_form() -> None:
    """Every field has a label, and what must be chosen has choices."""
    for kind in COMMANDS.values():
        for field in fields_of(kind):
            assert field.label
            assert field.choices or field.sort not in ("choice", "many"), (kind, field.name)
            assert "None" not in field.hint, (kind, field.name, field.hint)
            assert DECIDERS[kind]


def test_a_form_is_recorded_once_however_often_it_is_sent(party: Client) -> None:
    """It leads to the entry it made, which the page names."""
    fields = form_of(party, f"{DO}/contest-entry?target=joint:3")
    assert fields["target" if "target" in fields else "_seen"]
    fields |= {"target": "joint:3", "position": "This is <b>not</b> what we said."}
    first, again = send(party, "contest-entry", fields), send(party, "contest-entry", fields)
    assert first.status_code == 303, first.text
    assert first.headers["location"] == again.headers["location"]
    shown = party.get(first.headers["location"].partition("#")[0]).text
    assert "Recorded as" in shown
    assert "&lt;b&gt;not&lt;/b&gt;" in shown


def test_who_will_see_it_is_named(party: Client) -> None:
    """Representatives, mediators and offices of the joint room; and nothing of a caucus of A."""
    text = party.get(f"{DO}/contest-entry?target=joint:3").text
    (audience,) = re.findall(r'<p class="audience">.*?</p>', text, re.DOTALL)
    for name in ("party A", "party B", "holt", "the mediator: iyer", "the registry"):
        assert name in audience, audience
    assert SECRET not in text
    assert "caucus:A" not in text


def test_what_is_wrong_is_told_at_its_field_and_what_was_typed_stays(party: Client) -> None:
    """All faults at once, each with a link to its field."""
    fields = form_of(party, f"{DO}/table-proposal")
    fields |= {"clauses": "berth fee 1.000 EUR", "valid_until": "tomorrow"}
    told = send(party, "table-proposal", fields)
    assert told.status_code == 400
    (alert,) = re.findall(r'<div class="error" role="alert".*?</div>', told.text, re.DOTALL)
    assert 'href="#f-clauses"' in alert
    assert 'href="#f-valid_until"' in alert
    assert "berth fee 1.000 EUR" in told.text
    assert drawn(told.text)["_id"] == fields["_id"]


def test_a_rule_that_refuses_is_told_on_the_form(party: Client) -> None:
    """In the words of the desk, with what is needed."""
    fields = form_of(party, f"{DO}/accept-proposal") | {"proposal_id": "P77"}
    told = send(party, "accept-proposal", fields)
    assert told.status_code == 409
    assert 'role="alert"' in told.text
    assert 'value="P77"' in told.text


def test_a_form_of_another_session_is_refused(party: Client) -> None:
    """Without its token, or with a wrong one, nothing is recorded."""
    fields = form_of(party, f"{DO}/contest-entry?target=joint:3") | {"position": "no"}
    for token in ("", "f" * 64):
        assert send(party, "contest-entry", fields | {"form_token": token}).status_code == 403
    del fields["form_token"]
    assert send(party, "contest-entry", fields).status_code == 403


def test_forms_that_are_not_there(party: Client) -> None:
    """Unknown commands, the institution's, and another's case are the same nothing."""
    for address in (f"{DO}/fly", f"{DO}/add-operator", f"/cases/{OTHER}/do/contest-entry"):
        assert party.get(address).status_code == 404
    assert party.get(f"{DO}/contest-entry?colour=red").status_code == 400


def test_an_act_that_arrived_is_entered_with_its_document(here: Town, clerk: Client) -> None:
    """For the party that wrote it, with when and how; of the file, its SHA-256 is kept."""
    page = clerk.get(f"{DO}/table-proposal?_by=party:A&arrived=yes").text
    fields = drawn(page) | {
        "_by": "party:A",
        "_actor": "person:voss",
        "_occurred": here.ledger.clock.at.strftime("%Y-%m-%dT%H:%M"),
        "clauses": "berth fee=1.3 M EUR\nhours=6",
    }
    sent = clerk.post(
        f"/cases/{CASE}/documents?command=table-proposal",
        data=fields,
        files={"file": ("letter.txt", b"We offer.")},
    )
    assert sent.status_code == 303, sent.text
    trail = clerk.get(f"/api/cases/{CASE}/audit?limit=1000").json()
    letter = next(entry for entry in reversed(trail) if entry["type"] == "proposal-tabled")
    assert letter["source"] == sha256(b"We offer.").hexdigest()
    assert (letter["channel"], letter["acting_for"]) == ("page", "party:A")


def test_a_proposal_is_accepted_as_it_stands(party: Client) -> None:
    """Its exact text and digest, what it does not do, and one button."""
    listed = party.get(f"/cases/{CASE}/proposals").text
    (link,) = re.findall(rf'href="({DO}/accept-proposal\?[^"]+)"', listed)
    page = party.get(link.replace("&amp;", "&")).text
    assert "binds nobody until" in page
    assert re.search(r"<code>[0-9a-f]{64}</code>", page)
    assert "1300000 EUR" in page
    (form,) = re.findall(r'<form method="post" action="/cases.*?</form>', page, re.DOTALL)
    assert form.count("<button") == 1
    sent = send(party, "accept-proposal", drawn(page))
    assert sent.status_code == 303, sent.text
    assert "accept-proposal?" not in party.get(f"/cases/{CASE}/proposals").text


def test_every_sheet_opens_for_everybody(
    party: Client, other: Client, mediator: Client, clerk: Client
) -> None:
    """Now and in the past; in the past without a form."""
    for client in (party, other, mediator, clerk):
        for sheet in ("sessions", "preparation", "settlement", "evaluation", "rooms", "release"):
            now = client.get(f"/cases/{CASE}/{sheet}")
            assert now.status_code == 200, now.text
            past = client.get(f"/cases/{CASE}/{sheet}?at=joint:9").text
            assert "/do/" not in past
            assert f'action="/cases/{CASE}/release"' not in past


def test_a_room_says_which_it_is_and_who_reads_it(other: Client, party: Client) -> None:
    """In words; and whoever does not read it gets the answer for one that is not there."""
    joint, own = (other.get(f"/cases/{CASE}/rooms/{name}").text for name in ("joint", "caucus:A"))
    assert "JOINT" in joint
    assert "IN CONFIDENCE" in own
    assert SECRET in own
    assert SECRET not in joint
    hidden, nowhere = (party.get(f"/cases/{CASE}/rooms/{n}") for n in ("caucus:A", "caucus:Q"))
    assert hidden.status_code == nowhere.status_code == 404
    assert "caucus:A" not in party.get(f"/cases/{CASE}/rooms").text


def test_a_side_releases_a_sentence_and_the_mediator_tells_it(
    other: Client, mediator: Client, party: Client
) -> None:
    """Those sentences alone, to those named alone."""
    desk = other.get(f"/cases/{CASE}/release").text
    assert SECRET in desk
    address = f"/cases/{CASE}/release"
    fields = drawn(desk)
    lacking = other.post(address, data=fields | {"to:B": "yes"})
    assert lacking.status_code == 400
    assert "f-wording" in lacking.text
    sent = other.post(address, data=fields | {"sentence:1": "yes", "to:B": "yes"})
    assert sent.status_code == 303, sent.text
    assert SECRET not in party.get(address).text
    told = mediator.post(address, data=drawn(mediator.get(address).text))
    assert told.status_code == 303, told.text
    assert SECRET in party.get(address).text


def test_a_day_without_network_is_entered_at_once(mediator: Client, here: Town) -> None:
    """Every line is read before any is given; the same lines again record nothing twice."""
    address = f"/cases/{CASE}/sessions/enter"
    at = here.ledger.clock.at.strftime("%Y-%m-%dT%H:%M")
    fields = drawn(mediator.get(address).text)
    good = f"# morning\n{at} give-summary --text 'Both want quiet nights.'"
    bad = f"{good}\n{at} fly\nnoon adjourn-session\n{at} give-summary --text 'open"
    told = mediator.post(address, data=fields | {"lines": bad})
    assert told.status_code == 400
    assert all(f"Line {number}" in told.text for number in (3, 4, 5))
    assert "Both want quiet" not in mediator.get(f"/cases/{CASE}/rooms/joint").text
    refused = mediator.post(
        address, data=fields | {"lines": f"{good}\n{at} resume-session --session-id S77"}
    )
    assert refused.status_code == 409
    assert "Line 3" in refused.text
    for lines in (good, f"# a note above\n\n{good}"):
        sent = mediator.post(address, data=fields | {"lines": lines})
        assert "act is recorded" in sent.text, sent.text
    joint = mediator.get(f"/cases/{CASE}/rooms/joint").text
    assert joint.count("Both want quiet nights.") == 1


def test_a_request_is_filed_one_question_a_page(clerk: Client) -> None:
    """Each answer is checked as it is given, all of them again at the end; then there is a case."""
    page = clerk.get("/file")
    answers = {
        "requester": "A",
        "others": "B",
        "names": "A=Aldora\nB=Brevik",
        "title": "Nets",
        "dispute": "They cut <our> nets.",
    }
    wrong = clerk.post("/file", data=filing(page.text))
    assert wrong.status_code == 400
    assert "is empty" in wrong.text
    for _ in range(11):
        fields = filing(page.text)
        fields |= {n: v for n, v in answers.items() if f'id="f-{n}"' in page.text}
        page = clerk.post("/file", data=fields)
        assert page.status_code == 200, page.text
    assert "Check your answers" in page.text
    assert "They cut &lt;our&gt; nets." in page.text
    filed = clerk.post("/file", data=filing(page.text))
    assert filed.status_code == 303, filed.text
    assert "Recorded as" in clerk.get(filed.headers["location"].partition("#")[0]).text


def filing(text: str) -> dict[str, str]:
    """Read what a page of a filing keeps."""
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', text.partition("/file")[2])
    return {name: unescape(value) for name, value in found}


def test_who_was_invited_to_one_case_files_none(party: Client) -> None:
    """It is told whom to turn to."""
    assert party.get("/file").status_code == 409


def test_feedback_asks_each_question() -> None:
    """By its words; what is no mark is told at the question."""
    zone = ZoneInfo("UTC")
    typed = {"_id": "x", "answers:heard": "5", "remark": "Well led."}
    read = read_form("give-feedback", typed, CASE, zone)
    assert read.ask is not None
    assert decode(bytes(read.ask.data))["answers"] == {"heard": 5}
    (wrong,) = read_form("give-feedback", typed | {"answers:pushed": "9"}, CASE, zone).wrong
    assert wrong.field == "answers:pushed"
    assert wrong.label.startswith("I was pushed")


@pytest.fixture
def signing(tmp_path: Path) -> Iterator[Town]:
    """Open a ledger with a case whose text waits for signatures."""
    made = tmp_path / "made"
    with Ledger(made) as ledger:
        at = ledgers._found(ledger)
        ledgers._tell(ledger, 0, "signing", ("A", "B"), "hidden", at)
        ledger.house.views.bring_to_head()
    with town(made, tmp_path / "ledger") as opened:
        yield opened


def test_a_settlement_is_signed_by_name_capacity_and_intent(signing: Town) -> None:
    """Under the hash of the frozen text, which the page shows; without any of them it is not."""
    with signing.reader("party:B") as client:
        page = client.get(f"{DO}/sign-settlement").text
        assert page.count(examples.TEXT_HASH) >= 2  # shown, and sent
        assert "Pay." in page
        fields = drawn(page)
        lacking = send(client, "sign-settlement", fields)
        assert lacking.status_code == 400
        for name in ("signature", "capacity", "_intent"):
            assert f"#f-{name}" in lacking.text
        mine = {"arrived": "yes", "signature": "J. Holt", "capacity": "harbour master"}
        assert "#f-_intent" in send(client, "sign-settlement", fields | mine).text
        whole = fields | {"signature": "J. Holt", "capacity": "harbour master", "_intent": "yes"}
        other = send(client, "sign-settlement", whole | {"hash": "ab" * 32})
        assert other.status_code == 409
        sent = send(client, "sign-settlement", whole)
        assert sent.status_code == 303, sent.text
        shown = client.get(f"/cases/{CASE}/settlement").text
    assert "J. Holt. I have read the text with this SHA-256" in shown
