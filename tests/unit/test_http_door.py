"""Who comes in: codes, sessions, and what the record says of somebody today."""

from datetime import timedelta
from typing import Any

import pytest

from ledger.errors import DecodeError, RuleViolation
from ledger.identity import Operator
from services.http import codes, inviting
from services.http.door import ADDRESS_GUESSES_MAX, CODE_GUESSES_MAX, IDLE, LONGEST, WINDOW
from services.http.guests import GUESTS_FILE
from tests.site import CASE, OTHER, Client, Town
from tests.spec import do

pytestmark = pytest.mark.live
WRONG = "0000-0000-0000-0000"


def knock(client: Client, code: str) -> Any:  # noqa: ANN401 - an answer
    """Sign in as a program."""
    return client.post("/api/session", json={"code": code})


# ---------------------------------------------------------------- codes


def test_a_code_is_read_as_people_write_it() -> None:
    """Small letters, spaces, no hyphens, O for 0, I and L for 1."""
    code = codes.Code("10A0", "1" * 12)
    assert codes.read(" ioao-llll 1111iiii") == code
    assert codes.read(code.text) == code
    assert code.text == "10A0-1111-1111-1111"


@pytest.mark.parametrize("typed", ["", "10A0", WRONG + "0", "U000-0000-0000-0000", "é" * 16])
def test_what_is_no_code_is_not_read(typed: str) -> None:
    """Too short, too long, or of letters that no code has."""
    assert codes.read(typed) is None


def test_a_code_lets_in_once(here: Town) -> None:
    """The second time it is worth nothing, and is refused like one that never was."""
    code = here.code("iyer")
    with here.browser() as client:
        begun = knock(client, code)
        assert (begun.status_code, begun.json()["name"]) == (201, "iyer")
        again, wrong = knock(client, code), knock(client, WRONG)
    assert again.status_code == wrong.status_code == 403
    assert again.json() == wrong.json()
    assert dict(again.headers) == dict(wrong.headers)


def test_a_code_runs_out(fresh: Town) -> None:
    """After its days nobody comes in with it."""
    code = fresh.code("iyer")
    fresh.ledger.clock.at += timedelta(days=inviting.DAYS, seconds=1)
    with fresh.browser() as client:
        assert knock(client, code).json()["rule"] == "code_lets_in"


def test_nothing_that_lets_in_is_kept_in_plain(here: Town) -> None:
    """Neither a code nor the secret of a session stands in any file."""
    code = here.code("iyer")
    token = here.token("holt")
    kept = b"".join(f.read_bytes() for f in here.ledger.folder.glob(f"{GUESTS_FILE}*"))
    for secret in (code, code.replace("-", ""), code.partition("-")[2].replace("-", ""), token):
        assert secret.encode() not in kept
    assert (here.ledger.folder / GUESTS_FILE).stat().st_mode & 0o077 == 0


def test_of_two_hundred_guesses_at_once_few_are_judged(fresh: Town) -> None:
    """However many come at the same time; then even the right code must wait."""
    code = fresh.code("iyer")
    guesses = [f"{code[:4]}-0000-0000-{n:04d}" for n in range(200)]
    answers = fresh.at_once(
        lambda client: [client.post("/api/session", json={"code": guess}) for guess in guesses]
    )
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(403) <= CODE_GUESSES_MAX
    assert set(statuses) <= {403, 429, 503}
    with fresh.browser() as client:
        assert knock(client, code).json()["rule"] == "guesses_are_few"
        fresh.ledger.clock.at += WINDOW + timedelta(seconds=1)
        assert knock(client, code).status_code == 201


def test_from_one_address_few_codes_are_tried(fresh: Town) -> None:
    """Other handles do not help; whether one is there is not told by when it ends."""
    with fresh.browser() as client:
        tried = [knock(client, f"{n:04d}-0000-0000-0000") for n in range(ADDRESS_GUESSES_MAX + 1)]
    assert [t.status_code for t in tried] == [403] * ADDRESS_GUESSES_MAX + [429]


# ---------------------------------------------------------------- who is invited


def test_only_the_registry_invites(here: Town) -> None:
    """A mediator does not, nor does a party."""
    for name in ("iyer", "holt"):
        with pytest.raises(RuleViolation, match="inviter_is_registry"):
            inviting.invite_operator(here.ledger.house, here.ledger.operator(name), "iyer")


def test_a_party_is_invited_through_who_speaks_for_it(here: Town) -> None:
    """Nobody is invited for a party that is none, or that nobody speaks for."""
    house, clerk = here.ledger.house, here.clerk
    invited = inviting.invite_party(house, clerk, CASE, "B", person="person:holt")
    assert (invited.name, invited.case, invited.party) == ("holt", CASE, "B")
    with pytest.raises(RuleViolation, match="party_is_known"):
        inviting.invite_party(house, clerk, CASE, "C")
    with pytest.raises(RuleViolation, match="party_has_a_speaker"):
        inviting.invite_party(house, clerk, CASE, "B", person="voss")
    with pytest.raises(DecodeError, match="days"):
        inviting.invite_party(house, clerk, CASE, "B", days=1000)


def test_where_several_speak_for_a_party_one_is_named(fresh: Town) -> None:
    """A code is for one person."""
    fresh.act(do("authorise-representative", by="B", person="person:chen", powers=["negotiate"]))
    with pytest.raises(DecodeError) as refused:
        fresh.code("party:B")
    assert "chen" in refused.value.needs


# ---------------------------------------------------------------- sessions


def test_a_session_ends_when_nobody_uses_it(fresh: Town) -> None:
    """Used now and then it lives on, but not for ever."""
    with fresh.program("iyer") as client:
        for _ in range(3):
            fresh.ledger.clock.at += IDLE - timedelta(seconds=1)
            assert client.get("/api/session").status_code == 200
        fresh.ledger.clock.at += IDLE + timedelta(seconds=1)
        ended = client.get("/api/session")
    assert (ended.status_code, ended.json()["rule"]) == (401, "caller_is_known")
    assert ended.headers["www-authenticate"].startswith("Bearer")


def test_a_session_ends_for_good_after_half_a_day(fresh: Town) -> None:
    """However busy it was."""
    with fresh.program("iyer") as client:
        began = fresh.ledger.clock.at
        while fresh.ledger.clock.at - began + IDLE < LONGEST:
            fresh.ledger.clock.at += IDLE - timedelta(seconds=1)
            assert client.get("/api/session").status_code == 200
        fresh.ledger.clock.at = began + LONGEST + timedelta(seconds=1)
        assert client.get("/api/session").status_code == 401


def test_who_signs_out_is_out(here: Town) -> None:
    """A cookie or token kept from before is worth nothing."""
    with here.program("iyer") as client:
        assert client.delete("/api/session").status_code == 204
        assert client.get("/api/session").status_code == 401


def test_the_registry_ends_sessions_and_takes_invitations_back(here: Town) -> None:
    """Of one person alone."""
    code = here.code("chen")
    with here.program("chen") as client, here.program("holt") as other:
        assert inviting.uninvite(here.ledger.house, here.clerk, "chen") == 2
        assert client.get("/api/session").status_code == 401
        assert knock(client, code).status_code == 403
        assert other.get("/api/session").status_code == 200


def test_a_revoked_representative_is_out_at_once(fresh: Town) -> None:
    """What it may do, the record says at every request."""
    with fresh.program("party:B") as client:
        assert client.get("/api/session").json()["acting_for"] == "party:B"
        fresh.act(do("revoke-authority", by="B", person="person:holt"))
        assert client.get(f"/api/cases/{CASE}").status_code == 401
        assert client.get("/api/session").status_code == 401


def test_an_operator_has_the_roles_it_has_today(fresh: Town) -> None:
    """A role taken back ends the session; one that is added counts at once."""
    with fresh.program("berg") as client:
        assert client.get("/api/cases").json()
        fresh.act(do("revoke-operator", name="berg"), "institution")
        assert client.get("/api/cases").status_code == 401


def test_who_is_invited_to_one_case_has_no_other_and_no_office(fresh: Town) -> None:
    """Not even where the name is an operator's, or the same person speaks elsewhere."""
    fresh.act(do("authorise-representative", by="B", person="person:berg", powers=["negotiate"]))
    house = fresh.ledger.house
    code = inviting.invite_party(house, fresh.clerk, CASE, "B", person="berg").code
    with fresh.browser() as client:
        client.headers["authorization"] = f"Bearer {knock(client, code).json()['token']}"
        assert [c["number"] for c in client.get("/api/cases").json()] == [CASE]
        shown = client.get(f"/api/cases/{CASE}").json()
        assert shown["viewer"] == "party:B"
        assert not any(e["entry"].startswith("caucus:A") for e in shown["timeline"])
        beyond = client.get(f"/api/cases/{CASE}?as=registry")
        assert (beyond.status_code, beyond.json()["rule"]) == (403, "viewer_is_within_role")
        line = {"command": "record-service", "id": "x", "case": CASE, "acting_for": "registry"}
        refused = client.post("/api/commands", json={**line, "data": {"party": "B"}})
        assert refused.json()["rule"] == "operator_may_act_for"


def test_demo_data_unbind_nobody_on_the_network(fresh: Town) -> None:
    """At the keyboard everybody may look with any eyes there; over HTTP nobody may."""
    token = fresh.token("holt")
    fresh.ledger.house.desk.operator = lambda name, auth="": Operator(  # type: ignore[method-assign] # a demo says so
        name=name, roles=("party",), auth=auth, unbound=True
    )
    with fresh.browser() as client:
        client.headers["authorization"] = f"Bearer {token}"
        assert client.get(f"/api/cases/{CASE}?as=registry").status_code == 403
        assert client.get(f"/api/cases/{OTHER}").status_code == 404
