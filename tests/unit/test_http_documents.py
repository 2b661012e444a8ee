"""Documents over HTTP: in as they come, out as they were, and to whom their entry is read."""

import base64
import json
import re
from collections.abc import AsyncIterator, Callable
from hashlib import sha256
from typing import Any

import pytest

from services.documents.incoming import BYTES_MAX
from services.documents.shelf import FOLDER
from tests.site import CASE, OTHER, Client, Town

pytestmark = pytest.mark.live

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"the noise survey of Quay Road 17\n" * 9000
DIGEST = sha256(PDF).hexdigest()
AT = f"/api/cases/{CASE}/documents"


def order(command: str, *, digest: str = DIGEST, share: str = "all") -> dict[str, Any]:
    """Write a command that puts a document in."""
    data = {"title": "Survey", "hash": digest, "made_for_mediation": False, "share": share}
    return {"command": "submit-document", "id": command, "case": CASE, "data": data}


def put_in(client: Client, command: str, *, share: str = "all", data: bytes = PDF) -> str:
    """Send a document, then its act; return the entry."""
    sent = client.post(AT, params={"command": command, "name": "survey.pdf"}, content=data)
    assert sent.status_code == 201, sent.text
    digest = sent.json()["sha256"]
    done = client.post("/api/commands", json=order(command, digest=digest, share=share))
    assert done.status_code == 200, done.text
    (event,) = done.json()["events"]
    return f"{event['room']}:{event['seq']}"


def objects(here: Town) -> int:
    """Count what lies in the store."""
    folder = here.ledger.house.ledger.folder / FOLDER
    return sum(path.is_file() for path in folder.rglob("*"))


def test_a_document_goes_in_and_comes_out(here: Town) -> None:
    """With its size and hash, under its own name, and nothing of it is run."""
    with here.program("party:B") as b, here.program("party:A") as a:
        entry = put_in(b, "survey-of-b")
        (told,) = [d for d in a.get(AT).json() if d["entry"] == entry]
        given = a.get(f"{AT}/{entry}/{DIGEST}")
        lines = a.get(f"{AT}.csv").text
    assert (told["kept"], told["name"], told["size"]) == (True, "survey.pdf", len(PDF))
    assert (given.status_code, given.content) == (200, PDF)
    assert given.headers["content-disposition"].startswith('attachment; filename="survey.pdf"')
    assert given.headers["content-length"] == str(len(PDF))
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["content-security-policy"].startswith("sandbox")
    digest = base64.b64encode(sha256(PDF).digest()).decode()
    assert given.headers["repr-digest"] == f"sha-256=:{digest}:"
    assert DIGEST in lines


def test_another_rooms_document_is_as_one_that_is_not_there(here: Town) -> None:
    """The same body for what B may not read, what is in another case, and what never was."""
    with here.program("party:A") as a, here.program("party:B") as b:
        entry = put_in(a, "secret-of-a", share="mediator")
        assert a.get(f"{AT}/{entry}/{DIGEST}").content == PDF
        asked = [(entry, DIGEST), ("caucus:A:99", DIGEST), (entry, "ab" * 32)]
        answers = [b.get(f"{AT}/{e}/{d}") for e, d in asked]
        assert not any(d["room"].startswith("caucus") for d in b.get(AT).json())
        other = b.get(f"/api/cases/{OTHER}/documents/joint:1/{DIGEST}")
        unknown = b.get(f"/api/cases/GO-2026-0099/documents/joint:1/{DIGEST}")
    told = {answer.text.replace(e, "") for answer, (e, _) in zip(answers, asked, strict=True)}
    assert [answer.status_code for answer in answers] == [404] * 3
    assert len({text.replace("caucus:A:99", "") for text in told}) == 1
    assert other.status_code == unknown.status_code == 404
    assert other.text.replace(OTHER, "") == unknown.text.replace("GO-2026-0099", "")


def test_a_document_may_come_together_with_its_act(here: Town) -> None:
    """In one request; refused by a rule, nothing of it is left."""
    with here.program("party:B") as client:
        act = json.dumps(order("together"))
        files = {"file": ("survey.pdf", PDF, "application/pdf")}
        done = client.post(AT, data={"act": act}, files=files)
        assert done.status_code == 201, done.text
        (event,) = done.json()["events"]
        assert client.get(f"{AT}/joint:{event['seq']}/{DIGEST}").content == PDF
        before = objects(here)
        twice = {**order("refused"), "data": {**order("refused")["data"], "doc_id": "D1"}}
        refused = client.post(AT, data={"act": json.dumps(twice)}, files=files)
    assert (refused.status_code, refused.json()["rule"]) == (409, "id_is_new")
    assert objects(here) == before


def test_a_document_may_come_after_its_entry(here: Town) -> None:
    """From whoever entered it; not from the other side."""
    with here.program("party:B") as b, here.program("party:A") as a:
        done = b.post("/api/commands", json=order("first-the-act")).json()
        entry = f"joint:{done['events'][0]['seq']}"
        asked = {"entry": entry, "name": "survey.pdf"}
        assert a.post(AT, params=asked, content=PDF).json()["rule"] == "document_is_of_ones_own_act"
        wrong = b.post(AT, params=asked, content=PDF + b"x")
        assert (wrong.status_code, wrong.json()["field"]) == (400, "file")
        assert b.post(AT, params=asked, content=PDF).status_code == 201
        assert a.get(f"{AT}/{entry}/{DIGEST}").content == PDF
        assert b.post(AT, params={**asked, "entry": "caucus:A:1"}, content=PDF).status_code == 404


WRONG: tuple[tuple[dict[str, str], bytes, int, str], ...] = (
    ({"command": "x", "name": "a.pdf"}, b"MZ\x90\0" + bytes(90), 400, "file"),
    ({"command": "x", "name": "a.exe"}, PDF, 400, "file"),
    ({"command": "x"}, PDF, 400, "file"),
    ({"command": "x", "name": "a.pdf"}, b"", 400, "file"),
    ({"command": "", "name": "a.pdf"}, PDF, 400, "command"),
    ({"name": "a.pdf"}, PDF, 400, "command"),
    ({"command": "x", "entry": "joint:1", "name": "a.pdf"}, PDF, 400, "command"),
    ({"command": "x\u0007", "name": "a.pdf"}, PDF, 400, "command"),
    ({"command": "x", "name": "a.pdf", "more": "1"}, PDF, 400, "query"),
)


@pytest.mark.parametrize(("params", "data", "status", "field"), WRONG)
def test_a_wrong_document_is_told_what_is_wrong(
    here: Town, params: dict[str, str], data: bytes, status: int, field: str
) -> None:
    """Which field, what, and what to do; nothing is kept."""
    before = objects(here)
    with here.program("party:B") as client:
        answer = client.post(AT, params=params, content=data)
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert answer.json()["needs"]
    assert objects(here) == before


def test_what_is_too_large_is_told_the_limit(here: Town) -> None:
    """By what it announces, and where it announces nothing as it comes."""
    before = objects(here)
    with here.program("party:B") as client:
        asked = {"command": "large", "name": "a.pdf"}
        told = client.post(AT, params=asked, headers={"content-length": str(2**40)}, content=b"%")
        more = iter([PDF, *[bytes(1024 * 1024)] * (BYTES_MAX // (1024 * 1024))])
        came = client.post(AT, params=asked, content=more)
    for answer in (told, came):
        assert (answer.status_code, answer.json()["needs"]) == (413, "at most 50 MiB")
    assert objects(here) == before


def test_a_body_that_breaks_off_leaves_nothing(here: Town) -> None:
    """Neither raw nor as a form."""
    before = objects(here)
    with here.program("party:B") as client:
        form = client.build_request(
            "POST",
            AT,
            data={"act": json.dumps(order("cut"))},
            files={"file": ("survey.pdf", PDF, "application/pdf")},
        )
        whole = form.read()
        headers = {"content-type": form.headers["content-type"]}
        cut = client.post(AT, content=whole[: len(whole) // 2], headers=headers)
        assert (cut.status_code, cut.json()["field"]) == (400, "form")
        ask = {"command": "cut", "name": "a.pdf"}
        token = client.headers["authorization"]

    async def breaking(broken: Callable[[], AsyncIterator[bytes]]) -> int:
        sent: list[dict[str, Any]] = []
        parts = broken()

        async def receive() -> dict[str, Any]:
            try:
                return {
                    "type": "http.request",
                    "body": await anext(parts),
                    "more_body": True,
                }
            except StopAsyncIteration:
                return {"type": "http.disconnect"}

        async def send(message: Any) -> None:  # noqa: ANN401 - a message of ASGI's
            sent.append(message)

        scope = scope_of(f"{AT}", ask, token)
        await here.app(scope, receive, send)  # type: ignore[arg-type] # the same protocol in its own words
        return next((m["status"] for m in sent if "status" in m), 0)

    async def half() -> AsyncIterator[bytes]:
        yield PDF[: len(PDF) // 2]

    assert here.portal.call(breaking, half) not in (200, 201)
    assert objects(here) == before


def scope_of(path: str, query: dict[str, str], token: str) -> dict[str, Any]:
    """Describe a request as a server does."""
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": asked.encode(),
        "headers": [
            (b"host", b"127.0.0.1:8600"),
            (b"authorization", token.encode()),
            (b"content-length", str(len(PDF)).encode()),
        ],
        "client": ("127.0.0.1", 5),
        "server": ("127.0.0.1", 8600),
        "extensions": {},
        "state": {},
    }


def test_names_that_try_paths_and_headers_are_cleaned(here: Town) -> None:
    """What comes back names a file alone, in a header that is one line."""
    with here.program("party:B") as client:
        name = '../../x"\r\nSet-Cookie: a=b\u202e.pdf'
        params = {"command": "tricky", "name": name}
        taken = client.post(AT, params=params, content=PDF).json()
        assert taken["name"] == "xSet-Cookie a=b.pdf"
        assert client.post("/api/commands", json=order("tricky")).status_code == 200
        (told,) = [d for d in client.get(AT).json() if d["name"] == taken["name"]]
        given = client.get(f"{AT}/{told['entry']}/{DIGEST}")
    assert given.status_code == 200
    assert "set-cookie" not in given.headers


def test_nobody_sends_documents_without_being_known(here: Town) -> None:
    """Nor to a case that is not theirs: nothing of the body is read."""
    asked = {"command": "x", "name": "a.pdf"}
    with here.browser() as client:
        assert client.post(AT, params=asked, content=PDF).status_code == 401
    with here.program("party:B") as client:
        other = client.post(f"/api/cases/{OTHER}/documents", params=asked, content=PDF)
        assert (other.status_code, other.json()["rule"]) == (404, "case_is_known")


FORM = f"/cases/{CASE}/do/submit-document"
PAGE = f"/cases/{CASE}/documents"


def signed_in(here: Town, client: Client, name: str) -> None:
    """Sign in on the page."""
    client.post("/sign-in", data={"code": here.code(name)})


def hidden(page: str) -> dict[str, str]:
    """Read what a form brings along."""
    (form,) = re.findall(r'<form method="post" action="/cases.*?</form>', page, re.DOTALL)
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))


def test_a_document_is_put_in_by_a_form(here: Town) -> None:
    """Its hash is found by us; a double click is one act; the page tells who sees it."""
    text = "Où est la gare ?\n<script>alert(1)</script>\n".encode() * 900
    with here.browser() as client:
        signed_in(here, client, "party:B")
        page = client.get(FORM).text
        assert f'action="{PAGE}?command=submit-document" enctype="multipart/form-data"' in page
        typed = {**hidden(page), "title": "The station", "kind": "note", "share": "all"}
        files = {"file": ("gare.txt", text, "text/plain")}
        asked = {"command": "submit-document"}
        done = client.post(PAGE, params=asked, data=typed, files=files)
        assert done.status_code == 303, done.text
        again = client.post(PAGE, params=asked, data=typed, files=files)
        assert again.headers["location"] == done.headers["location"]
        listed = client.get(PAGE).text
        (link,) = set(re.findall(r'href="([^"]+)"><bdi>The station', listed))
        shown = client.get(link).text
        taken = client.get(f"{link}/file")
    assert "everybody in the case" in listed
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert" not in shown
    assert "This is its beginning" in shown
    assert (taken.content, taken.headers["content-type"]) == (text, "text/plain; charset=utf-8")


def test_a_picture_is_shown_from_our_own_address(here: Town) -> None:
    """And what is no picture never is."""
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(40)
    with here.program("party:B") as client:
        taken = client.post(AT, params={"command": "png", "name": "a.png"}, content=png).json()
        assert client.post("/api/commands", json=order("png", digest=taken["sha256"])).is_success
        other = put_in(client, "no-picture")
    with here.browser() as client:
        signed_in(here, client, "party:A")
        (link,) = re.findall(rf'href="(/cases[^"]+{taken["sha256"]})"', client.get(PAGE).text)
        (source,) = re.findall(r'<img class="preview" src="([^"]+)"', client.get(link).text)
        picture = client.get(source)
        assert client.get(f"{PAGE}/{other}/{DIGEST}/picture").status_code == 400
        assert "are not shown here" in client.get(f"{PAGE}/{other}/{DIGEST}").text
    assert (picture.content, picture.headers["content-type"]) == (png, "image/png")
    assert picture.headers["content-disposition"].startswith("inline")


def test_a_form_whose_file_is_wrong_comes_again_as_it_was(here: Town) -> None:
    """Saying what was wrong with the file; another site's form takes nothing in."""
    before = objects(here)
    with here.browser() as client:
        signed_in(here, client, "party:B")
        typed = {**hidden(client.get(FORM).text), "title": "Kept title", "kind": "note"}
        asked = {"command": "submit-document"}
        lying = {"file": ("a.pdf", b"MZ" + bytes(300_000), "application/pdf")}
        wrong = client.post(PAGE, params=asked, data=typed, files=lying)
        assert (wrong.status_code, 'role="alert"' in wrong.text) == (400, True)
        assert "its bytes are of another kind" in wrong.text
        assert "Kept title" in wrong.text
        none = client.post(PAGE, params=asked, data=typed, files={"file": ("", b"")})
        assert (none.status_code, 'role="alert"' in none.text) == (400, True)
        foreign = {**typed, "form_token": "x"}
        files = {"file": ("a.pdf", PDF, "application/pdf")}
        assert client.post(PAGE, params=asked, data=foreign, files=files).status_code == 403
        unknown = client.post(PAGE, params={"command": "nothing"}, data=typed, files=files)
        assert unknown.status_code == 404
    assert objects(here) == before


def test_an_act_that_arrived_keeps_the_letter_it_came_by(here: Town) -> None:
    """The letter is its source, and read by whoever reads the act."""
    letter = PDF + b"a letter"
    with here.browser() as client:
        signed_in(here, client, "iyer")
        page = client.get(f"/cases/{CASE}/do/give-summary?arrived=yes").text
        typed = {**hidden(page), "text": "As we wrote.", "_by": "mediator"}
        done = client.post(
            PAGE,
            params={"command": "give-summary"},
            data=typed,
            files={"file": ("letter.pdf", letter, "application/pdf")},
        )
        assert done.status_code == 303, done.text
        assert sha256(letter).hexdigest() in client.get(PAGE).text


def test_what_a_does_in_private_changes_nothing_for_b(here: Town) -> None:
    """Body, headers and size of everything B asks about documents stay as they were."""
    asked = (AT, f"{AT}.csv", PAGE, f"{AT}/caucus:A:1/{DIGEST}")

    def told(client: Client) -> list[tuple[int, str, str]]:
        answers = [client.get(path) for path in asked]
        kept = ("content-length", "etag", "link", "content-type")
        return [(a.status_code, a.text, str({n: a.headers.get(n) for n in kept})) for a in answers]

    with here.program("party:B") as b, here.program("party:A") as a:
        before = told(b)
        put_in(a, "in-private", share="mediator")
        put_in(a, "own-side", share="own")
        assert told(b) == before
