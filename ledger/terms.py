"""Hold what proposals and settlements are made of: clauses, amounts, parameters."""

from collections.abc import Container
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

PartyId: TypeAlias = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z")]
"""Names a party within a case: letters, digits, `_`, `.`, `-`; structural, so never a full name."""

PersonId: TypeAlias = Annotated[str, Meta(pattern=r"\Aperson:[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z")]
"""Names a person, such as `person:holt`."""

PartyOrPersonId: TypeAlias = Annotated[
    str, Meta(pattern=r"\A(?:person:)?[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z")
]
"""Names a party or a person; a union of the two patterns would ask for the second alone."""

Id: TypeAlias = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z")]
"""Names a thing within a case: a proposal, a clause, an issue, a session."""

Words: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100_000)]
"""Free text; always content."""

Name: TypeAlias = Annotated[str, Meta(max_length=100_000, pattern=r"[^\W_]")]
"""What somebody or something is called: words with a letter or digit in them; always content."""

Instant: TypeAlias = Annotated[str, Meta(min_length=10, max_length=80)]
"""A moment with its offset, RFC 9557, such as `2026-03-05T14:00:00+01:00[Europe/Oslo]`."""

Day: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
"""A calendar day at the seat, such as `2026-03-05`."""

Hash: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
"""SHA-256, lower-case hex."""

ErasureResult: TypeAlias = Literal["granted", "partly", "refused"]
ErasureGround: TypeAlias = Literal[
    "no_longer_needed",
    "consent_withdrawn",
    "objection",
    "unlawful",
    "legal_duty",
    "agreement",
    "retention_ended",
    "destroyed_at_close",
]
"""The legal basis in a word; its words are content."""
ErasureExemption: TypeAlias = Literal[
    "legal_claims", "legal_duty", "public_interest", "expression", "other"
]
"""Why something is kept although its erasure was asked for."""


def next_id(prefix: str, taken: Container[str]) -> Id:
    """Return the next free number under a prefix, such as `S2`."""
    number = 1
    while f"{prefix}{number}" in taken:
        number += 1
    return f"{prefix}{number}"


class Money(Struct, frozen=True, forbid_unknown_fields=True):
    """An amount of a currency.

    Attributes:
        amount: Decimal number as text, such as "1300000.00"; never a float.
        currency: ISO 4217 code.
    """

    amount: Annotated[str, Meta(pattern=r"\A-?[0-9]{1,24}(\.[0-9]{1,8})?\Z")]
    currency: Annotated[str, Meta(pattern=r"\A[A-Z]{3}\Z")]


Parameter: TypeAlias = int | str | Money
"""What a clause fixes: a count, a date or percentage as text, an amount."""


class Clause(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One term of a proposal or draft.

    Attributes:
        clause_id: Names the clause within its proposal; kept by a counter that changes it.
        issue: The issue it settles.
        text: Its words.
        params: What it fixes, by name; a share of each party is named by the party's id.
    """

    clause_id: Id
    issue: Annotated[str, Meta(min_length=1, max_length=200)]
    text: str = ""
    params: dict[str, Parameter] = {}


class Document(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A document that is referred to, not held.

    Attributes:
        title: What it is called.
        hash: SHA-256 of its bytes, None where not recorded.
    """

    title: Words
    hash: Hash | None = None
