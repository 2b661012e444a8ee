"""What is done over HTTP: one desk, one answer, and errors that name the rule."""

from typing import Any

import pytest

from ledger.answer import Answer
from services.http import writing
from services.http.conditions import tag, wait_for
from services.http.problems import Problem, of_answer
from tests.site import CASE, OTHER, Town
from tests.spec import do
from tests.unit.test_http_reading import followed

pytestmark = pytest.mark.live


def line(command_id: str = "mine-1", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    """Write a command of B's."""
    data = {"target": "joint:3", "position": "This is not what we said."}
    return {"command": "contest-entry", "id": command_id, "case": CASE, **more, "data": data}


def test_a_command_is_answered_as_everywhere(fresh: Town) -> None:
    """With what it wrote; the same id again with the same answer, and nothing twice."""
    with fresh.program("party:B") as client:
        first = client.post("/api/commands", json=line())
        again = client.post("/api/commands", json=line())
        other = client.post("/api/commands", json=line(occurred="2026-03-01T09:00:00Z"))
    assert first.status_code == 200, first.text
    assert first.json()["done"] is True
    assert first.content == again.content
    assert (other.status_code, other.json()["id"]) == (409, "mine-1")


def test_what_is_entered_bears_who_and_how(fresh: Town) -> None:
    """The trail says that it came through the API, by whom, and how that was known."""
    with fresh.program("party:B") as client:
        written = client.post("/api/commands", json=line()).json()["events"][0]
        trail = client.get(f"/api/cases/{CASE}/audit?limit=1000").json()
    entry = next(e for e in trail if (e["room"], e["seq"]) == (written["room"], written["seq"]))
    assert (entry["channel"], entry["entered_by"]) == ("api", "person:holt")
    assert (entry["auth"], entry["acting_for"]) == ("invitation code", "party:B")


def test_a_refusal_names_the_rule(here: Town) -> None:
    """As a problem, in the words of the desk."""
    with here.program("party:B") as client:
        line = {
            "command": "accept-proposal",
            "id": "x",
            "case": CASE,
            "data": {"proposal_id": "P1"},
        }
        refused = client.post("/api/commands", json=line)
    problem = refused.json()
    assert (refused.status_code, refused.headers["content-type"]) == (
        409,
        "application/problem+json",
    )
    assert problem["type"].endswith(problem["rule"])
    assert problem["detail"]
    assert problem["id"] == "x"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{}", 400),
        (b"[1]", 400),
        (b"\xff\xfe", 400),
        (b'{"command":"nothing","id":"x","case":"GO-2026-0001","data":{}}', 400),
        (b'{"command":"contest-entry","id":"","case":"GO-2026-0001","data":{}}', 400),
        (b'{"command":"contest-entry","id":"x","data":{"target":"joint:1","position":"n"}}', 400),
        (b'{"command":"accept-proposal","id":"x","case":"OTHER","data":{"proposal_id":"P"}}', 404),
        (b'{"command":"add-operator","id":"x","data":{"name":"x","roles":["registry"]}}', 400),
    ],
)
def test_what_cannot_be_read_says_so(here: Town, body: bytes, status: int) -> None:
    """And changes nothing."""
    before = here.ledger.house.ledger.reader.head()
    with here.program("party:B") as client:
        told = client.post(
            "/api/commands", content=body, headers={"content-type": "application/json"}
        )
    assert (told.status_code, told.json()["status"]) == (status, status)
    assert here.ledger.house.ledger.reader.head() == before


def test_another_case_refuses_like_one_that_is_not_tstill(here: Town) -> None:
    """Nothing tells whether it exists."""
    for who in ("party:B", "holt"):
        with here.program(who) as client:
            told = [
                client.post("/api/commands", json=line(case=case))
                for case in (OTHER, "GO-2026-7777")
            ]
        tstill, nowstill = told
        assert tstill.status_code == nowstill.status_code == 404
        assert tstill.text.replace(OTHER, "") == nowstill.text.replace("GO-2026-7777", "")
        assert dict(tstill.headers) == dict(nowstill.headers)


def test_only_what_was_seen_is_built_upon(fresh: Town) -> None:
    """The ETag of a case is what `If-Match` wants; once something came it fits no more."""
    with fresh.program("party:B") as client:
        etag = client.get(f"/api/cases/{CASE}").headers["etag"]
        fresh.act(_word("A"))
        stale = client.post("/api/commands", json=line(), headers={"if-match": etag})
        assert (stale.status_code, stale.json()["rule"]) == (412, "room_is_as_seen")
        etag = client.get(f"/api/cases/{CASE}").headers["etag"]
        built = client.post("/api/commands", json=line(), headers={"if-match": etag})
        assert built.status_code == 200, built.text
    assert "caucus:A" not in etag


def _word(by: str) -> Any:  # noqa: ANN401 - an order
    """Let a party say something to everybody."""
    return do("contest-entry", by=by, target="joint:2", position="Nor is this.")


@pytest.mark.parametrize("header", ["joint:1", 'W/"joint:1"', '"joint"', '"joint:x"', '""x'])
def test_a_wrong_condition_is_named(here: Town, header: str) -> None:
    """A weak tag, or none at all, is not passed over."""
    with here.program("party:B") as client:
        told = client.post("/api/commands", json=line(), headers={"if-match": header})
    assert (told.status_code, told.json()["field"]) == (400, "If-Match")


def test_one_may_wait_for_the_view_or_the_seal(fresh: Town) -> None:
    """The answer says which; with the seal comes the receipt, which is there later, too."""
    with fresh.program("party:B") as client:
        view = client.post("/api/commands", json=line("a"), headers={"prefer": "wait=view"})
        seal = client.post("/api/commands", json=line("b"), headers={"prefer": "wait=seal"})
        later = client.get("/api/receipts/b")
        hidden = client.get("/api/receipts/secret-0000")
    assert view.headers["preference-applied"] == "wait=view"
    assert seal.headers["preference-applied"] == "wait=seal"
    assert [e["leaf"] for e in seal.json()["receipt"]["entries"]] == [
        e["leaf"] for e in later.json()["entries"]
    ]
    assert (hidden.status_code, hidden.json()["rule"]) == (404, "command_is_known")


def test_preferences_are_read_as_others_write_them() -> None:
    """What is not known is passed over."""
    assert wait_for("respond-async, wait=seal") == "seal"
    assert wait_for('wait="view"; foo') == "view"
    assert wait_for("wait=10") is wait_for(None) is wait_for("await=view") is None


def test_a_tag_is_written_so_that_a_header_holds_it() -> None:
    """Rooms of any letters, in one order."""
    assert tag({"joint": 3, "desk:B": 1}) == '"desk:B:1,joint:3"'
    assert tag({"desk:ü, x": 1}) == '"desk:%C3%BC%2C%20x:1"'


def test_a_body_of_another_kind_is_refused(here: Town) -> None:
    """Before anything of it is read."""
    with here.program("party:B") as client:
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            told = client.post("/api/commands", content=b"{}", headers={"content-type": kind})
            assert (told.status_code, told.json()["needs"]) == (
                415,
                "Content-Type: application/json",
            )


def test_a_body_that_is_too_large_is_refused(here: Town) -> None:
    """Whether it says its length or not."""
    with here.program("party:B") as client:
        headers = {"content-type": "application/json"}
        large = client.post("/api/commands", content=b" " * 1_048_577, headers=headers)
        parts = client.post(
            "/api/commands", content=(b" " * 65_536 for _ in range(20)), headers=headers
        )
    assert large.status_code == parts.status_code == 413


def test_a_cookie_alone_changes_nothing(fresh: Town) -> None:
    """Another site can make a browser send it, but does not know the session's token."""
    with fresh.reader("party:B") as client:
        bare = client.post("/api/commands", json=line())
        assert (bare.status_code, bare.json()["rule"]) == (403, "form_is_ours")
        token = client.get("/api/session").json()["form_token"]
        other = client.post("/api/commands", json=line(), headers={"x-form-token": token[::-1]})
        assert other.status_code == 403
        own = client.post("/api/commands", json=line(), headers={"x-form-token": token})
        assert own.status_code == 200


def test_a_follower_is_sent_what_comes_and_nothing_else(fresh: Town) -> None:
    """What A does in its caucus leaves no trace; what it tells everybody does."""
    before = followed(fresh, "party:B")
    fresh.act(do("receive-in-caucus", by="A", text="Another secret.", at_id="hidden"))
    assert followed(fresh, "party:B", since=before[-1][0]) == []
    fresh.act(_word("A"))
    (told,) = followed(fresh, "party:B", since=before[-1][0])
    assert told[1].startswith("joint:")


def test_every_failure_of_the_desk_has_its_status() -> None:
    """Refused, unreadable, try again, fault."""
    told = [
        of_answer(Answer(id="x", done=False, failure=failure, why="so"))
        for failure in ("refused", "unreadable", "try again", "fault")
    ]
    assert [problem.status for problem in told] == [409, 400, 503, 503]
    assert all(isinstance(problem, Problem) for problem in told)
    assert writing.COMMANDS == "/api/commands"
