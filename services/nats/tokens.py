"""Draw the broker's keys and sign its tokens: JWT over Ed25519, as nats-server reads them.

A token says who signed it (`iss`), of whom it speaks (`sub`), and under `nats` what that one may.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

import msgspec
import nkeys  # type: ignore[import-untyped]  # it has no types

Kind = Literal["operator", "account", "user"]

PREFIXES: Final[Mapping[Kind, int]] = {
    "operator": nkeys.PREFIX_BYTE_OPERATOR,
    "account": nkeys.PREFIX_BYTE_ACCOUNT,
    "user": nkeys.PREFIX_BYTE_USER,
}
HEADER: Final = {"typ": "JWT", "alg": "ed25519-nkey"}
VERSION: Final = 2


class Subject(NamedTuple):
    """Of whom a token speaks.

    Attributes:
        key: Public key.
        name: For people; nothing is decided by it.
    """

    key: str
    name: str


def draw_seed(kind: Kind) -> str:
    """Draw a secret key, in NATS's letters."""
    seed: bytes = nkeys.encode_seed(secrets.token_bytes(32), PREFIXES[kind])
    return seed.decode()


def public_key(seed: str) -> str:
    """Return what may be known of a key."""
    key: bytes = nkeys.from_seed(seed.encode()).public_key
    return key.decode()


def signature(seed: str, text: str) -> bytes:
    """Sign the broker's challenge; base64, as the broker wants it."""
    return base64.b64encode(nkeys.from_seed(seed.encode()).sign(text.encode()))


def signed(
    seed: str, of: Subject, rights: Mapping[str, object], *, at: int, until: int | None = None
) -> str:
    """Sign what somebody may do.

    Args:
        seed: Of the signer: an operator's for accounts, an account's for users and activations.
        of: Whom it speaks of.
        rights: What nats-server expects under `nats`, its `type` included.
        at: Seconds since 1970; of two tokens of one account the later one counts.
        until: When it ends, None for never.
    """
    claims: dict[str, object] = {
        "iat": at,
        "iss": public_key(seed),
        "name": of.name,
        "sub": of.key,
        "nats": {**rights, "version": VERSION},
    }
    if until is not None:
        claims["exp"] = until
    digest = hashlib.sha256(msgspec.json.encode(claims, order="sorted")).digest()
    claims["jti"] = base64.b32encode(digest).decode().rstrip("=")
    body = f"{_encoded(HEADER)}.{_encoded(claims)}"
    seal: bytes = nkeys.from_seed(seed.encode()).sign(body.encode())
    return f"{body}.{_letters(seal)}"


def credentials_file(token: str, seed: str) -> str:
    """Write a user's token and key as every NATS client reads them (`.creds`)."""
    return (
        "-----BEGIN NATS USER JWT-----\n"
        f"{token}\n"
        "------END NATS USER JWT------\n"
        "\n"
        "-----BEGIN USER NKEY SEED-----\n"
        f"{seed}\n"
        "------END USER NKEY SEED------\n"
    )


def _encoded(value: Mapping[str, object]) -> str:
    return _letters(msgspec.json.encode(value, order="sorted"))


def _letters(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
