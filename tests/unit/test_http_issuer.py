"""Sign-in by an OpenID Connect issuer: its word is taken as far as it can be checked."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from joserfc.util import urlsafe_b64encode

from ledger.errors import StoreFault
from services.clock import SystemClock
from services.http.guests import ISSUER_FILE
from services.http.issuers import SKEW_S, issuer_of
from services.http.site import Site
from tests.issuer import SmallIssuer, small_issuer
from tests.site import ADDRESS, Client, Town, town
from tests.spec import do

pytestmark = pytest.mark.live
TEXT = """
issuer = "{address}"
client_id = "ledger"
client_secret = "{secret}"
name = "the Chamber"
[people]
"subject-7" = "iyer"
"subject-8" = "nobody"
"""


@pytest.fixture(scope="module")
def issuer() -> Iterator[SmallIssuer]:
    """Have an issuer on loopback."""
    with small_issuer() as answering:
        yield answering


@pytest.fixture
def here(made_site: Path, tmp_path: Path, issuer: SmallIssuer) -> Iterator[Town]:
    """Open a ledger that trusts it."""
    with town(made_site, tmp_path / "ledger") as opened:
        path = opened.ledger.folder / ISSUER_FILE
        path.write_text(TEXT.format(address=issuer.address, secret="s3cret"))
        path.chmod(0o600)
        issuer.key, issuer.discovered = issuer.published[0], {}
        with closing(Site(opened.ledger.house, ADDRESS)) as site:
            yield Town(opened.ledger, site, opened.portal)


def asked(client: Client) -> dict[str, str]:
    """Begin an attempt; return what the issuer is asked."""
    sent = client.get("/sign-in/issuer")
    assert sent.status_code == 303, sent.text
    return {k: v for k, (v,) in parse_qs(urlsplit(sent.headers["location"]).query).items()}


def claims(here: Town, issuer: SmallIssuer, nonce: str) -> dict[str, Any]:
    """Write the claims of a token that is good."""
    now = int(here.ledger.clock.at.timestamp())
    whom = {"iss": issuer.address, "aud": "ledger", "sub": "subject-7"}
    return {**whom, "iat": now, "exp": now + 300, "nonce": nonce}


def back(client: Client, **answer: str) -> Any:  # noqa: ANN401 - an answer
    """Come back from the issuer."""
    return client.get("/sign-in/issuer/back", params=answer)


def test_who_the_issuer_vouches_for_is_let_in(here: Town, issuer: SmallIssuer) -> None:
    """As the operator its subject is here; the code is fetched by who asked for it."""
    with here.browser() as client:
        assert "the Chamber" in client.get("/").text
        query = asked(client)
        issuer.sign(claims(here, issuer, query["nonce"]))
        inside = back(client, code="c", state=query["state"], iss=issuer.address)
        assert inside.status_code == 200, inside.text
        told = client.get("/api/session").json()
    assert (told["name"], told["roles"]) == ("iyer", ["mediator"])
    assert told["auth"] == f"OpenID Connect of {issuer.address}"
    form = issuer.asked[-1]
    challenge = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).decode()
    assert challenge == query["code_challenge"]
    assert (form["redirect_uri"], query["scope"]) == (f"{ADDRESS}sign-in/issuer/back", "openid")


def test_an_answer_counts_in_the_browser_that_asked_alone(here: Town, issuer: SmallIssuer) -> None:
    """Another's state, no state, a second use, an issuer that is another."""
    with here.browser() as client, here.browser() as victim:
        query = asked(client)
        issuer.sign(claims(here, issuer, query["nonce"]))
        assert back(victim, code="c", state=query["state"]).status_code == 403
        assert back(client, code="c", state="x").status_code == 403
        assert back(client, code="c").status_code == 403
        assert back(client, state=query["state"], error="access_denied").status_code == 403
        assert back(client, code="c", state=query["state"], iss="https://x").status_code == 403
        assert back(client, code="c", state=query["state"]).status_code == 200
        assert back(client, code="c", state=query["state"]).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": ["ledger", "another"]},
        {"azp": "another"},
        {"nonce": "another"},
        {"sub": "subject-9"},
        {"sub": "subject-8"},
        {"exp": -SKEW_S - 1},
        {"iat": SKEW_S + 60},
        {"nbf": SKEW_S + 60},
        {"exp": None},
        {"nonce": None},
        {"sub": None},
    ],
)
def test_a_token_that_is_not_for_this_is_refused(
    here: Town, issuer: SmallIssuer, wrong: dict[str, Any]
) -> None:
    """Of another, for another, about another, too old, too young, or without what it must say."""
    now = int(here.ledger.clock.at.timestamp())
    said = {k: now + v if isinstance(v, int) else v for k, v in wrong.items()}
    with here.browser() as client:
        query = asked(client)
        given = claims(here, issuer, query["nonce"]) | said
        issuer.sign({k: v for k, v in given.items() if v is not None})
        refused = back(client, code="c", state=query["state"])
        assert refused.status_code == 403, refused.text
        assert client.get("/api/session").status_code == 401


def test_clocks_may_differ_a_little(here: Town, issuer: SmallIssuer) -> None:
    """By no more than a minute."""
    now = int(here.ledger.clock.at.timestamp())
    with here.browser() as client:
        query = asked(client)
        near = {"iat": now + SKEW_S - 1, "exp": now - SKEW_S + 1}
        issuer.sign(claims(here, issuer, query["nonce"]) | near)
        assert back(client, code="c", state=query["state"]).status_code == 200


def test_only_the_issuers_own_keys_sign(here: Town, issuer: SmallIssuer) -> None:
    """Not none, not a secret, not a key of anybody else."""
    with here.browser() as client:
        query = asked(client)
        said = claims(here, issuer, query["nonce"])
        shared = OctKey.import_key("a secret both of us could know")
        stranger = ECKey.generate_key("P-256", {"kid": "first"})
        plain = urlsafe_b64encode(b'{"alg":"none"}').decode()
        body = jwt.encode({"alg": "ES256"}, said, issuer.key).split(".")[1]
        for token in (
            jwt.encode({"alg": "HS256", "kid": "first"}, said, shared),
            jwt.encode({"alg": "ES256", "kid": "first"}, said, stranger),
            jwt.encode({"alg": "ES256", "kid": "other"}, said, stranger),
            f"{plain}.{body}.",
            "nonsense",
        ):
            issuer.token = token
            assert back(client, code="c", state=query["state"]).status_code == 403


def test_keys_are_kept_and_asked_for_anew(here: Town, issuer: SmallIssuer) -> None:
    """Once an hour, and for a key that is not known, but not at each such token."""
    before = issuer.looks
    with here.browser() as client:
        for _ in range(3):
            asked(client)
        assert issuer.looks == before + 1
        issuer.key = ECKey.generate_key("P-256", {"kid": "second"})
        issuer.published.append(issuer.key)
        try:
            query = asked(client)
            issuer.sign(claims(here, issuer, query["nonce"]))
            assert back(client, code="c", state=query["state"]).status_code == 403
            here.ledger.clock.at += timedelta(minutes=1)
            assert back(client, code="c", state=query["state"]).status_code == 200
        finally:
            issuer.published.pop()
    assert issuer.looks == before + 2


def test_an_operator_that_was_revoked_is_not_let_in(here: Town, issuer: SmallIssuer) -> None:
    """The issuer says who it is, the record what it may."""
    here.act(do("revoke-operator", name="iyer"), "institution")
    with here.browser() as client:
        query = asked(client)
        issuer.sign(claims(here, issuer, query["nonce"]))
        assert back(client, code="c", state=query["state"]).status_code == 403
        assert client.get("/api/session").status_code == 401


@pytest.mark.parametrize(
    "wrong", [{"issuer": "https://other"}, {"token_endpoint": "http://evil.example/token"}]
)
def test_an_issuer_that_says_other_of_itself_is_not_asked(
    here: Town, issuer: SmallIssuer, wrong: dict[str, str]
) -> None:
    """Nor one that wants our secret in plain."""
    issuer.discovered = wrong
    with here.browser() as client:
        assert client.get("/sign-in/issuer").status_code == 503


def test_where_no_issuer_is_trusted_there_is_no_such_way(tmp_path: Path) -> None:
    """Without the file; with one others may read, or that is wrong, the ledger says so."""
    assert issuer_of(tmp_path, SystemClock()) is None
    path = tmp_path / ISSUER_FILE
    path.write_text(TEXT.format(address="https://issuer.example", secret="s"))
    path.chmod(0o644)
    with pytest.raises(StoreFault, match="others"):
        issuer_of(tmp_path, SystemClock())
    path.chmod(0o600)
    assert issuer_of(tmp_path, SystemClock()) is not None
    for text in (
        "issuer = 1",
        'secret = "x"',
        TEXT.format(address="http://evil.example", secret="s"),
    ):
        path.write_text(text)
        with pytest.raises(StoreFault):
            issuer_of(tmp_path, SystemClock())
