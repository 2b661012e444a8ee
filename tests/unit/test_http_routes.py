"""Every address at once: what is another's answers like what is not there, and as late."""

from collections.abc import Iterator
from time import monotonic
from typing import Any, Final

import pytest

from services.http import codes
from tests.site import CASE, OTHER, Client, Town
from tests.twins import over_http
from tests.twins.over_http import Route, working

pytestmark = [pytest.mark.live, pytest.mark.slow]
NOWHERE: Final = "GO-2026-7777"
VALUES: Final = {"entry": "joint:1", "command": "past-1-0", "room": "joint"}
"""What stands for the other parameters of a path."""
OF_CASES: Final = [r for r in over_http.routes() if r.is_of_case]


@pytest.fixture(scope="module")
def people(here: Town) -> Iterator[list[Client]]:
    """Sign in who was invited to one case, and the same person as an operator."""
    with here.program("party:B") as holt, here.program("holt") as own:
        yield [holt, own]


def path_of(route: Route, case: str) -> str:
    """Write an address of a case."""
    more = over_http.NEEDED.get(route.path, "").split()
    words = ["joint:1" if word in ("FROM", "AT") else word for word in more]
    values = {**dict.fromkeys(route.parameters, "1"), **VALUES, "case": case}
    query = [word.replace("INSTANT", "2030-01-01T00:00:00Z") for word in words]
    visited = [values[name] for name in route.parameters]
    return over_http.path_of(["VISIT", route.path, *visited, "?", *query])


def asked(client: Client, method: str, path: str) -> Any:  # noqa: ANN401 - an answer
    """Ask, with an empty form where something is to be done."""
    if method == "GET":
        return client.get(path, follow_redirects=False)
    token = client.headers["authorization"].removeprefix("Bearer ")
    form = {"form_token": codes.form_token(token), "id": "probe"}
    return client.request(method, path, data=form, follow_redirects=False)


@pytest.mark.parametrize("route", OF_CASES, ids=lambda route: route.path)
def test_anothers_case_answers_like_one_that_is_not_there(
    here: Town, people: list[Client], route: Route
) -> None:
    """Status, body, headers and size; no content is opened for it."""
    for client in people:
        for method in sorted(route.methods):
            told = []
            for case in (OTHER, NOWHERE):
                with working(here.ledger) as work:
                    answer = asked(client, method, path_of(route, case))
                body = answer.text.replace(case, CASE)
                told.append((answer.status_code, body, dict(answer.headers)))
                assert not work["contents"]
            assert told[0] == told[1]
            assert 400 <= told[0][0] < 500


def test_that_a_case_is_not_there_is_told_at_a_beat(
    here: Town, people: list[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it is another's, and looking for it took longer."""
    monkeypatch.setattr(here.site, "not_there_s", 0.1)
    for page in ("/cases/", "/api/cases/"):
        for case in (OTHER, NOWHERE):
            began = monotonic()
            assert people[1].get(page + case).status_code == 404
            assert monotonic() - began >= 0.1


def test_a_part_of_a_case_that_is_not_read_answers_like_one_that_is_not_there(
    people: list[Client],
) -> None:
    """An entry of a room of A's, and one that nobody made."""
    for route in OF_CASES:
        if "entry" in route.parameters and "GET" in route.methods:
            for client in people:
                told = []
                for entry in ("caucus:A:1", "caucus:A:9"):
                    path = path_of(route, CASE).replace("joint:1", entry)
                    answer = asked(client, "GET", path)
                    body = answer.text.replace(entry, "ENTRY")
                    told.append((answer.status_code, body, dict(answer.headers)))
                assert told[0] == told[1]
                assert 400 <= told[0][0] < 500


def test_what_needs_a_session_is_told_to_nobody_else(here: Town) -> None:
    """Programs are told so, browsers are sent to the way in; whatever the case."""
    with here.browser() as client:
        for route in OF_CASES:
            for method in sorted(route.methods):
                path = path_of(route, CASE)
                answer = client.request(method, path, follow_redirects=False)
                assert answer.status_code in (303, 400, 401, 415), path
                assert CASE not in answer.text.replace(path, "")
