"""Recognise people by an OpenID Connect issuer: its own word, checked to the letter.

`issuer.toml` in the data folder says which issuer, and which of its subjects is which operator. A
name that the issuer lets people choose is never used for that.
"""

import hmac
import ipaddress
import secrets
import stat
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx
import msgspec
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.util import urlsafe_b64encode
from msgspec import Struct

from ledger.decoding import decoder
from ledger.errors import CaseBusy, RuleViolation, StoreFault
from services.clock import Clock
from services.http.guests import ISSUER_FILE, Guest

EXAMPLE: Final = 'issuer, client_id, client_secret, and [people] with "subject" = "operator"'
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "Ed25519", "EdDSA")
"""What a token may be signed with; never a shared secret, never nothing."""
SKEW_S: Final = 60
"""How far the issuer's clock may differ from ours."""
TIMEOUT_S: Final = 5.0
ANSWER_BYTES_MAX: Final = 256 * 1024
KEPT: Final = timedelta(hours=1)
"""How long the issuer's keys are kept."""
ASKED_ANEW: Final = timedelta(minutes=1)
"""How soon they are asked for again because of a key that is not known."""
DISCOVERY: Final = "/.well-known/openid-configuration"


class IssuerFile(Struct, frozen=True, forbid_unknown_fields=True):
    """What `issuer.toml` says.

    Attributes:
        issuer: Address of the issuer, as it writes it in its tokens.
        client_id: What it calls us.
        people: Operator of each subject.
        client_secret: What we prove to be us with, None for a public client.
        name: What people call it.
    """

    issuer: str
    client_id: str
    people: dict[str, str]
    client_secret: str | None = None
    name: str = "your organisation"


class Discovered(Struct, frozen=True):
    """What the issuer says of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class Tokens(Struct, frozen=True):
    """What it gives for a code."""

    id_token: str


class Way(Struct, frozen=True):
    """One attempt to come in, kept by the browser alone.

    Attributes:
        state: Ties the answer to the browser that asked.
        nonce: Ties the token to this attempt.
        verifier: Shows that who fetches the token is who asked for the code (PKCE).
    """

    state: str
    nonce: str
    verifier: str

    @property
    def text(self) -> str:
        """Write it as a cookie's value."""
        return f"{self.state}.{self.nonce}.{self.verifier}"


class Issuer:
    """One issuer; safe from many threads."""

    def __init__(self, file: IssuerFile, clock: Clock) -> None:
        """Ask it nothing yet.

        Args:
            file: Which one it is, and who is who.
            clock: Tells the time.
        """
        self.file = file
        self._clock = clock
        self._turn = Lock()
        self._known: tuple[datetime, Discovered, KeySet] | None = None

    def ask(self, redirect: str) -> tuple[Way, str]:
        """Begin an attempt; return it and the address to send the browser to.

        Raises:
            CaseBusy: The issuer does not answer.
        """
        way = Way(*(secrets.token_urlsafe(32) for _ in range(3)))
        challenge = urlsafe_b64encode(sha256(way.verifier.encode()).digest()).decode()
        query = urlencode(
            {
                "response_type": "code",
                "scope": "openid",
                "client_id": self.file.client_id,
                "redirect_uri": redirect,
                "state": way.state,
                "nonce": way.nonce,
                "code_challenge": challenge,
                "code_challenge_method": "S256",
            }
        )
        endpoint = self._discovered()[0].authorization_endpoint
        return way, f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"

    def guest(self, way: Way, answer: Mapping[str, str], redirect: str) -> Guest:
        """Recognise who came back.

        Args:
            way: The attempt, as the browser kept it.
            answer: What the issuer sent the browser back with.
            redirect: Where to.

        Raises:
            RuleViolation: issuer_vouches.
            CaseBusy: The issuer does not answer.
        """
        if not hmac.compare_digest(answer.get("state", "").encode(), way.state.encode()):
            raise _not_vouched("the answer belongs to another attempt")
        if answer.get("iss", self.file.issuer) != self.file.issuer or "code" not in answer:
            raise _not_vouched("the issuer let nobody in")
        claims = self._claims(self._fetched(answer["code"], way, redirect), way)
        name = self.file.people.get(str(claims["sub"]))
        if name is None:
            raise _not_vouched("the issuer's subject is no operator here")
        return Guest(name, auth=f"OpenID Connect of {self.file.issuer}")

    def _fetched(self, code: str, way: Way, redirect: str) -> str:
        """Fetch the token for a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect,
            "client_id": self.file.client_id,
            "code_verifier": way.verifier,
        }
        endpoint = self._discovered()[0].token_endpoint
        secret = self.file.client_secret
        tokens: Tokens = _read(self._get(endpoint, form, secret), Tokens)
        return tokens.id_token

    def _claims(self, token: str, way: Way) -> Mapping[str, Any]:
        """Check a token: its signature, whom it is of, for and about, and since and until when."""
        registry = jwt.JWTClaimsRegistry(
            now=int(self._clock.now().timestamp()),
            leeway=SKEW_S,
            iss={"essential": True, "value": self.file.issuer},
            aud={"essential": True, "value": self.file.client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": way.nonce},
        )
        try:
            claims = self._opened(token)
            registry.validate(claims)
        except (JoseError, ValueError):
            raise _not_vouched("the token is not one to be trusted") from None
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else self.file.client_id) != self.file.client_id:
            raise _not_vouched("the token was made for somebody else")
        return claims

    def _opened(self, token: str) -> dict[str, Any]:
        try:
            return jwt.decode(token, self._discovered()[1], ALGORITHMS).claims
        except InvalidKeyIdError:  # the issuer may have begun a new key
            return jwt.decode(token, self._discovered(ASKED_ANEW)[1], ALGORITHMS).claims

    def _discovered(self, kept: timedelta = KEPT) -> tuple[Discovered, KeySet]:
        """Return what the issuer says of itself and its keys, asked anew now and then."""
        with self._turn:
            now = self._clock.now()
            if self._known is None or now - self._known[0] >= kept:
                found = _read(self._get(self.file.issuer.rstrip("/") + DISCOVERY), Discovered)
                if found.issuer != self.file.issuer:
                    raise CaseBusy("the issuer calls itself otherwise")
                urls = (found.token_endpoint, found.jwks_uri, found.authorization_endpoint)
                if not all(is_safe(url) for url in urls):
                    raise CaseBusy("the issuer names an address in plain")
                self._known = now, found, _keys(self._get(found.jwks_uri))
            return self._known[1:]

    def _get(
        self, url: str, form: Mapping[str, str] | None = None, secret: str | None = None
    ) -> bytes:
        """Ask over the network.

        Raises:
            CaseBusy: No answer, or one that is none; what it says is not repeated.
        """
        auth = None if secret is None else (self.file.client_id, secret)
        try:
            with httpx.Client(timeout=TIMEOUT_S, follow_redirects=False) as client:
                method = "GET" if form is None else "POST"
                sent = None if form is None else dict(form)
                with client.stream(method, url, data=sent, auth=auth) as answer:
                    answer.raise_for_status()
                    return _bounded(answer)
        except httpx.HTTPError:
            raise CaseBusy("the issuer does not answer as it should") from None


def _bounded(answer: httpx.Response) -> bytes:
    body = b""
    for part in answer.iter_bytes():
        body += part
        if len(body) > ANSWER_BYTES_MAX:
            raise CaseBusy("the issuer answers too much")
    return body


def _read(body: bytes, shape: type[Any]) -> Any:  # noqa: ANN401 - what the shape says
    try:
        return decoder(shape).decode(body)
    except msgspec.DecodeError:
        raise CaseBusy("the issuer does not answer as it should") from None


def _keys(body: bytes) -> KeySet:
    """Read the issuer's keys."""
    try:
        return KeySet.import_key_set(msgspec.json.decode(body))
    except (JoseError, ValueError, KeyError, TypeError):
        raise CaseBusy("the issuer does not answer as it should") from None


def _not_vouched(why: str) -> RuleViolation:
    return RuleViolation("issuer_vouches", why, "a sign-in begun here, or an invitation's code")


def is_safe(url: str) -> bool:
    """Tell whether nobody overhears what is said to an address: over TLS, or on this machine."""
    parts = urlsplit(url)
    over_tls = parts.scheme == "https" and bool(parts.hostname)
    return over_tls or (parts.scheme == "http" and _is_loopback(parts.hostname or ""))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def issuer_of(folder: Path, clock: Clock) -> Issuer | None:
    """Read which issuer a ledger trusts, None where it trusts none.

    Raises:
        StoreFault: Others may read the file, which holds a secret, or it cannot be read.
    """
    path = folder / ISSUER_FILE
    if not path.exists():
        return None
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise StoreFault(f"{path} can be read by others", f"chmod 600 {path}")
    try:
        file = msgspec.toml.decode(path.read_bytes(), type=IssuerFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreFault(f"{path}: {error}", EXAMPLE) from None
    if not is_safe(file.issuer):
        raise StoreFault(f"{path}: the issuer's address is not over TLS", "https://...")
    return Issuer(file, clock)


def read_way(text: str) -> Way | None:
    """Read an attempt from a cookie's value, None where it is none."""
    parts = text.split(".")
    return Way(*parts) if len(parts) == len(Way.__struct_fields__) and all(parts) else None
