"""Draw one-time codes that a person can type from a letter, and compare them safely."""

import hashlib
import hmac
import secrets
from typing import Final, NamedTuple

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: without I, L, O and U, which are taken for others."""
READ_AS: Final = str.maketrans({"I": "1", "L": "1", "O": "0"})
GROUP: Final = 4
SECRET_LENGTH: Final = 12
"""Sixty bits; with few guesses allowed nobody finds one."""
SALT_BYTES: Final = 16
_COST: Final = {"n": 2**12, "r": 8, "p": 1}
"""A few milliseconds: a copy of the file cannot be searched, a crowd of guesses costs us little."""


class Code(NamedTuple):
    """A code as it stands on the letter.

    Attributes:
        handle: Its first group, which finds the invitation and proves nothing.
        secret: The other groups, without hyphens.
    """

    handle: str
    secret: str

    @property
    def text(self) -> str:
        """Write it in groups."""
        whole = self.handle + self.secret
        return "-".join(whole[at : at + GROUP] for at in range(0, len(whole), GROUP))


class Hashed(NamedTuple):
    """What is kept of a secret.

    Attributes:
        salt: Drawn for it, hex.
        digest: Scrypt of it, hex.
    """

    salt: str
    digest: str


NOBODYS: Final = Hashed("00" * SALT_BYTES, "00" * 64)
"""Compared with where there is no invitation, so that this takes as long."""


def draw() -> Code:
    """Draw a code."""
    letters = [secrets.choice(ALPHABET) for _ in range(GROUP + SECRET_LENGTH)]
    return Code("".join(letters[:GROUP]), "".join(letters[GROUP:]))


def read(text: str) -> Code | None:
    """Read what somebody typed: any case, any spaces and hyphens; None where it is no code."""
    typed = "".join(text.upper().split()).replace("-", "").translate(READ_AS)
    if len(typed) != GROUP + SECRET_LENGTH or not set(typed) <= set(ALPHABET):
        return None
    return Code(typed[:GROUP], typed[GROUP:])


def hashed(secret: str) -> Hashed:
    """Hash a secret under a new salt."""
    salt = secrets.token_bytes(SALT_BYTES)
    return Hashed(salt.hex(), _digest(secret, salt))


def fits(secret: str, kept: Hashed) -> bool:
    """Tell, always in the same time, whether a secret is the one that was hashed."""
    return hmac.compare_digest(_digest(secret, bytes.fromhex(kept.salt)), kept.digest)


def _digest(secret: str, salt: bytes) -> str:
    return hashlib.scrypt(secret.encode(), salt=salt, **_COST).hex()


def draw_token() -> str:
    """Draw the secret of a session."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """Name a session by what is kept of its secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def form_token(token: str) -> str:
    """Derive what a page of a session puts into its forms, which no other site can know."""
    return hmac.new(token.encode(), b"good offices form", hashlib.sha256).hexdigest()


def same(given: str, expected: str) -> bool:
    """Tell, always in the same time, whether two secrets are one."""
    return hmac.compare_digest(given.encode(), expected.encode())
