"""Record which key an actor signs its commands with (row J19)."""

from typing import TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event


class KeyBound(Event, frozen=True, kw_only=True, tag="key-bound"):
    """An actor's key was made known to all who read the case; it shows who signed what.

    Attributes:
        owner: Whose it is: `person:holt`, or `party:B` for a party that acts itself.
        key: Ed25519 public key, base64.
        starts: Instant from which it counts.
        ends: First instant at which it no longer counts, None for no end.
        proof: The key's own signature over owner and key.
    """

    row = "J19"
    says = "key of {owner} bound, from {starts}"
    owner: str
    key: str
    starts: str
    ends: str | None = None
    proof: str


class KeyRevoked(Event, frozen=True, kw_only=True, tag="key-revoked"):
    """A key of an actor counts no more from an instant on.

    Attributes:
        owner: Whose it is.
        key: Ed25519 public key, base64.
        as_of: That instant; one that has passed where the key was in other hands since.
        reason: Why.
    """

    row = "J19"
    says = "key of {owner} revoked as of {as_of}"
    owner: str
    key: str
    as_of: str
    reason: Content[str | None] = UNSET


KeyEvent: TypeAlias = KeyBound | KeyRevoked
