"""What people see: the way in, their cases, a timeline; with scripts off, and never another's."""

import re
from typing import Any

import pytest

from services.http.rendering import FOLDER
from tests.site import CASE, OTHER, SECRET, Client, Town

pytestmark = pytest.mark.live


def signed_in(here: Town, client: Client, name: str) -> Any:  # noqa: ANN401 - an answer
    """Sign in on the page."""
    return client.post("/sign-in", data={"code": here.code(name)})


def test_a_code_opens_the_cases_and_a_timeline(here: Town) -> None:
    """From the address on the letter, in three steps."""
    with here.browser() as client:
        assert 'name="code"' in client.get("/").text
        inside = signed_in(here, client, "party:B")
        assert (inside.status_code, inside.headers["location"]) == (303, "/cases")
        cases = client.get("/cases").text
        assert (CASE in cases, OTHER in cases) == (True, False)
        shown = client.get(f"/cases/{CASE}").text
    assert "acting for party B" in shown
    assert SECRET not in shown
    assert "caucus:A" not in shown


def test_the_cookie_is_one_no_script_and_no_other_site_gets(here: Town) -> None:
    """And another one after each sign-in; the one before is worth nothing."""
    with here.browser() as client:
        first = signed_in(here, client, "iyer").headers["set-cookie"]
        before = client.cookies["goodoffices"]
        signed_in(here, client, "iyer")
        assert client.cookies["goodoffices"] != before
        client.cookies.clear()
        client.cookies.set("goodoffices", before, domain="127.0.0.1")
        assert client.get("/api/session").status_code == 401
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(first.split("; "))


def test_over_tls_the_cookie_stays_there(here: Town) -> None:
    """No other host can set it, and it goes nowhere in plain."""
    plain, here.site.address = here.site.address, "https://127.0.0.1:8600/"
    try:
        with here.browser() as client:
            cookie = signed_in(here, client, "iyer").headers["set-cookie"]
    finally:
        here.site.address = plain
    assert cookie.startswith("__Host-goodoffices=")
    assert "Secure" in cookie.split("; ")


def test_who_signs_out_needs_the_form_of_the_page(here: Town) -> None:
    """Another site cannot do it; afterwards the cookie is worth nothing."""
    with here.browser() as client:
        signed_in(here, client, "iyer")
        assert client.post("/sign-out", data={"form_token": "x"}).status_code == 403
        page = client.get("/cases").text
        (token,) = re.findall(r'name="form_token" value="(\w+)"', page)
        cookie = client.cookies["goodoffices"]
        assert client.post("/sign-out", data={"form_token": token}).status_code == 303
        client.cookies.set("goodoffices", cookie, domain="127.0.0.1")
        assert client.get("/cases").headers["location"] == "/"


def test_a_wrong_code_is_told_on_the_page(here: Town) -> None:
    """With what is needed; what was typed is not repeated."""
    with here.browser() as client:
        told = client.post("/sign-in", data={"code": "<b>0000</b>"})
    assert told.status_code == 403
    assert 'role="alert"' in told.text
    assert "0000" not in told.text.replace("9000", "")


def test_a_case_that_is_not_there_has_a_page_that_says_so(here: Town) -> None:
    """The same for another's, with no mark-up of what was asked for."""
    with here.browser() as client:
        signed_in(here, client, "party:B")
        there, nowhere = client.get(f"/cases/{OTHER}"), client.get("/cases/GO-2026-7777")
        assert there.status_code == nowhere.status_code == 404
        assert there.text.replace(OTHER, "") == nowhere.text.replace("GO-2026-7777", "")
        assert "<script>" not in client.get("/cases/<script>alert(1)<%2Fscript>").text


def test_the_past_says_so(here: Town) -> None:
    """A page of the past has no form that writes but the one to leave."""
    with here.browser() as client:
        signed_in(here, client, "party:B")
        shown = client.get(f"/cases/{CASE}?at=joint:2").text
    assert "This is the past" in shown
    assert shown.count('<form method="post"') == 1


def test_pages_need_no_script_and_nothing_from_elsewhere() -> None:
    """No script and no style in the mark-up, no address of another host; one script of our own."""
    own = '<script src="/static/site.js" defer></script>'
    for template in FOLDER.glob("*.html"):
        text = template.read_text().replace(own, "")
        assert not re.search(r"<script|\son\w+=|style=|https?://", text), template.name
    assert "url(" not in (FOLDER / "style.css").read_text()
