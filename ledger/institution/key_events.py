"""Record which key a person signs with in every case of the institution (row J19)."""

from typing import TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event


class PersonKeyBound(Event, frozen=True, kw_only=True, tag="person-key-bound"):
    """A person's key was taken into the institution's own record, for every case.

    Attributes:
        owner: Whose it is: `person:clerk`.
        key: Ed25519 public key, base64.
        starts: Instant from which it counts.
        ends: First instant at which it no longer counts, None for no end.
        proof: The key's own signature over owner and key.
    """

    row = "J19"
    rooms = ("registry",)
    says = "key of {owner} bound, from {starts}"
    owner: str
    key: str
    starts: str
    ends: str | None = None
    proof: str


class PersonKeyRevoked(Event, frozen=True, kw_only=True, tag="person-key-revoked"):
    """A person's key counts no more from an instant on.

    Attributes:
        owner: Whose it is.
        key: Ed25519 public key, base64.
        as_of: That instant; one that has passed where the key was in other hands since.
        reason: Why.
    """

    row = "J19"
    rooms = ("registry",)
    says = "key of {owner} revoked as of {as_of}"
    owner: str
    key: str
    as_of: str
    reason: Content[str | None] = UNSET


PersonKeyEvent: TypeAlias = PersonKeyBound | PersonKeyRevoked
